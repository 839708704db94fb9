"""Functions PyTorch itself composes of other operations."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..bind import all_dims, one_dim
from ..inplace import call_inplace
from ..kernels import no_bool
from ..once import warn_once
from ..op import OPS
from ..refusing import broadcast_error
from ..storage import address, element_strides, owner
from ..tensor import Tensor, wrap
from .arithmetic import run
from .joining import cat, check_some, check_tensors, flip, nonzero, stack
from .products import outer
from .reducing import sum, typed
from .shaping import (
    as_strided,
    expand,
    narrow,
    reshape,
    view,
)
from .tensordots import tensordot


def clamp_min(self: Tensor, min: Any) -> Tensor:
    """Return the elements, raised to `min` where below."""
    if isinstance(min, Tensor):
        return run("clamp_min.tensor", self, min)
    return run("clamp_min", self, args=(min,))


def clamp_max(self: Tensor, max: Any) -> Tensor:
    """Return the elements, lowered to `max` where above."""
    if isinstance(max, Tensor):
        return run("clamp_max.tensor", self, max)
    return run("clamp_max", self, args=(max,))


def trace(self: Tensor) -> Tensor:
    """Return the sum of a matrix's diagonal."""
    if self._array.ndim != 2:
        raise RuntimeError(
            f"trace: expected a matrix, but got tensor with dim {self._array.ndim}"
        )
    no_bool("trace", self._array)
    return run("trace", self)


def broadcast_to(self: Tensor, *size: Any) -> Tensor:
    """Return a view repeated to this size."""
    return expand(self, *size)


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Return the tensors, repeated to one size where they aren't of it."""
    check_tensors(tensors)
    arrays = [each._array for each in tensors]
    try:
        shape = np.broadcast_shapes(*(each.shape for each in arrays))
    except ValueError as error:
        raise broadcast_error(arrays) or error from None
    return tuple(
        each if each._array.shape == shape else expand(each, shape) for each in tensors
    )


_INDEXING = (
    "torch.meshgrid: in an upcoming release, it will be required to pass the indexing "
    "argument."
)


def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """Return the coordinates of every point of a grid."""
    listed = tensors[0] if len(tensors) == 1 and not _is(tensors[0]) else tensors
    check_tensors(listed)
    if indexing is None:
        warn_once(_INDEXING)
        indexing = "ij"
    check_some("meshgrid", listed)
    count = len(listed)
    if len({each.dtype for each in listed}) > 1:
        raise RuntimeError("meshgrid expects all tensors to have the same dtype")
    if indexing not in ("ij", "xy"):
        raise RuntimeError(
            'torch.meshgrid: indexing must be one of "xy" or "ij", but received: '
            f"{indexing}"
        )
    places = list(range(count))
    if indexing == "xy" and count > 1:
        places[:2] = 1, 0
    shape = [listed[place]._array.size for place in places]
    return tuple(
        expand(view(each, [-1 if i == place else 1 for i in range(count)]), shape)
        for place, each in zip(places, listed, strict=True)
    )


def _is(value: Any) -> bool:
    return isinstance(value, Tensor)


def diff(
    self: Tensor,
    n: int = 1,
    dim: int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
) -> Tensor:
    """Return the differences of neighbours along a dimension."""
    if not self._array.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    place = one_dim(dim, self._array.ndim)
    if not n:
        return call_inplace(OPS["copy"], wrap(np.zeros_like(self._array)), (self,))
    for more in (prepend, append):
        _check_joins(self, more, place)
    parts = [each for each in (prepend, self, append) if each is not None]
    self = cat(parts, place) if len(parts) > 1 else self
    for size in range(self._array.shape[place], 0, -1)[:n]:
        before = narrow(self, place, 0, size - 1)
        after = narrow(self, place, 1, size - 1)
        if self._array.dtype.kind == "b":
            self = run("logical_xor", after, before)
        else:
            self = run("sub", after, before, args=(1,))
    return self


def _check_joins(self: Tensor, more: Tensor | None, dim: int) -> None:
    if more is None:
        return
    have, wanted = more._array.shape, self._array.shape
    if len(have) != len(wanted):
        raise RuntimeError(
            "diff expects prepend or append to be the same dimension as input"
        )
    for place, (n, size) in enumerate(zip(have, wanted, strict=True)):
        if n != size and place != dim:
            raise RuntimeError(
                "diff expects the shape of tensor to prepend or append to match that "
                f"of input except along the differencing dimension; input.size({place})"
                f" = {size}, but got tensor.size({place}) = {n}"
            )


