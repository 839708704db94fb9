"""Images looked at through grids: `grid_sample` and `affine_grid`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from ..arguments import checked
from ..op import OPS, call
from ..tensor import Tensor

_MODES = {"bilinear": 0, "nearest": 1, "bicubic": 2}
_PADS = {"zeros": 0, "border": 1, "reflection": 2}


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """Return what images show at the places of a grid: x and y in -1 .. 1.

    >>> from minitorch_viz import minitorch as torch
    >>> image, middle = torch.arange(4.0).view(1, 1, 2, 2), torch.zeros(1, 1, 1, 2)
    >>> grid_sample(image, middle, align_corners=False)
    tensor([[[[1.5000]]]])
    """
    if mode not in _MODES:
        raise ValueError(
            "nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or "
            f"'bicubic', but got: '{mode}'"
        )
    if padding_mode not in _PADS:
        raise ValueError(
            "nn.functional.grid_sample(): expected padding_mode to be 'zeros', "
            f"'border', or 'reflection', but got: '{padding_mode}'"
        )
    if align_corners is None:
        warnings.warn(_CORNERS, stacklevel=2)
        align_corners = False
    numbers = _MODES[mode], _PADS[padding_mode]
    look = checked(grid_sampler, "grid_sampler")
    found: Tensor = look(input, grid, *numbers, align_corners)
    return found


def grid_sampler(
    input: Tensor,
    grid: Tensor,
    interpolation_mode: int,
    padding_mode: int,
    align_corners: bool,
) -> Tensor:
    """Return `grid_sample`, with the ways as numbers.

    >>> from minitorch_viz import minitorch as torch
    >>> grid_sampler(torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 1, 2), 0, 0, True)
    tensor([[[[1.]]]])
    """
    have, want = input._array.shape, grid._array.shape
    shapes = f"but got input with sizes {list(have)} and grid with sizes {list(want)}"
    if have[:1] != want[:1]:
        raise RuntimeError(
            f"grid_sampler(): expected grid and input to have same batch size, {shapes}"
        )
    if want[-1] != len(have) - 2:
        raise RuntimeError(
            f"grid_sampler(): expected grid to have size {len(have) - 2} in last "
            f"dimension, but got grid with sizes {list(want)}"
        )
    for place, n in enumerate(have[2:], 2):
        if not n:
            raise RuntimeError(
                "grid_sampler(): expected input to have non-empty spatial dimensions, "
                f"but input has sizes {list(have)} with dimension {place} being empty"
            )
    if len(have) not in (4, 5) or len(have) != len(want):
        expected = "4D" if len(have) == 4 else "4D or 5D"
        raise RuntimeError(
            f"grid_sampler(): expected {expected} input and grid with same number of "
            f"dimensions, {shapes}"
        )
    if len(have) == 5 and interpolation_mode == 2:
        raise RuntimeError(
            "grid_sampler(): bicubic interpolation only supports 4D input"
        )
    dims = len(have) - 2
    if not input.is_floating_point():
        kernel = f"grid_sampler_{dims}d_cpu" + "_kernel_impl" * (dims == 2)
        name = input.dtype.scalar_name
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{name}'")
    if input.dtype is not grid.dtype:
        raise RuntimeError(
            f"expected scalar type {input.dtype.scalar_name} but found "
            f"{grid.dtype.scalar_name}"
        )
    how = interpolation_mode, padding_mode, align_corners
    found: Tensor = call(OPS[f"grid_sampler_{dims}d"], (input, grid), how)
    return found


def affine_grid(
    theta: Tensor, size: Sequence[int], align_corners: bool | None = None
) -> Tensor:
    """Return the grid that turns, scales and moves an image as matrices say.

    >>> from minitorch_viz import minitorch as torch
    >>> turned = torch.tensor([[[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]])
    >>> affine_grid(turned, (1, 1, 1, 2), align_corners=False)
    tensor([[[[ 0.0000, -0.5000],
              [ 0.0000,  0.5000]]]])
    """
    if align_corners is None:
        warnings.warn(_CORNERS, stacklevel=2)
        align_corners = False
    if not theta.is_floating_point():
        raise ValueError(
            f"Expected theta to have floating point type, but got {theta.dtype}"
        )
    if len(size) not in (4, 5):
        raise NotImplementedError(
            "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine "
            f"transforms, respectively. Got size {size}."
        )
    dims = len(size) - 2
    if theta.dim() != 3 or tuple(theta.shape[-2:]) != (dims, dims + 1):
        raise ValueError(
            f"Expected a batch of {dims}D affine matrices of shape Nx{dims}x{dims + 1} "
            f"for size {size}. Got {theta.shape}."
        )
    if align_corners and min(size[2:]) == 1:
        warnings.warn(_ONE_WIDE, stacklevel=2)
    elif min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {size}")
    return affine_grid_generator(theta, size, align_corners)


def affine_grid_generator(
    theta: Tensor, size: Sequence[int], align_corners: bool
) -> Tensor:
    """Return `affine_grid`, which looks at its arguments first.

    >>> from minitorch_viz import minitorch as torch
    >>> affine_grid_generator(torch.ones(1, 2, 3), (1, 1, 1, 1), False)
    tensor([[[[1., 1.]]]])
    """
    if theta._array.shape[0] != size[0]:
        first = theta._array.shape
        raise RuntimeError(
            "Expected size for first two dimensions of batch2 tensor to be: "
            f"[{size[0]}, {first[2]}] but got: [{first[0]}, {first[2]}]."
        )
    how: Any = tuple(size), align_corners
    found: Tensor = call(OPS["affine_grid_generator"], (theta,), how)
    return found


_CORNERS = (
    "Default grid_sample and affine_grid behavior has changed to align_corners=False "
    "since 1.3.0. Please specify align_corners=True if the old behavior is desired. "
    "See the documentation of grid_sample for details."
)
_ONE_WIDE = (
    "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when "
    "align_corners=True. This is not an intended use case of affine_grid. See the "
    "documentation of affine_grid for details."
)
