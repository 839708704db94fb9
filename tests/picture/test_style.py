"""One table of looks: complete, readable, the same in the player and in files."""

from __future__ import annotations

from itertools import product

import pytest

from minitorch_viz.picture.legend import LEGEND, legend, table
from minitorch_viz.picture.style import RULES, THEMES, css, resolve, variables

from .programs import DETACH, IN_PLACE, LONG, PROGRAMS, drawn, trace


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    line = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ink", ["rec", "grad", "ghost", "bad", "muted", "ink"])
def test_text_is_readable_on_the_ground_and_on_its_soft_colour(theme, ink):
    colours = THEMES[theme]
    soft = colours.get(f"{ink}-soft", colours["panel"])

    assert contrast(colours[ink], colours["bg"]) >= 4.5
    assert contrast(colours[ink], soft) >= 4.5


def test_every_class_that_is_drawn_has_a_rule():
    known = {name for _, name, _ in RULES} | {"note", "key", "tag-t"}

    for source in PROGRAMS.values():
        used = {
            name
            for element in drawn(source).elements
            for shape in element.shapes
            for name in shape.c.split()
        }
        assert used <= known


def test_css_and_files_agree_on_a_hot_pill():
    assert resolve("op", frozenset({"hot"}))["fill"] == "grad"
    assert ".mtv-picture .mtv-hot .mtv-op{fill:var(--mtv-grad)" in css()
    assert "--mtv-grad:#A34400" in variables("light")


def test_both_themes_have_the_same_colours():
    assert THEMES["light"].keys() == THEMES["dark"].keys()


def test_the_legend_lists_what_is_on_the_screen_only():
    scene, steps = drawn(DETACH), trace(DETACH).steps

    assert legend(scene.elements, 0) == []
    keys = [row.key for row in legend(scene.elements, len(steps) - 1)]
    assert keys == ["leaf", "tensor", "plain", "operation", "ghost", "saved",
                    ".freed", "cut", "tie", "gradient", ".gone"]  # fmt: skip
    worst = [
        r.key for r in legend(drawn(IN_PLACE).elements, len(trace(IN_PLACE).steps) - 1)
    ]
    assert ".bad" in worst
    assert "band" in worst


def test_each_row_of_the_legend_is_reached_by_some_program():
    seen = {
        row.key
        for source in PROGRAMS.values()
        for step in range(len(trace(source).steps))
        for row in legend(drawn(source).elements, step)
    }
    seen |= {row.key for row in legend(drawn(LONG).elements, len(trace(LONG).steps))}

    assert seen == {row.key for row in LEGEND}
    assert [row["key"] for row in table()] == [row.key for row in LEGEND]


def test_no_two_rows_share_key_or_words():
    for one, other in product(LEGEND, LEGEND):
        assert one is other or (one.key != other.key and one.words != other.words)
