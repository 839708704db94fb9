"""The table's rows that resize lines, images and volumes.

Along each dimension, a matrix says what is mixed of what.
"""

# A row's lambda names what backward needs, even where it only passes it on.

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..kernels import refuse
from ..op import Op, do
from ..storage import Array
from .ops_conv import Sizes

#: (size, size wanted, factor given, align_corners): the matrix of one dimension.
Mix = Callable[[int, int, float | None, bool], Array]


def _step(size: int, out: int, factor: float | None, align_corners: bool) -> float:
    if align_corners:
        return (size - 1) / (out - 1) if out > 1 else 0
    return size / out if factor is None else 1 / factor


def _nearest(size: int, out: int, factor: float | None, _: bool) -> Array:
    step = np.float32(_step(size, out, factor, False))
    places = np.minimum((np.arange(out) * step).astype(int), size - 1)
    found: Array = np.eye(size)[places]
    return found


def _exact(size: int, out: int, factor: float | None, _: bool) -> Array:
    step = np.float32(_step(size, out, factor, False))
    places = ((np.arange(out, dtype=np.float32) + 0.5) * step).astype(int)
    found: Array = np.eye(size)[np.minimum(places, size - 1)]
    return found


def _linear(size: int, out: int, factor: float | None, align_corners: bool) -> Array:
    step, places = _step(size, out, factor, align_corners), np.arange(out)
    at = places * step if align_corners else np.maximum((places + 0.5) * step - 0.5, 0)
    low = np.minimum(at.astype(int), size - 1)
    share = (at - low)[:, None]
    same = np.eye(size)
    found: Array = (1 - share) * same[low] + share * same[np.minimum(low + 1, size - 1)]
    return found


def _cubic(size: int, out: int, factor: float | None, align_corners: bool) -> Array:
    step, places = _step(size, out, factor, align_corners), np.arange(out)
    at = places * step if align_corners else (places + 0.5) * step - 0.5
    low = np.floor(at).astype(int)
    found = np.zeros((out, size))
    for near in range(-1, 3):
        taken = np.clip(low + near, 0, size - 1)
        np.add.at(found, (places, taken), _bump(np.abs(at - low - near), -0.75))
    return found


def _bump(x: Array, a: float) -> Array:
    """Return the weight of what lies this far away, of Keys' cubic curve."""
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    found: Array = np.where(x <= 1, near, np.where(x < 2, far, 0))
    return found


def _tent(x: Array) -> Array:
    found: Array = np.maximum(1 - x, 0)
    return found


def _smoothed(weigh: Callable[[Array], Array], reach: int) -> Mix:
    """Return a mix that takes all in reach where it makes smaller."""

    def mix(size: int, out: int, factor: float | None, align_corners: bool) -> Array:
        step = _step(size, out, factor, align_corners)
        wide = max(step, 1.0)
        center = step * (np.arange(out)[:, None] + 0.5)
        first = np.maximum((center - reach * wide + 0.5).astype(int), 0)
        last = np.minimum((center + reach * wide + 0.5).astype(int), size)
        places = np.arange(size)
        weights = weigh(np.abs(places - center + 0.5) / wide)
        weights = np.where((places >= first) & (places < last), weights, 0)
        found: Array = weights / weights.sum(1, keepdims=True)
        return found

    return mix


def _mixed(x: Array, mixes: Sequence[Array]) -> Array:
    kind = x.dtype if x.dtype.kind == "f" else np.dtype("float64")
    found = x
    for place, mix in enumerate(mixes, 2):
        spread = np.tensordot(mix.astype(kind), found, (1, place))
        found = np.moveaxis(spread, 0, place)
    found = found if kind is x.dtype else np.floor(found + 0.5)
    return np.array(found, x.dtype, order="C")


def _resizable(mode: str, self: Array, output_size: Sizes) -> Array:
    """Return what can have this size; PyTorch's kernels refuse nothing and integers."""
    shape = self.shape[2:]
    if 0 in shape or min(output_size) <= 0:
        one = len(shape) == 1
        sides = "DHW"[-len(shape) :] if not one else "W"
        have, want = (
            ", ".join(f"{side}: {n}" for side, n in zip(sides, sizes, strict=True))
            for sizes in (shape, output_size)
        )
        raise RuntimeError(
            "Input and output sizes should be greater than 0, but got input "
            f"({have}) {'and ' if one else ''}output ({want})"
        )
    if not self.shape[1]:
        raise RuntimeError(
            f"Non-empty {self.ndim}D data tensor expected but got a tensor with sizes "
            f"{list(self.shape)}"
        )
    if self.dtype.kind != "f" and self.dtype.name != "uint8":
        kernel = f"compute_indices_weights_{mode.removeprefix('bi')}"
        image = f"upsample_{mode}2d_channels_last"
        apart = len(shape) != 2 or mode == "bicubic"
        refuse(kernel if apart else image, self)
    return self


class _Resizing:
    """What a row computes of an input, and of a gradient."""

    def __init__(self, name: str, mode: str, mix: Mix) -> None:
        self.name, self.mode, self.mix = name, mode, mix

    def _mixes(self, shape: Any, size: Any, corners: bool, scales: Any) -> list[Array]:
        each = zip(shape[2:], size, scales, strict=True)
        return [self.mix(*one, corners) for one in each]

    def out(self, x: Array, size: Any, scales: Any, corners: bool = False) -> Array:
        """Return the input in another size."""
        _resizable(self.mode, x, size)
        return _mixed(x, self._mixes(x.shape, size, corners, scales))

    def back(
        self, grad: Any, shape: Any, size: Any, scales: Any, corners: bool = False
    ) -> Any:
        """Return the gradient in the input's size."""
        size, shape = tuple(size), tuple(shape)
        back = getattr(do, f"{self.name}_backward")
        return back(grad, size, shape, scales, corners)

    def small(
        self, grad: Array, size: Any, shape: Any, scales: Any, corners: bool
    ) -> Array:
        """Return a gradient's sum over what each element was mixed into."""
        mixes = self._mixes(shape, size, corners, scales)
        return _mixed(grad, [mix.T for mix in mixes])


