from __future__ import annotations

import json

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.snapshot import OperationState, Snapshot, kind_of


def taken() -> Snapshot:
    x = torch.ones(2, requires_grad=True)
    y = (x * x).exp()
    y.sum().backward(retain_graph=True)
    return mv.snapshot(x=x, y=y)


def test_json_round_trip_gives_the_same_snapshot() -> None:
    snapshot = taken()

    assert Snapshot.from_json(snapshot.to_json()) == snapshot
    assert json.loads(snapshot.to_json())["format"] == "minitorch-viz-snapshot"


def test_equal_tensors_give_equal_bytes() -> None:
    assert taken().to_json() == taken().to_json()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("tensors", [], "snapshot.tensors must be an object, got a list"),
        ("tensors", {"t9": {"id": "t8"}}, "snapshot.t9.id must be 't9', got 't8'"),
        ("nodes", {"t9": {"id": "t9", "name": "x"}}, "snapshot.t9.id must be"),
        ("tensors", {"t9": {"id": "t9", "value": 99}}, "t9.value must be in the value"),
        ("grad_enabled", 1, "snapshot.grad_enabled must be boolean, got 1"),
        ("extra", 1, "snapshot has an unknown field 'extra'"),
        ("version", 7, "version must be in 1..1, got 7"),
        ("format", "x", "format must be 'minitorch-viz-snapshot', got 'x'"),
    ],
)
def test_a_wrong_snapshot_is_refused(field: str, value: object, message: str) -> None:
    data = json.loads(taken().to_json())
    data[field] = value

    with pytest.raises(ValueError, match=message):
        Snapshot.from_json(json.dumps(data))


def test_a_ghost_is_an_operation_without_a_node_that_isnt_a_factory() -> None:
    assert OperationState("o0", "add", reason="grad mode off").is_ghost
    assert not OperationState("o0", "ones", creates=True).is_ghost
    assert not OperationState("o0", "add", node="n0").is_ghost


@pytest.mark.parametrize("entity", ["", "t", "x0", "t-1", "t١", "0t", "t1 "])
def test_an_id_is_a_letter_and_a_number(entity: str) -> None:
    with pytest.raises(ValueError, match="must be an id like"):
        kind_of(entity)


def test_the_function_and_the_module_live_side_by_side() -> None:
    import minitorch_viz.snapshot

    assert callable(mv.snapshot)
    assert callable(minitorch_viz.snapshot)
