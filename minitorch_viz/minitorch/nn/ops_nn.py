"""The table's rows that only neural networks use: activations."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import from_numpy
from ..kernels import kernel, refusing_bool
from ..lying import ITERATED, LIKE_FIRST
from ..op import OPS, Op, do
from ..promotion import exact
from ..storage import Array
from ..table.fills import into, written
from ..table.slopes import slope, slopes

_ROOT_HALF = math.sqrt(0.5)
_NORMAL = 1 / math.sqrt(2 * math.pi)
_TANH_GELU = math.sqrt(2 / math.pi)


def _row(
    name: str, forward: Callable[..., Any], formula: Callable[..., Any], kernel_: str
) -> None:
    """Add an activation; its kernel takes floats only."""
    Op(name, forward, cast=kernel(kernel_, "biu"), self=formula)


def _unknown(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::hardsigmoid_backward is not implemented")


_row(
    "leaky_relu",
    lambda self, /, negative_slope=0.01: np.where(
        self > 0, self, self * negative_slope
    ),
    lambda grad, self, negative_slope: do.leaky_relu_backward(
        grad, self, negative_slope
    ),
    "leaky_relu_cpu",
)
slope(
    "leaky_relu_backward",
    lambda grad_output, self, /, negative_slope: do.where(
        self > 0, grad_output, grad_output * negative_slope
    ),
)
Op(
    "prelu_kernel",
    lambda self, weight, /: np.where(self > 0, self, self * weight),
    cast=kernel("prelu_cpu", "biu"),
    node="PreluKernelBackward0",
    self=lambda grad, self, weight: do.where(self > 0, grad, grad * weight),
    weight=lambda grad, self, weight: do.where(self > 0, 0.0, grad * self),
)


def _prelu_again_by_grad(grads: Any, self: Any, weight: Any) -> Any:
    by_self, by_weight = grads
    if by_self is None:
        return do.where(self >= 0, 0.0, by_weight * self)
    below = by_self * weight
    if by_weight is not None:
        below = below + by_weight * self
    return do.where(self >= 0, by_self, below)


def _prelu_again(grad: Any, grad_output: Any, self: Any) -> Any:
    if grad is None:
        return do.zeros_like(self)
    return do.where(self >= 0, 0.0, grad_output * grad)


slopes(
    "prelu_kernel_backward",
    lambda grad_output, self, weight, /, output_mask: (
        np.where(self > 0, grad_output, grad_output * weight),
        np.where(self > 0, 0, grad_output * self),
    ),
    ("grad_self", "grad_weight"),
    of="prelu_kernel",
    inputs=("self", "weight"),
    args=(),
    node="PreluKernelBackwardBackward0",
    grad_output=_prelu_again_by_grad,
    self=lambda grads, grad_output, self: _prelu_again(grads[1], grad_output, self),
    weight=lambda grads, grad_output, self: _prelu_again(grads[0], grad_output, self),
)
_row(
    "elu",
    lambda self, /, alpha=1.0, scale=1.0, input_scale=1.0: np.where(
        self > 0, self * scale, np.expm1(self * input_scale) * (alpha * scale)
    ),
    lambda grad, self, alpha, scale, input_scale: do.elu_backward(
        grad, self, alpha, scale, input_scale
    ),
    "elu_cpu",
)
slope(
    "elu_backward",
    lambda grad_output, self, /, alpha, scale, input_scale: do.where(
        self <= 0,
        grad_output * (do.exp(self * input_scale) * (input_scale * alpha * scale)),
        grad_output * scale,
    ),
    # Nothing bends at 0 itself.
    self=lambda grad, grad_output, self, alpha, scale, input_scale: (
        do.elu_backward(
            grad * grad_output * input_scale, self, alpha, scale, input_scale
        )
        * (self < 0)
    ),
)
_row(
    "celu",
    lambda self, /, alpha=1.0: np.where(self > 0, self, np.expm1(self / alpha) * alpha),
    lambda grad, self, alpha: do.elu_backward(grad, self, alpha, 1.0, 1.0 / alpha),
    "elu_cpu",
)
_row(
    "gelu",
    lambda self, /, approximate="none": _gelu(self, approximate),
    lambda grad, self, approximate: do.gelu_backward(grad, self, approximate),
    "GeluKernelImpl",
)
slope(
    "gelu_backward",
    lambda grad_output, self, /, approximate: (
        grad_output * _gelu_slope(self, approximate)
    ),
)
_row(
    "silu",
    lambda self, /: self / (1 + np.exp(-self)),
    lambda grad, self: _silu_slope(grad, self, do.sigmoid(self)),
    "silu_cpu",
)
_row(
    "mish",
    lambda self, /: self * np.tanh(np.logaddexp(self, 0)),
    lambda grad, self: _mish_slope(
        grad, self, do.tanh(do.softplus(self, 1.0, math.inf))
    ),
    "mish_cpu",
)
_row(
    "softplus",
    lambda self, /, beta=1.0, threshold=20.0: np.where(
        self * beta > threshold, self, np.log1p(np.exp(self * beta)) / beta
    ),
    lambda grad, self, beta, threshold: do.softplus_backward(
        grad, self, beta, threshold
    ),
    "softplus_cpu",
)
slope(
    "softplus_backward",
    lambda grad_output, self, /, beta, threshold: do.where(
        self * beta > threshold, grad_output, grad_output * do.sigmoid(self * beta)
    ),
)
Op(
    "log_sigmoid",
    lambda self, /: (
        0 - np.logaddexp(-self, 0).astype(self.dtype),
        np.exp(-np.abs(self)),
    ),
    cast=kernel("log_sigmoid_cpu", "biu"),
    outputs=("result", "buffer"),
    self=lambda grad, self, buffer: do.log_sigmoid_backward(grad, self, buffer),
)
slope(
    "log_sigmoid_backward",
    lambda grad_output, self, /, buffer: grad_output * do.sigmoid(-self),
)
Op(
    "hardtanh",
    lambda self, /, min_val=-1.0, max_val=1.0: _held(self, min_val, max_val),
    cast=refusing_bool("Bool inputs not supported for hardtanh"),
    self=lambda grad, self, min_val, max_val: do.hardtanh_backward(
        grad, self, min_val, max_val
    ),
)
slope(
    "hardtanh_backward",
    lambda grad_output, self, /, min_val, max_val: do.where(
        (self <= min_val) | (self >= max_val), 0.0, grad_output
    ),
)
_row(
    "hardsigmoid",
    lambda self, /: np.clip(self / 6 + 0.5, 0, 1),
    lambda grad, self: do.hardsigmoid_backward(grad, self),
    "hardsigmoid_cpu",
)
Op(
    "hardsigmoid_backward",
    lambda grad_output, self, /: np.where(
        (self > -3) & (self < 3), grad_output / 6, grad_output * 0
    ),
    node="torch::autograd::NotImplemented",
    grad_output=_unknown,
    self=_unknown,
)
_row(
    "hardswish",
    lambda self, /: self * np.clip(self + 3, 0, 6) / 6,
    lambda grad, self: do.hardswish_backward(grad, self),
    "hardswish_cpu",
)
slope(
    "hardswish_backward",
    lambda grad_output, self, /: do.where(
        self <= -3,
        0.0,
        do.where(self < 3, grad_output * (self / 3 + 0.5), grad_output),
    ),
)
Op(
    "threshold",
    lambda self, /, threshold, value: np.asarray(
        np.where(self <= threshold, value, self), self.dtype
    ),
    cast=kernel("threshold_cpu", "b"),
    self=lambda grad, self, threshold: getattr(do, "threshold_backward.number")(
        grad, self, threshold
    ),
)
slope(
    "threshold_backward.number",
    lambda grad_output, self, /, threshold: do.where(
        self <= threshold, 0.0, grad_output
    ),
)


def _softened(self: Array, lambd: float) -> Array:
    kind = self.dtype
    if lambd < 0 or lambd > np.finfo(kind).max:
        raise RuntimeError(
            f"lambda must be in range [0, {np.finfo(kind).max:g}] for input dtype "
            f"{from_numpy(kind).scalar_name}, but found {lambd:g}"
        )
    return np.where(np.abs(self) > lambd, self - np.sign(self) * lambd, self * 0)


_row(
    "softshrink",
    lambda self, /, lambd=0.5: _softened(self, lambd),
    lambda grad, self, lambd: do.softshrink_backward(grad, self, lambd),
    "softshrink_check",
)
_row(
    "hardshrink",
    lambda self, /, lambd=0.5: np.where(
        (self >= -lambd) & (self <= lambd), np.zeros_like(self), self
    ),
    lambda grad, self, lambd: do.hardshrink_backward(grad, self, lambd),
    "hardshrink_cpu",
)
for _name in ("softshrink", "hardshrink"):
    slope(
        f"{_name}_backward",
        lambda grad_output, self, /, lambd: do.where(
            (self >= -lambd) & (self <= lambd), 0.0, grad_output
        ),
    )


def _held(self: Array, low: float, high: float) -> Array:
    kind = self.dtype
    if kind.kind == "u" and (low < 0 or high < 0):
        raise RuntimeError(
            "cannot do hardtanh on an unsigned type with negative limits"
        )
    return np.clip(self, exact(low, kind), exact(high, kind))


def _gelu(self: Array, approximate: str) -> Array:
    found: Array = self * _gelu_gate(self, approximate)
    if approximate == "none" and self.dtype == np.float32 and self.size > 1:
        # PyTorch leaves these to oneDNN, whose polynomial knows no infinity.
        found[np.isinf(self)] = math.nan
    return found


def _gelu_gate(x: Any, approximate: str) -> Any:
    if approximate == "tanh":
        return 0.5 * (1 + do.tanh(_TANH_GELU * (x + 0.044715 * (x * x * x))))
    return 0.5 * (1 + do.erf(x * _ROOT_HALF))


def _gelu_slope(x: Any, approximate: str) -> Any:
    if approximate == "none":
        return _gelu_gate(x, approximate) + x * (_NORMAL * do.exp(-0.5 * (x * x)))
    tanh = 2 * _gelu_gate(x, approximate) - 1
    inner = _TANH_GELU * (1 + 3 * 0.044715 * (x * x))
    return 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh * tanh) * inner


def _silu_slope(grad: Any, x: Any, gate: Any) -> Any:
    return grad * gate * (1 + x * (1 - gate))


def _mish_slope(grad: Any, x: Any, gate: Any) -> Any:
    return grad * (gate + x * (1 - gate * gate) * do.sigmoid(x))


OPS["hardtanh"].leave = into("hardtanh", written(1))
for _name in (
    *("leaky_relu", "elu", "celu", "softplus", "threshold", "softshrink"),
    "hardshrink",
):
    OPS[_name].lies = ITERATED
OPS["hardtanh"].lies = LIKE_FIRST
