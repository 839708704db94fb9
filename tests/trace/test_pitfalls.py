"""What goes wrong when a cell is traced: each row of the list of pitfalls is a test."""

from __future__ import annotations

import builtins
import gc
import inspect
import sys
import threading
import time
import traceback
from types import FrameType
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.snapshot import OperationState, TensorState
from minitorch_viz.trace.instrument import HOOK
from minitorch_viz.trace.model import Step, Trace


def at_line(trace: Trace, line: int, kind: str | None = None) -> list[Step]:
    return [
        step
        for step in trace.steps
        if step.site and step.site.line == line and kind in (None, step.kind)
    ]


def names(trace: Trace, index: int = -1) -> dict[str, TensorState]:
    states = trace.at(index).tensors.values()
    return {name: state for state in states for name in state.names}


def text(trace: Trace, stream: str = "stdout") -> str:
    return "".join(p.text for p in trace.output if p.stream == stream)


def parts(trace: Trace) -> list[str]:
    found = []
    lines = trace.source.split("\n")
    for step in trace.steps:
        if step.part and step.operation and step.part.line == step.part.end_line:
            line = lines[step.part.line - 1]
            found.append(line[step.part.column : step.part.end_column])
    return found


# -- the hook --------------------------------------------------------------------------
def test_functions_defined_in_a_traced_program_run_after_it() -> None:
    scope: dict[str, Any] = {"__name__": "__main__"}
    mv.step("def f(x):\n    with open(x): pass\n    return x", namespace=scope)
    mv.step("def g(x):\n    return x * 2", namespace=scope)

    assert scope["g"](21) == 42


def test_nothing_of_ours_is_left_in_the_namespace() -> None:
    scope: dict[str, Any] = {}
    mv.step("x = torch.ones(2)", namespace=scope)

    assert set(scope) == {"x", "__builtins__"}
    assert getattr(builtins, HOOK)(-1, "value") == "value"


def test_a_function_traced_earlier_is_stepped_over_but_its_operations_show() -> None:
    scope: dict[str, Any] = {}
    mv.step("def f(x):\n    y = x * 2\n    return y + 1", namespace=scope)
    trace = mv.step("z = f(torch.ones(1))\nw = z * 3", namespace=scope)
    named = [s.name for s in trace.at(-1).operations.values()]

    assert named == ["ones", "mul", "add", "mul"]
    assert {s.site.line for s in trace.steps if s.site} == {1, 2}
    assert parts(trace)[1:3] == ["f(torch.ones(1))"] * 2


def test_the_last_expression_is_echoed_and_none_is_not() -> None:
    trace = mv.step("1 + 1\nNone\n'text'\nprint('a')")

    assert text(trace, "result") == "2\n'text'\n"
    assert text(trace) == "a\n"


def test_a_name_bound_to_the_source_does_not_hide_errors_in_repr() -> None:
    trace = mv.step(
        "class C:\n    def __repr__(self):\n        raise OSError('no')\nC()"
    )

    assert text(trace, "result") == "<its repr raised OSError: no>\n"


# -- what can't be run -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("x = 1\ny = = 2\n", 2, "invalid syntax"),
        ("if x:\n", 1, "expected an indented block after 'if' statement on line 1"),
        ("x = 'a\n", 1, "unterminated string literal (detected at line 1)"),
        ("await f()\n", 1, "top-level await isn't supported; put it in an `async def`"),
        ("x = 1\nasync with a: pass\n", 2, "top-level await isn't supported"),
        ("break\n", 1, "'break' outside loop"),
        ("def f(:\n", 1, "invalid syntax"),
        ("é = 'ü' y", 1, "invalid syntax"),
    ],
)
def test_a_program_that_isnt_python_is_one_step(
    source: str, line: int, message: str
) -> None:
    trace = mv.step(source)
    (step,) = trace.steps
    error = step.error

    assert error is not None
    assert step.kind == "error"
    assert (error.type, error.site and error.site.line) == ("SyntaxError", line)
    assert error.message.startswith(message)
    assert Trace.from_json(trace.to_json()) == trace


