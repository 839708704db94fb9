"""What is said of blocks and calls that switch grad mode, and of those that don't."""

from __future__ import annotations

import pytest

from .saying import one, said


def test_leaving_a_block_says_which_mode_comes_back():
    texts = said(
        "with torch.no_grad():\n"
        "    with torch.enable_grad():\n"
        "        pass\n"
        "    with torch.no_grad():\n"
        "        pass\n"
    )

    one(texts, "enable_grad() switches grad mode on again in this block")
    one(
        texts,
        "enable_grad() ends and grad mode is off again: that is the mode of no_grad()",
    )
    one(texts, "no_grad() ends; grad mode stays off")
    one(texts, "no_grad() ends and grad mode is on again")


def test_a_plain_call_stays_in_force_and_leaving_undoes_it():
    texts = said(
        "with torch.enable_grad():\n    torch.set_grad_enabled(False)\n"
        "torch.set_grad_enabled(False)\n"
    )

    assert sum("stays in force" in text for text in texts) == 2
    one(texts, "undoes the call made inside")


@pytest.mark.parametrize("stack", ["", "with torch.no_grad():\n  "])
def test_a_block_without_a_mode_is_not_said_to_switch_grad_mode(stack: str) -> None:
    plain_block = "with contextlib.suppress(ValueError): pass"
    texts = said(f"import contextlib\n{stack}{plain_block}")

    state = "off" if stack else "on"
    one(texts, f"The block begins; grad mode stays {state}.")
    assert not [text for text in texts if "already" in text or "plain call" in text]


def test_a_block_that_has_nothing_to_do_with_grad_mode_just_ends() -> None:
    texts = said(
        "w = torch.zeros(1, requires_grad=True)\n"
        "with torch.autograd.detect_anomaly():\n"
        "    try:\n        (w.log() * 0).backward()\n"
        "    except RuntimeError:\n        pass\n"
    )

    assert texts[-1] == "The block ends; grad mode stays on, as it was before it began."


def test_a_generator_that_waits_in_a_block_is_said_to_leave_its_mode_outside() -> None:
    texts = said(
        "def numbers():\n    with torch.no_grad():\n        yield 1\n        yield 2\n"
        "g = numbers()\na = next(g)\nb = next(g)\ng.close()"
    )

    one(texts, "numbers waits inside its block of no_grad(), so grad mode stays off")


def test_a_function_that_leaves_its_block_is_not_said_to_wait() -> None:
    texts = said(
        "def f():\n    with torch.no_grad():\n        return 1\n"
        "a = f()\nwith torch.no_grad():\n    b = f()\n    torch.set_grad_enabled(True)"
    )

    assert "waits" not in " ".join(texts)


def test_an_object_entered_twice_is_said_not_to_bring_the_mode_back() -> None:
    again = "guard = torch.no_grad()\nwith guard:\n    with guard:\n        pass\n"
    nested = "with torch.no_grad():\n    with torch.no_grad():\n        pass\n"

    one(said(again), "ends, but grad mode stays off: the object it belongs to was")
    assert "entered again" not in " ".join(said(nested))
