"""The table's rows that invert, solve and factor matrices, after PyTorch's formulas."""

# A row's lambda names what backward needs, even where it only passes it on; the names
# of matrices are PyTorch's.
# ruff: noqa: PLW0108, N803

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from ..kernels import kernel
from ..op import OPS, Op, do, promoted
from ..storage import Array, contiguous_strides


def turned(x: Any) -> Any:
    """Return matrices with rows and columns swapped.

    >>> turned(np.ones((2, 3))).shape
    (3, 2)
    """
    ndim = len(x.shape)
    return do.transpose(x, ndim - 2, ndim - 1)


def times(*factors: Any) -> Any:
    """Return the product of matrices.

    >>> times(np.eye(2), np.ones((2, 3))).shape
    (2, 3)
    """
    found = factors[0]
    for each in factors[1:]:
        found = do.matmul(found, each)
    return found


def column(x: Any) -> Any:
    """Return vectors as matrices of one column.

    >>> column(np.ones(2)).shape
    (2, 1)
    """
    return do.unsqueeze(x, len(x.shape))


def row(x: Any) -> Any:
    """Return vectors as matrices of one row.

    >>> row(np.ones(2)).shape
    (1, 2)
    """
    return do.unsqueeze(x, len(x.shape) - 1)


def by_columns(x: Array) -> Array:
    """Lay matrices out column after column, as LAPACK writes them.

    >>> by_columns(np.ones((2, 3))).flags.f_contiguous
    True
    """
    *batch, rows, columns = x.shape
    *outer, last, inner = contiguous_strides((*batch, columns, rows), x.itemsize)
    # Memory of its own: what looks into another array's is a view. NumPy forgets the
    # strides of nothing.
    room = None if x.size else bytearray()
    found: Array = np.ndarray(x.shape, x.dtype, room, 0, (*outer, inner, last))
    found[...] = x
    return found


# A product of batches of any depth, for the formulas below.
Op(
    "matmul",
    lambda self, other, /: self @ other,
    self=lambda grad, other: times(grad, turned(other)),
    other=lambda grad, self: times(turned(self), grad),
)
Op(
    "linalg_cross",
    lambda self, other, /, dim: np.array(np.cross(self, other, axis=dim)),
    cast=kernel("cross", "b", promoted),
    self=lambda grad, other, dim: do.linalg_cross(other, grad, dim),
    other=lambda grad, self, dim: do.linalg_cross(grad, self, dim),
)


def lu_factors(matrix: Array) -> tuple[Array, Array]:
    """Return both triangles of a matrix's LU factors in one, and the rows swapped.

    >>> lu_factors(np.array([[1.0, 2.0], [2.0, 2.0]]))[1]
    array([2, 2], dtype=int32)
    """
    *batch, size, _ = matrix.shape
    flat = matrix.reshape(prod(batch), size, size).copy()
    pivots = np.zeros((len(flat), size), np.int32)
    for each, swaps in zip(flat, pivots, strict=True):
        for k in range(size):
            best = k + int(np.argmax(np.abs(each[k:, k])))
            swaps[k] = best + 1
            each[[k, best]] = each[[best, k]]
            if each[k, k]:
                each[k + 1 :, k] /= each[k, k]
                each[k + 1 :, k + 1 :] -= np.outer(each[k + 1 :, k], each[k, k + 1 :])
    return flat.reshape(matrix.shape), pivots.reshape(matrix.shape[:-1])


def _substituted(matrix: Array, columns: Array) -> Array:
    """Solve by the factors: where the matrix is singular, infinities and NaN are left.

    >>> _substituted(np.full((1, 1), 2.0), np.ones((1, 2)))
    array([[0.5, 0.5]])
    """
    lu, pivots = lu_factors(matrix)
    shape = np.broadcast_shapes(matrix.shape[:-2], columns.shape[:-2])
    found = np.broadcast_to(columns, (*shape, *columns.shape[-2:])).copy()
    size = matrix.shape[-1]
    for batch in np.ndindex(shape):
        one, own = found[batch], lu[batch]
        for k, swap in enumerate(pivots[batch]):
            one[[k, swap - 1]] = one[[swap - 1, k]]
        for k in range(size):
            one[k] -= own[k, :k] @ one[:k]
        for k in reversed(range(size)):
            one[k] = (one[k] - own[k, k + 1 :] @ one[k + 1 :]) / own[k, k]
    return found


def _inverse(matrix: Array) -> Array:
    try:
        return by_columns(np.linalg.inv(matrix))
    except np.linalg.LinAlgError:
        unit = np.eye(matrix.shape[-1], dtype=matrix.dtype)
        return by_columns(_substituted(matrix, unit))


def _determined(matrix: Array) -> tuple[Array, Array, Array]:
    lu, pivots = lu_factors(matrix)
    return np.asarray(np.linalg.det(matrix), matrix.dtype), lu, pivots


def _cofactors(grad: Any, matrix: Any, determinant: Any) -> Any:
    """Return the determinant's slope; bare arrays may be singular."""
    if matrix.shape[-1] == 1:
        return do.expand(column(column(grad)), tuple(matrix.shape))
    if not isinstance(matrix, np.ndarray):
        empty = 0 in matrix.shape
        return do.zeros_like(matrix) if empty else _unmixed(grad * determinant, matrix)
    u, s, vh = np.linalg.svd(matrix)
    size = s.shape[-1]
    others = np.where(np.eye(size, dtype=bool), 1, s[..., None, :]).prod(-1)
    sign = np.linalg.det(u) * np.linalg.det(vh)
    found = sign[..., None, None] * ((u * others[..., None, :]) @ vh)
    return grad[..., None, None] * found.astype(matrix.dtype)


