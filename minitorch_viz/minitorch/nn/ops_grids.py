"""The table's rows that look into images and volumes at places between elements.

A place is looked at through taps: for each dimension which elements, how much of each,
and how that changes with the place. What a corner weighs is the product of its taps'.
"""

from __future__ import annotations

from functools import reduce
from itertools import product
from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array

#: Which element along a dimension, how much of it, and how that changes.
Tap = tuple[Array, Array, Array]
ZEROS, BORDER, REFLECTION = range(3)
BILINEAR, NEAREST, BICUBIC = range(3)


def _placed(at: Array, size: int, align: bool) -> tuple[Array, float]:
    """Return a place in elements, for one in -1 .. 1, and how many elements a 1 is."""
    if align:
        return (at + 1) / 2 * (size - 1), (size - 1) / 2
    return ((at + 1) * size - 1) / 2, size / 2


def _inside(at: Array, size: int, padding: int, align: bool) -> tuple[Array, Array]:
    """Return a place brought inside as the padding says, and how it follows `at`."""
    follows = np.ones_like(at)
    if padding == ZEROS:
        return at, follows
    if padding == REFLECTION:
        low, high = (0.0, size - 1.0) if align else (-0.5, size - 0.5)
        span = high - low
        if not span:
            return np.zeros_like(at), np.zeros_like(at)
        away = np.abs(at - low)
        flipped = np.floor(away / span) % 2 == 1
        extra = np.fmod(away, span)
        follows = np.where(at < low, -1, 1) * np.where(flipped, -1, 1)
        at = np.where(flipped, span - extra, extra) + low
    follows = np.where((at <= 0) | (at >= size - 1), 0, follows)
    return np.clip(at, 0, size - 1), follows


def _taps(at: Array, size: int, mode: int, padding: int, align: bool) -> list[Tap]:
    """Return through which elements a dimension of the grid looks."""
    place, scale = _placed(at, size, align)
    if mode == BICUBIC:
        return _cubic(place, scale, size, padding, align)
    place, follows = _inside(place, size, padding, align)
    if mode == NEAREST:
        return [(np.rint(place), np.ones_like(place), np.zeros_like(place))]
    first = np.floor(place)
    part, slope = place - first, scale * follows
    return [(first, 1 - part, -slope), (first + 1, part, slope)]


def _cubic(
    place: Array, scale: float, size: int, padding: int, align: bool
) -> list[Tap]:
    first, a = np.floor(place), -0.75
    part = place - first
    taps = []
    for step in range(-1, 3):
        far = np.abs(part - step)
        sign = np.where(part >= step, 1.0, -1.0)
        if step in (0, 1):
            weight = ((a + 2) * far - (a + 3)) * far * far + 1
            slope = (3 * (a + 2) * far - 2 * (a + 3)) * far
        else:
            weight = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
            slope = (3 * a * far - 10 * a) * far + 8 * a
        index, _ = _inside(first + step, size, padding, align)
        taps.append((np.floor(index), weight, slope * sign * scale))
    return taps


def _corners(input: Array, grid: Array, mode: int, padding: int, align: bool) -> Any:
    """Yield each corner's elements, weights and slopes along the grid's dimensions."""
    sizes = input.shape[2:]
    dims = len(sizes)
    # The grid names the last dimension first.
    ways = [
        _taps(grid[..., dims - 1 - d], sizes[d], mode, padding, align)
        for d in range(dims)
    ]
    batch = np.arange(len(input)).reshape(-1, *(1,) * dims)
    for corner in product(*ways):
        there = reduce(
            np.logical_and,
            [
                (tap[0] >= 0) & (tap[0] < n)
                for tap, n in zip(corner, sizes, strict=True)
            ],
        )
        index = [
            np.clip(np.nan_to_num(tap[0]), 0, n - 1).astype(int)
            for tap, n in zip(corner, sizes, strict=True)
        ]
        weights = [tap[1] for tap in corner]
        weight = np.where(there, reduce(np.multiply, weights), 0)
        slopes = []
        for d in reversed(range(dims)):
            others = [w for k, w in enumerate(weights) if k != d]
            slopes.append(np.where(there, reduce(np.multiply, others, corner[d][2]), 0))
        yield (batch, slice(None), *index), weight, slopes


