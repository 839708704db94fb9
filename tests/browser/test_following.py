"""Selecting a tensor and following it, going to a step, playing, and the keys' list."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Show
from tests.browser.player import Player, at, player
from tests.browser.programs import LOOP
from tests.programs import DETACH, IN_PLACE

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]

TICKS = """() => {
    const real = window.setTimeout;
    window.waits = [];
    window.setTimeout = (deed, wait) => (window.waits.push(wait), real(deed, 0));
}"""


def card(page: Page, name: str) -> None:
    """Click on the card of a tensor in the picture."""
    page.locator("g[data-card].mtv-on", has_text=name).first.click()


def selected(page: Page) -> list[str]:
    return page.locator("tr.mtv-held b").all_inner_texts()


def test_a_click_selects_a_tensor_in_picture_and_table_and_again_releases_it(
    show: Show,
) -> None:
    page = show(DETACH)
    at(page, 7)
    expect(page.locator(".mtv-holds")).to_have_attribute("d", "")
    card(page, "requires no grad")
    assert selected(page) == ["z"]
    assert page.locator(".mtv-holds").evaluate("path => path.getBBox().width") > 50
    page.locator(".mtv-tab tr", has=page.get_by_text("y", exact=True)).click()
    assert selected(page) == ["y"]
    expect(page.locator('g[aria-pressed="true"]')).to_contain_text("grad is not kept")
    page.get_by_role("button", name="y", exact=True).click()
    assert selected(page) == []
    expect(page.locator(".mtv-holds")).to_have_attribute("d", "")


def test_enter_on_a_row_or_a_card_selects_it(show: Show) -> None:
    page = show(DETACH)
    found = at(page, 2)
    page.get_by_role("button", name="x", exact=True).focus()
    found.press("Enter")
    assert selected(page) == ["x"]
    found.expect_step(2)
    page.locator('g[data-card][tabindex="0"]').focus()
    found.press("Space")
    assert selected(page) == []
    found.press("Enter")
    assert selected(page) == ["x"]


def test_n_follows_a_tensor_to_each_change_at_the_level_it_needs(show: Show) -> None:
    page = show(DETACH, level="statement")
    found = at(page, 1)
    found.press("s")
    assert selected(page) == ["x"]
    found.press("n")
    expect(page.locator(".mtv-follow")).to_have_text(
        "following x: change 2 of 2 · grad None → 2."
    )
    found.expect_step(5)
    found.press("n")
    expect(page.locator(".mtv-follow")).to_have_text("x: no later change")
    found.press("N")
    found.expect_step(1)
    found.level(3).click()
    for _ in range(5):
        found.press("ArrowRight")
    page.get_by_role("button", name="(y+z)", exact=True).click()
    found.press("Home")
    found.press("1")
    found.press("n")
    assert found.place == (5, 7), "the sum is only a stop at the operation level"


def test_following_goes_on_with_the_tensor_that_takes_the_place(show: Show) -> None:
    page = show(LOOP, level="statement")
    found = at(page, 3)
    page.get_by_role("button", name="loss", exact=True).click()
    places = []
    for _ in range(4):
        found.press("n")
        places.append(found.place[0])

    assert selected(page) == ["loss"]
    assert places == sorted(set(places))
    expect(page.locator("li.mtv-ran .mtv-ln")).to_have_text("3")


def test_n_without_a_selection_says_what_to_do(show: Show) -> None:
    page = show(DETACH)
    at(page, 2).press("n")

    expect(page.get_by_role("status")).to_contain_text("Select a tensor first")


def test_g_goes_to_a_step_and_takes_no_nonsense(show: Show) -> None:
    page = show(DETACH)
    page.evaluate(
        "window.heard = [];"
        "document.addEventListener('keydown', e => window.heard.push(e.key))"
    )
    found = at(page, 1)
    for typed, step in (("7", 7), ("999", 10), ("two", 10), ("3", 3)):
        found.press("g")
        page.keyboard.type(typed)
        found.press("Enter")
        found.expect_step(step)
    found.press("g")
    page.keyboard.type("9")
    found.press("Escape")
    found.expect_step(3)
    found.press("ArrowRight")
    found.expect_step(4)

    assert page.evaluate("window.heard") == []


def test_play_steps_to_the_end_at_a_readers_pace_and_stops(show: Show) -> None:
    page = show(DETACH)
    page.evaluate(TICKS)
    found = at(page, 0)
    page.locator(".mtv-body").focus()
    found.press("Space")
    found.expect_step(10)

    expect(page.locator('[data-go="play"]')).to_have_attribute("aria-pressed", "false")
    waits = page.evaluate("window.waits.filter(wait => wait > 300)")
    assert len(waits) == 10
    assert all(1200 < wait <= 6000 for wait in waits)


def test_a_step_by_hand_ends_playing(show: Show) -> None:
    page = show(DETACH)
    at(page, 0)
    play = page.locator('[data-go="play"]')
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    player(page).press("ArrowRight")
    expect(play).to_have_attribute("aria-pressed", "false")
    player(page).expect_step(1)


def test_playing_waits_for_a_prediction(show: Show) -> None:
    page = show(DETACH, ask="x.grad", choices=["3.", "2."])
    page.evaluate(TICKS)
    at(page, 0)
    page.locator(".mtv-body").focus()
    player(page).press("Space")

    player(page).expect_step(9)
    expect(page.locator(".mtv-told")).to_have_count(0)


def test_less_motion_plays_only_when_asked_twice(show: Show) -> None:
    page = show(DETACH)
    page.emulate_media(reduced_motion="reduce")
    play = page.locator('[data-go="play"]')
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("status")).to_contain_text("less motion")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")


def test_every_key_of_the_help_is_handled_inside(show: Show) -> None:
    page = show(IN_PLACE, ask="error")
    page.evaluate(
        "window.heard = [];"
        "document.addEventListener('keydown', e => window.heard.push(e.key))"
    )
    found: Player = at(page, 1)
    found.press("?")
    caps = page.get_by_role("dialog", name="Keys").locator("kbd").all_inner_texts()
    found.press("?")
    names = {"→": "ArrowRight", "←": "ArrowLeft", "↓": "ArrowDown", "↑": "ArrowUp"}
    names |= {"PgDn": "PageDown", "PgUp": "PageUp"}
    assert {"n", "N", "s", "S", "g", "Space", "e", "p"} <= set(caps)
    for cap in caps:
        if cap == "⇧":  # which does nothing by itself
            continue
        page.locator(".mtv-body").focus()
        found.press(names.get(cap, cap).replace("Esc", "Escape"))
        if cap in "g?":
            found.press("Escape")

    assert page.evaluate("window.heard") == []
