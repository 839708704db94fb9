"""What an array holds, in one line and at most 64 numbers."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np

from ..snapshot import SIDE, ValueState, sides
from .registry import Registry

Array = np.ndarray[Any, Any]
MOST_NUMBERS = 64
#: What has more numbers is seen too seldom to be known again.
MOST_KNOWN = 4096
MOST_CHARACTERS = 20


def describe(array: Array) -> ValueState:
    """Return what `array` holds.

    >>> describe(np.array([1.0, 1.0])).text
    '[1., 1.]'
    >>> describe(np.arange(12.0).reshape(3, 4)).text
    '(3, 4) 0. … 11.'
    """
    low, high, total = _range(array)
    numbers = None
    if array.size <= MOST_NUMBERS:
        numbers = tuple(plain(item) for item in array.ravel())
    text = _text(array, low, high)
    return ValueState(text, numbers, low, high, total, _sample(array, low, high))


def index(array: Array, registry: Registry) -> int:
    """Return the value index of what an array holds, which is read but once.

    >>> registry = Registry()
    >>> index(np.ones(2), registry), index(np.zeros(2), registry)
    (0, 1)
    >>> index(np.ones(2), registry)
    0
    """
    if array.size > MOST_KNOWN:
        return registry.value(describe(array))
    held = array.tobytes()
    if array.size > MOST_NUMBERS:  # not to keep all of them
        held = blake2b(held, digest_size=16).digest()
    key = array.dtype.str, array.shape, held
    if key not in registry.read:
        registry.read[key] = registry.value(describe(array))
    return registry.read[key]


def _sample(
    array: Array, low: float | None, high: float | None
) -> tuple[float | int | bool | str, ...] | None:
    """Take some numbers of what is too large to be shown whole, and not all equal."""
    plane = sides(array.shape)
    if plane is None or max(plane) <= SIDE or low == high:
        return None
    rows, columns = (
        (2 * np.arange(min(n, SIDE)) + 1) * n // (2 * min(n, SIDE)) for n in plane
    )
    return tuple(plain(n) for n in array.reshape(plane)[np.ix_(rows, columns)].ravel())


def plain(item: Any) -> float | int | bool | str:
    """Return a NumPy number as a JSON value; a float32 keeps its short digits.

    >>> plain(np.float32(0.1)), plain(np.float64("nan"))
    (0.1, 'nan')
    """
    if item.dtype.kind == "b":
        return bool(item)
    if item.dtype.kind in "iu":
        return int(item)
    if item.dtype.kind != "f":
        return str(item)
    return float(str(item)) if np.isfinite(item) else str(float(item))


def number(value: float | int | bool, digits: int = 4) -> str:
    """Return a number as PyTorch's reader expects it: `2.` is a float, `2` is not.

    >>> number(2.0), number(2), number(1 / 3), number(12345678.0)
    ('2.', '2', '0.3333', '1.235e+07')
    """
    if not isinstance(value, float):
        return str(value)
    if value == int(value) and abs(value) < 10**digits:
        return f"{value:.0f}."
    text = f"{value:.{digits}g}"
    return text if set(text) & set(".e") else text + "."


def _range(array: Array) -> tuple[float | None, float | None, float | None]:
    """The smallest, the largest and the sum of the finite elements."""
    if array.dtype.kind not in "fiu" or not array.size:
        return None, None, None
    finite = array if _is_finite(array) else array[np.isfinite(array)]
    if not finite.size:
        return None, None, None
    with np.errstate(all="ignore"):
        total = finite.sum(dtype=np.float64)
    found = (plain(finite.min()), plain(finite.max()), plain(total))
    low, high, total = (None if isinstance(f, str) else float(f) for f in found)
    return low, high, total


def _is_finite(array: Array) -> bool:
    """Whether no element is NaN or infinite, found without a copy."""
    with np.errstate(all="ignore"):  # of NaN there is no least
        return bool(np.isfinite(array.min()) and np.isfinite(array.max()))


def _text(array: Array, low: float | None, high: float | None) -> str:
    if array.size <= MOST_CHARACTERS:
        text = _nested(array.tolist(), array)
        if len(text) <= MOST_CHARACTERS:
            return text
    if array.ndim == 0:
        return _element(array.tolist(), array)
    return f"{tuple(array.shape)} {_summary(array, low, high)}"


def _summary(array: Array, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "nan" if array.dtype.kind == "f" else array.dtype.name
    whole = array.dtype.kind != "f"
    least, most = (int(e) if whole else e + 0 for e in (low, high))  # no -0.
    finite = whole or _is_finite(array)
    if low == high and finite:
        return f"all {number(least)}"
    return f"{number(least, 2)} … {number(most, 2)}" + ("" if finite else ", nan")


def _nested(value: Any, array: Array) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_nested(item, array) for item in value) + "]"
    return _element(value, array)


def _element(value: Any, array: Array) -> str:
    if array.dtype.kind == "f" and not np.isfinite(value):
        return str(value)
    return number(value)
