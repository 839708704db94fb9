"""Every lesson in a real JupyterLab: it opens, runs, and its players step."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.lab import Lab
from tests.browser.notebook import Notebook

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]
LESSONS = Path(__file__).parents[2] / "lessons"
NAMES = sorted(path.name for path in LESSONS.glob("*.ipynb"))


@pytest.mark.parametrize("lesson", NAMES)
def test_a_lesson_runs_and_steps_by_keys_and_buttons(
    lesson: str, open_notebook: Callable[[str], Notebook]
) -> None:
    notebook = open_notebook(lesson)
    notebook.run_all()
    player = notebook.players()[0]
    player.focus()
    player.press("Home")
    player.expect_step(0)
    before = (notebook.active_cell(), notebook.sources())

    player.press("ArrowRight")
    player.expect_step(1)
    player.press("ArrowLeft")
    player.expect_step(0)
    player.button("1").click()
    player.expect_step(1)
    player.button("-1").click()
    player.expect_step(0)

    assert (notebook.active_cell(), notebook.sources()) == before


def test_a_saved_lesson_steps_when_it_is_opened_without_its_kernel(
    open_notebook: Callable[[str], Notebook], lab: Lab
) -> None:
    shutil.copy(LESSONS / NAMES[0], lab.folder / "saved.ipynb")
    notebook = open_notebook("saved.ipynb")
    notebook.run_all()
    notebook.players()
    notebook.save()
    # Under another name it gets a kernel of its own, which knows no widget.
    shutil.copy(lab.folder / "saved.ipynb", lab.folder / "reopened.ipynb")

    player = open_notebook("reopened.ipynb").players()[0]
    player.focus()
    player.press("Home")
    player.press("ArrowRight")

    player.expect_step(1)
