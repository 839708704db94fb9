"""A trace: the append-only log of what a program did, step by step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from .. import doors, references
from ..codec import (
    check_format,
    decode,
    difference,
    encode,
    parse,
    schema,
    update,
    wrong,
)
from ..snapshot import (
    KINDS,
    CallState,
    EntityState,
    ModeState,
    NodeState,
    OperationState,
    Site,
    Snapshot,
    TensorState,
    ValueState,
    check_values,
    kind_of,
)

FORMAT = "minitorch-viz-trace"
VERSION = 1
_PLAIN = (
    "title",
    "engine",
    "source",
    "stopped",
    "notes",
    "level",
    "ask",
    "choices",
)
Level = Literal["statement", "operation", "backward"]
LEVELS: tuple[Level, ...] = ("statement", "operation", "backward")
Kind = Literal[
    "start",
    "statement",
    "operation",
    "create",
    "mode",
    "loop",
    "branch",
    "definition",
    "return",
    "call",
    "backward",
    "accumulate",
    "error",
    "stopped",
]


@dataclass(frozen=True, slots=True)
class GradientState:
    """A gradient on its way along one edge: from `source` into `node` (None: stops).

    For the walk's root `source` is None. `value` indexes the value table; None where
    the node computed nothing for that edge.

    >>> GradientState("n1", "n0", value=3).edge
    0
    """

    source: str | None
    node: str | None
    input_nr: int = 0
    edge: int = 0
    value: int | None = None


@dataclass(frozen=True, slots=True)
class ErrorState:
    """An exception, where it was raised, and what autograd refused.

    `kind` is `modified`, `freed`, what autograd refused (see `trace.blame`) or
    `other`. `culprit_node`, `culprit_field` and `culprit_tensor` name a saved tensor
    that was modified or freed; `saved_line` and `changed_line` say by which lines.
    `caught` means that the program went on.

    >>> ErrorState("ValueError", "no").caught
    False
    """

    type: str
    message: str
    site: Site | None = None
    caught: bool = False
    kind: str | None = None
    culprit_node: str | None = None
    culprit_field: str | None = None
    culprit_tensor: str | None = None
    saved_line: int | None = None
    changed_line: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One stop of the stepper: what just happened, and what changed since the last.

    `level` is the coarsest level at which this is a stop. The last operation of a
    statement is the statement's own stop. `parent` is the stop of the statement that
    this belongs to: an operation's statement, or the call that a function's line runs
    for; it comes later in the trace. `site` is the statement, `part` the exact
    sub-expression. `changes` maps an entity's id to its whole new state; `deleted`
    lists ids of objects that are no longer alive. `action` tells `entered`, `left` and
    `called` for a mode, `taken` and `skipped` for a branch, `ended` for a loop,
    `called` for a function's start, `raised`, `raised again` and `uncaught` for an
    error; `iteration` counts a loop's turns from 1.

    >>> Step(0, "statement", "start").modes
    ()
    """

    index: int
    level: Level
    kind: Kind
    site: Site | None = None
    part: Site | None = None
    parent: int | None = None
    frame: str = "<module>"
    operation: str | None = None
    node: str | None = None
    grad_enabled: bool = True
    inference_mode: bool = False
    modes: tuple[ModeState, ...] = ()
    changes: dict[str, EntityState] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    gradients: tuple[GradientState, ...] = ()
    output: int = 0
    warnings: tuple[str, ...] = ()
    error: ErrorState | None = None
    action: str = ""
    iteration: int | None = None


def broke_off(steps: Sequence[Step], step: Step) -> bool:
    """Say whether the statement that `step` belongs to never came to its end.

    >>> broke_off((), Step(0, "backward", "backward"))
    True
    """
    if step.level == "statement":
        return step.error is not None
    return step.parent is None or steps[step.parent].error is not None


