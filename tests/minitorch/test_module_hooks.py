"""Hooks on modules: what they see and may change, forward and backward."""

from __future__ import annotations

from typing import Any

import pytest

from minitorch_viz import minitorch as torch
from minitorch_viz.minitorch import nn


def test_forward_hooks_see_and_replace_what_goes_in_and_comes_out() -> None:
    layer, seen = nn.ReLU(), []
    before = layer.register_forward_pre_hook(lambda m, args: (args[0] * 2,))
    after = layer.register_forward_hook(lambda m, args, out: out + 100)
    layer.register_forward_hook(lambda m, args, out: seen.append(out.tolist()))

    assert layer(torch.tensor([-1.0, 3.0])).tolist() == [100.0, 106.0]
    before.remove()
    after.remove()
    assert layer(torch.tensor([3.0])).tolist() == [3.0]
    assert seen == [[100.0, 106.0], [3.0]]


def test_full_backward_hooks_see_the_gradients_of_inputs_and_outputs() -> None:
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(lambda m, *grads: seen.append(grads))
    x = torch.ones(1, 2, requires_grad=True)
    y = layer(x)

    assert y.grad_fn.name() == "BackwardHookFunctionBackward"
    assert y._is_view()
    y.sum().backward()
    ((grad_input,), (grad_output,)) = seen[0]
    assert grad_input.tolist() == layer.weight.tolist() == x.grad.tolist()
    assert grad_output.tolist() == [[1.0]]


def test_full_backward_hooks_can_change_gradients() -> None:
    layer, x = nn.Linear(2, 1), torch.ones(1, 2, requires_grad=True)
    layer.register_full_backward_pre_hook(lambda m, grads: (grads[0] * 10,))
    layer.register_full_backward_hook(lambda m, given, _: (given[0] * 0,))
    layer(x).sum().backward()

    assert layer.bias.grad.tolist() == [10.0]
    assert x.grad.tolist() == [[0.0, 0.0]]


def test_full_backward_hooks_run_without_an_input_that_requires_grad() -> None:
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(lambda m, given, _: seen.append(given))
    with pytest.warns(UserWarning, match="since no inputs require gradients"):
        layer(torch.ones(1, 2)).sum().backward()

    assert seen == [(None,)]


def test_what_a_watched_module_returns_must_not_be_edited() -> None:
    layer = nn.Linear(2, 1)
    layer.register_full_backward_hook(lambda m, *grads: None)
    found = layer(torch.ones(1, 2, requires_grad=True))

    with pytest.raises(RuntimeError, match="^Output 0 of BackwardHookFunction is a "):
        found.add_(1)


def test_several_results_of_a_watched_module_are_views_of_one_function() -> None:
    class Pair(nn.Module):
        def forward(self, x: Any) -> Any:
            return x + 1, x * 2

    pair = Pair()
    pair.register_full_backward_hook(lambda m, *grads: None)
    second = pair(torch.ones(1, requires_grad=True))[1]

    with pytest.raises(RuntimeError, match="of a function that returns multiple views"):
        second.add_(1)


def test_old_backward_hooks_see_one_node_and_warn() -> None:
    layer, seen = nn.Tanh(), []
    layer.register_backward_hook(lambda m, *grads: seen.append(grads))
    x = torch.zeros(1, requires_grad=True)
    with pytest.warns(FutureWarning, match="This hook will be missing some grad_input"):
        layer(x).sum().backward()
    layer(x * 1)  # one node, all of whose inputs were given: nothing is missed

    assert [[grad.tolist() for grad in grads] for grads in seen[0]] == [[[1.0]]] * 2
    with pytest.raises(RuntimeError, match="Cannot use both regular backward hooks"):
        layer.register_full_backward_hook(lambda m, *grads: None)
