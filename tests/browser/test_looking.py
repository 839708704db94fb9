"""Looking at the picture: its lenses, before and after, all of the screen, in view."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Show
from tests.browser.player import at, player
from tests.programs import DETACH, IN_PLACE

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]

DENIED = """() => {
    Element.prototype.requestFullscreen = () => Promise.reject(new Error("no"));
    document.querySelector("main").style.cssText = "width: 300px; contain: paint";
}"""
#: A dozen branches beside each other, each grown in turn.
APART = "x = torch.ones(2, requires_grad=True)\n" + "".join(
    f"{name}{turn} = {f'{name}{turn - 1}' if turn else 'x'}.exp()\n"
    for name in "abcdefghijkl"
    for turn in range(3)
)
#: Whether what is new, and its outline, would be in view if the canvas were scrolled.
SEEN_FROM = """(canvas, place) => {
    const frame = canvas.getBoundingClientRect(), moved = canvas.scrollLeft - place;
    return [...canvas.querySelectorAll(".mtv-on.mtv-new")].every(node => {
        const r = node.getBoundingClientRect();
        return r.left + moved >= frame.left + 4 && r.right + moved <= frame.right - 4;
    });
}"""
STOPPED = """\
w = torch.tensor([2.0, -1.0], requires_grad=True)
h = w * torch.tensor([1.0, 3.0])
a = h.exp()
with torch.no_grad():
    s = a.mean()
