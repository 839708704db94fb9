"""Rows of `torch.special` alone: Bessel functions, normal chances, entropy."""

# A row's lambda names what backward needs, even where it only passes it on.

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..kernels import refuse
from ..op import Op, do, floating
from ..storage import Array
from .special import erfinv

_ROOT_2, _ROOT_PI = math.sqrt(2), math.sqrt(math.pi)
#: How many parts of a half turn a Bessel integral is summed over, and from where on its
#: series for large numbers is exact.
_PARTS, _LARGE = 256, 500


def bessel(order: int, x: Array) -> Array:
    """Return the modified Bessel function I of order 0 or 1, times `exp(-abs(x))`.

    It is the mean of `exp(x cos(t)) cos(order t)` over half a turn.

    >>> bessel(0, np.zeros(1)), bessel(1, np.zeros(1))
    (array([1.]), array([0.]))
    """
    far = np.abs(np.asarray(x, np.float64))
    angles = np.linspace(0, math.pi, _PARTS + 1)
    weights = np.cos(order * angles) / _PARTS
    weights[[0, -1]] /= 2
    near = np.minimum(far, _LARGE)[..., None]
    found = np.exp(near * (np.cos(angles) - 1)) @ weights
    wide = np.maximum(far, _LARGE)
    first, term, series = 4 * order**2, np.ones_like(wide), np.ones_like(wide)
    for k in range(1, 6):
        term = -term * (first - (2 * k - 1) ** 2) / (8 * k * wide)
        series = series + term
    found = np.where(far > _LARGE, series / np.sqrt(2 * math.pi * wide), found)
    return np.asarray(np.sign(x) * found if order else found)


def _erfcx(x: Array) -> Array:
    """Return `exp(x**2) * erfc(x)`, which stays near `1 / x` for large x."""

    def one(value: float) -> float:
        if value < 26:
            return math.exp(min(value * value, 709)) * math.erfc(value)
        inverse = 1 / (value * value) if value < math.inf else 0.0
        return (1 - 0.5 * inverse + 0.75 * inverse**2) / (value * _ROOT_PI)

    found = np.vectorize(one, otypes=[float])(np.asarray(x, np.float64))
    return np.where(np.asarray(x, np.float64) < -26.6, math.inf, found)


def _log_ndtr(x: Array) -> Array:
    wide = np.asarray(x, np.float64)
    below = np.log(_erfcx(-np.minimum(wide, -1) / _ROOT_2) / 2) - wide * wide / 2
    tail = np.vectorize(math.erfc, otypes=[float])(np.maximum(wide, -1) / _ROOT_2)
    return np.where(wide < -1, below, np.log1p(-tail / 2))


def _ndtri(p: Array) -> Array:
    """Start from the inverse error function; Newton's steps are of logarithms."""
    wide = np.asarray(p, np.float64)
    less = np.where(wide > 0.5, 1 - wide, wide)
    inside = np.clip(less, 1e-300, 0.5)
    found = _ROOT_2 * erfinv(np.maximum(2 * inside - 1, 1e-12 - 1))
    for _ in range(6):
        log = _log_ndtr(found)
        slope = np.exp(-found * found / 2 - log) / math.sqrt(2 * math.pi)
        found = found - (log - np.log(inside)) / slope
    found = np.where(less == 0, -math.inf, np.where(less < 0, math.nan, found))
    return np.where(wide > 0.5, -found, found)


def _entropy(x: Array) -> Array:
    found = np.where(x > 0, -x * np.log(np.where(x > 0, x, 1)), 0)
    found = np.where(x < 0, -math.inf, np.where(np.isnan(x), x, found))
    return found.astype(x.dtype)


def _whole(name: str, x: Array) -> Array:
    """Return what a kernel takes that knows no half precision."""
    if x.dtype == np.float16:
        refuse(f"{name}_cpu", x)
    return x


