"""What the README says works: its programs and commands are run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import minitorch_viz as mv
from minitorch_viz import cli
from minitorch_viz.explain import plain, sentences


@pytest.fixture
def blocks(root: Path) -> list[tuple[str, str]]:
    """Return the README's code blocks: language and text."""
    text = (root / "README.md").read_text("utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def program(blocks: list[tuple[str, str]]) -> str:
    """Return the program that the README steps."""
    cells = [text for _, text in blocks if text.startswith("%%step")]
    return cells[0].partition("\n")[2]


def test_the_program_ends_as_the_readme_says(program: str) -> None:
    last = mv.step(program).at(-1)
    (x,) = [tensor for tensor in last.tensors.values() if "x" in tensor.names]
    grad = last.tensors[str(x.grad)]
    ghosts = {op.name for op in last.operations.values() if op.node is None}

    assert last.values[grad.value or 0].text == "[2., 2.]"
    assert {"detach", "add"} <= ghosts


def test_the_python_lines_write_their_files(
    blocks: list[tuple[str, str]],
    program: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("program.py").write_text(program, "utf-8")
    (lines,) = [text for _, text in blocks if text.startswith("import minitorch_viz")]

    exec(lines, {})

    assert {p.name for p in tmp_path.iterdir()} == {
        "program.py",
        "program.gif",
        "program.html",
        "program.print.html",
        "step7.svg",
    }


def test_the_commands_write_their_files(
    blocks: list[tuple[str, str]],
    program: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("program.py").write_text(program, "utf-8")
    commands = [
        shlex.split(line)
        for _, text in blocks
        for line in text.splitlines()
        if line.startswith("minitorch-viz ")
    ]

    for _, *arguments in commands:
        assert cli.main(arguments) == 0
        assert Path(arguments[-1]).stat().st_size > 0

    assert len(commands) == 3


def test_the_picture_is_of_the_program_shown(root: Path, program: str) -> None:
    assert (root / "docs/detach.py").read_text("utf-8") == program
    assert "AccumulateGrad" in (root / "docs/detach-light.svg").read_text("utf-8")


def test_the_player_shown_says_what_its_picture_is_described_as(root: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    error = sentences(mv.step(root / "docs/in_place.py"))[-1]["say"]
    what, _, _ = plain(error).removeprefix("Error. ").partition(" The old values")

    assert what in " ".join(text.split())
    for name in re.findall(r"docs/[\w-]+\.\w+", text):
        assert (root / name).is_file(), name


def test_the_lessons_it_lists_are_the_lessons(root: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    listed = re.findall(r"\(lessons/(\w+\.ipynb)\)", text)

    assert listed == sorted(path.name for path in (root / "lessons").glob("*.ipynb"))
