"""Pools and pads as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..bind import one_dim
from ..functions.shaping import squeeze, unsqueeze
from ..keeping import call_keeping
from ..kernels import no_bool
from ..op import OPS, call
from ..tensor import Tensor
from .asking import asks
from .ops_pool import pooled_size
from .stretches import check_stretches
from .volumes import adaptive_means, check_pads, wanted

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
    steps = _steps(stride, "max_pool2d")
    pads = _pair(padding, "max_pool2d", "padding")
    holes = _pair(dilation, "max_pool2d", "dilation")
    _check(input, kernel, steps or kernel, pads, holes, ceil_mode)
    no_bool("max_pool2d", input._array)
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
    settings = {"kernel_size": kernel_size, "stride": _spacing(stride, kernel_size)}
    settings |= {"padding": padding, "dilation": dilation}
    if return_indices:
        _check_line(input, "max_pool1d")
    else:
        check_stretches(input, settings, ceil_mode)
    kernel, steps, pads, holes = (
        _flat(n, "max_pool1d", name) for name, n in settings.items()
    )
    lifted = unsqueeze(input, -2)
    found = max_pool2d(lifted, kernel, steps, pads, holes, ceil_mode, return_indices)
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
    steps = _steps(stride, "avg_pool2d")
    pads = _pair(padding, "avg_pool2d", "padding")
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    one_dim(-3, input._array.ndim)
    _check(input, kernel, steps or kernel, pads, (1, 1), ceil_mode)
    no_bool("avg_pool2d", input._array)
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
    _check_line(input, "avg_pool1d")
    settings = {"kernel_size": kernel_size, "stride": _spacing(stride, kernel_size)}
    settings["padding"] = padding
    kernel, steps, pads = (_flat(n, "avg_pool1d", name) for name, n in settings.items())
    lifted = unsqueeze(input, -2)
    found = avg_pool2d(lifted, kernel, steps, pads, ceil_mode, count_include_pad)
    return squeeze(found, -2)


@asks("input.size")
def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """Return as many means as asked for, of parts as even as can be.

    >>> from minitorch_viz import minitorch as torch
    >>> adaptive_avg_pool2d(torch.arange(4.0).view(1, 2, 2), (1, 2))
    tensor([[[1., 2.]]])
    """
    return adaptive_means(input, wanted(input, output_size, 2), 2)


@asks("torch.adaptive_avg_pool1d(...)")
def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Tensor:
    """Return this many means of a line, of parts as even as can be.

    >>> from minitorch_viz import minitorch as torch
    >>> adaptive_avg_pool1d(torch.tensor([[1.0, 3.0]]), 1)
    tensor([[2.]])
    """
    _check_line(input, "adaptive_avg_pool1d")
    size = (output_size,) if isinstance(output_size, int) else tuple(output_size)
    if len(size) != 1:
        raise RuntimeError(
            "adaptive_avg_pool1d() argument 'output_size' should contain one int (got "
            f"{len(size)})"
        )
    return squeeze(adaptive_avg_pool2d(unsqueeze(input, -2), (1, *size)), -2)


def _check_line(input: Tensor, name: str) -> None:
    if input._array.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {input._array.ndim}-dimensional "
            f"tensor for argument #1 'self' (while checking arguments for {name})"
        )


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


def _steps(stride: Any, function: str) -> tuple[int, ...]:
    """Return how far apart kernels are; none given means as they are large."""
    spacing = _spacing(stride, ())
    return _pair(spacing, function, "stride") if spacing != () else ()


def _spacing(stride: Any, other: Any) -> Any:
    return other if stride is None or stride in ((), []) else stride


def _flat(value: Any, function: str, name: str) -> tuple[int, int]:
    """Lay a length along a line out as the last of an image's two."""
    lengths = (value,) if isinstance(value, int) else tuple(value)
    if len(lengths) != 1:
        raise RuntimeError(
            f"{function}() argument '{name}' should contain one int (got "
            f"{len(lengths)})"
        )
    return int(name != "padding"), lengths[0]


def _check(
    input: Tensor,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    ceil_mode: bool,
) -> None:
    shape = input._array.shape
    if len(shape) not in (3, 4):
        raise RuntimeError("non-empty 3D or 4D (batch mode) tensor expected for input")
    if min(stride) == 0:
        raise RuntimeError("stride should not be zero")
    check_pads(kernel, padding, dilation)
    if min(kernel) <= 0:
        raise RuntimeError(
            "kernel size should be greater than zero, but got kH: "
            f"{kernel[0]} kW: {kernel[1]}"
        )
    if min(stride) < 0:
        raise RuntimeError(
            "stride should be greater than zero, but got dH: "
            f"{stride[0]} dW: {stride[1]}"
        )
    if min(dilation) <= 0:
        raise RuntimeError(
            "dilation should be greater than zero, but got dilationH: "
            f"{dilation[0]} dilationW: {dilation[1]}"
        )
    if 0 in shape[-3:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for "
            f"input, but got:{list(shape)}"
        )
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