Op(
    "i0",
    lambda self, /: (bessel(0, self) * np.exp(np.abs(self))).astype(self.dtype),
    cast=floating,
    self=lambda grad, self: grad * do.special_i1(self),
)
Op(
    "special_i0e",
    lambda self, /: bessel(0, self).astype(self.dtype),
    node="SpecialI0EBackward0",
    cast=floating,
    self=lambda grad, self, result: (
        grad * (do.special_i1e(self) - do.sgn(self) * result)
    ),
)
Op(
    "special_i1",
    lambda self, /: (bessel(1, self) * np.exp(np.abs(self))).astype(self.dtype),
    cast=floating,
    self=lambda grad, self, result: (
        _i1_kernel("i1_backward", grad)
        * do.where(self == 0, 0.5, do.i0(self) - result / _nonzero(self))
    ),
)
Op(
    "special_i1e",
    lambda self, /: bessel(1, self).astype(self.dtype),
    node="SpecialI1EBackward0",
    cast=floating,
    self=lambda grad, self, result: (
        _i1_kernel("i1e_backward", grad) * _i1e_slope(self, result)
    ),
)
Op(
    "special_entr",
    lambda self, /: _entropy(self),
    cast=floating,
    self=lambda grad, self: grad * (-(1 + do.log(self))),
)
Op(
    "special_erfcx",
    lambda self, /: _erfcx(_whole("erfcx", self)).astype(self.dtype),
    cast=floating,
    self=lambda grad, self, result: (2.0 * self * result - 2.0 / _ROOT_PI) * grad,
)
Op(
    "special_log_ndtr",
    lambda self, /: _log_ndtr(_whole("log_ndtr", self)).astype(self.dtype),
    cast=floating,
    self=lambda grad, self, result: (
        grad / math.sqrt(2 * math.pi) * do.exp(-(result + self**2 / 2))
    ),
)
Op(
    "special_ndtri",
    lambda self, /: _ndtri(_whole("ndtri", self)).astype(self.dtype),
    cast=floating,
    self=lambda grad, result: (
        grad * math.sqrt(2 * math.pi) * do.exp(result * result / 2)
    ),
)


def _i1_kernel(name: str, grad: Any) -> Any:
    """Return a gradient that PyTorch's kernel takes: none of half precision."""
    array = getattr(grad, "_array", grad)
    if array.dtype == np.float16:
        refuse(name, array)
    return grad


def _nonzero(x: Any) -> Any:
    return do.where(x == 0, 1.0, x)


def _i1e_slope(x: Any, result: Any) -> Any:
    usual = do.special_i0e(x) - result * (do.sgn(x) + 1 / _nonzero(x))
    return do.where(x == 0, 0.5, usual)


def _xlog1py(x: Any, y: Any) -> Any:
    kept = np.where((x == 0) & ~np.isnan(y), 0, x * np.log1p(y))
    return kept.astype(np.result_type(x, y))


def _by_first(grad: Any, self: Any, other: Any) -> Any:
    plain = isinstance(other, (int, float))
    log = math.log1p(other) if plain else do.log1p(other)
    return do.masked_fill(grad * log, (self == 0) & (other <= -1), 0.0)


Op(
    "special_xlog1py",
    lambda self, other, /: _xlog1py(self, other),
    node="SpecialXlog1PyBackward0",
    cast=floating,
    self=_by_first,
    other=lambda grad, self, other: grad * self / (other + 1),
)
Op(
    "special_xlog1py.self",
    lambda other, /, self: _xlog1py(other.dtype.type(self), other),
    node="SpecialXlog1PyBackward1",
    cast=floating,
    other=lambda grad, self, other: grad * self / (other + 1),
)
Op(
    "special_xlog1py.other",
    lambda self, /, other: _xlog1py(self, self.dtype.type(other)),
    node="SpecialXlog1PyBackward2",
    cast=floating,
    self=_by_first,
)
