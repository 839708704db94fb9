"""What there is to see on nodes of our own engine."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from ..minitorch.borrowed import Memory
from ..minitorch.dtypes import device as Device
from ..minitorch.graph import AccumulateGrad, Node
from ..minitorch.saved import SavedTensor
from ..minitorch.storage import Geometry, address, owner
from ..minitorch.tensor import Tensor
from ..snapshot import EdgeState, NodeState, SavedState
from .numbers import value_of
from .registry import Registry
from .text import operand_text


def variable(node: Node) -> Tensor | None:
    """Return the leaf of an AccumulateGrad, None for other nodes.

    >>> from minitorch_viz import minitorch as torch
    >>> variable((torch.ones(1, requires_grad=True) * 2).grad_fn) is None
    True
    """
    return node.variable if isinstance(node, AccumulateGrad) else None


def node_name(node: Node) -> str:
    """Return a node's name without PyTorch's namespace.

    >>> from minitorch_viz import minitorch as torch
    >>> node_name((torch.ones(1, requires_grad=True) * 2).grad_fn)
    'MulBackward0'
    """
    return node.name().rpartition("::")[2]


def edges(node: Node) -> Iterable[tuple[Node | None, int]]:
    """Return where a node sends gradients: nodes (or None) and their inputs.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1, requires_grad=True)
    >>> [None if node is None else node.name() for node, _ in edges(x.exp().grad_fn)]
    ['torch::autograd::AccumulateGrad']
    """
    return node.next_functions


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


def storage(tensor: Tensor) -> Any:
    """Return the buffer behind a tensor, also that of an array from NumPy.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2)
    >>> storage(torch.from_numpy(x.view(2, 1).numpy())) is storage(x)
    True
    """
    found = tensor._storage
    while isinstance(found.base, Memory):
        under = owner(found.base.array)
        if address(under) != address(found):
            break
        found = under
    return found


def saved_counters(node: Node, field: str) -> Iterable[Hashable]:
    """Return the version counters of what a node has saved in a field.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> list(saved_counters((x * x).grad_fn, "self")) == [Counter(x._counter)]
    True
    """
    for name, each in _saved_fields(node):
        if name == field and isinstance(each, SavedTensor) and each._counter:
            yield Counter(each._counter)


def describe_node(
    node: Node, registry: Registry, old: NodeState | None = None
) -> NodeState:
    """Return what there is to see on `node`; what it no longer knows comes from `old`.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
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
        elif not isinstance(kept, (Geometry, Device)):  # which no `_saved_...` shows
            yield field, kept


def _describe_saved(
    field: str, kept: Any, node: Node, registry: Registry, old: SavedState | None
) -> SavedState:
    if not isinstance(kept, SavedTensor):
        return SavedState(field, text=operand_text(kept))
    if kept.is_packed:
        return SavedState(field, text="packed by a hook", freed=kept.freed)
    now = kept.current_version
    if old is not None:
        if old.freed:
            return old
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
        storage=registry.identify("s", storage(found)),
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
