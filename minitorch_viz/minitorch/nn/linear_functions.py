"""Linear maps as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..bind import size_of
from ..functions.products import addmm, matmul
from ..functions.shaping import squeeze, t, view
from ..inplace import call_inplace
from ..op import OPS, call
from ..tensor import Tensor
from .asking import asks


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


@asks("nn.linear(...)")
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return `input @ weight.T + bias`.

    >>> from minitorch_viz import minitorch as torch
    >>> linear(torch.ones(1, 2), torch.ones(3, 2), torch.zeros(3))
    tensor([[2., 2., 2.]])
    """
    for place, name, given in ((1, "input", input), (2, "weight", weight)):
        if not isinstance(given, Tensor):
            raise TypeError(
                f"linear(): argument '{name}' (position {place}) must be Tensor, not "
                f"{type(given).__name__}"
            )
    x, w = input._array, weight._array
    if not x.ndim or not w.ndim:
        raise RuntimeError(
            "both arguments to linear need to be at least 1D, but they are "
            f"{x.ndim}D and {w.ndim}D"
        )
    if bias is None:
        return matmul(input, t(weight))
    if x.ndim == 2:
        return addmm(bias, input, t(weight))
    row = bias._array.ndim == 1 or squeeze(bias)._array.ndim == 1
    if not row or not x.flags.c_contiguous:
        return call_inplace(OPS["add"], matmul(input, t(weight)), (bias,), (1,))
    rows = _run("view", input, args=((math.prod(x.shape[:-1]), x.shape[-1]),))
    found = addmm(bias, rows, t(weight))
    return _run("view", found, args=((*x.shape[:-1], found._array.shape[1]),))


@asks("torch.bilinear(...)")
def bilinear(
    input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None
) -> Tensor:
    """Return `input1 @ weight[k] @ input2` for every k, plus a bias.

    >>> from minitorch_viz import minitorch as torch
    >>> bilinear(torch.ones(1, 2), torch.ones(1, 3), torch.ones(1, 2, 3))
    tensor([[6.]])
    """
    _check_bilinear(input1, input2, weight, bias)
    shape, out = input1._array.shape, weight._array.shape[0]
    rows = [view(x, (-1, x._array.shape[-1])) for x in (input1, input2)]
    found = view(_run("trilinear", rows[0], weight, rows[1]), (*shape[:-1], out))
    return found if bias is None else _run("add", found, bias, args=(1,))


def _check_bilinear(
    input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None
) -> None:
    one, other = input1._array.shape, input2._array.shape
    if len(one) != len(other):
        raise RuntimeError(
            f"bilinear(): input dimensions do not match: got {len(one)} and "
            f"{len(other)}"
        )
    for place, pair in enumerate(zip(one[:-1], other[:-1], strict=True)):
        if pair[0] != pair[1]:
            raise RuntimeError(
                f"bilinear(): input batch dimensions do not match at dim {place}: got "
                f"{pair[0]} and {pair[1]}"
            )
    for number, each, size in ((1, one, 1), (2, other, 2)):
        have, want = size_of(each, -1), size_of(weight._array.shape, size)
        if have != want:
            raise RuntimeError(
                f"bilinear(): input{number} size does not match weight size: got "
                f"{have} but expected {want}"
            )
    if bias is not None:
        have, want = size_of(bias._array.shape, 0), size_of(weight._array.shape, 0)
        if have != want:
            raise RuntimeError(
                "bilinear(): bias size does not match weight size: got "
                f"{have} but expected {want}"
            )
    given = {"input1": input1, "input2": input2, "weight": weight, "bias": bias}
    kinds = {
        name: each.dtype.c_name for name, each in given.items() if each is not None
    }
    if len(set(kinds.values())) > 1:
        told = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
        raise RuntimeError(f"All tensors must have the same dtype, got {told}")
