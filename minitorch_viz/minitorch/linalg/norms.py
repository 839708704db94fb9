"""Norms of vectors and matrices, and products of vectors."""

from __future__ import annotations

import math
from typing import Any

from ..bind import one_dim
from ..dtypes import dtype as Dtype
from ..functions import arranging, reducing, shaping
from ..functions.arithmetic import run, to_dtype
from ..functions.reducing import amax, amin, sum
from ..tensor import Tensor
from .checks import check
from .factors import svdvals

# Names of parameters are PyTorch's.
# ruff: noqa: N803


def vector_norm(
    x: Tensor,
    ord: float = 2,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Dtype | None = None,
) -> Tensor:
    """Return the norm of the elements as one vector, or along dimensions.

    >>> from minitorch_viz import minitorch as torch
    >>> vector_norm(torch.tensor([3.0, 4.0]))
    tensor(5.)
    """
    return reducing.vector_norm(x, ord, dim, keepdim, dtype=dtype)


def matrix_norm(
    A: Tensor,
    ord: Any = "fro",
    dim: Any = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: Dtype | None = None,
) -> Tensor:
    """Return the norm of matrices: Frobenius', nuclear, or by their singular values.

    >>> from minitorch_viz import minitorch as torch
    >>> matrix_norm(torch.eye(2), 1)
    tensor(1.)
    """
    check("matrix_norm", A, square=False)
    if ord == "fro":
        return vector_norm(A, 2, dim, keepdim, dtype=dtype)
    rows, columns = (one_dim(d, A._array.ndim) for d in dim)
    if ord in (1, -1, math.inf, -math.inf):
        if abs(ord) == math.inf:
            rows, columns = columns, rows
        sums = vector_norm(A, 1, rows, keepdim, dtype=dtype)
        place = columns if keepdim or columns < rows else columns - 1
        return (amax if ord > 0 else amin)(sums, place, keepdim)
    if ord not in (2, -2, "nuc"):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    matrix = A if dtype is None else to_dtype(A, dtype)
    order = [d for d in range(A._array.ndim) if d not in (rows, columns)]
    values = svdvals(shaping.permute(matrix, [*order, rows, columns]))
    found = sum(values, -1) if ord == "nuc" else (amax if ord > 0 else amin)(values, -1)
    for place in sorted((rows, columns)) if keepdim else ():
        found = shaping.unsqueeze(found, place)
    return found


def norm(
    A: Tensor,
    ord: Any = None,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Dtype | None = None,
) -> Tensor:
    """Return the norm of vectors or of matrices, whichever `dim` and `ord` mean.

    >>> from minitorch_viz import minitorch as torch
    >>> norm(torch.tensor([3.0, 4.0]))
    tensor(5.)
    """
    ndim = A._array.ndim
    if ord is None or isinstance(dim, int) or (dim is None and ndim == 1):
        if isinstance(ord, str):
            raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
        return vector_norm(A, 2 if ord is None else ord, dim, keepdim, dtype=dtype)
    if dim is None and ndim != 2:
        raise RuntimeError(
            "linalg.norm: If dim is not specified but ord is, the input must be 1D or "
            f"2D. Got {ndim}D."
        )
    dims = (0, 1) if dim is None else tuple(dim)
    if len(dims) == 1:
        return vector_norm(A, ord, dims, keepdim, dtype=dtype)
    return matrix_norm(A, ord, dims, keepdim, dtype=dtype)


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
    if x._array.dtype.kind != "f":
        raise RuntimeError(
            "linalg.vecdot: Expected a floating point or complex tensor as input. Got "
            f"{x.dtype.scalar_name}"
        )
    if x.dtype is not y.dtype:
        raise RuntimeError(
            "linalg.vecdot: Expected x and y to have the same dtype, but found x of "
            f"type {x.dtype.scalar_name} and y of type {y.dtype.scalar_name} instead"
        )
    if x._array.ndim == y._array.ndim == 1:
        return run("vdot", x, y)
    return sum(run("mul", x, y), dim)


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Return a view of the diagonal of matrices.

    >>> from minitorch_viz import minitorch as torch
    >>> diagonal(torch.eye(2))
    tensor([1., 1.])
    """
    return shaping.diagonal(A, offset, dim1, dim2)
