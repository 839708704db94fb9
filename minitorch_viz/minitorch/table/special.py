"""Rows of the special functions: gamma and its kin, error functions, logarithms."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108, A006

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..kernels import difference, kernel
from ..op import OPS, Op, do, floating, promoted
from ..storage import Array
from .precise import logaddexp2
from .slopes import NO_SLOPE_LAST, no_slope_of_other
from .unary import error_function

_ROOT_PI = math.sqrt(math.pi)
#: Bernoulli's numbers over factorials, for the tails of Euler's and Maclaurin's sum.
_TAIL = (1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000)
#: From here on those tails are exact to double precision.
_FAR = 12


def _lgamma(x: Array) -> Array:
    def one(value: float) -> float:
        if math.isinf(value) or (value <= 0 and value == math.floor(value)):
            return math.inf
        return math.lgamma(value)

    found: Array = np.vectorize(one, otypes=[x.dtype])(x)
    return found


def digamma(x: Array) -> Array:
    """Return the logarithmic derivative of the gamma function.

    >>> digamma(np.ones(1)).round(6)
    array([-0.577216])
    """
    wide = np.asarray(x, np.float64)
    low = wide < 0
    up = np.where(low, 1 - wide, wide)
    shift = sum(np.where(up < _FAR, 1 / (up + k), 0) for k in range(_FAR))
    far = np.where(up < _FAR, up + _FAR, up)
    series = np.log(far) - 0.5 / far
    for k, each in enumerate((1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132)):
        series -= each / far ** (2 * k + 2)
    found = series - shift
    found = np.where(low, found - np.pi / np.tan(np.pi * wide), found)
    found = np.where(low & (wide == np.floor(wide)), np.nan, found)
    poles: Array = np.where(wide == 0, -np.copysign(np.inf, wide), found)
    return poles.astype(x.dtype)


def _zeta(s: int, x: Array) -> Array:
    """Return Hurwitz's zeta function: the sum of (x + k) ** -s."""
    total = sum((x + k) ** -float(s) for k in range(_FAR))
    far = x + _FAR
    total = total + far ** (1.0 - s) / (s - 1) + 0.5 * far ** -float(s)
    rising = float(s)
    for k, each in enumerate(_TAIL):
        total = total + each * rising * far ** (-float(s) - 2 * k - 1)
        rising *= (s + 2 * k + 1) * (s + 2 * k + 2)
    return np.asarray(total)


def polygamma(x: Array, n: int) -> Array:
    """Return the n-th derivative of `digamma`.

    >>> polygamma(np.ones(1), 1).round(6)
    array([1.644934])
    """
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    if n == 0:
        return digamma(x)
    wide = np.asarray(x, np.float64)
    if n == 1:
        return _trigamma(x, wide).astype(x.dtype)
    found: Array = (-1) ** (n + 1) * math.factorial(n) * _zeta(n + 1, wide)
    return found.astype(x.dtype)


def _trigamma(x: Array, wide: Array) -> Array:
    """Reflect what lies below 1/2, with a sine as precise as the type is.

    Half precision is computed in single.
    """
    low = wide < 0.5
    pi = np.result_type(x, np.float32).type(math.pi)
    sine = np.sin(pi * x).astype(np.float64)
    found = _zeta(2, np.where(low, 1 - wide, wide))
    reflected: Array = (math.pi / sine) ** 2 - found
    return np.where(low, reflected, found)


def erfinv(x: Array) -> Array:
    """Start from Winitzki's estimate and let Newton finish it.

    >>> erfinv(np.zeros(1))
    array([0.])
    """
    wide = np.asarray(x, np.float64)
    tail = np.log1p(-wide * wide)
    half = 2 / (math.pi * 0.147) + tail / 2
    found = np.copysign(np.sqrt(np.sqrt(half * half - tail / 0.147) - half), wide)
    for _ in range(3):
        error = error_function(found) - wide
        found = found - error * (_ROOT_PI / 2) * np.exp(found * found)
    found = np.where(np.abs(wide) == 1, np.copysign(np.inf, wide), found)
    return np.where(np.abs(wide) > 1, np.nan, found).astype(x.dtype)


Op(
    "lgamma",
    lambda self, /: _lgamma(self),
    cast=floating,
    self=lambda grad, self: grad * do.digamma(self),
)
Op(
    "digamma",
    lambda self, /: digamma(self),
    cast=floating,
    self=lambda grad, self: grad * do.polygamma(self, 1),
)
Op(
    "polygamma",
    lambda self, /, n: polygamma(self, n),
    cast=floating,
    self=lambda grad, self, n: grad * do.polygamma(self, n + 1),
)
Op(
    "polygamma.over",
    OPS["polygamma"].forward,
    cast=floating,
    node="PolygammaBackward1",
    self=lambda grad, self, n: grad * do.polygamma(self, n + 1),
)
Op(
    "erfinv",
    lambda self, /: erfinv(self),
    cast=floating,
    self=lambda grad, self: grad * (0.5 * _ROOT_PI * do.exp(do.erfinv(self) ** 2)),
)
Op(
    "erfc",
    lambda self, /: np.vectorize(math.erfc, otypes=[self.dtype])(self),
    cast=floating,
    self=lambda grad, self: -2 / _ROOT_PI * do.exp(-(self**2)) * grad,
)


