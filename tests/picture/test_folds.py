"""What folds in a large picture, what a fold says, and what opens from it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from minitorch_viz.picture.export import draw
from minitorch_viz.picture.folds import MANY, ROW
from minitorch_viz.picture.history import history
from minitorch_viz.picture.scene import scenes
from minitorch_viz.picture.scopes import scopes
from minitorch_viz.picture.seating import seated
from minitorch_viz.picture.shapes import Rect
from minitorch_viz.picture.sheet import sheet
from minitorch_viz.picture.states import states, visible
from minitorch_viz.picture.views import View

from .programs import (
    CHAIN,
    LONG,
    LOOP,
    box_of,
    drawn,
    overlap,
    says,
    seen_texts,
    trace,
)  # fmt: skip

STRAIGHT = "y0 = w = torch.ones(3, requires_grad=True)\n" + "".join(
    f"y{k + 1} = y{k} * w\n" for k in range(320)
)
LEAVES = "w = [torch.ones(2, requires_grad=True) for _ in range(320)]\n"
TRAINED = """\
w = torch.ones(3, requires_grad=True)
for epoch in range(3):
    y = torch.ones(3)
    for i in range(160):
        y = y * w + 1
    loss = y.sum()
    loss.backward()
"""
EXAMPLES = Path(__file__).parents[2] / "examples"
BLOCK, RNN = (
    (EXAMPLES / f"{name}.py").read_text("utf-8")
    for name in ("transformer_block", "rnn")
)
FOLDED = {
    "long": LONG,
    "straight": STRAIGHT,
    "leaves": LEAVES,
    "trained": TRAINED,
    "block": BLOCK,
    "rnn": RNN,
}


def plans(source, lens="program"):
    """Return the whole of a program unfolded, and the plans of its folded picture."""
    base = seated(history(trace(source)), "import torch\n" + source, View(lens))
    return base, list(scopes(base))


def pictures(source):
    return list(scenes(trace(source), View()))


def folds(scene):
    return [e for e in scene.elements if e.fold is not None]


def titles(scene, step):
    return [says(e, step)[0] for e in folds(scene) if visible(e, step)]


def last(source):
    return len(trace(source).steps) - 1


def test_what_is_not_large_is_not_folded():
    for source in (CHAIN, LOOP.format(turns=100)):
        base, found = plans(source)

        assert len(base.places) <= MANY
        assert len(found) == 1
        assert not found[0].folds


@pytest.mark.parametrize("lens", ["program", "autograd"])
@pytest.mark.parametrize("source", FOLDED.values(), ids=FOLDED)
def test_everything_stands_in_one_picture_and_is_behind_every_fold_above(source, lens):
    base, found = plans(source, lens)
    wanted = sorted(b.number for b in blocks(base.places))
    shown = [
        b.number
        for plan in found
        for b in blocks(p for p in plan.places if p.kind not in ("fold", "stub"))
    ]

    assert sorted(shown) == wanted
    for plan in found:
        assert len([p for p in plan.places if p.kind != "stub"]) <= ROW + 20
        for fold in plan.folds.values():
            inside = found[fold.opens + 1]
            within = {b.number for b in blocks(inside.places) if b.number >= 0}
            within |= {
                o.block.number for f in inside.folds.values() for o in f.occupants
            }

            assert within == {one.block.number for one in fold.occupants}


def blocks(places):
    return [one.block for place in places for one in place.occupants]


@pytest.mark.parametrize("source", FOLDED.values(), ids=FOLDED)
def test_every_autograd_edge_is_drawn_where_its_node_stands(source):
    base, found = plans(source)
    wanted = {s.edge for b in blocks(base.places) for s in b.sources if s.edge}
    drawn_edges = {
        s.edge
        for plan in found
        for link in plan.links
        for _, s, here in link.uses
        if s.edge and plan.places[link.target].kind != "fold"
    }

    assert drawn_edges == wanted


def test_a_loop_folds_into_one_thing_and_opens_into_its_turns():
    whole, inside = pictures(LONG)[:2]

    assert titles(whole, last(LONG)) == ["for i in range(80)"]
    assert "320 operations" in says(folds(whole)[0], last(LONG))
    assert titles(inside, last(LONG))[:2] == ["turn 1", "turn 2"]
    assert len(titles(inside, last(LONG))) == 80


def test_a_turn_opens_into_its_operations_with_stubs_of_what_they_use():
    turn = pictures(LONG)[3]
    said = [t for e in turn.elements for t in says(e, last(LONG))]

    assert said.count("MulBackward0") == 2
    assert [said.count(name) for name in ("w", "v")] == [1, 1]


def test_straight_lines_fold_into_stretches():
    said = titles(drawn(STRAIGHT), last(STRAIGHT))

    assert said[0].startswith("lines 3 to ")
    assert len(said) == 18


def test_another_turn_in_the_same_places_has_another_number():
    lines = "".join(f"    y{k + 1} = y{k} * w\n" for k in range(170))
    source = (
        "w = torch.ones(3, requires_grad=True)\nfor epoch in range(5):\n"
        "    y0 = w + 1\n" + lines + "    loss = y170.sum()\n"
    )
    said = [fold.shapes[3].t for fold in folds(pictures(source)[0])]

    assert [text[0][1] for text in said] == ["turn 1", "turn 2"]
    assert said[0][-1][1] == "turn 5"


def test_a_training_loop_of_a_large_model_needs_as_many_places_as_two_turns():
    few, many = plans(TRAINED), plans(TRAINED.replace("range(3)", "range(6)"))

    assert len(few[0].places) == len(many[0].places)
    assert len(few[1]) == len(many[1])


def test_a_fold_appears_with_the_first_thing_in_it_and_runs_with_its_nodes():
    (fold,) = folds(drawn(LONG))
    first = fold.on[0][0]
    runs = [s.index for s in trace(LONG).steps if s.kind == "backward" and s.node]

    assert not visible(fold, first - 1)
    assert "new" in states(fold, first)
    assert "hot" not in states(fold, runs[0])
    assert "hot" in states(fold, runs[5])


def test_a_refused_node_marks_the_fold_that_holds_it():
    source = LONG.replace(
        "y.sum().backward()", "with torch.no_grad():\n    w += 1\ny.sum().backward()"
    )
    (fold,) = folds(drawn(source))

    assert "bad" in states(fold, last(source))
    assert "bad" not in states(fold, last(source) - 1)


@pytest.mark.parametrize("source", FOLDED.values(), ids=FOLDED)
def test_folds_and_cards_keep_apart(source):
    for scene in pictures(source)[:4]:
        boxes = [
            s.box
            for e in scene.elements
            if visible(e, last(source)) and e.kind in ("fold", "leaf", "operation")
            for s in e.shapes[-3:]
            if isinstance(s, Rect)
        ]

        assert not [(a, b) for a in boxes for b in boxes if a != b and overlap(a, b)]


def test_a_still_picture_of_a_long_program_is_its_folded_one():
    page = draw(trace(LONG))

    assert page.h < 1200
    assert "for i in range(80)" in [said for _, said, _ in seen_texts(page)]


def test_equal_programs_fold_equally():
    again = [scene.to_dict() for scene in pictures(LONG)[:3]]

    assert again == [scene.to_dict() for scene in pictures(LONG)[:3]]


@pytest.mark.parametrize("source", FOLDED.values(), ids=FOLDED)
def test_texts_keep_clear_of_each_other_where_something_is_folded(source):
    steps = [last(source) // 2, last(source) * 3 // 4, last(source)]
    for scene in pictures(source)[:4]:
        for step in steps:
            page = sheet(scene, trace(source), step)
            texts = seen_texts(page)
            boxes = [box_of(page, position, text) for position, _, text in texts]

            assert not [
                (a, b)
                for (_, a, here), (_, b, there) in combinations(texts, 2)
                if overlap(here, there)
            ]
            assert not [
                said
                for (_, said, text), box in zip(texts, boxes, strict=True)
                if box and (text.x < box.x or text.right > box.right + 0.5)
            ]
