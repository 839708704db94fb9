"""A long program's picture: what is folded opens below it, and nothing else moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Show
from tests.browser.player import player

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]
LONG = """\
w = torch.ones(3, requires_grad=True)
def block(y):
    u = y * w
    return (u + 1).sigmoid() * 2
y = torch.ones(3)
for i in range(80):
    y = block(y)
y.sum().backward()
"""
BLOCK = Path(__file__).parents[2] / "examples" / "transformer_block.py"
PLACES = """() => {
    const drawn = [...document.querySelectorAll(".mtv-later .mtv-el")];
    const boxes = drawn.map(e => e.getBBox());
    return boxes.map(({x, y, width, height}) => [x, y, width, height].join());
}"""
PANE = """() => {
    const box = document.querySelector(".mtv-later").getBoundingClientRect();
    return [box.x, box.y + scrollY, box.width, box.height].map(Math.round).join();
}"""


def shut(page: Page) -> list[bool]:
    folds = page.locator(".mtv-later g[data-fold]")
    return [each.get_attribute("aria-expanded") == "false" for each in folds.all()]


def test_a_click_opens_what_is_folded_and_moves_nothing_above_it(show: Show) -> None:
    page = show(LONG, "statement")
    player(page).focus()
    player(page).press("End")
    fold = page.locator(".mtv-later g[data-fold]")
    before = page.evaluate(PLACES), page.evaluate(PANE)
    drawers = page.locator(".mtv-drawer")

    expect(fold).to_contain_text("for i in range(80)")
    expect(drawers).to_have_count(0)
    fold.click()
    expect(drawers).to_have_count(1)
    expect(drawers.locator("g[data-fold].mtv-on")).to_have_count(80)
    drawers.locator("g[data-fold]").nth(1).click()
    expect(drawers.nth(1).locator("h3")).to_have_text("for i in range(80) › turn 2")
    expect(
        drawers.nth(1).locator(".mtv-on", has_text="SigmoidBackward0")
    ).to_have_count(1)
    assert (page.evaluate(PLACES), page.evaluate(PANE)) == before

    # A drawer steps along with the player, and goes with the one that it came from.
    player(page).focus()
    player(page).press("Home")
    expect(
        drawers.nth(1).locator(".mtv-on", has_text="SigmoidBackward0")
    ).to_have_count(0)
    assert page.evaluate(PLACES) == before[0]
    drawers.nth(0).locator(".mtv-shut").click()
    expect(drawers).to_have_count(0)
    assert shut(page) == [True]


def test_what_is_folded_opens_and_closes_by_key(show: Show) -> None:
    page = show(LONG, "statement")
    player(page).focus()
    player(page).press("End")
    where = player(page).place
    fold = page.locator(".mtv-later g[data-fold]")
    fold.focus()
    for key in ("Enter", " "):
        player(page).press(key)
        expect(fold).to_have_attribute("aria-expanded", "true")
        expect(page.locator(".mtv-drawer")).to_have_count(1)
        player(page).press(key)
        expect(fold).to_have_attribute("aria-expanded", "false")
        expect(page.locator(".mtv-drawer")).to_have_count(0)
    player(page).press("Enter")
    page.locator(".mtv-shut").focus()
    player(page).press("Enter")

    expect(page.locator(".mtv-drawer")).to_have_count(0)
    expect(fold).to_be_focused()
    assert player(page).place == where


def test_each_lens_folds_and_opens_by_itself(show: Show) -> None:
    page = show(LONG, "statement")
    player(page).focus()
    player(page).press("End")
    page.locator(".mtv-later g[data-fold]").click()
    page.locator('[data-lens="autograd"]').click()

    expect(page.locator(".mtv-drawer")).to_have_count(0)
    page.locator('[data-lens="program"]').click()
    expect(page.locator(".mtv-drawer")).to_have_count(1)


@pytest.mark.parametrize(
    "engine", ["minitorch", pytest.param("torch", marks=pytest.mark.needs("torch"))]
)
def test_a_module_opens_into_what_it_ran_and_moves_nothing(
    show: Show, engine: str
) -> None:
    page = show(BLOCK, "statement", engine=engine)
    player(page).focus()
    player(page).press("End")
    picture, drawer = page.locator(".mtv-later"), page.locator(".mtv-drawer")
    before = page.evaluate(PLACES), page.evaluate(PANE)

    expect(picture.locator("g[data-fold].mtv-on")).to_have_count(6)
    expect(picture.locator(".mtv-on", has_text="GeluBackward0")).to_have_count(0)
    picture.locator("g[data-fold]", has_text="block.mlp: Sequential").click()
    expect(drawer.locator("h3")).to_have_text("block.mlp: Sequential")
    expect(drawer.locator(".mtv-on", has_text="GeluBackward0")).to_have_count(1)
    expect(drawer.locator(".mtv-on", has_text="AccumulateGrad")).to_have_count(4)
    assert (page.evaluate(PLACES), page.evaluate(PANE)) == before