@pytest.mark.parametrize("source", ["x = 1\0", "(" * 1000, "-" * 200_000 + "1"])
def test_a_program_that_breaks_the_parser_is_one_step(source: str) -> None:
    (step,) = mv.step(source).steps

    assert step.error
    assert step.error.type == "SyntaxError"


def test_an_empty_program_is_a_start() -> None:
    assert [s.kind for s in mv.step("").steps] == ["start"]
    assert [s.kind for s in mv.step("# nothing\n").steps] == ["start"]


def test_await_inside_a_function_runs() -> None:
    trace = mv.step(
        "import asyncio\n"
        "async def f(x):\n"
        "    async with asyncio.Lock():\n"
        "        await asyncio.sleep(0)\n"
        "        return x * 2\n"
        "y = asyncio.run(f(torch.ones(1)))\n"
    )

    assert trace.steps[-1].error is None
    assert "y" in names(trace)
    assert at_line(trace, 5, "return")


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


def test_a_traced_program_starts_with_the_modes_as_new_and_leaks_none() -> None:
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


# -- limits ----------------------------------------------------------------------------
ENDLESS = [
    "while True:\n    pass",
    "while True:\n    try:\n        x = 1\n    except:\n        pass",
    "while True:\n    try:\n        x = 1\n    except BaseException:\n        pass",
    "def f():\n    return f()\nf()",
    "import itertools\nfor i in itertools.count(): x = i",
    "i = 0\nwhile (i := i + 1): pass",
]


@pytest.mark.parametrize("source", ENDLESS)
def test_an_endless_program_is_stopped_and_keeps_its_trace(source: str) -> None:
    trace = mv.step(source, max_steps=50)

    assert trace.stopped == (
        "Stopped after 50 statements (max_steps): what the program would do next is "
        "not shown."
    )
    assert trace.steps[-1].kind == "stopped"
    assert len(trace.steps) > 40


def test_operations_are_limited_where_no_statement_ends() -> None:
    trace = mv.step(
        "import itertools\nx = torch.ones(1)\n"
        "total = sum(x * i for i in itertools.count())",
        max_events=30,
    )

    assert trace.stopped
    assert trace.stopped.startswith("Stopped after 30 tensor")
    assert trace.steps[-1].kind == "stopped"


@pytest.mark.parametrize(
    "source",
    [
        "sum(i for i in iter(int, 1))",
        "import time\ntime.sleep(60)",
        "while True:\n    try:\n        sum(i for i in iter(int, 1))\n"
        "    except BaseException:\n        pass",
    ],
)
def test_the_clock_stops_a_program_without_statements(source: str) -> None:
    begun = time.monotonic()
    trace = mv.step(source, seconds=0.3)

    assert trace.stopped
    assert trace.stopped.startswith("Stopped after 0.3 seconds")
    assert time.monotonic() - begun < 20


def test_the_clock_stops_a_program_on_another_thread() -> None:
    found: list[Trace] = []
    source = "sum(i for i in iter(int, 1))"
    thread = threading.Thread(target=lambda: found.append(mv.step(source, seconds=0.2)))
    thread.start()
    thread.join(20)

    assert found
    assert found[0].stopped


def test_an_interrupt_gives_the_trace_so_far() -> None:
    trace = mv.step("x = torch.ones(1)\nraise KeyboardInterrupt")

    assert trace.stopped == "Interrupted: what the program would do next is not shown."
    assert "x" in names(trace)


