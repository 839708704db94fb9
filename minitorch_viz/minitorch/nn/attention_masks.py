"""Masks of attention: what is refused, and what is added."""

from __future__ import annotations

import math
import warnings
from typing import Any

from ..creation import zeros_like
from ..dtypes import dtype
from ..functions.shaping import unsqueeze
from ..tensor import Tensor


def check_masks(
    padding: Tensor | None, mask: Tensor | None, shape: tuple[int, ...], kind: str
) -> None:
    """Refuse masks of the wrong number of dimensions, or of the wrong shape.

    >>> check_masks(None, None, (2, 3, 3), "batched")
    """
    ndim, lone = ("3-D", 0) if kind == "batched" else ("2-D", 1)
    if padding is not None and padding._array.ndim != 2 - lone:
        raise AssertionError(
            f"For {kind} ({ndim}) `query`, expected `key_padding_mask` to be `None` or "
            f"{2 - lone}-D but found {padding._array.ndim}-D tensor instead"
        )
    if mask is not None and mask._array.ndim not in (2, 3):
        raise AssertionError(
            f"For {kind} ({ndim}) `query`, expected `attn_mask` to be `None`, 2-D or "
            f"3-D but found {mask._array.ndim}-D tensor instead"
        )
    own = lone and mask is not None and mask._array.ndim == 3
    if own and mask._array.shape != shape:  # type: ignore[union-attr]
        raise AssertionError(
            f"Expected `attn_mask` shape to be {shape} but got {mask.shape}"  # type: ignore[union-attr]
        )


def added_masks(
    padding: Tensor | None,
    mask: Tensor | None,
    like: Tensor,
    names: tuple[str, str] = ("key_padding_mask", "attn_mask"),
) -> tuple[Tensor | None, Tensor | None]:
    """Return masks as what is added: of bools -inf where True.

    >>> from minitorch_viz import minitorch as torch
    >>> added_masks(torch.tensor([True, False]), None, torch.ones(1))
    (tensor([-inf, 0.]), None)
    """
    for each in (mask, padding):
        if not (each is None or isinstance(each, Tensor)):
            raise RuntimeError("input to _none_or_dtype() must be None or torch.Tensor")
    kind = like.dtype
    both = padding is not None and mask is not None
    if both and padding.dtype is not mask.dtype:  # type: ignore[union-attr]
        warnings.warn(_MISMATCHED.format(*names), UserWarning, stacklevel=3)
    return _added(padding, names[0], kind), _added(mask, names[1], kind)


def _added(mask: Tensor | None, name: str, kind: dtype) -> Any:
    if mask is None or mask._array.dtype.kind == "f":
        return mask
    if mask._array.dtype.kind != "b":
        raise AssertionError(f"only bool and floating types of {name} are supported")
    made: Any = zeros_like(mask, dtype=kind)
    return made.masked_fill_(mask, -math.inf)


_MISMATCHED = (
    "Support for mismatched {} and {} is deprecated. Use same type for both instead."
)


def checked_mask(
    mask: Tensor | None, size: tuple[int, int], heads: int
) -> Tensor | None:
    """Return a mask for each head, of a size with room for all of them.

    >>> from minitorch_viz import minitorch as torch
    >>> checked_mask(torch.zeros(2, 3), (2, 3), heads=4).shape
    torch.Size([1, 2, 3])
    """
    if mask is None:
        return None
    ndim = mask._array.ndim
    if ndim not in (2, 3):
        raise RuntimeError(f"attn_mask's dimension {ndim} is not supported")
    wanted = size if ndim == 2 else (heads, *size)
    if mask._array.shape != wanted:
        raise RuntimeError(
            f"The shape of the {ndim}D attn_mask is {mask.shape}, but should be "
            f"{wanted}."
        )
    return unsqueeze(mask, 0) if ndim == 2 else mask
