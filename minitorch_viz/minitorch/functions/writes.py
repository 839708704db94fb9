"""Writes by index or mask, into a copy or in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..bind import one_dim
from ..inplace import call_inplace
from ..op import OPS, call
from ..tensor import Tensor

#: Runs an operation: into new memory, or over its first input.
Write = Callable[[str, Tensor, Sequence[Any], Sequence[Any]], Tensor]


def _copied(name: str, self: Tensor, others: Sequence[Any], args: Any) -> Tensor:
    found: Tensor = call(OPS[name], (self, *others), args)
    return found


def _over(name: str, self: Tensor, others: Sequence[Any], args: Any) -> Tensor:
    return call_inplace(OPS[name], self, others, args)


def masked_fill(self: Tensor, mask: Tensor, value: Any) -> Tensor:
    """Return the tensor with one number where `mask` is true."""
    return _filled(_copied, self, mask, value)


def masked_fill_(self: Tensor, mask: Tensor, value: Any) -> Tensor:
    """Write one number where `mask` is true."""
    return _filled(_over, self, mask, value)


def _filled(write: Write, self: Tensor, mask: Tensor, value: Any) -> Tensor:
    if mask._array.dtype.kind != "b":
        raise RuntimeError(
            "masked_fill_ only supports boolean masks, but got mask with dtype "
            f"{mask.dtype.c_name}"
        )
    if not isinstance(value, Tensor):
        return write("masked_fill", self, (mask,), (value,))
    _check_one(value, "masked_fill_")
    return write("masked_fill.tensor", self, (mask, value), ())


def _check_one(value: Tensor, name: str) -> None:
    if value._array.ndim:
        raise RuntimeError(
            f"{name} only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._array.ndim} dimension(s)."
        )


def masked_scatter(self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Return the tensor with what `source` holds where `mask` is true."""
    return _poured(_copied, self, mask, source)


