"""A lesson without a mouse and without a screen: by keys, and by what is read out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.notebook import Notebook

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]

HEAR = """() => {
    window.said = [];
    const parts = "[aria-live], [role=status]";
    for (const part of document.querySelector(".mtv").querySelectorAll(parts)) {
        const hear = () => {
            const words = part.textContent.trim();
            if (words) window.said.push(words);
        };
        new MutationObserver(hear).observe(part, { childList: true, subtree: true });
    }
}"""


def press(page: Page, *keys: str) -> list[str]:
    """Press keys and return what is read out."""
    page.evaluate("window.said.length = 0")
    for key in keys:
        page.keyboard.press(key)
    # Observers have been called by the next frame.
    page.evaluate("new Promise(requestAnimationFrame)")
    said: list[str] = page.evaluate("window.said")
    return said


def test_a_lesson_is_walked_by_keys_and_heard(
    open_notebook: Callable[[str], Notebook],
) -> None:
    notebook = open_notebook("03_no_grad.ipynb")
    notebook.run_all()
    page, found = notebook.page, notebook.players()[0]
    page.evaluate(HEAR)
    page.locator(".jp-CodeCell").nth(1).focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.mtv-body')"):
            break
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name.endswith("right and left arrow step, question mark lists the keys")

    # Predict, by key; then the sentences, one for each step.
    assert press(page, "p", "Enter") == ["You said True, kept here until you see."]
    page.keyboard.press("Escape")
    found.root.locator(".mtv-body").focus()
    assert press(page, "ArrowRight")[0].startswith("You made x, so it is a leaf.")
    assert press(page, "ArrowRight")[0].startswith("no_grad() switches grad mode off")
    assert press(page, "ArrowRight") == [
        "Grad mode is off, so x * 2 is computed but not recorded: y requires no grad "
        "and has no grad_fn.",
        "You said True; what happens: False.",
    ]
    assert "grad mode is on again" in press(page, "ArrowRight")[0]
    assert press(page, "ArrowRight") == ["This is the last step"]
    assert press(page, "l") == ["Lens: autograd"]

    # The table is the picture's text; nothing that isn't there is read.
    tree = found.root.aria_snapshot()
    assert 'table "Tensors"' in tree
    assert 'row "y [2.] (1,) True False None None 0 s1"' in tree
    assert 'button "step 2, line 2: mode"' in tree
    assert 'heading "What backward walks" [level=2]' in tree
    assert "ghost" not in tree
    assert press(page, "Escape") == []
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.mtv') === null")
