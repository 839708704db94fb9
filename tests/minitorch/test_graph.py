"""Nodes: what they save, when it is freed, hooks, and long chains."""

from __future__ import annotations

from typing import Any

import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch.saved import SavedTensor


def leaf(*values: float) -> Any:
    return torch.tensor(values, requires_grad=True)


def test_a_node_saves_what_its_formulas_need() -> None:
    x, w = leaf(1.0, 2.0), torch.ones(2)

    assert list((x * w).grad_fn.saved) == ["other"]
    assert list((x * x).grad_fn.saved) == ["other", "self"]
    assert list((x + w).grad_fn.saved) == ["alpha"]
    assert list(x.exp().grad_fn.saved) == ["result"]
    assert (x * w).grad_fn._saved_other is w


def test_saved_tensors_can_be_looked_at_without_checks() -> None:
    x = leaf(1.0, 2.0)
    y = x.exp()
    saved = y.grad_fn.saved["result"]

    assert isinstance(saved, SavedTensor)
    y.add_(1)
    assert (saved.version, saved.current_version, saved.freed) == (0, 1, False)
    assert saved.peek().tolist() == y.tolist()
    assert saved.nbytes == 8


def test_backward_frees_what_was_saved() -> None:
    x = leaf(2.0)
    y = x * x
    y.backward()
    saved = y.grad_fn.saved["self"]

    assert saved.freed
    assert saved.version == saved.current_version == 0
    assert saved.peek() is None
    assert saved.nbytes == 0
    with pytest.raises(RuntimeError, match="directly access saved tensors"):
        y.grad_fn._saved_self


def test_a_saved_number_is_no_tensor_until_it_is_read() -> None:
    node = (leaf(1.0) * 3).grad_fn

    assert node.saved["other"].number == 3
    assert node.saved["other"].peek() is None
    assert node._saved_other.tolist() == 3


def test_edges_lead_to_the_leaves() -> None:
    x, w = leaf(1.0), torch.ones(1)
    node = (x * w).grad_fn
    (to, number), nowhere = node.next_functions

    assert to.variable is x
    assert (number, nowhere) == (0, (None, 0))


def test_one_leaf_has_one_accumulator() -> None:
    x = leaf(1.0)
    a, b = x * 2, x * 3

    assert a.grad_fn.next_functions[0][0] is b.grad_fn.next_functions[0][0]


def test_a_chain_of_50_000_operations_runs_and_dies_without_recursion() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(50_000):
        y = y + 1
    y.backward()
    del y

    assert x.grad.tolist() == [1.0]


def test_hooks_see_and_change_gradients_in_order() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2
    seen: list[Any] = []
    y.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.retain_grad()
    y.sum().backward()

    assert seen == [[10.0, 10.0]]
    assert y.grad.tolist() == [10.0, 10.0]
    assert x.grad.tolist() == [20.0, 20.0]


def test_node_hooks_see_both_sides() -> None:
    x = leaf(1.0)
    y = x * 2
    seen: list[Any] = []
    y.grad_fn.register_prehook(lambda grads: (grads[0] * 3,))
    y.grad_fn.register_hook(lambda i, o: seen.append((i[0].item(), o[0].item())))
    y.backward()

    assert seen == [(6.0, 3.0)]


def test_hooks_stay_on_the_version_they_were_registered_on() -> None:
    x = leaf(1.0)
    y = x * 2
    seen: list[Any] = []
    y.register_hook(lambda g: seen.append(("old", g.item())))
    y.retain_grad()
    y.mul_(3)
    y.register_hook(lambda g: seen.append(("new", g.item())))
    y.backward()

    assert seen == [("new", 1.0), ("old", 3.0)]
    assert y.grad.item() == 1.0


def test_a_removed_hook_is_silent() -> None:
    x = leaf(1.0)
    with x.register_hook(lambda g: g * 100):
        (x * 1).backward()
    (x * 1).backward()

    assert x.grad.item() == 101.0


def test_saved_tensor_hooks_pack_and_unpack() -> None:
    x = leaf(2.0)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t.item(), torch.tensor):
        y = x * x
    y.backward()

    assert x.grad.item() == 4.0


def test_saved_tensor_hooks_may_compute() -> None:
    x = leaf(2.0)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t / 2, lambda t: t * 2):
        y = x * x
    y.backward()

    assert x.grad.item() == 4.0
