"""What sums up a statement of several operations."""

from __future__ import annotations

import pytest

from .saying import one, said, summaries


def test_a_coarse_reader_hears_that_a_block_has_ended():
    found = summaries("with torch.no_grad():\n    x = 1\nprint(x)\n")

    assert found == ["The block has ended: grad mode is on again. It prints 1."]


def test_whole_sums_up_a_statement_of_several_operations():
    found = summaries(
        "x = torch.tensor(2., requires_grad=True)\ny = (x * x).sin()\n"
        "z = 3 + x.detach()\n(y + z).backward()\n"
    )

    one(found, "Both operations are recorded. For the way back MulBackward0 saves x")
    one(found, "x.detach() cuts the link to x. After that nothing here requires grad")
    one(found, "The gradient went back along recorded operations only, so x.grad is")


def test_whole_names_every_kind_of_node_and_all_that_was_not_recorded():
    found = summaries(
        "w = torch.ones(2, requires_grad=True)\nk = torch.ones(2)\n"
        "a = (w * k.exp().tanh()).sin().sum()\n"
        "b = ((w + 1 + k.exp()) * 2).sin().exp().sum()\n"
    )

    one(found, "Recorded here: MulBackward0, SinBackward0 and SumBackward0. Not")
    one(found, "Not recorded: exp() and tanh(), because k requires no grad")
    one(found, "AddBackward0, MulBackward0, SinBackward0 and two more. Not recorded")


def test_a_statement_of_one_step_needs_no_summary():
    assert summaries("x = torch.ones(1)\ny = x * 2\nprint(y)\n") == []


def test_the_summary_of_a_layer_that_counts_tells_what_it_recorded() -> None:
    texts = summaries(
        "m = torch.nn.BatchNorm1d(2)\ny = m(torch.ones(3, 2)).relu().sum()"
    )

    begin = "Recorded here: NativeBatchNormBackward0, ReluBackward0 and SumBackward0."
    assert texts[-1].startswith(begin)
    assert texts[-1].endswith(
        "writes into m.num_batches_tracked, in place: version 1 → 2."
    )


def test_the_summary_of_clipping_tells_of_every_gradient() -> None:
    texts = summaries(
        "m = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1))\n"
        "m(torch.ones(1)).backward()\ntorch.nn.utils.clip_grad_norm_(m.parameters(), 1)"
    )

    into = "It writes into m[0].weight.grad, m[0].bias.grad and two more, in place"
    assert texts[-1].startswith(into)


def test_the_summary_of_a_call_tells_no_write_into_what_it_made() -> None:
    texts = summaries("m = torch.nn.Linear(2, 2, bias=False)\ny = m(torch.ones(2))")

    assert texts[-1].startswith("Recorded here: TBackward0, MmBackward0 and Squeeze")


def test_many_links_that_are_cut_are_summed_up_as_such() -> None:
    texts = summaries("m = torch.nn.Linear(1, 1)\nsd = m.state_dict()")

    assert texts[-1].startswith("Both operations cut a link: what they give looks into")


@pytest.mark.parametrize(
    ("write", "told"),
    [
        ("y[1:] *= 2", "y.grad_fn is now CopySlices, version 0 → 2."),
        ("y.mul_(2).add_(1)", "y.grad_fn is now AddBackward0, version 0 → 2."),
        ("y[0:2][0] = 3", "y.grad_fn is now CopySlices, version 0 → 1."),
    ],
)
def test_the_summary_of_several_writes_is_one_write_from_first_to_last(
    write: str, told: str
) -> None:
    start = "x = torch.ones(3, requires_grad=True)\ny = x * 1\ns = y * y\n"
    found = one(summaries(start + write), write)

    assert told in found
    assert found.endswith("What MulBackward0 saved is now out of date.")


def test_what_is_out_of_date_already_is_not_said_to_use_a_write_unseen() -> None:
    start = "x = torch.ones(2, requires_grad=True)\ny = x * 1\ns = y * y\n"
    late, in_time = (
        one(said(f"{start}{before}y.data[0] = 2"), "went past its counter")
        for before in ("y.add_(1)\n", "")
    )

    assert "will use the new values" not in late
    assert "MulBackward0 will use the new values" in in_time


def test_a_summary_counts_what_ran_before_a_function_that_the_statement_calls() -> None:
    texts = summaries(
        "x = torch.ones(2, requires_grad=True)\n"
        "def f(y):\n    print('in')\n    return y * 2\n"
        "z = f(x.exp() + 1) - 1"
    )

    assert texts[-1].startswith("All three operations are recorded.")


def test_a_summary_counts_what_a_line_does_itself_not_in_calls_of_itself() -> None:
    texts = summaries(
        "x = torch.ones(2, requires_grad=True)\n"
        "def f(n):\n    return x if n == 0 else (f(n - 1) * 2).exp()\n"
        "f(2)"
    )

    assert [text[:28] for text in texts] == ["Both operations are recorded"] * 2
