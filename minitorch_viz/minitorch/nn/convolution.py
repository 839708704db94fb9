"""Convolutions as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..functions.shaping import squeeze, unsqueeze
from ..kernels import no_bool
from ..once import warn_once
from ..op import OPS, call
from ..tensor import Tensor
from .asking import asks
from .mixed_types import check_types
from .ops_conv import spread_size

Sizes = int | Sequence[int]


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


@asks("torch.conv1d(...)")
def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Sweep a kernel along a line: (batch, channels, length).

    >>> from minitorch_viz import minitorch as torch
    >>> conv1d(torch.tensor([[[1.0, 2.0, 3.0]]]), torch.ones(1, 1, 2))
    tensor([[[3., 5.]]])
    """
    return _convolution(1, input, weight, bias, stride, padding, dilation, groups)


@asks("torch.conv2d(...)")
def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Sweep a kernel over an image: (batch, channels, height, width).

    >>> from minitorch_viz import minitorch as torch
    >>> conv2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2))
    tensor([[[[4.]]]])
    """
    return _convolution(2, input, weight, bias, stride, padding, dilation, groups)


@asks("torch.conv3d(...)")
def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Sweep a kernel over a volume: (batch, channels, depth, height, width).

    >>> from minitorch_viz import minitorch as torch
    >>> conv3d(torch.ones(1, 1, 2, 2, 2), torch.ones(1, 1, 2, 2, 2))
    tensor([[[[[8.]]]]])
    """
    return _convolution(3, input, weight, bias, stride, padding, dilation, groups)


@asks("torch.conv_transpose1d(...)")
def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Spread every element through a kernel, as the gradient of `conv1d` does."""
    more = dilation, groups, output_padding
    return _convolution(1, input, weight, bias, stride, padding, *more)


@asks("torch.conv_transpose2d(...)")
def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Spread every element through a kernel, as the gradient of `conv2d` does.

    >>> from minitorch_viz import minitorch as torch
    >>> conv_transpose2d(torch.ones(1, 1, 1, 2), torch.ones(1, 1, 1, 2))
    tensor([[[[1., 2., 1.]]]])
    """
    more = dilation, groups, output_padding
    return _convolution(2, input, weight, bias, stride, padding, *more)


@asks("torch.conv_transpose3d(...)")
def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
) -> Tensor:
    """Spread every element through a kernel, as the gradient of `conv3d` does.

    >>> from minitorch_viz import minitorch as torch
    >>> conv_transpose3d(torch.ones(1, 1, 1, 1, 2), torch.ones(1, 1, 1, 1, 2))
    tensor([[[[[1., 2., 1.]]]]])
    """
    more = dilation, groups, output_padding
    return _convolution(3, input, weight, bias, stride, padding, *more)


def _convolution(
    dims: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sizes,
    padding: Sizes | str,
    dilation: Sizes,
    groups: int,
    output_padding: Sizes | None = None,
) -> Tensor:
    transposed = output_padding is not None
    _check_call(dims, transposed, input, weight, bias)
    lone = input._array.ndim == dims + 1
    if lone:
        input = unsqueeze(input, 0)
    if weight._array.ndim < 3:
        raise RuntimeError("weight should have at least three dimensions")
    moves = tuple(
        _expanded(value, name, dims, weight)
        for name, value in (("stride", stride), ("dilation", dilation))
    )
    stride, dilation = moves
    if isinstance(padding, str):
        input, pads = _padded(input, weight, padding, stride, dilation)
    else:
        pads = _expanded(padding, "padding", dims, weight)
    more = _expanded(output_padding or 0, "output_padding", dims, weight)
    _check_moves(stride, pads, dilation, more, groups)
    _check_sizes(input, weight, bias, groups, transposed)
    if transposed:
        _check_reach(input, weight, (stride, pads, dilation, more))
    else:
        _check_kernel(input, weight, pads, dilation)
    told = not (transposed or isinstance(padding, str))
    check_types(input, weight, bias, moves, groups, told)
    if dims < 3:
        no_bool("slow_conv2d_cpu", input._array)
    shape = (0,) if bias is None else bias._array.shape
    args = stride, pads, dilation, transposed, more, groups, shape
    found = _run("convolution", input, weight, bias, args=args)
    return squeeze(found, 0) if lone else found


def _check_call(
    dims: int, transposed: bool, input: Any, weight: Any, bias: Any
) -> None:
    name = f"conv_transpose{dims}d" if transposed else f"conv{dims}d"
    tensors = [input, weight] + [bias] * (bias is not None)
    if not all(isinstance(each, Tensor) for each in tensors):
        kinds = [type(each).__name__ for each in (input, weight)]
        kinds += [f"bias={type(bias).__name__}"] * (bias is not None)
        raise TypeError(
            f"{name}() received an invalid combination of arguments - got "
            f"({', '.join(kinds)}), but expected one of:\n"
            + "".join(_SIGNATURE.format(pad) for pad in _PADS)
        )
    if input._array.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(
            f"Expected {dims + 1}D (unbatched) or {dims + 2}D (batched) input to "
            f"{name}, but got input of size: {list(input._array.shape)}"
        )


