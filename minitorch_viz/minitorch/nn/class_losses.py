"""Losses of classes, as functions: of log probabilities and of scores."""

from __future__ import annotations

import math

import numpy as np

from ..bind import one_dim, size_of
from ..functions.arithmetic import softened
from ..functions.shaping import reshape
from ..inplace import call_inplace
from ..keeping import call_keeping
from ..op import OPS
from ..tensor import Tensor
from .asking import asks
from .loss_functions import _run, fixed, reduced, reduction_number
from .reductions import NONE, averaged


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
    axis = 0 if input._array.ndim == 1 else 1
    if target._array.shape == input._array.shape:
        _check_chances(input, target, weight, ignore_index, axis)
        scores = softened("log_softmax", input, axis)
        return _of_chances(scores, target, weight, reduction, label_smoothing, axis)
    if label_smoothing > 1:
        raise RuntimeError(
            f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}"
        )
    scores = softened("log_softmax", input, one_dim(axis, input._array.ndim))
    loss = nll_loss(
        scores, target, weight, ignore_index=ignore_index, reduction=reduction
    )
    if label_smoothing <= 0:
        return loss
    smooth = _smooth(scores, target, weight, ignore_index, reduction, axis)
    share = label_smoothing / input._array.shape[axis]
    smooth = _run("mul.number", smooth, args=(share,))
    sharp = _run("mul.number", loss, args=(1 - label_smoothing,))
    return _run("add", sharp, smooth, args=(1,))


def _check_chances(
    input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, axis: int
) -> None:
    """Refuse what can't be the chance of each class."""
    if target._array.dtype.kind != "f":
        raise RuntimeError(
            "Expected floating point type for target with class probabilities, got "
            f"{target.dtype.scalar_name}"
        )
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    classes = size_of(input._array.shape, axis)
    if weight is not None and weight._array.shape != (classes,):
        raise RuntimeError(
            "cross_entropy: weight tensor should be defined either for all "
            f"{classes} classes or no classes but got weight tensor of shape: "
            f"{list(weight._array.shape)}"
        )


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
