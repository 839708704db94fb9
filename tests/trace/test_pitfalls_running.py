"""Pitfalls of tracing: what runs, where, and what is left of it."""

from __future__ import annotations

import asyncio
import builtins
import dis
import gc
import inspect
import sys
import traceback
from types import FrameType
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.snapshot import OperationState
from minitorch_viz.trace.instrument import Instrumented
from minitorch_viz.trace.markers import HOOK, listening
from minitorch_viz.trace.model import Trace
from minitorch_viz.trace.source import from_text

from .looking import at_line, names, parts, text


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


def test_one_marker_says_that_a_statement_ends_and_the_next_begins() -> None:
    program = Instrumented(from_text("for i in range(2):\n    x = i\n    y = x\nz = 1"))
    told: list[int] = []
    with listening(lambda number, value=None, frame=None: told.append(number)):
        exec(compile(program.tree, "<program>", "exec"), {})

    said = [[mark.action for mark in program.marks[number]] for number in told]
    turn = [["iterate", "begin"], ["end", "begin"], ["end", "begin"]]
    over = [["exhausted"], ["begin"], ["end"]]

    assert said == [["loop", "begin"], *turn, *turn, *over]


@pytest.mark.parametrize("head", ["", "'text'\nfrom __future__ import annotations\n"])
def test_a_marker_is_not_looked_for_among_the_programs_names(head: str) -> None:
    program = Instrumented(from_text(head + "x = 1\nfor i in range(2):\n    x = i\n"))
    code = compile(program.tree, "<program>", "exec")

    found = {each.opname for each in dis.get_instructions(code) if each.argval == HOOK}
    assert found == {"LOAD_GLOBAL"}
    assert code.co_consts[0] == "text" or not head


def test_a_run_inside_a_run_leaves_the_outer_one_its_markers() -> None:
    trace = mv.step(
        "import minitorch_viz as mv\nx = torch.ones(1)\n"
        "inner = mv.step('y = 1\\nz = 2')\nw = x * 2\nprint(len(inner.steps))"
    )

    assert text(trace) == "3\n"
    assert [s.site.line for s in trace.steps if s.site][-2:] == [4, 5]


def test_a_function_traced_earlier_is_stepped_over_but_its_operations_show() -> None:
    scope: dict[str, Any] = {}
    mv.step("def f(x):\n    y = x * 2\n    return y + 1", namespace=scope)
    trace = mv.step("z = f(torch.ones(1))\nw = z * 3", namespace=scope)
    named = [s.name for s in trace.at(-1).operations.values()]

    assert named == ["ones", "mul", "add", "mul"]
    assert {s.site.line for s in trace.steps if s.site} == {1, 2}
    assert parts(trace)[1:3] == ["f(torch.ones(1))"] * 2


def test_the_last_expression_is_echoed_and_none_is_not() -> None:
    trace = mv.step("1 + 1\nprint('a')\n'text'")

    assert text(trace, "result") == "'text'\n"
    assert text(trace) == "a\n"
    assert text(mv.step("1 + 1\nNone"), "result") == ""


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
        ("x = 1\n%time y = x\n", 2, "`%`, `!` and `?` are IPython's"),
        ("!echo hello\n", 1, "`%`, `!` and `?` are IPython's"),
        ("files = !ls\n", 1, "`%`, `!` and `?` are IPython's"),
        ("torch.ones?\n", 1, "`%`, `!` and `?` are IPython's"),
        ("x = 5 %\n", 1, "invalid syntax"),
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


def test_awaiting_where_a_loop_runs_is_not_sent_to_asyncio_run() -> None:
    async def notebook() -> Trace:
        return mv.step("await f()")

    error = asyncio.run(notebook()).steps[0].error

    assert error is not None
    assert "asyncio.run()" not in error.message
    assert "in a cell of its own" in error.message


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
        "from torch import optim, autograd\nprint(torch.__name__)\n1 / 0",
        engine="minitorch",
    )
    after = {n: m for n, m in sys.modules.items() if n.partition(".")[0] == "torch"}

    assert text(trace) == "minitorch_viz.minitorch\n"
    assert trace.steps[-1].error
    assert trace.steps[-1].error.type == "ZeroDivisionError"
    assert after == before


def test_what_a_cell_imports_stays_but_never_hides_the_users_own() -> None:
    mine = object()
    scope: dict[str, Any] = {"minitorch": mine}
    source = "import torch\nfrom torch import nn as minitorch"
    mv.step(source, namespace=scope, engine="minitorch")

    assert scope["torch"] is torch
    assert scope["minitorch"] is mine


def test_a_part_of_torch_that_isnt_there_is_a_plain_import_error() -> None:
    trace = mv.step("import torch.onnx", engine="minitorch")
    error = trace.steps[-1].error

    assert error
    assert error.type == "ModuleNotFoundError"
    assert "torch.onnx" in error.message


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
