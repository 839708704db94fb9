"""A notebook open in JupyterLab, driven as a learner does: by menus and keys."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import Lab
from tests.browser.player import Player

SECOND = 1000
STARTS = 90 * SECOND
RUNS = 60 * SECOND
PROMPTS = ".jp-CodeCell .jp-InputPrompt"
ENDED = r"""([selector, before]) => {
    const failure = document.querySelector(
        '[data-mime-type="application/vnd.jupyter.error"]');
    if (failure) return failure.textContent;
    const now = [...document.querySelectorAll(selector)].map(p => p.textContent);
    const ran = (p, i) => /^\[\d+\]:$/.test(p) && p !== before[i];
    return now.length > 0 && now.every(ran) && "ran";
}"""

SOURCES = """() => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    return notebook.widgets.map(cell => cell.model.sharedModel.source);
}"""


@dataclass
class Notebook:
    """One notebook document and what can be done with it."""

    page: Page

    @classmethod
    def open(cls, page: Page, lab: Lab, name: str) -> Notebook:
        """Open a notebook and wait for the kernel that it starts."""
        page.goto(lab.link(name), timeout=STARTS)
        notebook = cls(page)
        expect(page.locator(".jp-Notebook")).to_be_visible(timeout=STARTS)
        notebook.wait_for_kernel()
        return notebook

    @property
    def status(self) -> Locator:
        """The kernel's place in the status bar (the toolbar says idle too early)."""
        return self.page.locator("#jp-main-statusbar").get_by_text(
            "Python 3 (ipykernel)"
        )

    def wait_for_kernel(self) -> None:
        """Wait until the kernel has nothing to do."""
        expect(self.status).to_contain_text("| Idle", timeout=STARTS)

    def menu(self, name: str, item: str) -> None:
        """Choose an item from the menu bar."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=name).first.click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()

    def prompts(self) -> list[str]:
        """Return the code cells' numbers: `[3]:`, `[*]:` while one runs."""
        return self.page.locator(PROMPTS).all_text_contents()

    def run_all(self) -> None:
        """Run every cell and wait until each has a new number; an error ends it."""
        before = self.prompts()
        self.menu("Run", "Run All Cells")
        ended = self.page.wait_for_function(
            ENDED, arg=[PROMPTS, before], timeout=RUNS
        ).json_value()
        assert ended == "ran", ended
        self.wait_for_kernel()

    def players(self) -> list[Player]:
        """Return the players shown, in order, once the first is there."""
        found = self.page.locator(".mtv")
        expect(found.first).to_be_visible(timeout=RUNS)
        return [Player(found.nth(index)) for index in range(found.count())]

    def active_cell(self) -> int:
        """Return which cell is the active one."""
        cells = ".jp-Notebook .jp-Cell"
        found = self.page.locator(cells).evaluate_all(
            "cells => cells.findIndex(c => c.classList.contains('jp-mod-active'))"
        )
        return int(found)

    def sources(self) -> list[str]:
        """Return what is written in the cells, on screen or scrolled away."""
        found: list[str] = self.page.evaluate(SOURCES)
        return found

    def save(self) -> None:
        """Save, and wait until nothing is unsaved."""
        self.menu("File", "Save Notebook")
        expect(self.page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
