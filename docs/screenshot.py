"""`python -m docs.screenshot`: photograph the player for the README, in both themes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import minitorch_viz as mv
from tests.conftest import browser

HERE = Path(__file__).parent


def main() -> None:
    """Show the end of `in_place.py` on a page, and save what is to be seen of it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "page.html"
        mv.step(HERE / "in_place.py", engine="minitorch").save(page)
        chromium = playwright.chromium.launch(
            executable_path=browser(), args=["--no-sandbox"]
        )
        for theme in ("light", "dark"):
            view = chromium.new_page(
                viewport={"width": 1000, "height": 900},
                color_scheme=theme,  # type: ignore[arg-type]
                reduced_motion="reduce",
            )
            view.goto(page.as_uri())
            view.locator(".mtv-count").wait_for()
            view.keyboard.press("End")
            view.locator(".mtv-tabbox").evaluate("e => e.remove()")
            view.locator(".mtv").screenshot(path=HERE / f"player-{theme}.png")
        chromium.close()


sys.exit(main())
