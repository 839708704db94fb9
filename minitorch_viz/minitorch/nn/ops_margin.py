"""Rows of the losses that want classes apart by a margin."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array
from .reductions import MEAN, NONE


def _unknown(grad: Any) -> Any:
    raise RuntimeError(
        "derivative for aten::multi_margin_loss_backward is not implemented"
    )


def _unknown_labels(grad: Any) -> Any:
    raise RuntimeError(
        "derivative for aten::multilabel_margin_loss_backward is not implemented"
    )


def _reduced(losses: Array, reduction: int, alone: bool) -> Array:
    if reduction == NONE:
        return losses.reshape(()) if alone else losses
    total = losses.sum()
    found: Array = np.asarray(total / losses.size if reduction == MEAN else total)
    return found.astype(losses.dtype)


def _each(grad: Array, count: int, reduction: int) -> Array:
    """Return what each row's loss receives of the gradient."""
    share = grad / count if reduction == MEAN else grad
    return np.broadcast_to(share.reshape(-1, 1), (count, 1))


def _above(gaps: Array) -> Array:
    """Return what is above zero, which NaN isn't."""
    return np.where(gaps > 0, gaps, 0)


def _gaps(self: Array, target: Array, margin: float) -> tuple[Array, Array, Array]:
    """Return rows, their classes, and by how much others come too near."""
    rows, classes = np.atleast_2d(self), target.reshape(-1)
    own = rows[np.arange(len(rows)), classes][:, None]
    gaps = _above(margin - own + rows)
    gaps[np.arange(len(rows)), classes] = 0
    return rows, classes, gaps


def _multi_margin(
    self: Array,
    target: Array,
    weight: Array | None,
    /,
    p: int,
    margin: float,
    reduction: int,
) -> Array:
    rows, classes, gaps = _gaps(self, target, margin)
    losses = (gaps if p == 1 else gaps * gaps).sum(1) / rows.shape[1]
    if weight is not None:
        losses = losses * weight[classes]
    return _reduced(losses.astype(self.dtype), reduction, self.ndim < 2)


def _multi_margin_slope(
    grad: Array,
    self: Array,
    target: Array,
    weight: Array | None,
    /,
    p: int,
    margin: float,
    reduction: int,
) -> Array:
    rows, classes, gaps = _gaps(self, target, margin)
    slope = (gaps > 0) * 1.0 if p == 1 else 2 * gaps
    slope[np.arange(len(rows)), classes] = -slope.sum(1)
    if weight is not None:
        slope = slope * weight[classes][:, None]
    whole = slope / rows.shape[1] * _each(grad, len(rows), reduction)
    found: Array = whole.astype(self.dtype).reshape(self.shape)
    return found


Op(
    "multi_margin_loss",
    _multi_margin,
    self=lambda grad, self, target, weight, p, margin, reduction: (
        do.multi_margin_loss_backward(grad, self, target, weight, p, margin, reduction)
    ),
)
Op(
    "multi_margin_loss_backward",
    _multi_margin_slope,
    node="torch::autograd::NotImplemented",
    grad=_unknown,
    self=_unknown,
)


def _labels(target: Array) -> Array:
    """Return how often each class is a label: what comes before the first -1 counts."""
    rows = np.atleast_2d(target)
    counts = np.zeros(rows.shape, np.int64)
    for count, row in zip(counts, rows, strict=True):
        end = int((row == -1).argmax()) if (row == -1).any() else len(row)
        np.add.at(count, row[:end], 1)
    return counts


def _label_gaps(self: Array, counts: Array) -> Array:
    """Return by how much each wrong class comes too near to each right one."""
    rows = np.atleast_2d(self)
    gaps = _above(1 - rows[:, :, None] + rows[:, None, :])
    found: Array = gaps * counts[:, :, None] * (counts[:, None, :] == 0)
    return found


def _multilabel(self: Array, target: Array, /, reduction: int) -> tuple[Array, Array]:
    counts = _labels(target)
    losses = _label_gaps(self, counts).sum((1, 2)) / counts.shape[1]
    kept = (counts > 0).astype(self.dtype).reshape(target.shape)
    return _reduced(losses.astype(self.dtype), reduction, self.ndim < 2), kept


def _multilabel_slope(
    grad: Array, self: Array, target: Array, is_target: Array, /, reduction: int
) -> Array:
    counts = _labels(target)
    near = np.sign(_label_gaps(self, counts)) * counts[:, :, None]
    slope = (near.sum(1) - near.sum(2)) / counts.shape[1]
    whole = slope * _each(grad, len(counts), reduction)
    found: Array = whole.astype(self.dtype).reshape(self.shape)
    return found


Op(
    "multilabel_margin_loss",
    _multilabel,
    outputs=("output", "is_target"),
    self=lambda grad, self, target, is_target, reduction: (
        do.multilabel_margin_loss_backward(grad, self, target, is_target, reduction)
    ),
)
Op(
    "multilabel_margin_loss_backward",
    _multilabel_slope,
    node="torch::autograd::NotImplemented",
    grad=_unknown_labels,
    self=_unknown_labels,
)
