"""Anomaly mode: where what failed in backward was recorded, and what it looks for."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch
from minitorch_viz.minitorch.saved import hooked

HEAD = """
def root(x):
    return torch.sqrt(x)

class Raises(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        raise ValueError("no")

class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0].sqrt()

x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
anomaly = torch.autograd.detect_anomaly
"""
PROGRAMS = {
    "a function that is called": "with anomaly():\n    root(x).sum().backward()",
    "recorded before": "y = root(x).sum()\nwith anomaly():\n    y.backward()",
    "failing outside": "with anomaly():\n    y = root(x).sum()\ny.backward()\nx.grad",
    "not looked for": "with anomaly(check_nan=False):\n    root(x).sum().backward()",
    "modified": "with anomaly():\n    y = x.exp()\n    y.add_(1)\n"
    "    y.sum().backward()",
    "freed": "with anomaly():\n    y = (x * x).sum()\n    y.backward()\n"
    "    y.backward()",
    "its second output": "with anomaly():\n    ((x * 0) / x).sum().backward()",
    "a custom function": "with anomaly():\n    Raises.apply(x).sum().backward()",
    "a hook": "y = x * 2\ny.register_hook(lambda g: 1 / 0)\n"
    "with anomaly():\n    y.sum().backward()",
    "recorded by a backward": "with anomaly():\n    y = Twice.apply(x)\n"
    "    g, = torch.autograd.grad(y.sum(), x, create_graph=True)\n"
    "    (g.sum() * 0).backward()",
    "in a graph of a gradient": "with anomaly():\n    y = x.pow(1.5)\n"
    "    g, = torch.autograd.grad(y.sum(), x, create_graph=True)\n"
    "    g.sum().backward()",
    "a write to a view": "with anomaly():\n    y = x * 1\n"
    "    y[1:].mul_(float('inf'))\n"
    "    (y * 0).sum().backward()",
    "a module": "with anomaly():\n    torch.nn.ReLU()(root(x)).sum().backward()",
    "a leaf's own gradient": "x.register_hook(lambda g: g * float('nan'))\n"
    "with anomaly():\n    (x * 2).sum().backward()\nx.grad",
    "metadata": "with anomaly():\n    y = x * 2\ny.grad_fn.metadata['traceback_'][-1]",
    "what is in force": "look = torch.is_anomaly_check_nan_enabled\nb = [look()]\n"
    "with torch.autograd.set_detect_anomaly(True, check_nan=False):\n"
    "    b += [torch.is_anomaly_enabled(), look()]\n[b, look()]",
}
#: Lines of PyTorch's own Python files, of which the engine has no equal.
LIBRARY = re.compile(r'  File "[^<"]*[/\\]torch[/\\].*\n(    .*\n)*')
HERE = re.compile(r'  File "[^<"]*\.py".*\n(    .*\n)*')


def told(torch: Any, program: str) -> list[str]:
    """Run a program and return its warnings, and its last value or its error."""
    scope: dict[str, Any] = {"torch": torch}
    *_, last = program.split("\n")
    with warnings.catch_warnings(record=True, action="always") as given:
        try:
            exec(compile(f"{HEAD}\n{program}\n", "<program>", "exec"), scope)
            value = "" if last[0] == " " else repr(eval(last, scope))
        except Exception as error:  # noqa: BLE001 - any error is compared
            value = f"{type(error).__name__}: {error}"
    said = [str(each.message).split(" (Triggered")[0] for each in given]
    return [HERE.sub("", LIBRARY.sub("", text)) for text in said] + [value]


@pytest.mark.needs("torch")
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=list(PROGRAMS))
def test_it_says_what_pytorch_says(program: str) -> None:
    import torch

    assert told(minitorch, program) == told(torch, program)


def test_an_error_names_the_lines_that_led_to_the_node() -> None:
    said = told(minitorch, PROGRAMS["a function that is called"])

    assert 'File "<program>", line 3, in root' in said[1]
    assert said[2].endswith("'SqrtBackward0' returned nan values in its 0th output.")


def test_the_warning_points_at_the_program() -> None:
    x = minitorch.tensor([-1.0], requires_grad=True)
    with (
        warnings.catch_warnings(record=True, action="always") as given,
        minitorch.autograd.set_detect_anomaly(True),
        pytest.raises(RuntimeError),
    ):
        x.sqrt().backward()

    assert given[0].filename == __file__


def test_nodes_are_not_looked_at_once_it_is_off() -> None:
    before = len(hooked)
    with minitorch.autograd.set_detect_anomaly(True):
        assert len(hooked) == before + 1
    assert len(hooked) == before

    y = minitorch.ones(1, requires_grad=True) * 2
    assert "traceback_" not in y.grad_fn.metadata


def test_a_trace_names_the_lines_of_its_program_alone() -> None:
    program = "x = torch.tensor([-1.], requires_grad=True)\n"
    program += "torch.autograd.set_detect_anomaly(True)\nx.sqrt().backward()"

    for _ in range(2):
        (warning,) = mv.step(program, engine="minitorch").steps[-1].warnings
        assert warning.count("File") == 1
    assert not minitorch.is_anomaly_enabled()
