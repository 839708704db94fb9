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
