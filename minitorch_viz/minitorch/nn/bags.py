"""Bags of a table's rows: sums, means or maxima of what is looked up."""

# A row's lambda names what backward needs, even where it only passes it on.

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import bool_, float16, float32, float64, int32, int64, promote_types
from ..functions.shaping import reshape
from ..keeping import call_keeping
from ..kernels import refuse
from ..op import Op, do
from ..storage import Array
from ..tensor import Tensor, wrap
from .asking import asks
from .tables import shorten

_MODES = ("sum", "mean", "max")


def _bags(
    weight: Array,
    indices: Array,
    offsets: Array,
    factors: Array | None,
    /,
    mode: int,
    padding_idx: int,
) -> tuple[Array, Array, Array, Array]:
    """Return the bags, each index's bag, the bags' sizes, and where maxima were."""
    count, width = len(offsets), weight.shape[1]
    ends = np.append(offsets[1:], indices.size)
    bag = np.repeat(np.arange(count), ends - offsets)
    kept = indices != padding_idx
    size = np.bincount(bag[kept], minlength=count)
    found = np.zeros((count, width), weight.dtype)
    best = np.full((count, width), -1)
    rows = weight[indices]
    if factors is not None:
        rows = rows * factors[:, None]
    if mode < 2:
        np.add.at(found, bag[kept], rows[kept])
        if mode == 1:
            found /= np.maximum(size, 1)[:, None]
        return found, bag, size, best
    for place in np.flatnonzero(kept).tolist():
        to = bag[place]
        higher = (best[to] < 0) | (rows[place] > found[to])
        found[to] = np.where(higher, rows[place], found[to])
        best[to] = np.where(higher, indices[place], best[to])
    return found, bag, size, best


def _by_weight(
    grad: Any,
    shape: Any,
    indices: Any,
    factors: Any,
    bag: Any,
    size: Any,
    best: Any,
    mode: int,
    padding_idx: int,
    by_frequency: bool,
) -> Any:
    zeros = do.new_zeros(grad, tuple(shape))
    if mode == 2:
        return _to_the_greatest(grad, zeros, _array(best))
    rows = do.index_select(grad, bag, 0)
    places, bags = _array(indices), _array(bag)
    share = np.ones(places.size)
    if mode == 1:
        share = 1 / np.maximum(_array(size), 1)[bags]
    if by_frequency:
        share = share / np.bincount(places)[places]
    share = np.where(places == padding_idx, 0, share)
    rows = rows * _like(share[:, None], grad)
    if factors is not None:
        rows = rows * do.unsqueeze(factors, 1)
    return do.index_add(zeros, indices, rows, 0)


def _to_the_greatest(grad: Any, zeros: Any, best: Any) -> Any:
    """Give each column's gradient to the row that was the greatest there."""
    for column in range(best.shape[1]):
        kept = np.flatnonzero(best[:, column] >= 0)
        picked = do.index_select(do.select(grad, 1, column), kept, 0)
        only = _like((np.arange(best.shape[1]) == column)[None], grad)
        zeros = do.index_add(
            zeros, best[kept, column], do.unsqueeze(picked, 1) * only, 0
        )
    return zeros


def _array(value: Any) -> Any:
    return value._array if isinstance(value, Tensor) else value


def _like(array: Any, grad: Any) -> Any:
    """Return plain numbers as what `grad` is: a tensor, or an array."""
    found = array.astype(_array(grad).dtype)
    return wrap(found) if isinstance(grad, Tensor) else found


def _by_factor(grad: Any, weight: Any, indices: Any, bag: Any, padding_idx: int) -> Any:
    rows = do.index_select(grad, bag, 0) * do.index_select(weight, indices, 0)
    total = getattr(do, "sum.dim")(rows, (1,), False)
    return total * _like(_array(indices) != padding_idx, grad)


Op(
    "embedding_bag",
    lambda weight, indices, offsets, per_sample_weights, /, scale_grad_by_freq, mode, padding_idx: (  # noqa: E501
        _bags(weight, indices, offsets, per_sample_weights, mode, padding_idx)
    ),
    outputs=("result0", "result1", "result2", "result3"),
    weight=lambda grad, weight_sym_sizes, indices, offsets, per_sample_weights, result1, result2, result3, mode, padding_idx, scale_grad_by_freq: (  # noqa: E501
        _by_weight(
            grad,
            weight_sym_sizes,
            indices,
            per_sample_weights,
            result1,
            result2,
            result3,
            mode,
            padding_idx,
            scale_grad_by_freq,
        )
    ),
    per_sample_weights=lambda grad, weight, indices, offsets, per_sample_weights, result1, padding_idx: (  # noqa: E501
        _by_factor(grad, weight, indices, result1, padding_idx)
    ),
)


