"""What there is to see on live tensors and nodes of our own engine."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from .. import minitorch as engine
from ..minitorch.events import listener, observe
from ..minitorch.graph import AccumulateGrad, Node, SavedTensor
from ..minitorch.tensor import Tensor
from ..snapshot import (
    EdgeState,
    NodeState,
    OperandState,
    OperationState,
    SavedState,
    Snapshot,
    TensorState,
)
from . import values
from .registry import Registry

__all__ = ["Node", "Tensor", "engine", "observe"]
#: Where the package lies; Python's messages and tracebacks name its files.
_FOLDER = f"{Path(__file__).parents[2]}{os.sep}"
#: Containers are looked into at every statement: only so far.
MOST_ITEMS, MOST_DEPTH = 256, 20
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


def masked(text: str) -> str:
    """Return text without addresses and folders, which differ from run to run.

    >>> masked("<object at 0x7f00>")
    '<object at 0x...>'
    """
    return _ADDRESS.sub("0x...", text).replace(_FOLDER, "")


def is_tensor(value: object) -> TypeGuard[Tensor]:
    """True for the engine's tensors.

    >>> is_tensor(engine.ones(2)), is_tensor(2)
    (True, False)
    """
    return isinstance(value, Tensor)


def variable(node: Node) -> Tensor | None:
    """Return the leaf of an AccumulateGrad, None for other nodes.

    >>> variable((engine.ones(1, requires_grad=True) * 2).grad_fn) is None
    True
    """
    return node.variable if isinstance(node, AccumulateGrad) else None


def node_name(node: Node) -> str:
    """Return a node's name without PyTorch's namespace.

    >>> node_name((engine.ones(1, requires_grad=True) * 2).grad_fn)
    'MulBackward0'
    """
    return node.name().rpartition("::")[2]


def grad_fn(tensor: Tensor) -> Node | None:
    """Return the node behind a tensor, None also where reading it raises.

    >>> grad_fn(engine.ones(2)) is None
    True
    """
    return _grad_fn(tensor)[0]


def recorded_by(event: Any) -> Node | None:
    """Return the node that an operation left: for an edited view that of its base.

    >>> from ..minitorch.events import Operated
    >>> recorded_by(Operated("mul", (), (), None, "detach", False, False)) is None
    True
    """
    node: Node | None = event.node
    for output in event.outputs if event.inplace and node is not None else ():
        whole = None if output._base is None else grad_fn(output._base)
        if whole is not None and node_name(whole) == "CopySlices":
            return whole
    return node


def listen(observer: Callable[[Any], None] | None) -> None:
    """Let this thread's engine tell `observer`.

    >>> listen(None)
    """
    listener.observer = observer


def shown(value: object) -> str:
    """Return a value as the interactive prompt shows it.

    >>> shown("x")
    "'x'"
    """
    try:
        return masked(repr(value))
    except Exception as error:  # noqa: BLE001 - the program's own repr may do anything
        return f"<its repr raised {type(error).__name__}: {error}>"


def modes() -> tuple[bool, bool]:
    """Return whether grad mode is on, and whether inference mode is.

    >>> modes()
    (True, False)
    """
    return engine.is_grad_enabled(), engine.is_inference_mode_enabled()


def under(grad: bool | None = None, inference: bool | None = None) -> str:
    """Return a grad mode in words: that in force, or the one given.

    >>> under(), under(False, False)
    ('grad mode on', 'grad mode off')
    """
    if grad is None:
        grad, inference = modes()
    if inference:
        return "inference mode"
    return "grad mode on" if grad else "grad mode off"


def describe_tensor(
    tensor: Tensor, registry: Registry, old: TensorState | None = None
) -> TensorState:
    """Return what there is to see on `tensor`; its origin is taken from `old`.

    >>> describe_tensor(engine.ones(2), Registry()).shape
    (2,)
    """
    entity = registry.identify("t", tensor)
    node, invalid = _grad_fn(tensor)
    counter = tensor._counter
    grad = tensor._grad
    base = tensor._base
    return replace(
        old or TensorState(entity),
        shape=tuple(tensor._array.shape),
        dtype=str(tensor.dtype).removeprefix("torch."),
        requires_grad=tensor.requires_grad,
        is_leaf=not invalid and tensor.is_leaf,
        grad_fn=None if node is None else registry.identify("n", node),
        output_nr=tensor._output_nr,
        grad=None if grad is None else registry.identify("t", grad),
        retains_grad=tensor.retains_grad,
        version=None if counter is None else counter[0],
        storage=registry.identify("s", tensor._storage),
        view_of=None if base is None else registry.identify("t", base),
        is_inference=tensor.is_inference(),
        is_parameter=isinstance(tensor, engine.nn.Parameter),
        value=registry.value(values.describe(tensor._array)),
        invalid=invalid,
    )


def _grad_fn(tensor: Tensor) -> tuple[Node | None, bool]:
    """The node behind a tensor, and whether reading it raises (a forbidden view)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tensor.grad_fn, False
    except RuntimeError:
        return None, True


