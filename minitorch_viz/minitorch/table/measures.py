"""Rows that measure: norms, distances, spreads."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108, A006

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import from_numpy, get_default_dtype
from ..kernels import subtracted
from ..op import Op, do
from ..refusing import check_broadcast
from ..storage import Array
from ..tensor import Tensor
from .copies import in_order
from .matrices import turned
from .reductions import count_of, spread_evenly
from .slopes import not_implemented
from .views import regained

Dims = tuple[int, ...]


# Spreads


def _deviation(grad: Any, self: Any, dim: Dims, correction: float, keep: bool) -> Any:
    shape = tuple(self.shape)
    spread = count_of(shape, dim) - correction
    if not dim and spread <= 0:
        # Numbers alone give the default type, which may be another than this.
        steep = do.where(self == do.mean(self), math.nan, math.inf)
        return grad * do.to_copy(steep, get_default_dtype().np)
    mean = getattr(do, "mean.dim")(self, dim, True) if dim else do.mean(self)
    grad = grad if keep else regained(grad, dim)
    factor = 2 / spread if spread else math.inf
    return factor * grad * (self - mean)


def _variance(self: Array, dim: Dims, correction: float, keepdim: bool) -> Any:
    axis: Any = dim or None
    count = count_of(self.shape, dim)
    size = np.asarray(count, self.dtype)
    mean = np.add.reduce(self, axis=axis, keepdims=True) / size
    centred = self - mean
    total: Any = (centred * centred).sum(axis=axis, keepdims=keepdim)
    spread = max(0, count - correction)
    return total / np.asarray(spread, self.dtype)


Op(
    "var",
    lambda self, /, dim=(), correction=1, keepdim=False: _variance(
        self, dim, correction, keepdim
    ),
    self=lambda grad, self, dim, correction, keepdim: _deviation(
        grad, self, dim, correction, keepdim
    ),
)
Op(
    "std",
    lambda self, /, dim=(), correction=1, keepdim=False: np.sqrt(
        _variance(self, dim, correction, keepdim)
    ),
    self=lambda grad, self, result, dim, correction, keepdim: _deviation(
        do.masked_fill(grad / (result * 2), result == 0, 0.0),
        self,
        dim,
        correction,
        keepdim,
    ),
)


def _norm(self: Array, ord: float, dim: Dims, keepdim: bool) -> Any:
    options: Any = {"axis": dim or None, "keepdims": keepdim}
    size = np.abs(self)
    if ord == math.inf:
        return np.maximum.reduce(size, **options)
    if ord == -math.inf:
        return np.minimum.reduce(size, **options)
    if ord == 0:
        return np.add.reduce(size != 0, dtype=self.dtype, **options)
    total = np.add.reduce(size**ord, **options)
    return np.sqrt(total) if ord == 2 else total ** (1 / ord)


def _norm_slope(
    grad: Any, self: Any, result: Any, ord: float, dim: Dims, keepdim: bool
) -> Any:
    if ord == 0:
        return None
    if not keepdim and self.shape:
        grad, result = regained(grad, dim), regained(result, dim)
    if abs(ord) == math.inf:
        size = do.abs(self)
        mask = do.logical_or(size == result, do.isnan(size))
        dims = dim or tuple(range(len(self.shape)))
        count = getattr(do, "sum.dim")(mask, dims, True)
        parts = grad / (count if isinstance(grad, Tensor) else count.astype(grad.dtype))
        return do.sgn(self) * (parts * mask)
    if ord == 1:
        return do.sgn(self) * grad
    if ord == 2:
        return grad * do.masked_fill(self / result, result == 0, 0.0)
    if ord < 1:
        steep = do.masked_fill(do.abs(self) ** (ord - 1), self == 0, 0.0)
        return do.sgn(self) * steep * grad * result ** (1 - ord)
    if ord < 2:
        slope = do.sgn(self) * do.abs(self) ** (ord - 1)
    else:
        slope = self * do.abs(self) ** (ord - 2)
    return slope * do.masked_fill(grad / result ** (ord - 1), result == 0, 0.0)


Op(
    "linalg_vector_norm",
    lambda self, /, ord=2, dim=(), keepdim=False: _norm(self, ord, dim, keepdim),
    self=lambda grad, self, result, ord, dim, keepdim: _norm_slope(
        grad, self, result, ord, dim, keepdim
    ),
)


def _difference(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    arrays = subtracted(inputs, arrays)
    check_broadcast(arrays)
    if arrays[0].dtype.kind != "f":
        raise RuntimeError(
            "norm(): input dtype should be either floating point or complex. Got "
            f"{from_numpy(arrays[0].dtype).scalar_name} instead."
        )
    return arrays


Op(
    "dist",
    lambda self, other, /, p=2: _norm(self - other, p, (), False),
    cast=_difference,
    self=lambda grad, self, other, p, result: _norm_slope(
        grad, self - other, result, p, (), False
    ),
    other=lambda grad, self, other, p, result: (
        -_norm_slope(grad, self - other, result, p, (), False)
    ),
)
Op(
    "norm.all",
    lambda self, /, p=2: _norm(self, p, (), False),
    node="NormBackward0",
    self=lambda grad, self, p, result: _norm_slope(grad, self, result, p, (), False),
)
Op(
    "norm.dim",
    lambda self, /, p, dim, keepdim=False: _norm(self, p, dim, keepdim),
    node="NormBackward1",
    self=lambda grad, self, p, dim, keepdim, result: _norm_slope(
        grad, self, result, p, dim, keepdim
    ),
)


def _apart(x1: Any, x2: Any) -> Any:
    """Return the difference of every row of `x1` and every row of `x2`."""
    return do.unsqueeze(x1, len(x1.shape) - 1) - do.unsqueeze(x2, len(x2.shape) - 2)


def _pairs_slope(grad: Array, x1: Array, x2: Array, result: Array, p: float) -> Array:
    if not grad.size or not x1.size:
        return np.zeros_like(x1)
    apart = _apart(x1, x2)
    slope = _norm_slope(grad, apart, result, p, (apart.ndim - 1,), False)
    found: Array = (apart * 0 if slope is None else slope).sum(-2)
    return found


_unknown = not_implemented("_cdist_backward")
Op(
    "cdist_backward",
    lambda grad_output, x1, x2, cdist, /, p: _pairs_slope(
        grad_output, x1, x2, cdist, p
    ),
    grad_output=_unknown,
    x1=_unknown,
    x2=_unknown,
    cdist=_unknown,
)


def _pairs(shape: Sequence[int]) -> tuple[Array, Array]:
    """Return the two rows of every pair."""
    return np.triu_indices(shape[0], 1)


def _pair_slope(grad: Array, self: Array, result: Array, p: float) -> Array:
    one, other = _pairs(self.shape)
    apart = self[one] - self[other]
    slope = _norm_slope(grad, apart, result, p, (1,), False) if p else apart * 0
    found = np.zeros_like(self)
    np.add.at(found, one, slope)
    np.add.at(found, other, -slope)
    return found


_no_pair = not_implemented("_pdist_backward")
Op(
    "pdist_backward",
    lambda grad_output, self, pdist, /, p: _pair_slope(grad_output, self, pdist, p),
    grad_output=_no_pair,
    self=_no_pair,
    pdist=_no_pair,
)


Op(
    "pdist",
    lambda self, /, p=2.0: _norm(
        np.subtract(*(self[rows] for rows in _pairs(self.shape))), p, (1,), False
    ),
    self=lambda grad, self, p, result: do.pdist_backward(grad, self, result, p),
)


def _others(shape: Sequence[int], dim: int) -> tuple[int, ...]:
    return tuple(d for d in range(len(shape)) if d != dim)


def _shortened(x: Array, p: float, dim: int, maxnorm: float) -> Array:
    size = _norm(x, p, _others(x.shape, dim), True)
    factor = np.where(size > maxnorm, maxnorm / (size + 1e-7), 1)
    return np.asarray(x * factor.astype(x.dtype))


def _shortened_slope(grad: Any, x: Any, p: float, dim: int, maxnorm: float) -> Any:
    dims = _others(x.shape, dim)
    size = getattr(do, "norm.dim")(x, p, dims, True)
    total = getattr(do, "sum.dim")(x * grad, dims, True)
    through = _norm_slope(total, x, size, p, dims, True)
    inverse = 1 / (size + 1e-7)
    short = maxnorm * inverse * (grad - inverse * through)
    return do.where(size > maxnorm, short, grad)


Op(
    "renorm",
    lambda self, /, p, dim, maxnorm: _shortened(self, p, dim, maxnorm),
    self=lambda grad, self, p, dim, maxnorm: _shortened_slope(
        grad, self, p, dim, maxnorm
    ),
)


def _rows_alike(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let rows of one type pass; of none, PyTorch's kernel doesn't see the second."""
    first, second = arrays
    check_broadcast([np.empty(each.shape[:-2]) for each in arrays])
    if first.size and second.size:
        name, other = (from_numpy(each.dtype).scalar_name for each in arrays)
        if name == "Half":
            raise NotImplementedError("\"cdist\" not implemented for 'Half'")
        if name != other:
            raise RuntimeError(f"expected scalar type {name} but found {other}")
    return [first, second.astype(first.dtype, copy=False)]


