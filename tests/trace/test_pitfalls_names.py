"""Pitfalls of tracing: names, and what recording must not change."""

from __future__ import annotations

import gc
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.trace.model import Trace

from .looking import at_line, names, text


# -- names -----------------------------------------------------------------------------
def test_a_tensor_has_all_of_its_names() -> None:
    trace = mv.step("a = torch.ones(1)\nb = a\nparams = [a]\ntable = {'w': a}\ndel a")

    assert list(names(trace, -2)) == ["a", "b", "params[0]", "table['w']"]
    assert list(names(trace)) == ["b", "params[0]", "table['w']"]


def test_only_names_of_the_program_are_looked_at() -> None:
    scope: dict[str, Any] = {"mine": torch.ones(1), "hidden": torch.ones(1)}
    trace = mv.step("x = mine + 1", namespace=scope)

    assert set(names(trace)) == {"mine", "x"}


def test_locals_are_named_after_their_function() -> None:
    trace = mv.step(
        "def f(t):\n    u = t * 2\n    return u\nx = torch.ones(1)\ny = f(x)"
    )
    inside = at_line(trace, 2)[0].index

    assert set(names(trace, inside)) == {"x", "f.t", "f.u"}
    assert set(names(trace)) == {"x", "y"}


def test_parameters_of_a_module_are_named_by_their_way() -> None:
    trace = mv.step("model = torch.nn.Sequential(torch.nn.Linear(1, 1))")

    assert set(names(trace)) == {"model[0].weight", "model[0].bias"}


def test_a_gradient_is_named_after_its_tensor() -> None:
    trace = mv.step("x = torch.ones(1, requires_grad=True)\n(x * 2).backward()")

    assert set(names(trace)) == {"x", "x.grad"}
    assert names(trace)["x"].grad == names(trace)["x.grad"].id


@pytest.mark.parametrize("name", ["ünïcode", "_", "__private", "é", "𝕩", "класс", "α"])
def test_hostile_names_are_plain_text(name: str) -> None:
    source = (
        f"{name} = torch.ones(1)\ns = '<script>alert(1)</script>\\\\\"\\U0001f600'\ns"
    )
    trace = mv.step(source)

    assert Trace.from_json(trace.to_json()) == trace
    assert "<script>" in text(trace, "result")


# -- the observer's effect -------------------------------------------------------------
DEATHS = """\
import weakref
def f(x):
    y = x * 2
    seen = weakref.ref(y)
    del y
    return seen() is None
x = torch.ones(2, requires_grad=True)
print(f(x))
z = x * 2
seen = weakref.ref(z)
z = None
print(seen() is None)
t = (x * 2).exp()
seen = weakref.ref(t.grad_fn)
t.sum().backward()
del t
print(seen() is None)
"""


def test_recording_keeps_nothing_alive() -> None:
    trace = mv.step(DEATHS)

    assert text(trace) == "True\nTrue\nTrue\n"
    assert [s.deleted for s in at_line(trace, 5)] == [("t1", "n0", "n1")]


def test_the_trace_holds_no_live_object() -> None:
    before = _live()
    trace = mv.step(
        "x = torch.ones(1000, requires_grad=True)\ny = (x * x).sum()\ny.backward()"
    )

    assert _live() == before
    assert trace.steps


def _live() -> int:
    gc.collect()
    # By type: asking a lazy object of another library for its class may warn.
    return sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())


def test_recording_bumps_no_version_and_runs_no_operation() -> None:
    source = (
        "x = torch.ones(2, requires_grad=True)\ny = x * 2\nv = y[0]\n"
        "with torch.inference_mode():\n    z = x * 1\n"
        "log = [x._version, y._version, v._version]\nlog\n"
    )
    trace = mv.step(source)

    assert text(trace, "result") == "[0, 0, 0]\n"
    assert [o.name for o in trace.at(-1).operations.values()] == [
        "ones",
        "mul",
        "select",
        "mul",
    ]


def test_temporaries_are_gone_at_the_end_of_their_statement() -> None:
    trace = mv.step("x = torch.ones(1)\ny = (x + 1) * 2\nx * 3")
    two, three = at_line(trace, 2), at_line(trace, 3)

    assert two[-1].deleted == ("t1",)
    assert three[-1].deleted == ("t3",)


def test_locals_stay_the_functions_own() -> None:
    trace = mv.step(
        "def f(x):\n    mine = locals()\n    y = 2\n    return sorted(mine)\nf(1)"
    )

    assert text(trace, "result") == "['x']\n"


def test_what_an_optimizer_keeps_has_the_name_by_which_it_is_reached() -> None:
    trace = mv.step(
        "w = torch.ones(2, requires_grad=True)\n"
        "opt = torch.optim.SGD([w], lr=0.1, momentum=0.9)\n"
        "for k in range(2):\n    w.sum().backward()\n    opt.step()\n"
    )
    way = "opt.state[w]['momentum_buffer']"
    held = [s for s in trace.at(-1).tensors.values() if way in s.names]

    assert len(held) == 1
    # So it is called from its first step on, inside the very call that makes it.
    assert {
        state.expression
        for step in trace.steps
        for key, state in step.changes.items()
        if key == held[0].id
    } <= {way, "w.sum()", "opt.step()"}


def test_a_tensor_as_a_key_is_called_by_its_name() -> None:
    trace = mv.step("w = torch.ones(2)\nkept = {w: w * 2}\nkept[w] += 1\n")

    assert "kept[w]" in {n for s in trace.at(-1).tensors.values() for n in s.names}
