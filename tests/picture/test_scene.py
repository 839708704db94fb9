"""What the picture says: leaves, ghosts, cuts, gradients, versions, errors."""

from __future__ import annotations

import json
import re

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.picture.gradients import chip
from minitorch_viz.picture.scene import scene
from minitorch_viz.picture.shapes import Path, Rect
from minitorch_viz.picture.states import states, visible

from .collisions import walked
from .programs import (
    CLIP,
    DETACH,
    HOOKED,
    HOSTILE,
    IN_PLACE,
    LOOP,
    NESTED,
    NOTHING,
    PROGRAMS,
    TWICE,
    drawn,
    element,
    holds,
    last,
    named,
    says,
    trace,
    words,
)


def step_of(source, kind, nth=0):
    return [s.index for s in trace(source).steps if s.kind == kind][nth]


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_equal_programs_give_equal_pictures(source):
    again = mv.step("import torch\n" + source, engine="minitorch")

    assert json.dumps(scene(again).to_dict()) == json.dumps(drawn(source).to_dict())


def test_a_leaf_has_a_slot_that_fills_when_backward_arrives():
    before, after = last(DETACH) - 1, last(DETACH)

    assert ["grad", "None"] in [says(e, before) for e in leaves(DETACH, before)]
    assert ["grad", "2."] in [says(e, after) for e in leaves(DETACH, after)]
    assert "new" in states(element(DETACH, "leaf", "grad", after), after)


def leaves(source, step):
    return [e for e in drawn(source).elements if e.kind == "leaf" and visible(e, step)]


def test_accumulate_grad_appears_with_the_first_recorded_use():
    first = step_of(DETACH, "operation")

    assert "AccumulateGrad" not in words(DETACH, first - 1)
    assert "AccumulateGrad" in words(DETACH, first)


def test_ghosts_stand_with_their_reason():
    said = words(DETACH, last(DETACH), "ghost")

    assert said == ["detach", "cut: no node", "add · not recorded",
                    "no input requires grad"]  # fmt: skip
    assert "grad mode is off" in words(IN_PLACE, last(IN_PLACE), "ghost")


def test_a_cut_says_that_nothing_goes_back():
    said = words(DETACH, last(DETACH), "note")

    assert said[-2:] == ["no node behind z,", "so no edge to walk back"]
    assert [e for e in drawn(DETACH).elements if e.kind == "cut"]


def test_the_walk_passes_a_cut_by_and_computes_nothing_for_it():
    passes = step_of(DETACH, "backward", 1)

    assert "nothing for z" in words(DETACH, passes)
    assert "so no edge to walk back" not in words(DETACH, passes)
    assert "so no edge to walk back" in words(DETACH, passes + 1)


def test_a_shared_storage_is_tied_until_one_of_them_is_gone():
    made = step_of(DETACH, "operation", 1)

    assert words(DETACH, made, "tie") == ["one storage · s0"]
    assert words(DETACH, made + 1, "tie") == ["was one storage"]


def test_a_temporary_is_gone_after_its_statement():
    end = last(DETACH)
    card = element(DETACH, "tensor", "(y+z)", end)

    assert "gone" in states(card, end)
    assert "temporary: gone" in says(card, end)


def test_what_a_call_computed_on_its_way_is_not_called_by_its_code():
    source = "layer = torch.nn.Linear(2, 3)\nloss = layer(torch.ones(1, 2)).sum()"
    cards = words(source, last(source), "tensor")

    assert "t()" in cards
    assert sum(text.startswith("layer(") for text in cards) == 1


def test_a_sink_whose_graph_is_gone_stays_under_what_it_brought():
    source = "x = torch.ones(1, requires_grad=True)\nx.sum().backward()\nn = 1"
    ran, end = step_of(source, "accumulate"), last(source)
    sink = element(source, "accumulate", "AccumulateGrad", end)

    assert "hot" in states(sink, ran)
    assert "gone" not in states(sink, ran)
    assert "gone" in states(sink, end)


def test_gradients_appear_when_their_node_runs_and_stay():
    runs = [s.index for s in trace(DETACH).steps if s.kind == "backward"]
    counts = [len(words(DETACH, s, "gradient")) for s in (runs[0] - 1, *runs)]

    assert counts == [0, 2, 4, 4]
    assert words(DETACH, last(DETACH), "gradient") == ["2.", "1.", "1.", "1."]


def test_the_node_that_just_ran_is_hot():
    run = step_of(DETACH, "backward")
    pill = element(DETACH, "operation", "SumBackward0", run)

    assert "hot" in states(pill, run)
    assert "hot" not in states(pill, run + 1)


