"""Pitfalls of tracing: grad modes and exceptions, and how blocks are left."""

from __future__ import annotations

import gc

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.snapshot import Site
from minitorch_viz.trace.markers import HOOK

from .looking import at_line, names, text


# -- modes -----------------------------------------------------------------------------
def test_grad_mode_is_the_threads_own_and_comes_from_the_setter() -> None:
    trace = mv.step(
        "f = torch.no_grad()(lambda x: x * 2)\ny = f(torch.ones(1))\nz = y + 1"
    )
    mul = next(o for o in trace.at(-1).operations.values() if o.name == "mul")
    inside = next(s for s in trace.steps if s.operation == mul.id)

    assert mul.under == "grad mode off"
    assert [m.name for m in inside.modes] == ["no_grad"]
    assert trace.steps[-1].modes == ()


def test_a_generator_suspended_inside_no_grad_leaks_the_mode() -> None:
    trace = mv.step(
        "def gen():\n    with torch.no_grad():\n        yield 1\n        yield 2\n"
        "g = gen()\nnext(g)\nx = torch.ones(1, requires_grad=True)\ny = x * 2\n"
    )
    step = at_line(trace, 8)[0]

    assert not step.grad_enabled
    assert names(trace)["y"].made_under == "grad mode off"


def test_a_line_of_a_generator_belongs_to_the_call_that_it_ends_in() -> None:
    trace = mv.step(
        "def g():\n    a = yield 1\n    b = yield 2\ni = g()\nnext(i)\nnext(i)\n"
    )
    resumed = next(step for step in trace.steps if step.site and step.site.line == 2)

    assert resumed.frame == "g"
    assert resumed.parent is not None
    assert trace.steps[resumed.parent].index > resumed.index
    assert trace.steps[resumed.parent].site == Site(6, 0, 6, 7)


def test_a_traced_program_starts_with_the_modes_as_new_and_leaks_none() -> None:
    # A generator that an earlier test left inside a block leaves it when collected, and
    # switches grad mode then, as in PyTorch: not in the middle of this.
    gc.collect()
    with torch.no_grad():
        trace = mv.step("torch.set_grad_enabled(False)")
        assert not torch.is_grad_enabled()

    assert trace.steps[0].grad_enabled
    assert torch.is_grad_enabled()
    assert mv.step("x = torch.ones(1)").steps[1].grad_enabled


def test_backward_runs_under_the_programs_own_mode() -> None:
    trace = mv.step("x = torch.ones(1, requires_grad=True)\n(x * 2).backward()")

    assert [s.grad_enabled for s in trace.steps] == [True] * len(trace.steps)


# -- exceptions ------------------------------------------------------------------------
def test_an_exception_is_a_step_at_the_failing_site_before_the_block_is_left() -> None:
    trace = mv.step(
        "def f():\n    with torch.no_grad():\n        return 1 / 0\n"
        "try:\n    f()\nexcept ZeroDivisionError:\n    a = 1\n"
    )
    kinds = [(s.kind, s.action, s.site and s.site.line) for s in trace.steps]
    error = next(s for s in trace.steps if s.error)

    assert ("error", "raised", 3) in kinds
    assert not error.grad_enabled
    assert error.error
    assert error.error.caught
    assert kinds.index(("error", "raised", 3)) < kinds.index(("mode", "left", 2))
    assert kinds[-1] == ("statement", "", 7)


def test_an_uncaught_exception_is_the_last_step() -> None:
    trace = mv.step(
        "def f():\n    with torch.no_grad():\n        raise KeyError('k')\nf()"
    )
    last = trace.steps[-1]

    assert last.kind == "error"
    assert last.action == "uncaught"
    assert last.error
    assert not last.error.caught
    assert last.error.message == "'k'"
    assert last.site
    assert last.site.line == 3


def test_a_simple_uncaught_exception_is_told_once() -> None:
    trace = mv.step("x = 1\ny = x / 0\nz = 3")

    assert [s.kind for s in trace.steps] == ["start", "statement", "error"]
    assert trace.steps[-1].part is not None


def test_an_exception_that_is_raised_again_is_told_again() -> None:
    trace = mv.step(
        "try:\n    try:\n        1 / 0\n    except ZeroDivisionError:\n"
        "        raise\nexcept ZeroDivisionError:\n    pass\n"
    )
    told = [(s.action, s.error.caught) for s in trace.steps if s.error]

    assert told == [("raised", True), ("raised again", True)]


def test_a_finally_alone_tells_the_exception_before_it_runs() -> None:
    trace = mv.step("try:\n    1 / 0\nfinally:\n    a = 1\n")
    kinds = [s.kind for s in trace.steps]

    assert kinds == ["start", "error", "statement", "error"]
    assert [s.error.caught for s in trace.steps if s.error] == [False, False]


def test_a_context_manager_that_swallows_is_told_as_such() -> None:
    trace = mv.step(
        "import contextlib\nwith contextlib.suppress(OSError):\n    open('/no')\na = 1"
    )

    assert [s.kind for s in trace.steps][-2:] == ["error", "statement"]
    assert trace.steps[-1].site
    assert trace.steps[-1].site.line == 4
    assert next(s.error for s in trace.steps if s.error).caught


def test_parents_lead_to_a_statement_and_never_in_a_circle() -> None:
    trace = mv.step(
        "def g(t):\n    return t / 0 if isinstance(t, int) else t * 2\n"
        "def f(t):\n    u = g(t)\n    return g(u)\n"
        "y = f(torch.ones(1))\n"
        "try:\n    f(1)\nexcept ZeroDivisionError:\n    pass\nf(2)"
    )
    for step in trace.steps:
        seen: set[int] = set()
        while step.parent is not None:
            assert step.index not in seen
            seen.add(step.index)
            step = trace.steps[step.parent]

    inner = next(s for s in trace.steps if s.kind == "return" and s.frame == "g")
    assert inner.parent is not None
    assert trace.steps[inner.parent].frame == "f"


def test_tracebacks_show_the_programs_own_lines() -> None:
    trace = mv.step(
        "import traceback\ndef f():\n    return 1 / 0\n"
        "try:\n    f()\nexcept ZeroDivisionError:\n    print(traceback.format_exc())\n"
    )
    printed = text(trace)

    assert "return 1 / 0" in printed
    assert "~~^~~" in printed
    assert HOOK not in printed
    assert printed.count('File "') == 2


def test_a_traced_program_can_read_its_own_source() -> None:
    trace = mv.step(
        "import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))"
    )

    assert text(trace) == "def f():\n    return 1\n\n"
