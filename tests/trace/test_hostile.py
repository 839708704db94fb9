"""Programs that do odd or hostile things: a whole trace and a whole page of each."""

from __future__ import annotations

import gc
import re
from pathlib import Path

import pytest

import minitorch_viz as mv
from minitorch_viz.trace.model import Trace

_TEXT = Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8")
PROGRAMS = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n?)*)", _TEXT, re.MULTILINE))
ODD_TEXTS = {
    "empty": "",
    "blank": "\n\n   \n",
    "comment": "# nothing\n# here",
    "tabs": "x = torch.ones(2)\nif True:\n\ty = x * 2\n\tfor i in [1]:\n\t\tz =\tx\n",
    "form feeds": "x = torch.ones(2)\n\x0c\ny = x * 2\x0c\n\x0cz = x * 3",
    "line ends": "x = torch.ones(2)\r\ny = '''a\r\nb'''\r\nz = x * 2\r\rw = 3\n",
    "mark": "\ufeffx = torch.ones(2)\n",
    "cookie": "# -*- coding: klingon -*-\ns = 'ü'\nprint(s)",
    "null": "x = 1\x00\ny = 2",
    "other line ends": "x = 'a\x85b\u2028c'\ny = torch.ones(2)  # \u2029\nz = y * 2",
    "right to left": "x = torch.ones(2)  # \u202e txet\ny = x * 2",
    "long name": f"{'x' * 5000} = torch.ones(2)\ny = {'x' * 5000} * 2",
    "long text": f"s = '{'ab' * 50000}'\nprint(s)\nraise ValueError(s)",
    "wide line": f"y = {' + '.join(['torch.ones(1)'] * 60)}",
    "many names": "\n".join(f"v{i} = torch.ones(1)" for i in range(100)),
    "deep brackets": f"x = {'(' * 150}torch.ones(1){')' * 150}",
    "deep signs": f"x = {'-' * 3000}1",
    "deep blocks": "\n".join(" " * i + "if True:" for i in range(90)) + " x = 1",
    "unfinished": "x = 1\\",
}


@pytest.mark.parametrize("name", [*PROGRAMS, *ODD_TEXTS])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_odd_program_gives_a_whole_trace_and_page(name: str, tmp_path: Path) -> None:
    trace = mv.step({**PROGRAMS, **ODD_TEXTS}[name])

    assert Trace.from_json(trace.to_json()) == trace
    assert trace.save(tmp_path / "x.html").stat().st_size
    assert trace.save(tmp_path / "x.svg").stat().st_size
    # What a program left behind complains here, not in the test that collects it.
    gc.collect()


@pytest.mark.parametrize(
    "name",
    ["weird prop", "weird eq", "meta", "mod hack", "mod hack2", "modname int"],
)
def test_objects_that_refuse_to_be_asked_are_left_alone(name: str) -> None:
    trace = mv.step(PROGRAMS[name])

    assert (trace.steps[-1].error, trace.stopped) == (None, None)


@pytest.mark.parametrize("name", ["del attr", "set attr", "subclass"])
def test_a_program_that_breaks_the_engine_is_shown_up_to_there(name: str) -> None:
    trace = mv.step(PROGRAMS[name])

    assert trace.stopped
    assert "recording it failed with" in trace.stopped
    assert len(trace.steps) > 3


@pytest.mark.parametrize(
    ("name", "type_", "message"),
    [
        ("baseexc", "B", "<its message raised SystemExit>"),
        ("exc str", "B", "<its message raised TypeError>"),
        ("exc name", "<b>bad</b>", "<script>alert(1)</script>"),
        ("exc surrogate", "ValueError", "\\ud83d <x> \x00 \x1b[31m"),
        ("exc cycle", "ValueError", "a"),
    ],
)
def test_an_odd_exception_is_told_as_far_as_it_can_be(
    name: str, type_: str, message: str
) -> None:
    error = mv.step(PROGRAMS[name]).steps[-1].error

    assert error
    assert (error.type, error.message) == (type_, message)


def test_an_exit_that_cant_be_shown_is_still_an_exit() -> None:
    trace = mv.step(PROGRAMS["sys exit weird"])

    assert trace.stopped == (
        "The program ended itself: sys.exit(<R: its repr raised SystemExit>)."
    )
