"""Snapshots of large graphs: folded before the layout, open near the result."""

from __future__ import annotations

import gc
from functools import cache

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.picture import engines
from minitorch_viz.picture.dot import write
from minitorch_viz.picture.flow import wires
from minitorch_viz.picture.folds import SEEN
from minitorch_viz.picture.frames import Marks
from minitorch_viz.picture.groups import groups
from minitorch_viz.picture.history import as_trace, history
from minitorch_viz.picture.places import Plan
from minitorch_viz.picture.scene import scene, scenes, through
from minitorch_viz.picture.scopes import NEAREST, WHOLE, scopes
from minitorch_viz.picture.seating import seated
from minitorch_viz.picture.titles import SHUT
from minitorch_viz.picture.views import View
from minitorch_viz.snapshot import Snapshot

from .programs import CASES


@cache
def chain(nodes: int) -> Snapshot:
    x = y = torch.ones(3, requires_grad=True)
    for _ in range(nodes // 2):
        y = y * 0.5 + x
    return mv.snapshot(loss=y.sum(), x=x)


def plans(snapshot: Snapshot) -> list[Plan]:
    return list(scopes(seated(history(as_trace(snapshot)))))


def seen(plan: Plan) -> int:
    return len([place for place in plan.places if place.kind != "stub"])


def test_a_large_graph_is_seen_as_few_things() -> None:
    whole, *_ = plans(chain(4000))

    assert seen(whole) <= SEEN + 2
    assert sum(len(fold.occupants) for fold in whole.folds.values()) >= 4000


def test_of_a_very_large_graph_what_is_near_the_result_opens() -> None:
    whole, *inner = plans(chain(8000))
    shut = [
        fold for plan in inner for fold in plan.folds.values() if fold.opens is None
    ]
    last = max(
        (n, plan)
        for plan in (whole, *inner)
        for place in plan.places
        for n in (
            one.block.number for one in place.occupants if place.kind == "operation"
        )
    )[1]

    assert sum(map(seen, inner)) <= NEAREST
    assert shut
    assert all(fold.note[0][1].endswith(SHUT) for fold in shut)
    assert max(one.block.number for fold in shut for one in fold.occupants) < max(
        place.first.number for place in last.places if place.kind == "operation"
    )


def test_of_a_graph_that_isn_t_that_large_all_opens() -> None:
    whole, *inner = plans(chain(WHOLE - 100))

    assert all(f.opens is not None for p in (whole, *inner) for f in p.folds.values())


def test_what_a_fold_uses_many_times_is_one_stub() -> None:
    whole, *_ = plans(chain(4000))
    stubs = [place for place in whole.places if place.kind == "stub"]

    assert len(stubs) == len(whole.folds) - 4
    assert all(len(place.occupants) == 1 for place in stubs)


def test_a_chain_of_folds_runs_straight_down() -> None:
    folds = [e for e in scene(chain(4000)).elements if e.kind == "fold"]
    xs = {e.shapes[2].box.x for e in folds}

    assert len(folds) > 20
    assert max(xs) - min(xs) < 20


def test_alike_parts_of_a_large_graph_are_laid_out_once() -> None:
    engines._laid_out.cache_clear()
    made = list(scenes(chain(4000), View()))
    asked = engines._laid_out.cache_info()

    assert asked.hits + asked.misses == len(made)
    assert asked.misses < len(made) / 3


def test_a_part_of_a_bare_graph_is_called_by_its_nodes_or_by_the_modules_it_uses() -> (
    None
):
    net = torch.nn.Sequential(*[torch.nn.Linear(2, 2) for _ in range(120)])
    taken = mv.snapshot(loss=net(torch.ones(1, 2)).sum(), net=net)
    bare, named = (
        [fold.title[0][1] for fold in plans(each)[0].folds.values()]
        for each in (chain(4000), taken)
    )

    assert set(bare) == {"MulBackward0, AddBackward0"}
    assert named[0].startswith("net[0] to net[")


def test_of_many_links_the_layout_takes_less_care() -> None:
    few, many = (seated(history(as_trace(chain(2 * n)))) for n in (40, 100))
    texts = [write(p, groups(p, Marks()), wires(p, {})) for p in (few, many)]

    assert ["nslimit" in text for text in texts] == [False, True]


def test_taking_and_saving_a_snapshot_leaves_the_collector_as_it_was(tmp_path) -> None:
    gc.enable()
    mv.snapshot(x=torch.ones(1)).save(tmp_path / "x.html")

    assert gc.isenabled()
    gc.disable()
    try:
        mv.snapshot(x=torch.ones(1)).save(tmp_path / "x.html")

        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_written_beside_edges_that_run_upwards_doesn_t_end_the_process() -> (
    None
):
    """Graphviz aborts at some labels of edges whose ends stand at one height."""
    program = CASES / "fuzz" / "64_freed_even_without_gradients.py"
    drawn = through(mv.step(program, engine="minitorch"), ["program", "autograd"])

    assert all(picture["elements"] for picture in drawn.values())
