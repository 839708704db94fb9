"""Other shapes for a tensor itself: `x.t_()`, `x.resize_(2)`, `x.set_(y)`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..bind import MeantAll, all_dims, one_dim, sizes
from ..dtypes import dtype as Dtype
from ..events import Changed, Operated
from ..growing import grow, larger, move
from ..inplace import check_inplace
from ..op import OPS
from ..opnode import make_node
from ..rebasing import set_history
from ..refusing import requiring
from ..storage import (
    Array,
    address,
    check_bytes,
    contiguous_strides,
    element_strides,
    owner,
    window,
)
from ..telling import emit, why_not_here
from ..tensor import Tensor, bump, look_at, needs_grad, wrap
from ..thread import thread
from .shaping import check_strided


def reshaped(name: str, self: Tensor, args: Sequence[Any] = ()) -> Tensor:
    """Let `self` look at its memory as the view that an operation makes.

    >>> from minitorch_viz import minitorch as torch
    >>> reshaped("t.inplace", torch.ones(2, 3)).shape
    torch.Size([3, 2])
    """
    op = OPS[name]
    mask = requiring(op, (self,)) if thread.now.grad else 0
    if mask:
        check_inplace(self)
    found = op.forward(self._array, *args)
    node = make_node(op, (self,), args, mask) if mask else None
    look_at(self, found)
    bump(self)
    if node is not None:
        node.shapes = ((found.shape, found.dtype),)
        set_history(self, node)
    if thread.now.observer is not None:
        emit(op, (self,), args, (self,), node, inplace=True)
    return self


def t_(self: Tensor) -> Tensor:
    """Transpose the tensor itself."""
    if self._array.ndim > 2:
        raise RuntimeError(
            f"t_() expects a tensor with <= 2 dimensions, but self is "
            f"{self._array.ndim}D"
        )
    return reshaped("t.inplace", self)


def transpose_(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """Swap two dimensions of the tensor itself."""
    ndim = self._array.ndim
    places = one_dim(dim0, ndim), one_dim(dim1, ndim)
    return reshaped("transpose.inplace", self, places)


def swapaxes_(self: Tensor, axis0: int, axis1: int) -> Tensor:
    """Swap two dimensions of the tensor itself."""
    return transpose_(self, axis0, axis1)


def swapdims_(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """Swap two dimensions of the tensor itself."""
    return transpose_(self, dim0, dim1)


def unsqueeze_(self: Tensor, dim: int) -> Tensor:
    """Put a dimension of size 1 into the tensor itself."""
    return reshaped("unsqueeze.inplace", self, (one_dim(dim, self._array.ndim + 1),))


def squeeze_(self: Tensor, dim: Any = None, *dims: int) -> Tensor:
    """Take dimensions of size 1 out of the tensor itself."""
    dim = (dim, *dims) if dims else dim
    shape = self._array.shape
    places = range(len(shape)) if dim is None else all_dims(dim, len(shape))
    ones = tuple(d for d in places if shape[d] == 1)
    kind = "" if dim is None else ".dim" if isinstance(dim, int) else ".dims"
    self._beyond = shape[0] if shape else self._beyond
    return reshaped(f"squeeze.inplace{kind}", self, (MeantAll.by(dim, ones),))


def as_strided_(
    self: Tensor, size: Any, stride: Any, storage_offset: int | None = None
) -> Tensor:
    """Let the tensor itself look at its memory by strides counted in elements."""
    whole, width = owner(self._array), self._array.itemsize
    own = (address(self._array) - address(whole)) // width
    start = own if storage_offset is None else storage_offset
    check_strided(tuple(size), tuple(stride), start, whole.nbytes, width)
    _check_free(self)
    flat = window(self._array, (1,), (width,), (start - own) * width)
    return _holding(self, window(flat, tuple(size), tuple(n * width for n in stride)))


def resize_(self: Tensor, *size: Any, memory_format: Any = None) -> Tensor:
    """Give the tensor another size; its memory grows if it must."""
    if not size:
        raise TypeError("no size")  # the parser has the words
    return _resized("resize_", self, sizes(size))


def _resized(
    name: str, self: Tensor, shape: tuple[int, ...], *others: Tensor
) -> Tensor:
    if needs_grad(self) and not (self._inference or thread.now.inference):
        raise RuntimeError("cannot resize variables that require grad")
    _check_count(shape)
    check_bytes(shape, self._array.dtype)
    if shape != self._array.shape:  # else there is nothing to do, which is no write
        self._beyond = self._array.shape[0] if self._array.ndim else self._beyond
        grow(self, shape)
        _holding(self, self._array)
    if thread.now.observer is not None:
        given = (self, *others) if others else (self, shape)
        event = name, ("self", "size"), given, (self,), None, why_not_here(given)
        thread.now.observer(Operated(*event, True, False))
    return self


def resize_as_(self: Tensor, the_template: Tensor) -> Tensor:
    """Give the tensor the size of another."""
    return _resized("resize_as_", self, the_template._array.shape, the_template)


_DEFAULT: Any = object()


def set_(
    self: Tensor,
    source: Any = _DEFAULT,
    storage_offset: int = 0,
    size: Any = None,
    stride: Any = None,
) -> Tensor:
    """Let the tensor look at memory that a tensor or a storage has."""
    array = self._array
    if source is _DEFAULT:
        _check_free(self)
        return _holding(self, np.zeros(0, array.dtype))
    _check_source(self, source)
    _check_free(self)
    whole = owner(source._array)
    if size is None and isinstance(source, Tensor):
        return _holding(self, source._array)
    shape = (whole.nbytes // array.itemsize,) if size is None else tuple(size)
    if stride and len(stride) != len(shape):
        raise RuntimeError(
            f"unequal size length ({len(shape)}) and stride length ({len(stride)})"
        )
    steps = tuple(stride or contiguous_strides(shape, 1))
    _check_place(shape, steps, storage_offset)
    return _holding(self, _within(whole, array.dtype, shape, steps, storage_offset))


def _check_place(shape: Sequence[int], steps: Sequence[int], start: int) -> None:
    if start < 0:
        raise RuntimeError(f"Tensor: invalid storage offset {start}")
    _check_count(shape)
    if min(steps, default=0) < 0:
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={list(shape)} and "
            f"strides={list(steps)}"
        )


def _check_count(shape: Sequence[int]) -> None:
    if min(shape, default=0) < 0 or math.prod(shape) >= 2**63:
        raise RuntimeError("numel: integer multiplication overflow")


def _check_source(self: Tensor, source: Any) -> None:
    """Refuse what isn't of the tensor's type or device."""
    if not hasattr(source, "_array"):
        raise TypeError("no memory")  # the parser has the words
    kind = getattr(source, "dtype", self.dtype)
    if kind is not self.dtype:
        raise RuntimeError(
            f"Could not set tensor of type {kind.c_name} to a tensor of type "
            f"{self.dtype.c_name}"
            if isinstance(source, Tensor)
            else f"Expected a Storage of type {self.dtype.c_name} or an UntypedStorage,"
            f" but got type {kind.scalar_name} for argument 1 'storage'"
        )
    if source.device != self.device:
        raise RuntimeError(
            "Attempted to set the storage of a tensor on device "
            f'"{self.device}" to a storage on different device "{source.device}".  '
            "This is no longer allowed; the devices must match."
        )


def _within(
    whole: Array,
    kind: Any,
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    start: int,
) -> Array:
    """Return a look at memory, which grows if it is too small."""
    width = kind.itemsize
    count = start + 1 + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))
    if 0 not in shape and count * width > whole.nbytes:
        before, whole = whole, larger(whole, count * width)
        move(before, whole)
    steps = tuple(s * width for s in strides)
    return np.ndarray(shape, kind, whole, start * width, steps)


def _holding(self: Tensor, array: Array) -> Tensor:
    look_at(self, array)
    if thread.now.observer is not None:
        thread.now.observer(Changed(self))
    return bump(self)


def _check_free(self: Tensor) -> None:
    if needs_grad(self) and thread.now.grad:
        check_inplace(self)


def viewed_as(self: Tensor, dtype: Dtype) -> Tensor:
    """Return the same bytes as numbers of another type, outside the graph.

    >>> from minitorch_viz import minitorch as torch
    >>> viewed_as(torch.ones(1), torch.int32)
    tensor([1065353216], dtype=torch.int32)
    """
    array, kind = self._array, dtype.np
    ratio = kind.itemsize / array.itemsize
    if ratio != 1:
        _check_widths(self, dtype, ratio)
    found = wrap(array.view(kind))
    found._counter, found._inference = self._counter, self._inference
    return found


def _check_widths(self: Tensor, dtype: Dtype, ratio: float) -> None:
    names = f"{self.dtype.scalar_name} as {dtype.scalar_name}"
    shape, strides = self._array.shape, element_strides(self._array)
    if not shape:
        raise RuntimeError(
            f"self.dim() cannot be 0 to view {names} (different element sizes)"
        )
    if strides[-1] != 1:
        raise RuntimeError(
            f"self.stride(-1) must be 1 to view {names} (different element sizes), but "
            f"got {strides[-1]}"
        )
    if ratio > 1 and shape[-1] % int(ratio):
        raise RuntimeError(
            f"self.size(-1) must be divisible by {int(ratio)} to view {names} "
            f"(different element sizes), but got {shape[-1]}"
        )