def test_a_program_may_end_itself() -> None:
    trace = mv.step("import sys\nx = torch.ones(1)\nsys.exit(3)\nx = 2")

    assert trace.stopped == "The program ended itself: sys.exit(3)."
    assert trace.steps[-1].kind == "stopped"
    assert "x" in names(trace)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_steps": 0}, "max_steps must be a whole number above 0, got 0"),
        ({"max_steps": 1.5}, "max_steps must be a whole number above 0, got 1.5"),
        ({"max_events": True}, "events must be a whole number above 0, got True"),
        ({"seconds": -1}, "seconds must be a number above 0, got -1"),
        ({"level": "deep"}, "level must be one of statement, operation, backward"),
        ({"engine": "jax"}, "engine must be minitorch or torch, got 'jax'"),
    ],
)
def test_a_wrong_option_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mv.step("x = 1", **options)


def test_a_program_that_asks_finds_no_one_there() -> None:
    trace = mv.step("name = input('who? ')")

    assert trace.steps[-1].error
    assert trace.steps[-1].error.type == "EOFError"


def test_recursion_to_the_end_is_an_error_like_any_other() -> None:
    trace = mv.step(
        "def f(x):\n    return f(x * 2)\n"
        "try:\n    f(torch.ones(1))\nexcept RecursionError:\n    print('deep')\n"
        "y = torch.ones(1)\ndel y\nz = 3",
        max_steps=100_000,
        max_events=100_000,
    )

    assert text(trace) == "deep\n"
    assert [s.error.caught for s in trace.steps if s.error] == [True]
    assert Trace.from_json(trace.to_json()) == trace


# -- threads ---------------------------------------------------------------------------
def test_other_threads_are_counted_not_recorded() -> None:
    trace = mv.step(
        "import threading\n"
        "def work():\n    a = torch.ones(2)\n    b = a * 2\n"
        "t = threading.Thread(target=work)\nt.start()\nt.join()\n"
    )

    assert not at_line(trace, 3)
    assert len(trace.notes) == 1
    assert trace.notes[0].startswith(
        "Only the thread that started the program is shown; "
    )
    assert not trace.at(-1).tensors


