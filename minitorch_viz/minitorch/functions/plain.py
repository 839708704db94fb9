"""Small questions to tensors, and what real numbers answer to complex ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..bind import check_expands, sizes
from ..inplace import call_inplace, check_tracked
from ..kinds import type_name
from ..op import OPS
from ..overlap import same_data
from ..tensor import Tensor, needs_grad, wrap
from .arithmetic import run
from .reducing import sum


def conj(self: Tensor) -> Tensor:
    """Return the tensor: real numbers are their own conjugates."""
    return self


def real(self: Tensor) -> Tensor:
    """Return the tensor: real numbers are all there is of them."""
    return self


def resolve_conj(self: Tensor) -> Tensor:
    """Return the tensor: nothing was put off."""
    return self


def positive(self: Tensor) -> Tensor:
    """Return the tensor, unless it holds bools."""
    if self._array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return self


def is_nonzero(self: Tensor) -> bool:
    """Return True if the only element isn't zero."""
    return bool(self)


def is_same_size(self: Tensor, other: Tensor) -> bool:
    """Return True if two tensors have the same size."""
    return bool(self._array.shape == other._array.shape)


def is_set_to(self: Tensor, tensor: Tensor) -> bool:
    """Return True if two tensors look at the same elements of one memory."""
    return same_data(self, tensor)


def is_complex(self: Tensor) -> bool:
    """Return False: this engine has no complex numbers."""
    return False


def sum_to_size(self: Tensor, *size: Any) -> Tensor:
    """Return the tensor summed to a size that it could have been expanded from."""
    wanted = tuple(size[0] if isinstance(size[0], (tuple, list)) else size)
    shape = self._array.shape
    extra = len(shape) - len(wanted)
    fits = extra >= 0 and all(
        n in (1, m) for n, m in zip(wanted, shape[extra:], strict=True)
    )
    if not fits:
        raise RuntimeError(
            f"size {{{list(wanted)}}} is not expandable to size {{{list(shape)}}}."
        )
    if not wanted:
        return sum(self)
    if wanted == shape:
        return self
    dims = [i for i in range(len(shape)) if i < extra or wanted[i - extra] != shape[i]]
    found = sum(self, dims, True)
    return run("view", found, args=(wanted,)) if extra else found


def _check_alike(self: Tensor, values: Tensor) -> None:
    if self.dtype is not values.dtype:
        raise RuntimeError(
            "heaviside is not yet implemented for tensors with different dtypes."
        )


def heaviside(self: Tensor, values: Tensor) -> Tensor:
    """Return 0 below zero, 1 above, and `values` at it."""
    _check_alike(self, values)
    return run("heaviside", self, values)


def heaviside_(self: Tensor, values: Tensor) -> Tensor:
    """Write 0 below zero, 1 above, and `values` at it over the tensor."""
    check_tracked(self, (values,))
    _check_alike(self, values)
    return call_inplace(OPS["heaviside.over"], self, (values,))


def apply_(self: Tensor, callable: Callable[[Any], Any]) -> Tensor:
    """Replace every element by what a Python function makes of it."""
    if needs_grad(self):
        raise RuntimeError(
            "Can't call apply_() on Variable that requires grad. Use var.detach()."
            "apply_() instead."
        )
    return _put_in_turn(self, [callable(each.item()) for each in self._array.flat])


def map_(self: Tensor, tensor: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:
    """Replace every element by what a function makes of it and of another's."""
    if needs_grad(self):
        raise RuntimeError(
            "Can't call map_() on Variable that requires grad. Use var.detach().map_() "
            "instead."
        )
    if not isinstance(tensor, Tensor):
        raise TypeError(
            "map_(): argument 'other' (position 1) must be Tensor, not "
            f"{type_name(tensor)}"
        )
    if tensor.dtype is not self.dtype:
        raise TypeError(
            f"map_: expected {self.dtype.tensor_type} for 'other' (got "
            f"{tensor.dtype.tensor_type})"
        )
    check_expands(tensor._array, self._array.shape)
    pairs = np.broadcast(self._array, tensor._array)
    return _put_in_turn(self, [callable(a.item(), b.item()) for a, b in pairs])


def _put_in_turn(self: Tensor, values: list[Any]) -> Tensor:
    array = self._array
    array[...] = np.array(values, array.dtype).reshape(array.shape)
    return self


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:  # noqa: N803
    """Return the powers of a vector's elements, a row each."""
    if x._array.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    if N is not None and N < 0:
        raise RuntimeError("N must be non-negative.")
    return wrap(np.vander(x._array, N, increasing).astype(x._array.dtype))


def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """Return the places that flat indices mean."""
    array = indices._array
    if array.dtype.kind == "f":
        raise TypeError(
            f"expected 'indices' to be integer dtype, but got {indices.dtype}"
        )
    size = sizes((shape,))
    if any(n < 0 for n in size):
        raise ValueError(f"'shape' cannot have negative values, but got {size}")
    found = []
    for n in reversed(size):
        found.append(wrap(np.asarray(array % n)))
        array = array // n
    return tuple(reversed(found))


def typename(obj: Any) -> str:
    """Return the name of a tensor's legacy type, or of an object's class."""
    if isinstance(obj, Tensor):
        return str(obj.type())
    named = obj if hasattr(obj, "__qualname__") else type(obj)
    if isinstance(named, type):
        return repr(named).removeprefix("<class '").removesuffix("'>")
    home = getattr(named, "__module__", None) or "builtins"
    name = str(named.__qualname__)
    return name if home == "builtins" else f"{home}.{name}"


def is_conj(self: Tensor) -> bool:
    """Return False: nothing is conjugated."""
    return False


def is_neg(self: Tensor) -> bool:
    """Return False: no negation was put off."""
    return False


def resolve_neg(self: Tensor) -> Tensor:
    """Return the tensor: nothing was put off."""
    return self


def imag(self: Tensor) -> Tensor:
    """Raise: real numbers have no imaginary part that could be a view."""
    raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
