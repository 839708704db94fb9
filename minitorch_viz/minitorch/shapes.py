"""The table's rows that look at, join and move elements."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .op import Op, do, promoted
from .storage import Array, Geometry, window

# Views: every forward here returns a window into its input, never a copy.


def expanded(array: Array, shape: Sequence[int]) -> Array:
    """Return `array` repeated to `shape` by strides of 0.

    >>> expanded(np.ones((2, 1)), (2, 3)).strides
    (8, 0)
    """
    extra = len(shape) - array.ndim
    strides = (0,) * extra + tuple(
        0 if have == 1 != want else stride
        for have, want, stride in zip(
            array.shape, shape[extra:], array.strides, strict=True
        )
    )
    return window(array, shape, strides)


def _expanded(grad: Any, shape: Sequence[int]) -> Array:
    array: Array = np.asarray(grad)
    return array if array.shape == shape else expanded(array, shape)


Op(
    "view",
    lambda self, /, size: self.reshape(size, copy=False),
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
    self=lambda grad: grad,
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
    lambda self, /, dim: self[(slice(None),) * dim + (None,)],
    view=True,
    self=lambda grad, dim: do.squeeze(grad, (dim,)),
)
Op(
    "squeeze",
    lambda self, /, dim: self.squeeze(dim) if dim else self[...],
    view=True,
    self=lambda grad, self_sym_sizes: do.reshape(grad, self_sym_sizes),
)
Op(
    "select",
    lambda self, /, dim, index: self[(*(slice(None),) * dim, index, ...)],
    view=True,
    self=lambda grad, self_sym_sizes, dim, index: do.slice_in(
        do.new_zeros(grad, self_sym_sizes), grad, _Selected(dim, index)
    ),
)
Op(
    "slice",
    lambda self, /, dim, start, end, step: self[
        (*(slice(None),) * dim, slice(start, end, step))
    ],
    view=True,
    self=lambda grad, self_sym_sizes, dim, start, end, step: do.slice_in(
        do.new_zeros(grad, self_sym_sizes), grad, _Selected(dim, slice(start, end, step))
    ),
)
Op(
    "diagonal",
    lambda self, /, offset=0, dim1=0, dim2=1: _writeable_diagonal(
        self, offset, dim1, dim2
    ),
    view=True,
    self=lambda grad, self_sym_sizes, offset, dim1, dim2: do.slice_in(
        do.new_zeros(grad, self_sym_sizes), grad, _Diagonal(offset, dim1, dim2)
    ),
)
for _name in ("squeeze.dim", "squeeze.dims"):
    Op(
        _name,
        lambda self, /, dim: self.squeeze(dim) if dim else self[...],
        node="SqueezeBackward1" if _name == "squeeze.dim" else "SqueezeBackward2",
        view=True,
        self=lambda grad, self_sym_sizes: do.reshape(grad, self_sym_sizes),
    )
Op(
    "diagonal_copy",
    lambda self, /, offset, dim1, dim2: self.diagonal(offset, dim1, dim2).copy(),
    node="DiagonalBackward0_copy",
    self=lambda grad, self_sym_sizes, offset, dim1, dim2: do.slice_in(
        do.new_zeros(grad, self_sym_sizes), grad, _Diagonal(offset, dim1, dim2)
    ),
)
Op(
    "as_strided",
    lambda self, /, geometry: geometry.look(self),
    view=True,
    self=lambda grad, geometry: do.scatter_in(grad, geometry),
)
Op(
    "unfold",
    lambda self, /, dimension, size, step: _windows(self, dimension, size, step),
    view=True,
    self=lambda grad, self_sym_sizes, dimension, size, step: do.fold_in(
        grad, self_sym_sizes, dimension, size, step
    ),
)
Op(
    "fold_in",
    lambda grad, /, shape, dimension, size, step: _folded(
        grad, shape, dimension, size, step
    ),
    grad=lambda grad, dimension, size, step: do.unfold(grad, dimension, size, step),
)


def _inverse(dims: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argsort(dims))


def _writeable_diagonal(array: Array, offset: int, dim1: int, dim2: int) -> Array:
    seen = array.diagonal(offset, dim1, dim2)
    return window(seen, seen.shape, seen.strides)


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


class _Selected:
    """Where `select` or `slice` looks; `slice_in` writes there."""

    def __init__(self, dim: int, index: int | slice[Any, Any, Any]) -> None:
        self._index = (*(slice(None),) * dim, index, ...)

    def look(self, array: Array) -> Array:
        found: Array = array[self._index]
        return found

    def lay_out(self, values: Array, like: Array) -> Array:
        return np.array(values, like.dtype, order="C")


class _Diagonal(_Selected):
    """Where `diagonal` looks."""

    def __init__(self, offset: int, dim1: int, dim2: int) -> None:
        self._place = offset, dim1, dim2

    def look(self, array: Array) -> Array:
        return _writeable_diagonal(array, *self._place)


# How gradients pass through a view: `geometry` says where the view lies in its base.

Place = Geometry | _Selected


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

# Several views at once


def _pieces(self: Array, split_size: Any, dim: int) -> list[Array]:
    size = self.shape[dim]
    if isinstance(split_size, int):
        cuts = list(range(0, size, split_size))[1:] if split_size else []
    else:
        cuts = [int(c) for c in np.cumsum(split_size)[:-1]]
    return np.split(self, cuts, axis=dim)


def _joined(grads: Sequence[Any], pieces: Sequence[int], shape: Any, dim: int) -> Any:
    like = next(g for g in grads if g is not None)
    filled = [
        do.new_zeros(like, (*shape[:dim], n, *shape[dim + 1 :])) if g is None else g
        for g, n in zip(grads, pieces, strict=True)
    ]
    return do.cat(filled, dim)


def _lengths(split_size: Any, total: int) -> list[int]:
    if not isinstance(split_size, int):
        return list(split_size)
    return [min(split_size, total - i) for i in range(0, max(total, 1), max(split_size, 1))]


for _name in ("split", "split_with_sizes"):
    Op(
        _name,
        lambda self, /, split_size, dim=0: _pieces(self, split_size, dim),
        view=True,
        self=lambda grads, self_sym_sizes, split_size, dim: _joined(
            grads, _lengths(split_size, self_sym_sizes[dim]), self_sym_sizes, dim
        ),
    )
Op(
    "unbind",
    lambda self, /, dim=0: [
        self[(*(slice(None),) * dim, i, ...)] for i in range(self.shape[dim])
    ],
    view=True,
    self=lambda grads, dim: do.stack(_filled(grads), dim),
)


def _filled(grads: Sequence[Any]) -> list[Any]:
    like = next(g for g in grads if g is not None)
    return [do.zeros_like(like) if g is None else g for g in grads]


# Joins and moves


def _promoted_list(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    return [promoted(inputs[0], arrays[0]), *arrays[1:]]


Op(
    "cat",
    lambda tensors, /, dim=0: np.concatenate(
        [t for t in tensors if t.shape != (0,)] or tensors, axis=dim
    ),
    cast=_promoted_list,
    many=True,
    tensors=lambda grad, tensors_sym_sizes, dim: _parted(grad, tensors_sym_sizes, dim),
)
Op(
    "stack",
    lambda tensors, /, dim=0: np.stack(tensors, axis=dim),
    cast=_promoted_list,
    many=True,
    tensors=lambda grad, dim: do.unbind(grad, dim),
)


def _parted(grad: Any, shapes: Sequence[Any], dim: int) -> list[Any]:
    found, start = [], 0
    for shape in shapes:
        size = 0 if shape == (0,) != tuple(grad.shape) and len(shape) < len(grad.shape) else shape[dim]
        found.append(do.narrow(grad, dim, start, size) if size or len(shape) == len(grad.shape) else do.new_zeros(grad, shape))
        start += size
    return found


Op(
    "narrow",
    lambda self, /, dim, start, length: self[
        (*(slice(None),) * dim, slice(start, start + length))
    ],
    self=lambda grad, self_sym_sizes, dim, start, length: do.slice_in(
        do.new_zeros(grad, self_sym_sizes),
        grad,
        _Selected(dim, slice(start, start + length)),
    ),
)
Op(
    "flip",
    lambda self, /, dims: np.ascontiguousarray(np.flip(self, dims)) if dims else self.copy(),
    self=lambda grad, dims: do.flip(grad, dims),
)
Op(
    "roll",
    lambda self, /, shifts, dims=(): np.roll(self, shifts, dims or None),
    self=lambda grad, shifts, dims: do.roll(grad, tuple(-s for s in shifts), dims),
)
Op(
    "repeat",
    lambda self, /, repeats: np.tile(self, repeats),
    self=lambda grad, repeats, self_sym_sizes: _unrepeated(grad, repeats, self_sym_sizes),
)


def _unrepeated(grad: Any, repeats: Sequence[int], shape: Sequence[int]) -> Any:
    shape = (1,) * (len(repeats) - len(shape)) + tuple(shape)
    pairs = [n for pair in zip(repeats, shape, strict=True) for n in pair]
    if not pairs:
        return grad
    folded = do.reshape(grad, tuple(pairs))
    return getattr(do, "sum.dim")(folded, tuple(range(0, len(pairs), 2)), False)


Op(
    "repeat_interleave",
    lambda self, /, repeats, dim: np.repeat(self, repeats, axis=dim),
    self=lambda grad, repeats, dim, self_sym_sizes: do.index_add(
        do.new_zeros(grad, self_sym_sizes),
        np.repeat(np.arange(self_sym_sizes[dim]), repeats),
        grad,
        dim,
    ),
)
Op(
    "tril",
    lambda self, /, diagonal=0: np.tril(self, diagonal),
    self=lambda grad, diagonal: do.tril(grad, diagonal),
)
Op(
    "triu",
    lambda self, /, diagonal=0: np.triu(self, diagonal),
    self=lambda grad, diagonal: do.triu(grad, diagonal),
)
Op(
    "diag_embed",
    lambda self, /, offset=0: np.diag(self, offset),
    self=lambda grad, offset: do.diagonal(grad, offset, 0, 1),
)

# Indexing by tensors: an index is a tuple of slices, numbers and arrays.

Op(
    "index",
    lambda self, /, indices: self[indices].copy(),
    self=lambda grad, self_sym_sizes, indices: do.index_put(
        do.new_zeros(grad, self_sym_sizes), grad, indices, True
    ),
)
Op(
    "index_put",
    lambda self, values, /, indices, accumulate=False: _put(
        self, values, indices, accumulate
    ),
    self=lambda grad, indices, accumulate, values_sym_sizes: (
        grad
        if accumulate
        else do.index_put(grad, do.new_zeros(grad, ()), indices, False)
    ),
    values=lambda grad, indices: do.index(grad, indices),
)
Op(
    "masked_fill",
    lambda self, mask, value, /: np.where(mask, np.asarray(value, self.dtype), self),
    self=lambda grad, mask: do.where(mask, 0.0, grad),
    value=lambda grad, mask: do.where(mask, grad, 0.0).sum(),
)
Op(
    "masked_select",
    lambda self, mask, /: np.broadcast_arrays(self, mask)[0][
        np.broadcast_arrays(self, mask)[1]
    ],
    self=lambda grad, self_sym_sizes, mask: do.masked_scatter(grad, mask),
)
Op(
    "masked_scatter",
    lambda self, mask, /: _masked_scatter(self, mask),
    self=lambda grad, mask: do.masked_select(grad, mask),
)
Op(
    "gather",
    lambda self, index, /, dim: np.take_along_axis(self, index, dim)
    if self.ndim
    else self.copy(),
    self=lambda grad, index, self_sym_sizes, dim: do.scatter_add(
        do.new_zeros(grad, self_sym_sizes), index, grad, dim
    ),
)
Op(
    "scatter_add",
    lambda self, index, src, /, dim: _scatter_add(self, index, src, dim),
    self=lambda grad: grad,
    src=lambda grad, index, dim: do.gather(grad, index, dim),
)
Op(
    "scatter",
    lambda self, index, src, /, dim: _scatter(self, index, src, dim),
    node="ScatterBackward0",
    self=lambda grad, index, dim: _zeroed(grad, index, dim),
    src=lambda grad, index, dim: do.gather(grad, index, dim),
)
Op(
    "scatter.value",
    lambda self, index, /, value, dim: _scatter(self, index, value, dim),
    node="ScatterBackward1",
    self=lambda grad, index, dim: _zeroed(grad, index, dim),
)
Op(
    "index_select",
    lambda self, index, /, dim: np.take(self, index, axis=dim),
    self=lambda grad, self_sym_sizes, index, dim: do.index_add(
        do.new_zeros(grad, self_sym_sizes), index, grad, dim
    ),
)
Op(
    "index_add",
    lambda self, index, source, /, dim: _index_add(self, index, source, dim),
    self=lambda grad: grad,
    source=lambda grad, index, dim: do.index_select(grad, index, dim),
)


def _zeroed(grad: Any, index: Any, dim: int) -> Any:
    return do.scatter(grad, index, do.new_zeros(grad, tuple(index.shape)), dim)


def _put(self: Array, values: Any, indices: Any, accumulate: bool) -> Array:
    found = np.array(self)
    if accumulate:
        np.add.at(found, indices, values)
    else:
        found[indices] = values
    return found


def _masked_scatter(values: Array, mask: Array) -> Array:
    found = np.zeros(mask.shape, values.dtype)
    found[mask] = values
    return found


def _places(index: Array, dim: int) -> tuple[Any, ...]:
    places = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    places[dim] = index
    return tuple(places)


def _scatter_add(self: Array, index: Array, src: Array, dim: int) -> Array:
    found = np.array(self)
    if not found.ndim:
        return found + src
    cut = tuple(slice(n) for n in index.shape)
    np.add.at(found, _places(index, dim), src[cut])
    return found


def _scatter(self: Array, index: Array, src: Any, dim: int) -> Array:
    found = np.array(self)
    cut = tuple(slice(n) for n in index.shape)
    found[_places(index, dim)] = src[cut] if np.ndim(src) else src
    return found


def _index_add(self: Array, index: Array, source: Array, dim: int) -> Array:
    found = np.array(self)
    np.add.at(found, (*(slice(None),) * dim, index), source)
    return found


assert math
