"""Lengths of a weight's parts, and parts brought to a length."""

from __future__ import annotations

from ...functions.arithmetic import run
from ...keeping import call_keeping
from ...tensor import Tensor


def norm_except_dim(v: Tensor, pow: int = 2, dim: int = 0) -> Tensor:
    """Return the length of each part along a dimension; of all for -1.

    >>> from minitorch_viz import minitorch as torch
    >>> norm_except_dim(torch.tensor([[3.0, 4.0], [0.0, 2.0]]))
    tensor([[5.],
            [2.]])
    """
    if not isinstance(v, Tensor):
        raise TypeError(
            "norm_except_dim(): argument 'v' (position 1) must be Tensor, not "
            f"{type(v).__name__}"
        )
    if dim == -1:
        return run("norm.all", v, args=(pow,))
    ndim, size = v.dim(), v.shape
    ones = [1] * (ndim - 1)
    found: Tensor
    if dim == 0:
        rows = v.contiguous().view(size[0], -1)
        found = run("norm.dim", rows, args=(pow, (1,), False)).view(size[0], *ones)
    elif dim == ndim - 1:
        columns = v.contiguous().view(-1, size[-1])
        found = run("norm.dim", columns, args=(pow, (0,), False)).view(*ones, size[-1])
    else:
        turned = norm_except_dim(v.transpose(0, dim), pow, 0)
        found = turned.transpose(0, dim)
    return found


def of_length(v: Tensor, g: Tensor, dim: int = 0) -> Tensor:
    """Return the parts of `v` along a dimension, brought to the lengths `g`.

    >>> from minitorch_viz import minitorch as torch
    >>> of_length(torch.tensor([[3.0, 4.0]]), torch.tensor([[10.0]]))
    tensor([[6., 8.]])
    """
    if dim in (0, v.dim() - 1):
        return call_keeping("weight_norm_interface", (v, g), (dim,))
    return v * (g / norm_except_dim(v, 2, dim))
