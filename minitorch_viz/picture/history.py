"""A trace turned sideways: the states of each tensor, node and operation over time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from ..snapshot import (
    CallState,
    EntityState,
    NodeState,
    OperationState,
    Snapshot,
    TensorState,
    ValueState,
)
from ..trace.model import Step, Trace

#: Modules in modules: of what lies deeper only the innermost are known.
DEEPEST = 50
State = TypeVar("State")


@dataclass(frozen=True)
class History:
    """Every entity's states, each with the step it begins at, and the deaths.

    >>> History(()).length
    0
    """

    steps: tuple[Step, ...]
    tensors: dict[str, list[tuple[int, TensorState]]] = field(default_factory=dict)
    nodes: dict[str, list[tuple[int, NodeState]]] = field(default_factory=dict)
    operations: dict[str, tuple[int, OperationState]] = field(default_factory=dict)
    calls: dict[str, CallState] = field(default_factory=dict)
    died: dict[str, int] = field(default_factory=dict)
    values: tuple[ValueState, ...] = ()

    @property
    def length(self) -> int:
        """The number of steps."""
        return len(self.steps)

    @cached_property
    def by_storage(self) -> dict[str, list[str]]:
        """The tensors that look into each storage in the end."""
        found: dict[str, list[str]] = {}
        for id, states in self.tensors.items():
            if states[-1][1].storage:
                found.setdefault(states[-1][1].storage, []).append(id)
        return found

    @cached_property
    def grads(self) -> frozenset[str]:
        """The tensors that are ever another's gradient."""
        every = (state for states in self.tensors.values() for _, state in states)
        return frozenset(state.grad for state in every if state.grad is not None)

    def tensor(self, id: str, step: int) -> TensorState:
        """Return a tensor's state at a step, or its first one when it comes later."""
        return state_at(self.tensors[id], step)

    def node(self, id: str, step: int) -> NodeState:
        """Return a node's state at a step, or its first one when it comes later."""
        return state_at(self.nodes[id], step)

    def around(self, operation: OperationState | None) -> tuple[CallState, ...]:
        """Return the calls of modules that an operation ran in, the outermost first."""
        found: list[CallState] = []
        id = operation.call if operation is not None else None
        while id in self.calls and len(found) < DEEPEST:
            found.append(self.calls[id])
            id = found[-1].inside
        return tuple(reversed(found))

    def text(self, value: int | None) -> str:
        """Return how a value is written on one line ("" where there is none)."""
        return "" if value is None else self.values[value].text

    def value(self, value: int | None) -> ValueState | None:
        """Return what a tensor held, None where that isn't known."""
        return None if value is None else self.values[value]


def state_at(states: list[tuple[int, State]], step: int) -> State:
    """Return the newest state at a step, or the first one where it comes later.

    >>> state_at([(2, "a"), (5, "b")], 4)
    'a'
    """
    return states[max(0, bisect_right(states, step, key=lambda s: s[0]) - 1)][1]


def history(trace: Trace) -> History:
    """Turn a trace's log of changes into one timeline per entity.

    >>> history(as_trace(Snapshot({"t0": TensorState("t0")}))).tensor("t0", 0).shape
    ()
    """
    told = History(trace.steps, values=trace.values)
    for step in trace.steps:
        for id, state in (step.changes or {}).items():
            if isinstance(state, TensorState):
                told.tensors.setdefault(id, []).append((step.index, state))
            elif isinstance(state, NodeState):
                told.nodes.setdefault(id, []).append((step.index, state))
            elif isinstance(state, CallState):
                told.calls[id] = state
            else:
                told.operations.setdefault(id, (step.index, state))
        for id in step.deleted:
            told.died[id] = step.index
    _call_inner(told)
    return told


def _call_inner(told: History) -> None:
    """Call what a call computed on its way by its operation: `layer(x)` is the end."""
    for _, operation in told.operations.values():
        for operand in () if operation.inplace else operation.inputs:
            states = told.tensors.get(operand.tensor or "", [])
            _, made = told.operations.get(
                (states and states[0][1].made_by) or "", _NONE
            )
            reached = states and states[0][1].expression in states[-1][1].names
            if made and made.site and made.site == operation.site and not reached:
                called = f"{made.name}()"
                states[:] = [(at, replace(s, expression=called)) for at, s in states]


_NONE: tuple[int, OperationState | None] = (0, None)


def as_trace(snapshot: Snapshot) -> Trace:
    """Make a trace of one step out of a snapshot, so that it is drawn the same way.

    >>> as_trace(Snapshot({"t0": TensorState("t0")})).steps[0].changes["t0"].id
    't0'
    """
    changes: dict[str, EntityState] = {**snapshot.calls, **snapshot.operations}
    changes |= {**snapshot.nodes, **snapshot.tensors}
    step = Step(
        index=0,
        level="statement",
        kind="start",
        grad_enabled=snapshot.grad_enabled,
        inference_mode=snapshot.inference_mode,
        modes=snapshot.modes,
        changes=changes,
    )
    return Trace(source="", steps=(step,), values=snapshot.values, title="snapshot")
