"""`gradcheck`: a gradient against small differences of the function itself."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..creation import empty
from ..dtypes import float64
from ..events import silence
from ..graph import Gradient, Node, target_of
from ..storage import Array
from ..tensor import Tensor, bump, needs_grad, wrap
from .passes import grad


class GradcheckError(RuntimeError):
    """The two Jacobians differ."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    **unused: Any,
) -> bool:
    """Return True if gradients agree with central differences.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(3, dtype=torch.float64, requires_grad=True)
    >>> gradcheck(lambda x: (x**2).sum(), x)
    True
    """
    given, points = _listed(inputs), [x for x in _listed(inputs) if _asked(x)]
    _check_inputs(given)
    try:
        outputs = _check_slopes(func, given, points, eps, (rtol, atol), nondet_tol)
        _check_zeros(outputs, points)
        if check_undefined_grad:
            _check_undefined(func, given, points, len(outputs))
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any], inputs: Any, grad_outputs: Any = None, **options: Any
) -> bool:
    """Return True if second derivatives agree with central differences.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(3, dtype=torch.float64, requires_grad=True)
    >>> gradgradcheck(lambda x: (x**3).sum(), x)
    True
    """
    given = _listed(inputs)
    if grad_outputs is None:
        outputs = [out for out in _listed(func(*given)) if out.requires_grad]
        starts = [_start(out) for out in outputs]
    else:
        starts = list(_listed(grad_outputs))

    # Without outputs that require grad this cuts everything off, as PyTorch's does.
    cut = -len(starts)

    def slopes(*points: Any) -> Any:
        wanted = [x for x in points[:cut] if _asked(x)]
        outputs = [out for out in _listed(func(*points[:cut])) if out.requires_grad]
        found = grad(
            outputs, wanted, points[cut:], create_graph=True, allow_unused=True
        )
        return tuple(each for each in found if each is not None)

    return gradcheck(slopes, (*given, *starts), **options)


def _start(output: Tensor) -> Tensor:
    """Return random numbers for the gradient to begin with."""
    kind = output.dtype if output.dtype.is_floating_point else float64
    made: Any = empty(output._array.shape, dtype=kind)
    return made.uniform_(-1, 1).requires_grad_()  # type: ignore[no-any-return]


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _asked(value: Any) -> bool:
    return isinstance(value, Tensor) and needs_grad(value)


def _check_inputs(given: Sequence[Any]) -> None:
    """Refuse inputs whose gradients differences can't measure."""
    for place, x in enumerate(given):
        if not _asked(x):
            continue
        if x.dtype is not float64:
            warnings.warn(_NOT_DOUBLE.format(place), stacklevel=3)
        pairs = zip(x._array.strides, x._array.shape, strict=True)
        if any(stride <= 0 and size > 1 for stride, size in pairs):
            raise RuntimeError(_OVERLAPPING.format(place))
    if not any(map(_asked, given)):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none "
            "of them have requires_grad=True."
        )


def _check_slopes(
    func: Callable[..., Any],
    given: Sequence[Any],
    points: Sequence[Tensor],
    eps: float,
    near: tuple[float, float],
    nondet_tol: float,
) -> list[Tensor]:
    """Compare the slopes of all outputs that have any, and return these outputs."""
    found = _listed(func(*given))
    outputs = [out for out in found if out.requires_grad]
    columns = [_numerical(func, given, x, found, eps) for x in points]
    if not outputs:
        # Without a graph the function must be constant.
        for column in columns:
            for out, jacobian in zip(found, column, strict=True):
                if out.is_floating_point() and jacobian.any():
                    raise GradcheckError(_NOT_ZERO)
        return []
    measured = [m for o, *m in zip(found, *columns, strict=False) if _asked(o)]
    for place, (output, wanted) in enumerate(zip(outputs, measured, strict=True)):
        slopes = _analytical(output, points, nondet_tol)
        for number, pair in enumerate(zip(slopes, wanted, strict=True)):
            if not np.allclose(*pair, *near):
                slope, differences = map(wrap, pair)
                raise GradcheckError(
                    f"Jacobian mismatch for output {place} with respect to input "
                    f"{number},\nnumerical:{differences}\nanalytical:{slope}\n"
                )
    return outputs


def _numerical(
    func: Callable[..., Any],
    given: Sequence[Any],
    x: Tensor,
    found: Sequence[Tensor],
    eps: float,
) -> list[Array]:
    """Return a Jacobian for each output by central differences: a row per element."""
    array = x._array
    jacobians = [np.zeros((array.size, o._array.size), o._array.dtype) for o in found]
    for row, place in enumerate(np.ndindex(array.shape)):
        kept, ends = array[place], []
        for step in (-eps, eps):
            array[place] = kept + step
            moved = _listed(func(*given))
            with silence():
                ends.append([out.detach().clone() for out in moved])
        array[place] = kept
        for pair in zip(*ends, strict=True):
            _check_alike(pair, place, eps)
        for jacobian, low, high in zip(jacobians, *ends, strict=True):
            with silence():
                jacobian[row] = ((high - low) / (2 * eps)).flatten()._array
    return jacobians


def _check_alike(ends: Sequence[Tensor], place: tuple[int, ...], eps: float) -> None:
    """Refuse outputs whose form depends on the values of the inputs."""
    for what, forms in (
        ("shape", [each.shape for each in ends]),
        ("dtype", [each.dtype for each in ends]),
    ):
        if forms[0] != forms[1]:
            raise AssertionError(
                f"Expected `func` to return outputs with the same {what} when inputs "
                f"are perturbed on index {place} by {eps}, but got: {what}s {forms[0]} "
                f"and {forms[1]}."
            )


