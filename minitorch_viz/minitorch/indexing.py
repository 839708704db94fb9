"""`x[...]` and `x[...] = ...`: one view per plain index, then tensors at once.

After `torch/csrc/autograd/python_variable_indexing.cpp`: `x[0, 1]` is two selects.
"""

from __future__ import annotations

import operator
import warnings
from types import EllipsisType
from typing import Any

import numpy as np

from .bind import Meant, one_dim
from .choosing import chosen, is_mask, nowhere, outside
from .devices import refuse_looking, strip
from .dtypes import int64
from .functions.arithmetic import run
from .functions.putting import put_at
from .functions.shaping import expand, select, unsqueeze
from .held import Held
from .inplace import call_inplace
from .lists import array_from
from .op import OPS
from .promotion import exact
from .tensor import Tensor, wrap

_VALID = (
    "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables "
    "are valid indices (got {})"
)


def getitem(self: Tensor, index: Any) -> Tensor:
    """Return what `self[index]` shows: a view, or a copy if indexed by tensors."""
    if _is_number(index):
        return _selected(self, 0, index, 0)
    if isinstance(index, slice):
        # Alone, even `[:]` is a slice of its own.
        return _sliced(self, 0, index, whole=True)
    seen, late = _look(self, index)
    if late:
        bare = [_readable(each, seen) for each in late]
        shape = seen._array.shape
        places = chosen(shape, bare)
        found = outside(shape, places)
        if found is not None:
            raise IndexError(found[1])
        tensors = (None if isinstance(each, slice) else each for each in late)
        return run("index", seen, args=(Held.of(nowhere(shape, places), tensors),))
    if seen is self:
        return run("alias", self)
    return seen


def _readable(index: Any, seen: Tensor) -> Any:
    """Return an index as NumPy takes it; refuse one that can't be read for `seen`."""
    if isinstance(index, slice):
        return index
    where, here = index.device, seen.device
    if is_mask(index._array):
        refuse_looking("nonzero", index._array)
    if where.type == "cuda" and where != here:
        raise RuntimeError(
            "indices should be either on cpu or on the same device as the indexed "
            f"tensor ({here})"
        )
    return strip(index._array)


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """Write `value` where `self[index]` looks."""
    value = _as_value(self, value)
    if index is False:
        return
    late: list[Any] = []
    if index is True:
        seen = unsqueeze(self, 0)
    elif _is_number(index):
        seen = _selected(self, 0, index, 0)
    elif isinstance(index, slice):
        seen = _sliced(self, 0, index)
    else:
        seen, late = _look(self, index)
    if not late:
        _copy_to(seen, value)
        return
    indices = [None if isinstance(each, slice) else each for each in late]
    if not isinstance(value, Tensor):
        value = wrap(np.asarray(value, self._array.dtype))
    put_at(seen, indices, _without_ones(value))


def _as_value(self: Tensor, value: Any) -> Any:
    """Return a tensor as it is, a number as one that `self`'s type can hold."""
    if isinstance(value, Tensor):
        return value
    if not isinstance(value, (int, float, complex, np.integer)):
        raise TypeError(
            f"can't assign a {_type_name(value)} to a "
            f"torch.{self.dtype.scalar_name}Tensor"
        )
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("Overflow when unpacking long long")
    kind = self._array.dtype
    if kind.name == "float16" and not isinstance(value, complex):
        return value  # the one type in which what doesn't fit becomes infinite
    found = exact(value, kind)  # type: ignore[arg-type]
    # A float is shown as it was written, not as it is rounded.
    return value if kind.kind == "f" else found.item()


def _type_name(value: Any) -> str:
    """Return the name of a value's type as C knows it."""
    kind = type(value)
    inner = kind.__module__ != "numpy"
    return kind.__name__ if inner else f"numpy.{kind.__name__}"


def _copy_to(seen: Tensor, value: Any) -> None:
    shape = value._array.shape if isinstance(value, Tensor) else ()
    if shape == seen._array.shape:
        call_inplace(OPS["copy"], seen, (value,))
    elif not shape:
        call_inplace(OPS["fill.tensor"], seen, (value,))
    else:
        first = run("view", value, args=(_cut_ones(shape),))
        spread = first
        if first._array.shape != seen._array.shape:
            spread = expand(first, seen._array.shape)
        call_inplace(OPS["copy"], seen, (spread,))


