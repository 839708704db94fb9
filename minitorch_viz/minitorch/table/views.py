"""The table's rows that look at, join and move elements."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ..fitting import sum_to
from ..op import Op, do
from ..storage import Array, Geometry, address, laid_out, nowhere, owner, window
from ..tensor import Tensor, wrap
from .places import Diagonal, Selected, writeable_diagonal


def regained(grad: Any, dims: Sequence[int]) -> Any:
    """Put back the dimensions that were named, one after the other.

    >>> regained(np.ones(2), (1,)).shape
    (2, 1)
    """
    for dim in sorted(dims):
        grad = do.unsqueeze(grad, dim)
    return grad


def _single(shape: Sequence[int]) -> list[int]:
    return [dim for dim, size in enumerate(shape) if size == 1]


# Views: every forward here returns a window into its input, never a copy.


def expanded(array: Array, shape: Sequence[int]) -> Array:
    """Return `array` repeated to `shape` by strides of 0.

    >>> expanded(np.ones((2, 1)), (2, 3)).strides
    (8, 0)
    """
    shape = tuple(shape)
    strides = _repeating(array.shape, array.strides, shape)
    if 0 in shape and not any(strides):
        strides = nowhere(strides)
    if array.flags.c_contiguous:  # it is all that is looked at
        return np.ndarray(shape, array.dtype, array, 0, strides)
    return window(array, shape, strides)


@lru_cache(1024)
def _repeating(
    have: tuple[int, ...], strides: tuple[int, ...], want: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the strides with which an array of one shape has another."""
    extra = len(want) - len(have)
    found = [
        0 if old == 1 != new else stride
        for old, new, stride in zip(have, want[extra:], strides, strict=True)
    ]
    for dim in reversed(range(extra)):
        # A new dimension that repeats nothing lies around what follows.
        around = want[dim] == 1 and have
        found.insert(0, want[dim + 1] * found[0] if around else 0)
    return tuple(found)


def _expanded(grad: Any, shape: Sequence[int]) -> Array:
    array: Array = np.asarray(grad)
    return array[...] if array.shape == shape else expanded(array, shape)


def _viewed(self: Array, size: tuple[int, ...]) -> Array:
    found = self.reshape(size, copy=False)
    if self.size and (1 in self.shape or 1 in size):
        # Steps along dimensions of size 1 lead nowhere, but PyTorch compares them.
        have = (self.shape, self.strides) if self.ndim else ((1,), (self.itemsize,))
        strides = _steps(*have, size)
        if strides != found.strides:
            return window(self, size, strides)
    return found