def _add_back(r: _Resizing, node: str, cornered: bool) -> None:
    """Add the row of a gradient: its own gradient is a resizing again."""

    def again(grad: Any, output_size: Any, scales: Any) -> Any:
        return getattr(do, r.name)(grad, output_size, *scales)

    def again_cornered(
        grad: Any, output_size: Any, scales: Any, align_corners: bool
    ) -> Any:
        return getattr(do, r.name)(grad, output_size, align_corners, *scales)

    Op(
        f"{r.name}_backward",
        lambda grad_output, /, output_size, input_size, scales, align_corners: r.small(
            grad_output, output_size, input_size, scales, align_corners
        ),
        node=node,
        grad_output=again_cornered if cornered else again,
    )


def _lines(r: _Resizing) -> tuple[Any, Any]:
    return (
        lambda self, /, output_size, scales: r.out(self, output_size, (scales,)),
        lambda grad, self_sym_sizes, output_size, scales: r.back(
            grad, self_sym_sizes, output_size, (scales,)
        ),
    )


def _images(r: _Resizing) -> tuple[Any, Any]:
    return (
        lambda self, /, output_size, scales_h, scales_w: r.out(
            self, output_size, (scales_h, scales_w)
        ),
        lambda grad, self_sym_sizes, output_size, scales_h, scales_w: r.back(
            grad, self_sym_sizes, output_size, (scales_h, scales_w)
        ),
    )


def _volumes(r: _Resizing) -> tuple[Any, Any]:
    return (
        lambda self, /, output_size, scales_d, scales_h, scales_w: r.out(
            self, output_size, (scales_d, scales_h, scales_w)
        ),
        lambda grad, self_sym_sizes, output_size, scales_d, scales_h, scales_w: r.back(
            grad, self_sym_sizes, output_size, (scales_d, scales_h, scales_w)
        ),
    )


def _cornered_lines(r: _Resizing) -> tuple[Any, Any]:
    return (
        lambda self, /, output_size, align_corners, scales: r.out(
            self, output_size, (scales,), align_corners
        ),
        lambda grad, self_sym_sizes, output_size, align_corners, scales: r.back(
            grad, self_sym_sizes, output_size, (scales,), align_corners
        ),
    )


def _cornered_images(r: _Resizing) -> tuple[Any, Any]:
    return (
        lambda self, /, output_size, align_corners, scales_h, scales_w: r.out(
            self, output_size, (scales_h, scales_w), align_corners
        ),
        lambda grad, self_sym_sizes, output_size, align_corners, scales_h, scales_w: (
            r.back(
                grad, self_sym_sizes, output_size, (scales_h, scales_w), align_corners
            )
        ),
    )


def _cornered_volumes(r: _Resizing) -> tuple[Any, Any]:
    return (
        lambda self, /, output_size, align_corners, scales_d, scales_h, scales_w: r.out(
            self, output_size, (scales_d, scales_h, scales_w), align_corners
        ),
        lambda grad, self_sym_sizes, output_size, align_corners, scales_d, scales_h, scales_w: (  # noqa: E501
            r.back(
                grad,
                self_sym_sizes,
                output_size,
                (scales_d, scales_h, scales_w),
                align_corners,
            )
        ),
    )


#: row -> its node, what mixes, and which dimensions it has
_ROWS: dict[str, tuple[str, str, Mix, Any]] = {
    "upsample_nearest1d": ("Nearest1D", "nearest", _nearest, _lines),
    "upsample_nearest2d": ("Nearest2D", "nearest", _nearest, _images),
    "upsample_nearest3d": ("Nearest3D", "nearest", _nearest, _volumes),
    "_upsample_nearest_exact1d": ("NearestExact1D", "nearest", _exact, _lines),
    "_upsample_nearest_exact2d": ("NearestExact2D", "nearest", _exact, _images),
    "_upsample_nearest_exact3d": (
        "NearestExact3D",
        "nearest",
        _exact,
        _volumes,
    ),
    "upsample_linear1d": ("Linear1D", "linear", _linear, _cornered_lines),
    "upsample_bilinear2d": ("Bilinear2D", "bilinear", _linear, _cornered_images),
    "upsample_trilinear3d": ("Trilinear3D", "linear", _linear, _cornered_volumes),
    "upsample_bicubic2d": ("Bicubic2D", "bicubic", _cubic, _cornered_images),
    "_upsample_bilinear2d_aa": (
        "Bilinear2DAa",
        "bilinear",
        _smoothed(_tent, 1),
        _cornered_images,
    ),
    "_upsample_bicubic2d_aa": (
        "Bicubic2DAa",
        "bicubic",
        _smoothed(lambda x: _bump(x, -0.5), 2),
        _cornered_images,
    ),
}
for _name, (_node, _mode, _mix, _pair) in _ROWS.items():
    _resizing = _Resizing(_name, _mode, _mix)
    _out, _back = _pair(_resizing)
    Op(_name, _out, node=f"Upsample{_node}Backward0", self=_back)
    _cornered = _pair.__name__.startswith("_cornered")
    _add_back(_resizing, f"Upsample{_node}BackwardBackward0", _cornered)
