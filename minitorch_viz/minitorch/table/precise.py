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
