"""`mv.why`: which tensor, saved where, modified where."""

from __future__ import annotations

from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch

MODIFIED = """\
x = torch.ones(2, requires_grad=True)
y = x.exp()
y.add_(1)
y.sum().backward()
"""
ENGINES = ["minitorch", pytest.param("torch", marks=pytest.mark.needs("torch"))]


@pytest.fixture(params=ENGINES)
def torch(request: Any) -> Any:
    return minitorch if request.param == "minitorch" else pytest.importorskip("torch")


@pytest.fixture
def telling(torch: Any) -> Any:
    """Give an engine that shows what was saved after it was modified."""
    saved = None if torch is minitorch else torch._C._autograd.SavedTensor
    if saved is not None and not hasattr(saved, "unpack_hook"):
        pytest.skip("this PyTorch shows what was saved only by unpacking it")
    return torch


@pytest.mark.parametrize("engine", ENGINES)
def test_a_failed_run_names_the_tensor_and_both_lines(engine: str) -> None:
    said = mv.why(mv.step(MODIFIED, engine=engine))

    assert "y" in said
    assert "saved in line 2 and modified in line 3" in said


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_custom_function_saved_is_named_with_both_lines(engine: str) -> None:
    program = """\
class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x * w
    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        return g * w, g * x
x, w = torch.ones(2, requires_grad=True), torch.ones(2)
y = Product.apply(x, w)
w.mul_(2)
y.sum().backward()
"""
    said = mv.why(mv.step("import torch\n" + program, engine=engine))

    assert "ProductBackward saved w at version 0" in said
    assert "saved in line 12 and modified in line 13" in said


def test_an_error_names_what_fits_it(torch: Any) -> None:
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    y.add_(1)
    with pytest.raises(RuntimeError) as caught:
        y.sum().backward()
    said = mv.why(caught.value)

    assert "at version 0 and is at version 1 now" in said
    assert "That fits `y`." in said


def test_a_tensor_tells_what_will_fail_before_it_does(telling: Any) -> None:
    torch = telling
    x = torch.ones(2, requires_grad=True)
    w = torch.ones(2)
    y = x * w
    w.add_(1)

    assert "MulBackward0 saved `w` at version 0, and it is at version 1 now" in mv.why(
        y
    )


def test_an_error_names_the_parameter_of_a_module_that_fits_it(telling: Any) -> None:
    torch = telling
    inner, outer = torch.nn.Linear(2, 2), torch.nn.Linear(2, 1)
    out = outer(inner(torch.ones(1, 2))).sum()
    with torch.no_grad():
        outer.weight.mul_(2)
    with pytest.raises(RuntimeError) as caught:
        out.backward()

    assert "That fits `outer.weight`." in mv.why(caught.value)
    assert mv.why(out).count("saved a view of `outer.weight` at version 1") == 1


def test_a_refusal_says_why_also_outside_of_the_stepper(torch: Any) -> None:
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError) as caught:
        (x * 2).backward()
    scalar = mv.why(caught.value)
    with pytest.raises(RuntimeError) as caught:
        x += 1

    assert scalar.startswith("A walk back starts with a 1 for a single number")
    assert mv.why(caught.value).startswith("The tensor is a leaf that requires grad.")


def test_a_grad_that_is_none_has_its_reason(torch: Any) -> None:
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    y.sum().backward()
    with (
        pytest.raises(AttributeError) as caught,
        pytest.warns(UserWarning, match="not a leaf"),
    ):
        y.grad.zero_()
    program = "x = torch.ones(2, requires_grad=True)\ny = x * 2\ny.sum().backward()\n"

    assert "`y.grad` is None. It isn't a leaf" in mv.why(caught.value)
    assert "y.grad is None: y isn't a leaf" in mv.why(
        mv.step(program + "y.grad.zero_()")
    )


def test_what_was_freed_is_told(torch: Any) -> None:
    x = torch.ones(2, requires_grad=True)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError) as caught:
        y.backward()

    assert "MulBackward0 has freed what it saved" in mv.why(y)
    assert "retain_graph=True" in mv.why(caught.value)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda torch: torch.ones(1), "doesn't require grad"),
        (lambda torch: torch.ones(1, requires_grad=True), "No backward pass"),
        (lambda torch: torch.ones(1, requires_grad=True) * 2, "retain_grad()"),
    ],
)
def test_a_missing_gradient_has_its_reason(torch: Any, make: Any, text: str) -> None:
    assert text in mv.why(make(torch))


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="takes a tensor, an exception or a trace"):
        mv.why(3)
