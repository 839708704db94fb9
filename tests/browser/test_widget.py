"""The widget in a real JupyterLab: keys, place, theme, the live view, many players."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.notebook import Notebook

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]


def test_the_player_lives_in_a_notebook(
    open_notebook: Callable[[str], Notebook],
) -> None:
    notebook = open_notebook("doors.ipynb")
    notebook.run_all()
    page = notebook.page
    first, second = notebook.players()

    # Handled keys stay inside, whatever they mean to the notebook.
    first.focus()
    before = (notebook.active_cell(), notebook.sources(), notebook.prompts())
    for key in ("Home", "ArrowRight", "ArrowRight", "1", "3", "t", "e", "ArrowUp"):
        first.press(key)
    assert (notebook.active_cell(), notebook.sources(), notebook.prompts()) == before
    expect(first.root).to_have_attribute("data-theme", "dark")
    expect(second.root).to_have_attribute("data-theme", "light")

    # Python moved the second player; stepping it moves Python's view of it.
    second.expect_step(2)
    second.button("-1").click()
    second.expect_step(1)
    page.locator(".jp-CodeCell").nth(4).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(
        page.locator(".jp-CodeCell").nth(4).locator(".jp-OutputArea-output")
    ).to_contain_text("at 1 statement")

    # The live view followed the cell after it.
    live = page.locator(".jp-CodeCell").nth(5).locator(".jp-OutputArea-output")
    expect(live.locator("svg, img").first).to_be_visible()

    # What is watched by name is followed to the tensor that a later cell gave the name.
    watched = page.locator(".jp-CodeCell").nth(8).locator(".jp-OutputArea-output img")
    expect(watched).to_have_attribute("src", re.compile(quote(">42.<")))

    # Escape gives the keyboard back to the notebook.
    first.focus()
    first.press("Escape")
    assert page.evaluate(
        "document.activeElement.closest('.mtv') === null"
        " && document.activeElement.closest('.jp-Notebook') !== null"
    )
