"""Ghosts that write into one leaf stand beside it, and no lane crosses another."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from minitorch_viz.picture.curves import sampled
from minitorch_viz.picture.frames import Marks
from minitorch_viz.picture.groups import groups
from minitorch_viz.picture.history import history
from minitorch_viz.picture.seating import plan

from .programs import MANUAL, MOMENTUM, holds, overlap, trace, words


def stack(source):
    """Return the plan, and the first leaf's group."""
    planned = plan(history(trace(source)))
    made = groups(planned, Marks())
    return planned, next(g for g in made if len(g.guests) > 1)


def names(source):
    planned, group = stack(source)
    ordered = sorted(group.guests, key=lambda n: group.guests[n].pill.y)
    return [planned.places[n].first.operation.name for n in ordered]


def test_an_update_by_hand_stands_beside_its_leaf_with_what_feeds_it():
    assert names(MANUAL) == ["sub_", "mul", "zero_"]


def test_an_optimizer_s_buffer_and_its_writes_stand_beside_their_parameter():
    assert names(MOMENTUM) == ["add_", "detach", "clone", "mul_", "add_"]


def test_what_others_read_too_stays_in_the_flow():
    kept = MANUAL.replace("w -= 0.1 * w.grad", "g = 0.1 * w.grad; w -= g; h = g + 1")

    assert names(kept) == ["sub_", "zero_"]


@pytest.mark.parametrize("source", [MANUAL, MOMENTUM])
def test_nothing_in_a_stack_overlaps(source):
    _, group = stack(source)
    boxes = [group.frame.size, *(f.size for f in group.guests.values())]

    assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
    for box in boxes:
        assert group.size.x <= box.x
        assert box.right <= group.size.right


@pytest.mark.parametrize("source", [MANUAL, MOMENTUM])
def test_lanes_run_past_all_pills_and_cards(source):
    planned, group = stack(source)
    for number, lane in group.lanes.items():
        link = planned.links[number]
        ends = {link.source, link.target}
        others = [f for n, f in group.frames().items() if n not in ends]
        boxes = [b for f in others for b in (f.pill, *f.cards) if b]
        for way in (lane.way, lane.back or []):
            points = sampled(way) if way else []
            assert not any(holds(b.grown(-2), x, y) for x, y in points for b in boxes)


def test_lanes_of_an_update_by_hand_don_t_cross():
    _, group = stack(MANUAL)
    lanes = [
        list(pairwise(sampled(way)))
        for lane in group.lanes.values()
        for way in (lane.way, lane.back)
        if way
    ]

    for one, other in combinations(lanes, 2):
        assert not any(crossing(*a, *b) for a in one for b in other)


def crossing(a, b, c, d):
    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    apart = side(a, b, c) * side(a, b, d) < 0
    return apart and side(c, d, a) * side(c, d, b) < 0


def test_every_inside_link_has_a_lane_and_writes_have_a_way_back():
    planned, group = stack(MOMENTUM)
    inside = group.frames()
    links = [
        (n, k)
        for n, k in enumerate(planned.links)
        if k.target in inside and k.source in inside
    ]

    assert {n for n, _ in links} == set(group.lanes)
    for number, link in links:
        writes = planned.places[link.target].first.writes and not link.inlet
        assert (group.lanes[number].back is not None) == writes


def test_a_loop_s_updates_stay_at_their_places():
    two = plan(history(trace(MANUAL.replace("range(3)", "range(2)"))))
    many = plan(history(trace(MANUAL.replace("range(3)", "range(9)"))))

    assert len(two.places) == len(many.places)


def test_a_setting_that_no_program_wrote_is_not_shown():
    last = len(trace(MOMENTUM).steps) - 1

    assert not any("order=" in text for text in words(MOMENTUM, last))
