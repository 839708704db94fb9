"""Every conformance program can be traced; each stop shows what PyTorch had then."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import minitorch_viz as mv
from minitorch_viz.snapshot import Snapshot, TensorState
from minitorch_viz.trace.model import Step, Trace, json_schema

CASES = sorted((Path(__file__).parent.parent / "conformance/cases").glob("*/*.py"))
VALIDATOR = jsonschema.Draft202012Validator(json_schema())
#: What the recording calls a moment after `yield` is, in a trace, the moment at it.
LATER = {("04_generator_interleaved", 6)}
every_case = pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}"
)


@cache
def traced(case: Path) -> Trace:
    return mv.step(case, engine="minitorch")


@cache
def recorded(case: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(case.with_suffix(".json").read_text("utf-8"))
    return found


@every_case
def test_a_program_gives_one_valid_trace(case: Path) -> None:
    trace = traced(case)
    text = trace.to_json()

    VALIDATOR.validate(json.loads(text))
    assert Trace.from_json(text) == trace
    assert mv.step(case, engine="minitorch").to_json() == text
    assert trace.stopped is None


@every_case
def test_a_trace_prints_and_ends_as_pytorch_did(case: Path) -> None:
    recording, trace = recorded(case), traced(case)
    if "OrderedDict([" in recording["stdout"] and sys.version_info >= (3, 12):
        pytest.skip("recorded with Python 3.11, which wrote an OrderedDict otherwise")
    printed = "".join(p.text for p in trace.output if p.stream == "stdout")
    last = trace.steps[-1].error
    expected = recording["exception"] and recording["exception"]["type"]

    assert printed == recording["stdout"]
    assert (last.type if last and not last.caught else None) == expected


@every_case
def test_each_stop_shows_what_pytorch_had_then(case: Path) -> None:
    trace = traced(case)
    snapshots = list(trace.snapshots())
    wrong = []
    for step, event in paired(trace, recorded(case)["events"]):
        snapshot = snapshots[step.index]
        states = {n: s for s in snapshot.tensors.values() for n in s.names}
        for name, expected in event["tensors"].items():
            differs = differences(snapshot, states.get(name), expected)
            if differs and (case.stem, event["line"]) not in LATER:
                wrong.append((event["line"], name, differs))

    assert wrong == []


def test_most_stops_are_compared() -> None:
    # Where a line has more stops than moments (a caught error), none is paired; what
    # the fuzzer found, and what was added of learners', is about half errors.
    later = ("fuzz", "learner")
    written = [case for case in CASES if case.parent.name not in later]
    events = [e for case in written for e in recorded(case)["events"]]
    pairs = [p for c in written for p in paired(traced(c), recorded(c)["events"])]

    assert len(pairs) > 3 / 4 * len(events)


def paired(
    trace: Trace, events: list[dict[str, Any]]
) -> Iterator[tuple[Step, dict[str, Any]]]:
    """Pair stops with recorded moments, where a line has as many of both."""
    stops, moments = defaultdict(list), defaultdict(list)
    for step in trace.steps:
        if step.level == "statement" and step.site:
            stops[step.frame, step.site.line].append(step)
    for event in events:
        moments[event["frame"], event["line"]].append(event)
    for place, found in moments.items():
        if len(stops[place]) == len(found):
            yield from zip(stops[place], found, strict=True)


def differences(
    snapshot: Snapshot, state: TensorState | None, expected: dict[str, Any]
) -> list[tuple[str, object, object]]:
    """Compare a tensor's state with the recording; what raised there is left out."""
    if state is None:
        return [("name", None, "a tensor")]
    node = snapshot.nodes.get(state.grad_fn or "")
    found = {
        "requires_grad": state.requires_grad,
        "is_leaf": state.is_leaf,
        "_version": state.version,
        "retains_grad": state.retains_grad,
        "is_inference": state.is_inference,
        "shape": list(state.shape),
        "dtype": f"torch.{state.dtype}",
        "grad_fn": node and node.name,
    }
    differ: list[tuple[str, object, object]] = [
        (field, value, expected[field])
        for field, value in found.items()
        if value != expected[field] and not isinstance(expected[field], dict)
    ]
    if (state.grad is None) != (expected["grad"] is None):
        differ.append(("grad", state.grad, expected["grad"]))
    numbers = snapshot.values[state.value or 0].numbers
    if numbers is not None and expected["value"] is not None:
        pairs = zip(numbers, flat(expected["value"]), strict=True)
        if any(
            float(a) != pytest.approx(float(b), 1e-4, 1e-6, nan_ok=True)
            for a, b in pairs
        ):
            differ.append(("value", numbers, expected["value"]))
    return differ


def flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from flat(item)
    else:
        yield value
