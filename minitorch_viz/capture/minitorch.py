"""What there is to see on live tensors and nodes of our own engine."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, TypeGuard

import numpy as np

from .. import minitorch as engine
from ..minitorch import flags
from ..minitorch.dtypes import from_numpy
from ..minitorch.events import observe
from ..minitorch.graph import AccumulateGrad, Node
from ..minitorch.nn.parameter import Parameter
from ..minitorch.saved import SavedTensor
from ..minitorch.storage import Geometry
from ..minitorch.tensor import Tensor, needs_grad
from ..minitorch.thread import thread
from ..snapshot import (
    EdgeState,
    NodeState,
    SavedState,
    TensorState,
)
from . import values
from .containers import inside
from .fresh import fresh
from .registry import Registry
from .text import operand_text

#: Arrays from this size on are read again only when something may have written.
LARGE = 4096
NAME = "minitorch"
__all__ = [
    "NAME",
    "Node",
    "Tensor",
    "counter",
    "describe_node",
    "describe_tensor",
    "edges",
    "engine",
    "fresh",
    "grad",
    "grad_fn",
    "hooked_nodes",
    "inner_tensors",
    "is_node",
    "is_tensor",
    "listen",
    "looking",
    "modes",
    "node_name",
    "observe",
    "output_nr",
    "quiet",
    "recorded_by",
    "remembering",
    "saved_counters",
    "settle",
    "storage",
    "value_of",
    "variable",
]


def is_tensor(value: object) -> TypeGuard[Tensor]:
    """True for the engine's tensors.

    >>> is_tensor(engine.ones(2)), is_tensor(2)
    (True, False)
    """
    # Not `isinstance`: that asks the object, whose answer may be any code.
    return issubclass(type(value), Tensor)


def is_node(value: object) -> TypeGuard[Node]:
    """True for the engine's backward nodes.

    >>> is_node(grad_fn(engine.ones(2, requires_grad=True) * 2))
    True
    """
    return issubclass(type(value), Node)


def variable(node: Node) -> Tensor | None:
    """Return the leaf of an AccumulateGrad, None for other nodes.

    >>> variable((engine.ones(1, requires_grad=True) * 2).grad_fn) is None
    True
    """
    return node.variable if isinstance(node, AccumulateGrad) else None


def inner_tensors(value: object) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors inside a container, module or object, with how to reach each.

    >>> [way for way, _ in inner_tensors([engine.ones(1)])]
    ['[0]']
    """
    return inside(value, Tensor, engine.nn.Module)


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
    thread.now.observer = observer


def modes() -> tuple[bool, bool]:
    """Return whether grad mode is on, and whether inference mode is.

    >>> modes()
    (True, False)
    """
    return thread.now.grad, thread.now.inference


def quiet() -> AbstractContextManager[None]:
    """Let nobody take notice of what is looked at in the block.

    >>> with quiet():
    ...     engine.ones(1)
    tensor([1.])
    """
    return observe(None)


def remembering() -> AbstractContextManager[None]:
    """Nothing to do: nodes can be looked at whenever they are alive.

    >>> with remembering():
    ...     pass
    """
    return nullcontext()


def looking() -> AbstractContextManager[None]:
    """Let a snapshot be taken in the block, which leaves nothing behind.

    >>> with looking():
    ...     pass
    """
    return quiet()


def settle() -> None:
    """Nothing waits: the engine tells everything as it happens.

    >>> settle()
    """


def grad(tensor: Tensor) -> Tensor | None:
    """Return a tensor's `.grad`, without a warning.

    >>> grad(engine.ones(2)) is None
    True
    """
    return tensor._grad


def storage(tensor: Tensor) -> Any:
    """Return the buffer behind a tensor.

    >>> x = engine.ones(2)
    >>> storage(x.view(2, 1)) is storage(x)
    True
    """
    return tensor._storage


class Counter:
    """A version counter: equal to itself only, and keeps no tensor alive.

    >>> Counter([0]) == Counter([0])
    False
    """

    def __init__(self, cell: list[int]) -> None:
        self._cell = cell

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counter) and self._cell is other._cell

    def __hash__(self) -> int:
        return id(self._cell)


def counter(tensor: Tensor) -> Hashable | None:
    """Return what stands for a tensor's version counter, None if it has none.

    >>> x = engine.ones(2)
    >>> counter(x) == counter(x.detach()), counter(x) == counter(x.data)
    (True, False)
    """
    return None if tensor._counter is None else Counter(tensor._counter)


