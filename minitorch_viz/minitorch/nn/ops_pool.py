"""The table's rows that pool and pad images."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import OPS, Op, do
from ..storage import Array
from ..table.fills import written
from .ops_conv import Sizes, folded, padded, windows


def pooled_size(
    size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> int:
    """Return at how many places a pooling kernel looks.

    >>> pooled_size(5, 2, 2, 0, 1, False), pooled_size(5, 2, 2, 0, 1, True)
    (2, 3)
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    out = (room + (stride - 1) * ceil_mode) // stride + 1
    # The last place must start inside the image or its padding on the left.
    return out - (ceil_mode and (out - 1) * stride >= size + padding)


def _pools(
    x: Array,
    kernel: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
    fill: Any,
) -> Array:
    """Return what each pool holds: (.., out, out, kernel, kernel)."""
    pads, out = [], []
    for n, k, s, p, d in zip(
        x.shape[-2:], kernel, stride, padding, dilation, strict=True
    ):
        out.append(pooled_size(n, k, s, p, d, ceil_mode))
        extent = (out[-1] - 1) * s + d * (k - 1) + 1
        pads.append((p, max(0, extent - n - p)))
    return windows(padded(x, pads, fill), kernel, stride, dilation, tuple(out))


def _lowest(x: Array) -> Any:
    return -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min


def _max_pool(
    self: Array,
    /,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
) -> tuple[Array, Array]:
    how = kernel_size, stride or kernel_size, padding, dilation, ceil_mode
    seen = _pools(self, *how, _lowest(self))
    places = np.arange(math.prod(self.shape[-2:])).reshape(self.shape[-2:])
    seen_places = np.broadcast_to(_pools(places, *how, -1), seen.shape)
    flat = (*seen.shape[:-2], -1)
    seen, seen_places = seen.reshape(flat), seen_places.reshape(flat)
    # A place in the padding is never the greatest, not even of an image of -inf.
    best = np.where(seen_places < 0, 0, 1) * (seen == seen.max(-1, keepdims=True))
    best = np.where(np.isnan(seen).any(-1, keepdims=True), np.isnan(seen), best)
    where = best.argmax(-1)[..., None]
    found = (
        np.take_along_axis(each, where, -1)[..., 0] for each in (seen, seen_places)
    )
    return tuple(found)  # type: ignore[return-value]


def _max_pool_slope(
    grad: Any,
    self: Any,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
    result1: Any,
) -> Any:
    """Give each gradient to where the greatest was; the settings are only kept."""
    return do.max_pool_spread(grad, result1, tuple(self.shape))


Op(
    "max_pool2d",
    _max_pool,
    node="MaxPool2DWithIndicesBackward0",
    outputs=("result", "result1"),
    self=_max_pool_slope,
)
Op(
    "max_pool_spread",
    lambda out, indices, /, shape: _spread(out, indices, shape),
    node="MaxPool2DWithIndicesBackwardBackward0",
    out=lambda grad, indices: do.max_pool_collect(grad, indices),
)
Op(
    "max_pool_collect",
    lambda self, indices, /: np.take_along_axis(
        _flat(self), _flat(indices), -1
    ).reshape(indices.shape),
    node="GatherBackward0",
    self=lambda grad, indices, self_sym_sizes: do.max_pool_spread(
        grad, indices, self_sym_sizes
    ),
)


def _flat(x: Array) -> Array:
    return x.reshape(*x.shape[:-2], -1)


def _spread(out: Array, indices: Array, shape: Sizes) -> Array:
    whole = np.zeros((math.prod(shape[:-2]), math.prod(shape[-2:])), out.dtype)
    rows = np.arange(len(whole))[:, None]
    cut = len(whole), -1
    np.add.at(whole, (rows, indices.reshape(cut)), out.reshape(cut))
    return whole.reshape(shape)


# Means


def _held(size: int, kernel: int, stride: int, padding: int, ceil: bool) -> list[Any]:
    """Return how many elements pools hold along a dimension, with and without pads."""
    starts = np.arange(pooled_size(size, kernel, stride, padding, 1, ceil)) * stride
    starts = starts - padding
    ends = np.minimum(starts + kernel, size + padding)
    inside = np.minimum(ends, size) - np.maximum(starts, 0)
    return [ends - starts, inside]


