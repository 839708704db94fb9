"""What is said of exceptions, and of runs that were cut short."""

from __future__ import annotations

import pytest

import minitorch_viz as mv
from minitorch_viz.explain import plain, sentences

from .saying import one, said

ERRORS = {
    "b = (a * a).sum()\nwith torch.no_grad():\n    a += 1\nb.backward()": (
        "MulBackward0 saved a at version 0 on line 2, but line 4 made it 1."
    ),
    "b = (a * a).sum()\nb.backward()\nb.backward()": (
        "the backward on line 3 before this one freed it"
    ),
    "a += 1": "a is a leaf that requires grad. Writing into it",
    "a[:1].add_(1)": "a view of a leaf that requires grad",
    "with torch.no_grad():\n    c = a * 2\nc.sum().backward()": (
        "c.sum() requires no grad and has no grad_fn, so there is no way to walk back. "
        "Line 3 ran with grad mode off."
    ),
    "torch.tensor([1], requires_grad=True)": "Only floating point tensors",
    "(a * 2).backward()": "a * 2 holds several",
    "(a * 2).requires_grad = False": "Only a leaf may have its requires_grad changed",
    "raise KeyError('here. And more')": "KeyError: 'here.",
}


@pytest.mark.parametrize("line", ERRORS)
def test_an_error_says_what_was_refused_and_why(line):
    text = said(f"a = torch.ones(2, requires_grad=True)\n{line}\n")[-1]

    assert text.startswith("Error. ")
    assert ERRORS[line] in text


@pytest.mark.parametrize(
    ("before", "turn", "bridge"),
    [
        ("h = w * w", "h = torch.tanh(h * w)\n    h.sum().backward()", "the old h"),
        ("z = w * w", "(z * i).sum().backward()", "z"),
        ("t = 0", "t += (w * w).sum()\n    t.backward()", "t"),
        ("l = []", "l.append((w * w).sum())\n    sum(l).backward()", "l[0]"),
    ],
)
def test_what_a_turn_takes_over_from_a_graph_that_was_freed_is_named(
    before: str, turn: str, bridge: str
) -> None:
    start = f"w = torch.ones(2, requires_grad=True)\n{before}"
    text = one(said(f"{start}\nfor i in range(2):\n    {turn}\n"), "Error.")

    assert f"The way there leads through {bridge}, older than that" in text
    assert "retain_graph" not in text


def test_a_graph_that_is_walked_twice_as_it_is_has_no_way_out_but_to_keep_it() -> None:
    twice = "y.backward()\n" * 2
    start = "x = torch.ones((), requires_grad=True)\ny = x * x\nz = y * y\n"

    assert "retain_graph=True" in one(said(start + twice), "Error.")


def test_a_caught_error_says_that_the_program_goes_on():
    texts = said(
        "try:\n    torch.ones(1).backward()\nexcept RuntimeError:\n    print('on')\n"
    )

    assert "so the program goes on" in one(texts, "Error.")


def test_a_run_cut_short_says_so():
    trace = mv.step("while True:\n    pass\n", max_steps=20)

    assert plain(sentences(trace)[-1]["say"]) == (
        "Stopped after 20 statements (max_steps): what the program would do next is "
        "not shown. What ran before is all here."
    )


def test_an_exception_that_a_block_swallows_is_not_said_to_meet_an_except() -> None:
    swallow = "with contextlib.suppress(ZeroDivisionError):\n  1 / 0"
    texts = said(f"import contextlib\n{swallow}")

    assert "It is caught, so the program goes on." in one(texts, "division by zero")


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("Error(s) in loading:\n\tMissing key(s): 'a'. \n\tMore.", "loading: Missing"),
        ("Mismatch for input 0,\nnumerical: 3", "Mismatch for input 0."),
    ],
)
def test_a_message_of_several_lines_is_cut_where_it_says_something(
    message: str, first: str
) -> None:
    told = one(said(f"raise RuntimeError({message!r})"), "Error.")

    assert first in told


def test_integers_are_refused_a_gradient_for_the_same_reason_everywhere() -> None:
    for how in ("x.requires_grad_()", "x.requires_grad = True"):
        one(said(f"x = torch.arange(3)\n{how}"), "there is no slope")


def test_a_leaf_that_backward_cannot_start_at_is_said_to_be_made_so() -> None:
    assert said("w = torch.ones(1)\nw.backward()")[-1].endswith(
        "It was made without requires_grad=True."
    )
    assert said("w = torch.ones(1) * 2\nw.backward()")[-1].endswith(
        "Nothing it was made from requires grad."
    )
