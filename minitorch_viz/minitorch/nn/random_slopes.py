"""A rectifier whose slopes are drawn, as rows and function."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from typing import Any

import numpy as np

from ..arguments import parsed
from ..bind import named
from ..devices import beside
from ..inplace import call_inplace
from ..kernels import refuse
from ..op import Op, call, do
from ..sources import source_like
from ..storage import as_it_lies
from ..table.slopes import slope
from ..tensor import Tensor, wrap
from .asking import asks


def _rectified(
    self: Any, noise: Any, lower: float, upper: float, training: bool
) -> Any:
    return (
        self * noise
        if training
        else np.where(self > 0, self, self * ((lower + upper) / 2))
    )


slope(
    "rrelu_with_noise_backward",
    lambda grad_output, self, noise, /, lower, upper, training: (
        grad_output * noise
        if training and upper - lower > 1e-6
        else do.where(self > 0, grad_output, grad_output * ((lower + upper) / 2))
    ),
)
_ROW = Op(
    "rrelu_with_noise",
    lambda self, noise, /, lower, upper, training: _rectified(
        self, noise, lower, upper, training
    ),
    self=lambda grad, self, noise, lower, upper, training: do.rrelu_with_noise_backward(
        grad, self, noise, lower, upper, training
    ),
)
_OVER = Op(
    "rrelu_with_noise.inplace",
    _ROW.forward,
    node="RreluWithNoiseBackward1",
    self=lambda grad, result, noise, lower, upper, training: (
        do.rrelu_with_noise_backward(grad, result, noise, lower, upper, training)
    ),
)


@asks("torch.rrelu(input, lower, upper, training)")
def rrelu(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Tensor:
    """Return x, times a slope drawn for each negative element while training.

    >>> from minitorch_viz import minitorch as torch
    >>> rrelu(torch.tensor([1.0, -6.0]), 0.25, 0.75)
    tensor([ 1., -3.])
    """
    if lower > upper:
        raise RuntimeError(
            "Lower bound should be less than or equal to the upper bound"
        )
    like = input._array
    if like.dtype.kind != "f":
        refuse("rrelu_with_noise_out_cpu" if training else "leaky_relu_cpu", like)
    noise = np.zeros_like(like)
    if training:
        noise[...] = 1
        low = as_it_lies(like.reshape(-1), noise) <= 0
        drawn = source_like(None, like).units(int(low.sum()))
        noise[low] = lower + drawn * (upper - lower)
    inputs = input, wrap(beside(noise, like))
    args = float(lower), float(upper), training
    if inplace:
        return call_inplace(_OVER, input, inputs[1:], args)
    found: Tensor = call(_ROW, inputs, args)
    return found


def _over(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
) -> Tensor:
    return rrelu(input, lower, upper, training, True)


rrelu_ = parsed(
    named(_over, "rrelu_", "Write `rrelu` of the tensor over it."), "rrelu_"
)
