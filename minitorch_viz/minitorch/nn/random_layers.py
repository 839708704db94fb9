"""Layers that draw: slopes, or channels to drop; and a layer that looks up bags."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..grad_mode import unrecorded
from ..tensor import Tensor
from . import dropping, init
from .bags import embedding_bag
from .layers import Dropout, _parameter
from .module import Module
from .parameter import Parameter
from .random_slopes import rrelu


class RReLU(Module):
    """A rectifier whose slope below zero is drawn for each element, while training.

    >>> from minitorch_viz import minitorch as torch
    >>> RReLU(0.25, 0.75).eval()(torch.tensor([-2.0]))
    tensor([-1.])
    """

    def __init__(
        self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False
    ) -> None:
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input: Tensor) -> Tensor:
        """Apply the rectifier."""
        return rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Return the bounds of the slopes."""
        told = f"lower={self.lower}, upper={self.upper}"
        return told + ", inplace=True" * self.inplace


class Dropout3d(Dropout):
    """Drops whole channels of volumes with chance `p` while training.

    >>> Dropout3d(0.2)
    Dropout3d(p=0.2, inplace=False)
    """

    def forward(self, input: Tensor) -> Tensor:
        """Drop channels while training."""
        return dropping.dropout3d(input, self.p, self.training, self.inplace)


class FeatureAlphaDropout(Dropout):
    """Drops whole channels as suits `SELU`, while training.

    >>> FeatureAlphaDropout(0.2)
    FeatureAlphaDropout(p=0.2, inplace=False)
    """

    def forward(self, input: Tensor) -> Tensor:
        """Move channels while training."""
        how = self.p, self.training, self.inplace
        return dropping.feature_alpha_dropout(input, *how)


class EmbeddingBag(Module):
    """A table of rows, of which bags of indices take the sum, mean or maximum.

    >>> EmbeddingBag(3, 2)
    EmbeddingBag(3, 2, mode='mean')
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.max_norm, self.norm_type = max_norm, norm_type
        self.scale_grad_by_freq, self.mode, self.sparse = (
            scale_grad_by_freq,
            mode,
            sparse,
        )
        self.include_last_offset = include_last_offset
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise AssertionError("padding_idx must be within num_embeddings")
            padding_idx %= num_embeddings
        self.padding_idx = padding_idx
        if _weight is not None:
            self.weight = Parameter(_weight)
            return
        size = num_embeddings, embedding_dim
        self.weight = _parameter(*size, dtype=dtype, device=device)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the table anew."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with unrecorded():
                self.weight[self.padding_idx].fill_(0)

    def forward(
        self,
        input: Tensor,
        offsets: Tensor | None = None,
        per_sample_weights: Tensor | None = None,
    ) -> Tensor:
        """Return what each bag comes to."""
        return embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that aren't the usual ones."""
        told = (
            ("max_norm", None),
            ("norm_type", 2),
            ("scale_grad_by_freq", False),
        )
        parts = [f"{self.num_embeddings}, {self.embedding_dim}"]
        for name, usual in told:
            if getattr(self, name) != usual:
                parts.append(f"{name}={getattr(self, name)}")
        parts.append(f"mode={self.mode!r}")
        if self.padding_idx is not None:
            parts.append(f"padding_idx={self.padding_idx}")
        return ", ".join(parts)
