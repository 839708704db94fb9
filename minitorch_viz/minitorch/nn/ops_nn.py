"""The table's rows that only neural networks use: activations, norms, losses.

Losses save `reduction` as PyTorch does: 0 for none, 1 for mean, 2 for sum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..events import listener
from ..grad_mode import state
from ..op import OPS, Op, arrays_of, do, emit, record, requiring
from ..saved import SavedTensor
from ..storage import Array, quiet
from ..tensor import Tensor, wrap

NONE, MEAN, SUM = 0, 1, 2
_ROOT_HALF = math.sqrt(0.5)
_NORMAL = 1 / math.sqrt(2 * math.pi)
_TANH_GELU = math.sqrt(2 / math.pi)


def call_keeping(name: str, inputs: Sequence[Any], args: Sequence[Any] = ()) -> Tensor:
    """Run an operation that saves inner results its caller never sees.

    >>> from minitorch_viz import minitorch as torch
    >>> call_keeping("native_layer_norm", (torch.ones(2), None, None), ((2,), 1e-5))
    tensor([0., 0.])
    """
    op = OPS[name]
    found, *inner = quiet.run(op.forward, *arrays_of(inputs), *args)
    outputs = (wrap(found), *map(wrap, inner))
    mask = requiring(op, inputs) if state.grad else 0
    node = record(op, inputs, args, outputs, mask) if mask else None
    if node is not None:
        node.shapes = node.shapes[:1]
        for field, tensor in zip(op.outputs[1:], outputs[1:], strict=True):
            if field in node.saved:
                tensor._requires_grad, tensor._grad_fn = False, None
                node.saved[field] = SavedTensor(tensor)
    if listener.observer is not None:
        emit(op, inputs, args, outputs[:1], node)
    return outputs[0]


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


# Scalars from inside composite functions, which PyTorch names apart

Op(
    "mul.number",
    lambda self, /, other: self * other,
    node="MulBackward1",
    self=lambda grad, other: grad * other,
)
Op(
    "div.number",
    lambda self, /, other: self / other,
    node="DivBackward1",
    self=lambda grad, other: grad / other,
)
Op(
    "add.number",
    lambda self, /, other: self + other,
    node="AddBackward1",
    self=lambda grad: grad,
)
Op(
    "clamp_min",
    lambda self, /, min: np.maximum(self, min),  # noqa: A006
    self=lambda grad, self, min: do.where(self >= min, grad, 0.0),  # noqa: A006
)


# Tables


def _embedding_slope(grad: Any, indices: Any, shape: Any, padding_idx: int) -> Any:
    width = shape[1]
    rows, flat = do.reshape(grad, (-1, width)), do.reshape(indices, (-1,))
    if padding_idx >= 0:
        rows = do.where(do.reshape(flat == padding_idx, (-1, 1)), 0.0, rows)
    return do.index_add(do.new_zeros(grad, tuple(shape)), flat, rows, 0)


Op(
    "embedding",
    lambda weight, indices, /, padding_idx=-1: weight[indices],
    weight=lambda grad, weight_sym_sizes, indices, padding_idx: _embedding_slope(
        grad, indices, weight_sym_sizes, padding_idx
    ),
)


# Normalisation: every row below also returns the moments it used


def _sum(values: Any, dims: tuple[int, ...]) -> Any:
    return getattr(do, "sum.dim")(values, dims, True) if dims else values


def _mean(values: Any, dims: tuple[int, ...]) -> Any:
    return getattr(do, "mean.dim")(values, dims, True) if dims else values


def _scale(values: Any, weight: Any) -> Any:
    return values if weight is None else values * weight


def _moments(x: Array, dims: tuple[int, ...], eps: float) -> tuple[Array, Array, Array]:
    mean = x.mean(dims, keepdims=True)
    variance = np.square(x - mean).mean(dims, keepdims=True)
    return mean, variance, 1 / np.sqrt(variance + eps)


def _standard(x: Any, dims: tuple[int, ...], mean: Any, rstd: Any, eps: float) -> Any:
    """Return normalised `x` and 1 / its spread, differentiable if `x` is a tensor."""
    if isinstance(x, Tensor):
        centred = x - _mean(x, dims)
        rstd = do.rsqrt(_mean(centred * centred, dims) + eps)
        return centred * rstd, rstd
    return (x - mean) * rstd, rstd


def _norm_slope(grad: Any, standard: Any, rstd: Any, dims: tuple[int, ...]) -> Any:
    """Return the gradient through centring and scaling."""
    return rstd * (grad - _mean(grad, dims) - standard * _mean(grad * standard, dims))


def _channels(values: Any, ndim: int) -> Any:
    """Lay one value per channel along dimension 1."""
    if values is None or ndim < 2:
        return values
    return do.reshape(values, (1, -1) + (1,) * (ndim - 2))


def _others(ndim: int) -> tuple[int, ...]:
    return (0, *range(2, ndim))


def _batch_norm(
    x: Array,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Array, Array, Array]:
    dims, ndim, empty = _others(x.ndim), x.ndim, np.zeros(0, x.dtype)
    if training:
        mean, variance, rstd = _moments(x, dims, eps)
        kept = mean.reshape(-1), rstd.reshape(-1)
        if running_mean is not None:
            count = x.size // x.shape[1]
            # As PyTorch's kernel: in place, and no version counter hears of it.
            running_mean += momentum * (kept[0] - running_mean)
            unbiased = variance.reshape(-1) * (count / max(count - 1, 1))
            running_var += momentum * (unbiased - running_var)
    else:
        mean = _channels(running_mean, ndim)
        rstd = 1 / np.sqrt(_channels(running_var, ndim) + eps)
        kept = empty, empty
    found = _scale((x - mean) * rstd, _channels(weight, ndim))
    if bias is not None:
        found = found + _channels(bias, ndim)
    return found.astype(x.dtype, copy=False), *kept


def _batch_standard(
    x: Any,
    running: tuple[Any, Any],
    own: tuple[Any, Any],
    training: bool,
    eps: float,
) -> tuple[Any, Any]:
    ndim = len(x.shape)
    if training:
        mean, rstd = (_channels(each, ndim) for each in own)
        found: tuple[Any, Any] = _standard(x, _others(ndim), mean, rstd, eps)
        return found
    mean, variance = (_channels(each, ndim) for each in running)
    rstd = do.rsqrt(variance + eps)
    return (x - mean) * rstd, rstd


def _per_channel(values: Any) -> Any:
    return do.reshape(_sum(values, _others(len(values.shape))), (-1,))


def _per_channel_sum(grad: Any) -> Any:
    return _per_channel(grad)


# The formulas are functions here: their parameters' names say what is saved.


def _batch_input(
    grad: Any,
    input: Any,
    weight: Any,
    running_mean: Any,
    running_var: Any,
    result1: Any,
    result2: Any,
    training: bool,
    eps: float,
) -> Any:
    running, own, ndim = (running_mean, running_var), (result1, result2), grad.ndim
    values, rstd = _batch_standard(input, running, own, training, eps)
    grad = _scale(grad, _channels(weight, ndim))
    return _norm_slope(grad, values, rstd, _others(ndim)) if training else grad * rstd


def _batch_weight(
    grad: Any,
    input: Any,
    running_mean: Any,
    running_var: Any,
    result1: Any,
    result2: Any,
    training: bool,
    eps: float,
) -> Any:
    running, own = (running_mean, running_var), (result1, result2)
    return _per_channel(grad * _batch_standard(input, running, own, training, eps)[0])


Op(
    "native_batch_norm",
    lambda input, weight, bias, running_mean, running_var, /, training, momentum, eps: (  # noqa: A006
        _batch_norm(
            input, weight, bias, running_mean, running_var, training, momentum, eps
        )
    ),
    outputs=("result", "result1", "result2"),
    input=_batch_input,
    weight=_batch_weight,
    bias=_per_channel_sum,
)


def _layer_dims(x: Any, shape: Sequence[int]) -> tuple[int, ...]:
    ndim = len(x.shape)
    return tuple(range(ndim - len(shape), ndim))


def _layer_norm(
    x: Array, weight: Any, bias: Any, shape: Sequence[int], eps: float
) -> tuple[Array, Array, Array]:
    mean, _, rstd = _moments(x, _layer_dims(x, shape), eps)
    found = _scale((x - mean) * rstd, weight)
    if bias is not None:
        found = found + bias
    return found.astype(x.dtype, copy=False), mean, rstd


def _layer_input(
    grad: Any,
    input: Any,
    weight: Any,
    result1: Any,
    result2: Any,
    normalized_shape: Sequence[int],
    eps: float,
) -> Any:
    dims = _layer_dims(input, normalized_shape)
    values, rstd = _standard(input, dims, result1, result2, eps)
    return _norm_slope(_scale(grad, weight), values, rstd, dims)


def _layer_weight(
    grad: Any,
    input: Any,
    result1: Any,
    result2: Any,
    normalized_shape: Sequence[int],
    eps: float,
) -> Any:
    # Not summed here: `engine.fit` undoes the broadcasting.
    dims = _layer_dims(input, normalized_shape)
    return grad * _standard(input, dims, result1, result2, eps)[0]


Op(
    "native_layer_norm",
    lambda input, weight, bias, /, normalized_shape, eps: _layer_norm(  # noqa: A006
        input, weight, bias, normalized_shape, eps
    ),
    outputs=("result", "result1", "result2"),
    input=_layer_input,
    weight=_layer_weight,
    bias=lambda grad: grad,
)
