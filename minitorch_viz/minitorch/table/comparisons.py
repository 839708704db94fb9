"""Rows that compare two operands, or combine their bits."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..kernels import kernel
from ..op import OPS, Op, do, promoted
from .binary import elementwise

for _name, _ufunc in {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "logical_and": np.logical_and,
    "logical_or": np.logical_or,
    "logical_xor": np.logical_xor,
}.items():
    Op(_name, elementwise(_ufunc), cast=promoted)
# A comparison that is written over a tensor has no slope, but a node that says so.
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    _node = f"{_name.capitalize()}Backward"
    Op(
        f"{_name}.over",
        OPS[_name].forward,
        cast=promoted,
        node=f"{_node}0",
        self=lambda grad: do.zeros_like(grad),
    )
    Op(
        f"{_name}.over_tensor",
        OPS[_name].forward,
        cast=promoted,
        node=f"{_node}1",
        self=lambda grad: do.zeros_like(grad),
        other=lambda grad: do.zeros_like(grad),
    )
_BITS: dict[str, tuple[Callable[..., Any], str, str]] = {
    "bitwise_and": (np.bitwise_and, "bitwise_and_cpu", "f"),
    "bitwise_or": (np.bitwise_or, "bitwise_or_cpu", "f"),
    "bitwise_xor": (np.bitwise_xor, "bitwise_xor_cpu", "f"),
    "gcd": (np.gcd, "gcd_cpu", "bf"),
    "lcm": (np.lcm, "lcm_cpu", "bf"),
    "bitwise_left_shift": (np.left_shift, "lshift_cpu", "bf"),
    "bitwise_right_shift": (np.right_shift, "rshift_cpu", "bf"),
}
for _name, (_bits, _kernel, _refused) in _BITS.items():
    Op(_name, elementwise(_bits), cast=kernel(_kernel, _refused, promoted))
