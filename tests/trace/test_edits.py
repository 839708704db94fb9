"""A trace that somebody edited is refused with the reason, or can be drawn."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz.picture.export import draw
from minitorch_viz.picture.svg import svg
from minitorch_viz.player.page import payload
from minitorch_viz.trace.model import Trace

PROGRAMS = (
    "x = torch.ones(2, requires_grad=True)\ny = x * 2\nwith torch.no_grad():\n"
    "    x -= y\nprint(y)\ny.sum().backward()",
    "x = torch.ones(2)\nd = x[0]\nd += 1\nw = torch.ones(2, requires_grad=True)\n"
    "e = (w * w).exp()\nfor i in range(2):\n    e.sum().backward()",
    "def f(a):\n    return a.detach() * 3\nq = torch.ones(1, requires_grad=True)\n"
    "r = f(q) + q\nr.backward()\nif r > 1: r = None",
)
ODD = (None, 0, 1, -1, 99, 10**9, 1.5, "", "x", "t0", "t99", "n0", "n99", "o0", [], {})


def _places(data: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to everything inside JSON data."""
    if isinstance(data, dict):
        inner = list(data.items())
    else:
        inner = list(enumerate(data)) if isinstance(data, list) else []
    found = [(*way, key) for key, _ in inner]
    for key, value in inner:
        found += _places(value, (*way, key))
    return found


def _at(data: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        data = data[key]
    return data


def _edit(chance: random.Random, data: Any) -> None:
    """Drop, replace or move one thing."""
    ways = _places(data)
    way = chance.choice(ways)
    holder, key, kind = _at(data, way[:-1]), way[-1], chance.randrange(4)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = json.loads(json.dumps(_at(data, chance.choice(ways))))
    elif kind == 2 and type(holder[key]) is int:
        holder[key] += chance.choice((-3, -1, 1, 2, 50))
    else:
        holder[key] = chance.choice(ODD)


@pytest.mark.parametrize("seed", range(6))
def test_an_edited_trace_is_refused_or_drawn(seed: int) -> None:
    chance, whole = random.Random(seed), [mv.step(p).to_json() for p in PROGRAMS]
    refused = 0
    for _ in range(25):
        data = json.loads(chance.choice(whole))
        _edit(chance, data)
        try:
            trace = Trace.from_json(json.dumps(data))
        except ValueError:
            refused += 1
            continue
        assert payload(trace)
        assert svg(draw(trace, step=-1))

    assert refused


@pytest.mark.parametrize(
    ("entity", "field", "value", "reason"),
    [
        ("t2", "grad_fn", "n99", "grad_fn must be the id of a node in this trace"),
        ("t2", "made_by", "t0", "made_by must be the id of an operation in this trace"),
        ("n0", "variable", "n0", "variable must be the id of a tensor in this trace"),
        ("n0", "edges", [{"node": "n7"}], "edges[0].node must be the id of a node"),
        ("o1", "inputs", [{"name": "a", "tensor": "t9"}], "inputs[0].tensor must be"),
        ("o1", "outputs", ["t9"], "outputs must be the id of a tensor"),
        ("n0", "hooks", -1, "hooks must be 0 or more, got -1"),
        ("t2", "shape", [-2], "shape[0] must be 0 or more, got -2"),
    ],
)
def test_what_points_to_nothing_is_named(
    entity: str, field: str, value: Any, reason: str
) -> None:
    program = "x = torch.ones(2, requires_grad=True)\ny = x * 2\nz = y + 1"
    data = json.loads(mv.step(program).to_json())
    step = next(s for s in data["steps"] if entity in s.get("changes", {}))
    step["changes"][entity][field] = value

    with pytest.raises(ValueError, match="changes") as failed:
        Trace.from_dict(data)

    assert reason in str(failed.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("line", 0), ("line", 99), ("end_line", -1), ("end_line", 99), ("column", -1)],
)
def test_a_place_outside_the_program_is_refused(name: str, value: int) -> None:
    data = json.loads(mv.step("x = 1\ny = 2").to_json())
    data["steps"][1]["site"][name] = value

    with pytest.raises(ValueError, match=r"steps\[1\]\.site"):
        Trace.from_dict(data)
