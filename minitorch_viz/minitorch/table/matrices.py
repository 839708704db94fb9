"""The table's rows that invert, solve and factor matrices, after PyTorch's formulas."""

# A row's lambda names what backward needs, even where it only passes it on; the names
# of matrices are PyTorch's.
# ruff: noqa: PLW0108, N803

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do, promoted
from ..storage import Array


def _turned(x: Any) -> Any:
    ndim = len(x.shape)
    return do.transpose(x, ndim - 2, ndim - 1)


def _times(*factors: Any) -> Any:
    found = factors[0]
    for each in factors[1:]:
        found = do.matmul(found, each)
    return found


def _column(x: Any) -> Any:
    return do.unsqueeze(x, len(x.shape))


def _row(x: Any) -> Any:
    return do.unsqueeze(x, len(x.shape) - 1)


def _by_columns(x: Array) -> Array:
    """Lay matrices out column after column, as LAPACK writes them."""
    return np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2)


# A product of batches of any depth, for the formulas below.
Op(
    "matmul",
    lambda self, other, /: self @ other,
    self=lambda grad, other: _times(grad, _turned(other)),
    other=lambda grad, self: _times(_turned(self), grad),
)
Op(
    "linalg_cross",
    lambda self, other, /, dim: np.cross(self, other, axis=dim),
    cast=promoted,
    self=lambda grad, other, dim: do.linalg_cross(other, grad, dim),
    other=lambda grad, self, dim: do.linalg_cross(grad, self, dim),
)


def lu_factors(matrix: Array) -> tuple[Array, Array]:
    """Return both triangles of a matrix's LU factors in one, and the rows swapped.

    >>> lu_factors(np.array([[1.0, 2.0], [2.0, 2.0]]))[1]
    array([2, 2], dtype=int32)
    """
    size = matrix.shape[-1]
    flat = matrix.reshape(-1, size, size).copy()
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
    return _column(_column(determinant)) * _turned(do.linalg_inv_ex(matrix))


Op(
    "linalg_inv_ex",
    lambda A, /: _by_columns(np.linalg.inv(A)),
    outputs=("inverse",),
    A=lambda grad, inverse: -_times(_turned(inverse), grad, _turned(inverse)),
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
        else _column(_column(grads[1])) * _turned(do.linalg_inv_ex(A))
    ),
)


def _is_vector(matrix: Any, other: Any) -> bool:
    return len(other.shape) == 1 or tuple(other.shape) == tuple(matrix.shape[:-1])


def _solved(matrix: Array, other: Array) -> tuple[Array, Array, Array]:
    lone = _is_vector(matrix, other)
    found = np.linalg.solve(matrix, other[..., None] if lone else other)
    return found[..., 0] if lone else _by_columns(found), *lu_factors(matrix)


def _solve_slope(grad: Any, matrix: Any, result: Any) -> Any:
    back = do.linalg_solve_ex(_turned(matrix), grad, True)[0]
    if _is_vector(matrix, result):
        return -_column(back) * _row(result)
    return -_times(back, _turned(result))


Op(
    "linalg_solve_ex",
    lambda A, B, /, left=True: _solved(A, B),
    outputs=("result", "LU", "pivots"),
    A=lambda grad, A, LU, left, pivots, result: _solve_slope(grad, A, result),
    B=lambda grad, A, LU, left, pivots: do.linalg_solve_ex(_turned(A), grad, left)[0],
)


def _cut(x: Any, upper: bool, unitriangular: bool) -> Any:
    """Keep the half that was read, without a diagonal of ones."""
    edge = int(unitriangular)
    return do.triu(x, edge) if upper else do.tril(x, -edge)


def _solved_triangle(
    matrix: Array, other: Array, upper: bool, unitriangular: bool
) -> Array:
    half = np.triu(matrix, 1) if upper else np.tril(matrix, -1)
    kept = np.ones_like(matrix) if unitriangular else matrix
    whole = half + np.where(np.eye(matrix.shape[-1], dtype=bool), kept, 0)
    found: Array = np.linalg.solve(whole, other)
    return found


Op(
    "linalg_solve_triangular",
    lambda self, B, /, left, upper, unitriangular: _solved_triangle(
        self, B, upper, unitriangular
    ),
    self=lambda grad, self, left, upper, unitriangular, result: _cut(
        -_times(
            do.linalg_solve_triangular(
                _turned(self), grad, left, not upper, unitriangular
            ),
            _turned(result),
        ),
        upper,
        unitriangular,
    ),
    B=lambda grad, self, left, upper, unitriangular: do.linalg_solve_triangular(
        _turned(self), grad, left, not upper, unitriangular
    ),
)


def _cholesky_slope(grad: Any, lower: Any) -> Any:
    inside = _times(_turned(lower), grad)
    # The diagonal counts half.
    half = (do.tril(inside, 0) + do.tril(inside, -1)) / 2
    inverse = do.linalg_inv_ex(lower)
    found = _times(_turned(inverse), half, inverse)
    return (found + _turned(found)) / 2


