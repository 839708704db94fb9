"""The table's rows that mix an image's channels and lay its patches out."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array
from ..table.slopes import slope
from .ops_conv import Sizes, folded, padded, swept_size, windows


def _shuffled(x: Array, factor: int) -> Array:
    *batch, channels, height, width = x.shape
    parts = x.reshape(*batch, channels // factor**2, factor, factor, height, width)
    b = len(batch)
    order = (*range(b + 1), b + 3, b + 1, b + 4, b + 2)
    size = channels // factor**2, height * factor, width * factor
    return parts.transpose(order).reshape(*batch, *size)


def _unshuffled(x: Array, factor: int) -> Array:
    *batch, channels, height, width = x.shape
    rows, columns = height // factor, width // factor
    parts = x.reshape(*batch, channels, rows, factor, columns, factor)
    b = len(batch)
    order = (*range(b + 1), b + 2, b + 4, b + 1, b + 3)
    return parts.transpose(order).reshape((*batch, channels * factor**2, rows, columns))


Op(
    "pixel_shuffle",
    lambda self, /, upscale_factor: _shuffled(self, upscale_factor),
    self=lambda grad, upscale_factor: do.pixel_unshuffle(grad, upscale_factor),
)
Op(
    "pixel_unshuffle",
    lambda self, /, downscale_factor: _unshuffled(self, downscale_factor),
    self=lambda grad, downscale_factor: do.pixel_shuffle(grad, downscale_factor),
)


def _dealt(x: Array, groups: int) -> Array:
    batch, channels, *rest = x.shape
    split = x.reshape(batch, groups, channels // groups, *rest)
    found: Array = split.swapaxes(1, 2).copy().reshape(x.shape)
    return found


Op(
    "channel_shuffle",
    lambda self, /, groups: _dealt(self, groups),
    self=lambda grad, groups: do.channel_shuffle(grad, grad.shape[1] // groups),
)


# Patches as columns, and back


def _patches(
    x: Array, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes
) -> Array:
    if x.ndim == 3:
        found: Array = _patches(x[None], kernel_size, dilation, padding, stride)[0]
        return found
    moves = zip(x.shape[2:], kernel_size, stride, padding, dilation, strict=True)
    out = tuple(swept_size(*each) for each in moves)
    grown = padded(x, [(p, p) for p in padding])
    seen = windows(grown, kernel_size, stride, dilation, out)
    rows = x.shape[1] * int(np.prod(kernel_size))
    columns = int(np.prod(out))
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(x.shape[0], rows, columns)


def _from_patches(
    x: Array,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes,
    padding: Sizes,
    stride: Sizes,
) -> Array:
    if x.ndim == 2:
        how = output_size, kernel_size, dilation, padding, stride
        found: Array = _from_patches(x[None], *how)[0]
        return found
    moves = zip(output_size, kernel_size, stride, padding, dilation, strict=True)
    out = tuple(swept_size(*each) for each in moves)
    channels = x.shape[1] // int(np.prod(kernel_size))
    seen = x.reshape(x.shape[0], channels, *kernel_size, *out)
    grown = tuple(n + 2 * p for n, p in zip(output_size, padding, strict=True))
    whole = folded(
        seen.transpose(0, 1, 4, 5, 2, 3),
        (x.shape[0], channels, *grown),
        kernel_size,
        stride,
        dilation,
    )
    inside: list[Any] = [
        slice(p, p + n) for p, n in zip(padding, output_size, strict=True)
    ]
    return whole[..., *inside].copy()


Op(
    "im2col",
    lambda self, /, kernel_size, dilation, padding, stride: _patches(
        self, kernel_size, dilation, padding, stride
    ),
    node="Im2ColBackward0",
    self=lambda grad, self_sym_sizes, kernel_size, dilation, padding, stride: do.col2im(
        grad, self_sym_sizes[-2:], kernel_size, dilation, padding, stride
    ),
)
Op(
    "col2im",
    lambda self, /, output_size, kernel_size, dilation, padding, stride: _from_patches(
        self, output_size, kernel_size, dilation, padding, stride
    ),
    node="Col2ImBackward0",
    self=lambda grad, kernel_size, dilation, padding, stride: do.im2col(
        grad, kernel_size, dilation, padding, stride
    ),
)


# A bilinear form, and a gate


Op(
    "trilinear",
    lambda i1, i2, i3, /: np.einsum("bi,oij,bj->bo", i1, i2, i3),
    i1=lambda grad, i2, i3: do.paired(grad, i2, i3, "bo,oij,bj->bi"),
    i2=lambda grad, i1, i3: do.paired(grad, i1, i3, "bo,bi,bj->oij"),
    i3=lambda grad, i1, i2: do.paired(grad, i1, i2, "bo,bi,oij->bj"),
)


def _swapped(spec: str, place: int) -> str:
    """Return the sum of products that is a sum of products' own gradient."""
    left, right = spec.split("->")
    parts = left.split(",")
    wanted, parts[place] = parts[place], right
    return f"{','.join(parts)}->{wanted}"


Op(
    "paired",
    lambda a, b, c, /, spec: np.array(np.einsum(spec, a, b, c), order="C"),
    node="TrilinearBackward0",
    a=lambda grad, b, c, spec: do.paired(grad, b, c, _swapped(spec, 0)),
    b=lambda grad, a, c, spec: do.paired(a, grad, c, _swapped(spec, 1)),
    c=lambda grad, a, b, spec: do.paired(a, b, grad, _swapped(spec, 2)),
)


def _halves(x: Any, dim: int) -> tuple[Any, Any]:
    size = x.shape[dim] // 2
    return do.narrow(x, dim, 0, size), do.narrow(x, dim, size, size)


def _gated(x: Any, dim: int) -> Any:
    value, gate = _halves(x, dim)
    return value * do.sigmoid(gate)


def _gate_slope(grad_output: Any, self: Any, /, dim: int) -> Any:
    value, gate = _halves(self, dim)
    share = do.sigmoid(gate)
    by_gate = grad_output * value * share * (1 - share)
    return do.cat([grad_output * share, by_gate], dim)


slope("glu_backward", _gate_slope)
Op(
    "glu",
    lambda self, /, dim: _gated(self, dim),
    self=lambda grad, self, dim: do.glu_backward(grad, self, dim),
)
