"""The table's rows for losses; `reduction` is 0 for none, 1 for mean, 2 for sum."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import can_cast, dtype, from_numpy, result_type
from ..kernels import NEGATED_BOOL, TWO_BOOLS, kernel, refusing_bool
from ..op import OPS, Op, do, promoted
from ..refusing import check_broadcast
from ..storage import Array
from ..table.fills import written
from ..table.slopes import slope
from ..thread import thread
from .reductions import MEAN, NONE, SUM


def _reduced(values: Any, reduction: int) -> Any:
    if reduction == NONE:
        return values
    if reduction == SUM:
        return values.sum()
    if values.dtype.kind != "f":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a "
            "floating point or complex dtype. Got: "
            + from_numpy(values.dtype).scalar_name
        )
    return values.sum() / np.asarray(values.size, values.dtype)


def _reduced_there(losses: Any, reduction: int) -> Any:
    """Return the mean or sum in the memory that held the losses, as PyTorch does."""
    found = _reduced(losses, reduction)
    if reduction == NONE or not losses.size:
        return found
    place = losses.reshape(-1)[:1].reshape(())
    place[...] = found
    return place


def _share(grad: Any, size: int, reduction: int) -> Any:
    """Return what one element's loss receives of the gradient."""
    return grad / size if reduction == MEAN else grad


def _in_type(slope: Any, like: Any) -> Any:
    """Return a slope in the type of what it belongs to: PyTorch writes it there.

    Here formulas run on arrays; the graph's own nodes see to tensors themselves.
    """
    return slope.astype(like.dtype, copy=False) if type(slope) is np.ndarray else slope


def _size(a: Any, b: Any) -> int:
    return math.prod(np.broadcast_shapes(a.shape, b.shape))


def _mean_writes(node: Any) -> tuple[int, int, int]:
    """How often PyTorch writes to a slope's gradients: a mean divides one in place."""
    return 0, int(node.saved["reduction"] == MEAN), 0


Op(
    "mse_loss",
    lambda self, target, /, reduction=MEAN: _reduced_there(
        np.square(self - target), reduction
    ),
    cast=kernel("mse_cpu", "biu", promoted),
    self=lambda grad, self, target, reduction: do.mse_loss_backward(
        grad, self, target, reduction
    ),
    target=lambda grad, self, target, reduction: do.mse_loss_backward(
        grad, target, self, reduction
    ),
)
slope(
    "mse_loss_backward",
    lambda grad_output, self, target, /, reduction: _in_type(
        _share(grad_output * 2, _size(self, target), reduction) * (self - target),
        self,
    ),
    writes=property(_mean_writes),
)


def _bend(difference: Array, width: float, height: float) -> Any:
    """A parabola near zero, straight lines further out."""
    size = np.abs(difference)
    near = 0.5 * size * size * (height / width) if width else size
    return np.where(size < width, near, height * (size - 0.5 * width))


def _bend_slope(
    grad: Any, a: Any, b: Any, width: float, height: float, reduction: int
) -> Any:
    difference = a - b
    near = difference * (height / width) if width else difference
    far = do.abs(difference) >= width  # not so what is no number
    slope = do.where(far, do.sign(difference) * height, near)
    return _share(grad, _size(a, b), reduction) * slope


Op(
    "smooth_l1_loss",
    lambda self, target, /, reduction=MEAN, beta=1.0: _reduced_there(
        _bend(self - target, beta, 1.0), reduction
    ),
    cast=kernel("smooth_l1_cpu", "biu", promoted),
    self=lambda grad, self, target, reduction, beta: do.smooth_l1_loss_backward(
        grad, self, target, reduction, beta
    ),
    target=lambda grad, self, target, reduction, beta: do.smooth_l1_loss_backward(
        grad, target, self, reduction, beta
    ),
)
slope(
    "smooth_l1_loss_backward",
    lambda grad_output, self, target, /, reduction, beta: _in_type(
        _bend_slope(grad_output, self, target, beta, 1.0, reduction), self
    ),
    writes=property(_mean_writes),
)


