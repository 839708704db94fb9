"""What a trace sees though no event of the engine tells of it, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz.capture import minitorch
from minitorch_viz.capture.memory import OVERLOOKED
from minitorch_viz.snapshot import TensorState
from minitorch_viz.trace.model import Trace
from minitorch_viz.trace.naming import Naming

from .looking import at_line, names

ENGINES = ["minitorch", pytest.param("torch", marks=pytest.mark.needs("torch"))]


def seen(trace: Trace, line: int) -> dict[str, TensorState]:
    """What each name means when the last statement on this line is over."""
    return names(trace, at_line(trace, line)[-1].index)


def held(trace: Trace, line: int, name: str) -> Any:
    """The numbers that a tensor held then."""
    value = seen(trace, line)[name].value
    assert value is not None
    return trace.values[value].numbers


def test_numpy_writes_into_a_tensor_by_any_name_of_its_memory() -> None:
    trace = mv.step(
        "import numpy as np\na = np.zeros(2)\nt = [torch.from_numpy(a)]\nu = t[0][1:]\n"
        "a += 3\nb = u.numpy()\nb[0] = 7\n"
    )

    assert held(trace, 5, "t[0]") == held(trace, 6, "t[0]") == (3.0, 3.0)
    assert held(trace, 7, "t[0]") == (3.0, 7.0)
    assert held(trace, 7, "u") == (7.0,)


@pytest.mark.parametrize("engine", ENGINES)
def test_numpy_writes_into_a_tensor_of_many_numbers(engine: str) -> None:
    trace = mv.step(
        "import numpy as np\na = np.zeros((70, 70))\nx = torch.from_numpy(a)\n"
        "y = torch.zeros(70, 70)\na[1, 2] = 7\ny.t().numpy()[3] = 2\n"
        "a[:] = y[:, 3:4]\nz = 1\n",
        engine=engine,
    )
    texts = [
        [trace.values[seen(trace, line)[name].value or 0].text for name in "xy"]
        for line in (4, 5, 6, 7)
    ]

    assert texts == [
        ["(70, 70) all 0.", "(70, 70) all 0."],
        ["(70, 70) 0. … 7.", "(70, 70) all 0."],
        ["(70, 70) 0. … 7.", "(70, 70) 0. … 2."],
        ["(70, 70) all 2.", "(70, 70) 0. … 2."],
    ]
    assert trace.notes == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_where_numpy_writes_unseen_the_trace_says_so(engine: str) -> None:
    program = "x = torch.zeros(5, 1 << 20)\n"
    seen_by_nobody = mv.step(program, engine=engine)
    given = mv.step(f"{program}a = x.numpy()\na[0] = 1\n", engine=engine)

    assert seen_by_nobody.notes == ()
    assert given.notes == (OVERLOOKED,)


def test_numpy_writes_into_a_gradient() -> None:
    trace = mv.step(
        "w = torch.ones(2, requires_grad=True)\n(w * 2).sum().backward()\n"
        "w.grad.numpy()[0] = 5\nv = 1\n"
    )

    assert held(trace, 2, "w.grad") == (2.0, 2.0)
    assert held(trace, 3, "w.grad") == (5.0, 2.0)


@pytest.mark.parametrize(
    ("holder", "name"),
    [("[w]", "h[0]"), ("{'a': w}", "h['a']"), ("Box(w)", "h.w"), ("w", "h")],
)
def test_a_function_changes_what_others_hold(holder: str, name: str) -> None:
    trace = mv.step(
        "class Box:\n    def __init__(self, w): self.w = w\n"
        "w = torch.ones(1, requires_grad=True)\n"
        f"h = {holder}\n"
        "def change(p):\n    p.grad = torch.ones(1)\n    p.data.add_(4)\n"
        "    p.requires_grad_(False)\n    p.requires_grad_()\n"
        "change(w)\nz = 1\n"
    )
    flags = [seen(trace, line)[name].requires_grad for line in (7, 8, 9, 10)]

    assert held(trace, 10, name) == held(trace, 10, "w") == (5.0,)
    assert seen(trace, 6)[name].grad is not None
    assert flags == [True, False, True, True]
    assert f"{name}.grad" in seen(trace, 10)


def test_a_container_is_filled_and_emptied_by_another_name() -> None:
    trace = mv.step(
        "h = [torch.zeros(1), torch.ones(1)]\ng = h\ng.append(torch.ones(1))\n"
        "g[0] = g[1]\ng.reverse()\ng[0] = None\ng[0] = 3\ndel g[0]\ng.clear()\n"
    )

    assert set(seen(trace, 3)) == {f"{n}[{i}]" for n in "gh" for i in range(3)}
    assert set(seen(trace, 4)["h[0]"].names) == {"g[0]", "g[1]", "h[0]", "h[1]"}
    assert (
        set(seen(trace, 6)) == set(seen(trace, 7)) == {"g[1]", "g[2]", "h[1]", "h[2]"}
    )
    assert set(seen(trace, 8)) == {"g[0]", "g[1]", "h[0]", "h[1]"}
    assert not seen(trace, 9)


def test_a_tensor_in_the_place_of_one_that_died_is_another() -> None:
    trace = mv.step(
        "h = [torch.zeros(1)]\n"
        "for i in range(4):\n    h[0] = None\n    h[0] = torch.ones(1) * i\n"
    )
    ends = [s.index for s in at_line(trace, 4) if s.level == "statement"]
    found = [names(trace, index)["h[0]"].id for index in ends]

    assert len(found) == len(set(found)) == 4


def test_keys_change_while_the_tensors_stay() -> None:
    trace = mv.step(
        "d = {1: torch.ones(1)}\nd[True] = d.pop(1)\nd['a'] = d.pop(True)\n"
    )

    assert set(seen(trace, 1)) == {"d[1]"}
    assert not seen(trace, 2)
    assert set(seen(trace, 3)) == {"d['a']"}


def test_another_thread_writes_and_asks_for_gradients() -> None:
    trace = mv.step(
        "import threading\nh = [torch.zeros(1), torch.zeros(1)]\n"
        "def run(work):\n    t = threading.Thread(target=work)\n"
        "    t.start()\n    t.join()\n"
        "run(lambda: h[0].add_(1))\nrun(h[1].requires_grad_)\n"
    )

    assert held(trace, 7, "h[0]") == (1.0,)
    assert seen(trace, 7)["h[0]"].version == 1
    assert not seen(trace, 7)["h[1]"].requires_grad
    assert seen(trace, 8)["h[1]"].requires_grad


def test_a_version_counts_for_whom_a_counter_is_shared_without_memory() -> None:
    trace = mv.step(
        "x = torch.zeros(2)\ny = x.detach()\nx.data = torch.ones(2)\nx.add_(1)\n"
    )

    assert held(trace, 4, "y") == (0.0, 0.0)
    assert seen(trace, 4)["y"].version == 1


def test_a_hook_without_a_frame_of_its_own_works_on_tensors() -> None:
    trace = mv.step(
        "from functools import partial\n"
        "w, u, v = torch.ones(2, requires_grad=True), torch.zeros(2), torch.zeros(2)\n"
        "h = w.register_hook(v.copy_), w.register_hook(partial(setattr, u, 'grad'))\n"
        "(w * 3).sum().backward()\n"
    )

    assert held(trace, 3, "v") == (0.0, 0.0)
    assert held(trace, 4, "v") == held(trace, 4, "u.grad") == (3.0, 3.0)


def test_a_repr_of_the_programs_own_works_on_tensors() -> None:
    trace = mv.step(
        "w = torch.zeros(1)\nclass Loud:\n    def __repr__(self):\n"
        "        w.requires_grad_()\n        return 'loud'\nprint(Loud())\nz = 1\n"
    )

    assert not seen(trace, 2)["w"].requires_grad
    assert seen(trace, 6)["w"].requires_grad


def test_a_gradient_of_a_gradient_has_all_of_its_names() -> None:
    trace = mv.step(
        "x = torch.ones(1, requires_grad=True)\nx.pow(3).sum().backward()\n"
        "g = x.grad\ng.requires_grad_()\ng.grad = torch.ones(1)\nx.grad = None\n"
    )

    assert set(seen(trace, 5)["g.grad"].names) == {"g.grad", "x.grad.grad"}
    assert seen(trace, 6)["g.grad"].names == ("g.grad",)


# -- what it costs ---------------------------------------------------------------------
def test_a_statement_describes_only_what_it_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    described: list[int] = []
    describe: Callable[..., TensorState] = minitorch.describe_tensor
    look = Naming.look

    def counted(*args: Any, **options: Any) -> TensorState:
        described[-1] += 1
        return describe(*args, **options)

    def looked(self: Naming, bound: Any) -> None:
        described.append(0)
        look(self, bound)

    monkeypatch.setattr(minitorch, "describe_tensor", counted)
    monkeypatch.setattr(Naming, "look", looked)
    mv.step(
        "h = [torch.ones(1) * i for i in range(200)]\nd = dict(enumerate(h))\n"
        "for i in range(3): h[i].add_(1)\nh.append(torch.ones(1))\nn = 1\n",
        engine="minitorch",
    )

    assert described[-1] == 0
    assert max(described[-6:]) < 10
