"""Rows that scan, sort and test along dimensions."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array
from .reductions import chosen, shared, wide

Op(
    "cumsum",
    lambda self, /, dim: np.cumsum(wide(self), axis=dim) if self.ndim else self.copy(),
    self=lambda grad, dim: _cumsum_reversed(grad, dim),
)
Op(
    "cumprod",
    lambda self, /, dim: np.cumprod(wide(self), axis=dim) if self.ndim else self.copy(),
    self=lambda grad, self, result, dim: (
        _cumsum_reversed(grad * result, dim) / self if self.shape else grad
    ),
)


def _cumsum_reversed(grad: Any, dim: int) -> Any:
    if not grad.shape:
        return grad
    return do.flip(do.cumsum(do.flip(grad, (dim,)), dim), (dim,))


def _sorted(self: Array, dim: int, descending: bool) -> Any:
    if not self.ndim:
        return self.copy(), np.zeros((), np.int64)
    key = -self if descending else self
    indices = np.argsort(key, axis=dim, kind="stable")
    return np.take_along_axis(self, indices, dim), indices


def _top(self: Array, k: int, dim: int, largest: bool) -> Any:
    values, indices = _sorted(self, dim, largest)
    cut = (slice(None),) * dim + (slice(k),) if self.ndim else ()
    return values[cut].copy(), indices[cut].copy()


def _middle(self: Array, dim: int, keepdim: bool) -> Any:
    if not self.ndim:
        return self.copy(), np.zeros((), np.int64)
    values, indices = _sorted(self, dim, False)
    place = [slice(None)] * self.ndim
    half = (self.shape[dim] - 1) // 2
    place[dim] = slice(half, half + 1)
    found = values[tuple(place)].copy(), indices[tuple(place)].copy()
    return found if keepdim else tuple(each.squeeze(dim) for each in found)


Op(
    "sort",
    lambda self, /, dim=-1, descending=False: _sorted(self, dim, descending),
    outputs=("values", "indices"),
    writes=2,
    self=lambda grad, indices, self_sym_sizes, dim: chosen(
        grad, indices, self_sym_sizes, dim, True
    ),
)
Op(
    "topk",
    lambda self, /, k, dim=-1, largest=True: _top(self, k, dim, largest),
    outputs=("values", "indices"),
    writes=2,
    self=lambda grad, indices, self_sym_sizes, dim: chosen(
        grad, indices, self_sym_sizes, dim, True
    ),
)
Op(
    "median.dim",
    lambda self, /, dim, keepdim=False: _middle(self, dim, keepdim),
    node="MedianBackward1",
    outputs=("values", "indices"),
    writes=2,
    self=lambda grad, indices, self_sym_sizes, dim, keepdim: chosen(
        grad, indices, self_sym_sizes, dim, keepdim
    ),
)
Op(
    "median",
    lambda self, /: _median(self),
    writes=1,
    self=lambda grad, self, result: shared(grad, self, result, (), False),
)


def _median(self: Array) -> Any:
    if not self.size:
        return np.full((), np.nan, self.dtype)
    half = (self.size - 1) // 2
    return np.partition(self, half, axis=None)[half]


Op("all", lambda self, /: np.all(self))
Op("any", lambda self, /: np.any(self))
Op(
    "all.dim",
    lambda self, /, dim, keepdim=False: np.all(self, axis=dim, keepdims=keepdim),
)
Op(
    "any.dim",
    lambda self, /, dim, keepdim=False: np.any(self, axis=dim, keepdims=keepdim),
)
Op(
    "argsort",
    lambda self, /, dim=-1, descending=False: _sorted(self, dim, descending)[1],
)
Op(
    "count_nonzero",
    lambda self, /, dim=(): np.asarray(np.count_nonzero(self, axis=dim or None)),
)
