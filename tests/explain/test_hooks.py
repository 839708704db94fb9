"""What is said of hooks: when they run, and what they hold up."""

from __future__ import annotations

import pytest

from .saying import one, said, summaries


@pytest.mark.parametrize(
    ("register", "when"),
    [
        ("m.register_forward_hook(print)", "after each call of its forward"),
        ("m.register_forward_pre_hook(print)", "before each call of its forward"),
        ("m.register_full_backward_hook(print)", "on the way back"),
        ("m.weight.register_post_accumulate_grad_hook(print)", "on the way back, once"),
    ],
)
def test_a_hook_is_said_to_run_when_it_does(register: str, when: str) -> None:
    texts = said(f"m = torch.nn.Linear(1, 1)\nh = {register}")

    one(texts, f"it runs {when}")


def test_what_only_a_lambda_names_is_called_as_it_is_there() -> None:
    texts = said(
        "w = torch.ones(2, requires_grad=True)\n"
        "h = w.register_hook(lambda g: torch.mul(g, 3) - g.sum())\n"
        "(w * 2).sum().backward()"
    )

    assert not [text for text in texts if "inner tensor" in text]
    assert one(texts, "Neither g nor 3")
    assert one(texts, "g requires no grad, so g.sum()")


def test_what_hooks_made_of_a_gradient_is_not_said_to_have_been_there() -> None:
    start = (
        "def halve(p):\n    p.grad.mul_(0.5)\n"
        "w = torch.ones(2, requires_grad=True)\n"
        "h = w.register_post_accumulate_grad_hook(halve)\n"
    )
    texts = said(start + "(w * 2).sum().backward()\n(w * 2).sum().backward()")

    assert not [text for text in texts if "already in" in text]
    assert one(texts, "fills w.grad. With what the hooks did it is [1., 1.] now")
    assert one(texts, "fills w.grad, which held [1., 1.]. With what the hooks did")


def test_only_a_hook_is_said_to_wait() -> None:
    texts = said("m = torch.nn.Module()\nm.register_buffer('hook', torch.ones(1))")

    assert not [text for text in texts if "waits" in text]


def test_a_gradient_that_a_raising_hook_stopped_is_not_said_to_be_handed_back() -> None:
    texts = said(
        "def hook(grad): raise ValueError\n"
        "x = torch.ones(2, requires_grad=True)\nh = x.register_hook(hook)\n"
        "(x * 2).sum().backward()"
    )

    assert "handed back" not in " ".join(texts)


def test_what_a_hook_packs_is_not_said_to_be_unneeded() -> None:
    source = (
        "x = torch.ones(2, requires_grad=True)\n"
        "hooks = torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t)\n"
        "with hooks:\n  y = x * x\n  z = (x * x).sum()\n"
    )

    one(said(source), "y.grad_fn is MulBackward0. What it needs for the way back, a")
    one(summaries(source), "What MulBackward0 needs for the way back, a hook packs.")
    assert "saves no tensor" not in " ".join(said(source))


def test_the_nodes_of_a_module_with_a_backward_hook_are_said_to_be_for_it() -> None:
    texts = said(
        "m = torch.nn.Linear(1, 1)\nh = m.register_full_backward_hook(print)\n"
        "y = m(torch.ones(1, 1, requires_grad=True))"
    )
    watching = [text for text in texts if "the module's backward hook" in text]

    assert len(watching) == 2
    assert all("BackwardHookFunctionBackward" in text for text in watching)
