"""Rows of one operand, element by element."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: A006, PLW0108

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..kernels import NEGATED_BOOL, kernel, lifted, refusing_bool
from ..op import OPS, Op, do, floating, promoted
from ..promotion import exact
from ..storage import Array
from .precise import EXP, rounded
from .slopes import slope

_LN2, _LN10 = math.log(2), math.log(10)
_2_OVER_ROOT_PI = 2 / math.sqrt(math.pi)


def _zero(grad: Any) -> Any:
    return do.zeros_like(grad)


def _unary(ufunc: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, /: ufunc(self)


_TESTS: dict[str, Callable[..., Any]] = {
    "logical_not": np.logical_not,
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinite": np.isfinite,
    "isposinf": np.isposinf,
    "isneginf": np.isneginf,
    "isreal": np.isreal,
    "zeros_like": np.zeros_like,
}
for _name, _ufunc in _TESTS.items():
    Op(_name, _unary(_ufunc))
Op("bitwise_not", _unary(np.invert), cast=kernel("bitwise_not_cpu", "f"))

_STEPS: dict[str, Callable[..., Any]] = {
    "round": np.round,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
}
for _name, _ufunc in _STEPS.items():
    Op(_name, _unary(_ufunc), cast=kernel(f"{_name}_vml_cpu", "b"), self=_zero)

Op(
    "round.decimals",
    lambda self, /, decimals: np.round(self, decimals),
    node="RoundBackward1",
    cast=kernel("round_cpu", "biu"),
    self=_zero,
)
SIGN = Op(
    "sign",
    # NumPy's own keeps NaN, of which PyTorch makes 0.
    lambda self, /: (
        self.copy()
        if self.dtype.kind == "b"
        else np.subtract(self > 0, self < 0, dtype=self.dtype)
    ),
    self=_zero,
)
Op(
    "neg",
    lambda self, /: -self,
    direct=np.negative,
    cast=refusing_bool(NEGATED_BOOL),
    self=lambda grad: -grad,
)
# What the sign of a complex number is, too: the name that graphs show.
Op("sgn", OPS["sign"].forward, self=_zero)
Op(
    "abs",
    lambda self, /: np.abs(self),
    cast=kernel("abs_cpu", "b"),
    self=lambda grad, self: grad * do.sgn(self),
)
Op(
    "frac",
    lambda self, /: self - np.trunc(self),
    cast=kernel("frac_cpu", "biu"),
    self=lambda grad: grad,
)
Op(
    "relu",
    lambda self, /: np.maximum(self, 0),
    cast=refusing_bool("Boolean inputs not supported for relu"),
    self=lambda grad, result: do.threshold_backward(grad, result),
)
slope(
    "threshold_backward",
    lambda grad_output, result, /: do.where(result <= 0, 0.0, grad_output),
)

Op(
    "exp",
    rounded(np.exp),
    cast=floating,
    self=lambda grad, result: grad * result,
)
Op(
    "exp2",
    rounded(np.exp2),
    cast=floating,
    self=lambda grad, result: grad * result * _LN2,
)
Op(
    "expm1",
    rounded(np.expm1),
    cast=floating,
    self=lambda grad, result: grad * (result + 1),
)
Op(
    "log",
    rounded(np.log),
    cast=floating,
    self=lambda grad, self: grad / self,
)
Op(
    "log2",
    rounded(np.log2),
    cast=floating,
    self=lambda grad, self: grad / (self * _LN2),
)
Op(
    "log10",
    rounded(np.log10),
    cast=floating,
    self=lambda grad, self: grad / (self * _LN10),
)
Op(
    "log1p",
    rounded(np.log1p),
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
    lambda self, /: 1 / (1 + EXP(-self)),
    cast=floating,
    self=lambda grad, result: do.sigmoid_backward(grad, result),
)
slope(
    "sigmoid_backward",
    lambda grad_output, result, /: grad_output * (1 - result) * result,
)
Op(
    "tanh",
    rounded(np.tanh),
    cast=floating,
    self=lambda grad, result: do.tanh_backward(grad, result),
)
slope(
    "tanh_backward",
    lambda grad_output, result, /: grad_output * (1 - result * result),
)
Op(
    "sin",
    rounded(np.sin),
    cast=floating,
    self=lambda grad, self: grad * do.cos(self),
)
Op(
    "cos",
    rounded(np.cos),
    cast=floating,
    self=lambda grad, self: grad * -do.sin(self),
)
Op(
    "tan",
    rounded(np.tan),
    cast=floating,
    self=lambda grad, result: grad * (1 + result**2),
)
Op(
    "sinh",
    rounded(np.sinh),
    cast=floating,
    self=lambda grad, self: grad * do.cosh(self),
)
Op(
    "cosh",
    rounded(np.cosh),
    cast=floating,
    self=lambda grad, self: grad * do.sinh(self),
)
Op(
    "asin",
    rounded(np.arcsin),
    cast=floating,
    self=lambda grad, self: grad * do.rsqrt(-self * self + 1),
)
Op(
    "acos",
    rounded(np.arccos),
    cast=floating,
    self=lambda grad, self: grad * -do.rsqrt(-self * self + 1),
)
Op(
    "atan",
    rounded(np.arctan),
    cast=floating,
    self=lambda grad, self: grad / (self * self + 1),
)
Op(
    "asinh",
    rounded(np.arcsinh),
    cast=floating,
    self=lambda grad, self: grad * do.rsqrt(self**2 + 1),
)
Op(
    "acosh",
    rounded(np.arccosh),
    cast=floating,
    self=lambda grad, self: grad * do.rsqrt(self * self - 1),
)
Op(
    "atanh",
    rounded(np.arctanh),
    cast=floating,
    self=lambda grad, self: grad * 1 / (1 - self**2),
)


def _known_anew_only(name: str) -> None:
    """Make the row of what PyTorch can't derive where it writes over its input."""

    def refuse(grad: Any) -> Any:
        raise NotImplementedError(
            f"the derivative for 'inplace version of {name}' is not implemented."
        )

    node = f"{name.capitalize()}Backward1"
    Op(f"{name}.over", OPS[name].forward, node=node, cast=floating, self=refuse)


