"""Rows of tables, looked up by whole numbers, as functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..flags import detach
from ..functions.scattering import scatter_
from ..functions.shaping import unsqueeze
from ..functions.writes import check_selected
from ..inplace import call_inplace
from ..looking import size
from ..op import OPS, call
from ..tensor import Tensor, needs_grad, wrap
from ..thread import thread
from .asking import asks


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


@asks("torch.embedding(weight, input)")
def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Return the rows of `weight` that `input` names.

    >>> from minitorch_viz import minitorch as torch
    >>> embedding(torch.tensor([1, 0]), torch.tensor([[1.0], [2.0]]))
    tensor([[2.],
            [1.]])
    """
    if sparse:
        raise NotImplementedError("minitorch has no sparse gradients; leave sparse out")
    padding = -1
    if padding_idx is not None:
        rows = size(weight, 0)
        if not -rows <= padding_idx < rows:
            raise AssertionError("Padding_idx must be within num_embeddings")
        padding = padding_idx % rows
    if max_norm is not None:
        shorten(weight, input, max_norm, norm_type)
    _check_table(input, weight)
    return _run("embedding", weight, input, args=(padding, scale_grad_by_freq, False))


def shorten(weight: Tensor, input: Tensor, longest: float, order: float) -> None:
    """Scale the rows that are looked up and too long, in place and unrecorded.

    >>> from minitorch_viz import minitorch as torch
    >>> table = torch.tensor([[3.0, 4.0]])
    >>> shorten(table, torch.tensor([0]), 1.0, 2)
    >>> table
    tensor([[0.6000, 0.8000]])
    """
    args = float(longest), float(order)
    call_inplace(OPS["embedding_renorm"], detach(weight), (input,), args)


def _check_table(input: Any, weight: Tensor) -> None:
    if not isinstance(input, Tensor):
        raise TypeError(
            "embedding(): argument 'indices' (position 2) must be Tensor, not "
            f"{type(input).__name__}"
        )
    if thread.now.grad and needs_grad(weight):
        size(weight, 0)  # which the node keeps
    if weight._array.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    places = input._array
    if places.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following "
            f"scalar types: Long, Int; but got {input.dtype.tensor_type} instead "
            "(while checking arguments for embedding)"
        )
    check_selected(weight, 0, input)


@asks("nn.one_hot(...)")
def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Return a 1 at every number's own place, zeros elsewhere.

    >>> from minitorch_viz import minitorch as torch
    >>> one_hot(torch.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    classes = tensor._array
    if classes.dtype != np.int64:
        raise RuntimeError(
            "one_hot is only applicable to index tensor of type LongTensor."
        )
    if not classes.size:
        if num_classes <= 0:
            raise RuntimeError(
                "Can not infer total number of classes from empty tensor."
            )
        return wrap(np.empty((*classes.shape, num_classes), np.int64))
    least, most = (int(each._array) for each in _run("aminmax", tensor))
    if least < 0:
        raise RuntimeError("Class values must be non-negative.")
    count = most + 1 if num_classes == -1 else num_classes
    if most >= count:
        raise RuntimeError("Class values must be smaller than num_classes.")
    found: Any = wrap(np.zeros((*classes.shape, count), np.int64))
    found._counter = [1]  # zeros are written
    return scatter_(found, -1, unsqueeze(tensor, -1), value=1)
