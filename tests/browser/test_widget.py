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


def test_a_player_in_jupyterlab_follows_its_theme_and_fills_the_screen(
    open_notebook: Callable[[str], Notebook],
) -> None:
    notebook = open_notebook("doors.ipynb")
    notebook.run_all()
    page, found = notebook.page, notebook.players()[0]
    ground = "n => getComputedStyle(n).backgroundColor"
    light = found.root.evaluate(ground)
    for name, theme in (("JupyterLab Dark", "dark"), ("JupyterLab Light", "light")):
        page.locator(".lm-MenuBar-itemLabel", has_text="Settings").first.click()
        page.locator(".lm-Menu-itemLabel").get_by_text("Theme", exact=True).hover()
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()
        expect(found.root).to_have_attribute("data-theme", theme)
        assert (found.root.evaluate(ground) == light) == (theme == "light")

    found.focus()
    found.press("f")
    page.wait_for_function("() => document.fullscreenElement?.matches('.mtv-full')")
    found.press("ArrowRight")
    found.press("Escape")
    page.wait_for_function("() => document.fullscreenElement === null")

    # Where the page may not: all of the window, over JupyterLab's own bars.
    page.evaluate("() => { Element.prototype.requestFullscreen = async () => { x } }")
    found.focus()
    found.press("f")
    expect(page.locator(".mtv-full:popover-open")).to_have_count(1)
    box, size = found.root.bounding_box(), page.viewport_size
    assert box is not None
    assert size is not None
    assert (box["x"], box["y"], box["height"]) == (0, 0, size["height"])
    assert page.evaluate("document.elementFromPoint(9, 9).closest('.mtv') !== null")
    found.press("Escape")
    expect(page.locator(".mtv-full")).to_have_count(0)


def test_no_key_of_the_help_reaches_the_notebook(
    open_notebook: Callable[[str], Notebook],
) -> None:
    notebook = open_notebook("doors.ipynb")
    notebook.run_all()
    found = notebook.players()[0]
    found.focus()
    found.press("?")
    caps = found.root.locator("dialog, [role=dialog]").locator("kbd").all_inner_texts()
    found.press("Escape")
    before = (notebook.active_cell(), notebook.sources(), notebook.prompts())
    names = {"→": "ArrowRight", "←": "ArrowLeft", "↓": "ArrowDown", "↑": "ArrowUp"}
    names |= {"PgDn": "PageDown", "PgUp": "PageUp", "Esc": "Escape"}
    assert {"l", "b", "f", "g", "p", "s", "n", "e"} <= set(caps)
    for cap in caps:
        if cap == "⇧":  # which does nothing by itself
            continue
        found.root.locator(".mtv-body").focus()
        found.press(names.get(cap, cap))
        if cap in "fg?":
            found.press("Escape")
        assert found.root.locator(".mtv-help").is_hidden()

    assert (notebook.active_cell(), notebook.sources(), notebook.prompts()) == before