def masked_scatter_(self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Write what `source` holds where `mask` is true, one after the other."""
    return _poured(_over, self, mask, source)


def _poured(write: Write, self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    if self.dtype is not source.dtype:
        raise RuntimeError(
            "masked_scatter: expected self and source to have same dtypes but got"
            f"{self.dtype.scalar_name} and {source.dtype.scalar_name}"
        )
    if mask._array.sum() > source._array.size:
        raise RuntimeError("Number of elements of source < number of ones in mask")
    return write("masked_scatter", self, (mask, source), ())


def index_fill(self: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """Return the tensor with one number in the slices at `index`."""
    return _index_filled(_copied, self, dim, index, value)


def index_fill_(self: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """Write one number into the slices at `index`."""
    return _index_filled(_over, self, dim, index, value)


def _index_filled(
    write: Write, self: Tensor, dim: int, index: Tensor, value: Any
) -> Tensor:
    place = one_dim(dim, self._array.ndim)
    if index.dtype.name != "int64":
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    if index._array.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    _check_within(index, self, place, "", signed=True)
    if not isinstance(value, Tensor):
        return write("index_fill", self, (index,), (value, place))
    _check_one(value, "index_fill_")
    return write("index_fill.tensor", self, (index, value), (place,))


def _check_within(
    index: Tensor, self: Tensor, dim: int, name: str, *, signed: bool = False
) -> None:
    size = self._array.shape[dim] if self._array.ndim else 1
    for value in index._array.reshape(-1):
        if not (-size if signed else 0) <= value < size:
            raise IndexError(
                f"{name}index {value} is out of bounds for dimension {dim} with size "
                f"{size}"
            )


def index_copy(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Return the tensor with the slices of `source` at `index`."""
    return _index_copied(_copied, self, dim, index, source)


def index_copy_(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Write the slices of `source` at `index`."""
    return _index_copied(_over, self, dim, index, source)


def _index_copied(
    write: Write, self: Tensor, dim: int, index: Tensor, source: Tensor
) -> Tensor:
    place = one_dim(dim, self._array.ndim)
    _check_slices(self, place, index, source)
    if self.dtype is not source.dtype:
        raise RuntimeError(
            "index_copy_(): self and source expected to have the same dtype, but got "
            f"(self) {self.dtype.scalar_name} and (source) {source.dtype.scalar_name}"
        )
    _check_within(index, self, place, "index_copy_(): ")
    return write("index_copy", self, (index, source), (place,))


def _check_slices(self: Tensor, dim: int, index: Tensor, source: Tensor) -> None:
    have, want = source._array.shape, self._array.shape
    if have and want and len(have) != len(want):
        raise IndexError(
            "index_copy_(): When source and destination are not scalars, their "
            f"dimensionality must match. Source dimensionality ({len(have)}), "
            f"destination dimensionality ({len(want)})"
        )
    ours, theirs = want[:dim] + want[dim + 1 :], have[:dim] + have[dim + 1 :]
    if ours != theirs:
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. "
            f"Destination slice shape: {_spelt(ours)} at dimension {dim} and source "
            f"slice shape: {_spelt(theirs)} at dimension {dim}."
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
    return _index_added(_copied, self, dim, index, source, alpha)


def index_add_(
    self: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1
) -> Tensor:
    """Add the slices of `source` at `index` along a dimension."""
    return _index_added(_over, self, dim, index, source, alpha)


def _index_added(
    write: Write, self: Tensor, dim: int, index: Tensor, source: Tensor, alpha: float
) -> Tensor:
    place = one_dim(dim, self._array.ndim)
    have, want = source._array.shape, self._array.shape
    if index._array.dtype.kind not in "iu":
        raise RuntimeError(
            "index_add_(): Expected dtype int32/int64 for index but got: "
            f"{index.dtype.scalar_name}"
        )
    if self.dtype is not source.dtype:
        raise RuntimeError(
            f"index_add_(): self ({self.dtype.scalar_name}) and source "
            f"({source.dtype.scalar_name}) must have the same scalar type"
        )
    if have and index._array.size != have[place]:
        raise RuntimeError(
            f"index_add_(): Number of indices ({index._array.size}) should be equal to "
            f"source.size(dim): ({have[place]}), for dim: {place}"
        )
    if have[:place] + have[place + 1 :] != want[:place] + want[place + 1 :]:
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified "
            f"dimension. Got self.shape = {list(want)} source.shape = {list(have)}"
        )
    try:
        _check_within(index, self, place, "")
    except IndexError as error:
        raise RuntimeError(str(error)) from None
    return write("index_add", self, (index, source), (place, alpha))


def scatter(
    self: Tensor, dim: int, index: Tensor, src: Any = None, **also: Any
) -> Tensor:
    """Return the tensor with `src` written at `index` along a dimension."""
    return _scattered(_copied, self, dim, index, also.get("value", src))


def scatter_(
    self: Tensor, dim: int, index: Tensor, src: Any = None, **also: Any
) -> Tensor:
    """Write `src` at `index` along a dimension."""
    return _scattered(_over, self, dim, index, also.get("value", src))


def _scattered(
    write: Write, self: Tensor, dim: int, index: Tensor, values: Any
) -> Tensor:
    place = one_dim(dim, self._array.ndim)
    if not isinstance(values, Tensor):
        check_places("scatter", self, place, index)
        return write("scatter.value", self, (index,), (values, place))
    _check_source(self, place, index, values)
    return write("scatter", self, (index, values), (place,))


def scatter_add(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Return the tensor with `src` added at `index` along a dimension."""
    return _scatter_added(_copied, self, dim, index, src)


def scatter_add_(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Add `src` at `index` along a dimension."""
    return _scatter_added(_over, self, dim, index, src)


def _scatter_added(
    write: Write, self: Tensor, dim: int, index: Tensor, src: Tensor
) -> Tensor:
    place = one_dim(dim, self._array.ndim)
    _check_source(self, place, index, src)
    return write("scatter_add", self, (index, src), (place,))


def _check_source(self: Tensor, dim: int, index: Tensor, src: Tensor) -> None:
    if src.dtype is not self.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    have, want, room = index._array.shape, self._array.shape, src._array.shape
    if have and want and len(have) == len(want) and len(room) == len(have):
        fits = all(
            n <= m for d, (n, m) in enumerate(zip(have, want, strict=True)) if d != dim
        )
        if not (fits and all(n <= m for n, m in zip(have, room, strict=True))):
            raise RuntimeError(
                f"Expected index {list(have)} to be no larger than self {list(want)} "
                f"apart from dimension {dim} and to be no larger size than src "
                f"{list(room)}"
            )
    check_places("scatter", self, dim, index)


def check_places(name: str, self: Tensor, dim: int, index: Tensor) -> None:
    """Refuse indices of another type or shape, or outside the dimension."""
    array, have = index._array, self._array.shape
    if array.dtype.kind not in "iu":
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index")
    if array.ndim != len(have) and array.ndim and have:
        raise RuntimeError(
            "Index tensor must have the same number of dimensions as "
            f"{'input' if name == 'gather' else 'self'} tensor"
        )
    if not array.ndim or not have:
        return
    for place, n in enumerate(array.shape):
        if place != dim and n > have[place]:
            raise RuntimeError(
                f"Size does not match at dimension {place} expected index "
                f"{list(array.shape)} to be no larger than self {list(have)} apart "
                f"from dimension {dim}"
            )
    for value in array.reshape(-1):
        if not 0 <= value < have[dim]:
            raise RuntimeError(
                f"index {value} is out of bounds for dimension {dim} with size "
                f"{have[dim]}"
            )


def index_put(
    self: Tensor, indices: Sequence[Tensor], values: Tensor, accumulate: bool = False
) -> Tensor:
    """Return the tensor with `values` where the index tensors say."""
    places = tuple(each._array for each in indices)
    return _copied("index_put", self, (values,), (places, accumulate))


def index_put_(
    self: Tensor, indices: Sequence[Tensor], values: Tensor, accumulate: bool = False
) -> Tensor:
    """Write `values` where the index tensors say."""
    places = tuple(each._array for each in indices)
    return _over("index_put", self, (values,), (places, accumulate))
