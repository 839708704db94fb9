"""Every state of everything in a trace, looked up by step; and what it is called."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from ..snapshot import (
    EntityState,
    NodeState,
    OperandState,
    OperationState,
    Site,
    TensorState,
)
from ..trace.model import Step, Trace
from .words import Segments, say

_LONGEST = 32
_EQUAL_ENDS = re.compile(r"(?P<shape>[\dx]+) \[(?P<value>[^,\]]+), (?P=value)\]")


class History:
    """A trace's entities by id and step; reading it never changes the trace."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.lines = trace.source.splitlines()
        self._steps: dict[str, list[int]] = {}
        self._states: dict[str, list[EntityState]] = {}
        self._deleted: dict[str, int] = {}
        for step in trace.steps:
            for key, state in (step.changes or {}).items():
                self._steps.setdefault(key, []).append(step.index)
                self._states.setdefault(key, []).append(state)
            for key in step.deleted:
                self._deleted[key] = step.index

    def get(self, key: str | None, index: int) -> EntityState | None:
        """Return the state of `key` at step `index`, also after its death; or None."""
        if key is None or key not in self._steps:
            return None
        position = bisect_right(self._steps[key], index)
        return self._states[key][position - 1] if position else None

    def tensor(self, key: str | None, index: int) -> TensorState | None:
        """Return a tensor's state at step `index`, or None."""
        state = self.get(key, index)
        return state if isinstance(state, TensorState) else None

    def node(self, key: str | None, index: int) -> NodeState | None:
        """Return a node's state at step `index`, or None."""
        state = self.get(key, index)
        return state if isinstance(state, NodeState) else None

    def operation(self, key: str | None, index: int) -> OperationState | None:
        """Return an operation's state at step `index`, or None."""
        state = self.get(key, index)
        return state if isinstance(state, OperationState) else None

    def alive(self, key: str, index: int) -> bool:
        """Say whether `key` exists at step `index`."""
        return self.get(key, index) is not None and not (
            key in self._deleted and self._deleted[key] <= index
        )

    def tensors(self, index: int) -> list[TensorState]:
        """Return the tensors alive at step `index`, oldest first."""
        found = (self.tensor(k, index) for k in self._steps if self.alive(k, index))
        return [state for state in found if state is not None]

    def nodes(self, index: int) -> list[NodeState]:
        """Return the nodes alive at step `index`, oldest first."""
        found = (self.node(k, index) for k in self._steps if self.alive(k, index))
        return [state for state in found if state is not None]

    def operations(self, index: int) -> list[OperationState]:
        """Return every operation that has run by step `index`."""
        found = (self.operation(key, index) for key in self._steps)
        return [state for state in found if state is not None]

    def names(self, key: str, index: int) -> tuple[str, ...]:
        """Return the last names `key` had by step `index`."""
        position = bisect_right(self._steps.get(key, []), index)
        for state in reversed(self._states.get(key, [])[:position]):
            if isinstance(state, TensorState) and state.names:
                return state.names
        return ()

    def text(self, value: int | None) -> str:
        """Write the value with this index on one line."""
        return "" if value is None else everywhere(self.trace.values[value].text)

    def code(self, site: Site | None) -> str:
        """Return the program's own text at `site`, on one line."""
        if site is None or site.line > len(self.lines):
            return ""
        rows = self.lines[site.line - 1 : site.end_line]
        if len(rows) == 1:
            rows = [rows[0][site.column : site.end_column]]
        else:
            rows = [rows[0][site.column :], *rows[1:-1], rows[-1][: site.end_column]]
        return " ".join(" ".join(rows).split())


def short(code: str) -> str:
    """Keep code that fits into a sentence; nothing of longer code.

    >>> short("(y+z)"), short("x" * 80)
    ('y+z', '')
    """
    if code.startswith("(") and code.endswith(")") and "(" not in code[1:]:
        code = code[1:-1]
    return code if len(code) <= _LONGEST else ""


def everywhere(text: str) -> str:
    """Write a summary whose two ends are equal as what it means.

    >>> everywhere("3x4 [2., 2.]"), everywhere("3x4 [0., 2.]"), everywhere("[2., 2.]")
    ('all 2. (3x4)', '3x4 [0., 2.]', '[2., 2.]')
    """
    found = _EQUAL_ENDS.fullmatch(text)
    return f"all {found['value']} ({found['shape']})" if found else text


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a trace, with what was there before it and what is there now."""

    past: History
    step: Step

    @property
    def index(self) -> int:
        """The step's place in the trace."""
        return self.step.index

    @property
    def operation(self) -> OperationState | None:
        """The operation that ran in this step."""
        return self.past.operation(self.step.operation, self.index)

    @property
    def node(self) -> NodeState | None:
        """The node that was made or that ran in this step."""
        return self.past.node(self.step.node, self.index)

    def now(self, key: str | None) -> TensorState | None:
        """Return a tensor as it is after this step."""
        return self.past.tensor(key, self.index)

    def was(self, key: str | None) -> TensorState | None:
        """Return a tensor as it was before this step."""
        return self.past.tensor(key, self.index - 1)

    def value(self, key: str | None) -> str:
        """Write a tensor's value as it is after this step."""
        tensor = self.now(key)
        return "" if tensor is None else self.past.text(tensor.value)

    def changed(self) -> list[tuple[TensorState | None, TensorState]]:
        """Return the tensors that changed in this step, as they were and are."""
        found = []
        for key, state in (self.step.changes or {}).items():
            if isinstance(state, TensorState):
                found.append((self.was(key), state))
        return found

    def name(self, key: str | None) -> Segments:
        """Call a tensor by its name, else by its code, else by what made it."""
        tensor = self.now(key)
        if tensor is None or key is None:
            return say("the tensor")
        if tensor.names:
            return say("{}", self.label(tensor))
        old = self.past.names(key, self.index)
        if old:
            return (
                say("the old {}", old[0]) if self._taken(old[0]) else say("{}", old[0])
            )
        if short(tensor.expression):
            return say("{}", short(tensor.expression))
        made = self.past.operation(tensor.made_by, self.index)
        if made is None:
            return say("a tensor without a name")
        return say("the result of {}", f"{made.name}()")

    def label(self, tensor: TensorState) -> str:
        """Return a tensor's first name, as the running function would write it."""
        names = tensor.names or self.past.names(tensor.id, self.index)
        return names[0].removeprefix(f"{self.step.frame}.") if names else ""

    def _taken(self, name: str) -> bool:
        return any(name in tensor.names for tensor in self.past.tensors(self.index))

    def operand(self, operand: OperandState) -> Segments:
        """Call an input by its name; a Python number by itself."""
        if operand.tensor is not None:
            return self.name(operand.tensor)
        return say("{:t}", operand.text)