def value_of(tensor: Any, registry: Registry) -> int | None:
    """Return the value index of a tensor or array, None for None.

    >>> value_of(None, Registry()) is None
    True
    """
    if tensor is None:
        return None
    array = tensor._array if isinstance(tensor, Tensor) else np.asarray(tensor)
    return registry.value(values.describe(array))


def describe_node(
    node: Node, registry: Registry, old: NodeState | None = None
) -> NodeState:
    """Return what there is to see on `node`; what it no longer knows comes from `old`.

    >>> x = engine.ones(2, requires_grad=True)
    >>> describe_node((x * x).grad_fn, Registry()).name
    'MulBackward0'
    """
    entity = registry.identify("n", node)
    before = {} if old is None else {saved.field: saved for saved in old.saved}
    saved = tuple(
        _describe_saved(field, kept, node, registry, before.get(field))
        for field, kept in _saved_fields(node)
    )
    leaf = variable(node)
    return NodeState(
        entity,
        node_name(node),
        tuple(
            EdgeState(None if n is None else registry.identify("n", n), number)
            for n, number in node.next_functions
        ),
        saved,
        _count_hooks(node),
        any(each.freed for each in saved),
        None if leaf is None else registry.identify("t", leaf),
    )


def _saved_fields(node: Node) -> Iterator[tuple[str, Any]]:
    for field, kept in node.saved.items():
        if isinstance(kept, list):
            yield from ((f"{field}[{i}]", each) for i, each in enumerate(kept))
        else:
            yield field, kept


def _describe_saved(
    field: str, kept: Any, node: Node, registry: Registry, old: SavedState | None
) -> SavedState:
    if not isinstance(kept, SavedTensor):
        return SavedState(field, text=operand_text(kept))
    now = kept.current_version
    if old is not None:
        nbytes, tensor = 0 if kept.freed else kept.nbytes, old.tensor
        found = kept.peek()
        if tensor is None and found is not None:  # a result is made after its node
            tensor = _saved_id(kept, found, node, registry)
        return replace(old, tensor=tensor, now=now, freed=kept.freed, nbytes=nbytes)
    if kept.number is not None:
        return SavedState(field, text=operand_text(kept.number), freed=kept.freed)
    found = kept.peek()
    if found is None:
        return SavedState(field, freed=True, version=kept.version, now=now)
    return SavedState(
        field,
        _saved_id(kept, found, node, registry),
        version=kept.version,
        now=now,
        nbytes=kept.nbytes,
        storage=registry.identify("s", found._storage),
        # What it held when it was saved is known only while nobody has written to it.
        value=value_of(found, registry) if now == kept.version else None,
    )


def _saved_id(
    kept: SavedTensor, found: Tensor, node: Node, registry: Registry
) -> str | None:
    """The id of a saved tensor; a saved result is kept as its array only."""
    if kept.output_nr is None:
        return registry.identify("t", found)
    for tensor in registry.all_live("t"):
        if tensor._array is found._array and tensor._grad_fn is node:
            return registry.known("t", tensor)
    return None


def _count_hooks(node: Node) -> int:
    count = len(node.pre_hooks or {}) + len(node.post_hooks or {})
    count += sum(len(hooks) for hooks in (node.tensor_hooks or {}).values())
    if isinstance(node, AccumulateGrad):
        leaf = node.variable
        count += len(leaf._hooks or {}) + len(leaf._post_accumulate or {})
    return count


def operand_text(value: object) -> str:
    """Return a plain value as it is written on a card.

    >>> operand_text(2.0), operand_text((1, 2))
    ('2.0', '(1, 2)')
    """
    try:
        text = masked(repr(value))
    except Exception as error:  # noqa: BLE001 - the program's own repr may do anything
        text = f"<{type(value).__name__}: its repr raised {type(error).__name__}>"
    return text if len(text) <= 60 else text[:57] + "..."


def operation_name(name: str) -> str:
    """Return the operation that a node's name tells of.

    >>> operation_name("AsStridedBackward0")
    'as_strided'
    """
    plain = re.sub(r"Backward\d*$", "", name)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower()


def inner_tensors(value: object) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors inside a container, module or object, with how to reach each.

    Runs no code of the program's: a class of its own may do anything when asked.

    >>> [way for way, _ in inner_tensors([engine.ones(1)])]
    ['[0]']
    """
    if isinstance(value, engine.nn.Module):
        yield from _module_tensors(value)
        return
    for way, item in islice(_items(value), MOST_ITEMS):
        if isinstance(item, Tensor):
            yield way, item


def _items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, list):
        yield from ((f"[{i}]", item) for i, item in enumerate(list.__iter__(value)))
    elif isinstance(value, tuple):
        yield from ((f"[{i}]", item) for i, item in enumerate(tuple.__iter__(value)))
    elif isinstance(value, dict):
        for key, item in list(dict.items(value)):
            if type(key) in (int, str):
                yield f"[{key!r}]", item
    elif type(value).__module__ == "__main__":
        yield from ((f".{n}", item) for n, item in _own(value).items())


def _own(value: object) -> dict[str, Any]:
    """An object's own attributes."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return dict(found) if isinstance(found, dict) else {}


