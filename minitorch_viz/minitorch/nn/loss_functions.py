"""Losses as functions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..functions.arithmetic import softened
from ..functions.reducing import mean, sum
from ..functions.shaping import expand, reshape
from ..inplace import call_inplace
from ..keeping import call_keeping
from ..op import OPS, call
from ..tensor import Tensor, needs_grad, wrap
from ..thread import thread
from .asking import asks
from .ops_loss import MEAN, NONE, SUM
from .reductions import averaged

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


@asks("target.size", "input.size", "nn.mse_loss(input, target)")
@averaged
def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Return the mean of the squared differences.

    >>> from minitorch_viz import minitorch as torch
    >>> mse_loss(torch.ones(2), torch.tensor([1.0, 3.0]))
    tensor(2.)
    """
    pair = _of_one_size(input, target)
    return _run("mse_loss", *pair, args=(reduction_number(reduction),))


@asks("target.size", "input.size", "nn.l1_loss(input, target)")
@averaged
def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Return the mean of the absolute differences.

    >>> from minitorch_viz import minitorch as torch
    >>> l1_loss(torch.ones(2), torch.tensor([1.0, 3.0]))
    tensor(1.)
    """
    pair = _of_one_size(input, target)
    reduction_number(reduction)
    return reduced(_run("sub", *pair, args=(1,)).abs(), reduction)


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
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0
) -> Tensor:
    """Return a loss that is squared below `delta` and linear above.

    >>> from minitorch_viz import minitorch as torch
    >>> huber_loss(torch.ones(1), torch.tensor([3.0]))
    tensor(1.5000)
    """
    pair, how = _of_one_size(input, target), reduction_number(reduction)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    return _run("huber_loss", *pair, args=(how, delta))


@asks("nn.nll_loss_nd(input, target, weight)")
@averaged
def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """Return the mean of minus the target classes' log probabilities.

    >>> from minitorch_viz import minitorch as torch
    >>> nll_loss(torch.tensor([[-1.0, -2.0]]), torch.tensor([1]))
    tensor(2.)
    """
    number, shape = reduction_number(reduction), input._array.shape
    _check_classes(input, target, weight, ignore_index)
    args = number, ignore_index
    if len(shape) <= 2:
        fixed("nll_loss_forward", weight=weight)
        return call_keeping("nll_loss", (input, target, weight), args)
    # PyTorch lays further dimensions out as an image.
    classes = shape[1]
    scores = reshape(input, (shape[0], classes, 1, -1)) if len(shape) != 4 else input
    places = reshape(target, (shape[0], 1, -1)) if len(shape) != 4 else target
    found = call_keeping("nll_loss2d", (scores, places, weight), args)
    if number != NONE or len(shape) == 4:
        return found
    return reshape(found, (shape[0], *shape[2:]))


def _check_classes(
    input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int
) -> None:
    shape, places = input._array.shape, target._array
    if not shape:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    batch = places.shape[0] if places.ndim else 0
    if len(shape) > 1 and shape[0] != batch:
        raise ValueError(
            f"Expected input batch_size ({shape[0]}) to match target batch_size "
            f"({batch})."
        )
    if len(shape) <= 2 and places.ndim > 1:
        raise RuntimeError(
            "0D or 1D target tensor expected, multi-target not supported"
        )
    if len(shape) > 2 and places.shape != (shape[0], *shape[2:]):
        raise RuntimeError(
            f"Expected target size {[shape[0], *shape[2:]]}, got {list(places.shape)}"
        )
    if places.dtype not in (np.int64, np.uint8):
        raise RuntimeError(
            "expected target dtype to be Long or Byte, but got "
            f"{target.dtype.scalar_name}"
        )
    if len(shape) == places.ndim == 1 != batch:
        raise ValueError(
            f"For 1D input, 1D target must have size 1, but got target size: {batch}"
        )
    count = shape[min(1, len(shape) - 1)]
    if weight is not None and weight._array.shape != (count,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {count} classes or no "
            f"classes but got weight tensor of shape: {list(weight._array.shape)}"
        )
    if input._array.dtype.kind != "f":
        frame = "nll_loss" if len(shape) <= 2 else "nll_loss2d_forward"
        raise NotImplementedError(
            f"\"{frame}_out_frame\" not implemented for '{input.dtype.scalar_name}'"
        )
    if weight is not None and weight.dtype != input.dtype:
        raise RuntimeError(
            f"expected scalar type {input.dtype.scalar_name} but found "
            f"{weight.dtype.scalar_name}"
        )
    wrong = (places != ignore_index) & ((places < 0) | (places >= count))
    if wrong.any():
        raise IndexError(f"Target {int(places[wrong].flat[0])} is out of bounds.")


@asks("nn.cross_entropy_loss(input, target, weight)")
@averaged
def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return `nll_loss` of `log_softmax`; targets are classes or probabilities.

    >>> from minitorch_viz import minitorch as torch
    >>> cross_entropy(torch.zeros(1, 2), torch.tensor([1]))
    tensor(0.6931)
    """
    reduction_number(reduction)
    axis = min(1, input._array.ndim - 1)
    chances = target._array.shape == input._array.shape
    if chances and target._array.dtype.kind != "f":
        raise RuntimeError(
            "Expected floating point type for target with class probabilities, got "
            f"{target.dtype.scalar_name}"
        )
    scores = softened("log_softmax", input, axis)
    if chances:
        return _of_chances(scores, target, weight, reduction, label_smoothing, axis)
    loss = nll_loss(
        scores, target, weight, ignore_index=ignore_index, reduction=reduction
    )
    if label_smoothing > 1:
        raise RuntimeError(
            f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}"
        )
    if label_smoothing <= 0:
        return loss
    smooth = _smooth(scores, target, weight, ignore_index, reduction, axis)
    share = label_smoothing / input._array.shape[axis]
    smooth = _run("mul.number", smooth, args=(share,))
    sharp = _run("mul.number", loss, args=(1 - label_smoothing,))
    return _run("add", sharp, smooth, args=(1,))


