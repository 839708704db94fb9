"""Writes where a mask is true, or where tensors of indices say."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..choosing import (
    check_mask,
    chosen,
    elements,
    is_mask,
    nowhere,
    outside,
    shape_chosen,
    write_before,
)
from ..events import silence
from ..held import Held
from ..promotion import exact
from ..refusing import check_broadcast
from ..tensor import Tensor, wrap
from .destination import FRESH, OVER, Destination
from .shaping import expand


def masked_fill(self: Tensor, mask: Tensor, value: Any) -> Tensor:
    """Return the tensor with one number where `mask` is true."""
    return _filled(FRESH, self, mask, value)


def masked_fill_(self: Tensor, mask: Tensor, value: Any) -> Tensor:
    """Write one number where `mask` is true."""
    return _filled(OVER, self, mask, value)


_FILLING: tuple[Any, ...] = (int, float, complex, np.generic, Tensor)


def _filled(to: Destination, self: Tensor, mask: Tensor, value: Any) -> Tensor:
    if not isinstance(value, _FILLING):
        raise TypeError(f"no number but {type(value).__name__}")
    to.start(self, mask, value)
    if not to.over:
        check_alike(mask, self)
    if isinstance(value, Tensor):
        check_one(value, "masked_fill_")
    _check_fill(to, self, mask)
    if isinstance(value, Tensor):
        exact(value._array.item(), self._array.dtype)
        return to.run("masked_fill.tensor", self, (mask, value), ())
    exact(value, self._array.dtype)
    return to.run("masked_fill", self, (mask,), (value,))


def _check_fill(to: Destination, self: Tensor, mask: Tensor) -> None:
    if mask._array.dtype.kind != "b":
        raise RuntimeError(
            "masked_fill_ only supports boolean masks, but got mask with dtype "
            f"{mask.dtype.c_name}"
        )
    to.warn(self, "masked_fill", "mask] = scalar")
    to.apart(self, mask, within=False, wholly=False)


def check_one(value: Tensor, name: str) -> None:
    """Refuse a value that is more than one number."""
    if value._array.ndim:
        raise RuntimeError(
            f"{name} only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._array.ndim} dimension(s)."
        )


def check_alike(mask: Tensor, self: Tensor) -> None:
    """Refuse a mask that can't be broadcast together with the tensor."""
    check_broadcast((mask._array, self._array))


