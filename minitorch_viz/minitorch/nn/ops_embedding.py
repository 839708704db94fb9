"""Rows that look things up in a table, and shorten its rows."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array


def _rows_added(
    grad_output: Array,
    indices: Array,
    num_weights: int,
    padding_idx: int,
    scale_grad_by_freq: bool,
) -> Array:
    flat = indices.reshape(-1)
    rows = grad_output.reshape(flat.size, -1)
    if padding_idx >= 0:
        rows = np.where((flat == padding_idx)[:, None], 0, rows)
    if scale_grad_by_freq:
        counts = np.bincount(flat, minlength=num_weights)
        rows = rows / counts[flat][:, None].astype(rows.dtype)
    found = np.zeros((num_weights, grad_output.shape[-1]), grad_output.dtype)
    np.add.at(found, flat, rows)
    return found


def _rows_taken(grad: Any, indices: Any, padding_idx: int) -> Any:
    shape = tuple(indices.shape)
    rows = do.index_select(grad, do.reshape(indices, (-1,)), 0)
    if padding_idx >= 0:
        rows = do.masked_fill(rows, do.reshape(indices == padding_idx, (-1, 1)), 0)
    return do.view(rows, (*shape, grad.shape[1]))


def _embedding_slope(
    grad: Any,
    weight_sym_argsize_0: int,
    indices: Any,
    padding_idx: int,
    scale_grad_by_freq: bool,
    sparse: bool,  # only for the user to see
) -> Any:
    return do.embedding_dense_backward(
        grad, indices, weight_sym_argsize_0, padding_idx, scale_grad_by_freq
    )


Op(
    "embedding",
    lambda weight, indices, /, padding_idx=-1, scale_grad_by_freq=False, sparse=False: (
        weight[indices]
    ),
    weight=_embedding_slope,
)
Op(
    "embedding_dense_backward",
    lambda grad_output, indices, /, num_weights, padding_idx, scale_grad_by_freq: (
        _rows_added(grad_output, indices, num_weights, padding_idx, scale_grad_by_freq)
    ),
    node="EmbeddingDenseBackwardBackward0",
    grad_output=lambda grad, indices, padding_idx: _rows_taken(
        grad, indices, padding_idx
    ),
)


def _shortened(self: Any, indices: Any, max_norm: float, norm_type: float) -> Any:
    """Scale the rows that are looked up and too long, in place.

    PyTorch goes through them in order, and finds a row outside when it comes to it.
    """
    count = len(self)
    for row in np.unique(indices).tolist():
        if not -count <= row < count:
            raise IndexError(
                f"select(): index {row} out of range for tensor of size "
                f"{list(self.shape)} at dimension 0"
            )
        length = (np.abs(self[row]) ** norm_type).sum() ** (1 / norm_type)
        if length > max_norm:
            self[row] *= max_norm / (length + 1e-7)
    return self


Op(
    "embedding_renorm",
    lambda self, indices, /, max_norm, norm_type: _shortened(
        self, indices, max_norm, norm_type
    ),
)
