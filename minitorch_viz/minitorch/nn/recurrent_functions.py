"""Recurrent cells and layers as functions, composed as PyTorch's CPU code does.

After `aten/src/ATen/native/RNN.cpp`: gates are split without being views and written
over in place; a float32 LSTM layer is one operation of oneDNN's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..devices import beside
from ..functions.joining import cat, stack, unbind
from ..functions.reshaping import transpose_
from ..functions.shaping import select, transpose
from ..inplace import call_inplace
from ..once import warn_once
from ..op import OPS, call
from ..tensor import Tensor, wrap
from .dropping import dropout
from .linear_functions import linear

Cell = Callable[..., tuple[Tensor, ...]]
#: What a layer holds for one direction: weights, biases or None, a projection or None.
Weights = Sequence[Tensor | None]
#: A hidden state, and an LSTM's cells.
State = tuple[Tensor, ...]
#: What the input adds to the gates; a single cell computes it when its turn comes.
Adds = Tensor | Callable[[], Tensor]


def _over(name: str, self: Tensor, *others: Any, args: Sequence[Any] = ()) -> Tensor:
    return call_inplace(OPS[name], self, others, args)


def _chunks(gates: Tensor, count: int) -> tuple[Tensor, ...]:
    size = gates._array.shape[1] // count
    found: tuple[Tensor, ...] = call(OPS["unsafe_split"], (gates,), (size, 1))
    return found


def _gates(weights: Weights, hidden: Tensor, from_input: Adds) -> Tensor:
    by_hidden = linear(hidden, weights[1], weights[3])  # type: ignore[arg-type]
    return _over("add", by_hidden, _computed(from_input), args=(1,))


def _computed(adds: Adds) -> Tensor:
    return adds if isinstance(adds, Tensor) else adds()


def by_input(weights: Weights, input: Tensor) -> Tensor:
    """Return what an input, or a whole sequence of them, adds to the gates.

    >>> from minitorch_viz import minitorch as torch
    >>> by_input((torch.ones(1, 2), None, None, None), torch.ones(1, 2))
    tensor([[2.]])
    """
    return linear(input, weights[0], weights[2])  # type: ignore[arg-type]


def _simple(name: str) -> Cell:
    def cell(weights: Weights, state: Sequence[Tensor], gates: Adds) -> Any:
        return (call(OPS[name], (_gates(weights, state[0], gates),)),)

    return cell


def lstm_cell(
    weights: Weights, state: Sequence[Tensor], gates: Adds
) -> tuple[Tensor, Tensor]:
    """Return the next hidden and cell state, from what the input adds to the gates.

    >>> from minitorch_viz import minitorch as torch
    >>> weights = torch.ones(4, 1), torch.ones(4, 1), None, None
    >>> state = torch.zeros(1, 1), torch.zeros(1, 1)
    >>> lstm_cell(weights, state, torch.zeros(1, 4))
    (tensor([[0.]]), tensor([[0.]]))
    """
    hidden, before = state
    pieces = _chunks(_gates(weights, hidden, gates), 4)
    kinds = "sigmoid", "sigmoid", "tanh", "sigmoid"
    enter, keep, new, leave = map(_over, kinds, pieces)
    kept = call(OPS["mul"], (keep, before))
    cell = _over("add", kept, call(OPS["mul"], (enter, new)), args=(1,))
    hidden = call(OPS["mul"], (leave, call(OPS["tanh"], (cell,))))
    if len(weights) > 4 and weights[4] is not None:
        hidden = linear(hidden, weights[4])
    return hidden, cell


def gru_cell(weights: Weights, state: Sequence[Tensor], gates: Adds) -> tuple[Tensor]:
    """Return the next hidden state, from what the input adds to the gates.

    >>> from minitorch_viz import minitorch as torch
    >>> weights = torch.ones(3, 1), torch.ones(3, 1), None, None
    >>> gru_cell(weights, (torch.ones(1, 1),), torch.zeros(1, 3))[0].round()
    tensor([[1.]])
    """
    hidden = state[0]
    entering = _chunks(_computed(gates), 3)
    by_hidden = linear(hidden, weights[1], weights[3])  # type: ignore[arg-type]
    kept = _chunks(by_hidden, 3)
    reset, update = (
        _over("sigmoid", _over("add", mine, theirs, args=(1,)))
        for mine, theirs in zip(kept[:2], entering[:2], strict=True)
    )
    new = call(OPS["add"], (entering[2], _over("mul", kept[2], reset)), (1,))
    new = _over("tanh", new)
    found = _over("mul", call(OPS["sub"], (hidden, new), (1,)), update)
    return (_over("add", found, new, args=(1,)),)


CELLS: dict[str, Cell] = {
    "RNN_TANH": _simple("tanh"),
    "RNN_RELU": _simple("relu"),
    "LSTM": lstm_cell,
    "GRU": gru_cell,
}


def _swept(
    cell: Cell, weights: Weights, input: Tensor, state: Sequence[Tensor], back: bool
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Run a cell over a sequence, from its end if `back`."""
    if not input._array.shape[0]:
        raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
    steps = unbind(by_input(weights, input), 0)
    outputs, now = [], tuple(state)
    for gates in reversed(steps) if back else steps:
        now = cell(weights, now, gates)
        outputs.append(now[0])
    return stack(outputs[::-1] if back else outputs, 0), now


