"""Layers that pool to a size that was asked for."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor
from . import functional
from .module import Module


class _Adaptive(Module):
    """A pool with a size of its result."""

    pool: str

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        found: Tensor = getattr(functional, self.pool)(input, self.output_size)
        return found

    def extra_repr(self) -> str:
        """Return the size of the result."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_Adaptive):
    """Takes as many means of a line as asked for.

    >>> from minitorch_viz import minitorch as torch
    >>> AdaptiveAvgPool1d(1)(torch.tensor([[1.0, 3.0]]))
    tensor([[2.]])
    """

    pool = "adaptive_avg_pool1d"


class AdaptiveAvgPool2d(_Adaptive):
    """Takes as many means of an image as asked for, of parts as even as can be.

    >>> AdaptiveAvgPool2d(1)
    AdaptiveAvgPool2d(output_size=1)
    """

    pool = "adaptive_avg_pool2d"


class AdaptiveAvgPool3d(_Adaptive):
    """Takes as many means of a volume as asked for, of parts as even as can be.

    >>> AdaptiveAvgPool3d((1, 2, 2))
    AdaptiveAvgPool3d(output_size=(1, 2, 2))
    """

    pool = "adaptive_avg_pool3d"


class _AdaptiveMax(_Adaptive):
    """A pool that may return where its maxima were."""

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Tensor) -> Any:
        """Return the maxima."""
        pool = getattr(functional, self.pool)
        return pool(input, self.output_size, self.return_indices)


class AdaptiveMaxPool1d(_AdaptiveMax):
    """Takes as many maxima of a line as asked for.

    >>> from minitorch_viz import minitorch as torch
    >>> AdaptiveMaxPool1d(1)(torch.tensor([[1.0, 3.0]]))
    tensor([[3.]])
    """

    pool = "adaptive_max_pool1d"


class AdaptiveMaxPool2d(_AdaptiveMax):
    """Takes as many maxima of an image as asked for, of parts as even as can be.

    >>> AdaptiveMaxPool2d(1)
    AdaptiveMaxPool2d(output_size=1)
    """

    pool = "adaptive_max_pool2d"


class AdaptiveMaxPool3d(_AdaptiveMax):
    """Takes as many maxima of a volume as asked for, of parts as even as can be.

    >>> AdaptiveMaxPool3d(1)
    AdaptiveMaxPool3d(output_size=1)
    """

    pool = "adaptive_max_pool3d"