@asks("weight.dtype", "input.dim", "weight.dim")
def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Return the sum, mean or maximum of the rows that each bag of indices names.

    >>> from minitorch_viz import minitorch as torch
    >>> table = torch.tensor([[1.0], [3.0]])
    >>> embedding_bag(torch.tensor([[0, 1]]), table)
    tensor([[2.]])
    """
    if per_sample_weights is not None and per_sample_weights.shape != input.shape:
        raise ValueError(
            f"embedding_bag: If per_sample_weights ({per_sample_weights.shape}) is not "
            f"None, then it must have the same shape as the input ({input.shape})"
        )
    if weight._array.ndim != 2:
        raise ValueError(
            f"weight has to be a 2D Tensor, but got Tensor of dimension {weight.dim()}"
        )
    starts = _starts(input, offsets)
    if input._array.ndim == 2:
        include_last_offset = False
        input = reshape(input, (-1,))
        if per_sample_weights is not None:
            per_sample_weights = reshape(per_sample_weights, (-1,))
    _check_mode(mode, scale_grad_by_freq, sparse)
    if max_norm is not None:
        shorten(weight, input, max_norm, norm_type)
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            "embedding_bag: per_sample_weights was not None. per_sample_weights is "
            f"only supported for mode='sum' (got mode='{mode}'). Please open a feature "
            "request on GitHub."
        )
    rows = len(weight._array)
    _check_types(input, offsets, weight, per_sample_weights)
    if padding_idx is not None and not -rows <= padding_idx < rows:
        raise RuntimeError(
            f"padding_idx must be within the number of embeddings, {-rows} through "
            f"{rows - 1}, but got {padding_idx}"
        )
    _check_places(input._array, starts, len(weight._array))
    if include_last_offset or offsets is None:
        offsets = wrap(starts[:-1] if include_last_offset else starts)
    padding = -1 if padding_idx is None else padding_idx % rows
    return call_keeping(
        "embedding_bag",
        (weight, input, offsets, per_sample_weights),
        (scale_grad_by_freq, _MODES.index(mode), padding),
    )


def _starts(input: Tensor, offsets: Tensor | None) -> Array:
    """Return where each bag begins."""
    ndim = input._array.ndim
    if ndim == 2:
        if offsets is not None:
            raise ValueError(
                "if input is 2D, then offsets has to be None, as input is treated is a "
                "mini-batch of fixed length sequences. However, found offsets of type "
                f"{type(offsets)}"
            )
        rows, width = input._array.shape
        if input._array.dtype.kind == "b":
            refuse("arange_cpu", input._array)
        if not width:
            raise RuntimeError("step must be nonzero")
        spread: Array = np.arange(rows) * width
        return spread
    if ndim != 1:
        raise ValueError(
            f"input has to be 1D or 2D Tensor, but got Tensor of dimension {ndim}"
        )
    if offsets is None:
        raise ValueError("offsets has to be a 1D Tensor but got None")
    if offsets._array.ndim != 1:
        raise ValueError("offsets has to be a 1D Tensor")
    return offsets._array


def _check_mode(mode: str, by_frequency: bool, sparse: bool) -> None:
    if mode not in _MODES:
        raise ValueError("mode has to be one of sum, mean or max")
    if mode == "max" and by_frequency:
        raise ValueError(
            "max mode does not support scaling the gradient by the frequency"
        )
    if mode == "max" and sparse:
        raise ValueError("max mode does not support sparse weights")
    if sparse:
        raise NotImplementedError("minitorch has no sparse gradients; leave sparse out")


def _check_types(
    input: Tensor, offsets: Tensor | None, weight: Tensor, factors: Tensor | None
) -> None:
    """Refuse tables and indices of types that the kernel has no loops for."""
    indices = input.dtype
    if offsets is not None:
        indices = promote_types(indices, offsets.dtype)
    for name, kind, taken, listed in (
        ("indices", indices, (int64, int32), "Long, Int"),
        ("weight", weight.dtype, _TABLES, "Half, BFloat16, Float, Double"),
    ):
        if kind not in taken:
            called = f"torch.{kind.scalar_name}Tensor"
            if kind is bool_:
                called = "CPUBoolType"
            raise RuntimeError(
                f"Expected tensor for argument #1 '{name}' to have one of the "
                f"following scalar types: {listed}; but got {called} instead "
                "(while checking arguments for embedding_bag)"
            )
    if factors is not None and factors.dtype is not weight.dtype:
        raise RuntimeError(
            "Expected tensor for argument #1 'weight' to have the same type as tensor "
            f"for argument #1 'per_sample_weights'; but type {weight.type()} does not "
            f"equal {factors.type()} (while checking arguments for embedding_bag)"
        )


_TABLES = float16, float32, float64


def _check_places(places: Array, starts: Array, rows: int) -> None:
    if starts.size and starts[0] != 0:
        raise RuntimeError(
            "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to "
            f"start from position 0. However, got {starts[0]}\n[ torch.LongTensor{{}} ]"
        )
    if starts.size and starts[-1] > places.size:
        raise RuntimeError(
            "offsets[-1] can not be greater than input's length "
            f"{places.size} but got offsets[-1] of {starts[-1]}"
        )
    wrong = (places < 0) | (places >= rows)
    if wrong.any():
        where = int(wrong.argmax())
        raise RuntimeError(
            f"Index {where} of input takes value {places[where]} which is not in the "
            f"valid range [0, {rows})"
        )
