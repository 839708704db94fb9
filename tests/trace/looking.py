"""What tests look for in a trace: steps of a line, names, output, sub-expressions."""

from __future__ import annotations

from minitorch_viz.snapshot import TensorState
from minitorch_viz.trace.model import Step, Trace


def at_line(trace: Trace, line: int, kind: str | None = None) -> list[Step]:
    return [
        step
        for step in trace.steps
        if step.site and step.site.line == line and kind in (None, step.kind)
    ]


def names(trace: Trace, index: int = -1) -> dict[str, TensorState]:
    states = trace.at(index).tensors.values()
    return {name: state for state in states for name in state.names}


def text(trace: Trace, stream: str = "stdout") -> str:
    return "".join(p.text for p in trace.output if p.stream == stream)


def parts(trace: Trace) -> list[str]:
    found = []
    lines = trace.source.split("\n")
    for step in trace.steps:
        if step.part and step.operation and step.part.line == step.part.end_line:
            line = lines[step.part.line - 1]
            found.append(line[step.part.column : step.part.end_column])
    return found
