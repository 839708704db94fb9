"""Rows that put values into a part of a tensor, or reduce them into its elements."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..op import OPS, Op, do
from ..storage import Array, copied, overlaps
from ..tensor import Tensor
from .indices import corner, places_along

# Scatters into a view's place: what `view.copy_` would do, into a copy.


def patched(name: str, self: Array, src: Array, args: Sequence[Any]) -> Array:
    """Return a copy with `src` where the view of this name would look.

    >>> patched("select", np.zeros((2, 2)), np.ones(2), (0, 1))
    array([[0., 0.],
           [1., 1.]])
    """
    found = np.array(self, order="C") if overlaps(self) else copied(self, {})
    OPS[name].forward(found, *args)[...] = src
    return found


def _nothing(grad: Any, shape: Sequence[int]) -> Any:
    return do.new_zeros(grad, tuple(shape))


Op(
    "select_scatter",
    lambda self, src, /, dim, index: patched("select", self, src, (dim, index)),
    self=lambda grad, src_sym_sizes, dim, index: do.select_scatter(
        grad, _nothing(grad, src_sym_sizes), dim, index
    ),
    src=lambda grad, dim, index: do.select(grad, dim, index),
)
Op(
    "slice_scatter",
    lambda self, src, /, dim, start, end, step: patched(
        "slice", self, src, (dim, start, end, step)
    ),
    self=lambda grad, src_sym_sizes, dim, start, end, step: do.slice_scatter(
        grad, _nothing(grad, src_sym_sizes), dim, start, end, step
    ),
    src=lambda grad, dim, start, end, step: do.slice(grad, dim, start, end, step),
)
Op(
    "diagonal_scatter",
    lambda self, src, /, offset, dim1, dim2: patched(
        "diagonal", self, src, (offset, dim1, dim2)
    ),
    self=lambda grad, src_sym_sizes, offset, dim1, dim2: do.diagonal_scatter(
        grad, _nothing(grad, src_sym_sizes), offset, dim1, dim2
    ),
    src=lambda grad, offset, dim1, dim2: do.diagonal(grad, offset, dim1, dim2),
)

# Reductions into the places that an index names


@dataclass(frozen=True, slots=True)
class Places:
    """Where values go along a dimension, and how to add, take and zero them there."""

    index: Any
    dim: int
    by_slice: bool = False

    def add(self, into: Any, values: Any) -> Any:
        """Return `into` with `values` added."""
        name = "index_add" if self.by_slice else "scatter_add"
        return getattr(do, name)(into, self.index, values, self.dim)

    def take(self, source: Any) -> Any:
        """Return what lies at the places."""
        if self.by_slice:
            return do.index_select(source, self.index, self.dim)
        return do.gather(source, self.index, self.dim, False)

    def zeroed(self, grad: Any) -> Any:
        """Return `grad` with zeros at the places."""
        if self.by_slice:
            return do.index_fill(grad, self.index, 0, self.dim)
        return getattr(do, "scatter.value")(grad, self.index, 0, self.dim)

    def reduced(self, into: Any, values: Any, reduce: str, include: bool) -> Any:
        """Return `into` with `values` reduced into it."""
        name = "index_reduce" if self.by_slice else "scatter_reduce"
        return getattr(do, name)(into, self.index, values, self.dim, reduce, include)


_UFUNCS: dict[str, Any] = {
    "sum": np.add,
    "mean": np.add,
    "prod": np.multiply,
    "amax": np.maximum,
    "amin": np.minimum,
    "max": np.maximum,
    "min": np.minimum,
}


def _start(reduce: str, kind: Any) -> Any:
    """Return what a reduction of nothing gives."""
    if reduce in ("sum", "mean", "prod"):
        return reduce == "prod"
    ends = (-np.inf, np.inf)
    if kind.kind == "b":
        ends = (False, True)
    elif kind.kind != "f":
        ends = (np.iinfo(kind).min, np.iinfo(kind).max)
    return ends[reduce.endswith("min")]


def _reduced(
    self: Array, where: tuple[Any, ...], values: Any, reduce: str, include_self: bool
) -> Array:
    found = np.array(self, order="C")
    flat = np.atleast_1d(found)
    if not include_self:
        flat[where] = _start(reduce, self.dtype)
    if self.dtype.kind == "b" and reduce == "sum":
        np.logical_or.at(flat, where, values)
    else:
        _UFUNCS[reduce].at(flat, where, values)
    if reduce == "mean":
        count = np.full(flat.shape, int(include_self), self.dtype)
        np.add.at(count, where, 1)
        count[count == 0] = 1
        divide = np.divide if self.dtype.kind == "f" else np.floor_divide
        flat[...] = divide(flat, count)
    return found


def _scatter_reduce(
    self: Array, index: Array, src: Array, dim: int, reduce: str, include_self: bool
) -> Array:
    if not index.size:
        return np.array(self)
    where = places_along(np.atleast_1d(index), dim)
    return _reduced(self, where, corner(src, index), reduce, include_self)


def _index_reduce(
    self: Array, index: Array, source: Array, dim: int, reduce: str, include_self: bool
) -> Array:
    where = (*(slice(None),) * dim, index.reshape(-1))
    return _reduced(self, where, source, reduce, include_self)


def _like(mask: Any, values: Any) -> Any:
    """Return a mask as ones and zeros of the values' type."""
    array = values._array if isinstance(values, Tensor) else values
    return do.to_copy(mask, array.dtype)


