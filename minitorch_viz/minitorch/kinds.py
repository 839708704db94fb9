"""Kinds of arguments: what PyTorch's parser calls them, and what it takes for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from . import dtypes
from .generator import Generator
from .sizes import Size
from .tensor import Tensor

_SHOWN = {
    "Scalar": "Number",
    "int64_t": "int",
    "SymInt": "int",
    "double": "float",
    "TensorList": "tuple of Tensors",
    "IntArrayRef": "tuple of ints",
    "SymIntArrayRef": "tuple of ints",
    "ArrayRef<double>": "tuple of floats",
    "ScalarList": "tuple of Scalars",
    "Generator": "torch.Generator",
    "PyObject": "object",
    "Storage": "torch.Storage",
    "ScalarType": "torch.dtype",
    "Layout": "torch.layout",
    "MemoryFormat": "torch.memory_format",
    "Device": "torch.device",
    "c10::string_view": "str",
    "c10::List<::std::optional<Tensor>>": "tuple of Tensors",
}
#: Operations whose tensors may be Python numbers.
_NUMBERS = frozenset(
    f"{name}{tail}"
    for name in (
        *("add", "sub", "subtract", "mul", "multiply", "div", "divide"),
        *("true_divide", "floor_divide", "copy"),
    )
    for tail in ("", "_")
)
#: A class made by a `class` statement; PyTorch's own are not, nor NumPy's.
_MADE_IN_PYTHON = 1 << 9


class Wanted(Protocol):
    """A parameter, as far as it matters here."""

    @property
    def kind(self) -> str:
        """Its type in PyTorch's C++."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def size(self) -> int:
        """A list of this size may be a number alone."""


def shown_kind(kind: str) -> str:
    """Return what messages call a kind.

    >>> shown_kind("Scalar"), shown_kind("Tensor")
    ('Number', 'Tensor')
    """
    return _SHOWN.get(kind, kind)


def type_name(value: Any) -> str:
    """Return what messages call a value's type, as C has its name.

    >>> import numpy as np
    >>> type_name(1.0), type_name(np.ones(2)), type_name(dtypes.float32)
    ('float', 'numpy.ndarray', 'torch.dtype')
    """
    kind = type(value)
    if kind in _OURS:
        return f"torch.{kind.__name__}"
    own = kind.__flags__ & _MADE_IN_PYTHON or kind.__module__ == "builtins"
    return kind.__name__ if own else f"{kind.__module__}.{kind.__name__}"


_OURS = (dtypes.dtype, dtypes.device, Size, dtypes.layout)


def fits(parameter: Wanted, value: Any, name: str, place: int) -> bool:
    """Return True if the parser takes a value.

    Raises:
        TypeError: An element of a list, not the first of numbers, is of another kind.
    """
    kind = parameter.kind
    if kind == "Tensor":
        return isinstance(value, Tensor) or (name in _NUMBERS and _is_scalar(value))
    # Of those called optional, too, the parser takes no None.
    if kind in ("TensorList", "c10::List<::std::optional<Tensor>>"):
        return _is_tensor_list(value, place)
    if kind.endswith("IntArrayRef"):
        return _is_int_list(value, parameter, name)
    return _FITS.get(kind, _anything)(value)


def element_outside(parameter: Wanted, value: Any) -> tuple[Any] | None:
    """Return the element, if any, for which a list of whole numbers is refused."""
    listed = isinstance(value, (tuple, list)) and value
    return (value[0],) if listed and parameter.kind.endswith("IntArrayRef") else None


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (int, float, complex, np.number, np.bool_))


def _is_double(value: Any) -> bool:
    return isinstance(value, (int, float)) or (_is_free(value) and not value.ndim)


def _is_int(value: Any) -> bool:
    if isinstance(value, Tensor):
        whole = value._array.dtype.kind in "iu"
        return whole and not value.ndim and _is_free(value)
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def is_index(value: Any) -> bool:
    """Return True for what may stand for a whole number in a size.

    >>> is_index(2), is_index(True), is_index(2.0)
    (True, False, False)
    """
    if isinstance(value, Tensor):
        return value._array.dtype.kind in "iu" and value._array.size == 1
    return hasattr(value, "__index__") and not isinstance(value, (bool, np.bool_))


def _is_free(value: Any) -> bool:
    return isinstance(value, Tensor) and not value.requires_grad


def _is_int_list(value: Any, parameter: Wanted, name: str) -> bool:
    if not isinstance(value, (tuple, list)):
        return parameter.size > 0 and is_index(value)
    if value and not is_index(value[0]):
        return False
    for at, element in enumerate(value, 1):
        whole = not isinstance(element, Tensor) or is_index(element)
        if not (whole and hasattr(element, "__index__")):
            raise TypeError(
                f"{name}(): argument '{parameter.name}' failed to unpack the object at "
                f'pos {at} with error "type must be tuple of ints,but got '
                f'{type_name(element)}"'
            ) from None
    return True


def _is_tensor_list(value: Any, place: int) -> bool:
    if not isinstance(value, (tuple, list)):
        return False
    for at, element in enumerate(value):
        if not isinstance(element, Tensor):
            raise TypeError(
                f"expected Tensor as element {at} in argument {place}, but got "
                f"{type_name(element)}"
            ) from None
    return True


def _is_float_list(value: Any) -> bool:
    listed = isinstance(value, (tuple, list))
    return listed and (not value or isinstance(value[0], (int, float, complex)))


def _anything(_: Any) -> bool:
    return True


_FITS: dict[str, Callable[[Any], bool]] = {
    "Scalar": lambda value: _is_scalar(value) or _is_double(value),
    "double": _is_double,
    "int64_t": _is_int,
    "SymInt": is_index,
    "bool": lambda value: isinstance(value, bool),
    "ArrayRef<double>": _is_float_list,
    "ScalarList": _is_float_list,
    "ScalarType": lambda value: (
        isinstance(value, dtypes.dtype)
        or (isinstance(value, type) and value in (float, int, bool, complex))
    ),
    "Device": lambda value: isinstance(value, (int, str, dtypes.device)),
    "Generator": lambda value: isinstance(value, Generator),
    "c10::string_view": lambda value: isinstance(value, str),
    "Layout": lambda value: isinstance(value, dtypes.layout),
    "Storage": lambda value: type(value).__name__ in ("UntypedStorage", "TypedStorage"),
}
