"""The table's rows for norms; each keeps the moments it used for backward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array, in_rows
from ..table.slopes import slopes
from ..tensor import Tensor
from .moments import batch_moments, fused, moments, planes_slope, scale, scaled


def _sum(values: Any, dims: tuple[int, ...]) -> Any:
    return getattr(do, "sum.dim")(values, dims, True) if dims else values


def _mean(values: Any, dims: tuple[int, ...]) -> Any:
    return getattr(do, "mean.dim")(values, dims, True) if dims else values


def _standard(x: Any, dims: tuple[int, ...], mean: Any, rstd: Any, eps: Any) -> Any:
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
        mean, variance = batch_moments(x, dims)
        rstd = (1 / np.sqrt(variance.astype(np.float64) + eps)).astype(x.dtype)
        kept = mean.reshape(-1), rstd.reshape(-1)
        if running_mean is not None:
            count = x.size // x.shape[1]
            # As PyTorch's kernel: in place, and no version counter hears of it.
            unbiased = variance.reshape(-1) * (count / max(count - 1, 1))
            for running, found in ((running_mean, kept[0]), (running_var, unbiased)):
                running[...] = momentum * found + (1 - momentum) * running
    else:
        mean = _channels(running_mean, ndim)
        rstd = 1 / np.sqrt(_channels(running_var, ndim) + eps)
        kept = empty, empty
    factor = scale(rstd, _channels(weight, ndim))
    found = fused(x, factor, fused(-mean, factor, _channels(bias, ndim)))
    return in_rows(found.astype(x.dtype, copy=False), x), *kept


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


# The formulas are functions here: their parameters' names say what is saved. PyTorch
# has one formula for all three gradients, so what the first needs is saved for any.


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
    if training and ndim > 2 and not isinstance(grad, Tensor) and grad.size:
        moments = (_channels(each, ndim) for each in (weight, *own))
        return planes_slope(grad, input, *moments)
    values, rstd = _batch_standard(input, running, own, training, eps)
    grad = scale(grad, _channels(weight, ndim))
    return _norm_slope(grad, values, rstd, _others(ndim)) if training else grad * rstd


def _batch_weight(
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


def _batch_slopes(
    grad_out: Any,
    input: Any,
    weight: Any,
    running_mean: Any,
    running_var: Any,
    save_mean: Any,
    save_invstd: Any,
    /,
    train: bool,
    eps: float,
    output_mask: Sequence[bool],
) -> tuple[Any, ...]:
    """Return the gradients by a batch norm's input, weight and bias."""
    moments = running_mean, running_var, save_mean, save_invstd, train, eps
    return (
        _batch_input(grad_out, input, weight, *moments) if output_mask[0] else None,
        _batch_weight(grad_out, input, weight, *moments) if output_mask[1] else None,
        _per_channel_sum(grad_out) if output_mask[2] else None,
    )


slopes(
    "native_batch_norm_backward",
    _batch_slopes,
    ("grad_input", "grad_weight", "grad_bias"),
    of="native_batch_norm",
    inputs=(
        *("input", "weight", "running_mean", "running_var"),
        *("result1", "result2"),
    ),
    args=("training", "eps"),
    node="NativeBatchNormBackwardBackward0",
    edges=("grad_out", "input", "weight"),
    save_mean=lambda grads: None,
    save_invstd=lambda grads: None,
)


def _layer_dims(x: Any, shape: Sequence[int]) -> tuple[int, ...]:
    ndim = len(x.shape)
    return tuple(range(ndim - len(shape), ndim))


def _layer_norm(
    x: Array, weight: Any, bias: Any, shape: Sequence[int], eps: float
) -> tuple[Array, Array, Array]:
    # PyTorch's mean of equal numbers is that number here, and not so for batches.
    mean, _, rstd = moments(x, _layer_dims(x, shape), eps, np.float64)
    found = scaled((x - mean) * rstd, weight, bias)
    return np.asanyarray(found, x.dtype, order="C"), mean, rstd


def _layer_input(
    grad: Any,
    input: Any,
    weight: Any,
    bias: Any,
    result1: Any,
    result2: Any,
    normalized_shape: Sequence[int],
) -> Any:
    dims = _layer_dims(input, normalized_shape)
    values, rstd = _standard(input, dims, result1, result2, 0)
    return _norm_slope(scale(grad, weight), values, rstd, dims)


def _layer_weight(
    grad: Any,
    input: Any,
    weight: Any,
    bias: Any,
    result1: Any,
    result2: Any,
    normalized_shape: Sequence[int],
) -> Any:
    # Not summed here: `engine.fit` undoes the broadcasting.
    dims = _layer_dims(input, normalized_shape)
    return grad * _standard(input, dims, result1, result2, 0)[0]


Op(
    "native_layer_norm",
    lambda input, weight, bias, /, normalized_shape, eps: _layer_norm(  # noqa: A006
        input, weight, bias, normalized_shape, eps
    ),
    outputs=("result", "result1", "result2"),
    input=_layer_input,
    weight=_layer_weight,
    # Memory of its own, where there is nothing to sum up as well.
    bias=lambda grad, bias: do.clone(grad, "C") if grad.shape == bias.shape else grad,
)


