"""What `a + b`, `-a`, `a[0]` and their like do with tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from . import table
from .bind import function
from .functions.arithmetic import pow as power
from .functions.arithmetic import remainder
from .functions.products import matmul
from .functions.shaping import reshape
from .indexing import getitem, setitem
from .inplace import call_inplace
from .op import OPS, call, record_one
from .promotion import FLOATS, as_array
from .refusing import FAILURES, refusal, requiring
from .saved import RealNumber, WholeNumber
from .tensor import Tensor, wrap
from .thread import thread
from .windows import scattered

assert table.__name__  # importing it fills OPS
OPS["matmul"].on_tensors = matmul
OPS["reshape"].on_tensors = reshape
OPS["scatter_in"].on_tensors = scattered
_NUMBER = (int, float, np.generic)
_OPERAND = (*_NUMBER, Tensor)
_INPUTS = (WholeNumber, RealNumber)


def _is_constant(value: Any) -> bool:
    return isinstance(value, _NUMBER) and type(value) not in _INPUTS


def _hash(self: Tensor) -> int:
    return id(self)


def _operator(name: str) -> Callable[..., Any]:
    """Return `a + b` and its like; anything but tensors and numbers is refused."""
    op, numbered = OPS[name], name in ("add", "mul", "sub", "div")
    direct, usual = op.direct, op.usual
    # Floats of one type take a short cut to NumPy; operations on bits refuse them.
    kinds = () if name.startswith("bitwise") else FLOATS

    def run(self: Tensor, other: Any) -> Any:
        first, rows = self._array, self._in_rows
        kind = first.dtype
        both = type(other) is Tensor
        if both:
            second = other._array
            rows = rows and other._in_rows
        elif not isinstance(other, _OPERAND):
            return NotImplemented
        elif numbered and thread.now.formula and _is_constant(other):
            return call(OPS[f"{name}.number"], (self,), (other,))
        else:
            second = as_array(other, first)
        inputs = self, other
        alike = type(second) is ndarray and second.dtype is kind and kind in kinds
        if not alike or type(self) is not Tensor:
            return call(op, inputs, usual)
        now = thread.now
        quiet = now.quiet  # a name of its own is quicker to call
        try:
            found = quiet(direct, first, second)
        except FAILURES as error:
            raise refusal(op, inputs, (first, second), error) from None
        if not now.grad or now.inference:
            mask = 0
        elif (
            self._base is not None
            or self._inference
            or (both and (other._base is not None or other._inference))
        ):
            mask = requiring(op, inputs)
        else:
            mask = 1 if self._requires_grad else 0
            if both and other._requires_grad:
                mask += 2
        return record_one(op, inputs, usual, found, mask, now, rows)

    return run


def _writing(name: str) -> Callable[..., Any]:
    """Return `a += b` and its like."""
    op = OPS[name]

    def run(self: Tensor, other: Any) -> Any:
        if not isinstance(other, _OPERAND):
            return NotImplemented
        return call_inplace(op, self, (other,), op.usual)

    return run


def _invert(self: Tensor) -> Any:
    if self._array.dtype.kind == "f":
        raise TypeError(
            "~ (operator.invert) is only implemented on integer and Boolean-type "
            "tensors"
        )
    return call(OPS["bitwise_not"], (self,))


def _swapped(name: str, of_tensors: str) -> Callable[..., Any]:
    op, both = OPS[name], OPS[of_tensors]

    def run(self: Tensor, other: Any) -> Any:
        if not isinstance(other, _OPERAND):
            return NotImplemented
        asked = both if isinstance(other, Tensor) else op
        return call(asked, (other, self), asked.usual)

    return run


def _modulo(self: Tensor, other: Any) -> Any:
    if isinstance(other, Tensor):
        return call_inplace(OPS["remainder"], self, (other,))
    return call_inplace(OPS["remainder.scalar"], self, (), (other,))


def _modular(run: Callable[..., Any]) -> Callable[..., Any]:
    """Return a power, which Python gives a modulus that no tensor takes."""
    asked = _of_operands(run)

    def raised(self: Tensor, other: Any, modulus: Any = None) -> Any:
        return asked(self, other) if modulus is None else NotImplemented

    return raised


def _of_operands(run: Callable[..., Any]) -> Callable[..., Any]:
    """Return an operator that leaves to Python what is no tensor and no number."""

    def asked(self: Tensor, other: Any) -> Any:
        if isinstance(other, np.generic):
            other = other.item()  # a number, whose width says nothing
        return run(self, other) if isinstance(other, _OPERAND) else NotImplemented

    return asked


def _rsub(self: Tensor, other: Any) -> Any:
    if thread.now.formula:
        return call(OPS["sub"], (_filled(self, other), self), (1,))
    if isinstance(other, Tensor):
        return call(OPS["rsub.tensor"], (self, other), (1,))
    if other.__class__ is bool or self._array.dtype.kind == "b":
        return call(OPS["sub"], (other, self), (1,))
    return call(OPS["rsub"], (self,), (other, 1))


def _rdiv(self: Tensor, other: Any) -> Any:
    if thread.now.formula:
        return call(OPS["div"], (_filled(self, other), self))
    turned = call(OPS["reciprocal"], (self,))  # before PyTorch looks at the other
    if isinstance(other, np.ndarray):
        return turned * other  # which NumPy answers
    known = isinstance(other, _OPERAND)
    return call(OPS["mul"], (turned, other)) if known else NotImplemented


def _filled(like: Tensor, number: float) -> Tensor:
    return wrap(np.full_like(like._array, number))


def _rpower(self: Tensor, other: Any) -> Any:
    return power(other, self)


def _positive(self: Tensor) -> Tensor:
    if self._array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return self


def _matmul(self: Tensor, other: Any) -> Any:
    return matmul(self, other) if isinstance(other, Tensor) else NotImplemented


def _rmatmul(self: Tensor, other: Any) -> Any:
    return matmul(other, self) if isinstance(other, Tensor) else NotImplemented


def pow_(self: Tensor, exponent: Any) -> Tensor:
    """Raise the tensor to a power, over itself."""
    if isinstance(exponent, Tensor):
        return call_inplace(OPS["pow"], self, (exponent,))
    if self._array.dtype.kind != "f" and isinstance(exponent, int) and exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    return call_inplace(OPS["pow.scalar"], self, (), (exponent,))


def _equal(self: Tensor, other: Any) -> Any:
    if isinstance(other, _OPERAND):
        return call(OPS["eq"], (self, other))
    if isinstance(other, np.ndarray) and other.dtype.kind in "biuf":
        # The one operator that takes an array of NumPy's.
        return call(OPS["eq"], (self, wrap(other)))
    return False


def _unequal(self: Tensor, other: Any) -> Any:
    if isinstance(other, _OPERAND):
        return call(OPS["ne"], (self, other))
    return True


OPERATORS: dict[str, Callable[..., Any]] = {
    "__add__": _operator("add"),
    "__radd__": _operator("add"),
    "__sub__": _operator("sub"),
    "__rsub__": _of_operands(_rsub),
    "__mul__": _operator("mul"),
    "__rmul__": _operator("mul"),
    "__truediv__": _operator("div"),
    "__rtruediv__": _rdiv,
    "__rdiv__": _rdiv,
    "__floordiv__": _operator("floor_divide"),
    "__ifloordiv__": _writing("floor_divide.over"),
    "__imod__": _of_operands(_modulo),
    "__ilshift__": _writing("bitwise_left_shift"),
    "__irshift__": _writing("bitwise_right_shift"),
    "__rfloordiv__": _swapped("floor_divide", "floor_divide"),
    "__mod__": _of_operands(remainder),
    "__rmod__": _swapped("remainder.reversed", "remainder"),
    "__pow__": _modular(power),
    "__rlshift__": _swapped("bitwise_left_shift", "bitwise_left_shift"),
    "__rrshift__": _swapped("bitwise_right_shift", "bitwise_right_shift"),
    "__rpow__": _of_operands(_rpower),
    "__matmul__": _matmul,
    "__rmatmul__": _rmatmul,
    "__neg__": function(OPS["neg"]),
    "__pos__": _positive,
    "__abs__": function(OPS["abs"]),
    "__invert__": _invert,
    "__and__": _operator("bitwise_and"),
    "__or__": _operator("bitwise_or"),
    "__xor__": _operator("bitwise_xor"),
    "__rand__": _operator("bitwise_and"),
    "__ror__": _operator("bitwise_or"),
    "__rxor__": _operator("bitwise_xor"),
    "__lshift__": _operator("bitwise_left_shift"),
    "__rshift__": _operator("bitwise_right_shift"),
    "__iand__": _writing("bitwise_and"),
    "__ior__": _writing("bitwise_or"),
    "__ixor__": _writing("bitwise_xor"),
    "__eq__": _equal,
    "__ne__": _unequal,
    "__lt__": _operator("lt"),
    "__le__": _operator("le"),
    "__gt__": _operator("gt"),
    "__ge__": _operator("ge"),
    "__iadd__": _writing("add"),
    "__isub__": _writing("sub"),
    "__imul__": _writing("mul"),
    "__itruediv__": _writing("div"),
    "__ipow__": _of_operands(pow_),
    "__getitem__": getitem,
    "__setitem__": setitem,
    "__hash__": _hash,
}
