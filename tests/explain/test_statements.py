"""What is said of statements: names, flags, branches, loops, steps."""

from __future__ import annotations

import minitorch_viz as mv
from minitorch_viz.explain import plain, sentences

from .saying import one, said, summaries


def test_a_name_moved_to_a_new_tensor_says_that_the_leaf_is_lost():
    texts = said(
        "a = torch.ones(2, requires_grad=True)\n(a * 2).sum().backward()\n"
        "with torch.no_grad():\n    a = a + a.grad\n"
    )

    text = one(texts, "The name a now means this new tensor; the old leaf")
    assert "Its grad stays behind" in text


def test_control_flow_is_told():
    texts = said(
        "def f(a):\n    return a\nfor i in range(2):\n    if i > 0:\n        f(i)\n"
    )

    one(texts, "The function f is defined; its lines run when it is called.")
    one(texts, "Round 2 of for i in range(2) begins.")
    one(texts, "i > 0 doesn't hold, so the lines under it are skipped.")
    one(texts, "i > 0 holds, so the lines under it run.")
    one(texts, "The call enters f: its lines run now.")
    one(texts, "f hands back a to the line that called.")


def test_flags_hooks_and_second_names_are_told():
    texts = said(
        "x = torch.ones(1)\nx.requires_grad_()\ny = x * 2\ny.retain_grad()\n"
        "h = y.register_hook(print)\nz = y\ny.backward()\n"
    )

    one(texts, "x requires grad from here on")
    one(texts, "retain_grad() asks to keep it")
    one(texts, "A hook waits at y: it runs on the way back")
    one(texts, "z is a second name for the same tensor as y: nothing is copied.")
    one(texts, "y keeps its gradient too")


def test_an_optimizers_step_is_summed_up():
    found = summaries(
        "w = torch.ones(1, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.1)\n"
        "w.backward()\nopt.step()\n"
    )

    text = one(found, "opt.step() writes into w, in place: version 0 → 1.")
    assert "Grad mode is off inside, so nothing is recorded." in text


def test_reading_the_grad_of_a_non_leaf_is_explained():
    texts = said("a = torch.ones(1, requires_grad=True)\nb = a * 2\nprint(b.grad)\n")

    assert "b isn't a leaf, so its gradient isn't kept: reading b.grad" in texts[-1]


def test_a_leaf_frozen_since_receives_nothing() -> None:
    texts = [
        plain(entry["say"])
        for entry in sentences(
            mv.step(
                "x = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\n"
                "x.requires_grad_(False)\ny.backward()\n"
            )
        )
    ]

    one(texts, "leaves x.grad as it is: x was frozen after the operation")


def test_what_leaves_a_round_of_a_loop_is_said_to_do_so() -> None:
    texts = said(
        "for k in (1, 2, 3):\n  match k:\n    case 1:\n      continue\n"
        "    case _:\n      break"
    )

    one(texts, "continue ends this round of the loop here.")
    one(texts, "break leaves the loop: no further round begins.")
    assert texts.count("A case of match k fits: its lines run.") == 2


def test_of_a_condition_the_side_that_is_handed_back_is_named() -> None:
    start = (
        "def pick(x, n):\n    return x if n else (x.grad if n is None else x * 2)\n"
        "a = torch.ones(1, requires_grad=True)\n"
    )

    assert one(said(start + "pick(a, 1)"), "pick hands back x to the line")
    assert one(said(start + "pick(a, None)"), "pick hands back x.grad to the line")
    assert one(said(start + "pick(a, 0)"), "pick hands it back")


def test_a_while_that_ends_is_said_to_hold_no_more_and_a_for_to_take_no_more() -> None:
    ended = [
        text
        for text in said("x = torch.zeros(())\nwhile x < 2: x += 1")
        if "ends" in text
    ]
    taken = said("t = torch.ones(2)\nfor v in map(lambda k: k * 2, t): n = 1")

    assert ended[0].startswith("while x < 2 ends: that doesn't hold any more.")
    assert not [text for text in taken if "any more" in text]


def test_what_a_recursion_takes_is_not_called_by_the_code_that_takes_it() -> None:
    texts = said(
        "def f(n, t):\n    return t if n == 0 else n * f(n - 1, t)\n"
        "r = f(3, torch.ones((), requires_grad=True))"
    )

    assert len([text for text in texts if "The result of mul() requires" in text]) == 2
    assert not [text for text in texts if text.startswith("n * f(n - 1, t) requires")]


def test_numbers_taken_out_of_a_tensor_are_said_not_to_be_followed() -> None:
    texts = said("x = torch.ones(1, requires_grad=True)\nv = x.item()\nw = len('a')")

    one(texts, "v is set to plain Python numbers: autograd doesn't follow those.")
    one(texts, "w is set. No tensor changed.")
