"""Pools of volumes: (batch, channels, depth, height, width)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..functions.reducing import mean
from ..keeping import call_keeping
from ..kernels import refuse
from ..op import OPS, call
from ..tensor import Tensor
from .asking import asks
from .ops_pool import pooled_size

Sizes = int | Sequence[int]
_AXES = "T", "H", "W"


@asks("torch.max_pool3d(input, kernel_size)")
def max_pool3d(
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
    >>> max_pool3d(torch.arange(8.0).view(1, 2, 2, 2), 2)
    tensor([[[[7.]]]])
    """
    either = "must either be "
    kernel = _three(kernel_size, f"max_pool3d: kernel_size {either}a single int")
    steps: tuple[int, ...] = ()
    if stride is not None and stride not in ((), []):
        said = f"max_pool3d: stride {either}omitted, a single int"
        steps = _three(stride, said)
    pads = _three(padding, f"max_pool3d: padding {either}a single int")
    holes = _three(dilation, "max_pool3d: dilation must be either a single int")
    name = "max_pool3d_with_indices_out_cpu_template"
    _check(name, input, kernel, steps or kernel, pads, holes, ceil_mode)
    args = kernel, steps, pads, holes, ceil_mode
    if return_indices:
        return call(OPS["max_pool3d"], (input,), args)
    return call_keeping("max_pool3d", (input,), args)


