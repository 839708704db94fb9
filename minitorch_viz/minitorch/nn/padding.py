"""`pad`: tensors grown at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import OPS, call
from ..tensor import Tensor, wrap
from .asking import asks


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Any:
    return call(OPS[name], inputs, args)


@asks("nn.pad(input, pad, mode, value)")
def pad(
    input: Tensor,
    pad: Sequence[int],
    mode: str = "constant",
    value: float | None = None,
) -> Tensor:
    """Return the tensor grown at its ends: `pad` names the last dimension first.

    >>> from minitorch_viz import minitorch as torch
    >>> pad(torch.ones(2), (1, 2))
    tensor([0., 1., 1., 0., 0.])
    """
    ndim, count = input._array.ndim, len(pad)
    if count % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if count > 2 * ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input "
            f"dimension but got padding length {count} and input of dimension {ndim}"
        )
    if mode == "constant":
        return _constant(input, tuple(pad), value)
    names = {"reflect": "reflection_pad", "replicate": "replication_pad"}
    if mode not in (*names, "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if value is not None:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if ndim not in (count // 2 + 1, count // 2 + 2) or count > 6:
        raise NotImplementedError(_COMBINATIONS.format(count, ndim))
    if mode == "circular":
        return _circular(input, pad)
    if mode == "reflect":
        _check_reflection(input, pad)
    found: Tensor = _run(f"{names[mode]}{count // 2}d", input, args=(tuple(pad),))
    return found


def _constant(input: Tensor, pad: tuple[int, ...], value: float | None) -> Tensor:
    shape = input._array.shape
    for dim, (before, after) in enumerate(zip(pad[::2], pad[1::2], strict=True), 1):
        if shape[-dim] + min(before, 0) + min(after, 0) < 0:
            raise RuntimeError("narrow(): length must be non-negative.")
    found: Tensor = _run("constant_pad_nd", input, args=(pad, value or 0))
    return found


def _circular(input: Tensor, pad: Sequence[int]) -> Tensor:
    """Write the input into the middle, then both ends of every dimension over."""
    size, ends = list(input._array.shape), []
    for place, (left, right) in enumerate(zip(pad[::2], pad[1::2], strict=True), 1):
        ends.append((len(size) - place, left, right))
        if max(left, right) > size[-place]:
            raise RuntimeError("Padding value causes wrapping around more than once.")
        size[-place] += left + right
        if size[-place] < 0:
            raise RuntimeError(
                "Negative padding value is resulting in an empty dimension"
            )
    out = inner = wrap(np.zeros(size, input._array.dtype))
    for dim, left, right in ends:
        inner = _stretch(inner, dim, max(left, 0), size[dim] - max(right, 0))
        end = input._array.shape[dim] - max(-right, 0)
        input = _stretch(input, dim, max(-left, 0), end)
    inner.copy_(input)
    for dim, left, right in ends:
        end = size[dim] - max(right, 0)
        if left > 0:
            _stretch(out, dim, 0, left).copy_(_stretch(out, dim, end - left, end))
        if right > 0:
            start = max(left, 0)
            source = _stretch(out, dim, start, start + right)
            _stretch(out, dim, end, size[dim]).copy_(source)
    return out


def _stretch(x: Tensor, dim: int, start: int, end: int) -> Tensor:
    found: Tensor = _run("slice", x, args=(dim, start, end, 1))
    return found


def _check_reflection(input: Tensor, pad: Sequence[int]) -> None:
    shape = input._array.shape
    pairs = list(zip(pad[::2], pad[1::2], strict=True))
    for place, (before, after) in enumerate(pairs):
        dim = len(shape) - 1 - place
        if max(before, after) >= shape[dim]:
            raise RuntimeError(
                f"Argument #{4 + 2 * place}: Padding size should be less than the "
                f"corresponding input dimension, but got: padding ({before}, {after}) "
                f"at dimension {dim} of input {list(shape)}"
            )


_COMBINATIONS = (
    "Padding size {} is not supported for {}D input tensor.\n"
    "Supported combinations for non-constant padding:\n"
    "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
    "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
    "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
)
