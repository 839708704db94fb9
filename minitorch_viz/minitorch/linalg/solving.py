"""Inverses, solutions, powers and determinants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..devices import beside, strip
from ..events import silence
from ..functions import shaping
from ..functions.arithmetic import run
from ..functions.named import Named
from ..functions.products import matmul
from ..functions.reducing import cumprod
from ..inplace import call_inplace
from ..keeping import call_keeping, call_showing
from ..kernels import refuse
from ..op import OPS, call
from ..promotion import FLOATS
from ..telling import emit
from ..tensor import Tensor, wrap
from ..thread import thread
from .checks import check, named, refuse_singular
from .factors import NO_EPSILON

# Names of parameters are PyTorch's.
# ruff: noqa: N803


def inv(A: Tensor) -> Tensor:
    """Return the inverse of a matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> inv(torch.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    check("inv", A)
    refuse_singular("linalg.inv", NO_INVERSE, A)
    return run("linalg_inv_ex", A)


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """Return X with `A @ X == B`.

    >>> from minitorch_viz import minitorch as torch
    >>> solve(2 * torch.eye(2), torch.ones(2))
    tensor([0.5000, 0.5000])
    """
    check_types(A, B)
    check("solve", A)
    refuse_singular("torch.linalg.solve", NO_SOLUTION, A)
    return solve_anyway(A, B, left=left)


def solve_anyway(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """Return X with `A @ X == B`, infinite or NaN where there is none.

    >>> from minitorch_viz import minitorch as torch
    >>> solve_anyway(torch.zeros(1, 1), torch.ones(1))
    tensor([inf])
    """
    a, b = A._array.shape, B._array.shape
    lone = len(b) == 1 or b == a[:-1]
    _check_equation("solve", a, (b[-1], 1) if lone else b[-2:], left)
    return call_keeping("linalg_solve_ex", (A, B), (left,))


def check_types(A: Tensor, B: Tensor) -> None:
    """Refuse the two sides of an equation in two types.

    >>> from minitorch_viz import minitorch as torch
    >>> check_types(torch.eye(2), torch.ones(2))
    """
    if A.dtype is not B.dtype:
        raise RuntimeError(
            "linalg.solve: Expected A and B to have the same dtype, but found A of type"
            f" {A.dtype.scalar_name} and B of type {B.dtype.scalar_name} instead"
        )


def _check_equation(name: str, a: Sequence[int], b: Sequence[int], left: bool) -> None:
    """Refuse sizes with which no X can be what `A @ X == B`, or `X @ A == B`, asks."""
    if a[-1] != b[-2 if left else -1]:
        equation = "AX = B" if left else "XA = B"
        raise RuntimeError(
            f"linalg.{name}: Incompatible shapes of A and B for the equation "
            f"{equation} ({a[-2]}x{a[-1]} and {b[-2]}x{b[-1]})"
        )


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
    check("solve_triangular", A, floats=False)
    b = B._array.shape
    if len(b) < 2:
        raise RuntimeError(
            "linalg.solve_triangular: The input tensor B must have at least 2 "
            "dimensions."
        )
    _check_equation("solve_triangular", A._array.shape, b, left)
    if A._array.dtype not in FLOATS:
        refuse("triangular_solve_cpu", A._array)
    return run("linalg_solve_triangular", A, B, args=(left, upper, unitriangular))


def pinv(
    A: Tensor,
    rcond: Any = None,
    hermitian: bool = False,
    *,
    atol: Any = None,
    rtol: Any = None,
) -> Tensor:
    """Return the pseudo-inverse of a matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> pinv(torch.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    if A._array.ndim < 2 or A._array.dtype.kind != "f":
        raise RuntimeError(
            f"linalg.pinv({A.dtype.scalar_name}{{{list(A._array.shape)}}}): expected a "
            "tensor with 2 or more dimensions of float, double, cfloat or cdouble types"
        )
    if hermitian:
        check("eigh", A)
    limits = {"atol": atol, "rtol": rcond if rtol is None else rtol}
    for name, limit in limits.items():
        if isinstance(limit, Tensor):
            if thread.now.grad and limit.requires_grad:
                raise RuntimeError(
                    "The function 'linalg_pinv' is not differentiable with respect to "
                    f"argument '{name}'. This input cannot have requires_grad True."
                )
            limits[name] = strip(limit._array)
    return run("linalg_pinv", A, args=(limits["rtol"], limits["atol"], hermitian))


def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """Return the pseudo-inverse of a matrix, as `torch.pinverse` does.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.pinverse(torch.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    return pinv(input, rtol=rcond)


def lstsq(
    A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None
) -> Named:
    """Return X that makes `A @ X - B` small.

    >>> from minitorch_viz import minitorch as torch
    >>> lstsq(torch.ones(2, 1), torch.tensor([[1.0], [3.0]])).solution.round()
    tensor([[2.]])
    """
    _check_lstsq(A, B)
    told = _TOLD.get(driver or "gelsy")
    if told is None:
        raise RuntimeError(
            f"torch.linalg.lstsq: parameter `driver` should be one of "
            f"({', '.join(_TOLD)})"
        )
    a, nothing = A._array, np.empty(0, A._array.dtype)
    rank = np.asarray(np.linalg.matrix_rank(a, rtol=rcond))
    full = driver == "gels" or bool((rank == a.shape[-1]).all())
    with silence():
        rest = full and "residuals" in told
        found = call(OPS["linalg_lstsq"], (A, B), (rcond, rest))
    sizes = np.linalg.svd(a, compute_uv=False) if "singular_values" in told else nothing
    values = (
        *found,
        wrap(rank if "rank" in told else np.empty(0, rank.dtype)),
        wrap(sizes),
    )
    if thread.now.observer is not None:
        emit(OPS["linalg_lstsq"], (A, B), (rcond,), values, found[0]._grad_fn)
    return named("linalg_lstsq", _LSTSQ, values)


#: What each driver of LAPACK tells besides the solution.
_TOLD: dict[str, tuple[str, ...]] = {
    "gels": ("residuals",),
    "gelsy": ("rank",),
    "gelsd": ("residuals", "rank", "singular_values"),
    "gelss": ("residuals", "rank", "singular_values"),
}


def _check_lstsq(A: Tensor, B: Tensor) -> None:
    a, b = A._array.shape, B._array.shape
    for name, shape, least in (("input", a, 2), ("other", b, 1)):
        if len(shape) < least:
            dims = f"{least} dimension{'s' if least > 1 else ''}"
            raise RuntimeError(f"torch.linalg.lstsq: {name} must have at least {dims}.")
    if not 0 <= len(a) - len(b) <= 1:
        raise RuntimeError(
            "torch.linalg.lstsq: input.dim() must be greater or equal to other.dim() "
            "and (input.dim() - other.dim()) <= 1"
        )
    lone = len(a) - 1 == len(b) and a[:-1] == b
    place = -1 if lone else -2
    if (len(b) < 2 and not lone) or a[-2] != b[place]:
        raise RuntimeError(
            f"torch.linalg.lstsq: input.size(-2) should match other.size({place})"
        )
    if A.dtype is not B.dtype:
        raise RuntimeError(
            "torch.linalg.lstsq: Expected input and other to have the same dtype, but "
            f"got input's dtype {A.dtype.scalar_name} and other's dtype "
            f"{B.dtype.scalar_name}"
        )
    if A._array.dtype not in FLOATS:
        raise RuntimeError(NO_EPSILON)


_LSTSQ = "solution", "residuals", "rank", "singular_values"


def matrix_power(A: Tensor, n: int) -> Tensor:
    """Return a matrix times itself, `n` of them.

    >>> from minitorch_viz import minitorch as torch
    >>> matrix_power(2 * torch.eye(1), 3)
    tensor([[8.]])
    """
    check("matrix_power", A, floats=n < 0)
    if n == 0:
        identity = np.eye(A._array.shape[-1], dtype=A._array.dtype)
        copy = run("clone", A, args=("C",))
        return call_inplace(OPS["copy"], copy, (wrap(beside(identity, A._array)),))
    if n == -1:
        return inv(A)
    if n < 0:
        return matrix_power(inv(A), -n)
    if n == 1:
        return run("clone", A, args=("C",))
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


def matrix_exp(A: Tensor) -> Tensor:
    """Return the sum of all powers of a matrix over their factorials.

    >>> from minitorch_viz import minitorch as torch
    >>> matrix_exp(torch.zeros(1, 1))
    tensor([[1.]])
    """
    check("matrix_exp", A)
    return run("linalg_matrix_exp", A)


def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """Return the powers of a vector's elements, from the 0th on, a row each.

    >>> from minitorch_viz import minitorch as torch
    >>> vander(torch.tensor([2, 3]))
    tensor([[1, 2],
            [1, 3]])
    """
    shape = x._array.shape or (1,)
    x = x if x._array.ndim else shaping.unsqueeze(x, -1)
    count = N if N is not None else shape[-1]
    if count <= 1:
        raise RuntimeError("N must be greater than 1.")
    raised = shaping.expand(shaping.unsqueeze(x, -1), (*shape, count - 1))
    powers = cumprod(raised, -1)
    ones = wrap(beside(np.ones((*shape, 1), powers._array.dtype), x._array))
    found: Tensor = call(OPS["cat"], ([ones, powers],), (len(shape),))
    return found


def _check_chain(tensors: Sequence[Tensor]) -> None:
    if len(tensors) < 2:
        raise RuntimeError(
            f"multi_dot(): expected at least 2 tensors but got {len(tensors)}"
        )
    last = len(tensors) - 1
    for place, name in ((0, "first"), (last, "last")):
        ndim = tensors[place]._array.ndim
        if ndim not in (1, 2):
            raise RuntimeError(
                f"multi_dot(): the {name} tensor must be 1D or 2D but got {ndim}D"
            )
    kinds = [each.dtype for each in tensors]
    for place, (each, kind) in enumerate(zip(tensors, kinds, strict=True)):
        if 0 < place < last and each._array.ndim != 2:
            raise RuntimeError(
                f"multi_dot(): tensor {place} must be 2D but got {each._array.ndim}D"
            )
        if kind is not kinds[0]:
            raise RuntimeError(
                "multi_dot(): all tensors must have be the same dtype but tensor 0 is "
                f"{kinds[0].c_name} and tensor {place} {kind.c_name}"
            )
    for place, (a, b) in enumerate(pairwise(tensors)):
        have, want = a._array.shape, b._array.shape
        if have[-1] != want[0]:
            raise RuntimeError(
                f"multi_dot(): tensors {place} and {place + 1} with shapes "
                f"{list(have)} and {list(want)} cannot be multiplied"
            )


def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """Return the product of several matrices.

    >>> from minitorch_viz import minitorch as torch
    >>> multi_dot([torch.ones(1, 2), torch.ones(2, 1), torch.ones(1, 1)])
    tensor([[2.]])
    """
    _check_chain(tensors)
    found = tensors[0]
    for each in tensors[1:]:
        found = matmul(found, each)
    return shaping.view(found, found._array.shape)


def det(A: Tensor) -> Tensor:
    """Return the determinant of a matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> det(2 * torch.eye(2))
    tensor(4.)
    """
    check("det", A)
    return call_keeping("linalg_det", (A,))


def slogdet(A: Tensor) -> Named:
    """Return the sign of a determinant, and the logarithm of its size.

    >>> from minitorch_viz import minitorch as torch
    >>> slogdet(torch.eye(2)).sign
    tensor(1.)
    """
    check("slogdet", A)
    found = call_showing(2, "linalg_slogdet", (A,))
    return named("linalg_slogdet", ("sign", "logabsdet"), found)


def logdet(input: Tensor) -> Tensor:
    """Return the logarithm of a determinant, NaN where it is negative.

    >>> from minitorch_viz import minitorch as torch
    >>> logdet(torch.eye(2))
    tensor(0.)
    """
    check("logdet", input, home="")
    sign, size = call_showing(2, "linalg_slogdet", (input,))
    return run("where", run("eq", sign, -1.0), math.nan, size)


NO_INVERSE = (
    "The diagonal element {} is zero, the inversion could not be completed because the "
    "input matrix is singular."
)
NO_SOLUTION = "The solver failed because the input matrix is singular."
