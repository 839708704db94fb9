"""Where views lie in their base, and the rows that read and write there."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array, Geometry, window


def writeable_diagonal(array: Array, offset: int, dim1: int, dim2: int) -> Array:
    """Return a diagonal through which the array may be written to if it may be itself.

    >>> writeable_diagonal(np.zeros((2, 2)), 0, 0, 1).flags.writeable
    True
    """
    seen = array.diagonal(offset, dim1, dim2)
    seen.flags.writeable = array.flags.writeable
    # One without elements starts where the whole does.
    return window(seen if seen.size else array, seen.shape, seen.strides)


class Selected:
    """Where `select` or `slice` looks; `slice_in` writes there."""

    def __init__(self, dim: int, index: int | slice[Any, Any, Any]) -> None:
        self._index = (*(slice(None),) * dim, index, ...)

    def look(self, array: Array) -> Array:
        found: Array = array[self._index]
        return found

    def lay_out(self, values: Array, like: Array) -> Array:
        return np.array(values, like.dtype, order="C")


class Diagonal(Selected):
    """Where `diagonal` looks."""

    def __init__(self, offset: int, dim1: int, dim2: int) -> None:
        self._place = offset, dim1, dim2

    def look(self, array: Array) -> Array:
        return writeable_diagonal(array, *self._place)


# How gradients pass through a view: `geometry` says where the view lies in its base.

Place = Geometry | Selected


def _slice_out(grad: Array, place: Place) -> Array:
    return np.array(place.look(place.lay_out(grad, grad)))


def _slice_in(grad: Array, values: Array, place: Place) -> Array:
    base = place.lay_out(grad, grad)
    place.look(base)[...] = values
    return base


Op(
    "slice_out",
    lambda self, /, geometry: _slice_out(self, geometry),
    self=lambda grad, self_sym_sizes, geometry: do.slice_in(
        do.new_zeros(grad, self_sym_sizes), grad, geometry
    ),
)
Op(
    "slice_in",
    lambda self, src, /, geometry: _slice_in(self, src, geometry),
    self=lambda grad, src_sym_sizes, geometry: do.slice_in(
        grad, do.new_zeros(grad, src_sym_sizes), geometry
    ),
    src=lambda grad, geometry: do.slice_out(grad, geometry),
)
Op(
    "scatter_in",
    lambda self, /, geometry: geometry.scatter(self),
    self=lambda grad, geometry: do.slice_out(grad, geometry),
)
