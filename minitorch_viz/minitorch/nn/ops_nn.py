"""The table's rows that only neural networks use: activations and tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..op import Op, do

_ROOT_HALF = math.sqrt(0.5)
_NORMAL = 1 / math.sqrt(2 * math.pi)
_TANH_GELU = math.sqrt(2 / math.pi)


# Activations

Op(
    "leaky_relu",
    lambda self, /, negative_slope=0.01: np.where(
        self > 0, self, self * negative_slope
    ),
    self=lambda grad, self, negative_slope: do.where(
        self > 0, grad, grad * negative_slope
    ),
)
Op(
    "prelu_kernel",
    lambda self, weight, /: np.where(self > 0, self, self * weight),
    node="PreluKernelBackward0",
    self=lambda grad, self, weight: do.where(self > 0, grad, grad * weight),
    weight=lambda grad, self: do.where(self > 0, 0.0, grad * self),
)
Op(
    "elu",
    lambda self, /, alpha=1.0, scale=1.0, input_scale=1.0: np.where(
        self > 0, self * scale, np.expm1(self * input_scale) * (alpha * scale)
    ),
    self=lambda grad, self, alpha, scale, input_scale: do.where(
        self > 0,
        grad * scale,
        grad * (do.exp(self * input_scale) * (input_scale * alpha * scale)),
    ),
)
Op(
    "celu",
    lambda self, /, alpha=1.0: np.where(self > 0, self, np.expm1(self / alpha) * alpha),
    self=lambda grad, self, alpha: do.where(
        self > 0, grad, grad * do.exp(self / alpha)
    ),
)
Op(
    "gelu",
    lambda self, /, approximate="none": self * _gelu_gate(self, approximate),
    self=lambda grad, self, approximate: grad * _gelu_slope(self, approximate),
)
Op(
    "silu",
    lambda self, /: self / (1 + np.exp(-self)),
    self=lambda grad, self: _silu_slope(grad, self, do.sigmoid(self)),
)
Op(
    "mish",
    lambda self, /: self * np.tanh(np.logaddexp(self, 0)),
    self=lambda grad, self: _mish_slope(
        grad, self, do.tanh(do.softplus(self, 1.0, math.inf))
    ),
)
Op(
    "softplus",
    lambda self, /, beta=1.0, threshold=20.0: np.where(
        self * beta > threshold, self, np.log1p(np.exp(self * beta)) / beta
    ),
    self=lambda grad, self, beta, threshold: do.where(
        self * beta > threshold, grad, grad * do.sigmoid(self * beta)
    ),
)
Op(
    "log_sigmoid",
    lambda self, /: -np.logaddexp(-self, 0).astype(self.dtype),
    self=lambda grad, self: grad * do.sigmoid(-self),
)
Op(
    "hardtanh",
    lambda self, /, min_val=-1.0, max_val=1.0: np.clip(self, min_val, max_val),
    self=lambda grad, self, min_val, max_val: do.where(
        (self > min_val) & (self < max_val), grad, 0.0
    ),
)
Op(
    "hardsigmoid",
    lambda self, /: np.clip(self / 6 + 0.5, 0, 1),
    self=lambda grad, self: do.where((self > -3) & (self < 3), grad / 6, 0.0),
)
Op(
    "hardswish",
    lambda self, /: self * np.clip(self + 3, 0, 6) / 6,
    self=lambda grad, self: do.where(
        self <= -3, 0.0, do.where(self < 3, grad * (self / 3 + 0.5), grad)
    ),
)
Op(
    "threshold",
    lambda self, /, threshold, value: np.asarray(
        np.where(self <= threshold, value, self), self.dtype
    ),
    self=lambda grad, self, threshold: do.where(self <= threshold, 0.0, grad),
)
Op(
    "softshrink",
    lambda self, /, lambd=0.5: np.where(
        np.abs(self) > lambd, self - np.sign(self) * lambd, self * 0
    ),
    self=lambda grad, self, lambd: do.where(do.abs(self) > lambd, grad, 0.0),
)
Op(
    "hardshrink",
    lambda self, /, lambd=0.5: np.where(
        np.abs(self) > lambd, self, np.zeros_like(self)
    ),
    self=lambda grad, self, lambd: do.where(do.abs(self) > lambd, grad, 0.0),
)


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


# Tables


def _embedding_slope(
    grad: Any, indices: Any, shape: Any, padding_idx: int, by_frequency: bool
) -> Any:
    width = shape[1]
    rows, flat = do.reshape(grad, (-1, width)), do.reshape(indices, (-1,))
    if padding_idx >= 0:
        rows = do.where(do.reshape(flat == padding_idx, (-1, 1)), 0.0, rows)
    if by_frequency:
        counts = do.new_zeros(flat, (shape[0],)) + 0.0
        ones = do.new_zeros(flat, tuple(flat.shape)) + 1.0
        counts = do.index_add(counts, flat, ones, 0)
        rows = rows / do.reshape(do.index_select(counts, flat, 0), (-1, 1))
    return do.index_add(do.new_zeros(grad, tuple(shape)), flat, rows, 0)


Op(
    "embedding",
    lambda weight, indices, /, padding_idx=-1, scale_grad_by_freq=False, sparse=False: (
        weight[indices]
    ),
    weight=lambda grad, weight_sym_sizes, indices, padding_idx, scale_grad_by_freq: (
        _embedding_slope(
            grad, indices, weight_sym_sizes, padding_idx, scale_grad_by_freq
        )
    ),
)
