"""Which element types an operation's kernel takes, and what it says of the others.

A check rides on the operation's `cast`, so that floats, which all kernels take, pay
next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from numpy import ndarray

from .dtypes import from_numpy, result_type
from .op import Cast, promoted
from .promotion import as_type
from .refusing import check_broadcast
from .storage import Array


def same(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Take the operands as they are: a cast that casts nothing.

    >>> same((), [1, 2])
    [1, 2]
    """
    return arrays


def kernel(
    name: str,
    refused: str,
    cast: Cast = same,
    *,
    spared: Callable[[list[Any]], bool] = lambda arrays: False,
) -> Cast:
    """Return a cast that refuses kinds of types as PyTorch's kernel `name` does.

    `refused` holds NumPy's letters: `b` for bool, `iu` for integers. Arrays that are
    `spared` never reach the kernel.

    >>> import numpy as np
    >>> kernel("frac_cpu", "biu")((), [np.zeros(1, bool)])
    Traceback (most recent call last):
        ...
    NotImplementedError: "frac_cpu" not implemented for 'Bool'
    """

    def check(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
        arrays = cast(inputs, arrays)
        for array in arrays:
            if array.__class__ is ndarray:
                if array.dtype.kind in refused and not spared(arrays):
                    # Shapes that don't fit are found out before a kernel is chosen.
                    check_broadcast(arrays)
                    refuse(name, array)
                break
        return arrays

    return check


def refuse(name: str, array: Array) -> None:
    """Raise as PyTorch's kernel `name` does of a type that it doesn't take.

    >>> import numpy as np
    >>> refuse("dot", np.zeros(1, bool))
    Traceback (most recent call last):
        ...
    NotImplementedError: "dot" not implemented for 'Bool'
    """
    kind = from_numpy(array.dtype).scalar_name
    raise NotImplementedError(f"\"{name}\" not implemented for '{kind}'")


def any_empty(arrays: list[Any]) -> bool:
    """Return True if one of the arrays has no elements.

    >>> import numpy as np
    >>> any_empty([np.zeros(2), np.zeros((0, 3))])
    True
    """
    return not all(array.size for array in arrays)


def tensors_only(cast: Cast) -> Cast:
    """Return a cast that refuses numbers; PyTorch's parser then has the words.

    >>> import numpy as np
    >>> tensors_only(same)((), [np.ones(1), 2])
    Traceback (most recent call last):
        ...
    TypeError: no tensor but int
    """

    def check(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
        for array in arrays:
            if not isinstance(array, ndarray):
                raise TypeError(f"no tensor but {type(array).__name__}")
        return cast(inputs, arrays)

    return check


def refusing_bool(message: str, cast: Cast = same) -> Cast:
    """Return a cast that refuses tensors of bools with a sentence of its own."""

    def check(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
        if any(x.__class__ is ndarray and x.dtype.kind == "b" for x in arrays):
            raise RuntimeError(message)
        return cast(inputs, arrays)

    return check


def subtracted(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Promote the operands of a difference, which refuses bools.

    >>> import numpy as np
    >>> from minitorch_viz import minitorch as torch
    >>> torch.tensor(True) - torch.tensor(True)
    Traceback (most recent call last):
        ...
    RuntimeError: Subtraction, the `-` operator, with two bool tensors is not ...
    """
    first, second = arrays
    alike = first.__class__ is second.__class__ is ndarray
    if alike and first.dtype is second.dtype and first.dtype.kind == "f":
        return arrays
    refuse_bools(*arrays)
    return promoted(inputs, arrays)


def difference(first: Any, second: Any) -> Any:
    """Return `first - second` of two arrays or tensors, which refuses bools.

    >>> import numpy as np
    >>> difference(np.ones(1), np.ones(1))
    array([0.])
    """
    if first.__class__ is ndarray:
        refuse_bools(first, second)
    return first - second


def refuse_bools(*operands: Any) -> None:
    """Refuse what can't be subtracted.

    >>> refuse_bools(1, 2.0)
    """
    bools = [
        x.__class__ is bool or (x.__class__ is ndarray and x.dtype.kind == "b")
        for x in operands
    ]
    if any(bools):
        raise RuntimeError(TWO_BOOLS if all(bools) else ONE_BOOL)


def lifted(array: Array, *numbers: Any) -> Array:
    """Return `array` in the type it has once combined with Python numbers.

    >>> import numpy as np
    >>> lifted(np.arange(2), 0.5).dtype, lifted(np.arange(2), 2).dtype
    (dtype('float32'), dtype('int64'))
    """
    if array.dtype.kind == "f":
        return array
    operands = [n for n in numbers if n is not None]
    wanted = result_type(_Typed(array), *operands)
    return array.astype(wanted.np, copy=False)


def wrapped(number: float, array: Array) -> Any:
    """Return a number in the array's whole-number type, wrapped round if too big.

    >>> import numpy as np
    >>> wrapped(-1, np.zeros(1, np.uint8)), wrapped(0.5, np.zeros(1))
    (np.uint8(255), 0.5)
    """
    return number if array.dtype.kind == "f" else as_type(number, array.dtype)


class _Typed:
    def __init__(self, array: Array) -> None:
        self.dtype, self.ndim = from_numpy(array.dtype), array.ndim


BY_ZERO = "ZeroDivisionError"
BOOL_ALPHA = "Boolean alpha only supported for Boolean results."
FLOAT_ALPHA = (
    "For integral input tensors, argument alpha must not be a floating point number."
)
#: What is found out last, when the result is known to fit.
LATE = frozenset({BY_ZERO, BOOL_ALPHA, FLOAT_ALPHA})
TWO_BOOLS = (
    "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^`"
    " or `logical_xor()` operator instead."
)
_INVERT = (
    " is not supported. If you are trying to invert a mask, use the `~` or "
    "`logical_not()` operator instead."
)
ONE_BOOL = "Subtraction, the `-` operator, with a bool tensor" + _INVERT
NEGATED_BOOL = "Negation, the `-` operator, on a bool tensor" + _INVERT


def no_bool(name: str, array: Array) -> None:
    """Refuse bools in the words of the kernel of this name.

    >>> no_bool("pow", ndarray(1))
    """
    if array.dtype.kind == "b":
        raise NotImplementedError(f"\"{name}\" not implemented for 'Bool'")
