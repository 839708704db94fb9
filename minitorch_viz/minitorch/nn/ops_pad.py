"""The table's rows that pad lines, images and volumes.

`pad` names the last dimension first: (left, right, top, bottom).
"""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..lying import LIKE_FIRST, relaid
from ..op import OPS, Op, do
from ..storage import Array
from ..table.fills import written
from ..table.slopes import NO_SLOPE_LAST, no_slope
from .ops_conv import Sizes, padded


def _pairs(pad: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(pad[::2], pad[1::2], strict=True))[::-1]


def _constant_pad(self: Array, /, pad: Sizes, value: float) -> Array:
    pairs = _pairs(pad)
    cut: list[Any] = [
        slice(max(0, -before), n + min(0, after))
        for n, (before, after) in zip(self.shape[-len(pairs) :], pairs, strict=True)
    ]
    grow = [(max(0, before), max(0, after)) for before, after in pairs]
    if not any(map(any, grow)):
        return relaid(np.array(self[..., *cut]), (self[..., *cut],), LIKE_FIRST)
    return np.array(padded(self[..., *cut], grow, value), order="C")


Op(
    "constant_pad_nd",
    _constant_pad,
    self=lambda grad, pad: do.constant_pad_nd(grad, tuple(-n for n in pad), 0.0),
)


def _mirrored(size: int, before: int, after: int) -> Array:
    places = np.abs(np.arange(-before, size + after))
    return np.where(places >= size, 2 * (size - 1) - places, places)


def _repeated(size: int, before: int, after: int) -> Array:
    return np.clip(np.arange(-before, size + after), 0, size - 1)


def _pad_row(name: str, node: str, where: Any) -> None:
    def forward(self: Array, /, padding: Sizes) -> Array:
        pairs = _pairs(padding)
        for dim, pair in enumerate(pairs, -len(pairs)):
            self = self.take(where(self.shape[dim], *pair), dim)
        return self

    def back(grad_output: Array, self: Array, /, padding: Sizes) -> Array:
        for last, pair in enumerate(_pairs(padding)[::-1], 1):
            dim = grad_output.ndim - last
            size = list(grad_output.shape)
            size[dim] = self.shape[dim]
            whole = np.zeros(size, grad_output.dtype)
            ahead = (slice(None),) * dim
            np.add.at(whole, (*ahead, where(size[dim], *pair)), grad_output)
            grad_output = whole
        return grad_output

    Op(
        name,
        forward,
        node=f"{node}Backward0",
        self=lambda grad, self, padding: getattr(do, f"{name}_backward")(
            grad, self, padding
        ),
    )
    Op(
        f"{name}_backward",
        back,
        node=f"{node}BackwardBackward0",
        grad_output=lambda grad, padding: getattr(do, name)(grad, padding),
        self=no_slope,
        writes=NO_SLOPE_LAST,
    )


for _dims in (1, 2, 3):
    _pad_row(f"reflection_pad{_dims}d", f"ReflectionPad{_dims}D", _mirrored)
    _pad_row(f"replication_pad{_dims}d", f"ReplicationPad{_dims}D", _repeated)
OPS["constant_pad_nd"].leave = written(2)
