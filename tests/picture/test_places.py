"""Who stands where: places are shared over time, and nothing ever moves."""

from __future__ import annotations

import pytest

from minitorch_viz.picture.history import as_trace, history
from minitorch_viz.picture.places import USES
from minitorch_viz.picture.seating import plan

from .programs import CHAIN, DETACH, IN_PLACE, LOOP, TWICE, VIEWS, drawn, trace, words


def planned(source):
    return plan(history(trace(source)), source)


@pytest.mark.parametrize("turns", [3, 10, 100])
def test_a_loop_needs_as_many_places_as_two_turns(turns):
    two, many = planned(LOOP.format(turns=2)), planned(LOOP.format(turns=turns))

    assert len(many.places) == len(two.places)
    assert len(many.links) == len(two.links)


def test_a_loop_s_picture_has_the_size_of_its_first_turns():
    few, many = drawn(LOOP.format(turns=3)), drawn(LOOP.format(turns=30))

    assert many.h == pytest.approx(few.h, abs=60)
    assert len(many.elements) < 2 * len(few.elements)


def test_what_is_still_alive_keeps_its_place():
    source = "kept = [torch.ones(2) * i for i in range(5)]\n"

    assert len([p for p in planned(source).places if p.kind == "ghost"]) == 5


def test_a_place_s_occupants_follow_each_other():
    for place in planned(LOOP.format(turns=5)).places:
        ends = [one.end for one in place.occupants]
        starts = [one.start for one in place.occupants]

        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
        assert ends[-1] is None


def test_a_turn_takes_the_place_of_one_that_backward_has_passed():
    found = planned(LOOP.format(turns=5))
    nodes = [b for b in blocks(found) if b.node]

    assert len({found.at[b.number].place for b in nodes}) * 5 == len(nodes)


def test_of_two_turns_only_the_newer_is_seen_once_the_older_is_gone():
    turns = "for k in range(4):\n    loss = (w * k).sum()\n"
    found = planned("w = torch.ones(2, requires_grad=True)\n" + turns)
    muls = [found.at[b.number] for b in blocks(found) if b.operation.name == "mul"]
    sums = [found.at[b.number] for b in blocks(found) if b.operation.name == "sum"]

    assert [m.place for m in muls] == [muls[0].place, muls[1].place] * 2
    assert [s.place for s in sums] == [sums[0].place, sums[1].place] * 2
    # The old product goes with the old loss: when the new loss takes its name.
    assert [m.end for m in muls] == [*(s.start for s in sums[1:]), None]


def test_turns_that_one_backward_pass_walks_are_seen_together():
    chain = "    y = torch.ones(())\n    for i in range(3):\n        y = y * w\n"
    found = planned(
        "w = torch.ones((), requires_grad=True)\nfor k in range(2):\n"
        + chain
        + "    y.backward()\n"
    )
    muls = [found.at[b.number] for b in blocks(found) if b.operation.name == "mul"]

    # All are there until the next chain begins, and then none is.
    assert {m.end for m in muls[:3]} == {muls[3].start}
    assert [m.end for m in muls[3:]] == [None] * 3
    assert [m.place for m in muls[:3]] == [m.place for m in muls[3:]]


def test_a_node_that_a_later_turn_leads_to_keeps_its_place():
    source = (
        "w, h = torch.ones(2, requires_grad=True).unbind()\n"
        "for k in range(2):\n    h = torch.tanh(w * h)\n    h.backward()\n"
    )
    found = planned(source)
    tanh = [found.at[b.number] for b in blocks(found) if b.operation.name == "tanh"]

    assert found.past.steps[-1].error.culprit_node == tanh[0].block.node
    assert [t.end for t in tanh] == [None, None]


def test_a_shared_leaf_gets_stubs_after_its_first_uses():
    source = "w = torch.ones(2, requires_grad=True)\n" + "\n".join(
        f"y{k} = w * {k}" for k in range(9)
    )
    places = planned(source).places
    stubs = [p for p in places if p.kind == "stub"]

    assert len(stubs) == 9 - USES
    assert all(places[p.of].kind == "leaf" for p in stubs)


