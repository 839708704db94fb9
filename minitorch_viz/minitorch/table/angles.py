"""The row of angles, whose two gradients share what they divide by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..kernels import tensors_only
from ..op import OPS, Op, do, floating


def _inverse_square(self: Any, other: Any) -> Any:
    """Return one over the squared distance from the origin, and 0 there."""
    found = do.reciprocal(self * self + other * other)
    return do.masked_fill(found, (self == 0) & (other == 0), 0.0)


Op(
    "atan2",
    lambda self, other, /: np.arctan2(self, other),
    cast=tensors_only(floating),
    self=lambda grad, self, other: grad * other * _inverse_square(self, other),
    other=lambda grad, self, other: grad * -self * _inverse_square(self, other),
)


def _atan2_at_once(
    grad: Any, wanted: Sequence[bool], *, self: Any, other: Any
) -> list[Any]:
    inverse = _inverse_square(self, other)
    return [
        grad * other * inverse if wanted[0] else None,
        grad * -self * inverse if wanted[1] else None,
    ]


OPS["atan2"].at_once = _atan2_at_once
