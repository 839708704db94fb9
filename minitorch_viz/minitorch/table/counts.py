"""The table's rows for counting and looking up, which have no derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..devices import strip
from ..op import Op
from ..storage import Array


def _counted(self: Array, weights: Any, minlength: int) -> Array:
    if weights is None:
        return np.bincount(strip(self), minlength=minlength)
    kind = np.float32 if weights.dtype == np.float32 else np.float64
    return np.bincount(strip(self), strip(weights), minlength).astype(kind)


def _underived(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::bincount is not implemented")


Op(
    "bincount",
    lambda self, weights, /, minlength=0: _counted(self, weights, minlength),
    node="torch::autograd::NotImplemented",
    weights=_underived,
)


Op(
    "repeat_interleave",
    lambda repeats, /: np.repeat(
        np.arange(repeats.size, dtype=repeats.dtype), strip(repeats)
    ),
)


def _in_bins(
    self: Array,
    /,
    bins: int,
    min: float,
    max: float,
) -> Array:
    counts, _ = np.histogram(self[np.isfinite(self)], bins, (min, max))
    return counts.astype(self.dtype)


Op("histc", _in_bins)


def _places(rows: Any, values: Any, sorter: Any, int32: bool, right: bool) -> Array:
    """Return where values would have to stand in a sorted row, or each in its own."""
    rows, values, kind = strip(rows), strip(values), np.int32 if int32 else np.int64
    if sorter is not None:
        rows = np.take_along_axis(rows, strip(sorter), -1)
    side: Any = "right" if right else "left"
    if rows.ndim == 1:
        return np.asarray(np.searchsorted(rows, values, side), kind)
    flat = values.reshape(-1, values.shape[-1])
    pairs = zip(rows.reshape(-1, rows.shape[-1]), flat, strict=True)
    each = [np.searchsorted(row, value, side) for row, value in pairs]
    return np.asarray(each, kind).reshape(values.shape)


Op(
    "bucketize",
    lambda self, boundaries, /, out_int32=False, right=False: _places(
        boundaries, self, None, out_int32, right
    ),
)
Op(
    "searchsorted",
    lambda sorted_sequence, self, sorter, /, out_int32=False, right=False: _places(
        sorted_sequence, self, sorter, out_int32, right
    ),
)
Op(
    "isin",
    lambda elements, test_elements, /, invert=False: np.asarray(
        np.isin(strip(elements), strip(test_elements), invert=invert)
    ),
)
