"""Snapshots of PyTorch's own tensors: what they show, and that nothing changes."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz.snapshot import NodeState, Snapshot, TensorState

torch: Any = pytest.importorskip("torch")
shown = pytest.mark.skipif(
    not hasattr(torch._C._autograd.SavedTensor, "unpack_hook"),
    reason="this PyTorch shows what was saved only by unpacking it",
)


def named(snapshot: Snapshot, name: str) -> TensorState:
    return next(t for t in snapshot.tensors.values() if name in t.names)


def node(snapshot: Snapshot, name: str) -> NodeState:
    return next(n for n in snapshot.nodes.values() if n.name == name)


def test_a_graph_is_walked_to_its_leaves() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    snapshot = mv.snapshot(x=x, y=(x * 3).exp().sum())

    assert [n.name for n in snapshot.nodes.values()] == [
        "SumBackward0",
        "ExpBackward0",
        "MulBackward0",
        "AccumulateGrad",
    ]
    assert node(snapshot, "AccumulateGrad").variable == named(snapshot, "x").id
    assert Snapshot.from_json(snapshot.to_json()) == snapshot


@shown
def test_both_engines_give_the_same_snapshot() -> None:
    def program(torch: Any) -> Snapshot:
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        w = torch.tensor([3.0, 4.0])
        y = x * w
        y.retain_grad()
        z = y.exp().sum()
        z.backward(retain_graph=True)
        return mv.snapshot(x=x, w=w, y=y, z=z, v=x.detach()[0])

    assert program(torch) == program(mv.minitorch)


def test_what_was_modified_or_freed_is_read_without_an_error() -> None:
    x = torch.ones(2, requires_grad=True)
    w = torch.ones(2)
    y = x * w
    w.add_(1)
    (modified,) = node(mv.snapshot(y=y), "MulBackward0").saved
    z = x * w
    z.sum().backward()
    freed = node(mv.snapshot(z=z), "MulBackward0")

    assert (modified.version, modified.now, modified.freed) == (0, 1, False)
    assert freed.released
    assert all(saved.freed for saved in freed.saved)


@shown
def test_a_modified_result_is_known_as_the_tensor_it_is() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    y.mul_(2)
    snapshot = mv.snapshot(y=y)
    (saved,) = node(snapshot, "ExpBackward0").saved

    assert (saved.version, saved.now) == (0, 1)
    assert saved.storage == named(snapshot, "y").storage


def test_hooks_are_counted_and_still_run_once() -> None:
    seen: list[str] = []
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    y.register_hook(lambda grad: seen.append("tensor"))
    snapshot = mv.snapshot(y=y)
    y.sum().backward()

    assert node(snapshot, "MulBackward0").hooks == 1
    assert seen == ["tensor"]


def test_hooks_on_what_is_saved_are_not_run() -> None:
    def unpack(_: Any) -> Any:
        raise AssertionError

    x = torch.ones(2, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t.shape, unpack):
        y = x * x
    saved = node(mv.snapshot(y=y), "MulBackward0").saved

    assert [each.text for each in saved] == ["packed by a hook"] * 2


@shown
def test_what_a_custom_function_saved_is_shown_without_running_hooks() -> None:
    class Scaled(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, w: Any) -> Any:
            ctx.save_for_backward(x, w)
            return x * w

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            raise AssertionError

    def unpack(_: Any) -> Any:
        raise AssertionError

    x, w = torch.ones(2, requires_grad=True), torch.ones(2)
    y = Scaled.apply(x, w)
    w.add_(1)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t, unpack):
        z = Scaled.apply(x, w)
    modified = node(mv.snapshot(y=y), "ScaledBackward").saved
    packed = node(mv.snapshot(z=z), "ScaledBackward").saved

    assert [(kept.version, kept.now, kept.freed) for kept in modified] == [
        (0, 0, False),
        (0, 1, False),
    ]
    assert [kept.text for kept in packed] == ["packed by a hook"] * 2


def test_a_module_is_shown_by_its_qualified_names() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 1))
    model[0].weight.requires_grad_(False)
    snapshot = mv.snapshot(model=model)

    assert [t.names for t in snapshot.tensors.values()] == [
        ("model[0].weight",),
        ("model[0].bias",),
        ("model[1].weight",),
        ("model[1].bias",),
    ]
    assert not named(snapshot, "model[0].weight").requires_grad
    assert all(t.is_parameter for t in snapshot.tensors.values())


def test_inference_tensors_and_forbidden_views_are_shown() -> None:
    with torch.inference_mode():
        i = torch.ones(2)
    x = torch.ones(4, requires_grad=True)
    with torch.no_grad():
        v = x.view(2, 2)
        v.mul_(2)
    snapshot = mv.snapshot(i=i, v=v)

    assert named(snapshot, "i").is_inference
    assert named(snapshot, "i").version is None
    assert named(snapshot, "v").invalid


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: torch.ones(2, device="meta"), "(2,) meta: no values"),
        (lambda: torch.eye(2).to_sparse(), "(2, 2) sparse_coo, 2 stored"),
        (lambda: torch.ones(2, 2).to_mkldnn(), "(2, 2) mkldnn"),
        (lambda: torch.ones(1, dtype=torch.complex64), "[(1+0j)]"),
        (lambda: torch.tensor([1.5], dtype=torch.bfloat16), "[1.5]"),
        (lambda: torch.tensor([1 + 2j]).conj(), "[(1-2j)]"),
        (
            lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
            "(2,) quantized",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:.*(Sparse|quantiz).*")
def test_unusual_tensors_are_shown_as_far_as_known(make: Any, text: str) -> None:
    snapshot = mv.snapshot(x=make())
    value = named(snapshot, "x").value

    assert value is not None
    assert snapshot.values[value].text == text


def test_a_tensor_of_a_fake_mode_is_shown() -> None:
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        x = torch.ones(2)
        snapshot = mv.snapshot(x=x)

    assert named(snapshot, "x").shape == (2,)


def test_looking_changes_nothing() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    w = torch.ones(2)
    y = (x * w).exp()
    held = weakref.ref(w)
    del w
    before = (x._version, y._version, y.grad_fn._sequence_nr())
    mv.snapshot(y=y)

    assert (x._version, y._version, y.grad_fn._sequence_nr()) == before
    assert y.grad_fn.metadata == {}
    assert y.grad_fn.next_functions[0][0].metadata == {}
    y.sum().backward()
    gc.collect()
    assert held() is None


def test_looking_is_unseen_by_the_programs_modes() -> None:
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    class Function(TorchFunctionMode):
        def __torch_function__(self, *_: Any) -> Any:
            raise AssertionError

    class Dispatch(TorchDispatchMode):
        def __torch_dispatch__(self, *_: Any) -> Any:
            raise AssertionError

    x = torch.ones(2, requires_grad=True)
    y = x * x
    with Function(), Dispatch():
        snapshot = mv.snapshot(y=y)

    assert named(snapshot, "y").requires_grad
