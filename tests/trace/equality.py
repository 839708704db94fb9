"""Where two traces of one program differ, step by step and field by field."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from minitorch_viz.snapshot import (
    SavedState,
    ValueState,
)
from minitorch_viz.trace.model import ErrorState, Step, Trace

NUMBER = re.compile(r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?")

Difference = tuple[str, object, object]


def differences(ours: Trace, theirs: Trace) -> Iterator[Difference]:
    """Yield (where, ours, PyTorch's); ids must be the same, numbers nearly."""
    yield from _differ("output", _text(ours), _text(theirs))
    for a, b in zip(ours.steps, theirs.steps, strict=False):
        where = f"step {a.index}"
        for part in ("level", "kind", "site", "part", "parent", "frame", "operation"):
            yield from _differ(f"{where} {part}", getattr(a, part), getattr(b, part))
        for part in ("node", "grad_enabled", "inference_mode", "modes", "deleted"):
            yield from _differ(f"{where} {part}", getattr(a, part), getattr(b, part))
        for part in ("warnings", "error", "action", "iteration"):
            yield from _differ(f"{where} {part}", getattr(a, part), getattr(b, part))
        yield from _changes(where, a, b, ours, theirs)
        yield from _gradients(where, a, b, ours, theirs)
    yield from _differ("steps", len(ours.steps), len(theirs.steps))


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
    yield from _differ(f"{where} changes", sorted(a.changes), sorted(b.changes))
    for entity in a.changes.keys() & b.changes.keys():
        x, y = a.changes[entity], b.changes[entity]
        if type(x) is not type(y):
            yield f"{where} {entity}", x, y
            continue
        for field in fields(x):
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


def _value(trace: Trace, index: int | None) -> ValueState | None:
    return None if index is None else trace.values[index]


def _saved(trace: Trace, saved: tuple[SavedState, ...]) -> tuple[Any, ...]:
    """What is saved by name; PyTorch notes the shapes of inputs in other cases too."""
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