def test_a_new_walk_wipes_the_arrows_of_the_one_before():
    second = [
        s.index
        for s in trace(TWICE).steps
        if any(g.source is None for g in s.gradients)
    ][1]

    assert len(words(TWICE, second, "gradient")) < len(
        words(TWICE, second - 1, "gradient")
    )


def test_freed_saved_tensors_are_marked():
    end = last(DETACH)

    assert "freed" in states(element(DETACH, "saved", "other = 2", end), end)


def test_work_with_grad_mode_off_stands_on_its_ground():
    entered = step_of(NESTED, "mode")

    assert "grad mode off · no_grad" in words(NESTED, entered, "note")
    assert "grad mode off · no_grad" not in words(NESTED, entered - 1, "note")
    assert [e for e in drawn(NESTED).elements if e.kind == "band"]


def test_a_retained_grad_has_a_slot_too():
    kept = element(TWICE, "tensor", "grad kept: retain_grad", last(TWICE))

    assert kept.of == (named(TWICE)["y"],)
    assert ["grad", "None"] not in [
        says(e, last(TWICE)) for e in leaves(TWICE, last(TWICE))
    ]


def test_a_node_with_a_hook_is_tagged_once_it_has_it():
    hooked = next(
        s.index for s in trace(HOOKED).steps if getattr(s.changes.get("n0"), "hooks", 0)
    )

    assert words(HOOKED, hooked - 1, "hook") == []
    assert words(HOOKED, hooked, "hook") == ["hook"]


def test_a_hook_s_tag_goes_when_the_hook_is_removed():
    source = (
        "x = torch.ones(2, requires_grad=True)\ny = x * 2\n"
        "handle = y.register_hook(print)\nhandle.remove()\n"
    )

    assert words(source, last(source) - 1, "hook") == ["hook"]
    assert words(source, last(source), "hook") == []


@pytest.mark.needs("torch")
def test_what_a_function_hands_back_goes_on_and_is_not_called_overwritten():
    found = mv.step("import torch\n" + CLIP, engine="torch")
    step = len(found.steps) - 1
    texts = [
        t for e in scene(found).elements if visible(e, step) for t in says(e, step)
    ]

    assert texts.count("goes on as y") == 1
    assert "overwritten: see below" not in texts


def test_a_gradient_that_is_too_wide_goes_without_its_shape():
    assert chip(200, 10, "(1, 2) -0.071 … 0.062")[1].t == "-0.071 … 0.062"
    assert chip(200, 10, "(2, 2) -0.3 … 0.1")[1].t == "(2, 2) -0.3 … 0.1"


@pytest.mark.parametrize("source", [CLIP, TWICE, DETACH])
def test_no_gradient_s_value_stands_outside_the_picture(source):
    scene = drawn(source)
    chips = [
        shape.box
        for e in scene.elements
        for shape in e.shapes
        if isinstance(shape, Rect) and "chip" in shape.c
    ]

    assert chips
    assert min(box.x for box in chips) >= 0
    assert max(box.right for box in chips) <= scene.w


def test_an_empty_start_and_an_empty_program_say_so():
    assert words(DETACH, 0) == ["no tensors yet"]
    assert words(NOTHING, 0) == ["this program made no tensors"]


def test_nothing_is_new_in_a_snapshot():
    elements = scene(trace(TWICE).at(6)).elements

    assert elements
    assert not [e for e in elements if e.kind == "badge" or "new" in e.marks]


def test_elements_name_entities_that_the_trace_knows():
    known = {id for step in trace(TWICE).steps for id in step.changes}

    for one in drawn(TWICE).elements:
        assert set(one.of) <= known


def test_scene_data_has_the_shapes_that_the_player_draws():
    data = drawn(LOOP.format(turns=2)).to_dict()

    assert data["width"] >= 560
    assert {"id", "kind", "of", "on", "marks", "shapes"} == set(data["elements"][0])
    assert {s["s"] for e in data["elements"] for s in e["shapes"]} == {
        "rect", "path", "text", "hatch",
    }  # fmt: skip
    assert json.loads(json.dumps(data)) == data


def test_hostile_names_stay_text():
    said = words(HOSTILE, last(HOSTILE))

    assert any("名前" in text for text in said)
    assert not any("\n" in text for text in said)


def test_a_caught_error_is_over_when_the_program_works_on() -> None:
    trace = mv.step(
        "x = torch.ones(2)\ntry:\n    x.sum().backward()\nexcept RuntimeError as e:\n"
        "    print(e)\ny = x * 2\n"
    )
    (refused,) = [e for e in scene(trace).elements if e.marks.get("bad")]
    raised, over = refused.marks["bad"][0]

    assert trace.steps[raised].error is not None
    assert trace.steps[raised + 1].site.line == 5
    assert over == len(trace.steps) - 1


