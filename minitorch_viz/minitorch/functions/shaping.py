"""Other shapes of the same elements, joins and pieces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..bind import Meant, MeantAll, all_dims, check_expands, one_dim, sizes
from ..dtypes import dtype as Dtype
from ..storage import Geometry, address, element_strides, owner
from ..tensor import Tensor
from .arithmetic import run

Dim = int | Sequence[int] | None


def reshape(self: Tensor, *shape: Any) -> Tensor:
    """Return the elements in another shape: a view where strides allow, else a copy."""
    if not shape:
        raise TypeError("no shape")  # the parser has the words
    size = inferred(sizes(shape), self._array.size)
    try:
        self._array.reshape(size, copy=False)
    except ValueError:
        return run("unsafe_view", run("clone", self, args=("C",)), args=(size,))
    alike = self._array.flags.c_contiguous
    return run("view" if alike else "reshape.alias", self, args=(size,))


def view(self: Tensor, *shape: Any) -> Tensor:
    """Return a view in another shape."""
    if not shape:
        raise TypeError("no shape")  # the parser has the words
    if len(shape) == 1 and isinstance(shape[0], Dtype):
        from .reshaping import viewed_as

        return viewed_as(self, shape[0])
    size = inferred(sizes(shape), self._array.size)
    try:
        return run("view", self, args=(size,))
    except ValueError:
        raise RuntimeError(_NO_VIEW) from None


def check_viewable(self: Tensor, size: tuple[int, ...]) -> None:
    """Refuse what can't be looked at in another shape without a copy."""
    try:
        self._array.reshape(size, copy=False)
    except ValueError:
        raise RuntimeError(_NO_VIEW) from None


_NO_VIEW = (
    "view size is not compatible with input tensor's size and stride (at least one "
    "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
)


