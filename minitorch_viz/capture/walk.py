"""From live tensors through the graph behind them: a snapshot without a trace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..snapshot import (
    NodeState,
    OperandState,
    OperationState,
    Snapshot,
    TensorState,
)
from .registry import Registry

Describe = Callable[[Any, Registry], TensorState | NodeState]


def operation_name(name: str) -> str:
    """Return the operation that a node's name tells of.

    >>> operation_name("AsStridedBackward0")
    'as_strided'
    """
    plain = re.sub(r"Backward\d*$", "", name)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower()


def operation_of(
    node: NodeState,
    entity: str,
    leaf: Callable[[str], str | None],
    made: Callable[[str], dict[int, str]],
) -> OperationState:
    """Return the operation behind a node that nobody saw run, told by its edges.

    `leaf` says for a node which leaf it adds to, `made` which tensors are its outputs.

    >>> node = NodeState("n0", "MulBackward0")
    >>> operation_of(node, "o0", lambda node: None, lambda node: {0: "t0"}).outputs
    ('t0',)
    """
    inputs = []
    for edge in node.edges:
        if edge.node is None:
            continue
        tensor = leaf(edge.node) or made(edge.node).get(edge.input_nr)
        inputs.append(OperandState("", tensor, node=None if tensor else edge.node))
    outputs = tuple(made(node.id).values())
    return OperationState(
        entity, operation_name(node.name), tuple(inputs), outputs, node.id
    )


def take(named: Iterable[tuple[str, Any]], describe: Describe) -> Snapshot:
    """Return a snapshot of named tensors and of all that they lead to.

    >>> take([], lambda thing, registry: TensorState("t0")).tensors
    {}
    """
    registry = Registry()
    tensors: dict[str, TensorState] = {}
    nodes: dict[str, NodeState] = {}
    names: dict[str, list[str]] = {}
    for name, tensor in named:
        names.setdefault(registry.identify("t", tensor), []).append(name)
        for found in registry.take_fresh():
            state = describe(found, registry)
            if isinstance(state, TensorState):
                tensors[state.id] = state
            else:
                nodes[state.id] = state
    _give_names(names, tensors)
    operations = _operations(tensors, nodes, registry)
    return Snapshot(tensors, nodes, operations, values=registry.values())


def _give_names(names: dict[str, list[str]], tensors: dict[str, TensorState]) -> None:
    for entity, given in list(names.items()):
        grad = tensors[entity].grad
        if grad is not None:
            names.setdefault(grad, []).extend(f"{name}.grad" for name in given)
    for entity, given in names.items():
        tensors[entity] = replace(tensors[entity], names=tuple(given))


def _operations(
    tensors: dict[str, TensorState], nodes: dict[str, NodeState], registry: Registry
) -> dict[str, OperationState]:
    made: dict[str, dict[int, str]] = {}
    for tensor in tensors.values():
        if tensor.grad_fn is not None:
            made.setdefault(tensor.grad_fn, {})[tensor.output_nr] = tensor.id
    found = [
        operation_of(
            node,
            registry.number("o"),
            lambda node: nodes[node].variable if node in nodes else None,
            lambda node: made.get(node, {}),
        )
        for node in nodes.values()
        if node.variable is None
    ]
    for operation in found:
        for output in operation.outputs:
            tensors[output] = replace(tensors[output], made_by=operation.id)
    return {operation.id: operation for operation in found}
