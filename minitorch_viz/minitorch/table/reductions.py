"""The table's rows that sum, choose or scan along dimensions.

A formula here meets `dim` as a tuple without negative numbers; `()` is every dimension.
"""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ..op import Op, do, floating
from ..storage import Array
from ..tensor import Tensor
from .precise import EXP, LOG
from .slopes import slope
from .views import regained

Dims = tuple[int, ...]


def restored(grad: Any, shape: Sequence[int], dim: Dims | int, keepdim: bool) -> Any:
    """Put back the dimensions a reduction removed, each of size 1.

    >>> restored(np.ones(2), (2, 3), (1,), False).shape
    (2, 1)
    """
    if keepdim:
        return grad
    return do.reshape(grad, _reduced(tuple(shape), dim))


@lru_cache(1024)
def _reduced(shape: tuple[int, ...], dim: Dims | int) -> tuple[int, ...]:
    """Return the shape that is left if reduced dimensions are kept."""
    dims = (dim,) if isinstance(dim, int) else dim or range(len(shape))
    return tuple(1 if i in dims else n for i, n in enumerate(shape))


def spread_evenly(grad: Any, shape: Sequence[int], dim: Dims, keepdim: bool) -> Any:
    """Return a reduction's gradient at every element it summed.

    >>> spread_evenly(np.ones(2), (2, 3), (1,), False).shape
    (2, 3)
    """
    if not keepdim and shape:
        if grad.__class__ is np.ndarray and 1 not in shape:
            grad = grad.reshape(_reduced(tuple(shape), dim))
        else:
            grad = regained(grad, dim)
    return do.expand(grad, tuple(shape))


def _shared_out(grad: Any, shape: Sequence[int], dim: Dims, keepdim: bool) -> Any:
    """Return a mean's gradient at every element: divided while it is small."""
    count = count_of(tuple(shape), dim)
    if grad.__class__ is not np.ndarray or not grad.flags.c_contiguous:
        return spread_evenly(grad, shape, dim, keepdim) / count
    made = np.empty(shape, grad.dtype)
    made[...] = spread_evenly(grad / count, shape, dim, keepdim)
    return made


@lru_cache(1024)
def count_of(shape: tuple[int, ...], dim: Dims) -> int:
    """Return how many elements a reduction over `dim` sums.

    >>> count_of((2, 3), (1,)), count_of((2, 3), ())
    (3, 6)
    """
    return math.prod([shape[d] for d in dim] if dim else shape)


@lru_cache(1024)
def _count_as(shape: tuple[int, ...], dim: Dims, kind: Any) -> Array:
    return np.asarray(count_of(shape, dim), kind)


def wide(array: Array) -> Array:
    """Integers and bools are summed as int64."""
    return array.astype(np.int64) if array.dtype.kind in "bui" else array


Op(
    "sum",
    lambda self, /: np.add.reduce(wide(self), axis=None),
    self=lambda grad, self_sym_sizes: do.expand(grad, self_sym_sizes),
)
Op(
    "sum.dim",
    lambda self, /, dim, keepdim=False: np.add.reduce(
        wide(self), axis=dim or None, keepdims=keepdim
    ),
    node="SumBackward1",
    self=lambda grad, self_sym_sizes, dim, keepdim: spread_evenly(
        grad, self_sym_sizes, dim, keepdim
    ),
)
Op(
    "nansum",
    lambda self, /, dim=(), keepdim=False: np.add.reduce(
        wide(np.where(np.isnan(self), 0, self).astype(self.dtype)),
        axis=dim or None,
        keepdims=keepdim,
    ),
    self=lambda grad, self, dim, keepdim: (
        spread_evenly(grad, tuple(self.shape), dim, keepdim)
        * do.logical_not(do.isnan(self))
    ),
)
Op(
    "mean",
    lambda self, /: (
        np.add.reduce(self, axis=None) / max(self.size, 1)
        if self.size
        else np.full((), math.nan, self.dtype)
    ),
    self=lambda grad, self_sym_sizes, self_sym_numel: (
        do.expand(grad, self_sym_sizes) / self_sym_numel
    ),
)
Op(
    "mean.dim",
    lambda self, /, dim, keepdim=False: (
        np.add.reduce(self, axis=dim or None, keepdims=keepdim)
        / _count_as(self.shape, dim, self.dtype)
    ),
    node="MeanBackward1",
    self=lambda grad, self_sym_sizes, self_sym_numel, dim, keepdim: _shared_out(
        grad, self_sym_sizes, dim, keepdim
    ),
)


