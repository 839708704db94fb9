"""Pieces, joins, moves, and elements by index."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arguments import refuse
from ..bind import all_dims, one_dim, sizes
from ..devices import META, beside, device_of, refuse_looking, strip
from ..kernels import refuse as refuse_type
from ..op import OPS, call
from ..storage import window
from ..telling import emit
from ..tensor import Tensor, wrap
from ..thread import thread
from .arithmetic import run
from .putting import check_alike
from .shaping import expand, reshape, unsqueeze


def split(
    self: Tensor, split_size_or_sections: Any, dim: int = 0
) -> tuple[Tensor, ...]:
    """Return views of pieces of this size, or of these sizes."""
    split_size = split_size_or_sections
    if isinstance(split_size, Tensor) and split_size._array.size == 1:
        split_size = int(split_size.item())
    if not isinstance(split_size, int):
        refuse("torch", "split_with_sizes", (self, split_size, dim), {})
    if not self._array.ndim:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    dim = one_dim(dim, self._array.ndim)
    if not isinstance(split_size, int):
        if any(n < 0 for n in split_size):
            raise RuntimeError(
                "split_with_sizes expects split_sizes have only non-negative entries, "
                f"but got split_sizes={list(split_size)}"
            )
        if math.fsum(split_size) != self._array.shape[dim]:
            raise RuntimeError(
                "split_with_sizes expects split_sizes to sum exactly to "
                f"{self._array.shape[dim]} (input tensor's size at dimension {dim}), "
                f"but got split_sizes={list(split_size)}"
            )
        found = call(OPS["split_with_sizes"], (self,), (list(split_size), dim))
    else:
        _check_split_size(split_size, self._array.shape[dim])
        found = call(OPS["split"], (self,), (split_size, dim))
    return found  # type: ignore[no-any-return]


def _check_split_size(split_size: int, size: int) -> None:
    if split_size < 0:
        raise RuntimeError(
            f"split expects split_size be non-negative, but got split_size={split_size}"
        )
    if not split_size and size:
        raise RuntimeError(
            "split_size can only be 0 if dimension size is 0, but got dimension size "
            f"of {size}"
        )


def chunk(self: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Return views of at most this many equal pieces."""
    if not self._array.ndim:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(
            f"chunk expects `chunks` to be greater than 0, got: {chunks}"
        )
    size = self._array.shape[one_dim(dim, self._array.ndim)]
    return split(self, -(-size // chunks) if size else [0] * chunks, dim)


def unbind(self: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return a view of each slice along a dimension."""
    place = one_dim(dim, self._array.ndim)
    if not self._array.ndim:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    found: tuple[Tensor, ...] = call(OPS["unbind"], (self,), (place,))
    return found


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
    # Tensors of shape (0,) fit everywhere: nothing but the others has a say.
    full = [each for each in shapes if each != (0,)]
    dim = one_dim(dim if axis is None else axis, len(full[0])) if full else 0
    _check_joinable(shapes, (full or shapes)[0], dim)
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
                    f"size {want} but got size {have} for tensor number {number} in "
                    "the list."
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


def check_some(name: str, tensors: Sequence[Tensor]) -> None:
    """Refuse to put nothing together."""
    if not tensors:
        raise RuntimeError(f"{name} expects a non-empty TensorList")


def check_tensors(listed: Sequence[Any]) -> None:
    """Refuse a list in which something is no tensor."""
    for place, each in enumerate(listed):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {place} in argument 0, but got "
                f"{type(each).__name__}"
            )


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors joined along columns (vectors: end to end)."""
    check_some("hstack", tensors)
    listed = [x if x._array.ndim else reshape(x, 1) for x in tensors]
    return cat(listed, 0 if listed[0]._array.ndim < 2 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors joined along rows."""
    check_some("vstack", tensors)
    rows = [
        unsqueeze(x, 0)
        if x._array.ndim == 1
        else x
        if x._array.ndim
        else reshape(x, 1, 1)
        for x in tensors
    ]
    return cat(rows, 0)


# Moves


def flip(self: Tensor, *dims: Any) -> Tensor:
    """Return the elements in reverse order along dimensions."""
    _need_some(dims)
    return run("flip", self, args=(all_dims(sizes(dims), self._array.ndim),))


def _need_some(dims: tuple[Any, ...]) -> None:
    if not dims:
        raise TypeError("no dims")  # the parser has the words


def roll(self: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """Return the elements moved round along dimensions."""
    if not self._array.ndim and dims != ():
        first = dims if isinstance(dims, int) else dims[0]
        raise IndexError(f"Dimension specified as {first} but tensor has no dimensions")
    steps = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    _check_aligned(steps, (dims,) if isinstance(dims, int) else dims)
    named = dims != () and self._array.size  # nothing can't be turned
    places = all_dims(dims, self._array.ndim) if named else ()
    return run("roll", self, args=(steps, places))


def _check_aligned(steps: Sequence[int], dims: Sequence[int]) -> None:
    if not steps:
        raise RuntimeError("`shifts` required")
    if len(steps) != len(dims) and (dims or len(steps) > 1):
        raise RuntimeError(
            f"shifts and dimensions must align. shifts: {len(steps)}, dims:{len(dims)}"
        )


def repeat(self: Tensor, *repeats: Any) -> Tensor:
    """Return the tensor copied several times along each dimension."""
    _need_some(repeats)
    times = sizes(repeats)
    if len(times) < self._array.ndim:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of "
            "dimensions of tensor"
        )
    if min(times, default=0) < 0:
        have = (1,) * (len(times) - self._array.ndim) + self._array.shape
        made = [n * size for n, size in zip(times, have, strict=True)]
        raise RuntimeError(
            "Trying to create tensor with negative dimension "
            f"{next(n for n in made if n < 0)}: {made}"
        )
    return run("repeat", self, args=(times,))


def tile(self: Tensor, *dims: Any) -> Tensor:
    """Return the tensor copied several times, missing dimensions counting as 1."""
    _need_some(dims)
    times = sizes(dims)
    return repeat(self, (1,) * (self._array.ndim - len(times)) + times)


def repeat_interleave(
    self: Tensor,
    repeats: Any = None,
    dim: int | None = None,
    *,
    output_size: int | None = None,
) -> Tensor:
    """Return the tensor with every slice repeated; of counts alone, their places."""
    if repeats is None:
        return _places(self)
    if dim is None:
        self, dim = reshape(self, -1), 0
    place = one_dim(dim, self._array.ndim)
    if not isinstance(repeats, Tensor):
        if repeats < 0:
            raise RuntimeError("Repeats must be non-negative")
        return _each_repeated(self, repeats, place)
    have, size = repeats._array.shape, self._array.shape[place]
    if len(have) > 1:
        raise RuntimeError("repeats must be 0-dim or 1-dim tensor")
    if have not in ((), (1,), (size,)):
        raise RuntimeError(
            "repeats must have the same size as input along dim, but got "
            f"repeats.size(0) = {have[0]} and input.size({dim}) = {size}"
        )
    if have != (size,):
        repeats = expand(reshape(repeats, 1), size)
    return run("index_select", self, _places(repeats), args=(place,))


def _places(repeats: Tensor) -> Tensor:
    """Return each place as often as it is to be repeated."""
    array = repeats._array
    if device_of(array) is META:
        raise RuntimeError("cannot repeat_interleave a meta tensor without output_size")
    if array.dtype not in (np.int64, np.int32):
        refuse_type("repeat_interleave_cpu", array)
    if array.ndim != 1:
        raise RuntimeError("repeat_interleave only accept 1D vector as repeat")
    if (array < 0).any():
        raise RuntimeError("repeats can not be negative")
    return run("repeat_interleave", repeats)


def _each_repeated(self: Tensor, times: int, dim: int) -> Tensor:
    shape = self._array.shape
    copies = (*shape[: dim + 1], times, *shape[dim + 1 :])
    spread = run("clone", expand(unsqueeze(self, dim + 1), copies), args=("C",))
    return reshape(spread, (*shape[:dim], shape[dim] * times, *shape[dim + 1 :]))


# By index


def masked_select(self: Tensor, mask: Tensor) -> Tensor:
    """Return the elements where `mask` is true."""
    if mask._array.dtype.kind != "b":
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    refuse_looking("masked_select", self._array)
    check_alike(mask, self)
    return run("masked_select", self, mask)


def nonzero(self: Tensor, *, as_tuple: bool = False) -> Any:
    """Return where elements aren't zero."""
    refuse_looking("nonzero", self._array)
    if as_tuple:
        rows = nonzero(self if self._array.ndim else unsqueeze(self, 0))
        return unbind(rows, 1)
    array = strip(self._array)
    found = np.nonzero(np.atleast_1d(array))
    # As in PyTorch all first places lie together, then all second ones, and so on.
    shape, flat = (found[0].size, array.ndim), np.concatenate(found)
    rows = window(flat, shape, (flat.itemsize, flat.itemsize * shape[0]))
    made = wrap(beside(rows, self._array))
    if thread.now.observer is not None:
        emit(OPS["nonzero"], (self,), (), (made,), None)
    if self._inference and made._counter is not None:
        made._counter[0] = 1
    return made
