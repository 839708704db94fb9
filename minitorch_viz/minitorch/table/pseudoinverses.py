"""The rows that invert matrices as far as they can be, and solve by least squares."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import Op, do, promoted
from ..storage import Array
from .matrices import by_columns, column, row, times, turned


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


def _fitted(
    self: Array, b: Array, rcond: float | None, rest: bool
) -> tuple[Array, Array]:
    """Return what makes `self @ x - b` small, and if asked for what is left of it.

    That is the squares, summed, if there are more rows than unknowns.
    """
    solution = by_columns(_inverted(self, rcond) @ b)
    if not rest or self.shape[-2] <= self.shape[-1]:
        return solution, np.empty(0, self.dtype)
    lone = b.ndim < self.ndim
    left, right = (column(solution), column(b)) if lone else (solution, b)
    found: Array = np.square(self @ left - right).sum(-2)
    return solution, found[..., 0] if lone else found


def _lstsq_slope(
    wanted: str, grads: Sequence[Any], self: Any, b: Any, solution: Any
) -> Any:
    by_solution, by_rest = grads
    lone, found = len(b.shape) < len(self.shape), None
    if lone:
        b, solution = column(b), column(solution)
    if by_solution is not None:
        by_solution = column(by_solution) if lone else by_solution
        inverse = do.linalg_pinv(self)
        if wanted == "self":
            found = _pinv_slope(times(by_solution, turned(b)), inverse, self)
        else:
            found = times(turned(inverse), by_solution)
    if by_rest is not None and 0 not in by_rest.shape:
        by_rest = column(by_rest) if lone else by_rest
        back = row(by_rest) * 2 * (times(self, solution) - b)
        more = times(back, turned(solution)) if wanted == "self" else -back
        found = more if found is None else found + more
    if found is None or wanted == "self" or not lone:
        return found
    return getattr(do, "squeeze.dim")(found, (len(found.shape) - 1,))


Op(
    "linalg_lstsq",
    lambda self, b, /, rcond=None, rest=False: _fitted(self, b, rcond, rest),
    outputs=("solution", "residuals"),
    cast=promoted,
    self=lambda grads, self, b, solution: _lstsq_slope(
        "self", grads, self, b, solution
    ),
    b=lambda grads, self, b, solution: _lstsq_slope("b", grads, self, b, solution),
)