def _smooth(
    scores: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    axis: int,
) -> Tensor:
    """Return the loss if every class were right."""
    weighted = scores if weight is None else scores * _along(weight, scores, axis)
    losses = _run("neg", weighted.sum(axis))
    ignored = target == ignore_index
    losses = losses.masked_fill_(ignored, 0.0)
    if reduction != "mean":
        return reduced(losses, reduction)
    counted = _run("bitwise_not", ignored)
    if weight is not None:
        counted = weight.gather(0, target.masked_select(counted))
    total = counted.sum()
    return _run("div", losses.sum(), total)


def _along(weight: Tensor, like: Tensor, axis: int) -> Tensor:
    """Lay a weight per class along the class dimension."""
    ndim = like._array.ndim
    return reshape(weight, tuple(-1 if i == axis else 1 for i in range(ndim)))


def _of_chances(
    scores: Tensor,
    target: Tensor,
    weight: Tensor | None,
    reduction: str,
    smoothing: float,
    axis: int,
) -> Tensor:
    if smoothing:
        count = scores._array.shape[axis]
        share = smoothing / count if count else math.inf
        target = target * (1 - smoothing) + share
    along = None if weight is None else _along(weight, scores, axis)
    losses = scores * target
    losses = losses if along is None else losses * along
    if reduction == "none":
        return _run("neg", losses.sum(axis))
    shape, total = scores._array.shape, losses.sum()
    if reduction == "mean" and 0 in shape:
        return _run("neg", call_inplace(OPS["fill"], total, (), (math.nan,)))
    total = _run("neg", total)
    if reduction == "sum":
        return total
    return _run("div.number", total, args=(math.prod(shape) // shape[axis],))


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


@asks("torch.kl_div(input, target)")
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
    if reduction == "batchmean":
        total = divergence(input, target, reduction="sum", log_target=log_target)
        shape = input._array.shape
        return _run("div", total, shape[0]) if shape else total
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
