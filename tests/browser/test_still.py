"""Nothing moves: each shape of each lesson's pictures has one place at all steps."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Show
from tests.browser.player import at
from tests.test_lessons import ROWS, programs

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]

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


@pytest.mark.parametrize("lesson", ROWS)
def test_nothing_moves_in_any_lesson_at_any_step(show: Show, lesson: str) -> None:
    names: dict[str, object] = {}
    shapes = 0
    for _, program in programs(lesson):
        page = show(program, namespace=names)
        at(page, 0)
        for level in "123":
            count, moved = page.evaluate(WALK, level)
            shapes += count

            assert moved == []
        page.close()
    assert shapes > 300
