"""Elements in order: sorted, the largest, the middle and the most frequent ones."""

from __future__ import annotations

from typing import Any

from ..bind import one_dim
from ..tensor import Tensor
from .arithmetic import run
from .named import Named, returned


def sort(
    self: Tensor, dim: int = -1, descending: bool = False, stable: bool | None = None
) -> Any:
    """Return the elements in order along a dimension, and where each was."""
    place = one_dim(dim, self._array.ndim)
    # Said or not, what equal elements do makes it another operation of PyTorch's.
    row = "sort" if stable is None else "sort.stable"
    return returned("sort", row, self, place, descending, bool(stable))


def msort(self: Tensor) -> Tensor:
    """Return the elements in order along the first dimension."""
    ordered: Tensor = sort(self, 0)[0]
    return ordered


def argsort(
    self: Tensor, dim: int = -1, descending: bool = False, stable: bool = False
) -> Tensor:
    """Return the indices that put the elements in order."""
    place = one_dim(dim, self._array.ndim)
    return run("argsort", self, args=(place, descending, stable))


def topk(
    self: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True
) -> Any:
    """Return the k largest elements along a dimension, and where they are."""
    place = one_dim(dim, self._array.ndim)
    if not 0 <= k <= (self._array.shape[place] if self._array.ndim else 1):
        raise RuntimeError("selected index k out of range")
    if self._array.dtype.kind == "b":
        raise RuntimeError("topk does not support bool dtypes on CPU")
    return returned("topk", "topk", self, k, place, largest, sorted)


def median(self: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the lower median of all elements, or along a dimension."""
    if dim is None:
        return run("median", self)
    place = one_dim(dim, self._array.ndim)
    _check_size("median", self, place)
    return returned("median", "median.dim", self, place, keepdim)


def nanmedian(self: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the lower median of the numbers, passing by what is none."""
    if dim is None:
        return run("nanmedian", self)
    place = one_dim(dim, self._array.ndim)
    _check_size("median", self, place)
    return returned("nanmedian", "nanmedian.dim", self, place, keepdim)


def kthvalue(self: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Named:
    """Return the k-th smallest element along a dimension, and where it is."""
    place = one_dim(dim, self._array.ndim)
    _check_size("kthvalue", self, place)
    if not 0 < k <= (self._array.shape[place] if self._array.ndim else 1):
        raise RuntimeError(
            f"kthvalue(): selected number k out of range for dimension {place}"
        )
    return returned("kthvalue", "kthvalue", self, k, place, keepdim)


def mode(self: Tensor, dim: int = -1, keepdim: bool = False) -> Named:
    """Return the most frequent element along a dimension, and where it is."""
    place = one_dim(dim, self._array.ndim)
    _check_size("mode", self, place)
    return returned("mode", "mode", self, place, keepdim)


def _check_size(name: str, self: Tensor, dim: int) -> None:
    if self._array.ndim and not self._array.shape[dim]:
        raise IndexError(
            f"{name}(): Expected reduction dim {dim} to have non-zero size."
        )