def _logit(x: Array, eps: float | None) -> Array:
    inside = x if eps is None else np.clip(x, eps, 1 - eps)
    found: Array = np.log(inside / (1 - inside))
    return found


def _logit_slope(grad: Any, x: Any, eps: float | None) -> Any:
    low, high = (0.0, 1.0) if eps is None else (eps, 1 - eps)
    outside = math.nan if eps is None else 0.0
    # Both zeros are the lower end.
    slope = grad / (do.where(x == 0, 0.0, x) * (1 - x))
    return do.where((x >= low) & (x <= high), slope, outside)


Op(
    "logit",
    lambda self, /, eps=None: _logit(self, eps),
    cast=floating,
    self=lambda grad, self, eps: _logit_slope(grad, self, eps),
)
Op(
    "sinc",
    lambda self, /: np.sinc(self).astype(self.dtype),
    cast=floating,
    self=lambda grad, self: _sinc_slope(grad, self),
)


def _sinc_slope(grad: Any, self: Any) -> Any:
    angle, square = self * math.pi, self * self * math.pi
    slope = grad * ((angle * do.cos(angle) - do.sin(angle)) / square)
    return do.where(square == 0, 0.0, slope)


Op(
    "deg2rad",
    lambda self, /: self * (math.pi / 180),
    node="Deg2RadBackward0",
    cast=floating,
    self=lambda grad: grad * (math.pi / 180),
)
Op(
    "rad2deg",
    lambda self, /: self * (180 / math.pi),
    node="Rad2DegBackward0",
    cast=floating,
    self=lambda grad: grad * (180 / math.pi),
)
Op("signbit", lambda self, /: np.signbit(self))

# Of two operands


def _xlogy(x: Any, y: Any) -> Any:
    return np.where((x == 0) & ~np.isnan(y), 0, x * np.log(y)).astype(
        np.result_type(x, y)
    )


def _xlogy_slope(grad: Any, self: Any, other: Any) -> Any:
    gone = (self == 0) & (other <= 0)
    if isinstance(other, (int, float)):
        log = math.log(other) if other > 0 else math.nan if other else -math.inf
        return do.masked_fill(grad * log, gone, 0.0)
    return do.masked_fill(do.xlogy(grad, other), gone, 0.0)


Op(
    "xlogy",
    lambda self, other, /: _xlogy(self, other),
    cast=floating,
    self=_xlogy_slope,
    other=lambda grad, self, other: grad * self / other,
)
Op(
    "xlogy.self",
    lambda other, /, self: _xlogy(other.dtype.type(self), other),
    node="XlogyBackward1",
    cast=floating,
    other=lambda grad, self, other: grad * self / other,
)
Op(
    "xlogy.other",
    lambda self, /, other: _xlogy(self, self.dtype.type(other)),
    node="XlogyBackward2",
    cast=floating,
    self=lambda grad, self, other: do.where(
        (self == 0) & (other <= 0),
        0.0,
        grad * (math.log(other) if other else -math.inf),
    ),
)
Op(
    "hypot",
    lambda self, other, /: np.hypot(self, other),
    cast=kernel("hypot_cpu", "biu", promoted),
    self=lambda grad, self, result: grad * self / result,
    other=lambda grad, other, result: grad * other / result,
)
Op(
    "logaddexp2",
    lambda self, other, /: logaddexp2(self, other),
    node="Logaddexp2Backward0",
    cast=kernel("logaddexp2_cpu", "biu", promoted),
    self=lambda grad, self, other: grad / (1 + do.exp2(difference(other, self))),
    other=lambda grad, self, other: grad / (1 + do.exp2(difference(self, other))),
)
Op(
    "clamp_min.tensor",
    lambda self, min, /: np.maximum(self, min),
    node="ClampMinBackward1",
    cast=promoted,
    self=lambda grad, self, min: do.where(self >= min, grad, 0.0),
    min=lambda grad, self, min: do.where(self < min, grad, 0.0),
)
Op(
    "clamp_max.tensor",
    lambda self, max, /: np.minimum(self, max),
    node="ClampMaxBackward1",
    cast=promoted,
    self=lambda grad, self, max: do.where(self <= max, grad, 0.0),
    max=lambda grad, self, max: do.where(self > max, grad, 0.0),
)


def _sign_slope(grad: Any, self: Any, result: Any) -> Any:
    return grad * do.masked_fill(result / self, self == 0, 0.0)


Op(
    "copysign",
    lambda self, other, /: np.copysign(self, other),
    cast=floating,
    self=_sign_slope,
    other=no_slope_of_other,
    writes=NO_SLOPE_LAST,
)
Op(
    "copysign.scalar",
    lambda self, /, other: np.copysign(self, self.dtype.type(other)),
    node="CopysignBackward1",
    cast=floating,
    self=_sign_slope,
)