def test_the_tensor_an_error_is_about_is_crossed_while_the_error_stands() -> None:
    source = "z = x * 1\ntry: x += 1\nexcept RuntimeError: pass\ny = x * 2\n"
    trace = mv.step("import torch\nx = torch.ones(2, requires_grad=True)\n" + source)
    raised = next(s.index for s in trace.steps if s.error)
    (cross,) = [e for e in scene(trace).elements if says(e, raised) == ["✕"]]

    assert cross.of == ("t0",)
    assert visible(cross, raised)
    assert not visible(cross, raised - 1)
    assert not visible(cross, len(trace.steps) - 1)


def test_what_a_node_saved_goes_with_it() -> None:
    trace = mv.step("w = torch.ones(2, requires_grad=True)\ny = w * w\ny = None\n")
    saved = [e for e in scene(trace).elements if e.kind == "saved"]

    assert [[visible(e, step) for e in saved] for step in (2, 3)] == [
        [True, True],
        [False, False],
    ]


def test_what_was_freed_before_the_program_is_named_without_a_value() -> None:
    x = torch.ones(2, requires_grad=True)
    y = (x * (x + 1)).sum()
    y.backward()
    found = scene(mv.step("z = y + 1", namespace={"y": y})).elements
    tags = [
        s.t
        for e in found
        if e.kind == "saved"
        for s in e.shapes
        if getattr(s, "c", "") == "t m s tag-t"
    ]

    assert tags == ["other", "self"]


def test_the_words_of_a_ground_stand_where_no_arrow_passes() -> None:
    source = (
        "w = torch.ones(2, requires_grad=True)\ntorch.set_grad_enabled(False)\n"
        "a = w + 1\nb = w + 2\nc = w + 3"
    )
    drawn = scene(mv.step(source)).elements
    (plate,) = [e.shapes[0].box for e in drawn if e.kind == "note" and e.shapes[1:]]
    ways = [s.d for e in drawn if e.kind == "edge" for s in e.shapes if s.c == "unrec"]
    points = [p for d in ways for way in walked(d) for p in way.tolist()]

    assert len(ways) >= 3
    assert not [(x, y) for x, y in points if holds(plate.grown(-1), x, y)]


def test_a_gradient_that_is_handed_back_ends_at_its_leaf_not_in_the_sink():
    source = "x = torch.ones(2, requires_grad=True)\ny = (x * 2).sum()\n"
    ends = {}
    for how in ("y.backward()\n", "g = torch.autograd.grad(y, x)\n"):
        found = drawn(source + how)
        (sink,) = (e for e in found.elements if e.kind == "accumulate")
        (box,) = (s.box for s in sink.shapes if isinstance(s, Rect))
        flows = [e.shapes for e in found.elements if e.kind == "gradient"]
        arrows = [d for f in flows for d in f if isinstance(d, Path)]
        tips = [re.match(r"M([\d.]+) ([\d.]+)", a.d) for a in arrows if "head" in a.c]
        points = [tuple(map(float, tip.groups())) for tip in tips if tip]
        ends[how[0]] = any(box.x < x < box.right for x, y in points)

    assert ends == {"y": True, "g": False}


def test_what_a_hook_computes_is_under_no_mode_that_the_program_set():
    source = (
        "def hook(grad):\n    return grad * 10\nx = torch.ones(2, requires_grad=True)\n"
        "y = x * 3\nh = y.register_hook(hook)\ny.sum().backward()\n"
    )
    texts = words(source, last(source))

    assert "grad mode off" in texts
    assert not [text for text in texts if "set_grad_enabled" in text]


def test_of_many_that_share_a_storage_a_few_are_named_and_the_others_counted():
    head = "x = torch.ones(4)\na = x[:1]\nb = x[1:]\n"
    for more, said in (
        ("", "x, a and b"),
        ("c = x[2:]\nd = x[3:]\n", "x, a and 3 more"),
    ):
        source = f"{head}{more}a.add_(1)\nb.zero_()\n"
        texts = words(source, last(source))
        assert f"versions of {said}" in texts, texts


def test_results_of_one_operation_hang_below_it_each_on_an_arrow_of_its_own():
    source = "a, b, c = torch.arange(6.).split(2)\nd = a + b + c\n"
    found = drawn(source)
    (pill,) = (e for e in found.elements if "split · not recorded" in says(e, 9))
    cards = [
        s.box
        for e in found.elements
        if e.kind == "plain" and says(e, last(source))[0] in ("a", "b", "c")
        for s in e.shapes[:1]
    ]

    assert len(cards) == 3
    assert all(box.y > pill.shapes[0].box.bottom for box in cards)
