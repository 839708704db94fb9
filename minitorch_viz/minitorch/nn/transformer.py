"""Transformers as modules: encoders, decoders, and their layers."""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable
from typing import Any

from .. import dtypes
from ..creation import full
from ..events import silence
from ..tensor import Tensor
from . import functional, init
from .attention_layers import MultiheadAttention
from .attention_masks import added_masks
from .containers import ModuleList
from .layers import Dropout, Linear
from .module import Module
from .norm_layers import LayerNorm


def _activation(given: Any) -> Callable[[Tensor], Tensor]:
    if not isinstance(given, str):
        return given  # type: ignore[no-any-return]
    if given not in ("relu", "gelu"):
        raise RuntimeError(f"activation should be relu/gelu, not {given}")
    return getattr(functional, given)  # type: ignore[no-any-return]


class _Layer(Module):
    """What the layers of encoder and decoder share: attention, then two linear ones."""

    norm_first: bool

    def __init__(
        self,
        attentions: tuple[str, ...],
        d_model: int,
        nhead: int,
        dim_feedforward: int,
        dropout: float,
        activation: Any,
        layer_norm_eps: float,
        batch_first: bool,
        norm_first: bool,
        **same: Any,
    ) -> None:
        super().__init__()
        for name in attentions:
            heads = MultiheadAttention(
                d_model, nhead, dropout, batch_first=batch_first, **same
            )
            setattr(self, name, heads)
        self.linear1 = Linear(d_model, dim_feedforward, **same)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **same)
        self.norm_first = norm_first
        blocks = range(1, len(attentions) + 2)
        for number in blocks:
            norm = LayerNorm(d_model, layer_norm_eps, **same)
            setattr(self, f"norm{number}", norm)
        for number in blocks:
            setattr(self, f"dropout{number}", Dropout(dropout))
        self.activation = _activation(activation)

    def _attend(
        self,
        heads: Module,
        last: Module,
        x: Tensor,
        memory: Tensor,
        padding: Tensor | None,
        mask: Tensor | None,
        causal: bool,
    ) -> Tensor:
        seen = heads(
            x,
            memory,
            memory,
            padding,
            need_weights=False,
            attn_mask=mask,
            is_causal=causal,
        )
        found: Tensor = last(seen[0])
        return found

    def _feed(self, x: Tensor, last: Module) -> Tensor:
        inner = self.dropout(self.activation(self.linear1(x)))
        found: Tensor = last(self.linear2(inner))
        return found

    def _around(
        self, x: Tensor, norm: Module, block: Callable[[Tensor], Tensor]
    ) -> Tensor:
        """Add a block's output to its input, normalised before or after."""
        found: Tensor = x + block(norm(x)) if self.norm_first else norm(x + block(x))
        return found


