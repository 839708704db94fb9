"""Which module each operation ran in, by the path that the program reaches it by."""

from __future__ import annotations

import pytest

import minitorch_viz as mv
from minitorch_viz.snapshot import CallState
from minitorch_viz.trace.model import Trace

START = "import torch\nimport torch.nn as nn\n"
NET = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2), nn.ReLU()])
        self.norm = nn.LayerNorm(2)
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)
net = Net()
y = net(torch.ones(1, 2))
"""
engines = pytest.mark.parametrize(
    "engine", ["minitorch", pytest.param("torch", marks=pytest.mark.needs("torch"))]
)


def run(source: str, engine: str = "minitorch") -> Trace:
    trace = mv.step(START + source, engine=engine)
    assert trace.steps[-1].error is None
    return trace


def calls(trace: Trace) -> list[CallState]:
    every = (state for step in trace.steps for state in step.changes.values())
    return [state for state in every if isinstance(state, CallState)]


def paths(trace: Trace) -> list[tuple[str, str]]:
    return [(call.path, call.kind) for call in calls(trace)]


def ran_in(trace: Trace) -> dict[str, str]:
    """Say for each operation's name in which module's path it ran last."""
    last = trace.at(-1)
    seen = {id: call.path for id, call in last.calls.items()}
    return {o.name: seen.get(o.call or "", "") for o in last.operations.values()}


@engines
def test_a_module_is_called_by_the_path_that_the_program_reaches_it_by(
    engine: str,
) -> None:
    trace = run(NET, engine)

    assert paths(trace) == [
        ("net", "Net"),
        ("net.layers[0]", "Linear"),
        ("net.layers[1]", "ReLU"),
        ("net.norm", "LayerNorm"),
    ]
    assert [call.inside for call in calls(trace)] == [None, "c0", "c0", "c0"]
    assert ran_in(trace)["addmm"] == "net.layers[0]"
    assert ran_in(trace)["native_layer_norm"] == "net.norm"


@engines
def test_what_runs_outside_of_modules_is_in_none(engine: str) -> None:
    trace = run("f = nn.ReLU()\ny = f(torch.ones(1)) + 2\nz = y * 3\n", engine)

    assert ran_in(trace) == {"ones": "", "relu": "f", "add": "", "mul": ""}


@engines
@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("fs = [nn.ReLU()]\ny = fs[0](torch.ones(1))", "fs[0]"),
        ("fs = {'a': nn.ReLU()}\ny = fs['a'](torch.ones(1))", "fs['a']"),
        ("net = nn.Sequential(nn.ReLU())\ny = net[0](torch.ones(1))", "net[0]"),
        ("y = nn.ReLU()(torch.ones(1))", ""),
    ],
)
def test_a_module_in_a_container_is_found_there(
    engine: str, source: str, path: str
) -> None:
    assert paths(run(source, engine)) == [(path, "ReLU")]


@engines
def test_each_call_says_whether_its_module_is_in_evaluation_mode(engine: str) -> None:
    source = "f = nn.Dropout(0.)\nx = torch.ones(1)\ny = f(x)\nf.eval()\nz = f(x) + 1\n"
    trace = run(source.replace("Dropout(0.)", "Softplus()"), engine)

    assert [call.training for call in calls(trace)] == [True, False]


@engines
def test_a_call_is_over_when_its_module_raises(engine: str) -> None:
    source = (
        "f = nn.Linear(2, 2)\ntry:\n    f(torch.ones(1, 3))\nexcept RuntimeError:\n"
        "    pass\ny = torch.ones(1) + 1\n"
    )

    assert ran_in(run(source, engine))["add"] == ""


@engines
def test_a_module_that_computes_nothing_leaves_no_record(engine: str) -> None:
    called, not_called = (
        run(f"f = nn.Identity()\nx = torch.ones(1)\ny = {of}\n", engine)
        for of in ("f(x)", "x")
    )

    assert calls(called) == []
    assert len(called.steps) == len(not_called.steps)


def test_calls_of_modules_are_no_events_that_count() -> None:
    source = START + "f = nn.Identity()\nx = torch.ones(1)\nfor i in range(50): f(x)\n"

    assert mv.step(source, engine="minitorch", max_events=10).stopped is None


@pytest.mark.needs("torch")
def test_pytorch_calls_its_modules_as_before_when_a_run_is_over() -> None:
    import torch

    before = vars(torch.nn.Module)["__call__"]
    kept: dict[str, object] = {}
    mv.step(
        "import torch\nkept['call'] = torch.nn.Module.__call__\n",
        namespace={"kept": kept},
        engine="torch",
    )
    call = kept["call"]

    assert vars(torch.nn.Module)["__call__"] is before
    assert callable(call)
    assert call(torch.nn.ReLU(), torch.ones(1)).item() == 1


LOOP = """\
net = nn.Linear(2, 1)
opt = torch.optim.Adam(net.parameters(), lr=0.1)
def closure():
    opt.zero_grad()
    loss = net(torch.ones(1, 2)).sum()
    loss.backward()
    return loss
for _ in range(2):
    opt.step(closure)
"""


@engines
def test_an_optimizer_s_step_is_a_call_and_its_closure_is_none_of_it(
    engine: str,
) -> None:
    trace = run(LOOP, engine)
    ran = ran_in(trace)

    assert paths(trace) == 2 * [("net", "Linear"), ("opt", "Adam")]
    assert {call.inside for call in calls(trace)} == {None}
    assert (ran["addmm"], ran["sum"], ran["addcdiv_"]) == ("net", "", "opt")


@engines
def test_a_loader_is_called_for_each_batch_that_it_fetches(engine: str) -> None:
    trace = run(
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "data = TensorDataset(torch.rand(4, 3), torch.arange(4))\n"
        "loader = DataLoader(data, batch_size=2)\n"
        "for x, y in loader:\n    z = x.sum()\n",
        engine,
    )
    ran = ran_in(trace)

    assert paths(trace) == [("loader", "DataLoader")] * 2
    assert (ran["select"], ran["stack"], ran["sum"]) == ("loader", "loader", "")
