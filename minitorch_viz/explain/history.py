"""Every state of everything in a trace, looked up by step; and what it is called."""

from __future__ import annotations

import ast
from bisect import bisect_right
from dataclasses import dataclass

from ..oneline import one_line
from ..snapshot import (
    CallState,
    EntityState,
    NodeState,
    OperandState,
    OperationState,
    Site,
    TensorState,
)
from ..trace.model import Step, Trace
from .spelling import called, modules, spelled
from .walk import repeated, walks
from .words import Segments, readable, say

_LONGEST = 36
#: As many characters of a number are read without effort.
_PRECISE = 8


class History:
    """A trace's entities by id and step; reading it never changes the trace.

    >>> import minitorch_viz as mv
    >>> History(mv.step("x = torch.ones(1)")).names("t0", 1)
    ('x',)
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.lines = trace.source.splitlines()
        self._steps: dict[str, list[int]] = {}
        self._states: dict[str, list[EntityState]] = {}
        self.walks = walks(trace.steps)
        #: Every call of a module.
        self.calls: list[CallState] = []
        self._inner: dict[int, list[Step]] = {}
        self._places: dict[Site | None, set[str]] = {}
        self._repeated: dict[int, frozenset[str]] = {}
        self._makers: dict[str, str] = {}
        self._alive: dict[int, dict[str, None]] = {-1: {}}
        self._statements: dict[tuple[int, int], ast.stmt] | None = None
        #: operation -> those of its name at its place in one run of the statement
        self._like: dict[str, dict[str, None]] = {}
        alike: dict[tuple[Site | None, str, int], dict[str, None]] = {}
        for step in trace.steps:
            if step.parent is not None:
                self._inner.setdefault(step.parent, []).append(step)
            for key, state in step.changes.items():
                self._steps.setdefault(key, []).append(step.index)
                self._states.setdefault(key, []).append(state)
                if isinstance(state, CallState):
                    self.calls.append(state)
                if isinstance(state, OperationState):
                    self._places.setdefault(state.site, set()).add(state.name)
                    statement = step.index if step.parent is None else step.parent
                    place = state.site, state.name, statement
                    self._like[key] = alike.setdefault(place, {})
                    self._like[key][key] = None
                    self._makers.setdefault(state.node or "", key)

    def statement(self, site: Site | None) -> ast.stmt | None:
        """Return the statement that begins where `site` does, decorators aside."""
        return None if site is None else self.statements().get(self.start(site))

    def statements(self) -> dict[tuple[int, int], ast.stmt]:
        """Return the program's statements, as parsed, by line and column."""
        if self._statements is None:
            found = ast.walk(_parsed(self.trace.source))
            nodes = [node for node in found if isinstance(node, ast.stmt)]
            # Walked from outside in, so that the innermost of a place stays.
            self._statements = {(n.lineno, n.col_offset): n for n in nodes}
        return self._statements

    def inner(self, step: Step) -> list[Step]:
        """Return the finer steps that a statement itself consists of, but its last."""
        # A line that calls itself has statements at the same place in it.
        return [
            inner
            for inner in self._inner.get(step.index, ())
            if inner.site == step.site and inner.level != "statement"
        ]

    def start(self, site: Site) -> tuple[int, int]:
        """Return where a site begins, as Python's parser counts: in bytes."""
        row = self.lines[site.line - 1] if site.line <= len(self.lines) else ""
        column = len(row[: site.column].encode("utf-8", "surrogatepass"))
        return site.line, column

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

    def alive(self, index: int) -> dict[str, None]:
        """Return the ids that exist at step `index`, oldest first."""
        # Sentences ask about a step and the one before it: both are kept.
        if index not in self._alive:
            at = max(known for known in self._alive if known < index)
            found = dict(self._alive[at])
            for step in self.trace.steps[at + 1 : index + 1]:
                found.update(dict.fromkeys(step.changes))
                for key in step.deleted:
                    found.pop(key, None)
            self._alive = {k: v for k, v in self._alive.items() if k in (-1, at)}
            self._alive[index] = found
        return self._alive[index]

    def tensors(self, index: int) -> list[TensorState]:
        """Return the tensors alive at step `index`, oldest first."""
        found = (self.tensor(key, index) for key in self.alive(index) if key[0] == "t")
        return [state for state in found if state is not None]

    def nodes(self, index: int) -> list[NodeState]:
        """Return the nodes alive at step `index`, oldest first."""
        found = (self.node(key, index) for key in self.alive(index) if key[0] == "n")
        return [state for state in found if state is not None]

    def maker(self, node: str | None, index: int) -> OperationState | None:
        """Return the operation that a node recorded."""
        return self.operation(self._makers.get(node or "", ""), index)

    def repeated_names(self, index: int) -> frozenset[str]:
        """Return the names that several nodes of this step's backward pass share."""
        walk = self.walks[index]
        if walk.start not in self._repeated:
            found = [self.node(key, len(self.walks)) for key in walk.nodes]
            self._repeated[walk.start] = repeated([node.name for node in found if node])
        return self._repeated[walk.start]

    def operations(self) -> list[OperationState]:
        """Return every operation that ran, in order."""
        last = len(self.trace.steps) - 1
        found = (self.operation(key, last) for key in self._steps if key[0] == "o")
        return [state for state in found if state is not None]

    def at_one_place(self, site: Site | None) -> set[str]:
        """Return the names of the operations that ran at this place of the program."""
        return self._places.get(site, set())

    def since(self, index: int) -> list[tuple[int, OperationState]]:
        """Return the operations that began after step `index`, and when, in order."""
        found = (
            (steps[0], self.operation(key, steps[0]))
            for key, steps in self._steps.items()
            if key[0] == "o" and steps[0] > index
        )
        return [(step, state) for step, state in found if state is not None]

    def released(self, node: str | None) -> int | None:
        """Return the step that let go of what `node` had saved; None if none did."""
        states = zip(
            self._steps.get(node or "", ()),
            self._states.get(node or "", ()),
            strict=True,
        )
        return next(
            (i for i, s in states if isinstance(s, NodeState) and s.released), None
        )

    def behind(self, node: str | None, index: int) -> set[str]:
        """Return the nodes that backward can come to from `node`, itself included."""
        found: set[str] = set()
        waiting = [node]
        while waiting:
            state = self.node(waiting.pop(), index)
            if state is not None and state.id not in found:
                found.add(state.id)
                waiting.extend(edge.node for edge in state.edges)
        return found

    def alone(self, operation: OperationState) -> bool:
        """True if the code at an operation's place says this operation only.

        In `x[0] = 1` the place `x[0]` is a view, and then what is written into;
        `net.state_dict()` detaches each parameter.
        """
        if len(self._like[operation.id]) > 1:
            code = called(self.code(operation.site))
            if code and code != operation.name:
                return False
        others = self.at_one_place(operation.site) - {operation.name}
        return not {name for name in others if operation.inplace or name[-1] != "_"}

    def names(self, key: str, index: int) -> tuple[str, ...]:
        """Return the last names `key` had by step `index`."""
        # A leaf whose name has moved on is still called by the name it had.
        position = bisect_right(self._steps.get(key, []), index)
        for state in reversed(self._states.get(key, [])[:position]):
            if isinstance(state, TensorState) and state.names:
                return state.names
        return ()

    def was_called(self, key: str, name: str, index: int) -> bool:
        """Say whether `key` has had this name by step `index`."""
        position = bisect_right(self._steps.get(key, []), index)
        states = self._states.get(key, [])[:position]
        return any(isinstance(s, TensorState) and name in s.names for s in states)

    def text(self, value: int | None) -> str:
        """Write the value with this index on one line."""
        return "" if value is None else readable(self.trace.values[value].text)

    def same(self, one: int | None, other: int | None) -> bool:
        """Tell whether two values hold the same numbers, as far as is recorded."""
        if one is None or other is None:
            return one == other
        return self.trace.values[one] == self.trace.values[other]

    def code(self, site: Site | None) -> str:
        """Return the program's own text at `site`, on one line."""
        if site is None or site.line > len(self.lines):
            return ""
        rows = self.lines[site.line - 1 : site.end_line]
        if len(rows) == 1:
            rows = [rows[0][site.column : site.end_column]]
        else:
            rows = [rows[0][site.column :], *rows[1:-1], rows[-1][: site.end_column]]
        return one_line("\n".join(rows))


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def short(code: str) -> str:
    """Keep code that fits into a sentence; nothing of longer code.

    >>> short("(y+z)"), short("x" * 80)
    ('y+z', '')
    """
    if code.startswith("(") and code.endswith(")") and "(" not in code[1:]:
        code = code[1:-1]
    return code if len(code) <= _LONGEST else ""


