"""Images in other sizes, by their channels, and a gate, as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..bind import one_dim
from ..kernels import refuse
from ..op import OPS, call
from ..tensor import Tensor
from .asking import asks


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


@asks("input.dim", "nn.glu(input, dim)")
def glu(input: Tensor, dim: int = -1) -> Tensor:
    """Return one half of the elements, let through by the other half's sigmoid.

    >>> from minitorch_viz import minitorch as torch
    >>> glu(torch.tensor([2.0, 0.0]))
    tensor([1.])
    """
    if not input._array.ndim:
        raise RuntimeError(
            "glu does not support scalars because halving size must be even"
        )
    place = one_dim(dim, input._array.ndim)
    size = input._array.shape[place]
    if size % 2:
        raise RuntimeError(
            f"Halving dimension must be even, but dimension {place} is size {size}"
        )
    if input._array.dtype.kind != "f":
        refuse("glu_cpu", input._array)
    return _run("glu", input, args=(place,))


@asks("torch.pixel_shuffle(...)")
def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Return larger images with fewer channels.

    >>> from minitorch_viz import minitorch as torch
    >>> pixel_shuffle(torch.arange(4.0).view(4, 1, 1), 2)
    tensor([[[0., 1.],
             [2., 3.]]])
    """
    ndim, factor = input._array.ndim, upscale_factor
    if ndim < 3:
        raise RuntimeError(
            "pixel_shuffle expects input to have at least 3 dimensions, but got input "
            f"with {ndim} dimension(s)"
        )
    if factor <= 0:
        raise RuntimeError(
            f"pixel_shuffle expects a positive upscale_factor, but got {factor}"
        )
    channels = input._array.shape[-3]
    if channels % factor**2:
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by "
            "the square of upscale_factor, but input.size(-3)="
            f"{channels} is not divisible by {factor**2}"
        )
    return _run("pixel_shuffle", input, args=(factor,))


@asks("torch.pixel_unshuffle(...)")
def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Return smaller images with more channels.

    >>> from minitorch_viz import minitorch as torch
    >>> pixel_unshuffle(torch.ones(1, 2, 2), 2).shape
    torch.Size([4, 1, 1])
    """
    shape, factor = input._array.shape, downscale_factor
    if len(shape) < 3:
        raise RuntimeError(
            "pixel_unshuffle expects input to have at least 3 dimensions, but got input"
            f" with {len(shape)} dimension(s)"
        )
    if factor <= 0:
        raise RuntimeError(
            f"pixel_unshuffle expects a positive downscale_factor, but got {factor}"
        )
    for name, place in (("height", -2), ("width", -1)):
        if shape[place] % factor:
            raise RuntimeError(
                f"pixel_unshuffle expects {name} to be divisible by downscale_factor, "
                f"but input.size({place})={shape[place]} is not divisible by {factor}"
            )
    return _run("pixel_unshuffle", input, args=(factor,))


@asks("torch.channel_shuffle(...)")
def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Return the channels, dealt out to the groups in turn.

    >>> from minitorch_viz import minitorch as torch
    >>> channel_shuffle(torch.arange(4.0).view(1, 4, 1), 2).flatten()
    tensor([0., 2., 1., 3.])
    """
    shape = input._array.shape
    if len(shape) <= 2:
        raise RuntimeError(
            "channel_shuffle expects input with > 2 dims, but got input with sizes "
            f"{list(shape)}"
        )
    if groups <= 0:
        raise RuntimeError(
            "Number of groups to divide channels in must be positive. Value of "
            f"groups:{groups}"
        )
    if shape[1] % groups:
        raise RuntimeError(
            "Number of channels must be divisible by groups. Got "
            f"{shape[1]} channels and {groups} groups."
        )
    return _run("channel_shuffle", input, args=(groups,))
