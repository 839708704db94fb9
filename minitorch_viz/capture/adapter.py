"""What a trace asks of an engine; one module for each engine answers it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any, Protocol

from ..snapshot import NodeState, TensorState
from .containers import nameless
from .registry import Registry


class Adapter(Protocol):
    """An engine as the tracer sees it; modules are adapters.

    Nodes are whatever the adapter hands out for them: weakly referable, the same
    object for the same node, and gone when the node is.

    >>> from . import minitorch
    >>> adapter: Adapter = minitorch
    >>> adapter.NAME
    'minitorch'
    """

    #: What traces call the engine.
    NAME: str
    #: How warnings begin that are to be told once, though the engine repeats them.
    ONCE: tuple[str, ...]
    #: What a program calls `torch`.
    engine: ModuleType

    def fresh(self) -> AbstractContextManager[None]:
        """Give the block an engine and a process as new; undo what it does to them."""

    def observe(
        self, observer: Callable[[Any], None]
    ) -> AbstractContextManager[object]:
        """Tell `observer` all that happens in the block."""

    def quiet(self) -> AbstractContextManager[object]:
        """Let nobody take notice of what is looked at in the block."""

    def remembering(self) -> AbstractContextManager[object]:
        """Know in the whole block what was seen of nodes."""

    def looking(self) -> AbstractContextManager[object]:
        """Let a snapshot be taken in the block, which leaves nothing behind."""

    def listen(self, observer: Callable[[Any], None] | None) -> None:
        """Let this thread's engine tell `observer` from now on."""

    def let_go(self, error: BaseException) -> None:
        """Let go of what nobody but us, or our engine, holds when it raises."""

    def untold(self) -> tuple[str, ...]:
        """Say in words for the player what the engine hasn't told in this thread."""

    def settle(self) -> None:
        """Tell what has happened but wasn't told yet: the program has gone on."""

    def is_tensor(self, value: object) -> bool:
        """True for the engine's tensors."""

    def inner_tensors(
        self, value: object, called: Callable[[Any], str | None] = nameless
    ) -> Iterable[tuple[str, Any]]:
        """Yield the tensors inside a container, module, optimizer or object."""

    def inner_modules(self, value: object) -> Iterable[tuple[str, Any]]:
        """Yield the modules, optimizers and loaders that a value is or has in it."""

    def is_training(self, module: Any) -> bool:
        """Say whether a module is in training mode."""

    def is_node(self, value: object) -> bool:
        """True for what the adapter hands out for the engine's nodes."""

    def modes(self) -> tuple[bool, bool]:
        """Return whether grad mode is on, and whether inference mode is."""

    def grad(self, tensor: Any) -> Any:
        """Return a tensor's `.grad`, without a warning."""

    def storage(self, tensor: Any) -> Any:
        """Return the buffer behind a tensor."""

    def counter(self, tensor: Any) -> Hashable | None:
        """Return what stands for a tensor's version counter, None if it has none."""

    def grad_fn(self, tensor: Any) -> Any:
        """Return the node behind a tensor, None also where reading it raises."""

    def output_nr(self, tensor: Any) -> int:
        """Return which output of its node a tensor is."""

    def hooked_nodes(self, tensor: Any) -> Iterable[Any]:
        """Return the nodes that hold this tensor's hooks."""

    def variable(self, node: Any) -> Any:
        """Return the leaf of an AccumulateGrad, None for other nodes."""

    def edges(self, node: Any) -> Iterable[tuple[Any, int]]:
        """Return where a node sends gradients: nodes (or None) and their inputs."""

    def saved_counters(self, node: Any, field: str) -> Iterable[Hashable]:
        """Return the version counters of what a node has saved in a field."""

    def recorded_by(self, event: Any) -> Any:
        """Return the node that an operation left, None for a ghost."""

    def value_of(self, tensor: Any, registry: Registry) -> int | None:
        """Return the value index of a tensor, None for None."""

    def describe_tensor(
        self,
        tensor: Any,
        registry: Registry,
        old: TensorState | None = None,
        quick: bool = False,
    ) -> TensorState:
        """Return what there is to see on a tensor."""

    def looks(self, tensors: Sequence[Any]) -> list[object]:
        """Return for each what differs if anything changed that no event tells of."""

    def describe_node(
        self, node: Any, registry: Registry, old: NodeState | None = None
    ) -> NodeState:
        """Return what there is to see on a node."""


def under(modes: tuple[bool, bool]) -> str:
    """Return a grad mode in words: whether it is on, and whether inference mode is.

    >>> under((True, False)), under((False, False)), under((True, True))
    ('grad mode on', 'grad mode off', 'inference mode')
    """
    grad, inference = modes
    if inference:
        return "inference mode"
    return "grad mode on" if grad else "grad mode off"
