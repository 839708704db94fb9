"""Rows that scan, sort and test along dimensions."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inplace import call_inplace
from ..kernels import any_empty, kernel, refuse
from ..op import OPS, Op, do
from ..storage import Array
from ..tensor import Tensor, bump, wrap
from . import selecting
from .reductions import chosen, evenly, gathered, wide
from .slopes import not_implemented

Op(
    "cumsum",
    lambda self, /, dim: (
        # Added to a zero, so that the first is no negative one.
        np.cumsum(wide(self), axis=dim) + 0 if self.ndim else wide(self).copy()
    ),
    self=lambda grad, dim: _cumsum_reversed(grad, dim),
)
Op(
    "cumprod",
    lambda self, /, dim: (
        np.cumprod(wide(self), axis=dim) if self.ndim else wide(self).copy()
    ),
    self=lambda grad, self, result, dim: _cumprod_slope(grad, self, result, dim),
)
for _name in ("cumsum", "cumprod"):
    # Bools that stay what they are have no kernel, and need none if they are no row.
    Op(
        f"{_name}.bool",
        lambda self, /, dim, kernel=f"{_name}_out_cpu": (
            refuse(kernel, self) if self.ndim and self.size else np.array(self)
        ),
    )


def _cumprod_slope(grad: Any, self: Any, result: Any, dim: int) -> Any:
    if math.prod(self.shape) <= 1 or self.shape[dim] == 1:
        return grad
    if not bool((self == 0).any()):
        return _cumsum_reversed(grad * result, dim) / self
    if isinstance(grad, Tensor):
        return _cumprod_slope_written(grad, self, dim)
    return _cumprod_slope_at_zeros(grad, self, result, dim)


def _cumprod_slope_at_zeros(grad: Array, self: Array, result: Array, dim: int) -> Array:
    """Return the gradient where there are zeros: behind the first, no product moves."""
    zeros = np.cumsum(self == 0, dim)
    upto = np.where(zeros == 0, grad * result, 0)
    found = np.where(zeros == 0, _cumsum_reversed(upto, dim) / self, 0)
    # The first zero itself: what stands before it, times the products that follow.
    first = (zeros == 1) & (self == 0)
    after = np.cumprod(np.where((zeros == 1) & ~first, self, 1), dim)
    total = np.where(zeros == 1, after * grad, 0).sum(dim, keepdims=True)
    before = np.roll(result, 1, dim)
    before[(slice(None),) * dim + (slice(1),)] = 1
    return np.where(first, total * before, found).astype(grad.dtype, copy=False)


def _cumprod_slope_written(grad: Tensor, self: Tensor, dim: int) -> Tensor:
    """Write the gradient of one element after the other into zeros, as PyTorch does."""
    size, found = self.shape[dim], bump(wrap(np.zeros_like(self._array)))
    one = do.new_zeros(self, do.narrow(self, dim, 0, 1).shape) + 1
    for place in range(size):
        rest = do.narrow(self, dim, place + 1, size - place - 1)
        parts = [one]
        if place:
            before = do.narrow(self, dim, 0, place)
            parts = [getattr(do, "prod.dim")(before, dim, True)]
        if place < size - 1:
            after = do.cumprod(rest, dim)
            spread = do.expand(parts[0], after.shape) * after if place else after
            parts = [do.cat([*parts, spread], dim)]
        share = do.narrow(grad, dim, place, size - place) * parts[0]
        summed = getattr(do, "sum.dim")(share, (dim,), False)
        call_inplace(OPS["copy"], do.select(found, dim, place), (summed,))
    return found


def _cumsum_reversed(grad: Any, dim: int) -> Any:
    if math.prod(grad.shape) <= 1 or grad.shape[dim] == 1:
        return grad
    return do.flip(do.cumsum(do.flip(grad, (dim,)), dim), (dim,))


def _falling(self: Array) -> Array:
    """Return what rises where `self` falls; NaN is the largest of all."""
    if self.dtype.kind != "f":
        return ~self
    missing = np.isnan(self)
    if not missing.any():
        return -self
    ranks: Array = np.unique(-self, return_inverse=True)[1].reshape(self.shape) + 1
    return np.where(missing, 0, ranks)


def _sorted(self: Array, dim: int, descending: bool, stable: bool) -> Any:
    if not self.ndim:
        return self.copy(), np.zeros((), np.int64)
    ranked = np.argsort(_falling(self) if descending else self, dim, kind="stable")
    before = selecting.descending if descending else selecting.ascending

    def search(values: list[Any], order: list[Any]) -> None:
        order[:] = selecting.arranged(values, order, before)

    if not stable and self.shape[dim] > selecting.SHORT:
        ranked = selecting.indices_of(self, dim, ranked, search)
    return np.take_along_axis(self, ranked, dim), ranked


def _top(self: Array, k: int, dim: int, largest: bool, in_order: bool) -> Any:
    if not self.ndim:
        return self.copy(), np.zeros((), np.int64)
    before = selecting.descending if largest else selecting.ascending

    def search(values: list[Any], order: list[Any]) -> None:
        selecting.top(values, order, k, before, in_order)

    if not self.size:
        shape = (*self.shape[:dim], k, *self.shape[dim + 1 :])
        return np.empty(shape, self.dtype), np.empty(shape, np.int64)
    ranked = _sorted(self, dim, largest, True)[1]
    indices = selecting.indices_of(self, dim, ranked, search, always=not in_order)
    indices = indices[(slice(None),) * dim + (slice(k),)].copy()
    return np.take_along_axis(self, indices, dim), indices


def _middle(self: Array, dim: int, keepdim: bool) -> Any:
    if not self.ndim:
        return self.copy(), np.zeros((), np.int64)
    half = (self.shape[dim] - 1) // 2
    indices = np.take(_sorted(self, dim, False, True)[1], [half], dim)
    if self.dtype.kind == "f":
        missing = np.isnan(self)
        first = missing.argmax(dim, keepdims=True)
        indices = np.where(missing.any(dim, keepdims=True), first, indices)
    return _picked(self, indices, dim, keepdim)


for _name, _node in (("sort", "SortBackward0"), ("sort.stable", "SortBackward1")):
    Op(
        _name,
        lambda self, /, dim=-1, descending=False, stable=False: _sorted(
            self, dim, descending, stable
        ),
        outputs=("values", "indices"),
        writes=2,
        node=_node,
        self=lambda grad, indices, self_sym_sizes, dim: chosen(
            grad, indices, self_sym_sizes, dim, True
        ),
    )
Op(
    "topk",
    lambda self, /, k, dim=-1, largest=True, in_order=True: _top(
        self, k, dim, largest, in_order
    ),
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
    cast=kernel("median_out", "b"),
    outputs=("values", "indices"),
    writes=2,
    self=lambda grad, indices, self_sym_sizes, dim, keepdim: chosen(
        grad, indices, self_sym_sizes, dim, keepdim
    ),
)
Op(
    "median",
    lambda self, /: _median(self),
    cast=kernel("median_cpu", "b", spared=any_empty),
    writes=1,
    self=lambda grad, self, result: evenly(grad, self, result),
)


def _furthest(ufunc: Any, self: Array, dim: int) -> Any:
    """Return running extremes and where the last of each was."""
    if not self.ndim:
        return self.copy(), np.zeros((), np.int64)
    values = ufunc.accumulate(self, axis=dim)
    shape = [-1 if d == dim else 1 for d in range(self.ndim)]
    places = np.arange(self.shape[dim]).reshape(shape)
    found = np.where((self == values) | np.isnan(self), places, 0)
    return values, np.maximum.accumulate(found, axis=dim)


def _furthest_rows(name: str, ufunc: Any) -> None:
    Op(
        name,
        lambda self, /, dim: _furthest(ufunc, self, dim),
        outputs=("values", "indices"),
        writes=2,
        self=lambda grad, self, indices, dim: gathered(grad, self, indices, dim),
    )


_furthest_rows("cummax", np.maximum)
_furthest_rows("cummin", np.minimum)
Op(
    "logcumsumexp",
    lambda self, /, dim: (
        np.logaddexp.accumulate(self, axis=dim) if self.ndim else self.copy()
    ),
    cast=kernel("logcumsumexp_out_cpu", "biu"),
    self=lambda grad, self, result, dim: _logcumsumexp_slope(grad, self, result, dim),
)


def _logcumsumexp_slope(grad: Any, self: Any, result: Any, dim: int) -> Any:
    """Sum what rises and what falls apart: each as a logarithm that can't overflow."""
    if not grad.shape or 0 in grad.shape:
        return grad
    size, least = do.log(do.abs(grad)), np.finfo(np.float32).min
    parts = []
    for mask in (grad > 0, grad < 0):
        flipped = do.flip(do.where(mask, size, float(least)) - result, (dim,))
        summed = do.flip(do.logcumsumexp(flipped, dim), (dim,))
        parts.append(do.exp(summed + self))
    return parts[0] - parts[1]


