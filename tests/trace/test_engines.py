"""Which engine a program runs on."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch
from minitorch_viz.trace import engines

needs_torch = pytest.mark.needs("torch")


@needs_torch
@pytest.mark.parametrize(
    ("program", "engine"),
    [
        ("import torch", "torch"),
        ("import torch.nn as nn", "torch"),
        ("from torch import nn", "torch"),
        ("def f():\n    import torch", "torch"),
        ("x = torch.ones(1)", "minitorch"),
        ("import numpy", "minitorch"),
        ("from minitorch_viz import minitorch as torch", "minitorch"),
    ],
)
def test_a_program_that_imports_pytorch_runs_on_it(program: str, engine: str) -> None:
    assert mv.step(f"{program}\n").engine == engine


@needs_torch
def test_a_cell_runs_on_what_it_calls_torch() -> None:
    import torch

    line = "x = torch.ones(1)\n"

    assert mv.step(line, namespace={"torch": torch}).engine == "torch"
    assert mv.step(line, namespace={"torch": minitorch}).engine == "minitorch"
    assert mv.step(line, namespace={"torch": torch}, engine="minitorch").engine == (
        "minitorch"
    )


def test_without_pytorch_the_engine_runs_and_the_error_says_what_to_install(
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)

    assert mv.step("import torch\nx = torch.ones(1)\n").engine == "minitorch"
    with pytest.raises(ValueError, match="pip install 'minitorch-viz.torch.'"):
        mv.step("import torch\n", engine="torch")


@needs_torch
def test_what_a_program_assigns_to_pytorch_is_undone() -> None:
    import torch.nn.functional as F

    before = F.linear
    mv.step("import torch.nn.functional as F\nF.linear = F.relu\n")

    assert F.linear is before


@needs_torch
def test_pytorch_is_loaded_only_for_those_who_use_it() -> None:
    code = (
        "import sys, minitorch_viz as mv; mv.step('x = torch.ones(1)'); "
        "mv.snapshot(x=mv.minitorch.ones(1)); print('torch._C' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert said.stdout == "False\n"
    assert isinstance(sys.modules["minitorch_viz"], ModuleType)


@needs_torch
@pytest.mark.parametrize(
    "lines",
    [
        "f = torch.compile(lambda x: x * 2)\ny = f(x)",
        "y, w = torch.nn.MultiheadAttention(4, 2)(x, x, x)",
        "y, state = torch.nn.LSTM(4, 2)(x)",
        "y = torch.func.grad(lambda x: (x ** 2).sum())(x)",
        "y = torch.vmap(lambda x: x * 2)(x)",
        "with torch.autocast('cpu', torch.bfloat16):\n    y = torch.nn.Linear(4, 2)(x)",
        "y = torch.fft.fft(x).abs()",
        "y = torch.eye(3).to_sparse() @ x.detach()",
        "y = torch.ones(2, device='meta') * 2",
        "y = torch.autograd.functional.jacobian(lambda x: x ** 2, x[0])",
        "from torch.utils.checkpoint import checkpoint\n"
        "y = checkpoint(lambda x: x.exp().sin(), x, use_reentrant=False)\n"
        "y.sum().backward()",
        "with torch.autograd.set_detect_anomaly(True):\n    y = x.exp()\n"
        "    y.sum().backward()",
    ],
)
def test_what_the_engine_has_not_is_stepped_on_pytorch(lines: str) -> None:
    trace = mv.step(
        f"import torch\nx = torch.ones(3, 4, requires_grad=True)\n{lines}\n"
    )
    names = {
        n for step in trace.snapshots() for t in step.tensors.values() for n in t.names
    }

    assert trace.steps[-1].error is None
    assert "y" in names


@needs_torch
@pytest.mark.filterwarnings("error")
def test_views_that_may_not_be_looked_at_and_nan_are_no_trouble() -> None:
    trace = mv.step(
        "import torch\nx = torch.ones(4, requires_grad=True) * 1\na, b = x.split(2)\n"
        "x.mul_(2)\nn = torch.tensor([float('nan'), 1.])\n"
    )

    assert trace.steps[-1].error is None
    assert all(not step.warnings for step in trace.steps)


@needs_torch
def test_saved_numbers_have_their_sign_inside_tuples_too() -> None:
    torch: Any = pytest.importorskip("torch")

    y = torch.ones(2, 3, requires_grad=True).sum(-1)
    node = next(n for n in mv.snapshot(y=y).nodes.values() if n.name == "SumBackward1")

    assert {s.field: s.text for s in node.saved}["dim"] == "(-1,)"


@needs_torch
def test_what_an_older_pytorch_does_not_tell_is_said_once(monkeypatch: Any) -> None:
    from minitorch_viz.capture.pytorch import operations

    monkeypatch.setattr(operations, "UNTOLD", ("It tells less.",))

    assert mv.step("import torch\nx = torch.ones(1)\n").notes == ("It tells less.",)
    assert mv.step("x = torch.ones(1)\n").notes == ()


@needs_torch
def test_what_a_hook_prints_is_shown_where_it_ran_on_pytorch_too() -> None:
    program = (
        "import torch\nx = torch.ones(1, requires_grad=True)\ny = x * 3\n"
        "y.register_hook(lambda g: print('hook', g))\n(y * y).backward()\n"
    )
    shown = {
        engine: [step.output for step in mv.step(program, engine=engine).steps]
        for engine in ("torch", "minitorch")
    }

    assert shown["torch"] == shown["minitorch"]
