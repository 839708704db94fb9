"""The table's rows that look into images and volumes at places between elements.

A place is looked at through taps: for each dimension which elements, how much of each,
how that changes with the place, and how that does. What a corner weighs is the product
of its taps'.
"""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce
from itertools import product
from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array
from ..table.slopes import slopes

#: Which element along a dimension, how much of it, and its first and second slope.
Tap = tuple[Array, Array, Array, Array]
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
        none = np.zeros_like(place)
        return [(np.rint(place), np.ones_like(place), none, none)]
    first = np.floor(place)
    part, slope, none = place - first, scale * follows, np.zeros_like(place)
    return [(first, 1 - part, -slope, none), (first + 1, part, slope, none)]


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
            bend = 6 * (a + 2) * far - 2 * (a + 3)
        else:
            weight = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
            slope = (3 * a * far - 10 * a) * far + 8 * a
            bend = 6 * a * far - 10 * a
        index, _ = _inside(first + step, size, padding, align)
        slopes = slope * sign * scale, bend * scale * scale
        taps.append((np.floor(index), weight, *slopes))
    return taps


def _corners(input: Array, grid: Array, mode: int, padding: int, align: bool) -> Any:
    """Yield each corner's elements, and a function of how often to differentiate.

    It takes dimensions of the grid, and returns the weight's slope along these.
    """
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
        yield (batch, slice(None), *index), partial(_slope, corner, there)


def _slope(corner: Sequence[Tap], there: Array, *along: int) -> Array:
    """Return a corner's weight, differentiated once along each of these dimensions."""
    last = len(corner) - 1
    orders = [sum(last - d == k for d in along) for k in range(len(corner))]
    parts = [tap[1 + order] for tap, order in zip(corner, orders, strict=True)]
    return np.where(there, reduce(np.multiply, parts), 0)


def _sampled(input: Array, grid: Array, *how: Any) -> Array:
    found: Any = 0
    for where, slope in _corners(input, grid, *how):
        found = found + input[where] * slope()[..., None]
    return np.array(np.moveaxis(found, -1, 1), input.dtype, order="C")


def _to_input(
    grad_output: Array, input: Array, grid: Array, /, mode: int, pad: int, align: Any
) -> Array:
    whole, last = np.zeros_like(input), np.moveaxis(grad_output, 1, -1)
    for where, slope in _corners(input, grid, mode, pad, align):
        np.add.at(whole, where, last * slope()[..., None])
    return whole


def _to_grid(
    grad_output: Array, input: Array, grid: Array, /, mode: int, pad: int, align: Any
) -> Array:
    whole, last = np.zeros_like(grid), np.moveaxis(grad_output, 1, -1)
    for where, slope in _corners(input, grid, mode, pad, align):
        seen = (input[where] * last).sum(-1)
        whole += np.stack([seen * slope(d) for d in range(grid.shape[-1])], -1)
    return whole


# What `_to_grid` gives, moved along `way`: its slopes by each of what it was given


def _along(way: Array, slope: Any, *more: int) -> Any:
    """Return how a corner's weight changes if the grid moves this way."""
    return sum(way[..., d] * slope(d, *more) for d in range(way.shape[-1]))


def _moved(way: Array, grad: Array, input: Array, grid: Array, *how: Any) -> Array:
    found: Any = 0
    for where, slope in _corners(input, grid, *how):
        found = found + input[where] * _along(way, slope)[..., None]
    return np.array(np.moveaxis(found, -1, 1), input.dtype, order="C")


def _moved_to_input(
    way: Array, grad: Array, input: Array, grid: Array, *how: Any
) -> Array:
    whole, last = np.zeros_like(input), np.moveaxis(grad, 1, -1)
    for where, slope in _corners(input, grid, *how):
        np.add.at(whole, where, last * _along(way, slope)[..., None])
    return whole


def _moved_to_grid(
    way: Array, grad: Array, input: Array, grid: Array, *how: Any
) -> Array:
    whole, last = np.zeros_like(grid), np.moveaxis(grad, 1, -1)
    for where, slope in _corners(input, grid, *how):
        seen = (input[where] * last).sum(-1)
        each = [seen * _along(way, slope, d) for d in range(grid.shape[-1])]
        whole += np.stack(each, -1)
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
    _back_rows(name, f"{node}Backward0")
    _add_slopes(name, f"{node}Backward0")


