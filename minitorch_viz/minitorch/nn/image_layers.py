"""Layers that sweep kernels over lines and images."""

from __future__ import annotations

import math
from typing import Any

from .. import dtypes
from ..tensor import Tensor
from . import functional, init
from .layers import _parameter, _ready
from .module import Module
from .settings import repeated

_MODES = "zeros", "reflect", "replicate", "circular"


class _Convolution(Module):
    """What convolutions share: a weight, a bias, and how the kernel moves."""

    dims: int
    transposed = False
    padding: Any

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: dtypes.dtype | None = None,
        *,
        output_padding: Any = 0,
    ) -> None:
        super().__init__()
        _check(in_channels, out_channels, stride, padding, groups, padding_mode)
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride = self._each(kernel_size), self._each(stride)
        self.padding = padding if isinstance(padding, str) else self._each(padding)
        self.dilation = self._each(dilation)
        self.output_padding = self._each(output_padding)
        self.groups, self.padding_mode = groups, padding_mode
        size = [out_channels, in_channels // groups]
        if self.transposed:
            size = [in_channels, out_channels // groups]
        self.weight = _parameter(*size, *self.kernel_size, dtype=dtype, device=device)
        held = _parameter(out_channels, dtype=dtype, device=device) if bias else None
        self.register_parameter("bias", held)
        _ready(self)

    def _each(self, value: Any) -> tuple[int, ...]:
        return repeated(value, self.dims)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        reach = math.prod(self.weight.shape[1:])
        if self.bias is not None and reach:
            init.uniform_(self.bias, -1 / math.sqrt(reach), 1 / math.sqrt(reach))

    def _grown(self, input: Tensor) -> tuple[Tensor, Any]:
        """Return the input padded in this layer's way, and the padding still to do."""
        if self.padding_mode == "zeros":
            return input, self.padding
        pads: list[int] = []
        for place in reversed(range(self.dims)):
            if isinstance(self.padding, str):
                reach = self.dilation[place] * (self.kernel_size[place] - 1)
                total = reach if self.padding == "same" else 0
                pads += [total // 2, total - total // 2]
            else:
                pads += [self.padding[place]] * 2
        return functional.pad(input, pads, mode=self.padding_mode), 0

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that aren't the usual ones."""
        told = (
            ("padding", self._each(0)),
            ("dilation", self._each(1)),
            ("output_padding", self._each(0)),
            ("groups", 1),
        )
        parts = [f"{self.in_channels}, {self.out_channels}"]
        parts += [f"kernel_size={self.kernel_size}", f"stride={self.stride}"]
        parts += [
            f"{name}={getattr(self, name)}"
            for name, usual in told
            if getattr(self, name) != usual
        ]
        parts += ["bias=False"] * (self.bias is None)
        parts += [f"padding_mode={self.padding_mode}"] * (self.padding_mode != "zeros")
        return ", ".join(parts)


def _check(
    channels: int, out: int, stride: Any, padding: Any, groups: int, mode: str
) -> None:
    if groups <= 0:
        raise ValueError("groups must be a positive integer")
    if channels % groups:
        raise ValueError("in_channels must be divisible by groups")
    if out % groups:
        raise ValueError("out_channels must be divisible by groups")
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ValueError(
                f"Invalid padding string {padding!r}, should be one of "
                "{'same', 'valid'}"
            )
        if padding == "same" and {stride} != {1} and set(repeated(stride, 1)) != {1}:
            raise ValueError("padding='same' is not supported for strided convolutions")
    if mode not in _MODES:
        raise ValueError(
            "padding_mode must be one of {'zeros', 'reflect', 'replicate', "
            f"'circular'}}, but got padding_mode={mode!r}"
        )


class Conv1d(_Convolution):
    """Sweeps kernels along lines: (batch, channels, length).

    >>> Conv1d(2, 3, 2)
    Conv1d(2, 3, kernel_size=(2,), stride=(1,))
    """

    dims = 1

    def forward(self, input: Tensor) -> Tensor:
        """Return what the kernels find."""
        weight, bias = self.weight, self.bias  # a parametrization computes them first
        input, padding = self._grown(input)
        more = self.stride, padding, self.dilation, self.groups
        return functional.conv1d(input, weight, bias, *more)


class Conv2d(_Convolution):
    """Sweeps kernels over images: (batch, channels, height, width).

    >>> from minitorch_viz import minitorch as torch
    >>> Conv2d(1, 8, 3, padding=1)(torch.ones(2, 1, 5, 5)).shape
    torch.Size([2, 8, 5, 5])
    """

    dims = 2

    def forward(self, input: Tensor) -> Tensor:
        """Return what the kernels find."""
        weight, bias = self.weight, self.bias  # a parametrization computes them first
        input, padding = self._grown(input)
        more = self.stride, padding, self.dilation, self.groups
        return functional.conv2d(input, weight, bias, *more)


class Conv3d(_Convolution):
    """Sweeps kernels over volumes: (batch, channels, depth, height, width).

    >>> Conv3d(1, 2, 3)
    Conv3d(1, 2, kernel_size=(3, 3, 3), stride=(1, 1, 1))
    """

    dims = 3

    def forward(self, input: Tensor) -> Tensor:
        """Return what the kernels find."""
        weight, bias = self.weight, self.bias  # a parametrization computes them first
        input, padding = self._grown(input)
        more = self.stride, padding, self.dilation, self.groups
        return functional.conv3d(input, weight, bias, *more)


class _Transposed(_Convolution):
    """What layers share that spread every element through a kernel."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(
                'Only "zeros" padding mode is supported for '
                f"{type(self).__name__.removeprefix('Lazy')}"
            )
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            dtype=dtype,
            device=device,
            output_padding=output_padding,
        )

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        """Return the spread lines or images, of this size if it is possible."""
        spread = getattr(functional, f"conv_transpose{self.dims}d")
        more = self._rest(input, output_size), self.groups, self.dilation
        held = self.weight, self.bias, self.stride, self.padding
        found: Tensor = spread(input, *held, *more)
        return found

    def _rest(self, input: Tensor, size: Any) -> Any:
        """Return how much the results grow at their ends to have a size."""
        if size is None:
            return self.output_padding
        before = 2 if input.dim() == self.dims + 2 else 1
        if len(size) == before + self.dims:
            size = size[before:]
        if len(size) != self.dims:
            raise ValueError(
                f"ConvTranspose{self.dims}D: for {input.dim()}D input, output_size "
                f"must have {self.dims} or {before + self.dims} elements (got "
                f"{len(size)})"
            )
        least = [
            (input.size(before + i) - 1) * self.stride[i]
            - 2 * self.padding[i]
            + self.dilation[i] * (self.kernel_size[i] - 1)
            + 1
            for i in range(self.dims)
        ]
        most = [low + step - 1 for low, step in zip(least, self.stride, strict=True)]
        for want, low, high in zip(size, least, most, strict=True):
            if want < low or want > high:
                raise ValueError(
                    f"requested an output size of {size}, but valid sizes range from "
                    f"{least} to {most} (for an input of {input.size()[2:]})"
                )
        return [want - low for want, low in zip(size, least, strict=True)]


class ConvTranspose1d(_Transposed):
    """Spreads every element of a line through a kernel, as `Conv1d`'s gradient does.

    >>> from minitorch_viz import minitorch as torch
    >>> ConvTranspose1d(1, 3, 2, stride=2)(torch.ones(1, 1, 4)).shape
    torch.Size([1, 3, 8])
    """

    dims = 1


class ConvTranspose2d(_Transposed):
    """Spreads every element of an image through a kernel, as `Conv2d`'s gradient does.

    >>> from minitorch_viz import minitorch as torch
    >>> ConvTranspose2d(1, 3, 2, stride=2)(torch.ones(1, 1, 4, 4)).shape
    torch.Size([1, 3, 8, 8])
    """

    dims = 2


class ConvTranspose3d(_Transposed):
    """Spreads every element of a volume through a kernel, as `Conv3d`'s gradient does.

    >>> from minitorch_viz import minitorch as torch
    >>> ConvTranspose3d(1, 3, 2, stride=2)(torch.ones(1, 1, 2, 2, 2)).shape
    torch.Size([1, 3, 4, 4, 4])
    """

    dims = 3
