"""What there is once: the distinct elements, and those unlike the one before."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arguments import refuse
from ..bind import one_dim
from ..devices import beside, refuse_looking, strip
from ..storage import Array
from ..table.scans import first_of_equals
from ..tensor import Tensor, wrap
from .arithmetic import run


def unique(
    self: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """Return the distinct elements in order, where each went, and their counts."""
    for flag in (return_counts, return_inverse):
        bool(flag)  # PyTorch asks before its parser does
    name = "_unique2" if dim is None else "unique_dim"
    asked = {"sorted": sorted, **_asked(return_inverse, return_counts)}
    refuse("inner", name, (self,) if dim is None else (self, dim), asked)
    refuse_looking(name, self._array)
    axis = None if dim is None else _place(self, dim)
    array: Any = strip(self._array)
    _, where, counts = np.unique(
        array, return_inverse=True, return_counts=True, axis=axis, equal_nan=False
    )
    first = run("unique2", self) if dim is None else run(name, self, args=(axis,))
    where = where.reshape(array.shape if dim is None else -1)
    return _given(self, first, (where, return_inverse), (counts, return_counts))


def unique_consecutive(
    self: Tensor,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """Return the elements without those equal to the one before."""
    for flag in (return_counts, return_inverse):
        bool(flag)  # PyTorch asks before its parser does
    asked = {**_asked(return_inverse, return_counts), "dim": dim}
    refuse("inner", "unique_consecutive", (self,), asked)
    axis = None if dim is None else _place(self, dim)
    array: Any = strip(self._array)
    starts = first_of_equals(array, axis)
    where = np.cumsum(starts) - 1
    where = where.reshape(array.shape) if dim is None else where
    counts = np.diff(np.append(np.flatnonzero(starts), starts.size))
    first = run("unique_consecutive", self, args=(axis,))
    return _given(self, first, (where, return_inverse), (counts, return_counts))


def _place(self: Tensor, dim: int) -> int:
    if not self._array.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return one_dim(dim, self._array.ndim)


def _asked(inverse: bool, counts: bool) -> dict[str, bool]:
    return {"return_inverse": inverse, "return_counts": counts}


def _given(self: Tensor, first: Tensor, *asked: tuple[Array, bool]) -> Any:
    more = [wrap(beside(each, self._array)) for each, wanted in asked if wanted]
    return (first, *more) if more else first
