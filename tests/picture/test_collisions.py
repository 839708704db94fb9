"""Lines run past boxes, words and each other, at every step of many programs."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

import minitorch_viz as mv
from minitorch_viz.picture.curves import line
from minitorch_viz.picture.scene import Scene, scenes
from minitorch_viz.picture.shapes import Box, Element, Rect, Shape, Text
from minitorch_viz.picture.shapes import Path as Drawn
from minitorch_viz.picture.views import view
from tests.fuzz.__main__ import generate
from tests.test_lessons import ROWS
from tests.test_lessons import programs as stepped

from .collisions import collisions
from .programs import CASES, CLIP, LONG, PROGRAMS, trace

#: How many pictures of a program are looked at: the whole, and the first folds in it.
PICTURES = 4
FOLDERS = sorted(
    path.name for path in CASES.iterdir() if path.is_dir() and path.name != "fuzz"
)
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))
ALWAYS = ((0, None),)


def found(record: mv.Trace) -> list[str]:
    pictures = (
        picture
        for lens in ("program", "autograd")
        for picture in islice(scenes(record, view(lens)), PICTURES)
    )
    return [str(each) for picture in pictures for each in collisions(picture)]


def of(*paths: Path) -> list[str]:
    return [
        f"{path.stem}: {each}"
        for path in paths
        for each in found(mv.step(path, engine="minitorch"))
    ]


#: How much is known to collide in the pictures of a folder: it may only become less.
KNOWN = {"learner": 8}


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_collides_in_the_pictures_of_recorded_programs(folder: str) -> None:
    wrong = of(*sorted((CASES / folder).glob("*.py")))

    assert len(wrong) <= KNOWN.get(folder, 0), "\n".join(wrong)


def test_nothing_collides_in_the_pictures_of_the_examples() -> None:
    assert not of(*EXAMPLES)


@pytest.mark.parametrize("name", ROWS)
def test_nothing_collides_in_the_pictures_of_a_lesson(name: str) -> None:
    programs = [program for _, program in stepped(name)]
    traces = [mv.step(program, engine="minitorch") for program in programs]
    wrong = [each for record in traces for each in found(record)]

    assert len(wrong) <= KNOWN.get(name, 0), "\n".join(wrong)


@pytest.mark.parametrize("seeds", [range(k, k + 20) for k in (0, 20, 40)])
def test_nothing_collides_in_the_pictures_of_random_programs(seeds: range) -> None:
    programs = {seed: generate(seed) for seed in seeds}
    wrong = {n: found(mv.step(p, engine="minitorch")) for n, p in programs.items()}

    assert not {seed: each for seed, each in wrong.items() if each}


#: Random programs in whose pictures something lay on something: each stands for a rule.
ONCE = (213, 310, 1031, 1161, 1270, 1433, 1885)


@pytest.mark.parametrize("seed", ONCE)
def test_nothing_collides_any_more_where_it_once_did(seed: int) -> None:
    assert not found(mv.step(generate(seed), engine="minitorch"))


@pytest.mark.parametrize("source", [*PROGRAMS.values(), CLIP, LONG])
def test_nothing_collides_in_the_pictures_of_small_programs(source: str) -> None:
    assert not found(trace(source))


def drawn(*shapes: Shape, on: tuple[tuple[int, int | None], ...] = ALWAYS) -> Element:
    return Element("note", on, shapes)


def kinds(*elements: Element) -> list[str]:
    return [each.kind for each in collisions(Scene(200, 200, elements))]


def edge(*points: tuple[float, float]) -> Element:
    return drawn(Drawn(line(*points), "line"))


BOX = Rect(Box(40, 40, 60, 30), "box")


def test_a_line_through_a_box_or_words_is_found_and_one_that_ends_there_isn_t() -> None:
    words = drawn(Text(40, 60, "some words"))

    assert kinds(edge((70, 0), (70, 120)), drawn(BOX)) == ["edge through box"]
    assert kinds(edge((60, 0), (60, 120)), words) == ["edge through text"]
    assert not kinds(edge((70, 0), (70, 40)), drawn(BOX))


def test_what_isn_t_seen_together_doesn_t_collide() -> None:
    through = edge((70, 0), (70, 120))

    assert not kinds(
        Element("edge", ((0, 3),), through.shapes), drawn(BOX, on=((3, None),))
    )


def test_lines_that_lie_on_each_other_are_found_but_for_a_common_end() -> None:
    one = edge((0, 0), (0, 90), (90, 90))

    assert kinds(one, edge((50, 0), (50, 91), (99, 91))) == ["edge along edge"]
    assert not kinds(one, edge((0, 0), (0, 80), (90, 80)))
    assert not kinds(one, edge((40, 0), (40, 190)))


def test_a_chip_on_a_badge_is_found() -> None:
    chip, badge = (Rect(Box(10, 10, 30, 18), style) for style in ("chip", "badge"))
    seen = Element("badge", ((2, None),), (badge,), marks={"new": (2,)})

    assert kinds(drawn(chip), seen) == ["chip on badge"]
