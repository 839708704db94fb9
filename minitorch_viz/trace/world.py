"""What is alive in a running program, as records; what changed since the last stop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..capture import minitorch
from ..capture.adapter import Adapter
from ..capture.registry import Registry
from ..capture.walk import operation_of
from ..snapshot import EntityState, NodeState, OperationState, Site, TensorState
from .calls import Calls


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a tensor comes from: the operation, the place, the mode.

    >>> Origin(expression="x * 2").made_by is None
    True
    """

    made_by: str | None = None
    site: Site | None = None
    expression: str = ""
    made_under: str = "grad mode on"


class World:
    """Keeps every live object's state and notes what differs from the last stop.

    Describing an object costs what it shows; only what was touched is described.

    >>> world = World()
    >>> world.tensor(minitorch.engine.ones(2))
    't0'
    """

    def __init__(self, capture: Adapter = minitorch) -> None:
        self.capture = capture
        self.registry = Registry()
        self.states: dict[str, EntityState] = {}
        #: id -> the state before; None for what is new since the last stop.
        self.pending: dict[str, EntityState | None] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        #: Tensors with another `.grad` than at the last look at names.
        self.regraded: dict[str, None] = {}
        #: True if something may have changed that nobody told of: look at everything.
        self.unsure = False
        self.origin = Origin()
        self._on_storage: dict[str, dict[str, None]] = {}
        self._outputs: dict[str, dict[str, None]] = {}
        self._recorded: set[str] = set()
        #: Nodes without an event, whose operations are still to be added.
        self._unseen: list[NodeState] = []
        #: node -> the operation behind it that nobody saw run
        self._behind: dict[str, str] = {}
        #: Nodes that were met before their operation was told -> what stands for it.
        self._met: dict[str, str] = {}
        self._hooked: dict[str, None] = {}
        self.calls = Calls(capture, self.registry, self._note)

    # -- touching ----------------------------------------------------------------------
    def tensor(self, tensor: Any, again: bool = True, quick: bool = False) -> str:
        """Describe a tensor (a known one only with `again`) and return its id."""
        known = self.registry.known("t", tensor)
        entity = known or self.registry.identify("t", tensor)
        if known is not None and again:
            self._describe_tensor(tensor, quick)
        self._describe_fresh()
        return entity

    def node(self, node: Any, recorded: bool = False) -> str:
        """Describe a node and return its id; `recorded` when its operation is known."""
        known = self.registry.known("n", node)
        entity = known or self.registry.identify("n", node)
        if recorded:
            self._recorded.add(entity)
        if known is not None:
            self._describe_node(node)
        self._describe_fresh()
        return entity

    def touch(self, entities: Iterable[str]) -> None:
        """Describe live objects again by their ids."""
        for entity in entities:
            thing = self.registry.live(entity)
            if thing is not None:
                if entity[0] == "t":
                    self._describe_tensor(thing)
                else:
                    self._describe_node(thing)
        self._describe_fresh()

    def touch_storage(self, tensor: Any) -> None:
        """Describe all that looks into this tensor's storage, or has saved it.

        Memory that grew is another storage: all who looked into the old one move along.
        """
        old = self.states.get(self.registry.known("t", tensor) or "")
        before = old.storage if isinstance(old, TensorState) else ""
        now = self.registry.identify("s", self.capture.storage(tensor))
        for storage in dict.fromkeys((before, now)):
            self.touch(list(self._on_storage.get(storage, ())))

    def touch_outputs(self, node: str) -> None:
        """Describe the tensors that a node made (their kept gradients change)."""
        self.touch(list(self._outputs.get(node, ())))

    def touch_leaf(self, leaf: Any) -> None:
        """Describe a leaf and its gradient, into which something was accumulated."""
        entity = self.tensor(leaf)
        given = self.capture.grad(leaf)
        if given is None:
            return
        grad = self.tensor(given)
        self.touch_storage(given)
        state = self.states[grad]
        if isinstance(state, TensorState) and not state.names:
            self.name(grad, tuple(f"{n}.grad" for n in self.names.get(entity, ())))

    def nodes_behind(self, tensor: Any) -> list[str]:
        """Return the known nodes that hold this tensor's hooks."""
        nodes = self.capture.hooked_nodes(tensor)
        known = (self.registry.known("n", node) for node in nodes)
        return [entity for entity in known if entity is not None]

    def touch_hooked(self) -> None:
        """Describe the nodes with hooks again: no event tells that one was removed."""
        self.touch(list(self._hooked))

    def is_released(self, node: str) -> bool:
        """True if a backward pass has let go of what `node` saved."""
        state = self.states.get(node)
        return isinstance(state, NodeState) and state.released

    def met(self, node: Any) -> str | None:
        """Return the operation that stands for a node which is told of only now.

        What packs a result sees it, and its node, while the operation still runs.
        """
        return self._met.pop(self.registry.known("n", node) or "", None)

    def operation(self, state: OperationState) -> None:
        """Add or replace an operation; it made what a hook has seen before already."""
        self._note(state)
        for output in state.outputs:
            made, o = self.states[output], self.origin
            if isinstance(made, TensorState) and made.made_by == state.id:
                self._note(
                    replace(
                        made,
                        expression=o.expression,
                        site=state.site,
                        made_under=state.under,
                    )
                )

    def _describe_fresh(self) -> None:
        for thing in self.registry.take_fresh():
            if self.capture.is_tensor(thing):
                self._describe_tensor(thing)
            else:
                self._describe_node(thing)
        while self._unseen:  # what they lead to was met later: its inputs are known
            self._add_unseen(self._unseen.pop())

    def _describe_tensor(self, tensor: Any, quick: bool = False) -> None:
        entity = self.registry.identify("t", tensor)
        old = self.states.get(entity)
        if not isinstance(old, TensorState):
            o = self.origin
            old = TensorState(
                entity,
                expression=o.expression,
                made_by=o.made_by,
                site=o.site,
                made_under=o.made_under,
            )
        state = self.capture.describe_tensor(tensor, self.registry, old, quick)
        self._on_storage.setdefault(state.storage, {})[entity] = None
        if state.grad_fn is not None:
            self._outputs.setdefault(state.grad_fn, {})[entity] = None
        if state.grad != old.grad:
            self.regraded[entity] = None
        self._note(state)
        operation = self.states.get(self._behind.get(state.grad_fn or "", ""))
        if isinstance(operation, OperationState):
            self._add_output(operation, state)

    def _add_output(self, operation: OperationState, state: TensorState) -> None:
        """Let an operation that nobody saw run have made a tensor that is met later."""
        if operation.node is None or state.id in operation.outputs:
            return
        made = sorted(self._made_by(operation.node).items())
        self._note(replace(operation, outputs=tuple(id for _, id in made)))
        if state.made_by is None:
            self._note(replace(state, made_by=operation.id))

    def _describe_node(self, node: Any) -> None:
        entity = self.registry.identify("n", node)
        old = self.states.get(entity)
        state = self.capture.describe_node(
            node, self.registry, old if isinstance(old, NodeState) else None
        )
        for saved in state.saved:
            if saved.storage is not None:
                self._on_storage.setdefault(saved.storage, {})[entity] = None
        self._note(state)
        if state.hooks:
            self._hooked[entity] = None
        else:
            self._hooked.pop(entity, None)
        if state.variable is None and entity not in self._recorded:
            self._recorded.add(entity)
            self._unseen.append(state)

    def _add_unseen(self, node: NodeState) -> None:
        """Add the operation behind a node that appeared without an event."""
        entity = self._met[node.id] = self.registry.number("o")
        self._behind[node.id] = entity
        state = operation_of(node, entity, self._leaf_of, self._made_by)
        origin, call = self.origin, self.calls.now()
        self._note(replace(state, site=origin.site, under=origin.made_under, call=call))
        for output in state.outputs:
            made = self.states[output]
            if isinstance(made, TensorState) and made.made_by is None:
                self._note(replace(made, made_by=entity))

    def _leaf_of(self, node: str) -> str | None:
        """Return the leaf of an AccumulateGrad."""
        state = self.states.get(node)
        return state.variable if isinstance(state, NodeState) else None

    def _made_by(self, node: str) -> dict[int, str]:
        """Return the live outputs of a node by their numbers."""
        known = (self.states.get(each) for each in self._outputs.get(node, ()))
        return {
            state.output_nr: state.id
            for state in known
            if isinstance(state, TensorState) and state.grad_fn == node
        }

    def _note(self, state: EntityState) -> None:
        old = self.states.get(state.id)
        if old != state:
            self.pending.setdefault(state.id, old)
            self.states[state.id] = state

    # -- names -------------------------------------------------------------------------
    def name(self, entity: str, names: tuple[str, ...]) -> None:
        """Let a tensor have these names."""
        if names:
            self.names[entity] = names
        else:
            self.names.pop(entity, None)
        old = self.states.get(entity)
        if isinstance(old, TensorState) and old.names != names:
            self._note(replace(old, names=names))

    def meant(self, code: str, scope: str) -> TensorState | None:
        """Return the newest tensor that `code` names, or else that it made."""
        tensors = [s for s in self.states.values() if isinstance(s, TensorState)][::-1]
        for name in (f"{scope}.{code}", code):
            for state in tensors:
                if name in state.names:
                    return state
        codes = (code, f"({code})")
        made = (s for s in tensors if s.expression in codes and not s.names)
        return next(made, None)

    # -- what changed ------------------------------------------------------------------
    def something_happened(self) -> bool:
        """True if anything has changed or died since the last stop."""
        return bool(self.pending or self.registry.dead)

    def only_names_changed(self) -> bool:
        """True if nothing but names has changed since the last stop."""
        for entity, old in self.pending.items():
            new = self.states.get(entity)
            if new is None:
                continue
            if not isinstance(old, TensorState) or not isinstance(new, TensorState):
                return False
            if replace(new, names=old.names) != old:
                return False
        return True

    def take(self) -> tuple[dict[str, EntityState], tuple[str, ...]]:
        """Return what changed and what died since the last call, and start anew."""
        changes = {
            e: self.states[e] for e, o in self.pending.items() if self.states[e] != o
        }
        self.pending = {}
        dead = tuple(e for e in self.registry.take_dead() if e in self.states)
        for entity in dead:
            self._forget(entity)
        return changes, dead

    def _forget(self, entity: str) -> None:
        state = self.states.pop(entity)
        self._outputs.pop(entity, None)
        self._met.pop(entity, None)
        self._behind.pop(entity, None)
        if isinstance(state, TensorState):
            self._on_storage.get(state.storage, {}).pop(entity, None)
            self._outputs.get(state.grad_fn or "", {}).pop(entity, None)
        elif isinstance(state, NodeState):
            for saved in state.saved:
                self._on_storage.get(saved.storage or "", {}).pop(entity, None)
