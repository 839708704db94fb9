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


@pytest.mark.parametrize("engine", ENGINES)
def test_a_failed_run_names_the_tensor_and_both_lines(engine: str) -> None:
    said = mv.why(mv.step(MODIFIED, engine=engine))

    assert "y" in said
    assert "saved in line 2 and modified in line 3" in said


def test_an_error_names_what_fits_it(torch: Any) -> None:
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    y.add_(1)
    with pytest.raises(RuntimeError) as caught:
        y.sum().backward()
    said = mv.why(caught.value)

    assert "at version 0 and is at version 1 now" in said
    assert "That fits `y`." in said


def test_a_tensor_tells_what_will_fail_before_it_does(torch: Any) -> None:
    x = torch.ones(2, requires_grad=True)
    w = torch.ones(2)
    y = x * w
    w.add_(1)

    assert "MulBackward0 saved `w` at version 0, and it is at version 1 now" in mv.why(
        y
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
