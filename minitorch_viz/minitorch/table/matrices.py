"""The table's rows that invert, solve and factor matrices, after PyTorch's formulas."""

# A row's lambda names what backward needs, even where it only passes it on; the names
# of matrices are PyTorch's.
# ruff: noqa: PLW0108, N803

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ..kernels import kernel
from ..op import Op, do, promoted
from ..storage import Array, laid_out


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


def _column(x: Any) -> Any:
    return do.unsqueeze(x, len(x.shape))


def _row(x: Any) -> Any:
    return do.unsqueeze(x, len(x.shape) - 1)


def by_columns(x: Array) -> Array:
    """Lay matrices out column after column, as LAPACK writes them.

    >>> by_columns(np.ones((2, 3))).flags.f_contiguous
    True
    """
    return laid_out(np.ascontiguousarray(x.swapaxes(-1, -2))).swapaxes(-1, -2)


# A product of batches of any depth, for the formulas below.
Op(
    "matmul",
    lambda self, other, /: self @ other,
    self=lambda grad, other: times(grad, turned(other)),
    other=lambda grad, self: times(turned(self), grad),
)
Op(
    "linalg_cross",
    lambda self, other, /, dim: np.cross(self, other, axis=dim),
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


def _cofactors(matrix: Any, determinant: Any) -> Any:
    """Return the determinant's slope; bare arrays may be singular."""
    if isinstance(matrix, np.ndarray):
        u, s, vh = np.linalg.svd(matrix)
        size = s.shape[-1]
        others = np.where(np.eye(size, dtype=bool), 1, s[..., None, :]).prod(-1)
        sign = np.linalg.det(u) * np.linalg.det(vh)
        found = sign[..., None, None] * ((u * others[..., None, :]) @ vh)
        return found.astype(matrix.dtype)
    return _column(_column(determinant)) * turned(do.linalg_inv_ex(matrix))


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
    A=lambda grad, A, LU, pivots, result: (
        _column(_column(grad)) * _cofactors(A, result)
    ),
)
Op(
    "linalg_slogdet",
    lambda A, /: (*map(np.asarray, np.linalg.slogdet(A)), *lu_factors(A)),
    outputs=("sign", "logabsdet", "LU", "pivots"),
    A=lambda grads, A, LU, pivots, sign: (
        do.zeros_like(A)
        if grads[1] is None
        else _column(_column(grads[1])) * turned(do.linalg_inv_ex(A))
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


def _solve_slope(grad: Any, matrix: Any, left: bool, result: Any) -> Any:
    back = do.linalg_solve_ex(turned(matrix), grad, left)[0]
    if _is_vector(matrix, result):
        return -_column(back) * _row(result)
    return -times(back, turned(result)) if left else -times(turned(result), back)


Op(
    "linalg_solve_ex",
    lambda A, B, /, left=True: _solved(A, B, left),
    outputs=("result", "LU", "pivots"),
    A=lambda grad, A, LU, left, pivots, result: _solve_slope(grad, A, left, result),
    B=lambda grad, A, LU, left, pivots: do.linalg_solve_ex(turned(A), grad, left)[0],
)


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


# Factors that aren't unique: their slopes divide by differences of what is found


def _laid_out(found: Any) -> tuple[Array, ...]:
    values = max(each.ndim for each in found) - 1
    return tuple(x if x.ndim == values else by_columns(x) for x in found)


def _skew(x: Any) -> Any:
    return x - turned(x)


def _gaps(values: Any) -> Any:
    """Return what stands between each two values, 1 on the diagonal."""
    size = values.shape[-1]
    gaps = _row(values) - _column(values)
    return do.where(np.eye(size, dtype=bool), 1.0, gaps)


def _on_diagonal(x: Any, values: Any) -> Any:
    size = values.shape[-1]
    placed = do.where(np.eye(size, dtype=bool), _row(values), 0.0)
    return placed if x is None else x + placed


def _eigh_slope(grads: Any, eigenvalues: Any, eigenvectors: Any) -> Any:
    by_values, by_vectors = grads
    inside = None
    if by_vectors is not None:
        # Only turns keep eigenvectors upright on each other.
        inside = _skew(times(turned(eigenvectors), by_vectors)) / 2
        size = eigenvalues.shape[-1]
        inside = do.where(np.eye(size, dtype=bool), 0.0, inside) / _gaps(eigenvalues)
    if by_values is not None:
        inside = _on_diagonal(inside, by_values)
    return times(eigenvectors, inside, turned(eigenvectors))


Op(
    "linalg_eigh",
    lambda A, /, UPLO="L": _laid_out(np.linalg.eigh(A, UPLO)),
    outputs=("eigenvalues", "eigenvectors"),
    A=_eigh_slope,
)


def _svd_slope(grads: Any, U: Any, S: Any, Vh: Any) -> Any:
    by_u, by_s, by_vh = grads
    inside = None if by_s is None else _on_diagonal(None, by_s)
    gaps = _gaps(S * S)
    if by_u is not None:
        turn = _skew(times(turned(U), by_u)) / gaps * _row(S)
        inside = turn if inside is None else inside + turn
    if by_vh is not None:
        turn = _column(S) * (_skew(times(Vh, turned(by_vh))) / gaps)
        inside = turn if inside is None else inside + turn
    found = times(U, inside, Vh)
    if by_u is not None and U.shape[-2] > U.shape[-1]:
        rest = by_u - times(U, turned(U), by_u)
        found = found + times(rest / _row(S), Vh)
    if by_vh is not None and Vh.shape[-1] > Vh.shape[-2]:
        rest = by_vh - times(by_vh, turned(Vh), Vh)
        found = found + times(U, rest / _column(S))
    return found


Op(
    "linalg_svd",
    lambda A, /, full_matrices=False: _laid_out(np.linalg.svd(A, full_matrices)),
    outputs=("U", "S", "Vh"),
    A=lambda grads, S, U, Vh, full_matrices: (
        _full_svd_slope if full_matrices else _svd_slope
    )(grads, U, S, Vh),
)


def _full_svd_slope(grads: Any, U: Any, S: Any, Vh: Any) -> Any:
    """Vectors that belong to no singular value count for nothing."""

    def first(values: Any, dim: int) -> Any:
        place = values.ndim + dim
        return do.narrow(values, place, 0, S.shape[-1])

    by_u, by_s, by_vh = grads
    by_u = None if by_u is None else first(by_u, -1)
    by_vh = None if by_vh is None else first(by_vh, -2)
    return _svd_slope((by_u, by_s, by_vh), first(U, -1), S, first(Vh, -2))


def _triangular(A: Array, mode: Any) -> tuple[Array, ...]:
    found: Any = np.linalg.qr(A, mode)
    if mode != "r":
        return _laid_out(found)
    return np.empty(0, A.dtype), by_columns(found)


def _qr_slope(grads: Any, Q: Any, R: Any, mode: str) -> Any:
    if mode == "r":
        raise RuntimeError(
            "The derivative of linalg.qr depends on Q, which is not computed when "
            "mode='r'. Please use linalg.qr(A, mode='reduced') if you are going to "
            "differentiate through linalg.qr."
        )
    if mode == "complete" and Q.shape[-1] > R.shape[-1]:
        raise RuntimeError(
            "The QR decomposition is not differentiable when mode='complete' and "
            "nrows > ncols."
        )
    rows, columns = R.shape[-2:]
    if rows >= columns:
        return _square_qr_slope(grads, Q, R)
    # What stands right of the square part is turned by a Q that comes from there.
    by_q, by_r = grads
    if by_r is None:
        by_square, by_rest = None, do.zeros_like(_right(R, rows))
    else:
        by_square, by_rest = do.narrow(by_r, by_r.ndim - 1, 0, rows), _right(by_r, rows)
        turn = times(Q, _right(R, rows), turned(by_rest))
        by_q = turn if by_q is None else by_q + turn
    square = do.narrow(R, R.ndim - 1, 0, rows)
    left = _square_qr_slope((by_q, by_square), Q, square)
    return do.cat([left, times(Q, by_rest)], left.ndim - 1)


def _right(x: Any, first: int) -> Any:
    """Return the columns from this one on."""
    return do.narrow(x, x.ndim - 1, first, x.shape[-1] - first)


def _square_qr_slope(grads: Any, Q: Any, R: Any) -> Any:
    by_q, by_r = grads
    inside = None if by_r is None else times(by_r, turned(R))
    if by_q is not None:
        turn = times(turned(Q), by_q)
        inside = -turn if inside is None else inside - turn
    inside = do.triu(inside, 0)
    inside = inside + turned(do.triu(inside, 1))
    found = times(Q, inside)
    found = found if by_q is None else found + by_q
    return do.linalg_solve_triangular(turned(R), found, False, False, False)


Op(
    "linalg_qr",
    lambda A, /, mode="reduced": _triangular(A, mode),
    outputs=("Q", "R"),
    A=lambda grads, Q, R, mode: _qr_slope(grads, Q, R, mode),
)
