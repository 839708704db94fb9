"""Attention of several heads as a module."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..functions.shaping import transpose
from ..tensor import Tensor
from . import init
from .attention import multi_head_attention_forward
from .attention_masks import added_masks
from .layers import Linear, _parameter, _ready
from .module import Module


class NonDynamicallyQuantizableLinear(Linear):
    """`Linear` by the name that attention's last layer has in PyTorch."""


class MultiheadAttention(Module):
    """Attention of several heads, each to its own projections.

    >>> MultiheadAttention(4, 2)
    MultiheadAttention(
      (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, bias=True)
    )
    """  # noqa: E501 - the line is PyTorch's

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                "embed_dim and num_heads must be greater than 0, got "
                f"embed_dim={embed_dim} and num_heads={num_heads} instead"
            )
        self.embed_dim, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.batch_first, self.head_dim = batch_first, embed_dim // num_heads
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError("embed_dim must be divisible by num_heads")
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
        apart = {"q": embed_dim, "k": self.kdim, "v": self.vdim}
        if self._qkv_same_embed_dim:
            self.in_proj_weight = _parameter(
                3 * embed_dim, embed_dim, dtype=dtype, device=device
            )
        for name, width in apart.items():
            held = None
            if not self._qkv_same_embed_dim:
                held = _parameter(embed_dim, width, dtype=dtype, device=device)
            self.register_parameter(f"{name}_proj_weight", held)
        if not self._qkv_same_embed_dim:
            self.register_parameter("in_proj_weight", None)
        held = _parameter(3 * embed_dim, dtype=dtype, device=device) if bias else None
        self.register_parameter("in_proj_bias", held)
        self.out_proj = NonDynamicallyQuantizableLinear(
            embed_dim, embed_dim, bias=bias, dtype=dtype, device=device
        )
        for name in ("bias_k", "bias_v"):
            each = (
                _parameter(1, 1, embed_dim, dtype=dtype, device=device)
                if add_bias_kv
                else None
            )
            setattr(self, name, each)
        self.add_zero_attn = add_zero_attn
        _ready(self)

    def reset_parameters(self) -> None:
        """Draw the projections anew."""
        for name in ("in_proj", "q_proj", "k_proj", "v_proj"):
            weight = getattr(self, f"{name}_weight")
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for each in (self.bias_k, self.bias_v):
            if each is not None:
                init.xavier_normal_(each)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Return what was attended to, and how much of each place it is."""
        masks = added_masks(key_padding_mask, attn_mask, query)
        key_padding_mask, attn_mask = masks
        turn = self.batch_first and query._array.ndim == 3
        if turn:
            query, key, value = _turned(query, key, value)
        output, seen = multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            self.training,
            key_padding_mask,
            need_weights,
            attn_mask,
            not self._qkv_same_embed_dim,
            self.q_proj_weight,
            self.k_proj_weight,
            self.v_proj_weight,
            average_attn_weights,
            is_causal,
        )
        return transpose(output, 1, 0) if turn else output, seen


def _turned(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, ...]:
    """Put the batch second; what is the same tensor stays the same."""
    done: dict[int, Tensor] = {}
    for each in (query, key, value):
        if id(each) not in done:
            done[id(each)] = transpose(each, 1, 0)
    return done[id(query)], done[id(key)], done[id(value)]