Op(
    "cdist",
    lambda x1, x2, /, p=2.0: _norm(_apart(x1, x2), p, (max(x1.ndim, x2.ndim),), False),
    cast=_rows_alike,
    x1=lambda grad, x1, x2, p, result: do.cdist_backward(
        in_order(grad), x1, x2, result, p
    ),
    x2=lambda grad, x1, x2, p, result: do.cdist_backward(
        *(in_order(turned(grad)), x2, x1, in_order(turned(result))), p
    ),
)


def _spread_slope(
    grads: Sequence[Any],
    self: Any,
    dim: Dims,
    correction: float,
    keepdim: bool,
    spread: Any,
) -> Any:
    """Add what the spread and what the mean receive; either may be None."""
    by_spread, by_mean = grads
    found = None
    if by_spread is not None:
        if spread is not None:
            by_spread = by_spread / (2 * spread)
        found = _deviation(by_spread, self, dim, correction, keepdim)
    if by_mean is None:
        return found
    shape = tuple(self.shape)
    by_mean = spread_evenly(by_mean, shape, dim, keepdim) / count_of(shape, dim)
    return by_mean if found is None else found + by_mean


def _mean(self: Array, dim: Dims, keepdim: bool) -> Any:
    count = count_of(self.shape, dim)
    axis: Any = dim or None
    total: Any = self.sum(axis=axis, keepdims=keepdim)
    found = total / np.asarray(count, self.dtype)
    if self.size and not np.isfinite(found).all():
        found = np.where(_lost(self, dim).reshape(found.shape), np.nan, found)
        return found.astype(self.dtype, copy=False)
    return found


