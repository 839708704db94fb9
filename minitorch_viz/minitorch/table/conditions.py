"""The row that chooses between two operands, element by element."""

# A row's lambda names what backward needs, even where it only passes it on.

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import Op, do, promoted
from ..promotion import exact
from ..storage import Array, like

Op(
    "where",
    lambda condition, self, other, /: _one_or_other(condition, self, other),
    cast=lambda inputs, arrays: [arrays[0], *_to_choose(inputs[1:], arrays[1:])],
    self=lambda grad, condition: do.where(condition, grad, 0.0),
    other=lambda grad, condition: do.where(condition, 0.0, grad),
)


def _one_or_other(condition: Any, self: Any, other: Any) -> Any:
    """Choose elements; they lie in memory as the first operand of full size does."""
    if _is_nothing(other) and _can_be_cut(condition, self):
        found = _cut(self, condition)
    elif _is_nothing(self) and _can_be_cut(condition, other):
        found = _cut(other, ~condition)
    else:
        found = np.where(condition, self, other)
    return as_first(found, condition, self, other)


#: From so many elements on it is quicker to cut than to choose.
_MANY = 1000


def _is_nothing(value: Any) -> bool:
    return value.__class__ is float and value == 0 and math.copysign(1, value) > 0


def _can_be_cut(condition: Any, array: Any) -> bool:
    if not condition.__class__ is array.__class__ is np.ndarray:
        return False
    kinds = array.dtype.kind + condition.dtype.kind
    return array.size >= _MANY and kinds == "fb" and array.shape == condition.shape


def _cut(array: Array, condition: Array) -> Array:
    """Return floats where a condition holds, else 0: their bytes times 1 or 0.

    Where conditions alternate, `np.where` takes five times as long.
    """
    made, bits = np.empty_like(array), f"i{array.itemsize}"
    np.multiply(array.view(bits), condition, made.view(bits))
    return made


def as_first(found: Array, *operands: Any) -> Array:
    """Lay a result out as the first operand of full size is.

    >>> columns = np.zeros((2, 3), order="F")
    >>> as_first(np.ones((2, 3)), columns).flags.f_contiguous
    True
    """
    if found.ndim < 2:
        return found
    for each in operands:
        if isinstance(each, np.ndarray) and each.shape == found.shape:
            return found if each.flags.c_contiguous else like(found, each)
    return found


_BOOL = np.dtype(bool)


def _to_choose(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Promote what is to be chosen from; a number must fit into the type."""
    found = promoted(inputs, arrays)
    for value, beside in (arrays, arrays[::-1]):
        if value.__class__ is int and getattr(beside, "dtype", _BOOL).kind in "iu":
            exact(value, beside.dtype)
    return found
