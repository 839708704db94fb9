"""Question cards: the answer comes from the trace, and the wrong ones are likely."""

from __future__ import annotations

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.explain import plain
from minitorch_viz.predict import question
from tests.programs import DETACH, IN_PLACE


@pytest.fixture(scope="module")
def detach():
    return mv.step(DETACH)


@pytest.fixture(scope="module")
def square():
    return mv.step(IN_PLACE)


@pytest.mark.parametrize(
    ("about", "answer"),
    [
        ("x.grad", "2."),
        ("y.grad", "None"),
        ("z.requires_grad", "False"),
        ("z.is_leaf", "True"),
        ("r.grad_fn", "SumBackward0"),
        ("z.grad_fn", "None"),
        ("x._version", "0"),
        ("r", "9."),
        ("error", "no error"),
    ],
)
def test_the_answer_is_read_from_the_trace(detach, about, answer):
    card = question(detach, about)

    assert card["answer"] == answer
    assert answer in card["choices"]
    assert 2 <= len(card["choices"]) <= 4
    assert len(set(card["choices"])) == len(card["choices"])


def test_the_answer_changes_with_the_program():
    trace = mv.step(DETACH.replace(".detach()", ""))

    assert question(trace, "x.grad", ["3.", "2.", "None"])["answer"] == "3."


def test_the_card_is_told_where_the_answer_is_final(detach, square):
    steps = detach.steps

    assert steps[question(detach, "x.grad")["tell"]].kind == "accumulate"
    assert steps[question(detach, "z.requires_grad")["tell"]].site.line == 3
    assert square.steps[question(square, "a._version")["tell"]].site.line == 4
    assert question(square, "error")["tell"] == len(square.steps) - 1


def test_a_grad_that_never_comes_is_told_after_the_walk_back(detach):
    card = question(detach, "y.grad")

    assert detach.steps[card["tell"]].kind == "accumulate"
    assert "y isn't a leaf" in plain(card["why"])


def test_the_card_is_open_before_anything_has_run(detach, square):
    for trace, about in [(detach, "x.grad"), (detach, "x"), (square, "error")]:
        card = question(trace, about)

        assert 0 == card["from"] < card["tell"] < len(trace.steps)


def test_given_choices_keep_their_order_and_words(detach):
    card = question(detach, "x.grad", ["3.0", " 2.0 ", "tensor(1.)"])

    assert card["choices"] == ["3.0", "2.0", "tensor(1.)"]
    assert card["answer"] == "2.0"


def test_a_right_answer_that_is_missing_is_added(detach):
    card = question(detach, "x.grad", ["3.", "1."])

    assert sorted(card["choices"]) == ["1.", "2.", "3."]
    assert card["answer"] == "2."


def test_one_is_not_true(detach):
    assert question(detach, "z.is_leaf", ["1", "0"])["answer"] == "True"


@pytest.mark.parametrize("choice", ["an error on line 5", "an error"])
def test_error_asks_whether_and_where(square, choice):
    card = question(square, "error", ["no error", choice])

    assert card["answer"] == choice
    assert "MulBackward0 saved a" in plain(card["why"])


def test_error_offers_the_lines_that_could_be_refused(square):
    assert question(square, "error")["choices"] == [
        "no error",
        "an error on line 4",
        "an error on line 5",
    ]


def test_an_error_may_be_a_choice_beside_values(square):
    choices = ["[2., 2.]", "[4., 4.]", "an error"]
    fine = mv.step(IN_PLACE.replace("a*a", "a*2"))

    assert question(square, "a.grad", choices)["answer"] == "an error"
    assert question(fine, "a.grad", choices)["answer"] == "[2., 2.]"


def test_likely_wrong_answers_come_from_misunderstandings():
    trace = mv.step(
        "x = torch.tensor(1., requires_grad=True)\n(x * 2).backward()\n"
        "(x * 3).backward()\n"
    )
    card = question(trace, "x.grad")

    assert card["answer"] == "5."
    assert {"None", "2.", "3."} < set(card["choices"])  # nothing, the first, the last


def test_choices_are_the_same_each_time(detach):
    orders = {
        tuple(question(mv.step(DETACH), about)["choices"])
        for about in ("x.grad", "x.grad")
    }

    assert len(orders) == 1


def test_the_answer_is_not_always_in_the_same_place():
    places = set()
    for number in range(2, 12):
        trace = mv.step(f"x = torch.tensor({number}.)\ny = x * x\n")
        card = question(trace, "y")
        places.add(card["choices"].index(card["answer"]))

    assert len(places) > 1


def test_a_name_that_is_not_there_is_a_clear_error(detach):
    with pytest.raises(ValueError, match=r"got 'w.grad'. Names: r, x, y, z\."):
        question(detach, "w.grad")
    with pytest.raises(ValueError, match=r"or 'error'; got 'x.shape'"):
        question(detach, "x.shape")


def test_what_an_earlier_run_left_under_the_name_gives_nothing_away():
    program = "if y is None:\n    pass\nx = torch.ones(1)\ny = x * 2\nz = y + 1\n"
    scope = {"y": torch.ones(1)}
    card = question(mv.step(program, namespace=scope), "y.requires_grad")

    assert card["answer"] == "False"
    assert card["tell"] > 2
