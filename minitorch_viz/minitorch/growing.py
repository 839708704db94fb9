"""Memory that grows, and all who look into it."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator, Sequence
from sys import getrefcount
from typing import Any

import numpy as np

from .events import Changed
from .storage import Array, address, contiguous_strides, is_lent, owner
from .storages import UntypedStorage
from .tensor import Tensor, look_at
from .thread import thread


def grow(
    tensor: Tensor, shape: Sequence[int], strides: Sequence[int] | None = None
) -> None:
    """Give a tensor another size; where its memory is too small it grows.

    NumPy's can't, so what looks into it is pointed to larger memory.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.tensor([1.0, 2.0])
    >>> view = x[1:]
    >>> grow(view, (2,))
    >>> view[0] = 5
    >>> x
    tensor([1., 5.])
    """
    array = resized(tensor._array, shape, strides)
    before, after = owner(tensor._array), owner(array)
    # Held by the tensor, by the name and by the argument: nobody else looks.
    if after is not before and (getrefcount(before) > 3 or is_lent(before)):
        move(before, after)
    look_at(tensor, array)


def move(before: Array, after: Array) -> None:
    """Point all who look into some memory to a larger copy of it.

    >>> from minitorch_viz import minitorch as torch
    >>> x, room = torch.zeros(2), np.ones(3, np.float32)
    >>> move(x._array, room)
    >>> x
    tensor([1., 1.])
    """
    if is_lent(before):
        raise RuntimeError("Trying to resize storage that is not resizable")
    for each in _looking_into(before):
        _point(each, before, after)


def resized(
    array: Array, shape: Sequence[int], strides: Sequence[int] | None = None
) -> Array:
    """Return another size of the same memory, or of more if that is too small.

    It lies row by row unless strides, in bytes, are given.

    >>> whole = np.arange(4.0)
    >>> resized(whole[1:3], (3,)), resized(whole[1:3], (2, 2)).base is whole
    (array([1., 2., 3.]), False)
    """
    whole = owner(array)
    start = address(array) - address(whole)
    need = start + math.prod(shape) * array.itemsize
    if need > whole.nbytes:
        whole = larger(whole, need)
    if strides is None:
        strides = contiguous_strides(tuple(shape), array.itemsize)
    return np.ndarray(tuple(shape), array.dtype, whole, start, tuple(strides))


def larger(whole: Array, need: int) -> Array:
    """Return memory of at least `need` bytes that begins with the same ones.

    >>> larger(np.ones(2), 20)
    array([1., 1., 0.])
    """
    room = np.zeros(-(-need // whole.itemsize), whole.dtype)
    room.view(np.uint8)[: whole.nbytes] = np.frombuffer(whole.tobytes("A"), np.uint8)
    return room


def _looking_into(memory: Array) -> Iterator[Any]:
    """Find tensors and storages over some memory; NumPy doesn't know its views."""
    for each in gc.get_objects():
        kind = type(each)
        if kind is UntypedStorage or Tensor in kind.__mro__:
            array = getattr(each, "_array", None)
            if array is not None and owner(array) is memory:
                yield each


def _point(each: Any, before: Array, after: Array) -> None:
    array = each._array
    start = address(array) - address(before)
    # Its strides stay, and so does how it lies.
    each._array = np.ndarray(array.shape, array.dtype, after, start, array.strides)
    if isinstance(each, Tensor) and thread.now.observer is not None:
        thread.now.observer(Changed(each))
