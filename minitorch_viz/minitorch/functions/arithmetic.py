"""Powers, divisions, bounds and choices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..bind import one_dim
from ..devices import refuse_looking, refuse_numbers
from ..dtypes import contiguous_format, get_default_dtype, result_type
from ..dtypes import dtype as Dtype
from ..events import silence
from ..inplace import call_inplace
from ..mixing import together
from ..once import warn_once
from ..op import OPS, call
from ..tensor import Tensor


def run(name: str, *inputs: Any, args: Any = ()) -> Tensor:
    """Run the operation of this name, which has one output."""
    found: Tensor = call(OPS[name], inputs, args)
    return found


def to_dtype(self: Tensor, dtype: Dtype) -> Tensor:
    """Return the tensor in another element type, itself if it has that already."""
    if self._array.dtype == dtype.np:
        return self
    return run("to_copy", self, args=(dtype.np,))


def clone(self: Tensor, *, memory_format: Any = None) -> Tensor:
    """Return a copy that gradients flow through."""
    ordered = memory_format is contiguous_format
    return run("clone", self, args=("C" if ordered else "K",))


def pow(self: Any, exponent: Any) -> Tensor:
    """Return `self` to the power of `exponent`; one of them may be a number."""
    if not isinstance(exponent, Tensor):
        return _scalar_power(self, exponent)
    if isinstance(self, Tensor):
        return run("pow", self, exponent)
    return run("pow.base", exponent, args=(self,))


def _scalar_power(self: Tensor, exponent: float) -> Tensor:
    if isinstance(exponent, np.generic):
        exponent = exponent.item()
    if self._array.dtype.kind != "f" and isinstance(exponent, int) and exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    return run("pow.scalar", self, args=(exponent,))


def square(self: Tensor) -> Tensor:
    """Return `self ** 2`."""
    return pow(self, 2)


def div(self: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """Return `self / other`, rounded as asked."""
    if rounding_mode is None:
        return run("div", self, other)
    check_rounding(rounding_mode)
    return run(f"div.{rounding_mode}", self, other, args=(rounding_mode,))


def check_rounding(mode: str) -> None:
    """Refuse a way of rounding that PyTorch doesn't know.

    >>> check_rounding("floor")
    """
    if mode not in ("floor", "trunc"):
        raise RuntimeError(
            "div expected rounding_mode to be one of None, 'trunc', or 'floor' but "
            f"found '{mode}'"
        )


def remainder(self: Any, other: Any) -> Tensor:
    """Return what is left after a division; it has the sign of `other`."""
    return _left_over("remainder", self, other)


def fmod(self: Any, other: Any) -> Tensor:
    """Return what is left after a division; it has the sign of `self`."""
    return _left_over("fmod", self, other)


def _left_over(name: str, self: Any, other: Any) -> Tensor:
    if isinstance(other, Tensor):
        reverse = name == "remainder" and not isinstance(self, Tensor)
        return run("remainder.reversed" if reverse else name, self, other)
    if isinstance(other, np.generic):
        other = other.item()
    return run(f"{name}.scalar", self, args=(other,))


def clamp(self: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Return the elements, moved to the nearest bound if outside."""
    need_bound(min, max)
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        return run("clamp.tensor", self, min, max)
    return run("clamp", self, args=(min, max))


def need_bound(low: Any, high: Any) -> None:
    """Raise if nothing bounds what is to be clamped.

    >>> need_bound(None, 1)
    """
    if low is None and high is None:
        raise RuntimeError(
            "torch.clamp: At least one of 'min' or 'max' must not be None"
        )


_WHERE_BYTES = (
    "where received a uint8 condition tensor. This behavior is deprecated and will be "
    "removed in a future version of PyTorch. Use a boolean condition instead."
)


