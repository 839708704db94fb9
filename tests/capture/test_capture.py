from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.capture import values
from minitorch_viz.capture.fresh import fresh
from minitorch_viz.capture.minitorch import inner_tensors
from minitorch_viz.capture.registry import Registry
from minitorch_viz.snapshot import ValueState


class Thing:
    pass


# -- ids -------------------------------------------------------------------------------
def test_ids_count_appearances_per_kind() -> None:
    registry, one, two = Registry(), Thing(), Thing()

    assert [registry.identify("t", each) for each in (one, two, one)] == [
        "t0",
        "t1",
        "t0",
    ]
    assert registry.identify("n", one) == "n0"


def test_a_dead_objects_address_never_gives_its_id_to_another() -> None:
    registry = Registry()
    seen = []
    for _ in range(100):
        seen.append(registry.identify("t", Thing()))
        registry.fresh.clear()

    assert seen == [f"t{i}" for i in range(100)]
    assert registry.take_dead() == tuple(seen)
    assert registry.take_dead() == ()


def test_the_registry_keeps_nothing_alive() -> None:
    registry, thing = Registry(), Thing()
    reference = weakref.ref(thing)
    registry.identify("t", thing)
    list(registry.take_fresh())
    del thing

    assert reference() is None
    assert registry.live("t0") is None


# -- values ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("array", "text"),
    [
        (np.array(2.0), "2."),
        (np.array(2), "2"),
        (np.array(True), "True"),
        (np.array(-0.0), "-0."),
        (np.array(1 / 3, np.float32), "0.3333"),
        (np.array(1e-10), "1e-10"),
        (np.array(123456.0), "1.235e+05"),
        (np.array(np.nan), "nan"),
        (np.array(-np.inf), "-inf"),
        (np.array([1.0, 1.0]), "[1., 1.]"),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), "[[1., 2.], [3., 4.]]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (np.array([]), "[]"),
        (np.zeros((0, 3)), "[]"),
        (np.arange(12.0).reshape(3, 4), "(3, 4) 0. … 11."),
        (np.array([np.nan] * 20), "(20,) nan"),
        (np.array([np.nan, 1.0] * 20), "(40,) 1. … 1., nan"),
        (np.ones(100, bool), "(100,) bool"),
        (np.arange(100), "(100,) 0 … 99"),
        (np.full((10_000,), 3.14159, np.float32), "(10000,) all 3.142"),
    ],
)
def test_a_value_fits_on_a_card(array: np.ndarray, text: str) -> None:
    assert values.describe(array).text == text


def test_a_value_keeps_at_most_64_numbers() -> None:
    assert len(values.describe(np.zeros(64)).numbers or ()) == 64
    assert values.describe(np.zeros(65)).numbers is None


def test_numbers_are_plain_and_short() -> None:
    state = values.describe(np.array([0.1, np.nan, np.inf, -np.inf], np.float32))

    assert state == ValueState(
        "(4,) 0.1 … 0.1, nan",
        (0.1, "nan", "inf", "-inf"),
        0.1,
        0.1,
        pytest.approx(0.1),
    )


def test_a_sum_that_overflows_is_left_out() -> None:
    state = values.describe(np.array([1.7e308, 1.7e308]))

    assert state.total is None
    assert state.high == 1.7e308


# -- containers ------------------------------------------------------------------------
class Loud(list):  # type: ignore[type-arg]
    def __iter__(self):  # type: ignore[no-untyped-def]
        raise AssertionError("the program's own code was run")

    __len__ = __getitem__ = __iter__


def test_looking_into_containers_runs_no_code_of_the_programs() -> None:
    assert [way for way, _ in inner_tensors(Loud([torch.ones(1)]))] == ["[0]"]


def test_a_module_before_its_init_is_empty() -> None:
    assert list(inner_tensors(torch.nn.Module.__new__(torch.nn.Linear))) == []


def test_a_huge_container_is_looked_into_only_so_far() -> None:
    huge = [torch.ones(1)] * 1000

    assert len(list(inner_tensors(huge))) == 256


# -- snapshots -------------------------------------------------------------------------
def test_a_snapshot_shows_the_graph_behind_its_tensors() -> None:
    x = torch.ones(2, requires_grad=True)
    y = (x * x + 1).sum()
    snapshot = mv.snapshot(y=y)
    inputs = {
        o.name: [i.tensor or i.node for i in o.inputs]
        for o in snapshot.operations.values()
    }
    nodes = {n.name: n.id for n in snapshot.nodes.values()}

    assert list(nodes) == [
        "SumBackward0",
        "AddBackward0",
        "MulBackward0",
        "AccumulateGrad",
    ]
    assert inputs["sum"] == [nodes["AddBackward0"]]
    assert inputs["add"] == [nodes["MulBackward0"]]
    assert inputs["mul"] == ["t1", "t1"]


def test_a_snapshot_names_gradients_and_modules() -> None:
    model = torch.nn.Linear(1, 1)
    model(torch.ones(1, 1)).sum().backward()
    names = {n for s in mv.snapshot(model=model).tensors.values() for n in s.names}

    assert names == {
        "model.weight",
        "model.weight.grad",
        "model.bias",
        "model.bias.grad",
    }


def test_a_snapshot_shows_versions_and_what_is_freed() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x * x
    with torch.no_grad():
        x += 1
    (saved, *_) = next(n for n in mv.snapshot(y=y).nodes.values() if n.saved).saved
    z = (x * x).sum()
    z.backward()
    freed = [s.freed for n in mv.snapshot(z=z).nodes.values() for s in n.saved]

    assert (saved.version, saved.now) == (0, 1)
    assert saved.value is None
    assert True in freed


def test_a_snapshot_disturbs_nothing() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    before = (x._version, y._version, torch.is_grad_enabled())
    gc.collect()
    mv.snapshot(x=x, y=y)

    assert (x._version, y._version, torch.is_grad_enabled()) == before
    y.sum().backward()
    assert x.grad is not None


def test_the_modes_are_those_of_the_moment() -> None:
    with torch.no_grad():
        assert not mv.snapshot(x=torch.ones(1)).grad_enabled
    with torch.inference_mode():
        assert mv.snapshot(x=torch.ones(1)).inference_mode


def test_what_holds_no_tensor_is_refused() -> None:
    with pytest.raises(
        TypeError, match="snapshot.. takes tensors, modules or lists of"
    ):
        mv.snapshot(x=3)


def test_a_forbidden_view_is_invalid_not_an_error() -> None:
    x = torch.ones(4, requires_grad=True)
    with torch.no_grad():
        v = x.view(2, 2)
        v.mul_(2)
    state = next(s for s in mv.snapshot(v=v).tensors.values() if "v" in s.names)

    assert state.invalid
    assert state.grad_fn is None


# -- a fresh engine --------------------------------------------------------------------
def test_a_fresh_engine_gives_back_what_it_took() -> None:
    torch.manual_seed(3)
    expected = torch.rand(2).tolist()
    torch.manual_seed(3)
    with torch.no_grad():
        with fresh():
            assert torch.is_grad_enabled()
            torch.set_default_dtype(torch.float64)
            torch.set_printoptions(precision=1)
            torch.rand(7)
        assert not torch.is_grad_enabled()

    assert torch.get_default_dtype() == torch.float32
    assert repr(torch.tensor(0.12345)) == "tensor(0.1235)"
    assert torch.rand(2).tolist() == expected
