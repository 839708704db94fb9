"""What `torch.autograd.functional` says of functions that it refuses."""

from __future__ import annotations


def check_strategy(
    strategy: str, create_graph: bool, strict: bool, vectorize: bool
) -> None:
    """Refuse what PyTorch's forward mode can't do; the engine goes backward anyway.

    >>> check_strategy("reverse-mode", True, True, False)
    """
    check_known(strategy, _HINT)
    if strategy == "reverse-mode":
        return
    if create_graph:
        raise NotImplementedError(_FORWARD.format("create_graph"))
    if strict:
        raise RuntimeError(_FORWARD.format("strict"))
    if not vectorize:
        raise NotImplementedError(
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian is"
            "only implemented for `vectorize=True`."
        )


def check_known(strategy: str, hint: str = "") -> None:
    """Refuse a strategy that there isn't.

    >>> check_known("forward-mode")
    """
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(
            f'Expected strategy to be either "forward-mode" or "reverse-mode".{hint}'
        )


_HINT = (
    ' Hint: If your function has more outputs than inputs, "forward-mode" tends to be '
    'more performant. Otherwise, prefer to use "reverse-mode".'
)
_FORWARD = (
    'torch.autograd.functional.jacobian: `{0}=True` and `strategy="forward-mode"` are '
    "not supported together (yet). Please either set `{0}=False` or "
    '`strategy="reverse-mode"`.'
)
NOT_TOGETHER = (
    "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not "
    "supported together. Please either set `strict=False` or `vectorize=False`."
)
NO_VECTOR = (
    "The vector v can only be None if the input to the user-provided function is a "
    "single Tensor with a single element."
)
NO_GRADIENTS = (
    "Output {} of the user-provided function does not require gradients. The outputs "
    "must be computed in a differentiable manner from the input when running in strict "
    "mode."
)
STRICT = " This is not allowed in strict mode."
GRAPH = " This is not allowed in strict mode when create_graph=True."
INDEPENDENT = (
    "The output of the user-provided function is independent of input {}." + STRICT
)
OF_OUTPUT = (
    "Output {} of the user-provided function is independent of input {}." + STRICT
)
GRADIENT_INDEPENDENT = (
    "The gradient with respect to input {} is independent of the inputs of the "
    "user-provided function." + STRICT
)
JACOBIAN_CONSTANT = (
    "The jacobian of the user-provided function is independent of input {}." + GRAPH
)
SLOPE_INDEPENDENT = (
    "The jacobian of the user-provided function is independent of input {}." + STRICT
)
HESSIAN_CONSTANT = (
    "The hessian of the user-provided function is independent of input {}." + GRAPH
)
TRICK_INDEPENDENT = (
    "The gradient with respect to the input is independent of entry {} in the "
    "grad_outputs when using the double backward trick to compute forward mode "
    "gradients." + STRICT
)
HESSIAN_TRICK = (
    "The hessian of the user-provided function is independent of entry {} in the "
    "grad_jacobian. This is not allowed in strict mode as it prevents from using the "
    "double backward trick to replace forward mode AD."
)
HESSIAN_OF_LINEAR = (
    "While computing the hessian, found that the jacobian of the user-provided "
    "function with respect to input {} is independent of the input. This is not "
    "allowed in strict mode. You should ensure that your function is twice "
    "differentiable and that the jacobian depends on the inputs (this would be "
    "violated by a linear function for example)."
)
