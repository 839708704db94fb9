"""What the engine tells an observer, and that it tells nothing of its own work."""

from __future__ import annotations

from typing import Any

import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch.events import (
    BackwardFinished,
    BackwardStarted,
    Changed,
    Created,
    NodeFailed,
    NodeRan,
    Operated,
    observe,
    silence,
)


def seen(program: Any) -> list[Any]:
    found: list[Any] = []
    with observe(found.append):
        program()
    return found


def operated(program: Any) -> list[Operated]:
    return [e for e in seen(program) if isinstance(e, Operated)]


def test_factories_and_operations_are_told_after_they_ran() -> None:
    created, ran = seen(lambda: torch.ones(2, requires_grad=True) * 3)

    assert isinstance(created, Created)
    assert created.op == "ones"
    assert (ran.op, ran.reason, ran.inplace, ran.view) == ("mul", None, False, False)
    assert [name for name, _ in ran.inputs] == ["self", "other"]
    assert ran.node is ran.outputs[0].grad_fn


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (lambda x: torch.no_grad()(lambda: x * 2)(), "grad mode off"),
        (lambda x: torch.inference_mode()(lambda: x * 2)(), "inference mode"),
        (lambda x: torch.ones(1) * 2, "no input requires grad"),
        (lambda x: x.detach(), "detach"),
        (lambda x: x.data, ".data"),
        (lambda x: x > 0, "non-differentiable"),
    ],
)
def test_what_is_not_recorded_says_why(program: Any, reason: str) -> None:
    x = torch.ones(1, requires_grad=True)
    last = operated(lambda: program(x))[-1]

    assert last.node is None
    assert last.reason == reason


def test_a_composite_shows_the_operations_autograd_knows() -> None:
    x, layer = torch.ones(1, 2), torch.nn.Linear(2, 3)

    assert [e.op for e in operated(lambda: layer(x))] == ["t", "addmm"]
    assert [e.op for e in operated(lambda: x.reshape(2))] == ["view"]


def test_in_place_operations_are_named_with_their_underscore() -> None:
    x = torch.ones(2)

    def program() -> None:
        x[0] = 5.0

    assert [(e.op, e.inplace) for e in operated(program)] == [
        ("select", False),
        ("copy_", True),
    ]


def test_backward_tells_every_node_with_its_gradients() -> None:
    x = torch.ones(2, requires_grad=True)
    y = (x * 3).sum()
    found = seen(y.backward)

    assert isinstance(found[0], BackwardStarted)
    assert isinstance(found[-1], BackwardFinished)
    ran = [e for e in found if isinstance(e, NodeRan)]
    assert [e.node.name() for e in ran] == [
        "SumBackward0",
        "MulBackward0",
        "torch::autograd::AccumulateGrad",
    ]
    assert all(len(e.grads_out) == len(e.node.next_functions) for e in ran)
    assert ran[1].grads_out[0].tolist() == [3.0, 3.0]
    assert ran[1].grads_out[1] is None


def test_watching_changes_no_version() -> None:
    def program() -> Any:
        x = torch.ones(2, requires_grad=True)
        (x * x * x).sum().backward()
        return x.grad._version

    told: list[Any] = []
    with observe(told.append):
        watched = program()

    assert watched == program()


def test_a_failing_node_is_told_before_the_error() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    y.add_(1)
    found: list[Any] = []
    with observe(found.append), pytest.raises(RuntimeError):
        y.sum().backward()

    failed = found[-1]
    assert isinstance(failed, NodeFailed)
    assert (failed.field, failed.kind) == ("result", "modified")


def test_the_engines_inner_work_is_silent() -> None:
    x = torch.ones(2, requires_grad=True)
    y = (x**3).sum()

    program = lambda: torch.autograd.grad(y, x, create_graph=True)  # noqa: E731
    assert operated(program) == []


def test_flags_and_hooks_are_changes() -> None:
    x = torch.ones(1)

    def program() -> None:
        x.requires_grad_()
        x.register_hook(print)
        x.grad = torch.zeros(1)

    assert len([e for e in seen(program) if isinstance(e, Changed)]) == 3


def test_silence_ends_with_its_block() -> None:
    found: list[Any] = []
    with observe(found.append):
        with silence():
            torch.ones(1)
        torch.zeros(1)

    assert [e.op for e in found] == ["zeros"]


def test_a_hook_that_packs_is_told_to_switch_no_mode() -> None:
    x = torch.ones(1, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t):
        found = seen(lambda: x * x)

    assert [type(event) for event in found] == [Operated]


def test_a_node_that_gives_nan_is_told_of_with_what_it_gave() -> None:
    x, found = torch.zeros(1, requires_grad=True), []
    torch.autograd.set_detect_anomaly(True)
    y = x.log() * 0
    with (
        observe(found.append),
        pytest.warns(UserWarning, match="LogBackward0"),
        pytest.raises(RuntimeError, match="nan values"),
    ):
        y.backward()
    torch.autograd.set_detect_anomaly(False)
    ran = [event for event in found if isinstance(event, NodeRan)]

    assert [event.node.name() for event in ran] == ["MulBackward0", "LogBackward0"]
    assert str(ran[-1].grads_out[0]) == "[nan]"