def _module_tensors(module: object, way: str = "") -> Iterator[tuple[str, Tensor]]:
    """The parameters and buffers of a module; a sub-module's number is an index."""
    own = _own(module)
    for kind in ("_parameters", "_buffers"):
        for name, tensor in own.get(kind, {}).items():
            if isinstance(tensor, Tensor):
                yield f"{way}.{name}", tensor
    for name, inner in own.get("_modules", {}).items():
        if inner is not None and way.count(".") < MOST_DEPTH:
            step = f"[{name}]" if name.isdecimal() else f".{name}"
            yield from _module_tensors(inner, way + step)


class Walk:
    """Describes everything that can be reached from some tensors.

    >>> walk = Walk(Registry())
    >>> walk.include(engine.ones(2))
    >>> list(walk.tensors)
    ['t0']
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.tensors: dict[str, TensorState] = {}
        self.nodes: dict[str, NodeState] = {}

    def include(self, thing: Any) -> None:
        """Describe a tensor, and all that it leads to."""
        self.registry.identify("t", thing)
        for found in self.registry.take_fresh():
            if isinstance(found, Tensor):
                tensor = describe_tensor(found, self.registry)
                self.tensors[tensor.id] = tensor
            else:
                node = describe_node(found, self.registry)
                self.nodes[node.id] = node


def operation_of(
    node: NodeState,
    entity: str,
    tensors: dict[str, TensorState],
    nodes: dict[str, NodeState],
) -> OperationState:
    """Return the operation behind a node that nobody saw run, told by its edges.

    >>> operation_of(NodeState("n0", "MulBackward0"), "o0", {}, {}).name
    'mul'
    """
    made = {(t.grad_fn, t.output_nr): t.id for t in tensors.values() if t.grad_fn}
    inputs = []
    for edge in node.edges:
        if edge.node is None:
            continue
        source = nodes.get(edge.node)
        tensor = source.variable if source else None
        tensor = tensor or made.get((edge.node, edge.input_nr))
        inputs.append(OperandState("", tensor, node=None if tensor else edge.node))
    outputs = tuple(entity for (maker, _), entity in made.items() if maker == node.id)
    return OperationState(
        entity, operation_name(node.name), tuple(inputs), outputs, node.id
    )


def snapshot(**tensors: Any) -> Snapshot:
    """Return what there is to see from live tensors: them, their nodes, what is saved.

    Raises:
        TypeError: if an argument is neither a tensor nor holds any.

    >>> x = engine.ones(2, requires_grad=True)
    >>> [o.name for o in snapshot(y=x * x).operations.values()]
    ['mul']
    """
    registry = Registry()
    walk = Walk(registry)
    names: dict[str, list[str]] = {}
    with observe(None):
        for name, value in tensors.items():
            for found, tensor in _named(name, value):
                walk.include(tensor)
                names.setdefault(registry.identify("t", tensor), []).append(found)
    for entity, given in names.items():
        walk.tensors[entity] = replace(walk.tensors[entity], names=tuple(given))
    for tensor_state in list(walk.tensors.values()):
        _name_grad(tensor_state, walk.tensors)
    operations = [
        operation_of(node, registry.number("o"), walk.tensors, walk.nodes)
        for node in walk.nodes.values()
        if node.variable is None
    ]
    by_node = {o.node: o for o in operations}
    for entity, state in walk.tensors.items():
        maker = by_node.get(state.grad_fn) if state.grad_fn else None
        if maker is not None:
            walk.tensors[entity] = replace(state, made_by=maker.id)
    grad, inference = modes()
    return Snapshot(
        walk.tensors,
        walk.nodes,
        {o.id: o for o in operations},
        registry.values(),
        grad,
        inference,
    )


def _named(name: str, value: Any) -> Iterator[tuple[str, Tensor]]:
    if isinstance(value, Tensor):
        yield name, value
        return
    found = False
    for way, tensor in inner_tensors(value):
        found = True
        yield name + way, tensor
    if not found:
        raise TypeError(
            f"snapshot() takes tensors, modules or lists of them, got {name}="
            f"{type(value).__name__}"
        )


def _name_grad(state: TensorState, tensors: dict[str, TensorState]) -> None:
    if state.grad is not None and state.grad in tensors:
        grad = tensors[state.grad]
        given = tuple(f"{name}.grad" for name in state.names)
        tensors[state.grad] = replace(grad, names=grad.names + given)
