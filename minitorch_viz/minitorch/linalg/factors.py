"""Factors of matrices: Cholesky, eigenvalues, singular values, QR."""

from __future__ import annotations

import numpy as np

from ..functions.arithmetic import run
from ..functions.reducing import Named
from ..op import OPS, call
from ..storage import Array
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
    _refuse_indefinite(A._array)
    return run("linalg_cholesky_ex", A, args=(upper,))


def _refuse_indefinite(array: Array) -> None:
    for order in range(1, array.shape[-1] + 1):
        try:
            np.linalg.cholesky(array[..., :order, :order])
        except np.linalg.LinAlgError:
            raise LinAlgError(_INDEFINITE.format(order)) from None


def eigh(A: Tensor, UPLO: str = "L") -> Named:
    """Return the eigenvalues and eigenvectors of a symmetric matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> eigh(torch.eye(2)).eigenvalues
    tensor([1., 1.])
    """
    check("eigh", A)
    found = call(OPS["linalg_eigh"], (A,))
    return named("linalg_eigh", ("eigenvalues", "eigenvectors"), found)


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """Return the eigenvalues of a symmetric matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> eigvalsh(torch.eye(2))
    tensor([1., 1.])
    """
    check("eigvalsh", A)
    found: Tensor = call(OPS["linalg_eigh"], (A,))[0]
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
    check("svdvals", A, square=False)
    found: Tensor = call(OPS["linalg_svd"], (A,), (False,))[1]
    return found


def qr(A: Tensor, mode: str = "reduced") -> Named:
    """Return Q and R with `Q @ R == A`.

    >>> from minitorch_viz import minitorch as torch
    >>> qr(torch.eye(1)).R.abs()
    tensor([[1.]])
    """
    check("qr", A, square=False)
    return named("linalg_qr", ("Q", "R"), call(OPS["linalg_qr"], (A,), (mode,)))


def matrix_rank(A: Tensor, *, tol: float | None = None) -> Tensor:
    """Return how many rows of a matrix don't depend on each other.

    >>> from minitorch_viz import minitorch as torch
    >>> matrix_rank(torch.ones(2, 2))
    tensor(1)
    """
    check("matrix_rank", A, square=False)
    return wrap(np.asarray(np.linalg.matrix_rank(A._array, tol)))


_INDEFINITE = (
    "linalg.cholesky: The factorization could not be completed because the input is not"
    " positive-definite (the leading minor of order {} is not positive-definite)."
)
