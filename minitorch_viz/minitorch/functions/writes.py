"""Reads and writes of whole slices along one dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..bind import one_dim
from ..choosing import write_before
from ..promotion import exact
from ..storage import address, element_strides, owner
from ..tensor import Tensor
from .arithmetic import run
from .destination import FRESH, OVER, Destination
from .putting import check_one


def index_fill(self: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """Return the tensor with one number in the slices at `index`."""
    return _index_filled(FRESH, self, dim, index, value)


def index_fill_(self: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """Write one number into the slices at `index`."""
    return _index_filled(OVER, self, dim, index, value)


def _index_filled(
    to: Destination, self: Tensor, dim: int, index: Tensor, value: Any
) -> Tensor:
    to.start(self, index, value)
    if isinstance(value, Tensor):
        check_one(value, "index_fill_")
    if index.dtype.name != "int64":
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    to.apart(self, index, within=False)
    to.warn(self, "index_fill", "mask] = scalar")
    place = one_dim(dim, self._array.ndim)
    if index._array.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    _check_room(to, self, place, index)
    number = value._array.item() if isinstance(value, Tensor) else value
    if isinstance(number, complex):
        raise RuntimeError(  # noqa: TRY004 - PyTorch's
            "index_fill_(): Converting complex Scalar to non-complex type is not "
            "supported"
        )
    exact(number, self._array.dtype)
    to.check_along(self, place, index, number, _outside(place), signed=True)
    if isinstance(value, Tensor):
        return to.run("index_fill.tensor", self, (index, value), (place,))
    return to.run("index_fill", self, (index,), (value, place))


def _check_room(to: Destination, self: Tensor, dim: int, index: Tensor) -> None:
    """Refuse to look at slices that the memory hasn't: of an empty tensor, only."""
    array = self._array
    if array.size:
        return
    sizes, strides = list(array.shape), list(element_strides(array))
    sizes[dim], strides[dim] = index._array.size, 0
    if 0 in sizes:
        return
    start, room = 0, 0
    if to.over:
        whole = owner(array)
        start, room = (address(array) - address(whole)) // array.itemsize, whole.nbytes
    last = start + sum((n - 1) * s for n, s in zip(sizes, strides, strict=True))
    needed = (last + 1) * array.itemsize
    if needed > room:
        raise RuntimeError(
            f"setStorage: sizes {sizes}, strides {strides}, storage offset {start}, "
            f"and itemsize {array.itemsize} requiring a storage size of {needed} are "
            f"out of bounds for storage of size {room}"
        )


def _outside(dim: int, name: str = "") -> Callable[[int, int], Exception]:
    return lambda value, size: IndexError(
        f"{name}index {value} is out of bounds for dimension {dim} with size {size}"
    )


