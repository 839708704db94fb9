"""Rows of two operands or more, element by element."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..kernels import (
    BOOL_ALPHA,
    FLOAT_ALPHA,
    ONE_BOOL,
    difference,
    kernel,
    lifted,
    no_bool,
    refuse_bools,
    subtracted,
    tensors_only,
    wrapped,
)
from ..op import Op, do, floating, promoted
from ..refusing import check_broadcast
from ..storage import Array
from ..tensor import Tensor
from .conditions import as_first
from .precise import power


def _scaled(grad: Any, factor: float) -> Any:
    if factor == 1:
        return grad
    if isinstance(grad, np.ndarray) and grad.dtype.kind == "b":
        return grad & bool(factor)
    return grad * factor


def _alpha(self: Any, other: Any, alpha: float) -> Any:
    """Scale `other`, whose factor must be of its kind."""
    np.broadcast_shapes(np.shape(self), np.shape(other))
    _check_alpha(np.result_type(self, other).kind, alpha)
    return _scaled(other, alpha)


def _check_alpha(kind: str, alpha: float) -> None:
    if alpha.__class__ is bool and kind != "b":
        raise RuntimeError(BOOL_ALPHA)
    if alpha.__class__ is float and kind in "biu":
        raise RuntimeError(FLOAT_ALPHA)


def _reversed_sub(self: Array, other: float, alpha: float) -> Any:
    array = lifted(self, other)
    refuse_bools(self, other)
    _check_alpha(array.dtype.kind, alpha)
    return wrapped(other, array) - _scaled(array, alpha)


def _turned(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    arrays = subtracted(inputs, arrays)
    check_broadcast(arrays[::-1])
    return arrays


def _zero(grad: Any) -> Any:
    return do.zeros_like(grad)


def elementwise(ufunc: Callable[..., Any]) -> Callable[..., Any]:
    """Return the forward of a row that is one function of NumPy's.

    >>> int(elementwise(np.gcd)(6, 4))
    2
    """
    return lambda self, other, /: ufunc(self, other)


Op(
    "add",
    lambda self, other, /, alpha=1: (
        self
        + (
            other
            if alpha.__class__ is int and alpha == 1
            else _alpha(self, other, alpha)
        )
    ),
    direct=np.add,
    cast=promoted,
    self=lambda grad: grad,
    other=lambda grad, alpha: _scaled(grad, alpha),
)
Op(
    "sub",
    lambda self, other, /, alpha=1: (
        self
        - (
            other
            if alpha.__class__ is int and alpha == 1
            else _alpha(self, other, alpha)
        )
    ),
    direct=np.subtract,
    cast=subtracted,
    self=lambda grad: grad,
    other=lambda grad, alpha: -_scaled(grad, alpha),
)

Op(
    "rsub",
    lambda self, /, other, alpha=1: _reversed_sub(self, other, alpha),
    node="RsubBackward1",
    self=lambda grad, alpha: -_scaled(grad, alpha),
)
Op(
    "rsub.tensor",
    lambda self, other, /, alpha=1: as_first(
        other - _alpha(other, self, alpha), other, self
    ),
    node="RsubBackward0",
    cast=_turned,
    self=lambda grad, alpha: -_scaled(grad, alpha),
    other=lambda grad: grad,
)
Op(
    "mul",
    lambda self, other, /: self * other,
    direct=np.multiply,
    cast=promoted,
    self=lambda grad, other: grad * other,
    other=lambda grad, self: grad * self,
)
Op(
    "div",
    lambda self, other, /: self / other,
    direct=np.divide,
    cast=floating,
    self=lambda grad, other: grad / other,
    other=lambda grad, self, other: -grad * ((self / other) / other),
)
Op(
    "pow.scalar",
    lambda self, /, exponent: power(*_raised(self, exponent)),
    node="PowBackward0",
    self=lambda grad, self, exponent: (
        _zero(grad) if exponent == 0 else grad * (exponent * _lowered(self, exponent))
    ),
)


def _lowered(x: Any, exponent: Any) -> Any:
    # The one power here that isn't NumPy's at -0 and below.
    rooted = exponent == 0.5 and isinstance(x, np.ndarray)
    return power(x, -0.5) if rooted else x ** (exponent - 1)


def _less_one(exponent: Any) -> Any:
    if isinstance(exponent, np.ndarray) and exponent.dtype.kind == "b":
        raise RuntimeError(ONE_BOOL)
    return exponent - 1


Op(
    "pow",
    lambda self, exponent, /: power(self, exponent),
    node="PowBackward1",
    cast=kernel("pow", "b", promoted),
    # PyTorch keeps the result even where only the base requires grad.
    self=lambda grad, self, exponent, result: do.where(
        exponent == 0, 0.0, grad * (exponent * self ** _less_one(exponent))
    ),
    exponent=lambda grad, self, exponent, result: (
        grad * do.where((self == 0) & (exponent >= 0), 0.0, result * do.log(self))
    ),
)


def _logarithm(number: float) -> float:
    """Return the logarithm of a base; PyTorch has none for bools."""
    if isinstance(number, bool):
        raise RuntimeError(_NO_LOGARITHM)  # noqa: TRY004 - PyTorch's
    return math.log(number) if number > 0 else math.nan


_NO_LOGARITHM = (
    'false INTERNAL ASSERT FAILED at "/__w/pytorch/pytorch/c10/core/Scalar.cpp":42, '
    "please report a bug to PyTorch. unknown ivalue tag 4"
)
Op(
    "pow.base",
    lambda exponent, /, self: _raised_number(self, exponent),
    node="PowBackward2",
    exponent=lambda grad, self, exponent, result: (
        grad * do.where(exponent >= 0, 0.0, result * -math.inf)
        if self == 0 and self is not False
        else grad * (result * _logarithm(self))
    ),
)
Op(
    "maximum",
    lambda self, other, /: np.maximum(self, other),
    cast=tensors_only(promoted),
    writes=1,
    self=lambda grad, self, other: _share(grad, self == other, self < other),
    other=lambda grad, self, other: _share(grad, self == other, other < self),
)
Op(
    "minimum",
    lambda self, other, /: np.minimum(self, other),
    cast=tensors_only(promoted),
    writes=1,
    self=lambda grad, self, other: _share(grad, self == other, self > other),
    other=lambda grad, self, other: _share(grad, self == other, other > self),
)


def _where_first(name: str, first: Callable[..., Any], chosen: Any) -> None:
    """Add a row that passes over NaN; `first` says where it takes `self`."""
    Op(
        name,
        elementwise(chosen),
        cast=tensors_only(promoted),
        self=lambda grad, self, other: do.masked_fill(
            grad, ~(first(self, other) | (other != other)), 0.0
        ),
        other=lambda grad, self, other: do.masked_fill(
            grad, first(self, other) | (other != other), 0.0
        ),
    )


_where_first("fmax", operator.ge, np.fmax)
_where_first("fmin", operator.le, np.fmin)
Op(
    "logaddexp",
    lambda self, other, /: np.logaddexp(self, other),
    cast=kernel("logaddexp_cpu", "biu", tensors_only(promoted)),
    self=lambda grad, self, other: grad / (1 + do.exp(difference(other, self))),
    other=lambda grad, self, other: grad / (1 + do.exp(difference(self, other))),
)


def _one_type(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    for name, value in zip(("end", "weight"), inputs[1:], strict=False):
        if isinstance(value, Tensor) and value.dtype is not inputs[0].dtype:
            raise RuntimeError(
                f"expected dtype {inputs[0].dtype.c_name} for `{name}` but got dtype "
                f"{value.dtype.c_name}"
            )
    return (_lerp_between if len(inputs) == 3 else _lerp_kernel)(inputs, arrays)


_lerp_kernel = kernel("lerp_kernel_scalar", "biu")
_lerp_between = kernel("lerp_kernel_tensor", "biu")


def _mixed(self: Array, end: Array, weight: Any) -> Any:
    """Start from the nearer end, as PyTorch does: it shows where one is infinite."""
    apart = end - self
    near, far = self + weight * apart, end - apart * (1 - weight)
    if isinstance(weight, np.ndarray):
        return np.where(np.abs(weight) < 0.5, near, far)
    return near if abs(weight) < 0.5 else far


Op(
    "lerp",
    lambda self, end, /, weight: _mixed(self, end, weight),
    cast=_one_type,
    self=lambda grad, weight: grad * (1 - weight),
    end=lambda grad, weight: grad * weight,
)
Op(
    "lerp.tensor",
    lambda self, end, weight, /: _mixed(self, end, weight),
    node="LerpBackward1",
    cast=_one_type,
    self=lambda grad, weight: grad * (1 - weight),
    end=lambda grad, weight: grad * weight,
    weight=lambda grad, self, end: grad * (end - self),
)
Op(
    "addcmul",
    lambda self, tensor1, tensor2, /, value=1: (
        self + wrapped(value, self) * tensor1 * tensor2
    ),
    cast=kernel("addcmul_cpu_out", "b", promoted),
    self=lambda grad: grad,
    tensor1=lambda grad, tensor2, value: grad * (tensor2 * value),
    tensor2=lambda grad, tensor1, value: grad * (tensor1 * value),
)


def _divided(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    if all(array.dtype.kind != "f" for array in arrays[1:]):
        raise RuntimeError(_WHOLE_QUOTIENTS)
    return promoted(inputs, arrays)


_WHOLE_QUOTIENTS = (
    "Integer division with addcdiv is no longer supported, and in a future  release "
    "addcdiv will perform a true division of tensor1 and tensor2. The historic addcdiv "
    "behavior can be implemented as (input + value * torch.trunc(tensor1 / tensor2))."
    "to(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) for "
    "float inputs. The future addcdiv behavior is just the latter implementation: "
    "(input + value * tensor1 / tensor2), for all dtypes."
)
Op(
    "addcdiv",
    lambda self, tensor1, tensor2, /, value=1: self + value * tensor1 / tensor2,
    cast=_divided,
    self=lambda grad: grad,
    tensor1=lambda grad, tensor2, value: grad * (value / tensor2),
    tensor2=lambda grad, tensor1, tensor2, value: (
        -grad * (value * tensor1 / (tensor2 * tensor2))
    ),
)


def _raised(self: Array, exponent: float) -> tuple[Array, Any]:
    array = lifted(self, exponent)
    if array.dtype.kind == "b":
        # Of a bool and `True` PyTorch makes no power but `and`.
        return array, exponent
    return array, wrapped(exponent, array)


def _raised_number(self: float, exponent: Array) -> Any:
    array = lifted(exponent, self)
    no_bool("pow", array)
    return power(wrapped(self, array), array)


def _share(grad: Any, tie: Any, lost: Any) -> Any:
    """Split ties evenly, and give nothing to the one that lost."""
    return do.masked_fill(do.where(tie, grad / 2, grad), lost, 0.0)
