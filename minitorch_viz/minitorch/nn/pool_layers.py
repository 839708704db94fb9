"""Layers that pool lines and images."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor
from . import functional
from .image_layers import tupled
from .module import Module


class _Pool(Module):
    """A pool and its settings; `told` are those its text names."""

    told: tuple[str, ...]
    stride: Any
    kernel_size: Any

    def _keep(self, **settings: Any) -> None:
        super().__init__()
        for name, value in settings.items():
            setattr(self, name, value)
        if self.stride is None:
            self.stride = self.kernel_size

    def extra_repr(self) -> str:
        """Return the settings."""
        return ", ".join(f"{name}={getattr(self, name)}" for name in self.told)


class _MaxPool(_Pool):
    told = "kernel_size", "stride", "padding", "dilation", "ceil_mode"

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self._keep(
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            return_indices=return_indices,
            ceil_mode=ceil_mode,
        )

    def _settings(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in (*self.told, "return_indices"))


class MaxPool1d(_MaxPool):
    """Keeps the greatest element of each stretch of a line.

    >>> MaxPool1d(2)
    MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    """

    def forward(self, input: Tensor) -> Any:
        """Return the greatest elements."""
        return functional.max_pool1d(input, *self._settings())


class MaxPool2d(_MaxPool):
    """Keeps the greatest element that each place of a kernel sees.

    >>> from minitorch_viz import minitorch as torch
    >>> MaxPool2d(2)(torch.arange(4.0).view(1, 2, 2))
    tensor([[[3.]]])
    """

    def forward(self, input: Tensor) -> Any:
        """Return the greatest elements."""
        return functional.max_pool2d(input, *self._settings())


class AvgPool1d(_Pool):
    """Takes the mean of each stretch of a line.

    >>> AvgPool1d(2)
    AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))
    """

    told = "kernel_size", "stride", "padding"

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self._keep(
            kernel_size=tupled(kernel_size),
            stride=stride if stride is None else tupled(stride),
            padding=tupled(padding),
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
        )

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        more = self.padding, self.ceil_mode, self.count_include_pad
        return functional.avg_pool1d(input, self.kernel_size, self.stride, *more)


class AvgPool2d(_Pool):
    """Takes the mean of what each place of a kernel sees.

    >>> from minitorch_viz import minitorch as torch
    >>> AvgPool2d(2)(torch.arange(4.0).view(1, 2, 2))
    tensor([[[1.5000]]])
    """

    told = "kernel_size", "stride", "padding"

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self._keep(
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
            divisor_override=divisor_override,
        )

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        more = self.padding, self.ceil_mode, self.count_include_pad
        return functional.avg_pool2d(
            input, self.kernel_size, self.stride, *more, self.divisor_override
        )


class AdaptiveAvgPool1d(Module):
    """Takes as many means of a line as asked for.

    >>> from minitorch_viz import minitorch as torch
    >>> AdaptiveAvgPool1d(1)(torch.tensor([[1.0, 3.0]]))
    tensor([[2.]])
    """

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        return functional.adaptive_avg_pool1d(input, self.output_size)

    def extra_repr(self) -> str:
        """Return the size of the result."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool2d(Module):
    """Takes as many means as asked for, of parts as even as can be.

    >>> AdaptiveAvgPool2d(1)
    AdaptiveAvgPool2d(output_size=1)
    """

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        return functional.adaptive_avg_pool2d(input, self.output_size)

    def extra_repr(self) -> str:
        """Return the size of the result."""
        return f"output_size={self.output_size}"
