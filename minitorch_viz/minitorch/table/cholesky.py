"""The table's rows about matrices as products of a triangle and itself turned."""

# A row's lambda names what backward needs, even where it only passes it on; the names
# of matrices are PyTorch's.
# ruff: noqa: PLW0108, N803

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array
from .matrices import by_columns, times, turned


def lower_factor(matrix: Array) -> tuple[Array, int]:
    """Return L with `L @ L.T == matrix`, and 0; or how far it went, and which minor.

    >>> lower_factor(np.array([[1.0, 2.0], [2.0, 1.0]]))
    (array([[ 1.,  0.],
           [ 2., -3.]]), 2)
    """
    found = np.tril(matrix)
    for k in range(len(found)):
        rest = found[k:, k]
        if not rest[0] > 0:
            return found, k + 1
        rest /= np.sqrt(rest[0])
        found[k + 1 :, k + 1 :] -= np.tril(np.outer(rest[1:], rest[1:]))
    return found, 0


def _lower(matrix: Array) -> Array:
    try:
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        found = np.empty_like(matrix)
        for batch in np.ndindex(matrix.shape[:-2]):
            found[batch] = lower_factor(matrix[batch])[0]
        return found


def _slope(grad: Any, lower: Any) -> Any:
    inside = times(turned(lower), grad)
    even = (do.tril(inside, 0) + turned(do.tril(inside, -1))) * 0.5
    found = do.linalg_solve_triangular(turned(lower), even, True, True, False)
    return do.linalg_solve_triangular(lower, found, False, False, False)


Op(
    "linalg_cholesky_ex",
    lambda A, /, upper=False: by_columns(
        _lower(A).swapaxes(-1, -2) if upper else _lower(A)
    ),
    outputs=("L",),
    A=lambda grad, L, upper: (
        _slope(turned(grad), turned(L)) if upper else _slope(grad, L)
    ),
)


def _multiplied(factor: Array, upper: bool) -> Array:
    half = np.triu(factor) if upper else np.tril(factor).swapaxes(-1, -2)
    found: Array = half.swapaxes(-1, -2) @ half
    return found


def _to_factor(inside: Any, factor: Any, upper: bool) -> Any:
    """Return a factor's slope, given that of the matrix times the inverse, twice."""
    both = inside + turned(inside)
    return -times(factor, both) if upper else -times(both, factor)


Op(
    "cholesky_inverse",
    lambda self, /, upper=False: by_columns(np.linalg.inv(_multiplied(self, upper))),
    self=lambda grad, self, upper, result: _to_factor(
        times(result, grad, result), self, upper
    ),
)
Op(
    "cholesky_solve",
    lambda self, input2, /, upper=False: by_columns(
        np.linalg.solve(_multiplied(input2, upper), self)
    ),
    self=lambda grad, input2, upper: do.cholesky_solve(grad, input2, upper),
    input2=lambda grad, self, input2, upper, result: _to_factor(
        times(do.cholesky_solve(grad, input2, upper), turned(result)), input2, upper
    ),
)
