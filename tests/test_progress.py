"""What takes long says how far it is, where it can be read."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz import progress as bars
from minitorch_viz.player.page import payload
from minitorch_viz.progress import progress


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bars, "PATIENCE", 0.0)
    monkeypatch.setattr(bars, "PAUSE", 0.0)


@pytest.mark.usefixtures("hasty")
def test_a_log_gets_a_line_at_each_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress("abcdefgh", 8, "drawing")) == list("abcdefgh")
    assert capsys.readouterr().err.splitlines() == [
        "drawing: 2/8", "drawing: 4/8", "drawing: 6/8", "drawing: 8/8",
    ]  # fmt: skip


@pytest.mark.usefixtures("hasty")
def test_a_terminal_gets_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    list(progress("ab", 2, "drawing"))

    said = capsys.readouterr().err
    assert "\rdrawing [" + "#" * 15 in said
    assert said.endswith("#] 2/2\n")


@pytest.mark.usefixtures("hasty")
def test_a_notebook_gets_a_bar_that_goes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[dict[str, str]] = []

    def show(data: dict[str, str], **options: Any) -> Any:
        shown.append(data)
        return SimpleNamespace(update=show)

    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setattr(bars, "find", lambda place: show)
    list(progress("ab", 2, "<drawing>"))

    assert shown[0]["text/html"].startswith("<progress value='1' max='2'>")
    assert "&lt;drawing&gt;: 2/2" in shown[-2]["text/html"]
    assert shown[-1] == {"text/html": "", "text/plain": ""}
    assert capsys.readouterr().err == ""


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    list(progress("ab", 2, "drawing"))

    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("hasty")
def test_a_page_of_many_pictures_says_how_far_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start = "y = x = torch.ones(2, requires_grad=True)\n"
    trace = mv.step(start + "for i in range(301):\n    y = y * x")
    capsys.readouterr()
    payload(trace)

    assert capsys.readouterr().err.startswith("drawing 40 pictures: 10/40\n")


@pytest.mark.usefixtures("hasty")
def test_a_run_says_how_far_it_is_and_the_program_does_not_see_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    trace = mv.step("for i in range(8):\n    x = torch.ones(1)\n", max_steps=20)

    words = "statements run, of at most: "
    assert [line.removeprefix(words) for line in capsys.readouterr().err.split("\n")][
        :3
    ] == ["5/20", "10/20", "15/20"]
    assert trace.output == ()
