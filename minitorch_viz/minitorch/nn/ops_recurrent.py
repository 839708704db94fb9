"""The table's rows of recurrent layers: gates taken apart, and a whole LSTM layer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from ..events import silence
from ..grad_mode import enable_grad
from ..op import Op, do
from ..opnode import OpNode
from ..storage import Array
from ..table.joins import joined, lengths
from ..tensor import Tensor, needs_grad, wrap
from ..thread import inside_quiet

Op(
    "unsafe_split",
    # They share memory, though autograd doesn't know.
    lambda self, /, split_size, dim=0: tuple(
        np.split(self, list(range(0, self.shape[dim], split_size))[1:], axis=dim)
    ),
    outputs=("result",),
    self=lambda grads, self_sym_sizes, split_size, dim: joined(
        grads, lengths(split_size, self_sym_sizes[dim]), self_sym_sizes, dim
    ),
)


def _sigmoid(x: Array) -> Array:
    found: Array = 1 / (1 + np.exp(-x))
    return found


def _layer(
    input: Array,
    weight0: Array,
    weight1: Array,
    weight2: Array,
    weight3: Array,
    hx_: Array,
    cx_: Array,
    /,
    reverse: bool,
    batch_sizes: Sequence[int],
    mode: int,
    hidden_size: int,
    num_layers: int,
    has_biases: bool,
    bidirectional: bool,
    batch_first: bool,
    train: bool,
) -> tuple[Array, ...]:
    """Run an LSTM over a sequence; the settings from `mode` on are only kept."""
    gates = input @ weight0.T + (weight2 + weight3)
    hidden, cell = hx_, cx_
    found = np.empty((*input.shape[:2], hidden_size), input.dtype)
    places = range(len(input))
    for step in reversed(places) if reverse else places:
        now = gates[step] + hidden @ weight1.T
        enter, keep, new, leave = np.split(now, 4, axis=1)
        cell = _sigmoid(keep) * cell + _sigmoid(enter) * np.tanh(new)
        hidden = _sigmoid(leave) * np.tanh(cell)
        found[step] = hidden
    return found, np.array(hidden), np.array(cell)


#: How one layer's node names what it keeps; the first seven receive gradients.
_INPUTS = "input", "weight0", "weight1", "weight2", "weight3", "hx_", "cx_"
_KEPT = (
    *_INPUTS,
    "reverse",
    "batch_sizes",
    "mode",
    "hidden_size",
    "num_layers",
    "has_biases",
    "bidirectional",
    "batch_first",
    "train",
    "result0",
    "result1",
    "result2",
)


class _Slope:
    """The gradient of one input of a layer; all seven are found in one pass."""

    __signature__ = Signature(
        [Parameter(n, Parameter.POSITIONAL_OR_KEYWORD) for n in ("grads", *_KEPT)]
    )

    def __init__(self, place: int) -> None:
        self.place = place

    def __call__(self, grads: Sequence[Any], *values: Any) -> Any:
        """Return this input's gradient, of the kind the incoming ones are."""
        if _shared.grads is not grads:
            _shared.grads, _shared.found = grads, _slopes(grads, values)
        return _shared.found[self.place]


class _Shared(threading.local):
    """What was found last, and for which gradients."""

    grads: Sequence[Any] | None = None
    found: Sequence[Any] = ()


_shared = _Shared()


def _slopes(grads: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    if any(isinstance(grad, Tensor) for grad in grads):
        return _differentiated(grads, values, create_graph=True)
    tensors = [wrap(np.asarray(v)) for v in values[: len(_INPUTS)]]
    for tensor in tensors:
        tensor._requires_grad = True
    given = [None if grad is None else wrap(grad) for grad in grads]
    with inside_quiet(), silence():
        found = _differentiated(
            given, (*tensors, *values[len(_INPUTS) :]), create_graph=False
        )
    # Each in memory of its own, as a kernel leaves them.
    return [np.array(each._array) for each in found]


def _differentiated(
    grads: Sequence[Any], values: Sequence[Any], *, create_graph: bool
) -> list[Any]:
    """Run the layer step by step, and go back through its steps."""
    from ..autograd.passes import grad as differentiate
    from .recurrent_functions import lstm_layer

    with enable_grad():
        inputs = [do.alias(v) for v in values[: len(_INPUTS)]]
        outputs = lstm_layer(inputs, reverse=values[len(_INPUTS)])
    pairs = [
        (output, grad)
        for output, grad in zip(outputs, grads, strict=True)
        if grad is not None and needs_grad(output)
    ]
    wanted = [each for each in inputs if needs_grad(each)]
    found = differentiate(
        [output for output, _ in pairs],
        wanted,
        [grad for _, grad in pairs],
        create_graph=create_graph,
        allow_unused=True,
    )
    known = {id(each): slope for each, slope in zip(wanted, found, strict=True)}
    return [
        wrap(np.zeros_like(each._array)) if slope is None else slope
        for each, slope in ((each, known.get(id(each))) for each in inputs)
    ]


_LAYER = Op(
    "mkldnn_rnn_layer",
    _layer,
    outputs=("result0", "result1", "result2"),
    **{name: _Slope(i) for i, name in enumerate(_INPUTS)},  # type: ignore[arg-type]
)


def _run_and_forget(
    node: OpNode, grads: list[Any], asked: tuple[bool, ...] | None = None
) -> Sequence[Any]:
    try:
        return OpNode.run(node, grads, asked)
    finally:
        _shared.grads, _shared.found = None, ()


# A plain node's formulas run without it; mypy knows neither attribute.
setattr(_LAYER.node_type, "run", _run_and_forget)  # noqa: B010
setattr(_LAYER.node_type, "plain", False)  # noqa: B010