def test_two_runs_on_two_threads_do_not_mix() -> None:
    found: dict[int, Trace] = {}

    def run(number: int) -> None:
        found[number] = mv.step(f"x = torch.ones({number})\n" + "y = x * 2\n" * 30)

    streams = sys.stdout, sys.stderr
    threads = [threading.Thread(target=run, args=(n,)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(found[n].steps) for n in (1, 2)] == [32, 32]
    assert (sys.stdout, sys.stderr) == streams


# -- side effects ----------------------------------------------------------------------
def test_a_program_runs_in_the_users_namespace_if_asked() -> None:
    scope: dict[str, Any] = {"x": torch.ones(2, requires_grad=True)}
    trace = mv.step("y = x * 2", namespace=scope)

    assert torch.equal(scope["y"], scope["x"] * 2) if hasattr(torch, "equal") else True
    assert names(trace, 0)["x"].requires_grad
    assert scope["y"].grad_fn is not None


def test_the_graph_of_earlier_cells_is_described_too() -> None:
    x = torch.ones(2, requires_grad=True)
    scope: dict[str, Any] = {"y": (x * 3).exp()}
    trace = mv.step("z = y + 1", namespace=scope)
    first = trace.at(0)

    assert [n.name for n in first.nodes.values()] == [
        "ExpBackward0",
        "MulBackward0",
        "AccumulateGrad",
    ]
    assert [o.name for o in first.operations.values()] == ["mul", "exp"]


def test_torch_means_the_engine_for_the_run_only(monkeypatch: Any) -> None:
    sentinel = object()
    monkeypatch.setitem(sys.modules, "torch", sentinel)
    monkeypatch.delitem(sys.modules, "torch.nn", raising=False)
    before = {n: m for n, m in sys.modules.items() if n.partition(".")[0] == "torch"}
    trace = mv.step(
        "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
        "from torch import optim, autograd\nprint(torch.__name__)\n1 / 0"
    )
    after = {n: m for n, m in sys.modules.items() if n.partition(".")[0] == "torch"}

    assert text(trace) == "minitorch_viz.minitorch\n"
    assert trace.steps[-1].error
    assert trace.steps[-1].error.type == "ZeroDivisionError"
    assert after == before


def test_what_a_cell_imports_stays_but_never_hides_the_users_own() -> None:
    mine = object()
    scope: dict[str, Any] = {"minitorch": mine}
    mv.step("import torch\nfrom torch import nn as minitorch", namespace=scope)

    assert scope["torch"] is torch
    assert scope["minitorch"] is mine


def test_a_part_of_torch_that_isnt_there_is_a_plain_import_error() -> None:
    trace = mv.step("import torch.utils.data")
    error = trace.steps[-1].error

    assert error
    assert error.type == "ModuleNotFoundError"
    assert "torch.utils" in error.message


def test_streams_warnings_and_collector_are_as_before() -> None:
    streams, collecting = (sys.stdout, sys.stderr), gc.isenabled()
    trace = mv.step(
        "import sys, warnings\nprint('a')\nprint('b', file=sys.stderr)\n"
        "warnings.warn('careful')\n1 / 0"
    )

    assert (sys.stdout, sys.stderr) == streams
    assert gc.isenabled() == collecting
    assert [(p.stream, p.text) for p in trace.output] == [
        ("stdout", "a\n"),
        ("stderr", "b\n"),
        ("warning", "UserWarning: careful\n"),
    ]
    assert at_line(trace, 4)[0].warnings == ("UserWarning: careful",)


def test_what_a_step_shows_is_what_was_printed_by_then() -> None:
    trace = mv.step("print(1)\nx = 2\nfor i in range(2):\n    print(i)")
    shown = ["".join(p.text for p in trace.output[: s.output]) for s in trace.steps]

    assert shown == ["", "1\n", "1\n", "1\n", "1\n0\n", "1\n0\n", "1\n0\n1\n"]


def test_a_program_that_prints_a_megabyte_is_cut_with_a_note() -> None:
    trace = mv.step("for i in range(10):\n    print('x' * 100_000)\nprint('end')")
    shown = "".join(p.text for p in trace.output)

    assert 100_000 <= len(shown) < 100_100
    assert "[output cut after 100,000 characters]" in shown
    assert trace.stopped is None


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


# -- exactness -------------------------------------------------------------------------
def test_operations_know_their_sub_expression() -> None:
    trace = mv.step(
        "x = torch.ones(2)\ny = (x + 1) * (x - 1); z = -y\n"
        "w = [x * i for i in range(2)]\nf = lambda t: t.exp()\nf(x).sum()"
    )

    assert parts(trace) == [
        "torch.ones(2)",
        "x + 1",
        "x - 1",
        "(x + 1) * (x - 1)",
        "-y",
        "x * i",
        "x * i",
        "t.exp()",
        "f(x).sum()",
    ]


def test_columns_count_characters_not_bytes() -> None:
    trace = mv.step("é = 'äöü'; x = torch.ones(1); ü = x * 2")

    assert parts(trace) == ["torch.ones(1)", "x * 2"]


def test_two_statements_on_a_line_are_two_steps() -> None:
    trace = mv.step("a = 1; b = 2")
    sites = [(s.site.column, s.site.end_column) for s in trace.steps if s.site]

    assert sites == [(0, 5), (7, 12)]


def test_operations_of_the_library_belong_to_the_call_in_the_program() -> None:
    trace = mv.step("net = torch.nn.Linear(2, 1)\ny = net(torch.ones(1, 2))")
    made = at_line(trace, 2)

    assert [trace.at(-1).operations[s.operation].name for s in made if s.operation] == [
        "ones",
        "t",
        "addmm",
    ]
    assert parts(trace)[-2:] == ["net(torch.ones(1, 2))"] * 2


def test_the_last_operation_is_the_statements_own_stop() -> None:
    trace = mv.step("x = torch.ones(1)\ny = x * 2\nz = (x + y).sum()")

    assert [(s.level, s.kind) for s in trace.steps] == [
        ("statement", "start"),
        ("statement", "create"),
        ("statement", "operation"),
        ("operation", "operation"),
        ("statement", "operation"),
    ]
    assert trace.steps[3].parent == 4


def test_every_loop_turn_is_a_step_and_counts() -> None:
    trace = mv.step("for i in range(2):\n    for j in range(2):\n        pass")
    turns = [(s.site.line, s.iteration) for s in trace.steps if s.kind == "loop"]

    assert turns == [(1, 1), (2, 1), (2, 2), (1, 2), (2, 1), (2, 2)]


def test_taking_the_next_item_belongs_to_the_loop() -> None:
    trace = mv.step("x = torch.ones(2)\nfor row in x:\n    pass")

    assert {s.site.line for s in trace.steps if s.operation} == {1, 2}


# -- equal programs --------------------------------------------------------------------
SOURCE = """\
torch.manual_seed(0)
x = torch.randn(3, requires_grad=True)
print(object(), x.grad_fn, (x * 2).grad_fn)
x.register_hook(lambda g: g)
try:
    x.add_(1)
except RuntimeError:
    import traceback
    print(traceback.format_exc())
"""


def test_equal_programs_give_equal_bytes() -> None:
    first = mv.step(SOURCE).to_json()
    keep = [object() for _ in range(1000)]

    assert mv.step(SOURCE).to_json() == first
    assert keep
    assert "0x..." in first
    assert str(mv.__file__).rpartition("/")[0] not in first


def test_random_numbers_without_a_seed_are_the_same_in_every_run() -> None:
    source = "x = torch.rand(2)\nx"
    state = torch.rand(1)

    assert mv.step(source).to_json() == mv.step(source).to_json()
    assert state is not None


# -- doors -----------------------------------------------------------------------------
def outer_frame() -> FrameType:
    return inspect.currentframe().f_back  # type: ignore[union-attr, return-value]


def test_a_traced_program_may_trace_another() -> None:
    trace = mv.step(
        "import minitorch_viz as mv\nx = torch.ones(1)\n"
        "inner = mv.step('y = torch.ones(2)')\nz = x * len(inner.steps)"
    )

    assert set(names(trace)) == {"x", "z"}
    assert trace.steps[-1].error is None


def test_a_debugger_keeps_its_slot() -> None:
    def tracer(frame: FrameType, event: str, argument: Any) -> Any:
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        mv.step("x = 1")
        kept = sys.gettrace()
    finally:
        sys.settrace(before)

    assert kept is tracer


def test_the_operations_of_a_step_exist() -> None:
    trace = mv.step(SOURCE)
    for step in trace.steps:
        operations = trace.at(step.index).operations
        if step.operation is not None:
            assert isinstance(operations[step.operation], OperationState)
    assert traceback is not None


def test_half_a_surrogate_pair_is_written_out(tmp_path: Any) -> None:
    source = (
        "# \ud800\nprint('\\ud801')\nnet = torch.nn.Module()\n"
        "net.register_parameter('\\ud802', torch.nn.Parameter(torch.ones(2)))\n"
        "raise ValueError('\\ud803')\n"
    )
    trace = mv.step(source)
    for suffix in ("json", "html", "svg"):
        trace.save(tmp_path / f"x.{suffix}")

    assert "net.\\ud802" in names(trace)
    assert trace.steps[-1].error is not None
    assert trace.steps[-1].error.message == "\\ud803"
    assert "".join(p.text for p in trace.output).startswith("\\ud801\n")
    assert Trace.from_json(trace.to_json()) == trace


def test_objects_that_lie_about_their_class_are_not_asked() -> None:
    trace = mv.step(
        "class Liar:\n    @property\n    def __class__(self): raise OSError\n"
        "a = Liar()\nb = [a]\nx = torch.ones(2)\n"
    )

    assert trace.steps[-1].error is None
    assert set(names(trace)) == {"x"}
