"""Elementary functions of float32 that end in the digit PyTorch's end in.

NumPy's own float32 kernels are off by up to four units in the last place, PyTorch's by
at most one; computing in double and rounding once agrees with PyTorch nearly always.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..storage import Array, overlaps

Function = Callable[..., Any]


def rounded(ufunc: Function) -> Function:
    """Return `ufunc` for float32, computed in double and rounded.

    >>> rounded(np.exp)(np.zeros(1, np.float32)).dtype
    dtype('float32')
    """

    def run(self: Array, /) -> Any:
        if self.dtype != np.float32:
            return ufunc(self)
        order: Any = "C" if overlaps(self) else "K"
        return ufunc(self.astype(np.float64, order=order)).astype(np.float32)

    return run


def fused(a: Array, b: Array, c: Array) -> Array:
    """Return `a * b + c` rounded once, as processors compute it.

    >>> fused(np.array([0.1]), np.array([10.0]), np.array([-1.0]))
    array([5.55111512e-17])
    """
    kind = a.dtype
    if kind != np.float64:  # whose products are exact in double
        found: Array = (a.astype(float) * b.astype(float) + c).astype(kind)
        return found
    product = a * b
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    lost = a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)
    total = product + c
    part = total - product
    rest = ((product - (total - part)) + (c - part)) + lost
    return np.where(np.isfinite(total), total + rest, total)


def _halves(x: Array) -> tuple[Array, Array]:
    """Return two parts of a double's digits, whose products are exact."""
    large = x * (2.0**27 + 1)
    high = large - (large - x)
    return high, x - high


def logaddexp2(self: Array, other: Array) -> Array:
    """Return the binary logarithm of `2**self + 2**other`, with PyTorch's last digit.

    >>> float(logaddexp2(np.array(-1.0), np.array(-1.0)))
    -4.756597398230631e-17
    """
    kind = np.result_type(self, other)
    large = np.maximum(self, other)
    steps = rounded(np.log1p)(rounded(np.exp2)(-np.abs(self - other)))
    found = fused(steps, np.full_like(steps, 1 / np.log(2)), large)
    alike = np.isinf(large) & (self == other)
    return np.where(alike, large, found).astype(kind, copy=False)


EXP, LOG = rounded(np.exp), rounded(np.log)


def power(base: Any, exponent: Any) -> Any:
    """Return a power; small ones are products, as in PyTorch.

    >>> power(np.array([2.0], np.float32), 3)
    array([8.], dtype=float32)
    """
    if isinstance(exponent, (int, float)):
        if exponent == 2:
            return base * base
        if exponent == 3:
            return base * base * base
        if exponent == 0.5 and base.dtype.kind == "f":
            return np.sqrt(base)
        if exponent == -0.5 and base.dtype.kind == "f":
            return (1 / np.sqrt(base, dtype=np.float64)).astype(base.dtype)
        if exponent in (-1, -2) and base.dtype.kind == "f":
            return 1 / (base if exponent == -1 else base * base)
    if not isinstance(exponent, int) and np.result_type(base, exponent).kind == "i":
        return _whole_power(base, exponent)
    found = base**exponent
    if found.dtype == np.int8 and base.dtype.kind == "b":
        return found.astype(bool)
    if found.dtype != np.float32:
        return found
    wide = base.astype(np.float64) if isinstance(base, np.ndarray) else base
    high = exponent.astype(np.float64) if isinstance(exponent, np.ndarray) else exponent
    return np.power(wide, high).astype(np.float32)


def _whole_power(base: Any, exponent: Any) -> Any:
    """Return a power of whole numbers: below 1 it is 0, as division rounds."""
    found = base ** np.maximum(exponent, 0)
    signs = np.where(exponent % 2 == 0, 1, base)
    small = np.where(np.abs(base) == 1, signs, 0)
    return np.where(exponent < 0, small, found).astype(found.dtype)
