"""Box and Muller's transform to PyTorch's last bit, and what it computes with."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def box_muller(uniform: Array, mean: float, std: float) -> Array:
    """Turn blocks of 16 uniform numbers into normal ones, i together with i + 8.

    >>> box_muller(np.full(16, 0.5), 1.0, 0.0)[:2]
    array([1., 1.])
    """
    blocks = uniform.reshape(-1, 16)
    first, second = 1 - blocks[:, :8], blocks[:, 8:]
    if uniform.dtype == np.float32:
        radius = np.sqrt(np.float32(-2) * _log(first))
        sine, cosine = _sincos(np.float32(2 * np.pi) * second)
    else:
        radius, angle = np.sqrt(-2 * _each(math.log, first)), 2 * np.pi * second
        sine, cosine = _each(math.sin, angle), _each(math.cos, angle)
    normal = np.concatenate([radius * cosine, radius * sine], axis=1).reshape(-1)
    if uniform.dtype == np.float32:
        return fma(normal, np.float32(std), np.float32(mean))
    return fma64(normal, std, mean)


def _each(function: Callable[[float], float], x: Array) -> Array:
    """Apply the C library's function; NumPy's vector ones differ in the last bit."""
    return np.array([function(v) for v in x.flat], x.dtype).reshape(x.shape)


def fma(a: Any, b: Any, c: Any) -> Array:
    """Return float32 a * b + c rounded once: in double the product is exact.

    >>> fma(np.float32(2), np.float32(3), np.float32(1)).item()
    7.0
    """
    product = np.multiply(a, b, dtype=np.float64)
    return np.asarray(product + np.asarray(c, np.float64), np.float32)


def fma64(a: Array, b: Any, c: Any) -> Array:
    """Return a * b + c in double, rounded once, through exact sums and products.

    >>> fma64(np.array([2.0]), 3.0, 1.0)
    array([7.])
    """
    product = a * b
    a_high, b_high = _high_half(a), _high_half(b)
    a_low, b_low = a - a_high, b - b_high
    lost = a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low)
    total = product + c
    back = total - product
    return np.asarray(total + ((product - (total - back)) + (c - back) + lost))


def _high_half(x: Any) -> Any:
    shifted = 134217729.0 * x
    return shifted - (shifted - x)


def _polynomial(x: Array, *coefficients: float) -> Array:
    total: Array = np.full_like(x, coefficients[0])
    for each in coefficients[1:]:
        total = fma(total, x, np.float32(each))
    return total


# The two functions below are Cephes' single-precision ones, evaluated in the order
# of PyTorch's vector kernel (aten/src/ATen/native/cpu/avx_mathfun.h): only so do the
# last bits agree.


def _log(x: Array) -> Array:
    bits = x.view(np.int32)
    exponent = ((bits >> 23) - 126).astype(np.float32)
    x = ((bits & 0x7FFFFF) | 0x3F000000).view(np.float32)
    low = x < np.float32(0.7071067811865476)
    exponent = exponent - low.astype(np.float32)
    x = (x - np.float32(1)) + np.where(low, x, np.float32(0))
    square = x * x
    y = _polynomial(x, *_LOG_COEFFICIENTS) * x
    tail = fma(y, square, exponent * np.float32(-2.12194440e-4))
    y = fma(square, np.float32(-0.5), tail)
    return fma(exponent, np.float32(0.693359375), x + y)


def _sincos(x: Array) -> tuple[Array, Array]:
    """Return sine and cosine of x >= 0, by octants."""
    octant = ((x * np.float32(1.27323954473516)).astype(np.int32) + 1) & ~1
    for part in _QUARTER_PI:
        x = fma(octant.astype(np.float32), np.float32(-part), x)
    z = x * x
    cosine = fma(
        _polynomial(z, *_COS_COEFFICIENTS) * z, z, z * np.float32(-0.5)
    ) + np.float32(1)
    sine = fma(_polynomial(z, *_SIN_COEFFICIENTS) * z, x, x)
    swapped = octant & 2
    sine, cosine = np.where(swapped, cosine, sine), np.where(swapped, sine, cosine)
    return (
        np.where(octant & 4, -sine, sine),
        np.where((octant - 2) & 4, cosine, -cosine),
    )


_LOG_COEFFICIENTS = (
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
_SIN_COEFFICIENTS = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COS_COEFFICIENTS = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_QUARTER_PI = (0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8)
