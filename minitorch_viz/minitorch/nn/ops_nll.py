"""Rows for the negative log likelihood of classes.

Class scores lie along dimension 1 (or 0, without a batch).
"""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array
from ..table.slopes import slope
from ..tensor import Tensor, wrap
from .reductions import MEAN, NONE


def _classes(
    target: Array, weight: Any, ignore_index: int, ndim: int, kind: Any
) -> tuple[tuple[Array, ...], Array, Array]:
    """Return where the targets' classes are, what they weigh, and who is ignored."""
    axis = min(1, ndim - 1)
    target = target if axis else target.reshape(())
    ignored = target == ignore_index
    chosen = np.where(ignored, 0, target)
    weights = np.where(ignored, 0, 1 if weight is None else weight[chosen])
    others = [
        np.arange(n).reshape(-1, *(1,) * back)
        for n, back in zip(target.shape, reversed(range(target.ndim)), strict=True)
    ]
    return (*others[:axis], chosen, *others[axis:]), weights.astype(kind), ignored


def _nll(
    self: Array, target: Array, weight: Any, reduction: int, ignore_index: int
) -> tuple[Any, Any]:
    where = _classes(target, weight, ignore_index, self.ndim, self.dtype)
    place, weights, ignored = where
    # Not a product alone: a score of -inf that is ignored must stay out of the sum.
    losses = np.where(ignored, 0, self[place] * -weights)
    if reduction == NONE and self.ndim > 1:
        return losses, np.zeros((), self.dtype)
    total, loss = weights.sum(), losses.sum() + 0  # a zero that -0 doesn't survive
    return (loss / total if reduction == MEAN else loss), total


def _nll_slope(
    grad: Any,
    self: Any,
    target: Any,
    weight: Any,
    total_weight: Any,
    reduction: int,
    ignore_index: int,
) -> Any:
    constants = target, weight, total_weight
    plain = [x._array if isinstance(x, Tensor) else x for x in constants]
    shape, recorded = tuple(self.shape), isinstance(grad, Tensor)
    kind = self._array.dtype if isinstance(self, Tensor) else self.dtype
    where = _classes(plain[0], plain[1], ignore_index, len(shape), kind)
    place, weights, ignored = where
    if reduction == MEAN:
        weights = weights / plain[2]
    found = np.zeros(shape, kind)
    found[place] = np.where(ignored, 0, -weights if recorded else grad * -weights)
    if not recorded:
        return found
    if reduction == NONE:
        grad = do.unsqueeze(grad, min(1, len(shape) - 1))
    return do.where(found != 0, grad * wrap(found), 0.0)


def _nll_backward(
    grad_output: Any,
    self: Any,
    target: Any,
    weight: Any,
    total_weight: Any,
    /,
    reduction: int,
    ignore_index: int,
) -> Any:
    args = target, weight, total_weight, reduction, ignore_index
    return _nll_slope(grad_output, self, *args)


def _nll_formula(name: str) -> Any:
    """Return the formula that calls the operation of this name."""
    return lambda grad, self, target, weight, total_weight, reduction, ignore_index: (
        getattr(do, name)(
            grad, self, target, weight, total_weight, reduction, ignore_index
        )
    )


for _name, _node in (("nll_loss", None), ("nll_loss2d", "NllLoss2DBackward0")):
    Op(
        _name,
        lambda self, target, weight, /, reduction=MEAN, ignore_index=-100: _nll(
            self, target, weight, reduction, ignore_index
        ),
        node=_node,
        outputs=("result", "total_weight"),
        self=_nll_formula(f"{_name}_backward"),
    )
    slope(
        f"{_name}_backward",
        _nll_backward,
        node=(_node or "NllLossBackward0").replace("0", "Backward0"),
        edges=("grad_output", "self"),
    )
