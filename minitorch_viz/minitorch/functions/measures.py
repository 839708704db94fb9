"""Distances, spreads with their means, areas and counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..arguments import refuse as refuse_call
from ..bind import ALL, one_dim
from ..devices import beside
from ..events import Created, tell
from ..inplace import call_inplace
from ..kernels import refuse
from ..op import OPS, call
from ..tensor import Tensor, wrap
from .arithmetic import run
from .reducing import cumsum, freedom, sum
from .shaping import narrow, select, view


def pdist(input: Tensor, p: float = 2) -> Tensor:
    """Return the distance of every two rows."""
    shape = input._array.shape
    if len(shape) != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {len(shape)}D")
    if input._array.dtype.kind != "f":
        raise RuntimeError("pdist only supports floating-point dtypes")
    if p < 0:
        raise RuntimeError("pdist only supports non-negative p values")
    if not input._array.flags.c_contiguous:
        input = run("clone", input, args=("C",))
    if input._array.dtype == np.float16:
        refuse("pdist", input._array)
    return run("pdist", input, args=(float(p),))


def renorm(self: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """Return slices shortened to a norm of `maxnorm` where theirs is larger."""
    return run("renorm", self, args=_renorm_of(self, p, dim, maxnorm))


def renorm_(self: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """Shorten slices in place."""
    args = _renorm_of(self, p, dim, maxnorm)
    return call_inplace(OPS["renorm"], self, (), args)


def _renorm_of(
    self: Tensor, p: float, dim: int, maxnorm: float
) -> tuple[float, int, float]:
    ndim = self._array.ndim
    if p <= 0:
        raise RuntimeError("renorm: non-positive-norm not supported")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm:g}")
    if ndim < 2:
        raise RuntimeError(
            f"renorm: input needs at least 2 dimensions, got {ndim} dimensions"
        )
    place = one_dim(dim, ndim)
    if self._array.dtype.kind != "f":
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. "
            f"Got {self.dtype.scalar_name}"
        )
    return p, place, maxnorm


def dist(self: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """Return the p-norm of a difference."""
    return run("dist", self, other, args=(p,))


def cdist(
    x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str | None = None
) -> Tensor:
    """Return the distance of every row of `x1` to every row of `x2`."""
    if not (isinstance(x1, Tensor) and isinstance(x2, Tensor) and type(p) is float):
        refuse_call("inner", "cdist", (x1, x2, p, None), {})
    for name, each in (("X1", x1), ("X2", x2)):
        if each._array.ndim < 2:
            raise RuntimeError(
                "cdist only supports at least 2D tensors, "
                f"{name} got: {each._array.ndim}D"
            )
    if x1._array.shape[-1] != x2._array.shape[-1]:
        raise RuntimeError(
            f"X1 and X2 must have the same number of columns. X1: {x1._array.shape[-1]}"
            f" X2: {x2._array.shape[-1]}"
        )
    for name, each in (("X1", x1), ("X2", x2)):
        if each._array.dtype.kind != "f":
            raise RuntimeError(
                "cdist only supports floating-point dtypes, "
                f"{name} got: {each.dtype.scalar_name}"
            )
    if p < 0:
        raise RuntimeError("cdist only supports non-negative p values")
    return run("cdist", x1, x2, args=(p,))


def _with_mean(name: str) -> Callable[..., tuple[Tensor, Tensor]]:
    def both(
        self: Tensor,
        dim: Any = ALL,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: float | None = None,
    ) -> tuple[Tensor, Tensor]:
        dims, correction = freedom(name, self, dim, unbiased, correction)
        found: tuple[Tensor, Tensor] = call(
            OPS[name], (self,), (dims, correction, keepdim)
        )
        return found

    both.__name__ = name
    both.__doc__ = f"Return `{name[:3]}` and the mean, of all or along dimensions."
    return both


var_mean, std_mean = _with_mean("var_mean"), _with_mean("std_mean")


def trapezoid(
    y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1
) -> Tensor:
    """Return the area under a curve along a dimension."""
    return _area("trapezoid", y, x, dx, dim)


def trapz(
    y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1
) -> Tensor:
    """Return the same, under NumPy's name."""
    return _area("trapz", y, x, dx, dim)


def _area(name: str, y: Tensor, x: Tensor | None, dx: float, dim: int) -> Tensor:
    if not y._array.ndim:
        told = dim if x is None else one_dim(dim, 0)
        raise IndexError(f"Dimension specified as {told} but tensor has no dimensions")
    place = one_dim(dim, y._array.ndim)
    shape = y._array.shape
    size = shape[place]
    if not size:
        rest = shape[:place] + shape[place + 1 :]
        nothing = wrap(beside(np.zeros(rest, y._array.dtype), y._array))
        nothing._counter = [1]  # filled in place
        tell(Created(name, (nothing,)))
        return nothing
    _refuse_bools("trapezoid", y, x)
    if x is None:
        last = select(y, place, size - 1)  # C++ finds the right operand first
        ends = run("add", select(y, place, 0), last, args=(1,))
        halves = run("mul.number", ends, args=(0.5,))
        total = run("sub", sum(y, place), halves, args=(1,))
        return run("mul.number", total, args=(dx,))
    total = sum(_areas(y, x, place), place)
    return run("div.number", total, args=(2.0,))


def cumulative_trapezoid(
    y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1
) -> Tensor:
    """Return the area under a curve up to each of its points."""
    if not y._array.ndim:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    place = one_dim(dim, y._array.ndim)
    _refuse_bools("cumulative_trapezoid", y, x)
    if x is None:
        heights = _neighbours(y, place)
        return cumsum(run("mul.number", heights, args=(dx / 2,)), place)
    return run("div.number", cumsum(_areas(y, x, place), place), args=(2.0,))


def _areas(y: Tensor, x: Tensor, dim: int) -> Tensor:
    steps = _steps(x, y, dim)
    return run("mul", _neighbours(y, dim), steps)


def _neighbours(y: Tensor, dim: int) -> Tensor:
    size = y._array.shape[dim]
    pair = narrow(y, dim, 0, size - 1), narrow(y, dim, 1, size - 1)
    return run("add", *pair, args=(1,))


def _steps(x: Tensor, y: Tensor, dim: int) -> Tensor:
    have, ndim = x._array.ndim, y._array.ndim
    if have == 1:
        if x._array.size != y._array.shape[dim]:
            raise RuntimeError(
                "trapezoid: There must be one `x` value for each sample point"
            )
        x = view(x, [-1 if i == dim else 1 for i in range(ndim)])
    elif have < ndim:
        x = view(x, (*(1,) * (ndim - have), *x._array.shape))
    rest = x._array.shape[dim] - 1
    left = narrow(x, dim, 0, rest)
    return run("sub", narrow(x, dim, x._array.shape[dim] - rest, rest), left, args=(1,))


def _refuse_bools(name: str, y: Tensor, x: Tensor | None) -> None:
    given = [y] if x is None else [x, y]
    if any(each._array.dtype.kind == "b" for each in given):
        what = "`y`" if x is None else "`x` or `y`"
        raise RuntimeError(
            f"{name}: received a bool input for {what}, but bool is not supported"
        )
