"""Links run down and across: in order, straight where they can, and into sinks."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from minitorch_viz.picture.curves import cut_at, straight
from minitorch_viz.picture.engines import lay_out
from minitorch_viz.picture.flow import wires
from minitorch_viz.picture.frames import Marks
from minitorch_viz.picture.groups import groups
from minitorch_viz.picture.history import history
from minitorch_viz.picture.layout import layout
from minitorch_viz.picture.routing import Routes
from minitorch_viz.picture.scene import scenes
from minitorch_viz.picture.seating import plan
from minitorch_viz.picture.views import View

from .programs import LOOP, PROGRAMS, TWICE, trace

ADDMM = """\
model = torch.nn.Linear(2, 1)
x = torch.ones(3, 2)
model(x).sum().backward()
"""


#: Each layer reads all that came before it.
DENSE = "x0 = torch.ones(2, requires_grad=True)\n" + "".join(
    f"x{n} = torch.stack([{', '.join(f'x{k}' for k in range(n))}]).sum(0)\n"
    for n in range(1, 20)
)


def placed(source):
    planned = plan(history(trace(source)))
    return planned, layout(planned, groups(planned, Marks()), wires(planned, {}))


def named(planned, link):
    tensor = link.uses[0][1].tensor
    return planned.past.tensors[tensor][-1][1].names


@pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)
def test_links_run_straight_down_and_across(source):
    _, found = placed(source)
    corners = [
        (a, b)
        for route in found.routes.values()
        for a, b in pairwise(route[::3])
        if min(abs(a[0] - b[0]), abs(a[1] - b[1])) > 7.01
    ]

    assert not corners


@pytest.mark.parametrize("source", [LOOP.format(turns=3), TWICE, ADDMM])
def test_links_enter_an_operation_in_the_order_in_which_they_come(source):
    planned, found = placed(source)
    for place, numbers in planned.entering.items():
        ways = [found.routes[n] for n in numbers if n in found.routes]
        ends = sorted(ways, key=lambda way: way[-1][0])
        last = [max(way, key=lambda p: abs(p[0] - way[-1][0]))[0] for way in ends]

        assert last == sorted(last), planned.places[place]


def test_what_runs_without_a_circle_runs_down():
    planned, found = placed(LOOP.format(turns=3))
    routes = [r for n, r in found.routes.items() if n in planned.downwards]

    assert routes
    assert all(a[1] <= b[1] for way in routes for a, b in pairwise(way))


def test_a_long_gradient_is_cut_just_below_its_leaf():
    way = straight((0.0, 3000.0), (0.0, 0.0))

    assert cut_at(way, 26.0)[-1][1] == pytest.approx(26, abs=0.1)


def test_where_many_links_pass_many_rows_dot_is_asked_for_no_curves(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "minitorch_viz.picture.layout.lay_out",
        lambda text: asked.append(text) or lay_out(text),
    )
    placed(TWICE)
    planned, found = placed(DENSE)

    assert ["splines=line" in text for text in asked] == [False, True]
    assert len(found.routes) == len(planned.links)
    for place, numbers in planned.entering.items():
        box = found.frames[place].size
        ends = [found.routes[n][-1] for n in numbers]
        assert all(box.x < x < box.right for x, _ in ends)


def test_links_of_the_examples_take_no_needlessly_small_steps(monkeypatch):
    ways, way = [], Routes.way
    monkeypatch.setattr(
        Routes, "way", lambda *link: ways.append(way(*link)) or ways[-1]
    )
    for path in sorted((Path(__file__).parents[2] / "examples").glob("*.py")):
        list(scenes(trace(path.read_text()), View()))
    across = (abs(a[0] - b[0]) for corners in ways for a, b in pairwise(corners))

    assert not [far for far in across if 0.5 < far < 6]