def nansum(
    self: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """Return the sum of the elements that are numbers."""
    return typed("nansum", self, dtype, all_dims(dim, self._array.ndim), keepdim)


def nanmean(
    self: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """Return the mean of the elements that are numbers."""
    if not self.dtype.is_floating_point:
        raise RuntimeError(
            "nanmean(): expected input to have floating point or complex dtype but got "
            f"{self.dtype.scalar_name}"
        )
    seen = self.detach()
    numbers = call_inplace(OPS["logical_not"], run("ne", seen, seen))
    count = sum(numbers, dim, keepdim)
    return run("div", nansum(self, dim, keepdim, dtype=dtype), count)


def fliplr(self: Tensor) -> Tensor:
    """Return the columns in reverse order."""
    if self._array.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(self, 1)


def flipud(self: Tensor) -> Tensor:
    """Return the rows in reverse order."""
    if not self._array.ndim:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(self, 0)


def inner(self: Tensor, other: Tensor) -> Tensor:
    """Return the sums of products along the last dimensions of two tensors."""
    a, b = self._array.shape, other._array.shape
    if not a or not b:
        return run("mul", self, other)
    if a[-1] != b[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got "
            f"shapes {list(a)} and {list(b)}"
        )
    _one_type(self, other)
    return tensordot(self, other, ([-1], [-1]))


def _one_type(self: Tensor, other: Tensor) -> None:
    if self.dtype is not other.dtype:
        raise RuntimeError("both inputs should have same dtype")


def ger(self: Tensor, vec2: Tensor) -> Tensor:
    """Return the products of all pairs of elements of two vectors."""
    return outer(self, vec2)


def tensor_split(
    self: Tensor, indices_or_sections: Any, dim: int = 0
) -> tuple[Tensor, ...]:
    """Return views of this many pieces, the first ones longer, or cut at indices."""
    if not self._array.ndim:
        raise RuntimeError(
            "tensor_split expected at least a 1-dimensional tensor, but got a tensor "
            "with 0 dims"
        )
    place = one_dim(dim, self._array.ndim)
    cuts, size = _cuts(indices_or_sections), self._array.shape[place]
    if isinstance(cuts, int):
        if cuts <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {cuts}")
        least, extra = divmod(size, cuts)
        cuts = [least * n + min(n, extra) for n in range(1, cuts)]
    starts, ends = [0, *cuts], [*cuts, size]
    bounds = [
        [max(0, n + size if n < 0 else n) for n in each] for each in (starts, ends)
    ]
    return tuple(
        run("slice", self, args=(place, min(start, size), min(end, size), 1))
        for start, end in zip(*bounds, strict=True)
    )


def _cuts(given: Any) -> Any:
    """Return how many sections are meant, or a list of indices."""
    if not isinstance(given, Tensor):
        return given if isinstance(given, int) else list(given)
    if given._array.dtype != np.int64:
        raise RuntimeError(
            "tensor_split expected tensor_indices_or_sections to have dtype of long, "
            f"but got {given.dtype.scalar_name}"
        )
    if given._array.ndim > 1:
        raise RuntimeError(
            "tensor_split expected tensor_indices_or_sections to be a zero-dimensional "
            "or one-dimensional tensor, but got a tensor with "
            f"{given._array.ndim} dims"
        )
    return given.tolist()


def split_with_sizes(
    self: Tensor, split_sizes: Sequence[int], dim: int = 0
) -> tuple[Tensor, ...]:
    """Return views of pieces of these sizes."""
    from .joining import split

    return split(self, list(split_sizes), dim)


def argwhere(self: Tensor) -> Tensor:
    """Return where elements aren't zero, a row each."""
    found: Tensor = nonzero(self)
    return found


def cumsum_(self: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Write running sums over the tensor."""
    return _running("cumsum", self, dim, dtype)


def cumprod_(self: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Write running products over the tensor."""
    return _running("cumprod", self, dim, dtype)


def _running(name: str, self: Tensor, dim: int, dtype: Any) -> Tensor:
    place = one_dim(dim, self._array.ndim)
    if dtype is not None and dtype is not self.dtype:
        raise RuntimeError(
            f"Bad in-place call: input tensor dtype {self.dtype.c_name} and output "
            f"tensor dtype {dtype.c_name} should match"
        )
    name += ".bool" * (self.dtype.name == "bool")
    return call_inplace(OPS[name], self, (), (place,))


def chain_matmul(*matrices: Tensor) -> Tensor:
    """Return the product of matrices, in the order that costs least."""
    from ..linalg import multi_dot

    warn_once(_CHAIN)
    for each in matrices:
        if each._array.ndim != 2:
            raise RuntimeError(
                f"Tensor dimension is {each._array.ndim}, expected 2 instead."
            )
    if len(matrices) == 1:
        return matrices[0]
    return multi_dot(list(matrices))


_CHAIN = (
    "torch.chain_matmul is deprecated and will be removed in a future PyTorch release. "
    "Use torch.linalg.multi_dot instead, which accepts a list of two or more tensors "
    "rather than multiple parameters."
)


def fill_diagonal_(self: Tensor, fill_value: float, wrap: bool = False) -> Tensor:
    """Write one number along the main diagonal; `wrap` goes on below a tall matrix."""
    shape, strides = self._array.shape, element_strides(self._array)
    if len(shape) < 2:
        raise RuntimeError("dimensions must larger than 1")
    height, width = shape[:2]
    if len(shape) > 2 and set(shape) != {height}:
        raise RuntimeError("all dimensions of input must be of equal length")
    size, step = builtins.min(height, width), (builtins.sum(strides),)
    whole = owner(self._array)
    start = (address(self._array) - address(whole)) // self._array.itemsize
    parts = [(size, start)]
    if wrap and len(shape) == 2 and height > width + 1:
        rest = -(-height * width // (width + 1)) - size
        parts.append((rest, start + strides[0] * (width + 1)))
    for count, place in parts:
        along = as_strided(self, (count,), step, place)
        call_inplace(OPS["fill"], along, (), (fill_value,))
    return self


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """Return every combination of elements, a row each."""
    check_tensors(tensors)
    for each in tensors:
        if each._array.ndim != 1:
            raise RuntimeError(
                f"Expect a 1D vector, but got shape {list(each._array.shape)}"
            )
    if len(tensors) == 1:
        return tensors[0]
    return stack(
        [reshape(each, (-1,)) for each in meshgrid(*tensors, indexing="ij")], 1
    )
