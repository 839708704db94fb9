"""Elements put side by side, split, turned and numbered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..bind import one_dim
from ..once import warn_once
from ..refusing import check_broadcast
from ..sizes import Size
from ..tensor import Tensor, wrap
from .arithmetic import remainder, run
from .composed import tensor_split
from .joining import cat, check_some, check_tensors, masked_select, stack
from .scattering import gather
from .shaping import (
    check_viewable,
    expand,
    movedim,
    reshape,
    transpose,
    unsqueeze,
    view,
)


def moveaxis(self: Tensor, source: Any, destination: Any) -> Tensor:
    """Return a view with dimensions moved to other places."""
    return movedim(self, source, destination)


def swapdims(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """Return a view with two dimensions swapped."""
    return transpose(self, dim0, dim1)


def adjoint(self: Tensor) -> Tensor:
    """Return the transpose of matrices, as a view."""
    return transpose(self, -2, -1)


# Side by side


def _at_least(wanted: int) -> Callable[..., Any]:
    def lift(self: Tensor) -> Tensor:
        ndim = self._array.ndim
        if ndim >= wanted:
            return self
        if not ndim:
            return reshape(self, (1,) * wanted)
        lifted = unsqueeze(self, 0) if ndim == 1 else self
        return unsqueeze(lifted, -1) if wanted == 3 else lifted

    def run(*tensors: Any) -> Any:
        if not tensors:
            return ()
        if len(tensors) == 1 and isinstance(tensors[0], Tensor):
            return lift(tensors[0])
        listed = tensors[0] if isinstance(tensors[0], (list, tuple)) else tensors
        check_tensors(listed)
        return tuple(lift(each) for each in listed)

    run.__name__ = run.__qualname__ = f"atleast_{wanted}d"
    run.__doc__ = f"Return tensors as views of {wanted} dimensions or more."
    return run


atleast_1d, atleast_2d, atleast_3d = _at_least(1), _at_least(2), _at_least(3)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors joined as columns."""
    check_some("column_stack", tensors)
    columns = [
        x if x._array.ndim > 1 else reshape(x, x._array.size, 1) for x in tensors
    ]
    return cat(columns, 1)


def row_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors joined as rows."""
    check_some("vstack", tensors)
    return cat([atleast_2d(x) for x in tensors], 0)


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors joined along a third dimension."""
    check_some("dstack", tensors)
    return cat([atleast_3d(x) for x in tensors], 2)


def block_diag(*tensors: Tensor) -> Tensor:
    """Return a matrix with the tensors as blocks on its diagonal."""
    check_tensors(tensors)
    for number, each in enumerate(tensors):
        if each._array.ndim > 2:
            raise RuntimeError(
                "torch.block_diag: Input tensors must have 2 or fewer dimensions. "
                f"Input {number} has {each._array.ndim} dimensions"
            )
    return run("block_diag", [atleast_2d(each) for each in tensors])


# Split and turned


def _cutter(name: str, least: int, dim: int) -> Callable[..., tuple[Tensor, ...]]:
    def cut(self: Tensor, *indices_or_sections: Any) -> tuple[Tensor, ...]:
        if not indices_or_sections:
            raise TypeError("no sections")  # the parser has the words
        alone = len(indices_or_sections) == 1
        sections: Any = indices_or_sections[0] if alone else indices_or_sections
        ndim = self._array.ndim
        if ndim < least:
            raise RuntimeError(
                f"torch.{name} requires a tensor with at least {least} dimension, but "
                f"got a tensor with {ndim} dimensions!"
            )
        place = 0 if name == "hsplit" and ndim == 1 else dim
        size = self._array.shape[place]
        if isinstance(sections, int) and (not sections or size % sections):
            raise RuntimeError(
                f"torch.{name} attempted to split along dimension {place}, but the size"
                f" of the dimension {size} is not divisible by the split_size "
                f"{sections}!"
            )
        return tensor_split(self, sections, place)

    cut.__name__ = cut.__qualname__ = name
    cut.__doc__ = f"Return views of pieces along dimension {dim}."
    return cut


hsplit, vsplit = _cutter("hsplit", 1, 1), _cutter("vsplit", 2, 0)
dsplit = _cutter("dsplit", 3, 2)