def _cut_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without the ones in front."""
    return shape[next((i for i, n in enumerate(shape) if n != 1), len(shape)) :]


def _without_ones(value: Tensor) -> Tensor:
    shape = value._array.shape
    cut = _cut_ones(shape)
    return value if cut == shape else run("view", value, args=(cut,))


def _look(self: Tensor, index: Any) -> tuple[Tensor, list[Any]]:
    """Apply the plain indices as views; return what they show, and the tensors.

    A tensor stands at the dimension of what is shown that it chooses from, slices where
    nothing is chosen; the list is empty if there is no tensor.
    """
    several = isinstance(index, tuple) or _stands_for_tuple(index)
    items = tuple(index) if several else (index,)
    ndim, used = self._array.ndim, sum(map(_dims_used, items))
    if used > ndim:
        raise IndexError(f"too many indices for tensor of dimension {ndim}")
    seen, dim, extra = self, 0, 0
    late: list[Any] = []
    for place, item in enumerate(map(_plain, items)):
        if item is None:
            seen, dim = unsqueeze(seen, dim), dim + 1
        elif item is Ellipsis:
            dim += ndim - used
        elif isinstance(item, slice):
            seen, dim = _sliced(seen, dim, item), dim + 1
        elif isinstance(item, (bool, Tensor)):
            if isinstance(item, bool):
                # A single bool takes all or nothing of a new dimension of size 1.
                seen = unsqueeze(seen, dim)
                item = wrap(np.zeros(int(item), np.int64))
            late.extend([slice(None)] * (dim - extra - len(late)))
            late.append(item)
            # A mask stands for all its dimensions.
            wide = item._array.ndim if is_mask(item._array) else 1
            dim, extra = dim + wide, extra + wide - 1
        else:
            seen = _selected(seen, dim, item, place)
    return seen, late


def _dims_used(item: Any) -> int:
    """Return of how many dimensions an index tells something."""
    if item is None or item is Ellipsis or isinstance(item, bool):
        return 0
    if isinstance(item, Tensor) and is_mask(item._array):
        return item._array.ndim
    return 1


def _is_number(item: Any) -> bool:
    return isinstance(item, (int, np.integer)) and not isinstance(item, bool)


def _plain(item: Any) -> Any:
    """Return an index as None, `...`, a slice, a number, a bool or a tensor."""
    if item is None or item is Ellipsis or isinstance(item, (slice, bool)):
        return item
    if isinstance(item, Tensor):
        array = item._array
        if array.ndim or array.dtype.kind == "f":
            return item
        return bool(array) if is_mask(array) else int(array)
    if isinstance(item, (list, tuple, range, str, np.ndarray)):
        array = array_from(item, None)
        if not array.ndim and array.dtype.kind in "iu":
            return int(array)
        return wrap(array if is_mask(array) else array.astype(int64.np))
    try:
        return operator.index(item)
    except TypeError:
        raise IndexError(_VALID.format(_type_name(item))) from None


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


def _selected(seen: Tensor, dim: int, index: int, place: int) -> Tensor:
    """Return one slice; errors name its place between the brackets."""
    shape = seen._array.shape
    if not index and not dim and not shape:
        raise IndexError(
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or "
            "`tensor.item<T>()` in C++ to convert a 0-dim tensor to a number"
        )
    beyond = seen._beyond if not dim else 0
    size = shape[dim] if dim < len(shape) else beyond
    if not -size <= index < size:
        if not -(2**63) <= index < 2**63:
            raise ValueError("Overflow when unpacking long long")
        raise IndexError(
            f"index {index} is out of bounds for dimension {place} with size {size}"
        )
    return select(seen, dim, int(index))


def _step(given: Any) -> int:
    if not hasattr(given, "__index__"):
        raise TypeError(
            "slice indices must be integers or None or have an __index__ method"
        )
    return operator.index(given)


def _sliced(
    seen: Tensor, dim: int, item: slice[Any, Any, Any], *, whole: bool = False
) -> Tensor:
    step = 1 if item.step is None else _step(item.step)
    if not step:
        raise ValueError("slice step cannot be zero")
    if step < 0:
        raise ValueError("step must be greater than zero")
    shape = seen._array.shape
    if not shape:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    size = shape[one_dim(dim, len(shape))]
    start, end, _ = slice(item.start, item.stop, step).indices(size)
    entire = item.start in (None, 0) and (item.stop is None or item.stop >= size)
    if entire and step == 1 and not whole:
        return seen
    end = max(end, start)
    if item.stop is None or item.stop != end:
        end = Meant.by(2**63 - 1 if item.stop is None else item.stop, end)
    if (item.start or 0) != start:
        start = Meant.by(item.start, start)
    return run("slice", seen, args=(dim, start, end, step))