def _brought_to(want: dtype, have: dtype, arrays: Sequence[Any]) -> list[Any]:
    """Convert operands to the type of the result, which PyTorch fixes beforehand."""
    if not can_cast(have, want):
        raise RuntimeError(
            f"result type {have.scalar_name} can't be cast to the desired output type "
            f"{want.scalar_name}"
        )
    return [None if x is None else x.astype(want.np, copy=False) for x in arrays]


def _huber_types(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    have = result_type(*inputs)
    if have.name != "bool" == inputs[0].dtype.name:
        _brought_to(inputs[0].dtype, have, arrays)
    return _brought_to(inputs[0].dtype, have, _huber_kernel(inputs, arrays))


def _alike(a: Array, b: Array) -> tuple[Array, Array]:
    """Refuse a target of another type: only the loss itself brings them together."""
    if a.dtype != b.dtype:
        found, want = (from_numpy(each.dtype).scalar_name for each in (b, a))
        raise RuntimeError(f"Found dtype {found} but expected {want}")
    return a, b


_huber_kernel = kernel("huber_cpu", "biu", promoted)
Op(
    "huber_loss",
    lambda self, target, /, reduction=MEAN, delta=1.0: _reduced(
        _bend(self - target, delta, delta), reduction
    ),
    cast=_huber_types,
    self=lambda grad, self, target, reduction, delta: do.huber_loss_backward(
        grad, self, target, reduction, delta
    ),
    target=lambda grad, self, target, reduction, delta: do.huber_loss_backward(
        grad, target, self, reduction, delta
    ),
)
slope(
    "huber_loss_backward",
    lambda grad_output, self, target, /, reduction, delta: _bend_slope(
        grad_output, *_alike(self, target), delta, delta, reduction
    ),
    writes=property(_mean_writes),
)


# Binary cross entropy

_SMALLEST = 1e-12


def _entropy(self: Array, target: Array, weight: Any, reduction: int) -> Any:
    # PyTorch holds each logarithm above -100, so that log(0) stays finite.
    yes, no = np.maximum(np.log(self), -100), np.maximum(np.log1p(-self), -100)
    losses = (target - 1) * no - target * yes
    losses = losses if weight is None else losses * weight
    return _reduced_there(losses, reduction)


def _entropy_types(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    have, want = inputs[1].dtype, inputs[0].dtype
    if have is not want:
        raise RuntimeError(
            f"Found dtype {have.scalar_name} but expected {want.scalar_name}"
        )
    arrays = _entropy_kernel(inputs, arrays)
    for name, array in zip(("input", "target"), arrays, strict=False):
        if not ((array >= 0) & (array <= 1)).all():
            raise RuntimeError(f"all elements of {name} should be between 0 and 1")
    return arrays


_entropy_kernel = kernel("binary_cross_entropy", "biu")


def _entropy_slope(
    grad: Any, self: Any, target: Any, weight: Any, reduction: int
) -> Any:
    spread = self * (1 - self)
    slope = (self - target) / do.where(spread < _SMALLEST, _SMALLEST, spread)
    slope = slope if weight is None else slope * weight
    return _share(grad * slope, math.prod(self.shape), reduction)


def _given(node: Any, name: str) -> bool:
    kept = node.saved.get(name)
    return kept is not None and kept.peek() is not None


def _entropy_writes(node: Any) -> tuple[int, int]:
    """How often PyTorch writes to the gradients: the target's is made in place."""
    return 0, 2 + _given(node, "weight") + int(node.saved["reduction"] == MEAN)


def _entropy_target_slope(
    grad: Any, self: Any, target: Any, weight: Any, reduction: int
) -> Any:
    slope = -(do.log(self) - do.log(1 - self))
    slope = slope if weight is None else slope * weight
    return _share(grad * slope, math.prod(self.shape), reduction)


Op(
    "binary_cross_entropy",
    lambda self, target, weight, /, reduction=MEAN: _entropy(
        self, target, weight, reduction
    ),
    cast=_entropy_types,
    self=lambda grad, self, target, weight, reduction: do.binary_cross_entropy_backward(
        grad, self, target, weight, reduction
    ),
    target=_entropy_target_slope,
    writes=property(_entropy_writes),
)
slope(
    "binary_cross_entropy_backward",
    lambda grad_output, self, target, weight, /, reduction: _entropy_slope(
        grad_output, self, target, weight, reduction
    ),
)


def _logit_types(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    _logit_kernel(inputs, arrays)
    have, want = inputs[0].dtype, inputs[1].dtype
    if arrays[1].dtype.kind == "b":
        raise RuntimeError(TWO_BOOLS)
    return _brought_to(want, have, arrays)


_logit_kernel = kernel("log_sigmoid_cpu", "biu")


def _logit_writes(node: Any) -> tuple[int, int]:
    """How often PyTorch writes to the gradients of the scores and of the target.

    Each factor does. What gets a graph of its own isn't written to, until the last.
    """
    weighted, raised = _given(node, "weight"), _given(node, "pos_weight")
    meant = int(node.saved["reduction"] == MEAN)
    factors = weighted + 2 * raised + meant
    return meant if thread.now.grad else 2 + factors, factors


def _logit_entropy(
    self: Array, target: Array, weight: Any, pos_weight: Any, reduction: int
) -> Any:
    # As PyTorch composes it, which at an infinity is a number less, or none.
    yes, rest = np.logaddexp(-self, 0), 1 - target
    factor = 1 if pos_weight is None else (pos_weight - 1) * target + 1
    losses = rest * self + factor * yes
    losses = (losses if weight is None else losses * weight).astype(self.dtype)
    return _reduced(losses, reduction)


def _logit_slope(
    grad: Any, self: Any, target: Any, weight: Any, pos_weight: Any, reduction: int
) -> Any:
    slope = do.sigmoid(self)
    if pos_weight is None:
        slope = slope - target
    else:
        raised = target * pos_weight
        slope = (raised + 1 - target) * slope - raised
    slope = slope if weight is None else slope * weight
    return _share(grad * slope, math.prod(self.shape), reduction)


def _logit_target_slope(
    grad: Any, self: Any, target: Any, weight: Any, pos_weight: Any, reduction: int
) -> Any:
    slope = -self
    if pos_weight is not None:
        slope = do.log_sigmoid(-self)[0] - pos_weight * do.log_sigmoid(self)[0]
    slope = slope if weight is None else slope * weight
    return _share(grad * slope, math.prod(self.shape), reduction)


Op(
    "binary_cross_entropy_with_logits",
    lambda self, target, weight, pos_weight, /, reduction=MEAN: _logit_entropy(
        self, target, weight, pos_weight, reduction
    ),
    cast=_logit_types,
    writes=property(_logit_writes),
    self=_logit_slope,
    target=_logit_target_slope,
)


def _written_as_float(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    arrays = refusing_bool(NEGATED_BOOL)(inputs, arrays)
    check_broadcast(arrays)
    if arrays[0].dtype.kind != "f":
        kind = from_numpy(arrays[0].dtype).scalar_name
        raise RuntimeError(
            f"result type Float can't be cast to the desired output type {kind}"
        )
    return arrays


Op(
    "soft_margin_loss",
    lambda self, target, /, reduction=MEAN: _reduced_there(
        np.log1p(np.exp(-target * self)).astype(self.dtype), reduction
    ),
    cast=_written_as_float,
    self=lambda grad, self, target, reduction: do.soft_margin_loss_backward(
        grad, self, target, reduction
    ),
)


def _soft_slope(target: Any, z: Any) -> Any:
    return -target * (z / (z + 1))  # so that what is infinite has none, as in PyTorch


slope(
    "soft_margin_loss_backward",
    lambda grad_output, self, target, /, reduction: (
        _share(grad_output, math.prod(self.shape), reduction)
        * _soft_slope(target, do.exp(-target * self))
    ),
    writes=property(_mean_writes),
)
for _name in ("mse_loss", "smooth_l1_loss", "binary_cross_entropy"):
    # The mean or sum is written over what held the losses; one alone isn't resized.
    OPS[_name].leave = written(
        lambda inputs, args: (
            bool(args[0]) * (1 + any(x._array.ndim for x in inputs[:2]))
        )
    )
