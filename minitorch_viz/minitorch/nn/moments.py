"""Means and spreads, and what is made of them, rounded as PyTorch's kernels do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..storage import Array

#: Up to so many elements of an image PyTorch's kernel adds one after the other.
_IN_TURN = 8


def scale(values: Any, weight: Any) -> Any:
    """Return values times weights, where there are any.

    >>> scale(2.0, None)
    2.0
    """
    return values if weight is None else values * weight


def fused(a: Array, b: Array, c: Any) -> Any:
    """Return `a * b + c`; floats are rounded once, as by processors for PyTorch.

    What is zero up to rounding is seen in what it prints.

    >>> fused(np.array([2.0]), np.array([3.0]), np.array([1.0]))
    array([7.])
    """
    if c is None:
        return a * b
    if a.dtype == b.dtype == c.dtype == np.float32:
        return (a.astype(np.float64) * b + c).astype(np.float32)
    return a * b + c


def scaled(values: Array, weight: Any, bias: Any) -> Any:
    """Return values times weights and plus biases, where there are any.

    >>> scaled(np.array([2.0]), None, 1.0)
    array([3.])
    """
    if weight is None:
        return values if bias is None else values + bias
    return fused(values, weight, bias)


def moments(
    x: Array, dims: tuple[int, ...], eps: float, wide: Any = np.float32
) -> tuple[Array, Array, Array]:
    """Return the mean, the variance and 1 / the spread along dimensions.

    >>> moments(np.array([1.0, 3.0]), (0,), 0.0)
    (array([2.]), array([1.]), array([1.]))
    """
    mean = _average(x, dims, wide)
    variance = _average(np.square(x - mean), dims, wide)
    return mean, variance, 1 / np.sqrt(variance + eps)


def _average(x: Array, dims: tuple[int, ...], wide: Any) -> Array:
    """Return what NumPy's `mean` would, which warns where there is nothing."""
    total = x.sum(dims, np.result_type(x, wide), keepdims=True)
    count = math.prod(x.shape[dim] for dim in dims)
    found: Array = np.divide(total, count).astype(x.dtype)
    return found


def batch_moments(x: Array, dims: tuple[int, ...]) -> tuple[Array, Array]:
    """Return the mean and the variance of each channel.

    >>> batch_moments(np.array([[1.0], [3.0]]), (0,))
    (array([[2.]]), array([[1.]]))
    """
    if x.ndim < 3:
        mean, variance, _ = moments(x, dims, 0.0)
        return mean, variance
    mean = _average(x, dims, np.float64)
    spread = np.square(x - mean).sum(dims, np.float64, keepdims=True)
    return mean, spread.astype(x.dtype) / x.dtype.type(x.size // x.shape[1])


def planes_slope(grad: Array, x: Array, weight: Any, mean: Any, rstd: Any) -> Array:
    """Return the gradient rounded as PyTorch's kernel rounds it, image by image.

    What is zero but for rounding, as the gradient of a sum of squares, is as there.

    >>> x, one = np.array([[[1.0, 3.0]]]), np.ones((1, 1, 1))
    >>> planes_slope(x, x, None, 2 * one, one)
    array([[[0., 0.]]])
    """
    narrow, apart = x.dtype, (x - mean)
    count = x.size // x.shape[1]

    def total(values: Array) -> Array:
        images = values.reshape(*values.shape[:2], -1)
        wide = narrow if images.shape[-1] <= _IN_TURN else np.float64
        sums = images.cumsum(-1, wide)[..., -1].sum(0, np.float64)
        found: Array = sums.astype(narrow).reshape(mean.shape)
        return found

    slope = total(apart * grad) * rstd * rstd / narrow.type(count)
    level = (total(grad).astype(np.float64) / count).astype(narrow)
    found: Array = scale(fused(apart, -slope, grad - level) * rstd, weight)
    return found
