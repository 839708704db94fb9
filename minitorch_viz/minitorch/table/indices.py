"""Rows that pick and write elements by index.

An index of `index` and `index_put` is a tuple of slices, numbers and arrays.
"""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import Op, do
from ..promotion import as_type, exact
from ..storage import Array
from ..tensor import Tensor, wrap

Op(
    "index",
    lambda self, /, indices: self[indices].copy(),
    holds=("indices",),
    writes=1,
    self=lambda grad, self_sym_sizes, indices: do.index_put_impl(
        do.new_zeros(grad, self_sym_sizes), grad, indices, True
    ),
)
# What adds gradients up where an index chose.
Op(
    "index_put_impl",
    lambda self, values, /, indices, accumulate: _put(
        self, values, indices, accumulate
    ),
    holds=("indices",),
    self=lambda grad: grad,
    values=lambda grad, indices, accumulate: do.index(grad, indices),
)
Op(
    "index_put",
    lambda self, values, /, indices, accumulate=False: _put(
        self, values, indices, accumulate
    ),
    holds=("indices",),
    self=lambda grad, indices, accumulate: (
        grad
        if accumulate
        else do.index_put(grad, do.new_zeros(grad, ()), indices, False)
    ),
    values=lambda grad, indices: do.index(grad, indices),
)
Op(
    "masked_fill",
    lambda self, mask, /, value: np.where(mask, exact(value, self.dtype), self),
    self=lambda grad, mask: do.masked_fill(grad, mask, 0.0),
)
Op(
    "masked_fill.tensor",
    lambda self, mask, value, /: np.where(mask, exact(value.item(), self.dtype), self),
    node="MaskedFillBackward1",
    self=lambda grad, mask: do.masked_fill(grad, mask, 0.0),
    value=lambda grad, mask: do.where(mask, grad, 0.0).sum(),
)
Op("nonzero", lambda self, /: np.argwhere(self))
Op(
    "masked_select",
    lambda self, mask, /: np.broadcast_arrays(self, mask)[0][
        np.broadcast_arrays(self, mask)[1]
    ],
    writes=1,
    self=lambda grad, self, mask: do.masked_scatter(
        do.new_zeros(grad, np.broadcast_shapes(self.shape, mask.shape)), mask, grad
    ),
)
Op(
    "masked_scatter",
    lambda self, mask, source, /: _poured(self, mask, source),
    self=lambda grad, mask: do.masked_fill(grad, mask, 0.0),
    source=lambda grad, mask, source_sym_sizes: do.masked_scatter_backward(
        grad, mask, source_sym_sizes
    ),
)
Op(
    "masked_scatter_backward",
    lambda grad_output, mask, /, sizes: _poured_back(grad_output, mask, sizes),
    node="MaskedScatterBackwardBackward0",
    grad_output=lambda grad, mask, grad_output_sym_sizes: do.masked_scatter(
        do.new_zeros(grad, grad_output_sym_sizes), mask, grad
    ),
)
Op(
    "index_fill",
    lambda self, index, /, value, dim: _index_fill(self, index, value, dim),
    self=lambda grad, index, dim: do.index_fill(grad, index, 0, dim),
)
Op(
    "index_fill.tensor",
    lambda self, index, value, /, dim: _index_fill(self, index, value, dim),
    node="IndexFillBackward1",
    self=lambda grad, index, dim: do.index_fill(grad, index, 0, dim),
    # What is written twice counts once.
    value=lambda grad, index, dim: do.sum(do.index_select(grad, _each(index), dim)),
)
Op(
    "index_copy",
    lambda self, index, source, /, dim: _index_fill(self, index, source, dim),
    self=lambda grad, index, dim: do.index_fill(grad, index, 0, dim),
    source=lambda grad, index, source, dim: _taken(grad, index, source, dim),
)
Op(
    "gather",
    lambda self, index, /, dim, sparse_grad=False: _gather(self, index, dim),
    writes=1,
    self=lambda grad, self, index, dim, sparse_grad: do.scatter_add(
        do.new_zeros(grad, tuple(self.shape)), index, grad, dim
    ),
)
Op(
    "scatter_add",
    lambda self, index, src, /, dim: _scatter_add(self, index, src, dim),
    self=lambda grad: grad,
    src=lambda grad, index, dim: do.gather(grad, index, dim, False),
)
Op(
    "scatter",
    lambda self, index, src, /, dim: _scatter(self, index, src, dim),
    node="ScatterBackward0",
    self=lambda grad, index, dim: _zeroed(grad, index, dim),
    src=lambda grad, index, dim: do.gather(grad, index, dim, False),
)
Op(
    "scatter.value",
    lambda self, index, /, value, dim: _scatter(self, index, value, dim),
    node="ScatterBackward1",
    self=lambda grad, index, dim: _zeroed(grad, index, dim),
)
_REDUCE = {"add": np.add, "multiply": np.multiply}


def _scatter_with(self: Array, index: Array, src: Any, dim: int, reduce: str) -> Array:
    found = np.array(self)
    if index.size:
        places = places_along(np.atleast_1d(index), dim)
        _REDUCE[reduce].at(np.atleast_1d(found), places, corner(src, index))
    return found


