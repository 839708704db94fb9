"""What there is to see on PyTorch's backward nodes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

from torch import Tensor

from ...snapshot import EdgeState, NodeState, SavedState
from ..registry import Registry
from .nodes import Handle
from .numbers import value_of
from .places import nbytes_of
from .saved import Kept
from .tensors import counter, storage


def variable(node: Handle) -> Tensor | None:
    """Return the leaf of an AccumulateGrad, None for other nodes.

    >>> import torch
    >>> from .tensors import grad_fn
    >>> variable(grad_fn(torch.ones(1, requires_grad=True) * 2)) is None
    True
    """
    return node.variable


def edges(node: Handle) -> Iterable[tuple[Handle | None, int]]:
    """Return where a node sends gradients: nodes (or None) and their inputs.

    >>> import torch
    >>> from .tensors import grad_fn
    >>> [number for _, number in edges(grad_fn(torch.ones(1, requires_grad=True) * 2))]
    [0, 0]
    """
    return node.edges


def saved_counters(node: Handle, field: str) -> Iterable[Hashable]:
    """Return the version counters of what a node has saved in a field.

    >>> import torch
    >>> from .tensors import grad_fn
    >>> x = torch.ones(2, requires_grad=True)
    >>> list(saved_counters(grad_fn(x * x), "self")) == [counter(x)]
    True
    """
    for kept in node.kept:
        memory = kept.memory
        if kept.field == field and memory is not None:
            found = counter(memory)
            if found is not None:
                yield found


def describe_node(
    node: Handle, registry: Registry, old: NodeState | None = None
) -> NodeState:
    """Return what there is to see on `node`; what it no longer knows comes from `old`.

    >>> import torch
    >>> from .tensors import grad_fn
    >>> x = torch.ones(2, requires_grad=True)
    >>> describe_node(grad_fn(x * x), Registry()).name
    'MulBackward0'
    """
    entity = registry.identify("n", node)
    before = {} if old is None else {saved.field: saved for saved in old.saved}
    saved = tuple(
        _describe_kept(kept, registry, before.get(kept.field)) for kept in node.kept
    )
    leaf = node.variable
    return NodeState(
        entity,
        node.name,
        tuple(
            EdgeState(None if n is None else registry.identify("n", n), number)
            for n, number in node.edges
        ),
        saved,
        _count_hooks(node),
        node.released,
        None if leaf is None else registry.identify("t", leaf),
    )


def _describe_kept(
    kept: Kept, registry: Registry, old: SavedState | None
) -> SavedState:
    if kept.text or kept.version is None:
        return SavedState(kept.field, text=kept.text, freed=kept.freed)
    if old is not None and old.freed:
        return old
    tensor, memory, now = kept.tensor, kept.memory, kept.now
    entity = None
    if tensor is not None:
        # A result gets its id as what the operation made, not as what was saved.
        find = registry.known if kept.is_result else registry.identify
        entity = find("t", tensor)
    if old is not None:
        nbytes = 0 if kept.freed else old.nbytes
        entity = old.tensor or entity
        return replace(old, tensor=entity, now=now, freed=kept.freed, nbytes=nbytes)
    if memory is None:
        return SavedState(kept.field, freed=kept.freed, version=kept.version, now=now)
    return SavedState(
        kept.field,
        entity,
        version=kept.version,
        now=now,
        freed=kept.freed,
        nbytes=nbytes_of(memory),
        storage=registry.identify("s", storage(memory)),
        # What it held when it was saved is known only while nobody has written to it.
        value=value_of(memory, registry) if now == kept.version else None,
    )


def _count_hooks(node: Handle) -> int:
    return node.hooks + sum(map(len, node.tensor_hooks()))