def _add_slopes(name: str, node: str) -> None:
    """Make the row of both gradients at once; the nearest pixel has none by place."""

    def both(
        grad_output: Array,
        input: Array,
        grid: Array,
        /,
        interpolation_mode: int,
        padding_mode: int,
        align_corners: bool,
        output_mask: Sequence[bool],
    ) -> tuple[Any, ...]:
        how = interpolation_mode, padding_mode, align_corners
        inputs = grad_output, input, grid
        each = zip((_to_input, _to_grid), output_mask, strict=True)
        return tuple(run(*inputs, *how) if want else None for run, want in each)

    def again(kind: str) -> Any:
        def run(
            grads: Any,
            grad_output: Any,
            input: Any,
            grid: Any,
            interpolation_mode: int,
            padding_mode: int,
            align_corners: bool,
        ) -> Any:
            how = interpolation_mode, padding_mode, align_corners
            by_input, by_grid = grads
            found = None
            if by_input is not None and kind == "":
                found = getattr(do, name)(by_input, grid, *how)
            if by_input is not None and kind == "_to_grid":
                to_grid = getattr(do, f"{name}_to_grid")
                found = to_grid(grad_output, by_input, grid, *how)
            if by_grid is None or interpolation_mode == NEAREST:
                return found
            moved = getattr(do, f"{name}_moved{kind}")
            more = moved(by_grid, grad_output, input, grid, *how)
            if kind == "_to_input":
                more = do.view(more, tuple(more.shape))
            return more if found is None else found + more

        return run

    slopes(
        f"{name}_backward",
        both,
        ("grad_input", "grad_grid"),
        of=name,
        inputs=("input", "grid"),
        args=("interpolation_mode", "padding_mode", "align_corners"),
        node=node,
        grad_output=again(""),
        input=again("_to_input"),
        grid=again("_to_grid"),
    )


def _back_rows(name: str, node: str) -> None:
    """Make the rows of what flows back to the image and to the grid."""

    def again(kind: str) -> Any:
        def run(
            grad: Any,
            grad_output: Any,
            input: Any,
            grid: Any,
            mode: int,
            pad: int,
            align: Any,
        ) -> Any:
            inputs = grad, grad_output, input, grid
            return getattr(do, f"{name}_moved{kind}")(*inputs, mode, pad, align)

        return run

    Op(
        f"{name}_to_input",
        _to_input,
        node=node,
        grad_output=lambda grad, grid, mode, pad, align: getattr(do, name)(
            grad, grid, mode, pad, align
        ),
        input=lambda grad: do.zeros_like(grad),
        grid=lambda grad, grad_output, grid, mode, pad, align: getattr(
            do, f"{name}_to_grid"
        )(grad_output, grad, grid, mode, pad, align),
    )
    Op(
        f"{name}_to_grid",
        _to_grid,
        node=node,
        grad_output=again(""),
        input=again("_to_input"),
        grid=again("_to_grid"),
    )
    for kind, run in (
        ("", _moved),
        ("_to_input", _moved_to_input),
        ("_to_grid", _moved_to_grid),
    ):
        _last_row(f"{name}_moved{kind}", run)


def _last_row(name: str, run: Any) -> None:
    def unknown(grad: Any) -> Any:
        raise NotImplementedError("minitorch knows no third derivative of grid_sample")

    def forward(
        way: Array,
        grad_output: Array,
        input: Array,
        grid: Array,
        /,
        mode: int,
        pad: int,
        align: Any,
    ) -> Any:
        return run(way, grad_output, input, grid, mode, pad, align)

    Op(name, forward, way=unknown, grad_output=unknown, input=unknown, grid=unknown)


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
    theta=lambda grad, size, align_corners: _by_theta(grad, size, align_corners),
)


def _by_theta(grad: Any, size: tuple[int, ...], align: bool) -> Any:
    rows = do.reshape(grad, (size[0], -1, len(size) - 2))
    base = _base(size, align, getattr(grad, "_array", grad).dtype).T
    each = np.broadcast_to(base, (size[0], *base.shape))
    return do.transpose(do.bmm(each, rows), 1, 2)