def _layer_slopes(
    grad_out: Any, input: Any, mean: Any, rstd: Any, weight: Any, shape: Sequence[int]
) -> tuple[Any, Any, Any]:
    """Return the gradients by a layer norm's input, weight and bias."""
    dims = _layer_dims(input, shape)
    values = (input - mean) * rstd
    outer = tuple(range(dims[0]))
    found = _norm_slope(scale(grad_out, weight), values, rstd, dims)
    sums = (_sum(each, outer) for each in (grad_out * values, grad_out))
    by_weight, by_bias = (do.reshape(each, tuple(shape)) for each in sums)
    return found, by_weight, by_bias


# The gradients of these: to PyTorch the moments, which were kept, are constants then.


def _seen(x: Any) -> Any:
    """Look at a gradient in its own shape: PyTorch's kernel sees rows."""
    return None if x is None else do.view(x, tuple(x.shape))


def _layer_twice_by_out(
    grads: Any,
    grad_out: Any,
    input: Any,
    mean: Any,
    rstd: Any,
    weight: Any,
    normalized_shape: Sequence[int],
) -> Any:
    by_input, by_weight, by_bias = grads
    values, dims = (input - mean) * rstd, _layer_dims(input, normalized_shape)
    found = do.zeros_like(grad_out)
    if by_input is not None:
        found = scale(_norm_slope(by_input, values, rstd, dims), weight)
    if by_weight is not None:
        found = found + by_weight * values
    return _seen(found if by_bias is None else found + by_bias)


def _layer_twice_by_weight(
    grads: Any,
    grad_out: Any,
    input: Any,
    mean: Any,
    rstd: Any,
    weight: Any,
    normalized_shape: Sequence[int],
) -> Any:
    if grads[0] is None:
        return None
    values, dims = (input - mean) * rstd, _layer_dims(input, normalized_shape)
    each = grad_out * _norm_slope(grads[0], values, rstd, dims)
    return _seen(do.reshape(_sum(each, tuple(range(dims[0]))), tuple(weight.shape)))


def _layer_twice_by_input(
    grads: Any,
    grad_out: Any,
    input: Any,
    mean: Any,
    rstd: Any,
    weight: Any,
    normalized_shape: Sequence[int],
) -> Any:
    by_input, by_weight, _ = grads
    values, dims = (input - mean) * rstd, _layer_dims(input, normalized_shape)
    found = None
    if by_input is not None:
        weighted = scale(grad_out, weight)
        first, second = (_mean(each * values, dims) for each in (by_input, weighted))
        near, far = by_input - _mean(by_input, dims), weighted - _mean(weighted, dims)
        both = _mean(by_input, dims) * _mean(weighted, dims)
        both = both - _mean(by_input * weighted, dims) + 3 * first * second
        found = rstd * rstd * (values * both - second * near - first * far)
    if by_weight is None:
        return _seen(found)
    more = _norm_slope(grad_out * by_weight, values, rstd, dims)
    return _seen(more if found is None else found + more)


slopes(
    "native_layer_norm_backward",
    lambda grad_out, input, mean, rstd, weight, bias, /, normalized_shape, mask: (  # noqa: A006
        _layer_slopes(grad_out, input, mean, rstd, weight, normalized_shape)
    ),
    ("grad_input", "grad_weight", "grad_bias"),
    of="native_layer_norm",
    inputs=("input", "result1", "result2", "weight", "bias"),
    args=("normalized_shape",),
    node="NativeLayerNormBackwardBackward0",
    grad_out=_layer_twice_by_out,
    input=_layer_twice_by_input,
    mean=lambda grads: None,
    rstd=lambda grads: None,
    weight=_layer_twice_by_weight,
    bias=lambda grads: None,
)


# Weights by length and direction


def _apart(ndim: int, dim: int) -> tuple[int, ...]:
    return tuple(d for d in range(ndim) if d != dim)


def _of_length(v: Array, g: Array, dim: int) -> tuple[Array, Array]:
    square = np.square(v).sum(_apart(v.ndim, dim), keepdims=True)
    length = np.sqrt(square)
    return v * (g / length), length


def _direction_slope(grad: Any, v: Any, g: Any, dim: int, result1: Any) -> Any:
    # To PyTorch too the length is a constant when it differentiates once more.
    along = _sum(grad * v, _apart(len(v.shape), dim)) / (result1 * result1)
    return g / result1 * (grad - v * along)


def _length_slope(grad: Any, v: Any, dim: int, result1: Any) -> Any:
    return _sum(grad * v, _apart(len(v.shape), dim)) / result1


Op(
    "weight_norm_interface",
    lambda v, g, /, dim=0: _of_length(v, g, dim),
    outputs=("result", "result1"),
    v=_direction_slope,
    g=_length_slope,
)