def _unmixed(diagonal: Any, matrix: Any) -> Any:
    """Return one number on the diagonal, solved for by a matrix turned."""
    each = do.expand(column(diagonal), tuple(matrix.shape)[:-1])
    last = len(matrix.shape) - 2
    right = do.diag_embed(each, 0, last, last + 1)
    return do.linalg_solve_ex(turned(matrix), right, True)[0]


Op(
    "linalg_inv_ex",
    lambda A, /: _inverse(A),
    outputs=("inverse",),
    A=lambda grad, inverse: -times(turned(inverse), grad, turned(inverse)),
)
# What PyTorch keeps of the factors is for the user to see.
Op(
    "linalg_det",
    lambda A, /: _determined(A),
    outputs=("result", "LU", "pivots"),
    A=lambda grad, A, LU, pivots, result: _cofactors(grad, A, result),
)
Op(
    "linalg_slogdet",
    lambda A, /: (*map(np.asarray, np.linalg.slogdet(A)), *lu_factors(A)),
    outputs=("sign", "logabsdet", "LU", "pivots"),
    A=lambda grads, A, LU, pivots, sign: (
        do.zeros_like(A) if grads[1] is None else _unmixed(grads[1], A)
    ),
)


def _is_vector(matrix: Any, other: Any) -> bool:
    return len(other.shape) == 1 or tuple(other.shape) == tuple(matrix.shape[:-1])


def _solved(matrix: Array, other: Array, left: bool) -> tuple[Array, Array, Array]:
    lone = _is_vector(matrix, other)
    columns = other[..., None] if lone else other
    kept, columns = (matrix, columns) if left else (turned(matrix), turned(columns))
    try:
        found = np.linalg.solve(kept, columns)
    except np.linalg.LinAlgError:
        found = _substituted(kept, columns)
    if not left:
        return np.ascontiguousarray(turned(found)), *lu_factors(matrix)
    return found[..., 0] if lone else by_columns(found), *lu_factors(matrix)


def _back(grad: Any, matrix: Any, left: bool) -> Any:
    """Return the gradient by the right side, as columns."""
    columns = column(grad) if _is_vector(matrix, grad) else grad
    return do.linalg_solve_ex(turned(matrix), columns, left)[0]


def _by_matrix(back: Any, matrix: Any, left: bool, result: Any) -> Any:
    columns = column(result) if _is_vector(matrix, result) else result
    return -times(back, turned(columns)) if left else -times(turned(columns), back)


def _by_side(back: Any, matrix: Any, grad: Any) -> Any:
    lone = _is_vector(matrix, grad)
    return getattr(do, "squeeze.dim")(back, (len(back.shape) - 1,)) if lone else back


Op(
    "linalg_solve_ex",
    lambda A, B, /, left=True: _solved(A, B, left),
    outputs=("result", "LU", "pivots"),
    A=lambda grad, A, LU, left, pivots, result: _by_matrix(
        _back(grad, A, left), A, left, result
    ),
    B=lambda grad, A, LU, left, pivots: _by_side(_back(grad, A, left), A, grad),
)


def _solve_at_once(
    grad: Any, wanted: Sequence[bool], *, A: Any, left: bool, result: Any, **_: Any
) -> list[Any]:
    back = _back(grad, A, left)
    return [
        _by_matrix(back, A, left, result) if wanted[0] else None,
        _by_side(back, A, grad) if wanted[1] else None,
    ]


OPS["linalg_solve_ex"].at_once = _solve_at_once


def _cut(x: Any, upper: bool, unitriangular: bool) -> Any:
    """Keep the half that was read, without a diagonal of ones."""
    edge = int(unitriangular)
    return do.triu(x, edge) if upper else do.tril(x, -edge)


def _solved_triangle(
    matrix: Array, other: Array, left: bool, upper: bool, unitriangular: bool
) -> Array:
    other = other.astype(matrix.dtype, copy=False)  # the result is of A's type
    half = np.triu(matrix, 1) if upper else np.tril(matrix, -1)
    kept = np.ones_like(matrix) if unitriangular else matrix
    whole = half + np.where(np.eye(matrix.shape[-1], dtype=bool), kept, 0)
    if not left:
        return by_columns(turned(np.linalg.solve(turned(whole), turned(other))))
    return by_columns(np.linalg.solve(whole, other))


def _triangle_slope(
    grad: Any, self: Any, left: bool, upper: bool, unitriangular: bool, result: Any
) -> Any:
    back = do.linalg_solve_triangular(
        turned(self), grad, left, not upper, unitriangular
    )
    pair = (back, turned(result)) if left else (turned(result), back)
    return _cut(-times(*pair), upper, unitriangular)


Op(
    "linalg_solve_triangular",
    lambda self, B, /, left, upper, unitriangular: _solved_triangle(
        self, B, left, upper, unitriangular
    ),
    self=_triangle_slope,
    B=lambda grad, self, left, upper, unitriangular: do.linalg_solve_triangular(
        turned(self), grad, left, not upper, unitriangular
    ),
)