class TransformerEncoderLayer(_Layer):
    """Attention to oneself and two linear layers, each with a way around it.

    >>> TransformerEncoderLayer(4, 2).linear1
    Linear(in_features=4, out_features=2048, bias=True)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Any = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        shape: Any = d_model, nhead, dim_feedforward, dropout, activation
        how: Any = layer_norm_eps, batch_first, norm_first
        super().__init__(
            ("self_attn",), *shape, *how, bias=bias, dtype=dtype, device=device
        )

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """Return the sequence after both blocks."""
        names = "src_key_padding_mask", "src_mask"
        masks = added_masks(src_key_padding_mask, src_mask, src, names)
        hidden: Any = *masks, is_causal
        heads = self.self_attn, self.dropout1
        found = self._around(
            src, self.norm1, lambda x: self._attend(*heads, x, x, *hidden)
        )
        return self._around(found, self.norm2, lambda x: self._feed(x, self.dropout2))


class TransformerDecoderLayer(_Layer):
    """As the encoder's layer, with attention to a memory in between.

    >>> TransformerDecoderLayer(4, 2).linear2
    Linear(in_features=2048, out_features=4, bias=True)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Any = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        shape: Any = d_model, nhead, dim_feedforward, dropout, activation
        how: Any = layer_norm_eps, batch_first, norm_first
        both = "self_attn", "multihead_attn"
        super().__init__(both, *shape, *how, bias=bias, dtype=dtype, device=device)

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Return the sequence after all three blocks."""
        hidden: Any = tgt_key_padding_mask, tgt_mask, tgt_is_causal
        heads = self.self_attn, self.dropout1
        found = self._around(
            tgt, self.norm1, lambda x: self._attend(*heads, x, x, *hidden)
        )
        unseen: Any = memory_key_padding_mask, memory_mask, memory_is_causal
        others = self.multihead_attn, self.dropout2
        found = self._around(
            found, self.norm2, lambda x: self._attend(*others, x, memory, *unseen)
        )
        return self._around(found, self.norm3, lambda x: self._feed(x, self.dropout3))


def _is_causal(mask: Tensor | None, told: bool | None, x: Tensor, layers: Any) -> bool:
    """Return what was told, or whether the mask hides what comes later."""
    if told is not None or mask is None:
        return bool(told)
    second = x._array.ndim == 3 and layers[0].self_attn.batch_first
    made: Any = _square(x._array.shape[int(second)], mask.device, mask.dtype)
    return made._array.shape == mask._array.shape and bool(mask.eq(made).all())


def _square(size: int, device: Any, dtype: dtypes.dtype | None) -> Tensor:
    made: Any = full((size, size), -math.inf, dtype=dtype, device=device)
    return made.triu(1)  # type: ignore[no-any-return]


def _copies(layer: Module, count: int) -> ModuleList:
    return ModuleList(copy.deepcopy(layer) for _ in range(count))


class TransformerEncoder(Module):
    """Several encoder layers, one after the other.

    >>> layer = TransformerEncoderLayer(4, 2, batch_first=True)
    >>> len(TransformerEncoder(layer, 3).layers)
    3
    """

    def __init__(
        self,
        encoder_layer: Any,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = _copies(encoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm
        reason = _why_not_nested(encoder_layer)
        if enable_nested_tensor and reason:
            warnings.warn(
                "enable_nested_tensor is True, but self.use_nested_tensor is False "
                f"because {reason}",
                UserWarning,
                stacklevel=2,
            )

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """Return the sequence after every layer."""
        names = "src_key_padding_mask", "mask"
        padding, mask = added_masks(src_key_padding_mask, mask, src, names)
        causal = _is_causal(mask, is_causal, src, self.layers)
        for layer in self.layers:
            src = layer(src, mask, padding, causal)
        return src if self.norm is None else self.norm(src)


def _why_not_nested(layer: Any) -> str:
    """Return why PyTorch, asked for its fast inference, would say that it can't."""
    name, heads = "encoder_layer", getattr(layer, "self_attn", None)
    if not isinstance(layer, TransformerEncoderLayer) or heads is None:
        return f"{name} was not TransformerEncoderLayer"
    reasons = (
        (layer.norm_first, f"{name}.norm_first was True"),
        (
            not heads.batch_first,
            f"{name}.self_attn.batch_first was not True"
            "(use batch_first for better inference performance)",
        ),
        (heads.in_proj_bias is None, f"{name}.self_attn was passed bias=False"),
        (heads.num_heads % 2, f"{name}.self_attn.num_heads is odd"),
    )
    return next((reason for holds, reason in reasons if holds), "")


class TransformerDecoder(Module):
    """Several decoder layers, one after the other.

    >>> len(TransformerDecoder(TransformerDecoderLayer(4, 2), 3).layers)
    3
    """

    def __init__(
        self, decoder_layer: Any, num_layers: int, norm: Module | None = None
    ) -> None:
        super().__init__()
        self.layers = _copies(decoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Return the sequence after every layer."""
        causal = _is_causal(tgt_mask, tgt_is_causal, tgt, self.layers)
        masks = tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, causal, memory_is_causal)
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Module):
    """An encoder and a decoder that attends to what it made.

    >>> Transformer.generate_square_subsequent_mask(2)
    tensor([[0., -inf],
            [0., 0.]])
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Any = "relu",
        custom_encoder: Any = None,
        custom_decoder: Any = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        shape: Any = d_model, nhead, dim_feedforward, dropout, activation
        same: Any = layer_norm_eps, batch_first, norm_first, bias, device, dtype

        def norm() -> LayerNorm:
            return LayerNorm(
                d_model, layer_norm_eps, bias=bias, dtype=dtype, device=device
            )

        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*shape, *same), num_encoder_layers, norm()
        )
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*shape, *same), num_decoder_layers, norm()
        )
        with silence():
            for each in self.parameters():
                if each._array.ndim > 1:
                    init.xavier_uniform_(each)
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def forward(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Tensor | None = None,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Return the target after the decoder, which attends to the encoded source."""
        batch = 0 if self.batch_first else 1
        many = src.dim() == 3
        if src.size(batch) != tgt.size(batch) and many:
            raise RuntimeError("the batch number of src and tgt must be equal")
        if any(each.size(-1) != self.d_model for each in (src, tgt)):
            raise RuntimeError(
                "the feature number of src and tgt must be equal to d_model"
            )
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        masks = tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
        causal = tgt_is_causal, memory_is_causal
        found: Tensor = self.decoder(tgt, memory, *masks, *causal)
        return found

    @staticmethod
    def generate_square_subsequent_mask(
        sz: int, device: Any = None, dtype: dtypes.dtype | None = None
    ) -> Tensor:
        """Return a mask that hides from every place what comes after it.

        >>> Transformer.generate_square_subsequent_mask(1)
        tensor([[0.]])
        """
        return _square(sz, device, dtype)
