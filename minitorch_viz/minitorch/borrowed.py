"""Memory that isn't ours: NumPy's, and that of buffers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .lists import check_layout
from .once import warn_once
from .storage import Array


def shared(array: Array) -> Array:
    """Return a tensor's array over the memory of one of NumPy's.

    >>> whole = np.zeros(2)
    >>> shared(whole)[0] = 5
    >>> whole
    array([5., 0.])
    """
    check_layout(array)
    if not array.flags.writeable:
        warn_once(_READ_ONLY)
    return np.asarray(Memory(array))


_READ_ONLY = (
    "The given NumPy array is not writable, and PyTorch does not support non-writable "
    "tensors. This means writing to this tensor will result in undefined behavior. You "
    "may want to copy the array to protect its data or make it writable before "
    "converting it to a tensor. This type of warning will be suppressed for the rest "
    "of this program."
)


def buffered(buffer: Any, kind: Any, count: int, offset: int) -> Array:
    """Return a tensor's array over the memory of a buffer.

    >>> buffered(bytearray(b"ab"), np.dtype("uint8"), -1, 1)
    array([98], dtype=uint8)
    """
    try:
        seen = memoryview(buffer)
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    many = _fitting(seen.nbytes, kind.itemsize, count, offset)
    if seen.readonly:
        warn_once(_READ_ONLY_BUFFER)
    return np.asarray(Memory(np.frombuffer(seen, kind, many, offset)))


def _fitting(length: int, width: int, count: int, offset: int) -> int:
    """Return how many elements are meant, if the buffer has as many."""
    if not length or not count:
        raise ValueError(
            f"both buffer length ({length}) and count ({count}) must not be 0"
        )
    if not 0 <= offset < length:
        raise ValueError(
            f"offset ({offset} bytes) must be non-negative and no greater than buffer "
            f"length ({length} bytes) minus 1"
        )
    rest = length - offset
    if count < 0 and rest % width:
        raise ValueError(
            f"buffer length ({rest} bytes) after offset ({offset} bytes) must be a "
            f"multiple of element size ({width})"
        )
    many = rest // width if count < 0 else count
    if many * width > rest:
        raise ValueError(
            f"requested buffer length ({many} * {width} bytes) after offset ({offset} "
            f"bytes) must not be greater than actual buffer length ({length} bytes)"
        )
    return many


_READ_ONLY_BUFFER = (
    "The given buffer is not writable, and PyTorch does not support non-writable "
    "tensors. This means you can write to the underlying (supposedly non-writable) "
    "buffer using the tensor. You may want to copy the buffer to protect its data or "
    "make it writable before converting it to a tensor. This type of warning will be "
    "suppressed for the rest of this program."
)


class Memory:
    """NumPy's memory under a tensor, whose storage begins where the array does.

    >>> Memory(np.zeros(2)).array
    array([0., 0.])
    """

    def __init__(self, array: Array) -> None:
        self.array = array

    @property
    def __array_interface__(self) -> Any:
        there = self.array.__array_interface__
        # PyTorch writes into what is read-only too.
        return there | {"data": (there["data"][0], False)}