def _analytical(output: Tensor, points: Sequence[Tensor], tolerance: float) -> Any:
    """Return a Jacobian for each input by backward, which is asked twice."""
    first, again = (list(_rows(output, points)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        if one.size and np.abs(one - other).max() > tolerance:
            raise GradcheckError(_NOT_REENTRANT.format(tolerance))
    return first


def _rows(output: Tensor, points: Sequence[Tensor]) -> Iterator[Array]:
    size = output._array.size
    jacobians = [np.zeros((x._array.size, size), x._array.dtype) for x in points]
    # PyTorch has one tensor for all, which it writes to twice for each row.
    start = wrap(np.zeros(output._array.shape, output._array.dtype))
    for place in range(size):
        bump(start)._array[...] = 0
        bump(start)._array.reshape(-1)[place] = 1
        found = grad(output, points, start, retain_graph=True, allow_unused=True)
        for jacobian, slope in zip(jacobians, found, strict=True):
            if slope is not None:
                jacobian[:, place] = slope._array.reshape(-1)
    yield from jacobians


def _check_zeros(outputs: Sequence[Tensor], points: Sequence[Tensor]) -> None:
    """Refuse a backward that makes something of nothing."""
    starts = [wrap(np.zeros_like(out._array, order="C")) for out in outputs]
    found = grad(outputs, points, starts, allow_unused=True)
    if any(slope is not None and slope._array.any() for slope in found):
        raise GradcheckError("backward not multiplied by grad_output")


class UndefinedGrad(Node):
    """What sends no gradient on, as if its output hadn't been used."""

    def __init__(self, tensor: Tensor) -> None:
        super().__init__()
        self.targets = (target_of(tensor),)
        self.shapes = ((tensor._array.shape, tensor._array.dtype),)

    def run(self, grads: list[Gradient]) -> Sequence[Gradient]:
        """Forget what came."""
        return [None for _ in grads]


def _check_undefined(
    func: Callable[..., Any],
    given: Sequence[Any],
    points: Sequence[Tensor],
    count: int,
) -> None:
    """Refuse a backward that can't do without gradients of its outputs."""
    cut = [range(count), *((i,) for i in range(count) if count > 1)]
    checked = []
    for places in cut:
        outputs = [out for out in _listed(func(*given)) if out.requires_grad]
        checked.append(
            [_undefined(o) if i in places else o for i, o in enumerate(outputs)]
        )
    for outputs in checked:
        starts = [wrap(np.zeros_like(out._array, order="C")) for out in outputs]
        try:
            found = grad(outputs, points, starts, allow_unused=True)
        except RuntimeError as error:
            warnings.warn(_NEW_CHECK, stacklevel=4)
            raise GradcheckError(_NOT_HANDLED) from error
        if any(slope is not None and slope._array.any() for slope in found):
            warnings.warn(_NEW_CHECK, stacklevel=4)
            raise GradcheckError(_NOT_NOTHING)


def _undefined(output: Tensor) -> Tensor:
    made = wrap(output._array.copy())
    made._requires_grad, made._grad_fn = True, UndefinedGrad(output)
    return made


_NOT_DOUBLE = (
    "Input #{} requires gradient and is not a double precision floating point or "
    "complex. This check will likely fail if all the inputs are not of double "
    "precision floating point or complex. "
)
_OVERLAPPING = (
    "The {}th input has a dimension with stride 0. gradcheck only supports inputs that "
    "are non-overlapping to be able to compute the numerical gradients correctly. You "
    "should call .contiguous on the input before passing it to gradcheck."
)
_NOT_ZERO = "Numerical gradient for function expected to be zero"
_NEW_CHECK = (
    "Backwards compatibility: New undefined gradient support checking feature is "
    "enabled by default, but it may break existing callers of this function. If this "
    'is true for you, you can call this function with "check_undefined_grad=False" to '
    "disable the feature"
)
_NOT_HANDLED = (
    "Expected backward function to handle undefined output grads. Please look at "
    '"Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"'
)
_NOT_NOTHING = (
    "Expected all input grads to be undefined or zero when all output grads are "
    'undefined or zero. Please look at "Notes about undefined output gradients" in '
    '"tools/autograd/derivatives.yaml"'
)
_NOT_REENTRANT = (
    "Backward is not reentrant, i.e., running backward with same input and grad_output "
    "multiple times gives different values, although analytical gradient matches "
    "numerical gradient.The tolerance for nondeterminism was {}.\n\nNOTE: If your op "
    "relies on non-deterministic operations i.e., it is listed here:\n"
    "https://pytorch.org/docs/stable/generated/"
    "torch.use_deterministic_algorithms.html\nthis failure might be expected.\n\nIf "
    "you are adding a new operator, please file an issue and then use one of the\n"
    "workarounds. The workaround depends on how your test invokes "
    "gradcheck/gradgradcheck.\nIf the test\n- manually invokes "
    "gradcheck/gradgradcheck, then call gradcheck/gradgradcheck\n  with "
    "`nondet_tol=<tol>` as a keyword argument.\n- is OpInfo-based (e.g., in "
    "test_ops_gradients.py), then modify the OpInfo for the test\n  to have "
    "`gradcheck_nondet_tol=<tol>`.\n- is a Module test (e.g., in common_nn.py), then "
    "modify the corresponding\n  module_test entry to have "
    "`gradcheck_nondet_tol=<tol>`\n"
)
