"""Copies with a part replaced, and reductions into places that an index names."""

from __future__ import annotations

from collections.abc import Sequence

from ..bind import one_dim
from ..kernels import no_bool
from ..once import warn_once
from ..tensor import Tensor
from .arithmetic import run
from .destination import FRESH, OVER, Destination
from .scattering import check_scattered, check_within
from .writes import check_added

_REDUCES = ("sum", "prod", "mean", "amax", "amin", "max", "min")


def select_scatter(self: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """Return a copy with `src` for one slice."""
    if not self._array.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    place = one_dim(dim, self._array.ndim)
    shape = self._array.shape
    if not -shape[place] <= index < shape[place]:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {list(shape)} at "
            f"dimension {place}"
        )
    _check_part(src, shape[:place] + shape[place + 1 :])
    return run("select_scatter", self, src, args=(place, index))


def slice_scatter(
    self: Tensor,
    src: Tensor,
    dim: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
) -> Tensor:
    """Return a copy with `src` for the slices from `start` to `end`."""
    place = one_dim(dim, self._array.ndim)
    shape = list(self._array.shape)
    if not shape:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    if step <= 0:
        raise RuntimeError("slice step must be positive")
    first, last, _ = slice(start, end, step).indices(shape[place])
    shape[place] = len(range(first, last, step))
    _check_part(src, shape)
    return run("slice_scatter", self, src, args=(place, first, last, step))


def diagonal_scatter(
    self: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1
) -> Tensor:
    """Return a copy with `src` on a diagonal."""
    first, second = (one_dim(d, self._array.ndim) for d in (dim1, dim2))
    _check_part(src, self._array.diagonal(offset, first, second).shape)
    return run("diagonal_scatter", self, src, args=(offset, first, second))


def _check_part(src: Tensor, wanted: Sequence[int]) -> None:
    if src._array.shape != tuple(wanted):
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. src size = "
            f"{list(src._array.shape)}, slice size = {list(wanted)}"
        )


def scatter_reduce(
    self: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
) -> Tensor:
    """Return the tensor with `src` reduced into the places at `index`."""
    return _scatter_reduced(FRESH, self, dim, index, src, reduce, include_self)


def scatter_reduce_(
    self: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
) -> Tensor:
    """Reduce `src` into the places at `index`."""
    return _scatter_reduced(OVER, self, dim, index, src, reduce, include_self)


def _scatter_reduced(
    to: Destination,
    self: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor,
    reduce: str,
    include_self: bool,
) -> Tensor:
    place = check_scattered(to, self, dim, index, src)
    if reduce not in _REDUCES:
        raise RuntimeError(
            "reduce argument must be either sum, prod, mean, amax or amin, got "
            f"{reduce}"
        )
    check_within(to, self, place, index, src._array)
    return to.run("scatter_reduce", self, (index, src), (place, reduce, include_self))


def index_reduce(
    self: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
) -> Tensor:
    """Return the tensor with the slices of `source` reduced into those at `index`."""
    return _index_reduced(FRESH, self, dim, index, source, reduce, include_self)


def index_reduce_(
    self: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
) -> Tensor:
    """Reduce the slices of `source` into those at `index`."""
    return _index_reduced(OVER, self, dim, index, source, reduce, include_self)


def _index_reduced(
    to: Destination,
    self: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    reduce: str,
    include_self: bool,
) -> Tensor:
    to.start(self, source)
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(
            "index_reduce(): Expected reduce to be one of prod, mean, amax or amin but "
            f"got {reduce}."
        )
    place = one_dim(dim, self._array.ndim)
    check_added("index_reduce_", self, place, index, source)
    to.apart(self, index, source)
    warn_once("index_reduce() is in beta and the API may change at any time.")

    def refusal(value: int, size: int) -> Exception:
        return IndexError("index out of range in self")

    if not include_self:
        no_bool("index_reduce_func_exclude_input_init", self._array)
    if self._array.ndim < 2:
        no_bool("index_func_", self._array)
    to.check_along(self, place, index, source._array, refusal)
    if reduce == "mean":
        no_bool("div_floor_cpu", self._array)
    others = index, source
    return to.run("index_reduce", self, others, (place, reduce, include_self))