for _name in ("asinh", "acosh", "atanh"):
    _known_anew_only(_name)
Op(
    "erf",
    lambda self, /: error_function(self),
    cast=floating,
    self=lambda grad, self: _2_OVER_ROOT_PI * do.exp(-(self**2)) * grad,
)


def _clamp_kernel(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    # Two bounds have a kernel of their own, which takes no bools.
    both = arrays[1] is not None and arrays[2] is not None
    return (_refusing_bools if both else promoted)(inputs, arrays)


_refusing_bools = kernel("clamp_cpu", "b", promoted)
Op(
    "clamp",
    lambda self, /, min=None, max=None: _clamped(lifted(self, min, max), min, max),
    node="ClampBackward1",
    self=lambda grad, self, min, max: do.where(_within(self, min, max), grad, 0.0),
)
Op(
    "clamp.tensor",
    lambda self, min, max, /: np.clip(self, min, max),
    node="ClampBackward0",
    cast=_clamp_kernel,
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
    self=lambda grad, self: grad * do.isfinite(self),
)


def error_function(x: Array) -> Array:
    """Return the error function of every element.

    >>> error_function(np.ones(1)).round(6)
    array([0.842701])
    """
    found: Array = np.vectorize(math.erf, otypes=[x.dtype])(x)
    return found


def _clamped(x: Array, low: float | None, high: float | None) -> Any:
    bounds = (None if n is None else exact(n, x.dtype) for n in (low, high))
    return np.clip(x, *bounds)


def _within(x: Any, low: float | None, high: float | None) -> Any:
    if high is None:
        return x >= low
    return x <= high if low is None else (x >= low) & (x <= high)


# Scalars from inside composite functions, which PyTorch names apart

Op(
    "mul.number",
    lambda self, /, other: lifted(self, other) * other,
    node="MulBackward1",
    self=lambda grad, other: grad * other,
)
Op(
    "div.number",
    lambda self, /, other: lifted(self, float(other)) / other,
    node="DivBackward1",
    self=lambda grad, other: grad / other,
)
Op(
    "sub.number",
    lambda self, /, other: lifted(self, other) - other,
    node="SubBackward1",
    self=lambda grad: grad,
)
Op(
    "add.number",
    lambda self, /, other: lifted(self, other) + other,
    node="AddBackward1",
    self=lambda grad: grad,
)
Op(
    "clamp_min",
    lambda self, /, min: _clamped(lifted(self, min), min, None),
    self=lambda grad, self, min: do.where(self >= min, grad, 0.0),
)
Op(
    "clamp_max",
    lambda self, /, max: _clamped(lifted(self, max), None, max),
    self=lambda grad, self, max: do.where(self <= max, grad, 0.0),
)
