"""The backward pass: order, accumulation, freeing, several roots, second order."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch.engine import Pass, steps
from minitorch_viz.minitorch.events import observe
from minitorch_viz.minitorch.fitting import sum_to
from minitorch_viz.minitorch.graph import edge_of


def leaf(*values: float) -> Any:
    return torch.tensor(values, requires_grad=True)


def test_steps_is_backward_one_node_at_a_time() -> None:
    x = leaf(1.0, 2.0)
    y = (x * x).sum()
    run = Pass(keep_graph=False, create_graph=False)
    walk = steps([edge_of(y)], [torch.tensor(1.0)._array], run)

    assert next(walk).name() == "SumBackward0"
    assert x.grad is None
    assert next(walk).name() == "MulBackward0"
    assert next(walk).variable is x
    assert x.grad.tolist() == [2.0, 4.0]
    assert list(walk) == []


def test_a_gradient_that_is_passed_on_keeps_its_version_at_both_speeds() -> None:
    def version() -> int:
        x = leaf(1.0)
        y = x + 0.0
        (y * 2 + y * 3).backward()
        return x.grad._version

    told: list[Any] = []
    with observe(told.append):
        watched = version()

    assert version() == watched == 1


def test_a_hook_in_the_middle_sees_the_modes_and_warnings_of_the_program() -> None:
    x, seen = leaf(1.0), []
    y = x * 2
    y.register_hook(lambda g: seen.append((np.geterr()["over"], g.tolist())))
    with np.errstate(over="raise"):
        (y * 3).backward()

    assert seen == [("raise", [3.0])]
    assert x.grad.tolist() == [6.0]


def collections() -> int:
    return sum(each["collections"] for each in gc.get_stats())


def test_pythons_collector_waits_for_the_walk_but_not_in_a_hook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The walk is another one in a process that has met tensors of other devices.
    monkeypatch.setattr("minitorch_viz.minitorch.engine.watched", lambda: False)
    x, seen = leaf(1.0), []
    y = x * 2
    y.register_hook(lambda g: seen.append(gc.isenabled()))
    z = y
    for _ in range(5000):
        z = z * 1.0
    before = collections()
    z.backward()

    assert seen == [True]
    assert gc.isenabled()
    assert collections() - before < 3  # what the walk makes would be 7


def test_a_hook_may_turn_pythons_collector_off() -> None:
    x = leaf(1.0)
    y = x * 2
    y.register_hook(lambda g: gc.disable())
    try:
        (y * 3).backward()

        assert not gc.isenabled()
    finally:
        gc.enable()


def test_an_edge_names_the_output_that_it_leads_to() -> None:
    first, second = leaf(1.0, 2.0).unbind()
    node = (second * first).grad_fn

    assert [(n.name(), i) for n, i in node.next_functions] == [
        ("UnbindBackward0", 1),
        ("UnbindBackward0", 0),
    ]
    assert (torch.ones(1) * leaf(1.0)).grad_fn.next_functions[0] == (None, 0)


def test_edges_are_not_writable() -> None:
    node = (leaf(1.0) * 2).grad_fn

    with pytest.raises(AttributeError, match="of 'MulBackward0' objects is not writ"):
        node.next_functions = None
    with pytest.raises(AttributeError, match="of 'AccumulateGrad' objects is not wri"):
        node.next_functions[0][0].next_functions = ()


def test_a_node_runs_once_after_all_that_feed_it() -> None:
    x = leaf(1.5)
    a = x * 2
    seen: list[float] = []
    a.register_hook(lambda g: seen.append(g.item()))
    (a * a + a + a.exp() * 0).backward()

    assert seen == [7.0]
    assert x.grad.item() == 14.0


def test_gradients_accumulate_in_place() -> None:
    x = leaf(1.0)
    (x * 2).backward()
    first = x.grad
    (x * 3).backward()

    assert x.grad is first
    assert first.item() == 5.0
    assert first._version == 1


def test_the_first_gradient_is_nobody_elses_memory() -> None:
    a, b, start = leaf(1.0, 2.0), leaf(1.0, 2.0), torch.ones(2)
    (a + b).backward(start)
    start.fill_(9)

    assert a.grad.tolist() == b.grad.tolist() == [1.0, 1.0]
    assert a.grad.data_ptr() != b.grad.data_ptr()


def test_a_second_backward_raises_only_if_something_was_saved() -> None:
    x = leaf(1.0)
    y, z = x * x, x + 1
    y.backward()
    z.backward()
    z.backward()

    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        y.backward()


def test_freeing_through_one_root_breaks_the_other() -> None:
    x = leaf(1.0)
    h = x.exp()
    a, b = h * 2, h * 3
    a.backward()

    with pytest.raises(RuntimeError, match="a second time"):
        b.backward()


def test_second_derivatives_come_from_the_same_rows() -> None:
    x = leaf(1.0, 2.0)
    (g,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    (h,) = torch.autograd.grad(g.sum(), x)

    assert g.tolist() == [3.0, 12.0]
    assert h.tolist() == [6.0, 12.0]


def test_backward_inside_a_hook_is_its_own_pass() -> None:
    x, w = leaf(1.0), leaf(2.0)
    y = x * 2

    def hook(grad: Any) -> None:
        with torch.enable_grad():
            (w * w).backward()

    y.register_hook(hook)
    y.backward()

    assert (x.grad.item(), w.grad.item()) == (2.0, 4.0)


def test_hooks_run_without_grad_mode_and_leave_it() -> None:
    x = leaf(1.0)
    y = x * 2
    seen: list[bool] = []
    y.register_hook(lambda g: seen.append(torch.is_grad_enabled()))
    y.backward()

    assert seen == [False]
    assert torch.is_grad_enabled()


def test_an_error_in_a_hook_restores_grad_mode() -> None:
    x = leaf(1.0)
    y = x * 2
    y.register_hook(lambda g: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        y.backward()
    assert torch.is_grad_enabled()


def test_gradients_have_the_type_and_shape_of_their_tensor() -> None:
    x = torch.ones(2, 1, requires_grad=True)
    d = torch.ones(3, dtype=torch.float64, requires_grad=True)
    (x * d).sum().backward()

    assert (x.grad.dtype, tuple(x.grad.shape)) == (torch.float32, (2, 1))
    assert (d.grad.dtype, tuple(d.grad.shape)) == (torch.float64, (3,))


def test_sum_to_undoes_broadcasting() -> None:
    assert sum_to(torch.ones(4, 2, 3)._array, (2, 1)).tolist() == [[12.0], [12.0]]


def test_gradients_that_overflow_become_infinite_without_a_warning() -> None:
    x = leaf(1.0)
    y = x * 1.0
    (y * 3e38 + y * 3e38).backward()

    assert x.grad.item() == float("inf")


def test_numbers_meet_a_tensor_in_its_own_type() -> None:
    wide = torch.ones(1, dtype=torch.float64)

    assert (torch.ones(1) * 1e300).item() == float("inf")
    assert (wide * 1e300).item() == 1e300
    assert (torch.ones(1) * 0.1).item() == torch.tensor(0.1).item()
    assert (wide * 0.1).item() == 0.1