def _sampled(input: Array, grid: Array, *how: Any) -> Array:
    found: Any = 0
    for where, weight, _ in _corners(input, grid, *how):
        found = found + input[where] * weight[..., None]
    return np.array(np.moveaxis(found, -1, 1), input.dtype, order="C")


def _to_input(grad: Array, input: Array, grid: Array, *how: Any) -> Array:
    whole, last = np.zeros_like(input), np.moveaxis(grad, 1, -1)
    for where, weight, _ in _corners(input, grid, *how):
        np.add.at(whole, where, last * weight[..., None])
    return whole


def _to_grid(grad: Array, input: Array, grid: Array, *how: Any) -> Array:
    whole, last = np.zeros_like(grid), np.moveaxis(grad, 1, -1)
    for where, _, slopes in _corners(input, grid, *how):
        seen = (input[where] * last).sum(-1)
        whole += np.stack([seen * slope for slope in slopes], -1)
    return whole


def _sampler_rows(dims: int) -> None:
    name, node = f"grid_sampler_{dims}d", f"GridSampler{dims}DBackward"

    def forward(
        input: Array,
        grid: Array,
        /,
        interpolation_mode: int,
        padding_mode: int,
        align_corners: bool,
    ) -> Array:
        return _sampled(input, grid, interpolation_mode, padding_mode, align_corners)

    def slope(to: str) -> Any:
        def run(
            grad: Any,
            input: Any,
            grid: Any,
            interpolation_mode: int,
            padding_mode: int,
            align_corners: bool,
        ) -> Any:
            how = interpolation_mode, padding_mode, align_corners
            return getattr(do, f"{name}_to_{to}")(grad, input, grid, *how)

        return run

    Op(name, forward, node=f"{node}0", input=slope("input"), grid=slope("grid"))
    for to, run in (("input", _to_input), ("grid", _to_grid)):
        _back_row(f"{name}_to_{to}", f"{node}Backward0", run)


def _back_row(name: str, node: str, run: Any) -> None:
    def unknown(grad: Any) -> Any:
        raise NotImplementedError("minitorch knows no second derivative of grid_sample")

    def forward(
        grad_output: Array,
        input: Array,
        grid: Array,
        /,
        mode: int,
        pad: int,
        align: Any,
    ) -> Any:
        return run(grad_output, input, grid, mode, pad, align)

    Op(name, forward, node=node, grad_output=unknown, input=unknown, grid=unknown)


for _dims in (2, 3):
    _sampler_rows(_dims)


def _base(size: tuple[int, ...], align: bool, kind: Any) -> Array:
    """Return where the elements of an image are, in -1 .. 1, and a 1 each: rows."""
    ways = []
    for n in size[2:]:
        line = np.linspace(-1, 1, n) if n > 1 else np.zeros(n)
        ways.append(line if align else line * (n - 1) / n)
    places = np.meshgrid(*ways, indexing="ij")[::-1]
    return (
        np.stack([*places, np.ones_like(places[0])], -1)
        .reshape(-1, len(places) + 1)
        .astype(kind)
    )


Op(
    "affine_grid_generator",
    lambda theta, /, size, align_corners: (
        _base(size, align_corners, theta.dtype) @ theta.swapaxes(1, 2)
    ).reshape(len(theta), *size[2:], len(size) - 2),
    theta=lambda grad, size, align_corners: do.transpose(
        do.matmul(
            _base(size, align_corners, np.float64).T.astype(_kind(grad)),
            do.reshape(grad, (size[0], -1, len(size) - 2)),
        ),
        1,
        2,
    ),
)


def _kind(x: Any) -> Any:
    return getattr(x, "_array", x).dtype
