"""Functions that choose or combine operations; each is a method of tensors too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .bind import all_dims, one_dim, sizes
from .dtypes import dtype as Dtype
from .op import OPS, call
from .storage import Geometry, window
from .tensor import Tensor

Dim = int | Sequence[int] | None


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


def to_dtype(self: Tensor, dtype: Dtype) -> Tensor:
    """Return the tensor in another element type, itself if it has that already."""
    if self._array.dtype == dtype.np:
        return self
    return _run("to_copy", self, args=(dtype.np,))


# Powers and divisions


def pow(self: Any, exponent: Any) -> Tensor:
    """Return `self` to the power of `exponent`; one of them may be a number."""
    if not isinstance(exponent, Tensor):
        return _scalar_power(self, exponent)
    if isinstance(self, Tensor):
        return _run("pow", self, exponent)
    return _run("pow.base", exponent, args=(self,))


def _scalar_power(self: Tensor, exponent: float) -> Tensor:
    if self._array.dtype.kind in "iu" and isinstance(exponent, int) and exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    return _run("pow.scalar", self, args=(exponent,))


def square(self: Tensor) -> Tensor:
    """Return `self ** 2`."""
    return pow(self, 2)


def div(self: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """Return `self / other`, rounded as asked."""
    if rounding_mode == "floor":
        return _run("floor_divide", self, other)
    found = _run("div", self, other)
    return found if rounding_mode is None else _run("trunc", found)


# Reductions


def sum(
    self: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: Dtype | None = None
) -> Tensor:
    """Return the sum, over all or some dimensions."""
    if dtype is not None:
        self = to_dtype(self, dtype)
    if dim is None:
        return _run("sum", self)
    dims = all_dims(dim, self._array.ndim)
    return _run("sum.dim", self, args=(dims, keepdim))


def mean(
    self: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: Dtype | None = None
) -> Tensor:
    """Return the mean, over all or some dimensions."""
    if dtype is not None:
        self = to_dtype(self, dtype)
    if self._array.dtype.kind != "f":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating "
            f"point or complex dtype. Got: {self.dtype.scalar_name}"
        )
    if dim is None:
        return _run("mean", self)
    dims = all_dims(dim, self._array.ndim)
    return _run("mean.dim", self, args=(dims, keepdim))


def reshape(self: Tensor, *shape: Any) -> Tensor:
    """Return the elements in another shape: a view where strides allow, else a copy."""
    size = inferred(sizes(shape), self._array.size)
    try:
        self._array.reshape(size, copy=False)
    except ValueError:
        return _run("unsafe_view", _run("clone", self), args=(size,))
    return _run("view", self, args=(size,))


def view(self: Tensor, *shape: Any) -> Tensor:
    """Return a view in another shape."""
    if len(shape) == 1 and isinstance(shape[0], Dtype):
        raise RuntimeError("view(dtype) isn't in this engine; use .to(dtype)")
    size = inferred(sizes(shape), self._array.size)
    try:
        return _run("view", self, args=(size,))
    except ValueError:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least "
            "one dimension spans across two contiguous subspaces). Use .reshape(...) "
            "instead."
        ) from None


def inferred(size: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Return `size` with its -1 worked out for `count` elements.

    >>> inferred((2, -1), 6)
    (2, 3)
    """
    if size.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    for n in size:
        if n < -1:
            raise RuntimeError(f"invalid shape dimension {n}")
    known = math.prod(n for n in size if n != -1)
    fits = known == count if -1 not in size else known and count % known == 0
    if not fits:
        raise RuntimeError(f"shape '{list(size)}' is invalid for input of size {count}")
    return tuple(count // known if n == -1 else n for n in size)


def transpose(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """Return a view with two dimensions swapped."""
    ndim = self._array.ndim
    return _run("transpose", self, args=(one_dim(dim0, ndim), one_dim(dim1, ndim)))


def permute(self: Tensor, *dims: Any) -> Tensor:
    """Return a view with the dimensions in another order."""
    ndim = self._array.ndim
    order = tuple(one_dim(d, ndim) for d in sizes(dims))
    if len(order) != ndim:
        raise RuntimeError(
            f"permute(sparse_coo): number of dimensions in the tensor input does not "
            f"match the length of the desired ordering of dimensions i.e. input.dim() = "
            f"{ndim} is not equal to len(dims) = {len(order)}"
        )
    return _run("permute", self, args=(order,))


def t(self: Tensor) -> Tensor:
    """Return the transpose of a matrix, as a view."""
    if self._array.ndim > 2:
        raise RuntimeError(
            f"t() expects a tensor with <= 2 dimensions, but self is {self._array.ndim}D"
        )
    return _run("t", self)


def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """Return a view with a dimension of size 1 put in."""
    return _run("unsqueeze", self, args=(one_dim(dim, self._array.ndim + 1),))


def squeeze(self: Tensor, dim: Dim = None) -> Tensor:
    """Return a view without dimensions of size 1."""
    shape = self._array.shape
    dims = range(len(shape)) if dim is None else all_dims(dim, len(shape))
    ones = tuple(d for d in dims if shape[d] == 1)
    name = "squeeze" if dim is None else "squeeze.dim" if isinstance(dim, int) else "squeeze.dims"
    return _run(name, self, args=(ones,))


def flatten(self: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Return the elements with some dimensions made one."""
    shape = self._array.shape
    if not shape:
        return reshape(self, 1)
    start, end = one_dim(start_dim, len(shape)), one_dim(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if start == end:
        return self
    middle = math.prod(shape[start : end + 1])
    return reshape(self, (*shape[:start], middle, *shape[end + 1 :]))


def expand(self: Tensor, *size: Any) -> Tensor:
    """Return a view repeated along dimensions of size 1."""
    have, want = self._array.shape, list(sizes(size))
    extra = len(want) - len(have)
    if extra < 0:
        raise RuntimeError(
            f"expand(torch.{self.dtype.scalar_name}Tensor{{{list(have)}}}, size={want}): "
            f"the number of sizes provided ({len(want)}) must be greater or equal to the "
            f"number of dimensions in the tensor ({len(have)})"
        )
    for place, n in enumerate(have, extra):
        if want[place] == -1:
            want[place] = n
        elif n not in (1, want[place]):
            raise RuntimeError(
                f"The expanded size of the tensor ({want[place]}) must match the existing "
                f"size ({n}) at non-singleton dimension {place}.  Target sizes: {want}.  "
                f"Tensor sizes: {list(have)}"
            )
    return _run("expand", self, args=(tuple(want),))


def select(self: Tensor, dim: int, index: int) -> Tensor:
    """Return a view of one slice along a dimension."""
    if not self._array.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    dim = one_dim(dim, self._array.ndim)
    size = self._array.shape[dim]
    if not -size <= index < size:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size "
            f"{list(self._array.shape)} at dimension {dim}"
        )
    return _run("select", self, args=(dim, index % size))


def narrow(self: Tensor, dim: int, start: int, length: int) -> Tensor:
    """Return a view of `length` slices from `start`."""
    dim = one_dim(dim, self._array.ndim)
    size = self._array.shape[dim]
    start = start + size if start < 0 else start
    if start + length > size:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return _run("slice", self, args=(dim, start, start + length, 1))


def matmul(self: Tensor, other: Tensor) -> Tensor:
    """Return the product of matrices, vectors or batches of matrices."""
    a, b = self._array, other._array
    if not a.ndim or not b.ndim:
        raise RuntimeError(
            "both arguments to matmul need to be at least 1D, but they are "
            f"{a.ndim}D and {b.ndim}D"
        )
    if a.ndim == b.ndim == 1:
        return dot(self, other)
    if a.ndim <= 2 and b.ndim <= 2:
        return _small_product(self, other)
    return _batched_product(self, other)


def _small_product(self: Tensor, other: Tensor) -> Tensor:
    if other._array.ndim == 1:
        return mv(self, other)
    if self._array.ndim == 1:
        return _run("squeeze.dim", mm(unsqueeze(self, 0), other), args=((0,),))
    return mm(self, other)


def _same_type(a: Tensor, b: Tensor, left: str = "m1", right: str = "m2") -> None:
    if a._array.dtype != b._array.dtype:
        raise RuntimeError(
            f"expected {left} and {right} to have the same dtype, but got: "
            f"{a.dtype.c_name} != {b.dtype.c_name}"
        )


def mm(self: Tensor, mat2: Tensor) -> Tensor:
    """Return the product of two matrices."""
    a, b = self._array, mat2._array
    if a.ndim != 2 or b.ndim != 2:
        which = "self" if a.ndim != 2 else "mat2"
        raise RuntimeError(f"{which} must be a matrix")
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            "mat1 and mat2 shapes cannot be multiplied "
            f"({a.shape[0]}x{a.shape[1]} and {b.shape[0]}x{b.shape[1]})"
        )
    _same_type(self, mat2)
    return _run("mm", self, mat2)


def mv(self: Tensor, vec: Tensor) -> Tensor:
    """Return the product of a matrix and a vector."""
    a, b = self._array, vec._array
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({a.shape[0]}), mat ({a.shape[0]}x{a.shape[1]}), "
            f"vec ({b.shape[0]})"
        )
    return _run("mv", self, vec)


def dot(self: Tensor, tensor: Tensor) -> Tensor:
    """Return the inner product of two vectors."""
    a, b = self._array, tensor._array
    if a.ndim != 1 or b.ndim != 1:
        raise RuntimeError(
            f"1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors"
        )
    if a.shape != b.shape:
        raise RuntimeError(
            "inconsistent tensor size, expected tensor "
            f"{list(a.shape)} and src {list(b.shape)} to have the same number of elements,"
            f" but got {a.size} and {b.size} elements respectively"
        )
    if a.dtype != b.dtype:
        raise RuntimeError(
            "dot : expected both vectors to have same dtype, but found "
            f"{self.dtype.scalar_name} and {tensor.dtype.scalar_name}"
        )
    return _run("dot", self, tensor)


def _batched_product(self: Tensor, other: Tensor) -> Tensor:
    a, b = self._array, other._array
    if b.ndim <= 2 and a.ndim > 2:
        # PyTorch folds the batch into the rows of one product.
        folded = reshape(self, (-1, a.shape[-1]))
        found = _small_product(folded, other)
        return _run("unsafe_view", found, args=((*a.shape[:-1], *b.shape[1:]),))
    lifted = unsqueeze(self, 0) if a.ndim == 1 else self
    batch = _broadcast(lifted._array.shape[:-2], b.shape[:-2])
    left = expand(lifted, (*batch, *lifted._array.shape[-2:]))
    right = expand(other, (*batch, *b.shape[-2:]))
    rows, columns = left._array.shape[-2], b.shape[-1]
    found = _run(
        "bmm",
        reshape(left, (-1, *left._array.shape[-2:])),
        reshape(right, (-1, *b.shape[-2:])),
    )
    found = _run("unsafe_view", found, args=((*batch, rows, columns),))
    return squeeze(found, -2) if a.ndim == 1 else found


def _broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    import numpy as np

    return tuple(np.broadcast_shapes(a, b))


def as_strided(
    self: Tensor, size: Any, stride: Any, storage_offset: int | None = None
) -> Tensor:
    """Return a view of the storage by strides counted in elements."""
    array = self._array
    seen = window(array, size, [s * array.itemsize for s in stride])
    place = Geometry.of(array, seen)
    return _run("as_strided", self, args=(place,))


def cannot_expand(have: Sequence[int], want: Sequence[int]) -> RuntimeError:
    """Return the error for a tensor that can't be broadcast to another's shape.

    >>> cannot_expand((2,), (3,)).args[0][:29]
    'The size of tensor a (2) must'
    """
    pairs = zip(reversed(have), reversed(want), strict=False)
    for place, (a, b) in enumerate(pairs, 1):
        if a != b and 1 not in (a, b):
            dim = max(len(have), len(want)) - place
            return RuntimeError(
                f"The size of tensor a ({a}) must match the size of tensor b ({b}) at "
                f"non-singleton dimension {dim}"
            )
    return RuntimeError("shapes don't match")
