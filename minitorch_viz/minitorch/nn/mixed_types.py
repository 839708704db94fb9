"""What PyTorch says of a convolution whose tensors aren't of one type."""

from __future__ import annotations

from math import prod

from .. import dtypes
from ..backends import get_num_threads
from ..tensor import Tensor


def check_types(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    moves: tuple[tuple[int, ...], ...],
    groups: int,
    told: bool,
) -> None:
    """Refuse other types than the input's; `told` is whether the bias is looked at.

    >>> from minitorch_viz import minitorch as torch
    >>> check_types(torch.ones(1, 1, 1), torch.ones(1, 1, 1), None, (), 1, True)
    """
    if told and bias is not None and bias.dtype is not input.dtype:
        raise RuntimeError(
            f"Input type ({input.dtype.c_name}) and bias type ({bias.dtype.c_name}) "
            "should be the same"
        )
    for name, each in (("weight", weight), ("bias", bias)):
        if each is None or each.dtype is input.dtype:
            continue
        if each.is_floating_point() and _is_large(input, weight, moves, groups):
            kinds = f"({input.type()}) and {name} type ({each.type()})"
            raise RuntimeError(
                f"Input type {kinds} should be the same or input should be a MKLDNN "
                f"tensor and {name} is a dense tensor"
            )
        if name == "weight" or input._array.ndim == 5:
            raise RuntimeError(
                f"expected scalar type {input.dtype.scalar_name} but found "
                f"{each.dtype.scalar_name}"
            )


def _is_large(
    input: Tensor, weight: Tensor, moves: tuple[tuple[int, ...], ...], groups: int
) -> bool:
    """Return whether PyTorch would let its faster library do it, which says more."""
    # A line is an image one high to it.
    lifted = (1,) * (4 - input._array.ndim)
    size = input._array.shape[:2] + lifted + input._array.shape[2:]
    kernel = lifted + weight._array.shape[2:]
    moving = any(n != 1 for each in moves for n in each)
    wide = moving or size[0] >= 16 or kernel[-2:] != (1, 1)
    return (
        input.dtype is dtypes.float32
        and (wide or get_num_threads() > 1)
        and (
            groups > 1 or min(kernel[-2:]) > 3 or size[0] > 1 or prod(size[:4]) > 20480
        )
    )
