"""Other shapes of the same elements, joins and pieces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..bind import all_dims, one_dim, sizes
from ..dtypes import dtype as Dtype
from ..op import OPS, call
from ..storage import Geometry, window
from ..tensor import Tensor, wrap
from .arithmetic import run

Dim = int | Sequence[int] | None


def reshape(self: Tensor, *shape: Any) -> Tensor:
    """Return the elements in another shape: a view where strides allow, else a copy."""
    size = inferred(sizes(shape), self._array.size)
    try:
        self._array.reshape(size, copy=False)
    except ValueError:
        return run("unsafe_view", run("clone", self, args=("C",)), args=(size,))
    return run("view", self, args=(size,))


def view(self: Tensor, *shape: Any) -> Tensor:
    """Return a view in another shape."""
    if len(shape) == 1 and isinstance(shape[0], Dtype):
        raise RuntimeError("view(dtype) isn't in this engine; use .to(dtype)")
    size = inferred(sizes(shape), self._array.size)
    try:
        return run("view", self, args=(size,))
    except ValueError:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least "
            "one dimension spans across two contiguous subspaces). Use .reshape(...) "
            "instead."
        ) from None


def inferred(size: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Return `size` with its -1 worked out for `count` elements.

    >>> inferred((2, -1), 6)
    (2, 3)
    """
    if size.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    for n in size:
        if n < -1:
            raise RuntimeError(f"invalid shape dimension {n}")
    known = math.prod(n for n in size if n != -1)
    fits = known == count if -1 not in size else known and count % known == 0
    if not fits:
        raise RuntimeError(f"shape '{list(size)}' is invalid for input of size {count}")
    return tuple(count // known if n == -1 else n for n in size)


def transpose(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """Return a view with two dimensions swapped."""
    ndim = self._array.ndim
    return run("transpose", self, args=(one_dim(dim0, ndim), one_dim(dim1, ndim)))


def permute(self: Tensor, *dims: Any) -> Tensor:
    """Return a view with the dimensions in another order."""
    ndim = self._array.ndim
    order = tuple(one_dim(d, ndim) for d in sizes(dims))
    if len(order) != ndim:
        raise RuntimeError(
            f"permute(sparse_coo): number of dimensions in the tensor input does not "
            f"match the length of the desired ordering of dimensions i.e. input.dim() = "
            f"{ndim} is not equal to len(dims) = {len(order)}"
        )
    return run("permute", self, args=(order,))


def t(self: Tensor) -> Tensor:
    """Return the transpose of a matrix, as a view."""
    if self._array.ndim > 2:
        raise RuntimeError(
            f"t() expects a tensor with <= 2 dimensions, but self is {self._array.ndim}D"
        )
    return run("t", self)


def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """Return a view with a dimension of size 1 put in."""
    return run("unsqueeze", self, args=(one_dim(dim, self._array.ndim + 1),))


def squeeze(self: Tensor, dim: Dim = None) -> Tensor:
    """Return a view without dimensions of size 1."""
    shape = self._array.shape
    dims = range(len(shape)) if dim is None else all_dims(dim, len(shape))
    ones = tuple(d for d in dims if shape[d] == 1)
    name = "squeeze" if dim is None else "squeeze.dim" if isinstance(dim, int) else "squeeze.dims"
    return run(name, self, args=(ones,))


def flatten(self: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Return the elements with some dimensions made one."""
    shape = self._array.shape
    if not shape:
        return reshape(self, 1)
    start, end = one_dim(start_dim, len(shape)), one_dim(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if start == end:
        return self
    middle = math.prod(shape[start : end + 1])
    return reshape(self, (*shape[:start], middle, *shape[end + 1 :]))


def expand(self: Tensor, *size: Any) -> Tensor:
    """Return a view repeated along dimensions of size 1."""
    have, want = self._array.shape, list(sizes(size))
    extra = len(want) - len(have)
    if extra < 0:
        raise RuntimeError(
            f"expand(torch.{self.dtype.scalar_name}Tensor{{{list(have)}}}, size={want}): "
            f"the number of sizes provided ({len(want)}) must be greater or equal to the "
            f"number of dimensions in the tensor ({len(have)})"
        )
    for place, n in enumerate(have, extra):
        if want[place] == -1:
            want[place] = n
        elif n not in (1, want[place]):
            raise RuntimeError(
                f"The expanded size of the tensor ({want[place]}) must match the existing "
                f"size ({n}) at non-singleton dimension {place}.  Target sizes: {want}.  "
                f"Tensor sizes: {list(have)}"
            )
    return run("expand", self, args=(tuple(want),))


def select(self: Tensor, dim: int, index: int) -> Tensor:
    """Return a view of one slice along a dimension."""
    if not self._array.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    dim = one_dim(dim, self._array.ndim)
    size = self._array.shape[dim]
    if not -size <= index < size:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size "
            f"{list(self._array.shape)} at dimension {dim}"
        )
    return run("select", self, args=(dim, index % size))


def narrow(self: Tensor, dim: int, start: int, length: int) -> Tensor:
    """Return a view of `length` slices from `start`."""
    dim = one_dim(dim, self._array.ndim)
    size = self._array.shape[dim]
    start = start + size if start < 0 else start
    if start + length > size:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return run("slice", self, args=(dim, start, start + length, 1))


def as_strided(
    self: Tensor, size: Any, stride: Any, storage_offset: int | None = None
) -> Tensor:
    """Return a view of the storage by strides counted in elements."""
    array = self._array
    seen = window(array, size, [s * array.itemsize for s in stride])
    place = Geometry.of(array, seen)
    return run("as_strided", self, args=(place,))



def ravel(self: Tensor) -> Tensor:
    """Return the elements in one dimension."""
    return reshape(self, -1)


def unflatten(self: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """Return the tensor with one dimension unfolded into several."""
    shape = self._array.shape
    dim = one_dim(dim, len(shape))
    return view(self, (*shape[:dim], *sizes, *shape[dim + 1 :]))


def swapaxes(self: Tensor, axis0: int, axis1: int) -> Tensor:
    """Return a view with two dimensions swapped."""
    return transpose(self, axis0, axis1)


def movedim(self: Tensor, source: Any, destination: Any) -> Tensor:
    """Return a view with dimensions moved to other places."""
    return permute(self, _moved(range(self._array.ndim), source, destination))


def _moved(order: Sequence[int], source: Any, destination: Any) -> tuple[int, ...]:
    sources = all_dims(source, len(order))
    places = all_dims(destination, len(order))
    rest = iter(d for d in order if d not in sources)
    chosen = dict(zip(places, sources, strict=True))
    return tuple(chosen[i] if i in chosen else next(rest) for i in order)


def diagonal(self: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """Return a view of a diagonal."""
    ndim = self._array.ndim
    return run("diagonal", self, args=(offset, one_dim(dim1, ndim), one_dim(dim2, ndim)))


def diag(self: Tensor, diagonal: int = 0) -> Tensor:
    """Return a matrix's diagonal, or a matrix with this diagonal."""
    if self._array.ndim == 1:
        return run("diag_embed", self, args=(diagonal,))
    return run("diagonal_copy", self, args=(diagonal, 0, 1))


def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Return a view of windows that slide along a dimension."""
    place = one_dim(dimension, self._array.ndim)
    return run("unfold", self, args=(place, size, step))


# Pieces and joins


def split(self: Tensor, split_size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Return views of pieces of this size, or of these sizes."""
    dim = one_dim(dim, self._array.ndim)
    if not isinstance(split_size, int):
        if math.fsum(split_size) != self._array.shape[dim]:
            raise RuntimeError(
                "split_with_sizes expects split_sizes to sum exactly to "
                f"{self._array.shape[dim]} (input tensor's size at dimension {dim}), but "
                f"got split_sizes={list(split_size)}"
            )
        found = call(OPS["split_with_sizes"], (self,), (list(split_size), dim))
    else:
        found = call(OPS["split"], (self,), (split_size, dim))
    return found  # type: ignore[no-any-return]


def chunk(self: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Return views of at most this many equal pieces."""
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    size = self._array.shape[one_dim(dim, self._array.ndim)]
    return split(self, -(-size // chunks) or 1, dim)


def unbind(self: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return a view of each slice along a dimension."""
    found = call(OPS["unbind"], (self,), (one_dim(dim, self._array.ndim),))
    return found  # type: ignore[no-any-return]


def cat(tensors: Sequence[Tensor], dim: int = 0, *, axis: int | None = None) -> Tensor:
    """Return tensors joined along a dimension."""
    listed = list(tensors)
    if not listed:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    shapes = [each._array.shape for each in listed]
    for each in shapes:
        if not each:
            raise RuntimeError(
                "zero-dimensional tensor (at position "
                f"{shapes.index(each)}) cannot be concatenated"
            )
    full = [each for each in shapes if each != (0,)] or shapes
    dim = one_dim(dim if axis is None else axis, len(full[0]))
    _check_joinable(shapes, full[0], dim)
    return run("cat", listed, args=(dim,))


def _check_joinable(shapes: Sequence[Any], first: Any, dim: int) -> None:
    for number, shape in enumerate(shapes):
        if shape == (0,):
            continue
        if len(shape) != len(first):
            raise RuntimeError(
                "Tensors must have same number of dimensions: got "
                f"{len(first)} and {len(shape)}"
            )
        for place, (have, want) in enumerate(zip(shape, first, strict=True)):
            if place != dim and have != want:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {dim}. Expected "
                    f"size {want} but got size {have} for tensor number {number} in the "
                    "list."
                )


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Return tensors joined along a new dimension."""
    listed = list(tensors)
    if not listed:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = listed[0]._array.shape
    for number, each in enumerate(listed):
        if each._array.shape != first:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first)} at "
                f"entry 0 and {list(each._array.shape)} at entry {number}"
            )
    return run("stack", listed, args=(one_dim(dim, len(first) + 1),))


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors joined along columns (vectors: end to end)."""
    return cat(tensors, 0 if tensors[0]._array.ndim < 2 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors joined along rows."""
    rows = [unsqueeze(x, 0) if x._array.ndim == 1 else x for x in tensors]
    return cat(rows, 0)


# Moves


def flip(self: Tensor, *dims: Any) -> Tensor:
    """Return the elements in reverse order along dimensions."""
    return run("flip", self, args=(all_dims(sizes(dims), self._array.ndim),))


def roll(self: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """Return the elements moved round along dimensions."""
    steps = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    places = all_dims(dims, self._array.ndim) if dims != () else ()
    return run("roll", self, args=(steps, places))


def repeat(self: Tensor, *repeats: Any) -> Tensor:
    """Return the tensor copied several times along each dimension."""
    times = sizes(repeats)
    if len(times) < self._array.ndim:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of "
            "dimensions of tensor"
        )
    return run("repeat", self, args=(times,))


def tile(self: Tensor, *dims: Any) -> Tensor:
    """Return the tensor copied several times, missing dimensions counting as 1."""
    times = sizes(dims)
    return repeat(self, (1,) * (self._array.ndim - len(times)) + times)


def repeat_interleave(self: Tensor, repeats: Any, dim: int | None = None) -> Tensor:
    """Return the tensor with every slice repeated."""
    times = repeats._array if isinstance(repeats, Tensor) else repeats
    if dim is None:
        self, dim = reshape(self, -1), 0
    return run("repeat_interleave", self, args=(times, one_dim(dim, self._array.ndim)))


# By index


def gather(self: Tensor, dim: int, index: Tensor) -> Tensor:
    """Return the elements at `index` along a dimension."""
    return run("gather", self, index, args=(one_dim(dim, self._array.ndim),))


def index_select(self: Tensor, dim: int, index: Tensor) -> Tensor:
    """Return the slices at `index` along a dimension."""
    dim = one_dim(dim, self._array.ndim)
    if index._array.size and index._array.max() >= self._array.shape[dim]:
        raise IndexError("index out of range in self")
    return run("index_select", self, index, args=(dim,))


def masked_select(self: Tensor, mask: Tensor) -> Tensor:
    """Return the elements where `mask` is true."""
    return run("masked_select", self, mask)


def take(self: Tensor, index: Tensor) -> Tensor:
    """Return elements by their place in the flattened tensor."""
    flat = reshape(self, -1)
    found = run("index_select", flat, run("reshape", index, args=((-1,),)), args=(0,))
    return reshape(found, index._array.shape)


def scatter(self: Tensor, dim: int, index: Tensor, src: Any = None, **also: Any) -> Tensor:
    """Return the tensor with `src` written at `index` along a dimension."""
    values = also["value"] if "value" in also else src
    dim = one_dim(dim, self._array.ndim)
    if isinstance(values, Tensor):
        return run("scatter", self, index, values, args=(dim,))
    return run("scatter.value", self, index, args=(values, dim))


def scatter_add(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Return the tensor with `src` added at `index` along a dimension."""
    return run("scatter_add", self, index, src, args=(one_dim(dim, self._array.ndim),))


def index_add(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Return the tensor with the slices of `source` added at `index`."""
    return run("index_add", self, index, source, args=(one_dim(dim, self._array.ndim),))


def nonzero(self: Tensor, *, as_tuple: bool = False) -> Any:
    """Return where elements aren't zero."""
    found = np.nonzero(self._array)
    if as_tuple:
        return tuple(wrap(each) for each in found)
    return wrap(np.stack(found, axis=1) if found else np.zeros((0, 0), np.int64))

