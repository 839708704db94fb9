"""Layers that pool lines and images."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor
from . import functional
from .module import Module
from .settings import repeated


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
            kernel_size=repeated(kernel_size, 1),
            stride=None if stride is None else repeated(stride, 1),
            padding=repeated(padding, 1),
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


class MaxPool3d(_MaxPool):
    """Keeps the greatest element that each place of a kernel sees in a volume.

    >>> MaxPool3d(2)
    MaxPool3d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    """

    def forward(self, input: Tensor) -> Any:
        """Return the greatest elements."""
        return functional.max_pool3d(input, *self._settings())


class AvgPool3d(AvgPool2d):
    """Takes the mean of what each place of a kernel sees in a volume.

    >>> AvgPool3d(2)
    AvgPool3d(kernel_size=2, stride=2, padding=0)
    """

    def forward(self, input: Tensor) -> Tensor:
        """Return the means."""
        more = self.padding, self.ceil_mode, self.count_include_pad
        return functional.avg_pool3d(
            input, self.kernel_size, self.stride, *more, self.divisor_override
        )


class _Unpool(_Pool):
    """Puts maxima back to where they were."""

    told = "kernel_size", "stride", "padding"
    dims: int

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        steps = kernel_size if stride is None else stride
        self._keep(
            kernel_size=self._each(kernel_size),
            stride=self._each(steps),
            padding=self._each(padding),
        )

    def _each(self, value: Any) -> tuple[int, ...]:
        return repeated(value, self.dims)

    def forward(
        self, input: Tensor, indices: Tensor, output_size: Any = None
    ) -> Tensor:
        """Return zeros with the elements at the indices."""
        undo = getattr(functional, f"max_unpool{self.dims}d")
        how = self.kernel_size, self.stride, self.padding
        found: Tensor = undo(input, indices, *how, output_size)
        return found


class MaxUnpool1d(_Unpool):
    """Undoes `MaxPool1d`, with zeros for what it left out.

    >>> MaxUnpool1d(2)
    MaxUnpool1d(kernel_size=(2,), stride=(2,), padding=(0,))
    """

    dims = 1


class MaxUnpool2d(_Unpool):
    """Undoes `MaxPool2d`, with zeros for what it left out.

    >>> MaxUnpool2d(2)
    MaxUnpool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0))
    """

    dims = 2


class MaxUnpool3d(_Unpool):
    """Undoes `MaxPool3d`, with zeros for what it left out.

    >>> MaxUnpool3d(2).stride
    (2, 2, 2)
    """

    dims = 3


class _LPPool(Module):
    """Takes norms of what each place of a kernel sees."""

    dims: int

    def __init__(
        self,
        norm_type: float,
        kernel_size: Any,
        stride: Any = None,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.norm_type, self.kernel_size = norm_type, kernel_size
        self.stride, self.ceil_mode = stride, ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        """Return the norms."""
        pool = getattr(functional, f"lp_pool{self.dims}d")
        how = self.norm_type, self.kernel_size, self.stride, self.ceil_mode
        found: Tensor = pool(input, float(how[0]), *how[1:])
        return found

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """Takes the norm of each stretch of a line.

    >>> LPPool1d(2, 3)
    LPPool1d(norm_type=2, kernel_size=3, stride=None, ceil_mode=False)
    """

    dims = 1


class LPPool2d(_LPPool):
    """Takes norms of what each place of a kernel sees in an image.

    >>> LPPool2d(2, 3).kernel_size
    3
    """

    dims = 2


class LPPool3d(_LPPool):
    """Takes norms of what each place of a kernel sees in a volume.

    >>> LPPool3d(2, 3).kernel_size
    3
    """

    dims = 3
