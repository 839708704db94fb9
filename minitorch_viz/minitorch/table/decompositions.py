"""The table's rows that factor matrices where factors aren't unique.

Their slopes divide by differences of what is found.
"""

# A row's lambda names what backward needs, even where it only passes it on; the names
# of matrices are PyTorch's.
# ruff: noqa: PLW0108, N803

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array
from .matrices import by_columns, column, row, times, turned


def _laid_out(found: Any) -> tuple[Array, ...]:
    values = max(each.ndim for each in found) - 1
    return tuple(x if x.ndim == values else by_columns(x) for x in found)


def _skew(x: Any) -> Any:
    return x - turned(x)


def _gaps(values: Any) -> Any:
    """Return what stands between each two values, 1 on the diagonal."""
    size = values.shape[-1]
    gaps = row(values) - column(values)
    return do.where(np.eye(size, dtype=bool), 1.0, gaps)


def _on_diagonal(x: Any, values: Any) -> Any:
    size = values.shape[-1]
    placed = do.where(np.eye(size, dtype=bool), row(values), 0.0)
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
    tall = U.shape[-2] >= Vh.shape[-1]
    if by_u is None and by_vh is None:
        if tall:
            return times(U, column(by_s) * Vh)
        return times(U * row(by_s), Vh)
    gaps, inside = _gaps(S * S), None
    if by_u is not None:
        inside = _skew(times(turned(U), by_u)) / gaps * row(S)
    if by_vh is not None:
        turn = column(S) * (_skew(times(Vh, turned(by_vh))) / gaps)
        inside = turn if inside is None else inside + turn
    if by_s is not None:
        last = len(S.shape) - 1
        inside = inside + do.diag_embed(by_s, 0, last, last + 1)
    # What lies outside of the space of the vectors that were found counts as well.
    if by_u is not None and U.shape[-2] > Vh.shape[-1]:
        rest = by_u / row(S)
        return times(times(U, inside) + rest - times(U, times(turned(U), rest)), Vh)
    if by_vh is not None and U.shape[-2] < Vh.shape[-1]:
        rest = by_vh / column(S)
        return times(U, times(inside, Vh) + rest - times(rest, turned(Vh), Vh))
    return times(U, times(inside, Vh)) if tall else times(U, inside, Vh)


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
    by_q, by_r = grads
    rows, columns = R.shape[-2:]
    if rows < columns:
        return _wide_qr_slope(by_q, by_r, Q, R)
    inside = None if by_r is None else times(by_r, turned(R))
    if by_q is not None:
        turn = times(turned(Q), by_q)
        inside = -turn if inside is None else inside - turn
    inside = do.triu(inside, 0)
    found = times(Q, inside + turned(do.triu(inside, 1)))
    found = found if by_q is None else found + by_q
    return do.linalg_solve_triangular(turned(R), found, False, False, False)


def _wide_qr_slope(by_q: Any, by_r: Any, Q: Any, R: Any) -> Any:
    """Only the square part turns Q; what stands right of it follows."""
    rows, columns = R.shape[-2:]
    inside = None if by_q is None else times(turned(Q), by_q)
    if by_r is not None:
        turn = times(by_r, turned(R))
        inside = -turn if inside is None else inside - turn
    inside = do.tril(_skew(inside), -1)
    square = do.narrow(R, len(R.shape) - 1, 0, rows)
    found = times(
        Q, do.linalg_solve_triangular(turned(square), inside, False, False, False)
    )
    rest = do.new_zeros(found, (*tuple(R.shape)[:-1], columns - rows))
    found = do.cat([found, rest], len(R.shape) - 1)
    return found if by_r is None else found + times(Q, by_r)


Op(
    "linalg_qr",
    lambda A, /, mode="reduced": _triangular(A, mode),
    outputs=("Q", "R"),
    A=lambda grads, Q, R, mode: _qr_slope(grads, Q, R, mode),
)