def _counts(
    size: Sizes,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Any:
    if divisor_override is not None:
        return divisor_override
    rows, columns = (
        _held(*each, ceil_mode)[not count_include_pad]
        for each in zip(size, kernel_size, stride, padding, strict=True)
    )
    return rows[:, None] * columns


def _avg_pool(
    self: Array,
    /,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Array:
    stride = stride or kernel_size
    how = kernel_size, stride, padding
    total = _pools(self, *how, (1, 1), ceil_mode, 0).sum((-2, -1), dtype=self.dtype)
    more = ceil_mode, count_include_pad, divisor_override
    found: Array = total / _counts(self.shape[-2:], *how, *more)
    return found.astype(self.dtype, copy=False)


def _avg_pool_slope(
    grad: Any,
    self: Any,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Any:
    how = kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    return do.avg_pool_spread(grad, tuple(self.shape), *how)


def _avg_spread(
    out: Array,
    /,
    shape: Sizes,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Array:
    stride = stride or kernel_size
    more = ceil_mode, count_include_pad, divisor_override
    part = out / _counts(shape[-2:], kernel_size, stride, padding, *more)
    seen = np.broadcast_to(part[..., None, None], (*part.shape, *kernel_size))
    grown = [
        max(n + 2 * p, (o - 1) * s + k)
        for n, p, o, s, k in zip(
            shape[-2:], padding, out.shape[-2:], stride, kernel_size, strict=True
        )
    ]
    whole = folded(seen, (*shape[:-2], *grown), kernel_size, stride, (1, 1))
    rows, columns = (slice(p, p + n) for n, p in zip(shape[-2:], padding, strict=True))
    return whole[..., rows, columns].astype(out.dtype)


def _avg_collect(
    grad: Any,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Any:
    how = kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    return do.avg_pool2d(grad, *how)


Op("avg_pool2d", _avg_pool, node="AvgPool2DBackward0", self=_avg_pool_slope)
Op(
    "avg_pool_spread",
    _avg_spread,
    node="AvgPool2DBackwardBackward0",
    out=_avg_collect,
)


def _means(size: int, out: int, kind: Any) -> Array:
    """Return the matrix that takes `out` means, as even as can be, of `size` values."""
    found = np.zeros((out, size), kind)
    for row in range(out):
        start, end = row * size // out, -(-(row + 1) * size // out)
        found[row, start:end] = 1 / (end - start)
    return found


def _adaptive(x: Array, size: Sizes, out: Sizes, back: bool) -> Array:
    left, right = (_means(*each, x.dtype) for each in zip(size, out, strict=True))
    return left.T @ x @ right if back else left @ x @ right.T


Op(
    "adaptive_avg_pool2d",
    lambda self, /, output_size: _adaptive(self, self.shape[-2:], output_size, False),
    node="AdaptiveAvgPool2DBackward0",
    self=lambda grad, self: do.adaptive_avg_spread(grad, tuple(self.shape[-2:])),
)
Op(
    "adaptive_avg_spread",
    lambda out, /, size: _adaptive(out, size, out.shape[-2:], True),
    node="AdaptiveAvgPool2DBackwardBackward0",
    out=lambda grad, out_sym_sizes: do.adaptive_avg_pool2d(grad, out_sym_sizes[-2:]),
)


# Padding: `pad` names the last dimension first, (left, right, top, bottom)


def _pairs(pad: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(pad[::2], pad[1::2], strict=True))[::-1]


def _constant_pad(self: Array, /, pad: Sizes, value: float) -> Array:
    pairs = _pairs(pad)
    cut: list[Any] = [
        slice(max(0, -before), n + min(0, after))
        for n, (before, after) in zip(self.shape[-len(pairs) :], pairs, strict=True)
    ]
    grow = [(max(0, before), max(0, after)) for before, after in pairs]
    return np.array(padded(self[..., *cut], grow, value))


Op(
    "constant_pad_nd",
    _constant_pad,
    self=lambda grad, pad: do.constant_pad_nd(grad, tuple(-n for n in pad), 0.0),
)


def _mirrored(size: int, before: int, after: int) -> Array:
    places = np.abs(np.arange(-before, size + after))
    return np.where(places >= size, 2 * (size - 1) - places, places)


def _repeated(size: int, before: int, after: int) -> Array:
    return np.clip(np.arange(-before, size + after), 0, size - 1)


def _pad_row(name: str, node: str, where: Any) -> None:
    def forward(self: Array, /, padding: Sizes) -> Array:
        pairs = _pairs(padding)
        for dim, pair in enumerate(pairs, -len(pairs)):
            self = self.take(where(self.shape[dim], *pair), dim)
        return self

    def slope(grad: Any, self: Any, padding: Sizes) -> Any:
        for back, pair in enumerate(_pairs(padding)[::-1], 1):
            dim = len(grad.shape) - back
            size = (*grad.shape[:dim], self.shape[dim], *grad.shape[dim + 1 :])
            places = where(size[dim], *pair)
            grad = do.index_add(do.new_zeros(grad, size), places, grad, dim)
        return grad

    Op(name, forward, node=node, self=slope)


for _dims in (1, 2, 3):
    _pad_row(f"reflection_pad{_dims}d", f"ReflectionPad{_dims}DBackward0", _mirrored)
    _pad_row(f"replication_pad{_dims}d", f"ReplicationPad{_dims}DBackward0", _repeated)
OPS["constant_pad_nd"].leave = written(2)