# The largest and the smallest


def shared(grad: Any, self: Any, result: Any, dim: Dims, keepdim: bool) -> Any:
    """Give the elements that tie for the extreme equal parts."""
    shape = self.shape
    mask = self == restored(result, shape, dim, keepdim)
    count = getattr(do, "sum.dim")(mask, dim or tuple(range(len(shape))), True)
    grad = restored(grad, shape, dim, keepdim)
    return (
        grad / (count if isinstance(grad, Tensor) else count.astype(grad.dtype)) * mask
    )


def _both_shared(
    grads: Any, self: Any, dim: int | None, keepdim: bool, min: Any, max: Any
) -> Any:
    """Give each of the two gradients to the elements that tie for its extreme."""
    dims = () if dim is None else (dim,)
    parts = [
        shared(grad, self, result, dims, keepdim)
        for grad, result in zip(grads, (min, max), strict=True)
        if grad is not None
    ]
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]


Op(
    "aminmax",
    lambda self, /, dim=None, keepdim=False: (
        np.amin(self, axis=dim, keepdims=keepdim),
        np.amax(self, axis=dim, keepdims=keepdim),
    ),
    outputs=("min", "max"),
    self=_both_shared,
)


def evenly(grad: Any, self: Any, result: Any) -> Any:
    """Share what the one extreme of all receives among those that tie for it."""
    mask = do.isnan(self) if bool(do.isnan(result)) else self == result
    zeros = do.new_zeros(grad, tuple(self.shape))
    return getattr(do, "masked_fill.tensor")(zeros, mask, grad / do.sum(mask))


def chosen(grad: Any, indices: Any, shape: Any, dim: int, keepdim: bool) -> Any:
    """Give the whole gradient to the element whose index was returned."""
    if not keepdim and shape:
        grad, indices = do.unsqueeze(grad, dim), do.unsqueeze(indices, dim)
    zeros = do.new_zeros(grad, tuple(shape))
    return do.scatter(zeros, indices, grad, dim)


def gathered(grad: Any, self: Any, indices: Any, dim: int) -> Any:
    """Add the gradients up where the returned indices point: some point twice."""
    if 0 in self.shape:
        return self  # PyTorch's own answer, which may require grad
    return do.scatter_add(do.new_zeros(grad, tuple(self.shape)), indices, grad, dim)


Op("new_zeros", lambda self, /, size: np.zeros(size, self.dtype))


def _extreme_rows(name: str, reduce: Any, index: Any) -> None:
    def along(self: Array, /, dim: int, keepdim: bool = False) -> Any:
        if not self.ndim:
            return self.copy(), np.zeros((), np.int64)
        indices = index(self, axis=dim, keepdims=True)
        values = np.take_along_axis(self, indices, dim)
        if keepdim:
            return values, indices
        return values.squeeze(dim), indices.squeeze(dim)

    Op(
        name,
        lambda self, /: reduce(self, axis=None),
        writes=1,
        node=f"{name.title()}Backward1",
        self=lambda grad, self, result: evenly(grad, self, result),
    )
    Op(
        f"{name}.dim",
        along,
        outputs=("values", "indices"),
        writes=2,
        self=lambda grad, indices, self_sym_sizes, dim, keepdim: chosen(
            grad, indices, self_sym_sizes, dim, keepdim
        ),
    )
    Op(
        f"a{name}",
        lambda self, /, dim=(), keepdim=False: reduce(
            self, axis=dim or None, keepdims=keepdim
        ),
        self=lambda grad, self, result, dim, keepdim: shared(
            grad, self, result, dim, keepdim
        ),
    )
    Op(
        f"arg{name}",
        lambda self, /, dim=None, keepdim=False: index(
            self, axis=dim, keepdims=keepdim
        ),
    )


_extreme_rows("max", np.maximum.reduce, np.argmax)
_extreme_rows("min", np.minimum.reduce, np.argmin)


# Products


def _product_slope(grad: Any, self: Any, result: Any) -> Any:
    if not self.shape:
        return grad
    gone = (self == 0).sum().item()
    if not gone:
        return grad * (result / self)
    if gone > 1 and not isinstance(grad, Tensor):
        return np.zeros_like(self)
    slope = _exact_product_slope(grad, do.reshape(self, (-1,)), 0)
    return do.reshape(slope, tuple(self.shape))