def lstm_layer(inputs: Sequence[Tensor], *, reverse: bool) -> tuple[Tensor, ...]:
    """Run an LSTM step by step: input, four weights, hidden and cell state.

    >>> from minitorch_viz import minitorch as torch
    >>> weights = torch.ones(4, 1), torch.ones(4, 1), torch.zeros(4), torch.zeros(4)
    >>> state = torch.zeros(1, 1), torch.zeros(1, 1)
    >>> lstm_layer([torch.zeros(2, 1, 1), *weights, *state], reverse=False)[0].flatten()
    tensor([0., 0.])
    """
    input, weights, state = inputs[0], inputs[1:5], inputs[5:]
    outputs, last = _swept(lstm_cell, weights, input, state, reverse)
    return outputs, *last


def _one_operation(
    weights: Weights, input: Tensor, state: Sequence[Tensor], back: bool, how: Any
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Run an LSTM over a sequence as oneDNN does: one node, whatever the length."""
    rows = weights[0]._array.shape[0]  # type: ignore[union-attr]
    zeros = wrap(beside(np.zeros(rows, np.float32), input._array))
    biases = weights[2] is not None
    held = [zeros if each is None else each for each in weights[:4]]
    shape = back, (), 2, rows // 4, how["num_layers"], biases
    args = *shape, how["bidirectional"], False, how["train"]
    found = call(OPS["mkldnn_rnn_layer"], (input, *held, *state), args)
    return found[0], (found[1], found[2])


def recurrent(
    mode: str,
    input: Tensor,
    state: Sequence[Tensor],
    layers: Sequence[Weights],
    *,
    dropout_p: float,
    train: bool,
    bidirectional: bool,
    batch_first: bool,
) -> tuple[Tensor, ...]:
    """Return the outputs of every step, and the last states of every layer.

    >>> from minitorch_viz import minitorch as torch
    >>> weights = torch.ones(1, 1), torch.ones(1, 1), None, None
    >>> how = dict(train=False, bidirectional=False, batch_first=False)
    >>> input, state = torch.ones(2, 1, 1), (torch.zeros(1, 1, 1),)
    >>> found = recurrent("RNN_RELU", input, state, [weights], dropout_p=0, **how)
    >>> found[0].flatten()
    tensor([1., 2.])
    """
    ways = 2 if bidirectional else 1
    fused = mode == "LSTM" and _fuses(input, layers)
    if mode == "LSTM" and len(layers[0]) > 4 and layers[0][4] is not None:
        warn_once(_PROJECTED, stacklevel=6)
    found = transpose(input, 0, 1) if batch_first else input
    if fused and not found._array.flags.c_contiguous:
        found = call(OPS["clone"], (found,), ("C",))
    how = {"num_layers": len(layers) // ways, "bidirectional": bidirectional}
    starts = _starts(state, len(layers), views=not fused)
    ends: list[tuple[Tensor, ...]] = []
    for number in range(0, len(layers), ways):
        outputs = []
        for back, weights in enumerate(layers[number : number + ways]):
            start = next(starts)
            if fused:
                run = _one_operation(
                    weights, found, start, bool(back), {**how, "train": train}
                )
            else:
                run = _swept(CELLS[mode], weights, found, start, bool(back))
            outputs.append(run[0])
            ends.append(run[1])
        found = outputs[0] if ways == 1 else cat(outputs, -1)
        if dropout_p and train and number + ways < len(layers):
            found = dropout(found, dropout_p, True)
    kinds = list(zip(*ends, strict=True))
    laid = partial(stack, dim=0)
    last = tuple(map(laid, kinds)) if fused else last_first(laid, kinds)
    if batch_first:
        turn = transpose if mode == "LSTM" else transpose_
        found = turn(found, 0, 1)
    return found, *last


def _fuses(input: Tensor, layers: Sequence[Weights]) -> bool:
    projected = len(layers[0]) > 4 and layers[0][4] is not None
    return input._array.dtype == np.float32 and input._array.size > 0 and not projected


def _starts(
    state: Sequence[Tensor], count: int, *, views: bool
) -> Iterator[tuple[Tensor, ...]]:
    """Return the first states of every layer and direction."""
    if views:
        return zip(*(unbind(each, 0) for each in state), strict=True)
    return (tuple(select(each, 0, i) for each in state) for i in range(count))


def last_first(make: Callable[[Any], Tensor], parts: Sequence[Any]) -> State:
    """Make one of each part, the last one first: so C++ evaluates a call's arguments.

    >>> last_first(lambda part: print(part), "ab")
    b
    a
    (None, None)
    """
    return tuple([make(part) for part in reversed(parts)][::-1])


_PROJECTED = (
    "LSTM with projections is not supported with oneDNN. Using default implementation."
)
