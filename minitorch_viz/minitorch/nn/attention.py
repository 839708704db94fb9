"""Attention as functions: plain, and with several heads."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtypes
from ..devices import beside, strip
from ..functions.joining import cat, split
from ..functions.products import bmm, matmul
from ..functions.reducing import mean
from ..functions.shaping import (
    expand,
    permute,
    reshape,
    select,
    squeeze,
    transpose,
    unflatten,
    unsqueeze,
    view,
)
from ..keeping import call_keeping
from ..op import OPS, call
from ..tensor import Tensor, wrap
from .activation_functions import softmax
from .asking import asks
from .attention_masks import added_masks, check_masks, checked_mask
from .dropping import dropout
from .linear_functions import linear
from .padding import pad


def _run(name: str, *inputs: Any, args: Any = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


@asks("nn.scaled_dot_product_attention(...)")
def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Return the values, mixed by how well each query fits each key.

    >>> from minitorch_viz import minitorch as torch
    >>> value = torch.tensor([[1.0], [3.0]])
    >>> scaled_dot_product_attention(torch.zeros(1, 1), torch.zeros(2, 1), value)
    tensor([[2.]])
    """
    _check(query, key, value, attn_mask)
    mask = _bias(attn_mask, query)
    if _fuses(query, key, value, mask, dropout_p):
        args = dropout_p, is_causal, scale
        inputs = query, key, value, mask
        return call_keeping("scaled_dot_product_flash_attention_for_cpu", inputs, args)
    if is_causal and mask is not None:
        raise RuntimeError(
            "_scaled_dot_product_attention: Explicit attn_mask should not be set when "
            "is_causal=True"
        )
    factor = 1 / math.sqrt(query._array.shape[-1]) if scale is None else scale
    root = math.sqrt(factor)
    left = _run("mul.number", query, args=(root,))
    right = _run("mul.number", transpose(key, -2, -1), args=(root,))
    scores = matmul(left, right)
    if is_causal:
        mask = _causal(query, key)
    if mask is not None:
        scores = _run("add", scores, mask, args=(1,))
    weights = _run("safe_softmax", scores, args=(scores._array.ndim - 1,))
    if dropout_p > 0:
        weights = dropout(weights, _chance(dropout_p))
    return matmul(weights, value)


def _fuses(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, dropout_p: float
) -> bool:
    """Return True where PyTorch has one kernel for all of it."""
    arrays = [each._array for each in (query, key, value)]
    return (
        all(each.ndim == 4 and each.strides[-1] == each.itemsize for each in arrays)
        and len({each.shape[-1] for each in arrays}) == 1
        and len({each.shape[:2] for each in arrays}) == 1
        and not dropout_p
        and all(each.size for each in arrays)
        and (mask is None or not mask.requires_grad)
    )


def _chance(dropout_p: float) -> float:
    if dropout_p <= 1:
        return dropout_p
    raise RuntimeError(
        f"dropout probability has to be between 0 and 1, but got {dropout_p:g}"
    )


def _check(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> None:
    kinds = [each.dtype for each in (query, key, value)]
    if len(set(kinds)) > 1:
        raise RuntimeError(
            "Expected query, key, and value to have the same dtype, but got query.dtype"
            f": {kinds[0].c_name} key.dtype: {kinds[1].c_name} and value.dtype: "
            f"{kinds[2].c_name} instead."
        )
    sizes = [each._array.ndim for each in (query, key, value)]
    if min(sizes) < 2:
        raise RuntimeError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got "
            f"query.dim: {sizes[0]} key.dim: {sizes[1]} and value.dim: {sizes[2]} "
            "instead."
        )
    if mask is not None and mask.dtype not in (dtypes.bool_, dtypes.float32, kinds[0]):
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but "
            f"got attn_mask.dtype: {mask.dtype.c_name} and  query.dtype: "
            f"{kinds[0].c_name} instead."
        )


