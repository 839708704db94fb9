"""Memory that grows, and all who look into it."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from sys import getrefcount
from typing import Any

import numpy as np

from .events import Changed
from .storage import Array, address, is_lent, owner, resized
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
    if after is not before:
        if is_lent(before):
            raise RuntimeError("Trying to resize storage that is not resizable")
        # Held by the tensor, by the name and by the argument: nobody else looks.
        if getrefcount(before) > 3:
            for each in _looking_into(before):
                _point(each, before, after)
    look_at(tensor, array)


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
