"""What is said of operations: recorded, left out, and what they saved."""

from __future__ import annotations

import minitorch_viz as mv

from .saying import one, said, summaries, told


def test_a_leaf_says_whether_it_requires_grad_and_what_follows():
    texts = said("x = torch.ones(2, requires_grad=True)\ny = torch.ones(2)\n")

    assert "requires grad, so it gets a place to keep one: x.grad" in texts[1]
    assert "y, so it is a leaf. It requires no grad" in texts[2]


def test_a_recorded_operation_says_who_requires_grad_and_what_it_saves():
    texts = said("x = torch.ones(2, requires_grad=True)\ny = x * 2\nz = x * x\n")

    assert "x requires grad, so x * 2 is recorded: y.grad_fn is Mul" in texts[2]
    assert "saves only the 2, and nothing of x" in texts[2]
    assert "saves x, twice, at version 0" in texts[3]


def test_numbers_are_what_is_saved_where_no_tensor_is():
    texts = summaries("x = torch.ones(2, requires_grad=True)\ny = (x * 5).sum()")

    assert one(texts, "the 5") == (
        "Both operations are recorded. For the way back MulBackward0 saves only the 5."
    )


def test_a_bias_is_told_apart_from_the_product_it_is_added_to():
    trace = mv.step("m = torch.nn.Linear(2, 1)\nm(torch.ones(3, 2)).sum().backward()\n")

    assert (
        "AddmmBackward0 adds up the rows: [3.] to AccumulateGrad for m.bias. For the "
        "product it multiplies by the matrix it saved: "
    ) in told(trace).replace("`", "")


def test_the_tensors_inside_what_a_statement_gave_are_named_together() -> None:
    texts = said(
        "class Net(torch.nn.Module):\n"
        "  def __init__(self):\n    super().__init__()\n"
        "    self.a, self.b = torch.nn.Linear(1, 1), torch.nn.Linear(1, 1)\n"
        "net = Net()\nx = torch.ones(1, requires_grad=True)\n"
        "def f():\n  return [x.sin(), x.cos()]\nouts = f()\ndel outs\n"
    )

    one(texts, "net.a.weight, net.a.bias and two more name tensors in what Net() gave.")
    one(texts, "outs[0] and outs[1] name tensors in what f() gave.")
    one(texts, "The tensors that were outs[0] and outs[1] are gone: no name holds them")


def test_what_a_layer_made_is_said_of_the_layer() -> None:
    one(
        said("m = torch.nn.BatchNorm1d(2)"),
        "torch.nn.BatchNorm1d(2) made two leaves that require grad",
    )


def test_a_setting_is_not_said_to_require_no_grad() -> None:
    assert said("x = torch.ones(2, 2)\ny = x.argmax(1)")[-1].startswith(
        "x requires no grad, so x.argmax(1) is computed"
    )


def test_a_computed_number_is_rounded_and_a_written_one_is_not() -> None:
    source = "third = 1 / 3\nx = torch.ones(1)\ny = x * third\nz = x * 0.123456789"
    texts = said(source)

    one(texts, "Neither x nor 0.3333 requires grad")
    one(texts, "Neither x nor 0.123456789 requires grad")
