"""Lines and images in other sizes, as functions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from ..arguments import refuse
from ..op import OPS, call
from ..tensor import Tensor
from .asking import asks
from .pooling import adaptive_avg_pool1d, adaptive_avg_pool2d
from .volumes import adaptive_avg_pool3d

_AREA: dict[int, Callable[..., Tensor]] = {
    1: adaptive_avg_pool1d,
    2: adaptive_avg_pool2d,
    3: adaptive_avg_pool3d,
}
#: How many dimensions these modes resize.
_OWN_DIMS = {"linear": 1, "bilinear": 2, "trilinear": 3}
#: The rows there are, by mode and dimensions.
_ROWS = {
    **{("nearest", n): f"upsample_nearest{n}d" for n in (1, 2, 3)},
    **{("nearest-exact", n): f"_upsample_nearest_exact{n}d" for n in (1, 2, 3)},
    ("linear", 1): "upsample_linear1d",
    ("bilinear", 2): "upsample_bilinear2d",
    ("trilinear", 3): "upsample_trilinear3d",
    ("bicubic", 2): "upsample_bicubic2d",
}


@asks("input.dim")
def interpolate(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Return lines or images in another size, by one of eight modes.

    >>> from minitorch_viz import minitorch as torch
    >>> interpolate(torch.tensor([[[1.0, 2.0]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    dims, plain = input._array.ndim - 2, mode in ("nearest", "area", "nearest-exact")
    if plain and align_corners is not None:
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear "
            "| bilinear | bicubic | trilinear"
        )
    _check_asked(input, size, scale_factor, recompute_scale_factor)
    scales = None if scale_factor is None else _each(scale_factor, dims)
    sizes = None if size is None else _each(size, dims)
    if scales is not None and (recompute_scale_factor or mode == "area"):
        pairs = zip(input._array.shape[2:], scales, strict=True)
        sizes, scales = [int(n * scale) for n, scale in pairs], None
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and dims == 2):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes "
            "and requires a 4-D tensor as input"
        )
    if mode == "area" and dims in _AREA:
        return _AREA[dims](input, sizes)
    row = _ROWS.get((mode, dims))
    if row is None:
        raise _refusal(mode, dims, bool(align_corners), antialias)
    row = f"_{row}_aa" if antialias else row
    corners = () if plain else (bool(align_corners),)
    refuse("nn", row, (input, sizes, *corners, scales), {})
    if sizes is None:
        pairs = zip(input._array.shape[2:], scales or (), strict=True)
        sizes = [math.floor(float(n) * scale) for n, scale in pairs]
    factors = (None,) * dims if scales is None else tuple(map(float, scales))
    found: Tensor = call(OPS[row], (input,), (tuple(sizes), *corners, *factors))
    return found


def _each(value: Any, dims: int) -> Sequence[Any]:
    return value if isinstance(value, (tuple, list)) else [value] * dims


def _check_asked(input: Tensor, size: Any, scale: Any, again: bool | None) -> None:
    """Refuse no size and two, and sizes of other dimensions than the input's."""
    if (size is None) == (scale is None):
        raise ValueError(
            "either size or scale_factor should be defined"
            if size is None
            else "only one of size or scale_factor should be defined"
        )
    asked, said, form = (
        (size, "output", "output size of {}")
        if scale is None
        else (scale, "scale_factor", "scale_factor of shape {}")
    )
    space = input._array.shape[2:]
    if isinstance(asked, (tuple, list)):
        if len(asked) != len(space):
            letter, what = ("o", "output size") if scale is None else ("s", said)
            raise ValueError(
                f"Input and {said} must have the same number of spatial dimensions, but"
                f" got input with spatial dimensions of {list(space)} and "
                f"{form.format(asked)}. Please provide input tensor in (N, C, d1, d2, "
                f"...,dK) format and {what} in ({letter}1, {letter}2, ...,{letter}K) "
                "format."
            )
        if scale is None and not all(isinstance(n, int) for n in asked):
            raise TypeError(
                "expected size to be one of int or Tuple[int] or Tuple[int, int] or "
                "Tuple[int, int, int], but got size with types "
                f"{[type(n) for n in asked]}"
            )
    if again and scale is None:
        raise ValueError(
            "recompute_scale_factor is not meaningful with an explicit size."
        )


def _refusal(mode: str, dims: int, corners: bool, antialias: bool) -> Exception:
    """Return what PyTorch refuses, or else what isn't here."""
    if dims == 2 and mode == "lanczos" and (corners or not antialias):
        return ValueError(
            "Lanczos mode does not support align_corners=True"
            if corners
            else "Lanczos mode requires antialias=True"
        )
    own = _OWN_DIMS.get(mode)
    if own is not None and own != dims and dims in (1, 2, 3):
        return NotImplementedError(
            f"Got {dims + 2}D input, but {mode} mode needs {own + 2}D input"
        )
    known = ("nearest", "nearest-exact", *_OWN_DIMS)
    there = mode in known or (dims == 2 and mode in ("bicubic", "lanczos"))
    if dims not in (1, 2, 3) or not there:
        return NotImplementedError(
            f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {dims + 2}D)"
            " for the modes: nearest | linear | bilinear | bicubic | trilinear | "
            f"lanczos | area | nearest-exact (got {mode})"
        )
    return NotImplementedError("minitorch has no mode='lanczos'; try mode='bicubic'")


def upsample(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """Return what `interpolate` does (deprecated).

    >>> import warnings
    >>> from minitorch_viz import minitorch as torch
    >>> with warnings.catch_warnings(action="ignore"):
    ...     upsample(torch.ones(1, 1, 1), 2)
    tensor([[[1., 1.]]])
    """
    warnings.warn(
        "`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` "
        "instead.",
        UserWarning,
        stacklevel=2,
    )
    return interpolate(input, size, scale_factor, mode, align_corners)