def index_copy(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Return the tensor with the slices of `source` at `index`."""
    return _index_copied(FRESH, self, dim, index, source)


def index_copy_(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Write the slices of `source` at `index`."""
    return _index_copied(OVER, self, dim, index, source)


def _index_copied(
    to: Destination, self: Tensor, dim: int, index: Tensor, source: Tensor
) -> Tensor:
    to.start(self, index, source)
    place = one_dim(dim, self._array.ndim)
    to.apart(self, index, source)
    _check_index(self, index, source)
    _check_slices(self, place, index, source)
    _check_room(to, self, place, index)
    refusal = _outside(place, "index_copy_(): ")
    to.check_along(self, place, index, source._array, refusal)
    return to.run("index_copy", self, (index, source), (place,))


def _check_index(self: Tensor, index: Tensor, source: Tensor) -> None:
    have, want, count = source._array.ndim, self._array.ndim, index._array.size
    if index._array.ndim > 1:
        raise IndexError(
            "index_copy_(): Index should have dimension 1 or 0 "
            f"(got {index._array.ndim})"
        )
    if not have and count != 1:
        raise IndexError(
            "index_copy_(): When source is scalar, index should have one element "
            f"(got {count})"
        )
    if have and want and have != want:
        raise IndexError(
            "index_copy_(): When source and destination are not scalars, their "
            f"dimensionality must match. Source dimensionality ({have}), "
            f"destination dimensionality ({want})"
        )
    if index.dtype.name != "int64":
        raise RuntimeError(
            "index_copy_(): Expected a long tensor for index, but got "
            f"{index.dtype.scalar_name}"
        )
    if self.dtype is not source.dtype:
        raise RuntimeError(
            "index_copy_(): self and source expected to have the same dtype, but got "
            f"(self) {self.dtype.scalar_name} and (source) {source.dtype.scalar_name}"
        )


def _check_slices(self: Tensor, dim: int, index: Tensor, source: Tensor) -> None:
    have, want = source._array.shape, self._array.shape
    ours, theirs = want[:dim] + want[dim + 1 :], have[:dim] + have[dim + 1 :]
    if ours != theirs:
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. "
            f"Destination slice shape: {_spelt(ours)} at dimension {dim} and source "
            f"slice shape: {_spelt(theirs)} at dimension 0."
        )
    if have and index._array.size != have[dim]:
        raise IndexError(
            f"index_copy_(): Number of indices ({index._array.size}) should be equal "
            f"to source.size(dim) ({have[dim]})"
        )


def _spelt(shape: tuple[int, ...]) -> str:
    return " ".join(map(str, shape))


def index_add(
    self: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1
) -> Tensor:
    """Return the tensor with the slices of `source` added at `index`."""
    return _index_added(FRESH, self, dim, index, source, alpha)


def index_add_(
    self: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1
) -> Tensor:
    """Add the slices of `source` at `index` along a dimension."""
    return _index_added(OVER, self, dim, index, source, alpha)


def _index_added(
    to: Destination,
    self: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    alpha: float,
) -> Tensor:
    to.start(self, index, source)
    place = one_dim(dim, self._array.ndim)
    check_added("index_add_", self, place, index, source)
    to.apart(self, index, source)

    def refusal(value: int, size: int) -> Exception:
        if self._array.ndim > 1:
            return RuntimeError(str(_outside(place)(value, size)))
        return IndexError("index out of range in self")

    to.check_along(self, place, index, source._array, refusal, add=True)
    return to.run("index_add", self, (index, source), (place, alpha))


def check_added(
    name: str, self: Tensor, dim: int, index: Tensor, source: Tensor
) -> None:
    """Refuse slices that can't be added, or reduced otherwise, into a tensor's."""
    if index._array.ndim > 1:
        raise IndexError(
            f"{name}(): Index is supposed to be a vector, but got dim: "
            f"{index._array.ndim} with type: {index.dtype.scalar_name} and size: "
            f"{list(index._array.shape)}"
        )
    if index.dtype.name not in ("int32", "int64"):
        raise RuntimeError(
            f"{name}(): Expected dtype int32/int64 for index but got: "
            f"{index.dtype.scalar_name}"
        )
    if self.dtype is not source.dtype:
        raise RuntimeError(
            f"{name}(): self ({self.dtype.scalar_name}) and source "
            f"({source.dtype.scalar_name}) must have the same scalar type"
        )
    _check_added_sizes(name, self, dim, index, source)


def _check_added_sizes(
    name: str, self: Tensor, dim: int, index: Tensor, source: Tensor
) -> None:
    have, want = source._array.shape, self._array.shape
    if dim and dim >= len(have):
        raise RuntimeError(
            f"{name}(): Indexing dim {dim} is out of bounds of the source tensor "
            f"with dim {len(have)}"
        )
    if index._array.size != (have[dim] if have else 1):
        if not have:
            raise IndexError("Dimension specified as 0 but tensor has no dimensions")
        raise RuntimeError(
            f"{name}(): Number of indices ({index._array.size}) should be equal to "
            f"source.size(dim): ({have[dim]}), for dim: {dim}"
        )
    if len(have) != len(want) or (
        have[:dim] + have[dim + 1 :] != want[:dim] + want[dim + 1 :]
    ):
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified "
            f"dimension. Got self.shape = {list(want)} source.shape = {list(have)}"
        )


