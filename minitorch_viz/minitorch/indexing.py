"""`x[...]` and `x[...] = ...`: one view per plain index, then tensors at once.

After `torch/csrc/autograd/python_variable_indexing.cpp`: `x[0, 1]` is two selects.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Sequence
from types import EllipsisType
from typing import Any

import numpy as np

from .functions.arithmetic import run, to_dtype
from .functions.shaping import expand, select, unsqueeze
from .inplace import call_inplace, check_inplace, refuse_sharing
from .op import OPS, call
from .table.indices import check_put
from .tensor import Tensor, needs_grad, wrap
from .thread import thread

_NUMBER = (bool, int, float, np.generic)
_VALID = (
    "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables "
    "are valid indices (got {})"
)


def getitem(self: Tensor, index: Any) -> Tensor:
    """Return what `self[index]` shows: a view, or a copy if indexed by tensors."""
    if isinstance(index, slice):
        # Alone, even `[:]` is a slice of its own.
        _check_sliceable(self)
        return _sliced(self, 0, index, whole=True)
    seen, tensors = _look(self, index)
    if tensors:
        return call(OPS["index"], (seen,), (tuple(tensors),))  # type: ignore[no-any-return]
    if seen is self:
        return run("alias", self)
    return seen


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """Write `value` where `self[index]` looks."""
    if index is False:
        return
    if index is True:
        index = None
    seen, tensors = _look(self, index)
    if tensors:
        _put(seen, tuple(tensors), value)
        return
    if isinstance(value, _NUMBER):
        call_inplace(OPS["fill.tensor"], seen, (value,))
        return
    _check_value(self, value)
    shape = value._array.shape
    if not shape and seen._array.ndim:
        call_inplace(OPS["fill.tensor"], seen, (value,))
    elif shape == seen._array.shape:
        seen.copy_(value)
    else:
        seen.copy_(expand(_without_ones(value), seen._array.shape))


def _check_value(self: Tensor, value: Any) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(
            f"can't assign a {type(value).__name__} to a "
            f"torch.{self.dtype.scalar_name}Tensor"
        )


def _without_ones(value: Tensor) -> Tensor:
    """Return `value` without the dimensions of size 1 in front."""
    shape = value._array.shape
    extra = next((i for i, n in enumerate(shape) if n != 1), len(shape))
    return run("view", value, args=(shape[extra:],)) if extra else value


def _put(seen: Tensor, index: tuple[Any, ...], value: Any) -> None:
    if isinstance(value, _NUMBER):
        value = wrap(np.array(value).astype(seen._array.dtype))
    _check_value(seen, value)
    value = _without_ones(value)
    if thread.now.grad and (needs_grad(seen) or needs_grad(value)):
        check_inplace(seen)
    mask = any(isinstance(i, np.ndarray) and i.dtype == bool for i in index)
    if mask and value._array.size == 1:
        # PyTorch fills where the mask is true, and reads the value before.
        value = wrap(value._array.copy()) if not needs_grad(value) else value
    else:
        refuse_sharing(OPS["index_put"], seen, (value,))
    check_put(seen._array[index].shape, value._array.shape)
    if mask and not value._array.ndim:
        value = to_dtype(value, seen.dtype)
    if value._array.dtype != seen._array.dtype:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{seen.dtype.scalar_name} for the destination and "
            f"{value.dtype.scalar_name} for the source."
        )
    call_inplace(OPS["index_put"], seen, (value,), (index, False))


def _look(self: Tensor, index: Any) -> tuple[Tensor, list[Any]]:
    """Apply the plain indices as views; return the tensor ones, as NumPy takes them."""
    if isinstance(index, slice):
        _check_sliceable(self)
    several = isinstance(index, tuple) or _stands_for_tuple(index)
    items = list(index) if several else [index]
    items = _unrolled(items, self._array.ndim, many=several)
    seen, dim = self, 0
    late: list[Any] = []
    for place, item in items:
        if item is None:
            seen, dim = unsqueeze(seen, dim), dim + 1
            late.append(slice(None))
        elif isinstance(item, slice):
            seen, dim = _sliced(seen, dim, item), dim + 1
            late.append(slice(None))
        elif isinstance(item, np.ndarray) and not item.ndim and item.dtype == bool:
            # A single bool takes all or nothing of a new dimension of size 1.
            seen, dim = unsqueeze(seen, dim), dim + 1
            late.append(np.zeros(int(item), np.int64))
        elif isinstance(item, np.ndarray):
            _check(item, seen, dim, sum(isinstance(i, np.ndarray) for i in late))
            late.append(item)
            dim += item.ndim if item.dtype == bool else 1
        else:
            size = seen._array.shape[dim]
            if not -size <= item < size:
                raise IndexError(
                    f"index {item} is out of bounds for dimension {place} with size "
                    f"{size}"
                )
            seen = select(seen, dim, item)
    if not any(isinstance(item, np.ndarray) for item in late):
        return seen, []
    return seen, late


def _stands_for_tuple(index: Any) -> bool:
    """Return True for a list of indices, which PyTorch still takes as a tuple of them.

    `x[[[0, 1], [1, 2]]]` is `x[[0, 1], [1, 2]]`, though `x[[0, 1]]` has one index.
    """
    if not isinstance(index, (list, str)) or len(index) >= _MOST_INDICES:
        return False
    if not any(item is None or isinstance(item, _INDICES) for item in index):
        return False
    warnings.warn(_LIST_OF_INDICES, UserWarning, stacklevel=4)
    return True


_MOST_INDICES = 32
_INDICES = (Tensor, list, tuple, str, np.ndarray, range, slice, EllipsisType)
_LIST_OF_INDICES = (
    "Using a non-tuple sequence for multidimensional indexing is deprecated and will "
    "be changed in pytorch 2.9; use x[tuple(seq)] instead of x[seq]. In pytorch 2.9 "
    "this will be interpreted as tensor index, x[torch.tensor(seq)], which will result "
    "either in an error or a different result"
)


def _check_sliceable(self: Tensor) -> None:
    if not self._array.ndim:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")


def _unrolled(items: Sequence[Any], ndim: int, *, many: bool) -> list[tuple[int, Any]]:
    """Turn every index into None, a slice, a number or an array; spell out `...`.

    Each comes with its place between the brackets, by which errors name it.
    """
    plain = [_plain_index(item) for item in items]
    used = sum(
        item.ndim if isinstance(item, np.ndarray) and item.dtype == bool else 1
        for item in plain
        if item is not None and item is not Ellipsis
    )
    if not ndim and used == len(items) == 1 and isinstance(plain[0], int) and not many:
        if plain[0]:
            raise IndexError(
                f"index {plain[0]} is out of bounds for dimension 0 with size 0"
            )
        raise IndexError(
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or "
            "`tensor.item<T>()` in C++ to convert a 0-dim tensor to a number"
        )
    if used > ndim:
        raise IndexError(f"too many indices for tensor of dimension {ndim}")
    found: list[tuple[int, Any]] = []
    for place, item in enumerate(plain):
        spelt = [slice(None)] * (ndim - used) if item is Ellipsis else [item]
        found.extend((place, each) for each in spelt)
    return found


def _plain_index(item: Any) -> Any:
    if item is None or item is Ellipsis or isinstance(item, slice):
        return item
    if isinstance(item, bool):
        return np.array(item)
    if isinstance(item, Tensor):
        array = item._array
        if array.dtype.kind == "f":
            raise IndexError(
                "tensors used as indices must be long, int, byte or bool tensors"
            )
        return int(array) if not array.ndim and array.dtype != bool else array
    if isinstance(item, (list, tuple, range, np.ndarray)):
        return np.array(item)
    try:
        return operator.index(item)
    except TypeError:
        if isinstance(item, str):
            raise TypeError("new(): invalid data type 'str'") from None
        raise IndexError(_VALID.format(type(item).__name__)) from None


def _sliced(
    seen: Tensor, dim: int, item: slice[Any, Any, Any], *, whole: bool = False
) -> Tensor:
    step = 1 if item.step is None else operator.index(item.step)
    if step <= 0:
        raise ValueError("step must be greater than zero")
    size = seen._array.shape[dim]
    start, end, _ = slice(item.start, item.stop, step).indices(size)
    entire = item.start in (None, 0) and item.stop in (None, size)
    if entire and step == 1 and not whole:
        return seen
    return run("slice", seen, args=(dim, start, max(end, start), step))


def _check(index: Any, seen: Tensor, dim: int, before: int) -> None:
    shape = seen._array.shape
    if index.dtype == bool:
        for place, (have, want) in enumerate(
            zip(index.shape, shape[dim:], strict=False)
        ):
            if have != want:
                raise IndexError(
                    f"The shape of the mask {list(index.shape)} at index {place} does "
                    f"not match the shape of the indexed tensor {list(shape)} at index "
                    f"{dim + place}"
                )
        return
    size = shape[dim]
    if not size and index.size:
        raise IndexError("index is out of bounds for dimension with size 0")
    for value in index.reshape(-1):
        if not -size <= value < size:
            # PyTorch has moved the indexed dimensions to the front by now.
            raise IndexError(
                f"index {value} is out of bounds for dimension {before} with size "
                f"{size}"
            )
