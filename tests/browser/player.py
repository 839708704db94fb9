"""The player as a learner uses it: its buttons, its keys, and what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Player:
    """One player on a page; `root` is the element of class `mtv`."""

    root: Locator

    @property
    def count(self) -> Locator:
        """The words `step 3 of 10`."""
        return self.root.locator(".mtv-count")

    @property
    def place(self) -> tuple[int, int]:
        """The step shown and how many there are."""
        found = re.findall(r"\d+", self.count.inner_text())
        return int(found[0]), int(found[1])

    def button(self, go: str) -> Locator:
        """Return a button: `home`, `-1`, `1` or `end`."""
        return self.root.locator(f'[data-go="{go}"]')

    def level(self, number: int) -> Locator:
        """Return the button of a level: 1 statement, 2 operation, 3 backward node."""
        return self.root.locator(f'[data-level="{number}"]')

    def focus(self) -> None:
        """Put the keyboard inside the player without stepping."""
        self.button("home").focus()

    def press(self, key: str) -> None:
        """Press a key with the focus inside."""
        self.root.page.keyboard.press(key)

    def expect_step(self, step: int) -> None:
        """Wait until the player shows this step."""
        expect(self.count).to_contain_text(re.compile(rf"\b{step} (of|/) "))


def player(page: Page) -> Player:
    """Return the only player of a page."""
    return Player(page.locator(".mtv"))


def at(page: Page, step: int) -> Player:
    """Go to a step by keyboard."""
    found = player(page)
    found.focus()
    found.press("Home")
    for _ in range(step):
        found.press("ArrowRight")
    found.expect_step(step)
    return found


def row(page: Page, name: str) -> list[str]:
    """Return the texts of a tensor's row in the table."""
    rows = page.locator(".mtv-tab tbody tr").filter(
        has=page.locator("b", has_text=re.compile(rf"^{re.escape(name)}$"))
    )
    return rows.first.locator("td").all_inner_texts()
