"""The player without a mouse, a screen, a hue, or much room."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Show
from tests.browser.player import at, player
from tests.browser.programs import LOOP
from tests.conftest import axe
from tests.programs import DETACH, IN_PLACE

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]

FOCUSED = """() => {
    const found = document.activeElement;
    const names = ["mtv-bar", "mtv-codebox", "mtv-card", "mtv-left", "mtv-graphbox",
        "mtv-tabbox"];
    return names.find(name => found.closest("." + name)) ?? found.tagName;
}"""
UNSEEN = """() => {
    const shapes = [...document.querySelectorAll(".mtv-canvas .mtv-on .mtv-op")];
    const inks = shapes.map(s => getComputedStyle(s).stroke);
    const texts = shapes.map(s => s.parentNode.querySelector(".mtv-fn"));
    const pairs = shapes.map((s, i) =>
        [getComputedStyle(s).fill, getComputedStyle(texts[i]).fill]);
    const back = getComputedStyle(document.querySelector(".mtv")).backgroundColor;
    return inks.filter(ink => ink === back).length
        + pairs.filter(([a, b]) => a === b).length;
}"""


def violations(page: Page) -> list[str]:
    """Let axe-core look at a page; return what it finds, one line each."""
    found: dict[str, Any] = page.evaluate("axe.run(document)")
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.needs("axe")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("program", [DETACH, IN_PLACE, LOOP])
def test_axe_finds_nothing_at_any_stage(show: Show, program: str, theme: str) -> None:
    page = show(program, ask="error")
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    expect(page.locator(".mtv")).to_have_attribute("data-theme", theme)
    path = axe()
    assert path is not None
    page.evaluate(path.read_text("utf-8"))
    found = at(page, 0)
    stages = (["ArrowRight"] * 4, ["s", "n"], ["b"], ["l", "End"], ["Home", "g"], ["?"])
    for keys in ([], *stages):
        for key in keys:
            found.press(key)
        if keys[-1:] == ["g"]:
            found.press("Escape")
        assert violations(page) == [], keys


def test_tab_goes_through_bar_picture_and_table_in_order(show: Show) -> None:
    page = show(DETACH, ask="x.grad", choices=["2.", "3."])
    at(page, 6)
    page.locator(".mtv-body").focus()
    parts: list[str] = []
    for _ in range(30):
        page.keyboard.press("Tab")
        part = page.evaluate(FOCUSED)
        if part == "BODY":
            break
        if part not in parts:
            parts.append(part)

    assert parts == [
        "mtv-bar",
        "mtv-codebox",
        "mtv-left",
        "mtv-card",
        "mtv-graphbox",
        "mtv-tabbox",
    ]


def test_the_help_keeps_the_focus_and_gives_it_back(show: Show) -> None:
    page = show(DETACH)
    found = at(page, 1)
    found.button("-1").focus()
    found.press("?")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.mtv-bar') === null")
    page.get_by_role("button", name="Close").focus()
    found.press("ArrowRight")
    found.press("Escape")
    found.expect_step(1)
    expect(found.button("-1")).to_be_focused()


def test_a_step_is_announced_in_words_and_the_table_says_the_rest(show: Show) -> None:
    page = show(DETACH)
    at(page, 10)
    expect(page.locator("[aria-live=polite]")).to_contain_text("puts 2. into x.grad")
    tree = page.locator(".mtv").aria_snapshot()

    assert 'row "x 2. () True True None None → 2. 0 s0"' in tree
    assert "MulBackward0 of" not in tree
    assert 'group "Computation graph; the tensor table says the same in text"' in tree
    assert "AddBackward0" not in tree.split("Computation graph")[1].split("row")[0]


def test_shapes_are_seen_in_forced_colours(show: Show) -> None:
    page = show(DETACH)
    at(page, 8)
    page.emulate_media(forced_colors="active")

    assert page.evaluate(UNSEEN) == 0
    pressed, other = (
        player(page).level(n).evaluate("n => getComputedStyle(n).backgroundColor")
        for n in (3, 1)
    )
    assert pressed != other
    sign = "e => getComputedStyle(e, '::after').backgroundImage"
    assert "gradient" in page.locator(".mtv-later").evaluate(sign)


@pytest.mark.parametrize("size", [(640, 400), (700, 900)])
def test_at_double_zoom_the_bar_does_not_cover_what_it_steps(
    show: Show, size: tuple[int, int]
) -> None:
    page = show(IN_PLACE, ask="error")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    at(page, 8).press("s")
    page.mouse.wheel(0, 3000)
    page.wait_for_function("() => scrollY > 100")
    box = page.locator(".mtv-bar").bounding_box()
    assert box is not None

    assert box["y"] + box["height"] < size[1] / 3
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
