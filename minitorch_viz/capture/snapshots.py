"""A snapshot of live tensors, whichever engine they belong to."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from ..collector import waiting
from ..snapshot import NodeState, Snapshot, TensorState
from . import minitorch
from .adapter import Adapter
from .registry import Registry
from .text import class_name, in_a_line
from .walk import take


def adapters() -> list[Adapter]:
    """Return the engines whose tensors there may be: PyTorch only once it is loaded.

    >>> adapters()[0].NAME
    'minitorch'
    """
    found: list[Adapter] = [minitorch]
    # Our engine may go by the name of `torch`; it has no `torch._C`.
    if "torch._C" in sys.modules:
        from . import pytorch

        found.append(pytorch)
    return found


def snapshot(**tensors: Any) -> Snapshot:
    """Return what there is to see from live tensors: them, their nodes, what is saved.

    Raises:
        TypeError: if an argument is neither a tensor nor holds any.

    >>> x = minitorch.engine.ones(2, requires_grad=True)
    >>> [o.name for o in snapshot(y=x * x).operations.values()]
    ['mul']
    """
    engines = adapters()
    named = [pair for name, value in tensors.items() for pair in _named(name, value)]
    used = [e for e in engines if any(e.is_tensor(t) for _, t in named)] or engines[:1]
    grad, inference = used[-1].modes()
    with waiting(), ExitStack() as stack:
        for engine in used:
            stack.enter_context(engine.looking())

        def describe(thing: Any, registry: Registry) -> TensorState | NodeState:
            for engine in used:
                if engine.is_tensor(thing):
                    return engine.describe_tensor(thing, registry)
                if engine.is_node(thing):
                    return engine.describe_node(thing, registry)
            raise AssertionError(thing)

        taken = take(named, describe)
    return replace(taken, grad_enabled=grad, inference_mode=inference)


def tensors_in(value: object) -> Iterator[tuple[str, Any]]:
    """Yield a tensor, or those inside a container, with the way to each.

    >>> [way for way, _ in tensors_in({"x": minitorch.engine.ones(1)})]
    ["['x']"]
    """
    for engine in adapters():
        if engine.is_tensor(value):
            yield "", value
        else:
            yield from engine.inner_tensors(value)


def _named(name: str, value: Any) -> list[tuple[str, Any]]:
    found = [(name + way, tensor) for way, tensor in tensors_in(value)]
    if not found:
        raise in_a_line(
            TypeError(
                f"snapshot() takes tensors, modules or lists of them, got {name}="
                f"{class_name(value)}"
            )
        )
    return found
