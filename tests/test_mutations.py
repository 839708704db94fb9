"""Trace files that were damaged or crafted: refused in words, or drawn harmlessly."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from minitorch_viz.trace.model import Trace

from .mutations.mutants import mutant, originals, problem, read, show

MARKUP = '</script><script>window.ran=1</script><img src=x onerror="window.ran=1">'
#: Words that the format itself knows, and so may not be replaced.
FIXED = ("format", "level", "kind", "action", "stream", "reason", "under", "dtype")


def test_mutants_are_refused_in_words_or_drawn_in_time() -> None:
    found = [problem(seed) for seed in range(100)]

    assert [wrong for wrong, _ in found if wrong] == []
    assert sum(trace is not None for _, trace in found) > 10
    assert sum(trace is None for _, trace in found) > 10


def test_a_seed_always_gives_the_same_mutant() -> None:
    assert mutant(7) == mutant(7)
    assert mutant(7) not in originals()


def marked(data: Any, key: str = "") -> Any:
    """Put markup into every string that isn't an id or a word of the format."""
    if isinstance(data, dict):
        return {k: marked(v, k) for k, v in data.items()}
    if isinstance(data, list):
        return [marked(item, key) for item in data]
    free = isinstance(data, str) and key not in FIXED and not is_id(data)
    return data + MARKUP if free else data


def is_id(text: str) -> bool:
    return text[:1] in "tnos" and text[1:].isdigit()


def crafted() -> Trace:
    """Return a trace with markup in every string."""
    data = json.loads(originals()[0])
    source = data["source"].splitlines()
    hostile = marked(data)
    # Nobody's line may move, or the places in the program would be wrong.
    hostile["source"] = "\n".join(line + "  # " + MARKUP for line in source)
    hostile["ask"] = None
    return Trace.from_dict(hostile)


def test_markup_in_every_string_stays_text() -> None:
    trace = crafted()

    assert trace.to_json().count(MARKUP[:9]) > 100
    assert "window.ran" in show(trace)


def edited(change: Callable[[dict[str, Any]], None]) -> bytes:
    data = json.loads(originals()[0])
    change(data)
    return json.dumps(data).encode()


def node(data: dict[str, Any], id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        step["changes"][id] for step in data["steps"] if id in step["changes"]
    )
    return found


def cycle(data: dict[str, Any]) -> None:
    for id in ("n0", "n1"):
        node(data, id)["edges"] = [{"node": "n0"}, {"node": "n1"}]


def every_parent(data: dict[str, Any]) -> None:
    for step in data["steps"]:
        step["parent"] = step["index"]


def huge(data: dict[str, Any]) -> None:
    node(data, "t0")["shape"] = [10**18, 10**18]
    node(data, "t0")["version"] = 10**18
    for value in data["values"]:
        value.update(low=-1e308, high=1e308, total=1e308)


def long_name(data: dict[str, Any]) -> None:
    node(data, "t0")["names"] = ["x" * 1_000_000]


def own_view(data: dict[str, Any]) -> None:
    node(data, "t0")["view_of"] = "t0"
    node(data, "t0")["grad"] = "t0"


@pytest.mark.parametrize("change", [cycle, every_parent, huge, long_name, own_view])
def test_what_cannot_be_is_refused_or_drawn(
    change: Callable[[dict[str, Any]], None],
) -> None:
    trace = read(edited(change))

    assert trace is None or show(trace)


@pytest.mark.parametrize("original", originals(), ids=["detach", "in place", "loop"])
def test_an_operation_may_claim_any_result(original: bytes) -> None:
    data = json.loads(original)
    ids = {id for step in data["steps"] for id in step["changes"] if id[0] == "t"}
    for id in sorted(ids):
        node(data, "o1")["outputs"] = [id]
        trace = read(json.dumps(data).encode())

        assert trace is None or show(trace)