def saved_counters(node: Node, field: str) -> Iterable[Hashable]:
    """Return the version counters of what a node has saved in a field.

    >>> x = engine.ones(2, requires_grad=True)
    >>> list(saved_counters((x * x).grad_fn, "self")) == [counter(x)]
    True
    """
    kept = node.saved.get(field)
    for each in kept if isinstance(kept, list) else [kept]:
        if isinstance(each, SavedTensor) and each._counter is not None:
            yield Counter(each._counter)


def output_nr(tensor: Tensor) -> int:
    """Return which output of its node a tensor is.

    >>> output_nr(engine.ones(2).unbind()[1])
    0
    """
    return tensor._output_nr


def hooked_nodes(tensor: Tensor) -> Iterable[Node]:
    """Return the nodes that hold this tensor's hooks.

    >>> x = engine.ones(2, requires_grad=True)
    >>> [node.name() for node in hooked_nodes(x * 2)]
    ['MulBackward0']
    """
    sink = None if tensor._accumulator is None else tensor._accumulator()
    return [node for node in (tensor._grad_fn, sink) if node is not None]


def edges(node: Node) -> Iterable[tuple[Node | None, int]]:
    """Return where a node sends gradients: nodes (or None) and their inputs.

    >>> x = engine.ones(1, requires_grad=True)
    >>> [None if node is None else node.name() for node, _ in edges(x.exp().grad_fn)]
    ['torch::autograd::AccumulateGrad']
    """
    return node.next_functions


def describe_tensor(
    tensor: Tensor,
    registry: Registry,
    old: TensorState | None = None,
    quick: bool = False,
) -> TensorState:
    """Return what there is to see on `tensor`; its origin is taken from `old`.

    `quick` returns `old` while nothing on the tensor has changed; of a large array
    only the version counts.

    >>> describe_tensor(engine.ones(2), Registry()).shape
    (2,)
    """
    # Asks no property: a class of the program's, or a patch, may answer anything.
    entity = registry.identify("t", tensor)
    look = _look(tensor)
    if quick and old is not None and registry.seen.get(entity) == look:
        return old
    registry.seen[entity] = look
    node, invalid = _grad_fn(tensor)
    counter, grad, base = tensor._counter, tensor._grad, tensor._base
    storage = registry.identify("s", tensor._storage)
    version = None if counter is None else counter[0]
    same = quick and tensor._array.size > LARGE
    if same and old is not None and (old.storage, old.version) == (storage, version):
        value = old.value
    else:
        value = value_of(tensor, registry)
    return replace(
        old or TensorState(entity),
        shape=tuple(tensor._array.shape),
        dtype=str(from_numpy(tensor._array.dtype)).removeprefix("torch."),
        requires_grad=needs_grad(tensor),
        is_leaf=not invalid and node is None,
        grad_fn=None if node is None else registry.identify("n", node),
        output_nr=tensor._output_nr,
        grad=None if grad is None else registry.identify("t", grad),
        retains_grad=tensor._retains,
        version=version,
        storage=storage,
        view_of=None if base is None else registry.identify("t", base),
        is_inference=tensor._inference,
        is_parameter=issubclass(type(tensor), Parameter),
        value=value,
        invalid=invalid,
    )


def _look(tensor: Tensor) -> tuple[object, ...]:
    """Return what tells cheaply whether anything on a tensor has changed."""
    array, counter = tensor._array, tensor._counter
    return (
        type(tensor), id(tensor._storage), id(tensor._grad_fn), id(tensor._grad),
        id(tensor._base), tensor._output_nr, needs_grad(tensor), tensor._retains,
        tensor._inference, None if counter is None else (id(counter), counter[0]),
        array.dtype, array.shape, array.size > LARGE or array.tobytes(),
    )  # fmt: skip


def _grad_fn(tensor: Tensor) -> tuple[Node | None, bool]:
    """The node behind a tensor, and whether reading it raises (a forbidden view)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return flags.grad_fn(tensor), False
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
    if array.size > values.MOST_NUMBERS:
        return registry.value(values.describe(array))
    held = array.dtype.str, array.shape, array.tobytes()
    if held not in registry.read:
        registry.read[held] = registry.value(values.describe(array))
    return registry.read[held]


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
        elif not isinstance(kept, Geometry):  # which no `_saved_...` shows
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
        if tensor._array is found._array and tensor._grad_fn in (node, None):
            return registry.known("t", tensor)
    return None


def _count_hooks(node: Node) -> int:
    count = len(node.pre_hooks or {}) + len(node.post_hooks or {})
    count += sum(len(hooks) for hooks in (node.tensor_hooks or {}).values())
    if isinstance(node, AccumulateGrad):
        leaf = node.variable
        count += len(leaf._hooks or {}) + len(leaf._post_accumulate or {})
    return count
