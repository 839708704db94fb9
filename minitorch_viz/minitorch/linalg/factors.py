"""Factors of matrices: Cholesky, eigenvalues, singular values, QR."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..devices import beside, strip
from ..functions.arithmetic import run
from ..functions.named import Named
from ..functions.shaping import transpose
from ..kernels import refuse
from ..once import warn_once
from ..op import OPS, call
from ..promotion import FLOATS
from ..storage import Array
from ..table.pseudoinverses import smallest
from ..tensor import Tensor, wrap
from .checks import LinAlgError, check, named

# Names of parameters are PyTorch's.
# ruff: noqa: N803


def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """Return L with `L @ L.T == A`.

    >>> from minitorch_viz import minitorch as torch
    >>> cholesky(4 * torch.eye(1))
    tensor([[2.]])
    """
    check("cholesky", A)
    refuse_indefinite("linalg.cholesky", A._array)
    return run("linalg_cholesky_ex", A, args=(upper,))


def refuse_indefinite(name: str, array: Array) -> None:
    """Raise if a matrix has no Cholesky factor; the first minor that isn't positive.

    >>> refuse_indefinite("linalg.cholesky", np.eye(2))
    """
    for order in range(1, array.shape[-1] + 1):
        try:
            np.linalg.cholesky(array[..., :order, :order])
        except np.linalg.LinAlgError:
            raise LinAlgError(_INDEFINITE.format(name, order)) from None


def _half(letter: str) -> str:
    """Return which half of a symmetric matrix is read, by its first letter."""
    half = letter[:1].upper()
    if half not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {letter}")
    return half


def eigh(A: Tensor, UPLO: str = "L") -> Named:
    """Return the eigenvalues and eigenvectors of a symmetric matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> eigh(torch.eye(2)).eigenvalues
    tensor([1., 1.])
    """
    check("eigh", A, floats=False)
    if A._array.dtype.kind != "f":
        refuse("linalg_eigh_cpu", A._array)
    found = call(OPS["linalg_eigh"], (A,), (_half(UPLO),))
    return named("linalg_eigh", ("eigenvalues", "eigenvectors"), found)


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """Return the eigenvalues of a symmetric matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> eigvalsh(torch.eye(2))
    tensor([1., 1.])
    """
    check("eigh", A, floats=False)
    if A._array.dtype.kind != "f":
        refuse("linalg_eigh_cpu", A._array)
    found: Tensor = call(OPS["linalg_eigh"], (A,), (_half(UPLO),))[0]
    return found


def svd(A: Tensor, full_matrices: bool = True) -> Named:
    """Return U, S, Vh with `U @ diag(S) @ Vh == A`.

    >>> from minitorch_viz import minitorch as torch
    >>> svd(torch.eye(2)).S
    tensor([1., 1.])
    """
    check("svd", A, square=False)
    found = call(OPS["linalg_svd"], (A,), (full_matrices,))
    return named("linalg_svd", ("U", "S", "Vh"), found)


def svdvals(A: Tensor) -> Tensor:
    """Return the singular values of a matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> svdvals(torch.eye(2))
    tensor([1., 1.])
    """
    check("svd", A, square=False)
    found: Tensor = call(OPS["linalg_svd"], (A,), (False,))[1]
    return found


def qr(A: Tensor, mode: str = "reduced") -> Named:
    """Return Q and R with `Q @ R == A`.

    >>> from minitorch_viz import minitorch as torch
    >>> qr(torch.eye(1)).R.abs()
    tensor([[1.]])
    """
    check("qr", A, square=False)
    if mode not in ("reduced", "r", "complete"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' "
            "(default), 'r', or 'complete'"
        )
    return named("linalg_qr", ("Q", "R"), call(OPS["linalg_qr"], (A,), (mode,)))


def old_svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> Named:
    """Return U, S, V with `U @ diag(S) @ V.T == input`, as `torch.svd` does.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.svd(torch.eye(2)).S
    tensor([1., 1.])
    """
    ndim = input._array.ndim
    if ndim < 2:
        raise RuntimeError(
            "linalg.svd: input should have at least 2 dimensions, but has "
            f"{ndim} dimensions instead"
        )
    if compute_uv:
        left, values, right = svd(input, not some)
        parts = left, values, transpose(right, -2, -1)
    else:
        *batch, rows, columns = input._array.shape
        shapes = (*batch, rows, rows), (*batch, columns, columns)
        blank = [wrap(np.zeros(each, input._array.dtype)) for each in shapes]
        for each in blank:
            each._counter = [1]  # filled in place
        parts = blank[0], svdvals(input), transpose(blank[1], -2, -1)
    return named("svd", ("U", "S", "V"), parts)


def old_qr(input: Tensor, some: bool = True) -> Named:
    """Return Q and R with `Q @ R == input`, as `torch.qr` does.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     old_qr(wrap(np.eye(1))).R.abs()
    tensor([[1.]], dtype=torch.float64)
    """
    warn_once(_OLD_QR)
    found = qr(input, "reduced" if some else "complete")
    return named("qr", ("Q", "R"), tuple(found))


_OLD_QR = (
    "torch.qr is deprecated in favor of torch.linalg.qr and will be removed in a "
    "future PyTorch release.\nThe boolean parameter 'some' has been replaced with a "
    "string parameter 'mode'.\nQ, R = torch.qr(A, some)\nshould be replaced with\n"
    "Q, R = torch.linalg.qr(A, 'reduced' if some else 'complete')"
)


def matrix_rank(
    A: Tensor,
    tol: Any = None,
    hermitian: bool = False,
    *,
    atol: Any = None,
    rtol: Any = None,
) -> Tensor:
    """Return how many rows of a matrix don't depend on each other.

    >>> from minitorch_viz import minitorch as torch
    >>> matrix_rank(torch.ones(2, 2))
    tensor(1)
    """
    if A._array.ndim < 2:
        raise RuntimeError(
            "torch.linalg.matrix_rank: The input tensor input must have at least 2 "
            "dimensions."
        )
    if tol is not None:
        atol, rtol = tol, 0.0
    if rtol is None and A._array.dtype not in FLOATS:
        raise RuntimeError(NO_EPSILON)
    check("eigh" if hermitian else "svd", A, square=hermitian)
    array = strip(A._array)
    values = np.linalg.svd(array, compute_uv=False)
    if hermitian:
        values = np.abs(np.linalg.eigvalsh(array))
    limits = (strip(x._array) if isinstance(x, Tensor) else x for x in (rtol, atol))
    rank = (values > smallest(values, array, *limits)).sum(-1)
    found = wrap(beside(np.asarray(rank), A._array))
    if found._counter is not None:
        found._counter = [1]  # filled in place
    return found


#: Of types that have no least difference from 1 which PyTorch would know.
NO_EPSILON = "This function doesn't handle types other than float and double"
_INDEFINITE = (
    "{}: The factorization could not be completed because the input is not"
    " positive-definite (the leading minor of order {} is not positive-definite)."
)
