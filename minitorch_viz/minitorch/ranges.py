"""Which whole numbers a type holds, and what is said of draws beyond them."""

from __future__ import annotations

import math
import warnings

import numpy as np

from . import dtypes
from .dtypes import dtype as Dtype


def exactly_below(kind: Dtype) -> int:
    """Return below what `random_()` draws: all up to there is held exactly.

    >>> exactly_below(dtypes.uint8), exactly_below(dtypes.float16)
    (256, 2049)
    """
    if kind is dtypes.bool_:
        return 2
    if kind.is_floating_point:
        return int(2 ** (np.finfo(kind.np).nmant + 1)) + 1
    return int(np.iinfo(kind.np).max) + 1


def check_drawn(low: int, high: int, kind: Dtype) -> None:
    """Refuse to draw from `low` to `high - 1` what a type can't hold.

    >>> check_drawn(0, 257, dtypes.uint8)
    Traceback (most recent call last):
        ...
    RuntimeError: to - 1 is out of bounds for unsigned char
    """
    if low >= high:
        raise RuntimeError(
            "random_ expects 'from' to be less than 'to', but got "
            f"from={low} >= to={high}"
        )
    if not -(2**63) <= low < high <= 2**63 - 1:
        raise ValueError("Overflow when unpacking long long")
    name = "c10::Half" if kind is dtypes.float16 else kind.c_name
    ends = {"from": low, "to - 1": high - 1}
    least, most = _bounds(kind)
    for end, value in ends.items():
        if not least <= value <= most:
            raise RuntimeError(f"{end} is out of bounds for {name}")
    if not kind.is_floating_point:
        return
    exact = exactly_below(kind) - 1
    for end, value in ends.items():
        if not -exact <= value <= exact:
            digits = f"2^{math.frexp(exact)[1] - 1}"
            warnings.warn(
                f"{end} is out of bounds [-({digits}), {digits}]. Due to precision "
                f"limitations {name} can support discrete uniform distribution only "
                "within this range. This warning will become an error in version 1.7 "
                "release, please fix the code in advance",
                UserWarning,
                stacklevel=4,
            )


def narrowed(low: int, high: int, kind: Dtype) -> tuple[int, int]:
    """Return ends from which nothing is rounded to the other side of a range.

    >>> narrowed(0, 2**13, dtypes.float16)
    (0, 8188)
    """
    if not kind.is_floating_point:
        return low, high
    digits = np.finfo(kind.np).nmant + 1
    after, last = (int(kind.np.type(each)) for each in (low + 1, high - 1))
    if after < low:
        low = after + 2 ** (abs(low + 1).bit_length() - digits)
    if last >= high:
        high = last - 2 ** (abs(high - 1).bit_length() - digits)
    return low, high


def _bounds(kind: Dtype) -> tuple[float, float]:
    if kind is dtypes.bool_:
        return 0, 1
    found = np.finfo(kind.np) if kind.is_floating_point else np.iinfo(kind.np)
    return float(found.min), float(found.max)
