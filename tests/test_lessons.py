"""The lessons: each runs, shows its steppers, asks first, and covers its rows."""

from __future__ import annotations

import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import minitorch_viz as mv
from minitorch_viz.predict import question

LESSONS = Path(__file__).parent.parent / "lessons"
WIDGET = "application/vnd.jupyter.widget-view+json"

#: What each lesson promises to show: rows of the curriculum.
ROWS = {
    "03_no_grad": set(range(1, 11)),
    "04_detach_clone_data": {24, 25, 31, 32},
    "05_in_place": {36, 37, 38, 39, 40},
}
#: The line that solves each task, put in place of the line to change.
SOLUTIONS = {
    "window": "    with torch.enable_grad():",
    "copy": "d = x.detach().clone()",
    "update": "    w -= 0.1 * w.grad",
}
WRONG = {
    "window": ["    with torch.inference_mode():"],
    "copy": ["d = x.clone()", "d = x", "d = torch.zeros(2)"],
    "update": [
        "    w -= 0.2 * w.grad",
        "    w = (w - 0.1 * w.grad).requires_grad_()",
    ],
}
SLIP, UNCLOSED = "undefined_name", "(  # a parenthesis that is never closed"
SESSION = """\
tensor([[ 0.2824, -0.3715,  0.9088, -1.7601],
        [-0.1806,  2.0937,  1.0406, -1.7651],
        [ 1.1216,  0.8440,  0.1783,  0.6859]], requires_grad=True)
"""


def lesson(name: str) -> Any:
    """Read a lesson as a notebook."""
    return nbformat.read(LESSONS / f"{name}.ipynb", as_version=4)


def stepped(cell: Any) -> tuple[dict[str, str], str] | None:
    """Return the options and the program of a `%%step` cell; None for other cells."""
    head, _, program = cell.source.partition("\n")
    if cell.cell_type != "code" or not head.startswith("%%step"):
        return None
    words = iter(shlex.split(head)[1:])
    return {word.removeprefix("--"): next(words) for word in words}, program


def programs(name: str) -> list[tuple[dict[str, str], str]]:
    """Return the programs that a lesson steps."""
    return [found for cell in lesson(name).cells if (found := stepped(cell))]


@pytest.mark.parametrize("name", ROWS)
def test_a_lesson_runs_and_shows_its_steppers(name):
    notebook = lesson(name)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        assert not [o for o in outputs if o.output_type == "error"], cell.source
        if stepped(cell):
            assert any(WIDGET in o.get("data", {}) for o in outputs), cell.source
        if "check" in cell.metadata:
            assert "Not yet" in outputs[0].text  # the task isn't solved beforehand


@pytest.mark.parametrize("name", ROWS)
def test_a_lesson_is_stored_clean(name):
    notebook = lesson(name)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]

    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert len(set(ids)) == len(ids)
    assert notebook.cells[1].source.startswith("%load_ext minitorch_viz\n")
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("name", ROWS)
def test_a_lesson_shows_every_row_it_promises(name):
    shown = {
        row for cell in lesson(name).cells for row in cell.metadata.get("rows", ())
    }

    assert shown == ROWS[name]


@pytest.mark.parametrize("name", ROWS)
def test_there_is_never_much_to_read_before_something_to_do(name):
    cells = lesson(name).cells
    for cell, following in pairwise(cells):
        assert cell.cell_type == "code" or following.cell_type == "code"
    for cell in cells:
        if cell.cell_type == "markdown":
            assert len(cell.source.split()) <= 130, cell.source
        else:
            assert len(cell.source.splitlines()) <= 22, cell.source


@pytest.mark.parametrize("name", ROWS)
def test_a_lesson_asks_before_it_shows(name):
    asked = [options for options, _ in programs(name) if "ask" in options]

    assert len(asked) >= 2


@pytest.mark.parametrize("name", ROWS)
def test_the_right_answer_is_among_the_choices_as_written(name):
    for options, program in programs(name):
        if "choices" not in options:
            continue
        choices = [text.strip() for text in options["choices"].split("|")]
        card = question(mv.step(program), options["ask"], choices)

        assert card["choices"] == choices, program
        assert len(card["choices"]) >= 2


@pytest.mark.parametrize("name", ROWS)
def test_a_task_can_be_solved_by_one_line_and_says_so(name, capsys):
    cells = lesson(name).cells
    tasks = {cell.metadata.task: cell for cell in cells if "task" in cell.metadata}
    checks = {cell.metadata.check: cell for cell in cells if "check" in cell.metadata}
    assert tasks
    assert tasks.keys() == checks.keys()
    for task, cell in tasks.items():
        found = stepped(cell)
        assert found is not None
        right = _run(_solve(found[1], SOLUTIONS[task]))
        exec(checks[task].source, right)
        assert capsys.readouterr().out.startswith("Yes")
        for line in (*WRONG[task], SLIP, UNCLOSED):
            # What the right answer left behind is still there in the notebook.
            exec(checks[task].source, right | _run(_solve(found[1], line)))
            said = capsys.readouterr().out

            assert said.startswith(("Not yet", "Nearly")), (line, said)


def _solve(program: str, line: str) -> str:
    rows = program.splitlines()
    (place,) = [i for i, row in enumerate(rows) if "# change this line" in row]
    rows[place] = line
    return "\n".join(rows) + "\n"


def _run(program: str) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    variables["_trace"] = mv.step(program, namespace=variables)
    return variables


@pytest.mark.needs("torch")
@pytest.mark.parametrize("name", ROWS)
@pytest.mark.filterwarnings("ignore")
def test_the_same_lines_print_the_same_on_pytorch(name, capsys):
    import torch

    for _, program in programs(name):
        trace = mv.step(program)
        if trace.steps[-1].error is not None:
            with pytest.raises(Exception, match=".") as caught:
                exec(program, {"torch": torch})
            assert str(caught.value) == trace.steps[-1].error.message
        else:
            exec(program, {"torch": torch})
        shown = "".join(p.text for p in trace.output if p.stream == "stdout")
        torch.set_grad_enabled(True)

        assert shown == capsys.readouterr().out, program


def test_the_session_with_the_seed_is_pytorchs_digit_for_digit():
    program = next(p for _, p in programs("03_no_grad") if "20200910" in p)
    shown = "".join(piece.text for piece in mv.step(program).output)

    assert SESSION in shown
    assert "[ 0.5648, -0.7430,  1.8176, -3.5202]" in shown


def test_memory_is_measured_on_screen(capsys):
    (cell,) = [
        c for c in lesson("03_no_grad").cells if 10 in c.metadata.get("rows", ())
    ]
    from minitorch_viz import minitorch as torch

    exec(cell.source, {"torch": torch})
    recorded, unrecorded = capsys.readouterr().out.splitlines()

    assert recorded == "recorded: 1,640,000 bytes kept for backward"
    assert unrecorded == "no_grad:          0 bytes kept for backward"
