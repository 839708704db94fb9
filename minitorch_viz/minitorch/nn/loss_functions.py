"""Losses as functions."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..functions.arithmetic import pow as power
from ..functions.reducing import mean, sum
from ..functions.shaping import expand
from ..op import OPS, call
from ..tensor import Tensor, needs_grad, wrap
from ..thread import thread
from .asking import asks
from .reductions import MEAN, NONE, SUM, averaged

_REDUCTIONS = {"none": NONE, "mean": MEAN, "sum": SUM}


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


def reduction_number(reduction: str) -> int:
    """Return the number that PyTorch has for a reduction.

    >>> reduction_number("mean")
    1
    """
    if reduction not in _REDUCTIONS:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return _REDUCTIONS[reduction]


def reduced(losses: Tensor, reduction: str) -> Tensor:
    """Return losses, their mean or their sum.

    >>> from minitorch_viz import minitorch as torch
    >>> reduced(torch.ones(2), "sum")
    tensor(2.)
    """
    if reduction_number(reduction) == NONE:
        return losses
    return mean(losses) if reduction == "mean" else sum(losses)


def _of_one_size(input: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return what is compared element by element, with a warning of two sizes."""
    if target._array.shape != input._array.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}). This will likely lead to incorrect results due to "
            "broadcasting. Please ensure they have the same size.",
            UserWarning,
            stacklevel=4,
        )
    a, b = input._array.shape, target._array.shape
    _check_broadcast(a, b)
    shape = a if a == b else np.broadcast_shapes(a, b)
    first, second = (
        x if x._array.shape == shape else expand(x, shape) for x in (input, target)
    )
    return first, second


def fixed(name: str, **tensors: Tensor | None) -> None:
    """Refuse gradients with respect to what a loss has none for.

    >>> from minitorch_viz import minitorch as torch
    >>> fixed("nll_loss", weight=torch.ones(1))
    """
    for argument, tensor in tensors.items():
        if tensor is not None and thread.now.grad and needs_grad(tensor):
            raise RuntimeError(
                f"The function '{name}' is not differentiable with respect to argument "
                f"'{argument}'. This input cannot have requires_grad True."
            )


def _check_broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    for back, (m, n) in enumerate(zip(reversed(a), reversed(b), strict=False), 1):
        if m != n and 1 not in (m, n):
            raise RuntimeError(
                f"The size of tensor a ({m}) must match the size of tensor b ({n}) at "
                f"non-singleton dimension {max(len(a), len(b)) - back}"
            )


def _weighed(
    losses: Tensor, weight: Tensor, input: Tensor, reduction: str, by_weight: bool
) -> Tensor:
    """Return losses times their weights, their sum, or a mean."""
    if weight._array.shape != input._array.shape:
        raise ValueError("Weights and input must have the same size.")
    losses = losses * weight
    if reduction == "none":
        return losses
    if reduction == "sum":
        return sum(losses)
    if reduction == "mean":
        return sum(losses) / sum(weight) if by_weight else mean(losses)
    raise ValueError(
        f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'."
    )


@asks("target.size", "input.size", "nn.mse_loss(input, target)")
@averaged
def mse_loss(
    input: Tensor,
    target: Tensor,
    *,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Return the mean of the squared differences.

    >>> from minitorch_viz import minitorch as torch
    >>> mse_loss(torch.ones(2), torch.tensor([1.0, 3.0]))
    tensor(2.)
    """
    pair = _of_one_size(input, target)
    if weight is not None:
        squares = power(_run("sub", *pair, args=(1,)), 2)
        return _weighed(squares, weight, input, reduction, True)
    return _run("mse_loss", *pair, args=(reduction_number(reduction),))


@asks("target.size", "input.size", "nn.l1_loss(input, target)")
@averaged
def l1_loss(
    input: Tensor,
    target: Tensor,
    *,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Return the mean of the absolute differences.

    >>> from minitorch_viz import minitorch as torch
    >>> l1_loss(torch.ones(2), torch.tensor([1.0, 3.0]))
    tensor(1.)
    """
    pair = _of_one_size(input, target)
    if weight is None:
        reduction_number(reduction)
    losses = _run("sub", *pair, args=(1,)).abs()
    if weight is not None:
        return _weighed(losses, weight, input, reduction, True)
    return reduced(losses, reduction)


@asks("target.size", "input.size", "nn.smooth_l1_loss(input, target)")
@averaged
def smooth_l1_loss(
    input: Tensor, target: Tensor, *, reduction: str = "mean", beta: float = 1.0
) -> Tensor:
    """Return a loss that is squared below `beta` and absolute above.

    >>> from minitorch_viz import minitorch as torch
    >>> smooth_l1_loss(torch.ones(1), torch.tensor([3.0]))
    tensor(1.5000)
    """
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    if beta == 0:
        return l1_loss(input, target, reduction=reduction)
    pair = _of_one_size(input, target)
    return _run("smooth_l1_loss", *pair, args=(reduction_number(reduction), beta))


@asks("target.size", "input.size", "nn.huber_loss(input, target)")
@averaged
def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Return a loss that is squared below `delta` and linear above.

    >>> from minitorch_viz import minitorch as torch
    >>> huber_loss(torch.ones(1), torch.tensor([3.0]))
    tensor(1.5000)
    """
    pair = _of_one_size(input, target)
    how = reduction_number(reduction if weight is None else "none")
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    losses = _run("huber_loss", *pair, args=(how, delta))
    if weight is None:
        return losses
    return _weighed(losses, weight, input, reduction, False)


@asks("target.size", "input.size", "nn.binary_cross_entropy(input, target)")
@averaged
def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return the cross entropy of chances and targets between 0 and 1.

    >>> from minitorch_viz import minitorch as torch
    >>> binary_cross_entropy(torch.tensor([0.5]), torch.tensor([1.0]))
    tensor(0.6931)
    """
    number = reduction_number(reduction)
    if input._array.shape != target._array.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}) is deprecated. Please ensure they have the same size."
        )
    if weight is not None:
        weight = expand(weight, input._array.shape)
    fixed("binary_cross_entropy", weight=weight)
    return _run("binary_cross_entropy", input, target, weight, args=(number,))