b = a.detach() + 1
a += 1
loss = (a * h).sum()
loss.backward()
"""
IN_VIEW = """() => {
    const canvas = document.querySelector(".mtv-later > .mtv-canvas");
    const frame = canvas.getBoundingClientRect();
    const news = [...canvas.querySelectorAll(".mtv-on.mtv-new rect")];
    return news.length > 0 && news.every(node => {
        const r = node.getBoundingClientRect();
        return r.left >= frame.left - 1 && r.right <= frame.right + 1
            && r.top >= frame.top - 1 && r.bottom <= frame.bottom + 1;
    });
}"""


#: Press keys in one go, before anything has scrolled; wait until all is at rest.
PRESSED = """async keys => {
    const body = document.querySelector(".mtv-body");
    const canvas = document.querySelector(".mtv-later > .mtv-canvas");
    for (const key of keys) {
        body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
    for (let was = -1, frames = 0; frames < 10; frames++) {
        await new Promise(requestAnimationFrame);
        const now = canvas.scrollLeft + canvas.scrollTop;
        if (now !== was) [was, frames] = [now, 0];
    }
}"""


def lens(page: Page, name: str) -> Locator:
    """Return the button of a lens."""
    return page.get_by_role("group", name="Lens").get_by_role("button", name=name)


def shown(page: Page, side: str = "later") -> list[str]:
    """Return the words of the nodes in a picture."""
    path = f".mtv-{side} .mtv-picture > .mtv-on .mtv-fn"
    return page.locator(path).all_text_contents()


def test_the_lens_of_autograd_shows_what_backward_walks_at_the_same_place(
    show: Show,
) -> None:
    page = show(DETACH)
    found = at(page, 8)
    page.get_by_role("button", name="y", exact=True).click()
    found.press("l")
    expect(lens(page, "Autograd")).to_have_attribute("aria-pressed", "true")
    found.expect_step(8)

    assert shown(page) == [
        "AccumulateGrad", "MulBackward0", "AddBackward0", "SumBackward0",
    ]  # fmt: skip
    picture = page.locator(".mtv-later .mtv-picture")
    expect(picture.locator(".mtv-hot .mtv-fn")).to_have_text(["AddBackward0"])
    expect(picture.locator(".mtv-on", has_text="not recorded")).to_have_count(0)
    # y has no card here: the node that made it is framed.
    frame = picture.locator(".mtv-holds").bounding_box()
    node = picture.locator(".mtv-on", has_text="MulBackward0").bounding_box()
    assert frame is not None
    assert node is not None
    assert abs(frame["y"] + frame["height"] / 2 - node["y"] - node["height"] / 2) < 9
    found.press("ArrowLeft")
    lens(page, "Program").click()
    expect(picture.locator(".mtv-hot .mtv-fn")).to_have_text(["SumBackward0"])
    expect(page.locator("tr.mtv-held b")).to_have_text("y")
    found.expect_step(7)


def test_before_and_after_stand_beside_each_other_and_mark_what_changed(
    show: Show,
) -> None:
    page = show(IN_PLACE)
    found = at(page, 4)
    found.press("b")
    sides = page.locator(".mtv-side")
    expect(sides.locator(".mtv-caption")).to_have_text(
        ["before · step 3", "after · step 4"]
    )
    found.press("ArrowRight")
    cards = [sides.nth(k).locator("g[data-card].mtv-on").first for k in (0, 1)]
    expect(cards[0]).to_contain_text("[1., 1.]")
    expect(cards[1]).to_contain_text("[2., 2.]")
    marks = sides.locator(".mtv-differs").evaluate_all(
        "paths => paths.map(p => p.getAttribute('d'))"
    )
    assert marks[0] == marks[1] != ""
    boxes = [sides.nth(k).bounding_box() for k in range(2)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] == boxes[1]["y"]
    page.set_viewport_size({"width": 640, "height": 900})
    page.wait_for_function("() => document.querySelector('.mtv-stack') !== null")
    boxes = [sides.nth(k).bounding_box() for k in range(2)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["x"] == boxes[1]["x"]
    assert boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]
    found.press("Home")
    expect(sides.first.locator(".mtv-caption")).to_have_text("before the start")
    expect(sides.first.locator("g.mtv-on")).to_have_count(0)
    page.get_by_role("button", name="Before and after").click()
    expect(sides.first).to_be_hidden()


def test_the_picture_is_the_same_however_its_step_was_reached(show: Show) -> None:
    page = show(IN_PLACE)
    look = """() => [...document.querySelectorAll(".mtv-later .mtv-el")].map(
        n => n.getAttribute("class") + n.textContent).join()"""
    found = at(page, 0)
    straight = []
    for _ in range(9):
        straight.append(page.evaluate(look))
        found.press("ArrowRight")
    for keys, step in (
        (["Home", "End"], 8), (["1", "3", "ArrowLeft"], 7), (["Home", "l", "l"], 0),
        (["PageDown", "ArrowLeft", "ArrowLeft", "l", "ArrowLeft", "l"], 5),
    ):  # fmt: skip
        for key in keys:
            found.press(key)
        found.expect_step(step)
        assert page.evaluate(look) == straight[step], keys


def test_the_line_that_ran_is_in_sight_whatever_else_is_shown(show: Show) -> None:
    page = show("x = torch.ones(2, requires_grad=True)\n" * 30 + "y = x * 2\n")
    found = at(page, 0)
    found.press("End")
    seen = """() => {
        const pane = document.querySelector(".mtv-code").getBoundingClientRect();
        const line = document.querySelector("li.mtv-ran").getBoundingClientRect();
        return line.top >= pane.top && line.bottom <= pane.bottom;
    }"""
    for key in ("b", "l", "b", "l"):
        found.press(key)
        assert page.evaluate(seen), key


def test_full_screen_is_entered_and_left(show: Show) -> None:
    page = show(DETACH)
    found = at(page, 3)
    found.press("f")
    page.wait_for_function("() => document.fullscreenElement?.matches('.mtv.mtv-full')")
    expect(page.get_by_role("button", name="Full screen")).to_have_attribute(
        "aria-pressed", "true"
    )
    found.press("ArrowRight")
    found.expect_step(4)
    found.press("Escape")
    page.wait_for_function("() => document.fullscreenElement === null")
    expect(page.locator(".mtv-full")).to_have_count(0)


def test_where_full_screen_is_denied_the_player_fills_the_window(show: Show) -> None:
    page = show(DETACH)
    page.evaluate(DENIED)
    found = at(page, 3)
    page.get_by_role("button", name="Full screen").click()
    expect(page.locator(".mtv.mtv-full")).to_be_visible()
    box = found.root.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["height"]) == (0, 0, 900)
    assert box["width"] > 1250
    found.press("?")
    found.press("Escape")
    expect(page.locator(".mtv-full")).to_have_count(1)
    found.press("Escape")
    expect(page.locator(".mtv-full")).to_have_count(0)
    found.press("ArrowRight")
    found.expect_step(4)
    box = found.root.bounding_box()
    assert box is not None
    assert box["width"] == 300


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_what_is_new_comes_into_view_in_a_picture_wider_than_its_pane(
    show: Show, motion: str
) -> None:
    page = show(APART, level="statement")
    page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 700, "height": 700})
    found = at(page, 1)
    canvas = page.locator(".mtv-later > .mtv-canvas")
    assert canvas.evaluate("c => c.scrollWidth > c.clientWidth + 200")
    for step in range(1, found.place[1] + 1):
        if motion == "reduce":
            assert page.evaluate(IN_VIEW), step
        else:
            page.wait_for_function(IN_VIEW)
        found.press("ArrowRight")


def test_what_is_new_stays_in_view_where_a_picture_was_on_its_way_elsewhere(
    show: Show,
) -> None:
    page = show(APART, level="statement")
    page.emulate_media(reduced_motion="no-preference")
    page.set_viewport_size({"width": 700, "height": 700})
    at(page, 1)
    page.wait_for_function(IN_VIEW)
    page.evaluate(PRESSED, ["End"])
    page.evaluate(PRESSED, ["Home", "ArrowRight"])
    page.wait_for_function(IN_VIEW)
    page.evaluate(PRESSED, ["End", "Home", "ArrowRight"])

    assert page.evaluate(IN_VIEW)


def test_where_a_walk_stops_is_said_in_view(show: Show) -> None:
    page = show(STOPPED, level="statement")
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 700, "height": 900})
    player(page).focus()
    player(page).press("End")
    frame = page.locator(".mtv-later > .mtv-canvas").bounding_box()
    words = page.locator(".mtv-later .mtv-on text", has_text="stops here")
    box = words.bounding_box()
    assert frame is not None
    assert box is not None

    assert frame["x"] <= box["x"]
    assert box["x"] + box["width"] <= frame["x"] + frame["width"]


def test_what_is_in_view_does_not_scroll(show: Show) -> None:
    page = show(APART, level="statement")
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 700, "height": 700})
    at(page, 1)
    canvas = page.locator(".mtv-later > .mtv-canvas")
    stayed = 0
    for _ in range(9):
        before = canvas.evaluate("c => c.scrollLeft")
        player(page).press("ArrowRight")
        if canvas.evaluate(SEEN_FROM, before):
            stayed += 1
            assert canvas.evaluate("c => c.scrollLeft") == before

    assert stayed >= 6


def test_a_picture_takes_no_more_height_than_it_needs(show: Show) -> None:
    page = show(DETACH)
    canvas, drawn = (
        page.locator(f".mtv-later > .mtv-canvas{inner}").evaluate(
            "e => e.getBoundingClientRect().height"
        )
        for inner in ("", " > svg")
    )

    assert drawn <= canvas < drawn + 20


def test_a_picture_is_drawn_larger_and_smaller_and_its_middle_stays(show: Show) -> None:
    page = show(APART, level="statement")
    found = at(page, 20)
    canvas = page.locator(".mtv-later > .mtv-canvas")
    measured = """c => {
        const { width } = c.firstElementChild.getBoundingClientRect();
        return [width, c.clientHeight, (c.scrollLeft + c.clientWidth / 2) / width];
    }"""
    width, height, _ = canvas.evaluate(measured)
    canvas.evaluate("c => c.scrollTo({ left: 60, behavior: 'instant' })")
    found.press("+")
    page.get_by_role("button", name="Larger picture").click()
    larger, same, middle = canvas.evaluate(measured)

    assert larger == pytest.approx(1.25**2 * width, rel=0.01)
    assert same == height
    canvas.evaluate("c => c.scrollBy({ left: 90, behavior: 'instant' })")
    moved = canvas.evaluate(measured)[2]
    assert moved != middle
    found.press("=")
    assert canvas.evaluate(measured)[2] == pytest.approx(moved, abs=0.01)
    for _ in range(3):
        page.get_by_role("button", name="Smaller picture").click()
    assert canvas.evaluate(measured)[0] == width
    found.press("ArrowRight")
    found.expect_step(21)


def test_the_line_to_come_is_in_sight_with_the_one_that_ran(show: Show) -> None:
    page = show("x = torch.ones(2, requires_grad=True)\n" * 30 + "y = x * 2\n")
    found = at(page, 0)
    seen = """() => {
        const pane = document.querySelector(".mtv-code").getBoundingClientRect();
        return [...document.querySelectorAll("li.mtv-ran, li.mtv-next")].every(line => {
            const { top, bottom } = line.getBoundingClientRect();
            return top >= pane.top && bottom <= pane.bottom;
        });
    }"""
    for _ in range(29):
        found.press("ArrowRight")
        assert page.evaluate(seen), found.place


@pytest.mark.parametrize("width", [1000, 1280, 1400])
def test_the_heading_of_the_picture_is_one_line(show: Show, width: int) -> None:
    page = show(DETACH)
    page.set_viewport_size({"width": width, "height": 900})
    heading, button = (
        page.locator(f".mtv-graphbox > .mtv-heading{part}").evaluate(
            "e => e.getBoundingClientRect().height"
        )
        for part in ("", " > .mtv-both")
    )

    assert heading < 1.3 * button
