"""Operations that save inner results which their caller never sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .op import OPS, arrays_of
from .opnode import record
from .refusing import FAILURES, refusal, requiring
from .telling import emit
from .tensor import Tensor, wrap
from .thread import thread


def call_keeping(name: str, inputs: Sequence[Any], args: Sequence[Any] = ()) -> Tensor:
    """Run an operation that saves inner results its caller never sees.

    >>> from minitorch_viz import minitorch as torch
    >>> call_keeping("native_layer_norm", (torch.ones(2), None, None), ((2,), 1e-5))
    tensor([0., 0.])
    """
    return call_showing(1, name, inputs, args)[0]


def call_showing(
    shown: int, name: str, inputs: Sequence[Any], args: Sequence[Any] = ()
) -> tuple[Tensor, ...]:
    """Run an operation of which the caller sees only the first results.

    >>> from minitorch_viz import minitorch as torch
    >>> call_showing(1, "linalg_det", (torch.eye(2),))
    (tensor(1.),)
    """
    op = OPS[name]
    arrays = arrays_of(inputs)
    try:
        if op.cast is not None:
            arrays = op.cast(inputs, arrays)
        found = thread.now.quiet(op.forward, *arrays, *args)
    except FAILURES as error:
        raise refusal(op, inputs, arrays, error) from None
    outputs = tuple(map(wrap, found))
    mask = requiring(op, inputs) if thread.now.grad else 0
    node = record(op, inputs, args, outputs, mask) if mask else None
    if node is not None:
        node.shapes = node.shapes[:shown]
        for field, tensor in zip(op.outputs[shown:], outputs[shown:], strict=True):
            tensor._requires_grad, tensor._grad_fn = False, None
            tensor._output_nr = 0
            node.keep(field, tensor)
    if thread.now.observer is not None:
        emit(op, inputs, args, outputs[:shown], node)
    return outputs[:shown]
