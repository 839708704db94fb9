"""Linear maps as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..functions.products import addmm, matmul
from ..functions.shaping import view
from ..inplace import call_inplace
from ..op import OPS, call
from ..tensor import Tensor


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


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
    if not x.ndim:
        raise RuntimeError(
            "both arguments to linear need to be at least 1D, but they are 0D and "
            f"{w.ndim}D"
        )
    if bias is not None:
        _check_types(input, weight)
    _check_product(input, weight)
    rows = None
    if bias is not None and x.ndim != 2 and x.flags.c_contiguous:
        rows = _run("view", input, args=((math.prod(x.shape[:-1]), x.shape[-1]),))
    turned = _run("t", weight)
    if bias is None:
        return matmul(input, turned)
    if x.ndim == 2:
        return addmm(bias, input, turned)
    if rows is None:
        return call_inplace(OPS["add"], matmul(input, turned), (bias,), (1,))
    found = addmm(bias, rows, turned)
    return _run("view", found, args=((*x.shape[:-1], w.shape[0]),))


def _check_product(input: Tensor, weight: Tensor) -> None:
    x, w = input._array, weight._array
    if x.shape[-1] != w.shape[-1]:
        rows = math.prod(x.shape[:-1])
        raise RuntimeError(
            "mat1 and mat2 shapes cannot be multiplied "
            f"({rows}x{x.shape[-1]} and {w.shape[-1]}x{w.shape[0]})"
        )


def _check_types(input: Tensor, weight: Tensor) -> None:
    if input.dtype is not weight.dtype:
        raise RuntimeError(
            "mat1 and mat2 must have the same dtype, but got "
            f"{input.dtype.scalar_name} and {weight.dtype.scalar_name}"
        )


def bilinear(
    input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None
) -> Tensor:
    """Return `input1 @ weight[k] @ input2` for every k, plus a bias.

    >>> from minitorch_viz import minitorch as torch
    >>> bilinear(torch.ones(1, 2), torch.ones(1, 3), torch.ones(1, 2, 3))
    tensor([[6.]])
    """
    shape, out = input1._array.shape, weight._array.shape[0]
    for number, each, size in ((1, input1, 1), (2, input2, 2)):
        if each._array.shape[-1] != weight._array.shape[size]:
            raise RuntimeError(
                f"bilinear(): input{number} size does not match weight size: got "
                f"{each._array.shape[-1]} but expected {weight._array.shape[size]}"
            )
    rows = [view(x, (-1, x._array.shape[-1])) for x in (input1, input2)]
    found = view(_run("trilinear", rows[0], weight, rows[1]), (*shape[:-1], out))
    return found if bias is None else _run("add", found, bias, args=(1,))