def _expanded(value: Any, name: str, dims: int, weight: Tensor) -> tuple[int, ...]:
    """Return one number per dimension that the kernel has."""
    found = (value,) * dims if isinstance(value, int) else tuple(value)
    wanted = weight._array.ndim - 2
    if len(found) == 1:
        return found * wanted
    if len(found) != wanted:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {wanted} "
            f"values to match the convolution dimensions, but got {name}={list(found)}"
        )
    return found


def _padded(
    input: Tensor,
    weight: Tensor,
    padding: str,
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[Tensor, tuple[int, ...]]:
    """Return the padding that a word means, and the input with what is uneven of it."""
    if padding == "valid":
        return input, (0,) * len(stride)
    if padding != "same":
        raise RuntimeError(f"Invalid padding string: '{padding}'")
    if any(s != 1 for s in stride):
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    kernel = weight._array.shape[2:]
    total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
    if any(n % 2 for n in total):
        warn_once(_UNEVEN)
        pad = tuple(n for each in reversed(total) for n in (0, each % 2))
        input = _run("constant_pad_nd", input, args=(pad, 0.0))
    return input, tuple(n // 2 for n in total)


_UNEVEN = (
    "Using padding='same' with even kernel lengths and odd dilation may require a "
    "zero-padded copy of the input be created"
)


def _check_moves(
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    output_padding: tuple[int, ...],
    groups: int,
) -> None:
    if min(padding) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(output_padding) < 0:
        raise RuntimeError("negative output_padding is not supported")
    if min(stride) <= 0:
        raise RuntimeError("non-positive stride is not supported")
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    if min(dilation) <= 0:
        raise RuntimeError(
            f"dilation should be greater than zero, but got {list(dilation)}"
        )


def _check_sizes(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    groups: int,
    transposed: bool,
) -> None:
    x, w = input._array, weight._array
    have, size = list(x.shape), list(w.shape)
    if x.ndim != w.ndim:
        raise RuntimeError(
            f"Expected {x.ndim}-dimensional input for {x.ndim}-dimensional weight "
            f"{size}, but got {w.ndim}-dimensional input of size {have} instead"
        )
    if size[0] < groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} at "
            f"dimension 0, but got weight of size {size} instead"
        )
    if size[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at "
            f"dimension 0, but got weight of size [{size}] instead"
        )
    channels = size[0] if transposed else size[1] * groups
    if have[1] != channels:
        turned = "transposed=1, " if transposed else f"groups={groups}, "
        raise RuntimeError(
            f"Given {turned}weight of size {size}, expected input{have} to have "
            f"{channels} channels, but got {have[1]} channels instead"
        )
    out = size[1] * groups if transposed else size[0]
    if bias is not None and bias._array.shape != (out,):
        raise RuntimeError(
            f"Given {'transposed=1, ' * transposed}weight of size {size}, expected "
            f"bias to be 1-dimensional with {out} elements, but got bias of size "
            f"{list(bias._array.shape)} instead"
        )


def _check_kernel(
    input: Tensor,
    weight: Tensor,
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
) -> None:
    have, kernel = input._array.shape[2:], weight._array.shape[2:]
    room = [n + 2 * p for n, p in zip(have, padding, strict=True)]
    need = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    if any(n < k for n, k in zip(room, need, strict=True)):
        raise RuntimeError(
            f"Calculated padded input size per channel: ({' x '.join(map(str, room))})"
            f". Kernel size: ({' x '.join(map(str, need))}). Kernel size can't be "
            "greater than actual input size"
        )


def _check_reach(
    input: Tensor, weight: Tensor, moves: tuple[tuple[int, ...], ...]
) -> None:
    sizes = input._array.shape[2:], weight._array.shape[2:]
    # PyTorch lays a line out as an image one high.
    ones, dims = (1, 1, 1, 0, 1, 0), max(2, len(sizes[0]))
    lifted = [
        (one, *each)[-dims:] for one, each in zip(ones, sizes + moves, strict=True)
    ]
    have, _, stride, _, dilation, more = lifted
    if any(m >= s and m >= d for m, s, d in zip(more, stride, dilation, strict=True)):
        named = {"output_padding": more, "stride": stride, "dilation": dilation}
        raise RuntimeError(
            "output padding must be smaller than either stride or dilation, but got "
            + " ".join(
                f"{name}_{axis}: {n}"
                for name, each in named.items()
                for axis, n in zip(_AXES[-dims:], each, strict=True)
            )
        )
    out = [spread_size(*each) for each in zip(*lifted, strict=True)]
    if min(out) < 1:
        raise RuntimeError(
            f"Given input size per channel: ({' x '.join(map(str, have))}). Calculated "
            f"output size per channel: ({' x '.join(map(str, out))}). Output size is "
            "too small"
        )


_AXES = "depth", "height", "width"
_SIGNATURE = (
    " * (Tensor input, Tensor weight, Tensor bias = None, tuple of ints stride = 1, "
    "{}, tuple of ints dilation = 1, int groups = 1)\n"
)
_PADS = "tuple of ints padding = 0", 'str padding = "valid"'
