"""How long a step takes in the browser, from the key to the finished layout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.figures import Figure, percentile
from tests.conftest import browser

ROUNDS = 5
WALK = """async rounds => {
    const root = document.querySelector(".mtv");
    const count = root.querySelector(".mtv-count");
    const home = root.querySelector('[data-go="home"]');
    const next = root.querySelector('[data-go="1"]');
    root.querySelector('[data-level="3"]')?.click();
    const times = [];
    for (let round = 0; round < rounds; round++) {
        home.click();
        for (let before = null; before !== count.textContent;) {
            before = count.textContent;
            const start = performance.now();
            next.click();
            document.body.getBoundingClientRect();
            const took = performance.now() - start;
            if (count.textContent !== before) times.push(took);
            await new Promise(requestAnimationFrame);
        }
    }
    return times;
}"""


def walk(page: Page, path: Path) -> list[float]:
    """Step through a page `ROUNDS` times; return the milliseconds of each step."""
    page.goto(path.as_uri())
    page.locator(".mtv-count").wait_for()
    times: list[float] = page.evaluate(WALK, ROUNDS)
    return times


def figures(pages: list[Path]) -> Iterator[Figure]:
    """Yield the 95th percentile over all pages, and that of the slowest page."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        times = {path.stem: walk(page, path) for path in pages}
        chromium.close()
    every = [t for found in times.values() for t in found]
    slow = max((n for n in times if times[n]), key=lambda n: percentile(times[n], 0.95))
    note = f"{len(every)} steps"
    yield Figure("a step, p95", percentile(every, 0.95), 16, "ms", note)
    yield Figure(
        "the slowest page's, p95", percentile(times[slow], 0.95), 16, "ms", slow
    )