def masked_scatter(self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Return the tensor with what `source` holds where `mask` is true."""
    return _poured(FRESH, self, mask, source)


def masked_scatter_(self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Write what `source` holds where `mask` is true, one after the other."""
    return _poured(OVER, self, mask, source)


def _poured(to: Destination, self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    to.start(self, mask, source)
    to.apart(self)
    if not to.over:
        check_alike(mask, self)
    if self.dtype is not source.dtype:
        raise RuntimeError(
            "masked_scatter: expected self and source to have same dtypes but got"
            f"{self.dtype.scalar_name} and {source.dtype.scalar_name}"
        )
    if to.over:
        with silence():
            expand(mask, self._array.shape)
    if mask._array.dtype == np.uint8:
        warnings.warn(_BYTES, UserWarning, stacklevel=4)
    if mask._array.dtype.kind != "b":
        raise RuntimeError(
            "masked_scatter_ only supports boolean masks, but got mask with dtype "
            f"{mask.dtype.scalar_name}"
        )
    _check_enough(to, self, mask, source)
    return to.run("masked_scatter", self, (mask, source), ())


_BYTES = (
    "masked_scatter_ received a mask with dtype torch.uint8, this behavior is now "
    "deprecated,please use a mask with dtype torch.bool instead."
)


def _check_enough(to: Destination, self: Tensor, mask: Tensor, source: Tensor) -> None:
    shape = np.broadcast_shapes(self._array.shape, mask._array.shape)
    where = np.atleast_1d(np.broadcast_to(mask._array, shape)).nonzero()
    have = source._array.reshape(-1)
    if len(where[0]) <= have.size:
        return
    if to.over:
        # As with an index that lies outside: what comes before is written.
        np.atleast_1d(self._array)[tuple(each[: have.size] for each in where)] = have
    raise RuntimeError("Number of elements of source < number of ones in mask")


def index_put(
    self: Tensor, indices: Sequence[Any], values: Tensor, accumulate: bool = False
) -> Tensor:
    """Return the tensor with `values` where the index tensors say."""
    _need_tensors(indices)
    return _put(FRESH, self, indices, values, accumulate)


def index_put_(
    self: Tensor, indices: Sequence[Any], values: Tensor, accumulate: bool = False
) -> Tensor:
    """Write `values` where the index tensors say."""
    _need_tensors(indices)
    return _put(OVER, self, indices, values, accumulate)


def put_at(self: Tensor, indices: Sequence[Any], values: Tensor) -> Tensor:
    """Write as `self[indices] = values`; None stands for a whole dimension.

    >>> from minitorch_viz import minitorch as torch
    >>> put_at(torch.zeros(2, 2), [None, torch.tensor([0])], torch.ones(1))
    tensor([[1., 0.],
            [1., 0.]])
    """
    return _put(OVER, self, indices, values, accumulate=False)


def _need_tensors(indices: Sequence[Any]) -> None:
    if not all(isinstance(each, Tensor) for each in indices):
        raise TypeError("no tensors")  # the parser has the words


def _put(
    to: Destination,
    self: Tensor,
    indices: Sequence[Any],
    values: Tensor,
    accumulate: bool,
) -> Tensor:
    to.start(self, values, *indices)
    shape, ndim = self._array.shape, self._array.ndim
    if len(indices) > ndim:
        raise IndexError(
            f"too many indices for tensor of dimension {ndim} (got {len(indices)})"
        )
    to.warn(self, "index_put", "indices] = tensor")
    bare = [slice(None) if each is None else each._array for each in indices]
    mask = None if accumulate else _only_mask(shape, bare, values)
    if mask is not None:
        _check_fill(to, self, mask)
        exact(values._array.item(), self._array.dtype)
        return to.run(
            "index_put", self, (values,), (Held.of(chosen(shape, bare), indices), False)
        )
    others = (each for each in indices if each is not None)
    to.apart(self, values, *others, within=False)
    places = chosen(shape, bare)
    _check_values(self, values, shape_chosen(shape, places))
    found = outside(shape, places)
    if found is not None:
        if to.over:
            there = elements(shape, places)
            write_before(self._array, there, found[0], values._array, add=accumulate)
        raise IndexError(found[1])
    where = Held.of(nowhere(shape, places), indices)
    return to.run("index_put", self, (values,), (where, accumulate))


def _only_mask(
    shape: tuple[int, ...], indices: Sequence[Any], values: Tensor
) -> Tensor | None:
    """Return the mask if one number goes to where a single mask is true.

    PyTorch then fills, and looks at nothing that it would look at otherwise.
    """
    masks = [
        (d, each) for d, each in enumerate(indices) if isinstance(each, np.ndarray)
    ]
    if values._array.size != 1 or len(masks) != 1 or not is_mask(masks[0][1]):
        return None
    first, mask = masks[0]
    check_mask(shape, mask, first)
    after = len(shape) - first - mask.ndim
    return wrap(mask[(..., *(None,) * after)])


def _check_values(self: Tensor, values: Tensor, wanted: tuple[int, ...]) -> None:
    shape = values._array.shape
    fits = len(shape) <= len(wanted) and all(
        n in (1, m) for n, m in zip(shape[::-1], wanted[::-1], strict=False)
    )
    if not fits:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(shape)} cannot be broadcast "
            f"to indexing result of shape {list(wanted)}"
        )
    if values._array.dtype != self._array.dtype:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{self.dtype.scalar_name} for the destination and "
            f"{values.dtype.scalar_name} for the source."
        )
