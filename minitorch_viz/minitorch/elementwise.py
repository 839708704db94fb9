"""The table's rows that work element by element."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .op import OPS, Op, do, floating, promoted
from .storage import Array

_LN2, _LN10 = math.log(2), math.log(10)
_2_OVER_ROOT_PI = 2 / math.sqrt(math.pi)


def _scaled(grad: Any, factor: float) -> Any:
    return grad if factor == 1 else grad * factor


def _zero(grad: Any) -> Any:
    return do.zeros_like(grad)


def _unary(ufunc: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda self, /: ufunc(self)


def _binary(ufunc: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda self, other, /: ufunc(self, other)


# Two operands

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
    lambda self, /, exponent: self**exponent,
    node="PowBackward0",
    self=lambda grad, self, exponent: (
        _zero(grad) if exponent == 0 else grad * (exponent * self ** (exponent - 1))
    ),
)
Op(
    "pow",
    lambda self, exponent, /: self**exponent,
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
    lambda exponent, /, self: self**exponent,
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

# One operand

for _name, _ufunc in {
    "logical_not": np.logical_not,
    "bitwise_not": np.invert,
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinite": np.isfinite,
    "zeros_like": np.zeros_like,
}.items():
    Op(_name, _unary(_ufunc))

for _name, _ufunc in {
    "sign": np.sign,
    "round": np.round,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
}.items():
    Op(_name, _unary(_ufunc), self=_zero)

Op("neg", lambda self, /: -self, self=lambda grad: -grad)
Op("abs", lambda self, /: np.abs(self), self=lambda grad, self: grad * do.sign(self))
Op("frac", lambda self, /: self - np.trunc(self), self=lambda grad: grad)
Op("relu", lambda self, /: np.maximum(self, 0), self=lambda grad, result: (
    do.where(result > 0, grad, 0.0)
))

Op(
    "exp",
    lambda self, /: np.exp(self),
    cast=floating,
    self=lambda grad, result: grad * result,
)
Op(
    "exp2",
    lambda self, /: np.exp2(self),
    cast=floating,
    self=lambda grad, result: grad * result * _LN2,
)
Op(
    "expm1",
    lambda self, /: np.expm1(self),
    cast=floating,
    self=lambda grad, result: grad * (result + 1),
)
Op(
    "log",
    lambda self, /: np.log(self),
    cast=floating,
    self=lambda grad, self: grad / self,
)
Op(
    "log2",
    lambda self, /: np.log2(self),
    cast=floating,
    self=lambda grad, self: grad / (self * _LN2),
)
Op(
    "log10",
    lambda self, /: np.log10(self),
    cast=floating,
    self=lambda grad, self: grad / (self * _LN10),
)
Op(
    "log1p",
    lambda self, /: np.log1p(self),
    node="Log1PBackward0",
    cast=floating,
    self=lambda grad, self: grad / (self + 1),
)
Op(
    "sqrt",
    lambda self, /: np.sqrt(self),
    cast=floating,
    self=lambda grad, result: grad / (2 * result),
)
Op(
    "rsqrt",
    lambda self, /: 1 / np.sqrt(self),
    cast=floating,
    self=lambda grad, result: -0.5 * grad * result**3,
)
Op(
    "reciprocal",
    lambda self, /: 1 / self,
    cast=floating,
    self=lambda grad, result: -grad * (result * result),
)
Op(
    "sigmoid",
    lambda self, /: 1 / (1 + np.exp(-self)),
    cast=floating,
    self=lambda grad, result: grad * (1 - result) * result,
)
Op(
    "tanh",
    lambda self, /: np.tanh(self),
    cast=floating,
    self=lambda grad, result: grad * (1 - result * result),
)
Op(
    "sin",
    lambda self, /: np.sin(self),
    cast=floating,
    self=lambda grad, self: grad * do.cos(self),
)
Op(
    "cos",
    lambda self, /: np.cos(self),
    cast=floating,
    self=lambda grad, self: grad * -do.sin(self),
)
Op(
    "tan",
    lambda self, /: np.tan(self),
    cast=floating,
    self=lambda grad, result: grad * (1 + result * result),
)
Op(
    "sinh",
    lambda self, /: np.sinh(self),
    cast=floating,
    self=lambda grad, self: grad * do.cosh(self),
)
Op(
    "cosh",
    lambda self, /: np.cosh(self),
    cast=floating,
    self=lambda grad, self: grad * do.sinh(self),
)
Op(
    "asin",
    lambda self, /: np.arcsin(self),
    cast=floating,
    self=lambda grad, self: grad * do.rsqrt(1 - self * self),
)
Op(
    "acos",
    lambda self, /: np.arccos(self),
    cast=floating,
    self=lambda grad, self: grad * -do.rsqrt(1 - self * self),
)
Op(
    "atan",
    lambda self, /: np.arctan(self),
    cast=floating,
    self=lambda grad, self: grad / (self * self + 1),
)
Op(
    "asinh",
    lambda self, /: np.arcsinh(self),
    cast=floating,
    self=lambda grad, self: grad * do.rsqrt(self * self + 1),
)
Op(
    "acosh",
    lambda self, /: np.arccosh(self),
    cast=floating,
    self=lambda grad, self: grad * do.rsqrt(self * self - 1),
)
Op(
    "atanh",
    lambda self, /: np.arctanh(self),
    cast=floating,
    self=lambda grad, self: grad / (1 - self * self),
)
Op(
    "erf",
    lambda self, /: _erf(self),
    cast=floating,
    self=lambda grad, self: grad * (_2_OVER_ROOT_PI * do.exp(-(self * self))),
)
Op(
    "clamp",
    lambda self, /, min=None, max=None: np.clip(self, min, max),
    node="ClampBackward1",
    self=lambda grad, self, min, max: do.where(_within(self, min, max), grad, 0.0),
)
Op(
    "clamp.tensor",
    lambda self, min, max, /: np.clip(self, min, max),
    node="ClampBackward0",
    cast=promoted,
    self=lambda grad, self, min, max: do.where(_within(self, min, max), grad, 0.0),
    min=lambda grad, self, min, max: do.where(
        (self < min) if max is None else (self < min) & (min < max), grad, 0.0
    ),
    max=lambda grad, self, min, max: do.where(
        (self > max) if min is None else (self > max) | (max < min), grad, 0.0
    ),
)
Op(
    "nan_to_num",
    lambda self, /, nan=0.0, posinf=None, neginf=None: np.nan_to_num(
        self, nan=nan, posinf=posinf, neginf=neginf
    ),
    self=lambda grad, self: do.where(do.isfinite(self), grad, 0.0),
)


def _erf(x: Array) -> Array:
    return np.vectorize(math.erf, otypes=[x.dtype])(x)


def _within(x: Any, low: float | None, high: float | None) -> Any:
    if high is None:
        return x >= low
    return x <= high if low is None else (x >= low) & (x <= high)


# Copies and writes

Op(
    "clone",
    lambda self, /, order="K": np.array(self, order=order),
    self=lambda grad: grad,
)
Op(
    "to_copy",
    lambda self, /, dtype: self.astype(dtype),
    self=lambda grad: grad,
)
Op("zero", lambda self, /: np.zeros_like(self), self=_zero)
Op(
    "fill",
    lambda self, value, /: np.full(self.shape, value, self.dtype),
    self=_zero,
    value=lambda grad: grad.sum(),
)
Op(
    "copy",
    lambda self, src, /: np.broadcast_to(src, self.shape).astype(self.dtype),
    node="torch::autograd::CopyBackwards",
    self=_zero,
    src=lambda grad: grad,
)
for _name in ("uniform", "normal", "random", "bernoulli", "exponential"):
    Op(_name, lambda self, /, drawn: drawn, self=_zero)
