"""Layers that normalise, over the batch or within each of its members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..devices import put, resolve
from ..functions.shaping import squeeze, unsqueeze
from ..tensor import Tensor, wrap
from . import functional, init
from .layers import _parameter, _ready
from .module import Module


class _BatchNorm(Module):
    """Gives every channel mean 0 and variance 1, and remembers both for evaluation."""

    #: How many dimensions an input may have.
    dims: tuple[int, ...]
    _version, _added = 2, ("num_batches_tracked",)

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        for name, has in (("weight", affine), ("bias", affine and bias)):
            held = _parameter(num_features, dtype=dtype, device=device) if has else None
            self.register_parameter(name, held)
        kind = (dtype or dtypes.get_default_dtype()).np
        for name, shape, each in (
            ("running_mean", num_features, kind),
            ("running_var", num_features, kind),
            ("num_batches_tracked", (), np.int64),
        ):
            buffer = None
            if track_running_stats:
                buffer = wrap(put(np.zeros(shape, each), resolve(device)))
            self.register_buffer(name, buffer)
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
            if self.bias is not None:
                init.zeros_(self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise by this batch while training, else by what was remembered."""
        if input.dim() not in self.dims:
            wanted = " or ".join(f"{n}D" for n in self.dims)
            raise ValueError(f"expected {wanted} input (got {input.dim()}D input)")
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


class BatchNorm1d(_BatchNorm):
    """Gives every channel mean 0 and variance 1, and remembers both for evaluation.

    >>> BatchNorm1d(2).running_mean
    tensor([0., 0.])
    """

    dims = 2, 3


class BatchNorm2d(_BatchNorm):
    """`BatchNorm1d` for images: (batch, channels, height, width).

    >>> from minitorch_viz import minitorch as torch
    >>> BatchNorm2d(1)(torch.tensor([[[[1.0, 3.0]]]])).round()
    tensor([[[[-1.,  1.]]]], grad_fn=<RoundBackward0>)
    """

    dims = (4,)


class BatchNorm3d(_BatchNorm):
    """`BatchNorm1d` for volumes: (batch, channels, depth, height, width).

    >>> BatchNorm3d(1).weight.shape
    torch.Size([1])
    """

    dims = (5,)


class _InstanceNorm(_BatchNorm):
    """Gives every channel of every member mean 0 and variance 1."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
        *,
        bias: bool = True,
    ) -> None:
        more = affine, track_running_stats, device, dtype
        super().__init__(num_features, eps, momentum, *more, bias=bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise every member by itself."""
        ndim, least = input.dim(), min(self.dims)
        if ndim not in self.dims:
            wanted = " or ".join(f"{n}D" for n in self.dims)
            raise ValueError(f"expected {wanted} input (got {ndim}D input)")
        found = functional.instance_norm(
            unsqueeze(input, 0) if ndim == least else input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return squeeze(found, 0) if ndim == least else found


class InstanceNorm1d(_InstanceNorm):
    """`BatchNorm1d`, but every member of the batch by itself.

    >>> InstanceNorm1d(2).track_running_stats
    False
    """

    dims = 2, 3


class InstanceNorm2d(_InstanceNorm):
    """`BatchNorm2d`, but every image by itself.

    >>> InstanceNorm2d(2).affine
    False
    """

    dims = 3, 4


class InstanceNorm3d(_InstanceNorm):
    """`BatchNorm3d`, but every volume by itself.

    >>> InstanceNorm3d(2).affine
    False
    """

    dims = 4, 5


class RMSNorm(Module):
    """Divides the last dimensions by the root of their mean square.

    >>> RMSNorm(3)
    RMSNorm((3,), eps=None, elementwise_affine=True)
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        if isinstance(normalized_shape, int):
            normalized_shape = (normalized_shape,)
        self.normalized_shape, self.eps = tuple(normalized_shape), eps
        self.elementwise_affine = elementwise_affine
        held = None
        if elementwise_affine:
            held = _parameter(self.normalized_shape, dtype=dtype, device=device)
        self.register_parameter("weight", held)
        _ready(self)

    def reset_parameters(self) -> None:
        """Start from weight 1."""
        if self.weight is not None:
            init.ones_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Divide by the root of the mean square."""
        return functional.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}"
        )


class _Scaled(Module):
    """What layers share whose weight and bias, if there are any, follow the norm."""

    def _scale(
        self,
        shape: tuple[int, ...],
        affine: bool,
        bias: bool,
        dtype: Any,
        device: Any,
    ) -> None:
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            held = _parameter(shape, dtype=dtype, device=device) if wanted else None
            self.register_parameter(name, held)
        _ready(self)

    def reset_parameters(self) -> None:
        """Start from weight 1, bias 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)


class LayerNorm(_Scaled):
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
        self._scale(self.normalized_shape, elementwise_affine, bias, dtype, device)

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


class GroupNorm(_Scaled):
    """Gives every group of channels mean 0 and variance 1.

    >>> GroupNorm(2, 4)
    GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(
                f"num_channels ({num_channels}) must be divisible by num_groups "
                f"({num_groups})"
            )
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        self._scale((num_channels,), affine, bias, dtype, device)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise every group of channels."""
        return functional.group_norm(
            input, self.num_groups, self.weight, self.bias, self.eps
        )

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, "
            f"affine={self.affine}, bias={self.bias is not None}"
        )
