"""The program beside the picture: indents, long lines, what stands at a line's end."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Show
from tests.browser.player import player

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]


def test_indented_lines_of_a_long_program_stand_where_their_indent_says(
    show: Show,
) -> None:
    deep = "if True:\n    a = x\n    if True:\n        b = x * 2\n        if b is x:\n"
    deep += "            if True:\n                c = b\n"
    page = show("x = torch.ones(2)\n" + deep * 8)
    assert "mtv-dense" in (page.locator("ol.mtv-code").get_attribute("class") or "")
    places = page.locator(".mtv-code li > code").evaluate_all(
        """all => all.map(code => {
            const range = document.createRange();
            range.selectNodeContents(code);
            const { left, width } = range.getBoundingClientRect();
            return [left, Math.round(width / code.textContent.length * 10)];
        })"""
    )

    assert len({left for left, _ in places}) == 1
    assert len({letter for _, letter in places}) == 1


def test_a_long_line_of_code_wraps_below_where_it_begins(show: Show) -> None:
    long = "    y = x" + " + torch.ones(2)" * 8
    page = show(f"x = torch.ones(2)\nif True:\n{long}")
    code = page.locator("ol.mtv-code")
    first, last = page.evaluate(
        """() => {
            const text = document.querySelector("li:nth-child(3) > code");
            const range = document.createRange(), end = text.lastChild;
            range.setStart(end, end.length - 1);
            range.setEnd(end, end.length);
            const places = [text.querySelector(".mtv-id"), range];
            return places.map(p => p.getBoundingClientRect().toJSON());
        }"""
    )

    assert code.evaluate("c => c.scrollWidth <= c.clientWidth")
    assert last["top"] > first["bottom"]
    assert last["left"] > first["left"]


@pytest.mark.parametrize("width", [700, 1280])
def test_what_stands_beside_an_indented_line_is_not_on_top_of_it(
    show: Show, width: int
) -> None:
    inner = "        y = 1"
    page = show(
        "\n".join(["x = torch.ones(2)"] * 14 + ["if x is x:\n    if True:", inner])
    )
    page.set_viewport_size({"width": width, "height": 900})
    found = player(page)
    found.focus()
    found.press("End")
    expect(page.locator(".mtv-note-ran")).to_be_visible()
    code, note = page.evaluate(
        """() => {
            const line = document.querySelector("ol.mtv-code > li:last-child");
            const range = document.createRange();
            range.selectNodeContents(line.querySelector("code"));
            const note = line.querySelector(".mtv-note-ran");
            return [range, note].map(p => p.getBoundingClientRect().toJSON());
        }"""
    )

    assert code["right"] <= note["left"]
