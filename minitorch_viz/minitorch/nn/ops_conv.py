"""The table's rows for convolutions: sweep a kernel, spread through it, match two.

The three undo each other: the gradient of each is the other two, and so is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array, window
from ..table.slopes import slopes

Sizes = tuple[int, ...]


def swept_size(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """Return at how many places a kernel fits.

    >>> swept_size(5, 2, 2, 0, 1)
    2
    """
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def spread_size(
    size: int, kernel: int, stride: int, padding: int, dilation: int, more: int
) -> int:
    """Return how far `size` elements reach, each spread through a kernel.

    >>> spread_size(2, 2, 2, 0, 1, 1)
    5
    """
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + more


def padded(x: Array, pads: Sequence[tuple[int, int]], fill: Any = 0) -> Array:
    """Return `x` with rows and columns of `fill` around its last dimensions.

    >>> padded(np.ones((1, 2)), [(1, 0)])
    array([[0., 1., 1.]])
    """
    if not any(map(any, pads)):
        return np.ascontiguousarray(x)
    pads = [(0, 0)] * (x.ndim - len(pads)) + list(pads)
    return np.pad(x, pads, constant_values=fill)


def windows(
    x: Array, kernel: Sizes, stride: Sizes, dilation: Sizes, out: Sizes
) -> Array:
    """Return what a kernel sees at every place: `out`, then `kernel` dimensions.

    >>> windows(np.arange(3.0)[None, None], (2,), (1,), (1,), (2,)).tolist()
    [[[[0.0, 1.0], [1.0, 2.0]]]]
    """
    ahead = x.ndim - len(kernel)
    steps = x.strides[ahead:]
    places = tuple(s * n for s, n in zip(steps, stride, strict=True))
    inner = tuple(s * n for s, n in zip(steps, dilation, strict=True))
    shape = (*x.shape[:ahead], *out, *kernel)
    return window(x, shape, (*x.strides[:ahead], *places, *inner))


def folded(
    seen: Array, shape: Sizes, kernel: Sizes, stride: Sizes, dilation: Sizes
) -> Array:
    """Add what `windows` sees back to where it was seen, in an array of `shape`.

    >>> folded(np.ones((1, 1, 2, 2)), (1, 1, 3), (2,), (1,), (1,)).tolist()
    [[[1.0, 2.0, 1.0]]]
    """
    whole = np.zeros(shape, seen.dtype)
    count = len(kernel)
    out = seen.shape[-2 * count : -count]
    for place in product(*map(range, kernel)):
        where: Any = tuple(
            slice(p * d, p * d + (n - 1) * s + 1, s)
            for p, d, n, s in zip(place, dilation, out, stride, strict=True)
        )
        there: Any = (..., *place)
        whole[..., *where] += seen[there]
    return whole


@dataclass(frozen=True, slots=True)
class Sweep:
    """How a kernel moves over an image."""

    stride: Sizes
    padding: Sizes
    dilation: Sizes
    groups: int

    def places(self, size: Sizes, kernel: Sizes) -> Sizes:
        """Return at how many places a kernel fits, along each dimension."""
        ways = size, kernel, self.stride, self.padding, self.dilation
        return tuple(swept_size(*each) for each in zip(*ways, strict=True))

    def columns(self, x: Array, kernel: Sizes, out: Sizes) -> Array:
        """Return what the kernel sees as (batch, group, elements, places)."""
        grown = padded(x, [(p, p) for p in self.padding])
        seen = windows(grown, kernel, self.stride, self.dilation, out)
        batch, channels, dims = x.shape[0], x.shape[1], len(kernel)
        order = (0, 1, *range(2 + dims, 2 + 2 * dims), *range(2, 2 + dims))
        elements = channels // self.groups * int(np.prod(kernel))
        return seen.transpose(order).reshape(
            batch, self.groups, elements, int(np.prod(out))
        )

    def rows(self, x: Array) -> Array:
        """Return an image, or a weight per group, as (.., group, channels, places)."""
        shape = x.shape[0], self.groups, x.shape[1] // self.groups
        return x.reshape(*shape, int(np.prod(x.shape[2:])))

    def matrix(self, weight: Array) -> Array:
        """Return a weight as (group, channels out, elements)."""
        out = weight.shape[0] // self.groups
        return weight.reshape(self.groups, out, int(np.prod(weight.shape[1:])))


def _sweep(x: Array, weight: Array, sweep: Sweep, out: Sizes) -> Array:
    columns = sweep.columns(x, weight.shape[2:], out)
    # Memory of its own: what looks into another array's is a view.
    found = np.empty((x.shape[0], weight.shape[0], *out), np.result_type(x, weight))
    np.matmul(sweep.matrix(weight), columns, out=sweep.rows(found))
    return found


def _spread(out: Array, weight: Array, sweep: Sweep, size: Sizes) -> Array:
    kernel = weight.shape[2:]
    found = sweep.matrix(weight).swapaxes(1, 2) @ sweep.rows(out)
    batch, channels = out.shape[0], weight.shape[1] * sweep.groups
    found = found.reshape(batch, channels, *kernel, *out.shape[2:])
    dims = len(kernel)
    order = (0, 1, *range(2 + dims, 2 + 2 * dims), *range(2, 2 + dims))
    grown = tuple(n + 2 * p for n, p in zip(size, sweep.padding, strict=True))
    whole = folded(
        found.transpose(order),
        (batch, channels, *grown),
        kernel,
        sweep.stride,
        sweep.dilation,
    )
    inside: list[Any] = [
        slice(p, p + n) for n, p in zip(size, sweep.padding, strict=True)
    ]
    return whole[..., *inside].copy()


def _match(out: Array, x: Array, sweep: Sweep, kernel: Sizes) -> Array:
    seen = sweep.columns(x, kernel, out.shape[2:])
    found: Array = (sweep.rows(out) @ seen.swapaxes(2, 3)).sum(0)
    return found.reshape(out.shape[1], x.shape[1] // sweep.groups, *kernel)


# What `convolution` and its gradients are made of.

Op(
    "convolution_sweep",
    lambda self, weight, /, sweep, out: _sweep(self, weight, sweep, out),
    node="ConvolutionBackwardBackward0",
    self=lambda grad, self_sym_sizes, weight, sweep: do.convolution_spread(
        grad, weight, sweep, self_sym_sizes[2:]
    ),
    weight=lambda grad, self, weight_sym_sizes, sweep: do.convolution_match(
        grad, self, sweep, weight_sym_sizes[2:]
    ),
)
Op(
    "convolution_spread",
    lambda out, weight, /, sweep, size: _spread(out, weight, sweep, size),
    node="ConvolutionBackwardBackward0",
    out=lambda grad, weight, sweep, out_sym_sizes: do.convolution_sweep(
        grad, weight, sweep, out_sym_sizes[2:]
    ),
    weight=lambda grad, out, weight_sym_sizes, sweep: do.convolution_match(
        out, grad, sweep, weight_sym_sizes[2:]
    ),
)
Op(
    "convolution_match",
    lambda out, self, /, sweep, kernel: _match(out, self, sweep, kernel),
    node="ConvolutionBackwardBackward0",
    out=lambda grad, self, sweep, out_sym_sizes: do.convolution_sweep(
        self, grad, sweep, out_sym_sizes[2:]
    ),
    self=lambda grad, out, self_sym_sizes, sweep: do.convolution_spread(
        out, grad, sweep, self_sym_sizes[2:]
    ),
)
# The same as `convolution_match`, with its first two dimensions swapped.
Op(
    "convolution_turned",
    lambda out, self, /, sweep, kernel: np.array(
        _match(out, self, sweep, kernel).swapaxes(0, 1), order="C"
    ),
    node="ConvolutionBackward0",
    out=lambda grad, self, sweep, out_sym_sizes: do.convolution_sweep(
        self, do.transpose(grad, 0, 1), sweep, out_sym_sizes[2:]
    ),
    self=lambda grad, out, self_sym_sizes, sweep: do.convolution_spread(
        out, do.transpose(grad, 0, 1), sweep, self_sym_sizes[2:]
    ),
)


def _convolved(
    input: Array,
    weight: Array,
    bias: Array | None,
    /,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    output_padding: Sizes,
    groups: int,
    bias_sym_sizes_opt: Sizes,
) -> Array:
    sweep = Sweep(stride, padding, dilation, groups)
    sizes = input.shape[2:], weight.shape[2:]
    if transposed:
        moves = zip(*sizes, stride, padding, dilation, output_padding, strict=True)
        found = _spread(input, weight, sweep, tuple(spread_size(*m) for m in moves))
    else:
        found = _sweep(input, weight, sweep, sweep.places(*sizes))
    if bias is None:
        return found
    each = bias.reshape(-1, *(1,) * len(stride)).astype(found.dtype, copy=False)
    whole: Array = found + each
    return whole


def _slope(
    wanted: str,
    grad: Any,
    input: Any,
    weight: Any,
    bias_sym_sizes_opt: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    output_padding: Sizes,
    groups: int,
) -> Any:
    """Return one of three gradients; all save the same, as PyTorch's one node does."""
    sweep = Sweep(stride, padding, dilation, groups)
    if wanted == "bias":
        dims = (0, *range(2, len(grad.shape)))
        return getattr(do, "sum.dim")(grad, dims, False)
    if wanted == "input":
        return _by_input(grad, weight, sweep, transposed, tuple(input.shape[2:]))
    return _by_weight(grad, input, sweep, transposed, tuple(weight.shape[2:]))


