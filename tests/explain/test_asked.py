"""What is said where a statement asks for something: and where that changes nothing."""

from __future__ import annotations

import pytest

from .saying import one, said, summaries

_LEAF = "x = torch.ones(2, requires_grad=True)\n"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("x.retain_grad()", "x is a leaf: its gradient is kept anyway"),
        ("x.requires_grad_()", "x requires grad already"),
        ("x.requires_grad = True", "x requires grad already"),
        (
            "y.requires_grad_()",
            "y was computed from what requires grad and does so already",
        ),
        ("c.requires_grad_(False)", "c requires no grad as it is"),
    ],
)
def test_what_is_so_already_is_said_to_change_nothing(line: str, why: str) -> None:
    source = f"{_LEAF}y = x * 2\nc = torch.ones(1)\n{line}"

    assert f"{why}, so nothing changes." in said(source)[-1]


def test_asking_twice_for_a_gradient_is_said_to_change_nothing() -> None:
    texts = said(f"{_LEAF}y = x * 2\ny.retain_grad()\ny.retain_grad()")

    assert texts[-1] == (
        "y has been asked to keep its gradient already, so nothing changes."
    )


def test_only_the_line_that_registers_a_hook_says_so() -> None:
    texts = said(f"{_LEAF}with torch.no_grad():\n    h = x.register_hook(print)")

    one(texts, "A hook waits at x")


def test_a_hook_that_is_removed_is_said_to_be_gone() -> None:
    texts = said(f"{_LEAF}y = x * 2\nh = y.register_hook(print)\nh.remove()")

    assert texts[-1] == "A hook at y is taken away: it will not run."


def test_hooks_are_said_to_have_run() -> None:
    texts = said(
        f"{_LEAF}y = x * 3\nh = y.register_hook(lambda g: g * 10)\n"
        "two = torch.full((2,), 2.)\nk = x.register_hook(lambda g: two)\n"
        "(y * y).sum().backward()"
    )

    assert one(texts, "A hook at y ran").startswith("Two gradients arrived and are ")
    assert texts[-1] == (
        "A hook at x ran. AccumulateGrad puts [2., 2.] into x.grad: "
        "[180., 180.] arrived."
    )


def test_writing_in_place_moves_retain_grad_and_leaves_hooks_behind() -> None:
    start = f"{_LEAF}y = x * 3\n"
    keep, hook = "y.retain_grad()\n", "h = y.register_hook(print)\n"

    both = one(said(start + keep + hook + "y.mul_(2)"), "writes into")
    assert "retain_grad() goes along; hooks stay with its old value." in both
    only = one(said(start + hook + "y.mul_(2)"), "writes into")
    assert "Hooks stay with its old value." in only
    assert "retain_grad" not in only
    neither = one(said(start + "y.mul_(2)"), "writes into")
    assert "ooks stay" not in neither
    assert "goes along" not in neither


def test_a_thread_that_starts_is_said_to_have_a_grad_mode_of_its_own() -> None:
    texts = said(
        "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()"
    )

    one(texts, "t runs beside the program from here on. Grad mode belongs to each")


def test_a_printed_address_is_no_reason_to_say_that_nothing_was_shown() -> None:
    texts = said(f"{_LEAF}y = x * 2\nprint(y.grad_fn)")

    assert texts[-1] == "The output shows what print(y.grad_fn) wrote."


def test_a_node_that_is_called_is_said_to_be_an_attribute() -> None:
    texts = said(f"{_LEAF}y = x * 2\ny.grad_fn()")

    assert "y.grad_fn is an attribute: the node." in texts[-1]


def test_a_tensor_whose_leaf_has_no_name_is_said_not_to_be_the_leaf() -> None:
    leaf = "torch.ones(2, requires_grad=True)"

    one(summaries(f"w = {leaf} * 2"), f"So w isn't a leaf: the leaf is {leaf}, which")
    assert "isn't a leaf" not in " ".join(summaries("w = torch.ones(2) * 2"))


def test_a_variable_of_a_tensor_is_a_leaf_of_its_own() -> None:
    source = (
        "from torch.autograd import Variable\n"
        "x = Variable(torch.ones(2), requires_grad=True)"
    )

    assert "it is a leaf of its own, and requires grad." in said(source)[-1]
    assert not summaries(source)


def test_equal_ids_of_temporaries_are_said_to_mean_nothing() -> None:
    source = f"{_LEAF}print(id(x.data) == id(x.detach()))"

    one(summaries(source), "x.data was gone before x.detach() was made, and its id")
    assert "its id" not in " ".join(summaries(f"{_LEAF}print(x.data, x.detach())"))


def test_what_a_layer_counts_is_said_to_be_kept_by_it() -> None:
    source = "import torch\nm = torch.nn.BatchNorm1d(1)\ny = m(torch.ones(2, 1))"

    kept = "m.running_mean and m.running_var hold other numbers now: m("
    one(said(source), kept)
    one(summaries(source), kept)
    assert "from outside" not in " ".join(said(source))


def test_a_tensor_that_is_added_to_itself_is_named_once() -> None:
    assert "a requires no grad, so a + a" in said("a = torch.ones(1)\nd = a + a")[-1]


def test_a_node_that_waits_for_more_gradients_is_said_to() -> None:
    texts = said(
        "x = torch.ones(1, requires_grad=True)\n"
        "a = x * 3\nd = a * 2 + a.exp()\nd.backward()"
    )

    waiting = one(texts, "MulBackward0 of a (it waits for more)")
    later = texts[texts.index(waiting) + 1 :]
    assert any("Two gradients arrived and are added up" in text for text in later)
