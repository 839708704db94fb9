"""Counting whole numbers, and looking up where numbers belong."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..devices import refuse_looking
from ..kernels import no_bool, refuse
from ..tensor import Tensor, wrap
from .arithmetic import run
from .shaping import check_viewable


def bincount(self: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """Return how often each whole number occurs, or what its weights sum up to."""
    refuse_looking("bincount", self._array)
    array = self._array
    if array.dtype.kind not in "iu":
        refuse("bincount_cpu", array)
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    if array.ndim != 1 or (array < 0).any():
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is not None and weights._array.shape != array.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    # Of nothing PyTorch makes zeros, whatever the weights would be.
    return run("bincount", self, weights if array.size else None, args=(minlength,))


def histc(self: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """Return how many elements lie in each of `bins` equal steps."""
    if bins <= 0:
        raise RuntimeError(
            f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0"
        )
    values = self._array
    no_bool("linspace_cpu", values)
    if values.dtype.kind != "f":
        raise NotImplementedError(
            f"\"histogram_cpu\" not implemented for '{self.dtype.scalar_name}'"
        )
    if min == max and values.size:
        min, max = float(values.min()), float(values.max())
    if min == max:
        min, max = min - 1, max + 1
    if min > max:
        raise RuntimeError("torch.histc: max must be larger than min")
    return run("histc", self, args=(bins, min, max))


def bucketize(
    input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False
) -> Tensor:
    """Return the index of the bucket that each number falls into."""
    if boundaries._array.ndim != 1:
        raise RuntimeError(
            "boundaries tensor must be 1 dimension, but got "
            f"dim({boundaries._array.ndim})"
        )
    no_bool("searchsorted_out_cpu", boundaries._array)
    return run("bucketize", _held(input), boundaries, args=(out_int32, right))


def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """Return where numbers would have to stand in a sorted row."""
    rows, values = sorted_sequence._array, _held(input)
    _check_side(side, right)
    shape = values._array.shape
    if not shape and rows.ndim != 1:
        raise RuntimeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries "
            "tensor dimension is 1, but we got boundaries tensor "
            f"dim({rows.ndim}) and input value's dim(0) numel(1)"
        )
    if rows.ndim != 1 and rows.shape[:-1] != shape[:-1]:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the "
            "first N-1 dimensions of boundaries tensor and input value tensor must "
            f"match, but we got boundaries tensor {list(rows.shape)} and input value "
            f"tensor {list(shape)}"
        )
    if sorter is not None:
        _check_sorter(sorted_sequence, sorter)
    no_bool("searchsorted_out_cpu", rows)
    args = (out_int32, right or side == "right")
    return run("searchsorted", sorted_sequence, values, sorter, args=args)


def _held(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else wrap(np.asarray(value))


def _check_side(side: str | None, right: bool) -> None:
    if side not in (None, "left", "right"):
        raise RuntimeError(
            "torch.searchsorted(): side can only be 'left' or 'right' but got " + side
        )
    if right and side == "left":
        raise RuntimeError(
            "torch.searchsorted(): side and right can't be set to opposites, got side "
            "of left while right was True"
        )


def _check_sorter(rows: Tensor, sorter: Tensor) -> None:
    sizes = list(rows._array.shape), list(sorter._array.shape)
    if sizes[0] != sizes[1]:
        raise RuntimeError(
            "torch.searchsorted(): boundary and sorter must have the same size, but "
            f"got boundary tensor {sizes[0]}and got sorter tensor {sizes[1]}"
        )
    if sorter._array.dtype != np.int64:
        raise RuntimeError(
            "torch.searchsorted(): sorter must be a tensor of long dtype but got dtype "
            f"{sorter.dtype.scalar_name}"
        )


def isin(
    elements: Any,
    test_elements: Any,
    *,
    assume_unique: bool = False,
    invert: bool = False,
) -> Tensor:
    """Return which elements are among others."""
    among = _held(elements), _held(test_elements)
    arrays = [x._array for x in among]
    if any(x.dtype.kind == "b" for x in arrays):
        raise RuntimeError("Unsupported input type encountered for isin(): Bool")
    few = arrays[1].size < 10 * arrays[0].size ** 0.145
    if few and isinstance(test_elements, Tensor) and arrays[0].size:
        check_viewable(test_elements, (-1,))  # a few are looked at as they lie
    return run("isin", *among, args=(invert,))
