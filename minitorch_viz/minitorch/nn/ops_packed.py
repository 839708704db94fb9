"""Rows that pack padded sequences by steps, and pad them again."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: A006, PLW0108

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array


def _packed(array: Array, lengths: Array, batch_first: bool) -> tuple[Array, Array]:
    by_step = array.swapaxes(0, 1) if batch_first else array
    widths = (lengths > np.arange(lengths.max())[:, None]).sum(1)
    rows = [by_step[step, :width] for step, width in enumerate(widths.tolist())]
    return np.concatenate(rows), widths


def _padded(data: Array, widths: Array, shape: Any, batch_first: bool) -> Array:
    found = np.zeros(shape, data.dtype)
    by_step = found.swapaxes(0, 1) if batch_first else found
    start = 0
    for step, width in enumerate(widths.tolist()):
        by_step[step, :width] = data[start : start + width]
        start += width
    return found


def _shape(sizes: Any) -> tuple[int, ...]:
    return tuple(int(n) for n in sizes)


Op(
    "pack_padded_sequence",
    lambda input, lengths, /, batch_first: _packed(input, lengths, batch_first),
    outputs=("result0", "result1"),
    input=lambda grad, input_sym_sizes, result1, batch_first: do.unpack_padded(
        grad, result1, _shape(input_sym_sizes), batch_first
    ),
)
Op(
    "unpack_padded",
    lambda data, widths, /, shape, batch_first: _padded(
        data, widths, shape, batch_first
    ),
    data=lambda grad, widths, batch_first: do.repack_padded(grad, widths, batch_first),
)
Op(
    "repack_padded",
    lambda grad, widths, /, batch_first: _repacked(grad, widths, batch_first),
    grad=lambda grad, widths, grad_sym_sizes, batch_first: do.unpack_padded(
        grad, widths, _shape(grad_sym_sizes), batch_first
    ),
)


def _repacked(grad: Array, widths: Array, batch_first: bool) -> Array:
    by_step = grad.swapaxes(0, 1) if batch_first else grad
    rows = [by_step[step, :width] for step, width in enumerate(widths.tolist())]
    return np.concatenate(rows)