def _product_slope_along(
    grad: Any, self: Any, result: Any, dim: int, keepdim: bool
) -> Any:
    if not self.shape:
        return grad
    if not keepdim:
        grad, result = do.unsqueeze(grad, dim), do.unsqueeze(result, dim)
    if not bool((self == 0).any()):
        return grad * (result / self)
    return _exact_product_slope(grad, self, dim)


def _exact_product_slope(grad: Any, self: Any, dim: int) -> Any:
    """Multiply what stands left and right of every element: exact at zeros."""
    size = self.shape[dim]
    if size == 1:
        return grad
    one = do.new_zeros(self, (*self.shape[:dim], 1, *self.shape[dim + 1 :])) + 1
    start, end = do.slice(self, dim, 0, size - 1, 1), do.slice(self, dim, 1, size, 1)
    left = do.cumprod(do.cat([one, start], dim), dim)
    right = do.cumprod(do.cat([one, do.flip(end, (dim,))], dim), dim)
    return grad * (left * do.flip(right, (dim,)))


Op(
    "prod",
    lambda self, /: np.multiply.reduce(wide(self), axis=None),
    self=lambda grad, self, result: _product_slope(grad, self, result),
)
Op(
    "prod.dim",
    lambda self, /, dim, keepdim=False: np.multiply.reduce(
        wide(self), axis=dim, keepdims=keepdim
    ),
    node="ProdBackward1",
    self=lambda grad, self, result, dim, keepdim: _product_slope_along(
        grad, self, result, dim, keepdim
    ),
)


def _top(self: Array, dim: Any) -> Any:
    return np.maximum.reduce(self, axis=dim or None, keepdims=True, initial=-np.inf)


def _logsumexp(self: Array, dim: Dims, keepdim: bool) -> Any:
    top = _top(self, dim)
    top = np.where(np.isfinite(top), top, 0)
    total = np.add.reduce(EXP(self - top), axis=dim or None, keepdims=True)
    found = LOG(total) + top
    return found if keepdim else found.squeeze(dim or None)


Op(
    "logsumexp",
    lambda self, /, dim=(), keepdim=False: _logsumexp(self, dim, keepdim),
    cast=floating,
    self=lambda grad, self, result, dim, keepdim: (
        grad * do.exp(self - result)
        if keepdim or not self.shape
        else regained(grad, dim) * do.exp(self - regained(result, dim))
    ),
)


def _softmax(self: Array, dim: int) -> Array:
    if not self.size:
        return np.ones_like(self)
    if not self.ndim:
        return _softmax(self.reshape(1), 0).reshape(())
    raised = EXP(self - _top(self, (dim,)))
    found: Array = raised / np.add.reduce(raised, axis=dim, keepdims=True)
    return found


def _log_softmax(self: Array, dim: int) -> Array:
    if not self.size:
        return np.zeros_like(self)
    if not self.ndim:
        return _log_softmax(self.reshape(1), 0).reshape(())
    low = self - _top(self, (dim,))
    found: Array = low - LOG(np.add.reduce(EXP(low), axis=dim, keepdims=True))
    return found


def _along(values: Any, dim: int) -> Any:
    return getattr(do, "sum.dim")(values, (dim,) if values.shape else (), True)


Op(
    "softmax",
    lambda self, /, dim: _softmax(self, dim),
    self=lambda grad, result, dim: do.softmax_backward_data(grad, result, dim),
)
Op(
    "softmax_backward_data",
    lambda grad_output, output, /, dim: (
        output * (grad_output - _along(grad_output * output, dim))
    ),
    grad_output=lambda grad, output, dim: do.softmax_backward_data(grad, output, dim),
    output=lambda grad, grad_output, output, dim: (
        grad_output * grad
        - _along(output * grad_output, dim) * grad
        - grad_output * _along(output * grad, dim)
    ),
)
Op(
    "log_softmax",
    lambda self, /, dim: _log_softmax(self, dim),
    self=lambda grad, result, dim: do.log_softmax_backward_data(grad, result, dim),
)
slope(
    "log_softmax_backward_data",
    lambda grad_output, output, /, dim: (
        grad_output - do.exp(output) * _along(grad_output, dim)
    ),
)