def inferred(size: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Return `size` with its -1 worked out for `count` elements.

    >>> inferred((2, -1), 6)
    (2, 3)
    """
    if size.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    for place, n in enumerate(size):
        if n < -1:
            raise RuntimeError(
                f"invalid shape dimension {n} at index {place} of shape {list(size)}"
            )
    known = math.prod(n for n in size if n != -1)
    if not known and not count and -1 in size:
        raise RuntimeError(
            f"cannot reshape tensor of 0 elements into shape {list(size)} because the "
            "unspecified dimension size -1 can be any value and is ambiguous"
        )
    fits = known == count if -1 not in size else known > 0 and count % known == 0
    if not fits:
        raise RuntimeError(f"shape '{list(size)}' is invalid for input of size {count}")
    return tuple(count // known if n == -1 else n for n in size)


def transpose(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """Return a view with two dimensions swapped."""
    ndim = self._array.ndim
    return run("transpose", self, args=(one_dim(dim0, ndim), one_dim(dim1, ndim)))


def permute(self: Tensor, *dims: Any) -> Tensor:
    """Return a view with the dimensions in another order."""
    ndim = self._array.ndim
    if not dims:
        raise TypeError('permute() missing 1 required positional arguments: "dims"')
    wanted = sizes(dims)
    if len(wanted) != ndim:
        raise RuntimeError(
            f"permute(sparse_coo): number of dimensions in the tensor input does not "
            f"match the length of the desired ordering of dimensions i.e. input.dim() "
            f"= {ndim} is not equal to len(dims) = {len(wanted)}"
        )
    order = tuple(one_dim(d, ndim) for d in wanted)
    if len(set(order)) < ndim:
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return run("permute", self, args=(order,))


def t(self: Tensor) -> Tensor:
    """Return the transpose of a matrix, as a view."""
    if self._array.ndim > 2:
        raise RuntimeError(
            f"t() expects a tensor with <= 2 dimensions, but self is "
            f"{self._array.ndim}D"
        )
    return run("t", self)


def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """Return a view with a dimension of size 1 put in."""
    return run("unsqueeze", self, args=(one_dim(dim, self._array.ndim + 1),))


def squeeze(self: Tensor, dim: Any = None, *dims: int) -> Tensor:
    """Return a view without dimensions of size 1."""
    if dims:
        return squeeze(self, (dim, *dims))
    shape = self._array.shape
    places = range(len(shape)) if dim is None else all_dims(dim, len(shape))
    ones = tuple(d for d in places if shape[d] == 1)
    kind = "" if dim is None else ".dim" if isinstance(dim, int) else ".dims"
    return run(f"squeeze{kind}", self, args=(MeantAll.by(dim, ones),))


def flatten(self: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Return the elements with some dimensions made one."""
    shape = self._array.shape
    start, end = one_dim(start_dim, len(shape)), one_dim(end_dim, len(shape))
    if start > end:
        raise RuntimeError(
            "flatten() has invalid args: start_dim cannot come after end_dim"
        )
    if not shape:
        return reshape(self, 1)
    if start == end:
        return self
    middle = math.prod(shape[start : end + 1])
    return reshape(self, (*shape[:start], middle, *shape[end + 1 :]))


def expand(self: Tensor, *size: Any) -> Tensor:
    """Return a view repeated along dimensions of size 1."""
    if not size:
        raise TypeError("no size")  # the parser has the words
    have, want = self._array.shape, sizes(size)
    extra = len(want) - len(have)
    check_expands(self._array, want)
    if -1 in want[:extra]:
        raise RuntimeError(
            f"The expanded size of the tensor (-1) isn't allowed in a leading, "
            f"non-existing dimension {want.index(-1)}"
        )
    meant = (*want[:extra], *map(_kept, have, want[extra:]))
    if min(meant, default=0) < 0 or math.prod(meant) >= 2**63:
        raise RuntimeError("numel: integer multiplication overflow")
    return run("expand", self, args=(meant,))


def _kept(have: int, want: int) -> int:
    return have if want == -1 else want


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
    return run(
        "select",
        self,
        args=(dim, index if index >= 0 else Meant.by(index, index + size)),
    )


def narrow(self: Tensor, dim: int, start: int | Tensor, length: int) -> Tensor:
    """Return a view of `length` slices from `start`."""
    if isinstance(start, Tensor):
        if start._array.ndim or start._array.dtype.kind not in "iu":
            raise RuntimeError("start must be an 0-dim integral Tensor.")
        start = int(start.item())
    if not self._array.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    dim = one_dim(dim, self._array.ndim)
    size = self._array.shape[dim]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [{-size}, {size}], but "
            f"got {start})"
        )
    start = start + size if start < 0 else start
    if start + length > size:
        raise RuntimeError(
            f"start ({start}) + length ({length}) exceeds dimension size ({size})."
        )
    return run("slice", self, args=(dim, start, start + length, 1))


def as_strided(
    self: Tensor, size: Any, stride: Any, storage_offset: int | None = None
) -> Tensor:
    """Return a view of the storage by strides counted in elements."""
    array, size, stride = self._array, tuple(size), tuple(stride)
    whole, width = owner(array), array.itemsize
    own = (address(array) - address(whole)) // width
    start = own if storage_offset is None else storage_offset
    check_strided(size, stride, start, whole.nbytes, width)
    place = Geometry(
        array.shape, element_strides(array), size, stride, offset=start - own
    )
    return run("as_strided", self, args=(size, stride, storage_offset, place))


def check_strided(
    size: tuple[int, ...], stride: tuple[int, ...], start: int, room: int, width: int
) -> None:
    """Raise if a look by strides would leave the memory, which has `room` bytes.

    >>> check_strided((2,), (1,), 0, 8, 4)
    """
    if len(size) != len(stride):
        raise RuntimeError("mismatch in length of strides and shape")
    if any(s < 0 for s in stride):
        raise RuntimeError(
            "as_strided: Negative strides are not supported at the moment, got "
            f"strides: {list(stride)}"
        )
    if any(n < 0 for n in size):
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={list(size)} and "
            f"strides={list(stride)}"
        )
    if start < 0:
        raise RuntimeError(f"Tensor: invalid storage offset {start}")
    need = start + 1 + sum((n - 1) * s for n, s in zip(size, stride, strict=True))
    if 0 not in size and need * width > room:
        raise RuntimeError(
            f"setStorage: sizes {list(size)}, strides {list(stride)}, storage offset "
            f"{start}, and itemsize {width} requiring a storage size of {need * width} "
            f"are out of bounds for storage of size {room}"
        )