def test_detach_and_simple_writes_stand_beside_their_source():
    beside = [p for p in planned(DETACH).places if p.host is not None]
    writes = [p for p in planned(IN_PLACE).places if p.host is not None]

    assert [p.first.operation.name for p in beside] == ["detach"]
    assert [p.first.operation.name for p in writes] == ["add_"]


def test_an_in_place_operation_on_a_result_gives_it_a_new_card():
    found = planned("x = torch.ones(2, requires_grad=True)\ny = x * 2\ny.mul_(3)\n")
    cards = [b for b in blocks(found) if "t1" in b.outputs]

    assert [b.operation.name for b in cards] == ["mul", "mul_"]


def test_a_write_through_a_view_moves_the_base_to_its_new_node():
    found = planned(VIEWS)
    node = found.past.tensor("t1", found.past.length).grad_fn

    assert found.past.node(node, 0).name.endswith("CopySlices")
    assert [b.node for b in blocks(found) if "t1" in b.outputs][-1] == node


def test_every_edge_of_every_recorded_node_is_a_link():
    for source in (DETACH, IN_PLACE, CHAIN, TWICE, VIEWS, LOOP.format(turns=2)):
        found = planned(source)
        drawn_edges = {s.edge for b in blocks(found) for s in b.sources if s.edge}
        wanted = {
            (id, k)
            for id, states in found.past.nodes.items()
            for k, edge in enumerate(states[0][1].edges)
            if edge.node is not None
        }

        assert drawn_edges == wanted


def test_a_snapshot_is_a_trace_of_one_step_with_all_its_nodes():
    whole = trace(TWICE)
    found = plan(history(as_trace(whole.at(6))))

    assert {b.node for b in blocks(found) if b.node} == {
        id for id, n in whole.at(6).nodes.items() if n.variable is None
    }


def blocks(found):
    places = [place for place in found.places if place.kind != "stub"]
    every = [one.block for place in places for one in place.occupants]
    return sorted(every, key=lambda block: block.number)


CALLED = """\
w = torch.ones(2, requires_grad=True)
def model(x):
    return (w * x).exp()
"""


def test_a_result_makes_room_for_the_statement_that_takes_its_name():
    turn = "out = model(torch.ones(2))\nloss = out.sum()\nloss.backward()\n"
    lines = "".join(f"    {line}\n" for line in turn.splitlines())
    once = planned(CALLED + turn)

    assert len(planned(CALLED + "for _ in range(5):\n" + lines).places) == len(
        once.places
    )


def test_a_result_that_the_statement_still_reads_keeps_its_place():
    loop = "for _ in range(4):\n    with torch.no_grad(): out = model(out)\n"
    found = planned(CALLED + "out = torch.ones(2)\n" + loop)
    exps = [found.at[b.number] for b in blocks(found) if b.operation.name == "exp"]

    assert [e.place for e in exps] == [exps[0].place, exps[1].place] * 2


def test_who_makes_room_early_says_nothing_of_its_end_on_the_newer_one_s_card():
    turn = "    out = model(torch.ones(2))\n    out.sum().backward()\n"
    source = CALLED + "for _ in range(3):\n" + turn
    end = len(trace(source).steps) - 1

    assert "grad is not kept" in words(source, end, "tensor")
    assert "gone: no name left" not in words(source, end, "tensor")


def test_what_a_loop_carries_without_a_gradient_is_repeated_beside_its_user():
    """An arrow across the whole picture would say too much of what was cut off."""
    turn = "    h = torch.tanh(w * h)\n    if t == 2: h = h.detach()\n"
    source = (
        f"{CALLED}h = torch.ones(2)\nfor t in range(6):\n{turn}h.sum().backward()\n"
    )
    found = planned(source)
    up = [
        link
        for n, link in enumerate(found.links)
        if n not in found.downwards
        and found.home(link.source) != found.home(link.target)
    ]
    (stub,) = [place for place in found.places if place.kind == "stub"]
    (link,) = found.leaving[stub.number]

    assert all(link.uses[0][1].edge for link in up)
    assert stub.first.operation.name == "detach"
    assert found.places[link.target].first.operation.name == "mul"
