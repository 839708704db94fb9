"""Rows of quotients that are rounded, and of what is left over."""

# A row's lambda names what backward needs, even where it only passes it on.

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import BY_ZERO, kernel, lifted, no_bool, wrapped
from ..op import OPS, Op, do, promoted
from ..storage import Array
from ..tensor import Tensor


def _rounded(self: Any, other: Any, rounding_mode: str) -> Any:
    if rounding_mode == "floor":
        return _floor_divide(self, other)
    found = np.trunc(self / other)
    return found.astype(np.result_type(self, other), copy=False)


def _divisor(a: Array, b: Array | float) -> Any:
    """Return `b`, which must not be zero if both are whole numbers."""
    whole = np.result_type(a, b).kind in "iu"
    if whole and np.any(np.equal(b, 0)) and np.broadcast(a, b).size:
        raise RuntimeError(BY_ZERO)
    return b


def _floor_divide(a: Array, b: Array | float) -> Any:
    return np.floor_divide(a, _divisor(a, b))


def _remainder(a: Array, b: Array | float) -> Any:
    if np.result_type(a, b).kind != "f":
        return np.remainder(a, _divisor(a, b))
    # NumPy's own gives a zero the divisor's sign, PyTorch's keeps the dividend's.
    left = np.fmod(a, b)
    return np.where((left != 0) & ((left < 0) != (np.asarray(b) < 0)), left + b, left)


def _fmod(a: Array, b: Array | float) -> Any:
    return np.fmod(a, _divisor(a, b))


def _with_number(name: str, self: Array, other: float) -> tuple[Array, Any]:
    """Return a tensor's array and a number in the one type that they make."""
    array = lifted(self, other)
    no_bool(name, array)
    return array, wrapped(other, array)


def _floored(a: Any, b: Any) -> Any:
    """Divide and round down as the forward did, where 0.5 // 0.1 is 4."""
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return getattr(do, "div.floor")(a, b, "floor")
    return np.floor_divide(a, b)


Op(
    "remainder",
    lambda self, other, /: _remainder(self, other),
    node="RemainderBackward1",
    cast=kernel("remainder_cpu", "b", promoted),
    self=lambda grad: grad,
    other=lambda grad, self, other: -grad * _floored(self, other),
)
Op(
    "fmod",
    lambda self, other, /: _fmod(self, other),
    node="FmodBackward1",
    cast=kernel("fmod_cpu", "b", promoted),
    self=lambda grad: grad,
    other=lambda grad, self, other: (
        -grad * getattr(do, "div.trunc")(self, other, "trunc")
    ),
)
Op(
    "remainder.scalar",
    lambda self, /, other: _remainder(*_with_number("remainder_cpu", self, other)),
    self=lambda grad: grad,
)
Op(
    "fmod.scalar",
    lambda self, /, other: _fmod(*_with_number("fmod_cpu", self, other)),
    self=lambda grad: grad,
)
for _mode in ("floor", "trunc"):
    Op(
        f"div.{_mode}",
        lambda self, other, /, rounding_mode: _rounded(self, other, rounding_mode),
        node="DivBackward2",
        cast=kernel(f"div_{_mode}_cpu", "b", promoted),
        self=lambda grad, other, rounding_mode: do.zeros_like(grad),
        other=lambda grad, self, other, rounding_mode: do.zeros_like(grad),
    )


def _unknown(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::floor_divide is not implemented")


def _unknown_over(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::floor_divide_ is not implemented")


def _unknown_remainder(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::remainder is not implemented")


Op(
    "floor_divide",
    lambda self, other, /: _floor_divide(self, other),
    node="torch::autograd::NotImplemented",
    cast=kernel("div_floor_cpu", "b", promoted),
    self=_unknown,
    other=_unknown,
)
# What `x //= y` is.
Op(
    "floor_divide.over",
    OPS["floor_divide"].forward,
    node="torch::autograd::NotImplemented",
    cast=OPS["floor_divide"].cast,
    self=_unknown_over,
    other=_unknown_over,
)
Op(
    "remainder.reversed",
    lambda self, other, /: _remainder(self, other),
    node="torch::autograd::NotImplemented",
    cast=kernel("remainder_cpu", "b", promoted),
    other=_unknown_remainder,
)
