"""Factors and solutions that tell by a number whether there are any."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import bool_
from ..events import silence
from ..functions.arithmetic import run, to_dtype
from ..functions.named import Named
from ..functions.reducing import sum
from ..functions.shaping import flatten, narrow, reshape, squeeze
from ..kernels import refuse
from ..op import OPS
from ..storage import Array
from ..table.cholesky import lower_factor
from ..table.matrices import lu_factors
from ..telling import emit
from ..tensor import Tensor, wrap
from ..thread import thread
from .checks import check, named, refuse_singular
from .factors import refuse_indefinite, svdvals
from .norms import matrix_norm
from .solving import (
    NO_INVERSE,
    NO_SOLUTION,
    check_types,
    inv,
    solve,
    solve_anyway,
)

# Names of parameters are PyTorch's.
# ruff: noqa: N803, N806


def cholesky_ex(A: Tensor, *, upper: bool = False, check_errors: bool = False) -> Named:
    """Return L with `L @ L.T == A`, and 0; or which minor isn't positive.

    >>> from minitorch_viz import minitorch as torch
    >>> cholesky_ex(-torch.eye(1)).info
    tensor(1, dtype=torch.int32)
    """
    check("cholesky", A)
    if check_errors:
        refuse_indefinite("linalg.cholesky_ex", A._array)
    info = [lower_factor(A._array[at])[1] for at in np.ndindex(A._array.shape[:-2])]
    with silence():
        found = run("linalg_cholesky_ex", A, args=(upper,))
    return _told("linalg_cholesky_ex", "L", (A,), found, info)


def inv_ex(A: Tensor, *, check_errors: bool = False) -> Named:
    """Return the inverse, and 0; or which of the factor's diagonal is zero.

    >>> from minitorch_viz import minitorch as torch
    >>> inv_ex(torch.zeros(1, 1)).info
    tensor(1, dtype=torch.int32)
    """
    check("inv", A)
    if check_errors:
        refuse_singular("linalg.inv_ex", NO_INVERSE, A)
    with silence():
        found = run("linalg_inv_ex", A)
    return _told("linalg_inv_ex", "inverse", (A,), found, _zeros(A._array))


def solve_ex(
    A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False
) -> Named:
    """Return X with `A @ X == B`, and 0; or which of the factor's diagonal is zero.

    >>> from minitorch_viz import minitorch as torch
    >>> solve_ex(2 * torch.eye(1), torch.ones(1)).result
    tensor([0.5000])
    """
    check_types(A, B)
    check("solve", A)
    if check_errors:
        refuse_singular("torch.linalg.solve_ex", NO_SOLUTION, A)
    with silence():
        found = solve_anyway(A, B, left=left)
    return _told("linalg_solve_ex", "result", (A, B), found, _zeros(A._array))


def _zeros(matrix: Array) -> list[int]:
    """Return for each matrix where its factor's diagonal is zero, counted from 1."""
    diagonals = np.diagonal(lu_factors(matrix)[0], axis1=-2, axis2=-1) == 0
    rows = (diagonals[at] for at in np.ndindex(diagonals.shape[:-1]))
    return [int(row.argmax()) + 1 if row.any() else 0 for row in rows]


def _told(name: str, field: str, inputs: Any, found: Tensor, info: list[int]) -> Named:
    shape = inputs[0]._array.shape[:-2]
    values = found, wrap(np.array(info, np.int32).reshape(shape))
    if thread.now.observer is not None:
        emit(OPS[name], inputs, (), values, found._grad_fn)
    return named(name, (field, "info"), values)


def cond(A: Tensor, p: Any = None) -> Tensor:
    """Return how much larger errors can get when a matrix is inverted.

    >>> from minitorch_viz import minitorch as torch
    >>> cond(torch.tensor([[4.0, 0.0], [0.0, 2.0]]))
    tensor(2.)
    """
    shape = A._array.shape
    if len(shape) < 2:
        raise RuntimeError(
            "linalg.cond: The input tensor must have at least 2 dimensions."
        )
    if p is None or p in (2, -2):
        check("svd", A, square=False)
        values = svdvals(A)
        if not values._array.shape[-1]:
            # A NaN-free sum of nothing, filled in place.
            return values.sum(-1).zero_()  # type: ignore[no-any-return]
        ends = [narrow(values, -1, at, 1) for at in (0, values._array.shape[-1] - 1)]
        large, small = ends if p != -2 else ends[::-1]
        return squeeze(large / small, -1)
    if p == "nuc":
        values = svdvals(A)
        return sum(values, -1) * sum(values.reciprocal(), -1)
    if p not in ("fro", math.inf, -math.inf, 1, -1):
        raise RuntimeError(f"linalg.cond got an invalid norm type: {p}")
    check(f"cond(ord={p})", A)
    inverse, info = inv_ex(A)
    # PyTorch fills in place, and refuses to go back through it.
    inverse.masked_fill_(to_dtype(info, bool_)[..., None, None], math.inf)
    found = matrix_norm(A, p) * matrix_norm(inverse, p)
    return found.nan_to_num_(math.inf, math.inf, -math.inf)  # type: ignore[no-any-return]


