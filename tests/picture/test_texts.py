"""No two texts overlap and none leaves its box, at any step of any program."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from minitorch_viz.picture.shapes import Rect
from minitorch_viz.picture.sheet import sheet

from .programs import (
    PROGRAMS,
    SEEDS,
    box_of,
    drawn,
    overlap,
    seen_texts,
    trace,
)

SOURCES: list[str | Path] = [*PROGRAMS.values(), *SEEDS]
NAMES = [*PROGRAMS, *(path.stem for path in SEEDS)]


def test_there_are_seeds_to_test_on():
    assert len(SEEDS) == 20


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_texts_keep_clear_of_each_other_and_inside_their_boxes(source):
    wrong = set()
    for step in range(len(trace(source).steps)):
        page = sheet(drawn(source), trace(source), step)
        texts = seen_texts(page)
        for (_, a, here), (_, b, there) in combinations(texts, 2):
            if overlap(here, there):
                wrong.add(f"{a!r} lies on {b!r} at step {step}")
        for position, said, text in texts:
            if text.x < 0 or text.y < 0 or text.right > page.w or text.bottom > page.h:
                wrong.add(f"{said!r} leaves the sheet at step {step}")
            box = box_of(page, position, text)
            if box and (text.x < box.x or text.right > box.right + 0.5):
                wrong.add(f"{said!r} leaves its box at step {step}")

    assert not wrong


def test_a_card_is_as_wide_as_its_name_needs_not_as_the_code_that_made_it():
    short, long = (
        max(
            shape.box.w
            for element in drawn(f"ts = [{made} for n in range(2)]\n").elements
            if element.kind == "plain"
            for shape in element.shapes
            if isinstance(shape, Rect)
        )
        for made in ("torch.tensor(n)", "torch.tensor(n + 0 + 0 + 0 + 0 + 0 + 0)")
    )

    assert long <= short + 20
