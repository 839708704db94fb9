"""Wide pictures and long lines: program and picture are read side by side."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Show
from tests.browser.player import player

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]

LOOP = (Path(__file__).parents[2] / "examples" / "training_loop.py").read_text()
#: Long lines, and more of them than have their marks below them.
LONG = "x = torch.ones(2, requires_grad=True)\n" + "".join(
    f"y{n} = torch.exp(x) + torch.sin(x) * torch.cos(x) - {n} * x.sum()\n"
    for n in range(16)
)
#: Of each line of the program: where it stands, and where its words and marks end.
LINES = """() => [...document.querySelectorAll("ol.mtv-code > li")].map(line => {
    const list = line.parentElement, range = document.createRange();
    range.selectNodeContents(line.querySelector("code"));
    const words = [...range.getClientRects()].at(-1);
    const marks = line.querySelector(".mtv-ann").getBoundingClientRect();
    const beside = marks.width && marks.top < words.bottom - 3;
    const free = list.getBoundingClientRect();
    return {
        place: [line.offsetTop, line.offsetHeight],
        apart: !beside || marks.left >= words.right - 1,
        inside: words.right <= free.right && marks.right <= free.right,
    };
})"""

EDGES = """e => {
    const { left, top, right, bottom } = e.getBoundingClientRect();
    return [left, top, right, bottom];
}"""


@pytest.mark.parametrize(("width", "height"), [(1000, 700), (1400, 800)])
def test_program_and_a_wide_picture_are_seen_together(
    show: Show, width: int, height: int
) -> None:
    page = show(LOOP)
    page.set_viewport_size({"width": width, "height": height})
    _, _, right, bottom = page.locator("ol.mtv-code").evaluate(EDGES)
    canvas = page.locator(".mtv-later > .mtv-canvas").evaluate(EDGES)

    assert right <= canvas[0]
    assert max(bottom, canvas[3]) <= height


def test_in_a_pane_of_a_notebook_they_are_seen_together_too(show: Show) -> None:
    page = show(LOOP)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("main").evaluate(
        "e => { e.style.height = '640px'; e.style.overflow = 'auto'; }"
    )
    page.set_viewport_size({"width": 1270, "height": 900})

    bottom = page.locator("main").evaluate(EDGES)[3]
    for place in ("ol.mtv-code", ".mtv-later > .mtv-canvas"):
        assert page.locator(place).evaluate(EDGES)[3] <= bottom


def test_a_picture_can_be_drawn_so_small_that_all_of_it_is_seen(show: Show) -> None:
    page = show(LOOP)
    page.set_viewport_size({"width": 1280, "height": 800})
    canvas = page.locator(".mtv-later > .mtv-canvas")
    hidden = """c => c.scrollWidth - c.clientWidth + c.scrollHeight - c.clientHeight"""
    assert canvas.evaluate(hidden) > 200

    for _ in range(8):
        player(page).press("-")

    expect(page.get_by_role("button", name="Smaller picture")).to_have_attribute(
        "aria-disabled", "true"
    )
    assert canvas.evaluate(hidden) == 0


@pytest.mark.parametrize("width", [700, 1000, 1400])
def test_long_lines_wrap_and_their_marks_stand_free_and_move_nothing(
    show: Show, width: int
) -> None:
    page = show(LONG)
    page.set_viewport_size({"width": width, "height": 800})
    found = player(page)
    found.focus()
    found.press("3")
    places = set()
    for _ in range(24):
        found.press("ArrowRight")
        lines = page.evaluate(LINES)
        places.add(str([line["place"] for line in lines]))
        assert all(line["inside"] and line["apart"] for line in lines)

    assert len(places) == 1


def test_a_picture_says_on_which_sides_it_goes_on_and_keys_move_it(show: Show) -> None:
    page = show(LOOP)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1000, "height": 500})
    found = player(page)
    found.focus()
    found.press("Home")
    step = found.place
    side = page.locator(".mtv-later")
    shade = "e => getComputedStyle(e, '::after').backgroundSize.split(',')[0]"
    expect(side).to_have_attribute("data-more", "right below")
    assert side.evaluate(shade).startswith("9px")

    for key in ("ArrowRight", "ArrowDown") * 12:
        found.press(f"Shift+{key}")
    expect(side).to_have_attribute("data-more", "left above")
    assert side.evaluate(shade).startswith("0px")
    assert found.place == step

    for _ in range(8):
        found.press("-")
    expect(side).to_have_attribute("data-more", "")
    found.press("Shift+ArrowLeft")
    expect(page.locator(".mtv-follow")).to_have_text("All of the picture is seen")


def test_on_paper_all_of_a_picture_is_seen(show: Show) -> None:
    page = show(LOOP)
    page.set_viewport_size({"width": 760, "height": 1000})
    page.emulate_media(media="print")
    canvas = page.locator(".mtv-later > .mtv-canvas")
    drawn = canvas.locator("> svg").evaluate(EDGES)
    left, top, right, bottom = canvas.evaluate(EDGES)

    assert left <= drawn[0]
    assert top <= drawn[1]
    assert drawn[2] <= right
    assert drawn[3] <= bottom + 1


def test_lines_stand_as_far_in_as_they_are_indented(show: Show) -> None:
    program = (
        "".join(f"{'    ' * n}if True:\n" for n in range(6)) + " " * 24 + "x = 1\n"
    )
    page = show(program)
    page.set_viewport_size({"width": 1000, "height": 800})
    begins = page.evaluate(
        """() => [...document.querySelectorAll("ol.mtv-code code")].map(code => {
            const range = document.createRange(), text = code.textContent;
            const first = text.search(/\\S/);
            const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
            let node = walker.nextNode(), at = first;
            while (at >= node.length) { at -= node.length; node = walker.nextNode(); }
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            return range.getBoundingClientRect().left;
        })"""
    )
    steps = {round(b - a) for a, b in pairwise(begins)}

    assert len(steps) == 1
    assert steps.pop() > 10