def _rounded(text: str) -> str:
    try:
        return f"{float(text):.4g}"
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a trace, with what was there before it and what is there now.

    `since` makes it longer: it begins with that step.

    >>> import minitorch_viz as mv
    >>> Moment.of(mv.step("x = torch.ones(1)")).name("t0")
    [['code', 'x']]
    """

    past: History
    step: Step
    since: int | None = None

    @classmethod
    def of(cls, trace: Trace, index: int = -1) -> Moment:
        """Return one step of a trace, the last by default."""
        return cls(History(trace), trace.steps[index])

    @property
    def index(self) -> int:
        """The step's place in the trace."""
        return self.step.index

    @property
    def start(self) -> int:
        """The first step of it."""
        return self.index if self.since is None else self.since

    @property
    def operation(self) -> OperationState | None:
        """The operation that ran in this step."""
        return self.past.operation(self.step.operation, self.index)

    @property
    def node(self) -> NodeState | None:
        """The node that was made or that ran in this step."""
        return self.past.node(self.step.node, self.index)

    @property
    def statement(self) -> ast.stmt | None:
        """The statement that this step belongs to, as parsed."""
        return self.past.statement(self.step.site)

    def now(self, key: str | None) -> TensorState | None:
        """Return a tensor as it is after this step."""
        return self.past.tensor(key, self.index)

    def was(self, key: str | None) -> TensorState | None:
        """Return a tensor as it was before this step."""
        return self.past.tensor(key, self.start - 1)

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
        made = self.past.operation(tensor.made_by, self.index)
        # Where one call ran several operations its code would name them all.
        alone = made is None or self.past.alone(made)
        if short(tensor.expression) and alone and not self._is_own(tensor):
            return say("{}", short(tensor.expression))
        if tensor.expression in self.past.names(key, len(self.past.trace.steps)):
            return say("{}", tensor.expression)  # how it will be reached
        if made is None:
            return self._written(key) or say("an inner tensor")
        return say("the result of {}", f"{made.name}()")

    def _written(self, key: str) -> Segments:
        """Call what an operation takes as its code does, such as a lambda's `g`."""
        operation = self.operation
        if operation is None or not self.past.alone(operation):
            return []
        code, taken = self.past.code(operation.site), operation.inputs
        parts = spelled(code, operation.name, modules(_parsed(self.past.trace.source)))
        pairs = zip(taken, parts, strict=False)
        found = (part for each, part in pairs if each.tensor == key and part)
        return [part for text in found for part in say("{}", text)][:1]

    def _is_own(self, tensor: TensorState) -> bool:
        """Say whether an input has the code of what takes it, as in a recursion."""
        ran = self.operation
        if ran is None or tensor.id in ran.outputs:
            return False
        return tensor.expression == self.past.code(ran.site)

    def label(self, tensor: TensorState) -> str:
        """Return a tensor's first name, as the running function would write it."""
        names = tensor.names or self.past.names(tensor.id, self.index)
        return names[0].removeprefix(f"{self.step.frame}.") if names else ""

    def grad_name(self, tensor: TensorState) -> Segments:
        """Call a tensor's gradient as the program would."""
        if tensor.names:
            return say("{}", f"{self.label(tensor)}.grad")
        return say("the `.grad` of {}", self.name(tensor.id))

    def _taken(self, name: str) -> bool:
        return any(name in tensor.names for tensor in self.past.tensors(self.index))

    def operand(self, operand: OperandState) -> Segments:
        """Call an input by its name; a Python number by itself, rounded if computed."""
        if operand.tensor is not None:
            return self.name(operand.tensor)
        text = operand.text
        if len(text) > _PRECISE and text not in self.past.trace.source:
            text = _rounded(text)
        return say("{:t}", text)
