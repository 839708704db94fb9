"""Layers that hold parameters or buffers, and those that only reshape or drop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..events import observe
from ..functions.shaping import flatten, reshape
from ..grad_mode import unrecorded
from ..tensor import Tensor, wrap
from . import functional, init
from .module import Module
from .parameter import Parameter, announce, hold


def _parameter(*size: int, dtype: dtypes.dtype | None = None) -> Parameter:
    """Make a parameter still to be filled; `_ready` tells the observer of it."""
    kind = (dtype or dtypes.get_default_dtype()).np
    try:
        return hold(Parameter, wrap(np.zeros(size, kind)), True)
    except TypeError:
        for place, each in enumerate(size, 1):
            if not isinstance(each, int):
                raise TypeError(
                    "empty(): argument 'size' failed to unpack the object at pos "
                    f'{place} with error "type must be tuple of ints,but got '
                    f'{type(each).__name__}"'
                ) from None
        raise


def _ready(module: Module) -> None:
    """Fill a new module's parameters unseen, then tell the observer of the result."""
    with observe(None):
        module.reset_parameters()
    announce("Parameter", *module.parameters(recurse=False))
    announce("Buffer", *module.buffers(recurse=False))


class Identity(Module):
    """Returns its input.

    >>> Identity()(3)
    3
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """Return the input."""
        return input


class Linear(Module):
    """`x @ weight.T + bias`, filled with the numbers PyTorch would draw.

    >>> Linear(2, 3)
    Linear(in_features=2, out_features=3, bias=True)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = _parameter(out_features, in_features, dtype=dtype)
        held = _parameter(out_features, dtype=dtype) if bias else None
        self.register_parameter("bias", held)
        _ready(self)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        """Return `input @ weight.T + bias`."""
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Dropout(Module):
    """Drops elements with chance `p` while training.

    >>> Dropout(0.2)
    Dropout(p=0.2, inplace=False)
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(
                f"dropout probability has to be between 0 and 1, but got {p}"
            )
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        """Drop elements while training."""
        return functional.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Return the chance."""
        return f"p={self.p}, inplace={self.inplace}"


class Flatten(Module):
    """Makes some dimensions one, all but the first if nothing is said.

    >>> from minitorch_viz import minitorch as torch
    >>> Flatten()(torch.ones(2, 3, 4)).shape
    torch.Size([2, 12])
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Tensor) -> Tensor:
        """Return the input with fewer dimensions."""
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """Return the dimensions."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Makes one dimension several.

    >>> from minitorch_viz import minitorch as torch
    >>> Unflatten(1, (3, 4))(torch.ones(2, 12)).shape
    torch.Size([2, 3, 4])
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, input: Tensor) -> Tensor:
        """Return the input with more dimensions."""
        shape = input._array.shape
        dim = self.dim % len(shape)
        size = (*shape[:dim], *self.unflattened_size, *shape[dim + 1 :])
        return reshape(input, size)

    def extra_repr(self) -> str:
        """Return the dimension and its parts."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class BatchNorm1d(Module):
    """Gives every channel mean 0 and variance 1, and remembers both for evaluation.

    >>> BatchNorm1d(2).running_mean
    tensor([0., 0.])
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        for name in ("weight", "bias"):
            held = _parameter(num_features, dtype=dtype) if affine else None
            self.register_parameter(name, held)
        kind = (dtype or dtypes.get_default_dtype()).np
        for name, array in (
            ("running_mean", np.zeros(num_features, kind)),
            ("running_var", np.zeros(num_features, kind)),
            ("num_batches_tracked", np.zeros((), np.int64)),
        ):
            self.register_buffer(name, wrap(array) if track_running_stats else None)
        _ready(self)

    def reset_running_stats(self) -> None:
        """Forget the batches seen so far."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Forget the batches and start from weight 1, bias 0."""
        self.reset_running_stats()
        if self.affine:
            init.ones_(self.weight)
            init.zeros_(self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise by this batch while training, else by what was remembered."""
        if input._array.ndim not in (2, 3):
            raise ValueError(
                f"expected 2D or 3D input (got {input._array.ndim}D input)"
            )
        momentum = 0.0 if self.momentum is None else self.momentum
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:
                momentum = 1.0 / float(self.num_batches_tracked)
        tracked = not self.training or self.track_running_stats
        return functional.batch_norm(
            input,
            self.running_mean if tracked else None,
            self.running_var if tracked else None,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats}"
        )


class LayerNorm(Module):
    """Gives the last dimensions mean 0 and variance 1.

    >>> LayerNorm(3)
    LayerNorm((3,), eps=1e-05, elementwise_affine=True, bias=True)
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        if isinstance(normalized_shape, int):
            normalized_shape = (normalized_shape,)
        self.normalized_shape, self.eps = tuple(normalized_shape), eps
        self.elementwise_affine = elementwise_affine
        for name, wanted in (("weight", True), ("bias", bias)):
            held = elementwise_affine and wanted
            self.register_parameter(
                name, _parameter(*self.normalized_shape, dtype=dtype) if held else None
            )
        _ready(self)

    def reset_parameters(self) -> None:
        """Start from weight 1, bias 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise the last dimensions."""
        return functional.layer_norm(
            input, self.normalized_shape, self.weight, self.bias, self.eps
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class Embedding(Module):
    """A table of vectors, looked up by whole numbers.

    >>> Embedding(10, 3)
    Embedding(10, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        if padding_idx is not None and padding_idx < 0:
            padding_idx += num_embeddings
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_idx
        self.weight = _parameter(num_embeddings, embedding_dim, dtype=dtype)
        _ready(self)

    def reset_parameters(self) -> None:
        """Draw the table anew, with zeros at the padding."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with unrecorded():
                self.weight[self.padding_idx].fill_(0)

    def forward(self, input: Tensor) -> Tensor:
        """Return the rows that `input` names."""
        return functional.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """Return the sizes."""
        padding = (
            "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        )
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