def _unknown(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::scatter is not implemented")


def _unknown_over(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::scatter_ is not implemented")


for _over, _refuses in (("", _unknown), (".over", _unknown_over)):
    Op(
        f"scatter.reduce{_over}",
        lambda self, index, src, /, dim, reduce: _scatter_with(
            self, index, src, dim, reduce
        ),
        node="torch::autograd::NotImplemented",
        self=_refuses,
        src=_refuses,
    )
    Op(
        f"scatter.value_reduce{_over}",
        lambda self, index, /, value, dim, reduce: _scatter_with(
            self, index, value, dim, reduce
        ),
        node="torch::autograd::NotImplemented",
        self=_refuses,
    )
Op(
    "index_select",
    lambda self, index, /, dim: (
        np.take(self, index.ravel(), axis=dim) if self.ndim else self.copy()
    ),
    writes=1,
    self=lambda grad, self_sym_sizes, index, dim: (
        do.index_add(do.new_zeros(grad, self_sym_sizes), index, grad, dim)
        if self_sym_sizes
        else grad
    ),
)
Op(
    "index_add",
    lambda self, index, source, /, dim, alpha=1: _index_add(
        self, index, _scaled(source, alpha), dim
    ),
    self=lambda grad: grad,
    source=lambda grad, index, source, dim, alpha: _times(
        _taken(grad, index, source, dim), alpha
    ),
)
Op(
    "take",
    lambda self, index, /: self.reshape(-1)[index],
    writes=1,
    self=lambda grad, self, index: do.put(
        do.new_zeros(grad, tuple(self.shape)), index, grad, True
    ),
)
Op(
    "put",
    lambda self, index, source, /, accumulate=False: _put_flat(
        self, index, source, accumulate
    ),
    self=lambda grad, index, accumulate: (
        grad
        if accumulate
        else do.put(grad, index, do.new_zeros(grad, tuple(index.shape)), False)
    ),
    source=lambda grad, index, source: do.reshape(
        do.take(grad, index), tuple(source.shape)
    ),
)


def _zeroed(grad: Any, index: Any, dim: int) -> Any:
    return getattr(do, "scatter.value")(grad, index, 0, dim)


def _put(self: Array, values: Any, indices: Any, accumulate: bool) -> Array:
    found = np.array(self)
    if accumulate:
        np.add.at(found, indices, values)
    else:
        found[indices] = values
    return found


def _taken(grad: Any, index: Any, source: Any, dim: int) -> Any:
    found = do.index_select(grad, index, dim)
    if source.ndim:
        return do.expand(found, tuple(source.shape))
    return do.reshape(found, ()) if found.ndim else found


def _times(values: Any, alpha: float) -> Any:
    return values if alpha == 1 else values * alpha


def _poured(self: Array, mask: Array, source: Array) -> Array:
    shape = np.broadcast_shapes(self.shape, mask.shape)
    found, mask = np.array(np.broadcast_to(self, shape)), np.broadcast_to(mask, shape)
    found[mask] = source.reshape(-1)[: mask.sum()]
    return found


def _poured_back(grad: Array, mask: Array, sizes: Sequence[int]) -> Array:
    """Give what was poured back to the front of a source of this shape."""
    found = np.zeros(sizes, grad.dtype)
    taken = grad[np.broadcast_to(mask, grad.shape)]
    found.reshape(-1)[: taken.size] = taken
    return found


def _index_fill(self: Array, index: Array, values: Any, dim: int) -> Array:
    found = np.array(self)
    if found.size:
        places: Any = (*(slice(None),) * dim, index.reshape(-1))
        np.atleast_1d(found)[places] = values
    return found


def places_along(index: Array, dim: int) -> tuple[Any, ...]:
    """Return the places that an index means, each element's along one dimension.

    >>> np.zeros((2, 2))[places_along(np.array([[0, 1]]), 1)].shape
    (1, 2)
    """
    places = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    places[dim] = index
    return tuple(places)


def _each(index: Any) -> Any:
    """Return indices without those that were there before."""
    if isinstance(index, Tensor):
        return wrap(np.unique(index._array))
    return np.unique(index)


def _gather(self: Array, index: Array, dim: int) -> Array:
    if not index.size:
        return np.empty(index.shape, self.dtype)
    places = places_along(np.atleast_1d(index), dim)
    found: Array = np.atleast_1d(self)[places]
    return found.reshape(index.shape)


def _scatter_add(self: Array, index: Array, src: Array, dim: int) -> Array:
    found = np.array(self)
    if index.size:
        places = places_along(np.atleast_1d(index), dim)
        np.add.at(np.atleast_1d(found), places, corner(src, index))
    return found


def _scatter(self: Array, index: Array, src: Any, dim: int) -> Array:
    found = np.array(self)
    if index.size:
        places = places_along(np.atleast_1d(index), dim)
        np.atleast_1d(found)[places] = corner(src, index)
    return found


def corner(src: Any, index: Array) -> Any:
    """Return the values of which an index says where they go; one number goes anywhere.

    >>> corner(np.arange(3), np.array([1, 0]))
    array([0, 1])
    """
    if not isinstance(src, np.ndarray):
        return src
    return np.atleast_1d(src)[tuple(slice(n) for n in index.shape or (1,))]


def _index_add(self: Array, index: Array, source: Array, dim: int) -> Array:
    found = np.array(self)
    if found.size:
        places: Any = (*(slice(None),) * dim, index.reshape(-1))
        np.add.at(np.atleast_1d(found), places, source)
    return found


def _put_flat(self: Array, index: Array, source: Array, accumulate: bool) -> Array:
    found = np.array(self, order="C")
    flat, places = found.reshape(-1), index.reshape(-1)
    if accumulate:
        np.add.at(flat, places, source.reshape(-1))
    else:
        flat[places] = source.reshape(-1)
    return found


def _scaled(source: Array, alpha: float) -> Array:
    return source if alpha == 1 else source * as_type(alpha, source.dtype)