def where(condition: Tensor, self: Any = None, other: Any = None) -> Any:
    """Return `self` where `condition` holds, else `other`; alone, where it holds."""
    if self is None and other is None:
        from .joining import nonzero

        return nonzero(condition, as_tuple=True)
    if condition._array.dtype.kind not in "bu":
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with "
            f"dtype {condition.dtype.scalar_name}"
        )
    if condition._array.dtype.kind == "u":
        warn_once(_WHERE_BYTES)
    self, other = (
        each.item() if isinstance(each, np.generic) else each for each in (self, other)
    )
    if isinstance(self, Tensor) != isinstance(other, Tensor):
        wanted = result_type(self, other)
        self, other = (
            to_dtype(each, wanted) if isinstance(each, Tensor) else each
            for each in (self, other)
        )
    return run("where", condition, self, other)


def softmax(self: Tensor, dim: int, dtype: Dtype | None = None) -> Tensor:
    """Return exponentials that sum to 1 along a dimension."""
    return _soft("softmax", self, dim, dtype)


def log_softmax(self: Tensor, dim: int, dtype: Dtype | None = None) -> Tensor:
    """Return the logarithm of `softmax`."""
    return _soft("log_softmax", self, dim, dtype)


def _soft(name: str, self: Tensor, dim: int, dtype: Dtype | None) -> Tensor:
    if dtype is not None:
        self = to_dtype(self, dtype)
    return softened(name, self, dim)


def softened(name: str, self: Tensor, dim: int) -> Tensor:
    """Return `softmax` or `log_softmax`, whose kernels take floats only."""
    place, ndim = one_dim(dim, self._array.ndim), self._array.ndim
    if self._array.dtype.kind != "f" and self._array.size:
        last = "_lastdim" if place == max(ndim - 1, 0) else ""
        raise NotImplementedError(
            f'"{name}{last}_kernel_impl" not implemented for '
            f"'{self.dtype.scalar_name}'"
        )
    return run(name, self, args=(place,))


def lerp(self: Tensor, end: Tensor, weight: Any) -> Tensor:
    """Return what lies between two tensors, `weight` of the way."""
    if isinstance(weight, Tensor):
        return run("lerp.tensor", self, end, weight)
    return run("lerp", self, end, args=(weight,))


def equal(self: Tensor, other: Tensor) -> bool:
    """Return True if two tensors have the same size and elements."""
    refuse_looking("equal", self._array, other._array)
    together("equal", self._array, other._array)
    return np.array_equal(self._array, other._array)


def allclose(
    self: Tensor,
    other: Tensor,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = False,
) -> bool:
    """Return True if all elements are close to each other."""
    with silence():
        close = isclose(self, other, rtol, atol, equal_nan)._array
    refuse_numbers(close)
    return bool(close.all())


def isclose(
    self: Tensor,
    other: Tensor,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = False,
) -> Tensor:
    """Return where elements are close to each other."""
    if self.dtype is not other.dtype:
        names = self.dtype.scalar_name, other.dtype.scalar_name
        raise RuntimeError("{} did not match {}".format(*names))
    for name, most in (("rtol", rtol), ("atol", atol)):
        if most < 0:
            raise RuntimeError(
                f"{name} must be greater than or equal to zero, but got {most:g}"
            )
    found = run("eq", self, other)
    if equal_nan and self._array.dtype.kind == "f":
        both = run("isnan", self)
        call_inplace(OPS["bitwise_and"], both, (run("isnan", other),))
        call_inplace(OPS["bitwise_or"], found, (both,))
    if rtol == atol == 0:
        return found
    kind = get_default_dtype()
    if self._array.dtype.kind == "b":
        self = to_dtype(self, kind)
    if other._array.dtype.kind != "f":
        other = to_dtype(other, kind)
    allowed = run("abs", run("mul.number", other, args=(rtol,)))
    allowed = run("add.number", allowed, args=(atol,))
    error = run("abs", run("sub", self, other, args=(1,)))
    near = run("isfinite", error)
    call_inplace(OPS["bitwise_and"], near, (run("le", error, allowed),))
    return call_inplace(OPS["bitwise_or"], found, (near,))
