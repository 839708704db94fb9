"""The table's row for a norm over groups of channels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array, in_rows
from .moments import moments, scale
from .ops_norm import (
    _channels,
    _norm_slope,
    _per_channel,
    _per_channel_sum,
    _standard,
)

# Groups of channels: each row of (batch, group, the rest) is normalised. PyTorch's
# node names its settings N, C and HxW.
# ruff: noqa: N803


def _grouped(values: Any, group: int) -> Any:
    shape = values.shape
    size = math.prod(shape[1:]) // group
    return do.reshape(values, (shape[0], group, size))


def _group_norm(
    input: Array,
    weight: Any,
    bias: Any,
    /,
    N: int,
    C: int,
    HxW: int,
    group: int,
    eps: float,
) -> tuple[Array, Array, Array]:
    x = _grouped(input, group)
    mean, _, rstd = moments(x, (2,), eps, np.float64)
    found = ((x - mean) * rstd).reshape(input.shape)
    found = scale(found, _channels(weight, input.ndim))
    if bias is not None:
        found = found + _channels(bias, input.ndim)
    found = in_rows(found.astype(input.dtype, copy=False), input)
    return found, mean[..., 0], rstd[..., 0]


def _group_standard(
    x: Any, mean: Any, rstd: Any, group: int, eps: float
) -> tuple[Any, Any]:
    mean, rstd = (do.reshape(each, (*each.shape, 1)) for each in (mean, rstd))
    found: tuple[Any, Any] = _standard(_grouped(x, group), (2,), mean, rstd, eps)
    return found


def _group_input(
    grad: Any,
    input: Any,
    weight: Any,
    result1: Any,
    result2: Any,
    N: int,
    C: int,
    HxW: int,
    group: int,
    eps: float,
) -> Any:
    values, rstd = _group_standard(input, result1, result2, group, eps)
    scaled = _grouped(scale(grad, _channels(weight, grad.ndim)), group)
    return do.reshape(_norm_slope(scaled, values, rstd, (2,)), tuple(input.shape))


def _group_weight(
    grad: Any,
    input: Any,
    weight: Any,
    result1: Any,
    result2: Any,
    group: int,
    eps: float,
) -> Any:
    values, _ = _group_standard(input, result1, result2, group, eps)
    return _per_channel(grad * do.reshape(values, tuple(input.shape)))


def _group_bias(grad: Any, input: Any, weight: Any, result1: Any, result2: Any) -> Any:
    return _per_channel_sum(grad)


Op(
    "native_group_norm",
    _group_norm,
    outputs=("result", "result1", "result2"),
    input=_group_input,
    weight=_group_weight,
    bias=_group_bias,
)
