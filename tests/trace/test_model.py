from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch_viz as mv
from minitorch_viz.snapshot import (
    EdgeState,
    ModeState,
    NodeState,
    OperandState,
    OperationState,
    SavedState,
    Site,
    TensorState,
    ValueState,
)
from minitorch_viz.trace.model import (
    ErrorState,
    GradientState,
    Output,
    Step,
    Trace,
    json_schema,
)

SCHEMA = Path(mv.__file__).parent / "trace" / "schema.json"
PROGRAM = """\
x = torch.tensor([1., float("nan")], requires_grad=True)
y = (x * x).sum()
with torch.no_grad():
    x += 1
y.backward()
"""
numbers = st.integers(0, 3)
words = st.text(max_size=8)
sites = st.none() | st.builds(Site, st.just(1), numbers, st.just(2), numbers)
floats = st.none() | st.floats(allow_nan=False, allow_infinity=False)
values = st.builds(
    ValueState,
    words,
    st.none() | st.lists(st.booleans() | numbers | words, max_size=3).map(tuple),
    floats,
    floats,
    floats,
)
tensors = st.builds(
    TensorState,
    st.just("t0"),
    st.lists(words, max_size=2).map(tuple),
    st.lists(numbers, max_size=3).map(tuple),
    requires_grad=st.booleans(),
    grad=st.none() | st.just("t0"),
    version=st.none() | numbers,
    value=st.none() | st.just(0),
    expression=words,
    site=sites,
)
nodes = st.builds(
    NodeState,
    st.just("n0"),
    words,
    st.lists(st.builds(EdgeState, st.none() | st.just("n0"), numbers), max_size=2).map(
        tuple
    ),
    st.lists(
        st.builds(SavedState, words, st.none() | st.just("t0"), words, version=numbers),
        max_size=2,
    ).map(tuple),
)
operations = st.builds(
    OperationState,
    st.just("o0"),
    words,
    st.lists(st.builds(OperandState, words, text=words), max_size=2).map(tuple),
)
modes = st.lists(st.builds(ModeState, words, st.booleans(), numbers), max_size=2)
steps = st.builds(
    Step,
    st.just(0),
    st.sampled_from(["statement", "operation", "backward"]),
    st.sampled_from(["statement", "error", "mode"]),
    sites,
    modes=modes.map(tuple),
    changes=st.fixed_dictionaries({"t0": tensors, "n0": nodes, "o0": operations}),
    gradients=st.lists(
        st.builds(GradientState, st.just("n0"), st.none() | st.just("n0")), max_size=2
    ).map(tuple),
    warnings=st.lists(words, max_size=2).map(tuple),
    error=st.none() | st.builds(ErrorState, words, words, sites),
)
traces = st.builds(
    Trace,
    words.map(lambda text: f"{text}\n"),
    st.lists(steps, min_size=1, max_size=4).map(
        lambda made: tuple(_numbered(step, i) for i, step in enumerate(made))
    ),
    st.lists(values, min_size=1, max_size=2).map(tuple),
    st.lists(st.builds(Output, words, words), max_size=2).map(tuple),
)


def _numbered(step: Step, index: int) -> Step:
    fields = {name: getattr(step, name) for name in step.__slots__}
    return Step(**{**fields, "index": index})


def data() -> dict[str, Any]:
    return json.loads(mv.step(PROGRAM).to_json())


@settings(deadline=None)
@given(traces)
def test_json_round_trip_gives_the_same_trace(trace: Trace) -> None:
    text = trace.to_json()

    assert Trace.from_json(text) == trace
    assert Trace.from_json(text).to_json() == text


@settings(deadline=None)
@given(traces)
def test_every_trace_fits_the_schema(trace: Trace) -> None:
    jsonschema.validate(trace.to_dict(), json_schema())


def test_the_schema_in_the_package_is_the_records_own() -> None:
    text = json.dumps(json_schema(), indent=1) + "\n"
    if os.environ.get("MINITORCH_VIZ_REWRITE"):
        SCHEMA.write_text(text, encoding="utf-8")

    assert SCHEMA.read_text(encoding="utf-8") == text


def test_the_schema_refuses_what_the_records_refuse() -> None:
    wrong = data()
    wrong["steps"][1]["changes"]["t0"]["shape"] = "2"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, json_schema())


