"""What is said of writes: who sees them, and which version stays."""

from __future__ import annotations

import pytest

from .saying import one, said, summaries


def test_a_write_says_whose_saved_values_are_out_of_date():
    head = "a = torch.ones(2, requires_grad=True)\n"
    write = "with torch.no_grad():\n    a += 1\n"

    missed = one(said(f"{head}b = a * a\n{write}"), "a += 1 writes")
    assert "0 → 1. What MulBackward0 saved is now out of date." in missed
    one(said(f"{head}b = a * 2\n{write}"), "No node keeps a saved")


def test_a_write_past_the_counter_says_that_nobody_notices():
    texts = said("x = torch.ones(1, requires_grad=True)\nd = x.data\nd.add_(1)\n")

    one(texts, "The version of x stays 0: the write went past its counter")


def test_an_alias_by_data_counts_its_own_writes():
    source = "x = torch.ones(1, requires_grad=True)\nd = x.data\ne = x.detach()\n"

    assert "d counts its own writes: its version stays 0." in said(source + "e += 1")[4]
    assert "counts its own" not in said(source + "d += 1")[4]


def test_a_write_into_a_clone_leaves_the_original():
    told = said("t = torch.ones(2)\nc = t.clone()\nc[0] = 9\nt[0] = 9")
    rest = "has a storage of its own and stays as it was."

    assert [text.split(". ")[-1] for text in told if rest in text] == [f"t {rest}"]


@pytest.mark.parametrize(
    "write",
    ["d[0] = 5.", "d[1:] = 2", "d[0] += 1", "d[d > 2] = 0", "größe, d[0] = 1, 2"],
)
def test_an_index_assignment_is_called_what_the_program_wrote(write: str) -> None:
    found = " ".join(said(f"d = torch.ones(3)\n{write}"))

    assert f"{write} writes into the storage of d: version 0 → 1." in found
    assert "()" not in found.replace("torch.ones()", "")


def test_a_recorded_index_assignment_names_the_whole_tensors_new_node() -> None:
    program = "w = torch.ones(2, requires_grad=True)\ne = w * 1\ne[0] = 3."
    found = one(said(program), "e[0] = 3.")

    assert "e.grad_fn is now CopySlices, version 0 → 1. No node keeps e saved," in found


@pytest.mark.parametrize(
    ("write", "name", "value"),
    [("n[0] = 5", "t", "[5., 1.]"), ("p.detach().numpy()[1] = 7", "p", "[0., 7.]")],
)
def test_what_numpy_writes_into_a_tensor_is_said(
    write: str, name: str, value: str
) -> None:
    source = (
        "import numpy as np\nn = np.arange(2, dtype=np.float32)\n"
        "t = torch.from_numpy(n)\np = t.clone()\n"
    )
    last = said(source + write)[-1]

    assert f"{name} is now {value}." in last
    assert "No tensor changed" not in last


@pytest.mark.parametrize("name", ["c", "x.grad"])
def test_a_write_past_the_counter_says_which_version_stays(name: str) -> None:
    texts = said(
        "c = torch.ones(2)\nx = torch.ones(2, requires_grad=True)\n"
        f"x.sum().backward()\n{name}.data.fill_(3.)"
    )

    stays = f"into the storage of {name}. The version of {name} stays "
    assert stays in texts[-1]
    assert "→" not in texts[-1]


def test_an_optimizer_is_said_to_pass_by_what_has_no_gradient() -> None:
    start = (
        "import torch\nw = torch.ones(1, requires_grad=True)\n"
        "u = torch.ones(1, requires_grad=True)\n"
        "opt = torch.optim.SGD([w, u], lr=0.1)\n"
    )
    both, one_only = "(w * u).sum().backward()\nopt.step()\n", "(w * 2).backward()\n"

    texts = summaries(f"{start}{both}opt.zero_grad()\n{one_only}opt.step()")
    one(texts, "u isn't touched: its .grad is None, not zeros.")
    assert "isn't touched" not in " ".join(summaries(start + both))


def test_memory_that_is_exchanged_is_told_in_the_summary_too() -> None:
    texts = summaries("x = torch.ones(1, requires_grad=True)\nx.data = x.data * 2\n")

    assert one(texts, "x now looks at other memory.").endswith("but not recorded.")


def test_no_version_is_said_to_count_for_an_inference_tensor() -> None:
    texts = said("with torch.inference_mode():\n    d = torch.ones(1)\n    d.add_(1)")

    one(texts, "No version counts that: it is an inference tensor.")
    assert "counter counts it" not in " ".join(texts)