def _slopes(
    at: Places, self: Any, src: Any, result: Any, reduce: str, include: bool
) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return the gradients by the tensor and by what is reduced into it."""
    if reduce == "sum":
        return lambda grad: grad, at.take
    if reduce == "mean":
        ones, each = do.zeros_like(self) + int(include), do.zeros_like(src) + 1
        many = at.add(ones, each)
        many = do.masked_fill(many, many == 0, 1)
        return lambda grad: grad / many, lambda grad: at.take(grad) / at.take(many)
    if reduce == "prod":
        return (
            lambda grad: _of_product(at, grad, self, src, include),
            lambda grad: _of_factor(at, grad, self, src, result, include),
        )
    if reduce not in ("amax", "amin"):
        raise RuntimeError(
            "Expected 'reduce' to be one of 'sum', 'prod', 'mean', 'amax', 'amin' but "
            f"got {reduce}."
        )
    ours, theirs = _like(self == result, self), _like(src == at.take(result), self)
    share = at.add(ours, theirs)
    return (
        lambda grad: ours * (grad / share),
        lambda grad: theirs * at.take(grad / share),
    )


def _of_product(at: Places, grad: Any, self: Any, src: Any, include: bool) -> Any:
    others = do.masked_fill(self, self == 0, 1)
    return grad * at.reduced(others, src, "prod", include) / others


def _of_factor(
    at: Places, grad: Any, self: Any, src: Any, result: Any, include: bool
) -> Any:
    """Return a factor's gradient, where the only zero of a product has one too."""
    zero = src == 0
    zeros = at.take(at.add(do.zeros_like(self), _like(zero, self)))
    alone = zero & (zeros == 1)
    others = at.reduced(self, do.masked_fill(src, alone, 1), "prod", include)
    usual = at.take(grad * result) / do.masked_fill(src, zero, 1)
    return do.where(alone, at.take(grad * others), usual)


def _by_self(
    at: Places, grad: Any, self: Any, src: Any, result: Any, reduce: str, include: bool
) -> Any:
    found = _slopes(at, self, src, result, reduce, include)[0](grad)
    return found if include else at.zeroed(found)


def _by_source(
    at: Places, grad: Any, self: Any, src: Any, result: Any, reduce: str, include: bool
) -> Any:
    return _slopes(at, self, src, result, reduce, include)[1](grad)


Op(
    "scatter_reduce",
    lambda self, index, src, /, dim, reduce, include_self=True: _scatter_reduce(
        self, index, src, dim, reduce, include_self
    ),
    self=lambda grad, self, index, src, result, dim, reduce, include_self: _by_self(
        Places(index, dim), grad, self, src, result, reduce, include_self
    ),
    src=lambda grad, self, index, src, result, dim, reduce, include_self: _by_source(
        Places(index, dim), grad, self, src, result, reduce, include_self
    ),
)
Op(
    "index_reduce",
    lambda self, index, source, /, dim, reduce, include_self=True: _index_reduce(
        self, index, source, dim, reduce, include_self
    ),
    self=lambda grad, self, index, source, result, dim, reduce, include_self: _by_self(
        Places(index, dim, True), grad, self, source, result, reduce, include_self
    ),
    source=lambda grad, self, index, source, result, dim, reduce, include_self: (
        _by_source(
            Places(index, dim, True), grad, self, source, result, reduce, include_self
        )
    ),
)
