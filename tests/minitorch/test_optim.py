"""Optimizers and schedules; numbers are PyTorch 2.13.0's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch import optim
from minitorch_viz.minitorch.events import (
    ModeChanged,
    ModuleCalled,
    ModuleReturned,
    Operated,
    observe,
)


def three_steps(make: Callable[[Any], optim.Optimizer]) -> tuple[Any, optim.Optimizer]:
    w = torch.tensor([1.0, -2.0], requires_grad=True)
    optimizer = make([w])
    for _ in range(3):
        optimizer.zero_grad()
        (w**2).sum().backward()
        optimizer.step()
    return w, optimizer


# Recorded from PyTorch 2.13.0: values and version after three steps on sum(w ** 2).
RECORDED: list[tuple[Callable[[Any], optim.Optimizer], list[float], int]] = [
    (lambda p: optim.SGD(p, lr=0.1), [0.512, -1.0239999], 3),
    (lambda p: optim.SGD(p, 0.1, 0.9, 0.5), [0.252, -0.5040001], 3),
    (lambda p: optim.SGD(p, 0.1, 0.9, nesterov=True), [-0.108352, 0.216704], 3),
    (
        lambda p: optim.SGD(p, 0.1, weight_decay=0.1, maximize=True),
        [1.6851591, -3.3703182],
        3,
    ),
    (lambda p: optim.Adam(p, lr=0.1), [0.7015863, -1.7006234], 3),
    (
        lambda p: optim.Adam(p, 0.1, amsgrad=True, weight_decay=0.1),
        [0.7015863, -1.7006234],
        3,
    ),
    (lambda p: optim.AdamW(p, lr=0.1), [0.6989112, -1.6949446], 6),
    (optim.RMSprop, [0.7799823, -1.7753495], 3),
    (
        lambda p: optim.RMSprop(p, centered=True, momentum=0.9),
        [0.5496501, -1.540678],
        3,
    ),
    (lambda p: optim.Adagrad(p, lr=0.1, lr_decay=0.1), [0.7950814, -1.7911909], 3),
]


@pytest.mark.parametrize(("make", "values", "version"), RECORDED)
def test_three_steps_are_recorded_pytorchs(
    make: Callable[[Any], optim.Optimizer], values: list[float], version: int
) -> None:
    w, _ = three_steps(make)

    assert w.tolist() == pytest.approx(values, abs=1e-6)
    assert w._version == version
    assert w.is_leaf


def test_steps_are_ordinary_in_place_operations_under_no_grad() -> None:
    w = torch.ones(1, requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)
    w.grad = torch.ones(1)
    seen: list[Any] = []
    with observe(seen.append):
        optimizer.step()

    assert [type(event) for event in seen] == [
        ModeChanged,
        ModuleCalled,
        Operated,
        ModuleReturned,
        ModeChanged,
    ]
    assert (seen[2].op, seen[2].reason) == ("add_", "grad mode off")


def test_a_step_makes_backward_through_older_graphs_fail() -> None:
    w = torch.tensor([2.0], requires_grad=True)
    loss = w * w
    loss.backward(retain_graph=True)
    optim.SGD([w], lr=0.1).step()

    with pytest.raises(RuntimeError, match="is at version 1; expected version 0"):
        loss.backward()


def test_parameters_without_a_gradient_are_left_alone() -> None:
    frozen = torch.nn.Parameter(torch.ones(1), requires_grad=False)
    optim.SGD([frozen], lr=1.0).step()

    assert (frozen.item(), frozen._version) == (1.0, 0)


def test_zero_grad_forgets_or_fills() -> None:
    w = torch.ones(2, requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)
    (w * 2).sum().backward()
    kept = w.grad
    optimizer.zero_grad(set_to_none=False)

    assert w.grad is kept
    assert kept.tolist() == [0.0, 0.0]
    optimizer.zero_grad()
    assert w.grad is None


def test_groups_have_settings_of_their_own() -> None:
    a, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    optimizer = optim.SGD([{"params": [a]}, {"params": b, "lr": 1.0}], lr=0.1)
    (a + b).backward()
    optimizer.step()

    assert (a.item(), b.item()) == (pytest.approx(0.9), 0.0)
    with pytest.raises(ValueError, match="more than one parameter group"):
        optimizer.add_param_group({"params": [a]})


def test_a_closure_runs_with_grad_mode_on() -> None:
    w = torch.tensor([3.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (w**2).sum()
        loss.backward()
        return loss

    with torch.no_grad():
        loss = optimizer.step(closure)
    assert loss.item() == 9.0
    assert w.item() == pytest.approx(2.4)


def test_an_optimizer_prints_its_groups() -> None:
    w = torch.ones(1, requires_grad=True)

    assert repr(optim.SGD([w], lr=0.1)) == (
        "SGD (\nParameter Group 0\n    dampening: 0\n    differentiable: False\n"
        "    foreach: None\n    fused: None\n    lr: 0.1\n    maximize: False\n"
        "    momentum: 0\n    nesterov: False\n    weight_decay: 0\n)"
    )


def test_state_goes_from_one_optimizer_to_another() -> None:
    w, source = three_steps(lambda params: optim.SGD(params, lr=0.1, momentum=0.9))
    target = optim.SGD([w], lr=7.0)
    target.load_state_dict(source.state_dict())

    assert target.param_groups[0]["lr"] == 0.1
    buffer = source.state[w]["momentum_buffer"]
    assert target.state[w]["momentum_buffer"] is buffer
    assert source.state_dict()["param_groups"][0]["params"] == [0]
    with pytest.raises(ValueError, match="different number of parameter groups"):
        optim.SGD([{"params": [w]}, {"params": [buffer]}]).load_state_dict(
            source.state_dict()
        )


def test_hooks_run_around_a_step() -> None:
    optimizer, seen = optim.SGD([torch.ones(1)], lr=0.1), []
    optimizer.register_step_pre_hook(lambda *args: seen.append("before"))
    optimizer.register_step_post_hook(lambda *args: seen.append("after"))
    optimizer.step()

    assert seen == ["before", "after"]


LEAF = torch.ones(1, requires_grad=True)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: optim.SGD([LEAF], lr=-1), ValueError, "Invalid learning rate: -1"),
        (lambda: optim.SGD([LEAF], momentum=-1), ValueError, "Invalid momentum value"),
        (lambda: optim.SGD([LEAF], nesterov=True), ValueError, "Nesterov momentum"),
        (lambda: optim.SGD([]), ValueError, "optimizer got an empty parameter list"),
        (lambda: optim.SGD(LEAF), TypeError, "but got torch.FloatTensor"),
        (lambda: optim.SGD([3]), TypeError, "one of the params is int"),
        (lambda: optim.SGD([LEAF * 2]), ValueError, "can't optimize a non-leaf Tensor"),
        (lambda: optim.SGD([{"params": {LEAF}}]), TypeError, "ordered collections"),
        (lambda: optim.Adam([LEAF], betas=(2, 0)), ValueError, "at index 0: 2"),
        (lambda: optim.Adam([LEAF], eps=-1), ValueError, "Invalid epsilon value: -1"),
    ],
)
def test_misuse_is_refused_in_pytorchs_words(
    make: Callable[[], Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        make()

    assert words in str(caught.value)


# Recorded from PyTorch 2.13.0: the rates of six epochs, from a first rate of 1.
SCHEDULES: list[tuple[Callable[[Any], Any], list[float]]] = [
    (lambda o: optim.lr_scheduler.StepLR(o, 2), [1.0, 1.0, 0.1, 0.1, 0.01, 0.01]),
    (
        lambda o: optim.lr_scheduler.MultiStepLR(o, [1, 3], 0.5),
        [1.0, 0.5, 0.5, 0.25, 0.25, 0.25],
    ),
    (
        lambda o: optim.lr_scheduler.ExponentialLR(o, 0.5),
        [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125],
    ),
    (
        lambda o: optim.lr_scheduler.LambdaLR(o, lambda epoch: 1 / (epoch + 1)),
        [1.0, 0.5, 0.3333333, 0.25, 0.2, 0.1666667],
    ),
    (
        lambda o: optim.lr_scheduler.CosineAnnealingLR(o, 4),
        [1.0, 0.8535534, 0.5, 0.1464466, 0.0, 0.1464466],
    ),
    (
        optim.lr_scheduler.LinearLR,
        [0.3333333, 0.4666667, 0.6, 0.7333333, 0.8666667, 1.0],
    ),
    (
        optim.lr_scheduler.ConstantLR,
        [0.3333333, 0.3333333, 0.3333333, 0.3333333, 0.3333333, 1.0],
    ),
]


@pytest.mark.parametrize(("make", "rates"), SCHEDULES)
def test_schedules_are_recorded_pytorchs(
    make: Callable[[Any], Any], rates: list[float]
) -> None:
    optimizer = optim.SGD([LEAF], lr=1.0)
    schedule, seen = make(optimizer), []
    for _ in range(6):
        seen += schedule.get_last_lr()
        optimizer.step()
        schedule.step()

    assert seen == pytest.approx(rates, abs=1e-6)
    assert schedule.last_epoch == 6


def test_a_schedule_that_steps_first_warns() -> None:
    schedule = optim.lr_scheduler.StepLR(optim.SGD([LEAF], lr=1.0), 1)

    with pytest.warns(UserWarning, match="before `optimizer.step"):
        schedule.step()


def test_a_rate_falls_when_nothing_gets_better() -> None:
    optimizer = optim.SGD([LEAF], lr=1.0)
    schedule = optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
    seen = []
    for measured in (1.0, 1.0, 1.0, 0.5, 0.5, 0.5):
        schedule.step(measured)
        seen += schedule.get_last_lr()

    assert seen == pytest.approx([1, 1, 0.1, 0.1, 0.1, 0.01])


def test_lbfgs_keeps_what_pytorch_keeps_in_its_order() -> None:
    w = torch.tensor([3.0, 1.5], requires_grad=True)
    optimizer = optim.LBFGS([w], lr=0.5, max_iter=3, history_size=2)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = ((w - 1) ** 2 * torch.tensor([1.0, 3.0])).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    state = optimizer.state_dict()["state"][0]

    last = ["ro", "H_diag", "prev_flat_grad", "prev_loss"]
    assert list(state) == [
        *("func_evals", "n_iter", "al", "d", "t", "old_dirs", "old_stps"),
        *last,
    ]
    assert state["al"][1:] == [None]