@asks("nn.avg_pool3d(...)")
def avg_pool3d(
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
    >>> avg_pool3d(torch.arange(8.0).view(1, 2, 2, 2), 2)
    tensor([[[[3.5000]]]])
    """
    kernel = _three(kernel_size, "avg_pool3d: kernel_size must be a single int")
    steps: tuple[int, ...] = ()
    if stride is not None and stride not in ((), []):
        steps = _three(stride, "avg_pool3d: stride must be omitted, a single int")
    pads = _three(padding, "avg_pool3d: padding must be a single int")
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    name, ones = "avg_pool3d", (1, 1, 1)
    _check(name, input, kernel, steps or kernel, pads, ones, ceil_mode, whole=True)
    args = kernel, steps, pads, ceil_mode, count_include_pad, divisor_override
    found: Tensor = call(OPS["avg_pool3d"], (input,), args)
    return found


@asks("input.size")
def adaptive_avg_pool3d(input: Tensor, output_size: Any) -> Tensor:
    """Return as many means as asked for, of parts as even as can be.

    >>> from minitorch_viz import minitorch as torch
    >>> adaptive_avg_pool3d(torch.arange(8.0).view(1, 2, 2, 2), (1, 1, 2))
    tensor([[[[3., 4.]]]])
    """
    return adaptive_means(input, wanted(input, output_size, 3), 3)


def adaptive_means(input: Tensor, sizes: tuple[int, ...], dims: int) -> Tensor:
    """Return as many means of images or volumes as asked for.

    >>> from minitorch_viz import minitorch as torch
    >>> adaptive_means(torch.arange(4.0).view(1, 2, 2), (1, 2), 2)
    tensor([[[1., 2.]]])
    """
    name, shape = f"adaptive_avg_pool{dims}d", input._array.shape
    if len(sizes) != dims:
        raise RuntimeError(f"{name}: output_size must be {dims}")
    if min(sizes) < 0:
        shown = ", ".join(map(str, sizes)) if dims == 2 else _uneven(sizes)
        raise RuntimeError(
            f"{name}: elements of output_size must be greater than or equal to 0 but "
            f"received {{{shown}}}"
        )
    if sizes == (1,) * dims:
        return mean(input, tuple(range(-1, -dims - 1, -1)), keepdim=True)
    if len(shape) not in (dims + 1, dims + 2):
        raise RuntimeError(
            f"{name}(): Expected {dims + 1}D or {dims + 2}D tensor, but got "
            f"{list(shape)}"
        )
    check_filled(name, shape, dims - 1)
    if min(shape) and min(sizes) and input._array.dtype.kind != "f":
        refuse(name if dims == 2 else f"{name}_cpu", input._array)
    found: Tensor = call(OPS[name], (input,), (sizes,))
    return found


def check_filled(name: str, shape: tuple[int, ...], dims: int) -> None:
    """Refuse images or volumes that have no element; a batch may have none.

    >>> check_filled("adaptive_avg_pool2d", (0, 3, 2, 2), 2)
    """
    for place in range(max(len(shape) - dims - 1, 1), len(shape)):
        if not shape[place]:
            raise RuntimeError(
                f"{name}(): Expected input to have non-zero size for non-batch "
                f"dimensions, but input has sizes {list(shape)} with dimension {place} "
                "being empty"
            )


def _uneven(sizes: tuple[int, ...]) -> str:
    """Return three sizes as PyTorch prints them there."""
    return f"{sizes[0]}, {sizes[1]},{sizes[2]}"


def wanted(input: Tensor, output_size: Any, dims: int) -> tuple[int, ...]:
    """Return an adaptive pool's sizes: a number stands for all, None for the input's.

    >>> from minitorch_viz import minitorch as torch
    >>> wanted(torch.ones(1, 4, 5), (2, None), 2)
    (2, 5)
    """
    if isinstance(output_size, int):
        return (output_size,) * dims
    shape, sizes = input._array.shape, tuple(output_size)
    if len(shape) <= len(sizes):
        raise ValueError(f"Input dimension should be at least {len(sizes) + 1}")
    own = shape[len(shape) - len(sizes) :]
    return tuple(
        n if each is None else each for each, n in zip(sizes, own, strict=True)
    )


def _three(value: Any, said: str) -> tuple[int, ...]:
    found = (value,) * 3 if isinstance(value, int) else tuple(value)
    if len(found) == 1:
        found *= 3
    if len(found) != 3:
        raise RuntimeError(f"{said}, or a tuple of three ints")
    return found


def _check(
    name: str,
    input: Tensor,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    ceil_mode: bool,
    *,
    whole: bool = False,
) -> None:
    shape = input._array.shape
    if len(shape) not in (4, 5):
        raise RuntimeError("non-empty 4D or 5D (batch mode) tensor expected for input")
    if min(stride) == 0:
        raise RuntimeError("stride should not be zero")
    check_pads(kernel, padding, dilation)
    for said, each in (("kernel size", kernel), ("dilation", dilation)):
        if min(each) <= 0:
            short = "k" if each is kernel else "dilation"
            raise RuntimeError(
                f"{said} should be greater than zero, but got "
                + " ".join(f"{short}{a}: {n}" for a, n in zip(_AXES, each, strict=True))
            )
    if 0 in shape[-4:]:  # whichever it is, PyTorch says its length for its place
        raise RuntimeError(
            f"{name}(): Expected input's non-batch dimensions to have positive "
            f"length, but input has a shape of {list(shape)} and non-batch "
            "dimension 0 has length zero!"
        )
    if whole and any(n < k for n, k in zip(shape[-3:], kernel, strict=True)):
        have, want = (
            " ".join(f"{mark}{a}: {n}" for a, n in zip(_AXES, each, strict=True))
            for mark, each in (("", shape[-3:]), ("k", kernel))
        )
        raise RuntimeError(f"input image ({have}) smaller than kernel size ({want})")
    moves = zip(shape[-3:], kernel, stride, padding, dilation, strict=True)
    out = [pooled_size(*each, ceil_mode) for each in moves]
    if min(out) < 1:
        sizes = "x".join(map(str, shape[-4:]))
        found = "x".join(map(str, (shape[-4], *out)))
        raise RuntimeError(
            f"Given input size: ({sizes}). Calculated output size: ({found}). Output "
            "size is too small"
        )


def check_pads(
    kernel: tuple[int, ...], padding: tuple[int, ...], dilation: tuple[int, ...]
) -> None:
    """Raise where a pool would see only padding.

    >>> check_pads((2,), (1,), (1,))
    """
    for pad, size, hole in zip(padding, kernel, dilation, strict=True):
        if pad < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {pad}")
        if pad > ((size - 1) * hole + 1) // 2:
            raise RuntimeError(
                "pad should be at most half of effective kernel size, but got "
                f"pad={pad}, kernel_size={size} and dilation={hole}"
            )