def index_select(self: Tensor, dim: int, index: Tensor) -> Tensor:
    """Return the slices at `index` along a dimension."""
    place = one_dim(dim, self._array.ndim)
    if index._array.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    if not self._array.ndim and index._array.size != 1:
        raise RuntimeError(
            "index_select(): Index to scalar can have only 1 value, got "
            f"{index._array.size} value(s)"
        )
    if index.dtype.name not in ("int32", "int64"):
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    check_selected(self, place, index)
    return run("index_select", self, index, args=(place,))


def check_selected(self: Tensor, dim: int, index: Tensor) -> None:
    """Refuse what lies outside; PyTorch has three kernels, each with its words."""
    shape = self._array.shape or (1,)
    if not index._array.size:
        return
    # A flat tensor is read element by element, whatever it holds.
    empty = len(shape) > 1 and not self._array.size
    if empty and not shape[dim]:
        raise RuntimeError("index_select(): self indexing axis dim should be positive")
    for value in index._array.reshape(-1):
        if 0 <= value < shape[dim]:
            continue
        if empty or (len(shape) > 1 and dim == 1):
            raise RuntimeError(
                f"INDICES element is out of DATA bounds, id={value} "
                f"axis_dim={shape[dim]}"
            )
        raise IndexError("index out of range in self")


def take(self: Tensor, index: Tensor) -> Tensor:
    """Return elements by their place in the flattened tensor."""
    if index.dtype.name != "int64":
        raise RuntimeError(
            "take(): Expected a long tensor for index, but got "
            f"{index.dtype.scalar_name}"
        )
    if not self._array.size and index._array.size:
        raise IndexError("take(): tried to take from an empty tensor")
    _check_flat(FRESH, self, index, None)
    return run("take", self, index)


def put(
    self: Tensor, index: Tensor, source: Tensor, accumulate: bool = False
) -> Tensor:
    """Return the tensor with `source` at these places of it flattened."""
    return _put(FRESH, self, index, source, accumulate)


def put_(
    self: Tensor, index: Tensor, source: Tensor, accumulate: bool = False
) -> Tensor:
    """Write `source` to these places of the tensor flattened."""
    return _put(OVER, self, index, source, accumulate)


def _put(
    to: Destination, self: Tensor, index: Tensor, source: Tensor, accumulate: bool
) -> Tensor:
    to.start(self, index, source)
    if index.dtype.name != "int64":
        raise RuntimeError(
            "put_(): Expected a long tensor for index, but got "
            f"{index.dtype.scalar_name}"
        )
    if self.dtype is not source.dtype:
        raise RuntimeError(
            "put_(): self and source expected to have the same dtype, but got "
            f"self.dtype = {self.dtype.scalar_name} and source.dtype = "
            f"{source.dtype.scalar_name}"
        )
    have, want = source._array.size, index._array.size
    if have != want:
        raise IndexError(
            "put_(): Expected source and index to have the same number of elements, "
            f"but got source.numel() = {have}, index.numel() = {want}"
        )
    if want and not self._array.size:
        raise IndexError("put_(): Tried to put elements into an empty tensor")
    to.apart(self, index, source)
    _check_flat(to, self, index, source._array.reshape(-1))
    return to.run("put", self, (index, source), (accumulate,))


def _check_flat(to: Destination, self: Tensor, index: Tensor, values: Any) -> None:
    count, array = self._array.size, index._array.reshape(-1)
    wrong = (array < -count) | (array >= count)
    if not wrong.any():
        return
    if to.over:
        there = np.clip(array, -count, count - 1) % count
        where = np.unravel_index(there, self._array.shape or (1,))
        write_before(self._array, where, wrong, values)
    raise IndexError(
        f"out of range: tried to access index {array[wrong.argmax()]} on a tensor of "
        f"{count} elements."
    )
