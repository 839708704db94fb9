"""A trace as it is compared: ids counted anew over what is the program's business.

What is left out, and why, says `left_out.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields, replace
from typing import Any

from minitorch_viz.snapshot import (
    CallState,
    EntityState,
    NodeState,
    OperationState,
    SavedState,
    TensorState,
    ValueState,
)
from minitorch_viz.trace.model import ErrorState, GradientState, Step, Trace

#: Stands for what isn't the program's.
INNER = "inner"
Record = dict[str, Any]
#: How many statements it takes to handle an error and go on.
_HANDLED = 2
_OPERATIONS = ("operation", "create")
_RESIZES = ("resize_", "resize_as_")
_ENDS = (*_OPERATIONS, "backward", "accumulate", "statement")


def failed_calls(trace: Trace) -> list[list[Step]]:
    """Return for each error the operations of its statement, up to it."""
    found = []
    for step in trace.steps:
        if step.error is None:
            continue
        before: list[Step] = []
        for earlier in reversed(trace.steps[: step.index]):
            if earlier.kind not in _OPERATIONS or earlier.level == "statement":
                break
            before.insert(0, earlier)
        found.append(before)
    return found


def unfinished(ours: Trace, theirs: Trace) -> tuple[set[str], set[str]]:
    """Return the operations that only one side ran in a call before it raised."""
    found: tuple[set[str], set[str]] = (set(), set())
    for both in zip(failed_calls(ours), failed_calls(theirs), strict=False):
        common = min(map(len, both))
        for extra, mine in zip(both, found, strict=True):
            late = extra[common:]
            if len({step.part or step.site for step in late}) == 1:
                mine.update(step.operation for step in late if step.operation)
    return found


class Plain:
    """The records of one trace: one for each event, one for the end of a statement."""

    def __init__(self, trace: Trace, unfinished: Collection[str] = ()) -> None:
        self.trace = trace
        self._last: dict[str, EntityState] = {}
        self._named: set[str] = set()
        self._gradients: set[str] = set()
        for step in trace.steps:
            for entity, state in step.changes.items():
                self._last[entity] = state
                if isinstance(state, TensorState):
                    self._named |= {entity} if state.names else set()
                    self._gradients |= {state.grad} if state.grad else set()
        self._named |= self._gradients
        self._inner = set(unfinished)
        #: Nodes of which nobody called the operation.
        self._untold: set[str] = set()
        self._find_inner()
        self._passing = set(self._find_passing())
        #: What was given another size, and may see memory that nobody has written to.
        self._sized = frozenset(self._find_sized())
        #: What an `out=` was resized into -> what it had been.
        self._resized = dict(self._moves())
        self._ids = self._count()
        self._storages: dict[str, str] = {}
        self._ends: dict[int, int] = {}
        self._shown: dict[str | None, Record] = {}

    def _states(self, kind: Any) -> Iterator[Any]:
        return (s for s in self._last.values() if isinstance(s, kind))

    def _find_inner(self) -> None:
        # What an operation on a view has saved, and who made it, PyTorch doesn't show.
        slices = (n for n in self._states(NodeState) if n.name == "CopySlices")
        kept = {saved.tensor for node in slices for saved in node.saved}
        for operation in self._states(OperationState):
            made = set(operation.outputs)
            if _was_unseen(operation) and made and made <= kept:
                self._inner.add(operation.id)
            if _was_unseen(operation) and operation.node is not None:
                self._untold.add(operation.node)
            if operation.id in self._inner and operation.node is not None:
                self._inner.add(operation.node)
        for tensor in self._states(TensorState):
            made = tensor.made_by is not None and tensor.made_by not in self._inner
            if not made and tensor.id not in self._named:
                self._inner.add(tensor.id)

    def _find_passing(self) -> Iterator[str]:
        for tensor in self._states(TensorState):
            made = self._last.get(tensor.made_by or "")
            if isinstance(made, OperationState) and tensor.id not in self._named:
                call = self._last.get(made.call or "")
                if isinstance(call, CallState) and call.kind == "LBFGS":
                    yield tensor.id

    def _find_sized(self) -> Iterator[str]:
        for operation in self._states(OperationState):
            if operation.name in _RESIZES:
                yield from operation.outputs

    def _moves(self) -> Iterator[tuple[str, str]]:
        before: dict[str, str] = {}
        for step in self.trace.steps:
            states = step.changes.values()
            written = {
                output
                for o in states
                if isinstance(o, OperationState) and o.inplace and o.name[-1] != "_"
                for output in o.outputs
            }
            for state in states:
                if isinstance(state, TensorState):
                    old = before.get(state.id, state.storage)
                    if state.id in written and old != state.storage:
                        yield state.storage, old
                    before[state.id] = state.storage

    def _count(self) -> dict[str, str]:
        found: dict[str, str] = {}
        counts = dict.fromkeys("tno", 0)
        for entity in sorted(self._last, key=lambda e: int(e[1:])):
            state = self._last[entity]
            if entity in self._inner or isinstance(state, CallState):
                found[entity] = INNER
            elif not (isinstance(state, NodeState) and state.variable):
                found[entity] = f"{entity[0]}{counts[entity[0]]}"
                counts[entity[0]] += 1
        for node in self._states(NodeState):
            if node.variable:
                found[node.id] = f"sink of {found.get(node.variable, INNER)}"
        return found

    def id(self, entity: str | None) -> str | None:
        return None if entity is None else self._ids.get(entity, INNER)

    def value(self, index: int | None) -> ValueState | None:
        return None if index is None else self.trace.values[index]

    def output(self) -> str:
        pieces = (p.text for p in self.trace.output if p.stream != "warning")
        return "".join(pieces)

    # -- records -----------------------------------------------------------------------
    def records(self) -> list[Record]:
        found: list[Record] = []
        changes: dict[str, EntityState] = {}
        #: What died since the last deaths were told, and what of it in this statement.
        deleted: list[str] = []
        here: set[str] = set()
        warnings: list[str] = []
        late = 0
        for step in self.trace.steps:
            changes |= step.changes
            deleted += step.deleted
            here |= set(step.deleted)
            late = _HANDLED if step.error else late
            warnings += step.warnings
            if self._is_event(step):
                found.append(self._event(step))
            if step.level == "statement":
                self._ends[step.index] = len(found)
                gone: list[str] = []
                # Of what dies with an error it isn't sure when.
                lost = set() if late == _HANDLED else here if late else set(deleted)
                changes = {e: s for e, s in changes.items() if e not in lost}
                if late:
                    late -= 1
                else:
                    gone, deleted = self._gone(deleted), []
                new = self._new(changes, failed=late == _HANDLED - 1)
                found.append(self._end(step, new, gone, warnings))
                changes, warnings, here = {}, [], set()
        for record in found:
            record["parent"] = self._ends.get(record["parent"])
        return found

    def _new(
        self, changes: dict[str, EntityState], *, failed: bool
    ) -> dict[str | None, Record]:
        """Return the states that look otherwise than before.

        What has only lost its name when a call failed may be gone, or not yet.
        """
        found = {
            self.id(e): self.state(s)
            for e, s in changes.items()
            if self.id(e) != INNER
            and not isinstance(s, OperationState)
            and e not in self._passing
        }
        before = self._shown
        found = {e: s for e, s in found.items() if before.get(e) != s}
        if failed:
            lost = {
                e for e, s in found.items() if before.get(e, {}) | {"names": ()} == s
            }
            found = {e: s for e, s in found.items() if e not in lost}
        self._shown |= found
        return found

    def _gone(self, deleted: list[str]) -> list[str]:
        gone = (self.id(e) for e in deleted if e not in self._passing)
        return sorted(i for i in gone if i and i[0] in "tn")

    def _is_event(self, step: Step) -> bool:
        for entity in (step.operation, step.node):
            if entity is not None:
                return self.id(entity) != INNER
        return step.level != "statement" and step.kind not in _ENDS

    def _event(self, step: Step) -> Record:
        record = self._common(step)
        record["kind"] = step.kind if step.level != "statement" else "event"
        if step.operation is not None:
            operation = self._last[step.operation]
            assert isinstance(operation, OperationState)
            record["kind"] = "operation"
            record["operation"] = self.operation(operation)
            for output in operation.outputs:
                made = step.changes.get(output)
                if isinstance(made, TensorState):
                    record[f"output {self.id(output)}"] = self.state(
                        replace(made, names=(), grad=None)
                    )
        if step.node is not None:
            record |= {"kind": "backward", "node": self.id(step.node)}
            record["gradients"] = [self.gradient(each) for each in step.gradients]
        return record

    def _common(self, step: Step) -> Record:
        names = ("site", "part", "frame", "grad_enabled", "inference_mode", "modes")
        record = {"step": step.index, "parent": step.parent}
        return record | {name: getattr(step, name) for name in names}

    def _end(self, step: Step, states: Any, gone: Any, warnings: Any) -> Record:
        record = self._common(step)
        del record["part"]
        return record | {
            "kind": "end" if step.kind in _ENDS else step.kind,
            "action": step.action,
            "iteration": step.iteration,
            "warnings": tuple(warnings),
            "error": None if step.error is None else self.error(step.error),
            "deaths": gone,
            **states,
        }

    # -- parts of records --------------------------------------------------------------
    def gradient(self, given: GradientState) -> tuple[Any, ...]:
        ends = self.id(given.source), self.id(given.node)
        return *ends, given.input_nr, given.edge, self.value(given.value)

    def error(self, given: ErrorState) -> ErrorState:
        node = self._last.get(given.culprit_node or "")
        if isinstance(node, NodeState) and node.name == "CopySlices":
            unknown = dict.fromkeys(("culprit_field", "culprit_tensor", "changed_line"))
            given = replace(given, **unknown)  # type: ignore[arg-type]
        if given.kind == "freed":  # then all of it is: which comes first is arbitrary
            given = replace(given, culprit_field=None, culprit_tensor=None)
        return replace(
            given,
            culprit_node=self.id(given.culprit_node),
            culprit_tensor=self.id(given.culprit_tensor),
        )

    def operation(self, given: OperationState) -> Record:
        # Our rows have indices last.
        named = sorted(given.inputs, key=lambda i: i.name.startswith("indices"))
        kept = [i for i in named if not self._is_number(i.tensor)]
        inputs = [(self.id(i.tensor), self.id(i.node)) for i in kept]
        plain = (None, None)
        return {
            **_fields(given, "id", "inputs", "outputs", "node", "call"),
            "calls": self.calls(given.call),
            "inputs": [each for each in inputs if each != plain],
            "outputs": [self.id(each) for each in given.outputs],
            "node": self.id(given.node),
        }

    def calls(self, id: str | None) -> list[Record]:
        """Return the calls of modules around an operation, the innermost first."""
        found = []
        while id is not None:
            call = self._last[id]
            assert isinstance(call, CallState)
            found.append(_fields(call, "id", "inside"))
            id = call.inside
        return found

    def _is_number(self, entity: str | None) -> bool:
        state = self._last.get(entity or "")
        inner = isinstance(state, TensorState) and entity in self._inner
        return inner and state.shape == ()

    def state(self, given: EntityState) -> Record:
        if isinstance(given, TensorState):
            return self.tensor(given)
        assert isinstance(given, NodeState)
        return self.node(given)

    def tensor(self, given: TensorState) -> Record:
        ids = ("grad_fn", "grad", "view_of", "made_by")
        empty = self.is_empty(given)
        return {
            **_fields(given, "id", "storage", "value", *ids),
            **{name: self.id(getattr(given, name)) for name in ids},
            "storage": self.storage(given.storage),
            "version": None if self.is_empty_gradient(given) else given.version,
            "value": None if empty else self.value(given.value),
        }

    def is_empty_gradient(self, given: TensorState) -> bool:
        return 0 in given.shape and given.id in self._gradients

    def is_empty(self, given: TensorState) -> bool:
        """True for memory that nobody has written to: a tensor's own, or a view's."""
        base = self._last.get(given.view_of or "", given)
        made = (
            self._last.get(base.made_by or "")
            if isinstance(base, TensorState)
            else None
        )
        name = made.name if isinstance(made, OperationState) else ""
        empty = "empty" in name or name == "new"
        sized = not self._sized.isdisjoint((given.id, base.id))
        return sized or (empty and not given.version)

    def storage(self, name: str) -> str:
        name = self._resized.get(name, name)
        return self._storages.setdefault(name, f"s{len(self._storages)}")

    def node(self, given: NodeState) -> Record:
        sliced = given.name == "CopySlices"
        unknown = sliced or given.id in self._untold
        kept = [] if unknown else [e for e in given.saved if not self.is_plain(e)]
        if given.name == "MkldnnRnnLayerBackward0":
            kept = [each for each in kept if each.field != "result3"]
        return {
            **_fields(given, "id", "edges", "saved", "variable", "released"),
            "edges": [
                (self.id(e.node), e.input_nr)
                for e in given.edges
                if e.node or given.id not in self._untold
            ],
            "saved": sorted((self.saved(each) for each in kept), key=str),
            "released": not unknown and given.released,
            "variable": self.id(given.variable),
        }

    def is_plain(self, given: SavedState) -> bool:
        value = self.value(given.value)
        one_bool = value is not None and value.text in ("True", "False")
        return bool(given.text) or (one_bool and self.id(given.tensor) == INNER)

    def saved(self, given: SavedState) -> tuple[Any, ...]:
        tensor, value = self.id(given.tensor), self.value(given.value)
        if tensor == INNER:
            return given.field, tensor, given.freed, value
        kept = given.version, given.now, given.freed, given.nbytes
        return given.field, tensor, *kept, value


def _fields(state: Any, *without: str) -> Record:
    names = (f.name for f in fields(state))
    return {name: getattr(state, name) for name in names if name not in without}


def _was_unseen(operation: OperationState) -> bool:
    """True for what a node tells of that nobody saw run.

    A view's node, made anew after a write, is an operation all the same.
    """
    named = any(each.name for each in operation.inputs)
    return operation.node is not None and not named and operation.name != "as_strided"
