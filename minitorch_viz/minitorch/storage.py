"""Memory under tensors: who owns a buffer, and windows onto it by strides."""

from __future__ import annotations

import math
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def beyond_memory(error: MemoryError) -> Exception:
    """Return what PyTorch raises where NumPy found no room for an array.

    >>> try:
    ...     np.zeros(2**58)
    ... except MemoryError as error:
    ...     print(str(beyond_memory(error))[90:138])
    you tried to allocate 2305843009213693952 bytes.
    """
    shape, kind = getattr(error, "shape", None), getattr(error, "dtype", None)
    if shape is None or kind is None:
        return error
    return RuntimeError(
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't "
        "allocate memory: you tried to allocate "
        f"{math.prod(shape) * kind.itemsize} bytes. Error code 12 (Cannot allocate "
        "memory)"
    )


def check_bytes(shape: Sequence[int], kind: Any) -> None:
    """Refuse sizes whose bytes nothing can count.

    >>> check_bytes((2, 3), np.dtype("float32"))
    """
    if math.prod(shape) * kind.itemsize >= 2**63:
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={list(shape)}"
        )


def owner(array: Array) -> Array:
    """Return the array that owns the memory `array` looks into.

    >>> whole = np.zeros(4)
    >>> owner(whole[1:][1:]) is whole
    True
    >>> owner(np.lib.stride_tricks.as_strided(whole, (2,), (0,))) is whole
    True
    """
    base = array.base
    while base is not None:
        if not isinstance(base, np.ndarray):
            # What `as_strided` made has its memory in a holder.
            base = getattr(base, "base", None)
            if not isinstance(base, np.ndarray):
                break
        array, base = base, base.base
    return array


#: Our own memory that NumPy was given too, by where it is.
_lent: weakref.WeakValueDictionary[int, Array] = weakref.WeakValueDictionary()


def lend(array: Array) -> Array:
    """Return another array over the same memory, for NumPy to do with what it likes.

    >>> whole = np.zeros(2)
    >>> lend(whole) is whole, is_lent(whole)
    (False, True)
    """
    whole = owner(array)
    _lent[id(whole)] = whole
    return array[...]


def is_lent(array: Array) -> bool:
    """Return whether NumPy may write into this memory without our knowing.

    >>> is_lent(np.zeros(2))
    False
    """
    whole = owner(array)
    return whole.base is not None or id(whole) in _lent


def address(array: Array) -> int:
    """Return where the first element of `array` lies in memory.

    >>> whole = np.zeros(4, np.float32)
    >>> address(whole[1:]) - address(whole)
    4
    """
    pointer: int = array.__array_interface__["data"][0]
    return pointer


def window(
    array: Array, shape: Sequence[int], strides: Sequence[int], start: int = 0
) -> Array:
    """Return another look at `array`'s memory; strides and start are in bytes.

    >>> window(np.arange(4.0), (2, 2), (16, 0))
    array([[0., 0.],
           [2., 2.]])
    """
    whole = owner(array)
    if whole.flags.c_contiguous:
        if array is not whole:
            start += address(array) - address(whole)
        return np.ndarray(tuple(shape), array.dtype, whole, start, tuple(strides))
    first: Array = np.lib.stride_tricks.as_strided(array, (1,), (0,))
    if start:
        raise RuntimeError("a window into memory that isn't contiguous starts at 0")
    return np.lib.stride_tricks.as_strided(first, shape, strides)


