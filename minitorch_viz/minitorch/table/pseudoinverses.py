"""The rows that invert matrices as far as they can be, and solve by least squares."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do, promoted
from ..storage import Array
from .matrices import by_columns, times, turned


def _pinv_slope(grad: Any, result: Any, self: Any) -> Any:
    across_grad, back = turned(grad), turned(result)
    if self.shape[-2] <= self.shape[-1]:
        inner = times(across_grad, result)
        across = times(inner, back)
        rest = times(back, result, across_grad - times(inner, self))
        return (
            -turned(times(result, inner)) + across - times(self, result, across) + rest
        )
    inner = times(result, across_grad)
    across = times(back, inner)
    rest = times(across_grad - times(self, inner), result, back)
    return -turned(times(inner, result)) + rest + across - times(across, result, self)


Op(
    "linalg_pinv",
    lambda self, /, rtol=None, atol=None, hermitian=False: _inverted(
        self, rtol, atol, hermitian
    ),
    self=lambda grad, result, self: _pinv_slope(grad, result, self),
)


def _inverted(
    matrix: Array,
    rtol: Any = None,
    atol: Any = None,
    hermitian: bool = False,
) -> Array:
    if not matrix.size:
        return np.zeros((*matrix.shape[:-2], *matrix.shape[:-3:-1]), matrix.dtype)
    if hermitian:
        low = np.tril(matrix)
        matrix = low + turned(np.tril(low, -1))
    u, s, vh = np.linalg.svd(matrix, full_matrices=False)
    kept = s > smallest(s, matrix, rtol, atol)
    inverse = np.where(kept, 1 / np.where(kept, s, 1), 0).astype(matrix.dtype)
    found: Array = turned(vh) @ (inverse[..., None] * turned(u))
    return found


def smallest(values: Array, matrix: Array, rtol: Any, atol: Any) -> Any:
    """Return what singular values must be above to count as more than zero.

    >>> smallest(np.array([4.0, 1.0]), np.eye(2), 0.5, 1.0)
    array([2.])
    """
    if rtol is None:
        usual = np.finfo(matrix.dtype).eps * max(matrix.shape[-2:])
        rtol = usual if atol is None else np.where(np.asarray(atol) > 0, 0.0, usual)
    most = values.max(-1, keepdims=True, initial=0)
    least = 0.0 if atol is None else np.asarray(atol)[..., None]
    return np.maximum(least, np.asarray(rtol)[..., None] * most)


Op(
    "linalg_lstsq",
    lambda self, b, /, rcond=None: by_columns(_inverted(self, rcond) @ b),
    outputs=("solution",),
    cast=promoted,
    self=lambda grad, self, b, solution: _pinv_slope(
        times(grad, turned(b)), do.linalg_pinv(self), self
    ),
    b=lambda grad, self, b: times(turned(do.linalg_pinv(self)), grad),
)