def tensorinv(A: Tensor, ind: int = 2) -> Tensor:
    """Return the inverse of a tensor whose first `ind` dimensions are rows.

    >>> from minitorch_viz import minitorch as torch
    >>> tensorinv(2 * torch.eye(2), ind=1)
    tensor([[0.5000, 0.0000],
            [0.0000, 0.5000]])
    """
    if ind <= 0:
        raise RuntimeError(
            f"Expected a strictly positive integer for 'ind', but got {ind}"
        )
    if ind > A._array.ndim:
        raise RuntimeError(
            f"ArrayRef: invalid slice, N = {ind}; size = {A._array.ndim}"
        )
    rows, columns = A._array.shape[:ind], A._array.shape[ind:]
    if math.prod(rows) != math.prod(columns):
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == "
            f"prod(self.shape[:ind]), but got {math.prod(columns)} != "
            f"{math.prod(rows)}"
        )
    flat = reshape(A, (math.prod(columns), math.prod(rows)))
    return reshape(inv(flat), (*columns, *rows))


def tensorsolve(A: Tensor, B: Tensor, dims: Any = None) -> Tensor:
    """Return X with `tensordot(A, X, X.ndim) == B`.

    >>> from minitorch_viz import minitorch as torch
    >>> tensorsolve(2 * torch.eye(2), torch.ones(2))
    tensor([0.5000, 0.5000])
    """
    if dims is not None:
        kept = [d for d in range(A._array.ndim) if d not in dims]
        A = A.permute(*kept, *dims)
    cut = B._array.ndim
    columns = A._array.shape[cut:]
    if math.prod(columns) != B._array.size:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == "
            f"prod(self.shape[:other.ndim]), but got {math.prod(columns)} != "
            f"{B._array.size}"
        )
    flat = reshape(A, (math.prod(columns), math.prod(columns)))
    return reshape(solve(flat, flatten(B)), columns)


def cholesky_inverse(input: Tensor, upper: bool = False) -> Tensor:
    """Return the inverse of `L @ L.T`.

    >>> from minitorch_viz import minitorch as torch
    >>> cholesky_inverse(2 * torch.eye(1))
    tensor([[0.2500]])
    """
    shape = input._array.shape
    if len(shape) < 2:
        raise RuntimeError(
            "cholesky_inverse: The input tensor A must have at least 2 dimensions."
        )
    if shape[-1] != shape[-2]:
        raise RuntimeError(
            "cholesky_inverse: A must be batches of square matrices, but they are "
            f"{shape[-2]} by {shape[-1]} matrices"
        )
    if input._array.dtype.kind != "f":
        refuse("cholesky_inverse_out_cpu", input._array)
    return run("cholesky_inverse", input, args=(upper,))


def cholesky_solve(input: Tensor, L: Tensor, upper: bool = False) -> Tensor:
    """Return X with `L @ L.T @ X == input`.

    >>> from minitorch_viz import minitorch as torch
    >>> cholesky_solve(torch.ones(1, 1), 2 * torch.eye(1))
    tensor([[0.2500]])
    """
    for name, each in (("b", input), ("u", L)):
        if each._array.ndim < 2:
            raise RuntimeError(
                f"{name} should have at least 2 dimensions, but has "
                f"{each._array.ndim} dimensions instead"
            )
    size, rows = L._array.shape[-2:], input._array.shape[-2:]
    if size[0] != rows[0]:
        raise RuntimeError(
            "Incompatible matrix sizes for cholesky_solve: each A matrix is "
            f"{size[0]} by {size[1]} but each b matrix is {rows[0]} by {rows[1]}"
        )
    if input._array.dtype.kind != "f":
        refuse("cholesky_solve_cpu", input._array)
    return run("cholesky_solve", input, L, args=(upper,))
