"""Rows about what floating-point numbers are made of: signs, exponents, neighbours."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..kernels import kernel, refuse
from ..op import Op, do, floating, promoted
from ..refusing import check_broadcast
from ..storage import Array
from .reductions import chosen, evenly
from .slopes import NO_SLOPE_LAST, no_slope_of_other
from .unary import SIGN

Op(
    "sgn",
    SIGN.forward,
    self=lambda grad, self, result: do.zeros_like(grad),
)


def _whole_powers(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    if arrays[0].dtype.kind == "f" and arrays[1].dtype.kind == "b":
        check_broadcast(arrays)
        refuse("ldexp_cpu_exp", arrays[1])
    return floating(inputs, arrays)


Op(
    "ldexp",
    lambda self, other, /: self * np.exp2(other, dtype=self.dtype),
    cast=_whole_powers,
    self=lambda grad, other: grad * do.exp2(other),
    other=lambda grad, result: grad * result * math.log(2),
)
Op(
    "frexp",
    lambda self, /: _parts(self),
    outputs=("mantissa", "exponent"),
    self=lambda grad, exponent: grad / do.exp2(exponent),
)
Op(
    "nextafter",
    lambda self, other, /: np.nextafter(self, other),
    cast=kernel("nextafter_cpu", "biu", promoted),
    self=lambda grad, self, other: do.where(self != other, grad, 0.0),
    other=no_slope_of_other,
    writes=NO_SLOPE_LAST,
)


def _unknown(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::heaviside is not implemented")


def _unknown_over(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::heaviside_ is not implemented")


for _name, _refuses in (("heaviside", _unknown), ("heaviside.over", _unknown_over)):
    Op(
        _name,
        # Unlike NumPy's, a step that isn't above zero at NaN either.
        lambda self, values, /: np.where(self == 0, values, self > 0).astype(
            self.dtype
        ),
        node="torch::autograd::NotImplemented",
        self=_refuses,
        values=_refuses,
    )


def _parts(self: Array) -> tuple[Array, Array]:
    mantissa, exponent = np.frexp(self)
    return mantissa, exponent.astype(np.int32)


# Medians that pass by what is no number


def _nanmedian(self: Array) -> Array:
    kept = self[~np.isnan(self)] if self.dtype.kind == "f" else self.reshape(-1)
    if not kept.size:
        return np.full((), np.nan).astype(self.dtype)
    half = (kept.size - 1) // 2
    return np.asarray(np.partition(kept, half)[half])


def _nanmedian_along(self: Array, dim: int, keepdim: bool) -> tuple[Array, Array]:
    """Sort, and take the middle of the numbers, which lie in front."""
    if not self.ndim:
        return self.copy(), np.zeros((), np.int64)
    order = np.argsort(self, dim, kind="stable")
    numbers = (~np.isnan(self)).sum(dim, keepdims=True)
    places = np.take_along_axis(order, np.maximum(numbers - 1, 0) // 2, dim)
    values = np.take_along_axis(self, places, dim)
    if keepdim:
        return values, places
    return values.squeeze(dim), places.squeeze(dim)


Op(
    "nanmedian",
    lambda self, /: _nanmedian(self),
    cast=kernel("median_cpu", "b"),
    writes=1,
    self=lambda grad, self, result: evenly(grad, self, result),
)
Op(
    "nanmedian.dim",
    lambda self, /, dim, keepdim=False: _nanmedian_along(self, dim, keepdim),
    node="NanmedianBackward1",
    cast=kernel("median_out", "b"),
    outputs=("values", "indices"),
    writes=2,
    self=lambda grad, indices, self_sym_sizes, dim, keepdim: chosen(
        grad, indices, self_sym_sizes, dim, keepdim
    ),
)
