"""Numbers that don't fit on a card are a small map on it."""

from __future__ import annotations

import pytest

from minitorch_viz.picture.heat import BUDGET, grid, level
from minitorch_viz.picture.shapes import Path, Rect
from minitorch_viz.picture.states import visible
from minitorch_viz.picture.style import DARK, LIGHT
from minitorch_viz.snapshot import TensorState, ValueState

from .programs import drawn, named, trace, words

TABLE = "x = torch.arange(12.).reshape(3, 4)\ny = x.reshape(-1)[:6] * 2\n"


def maps(source, name):
    id, last = named(source)[name], len(trace(source).steps) - 1
    return [
        e
        for e in drawn(source).elements
        if e.kind == "map" and id in e.of and visible(e, last)
    ]


def test_a_table_of_twelve_numbers_is_a_map_from_faint_to_strong():
    (found,) = maps(TABLE, "x")
    frame = next(s.box for s in found.shapes if isinstance(s, Rect))
    cells = [s for s in found.shapes if isinstance(s, Path)]

    assert frame.w / frame.h == pytest.approx(4 / 3)
    assert [s.c for s in cells] == [f"heat-{k}" for k in range(6)]
    assert all(s.d.count("M") == 1 for s in cells)  # two equal neighbours are one piece


def test_a_row_of_six_is_one_row():
    (found,) = maps(TABLE, "y")
    frame = next(s.box for s in found.shapes if isinstance(s, Rect))

    assert frame.w == pytest.approx(6 * frame.h)


def test_the_least_and_the_greatest_stay_as_text():
    assert "(3, 4) 0. … 11." in words(TABLE, len(trace(TABLE).steps) - 1)


def test_a_map_stays_inside_its_card_and_beside_the_words():
    for element in drawn(TABLE).elements:
        if element.kind != "map":
            continue
        frame = next(s.box for s in element.shapes if isinstance(s, Rect))
        card = next(
            s.box
            for e in drawn(TABLE).elements
            if e.kind == "plain" and e.of == element.of
            for s in e.shapes
            if isinstance(s, Rect)
        )
        assert card.x < frame.x
        assert frame.right < card.right
        assert card.y < frame.y
        assert frame.bottom < card.bottom


@pytest.mark.parametrize(
    ("shape", "text", "low", "high"),
    [
        ((2,), "[1., 2.]", 1.0, 2.0),
        ((3, 4), "(3, 4) all 2.", 2.0, 2.0),
        ((2, 9), "(2, 9) 0. … 1.", 0.0, 1.0),
        ((), "(1.+2.j)", 0.0, 1.0),
    ],
)
def test_no_map_where_text_tells_all_or_the_shape_does_not_fit(shape, text, low, high):
    value = ValueState(text, (low,) * 12, low, high)

    assert grid(TensorState("t0", shape=shape), value) is None


@pytest.mark.parametrize(
    ("shape", "seen"),
    [
        ("100", (1, 8)),
        ("20, 3", (8, 3)),
        ("128, 784", (8, 8)),
        ("1, 1, 28, 28", (8, 8)),
    ],
)
def test_of_a_large_tensor_a_map_shows_numbers_evenly_spaced(shape, seen):
    rows, columns = seen
    source = f"x = torch.zeros({shape})\nx[..., -1] = 1.0\nx[..., 0] = float('nan')\n"
    (found,) = maps(source, "x")
    size = next(s.box for s in found.shapes if isinstance(s, Rect))
    cell = size.h / rows

    assert size.w == columns * cell
    # Eight of many columns don't show the first and the last one; fewer show all.
    assert {s.c for s in found.shapes if isinstance(s, Path)} == (
        {"heat-0", "heat-5", "heat-odd"} if columns < 8 else {"heat-0"}
    )


def test_infinities_and_nan_are_crossed_out():
    source = "x = torch.arange(12.).reshape(3, 4)\nx[0, 0] = float('nan')\n"
    (found,) = maps(source, "x")

    assert sum(s.c == "heat-odd" for s in found.shapes) == 1


def test_numbers_at_the_ends_of_the_range_have_levels():
    big = 1.7e308

    assert [level(n, -big, big) for n in (-big, 0.0, big)] == [0, 3, 5]
    assert level(True, 0.0, 1.0) == 5


def test_both_themes_grow_from_the_ground_to_the_ink():
    def light(colour):
        return sum(int(colour[k : k + 2], 16) for k in (1, 3, 5))

    for theme, sign in ((LIGHT, -1), (DARK, 1)):
        steps = [sign * light(theme[f"heat-{k}"]) for k in range(6)]
        assert steps == sorted(steps)
        assert len({light(theme[f"heat-{k}"]) for k in range(6)}) == 6


def test_a_long_loop_has_no_more_maps_than_it_can_carry():
    source = (
        "import torch\nx = torch.arange(64.).reshape(8, 8)\n"
        f"for i in range({BUDGET // 64 + 9}):\n    x += i\n"
    )
    x = named(source)["x"]

    assert not any(e.kind == "map" and x in e.of for e in drawn(source).elements)