def test_changes_are_written_as_differences() -> None:
    steps = data()["steps"]
    written = [s["changes"]["t0"] for s in steps if "t0" in s["changes"]]

    assert "shape" in written[0]
    assert written[1:] == [{"version": 1, "value": written[1]["value"]}]


def test_at_replays_the_log_to_one_moment() -> None:
    trace = mv.step(PROGRAM)
    found = {t.names: t.version for t in trace.at(-1).tensors.values()}

    assert found == {("x",): 1, ("y",): 0}
    assert trace.at(0).tensors == {}
    assert trace.at(len(trace.steps) - 1) == trace.at(-1)


def test_at_and_snapshots_agree() -> None:
    trace = mv.step(PROGRAM)

    assert list(trace.snapshots()) == [trace.at(s.index) for s in trace.steps]


@pytest.mark.parametrize("index", [40, -40, "1", 1.0, None, True])
def test_at_refuses_a_step_that_isnt_there(index: Any) -> None:
    with pytest.raises(ValueError, match=r"step must be in 0\.\.\d+, got"):
        mv.step(PROGRAM).at(index)


@pytest.mark.parametrize("keep", [0, 1, 10, 100, 500, -2])
def test_a_truncated_text_is_called_cut_off(keep: int) -> None:
    text = mv.step(PROGRAM).to_json()[:keep]

    with pytest.raises(ValueError, match="not a trace: the text isn't whole JSON"):
        Trace.from_json(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "not a trace: expected a JSON object, got a list"),
        ("null", "expected a JSON object, got None"),
        ("{}", "format must be 'minitorch-viz-trace', got None"),
        ('{"format": "minitorch-viz-trace"}', "version must be in 1..1, got None"),
        (
            '{"format": "minitorch-viz-trace", "version": 2}',
            "version must be in 1..1, got 2; a newer minitorch_viz may read it",
        ),
        ('{"a": NaN}', "NaN is not JSON"),
        ("[" * 100_000, "nested too deeply|isn't whole JSON"),
    ],
)
def test_what_is_no_trace_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Trace.from_json(text)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("steps", [], "trace.steps must be a list of at least one step"),
        ("steps.0.index", 5, r"steps\[0\].index must be 0, got 5"),
        ("steps.1.level", "deep", r"steps\[1\].level must be one of 'statement'"),
        ("steps.1.index", True, r"steps\[1\].index must be integer, got True"),
        ("steps.1.parent", 999, r"steps\[1\].parent must be a step's index"),
        ("steps.1.output", 999, r"steps\[1\].output must be in 0\.\."),
        ("steps.1.extra", 1, r"steps\[1\] has an unknown field 'extra'"),
        ("steps.1.changes", [], r"steps\[1\] must be a step with its changes"),
        ("steps.1.changes.t0.shape", "2", r"changes.t0.shape must be a list"),
        ("steps.1.changes.t0.id", "t7", r"changes.t0.id must be 't0', got 't7'"),
        ("steps.1.changes.t0.value", 999, r"changes.t0.value must be in the value"),
        ("steps.1.changes.x0", {}, "must be an id like 't0', 'n0', 'o0' or 'c0'"),
        ("steps.1.site.line", "1", r"site.line must be integer, got '1'"),
        ("source", 3, "trace.source must be string, got 3"),
        ("values.0.text", None, r"values\[0\].text must be string, got None"),
    ],
)
def test_a_wrong_field_is_named(path: str, value: object, message: str) -> None:
    wrong = data()
    *way, last = path.split(".")
    place: Any = wrong
    for key in way:
        place = place[int(key) if key.isdecimal() else key]
    place[last] = value

    with pytest.raises(ValueError, match=message):
        Trace.from_dict(wrong)


def test_a_missing_field_is_named() -> None:
    wrong = data()
    del wrong["steps"][0]["kind"]

    with pytest.raises(ValueError, match=r"steps\[0\] lacks the field 'kind'"):
        Trace.from_dict(wrong)


def test_save_writes_json_and_refuses_other_suffixes(tmp_path: Path) -> None:
    trace = mv.step(PROGRAM)
    written = trace.save(tmp_path / "a.json")

    assert Trace.from_json(written.read_text(encoding="utf-8")) == trace
    with pytest.raises(ValueError, match="path must end in .html, .svg"):
        trace.save(tmp_path / "a.docx")