def ravel(self: Tensor) -> Tensor:
    """Return the elements in one dimension."""
    return reshape(self, -1)


def unflatten(self: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """Return the tensor with one dimension unfolded into several."""
    shape = self._array.shape
    dim = one_dim(dim, len(shape))
    if not shape:
        raise RuntimeError(
            f"{_UNEXPECTED}Dimension specified as {dim} but tensor has no dimensions"
        )
    if list(sizes).count(-1) > 1:
        raise RuntimeError(f"{_UNEXPECTED}only one dimension can be inferred")
    known = math.prod(n for n in sizes if n != -1)
    if known != shape[dim] and (-1 not in sizes or shape[dim] % known):
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of "
            f"dim {dim} ({shape[dim]}) in the input tensor"
        )
    inferred = (shape[dim] // known if n == -1 else n for n in sizes)
    return view(self, (*shape[:dim], *inferred, *shape[dim + 1 :]))


#: PyTorch goes on to show where in C++ it was, which is left out.
_UNEXPECTED = "unflatten got an unexpected error:\n"


def swapaxes(self: Tensor, axis0: int, axis1: int) -> Tensor:
    """Return a view with two dimensions swapped."""
    return transpose(self, axis0, axis1)


def movedim(self: Tensor, source: Any, destination: Any) -> Tensor:
    """Return a view with dimensions moved to other places."""
    order = _moved(range(self._array.ndim), source, destination)
    return permute(self, order) if order else run("alias", self)


def _moved(order: Sequence[int], source: Any, destination: Any) -> tuple[int, ...]:
    given = [list(sizes((d,))) for d in (source, destination)]
    if len(given[0]) != len(given[1]):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({given[0]} dims) "
            f"should contain the same number of dims as destination ({given[1]} dims)"
        )
    found = [[one_dim(d, len(order)) for d in dims] for dims in given]
    for side, dims, asked in zip(("source", "destination"), found, given, strict=True):
        if len(set(dims)) < len(dims):
            raise RuntimeError(f"movedim: repeated dim in `{side}` ({asked})")
    sources, places = found
    rest = iter(d for d in order if d not in sources)
    chosen = dict(zip(places, sources, strict=True))
    return tuple(chosen[i] if i in chosen else next(rest) for i in order)


def diagonal(self: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """Return a view of a diagonal."""
    ndim = self._array.ndim
    places = one_dim(dim1, ndim), one_dim(dim2, ndim)
    if places[0] == places[1]:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return run("diagonal", self, args=(offset, *places))


def diag(self: Tensor, diagonal: int = 0) -> Tensor:
    """Return a matrix's diagonal, or a matrix with this diagonal."""
    if self._array.ndim not in (1, 2):
        raise RuntimeError(
            f"diag(): Supports 1D or 2D tensors. Got {self._array.ndim}D"
        )
    if self._array.ndim == 1:
        return diag_embed(self, diagonal)
    return run("diagonal_copy", self, args=(diagonal, 0, 1))


def diag_embed(self: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Return matrices with the rows of the tensor on their diagonals."""
    ndim = self._array.ndim + 1
    places = one_dim(dim1, ndim), one_dim(dim2, ndim)
    if places[0] == places[1]:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return run("diag_embed", self, args=(offset, *places))


def diagflat(self: Tensor, offset: int = 0) -> Tensor:
    """Return a matrix with all elements on its diagonal."""
    return diag(reshape(self, -1), offset)


def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Return a view of windows that slide along a dimension."""
    place = one_dim(dimension, self._array.ndim)
    most = self._array.shape[place] if self._array.ndim else 1
    if size > most:
        raise RuntimeError(
            f"maximum size for tensor at dimension {place} is {most} but size is {size}"
        )
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    return run("unfold", self, args=(place, size, step))