def _picked(self: Array, indices: Array, dim: int, keepdim: bool) -> Any:
    values = np.take_along_axis(self, indices, dim)
    return (values, indices) if keepdim else (values.squeeze(dim), indices.squeeze(dim))


def _kth(self: Array, k: int, dim: int, keepdim: bool) -> Any:
    if not self.ndim:
        return self.copy(), np.zeros((), np.int64)

    def search(values: list[Any], order: list[Any]) -> None:
        selecting.quickselect(values, order, k - 1)

    ranked = selecting.indices_of(self, dim, _sorted(self, dim, False, True)[1], search)
    return _picked(self, np.take(ranked, [k - 1], dim), dim, keepdim)


def _most_frequent(self: Array, dim: int, keepdim: bool) -> Any:
    """Return the smallest of the most frequent elements, and where the last one is."""
    if not self.ndim:
        return self.copy(), np.zeros((), np.int64)
    rows = np.moveaxis(self, dim, -1)
    found = [selecting.mode(row.tolist()) for row in rows.reshape(-1, self.shape[dim])]
    indices = np.expand_dims(np.array(found, np.int64).reshape(rows.shape[:-1]), dim)
    return _picked(self, indices, dim, keepdim)


Op(
    "kthvalue",
    lambda self, /, k, dim=-1, keepdim=False: _kth(self, k, dim, keepdim),
    cast=kernel("kthvalue_cpu", "b", spared=lambda arrays: not arrays[0].ndim),
    outputs=("values", "indices"),
    writes=2,
    self=lambda grad, indices, self_sym_sizes, dim, keepdim: chosen(
        grad, indices, self_sym_sizes, dim, keepdim
    ),
)
Op(
    "mode",
    lambda self, /, dim=-1, keepdim=False: _most_frequent(self, dim, keepdim),
    outputs=("values", "indices"),
    writes=2,
    self=lambda grad, indices, self_sym_sizes, dim, keepdim: chosen(
        grad, indices, self_sym_sizes, dim, keepdim
    ),
)


