"""A program on PyTorch does the same, bit for bit, whether it is traced or not."""

from __future__ import annotations

import contextlib
import gc
import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import minitorch_viz as mv

torch: Any = pytest.importorskip("torch")
CASES = sorted((Path(__file__).parent.parent / "conformance/cases").glob("*/*.py"))
#: What empty memory holds is nobody's promise, nor how LAPACK rounds where numbers lie
#: elsewhere in memory: these programs differ from themselves.
UNCERTAIN = {"04_randint_perm_like", "19_linear_regression_closed"}
ADDRESS = re.compile(r"0x[0-9a-f]+| \(Triggered internally at [^)]*\)\.?")


def plainly(text: str) -> tuple[dict[str, Any], str, list[str]]:
    from minitorch_viz.capture.pytorch import fresh

    scope: dict[str, Any] = {"__name__": "__main__", "torch": torch}
    printed = io.StringIO()
    with (
        fresh(),
        warnings.catch_warnings(record=True) as warned,
        contextlib.redirect_stdout(printed),
    ):
        warnings.simplefilter("always")
        with contextlib.suppress(Exception):
            exec(compile(text, "<plain>", "exec", dont_inherit=True), scope)
        seen = state(scope)
    told = [f"{w.category.__name__}: {w.message}" for w in once(warned)]
    return seen, ADDRESS.sub("", printed.getvalue()), [ADDRESS.sub("", t) for t in told]


def once(warned: list[Any]) -> Iterator[Any]:
    """Leave out what PyTorch says once in a process, but for the first time."""
    from minitorch_viz.capture.pytorch import ONCE

    given = set()
    for each in warned:
        text = next((o for o in ONCE if str(each.message).startswith(o)), None)
        if text is None or text not in given:
            yield each
        given.add(text)


def traced(text: str) -> tuple[dict[str, Any], str, list[str]]:
    from minitorch_viz.capture.pytorch import fresh

    scope: dict[str, Any] = {"__name__": "__main__"}
    mv.step("0")  # what a first run adds to Python must stay when `fresh` ends
    with fresh():
        trace = mv.step(f"{text}\n", engine="torch", namespace=scope)
        seen = state(scope)
    printed = "".join(p.text for p in trace.output if p.stream == "stdout")
    told = [text for step in trace.steps for text in step.warnings]
    return seen, printed.replace("0x...", ""), told


def state(scope: dict[str, Any]) -> dict[str, Any]:
    """What every tensor of a scope is, to the last bit."""
    tensors = {n: v for n, v in scope.items() if isinstance(v, torch.Tensor)}
    for name, value in scope.items():
        if isinstance(value, torch.nn.Module):
            tensors |= {f"{name}.{n}": p for n, p in value.named_parameters()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: facts(tensor) for name, tensor in tensors.items()}


def facts(tensor: Any) -> tuple[Any, ...]:
    try:
        node = tensor.grad_fn
    except RuntimeError:
        return (bits(tensor), tensor._version)  # a forbidden view tells no more
    grad = tensor.grad if tensor.is_leaf or node is not None else None
    return (
        bits(tensor),
        version(tensor),
        tensor.requires_grad,
        node and node.name(),
        node and len(node.next_functions),
        node and node.metadata,
        grad is not None and (bits(grad), grad._version, grad.stride()),
        len(tensor._backward_hooks or ()),
    )


def version(tensor: Any) -> int | None:
    try:
        found: int = tensor._version
    except RuntimeError:  # what was made in inference mode may count nothing
        return None
    return found


def bits(tensor: Any) -> bytes:
    found: bytes = tensor.detach().numpy().tobytes()
    return found


@pytest.mark.needs("torch")
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.stem not in UNCERTAIN],
    ids=lambda c: f"{c.parent.name}/{c.stem}",
)
def test_tracing_changes_nothing(case: Path) -> None:
    text = case.read_text("utf-8")
    ours, theirs = traced(text), plainly(text)

    assert ours[0] == theirs[0]
    assert ours[1] == theirs[1]
    assert ours[2] == theirs[2]


@pytest.mark.needs("torch")
@pytest.mark.parametrize("seed", range(60))
def test_tracing_changes_nothing_in_random_programs(seed: int) -> None:
    from tests.fuzz.__main__ import generate

    text = generate(seed)
    alone = plainly(text)
    if plainly(text) != alone:
        pytest.skip("it differs from itself: it looks at empty memory")

    assert traced(text) == alone


def test_nothing_is_left_behind() -> None:
    before = (torch.no_grad.__enter__, torch.nn.Linear.__init__)
    apply, new = torch.autograd.Function.apply, torch.nn.Parameter.__new__
    mv.step(
        "l = torch.nn.Linear(2, 1)\nl(torch.ones(1, 2)).sum().backward()",
        engine="torch",
    )
    gc.collect()

    assert (torch.no_grad.__enter__, torch.nn.Linear.__init__) == before
    assert torch.autograd.Function.apply == apply
    assert torch.nn.Parameter.__new__ is new
    assert torch.overrides._get_current_function_mode_stack() == []


@pytest.mark.needs("torch")
def test_what_python_has_warned_of_stays_known() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    scope: dict[str, Any] = {"warnings": warnings}
    warn = compile("warnings.warn('once a line')", "<warns>", "exec")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        exec(warn, scope)
        mv.snapshot(x=x, y=y)
        exec(warn, scope)

    assert len(warned) == 1


@pytest.mark.needs("torch")
def test_what_pytorch_says_once_is_told_once_in_each_run() -> None:
    again = "for _ in range(2): torch.ones(2, 2, 2).T"
    for _ in range(2):
        trace = mv.step(f"import torch\n{again}", engine="torch")
        told = [text for step in trace.steps for text in step.warnings]
        assert len(told) == 1


@pytest.mark.needs("torch")
def test_gradients_are_added_up_in_the_memory_where_pytorch_adds_them_up() -> None:
    """A storage that Python has seen counts as held: PyTorch would take new memory."""
    text = """
class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y
    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[1], g * ctx.saved_tensors[0]
x = torch.ones(2, requires_grad=True)
Product.apply(x, x).sum().backward()
print(x.grad._version)
"""
    assert traced("import torch" + text)[1] == plainly(text)[1] == "1\n"


@pytest.mark.needs("torch")
def test_how_large_a_storage_is_can_be_read_without_touching_it() -> None:
    from minitorch_viz.capture.pytorch.places import memory_of, nbytes_of

    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            found = grad * ctx.saved_tensors[0]
            sizes.append((nbytes_of(found), memory_of(found) is not None))
            return found

    sizes: list[tuple[int, bool]] = []
    x = torch.ones(2, requires_grad=True)
    (Product.apply(x) + Product.apply(x)).sum().backward()

    assert sizes == [(8, True), (8, True)]
    assert x.grad._version == 1  # added up in place: nobody seemed to hold the first
    assert nbytes_of(torch.ones(3)[1:].detach()) == 12
