"""`torch.linalg`: norms, inverses, solutions and factors of matrices."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .bind import all_dims, one_dim
from .functions import arranging, shaping
from .functions.arithmetic import run
from .functions.products import matmul
from .functions.reducing import Named, amax, amin, sum
from .keeping import call_keeping, call_showing
from .missing import refusing
from .op import OPS, call
from .storage import Array
from .table.matrices import lu_factors
from .tensor import Tensor, wrap

# Names of parameters are PyTorch's.
# ruff: noqa: N803


class LinAlgError(RuntimeError):
    """What is raised where a matrix has no inverse, or no such factor."""

    __module__ = "torch._C"
    __qualname__ = "_LinAlgError"


def _named(name: str, fields: Sequence[str], values: Sequence[Tensor]) -> Named:
    kind = type(name, (Named,), {"names": tuple(fields), "__slots__": ()})
    found: Named = kind(values)
    return found


def _check(name: str, A: Tensor, *, square: bool = True) -> None:
    shape = A._array.shape
    if len(shape) < 2:
        raise RuntimeError(
            f"linalg.{name}: The input tensor A must have at least 2 dimensions."
        )
    if square and shape[-1] != shape[-2]:
        raise RuntimeError(
            f"linalg.{name}: A must be batches of square matrices, but they are "
            f"{shape[-2]} by {shape[-1]} matrices"
        )
    if A._array.dtype.kind != "f":
        raise RuntimeError(
            f"linalg.{name}: Expected a floating point or complex tensor as input. Got "
            f"{A.dtype.scalar_name}"
        )


def _refuse(text: str, bad: Array) -> None:
    """Say which matrix of the batch is bad."""
    first = tuple(np.argwhere(bad)[0])
    name, _, said = text.partition(": ")
    batch = f"(Batch element {first[0]}): " if bad.ndim else ""
    raise LinAlgError(f"{name}: {batch}{said}")


def _refuse_singular(name: str, text: str, A: Tensor) -> None:
    factors = lu_factors(A._array)[0]
    diagonals = np.diagonal(factors, axis1=-2, axis2=-1)
    bad = (diagonals == 0).any(-1)
    if bad.any():
        row = int(np.argmax(diagonals[np.nonzero(bad)][0] == 0)) + 1
        _refuse(f"{name}: {text.format(row)}", bad)


# Inverses and solutions


def inv(A: Tensor) -> Tensor:
    """Return the inverse of a matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> inv(torch.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    _check("inv", A)
    _refuse_singular("linalg.inv", _NO_INVERSE, A)
    return run("linalg_inv_ex", A)


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """Return X with `A @ X == B`.

    >>> from minitorch_viz import minitorch as torch
    >>> solve(2 * torch.eye(2), torch.ones(2))
    tensor([0.5000, 0.5000])
    """
    _check("solve", A)
    if A.dtype is not B.dtype:
        raise RuntimeError(
            "linalg.solve: Expected A and B to have the same dtype, but found A of type"
            f" {A.dtype.scalar_name} and B of type {B.dtype.scalar_name} instead"
        )
    if not left:
        turned = solve(shaping.transpose(A, -2, -1), shaping.transpose(B, -2, -1))
        return shaping.transpose(turned, -2, -1)
    a, b = A._array.shape, B._array.shape
    rows = b if len(b) == 1 or b == a[:-1] else b[:-1]
    if a[-1] != rows[-1]:
        columns = 1 if rows is b else b[-1]
        raise RuntimeError(
            "linalg.solve: Incompatible shapes of A and B for the equation AX = B "
            f"({a[-2]}x{a[-1]} and {rows[-1]}x{columns})"
        )
    _refuse_singular("torch.linalg.solve", _NO_SOLUTION, A)
    return call_keeping("linalg_solve_ex", (A, B), (True,))


def solve_triangular(
    A: Tensor,
    B: Tensor,
    *,
    upper: bool,
    left: bool = True,
    unitriangular: bool = False,
) -> Tensor:
    """Return X with `A @ X == B`, where A is a triangle.

    >>> from minitorch_viz import minitorch as torch
    >>> solve_triangular(2 * torch.eye(1), torch.ones(1, 1), upper=True)
    tensor([[0.5000]])
    """
    _check("solve_triangular", A)
    if not left:
        turned = [shaping.transpose(x, -2, -1) for x in (A, B)]
        found = solve_triangular(
            turned[0], turned[1], upper=not upper, unitriangular=unitriangular
        )
        return shaping.transpose(found, -2, -1)
    return run("linalg_solve_triangular", A, B, args=(left, upper, unitriangular))


def pinv(A: Tensor, *, rtol: float | None = None) -> Tensor:
    """Return the pseudo-inverse of a matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> pinv(torch.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    _check("pinv", A, square=False)
    return run("linalg_pinv", A, args=(rtol,))


def lstsq(A: Tensor, B: Tensor) -> Named:
    """Return X that makes `A @ X - B` small, and how small.

    >>> from minitorch_viz import minitorch as torch
    >>> lstsq(torch.ones(2, 1), torch.tensor([[1.0], [3.0]])).solution.round()
    tensor([[2.]])
    """
    _check("lstsq", A, square=False)
    solution = run("linalg_lstsq", A, B)
    array, empty = A._array, wrap(np.empty(0, A._array.dtype))
    left = empty
    if array.shape[-2] > array.shape[-1] and array.ndim == 2:
        rest = array @ solution._array - B._array
        left = wrap((rest * rest).sum(-2))
    values = solution, left, matrix_rank(A), empty
    return _named("linalg_lstsq", _LSTSQ, values)


_LSTSQ = "solution", "residuals", "rank", "singular_values"


def matrix_power(A: Tensor, n: int) -> Tensor:
    """Return a matrix times itself, `n` of them.

    >>> from minitorch_viz import minitorch as torch
    >>> matrix_power(2 * torch.eye(1), 3)
    tensor([[8.]])
    """
    _check("matrix_power", A)
    if n == 0:
        like = np.broadcast_to(np.eye(A._array.shape[-1]), A._array.shape)
        return wrap(like.astype(A._array.dtype))
    if n < 0:
        return matrix_power(inv(A), -n)
    if n == 1:
        return A if A._array.flags.c_contiguous else run("clone", A, args=("C",))
    if n == 3:
        return matmul(matmul(A, A), A)
    found, square = None, A
    while n:
        if n & 1:
            found = square if found is None else matmul(found, square)
        n >>= 1
        square = matmul(square, square) if n else square
    assert found is not None
    return found


def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """Return the product of several matrices.

    >>> from minitorch_viz import minitorch as torch
    >>> multi_dot([torch.ones(1, 2), torch.ones(2, 1), torch.ones(1, 1)])
    tensor([[2.]])
    """
    found = tensors[0]
    for each in tensors[1:]:
        found = matmul(found, each)
    return shaping.view(found, found._array.shape)


# Determinants


def det(A: Tensor) -> Tensor:
    """Return the determinant of a matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> det(2 * torch.eye(2))
    tensor(4.)
    """
    _check("det", A)
    return call_keeping("linalg_det", (A,))


def slogdet(A: Tensor) -> Named:
    """Return the sign of a determinant, and the logarithm of its size.

    >>> from minitorch_viz import minitorch as torch
    >>> slogdet(torch.eye(2)).sign
    tensor(1.)
    """
    _check("slogdet", A)
    found = call_showing(2, "linalg_slogdet", (A,))
    return _named("linalg_slogdet", ("sign", "logabsdet"), found)


def logdet(input: Tensor) -> Tensor:
    """Return the logarithm of a determinant, NaN where it is negative.

    >>> from minitorch_viz import minitorch as torch
    >>> logdet(torch.eye(2))
    tensor(0.)
    """
    _check("slogdet", input)
    sign, size = call_showing(2, "linalg_slogdet", (input,))
    return run("where", run("eq", sign, -1.0), math.nan, size)


# Factors


def cholesky(A: Tensor, *, upper: bool = False) -> Tensor:
    """Return L with `L @ L.T == A`.

    >>> from minitorch_viz import minitorch as torch
    >>> cholesky(4 * torch.eye(1))
    tensor([[2.]])
    """
    _check("cholesky", A)
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
    _check("eigh", A)
    found = call(OPS["linalg_eigh"], (A,))
    return _named("linalg_eigh", ("eigenvalues", "eigenvectors"), found)


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """Return the eigenvalues of a symmetric matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> eigvalsh(torch.eye(2))
    tensor([1., 1.])
    """
    _check("eigvalsh", A)
    found: Tensor = call(OPS["linalg_eigh"], (A,))[0]
    return found


def svd(A: Tensor, full_matrices: bool = True) -> Named:
    """Return U, S, Vh with `U @ diag(S) @ Vh == A`.

    >>> from minitorch_viz import minitorch as torch
    >>> svd(torch.eye(2)).S
    tensor([1., 1.])
    """
    _check("svd", A, square=False)
    found = call(OPS["linalg_svd"], (A,), (full_matrices,))
    return _named("linalg_svd", ("U", "S", "Vh"), found)


def svdvals(A: Tensor) -> Tensor:
    """Return the singular values of a matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> svdvals(torch.eye(2))
    tensor([1., 1.])
    """
    _check("svdvals", A, square=False)
    found: Tensor = call(OPS["linalg_svd"], (A,), (False,))[1]
    return found


def qr(A: Tensor, mode: str = "reduced") -> Named:
    """Return Q and R with `Q @ R == A`.

    >>> from minitorch_viz import minitorch as torch
    >>> qr(torch.eye(1)).R.abs()
    tensor([[1.]])
    """
    _check("qr", A, square=False)
    return _named("linalg_qr", ("Q", "R"), call(OPS["linalg_qr"], (A,), (mode,)))


def matrix_rank(A: Tensor, *, tol: float | None = None) -> Tensor:
    """Return how many rows of a matrix don't depend on each other.

    >>> from minitorch_viz import minitorch as torch
    >>> matrix_rank(torch.ones(2, 2))
    tensor(1)
    """
    _check("matrix_rank", A, square=False)
    return wrap(np.asarray(np.linalg.matrix_rank(A._array, tol)))


# Norms and products of vectors


def vector_norm(
    x: Tensor, ord: float = 2, dim: Any = None, keepdim: bool = False
) -> Tensor:
    """Return the norm of the elements as one vector, or along dimensions.

    >>> from minitorch_viz import minitorch as torch
    >>> vector_norm(torch.tensor([3.0, 4.0]))
    tensor(5.)
    """
    if x._array.dtype.kind != "f":
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. "
            f"Got {x.dtype.scalar_name}"
        )
    dims = all_dims(dim, x._array.ndim)
    return run("linalg_vector_norm", x, args=(ord, dims, keepdim))


def matrix_norm(
    A: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False
) -> Tensor:
    """Return the norm of matrices: Frobenius', nuclear, or by their singular values.

    >>> from minitorch_viz import minitorch as torch
    >>> matrix_norm(torch.eye(2), 1)
    tensor(1.)
    """
    _check("matrix_norm", A, square=False)
    if ord == "fro":
        return vector_norm(A, 2, dim, keepdim)
    rows, columns = (one_dim(d, A._array.ndim) for d in dim)
    if ord in (1, -1, math.inf, -math.inf):
        if abs(ord) == math.inf:
            rows, columns = columns, rows
        sums = vector_norm(A, 1, rows, keepdim)
        place = columns if keepdim or columns < rows else columns - 1
        return (amax if ord > 0 else amin)(sums, place, keepdim)
    if ord not in (2, -2, "nuc"):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    order = [d for d in range(A._array.ndim) if d not in (rows, columns)]
    values = svdvals(shaping.permute(A, [*order, rows, columns]))
    found = sum(values, -1) if ord == "nuc" else (amax if ord > 0 else amin)(values, -1)
    for place in sorted((rows, columns)) if keepdim else ():
        found = shaping.unsqueeze(found, place)
    return found


def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Return the norm of vectors or of matrices, whichever `dim` and `ord` mean.

    >>> from minitorch_viz import minitorch as torch
    >>> norm(torch.tensor([3.0, 4.0]))
    tensor(5.)
    """
    ndim = A._array.ndim
    if ord is None or isinstance(dim, int) or (dim is None and ndim == 1):
        if isinstance(ord, str):
            raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
        return vector_norm(A, 2 if ord is None else ord, dim, keepdim)
    if dim is None and ndim != 2:
        raise RuntimeError(
            "linalg.norm: If dim is not specified but ord is, the input must be 1D or "
            f"2D. Got {ndim}D."
        )
    dims = (0, 1) if dim is None else tuple(dim)
    if len(dims) == 1:
        return vector_norm(A, ord, dims, keepdim)
    return matrix_norm(A, ord, dims, keepdim)


def cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """Return the products of vectors that stand upright on both of them.

    >>> from minitorch_viz import minitorch as torch
    >>> cross(torch.tensor([1.0, 0.0, 0.0]), torch.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    return arranging.cross(input, other, dim)


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """Return the inner products of vectors along a dimension.

    >>> from minitorch_viz import minitorch as torch
    >>> vecdot(torch.ones(2), torch.ones(2))
    tensor(2.)
    """
    return sum(run("mul", x, y), dim)


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Return a view of the diagonal of matrices.

    >>> from minitorch_viz import minitorch as torch
    >>> diagonal(torch.eye(2))
    tensor([1., 1.])
    """
    return shaping.diagonal(A, offset, dim1, dim2)


_NO_INVERSE = (
    "The diagonal element {} is zero, the inversion could not be completed because the "
    "input matrix is singular."
)
_NO_SOLUTION = "The solver failed because the input matrix is singular."
_INDEFINITE = (
    "linalg.cholesky: The factorization could not be completed because the input is not"
    " positive-definite (the leading minor of order {} is not positive-definite)."
)
#: What `torch` and tensors have of these.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "inverse": inv,
    "det": det,
    "slogdet": slogdet,
    "logdet": logdet,
    "matrix_power": matrix_power,
    "pinverse": pinv,
}

__getattr__ = refusing("torch.linalg", globals())
