"""Rows that copy a tensor, or write over it."""

# A row's lambda names what backward needs, even where it only passes it on.

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import OPS, Op, do
from ..promotion import exact
from ..storage import Array, overlaps
from ..tensor import Tensor


def _zero(grad: Any) -> Any:
    return do.zeros_like(grad)


Op(
    "clone",
    lambda self, /, order="K": np.array(self, order="C" if overlaps(self) else order),
    self=lambda grad: grad,
)


def in_order(x: Any) -> Any:
    """Return what a formula meets with its elements in order, a copy if need be.

    >>> in_order(np.ones((2, 3)).T).strides
    (16, 8)
    """
    array = x._array if isinstance(x, Tensor) else x
    return x if array.flags.c_contiguous else do.clone(x, "C")


def _back_to(grad: Any, self_sym_type: Any) -> Any:
    have = getattr(grad, "_array", grad).dtype
    return grad if have == self_sym_type else do.to_copy(grad, self_sym_type)


Op(
    "to_copy",
    lambda self, /, dtype: self.astype(dtype),
    self=_back_to,
)
Op("zero", lambda self, /: np.zeros_like(self), self=_zero)
Op(
    "fill",
    lambda self, /, value: np.full(self.shape, exact(value, self.dtype), self.dtype),
    node="FillBackward2",
    self=_zero,
)
Op(
    "fill.tensor",
    lambda self, value, /: np.full(self.shape, value, self.dtype),
    node="FillBackward3",
    self=_zero,
    value=lambda grad: grad.sum(),
)
# `torch.fill` numbers its nodes apart from what fills a tensor itself.
Op("fill.fresh", OPS["fill"].forward, node="FillBackward0", self=_zero)
Op(
    "fill.tensor.fresh",
    OPS["fill.tensor"].forward,
    node="FillBackward1",
    self=_zero,
    value=lambda grad: grad.sum(),
)
Op(
    "copy",
    lambda self, src, /: _copied(self, src),
    node="torch::autograd::CopyBackwards",
    self=_zero,
    src=lambda grad: grad,
)


def _copied(self: Array, src: Array) -> Array:
    shape = np.broadcast_shapes(self.shape, np.shape(src))
    if shape != self.shape:
        raise RuntimeError(
            f"output with shape {list(self.shape)} doesn't match the broadcast shape "
            f"{list(shape)}"
        )
    return np.broadcast_to(src, shape).astype(self.dtype)