def _bias(mask: Tensor | None, query: Tensor) -> Tensor | None:
    """Return a mask of bools as what is added: 0 where True, -inf elsewhere."""
    if mask is None or mask._array.dtype.kind != "b":
        return mask
    found = np.where(strip(mask._array), 0, -np.inf).astype(query._array.dtype)
    return wrap(beside(found, mask._array))


def _causal(query: Tensor, key: Tensor) -> Tensor:
    seen = np.tri(query._array.shape[-2], key._array.shape[-2], dtype=bool)
    found = np.where(seen, 0, -np.inf).astype(query._array.dtype)
    return wrap(beside(found, query._array))


# Several heads


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Return attention of several heads, and how much each place was attended to."""
    lone = query._array.ndim == 2
    masks = key_padding_mask, attn_mask
    _check_heads(query, key, value, embed_dim_to_check, num_heads, *masks)
    if is_causal and attn_mask is None:
        raise RuntimeError(_NEED_MASK)
    if lone:
        query, key, value = (unsqueeze(each, 1) for each in (query, key, value))
        if key_padding_mask is not None:
            key_padding_mask = unsqueeze(key_padding_mask, 0)
    if is_causal and key_padding_mask is None and not need_weights:
        attn_mask = None
    else:
        is_causal = False
    padding, mask = added_masks(key_padding_mask, attn_mask, query)
    if use_separate_proj_weight:
        weights = q_proj_weight, k_proj_weight, v_proj_weight
        q, k, v = _projected_apart((query, key, value), weights, in_proj_bias)
    else:
        assert in_proj_weight is not None
        q, k, v = _projected(query, key, value, in_proj_weight, in_proj_bias)
    length, batch, width = query._array.shape
    mask = checked_mask(mask, (length, key._array.shape[0]), batch * num_heads)
    if bias_k is not None and bias_v is not None:
        k, v = (cat([x, y.repeat(1, batch, 1)]) for x, y in ((k, bias_k), (v, bias_v)))
        mask, padding = _widened(mask), _widened(padding)
    heads = batch * num_heads, width // num_heads
    q, k, v = (transpose(view(x, (x._array.shape[0], *heads)), 0, 1) for x in (q, k, v))
    if add_zero_attn:
        zeros = np.zeros((heads[0], 1, heads[1]), q._array.dtype)
        empty = wrap(beside(zeros, q._array))
        k, v = cat([k, empty], 1), cat([v, empty], 1)
        mask, padding = _widened(mask), _widened(padding)
    for place, size in enumerate((batch, k._array.shape[1])):
        if padding is not None and padding._array.shape[place] != size:
            raise AssertionError(
                f"Expected key_padded_mask.shape[{place}] to be {size}, but got "
                f"{padding._array.shape[place]}"
            )
    mask = _merged(mask, padding, batch, num_heads)
    drop = dropout_p if training else 0.0
    if need_weights:
        found, seen = _weighed(q, k, v, mask, drop)
        rows = reshape(transpose(found, 0, 1), (length * batch, width))
    else:
        found = _unweighed((q, k, v), mask, batch, drop, is_causal)
        rows = reshape(permute(found, (2, 0, 1, 3)), (length * batch, width))
    output = linear(rows, out_proj_weight, out_proj_bias)
    output = view(output, (length, batch, output._array.shape[1]))
    if not need_weights:
        return (squeeze(output, 1) if lone else output), None
    seen = view(seen, (batch, num_heads, length, k._array.shape[1]))
    seen = mean(seen, 1) if average_attn_weights else seen
    return (squeeze(output, 1), squeeze(seen, 0)) if lone else (output, seen)


def _check_heads(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    width: int,
    heads: int,
    key_padding_mask: Tensor | None,
    attn_mask: Tensor | None,
) -> None:
    ndim = query._array.ndim
    if ndim not in (2, 3):
        raise AssertionError(
            "query should be unbatched 2D or batched 3D tensor but received "
            f"{ndim}-D query tensor"
        )
    kind = "batched" if ndim == 3 else "unbatched"
    if not key._array.ndim == value._array.ndim == ndim:
        raise AssertionError(
            f"For {kind} ({ndim}-D) `query`, expected `key` and `value` to be {ndim}-D "
            f"but found {key._array.ndim}-D and {value._array.ndim}-D tensors "
            "respectively"
        )
    check_masks(key_padding_mask, attn_mask, (heads, len(query), len(key)), kind)
    have = query._array.shape[-1]
    if have != width:
        raise AssertionError(
            f"was expecting embedding dimension of {width}, but got {have}"
        )
    if have % heads:
        raise AssertionError(f"embed_dim {have} not divisible by num_heads {heads}")


def _packed(proj: Tensor, parts: int) -> tuple[Tensor, ...]:
    """Part what one product projected."""
    width = proj._array.shape[-1] // parts
    lifted = unsqueeze(unflatten(proj, -1, (parts, width)), 0)
    front = squeeze(transpose(lifted, 0, -2), -2)
    front = (
        front if front._array.flags.c_contiguous else _run("clone", front, args=("C",))
    )
    return tuple(select(front, 0, i) for i in range(parts))


def _projected(
    query: Tensor, key: Tensor, value: Tensor, weight: Tensor, bias: Tensor | None
) -> tuple[Tensor, ...]:
    """Project three tensors by the three parts of one weight."""
    width = query._array.shape[-1]
    if key is value:
        if query is key:
            return _packed(linear(query, weight, bias), 3)
        sizes = [width, width * 2]
        weights = split(weight, sizes)
        biases = (None, None) if bias is None else split(bias, sizes)
        first = linear(query, weights[0], biases[0])
        return first, *_packed(linear(key, weights[1], biases[1]), 2)
    weights = split(weight, width)
    return _projected_apart((query, key, value), weights, bias)


def _projected_apart(
    tensors: tuple[Tensor, ...], weights: Any, bias: Tensor | None
) -> tuple[Tensor, ...]:
    width = tensors[0]._array.shape[-1]
    biases = (None,) * 3 if bias is None else split(bias, width)
    return tuple(linear(*each) for each in zip(tensors, weights, biases, strict=True))


def _widened(mask: Tensor | None) -> Tensor | None:
    return None if mask is None else pad(mask, (0, 1))


def _merged(
    mask: Tensor | None, padding: Tensor | None, batch: int, heads: int
) -> Tensor | None:
    if padding is None:
        return mask
    size = padding._array.shape[1]
    spread = expand(view(padding, (batch, 1, 1, size)), (-1, heads, -1, -1))
    spread = reshape(spread, (batch * heads, 1, size))
    return spread if mask is None else _run("add", mask, spread, args=(1,))


def _weighed(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, drop: float
) -> tuple[Tensor, Tensor]:
    scaled = _run("mul", q, math.sqrt(1.0 / q._array.shape[-1]))
    turned = transpose(k, -2, -1)
    if mask is None:
        scores = bmm(scaled, turned)
    else:
        scores = _run("baddbmm", mask, scaled, turned, args=(1, 1))
    seen = softmax(scores, -1)
    seen = dropout(seen, drop) if drop else seen
    return bmm(seen, v), seen


def _unweighed(
    parts: tuple[Tensor, ...],
    mask: Tensor | None,
    batch: int,
    drop: float,
    is_causal: bool,
) -> Tensor:
    shape = parts[0]._array.shape
    heads = shape[0] // batch
    if mask is not None:
        alike = mask._array.shape[0] == 1
        size = batch, heads, -1, parts[1]._array.shape[1]
        mask = unsqueeze(mask, 0) if alike else view(mask, size)
    q, k, v = (
        view(x, (batch, heads, x._array.shape[1], x._array.shape[2])) for x in parts
    )
    return scaled_dot_product_attention(q, k, v, mask, drop, is_causal)


_NEED_MASK = (
    "Need attn_mask if specifying the is_causal hint. You may use the Transformer "
    "module method `generate_square_subsequent_mask` to create this mask."
)
