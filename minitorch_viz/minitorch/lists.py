"""Nested lists of numbers, as PyTorch reads them: size, type and elements in turn."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .devices import NO_DATA
from .dtypes import dtype as Dtype
from .kinds import type_name
from .once import warn_once
from .promotion import exact
from .storage import Array
from .tensor import Tensor
from .thread import thread

_MOST_DIMENSIONS = 128


def array_from(data: Any, dtype: Dtype | None) -> Array:
    """Return a fresh array of the type PyTorch infers.

    >>> array_from([[1, 2.5]], None)
    array([[1. , 2.5]], dtype=float32)
    """
    wanted = None if dtype is None else dtype.np
    if isinstance(data, Tensor):
        if data.is_meta:
            raise NotImplementedError(NO_DATA)
        return np.array(data._array, wanted)
    if isinstance(data, (np.ndarray, np.generic)):
        check_layout(data)
        return np.array(data, wanted, order="C")
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type_name(data)}'")
    size = _size(data)
    kind = wanted or _type(data).np
    try:
        elements = _elements(data, size, _reader(kind))
        found: Array = thread.now.quiet(np.array, elements, kind)
    except OverflowError:
        raise ValueError("Overflow when unpacking long long") from None
    return found.reshape(size)


def check_layout(array: Any) -> None:
    """Refuse an array of another type, byte order or step than tensors have.

    >>> check_layout(np.zeros(2))
    """
    if not array.dtype.isnative:
        raise ValueError(
            "given numpy array has byte order different from the native byte order. "
            "Conversion between byte orders is currently not supported."
        )
    dtypes.from_numpy(array.dtype)
    if any(stride % array.itemsize for stride in array.strides):
        raise ValueError(
            "given numpy array strides not a multiple of the element byte size. Copy "
            "the numpy array to reallocate the memory."
        )
    if any(stride < 0 for stride in array.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors "
            "with negative strides are not currently supported. (You can probably work "
            "around this by making a copy of your array  with array.copy().) "
        )


def _is_sequence(data: Any) -> bool:
    """A tensor in a list is a number to PyTorch, a string one of strings."""
    if isinstance(data, (dict, Tensor, int, float)):
        return False
    return hasattr(data, "__getitem__") and hasattr(data, "__len__")


def _size(data: Any) -> tuple[int, ...]:
    """The size is that of the first element of each list."""
    if isinstance(data, (list, tuple)) and data and isinstance(data[0], np.ndarray):
        warn_once(_SLOW)
    found: list[int] = []
    while _is_sequence(data):
        found.append(len(data))
        if len(found) > _MOST_DIMENSIONS:
            raise ValueError(f"too many dimensions '{type_name(data)}'")
        if not found[-1]:
            break
        data = data[0]
    return tuple(found)


def _type(data: Any) -> Dtype:
    """Return the type that holds all elements."""
    if isinstance(data, (bool, np.bool_)):
        return dtypes.bool_
    if isinstance(data, (Tensor, np.ndarray, np.generic)):
        kind = data.dtype
        return kind if isinstance(kind, Dtype) else dtypes.from_numpy(kind)
    if isinstance(data, (int, float)):
        return dtypes.dtype_of_number(data)
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type_name(data)}'")
    if not _is_sequence(data):
        raise RuntimeError(f"Could not infer dtype of {type_name(data)}")
    if not len(data):
        return dtypes.get_default_dtype()
    kinds = {type(each): each for each in data}
    if kinds.keys() <= {int, float, bool}:
        return _common(kinds.values())
    return _common(data)


def _common(items: Any) -> Dtype:
    found: Dtype | None = None
    for item in items:
        kind = _type(item)
        found = kind if found is None else dtypes.promote_types(found, kind)
    return found or dtypes.get_default_dtype()


def _elements(data: Any, size: Sequence[int], read: Callable[[Any], Any]) -> Any:
    """Return all elements in order, as far as the lists are as long as the first."""
    if not size:
        return read(data)
    level = [data]
    for dim, length in enumerate(size):
        if not length:
            return []  # what else is in the other lists, nobody looks at
        for each in level:
            if not isinstance(each, (str, bytes)) and not hasattr(each, "__iter__"):
                raise TypeError("not a sequence")
            if len(each) != length:
                raise ValueError(
                    f"expected sequence of length {length} at dim {dim} "
                    f"(got {len(each)})"
                )
        level = [item for each in level for item in each]
    return list(map(read, level))


def _reader(kind: Any) -> Callable[[Any], Any]:
    if kind.kind == "f":
        return _float
    if kind.kind == "b":
        return lambda item: bool(_whole(item))
    return lambda item: exact(_whole(item), kind, kind.name)


def _float(item: Any) -> Any:
    if item.__class__ in (float, int, bool):
        return item
    if not hasattr(item, "__float__") and not hasattr(item, "__index__"):
        raise TypeError(f"must be real number, not {type_name(item)}")
    return float(item)


def _whole(item: Any) -> Any:
    if isinstance(item, (float, np.generic)):
        return item
    found = operator.index(item)
    if not -(2**63) <= found < 2**63:
        raise OverflowError
    return found


_SLOW = (
    "Creating a tensor from a list of numpy.ndarrays is extremely slow. Please consider"
    " converting the list to a single numpy.ndarray with numpy.array() before "
    "converting to a tensor."
)