Op(
    "linalg_cholesky_ex",
    lambda A, /, upper=False: (
        np.linalg.cholesky(A).swapaxes(-1, -2)
        if upper
        else _by_columns(np.linalg.cholesky(A))
    ),
    outputs=("L",),
    A=lambda grad, L, upper: (
        _cholesky_slope(_turned(grad), _turned(L))
        if upper
        else _cholesky_slope(grad, L)
    ),
)


# Factors that aren't unique: their slopes divide by differences of what is found


def _laid_out(found: Any) -> tuple[Array, ...]:
    values = max(each.ndim for each in found) - 1
    return tuple(x if x.ndim == values else _by_columns(x) for x in found)


def _skew(x: Any) -> Any:
    return x - _turned(x)


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
        inside = _skew(_times(_turned(eigenvectors), by_vectors)) / 2
        size = eigenvalues.shape[-1]
        inside = do.where(np.eye(size, dtype=bool), 0.0, inside) / _gaps(eigenvalues)
    if by_values is not None:
        inside = _on_diagonal(inside, by_values)
    return _times(eigenvectors, inside, _turned(eigenvectors))


Op(
    "linalg_eigh",
    lambda A, /: _laid_out(np.linalg.eigh(A)),
    outputs=("eigenvalues", "eigenvectors"),
    A=_eigh_slope,
)


def _svd_slope(grads: Any, U: Any, S: Any, Vh: Any) -> Any:
    by_u, by_s, by_vh = grads
    inside = None if by_s is None else _on_diagonal(None, by_s)
    gaps = _gaps(S * S)
    if by_u is not None:
        turn = _skew(_times(_turned(U), by_u)) / gaps * _row(S)
        inside = turn if inside is None else inside + turn
    if by_vh is not None:
        turn = _column(S) * (_skew(_times(Vh, _turned(by_vh))) / gaps)
        inside = turn if inside is None else inside + turn
    found = _times(U, inside, Vh)
    if by_u is not None and U.shape[-2] > U.shape[-1]:
        rest = by_u - _times(U, _turned(U), by_u)
        found = found + _times(rest / _row(S), Vh)
    if by_vh is not None and Vh.shape[-1] > Vh.shape[-2]:
        rest = by_vh - _times(by_vh, _turned(Vh), Vh)
        found = found + _times(U, rest / _column(S))
    return found


Op(
    "linalg_svd",
    lambda A, /, full_matrices=False: _laid_out(np.linalg.svd(A, full_matrices)),
    outputs=("U", "S", "Vh"),
    A=lambda grads, S, U, Vh, full_matrices: _svd_slope(grads, U, S, Vh),
)


def _qr_slope(grads: Any, Q: Any, R: Any) -> Any:
    by_q, by_r = grads
    inside = None if by_r is None else _times(by_r, _turned(R))
    if by_q is not None:
        turn = _times(_turned(Q), by_q)
        inside = -turn if inside is None else inside - turn
    inside = do.triu(inside, 0)
    inside = inside + _turned(do.triu(inside, 1))
    found = _times(Q, inside)
    found = found if by_q is None else found + by_q
    return _turned(do.linalg_solve_ex(R, _turned(found), True)[0])


Op(
    "linalg_qr",
    lambda A, /, mode="reduced": _laid_out(np.linalg.qr(A, mode)),
    outputs=("Q", "R"),
    A=lambda grads, Q, R, mode: _qr_slope(grads, Q, R),
)


def _pinv_slope(grad: Any, result: Any, self: Any) -> Any:
    turned, back = _turned(grad), _turned(result)
    if self.shape[-2] <= self.shape[-1]:
        inner = _times(turned, result)
        across = _times(inner, back)
        rest = _times(back, result, turned - _times(inner, self))
        return (
            -_turned(_times(result, inner))
            + across
            - _times(self, result, across)
            + rest
        )
    inner = _times(result, turned)
    across = _times(back, inner)
    rest = _times(turned - _times(self, inner), result, back)
    return (
        -_turned(_times(inner, result)) + rest + across - _times(across, result, self)
    )


Op(
    "linalg_pinv",
    lambda self, /, rcond=None: _inverted(self, rcond),
    self=lambda grad, result, self: _pinv_slope(grad, result, self),
)


def _inverted(matrix: Array, rcond: float | None) -> Array:
    limit = np.finfo(matrix.dtype).eps * max(matrix.shape[-2:])
    found: Array = np.linalg.pinv(matrix, limit if rcond is None else rcond)
    return found


Op(
    "linalg_lstsq",
    lambda self, b, /: _by_columns(_inverted(self, None) @ b),
    outputs=("solution",),
    cast=promoted,
    self=lambda grad, self, b: _pinv_slope(
        _times(grad, _turned(b)), do.linalg_pinv(self, None), self
    ),
    b=lambda grad, self: _times(_turned(do.linalg_pinv(self, None)), grad),
)
