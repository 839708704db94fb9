"""A saved page, opened from disk with the network off: it shows, steps and answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import minitorch_viz as mv
from tests.browser.conftest import Show
from tests.browser.player import Player, at, player, row
from tests.browser.programs import CAUGHT, LOOP
from tests.programs import DETACH, IN_PLACE

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]
HOSTILE = """\
s = "</script><script>window.ran=1</script><img src=x onerror=window.ran=1>"
print(s, '" \\\\ \\u2028 <!-- ]]> 😀')
x = torch.ones(2, requires_grad=True)  # <b>😀</b>
y = {"<img src=x onerror=window.ran=1>": x * 2, "😀": x.detach()}
y["<img src=x onerror=window.ran=1>"].sum().backward()
raise ValueError(s)
"""
SHOT = """() => {
    const boxes = [...document.querySelectorAll(".mtv-pane, .mtv-card, .mtv-nav")];
    const places = boxes.map(b => b.getBoundingClientRect());
    return places.map(r => [r.x, r.y, r.width].map(Math.round).join());
}"""


def test_a_page_opens_at_the_start_and_takes_no_focus(show: Show) -> None:
    page = show(DETACH)

    player(page).expect_step(0)
    expect(page.locator(".mtv-say")).to_contain_text("Nothing has run yet")
    expect(page.locator(".mtv-tab")).to_contain_text("no tensors yet")
    assert page.evaluate("document.activeElement === document.body")


def test_keys_work_on_a_page_before_anything_has_the_focus(show: Show) -> None:
    page = show(DETACH)
    found = player(page)
    found.expect_step(0)
    found.press("ArrowRight")
    found.expect_step(1)
    found.press("ArrowRight")

    found.expect_step(2)
    assert page.evaluate("document.activeElement.className").startswith("mtv-body")


def test_every_key_goes_where_the_help_says(show: Show) -> None:
    page = show(DETACH)
    found = at(page, 0)
    for key, step in (
        ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 10),
        ("PageUp", 0), ("PageDown", 10), ("Home", 0),
    ):  # fmt: skip
        found.press(key)
        found.expect_step(step)
    found.press("End")
    found.press("1")
    assert found.place == (5, 5)
    found.press("ArrowDown")
    assert found.place == (7, 7)
    found.press("3")
    assert found.place == (10, 10)
    found.press("ArrowUp")
    assert found.place == (7, 7)


def test_question_mark_lists_the_keys_and_escape_closes_then_leaves(show: Show) -> None:
    page = show(DETACH)
    found = at(page, 1)
    found.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    found.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    found.press("ArrowRight")
    found.expect_step(2)
    found.press("Escape")
    found.press("ArrowRight")
    found.expect_step(2)


def test_handled_keys_do_not_reach_the_host_and_others_do(show: Show) -> None:
    page = show(DETACH)
    page.evaluate(
        "window.heard = [];"
        "document.addEventListener('keydown', e => window.heard.push(e.key))"
    )
    found = at(page, 1)
    for key in ("End", "1", "t", "x", "Control+ArrowRight"):
        found.press(key)

    assert page.evaluate("window.heard") == ["x", "Control", "ArrowRight"]


def test_buttons_stops_and_levels_step_by_mouse(show: Show) -> None:
    page = show(DETACH, level="statement")
    found = player(page)
    found.button("1").click()
    found.expect_step(1)
    found.button("end").click()
    assert found.place == (5, 5)
    found.button("home").click()
    found.level(3).click()
    assert found.place == (0, 10)
    page.locator('.mtv-stop[data-step="8"]').click()
    found.expect_step(8)
    expect(page.locator(".mtv-hot .mtv-fn")).to_have_text(["AddBackward0"])
    found.level(1).click()
    page.locator('.mtv-stop[data-step="3"]').click()
    assert found.place == (3, 7), "a finer stop goes to its own level"


def test_the_picture_the_table_and_the_code_tell_the_same_step(show: Show) -> None:
    page = show(DETACH)
    at(page, 3)

    assert row(page, "x.detach()")[1:5] == ["2.", "()", "True", "False"]
    expect(page.locator(".mtv-sub")).to_have_text("x.detach()")
    expect(page.locator("li.mtv-ran .mtv-ln")).to_have_text("3")
    expect(page.locator(".mtv-note-next")).to_contain_text("next 3 + …")
    expect(page.locator(".mtv-on.mtv-new").filter(has_text="detach")).not_to_have_count(
        0
    )
    at(page, 10)
    assert row(page, "x")[6] == "None → 2."
    assert row(page, "y")[6] == "None not kept"
    assert row(page, "x.detach()")[0] == "x.detach() gone"


def test_a_refusal_shows_in_code_output_and_bar(show: Show) -> None:
    page = show(IN_PLACE)
    found = at(page, 2)
    expect(page.locator(".mtv-kept")).to_have_text("tensors kept for backward: 8 bytes")
    found.press("ArrowRight")
    found.press("ArrowRight")
    expect(page.locator(".mtv-mode.mtv-off")).to_have_text("grad mode: off · no_grad")
    expect(page.locator("li.mtv-off")).to_have_count(2)
    found.press("e")
    found.expect_step(8)
    expect(page.locator("li.mtv-error")).to_contain_text("raised here")
    expect(page.locator(".mtv-out.mtv-bad")).to_contain_text(
        "at version 1; expected version 0"
    )
    expect(page.locator(".mtv-note-note")).to_have_text(
        ["saved a at v0", "modified a: v0 → v1"]
    )


def test_a_prediction_is_kept_and_the_answer_hidden_until_it_is_time(
    show: Show,
) -> None:
    page = show(DETACH, ask="x.grad", choices=["3.", "2.", "1.", "None"])
    found = at(page, 1)
    found.press("p")
    page.keyboard.press("Enter")
    expect(page.locator(".mtv-card p")).to_contain_text("You said 3., kept here")
    for step in range(10):
        at(page, step)
        expect(page.locator(".mtv-right")).to_have_count(0)
        expect(page.locator(".mtv-card")).not_to_contain_text("what happens")
    at(page, 10)
    expect(page.locator(".mtv-right")).to_have_text("2.")
    expect(page.locator(".mtv-card p")).to_contain_text("You said 3.; what happens: 2.")
    page.locator('[data-say="None"]').click(force=True)
    expect(page.locator(".mtv-card p")).to_contain_text("You said 3.;")


def test_output_appears_as_it_was_printed(show: Show) -> None:
    page = show("print('one')\nprint('two')\n1 + 1")
    texts = []
    for step in range(4):
        at(page, step)
        texts.append(page.locator(".mtv-out").inner_text().split())

    assert texts == [
        ["nothing", "printed"], ["one"], ["one", "two"], ["one", "two", "2"],
    ]  # fmt: skip


@pytest.mark.parametrize("program", [IN_PLACE, CAUGHT])
def test_stepping_moves_no_pane_at_any_level(show: Show, program: str) -> None:
    page = show(program, ask="error")
    found = at(page, 0)
    for level in ("1", "2", "3"):
        found.press(level)
        found.press("Home")
        places = set()
        for _ in range(found.place[1] + 1):
            places.add(tuple(page.evaluate(SHOT)))
            found.press("ArrowRight")

        assert len(places) == 1


def test_hovering_a_row_lights_its_picture_and_its_line(show: Show) -> None:
    page = show(DETACH)
    at(page, 7)
    page.locator(".mtv-tab tr", has=page.get_by_text("z", exact=True)).hover()
    expect(page.locator("li.mtv-lit .mtv-ln")).to_have_text("3")
    expect(page.locator(".mtv-picture .mtv-on.mtv-lit").first).to_be_attached()
    page.locator(".mtv-code li").nth(1).hover()
    expect(page.locator("tr.mtv-lit b")).to_have_text("y")
    page.locator(".mtv-on", has_text="SumBackward0").first.hover()
    expect(page.locator("li.mtv-lit .mtv-ln")).to_have_text("4")


def test_a_name_in_code_or_sentence_lights_what_it_names_and_is_lit_by_it(
    show: Show,
) -> None:
    page = show(DETACH)
    at(page, 8)
    names = page.locator(".mtv-id.mtv-lit")
    nodes = page.locator(".mtv-picture .mtv-on.mtv-lit .mtv-fn")
    page.locator(".mtv-code li").nth(3).locator(".mtv-id", has_text="z").hover()
    expect(page.locator("tr.mtv-lit b")).to_have_text("z")
    expect(names).to_have_text(["z", "z"])
    expect(page.locator(".mtv-say code.mtv-lit")).to_have_text("z")
    page.locator(".mtv-say code", has_text="AddBackward0").hover()
    expect(nodes).to_have_text(["AddBackward0"])
    expect(page.locator("li.mtv-lit .mtv-ln")).to_have_text("4")
    page.locator(".mtv-later .mtv-on", has_text="MulBackward0").first.hover()
    expect(page.locator(".mtv-say code.mtv-lit")).to_have_text("MulBackward0")
    page.locator(".mtv-tab tr", has=page.get_by_text("x", exact=True)).hover()
    expect(names).to_have_text(["x", "x", "x"])


def test_a_long_trace_has_pages_and_a_track(show: Show) -> None:
    page = show(LOOP, level="statement")
    found = at(page, 0)
    expect(page.locator(".mtv-track")).to_be_visible()
    count = found.place[1]
    assert count > 60
    assert page.locator(".mtv-stop").count() < 60
    page.locator(".mtv-range").fill("40")
    found.expect_step(40)
    expect(page.locator(".mtv-stop.mtv-now")).to_have_count(1)
    found.focus()
    found.press("End")
    found.expect_step(count)
    expect(page.locator(".mtv-stop.mtv-now")).to_be_visible()
    expect(page.locator(".mtv-tab tbody tr")).not_to_have_count(0)
    assert page.locator(".mtv-tab tbody tr").count() < 8


def test_finer_stops_give_way_where_they_do_not_fit(show: Show) -> None:
    page = show(LOOP.replace("12", "2"), level="statement")
    coarse = player(page).place[1] + 1
    expect(page.locator(".mtv-stop.mtv-fine")).not_to_have_count(0)
    page.set_viewport_size({"width": 700, "height": 800})
    expect(page.locator(".mtv-stop.mtv-fine")).to_have_count(0)
    expect(page.locator(".mtv-stop")).to_have_count(coarse)
    expect(page.locator(".mtv-track")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 700])
def test_labels_of_the_timeline_are_whole(show: Show, width: int) -> None:
    page = show("\n" * 130 + LOOP, level="statement")
    page.set_viewport_size({"width": width, "height": 900})
    cut = "ls => ls.filter(l => l.scrollWidth > l.clientWidth).map(l => l.innerText)"
    for step in (0, 5, 20):
        page.locator(".mtv-range").fill(str(step))
        expect(page.locator(".mtv-cur > .mtv-lab")).to_have_count(1)
        labels = page.locator(".mtv-lab")
        assert labels.evaluate_all(cut) == []
        texts = labels.all_inner_texts()
        assert all(any(c.isdigit() for c in text) or text == "start" for text in texts)


def test_nothing_from_a_program_runs_or_becomes_markup(show: Show) -> None:
    page = show(
        HOSTILE, ask="x.grad", choices=["<img src=x onerror=window.ran=1>", "</script>"]
    )
    found = at(page, 0)
    for level in ("1", "2", "3"):
        found.press(level)
        found.press("Home")
        for _ in range(found.place[1]):
            found.press("ArrowRight")

    expect(page.locator(".mtv-out")).to_contain_text(
        '</script><script>window.ran=1</script><img src=x onerror=window.ran=1> " \\'
    )
    expect(page.locator(".mtv-opts")).to_contain_text("<img src=x onerror")
    assert "y['<img src=x onerror=wind…" in page.locator(".mtv-tab").inner_text() or (
        "<img" in page.locator(".mtv-tab").inner_text()
    )
    assert page.evaluate("window.ran") is None
    assert page.locator("img, .mtv b b, .mtv script").count() == 0


def test_a_script_put_into_the_page_is_refused_by_its_policy(
    show: Show, watch: object
) -> None:
    page = show(DETACH)
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s)"
    )

    assert page.evaluate("window.ran") is None
    assert "Content Security Policy" in watch.errors.pop()  # type: ignore[attr-defined]


def test_the_theme_follows_the_system_and_jupyter_and_can_be_turned(show: Show) -> None:
    page = show(DETACH)
    root = page.locator(".mtv")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    expect(root).to_have_attribute("data-theme", "dark")
    page.locator(".mtv-theme").click()
    expect(root).to_have_attribute("data-theme", "light")


def test_the_address_keeps_the_step_and_the_level(show: Show) -> None:
    page = show(DETACH)
    at(page, 8)
    expect(page).to_have_url(re.compile("#8;3$"))
    page.reload()

    player(page).expect_step(8)


def test_players_on_one_page_do_not_disturb_each_other(
    open_file: Callable[[Path], Page], tmp_path: Path
) -> None:
    text = mv.step(DETACH, level="backward").save(tmp_path / "page.html").read_text()
    text = re.sub("<meta http-equiv=.*?>", "", text)
    code = text[text.index('<script type="module">') : text.index("</body>")]
    again = code.replace('querySelector("main")', 'querySelectorAll("main")[1]')
    main = '<main class="mtv-page"><h1>program</h1></main>'
    assert main in text
    both = text.replace(main, main * 2).replace("</body>", again + "</body>")
    (tmp_path / "both.html").write_text(both)
    page = open_file(tmp_path / "both.html")
    players = [Player(page.locator(".mtv").nth(k)) for k in range(2)]
    players[1].focus()
    players[1].press("End")
    players[1].expect_step(10)

    players[0].expect_step(0)
    assert page.locator("[id]").count() == 0


@pytest.mark.parametrize("width", [1440, 900, 640, 360])
def test_nothing_is_wider_than_the_window(show: Show, width: int) -> None:
    page = show(IN_PLACE, ask="error")
    page.set_viewport_size({"width": width, "height": 800})
    at(page, 8)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    columns = page.evaluate(
        "getComputedStyle(document.querySelector('.mtv-panes')).gridTemplateColumns"
    )
    assert len(columns.split()) == (1 if width < 760 else 2)


@pytest.mark.parametrize(
    "program",
    ["", "1 +", "x = torch.zeros(10_000)\nx.fill_(float('nan'))", "n = 1\nprint(n)"],
)
def test_programs_without_a_story_still_make_a_page(show: Show, program: str) -> None:
    page = show(program)
    found = at(page, 0)
    found.press("End")

    expect(page.locator(".mtv-say")).not_to_be_empty()


def test_a_snapshot_is_a_page_too(
    open_file: Callable[[Path], Page], tmp_path: Path
) -> None:
    x = mv.minitorch.ones(2, requires_grad=True)
    mv.snapshot(x=x, y=x * x).save(tmp_path / "page.html")
    page = open_file(tmp_path / "page.html")

    expect(page.locator(".mtv-picture").first).to_contain_text("MulBackward0")
    assert row(page, "x")[3] == "True"


def test_what_runs_is_in_sight_in_a_picture_taller_than_the_window(show: Show) -> None:
    lines = "".join(f"h{i} = h{i - 1} * x\n" for i in range(1, 14))
    page = show(
        f"x = torch.ones(2, requires_grad=True)\nh0 = x*2\n{lines}h13.sum().backward()"
    )
    page.emulate_media(reduced_motion="reduce")
    for step in (8, 14, 20, 28):
        at(page, step)
        box = page.locator(".mtv-on:is(.mtv-hot, .mtv-new) rect").first.bounding_box()
        assert box is not None
        assert 0 < box["y"] < 900 - box["height"], step
