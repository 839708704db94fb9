"""Patches of images as columns, and columns as images, as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..bind import size_of
from ..kernels import refuse
from ..op import OPS, call
from ..tensor import Tensor
from ..thread import thread
from .asking import asks
from .ops_conv import swept_size
from .settings import repeated

Pair = tuple[int, int]


def unfold(
    input: Tensor,
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """Return the patches that a kernel would see, a column each.

    >>> from minitorch_viz import minitorch as torch
    >>> unfold(torch.arange(4.0).view(1, 1, 2, 2), 2).flatten()
    tensor([0., 1., 2., 3.])
    """
    moves = kernel_size, dilation, padding, stride
    return _unfolded(input, *(repeated(each, 2) for each in moves))


@asks("nn.im2col(...)")
def _unfolded(
    input: Tensor, kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> Tensor:
    shape, ndim = input._array.shape, input._array.ndim
    if ndim < 2 and thread.now.grad and input.requires_grad:
        size_of(shape, -2)  # the size that its node keeps
    moves = kernel_size, dilation, padding, stride
    _check_moves(("kernel_size", "dilation", "padding", "stride"), moves)
    if size_of(shape, 1):
        size_of(shape, 2)
    filled = ndim == 3 or (ndim == 4 and 0 not in shape[1:])
    if not filled or (ndim == 3 and 0 in shape):
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other"
            f" non-zero dimensions for input, but got: {list(shape)}"
        )
    swept = tuple(
        swept_size(*each)
        for each in zip(shape[-2:], kernel_size, stride, padding, dilation, strict=True)
    )
    if min(swept) < 1:
        raise RuntimeError(
            f"Given input with spatial size {shape[-2:]}, kernel_size={kernel_size}, "
            f"dilation={dilation}, padding={padding}, calculated shape of the array of "
            f"sliding blocks as {swept}, but its components must be at least one."
        )
    if input._array.dtype.kind != "f":
        refuse("im2col_out_cpu", input._array)
    return call(OPS["im2col"], (input,), moves)  # type: ignore[no-any-return]


def fold(
    input: Tensor,
    output_size: int | Sequence[int],
    kernel_size: int | Sequence[int],
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> Tensor:
    """Add patches back to where `unfold` saw them.

    >>> from minitorch_viz import minitorch as torch
    >>> fold(torch.ones(1, 4, 1), (2, 2), 2).flatten()
    tensor([1., 1., 1., 1.])
    """
    moves = output_size, kernel_size, dilation, padding, stride
    return _folded(input, *(repeated(each, 2) for each in moves))


@asks("nn.col2im(...)")
def _folded(
    input: Tensor,
    output_size: Any,
    kernel_size: Any,
    dilation: Any,
    padding: Any,
    stride: Any,
) -> Tensor:
    moves = output_size, kernel_size, dilation, padding, stride
    names = "kernel_size", "stride", "dilation", "padding"
    _check_pairs(("output_size", "kernel_size", "dilation", "padding", "stride"), moves)
    _check_moves(names, (kernel_size, stride, dilation, padding))
    shape, ndim = input._array.shape, input._array.ndim
    if ndim not in (2, 3) or 0 in shape[-2:]:
        raise RuntimeError(
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size"
            f" and non-zero dimensions for input, but got: {list(shape)}"
        )
    rows, blocks = shape[-2:]
    if rows % math.prod(kernel_size):
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of "
            f"kernel_size, but got input.size(1)={rows} and kernel_size={kernel_size}."
        )
    high, wide = (
        swept_size(*each)
        for each in zip(
            output_size, kernel_size, stride, padding, dilation, strict=True
        )
    )
    if high * wide != blocks:
        raise RuntimeError(
            f"Given output_size={output_size}, kernel_size={kernel_size}, "
            f"dilation={dilation}, padding={padding}, stride={stride}, expected size "
            "of input's dimension 2 to match the calculated number of sliding blocks "
            f"{high} * {wide} = {high * wide}, but got input.size(2)={blocks}."
        )
    if input._array.dtype.kind != "f":
        refuse("col2im_out_cpu", input._array)
    return call(OPS["col2im"], (input,), moves)  # type: ignore[no-any-return]


def _check_pairs(names: Sequence[str], moves: Sequence[Sequence[int]]) -> None:
    for name, each in zip(names, moves, strict=True):
        if len(each) != 2:
            raise RuntimeError(
                f"It is expected {name} equals to 2, but got size {len(each)}"
            )


def _check_moves(names: Sequence[str], moves: Sequence[Sequence[int]]) -> None:
    """Refuse moves of a kernel that aren't pairs, or too small."""
    _check_pairs(names, moves)
    for name, (high, wide) in zip(names, moves, strict=True):
        most = 0 if name == "padding" else 1
        if min(high, wide) < most:
            short = {"kernel_size": "kernel", "padding": "pad"}.get(name, name)
            least = "should be greater than zero" if most else "should be non-negative"
            raise RuntimeError(
                f"{name.replace('_', ' ')} {least}, but got {short}_height: {high} "
                f"{short}_width: {wide}"
            )
