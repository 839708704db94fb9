"""Rows of two operands or more, element by element."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import Op, do, floating, promoted
from ..storage import Array
from .precise import power


def _scaled(grad: Any, factor: float) -> Any:
    return grad if factor == 1 else grad * factor


def _zero(grad: Any) -> Any:
    return do.zeros_like(grad)


def _binary(ufunc: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, other, /: ufunc(self, other)


Op(
    "add",
    lambda self, other, /, alpha=1: self + _scaled(other, alpha),
    cast=promoted,
    self=lambda grad: grad,
    other=lambda grad, alpha: _scaled(grad, alpha),
)
Op(
    "sub",
    lambda self, other, /, alpha=1: self - _scaled(other, alpha),
    cast=promoted,
    self=lambda grad: grad,
    other=lambda grad, alpha: -_scaled(grad, alpha),
)
Op(
    "rsub",
    lambda self, /, other, alpha=1: other - _scaled(self, alpha),
    node="RsubBackward1",
    self=lambda grad, alpha: -_scaled(grad, alpha),
)
Op(
    "mul",
    lambda self, other, /: self * other,
    cast=promoted,
    self=lambda grad, other: grad * other,
    other=lambda grad, self: grad * self,
)
Op(
    "div",
    lambda self, other, /: self / other,
    cast=floating,
    self=lambda grad, other: grad / other,
    other=lambda grad, self, other: -grad * ((self / other) / other),
)
Op(
    "pow.scalar",
    lambda self, /, exponent: power(self, exponent),
    node="PowBackward0",
    self=lambda grad, self, exponent: (
        _zero(grad) if exponent == 0 else grad * (exponent * self ** (exponent - 1))
    ),
)
Op(
    "pow",
    lambda self, exponent, /: power(self, exponent),
    node="PowBackward1",
    cast=promoted,
    self=lambda grad, self, exponent: do.where(
        exponent == 0, 0.0, grad * (exponent * self ** (exponent - 1))
    ),
    exponent=lambda grad, self, exponent, result: (
        grad * do.where((self == 0) & (exponent >= 0), 0.0, result * do.log(self))
    ),
)
Op(
    "pow.base",
    lambda exponent, /, self: power(self, exponent),
    node="PowBackward2",
    exponent=lambda grad, self, exponent, result: (
        do.where(exponent >= 0, 0.0, grad * result * -math.inf)
        if self == 0
        else grad * (result * math.log(self))
    ),
)
Op(
    "maximum",
    lambda self, other, /: np.maximum(self, other),
    cast=promoted,
    self=lambda grad, self, other: _share(grad, self == other, self < other),
    other=lambda grad, self, other: _share(grad, self == other, other < self),
)
Op(
    "minimum",
    lambda self, other, /: np.minimum(self, other),
    cast=promoted,
    self=lambda grad, self, other: _share(grad, self == other, self > other),
    other=lambda grad, self, other: _share(grad, self == other, other > self),
)
Op(
    "atan2",
    lambda self, other, /: np.arctan2(self, other),
    cast=floating,
    self=lambda grad, self, other: grad * (other / (self * self + other * other)),
    other=lambda grad, self, other: grad * (-self / (self * self + other * other)),
)
Op(
    "remainder",
    lambda self, other, /: np.remainder(self, other),
    cast=promoted,
    self=lambda grad: grad,
    other=lambda grad, self, other: -grad * do.floor(self / other),
)
Op(
    "fmod",
    lambda self, other, /: np.fmod(self, other),
    cast=promoted,
    self=lambda grad: grad,
    other=lambda grad, self, other: -grad * do.trunc(self / other),
)
Op("floor_divide", lambda self, other, /: _floor_divide(self, other), cast=promoted)
Op(
    "where",
    lambda condition, self, other, /: np.where(condition, self, other),
    cast=lambda inputs, arrays: [arrays[0], *promoted(inputs[1:], arrays[1:])],
    self=lambda grad, condition: do.where(condition, grad, 0.0),
    other=lambda grad, condition: do.where(condition, 0.0, grad),
)
Op(
    "lerp",
    lambda self, end, /, weight: self + weight * (end - self),
    self=lambda grad, weight: grad * (1 - weight),
    end=lambda grad, weight: grad * weight,
)
Op(
    "lerp.tensor",
    lambda self, end, weight, /: self + weight * (end - self),
    node="LerpBackward1",
    self=lambda grad, weight: grad * (1 - weight),
    end=lambda grad, weight: grad * weight,
    weight=lambda grad, self, end: grad * (end - self),
)
Op(
    "addcmul",
    lambda self, tensor1, tensor2, /, value=1: self + value * tensor1 * tensor2,
    cast=promoted,
    self=lambda grad: grad,
    tensor1=lambda grad, tensor2, value: grad * (tensor2 * value),
    tensor2=lambda grad, tensor1, value: grad * (tensor1 * value),
)
Op(
    "addcdiv",
    lambda self, tensor1, tensor2, /, value=1: self + value * tensor1 / tensor2,
    cast=floating,
    self=lambda grad: grad,
    tensor1=lambda grad, tensor2, value: grad * (value / tensor2),
    tensor2=lambda grad, tensor1, tensor2, value: (
        -grad * (value * tensor1 / (tensor2 * tensor2))
    ),
)


def _share(grad: Any, tie: Any, lost: Any) -> Any:
    """Split ties evenly, and give nothing to the one that lost."""
    return do.where(lost, 0.0, do.where(tie, grad / 2, grad))


def _floor_divide(a: Array, b: Array | float) -> Array:
    if np.result_type(a, b).kind in "iu" and np.any(np.equal(b, 0)):
        raise RuntimeError("ZeroDivisionError")
    return np.floor_divide(a, b)


for _name, _ufunc in {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
    "bitwise_and": np.bitwise_and,
    "bitwise_or": np.bitwise_or,
    "bitwise_xor": np.bitwise_xor,
}.items():
    Op(_name, _binary(_ufunc), cast=promoted)
