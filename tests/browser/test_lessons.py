"""Every lesson in a real JupyterLab: it opens, runs, and its players step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.notebook import Notebook

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]
LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("*.ipynb"))


@pytest.mark.parametrize("lesson", [path.name for path in LESSONS])
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