def _lost(self: Array, dim: Dims) -> Array:
    """Return where an infinity is met before the last element.

    PyTorch moves the mean on by each element's distance from it, and one infinity is no
    distance from another.
    """
    dims = sorted(dim or range(self.ndim), key=lambda d: -self.strides[d])
    others = [d for d in range(self.ndim) if d not in dims]
    rows = self.transpose(others + dims)
    rows = rows.reshape(*rows.shape[: len(others)], -1)
    return np.asarray(np.isinf(rows[..., :-1]).any(-1))


Op(
    "var_mean",
    lambda self, /, dim=(), correction=1, keepdim=False: (
        np.asarray(_variance(self, dim, correction, keepdim)),
        np.asarray(_mean(self, dim, keepdim)),
    ),
    outputs=("result0", "result1"),
    self=lambda grads, self, dim, correction, keepdim: _spread_slope(
        grads, self, dim, correction, keepdim, None
    ),
)
Op(
    "std_mean",
    lambda self, /, dim=(), correction=1, keepdim=False: (
        np.asarray(np.sqrt(_variance(self, dim, correction, keepdim))),
        np.asarray(_mean(self, dim, keepdim)),
    ),
    outputs=("result0", "result1"),
    self=lambda grads, self, dim, correction, keepdim, result0: _spread_slope(
        grads, self, dim, correction, keepdim, result0
    ),
)