@lru_cache(1024)
def _steps(
    have: tuple[int, ...], strides: tuple[int, ...], want: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the strides of a view that exists, as `TensorUtils.cpp` computes them."""
    found: list[int] = []
    step, many, seen = strides[-1], 1, 1
    left = list(want)
    for dim in reversed(range(len(have))):
        many *= have[dim]
        inner = dim and (have[dim - 1] == 1 or strides[dim - 1] == many * step)
        if inner:
            continue
        while left and (seen < many or left[-1] == 1):
            found.insert(0, seen * step)
            seen *= left.pop()
        if dim:
            step, many, seen = strides[dim - 1], 1, 1
    return tuple(found)


Op(
    "view",
    lambda self, /, size: _viewed(self, size),
    view=True,
    self=lambda grad, self_sym_sizes: do.reshape(grad, self_sym_sizes),
)
# What `reshape` makes of a tensor that isn't contiguous and needs no copy.
Op(
    "reshape.alias",
    lambda self, /, size: self.reshape(size, copy=False),
    node="ReshapeAliasBackward0",
    view=True,
    self=lambda grad, self_sym_sizes: do.reshape(grad, self_sym_sizes),
)
Op(
    "unsafe_view",
    lambda self, /, size: self.reshape(size),
    self=lambda grad, self_sym_sizes: do.reshape(grad, self_sym_sizes),
)
# What formulas use: a view if possible, else a copy.
Op(
    "reshape",
    lambda self, /, size: self.reshape(size),
    self=lambda grad, self_sym_sizes: do.reshape(grad, self_sym_sizes),
)
Op(
    "expand",
    lambda self, /, size: _expanded(self, size),
    view=True,
    self=lambda grad, self_sym_sizes: sum_to(grad, self_sym_sizes),
)
Op("alias", lambda self, /: self[...], view=True, self=lambda grad: grad)
Op("t", lambda self, /: self.T, view=True, self=lambda grad: do.t(grad))
Op(
    "transpose",
    lambda self, /, dim0, dim1: self.swapaxes(dim0, dim1) if self.ndim else self[...],
    view=True,
    self=lambda grad, dim0, dim1: do.transpose(grad, dim0, dim1),
)
Op(
    "permute",
    lambda self, /, dims: self.transpose(dims) if dims else self[...],
    view=True,
    self=lambda grad, dims: do.permute(grad, _inverse(dims)),
)
Op(
    "unsqueeze",
    lambda self, /, dim: _unsqueezed_array(self, dim),
    view=True,
    self=lambda grad, dim: getattr(do, "squeeze.dim")(grad, (dim,)),
)
Op(
    "select",
    lambda self, /, dim, index: self[(*(slice(None),) * dim, index, ...)],
    view=True,
    self=lambda grad, self_sym_sizes, dim, index: do.select_backward(
        grad, self_sym_sizes, dim, index
    ),
)
Op(
    "select_backward",
    lambda grad, /, input_sizes, dim, index: _laid(
        grad, input_sizes, Selected(dim, index)
    ),
    node="SelectBackwardBackward0",
    grad=lambda grad, dim, index: do.select(grad, dim, index),
)
Op(
    "slice",
    lambda self, /, dim, start, end, step: _sliced(self, dim, start, end, step),
    view=True,
    self=lambda grad, self_sym_sizes, dim, start, end, step: do.slice_backward(
        grad, self_sym_sizes, dim, start, end, step
    ),
)
Op(
    "slice_backward",
    lambda grad, /, input_sizes, dim, start, end, step: _laid(
        grad, input_sizes, Selected(dim, slice(start, end, step))
    ),
    node="SliceBackwardBackward0",
    grad=lambda grad, dim, start, end, step: do.slice(grad, dim, start, end, step),
)
Op(
    "diagonal",
    lambda self, /, offset=0, dim1=0, dim2=1: writeable_diagonal(
        self, offset, dim1, dim2
    ),
    view=True,
    self=lambda grad, self_sym_sizes, offset, dim1, dim2: do.diagonal_backward(
        grad, self_sym_sizes, offset, dim1, dim2
    ),
)
Op(
    "diagonal_backward",
    lambda grad, /, input_sizes, offset, dim1, dim2: _laid(
        grad, input_sizes, Diagonal(offset, dim1, dim2)
    ),
    node="DiagonalBackwardBackward0",
    grad=lambda grad, offset, dim1, dim2: do.diagonal(grad, offset, dim1, dim2),
)
# A tensor's own shape, changed in place: the same views, and nodes of their own.
for _number, _name in enumerate(("squeeze", "squeeze.inplace")):
    Op(
        _name,
        lambda self, /, dim: self.squeeze(dim) if dim else self[...],
        node=f"SqueezeBackward{3 * _number}",
        view=True,
        self=lambda grad, self_sym_sizes: regained(grad, _single(self_sym_sizes)),
    )
for _number, _name in (
    (1, "squeeze.dim"),
    (2, "squeeze.dims"),
    (4, "squeeze.inplace.dim"),
    (5, "squeeze.inplace.dims"),
):
    Op(
        _name,
        lambda self, /, dim: self.squeeze(dim) if dim else self[...],
        node=f"SqueezeBackward{_number}",
        view=True,
        self=lambda grad, dim, self_sym_sizes: regained(grad, dim),
    )
Op(
    "t.inplace",
    lambda self, /: self.T,
    node="TBackward1",
    view=True,
    self=lambda grad: do.t(grad),
)
Op(
    "transpose.inplace",
    lambda self, /, dim0, dim1: self.swapaxes(dim0, dim1) if self.ndim else self[...],
    node="TransposeBackward1",
    view=True,
    self=lambda grad, dim0, dim1: do.transpose(grad, dim0, dim1),
)
Op(
    "unsqueeze.inplace",
    lambda self, /, dim: _unsqueezed_array(self, dim),
    node="UnsqueezeBackward1",
    view=True,
    self=lambda grad, dim: getattr(do, "squeeze.dim")(grad, (dim,)),
)
Op(
    "diagonal_copy",
    lambda self, /, offset, dim1, dim2: self.diagonal(offset, dim1, dim2).copy(),
    node="DiagonalBackward0_copy",
    self=lambda grad, self_sym_sizes, offset, dim1, dim2: do.diagonal_backward(
        grad, self_sym_sizes, offset, dim1, dim2
    ),
)
Op(
    "trace",
    lambda self, /: np.trace(self),
    writes=2,
    self=lambda grad, self_sym_sizes: _on_diagonal(grad, self_sym_sizes),
)


def _on_diagonal(grad: Any, size: Sequence[int]) -> Any:
    """Fill places of a line that is looked at as a matrix, as PyTorch does."""
    rows, columns = size
    places = np.arange(min(rows, columns)) * (columns + 1)
    index = wrap(places) if isinstance(grad, Tensor) else places
    line = do.new_zeros(grad, (rows * columns,))
    return do.view(getattr(do, "index_fill.tensor")(line, index, grad, 0), tuple(size))


Op(
    "as_strided",
    lambda self, /, size, stride, storage_offset, geometry: geometry.look(self),
    view=True,
    writes=1,
    # The first three are only for the user to see.
    self=lambda grad, size, stride, storage_offset, geometry: _strided_slope(
        grad, geometry
    ),
)
Op(
    "unfold",
    lambda self, /, dimension, size, step: (
        _windows(self, dimension, size, step) if self.ndim else self[None][:size]
    ),
    view=True,
    self=lambda grad, self_sym_sizes, dimension, size, step: (
        do.unfold_backward(grad, self_sym_sizes, dimension, size, step)
        if self_sym_sizes
        else do.sum(grad)
    ),
)
Op(
    "unfold_backward",
    lambda grad, /, input_sizes, dim, size, step: _folded(
        grad, input_sizes, dim, size, step
    ),
    node="UnfoldBackwardBackward0",
    grad=lambda grad, dim, size, step: do.unfold(grad, dim, size, step),
)


def _unsqueezed_array(array: Array, dim: int) -> Array:
    """Put in a dimension with the stride PyTorch gives it; NumPy's would be 0."""
    array, stride = laid_out(array), array.itemsize
    if dim < array.ndim:
        stride = array.shape[dim] * array.strides[dim]
    shape = (*array.shape[:dim], 1, *array.shape[dim:])
    return window(array, shape, (*array.strides[:dim], stride, *array.strides[dim:]))


def _inverse(dims: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argsort(dims))


def _sliced(array: Array, dim: int, start: int, end: int, step: int) -> Array:
    seen: Array = array[(*(slice(None),) * dim, slice(start, end, step))]
    far, whole = start * array.strides[dim], owner(array)
    room = whole.nbytes - (address(array) - address(whole))
    if seen.size or not array.size or far > room:
        return seen
    # Where nothing is left, NumPy starts where the whole does.
    return window(seen, seen.shape, seen.strides, far)


def _laid(grad: Array, shape: Sequence[int], place: Selected) -> Array:
    """Return zeros of this shape with the gradient where a view looked."""
    whole = np.zeros(shape, grad.dtype)
    place.look(whole)[...] = grad
    return whole


def _strided_slope(grad: Any, geometry: Geometry) -> Any:
    """Return the base's gradient: a look at the memory into which it was written."""
    found = do.scatter_in(grad, geometry)
    return found[...] if isinstance(found, np.ndarray) else found


def _windows(array: Array, dim: int, size: int, step: int) -> Array:
    count = (array.shape[dim] - size) // step + 1
    shape = (*array.shape[:dim], count, *array.shape[dim + 1 :], size)
    strides = list(array.strides)
    stride = strides[dim]
    strides[dim] = stride * step
    return window(array, shape, (*strides, stride))


def _folded(grad: Array, shape: Any, dim: int, size: int, step: int) -> Array:
    whole = np.zeros(shape, grad.dtype)
    places = _windows(np.arange(whole.size).reshape(shape), dim, size, step)
    np.add.at(whole.reshape(-1), places, grad)
    return whole
