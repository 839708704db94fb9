"""What a pool of maxima along a line asks of its arguments."""

from __future__ import annotations

from typing import Any

from ..kernels import refuse
from ..tensor import Tensor
from .ops_pool import pooled_size


def check_stretches(input: Tensor, settings: dict[str, Any], ceil_mode: bool) -> None:
    """Refuse what `max_pool1d` does, in its words and order.

    >>> from minitorch_viz import minitorch as torch
    >>> settings = {"kernel_size": 0, "stride": 1, "padding": 0, "dilation": 1}
    >>> check_stretches(torch.ones(1, 2), settings, False)
    Traceback (most recent call last):
        ...
    RuntimeError: max_pool1d() kernel_size must be greater than zero, but got 0
    """
    shape = input._array.shape
    if len(shape) not in (2, 3) or 0 in shape[-2:]:
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim "
            f"batch size for input, but got:{list(shape)}"
        )
    lengths = {name: _length(name, value) for name, value in settings.items()}
    kernel, stride, padding, dilation = lengths.values()
    for name in ("kernel_size", "stride"):
        _check_positive(name, lengths[name])
    if padding < 0:
        _refuse(f"padding must be non-negative, but got {padding}")
    if padding > kernel // 2:
        _refuse(
            f"padding should be at most half of kernel size, but got padding={padding} "
            f"and kernel_size={kernel}"
        )
    _check_positive("dilation", dilation)
    out = pooled_size(shape[-1], kernel, stride, padding, dilation, ceil_mode)
    if out <= 0:
        _refuse(f"Invalid computed output size: {out}")
    if input._array.dtype.kind != "f":
        refuse("max_pool1d_impl", input._array)


def _length(name: str, value: Any) -> int:
    if isinstance(value, int):
        return value
    if len(value) != 1:
        _refuse(f"{name} must be {_MEANT[name]} of size 1 but got size {len(value)}")
    return int(value[0])


def _check_positive(name: str, length: int) -> None:
    if length <= 0:
        _refuse(f"{name} must be greater than zero, but got {length}")


def _refuse(said: str) -> None:
    raise RuntimeError(f"max_pool1d() {said}")


_MEANT = {
    "kernel_size": "an int, list of ints or tuple of ints",
    "stride": "None, an int, list of ints, or tuple of ints",
    "padding": "an int, list of ints, or tuple of ints",
    "dilation": "an int, list of ints or tuple of ints",
}
