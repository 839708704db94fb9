"""How long a step takes in the browser, from the key to the finished layout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.figures import Figure, percentile
from benchmarks.large import AIMS
from tests.conftest import browser

ROUNDS = 5
#: Of a large page, so many steps from here on.
PART = 120
WALK = """async ([rounds, from, most]) => {
    const root = document.querySelector(".mtv");
    const count = root.querySelector(".mtv-count");
    const home = root.querySelector('[data-go="home"]');
    const next = root.querySelector('[data-go="1"]');
    root.querySelector('[data-level="3"]')?.click();
    const times = [];
    for (let round = 0; round < rounds; round++) {
        home.click();
        for (let k = 0; k < from; k += 10) {
            home.dispatchEvent(new KeyboardEvent("keydown", {
                key: "PageDown", bubbles: true,
            }));
        }
        await new Promise(requestAnimationFrame);
        for (let k = 0, before = null; k++ < most && before !== count.textContent;) {
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


def walk(
    page: Page, path: Path, rounds: int = ROUNDS, start: int = 0, most: int = 10**6
) -> list[float]:
    """Step through a page some times; return the milliseconds of each step."""
    page.goto(path.as_uri())
    page.locator(".mtv-count").wait_for()
    times: list[float] = page.evaluate(WALK, [rounds, start, most])
    return times


def figures(pages: list[Path], large: dict[str, Path]) -> Iterator[Figure]:
    """Yield the 95th percentile over all pages, of the slowest, and of large ones."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        times = {path.stem: walk(page, path) for path in pages}
        parts = {
            name: [walk(page, path, 1, start, PART) for start in (0, PART)]
            for name, path in large.items()
        }
        chromium.close()
    every = [t for found in times.values() for t in found]
    slow = max((n for n in times if times[n]), key=lambda n: percentile(times[n], 0.95))
    note = f"{len(every)} steps"
    yield Figure("a step, p95", percentile(every, 0.95), 16, "ms", note)
    yield Figure(
        "the slowest page's, p95", percentile(times[slow], 0.95), 16, "ms", slow
    )
    for name, (early, late) in parts.items():
        found = percentile([*early, *late], 0.95)
        yield Figure("a step, p95", found, AIMS[name], "ms", name)
