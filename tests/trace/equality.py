"""Where two traces of one program differ, step by step and field by field.

What PyTorch does inside, and is no learner's business, is left out of the comparison;
`LEFT_OUT` says what and why.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from minitorch_viz.snapshot import NodeState, OperandState, SavedState, ValueState
from minitorch_viz.trace.model import ErrorState, Step, Trace

#: What isn't compared, and why.
LEFT_OUT = {
    "digits": "sums in another order: numbers agree to about four digits",
    "plain operands": "PyTorch doesn't say which plain arguments were left to default",
    "plain saved values": "shapes, strides and flags that a formula may ask for",
    "order of saved": "PyTorch lists its fields by name, ours by formula",
    "copy slices": "PyTorch keeps to itself what an operation on a view has saved",
    "deaths inside a statement": "PyTorch's composed operations and its walk back hold "
    "on to inner results for longer, or shorter, than NumPy does",
}
NUMBER = re.compile(r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?")

Difference = tuple[str, object, object]


def differences(ours: Trace, theirs: Trace) -> Iterator[Difference]:
    """Yield (where, ours, PyTorch's); ids must be the same, numbers nearly."""
    yield from _differ("output", _text(ours), _text(theirs))
    for a, b in zip(ours.steps, theirs.steps, strict=False):
        where = f"step {a.index}"
        for part in STEP:
            yield from _differ(f"{where} {part}", getattr(a, part), getattr(b, part))
        yield from _changes(where, a, b, ours, theirs)
        yield from _gradients(where, a, b, ours, theirs)
    yield from _differ("deaths", _deaths(ours), _deaths(theirs))
    yield from _differ("steps", len(ours.steps), len(theirs.steps))


STEP = (
    *("level", "kind", "site", "part", "parent", "frame", "operation", "node"),
    *("grad_enabled", "inference_mode", "modes", "warnings", "error", "action"),
    "iteration",
)


def _deaths(trace: Trace) -> tuple[tuple[str, ...], ...]:
    """What died from the end of one statement to that of the next."""
    found: list[tuple[str, ...]] = []
    dead: list[str] = []
    for step in trace.steps:
        dead += step.deleted
        if step.level == "statement":
            found.append(tuple(sorted(dead)))
            dead = []
    return tuple(found)


def _text(trace: Trace) -> str:
    return "".join(p.text for p in trace.output if p.stream != "warning")


def _differ(where: str, a: object, b: object) -> Iterator[Difference]:
    if not same(a, b):
        yield where, a, b


def same(a: object, b: object) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        if a == b:
            return True
        found = NUMBER.findall(a), NUMBER.findall(b)
        return NUMBER.sub("#", a) == NUMBER.sub("#", b) and all(
            math.isclose(float(x), float(y), rel_tol=2e-3, abs_tol=2e-4)
            for x, y in zip(*found, strict=True)
        )
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-5)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is type(b) and isinstance(a, ErrorState | ValueState):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    return a == b


def _changes(
    where: str, a: Step, b: Step, ours: Trace, theirs: Trace
) -> Iterator[Difference]:
    both = a.changes.keys() & b.changes.keys()
    for entity in (a.changes.keys() | b.changes.keys()) - both:
        x, y = a.changes.get(entity), b.changes.get(entity)
        if not _is_copy_slices(x or y):
            yield f"{where} {entity}", x, y
    for entity in sorted(both):
        x, y = a.changes[entity], b.changes[entity]
        if type(x) is not type(y):
            yield f"{where} {entity}", x, y
            continue
        for field in fields(x):
            if _is_copy_slices(x) and field.name in ("saved", "released"):
                continue
            v, w = getattr(x, field.name), getattr(y, field.name)
            if field.name == "value":
                v, w = _value(ours, v), _value(theirs, w)
            elif field.name == "saved":
                v, w = _saved(ours, v), _saved(theirs, w)
            elif field.name == "inputs":
                v, w = (
                    [(i.tensor, i.node) for i in v if not i.text],
                    [(i.tensor, i.node) for i in w if not i.text],
                )
            yield from _differ(
                f"{where} {entity} {type(x).__name__}.{field.name}", v, w
            )


def _is_copy_slices(state: object) -> bool:
    return isinstance(state, NodeState) and state.name == "CopySlices"


def _inputs(given: tuple[OperandState, ...]) -> list[tuple[str | None, str | None]]:
    return [(each.tensor, each.node) for each in given if not each.text]


def _value(trace: Trace, index: int | None) -> ValueState | None:
    return None if index is None else trace.values[index]


def _saved(trace: Trace, saved: tuple[SavedState, ...]) -> tuple[Any, ...]:
    """The tensors that are saved, by name."""
    kept = [s for s in saved if not s.text]
    return tuple(
        (
            s.field,
            s.tensor,
            s.version,
            s.now,
            s.freed,
            s.nbytes,
            s.storage,
            _value(trace, s.value),
        )
        for s in sorted(kept, key=lambda s: s.field)
    )


def _gradients(
    where: str, a: Step, b: Step, ours: Trace, theirs: Trace
) -> Iterator[Difference]:
    x = tuple(replace(g, value=None) for g in a.gradients)
    y = tuple(replace(g, value=None) for g in b.gradients)
    yield from _differ(f"{where} gradients", x, y)
    for g, h in zip(a.gradients, b.gradients, strict=False):
        yield from _differ(
            f"{where} gradient", _value(ours, g.value), _value(theirs, h.value)
        )