def _median(self: Array) -> Any:
    if not self.size:
        return np.full((), np.nan).astype(self.dtype)
    if self.dtype.kind == "f" and np.isnan(self).any():
        return np.asarray(np.nan, self.dtype)
    half = (self.size - 1) // 2
    return np.partition(self, half, axis=None)[half]


def _test_rows(name: str, test: Any) -> None:
    def run(self: Array, **options: Any) -> Any:
        found = test(self, **options)
        # Of bytes PyTorch has always made bytes.
        return found.astype(np.uint8) if self.dtype == np.uint8 else found

    Op(name, lambda self, /: run(self))
    Op(
        f"{name}.dim",
        lambda self, /, dim, keepdim=False: run(self, axis=dim, keepdims=keepdim),
    )
    Op(
        f"{name}.dims",
        lambda self, /, dim, keepdim=False: run(self, axis=dim, keepdims=keepdim),
    )


_test_rows("all", np.all)
_test_rows("any", np.any)
Op("is_all_true", lambda self, /: np.all(self))
Op(
    "argsort",
    lambda self, /, dim=-1, descending=False, stable=False: _sorted(
        self, dim, descending, stable
    )[1],
)
Op(
    "count_nonzero",
    lambda self, /, dim=(): np.asarray(np.count_nonzero(self, axis=dim or None)),
)


def first_of_equals(array: Array, dim: int | None) -> Array:
    """Return where elements, or slices along a dimension, aren't as the one before.

    >>> first_of_equals(np.array([1, 1, 2]), None)
    array([ True, False,  True])
    """
    rows = array.reshape(-1, 1) if dim is None else np.moveaxis(array, dim, 0)
    rows = rows.reshape(len(rows), -1)
    starts = np.ones(len(rows), bool)
    starts[1:] = (rows[1:] != rows[:-1]).any(1)
    return starts


def _consecutive(array: Array, dim: int | None) -> Array:
    starts = first_of_equals(array, dim)
    if dim is None:
        return array.reshape(-1)[starts]
    kept = np.ascontiguousarray(np.moveaxis(array, dim, 0)[starts])
    return np.moveaxis(kept, 0, dim)


Op(
    "unique2",
    lambda self, /: np.unique(self, equal_nan=False),
    node="Unique2Backward0",
    self=not_implemented("_unique2"),
)
Op(
    "unique_dim",
    lambda self, /, dim: np.unique(self, axis=dim, equal_nan=False),
    node="UniqueDimBackward0",
    self=not_implemented("unique_dim"),
)
Op(
    "unique_consecutive",
    lambda self, /, dim=None: _consecutive(self, dim),
    node="UniqueConsecutiveBackward0",
    self=not_implemented("unique_consecutive"),
)
