"""Recurrent layers over packed sequences, step by step, as PyTorch's CPU code does.

After `PackedLayer` and `ReversedPackedLayer` in `aten/src/ATen/native/RNN.cpp`: what
all steps add to the gates is computed at once; sequences that end leave their state.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ..functions.joining import cat, stack, unbind
from ..functions.shaping import narrow
from ..tensor import Tensor
from .dropping import dropout
from .recurrent_functions import CELLS, Cell, State, Weights, by_input, last_first


def _narrowed(state: State, start: int, count: int) -> State:
    return last_first(lambda each: narrow(each, 0, start, count), state)


def _joined(states: Sequence[State]) -> State:
    return last_first(partial(cat, dim=0), list(zip(*states, strict=True)))


def _forwards(
    cell: Cell, weights: Weights, data: Tensor, sizes: list[int], state: State
) -> tuple[Tensor, State]:
    gates, start = by_input(weights, data), 0
    outputs, ended, before = [], [], sizes[0]
    for width in sizes:
        here = narrow(gates, 0, start, width)
        if width < before:
            ended.append(_narrowed(state, width, before - width))
            state = _narrowed(state, 0, width)
        state = cell(weights, state, here)
        outputs.append(state[0])
        start, before = start + width, width
    return cat(outputs, 0), _joined([state, *reversed(ended)])


def _backwards(
    cell: Cell, weights: Weights, data: Tensor, sizes: list[int], state: State
) -> tuple[Tensor, State]:
    gates, end = by_input(weights, data), data._array.shape[0]
    outputs, before = [], sizes[-1]
    now = _narrowed(state, 0, before)
    for width in reversed(sizes):
        if width > before:
            now = _joined([now, _narrowed(state, before, width - before)])
        now = cell(weights, now, narrow(gates, 0, end - width, width))
        outputs.append(now[0])
        end, before = end - width, width
    return cat(outputs[::-1], 0), now


def packed_recurrent(
    mode: str,
    data: Tensor,
    batch_sizes: Tensor,
    state: Sequence[Tensor],
    layers: Sequence[Weights],
    *,
    dropout_p: float,
    train: bool,
    bidirectional: bool,
) -> tuple[Tensor, ...]:
    """Return the outputs of every step, packed, and the last states of every layer.

    >>> from minitorch_viz import minitorch as torch
    >>> weights = torch.ones(1, 1), torch.ones(1, 1), None, None
    >>> how = dict(dropout_p=0, train=False, bidirectional=False)
    >>> data, sizes = torch.ones(3, 1), torch.tensor([2, 1])
    >>> start = (torch.zeros(1, 2, 1),)
    >>> packed_recurrent("RNN_RELU", data, sizes, start, [weights], **how)[1]
    tensor([[[2.],
             [1.]]])
    """
    ways = 2 if bidirectional else 1
    sizes: list[int] = batch_sizes._array.tolist()
    starts: list[Any] = list(zip(*(unbind(each, 0) for each in state), strict=True))
    ends: list[State] = []
    found = data
    for number in range(0, len(layers), ways):
        outputs = []
        for back, weights in enumerate(layers[number : number + ways]):
            sweep = _backwards if back else _forwards
            output, last = sweep(
                CELLS[mode], weights, found, sizes, starts[number + back]
            )
            outputs.append(output)
            ends.append(last)
        found = outputs[0] if ways == 1 else cat(outputs, -1)
        if dropout_p and train and number + ways < len(layers):
            found = dropout(found, dropout_p, True)
    return found, *last_first(partial(stack, dim=0), list(zip(*ends, strict=True)))
