"""Pools and pads as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..bind import one_dim
from ..functions.reducing import mean
from ..functions.shaping import squeeze, unsqueeze
from ..keeping import call_keeping
from ..op import OPS, call
from ..tensor import Tensor, wrap
from .asking import asks
from .ops_pool import pooled_size

Sizes = int | Sequence[int]


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Any:
    return call(OPS[name], inputs, args)


@asks("torch.max_pool2d(input, kernel_size)")
def max_pool2d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the greatest element that each place of a kernel sees.

    >>> from minitorch_viz import minitorch as torch
    >>> max_pool2d(torch.arange(4.0).view(1, 2, 2), 2)
    tensor([[[3.]]])
    """
    kernel = _pair(kernel_size, "max_pool2d", "kernel_size")
    steps = () if stride is None else _pair(stride, "max_pool2d", "stride")
    pads = _pair(padding, "max_pool2d", "padding")
    holes = _pair(dilation, "max_pool2d", "dilation")
    _check(input, kernel, steps or kernel, pads, holes, ceil_mode)
    args = kernel, steps, pads, holes, ceil_mode
    if return_indices:
        return _run("max_pool2d", input, args=args)
    return call_keeping("max_pool2d", (input,), args)


@asks("torch.max_pool1d(input, kernel_size)")
def max_pool1d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the greatest element in each stretch of a line.

    >>> from minitorch_viz import minitorch as torch
    >>> max_pool1d(torch.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
    tensor([[3., 2.]])
    """
    if input._array.ndim not in (2, 3):
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim "
            f"batch size for input, but got:{list(input._array.shape)}"
        )
    found = max_pool2d(
        unsqueeze(input, -2),
        _flat(kernel_size, 1),
        _flat(kernel_size if stride is None else stride, 1),
        _flat(padding, 0),
        _flat(dilation, 1),
        ceil_mode,
        return_indices,
    )
    if return_indices:
        return tuple(squeeze(each, -2) for each in found)
    return squeeze(found, -2)


@asks("nn.avg_pool2d(...)")
def avg_pool2d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Return the mean of what each place of a kernel sees.

    >>> from minitorch_viz import minitorch as torch
    >>> avg_pool2d(torch.arange(4.0).view(1, 2, 2), 2)
    tensor([[[1.5000]]])
    """
    kernel = _pair(kernel_size, "avg_pool2d", "kernel_size")
    steps = () if stride is None else _pair(stride, "avg_pool2d", "stride")
    pads = _pair(padding, "avg_pool2d", "padding")
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    one_dim(-3, input._array.ndim)
    _check(input, kernel, steps or kernel, pads, (1, 1), ceil_mode)
    args = kernel, steps, pads, ceil_mode, count_include_pad, divisor_override
    found: Tensor = _run("avg_pool2d", input, args=args)
    return found


@asks("torch.avg_pool1d(...)")
def avg_pool1d(
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Return the mean of each stretch of a line.

    >>> from minitorch_viz import minitorch as torch
    >>> avg_pool1d(torch.tensor([[1.0, 3.0, 2.0, 0.0]]), 2)
    tensor([[2., 1.]])
    """
    found = avg_pool2d(
        unsqueeze(input, -2),
        _flat(kernel_size, 1),
        _flat(kernel_size if stride is None else stride, 1),
        _flat(padding, 0),
        ceil_mode,
        count_include_pad,
    )
    return squeeze(found, -2)


@asks("input.size")
def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """Return as many means as asked for, of parts as even as can be.

    >>> from minitorch_viz import minitorch as torch
    >>> adaptive_avg_pool2d(torch.arange(4.0).view(1, 2, 2), (1, 2))
    tensor([[[1., 2.]]])
    """
    lone = isinstance(output_size, int)
    sizes = (output_size,) * 2 if lone else tuple(output_size)
    shape = input._array.shape
    if len(shape) <= len(sizes) and not lone:
        raise ValueError(f"Input dimension should be at least {len(sizes) + 1}")
    if len(shape) not in (3, 4):
        raise RuntimeError(
            f"adaptive_avg_pool2d(): Expected 3D or 4D tensor, but got {list(shape)}"
        )
    wanted = tuple(
        n if each is None else each for each, n in zip(sizes, shape[-2:], strict=True)
    )
    if wanted == (1, 1):
        return mean(input, (-1, -2), keepdim=True)
    found: Tensor = _run("adaptive_avg_pool2d", input, args=(wanted,))
    return found


@asks("torch.adaptive_avg_pool1d(input, output_size)")
def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Tensor:
    """Return this many means of a line, of parts as even as can be.

    >>> from minitorch_viz import minitorch as torch
    >>> adaptive_avg_pool1d(torch.tensor([[1.0, 3.0]]), 1)
    tensor([[2.]])
    """
    size = output_size if isinstance(output_size, int) else output_size[0]
    lifted = unsqueeze(input, -2)
    return squeeze(adaptive_avg_pool2d(lifted, (1, size)), -2)


def _pair(value: Any, function: str, name: str) -> tuple[int, ...]:
    found = (value,) * 2 if isinstance(value, int) else tuple(value)
    if len(found) == 1:
        found *= 2
    if len(found) != 2:
        what = _PAIRS.get(name, "must either be a single int")
        raise RuntimeError(f"{function}: {name} {what}, or a tuple of two ints")
    return found


_PAIRS = {
    "stride": "must either be omitted, a single int",
    "dilation": "must be either a single int",
}


def _flat(value: Any, other: int) -> tuple[int, int]:
    """Lay a length along a line out as the last of an image's two."""
    return other, value if isinstance(value, int) else value[0]


def _check(
    input: Tensor,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    ceil_mode: bool,
) -> None:
    shape = input._array.shape
    if min(stride) == 0:
        raise RuntimeError("stride should not be zero")
    if min(kernel) <= 0:
        raise RuntimeError(
            "kernel size should be greater than zero, but got kH: "
            f"{kernel[0]} kW: {kernel[1]}"
        )
    if min(dilation) <= 0:
        raise RuntimeError(
            "dilation should be greater than zero, but got dilationH: "
            f"{dilation[0]} dilationW: {dilation[1]}"
        )
    if len(shape) not in (3, 4) or 0 in shape[-3:]:
        raise RuntimeError("non-empty 3D or 4D (batch mode) tensor expected for input")
    _check_pads(kernel, padding, dilation)
    rows, columns = (
        pooled_size(*each, ceil_mode)
        for each in zip(shape[-2:], kernel, stride, padding, dilation, strict=True)
    )
    if min(rows, columns) < 1:
        planes, height, width = shape[-3:]
        raise RuntimeError(
            f"Given input size: ({planes}x{height}x{width}). Calculated output size: "
            f"({planes}x{rows}x{columns}). Output size is too small"
        )


def _check_pads(
    kernel: tuple[int, ...], padding: tuple[int, ...], dilation: tuple[int, ...]
) -> None:
    for pad, size, hole in zip(padding, kernel, dilation, strict=True):
        if pad < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {pad}")
        if pad > ((size - 1) * hole + 1) // 2:
            raise RuntimeError(
                "pad should be at most half of effective kernel size, but got "
                f"pad={pad}, kernel_size={size} and dilation={hole}"
            )


# Padding


@asks("nn.pad(input, pad, mode, value)")
def pad(
    input: Tensor,
    pad: Sequence[int],
    mode: str = "constant",
    value: float | None = None,
) -> Tensor:
    """Return the tensor grown at its ends: `pad` names the last dimension first.

    >>> from minitorch_viz import minitorch as torch
    >>> pad(torch.ones(2), (1, 2))
    tensor([0., 1., 1., 0., 0.])
    """
    ndim, count = input._array.ndim, len(pad)
    if count % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if count > 2 * ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input "
            f"dimension but got padding length {count} and input of dimension {ndim}"
        )
    if mode == "constant":
        return _constant(input, tuple(pad), value)
    names = {"reflect": "reflection_pad", "replicate": "replication_pad"}
    if mode not in (*names, "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if value is not None:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if ndim not in (count // 2 + 1, count // 2 + 2) or count > 6:
        raise NotImplementedError(_COMBINATIONS.format(count, ndim))
    if mode == "circular":
        return _circular(input, pad)
    if mode == "reflect":
        _check_reflection(input, pad)
    found: Tensor = _run(f"{names[mode]}{count // 2}d", input, args=(tuple(pad),))
    return found


def _constant(input: Tensor, pad: tuple[int, ...], value: float | None) -> Tensor:
    shape = input._array.shape
    for dim, (before, after) in enumerate(zip(pad[::2], pad[1::2], strict=True), 1):
        if shape[-dim] + min(before, 0) + min(after, 0) < 0:
            raise RuntimeError("narrow(): length must be non-negative.")
    found: Tensor = _run("constant_pad_nd", input, args=(pad, value or 0))
    return found


def _circular(input: Tensor, pad: Sequence[int]) -> Tensor:
    """Write the input into the middle, then both ends of every dimension over."""
    size, ends = list(input._array.shape), []
    for place, (left, right) in enumerate(zip(pad[::2], pad[1::2], strict=True), 1):
        ends.append((len(size) - place, left, right))
        if max(left, right) > size[-place]:
            raise RuntimeError("Padding value causes wrapping around more than once.")
        size[-place] += left + right
        if size[-place] < 0:
            raise RuntimeError(
                "Negative padding value is resulting in an empty dimension"
            )
    out = inner = wrap(np.zeros(size, input._array.dtype))
    for dim, left, right in ends:
        inner = _stretch(inner, dim, max(left, 0), size[dim] - max(right, 0))
        end = input._array.shape[dim] - max(-right, 0)
        input = _stretch(input, dim, max(-left, 0), end)
    inner.copy_(input)
    for dim, left, right in ends:
        end = size[dim] - max(right, 0)
        if left > 0:
            _stretch(out, dim, 0, left).copy_(_stretch(out, dim, end - left, end))
        if right > 0:
            start = max(left, 0)
            source = _stretch(out, dim, start, start + right)
            _stretch(out, dim, end, size[dim]).copy_(source)
    return out


def _stretch(x: Tensor, dim: int, start: int, end: int) -> Tensor:
    found: Tensor = _run("slice", x, args=(dim, start, end, 1))
    return found


def _check_reflection(input: Tensor, pad: Sequence[int]) -> None:
    shape = input._array.shape
    pairs = list(zip(pad[::2], pad[1::2], strict=True))
    for place, (before, after) in enumerate(pairs):
        dim = len(shape) - 1 - place
        if max(before, after) >= shape[dim]:
            raise RuntimeError(
                f"Argument #{4 + 2 * place}: Padding size should be less than the "
                f"corresponding input dimension, but got: padding ({before}, {after}) "
                f"at dimension {dim} of input {list(shape)}"
            )


_COMBINATIONS = (
    "Padding size {} is not supported for {}D input tensor.\n"
    "Supported combinations for non-constant padding:\n"
    "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
    "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
    "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
)
