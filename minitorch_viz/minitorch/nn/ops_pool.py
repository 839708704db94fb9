"""The table's rows that pool lines, images and volumes."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array
from ..table.copies import in_order
from ..table.slopes import NO_SLOPE_LAST, no_slope
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
    """Return what each pool holds: `out`, then `kernel` dimensions, behind others."""
    pads, out = [], []
    ahead = x.ndim - len(kernel)
    for n, k, s, p, d in zip(
        x.shape[ahead:], kernel, stride, padding, dilation, strict=True
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
    dims = len(kernel_size)
    size = self.shape[-dims:]
    places = np.arange(math.prod(size)).reshape(size)
    seen_places = np.broadcast_to(_pools(places, *how, -1), seen.shape)
    flat = (*seen.shape[:-dims], math.prod(seen.shape[-dims:]))
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
    spread = do.max_pool3d_spread if len(kernel_size) > 2 else do.max_pool2d_spread
    return spread(grad, self, result1)


def _rows(x: Array, dims: int) -> Array:
    cut = x.ndim - dims
    return x.reshape(*x.shape[:cut], math.prod(x.shape[cut:]))


def _spread(out: Array, shape: Sizes, indices: Array, dims: int) -> Array:
    whole = np.zeros((math.prod(shape[:-dims]), math.prod(shape[-dims:])), out.dtype)
    rows = np.arange(len(whole))[:, None]
    cut = len(whole), math.prod(indices.shape[-dims:])
    np.add.at(whole, (rows, indices.reshape(cut)), out.reshape(cut))
    return whole.reshape(shape)


def _collected(grad: Any, indices: Any, dims: int) -> Any:
    """Return what lies at the indices' places, of operations as PyTorch's."""
    size, last = tuple(indices.shape), len(indices.shape) - dims
    rows, places = (
        do.view(in_order(x), (*size[:last], math.prod(tuple(x.shape)[last:])))
        for x in (grad, indices)
    )
    return do.view(do.gather(rows, places, last, False), size)


def _picking_rows(dims: int) -> None:
    """Add the rows of pools that pick an element: the maximum, and its way back."""
    name, node = f"max_pool{dims}d", f"MaxPool{dims}DWithIndicesBackward"
    _way_back(name, node, dims)
    _way_back(f"adaptive_{name}", f"AdaptiveMaxPool{dims}DBackward", dims)
    Op(
        name,
        _max_pool,
        node=f"{node}0",
        outputs=("result", "result1"),
        self=_max_pool_slope,
    )
    Op(
        f"adaptive_{name}",
        lambda self, /, output_size: _adaptive_max(self, output_size),
        node=f"AdaptiveMaxPool{dims}DBackward0",
        outputs=("result", "result1"),
        self=lambda grad, self, result1: getattr(do, f"adaptive_{name}_spread")(
            grad, self, result1
        ),
    )
    Op(
        f"max_unpool{dims}d",
        lambda self, indices, /, output_size: _placed(self, indices, output_size),
        node=f"MaxUnpool{dims}DBackward0",
        self=lambda grad, indices: _collected(grad, indices, dims),
    )


def _way_back(name: str, node: str, dims: int) -> None:
    Op(
        f"{name}_spread",
        lambda out, self, indices, /: _spread(out, self.shape, indices, dims),
        node=f"{node}Backward0",
        out=lambda grad, indices: _collected(grad, indices, dims),
        self=no_slope,
        writes=NO_SLOPE_LAST,
    )


def _adaptive_max(x: Array, out: Sizes) -> tuple[Array, Array]:
    dims, size = len(out), x.shape[x.ndim - len(out) :]
    places = np.arange(math.prod(size)).reshape(size)
    shape = (*x.shape[: x.ndim - dims], *out)
    found, where = np.empty(shape, x.dtype), np.empty(shape, np.int64)
    for cell in np.ndindex(out):
        part: Any = tuple(
            slice(at * n // o, -(-(at + 1) * n // o))
            for at, n, o in zip(cell, size, out, strict=True)
        )
        seen = _rows(x[(..., *part)], dims)
        best = seen.argmax(-1)
        where[(..., *cell)] = places[part].reshape(-1)[best]
        found[(..., *cell)] = np.take_along_axis(seen, best[..., None], -1)[..., 0]
    return found, where


def _placed(x: Array, indices: Array, out: Sizes) -> Array:
    whole = np.zeros((*x.shape[: x.ndim - len(out)], math.prod(out)), x.dtype)
    np.put_along_axis(whole, _rows(indices, len(out)), _rows(x, len(out)), -1)
    return whole.reshape(*whole.shape[:-1], *out)


for _dims in (2, 3):
    _picking_rows(_dims)


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
    held = (
        _held(*each, ceil_mode)[not count_include_pad]
        for each in zip(size, kernel_size, stride, padding, strict=True)
    )
    return reduce(np.multiply.outer, held)


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
    how, dims = (kernel_size, stride, padding), len(kernel_size)
    seen = _pools(self, *how, (1,) * dims, ceil_mode, 0)
    total = seen.sum(tuple(range(-dims, 0)), dtype=self.dtype)
    more = ceil_mode, count_include_pad, divisor_override
    found: Array = total / _counts(self.shape[-dims:], *how, *more)
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
    spread = do.avg_pool3d_spread if len(kernel_size) > 2 else do.avg_pool2d_spread
    return spread(grad, self, *how)


def _avg_spread(
    out: Array,
    self: Array,
    /,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Array:
    stride, dims, shape = stride or kernel_size, len(kernel_size), self.shape
    more = ceil_mode, count_include_pad, divisor_override
    part = out / _counts(shape[-dims:], kernel_size, stride, padding, *more)
    alone = part.reshape(*part.shape, *(1,) * dims)
    seen = np.broadcast_to(alone, (*part.shape, *kernel_size))
    grown = [
        max(n + 2 * p, (o - 1) * s + k)
        for n, p, o, s, k in zip(
            shape[-dims:], padding, out.shape[-dims:], stride, kernel_size, strict=True
        )
    ]
    whole = folded(seen, (*shape[:-dims], *grown), kernel_size, stride, (1,) * dims)
    inside: list[Any] = [
        slice(p, p + n) for n, p in zip(shape[-dims:], padding, strict=True)
    ]
    return whole[..., *inside].astype(out.dtype)


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
    collect = do.avg_pool3d if len(kernel_size) > 2 else do.avg_pool2d
    return collect(grad, *how)


def _means(size: int, out: int, kind: Any) -> Array:
    """Return the matrix that takes `out` means, as even as can be, of `size` values."""
    found = np.zeros((out, size), kind)
    for row in range(out):
        start, end = row * size // out, -(-(row + 1) * size // out)
        found[row, start:end] = 1 / (end - start)
    return found


def _adaptive(x: Array, size: Sizes, out: Sizes, back: bool) -> Array:
    for axis, (n, o) in enumerate(zip(size, out, strict=True), x.ndim - len(size)):
        means = _means(n, o, x.dtype)
        turned = np.moveaxis(x, axis, -1) @ (means if back else means.T)
        x = np.moveaxis(turned, -1, axis)
    return np.ascontiguousarray(x)


def _averaging_rows(dims: int) -> None:
    """Add the rows of pools that take means, and their ways back."""
    node = f"AvgPool{dims}DBackward"
    Op(f"avg_pool{dims}d", _avg_pool, node=f"{node}0", self=_avg_pool_slope)
    Op(
        f"avg_pool{dims}d_spread",
        _avg_spread,
        node=f"{node}Backward0",
        out=_avg_collect,
        self=no_slope,
        writes=NO_SLOPE_LAST,
    )
    name = f"adaptive_avg_pool{dims}d"
    Op(
        name,
        lambda self, /, output_size: _adaptive(
            self, self.shape[-dims:], output_size, False
        ),
        node=f"Adaptive{node}0",
        self=lambda grad, self: getattr(do, f"{name}_spread")(grad, self),
    )
    Op(
        f"{name}_spread",
        lambda out, self, /: _adaptive(
            out, self.shape[-dims:], out.shape[-dims:], True
        ),
        node=f"Adaptive{node}Backward0",
        out=lambda grad, out_sym_sizes: getattr(do, name)(grad, out_sym_sizes[-dims:]),
        self=no_slope,
        writes=NO_SLOPE_LAST,
    )


for _dims in (2, 3):
    _averaging_rows(_dims)
