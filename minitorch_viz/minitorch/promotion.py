"""How the operands of an operation come to one element type before it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import array as array_from
from numpy import ndarray

from .dtypes import get_default_dtype, result_type
from .storage import Array

_FLOAT32, _FLOAT64 = FLOATS = np.dtype("float32"), np.dtype("float64")
#: Numbers below this fit into float32, so that converting them warns of nothing.
_SURE = 3e38
#: Numbers as arrays, so many at most.
_float32: dict[float, Array] = {}
_float64: dict[float, Array] = {}
_MANY = 1000


def as_array(value: Any, like: Array) -> Any:
    """Return a number as an array if that is the same: NumPy needn't find its type.

    >>> as_array(0.5, np.ones(2)), as_array(2, np.ones(2))
    (array(0.5), 2)
    """
    if value.__class__ is not float:
        return value
    kind = like.dtype
    if kind is _FLOAT32:
        known = _float32
    elif kind is _FLOAT64:
        known = _float64
    else:
        return value
    found = known.get(value)
    return _number(value, kind, known) if found is None else found


def _number(value: float, kind: Any, known: dict[float, Array]) -> Any:
    """Return a number as an array, and remember it: loops use the same ones again."""
    if not -_SURE < value < _SURE:
        return value
    made = array_from(value, kind)
    if value:  # 0 and -0 are one key
        if len(known) > _MANY:
            known.clear()
        made.flags.writeable = False
        known[value] = made
    return made


def promoted(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Bring the operands of an operation to one type, by PyTorch's rules.

    `inputs` are tensors and numbers, `arrays` what is in them.

    >>> promoted((), [np.ones(1, np.float32), 2])
    [array([1.], dtype=float32), 2]
    """
    if len(arrays) == 2 and arrays[0].__class__ is ndarray:
        number: Any = arrays[1]
        kind = arrays[0].dtype
        if kind is _FLOAT32 or kind is _FLOAT64:
            if number.__class__ is ndarray:
                if number.dtype is kind:
                    return arrays
            elif number.__class__ is float:
                return [arrays[0], as_array(number, arrays[0])]
    if _agree(arrays):
        return arrays
    return _converted(arrays, result_type(*_operands(inputs)).np)


def floating(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """As `promoted`, and never to integers: `1 / 2` is a float.

    >>> floating((1, 2), [1, 2])
    [np.float32(1.0), np.float32(2.0)]
    """
    if arrays[0].__class__ is not float and _agree(arrays):
        return arrays
    wanted = result_type(*_operands(inputs))
    return _converted(
        arrays, (wanted if wanted.is_floating_point else get_default_dtype()).np
    )


#: Python numbers that leave the type of a float array as it is.
_PLAIN = frozenset({float, int, bool})


def _agree(arrays: list[Any]) -> bool:
    """Return True if NumPy would do as PyTorch does: all floats of one type."""
    if len(arrays) == 2 and arrays[0].__class__ is arrays[1].__class__ is ndarray:
        kind = arrays[0].dtype
        return kind is arrays[1].dtype and kind.kind == "f"
    kind = None
    for array in arrays:
        if array is None or array.__class__ in _PLAIN:
            continue
        found = getattr(array, "dtype", None)  # None: a class made of float or int
        if kind is None and found is not None and found.kind == "f":
            kind = found
        elif found is not kind:
            return False
    return kind is not None


def _operands(inputs: Sequence[Any]) -> list[Any]:
    return [x for x in inputs if x is not None]


def _converted(arrays: list[Any], wanted: Any) -> list[Any]:
    return [
        x
        if x is None
        else x.astype(wanted, copy=False)
        if hasattr(x, "astype")
        else as_type(x, wanted)
        for x in arrays
    ]


def as_type(number: float, kind: Any) -> Any:
    """Return a number as an element of this type; whole ones wrap round.

    >>> as_type(-1, np.dtype("uint8")), as_type(2, np.dtype("float32"))
    (np.uint8(255), np.float32(2.0))
    """
    whole = kind.kind != "f" and number.__class__ is int
    return np.array(number).astype(kind)[()] if whole else kind.type(number)


#: What PyTorch calls an element type where a number doesn't fit into it.
_NAMES = {
    "uint8": "uint8_t",
    "int8": "int8_t",
    "int16": "int16_t",
    "int32": "int",
    "int64": "int64_t",
    "float16": "c10::Half",
    "float32": "float",
    "float64": "double",
}


def exact(number: float, kind: Any, name: str | None = None) -> Any:
    """Return a number as an element of this type, or raise where it doesn't fit.

    Whole numbers below zero wrap round in `uint8`.

    >>> exact(-1, np.dtype("uint8"))
    np.uint8(255)
    >>> exact(-1.5, np.dtype("uint8"))
    Traceback (most recent call last):
        ...
    RuntimeError: value cannot be converted to type uint8_t without overflow
    """
    if isinstance(number, complex) and (not number.imag or kind.kind == "b"):
        number = number.real if not number.imag else True
    if kind.kind == "b":
        return kind.type(number)
    if isinstance(number, complex):
        fits = False
    elif kind.kind == "f":
        limit = float(np.finfo(kind).max)
        fits = kind is _FLOAT64 or not limit < abs(number) < np.inf
    else:
        limits = np.iinfo(kind)
        wraps = limits.min == 0 and number.__class__ is not float
        fits = (-limits.max if wraps else limits.min) <= number <= limits.max
    if not fits:
        raise RuntimeError(
            f"value cannot be converted to type {name or _NAMES[kind.name]} without "
            "overflow"
        )
    return np.asarray(number if kind.kind == "f" else int(number)).astype(kind)[()]
