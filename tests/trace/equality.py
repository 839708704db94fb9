"""Where two traces of one program differ, record by record and field by field."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from minitorch_viz.snapshot import ValueState
from minitorch_viz.trace.model import ErrorState, Trace

from .plain import Plain, unfinished

_NUMBER = re.compile(r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?")
_HANDLE = re.compile(r"'__minitorch_viz__': <[^>]*>(, )?")

#: What PyTorch's C++ adds to some messages: where in it the error was raised.
_FRAMES = re.compile(r"\nException raised from .*", re.DOTALL)

Difference = tuple[str, object, object]


def differences(ours: Trace, theirs: Trace) -> Iterator[Difference]:
    """Yield (where, ours, PyTorch's); all must be the same, numbers nearly."""
    ran = unfinished(ours, theirs)
    a, b = Plain(ours, ran[0]), Plain(theirs, ran[1])
    yield from _differ("output", a.output(), _HANDLE.sub("", b.output()))
    records = a.records(), b.records()
    for mine, other in zip(*records, strict=False):
        where = f"step {mine['step']}/{other['step']}"
        for key in sorted((mine.keys() | other.keys()) - {"step"}):
            yield from _differ(f"{where} {key}", mine.get(key), other.get(key))
    yield from _differ("records", len(records[0]), len(records[1]))


def _differ(where: str, a: object, b: object) -> Iterator[Difference]:
    if same(a, b):
        return
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            yield from _differ(f"{where} {key}", a.get(key), b.get(key))
        return
    yield where, a, b


def same(a: object, b: object) -> bool:
    """Return True for equal things, and for numbers that nearly are."""
    if isinstance(a, str) and isinstance(b, str):
        return a == b or _same_text(a, b)
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-4)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, ValueState) and isinstance(b, ValueState) and a.numbers:
        return same(a.numbers, b.numbers)
    if isinstance(a, ErrorState) and isinstance(b, ErrorState):
        a, b = _untold(a, b), replace(b, message=_FRAMES.split(b.message)[0])
    if isinstance(a, ErrorState | ValueState) and type(a) is type(b):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    return a == b


def _untold(ours: ErrorState, theirs: ErrorState) -> ErrorState:
    """Leave out whose saved tensors a program has asked for, if PyTorch doesn't say."""
    if theirs.kind not in ("freed", "modified") or theirs.culprit_node is not None:
        return ours
    names = "node", "field", "tensor"
    unknown: dict[str, Any] = {f"culprit_{name}": None for name in names}
    return replace(ours, **unknown, saved_line=None, changed_line=None)


def _same_text(a: str, b: str) -> bool:
    a, b = " ".join(a.split()), " ".join(b.split())
    found = _NUMBER.findall(a), _NUMBER.findall(b)
    return _NUMBER.sub("#", a) == _NUMBER.sub("#", b) and all(
        math.isclose(float(x), float(y), rel_tol=2e-3, abs_tol=2e-4)
        for x, y in zip(*found, strict=True)
    )