def element_strides(array: Array) -> tuple[int, ...]:
    """Return how many elements lie between neighbours along each dimension.

    >>> element_strides(np.zeros((2, 3)))
    (3, 1)
    """
    size = array.itemsize
    return tuple([stride // size for stride in laid_out(array).strides])


def own(array: Array) -> Array:
    """Return an array that looks into no other's memory: PyTorch would see a view.

    >>> own(np.ones((2, 3)).T).base is None
    True
    """
    return array if array.base is None else array.copy(order="K")


def laid_out(array: Array) -> Array:
    """Return an array with the strides that PyTorch gives it if it is empty.

    NumPy gives a fresh one strides of 0, PyTorch those of sizes of at least 1.

    >>> laid_out(np.zeros((0, 3), np.float32)).strides
    (12, 4)
    """
    if array.size or any(array.strides):
        return array
    strides = contiguous_strides(array.shape, array.itemsize)
    return np.ndarray(array.shape, array.dtype, array, 0, strides)


def nowhere(strides: tuple[int, ...]) -> tuple[int, ...]:
    """Return strides of 0 so that `laid_out` doesn't take an empty array for fresh.

    A byte is less than an element, of which no distance is left.

    >>> element_strides(np.ndarray((0, 3), np.float32, b"", 0, nowhere((0, 0))))
    (0, 0)
    """
    return (1,) * len(strides)


@lru_cache(4096)
def contiguous_strides(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Return the byte strides of a C-contiguous array of this shape.

    >>> contiguous_strides((2, 3), 4)
    (12, 4)
    """
    strides = []
    for size in reversed(shape):
        strides.append(itemsize)
        itemsize *= max(size, 1)
    return tuple(reversed(strides))


def copied(array: Array, memo: dict[Any, Any]) -> Array:
    """Return what `array` looks at in a copy of all the memory under it.

    Arrays over one memory share its copy if they are copied with one `memo`.

    >>> whole, memo = np.arange(4.0), {}
    >>> one, other = copied(whole[1:], memo), copied(whole, memo)
    >>> one.base is other.base
    True
    """
    whole = owner(array)
    far = np.argsort([-n for n in whole.strides], kind="stable")
    room = memo.setdefault(("memory", id(whole)), whole.transpose(far).copy())
    start = address(array) - address(whole)
    return np.ndarray(array.shape, array.dtype, room, start, array.strides)


def as_it_lies(values: Array, like: Array) -> Array:
    """Return values one after the other in memory, in the order in which `like` lies.

    >>> as_it_lies(np.arange(4), np.zeros((2, 2)).T)
    array([[0, 2],
           [1, 3]])
    """
    if like.flags.c_contiguous:
        return values.reshape(like.shape)
    made = np.empty_like(like, values.dtype, subok=False)
    far = np.argsort([-n for n in made.strides], kind="stable")
    turned = made.transpose(far)
    turned[...] = values.reshape(turned.shape)
    return made


def overlaps(array: Array) -> bool:
    """Return True if two elements of `array` share one place in memory.

    >>> overlaps(np.broadcast_to(np.zeros(1), (3,)))
    True
    """
    if 0 not in array.strides or not array.size:
        return False
    return any(
        stride == 0 and size > 1
        for stride, size in zip(array.strides, array.shape, strict=True)
    )


def like(array: Array, first: Any) -> Array:
    """Return an array laid out as `first`, or row by row if elements of that overlap.

    >>> like(np.zeros((2, 2)), np.zeros((2, 2)).T).strides
    (8, 16)
    """
    if overlaps(first):
        made: Array = np.asanyarray(array, order="C")
        return made
    if first.flags.c_contiguous and array.flags.c_contiguous:
        return array
    made = np.empty_like(first, array.dtype, order="K")
    made[...] = array
    return made


def channels_last(array: Array) -> bool:
    """Return True for images whose channels lie next to each other.

    >>> image = np.zeros((1, 4, 4, 3)).transpose(0, 3, 1, 2)
    >>> channels_last(image), channels_last(image.copy())
    (True, False)
    """
    last: bool = array.ndim == 4 and array.transpose(0, 2, 3, 1).flags.c_contiguous
    return last and not array.flags.c_contiguous


def in_rows(array: Array, of: Array) -> Array:
    """Return what was made of images as they lie in memory, anything else row by row.

    >>> in_rows(np.zeros((2, 3)).T, np.zeros((2, 3)).T).strides
    (16, 8)
    """
    if channels_last(of):
        return like(array, of)
    made: Array = np.asanyarray(array, order="C")
    return made


def sharing(written: Array, read: Array) -> str:
    """Return how two arrays share memory: not at all (""), partly, or wholly.

    Only arrays without gaps are looked at, as in PyTorch (`MemoryOverlap.cpp`).

    >>> whole = np.zeros(3)
    >>> sharing(whole[1:], whole[:2]), sharing(whole, whole[:])
    ('partly', 'wholly')
    """
    if not written.size or not read.size or not (is_dense(written) and is_dense(read)):
        return ""
    start, other = address(written), address(read)
    end, other_end = start + written.nbytes, other + read.nbytes
    if (start, end) == (other, other_end) and written.strides == read.strides:
        return "wholly"
    return "partly" if start < other_end and other < end else ""


def is_dense(array: Array) -> bool:
    """Return True if elements fill a stretch of memory, each a place of its own.

    >>> is_dense(np.ones((2, 3)).T), is_dense(np.ones(4)[::2])
    (True, False)
    """
    if not array.size:
        return True
    expected = array.itemsize
    for stride, size in sorted(zip(array.strides, array.shape, strict=True)):
        if size == 1:
            continue
        if stride != expected:
            return False
        expected *= size
    return True


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where a view lies in its base; strides and offset count elements."""

    base_shape: tuple[int, ...]
    base_strides: tuple[int, ...]
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int

    @classmethod
    def of(cls, base: Array, view: Array) -> Geometry:
        """Return where `view` lies in `base`.

        >>> whole = np.arange(4.0)
        >>> Geometry.of(whole, whole[1::2]).strides
        (2,)
        """
        return cls(
            base.shape,
            element_strides(base),
            view.shape,
            element_strides(view),
            (address(view) - address(base)) // base.itemsize,
        )

    def look(self, base: Array) -> Array:
        """Return the view of `base`, which lies as `base_strides` say."""
        size = base.itemsize
        strides = tuple(stride * size for stride in self.strides)
        return window(base, self.shape, strides, self.offset * size)

    def lay_out(self, values: Array | float, like: Array) -> Array:
        """Return a fresh base that holds `values`, laid out as the base is."""
        reach = max(_reach(self.base_shape, self.base_strides), 1)
        end = self.offset + _reach(self.shape, self.strides)
        contiguous = contiguous_strides(self.base_shape, 1)
        inside = self.offset >= 0 and end <= reach
        if inside and self.base_strides == contiguous:
            base = np.empty(self.base_shape, like.dtype)
        else:
            # A view by strides may look at memory around what its base shows.
            room = np.zeros(self._before + max(reach, end), like.dtype)
            strides = tuple(stride * like.itemsize for stride in self.base_strides)
            start = self._before * like.itemsize
            base = window(room, self.base_shape, strides, start)
            own = np.empty_like(base)
            if inside and own.strides == strides:
                base = own  # and so no view
        base[...] = values
        return base

    @property
    def _before(self) -> int:
        return max(0, -self.offset)

    @property
    def distinct(self) -> bool:
        """True if it is plain that no two elements of the view share a place."""
        return are_distinct(self.shape, self.strides)

    def scatter(self, values: Array) -> Array:
        """Return a base of zeros to which `values` are added where the view looks."""
        base = self.lay_out(0, values)
        if self.distinct and not overlaps(base):
            self.look(base)[...] = values
            return base
        room = owner(base).reshape(-1)
        places = np.arange(room.size)
        start = (self._before + self.offset) * places.itemsize
        strides = [stride * places.itemsize for stride in self.strides]
        np.add.at(room, window(places, self.shape, strides, start), values)
        return base


def _reach(shape: Sequence[int], strides: Sequence[int]) -> int:
    """Return how many elements lie between the first and what follows the last."""
    if 0 in shape:
        return 0
    return 1 + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))


def are_distinct(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Return True if it is plain that no two elements share one place in memory.

    >>> are_distinct((2, 2), (2, 1)), are_distinct((2, 2), (1, 1))
    (True, False)
    """
    reach = 0
    for stride, size in sorted(zip(strides, shape, strict=True)):
        if size > 1 and stride <= reach:
            return False
        reach += stride * (size - 1)
    return True