def _by_input(grad: Any, weight: Any, sweep: Sweep, turned: bool, size: Sizes) -> Any:
    back = do.convolution_sweep if turned else do.convolution_spread
    return back(grad, weight, sweep, size)


def _by_weight(grad: Any, input: Any, sweep: Sweep, turned: bool, size: Sizes) -> Any:
    large, small = (grad, input) if turned else (input, grad)
    return do.convolution_match(small, large, sweep, size)


Op(
    "convolution",
    _convolved,
    input=partial(_slope, "input"),
    weight=partial(_slope, "weight"),
    bias=partial(_slope, "bias"),
)


def _slopes(
    grad_output: Array,
    input: Array,
    weight: Array,
    /,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    output_padding: Sizes,
    groups: int,
    output_mask: Sequence[bool],
) -> tuple[Any, ...]:
    how = stride, padding, dilation, transposed, output_padding, groups
    return tuple(
        _slope(each, grad_output, input, weight, (), *how) if want else None
        for each, want in zip(("input", "weight", "bias"), output_mask, strict=True)
    )


def _slope_again(
    wanted: str,
    grads: Any,
    grad_output: Any,
    input: Any,
    weight: Any,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    output_padding: Sizes,
    groups: int,
) -> Any:
    """Return a gradient of the gradients, of those that were asked for."""
    sweep = Sweep(stride, padding, dilation, groups)
    by_input, by_weight, by_bias = grads
    if wanted == "input":
        if by_weight is None:
            return None
        size = wide = tuple(input.shape[2:])
        if transposed:
            wide = sweep.places(grad_output.shape[2:], weight.shape[2:])
        found = _by_input(grad_output, by_weight, sweep, transposed, wide)
        return _cut(found, size)
    if wanted == "weight":
        if by_input is None:
            return None
        size = tuple(weight.shape[2:])
        return _by_weight_again(grad_output, by_input, sweep, transposed, size)
    size = tuple(grad_output.shape[2:])
    over = do.convolution_spread if transposed else do.convolution_sweep
    found = []
    if by_input is not None:
        found.append(over(by_input, weight, sweep, size))
    if by_weight is not None:
        found.append(over(input, by_weight, sweep, size))
    if by_bias is not None:
        each = do.reshape(by_bias, (-1, *(1,) * len(size)))
        found.append(do.expand(each, tuple(grad_output.shape)))
    return sum(found[1:], start=found[0]) if found else None


def _by_weight_again(
    grad: Any, input: Any, sweep: Sweep, turned: bool, size: Sizes
) -> Any:
    """Return a weight's gradient as PyTorch convolves it: turned, and cut to size."""
    large, small = (grad, input) if turned else (input, grad)
    back = replace(sweep, stride=sweep.dilation, dilation=sweep.stride)
    wide = back.places(large.shape[2:], small.shape[2:])
    found = do.convolution_turned(small, large, sweep, wide)
    return _cut(do.transpose(found, 0, 1), size)


def _cut(x: Any, size: Sizes) -> Any:
    for dim, want in enumerate(size, 2):
        if x.shape[dim] > want:
            x = do.narrow(x, dim, 0, want)
    return x


slopes(
    "convolution_backward",
    _slopes,
    ("grad_input", "grad_weight", "grad_bias"),
    of="convolution",
    inputs=("input", "weight"),
    args=(
        *("stride", "padding", "dilation"),
        *("transposed", "output_padding", "groups"),
    ),
    node="ConvolutionBackwardBackward0",
    grad_output=partial(_slope_again, "grad_output"),
    input=partial(_slope_again, "input"),
    weight=partial(_slope_again, "weight"),
)