@dataclass(frozen=True, slots=True)
class Output:
    r"""A piece of what the program showed: `stdout`, `stderr`, `result` or `warning`.

    >>> Output("stdout", "hello\n").stream
    'stdout'
    """

    stream: str
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A program and everything its run showed.

    `stopped` says in plain words why the run was cut short, None if it wasn't; `notes`
    says what else is missing from the trace. `level`, `ask` and `choices` are for the
    player: the level it opens at, and a question about the program.

    >>> trace = Trace("", (Step(0, "statement", "start"),))
    >>> Trace.from_json(trace.to_json()) == trace
    True
    """

    source: str
    steps: tuple[Step, ...]
    values: tuple[ValueState, ...] = ()
    output: tuple[Output, ...] = ()
    title: str = "program"
    engine: str = "minitorch"
    stopped: str | None = None
    notes: tuple[str, ...] = ()
    level: Level = "statement"
    ask: str | None = None
    choices: tuple[str, ...] = ()

    def at(self, index: int) -> Snapshot:
        """Return all there was to see at step `index` (negative: from the end)."""
        count = len(self.steps)
        if type(index) is not int or not -count <= index < count:
            raise ValueError(
                f"step must be in 0..{count - 1}, got {index!r}; trace.steps lists them"
            )
        return next(islice(self.snapshots(), index % count, None))

    def snapshots(self) -> Iterator[Snapshot]:
        """Yield what there was to see at each step in turn: one pass over the log."""
        states: dict[str, EntityState] = {}
        for step in self.steps:
            states.update(step.changes)
            for (
                entity
            ) in step.deleted:  # last: an object may be born and gone in a step
                states.pop(entity, None)
            yield self._snapshot(states, step)

    def _snapshot(self, states: dict[str, EntityState], step: Step) -> Snapshot:
        found = states.values()
        return Snapshot(
            {s.id: s for s in found if isinstance(s, TensorState)},
            {s.id: s for s in found if isinstance(s, NodeState)},
            {s.id: s for s in found if isinstance(s, OperationState)},
            {s.id: s for s in found if isinstance(s, CallState)},
            self.values,
            step.grad_enabled,
            step.inference_mode,
            step.modes,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the trace as JSON data.

        A step's `changes` give an entity's every field at its first appearance, and
        then only the fields that differ from the state before.
        """
        data: dict[str, Any] = {"format": FORMAT, "version": VERSION}
        for name in _PLAIN:
            data[name] = encode(getattr(self, name))
        data["values"] = encode(self.values)
        data["output"] = encode(self.output)
        known: dict[str, EntityState] = {}
        data["steps"] = [_encode_step(step, known) for step in self.steps]
        return data

    def to_json(self) -> str:
        """Return the trace as JSON text; equal programs give equal text."""
        return json.dumps(
            self.to_dict(), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Trace:
        """Return the trace in JSON data; ValueError says what is wrong with it."""
        check_format(data, FORMAT, VERSION)
        rest = {k: v for k, v in data.items() if k not in ("format", "version")}
        steps = rest.pop("steps", None)
        if type(steps) is not list or not steps:
            raise wrong("trace.steps", "a list of at least one step", steps)
        trace = update(cls, {**rest, "steps": []}, "trace")
        known: dict[str, EntityState] = {}
        decoded = tuple(
            _decode_step(step, known, trace, f"steps[{i}]")
            for i, step in enumerate(steps)
        )
        _check_steps(decoded, len(trace.output))
        lines = trace.source.count("\n") + 1
        for i, step in enumerate(decoded):
            references.check(step, f"steps[{i}]", known, lines)
            for entity, state in step.changes.items():
                place = f"steps[{i}].changes.{entity}"
                references.check(state, place, known, lines)
        return replace(trace, steps=decoded)

    @classmethod
    def from_json(cls, text: str) -> Trace:
        """Return the trace in JSON text; ValueError says what is wrong with it."""
        return cls.from_dict(parse(text, "trace"))

    def save(
        self, path: str | Path, step: int | None = None, *, lens: str = "program"
    ) -> Path:
        """Write a page (.html), a step's picture (.svg, .png, .pdf), a movie or data.

        A movie (.gif, .apng) shows all stops; .json is the trace itself. The lens
        `autograd` draws only what backward walks.
        """
        return doors.save(self, path, step, lens)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return doors.mimebundle(self, include, exclude)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a trace; `schema.json` beside this module holds it.

    >>> json_schema()["title"]
    'A trace of minitorch_viz'
    """
    definitions: dict[str, Any] = {}
    schema(Trace, definitions)
    for kind in (
        TensorState,
        NodeState,
        OperationState,
        CallState,
    ):  # only what changed is written
        definitions.pop(kind.__name__)
        schema(kind, definitions, partial=True)
    step = definitions["Step"]["properties"]
    step["changes"] = {
        "type": "object",
        "patternProperties": {
            f"^{letter}[0-9]+$": {"$ref": f"#/$defs/{kind.__name__}"}
            for letter, kind in KINDS.items()
        },
        "additionalProperties": False,
    }
    trace = definitions.pop("Trace")
    trace["properties"] = {
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        **trace["properties"],
    }
    trace["required"] = list(trace["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A trace of minitorch_viz",
        **trace,
        "$defs": definitions,
    }


def _encode_step(step: Step, known: dict[str, EntityState]) -> dict[str, Any]:
    data: dict[str, Any] = encode(step)
    data["changes"] = {e: difference(s, known.get(e)) for e, s in step.changes.items()}
    known.update(step.changes)
    return data


def _decode_step(
    data: Any, known: dict[str, EntityState], trace: Trace, where: str
) -> Step:
    if type(data) is not dict or type(data.get("changes", {})) is not dict:
        raise wrong(where, "a step with its changes", data)
    changes: dict[str, EntityState] = {}
    for entity, fields in data.get("changes", {}).items():
        place = f"{where}.changes.{entity}"
        changes[entity] = update(
            kind_of(entity, place), fields, place, known.get(entity)
        )
        if changes[entity].id != entity:
            raise wrong(f"{place}.id", repr(entity), changes[entity].id)
        check_values(changes[entity], len(trace.values), place)
    known.update(changes)
    rest = {k: v for k, v in data.items() if k != "changes"}
    step: Step = decode(Step, rest, where)
    for gradient in step.gradients:
        if gradient.value is not None and not 0 <= gradient.value < len(trace.values):
            raise wrong(f"{where}.gradients", "in the value table", gradient.value)
    return replace(step, changes=changes)


def _check_steps(steps: tuple[Step, ...], pieces: int) -> None:
    shown = 0
    for i, step in enumerate(steps):
        if step.index != i:
            raise wrong(f"steps[{i}].index", str(i), step.index)
        if step.parent is not None and not 0 <= step.parent < len(steps):
            raise wrong(f"steps[{i}].parent", "a step's index", step.parent)
        if not shown <= step.output <= pieces:
            raise wrong(f"steps[{i}].output", f"in {shown}..{pieces}", step.output)
        shown = step.output