@asks(
    "target.size", "input.size", "torch.binary_cross_entropy_with_logits(input, target)"
)
@averaged
def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Return `binary_cross_entropy` of `sigmoid(input)`, computed safely.

    >>> from minitorch_viz import minitorch as torch
    >>> binary_cross_entropy_with_logits(torch.zeros(1), torch.ones(1))
    tensor(0.6931)
    """
    number = reduction_number(reduction)
    if input._array.shape != target._array.shape:
        raise ValueError(
            f"Target size ({target.shape}) must be the same as input size "
            f"({input.shape})"
        )
    inputs = input, target, weight, pos_weight
    return _run("binary_cross_entropy_with_logits", *inputs, args=(number,))


@averaged
def kl_div(
    input: Tensor, target: Tensor, *, reduction: str = "mean", log_target: bool = False
) -> Tensor:
    """Return how far `target` is from the log probabilities in `input`.

    >>> from minitorch_viz import minitorch as torch
    >>> kl_div(torch.zeros(2), torch.ones(2), reduction="sum")
    tensor(0.)
    """
    if reduction == "mean":
        warnings.warn(_KL_MEAN, UserWarning, stacklevel=3)
    whole = "sum" if reduction == "batchmean" else reduction
    found = _parsed_divergence(input, target, whole, log_target)
    if reduction == "batchmean":
        shape = input._array.shape
        return _run("div", found, shape[0]) if shape else found
    return found


@asks("torch.kl_div(input, target)")
def _parsed_divergence(
    input: Tensor, target: Tensor, reduction: str, log_target: bool
) -> Tensor:
    return divergence(input, target, reduction=reduction, log_target=log_target)


def divergence(
    input: Tensor, target: Tensor, *, reduction: str, log_target: bool = False
) -> Tensor:
    """Return `kl_div`, whose mean is taken over all elements.

    >>> from minitorch_viz import minitorch as torch
    >>> divergence(torch.zeros(2), torch.ones(2), reduction="none")
    tensor([0., 0.])
    """
    reduction_number(reduction)
    if not input._array.dtype.kind == target._array.dtype.kind == "f":
        raise RuntimeError("kl_div: Integral inputs not supported.")
    if log_target:
        apart = target - input
        losses = target.exp() * apart
    else:
        product = target * input
        losses = _run("xlogy", target, target) - product
    return reduced(losses, reduction)


_KL_MEAN = (
    "reduction: 'mean' divides the total loss by both the batch size and the support "
    "size.'batchmean' divides only by the batch size, and aligns with the KL div math "
    "definition.'mean' will be changed to behave the same as 'batchmean' in the next "
    "major release."
)


def filled_as(like: Tensor, value: float) -> Tensor:
    """Return what an operation makes for itself, of a tensor's size and type.

    >>> from minitorch_viz import minitorch as torch
    >>> filled_as(torch.zeros(2), 3.0)
    tensor([3., 3.])
    """
    found = wrap(np.full_like(like._array, value))
    if found._counter is not None:
        found._counter[0] = 1  # filled in place
    return found
