"""Layers that put something around lines and images."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor
from . import functional
from .module import Module
from .settings import repeated


class _Pad(Module):
    """A pad of one way and some dimensions."""

    mode = "constant"
    dims: int
    value: float | None = 0.0

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = repeated(padding, 2 * self.dims)

    def forward(self, input: Tensor) -> Tensor:
        """Return the grown input."""
        if self.mode == "circular" and input.dim() - self.dims not in (1, 2):
            raise ValueError(
                f"expected {self.dims + 1}D or {self.dims + 2}D input "
                f"(got {input.dim()}D input)"
            )
        if self.mode == "constant":
            return functional.pad(input, self.padding, "constant", self.value)
        return functional.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        """Return how much on each side."""
        return f"{self.padding}"


class _ConstantPad(_Pad):
    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        """Return how much on each side, and of what."""
        return f"padding={self.padding}, value={self.value}"


def _pad(name: str, mode: str, dims: int) -> type[_Pad]:
    kind = _ConstantPad if name.startswith("Constant") else _Pad
    text = f"Puts `{mode}` pads around the last dimensions: {dims} of them."
    shape = {"mode": mode, "dims": dims, "__doc__": text, "__module__": __name__}
    return type(name, (kind,), shape)


ZeroPad1d = _pad("ZeroPad1d", "constant", 1)
ZeroPad2d = _pad("ZeroPad2d", "constant", 2)
ZeroPad3d = _pad("ZeroPad3d", "constant", 3)
ConstantPad1d = _pad("ConstantPad1d", "constant", 1)
ConstantPad2d = _pad("ConstantPad2d", "constant", 2)
ConstantPad3d = _pad("ConstantPad3d", "constant", 3)
ReflectionPad1d = _pad("ReflectionPad1d", "reflect", 1)
ReflectionPad2d = _pad("ReflectionPad2d", "reflect", 2)
ReflectionPad3d = _pad("ReflectionPad3d", "reflect", 3)
ReplicationPad1d = _pad("ReplicationPad1d", "replicate", 1)
ReplicationPad2d = _pad("ReplicationPad2d", "replicate", 2)
ReplicationPad3d = _pad("ReplicationPad3d", "replicate", 3)
CircularPad1d = _pad("CircularPad1d", "circular", 1)
CircularPad2d = _pad("CircularPad2d", "circular", 2)
CircularPad3d = _pad("CircularPad3d", "circular", 3)
