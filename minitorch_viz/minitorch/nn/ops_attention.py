"""The table's rows of attention."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ..op import Op, do
from ..storage import Array
from ..table.slopes import slopes
from ..tensor import Tensor, wrap

_NAME = "scaled_dot_product_flash_attention_for_cpu"


def _safe_softmax(x: Array, dim: int) -> Array:
    """Return the softmax, zeros where a row holds nothing but -inf."""
    top = x.max(dim, keepdims=True)
    raised = np.exp(x - np.where(np.isfinite(top), top, 0))
    total = raised.sum(dim, keepdims=True)
    found: Array = raised / np.where(total == 0, 1, total)
    return found


Op(
    "safe_softmax",
    lambda self, /, dim: _safe_softmax(self, dim),
    self=lambda grad, result, dim: do.softmax_backward_data(grad, result, dim),
)


def _factor(query: Any, scale: float | None) -> float:
    return 1 / math.sqrt(query.shape[-1]) if scale is None else scale


def _hidden(query: Any, key: Any, is_causal: bool) -> Any:
    """Return where a query must not look: behind itself."""
    if not is_causal:
        return None
    seen = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
    return np.where(seen, 0, -np.inf).astype(np.float32)


def _attended(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array | None,
    /,
    dropout_p: float,
    is_causal: bool,
    scale: float | None,
) -> tuple[Array, Array]:
    factor = np.asarray(_factor(query, scale), query.dtype)
    scores = query @ key.swapaxes(-1, -2) * factor
    for mask in (attn_mask, _hidden(query, key, is_causal)):
        scores = scores if mask is None else scores + mask
    top = scores.max(-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    raised = np.exp(scores - top)
    total = raised.sum(-1, keepdims=True)
    found = (raised @ value) / np.where(total == 0, 1, total)
    # Laid out as the query is.
    output = np.empty_like(query)
    output[...] = found
    return output, (np.log(total) + top)[..., 0]


def _turned(x: Any) -> Any:
    return do.transpose(x, len(x.shape) - 2, len(x.shape) - 1)


def _weights(query: Any, key: Any, kept: Any) -> Any:
    """Return what was attended to, from the logarithms that were kept."""
    mask, is_causal, logsumexp, factor = kept
    scores = do.matmul(query, _turned(key)) * factor
    hidden = _hidden(query, key, is_causal)
    if hidden is not None and isinstance(query, Tensor):
        hidden = wrap(hidden)
    for each in (mask, hidden):
        scores = scores if each is None else scores + each
    return do.exp(scores - do.unsqueeze(logsumexp, len(logsumexp.shape)))


def _score_slope(grad: Any, value: Any, output: Any, weights: Any) -> Any:
    even = getattr(do, "sum.dim")(grad * output, (len(grad.shape) - 1,), True)
    return weights * (do.matmul(grad, _turned(value)) - even)


def _slope(
    wanted: str,
    grad: Any,
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any,
    dropout_p: float,
    is_causal: bool,
    scale: float | None,
    output: Any,
    logsumexp: Any,
) -> Any:
    """Return one of three gradients; all save the same, as PyTorch's one node does."""
    factor = _factor(query, scale)
    weights = _weights(query, key, (attn_mask, is_causal, logsumexp, factor))
    if wanted == "value":
        return do.matmul(_turned(weights), grad)
    slope = _score_slope(grad, value, output, weights) * factor
    if wanted == "key":
        return do.matmul(_turned(slope), query)
    return do.matmul(slope, key)


Op(
    _NAME,
    _attended,
    outputs=("output", "logsumexp"),
    query=partial(_slope, "query"),
    key=partial(_slope, "key"),
    value=partial(_slope, "value"),
)


def _unknown(grads: Any) -> Any:
    raise RuntimeError(f"derivative for aten::_{_NAME}_backward is not implemented")


def _slopes(
    grad_out: Array,
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array | None,
    output: Array,
    logsumexp: Array,
    /,
    dropout_p: float,
    is_causal: bool,
    scale: float | None,
    output_mask: tuple[bool, ...],
) -> tuple[Any, ...]:
    """Return all three gradients: head after head, as their kernel writes them."""
    inputs = grad_out, query, key, value, attn_mask, dropout_p, is_causal, scale
    return tuple(
        _by_heads(_slope(each, *inputs, output, logsumexp)) if want else None
        for each, want in zip(("query", "key", "value"), output_mask, strict=True)
    )


def _by_heads(x: Array) -> Array:
    return np.ascontiguousarray(x.swapaxes(1, 2)).swapaxes(1, 2)


slopes(
    f"{_NAME}_backward",
    _slopes,
    ("grad_query", "grad_key", "grad_value"),
    of=_NAME,
    inputs=("query", "key", "value", "attn_mask", "output", "logsumexp"),
    args=("dropout_p", "is_causal", "scale"),
    node="torch::autograd::NotImplemented",
    grad_out=_unknown,
    query=_unknown,
    key=_unknown,
    value=_unknown,
    output=_unknown,
    logsumexp=_unknown,
)
