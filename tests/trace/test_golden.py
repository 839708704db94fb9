"""Sample programs and their traces as text; MINITORCH_VIZ_REWRITE=1 writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import minitorch_viz as mv
from minitorch_viz.codec import difference
from minitorch_viz.snapshot import EntityState, NodeState, OperationState, TensorState
from minitorch_viz.trace.model import Step, Trace

PROGRAMS = sorted((Path(__file__).parent / "golden").glob("*.program"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_gives_this_trace(program: Path) -> None:
    golden = program.with_suffix(".trace")
    text = "\n".join(told(mv.step(program.read_text(encoding="utf-8")))) + "\n"
    if os.environ.get("MINITORCH_VIZ_REWRITE"):
        golden.write_text(text, encoding="utf-8")

    assert text == golden.read_text(encoding="utf-8")


def told(trace: Trace) -> Iterator[str]:
    """Write a trace for people: one line per step, and one per thing that changed."""
    known: dict[str, EntityState] = {}
    shown = 0
    for step in trace.steps:
        yield _head(trace, step)
        for entity, state in step.changes.items():
            yield f"      {_change(trace, state, known.get(entity))}"
        known.update(step.changes)
        for gradient in step.gradients:
            value = (
                "nothing"
                if gradient.value is None
                else trace.values[gradient.value].text
            )
            yield f"      {gradient.source} sends {value} to {gradient.node}"
        if step.deleted:
            yield f"      gone: {' '.join(step.deleted)}"
        for piece in trace.output[shown : step.output]:
            yield f"      {piece.stream}: {piece.text.rstrip()}"
        shown = step.output
        if step.error is not None:
            fields = difference(step.error, type(step.error)("", ""))
            fields.pop("site")
            fields["message"] = fields["message"].partition(".")[0]
            yield "      " + _fields(fields)
    for text in (trace.stopped, *trace.notes):
        if text is not None:
            yield text


def _head(trace: Trace, step: Step) -> str:
    line = "" if step.site is None else f"line {step.site.line}"
    part = ""
    if step.part is not None:
        lines = trace.source.split("\n")[step.part.line - 1 : step.part.end_line]
        lines[-1] = lines[-1][: step.part.end_column]
        lines[0] = lines[0][step.part.column :]
        part = " ".join(each.strip() for each in lines)
    words = [
        f"{step.index:3} {step.level[:4]} {step.kind}",
        step.action,
        "" if step.iteration is None else f"turn {step.iteration}",
        line,
        f"`{part}`" if part else "",
        step.operation or step.node or "",
        "" if step.frame == "<module>" else f"in {step.frame}",
        "" if step.parent is None else f"of {step.parent}",
        "" if step.grad_enabled else "grad off",
        "inference" if step.inference_mode else "",
        " > ".join(f"{m.name}@{m.line}" for m in step.modes),
    ]
    return " ".join(filter(None, words))


def _change(trace: Trace, new: EntityState, old: EntityState | None) -> str:
    blank = old or type(new)(
        *("" for _ in ("id", "name")[: 2 - isinstance(new, TensorState)])
    )
    fields = difference(new, blank)
    for name in ("id", "site"):
        fields.pop(name, None)
    if fields.get("value") is not None:
        fields["value"] = trace.values[fields["value"]].text
    if isinstance(new, NodeState):
        fields = _node_fields(new, fields)
    if isinstance(new, OperationState) and "inputs" in fields:
        fields["inputs"] = [i.tensor or i.node or i.text for i in new.inputs]
    return f"{'+' if old is None else '~'}{new.id} {_fields(fields)}"


def _node_fields(node: NodeState, fields: dict[str, object]) -> dict[str, object]:
    if "edges" in fields:
        fields["edges"] = [f"{e.node}.{e.input_nr}" for e in node.edges]
    if "saved" in fields:
        fields["saved"] = [
            f"{s.field}={s.tensor or s.text}"
            + ("" if s.version is None else f"@{s.version}")
            + ("" if s.now == s.version else f" now {s.now}")
            + (" freed" if s.freed else "")
            for s in node.saved
        ]
    return fields


def _fields(fields: dict[str, object]) -> str:
    made = []
    for name, value in fields.items():
        text = (
            "[" + ", ".join(map(str, value)) + "]" if isinstance(value, list) else value
        )
        made.append(f"{name}={text}")
    return " ".join(made)
