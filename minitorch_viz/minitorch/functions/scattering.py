"""Reads and writes along one dimension, each element at a place of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..bind import one_dim
from ..once import warn_once
from ..promotion import exact
from ..table.indices import corner
from ..tensor import Tensor
from .arithmetic import run
from .destination import FRESH, OVER, Destination

Shape = tuple[int, ...]


def gather(self: Tensor, dim: int, index: Tensor) -> Tensor:
    """Return the elements at `index` along a dimension."""
    place = one_dim(dim, self._array.ndim)
    if index._array.size:
        _check_index("gather", index)
        _check_dims(self, index, "input")
        wrong = _first_larger(index, self, place)
        if wrong is not None:
            raise RuntimeError(
                f"Size does not match at dimension {wrong} expected index "
                f"{list(index._array.shape)} to be no larger than self "
                f"{list(self._array.shape)} apart from dimension {place}"
            )
        FRESH.check_along(self, place, index, None, _outside(place))
    return run("gather", self, index, args=(place, False))


def scatter(
    self: Tensor, dim: int, index: Tensor, src: Any = None, **also: Any
) -> Tensor:
    """Return the tensor with `src` written at `index` along a dimension."""
    return _scattered(FRESH, self, dim, index, also.pop("value", src), **also)


def scatter_(
    self: Tensor, dim: int, index: Tensor, src: Any = None, **also: Any
) -> Tensor:
    """Write `src` at `index` along a dimension."""
    return _scattered(OVER, self, dim, index, also.pop("value", src), **also)


def _scattered(
    to: Destination,
    self: Tensor,
    dim: int,
    index: Tensor,
    values: Any,
    *,
    reduce: str | None = None,
) -> Tensor:
    place = check_scattered(to, self, dim, index, values)
    if reduce is not None:
        return _reduced(to, self, place, index, values, reduce)
    if isinstance(values, Tensor):
        check_within(to, self, place, index, values._array)
        return to.run("scatter", self, (index, values), (place,))
    if index._array.size:
        exact(values, self._array.dtype)
        check_within(to, self, place, index, values)
    return to.run("scatter.value", self, (index,), (values, place))


def _reduced(
    to: Destination, self: Tensor, place: int, index: Tensor, values: Any, reduce: str
) -> Tensor:
    """Add what is scattered to what is there, or multiply with it."""
    if reduce not in ("add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    over = ".over" * to.over
    if isinstance(values, Tensor):
        warn_once(_REDUCING)
        check_within(to, self, place, index, values._array)
        name = f"scatter.reduce{over}"
        return to.run(name, self, (index, values), (place, reduce))
    check_within(to, self, place, index, values)
    name = f"scatter.value_reduce{over}"
    return to.run(name, self, (index,), (values, place, reduce))


_REDUCING = (
    "The reduce argument of torch.scatter with Tensor src is deprecated and will be "
    "removed in a future PyTorch release. Use torch.scatter_reduce instead for more "
    "reduction options."
)


def scatter_add(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Return the tensor with `src` added at `index` along a dimension."""
    return _scatter_added(FRESH, self, dim, index, src)


def scatter_add_(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Add `src` at `index` along a dimension."""
    return _scatter_added(OVER, self, dim, index, src)


def _scatter_added(
    to: Destination, self: Tensor, dim: int, index: Tensor, src: Tensor
) -> Tensor:
    place = check_scattered(to, self, dim, index, src)
    check_within(to, self, place, index, src._array, add=True)
    return to.run("scatter_add", self, (index, src), (place,))


def check_scattered(
    to: Destination, self: Tensor, dim: int, index: Tensor, values: Any
) -> int:
    """Check what is to be scattered, in PyTorch's order; return the dimension."""
    to.start(self, index, values)
    place = one_dim(dim, self._array.ndim)
    source = values if isinstance(values, Tensor) else None
    if index._array.size:
        _check_index("scatter", index)
    if source is not None and source.dtype is not self.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    if index._array.size:
        _check_dims(self, index, "self")
        _check_sizes(self, place, index, source)
    to.apart(self, index, *(() if source is None else (source,)))
    return place


def check_within(
    to: Destination,
    self: Tensor,
    dim: int,
    index: Tensor,
    values: Any,
    *,
    add: bool = False,
) -> None:
    """Raise if an index lies outside the tensor."""
    if index._array.size:
        taken = corner(values, index._array)
        to.check_along(self, dim, index, taken, _outside(dim), add=add)


def _outside(dim: int) -> Callable[[int, int], Exception]:
    return lambda value, size: RuntimeError(
        f"index {value} is out of bounds for dimension {dim} with size {size}"
    )


def _check_index(name: str, index: Tensor) -> None:
    if index.dtype.name not in ("int32", "int64"):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index")


def _check_dims(other: Tensor, index: Tensor, name: str) -> None:
    """Refuse another number of dimensions, where none counts as one."""
    if max(index._array.ndim, 1) != max(other._array.ndim, 1):
        raise RuntimeError(
            f"Index tensor must have the same number of dimensions as {name} tensor"
        )


def _first_larger(index: Tensor, other: Tensor, apart: int | None) -> int | None:
    """Return the first dimension in which the index is larger, but for one."""
    sizes = other._array.shape
    for dim, size in enumerate(index._array.shape or (1,)):
        room = sizes[one_dim(dim, len(sizes))] if sizes else 1
        if dim != apart and size > room:
            return dim
    return None


def _check_sizes(self: Tensor, dim: int, index: Tensor, source: Tensor | None) -> None:
    wrong = _first_larger(index, self, dim) is not None
    if source is not None:
        wrong = wrong or _first_larger(index, source, None) is not None
        _check_dims(source, index, "src")
    if wrong:
        than = (
            ""
            if source is None
            else (f" and to be no larger size than src {list(source._array.shape)}")
        )
        raise RuntimeError(
            f"Expected index {list(index._array.shape)} to be no larger than self "
            f"{list(self._array.shape)} apart from dimension {dim}{than}"
        )
