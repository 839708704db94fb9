"""Pitfalls of tracing: programs without an end, and threads."""

from __future__ import annotations

import builtins
import signal
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz.trace import limits
from minitorch_viz.trace.limits import INTERRUPTED
from minitorch_viz.trace.model import Trace

from .looking import at_line, names, text

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


@pytest.mark.parametrize(
    ("library", "program", "stopped"),
    [(4, 4, False), (0, 6, True), (4, 6, True), (11, 0, True)],
)
def test_importing_a_library_has_a_time_of_its_own_that_is_as_long(
    library: int, program: int, stopped: bool, tmp_path: Path, monkeypatch: Any
) -> None:
    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "inner_library.py").write_text(f"clock.now += {library}")
    (tmp_path / "outer_library.py").write_text("import inner_library")
    (tmp_path / "failing_library.py").write_text("import no_such_library")
    monkeypatch.setattr(builtins, "clock", clock, raising=False)
    text = f"""
import importlib
try:
    import failing_library
except ImportError:
    importlib.import_module("outer_library")
clock.now += {program}
x = torch.ones(1)
"""
    try:
        assert (mv.step(text, seconds=5.0).stopped is not None) is stopped
    finally:
        for name in ("inner_library", "outer_library"):
            sys.modules.pop(name, None)


@pytest.mark.parametrize(
    "use", ["R()", "torch.ones(1) * R()", "raise R()", "exit(R())"]
)
def test_the_clock_stops_what_a_program_does_while_it_is_looked_at(use: str) -> None:
    kind = "Exception" if use.startswith("raise") else "float"
    endless = "        return str(sum(i for i in iter(int, 1)))\n"
    trace = mv.step(
        f"class R({kind}):\n    def __repr__(self):\n{endless}    __str__ = __repr__\n"
        f"{use}\n",
        engine="minitorch",
        seconds=0.1,
    )

    assert trace.stopped
    assert Trace.from_json(trace.to_json()) == trace


def test_a_trace_function_of_the_program_sees_nothing_of_the_recorder() -> None:
    trace = mv.step(
        "import sys\nseen = []\ndef look(frame, *_):\n    seen.append(torch.ones(1))\n"
        "    return look\nsys.settrace(look)\nx = torch.ones(1)\ny = x * 2\n"
        "sys.settrace(None)\n",
        max_steps=100_000,
        max_events=100_000,
        seconds=60,
    )

    assert trace.stopped is None
    assert Trace.from_json(trace.to_json()) == trace


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


def test_an_interrupt_that_is_caught_is_the_programs_and_the_next_one_ends_it() -> None:
    press = "    try:\n        signal.raise_signal(signal.SIGINT)\n"
    catch = "    except BaseException:\n        x = torch.ones(1)\n"
    before = signal.getsignal(signal.SIGINT)
    once = mv.step(f"import signal\nfor i in range(1):\n{press}{catch}y = x * 2")
    again = mv.step(f"import signal\nwhile True:\n{press}{catch}")

    assert once.stopped is None
    assert "y" in names(once)
    assert again.stopped == INTERRUPTED
    assert len(again.steps) < 12
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("source", ["exit(3)", "quit(3)", "import sys\nsys.exit(3)"])
def test_a_program_may_end_itself_by_any_name(source: str) -> None:
    assert mv.step(source).stopped == "The program ended itself: sys.exit(3)."


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
        ({"engine": "jax"}, "engine must be auto, minitorch or torch, got 'jax'"),
    ],
)
def test_a_wrong_option_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mv.step("x = 1", **options)


def test_a_program_that_asks_finds_no_one_there() -> None:
    trace = mv.step("name = input('who? ')")

    assert trace.steps[-1].error
    assert trace.steps[-1].error.type == "EOFError"


def test_an_answer_in_a_notebook_costs_no_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]

    def think(_: str) -> str:
        now[0] += 100
        return "Ann"

    monkeypatch.setattr(builtins, "input", think)
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now[0]))
    trace = mv.step("name = input('who? ')\nprint(name)\nx = torch.ones(1)")

    assert trace.stopped is None
    assert text(trace) == "who? Ann\nAnn\n"
    assert builtins.input is think


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


@pytest.mark.parametrize(
    ("source", "line", "frame"),
    [
        ("x = 1\nraise KeyboardInterrupt\nx = 2", 2, "<module>"),
        ("def f():\n    raise KeyboardInterrupt\nx = 1\nf()", 2, "f"),
        ("import sys\nx = 1\nsys.exit(3)", 3, "<module>"),
        ("raise SystemExit", 1, "<module>"),
    ],
)
def test_a_run_that_is_cut_short_ends_at_the_line_it_had_come_to(
    source: str, line: int, frame: str
) -> None:
    step = mv.step(source).steps[-1]

    assert step.kind == "stopped"
    assert step.site is not None
    assert (step.site.line, step.frame) == (line, frame)
