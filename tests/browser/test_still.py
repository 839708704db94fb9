"""Nothing moves: each shape of each lesson's pictures has one place at all steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Show
from tests.browser.player import at

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]
LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("*.ipynb"))

#: Step through all stops of a level. Return how many shapes were seen, and those that
#: stood at more than one place on the page, scrolled as it may be.
WALK = """async level => {
    const press = key => document.querySelector(".mtv-body").dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true }));
    const canvas = document.querySelector(".mtv-later > .mtv-canvas");
    const seen = new Map(), moved = [];
    press(level);
    press("Home");
    for (let stop = -1; stop !== document.querySelector(".mtv-now").dataset.step;) {
        stop = document.querySelector(".mtv-now").dataset.step;
        const left = canvas.scrollLeft, top = canvas.scrollTop + window.scrollY;
        for (const shape of canvas.querySelectorAll(
            "svg, .mtv-on rect, .mtv-on > path:not([class*=hatch])")) {
            const r = shape.getBoundingClientRect();
            const place = [r.x + left, r.y + top, r.width, r.height];
            if (!seen.has(shape)) seen.set(shape, place);
            // Scrolled by a part of a pixel, a picture is put at the next whole one.
            else if (seen.get(shape).some((n, i) => Math.abs(n - place[i]) > 0.6))
                moved.push([stop, shape.outerHTML, seen.get(shape), place]);
        }
        press("ArrowRight");
        await new Promise(requestAnimationFrame);
    }
    return [seen.size, moved];
}"""


def programs(lesson: Path) -> Iterator[str]:
    """Yield the programs that a lesson steps."""
    for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]:
        head, _, program = "".join(cell["source"]).partition("\n")
        if head.startswith("%%step"):
            yield program


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_nothing_moves_in_any_lesson_at_any_step(show: Show, lesson: Path) -> None:
    names: dict[str, object] = {}
    shapes = 0
    for program in programs(lesson):
        page = show(program, namespace=names)
        at(page, 0)
        for level in "123":
            count, moved = page.evaluate(WALK, level)
            shapes += count

            assert moved == []
        page.close()
    assert shapes > 300
