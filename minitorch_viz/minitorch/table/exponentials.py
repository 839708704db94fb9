"""The row of a matrix's exponential."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array

#: So many terms of the series are exact to double precision below a norm of 1.
_TERMS = 20


def _exponential(self: Array) -> Array:
    """Halve until the series converges fast, and square as often."""
    wide = self.astype(np.float64)
    norm = float(np.abs(wide).sum(-1).max(initial=0))
    halvings = max(0, math.ceil(math.log2(norm))) if 0 < norm < math.inf else 0
    small = wide / 2.0**halvings
    term = found = np.broadcast_to(np.eye(self.shape[-1]), self.shape)
    for number in range(1, _TERMS):
        term = term @ small / number
        found = found + term
    for _ in range(halvings):
        found = found @ found
    return np.asarray(found, self.dtype)


def _slope(grad: Any, self: Any) -> Any:
    """Return the upper right block of the exponential of a matrix twice as large."""
    size, last = self.shape[-1], len(self.shape) - 1
    turned = do.transpose(self, last - 1, last)
    upper = do.cat([turned, grad], last)
    lower = do.cat([do.zeros_like(turned), turned], last)
    whole = do.linalg_matrix_exp(do.cat([upper, lower], last - 1))
    right = do.slice(whole, last, size, 2 * size, 1)
    return do.slice(right, last - 1, 0, size, 1)


Op(
    "linalg_matrix_exp",
    lambda self, /: _exponential(self),
    self=_slope,
)