def rot90(self: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """Return the tensor turned by `k` right angles."""
    if len(dims) != 2:
        raise RuntimeError(
            f"expected total rotation dims == 2, but got dims = {len(dims)}"
        )
    if self._array.ndim < 2:
        raise RuntimeError(
            f"expected total dims >= 2, but got total dims = {self._array.ndim}"
        )
    places = tuple(one_dim(d, self._array.ndim) for d in dims)
    if places[0] == places[1]:
        raise RuntimeError(
            "expected rotation dims to be different, but got dim0 = "
            f"{dims[0]} and dim1 = {dims[1]}"
        )
    return run("rot90", self, args=(k, places))


# Products and choices


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """Return every choice of `r` elements, a row each."""
    if input._array.ndim != 1:
        raise RuntimeError(
            "Expect a 1D vector, but got shape " + str(list(input._array.shape))
        )
    if not r:
        return wrap(np.empty(0, input._array.dtype))
    count = input._array.size
    places = np.indices((count,) * r)
    earlier = np.less_equal if with_replacement else np.less
    mask = np.ones((count,) * r, bool)
    for before, after in pairwise(places):
        mask &= earlier(before, after)
    columns = [
        masked_select(
            expand(view(input, [-1 if i == d else 1 for i in range(r)]), (count,) * r),
            wrap(mask),
        )
        for d in range(r)
    ]
    return stack(columns, 1)


def kron(self: Tensor, other: Tensor) -> Tensor:
    """Return the product of every element of `self` with all of `other`."""
    a, b = self._array.shape, other._array.shape
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    left = run("unsafe_view", self, args=(tuple(n for m in a for n in (m, 1)),))
    right = run("unsafe_view", other, args=(tuple(n for m in b for n in (1, m)),))
    shape = tuple(m * n for m, n in zip(a, b, strict=True))
    product = run("mul", left, right)
    check_viewable(product, shape)
    return run("unsafe_view", product, args=(shape,))


def cross(self: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """Return the products of vectors that stand upright on both of them."""
    shape = self._array.shape
    if dim is None:
        warn_once(_ANY_DIM)
        dim = next((d for d, n in enumerate(shape) if n == 3), None)
        if dim is None:
            raise RuntimeError("no dimension of size 3 in input")
    if other._array.ndim != len(shape):
        raise RuntimeError(
            "linalg.cross: inputs must have the same number of dimensions."
        )
    if not shape:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    place = one_dim(dim, len(shape))
    if shape[place] != 3 or other._array.shape[place] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got "
            f"{shape[place]} and {other._array.shape[place]}"
        )
    return run("linalg_cross", self, other, args=(place,))


_ANY_DIM = (
    "Using torch.cross without specifying the dim arg is deprecated.\nPlease either "
    "pass the dim explicitly or simply use torch.linalg.cross.\nThe default value of "
    "dim will change to agree with that of linalg.cross in a future release."
)


def take_along_dim(self: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """Return the elements at `indices` along a dimension."""
    if dim is None:
        return gather(view(self, -1), 0, view(indices, -1))
    have, count = self._array.shape, self._array.ndim
    if indices._array.ndim != count:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of "
            f"dimensions, but got {count} dimensions for input, and "
            f"{indices._array.ndim} dimensions for indices"
        )
    if indices._array.dtype != np.int64:
        raise RuntimeError(
            "torch.take_along_dim(): dtype of indices should be Long but got "
            f"{indices.dtype.scalar_name}"
        )
    place = int(one_dim(dim, count))
    if not count:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    where = indices._array.shape
    places = expand(indices, _together(_with(have, place, where[place]), where))
    source = expand(self, _together(_with(where, place, have[place]), have))
    # As with Python's own indices -1 is the last, but whatever lies outside wraps too.
    return gather(source, place, remainder(places, have[place]))


def _with(shape: tuple[int, ...], place: int, size: int) -> tuple[int, ...]:
    return (*shape[:place], size, *shape[place + 1 :])


def _together(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that tensors of these shapes have together."""
    check_broadcast([np.empty(a), np.empty(b)])
    return np.broadcast_shapes(a, b)


# Places


def broadcast_shapes(*shapes: Any) -> Size:
    """Return the size that tensors of these sizes have together."""
    for shape in shapes:
        if not isinstance(shape, (int, tuple, list)):
            raise RuntimeError(  # noqa: TRY004 - as PyTorch does
                "Input shapes should be of type ints, a tuple of ints, or a list of "
                f"ints, got {shape}"
            )
    listed = [(s,) if isinstance(s, int) else tuple(s) for s in shapes]
    found = [1] * max(map(len, listed), default=0)
    for place, shape in enumerate(listed):
        for at in range(-1, -len(shape) - 1, -1):
            n = shape[at]
            if n < 0:
                raise ValueError(
                    "Attempting to broadcast a dimension with negative length!"
                )
            if n not in (1, found[at]) and found[at] != 1:
                raise RuntimeError(
                    f"Attempting to broadcast a dimension of length {n} at {at}! "
                    f"Mismatching argument at index {place} had {shape}; but expected "
                    f"shape should be broadcastable to {found}"
                )
            found[at] = n if n != 1 else found[at]
    return Size(found)


def _triangle(name: str) -> Callable[..., Tensor]:
    places: Any = getattr(np, f"{name}_indices")

    def run(row: int, col: int, offset: int = 0, **options: Any) -> Tensor:
        kind = options["dtype"].np if options.get("dtype") else np.int64
        return wrap(np.stack(places(row, offset, col)).astype(kind))

    run.__name__ = f"{name}_indices"
    run.__doc__ = f"Return where the elements that `{name}` keeps lie."
    return run


tril_indices, triu_indices = _triangle("tril"), _triangle("triu")
