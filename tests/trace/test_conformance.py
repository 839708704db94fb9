"""Every conformance program can be traced, and the trace agrees with the recording."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import minitorch_viz as mv
from minitorch_viz.trace.model import Trace, json_schema

CASES = sorted((Path(__file__).parent.parent / "conformance/cases").glob("*/*.py"))
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}"
)
def test_a_program_gives_one_valid_trace(case: Path) -> None:
    trace = mv.step(case)
    text = trace.to_json()

    VALIDATOR.validate(json.loads(text))
    assert Trace.from_json(text) == trace
    assert mv.step(case).to_json() == text
    assert trace.stopped is None


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}"
)
def test_a_trace_ends_as_pytorch_did(case: Path) -> None:
    recorded = json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))
    trace = mv.step(case)
    printed = "".join(p.text for p in trace.output if p.stream == "stdout")
    last = trace.steps[-1].error
    names = {
        name: state
        for state in trace.at(-1).tensors.values()
        for name in state.names
        if name.isidentifier()
    }
    final = recorded["events"][-1]["tensors"] if recorded["events"] else {}

    assert printed == recorded["stdout"]
    assert (last and not last.caught and last.type) == (
        recorded["exception"] and recorded["exception"]["type"]
    )
    for name, expected in final.items():
        if name in names and isinstance(expected["is_leaf"], bool):
            state = names[name]
            assert state.requires_grad == expected["requires_grad"], name
            assert state.is_leaf == expected["is_leaf"], name
            assert list(state.shape) == expected["shape"], name
            assert (state.grad is None) == (expected["grad"] is None), name
            if not isinstance(expected["_version"], dict):
                assert state.version == expected["_version"], name
