"""Distances, spreads with their means, areas and counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..arguments import refuse as refuse_call
from ..bind import one_dim
from ..devices import beside, strip
from ..events import Created, tell
from ..inplace import call_inplace
from ..kernels import no_bool, refuse
from ..op import OPS, call
from ..tensor import Tensor, wrap
from .arithmetic import run
from .reducing import cumsum, freedom, sum
from .shaping import check_viewable, narrow, select, view


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
        dim: Any = None,
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


def histc(self: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """Return how many elements lie in each of `bins` equal steps."""
    if bins <= 0:
        raise RuntimeError(
            f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0"
        )
    values = self._array
    no_bool("linspace_cpu", self._array)
    if self._array.dtype.kind != "f":
        raise NotImplementedError(
            f"\"histogram_cpu\" not implemented for '{self.dtype.scalar_name}'"
        )
    if min == max and values.size:
        min, max = float(values.min()), float(values.max())
    if min == max:
        min, max = min - 1, max + 1
    if min > max:
        raise RuntimeError("torch.histc: max must be larger than min")
    counts, _ = np.histogram(values[np.isfinite(values)], bins, (min, max))
    return wrap(counts.astype(values.dtype))


def bucketize(
    input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False
) -> Tensor:
    """Return the index of the bucket that each number falls into."""
    if boundaries._array.ndim != 1:
        raise RuntimeError(
            "boundaries tensor must be 1 dimension, but got "
            f"dim({boundaries._array.ndim})"
        )
    no_bool("searchsorted_out_cpu", boundaries._array)
    values = input._array if isinstance(input, Tensor) else np.asarray(input)
    found = np.searchsorted(
        strip(boundaries._array), strip(values), "right" if right else "left"
    )
    kind = np.int32 if out_int32 else np.int64
    return wrap(beside(np.asarray(found, kind), boundaries._array))


def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
) -> Tensor:
    """Return where numbers would have to stand in a sorted row."""
    values = input._array if isinstance(input, Tensor) else np.asarray(input)
    way: Any = side or ("right" if right else "left")
    rows, kind = sorted_sequence._array, np.int32 if out_int32 else np.int64
    if not values.ndim and rows.ndim != 1:
        raise RuntimeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries "
            "tensor dimension is 1, but we got boundaries tensor "
            f"dim({rows.ndim}) and input value's dim(0) numel(1)"
        )
    if rows.ndim == 1:
        no_bool("searchsorted_out_cpu", rows)
        found = np.searchsorted(strip(rows), strip(values), way)
        return wrap(beside(np.asarray(found, kind), rows))
    if rows.shape[:-1] != values.shape[:-1]:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the "
            "first N-1 dimensions of boundaries tensor and input value tensor must "
            f"match, but we got boundaries tensor {list(rows.shape)} and input value "
            f"tensor {list(values.shape)}"
        )
    no_bool("searchsorted_out_cpu", rows)
    flat = values.reshape(-1, values.shape[-1])
    pairs = zip(rows.reshape(-1, rows.shape[-1]), flat, strict=True)
    each = [np.searchsorted(row, value, way) for row, value in pairs]
    return wrap(beside(np.asarray(each, kind).reshape(values.shape), rows))


def isin(
    elements: Any,
    test_elements: Any,
    *,
    assume_unique: bool = False,
    invert: bool = False,
) -> Tensor:
    """Return which elements are among others."""
    among = [
        x._array if isinstance(x, Tensor) else np.asarray(x)
        for x in (elements, test_elements)
    ]
    if any(x.dtype.kind == "b" for x in among):
        raise RuntimeError("Unsupported input type encountered for isin(): Bool")
    few = among[1].size < 10 * among[0].size ** 0.145
    if few and isinstance(test_elements, Tensor) and among[0].size:
        check_viewable(test_elements, (-1,))  # a few are looked at as they lie
    found = np.isin(strip(among[0]), strip(among[1]), invert=invert)
    return wrap(beside(np.asarray(found), among[0]))


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
