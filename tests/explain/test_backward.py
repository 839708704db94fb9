"""What is said of walks back: what came, where it went, what was added up."""

from __future__ import annotations

import pytest

import minitorch_viz as mv
from minitorch_viz.explain import plain, sentences

from .saying import one, said, summaries, told


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("with torch.no_grad(): y = x * 2", "Grad mode is off, so x * 2 is computed"),
        ("with torch.inference_mode(): y = x * 2", "Inference mode is on, so x * 2"),
        ("y = x.detach()", "with the link cut: it requires no grad"),
        ("y = x.data", "a version counter of its own"),
        ("y = x.argmax()", "argmax() has no gradient"),
        ("y = torch.ones(1) + 3", "Neither torch.ones(1) nor 3 requires grad"),
    ],
)
def test_an_operation_that_left_no_node_says_why(line, part):
    one(said(f"x = torch.ones(2, requires_grad=True)\n{line}\n"), part)


def test_gradients_add_up_and_none_is_not_zero():
    texts = said(
        "x = torch.tensor(1., requires_grad=True)\n(x * 2).backward()\n"
        "(x * 3).backward()\nx.grad.zero_()\nx.grad = None\n"
    )

    one(texts, "AccumulateGrad puts 2. into x.grad.")
    one(texts, "adds 3. to the 2. already in x.grad: now 5. Gradients add up")
    one(texts, "fills the gradient in place: x.grad is 0.")
    one(texts, "x.grad is None again")


def test_a_node_says_what_came_and_where_nothing_goes():
    texts = said(
        "x = torch.tensor(2., requires_grad=True)\ny = 2 * x\nz = 3 + x.detach()\n"
        "r = y + z\nr.backward()\n"
    )

    one(texts, "The walk back starts at r with 1.")
    one(texts, "For z it computes nothing: there is no edge")
    one(texts, "multiplies by the 2 it saved: 2. to AccumulateGrad for x")
    one(texts, "Nothing came along the path through x.detach()")


def test_gradients_that_meet_are_added_up():
    texts = said(
        "x = torch.tensor(1., requires_grad=True)\ny = x * 2\n(y * y).backward()\n"
        "z = torch.tensor(1., requires_grad=True)\n(z.exp() + z * 3).backward()\n"
    )

    one(texts, "Two gradients arrived and are added up")
    one(texts, "adds up the two gradients that arrived")


def test_gradients_for_different_outputs_are_not_added_up():
    texts = said(
        "x = torch.ones(2, 2, requires_grad=True)\ny, z = x.unbind()\n"
        "(y * z).sum().backward()\n"
    )

    assert not [text for text in texts if "added up" in text]
    one(texts, "UnbindBackward0 sends [[1., 1.], [1., 1.]] to AccumulateGrad for x")


def test_a_transpose_never_passes_a_gradient_as_it_came():
    texts = said(
        "w = torch.ones(3, 3, requires_grad=True)\n"
        "(w.t() * torch.arange(9.).view(3, 3)).sum().backward()\n"
    )

    one(texts, "TBackward0 transposes it back: 3x3 numbers (0. … 8.) to Accumulate")


def test_a_recorded_walk_says_so():
    source = (
        "x = torch.tensor(2., requires_grad=True)\ny = x**3\n"
        "(g,) = torch.autograd.grad(y, x, create_graph={})\n"
    )

    one(summaries(source.format(True)), "walk was itself recorded: g.grad_fn is Mul")
    one(said(source.format(True)), "g is not a leaf: its grad_fn is MulBackward0.")
    assert "recorded:" not in " ".join(summaries(source.format(False)))


def test_a_gradient_from_overwritten_values_is_called_wrong():
    source = "x = torch.tensor([3.], requires_grad=True)\ny = x ** 2\n"
    write = "{}.fill_(10.)\ny.backward()"
    wrong = "x was [3.] when it was saved and is [10.] now: a wrong gradient"

    assert len([t for t in said(source + write.format("x.data")) if wrong in t]) == 2
    assert wrong in summaries(source + write.format("x.data"))[-1]
    assert "wrong gradient, and" not in " ".join(said(source + "y.backward()"))


def test_what_grad_hands_back_goes_to_no_sink():
    source = "x = torch.tensor(3., requires_grad=True)\ny = x ** 2\nz = y * x\n"
    trace = mv.step(source + "torch.autograd.grad(z, x)\n")
    back = [s.index for s in trace.steps if s.kind == "backward"]
    said = [plain(sentences(trace)[k]["say"]) for k in back]

    assert said[0].endswith(
        "3. to PowBackward0 and 9. for x. That is handed back: x.grad stays as it is. "
        "Then it frees what it saved."
    )
    assert "18. for x. That is handed back" in said[1]
    # Of what nobody asked for nothing is computed, and nothing is said.
    trace = mv.step(source + "torch.autograd.grad(z, y)\n")
    assert ": 3. for `y`. That is handed back to the program." in told(trace)


@pytest.mark.parametrize(
    "stop", ["raise ValueError('mine')", "raise KeyboardInterrupt"]
)
def test_a_gradient_that_a_raising_backward_got_is_not_said_to_be_handed_back(
    stop: str,
) -> None:
    source = (
        "class F(torch.autograd.Function):\n"
        "  forward = staticmethod(lambda ctx, x: x * 2)\n"
        "  @staticmethod\n  def backward(ctx, grad):\n    {}\n"
        "x = torch.ones(2, requires_grad=True)\nF.apply(x).sum().backward()"
    )
    texts = said(source.format(stop))

    assert one(texts, "SumBackward0 spreads").endswith(": [1., 1.] to FBackward.")


def test_clearing_the_gradients_of_a_model_names_how_many_there_were() -> None:
    texts = said(
        "m = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1))\n"
        "m(torch.ones(1)).backward()\nm.zero_grad()"
    )

    begin = "m[0].weight.grad, m[0].bias.grad and two more are None again"
    assert texts[-1].startswith(begin)


def test_zeros_of_both_signs_are_all_zero() -> None:
    trace = mv.step("x = torch.tensor([-0., 0.] * 20)\ny = x - torch.arange(40.)")

    texts = [value.text for value in trace.values]
    assert "(40,) all 0." in texts
    assert "(40,) -39. … 0." in texts


def test_a_backward_that_adds_zeros_is_not_said_to_have_kept_them() -> None:
    texts = summaries(
        "x = torch.ones(2, requires_grad=True)\nx.sum().backward()\n"
        "(x * 0).sum().backward()"
    )

    assert "so x.grad is [1., 1.]. The new gradient was added" in texts[-1]
