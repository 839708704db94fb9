"""What `torch.func` doesn't have, and what PyTorch warns of when it compiles it."""

from __future__ import annotations

import pytest

from minitorch_viz import minitorch as torch


def test_jvp_is_the_jacobian_times_the_tangents() -> None:
    x = torch.tensor([1.0, 2.0])
    value, tangent = torch.func.jvp(
        lambda a, b: (a * b, a.sum()), (x, x), (x, torch.zeros(2))
    )

    assert [each.tolist() for each in value] == [[1.0, 4.0], 3.0]
    assert [each.tolist() for each in tangent] == [[1.0, 4.0], 3.0]
    assert not tangent[0].requires_grad


def test_jvp_hands_on_what_a_function_gives_besides() -> None:
    x = torch.tensor(3.0)
    value, tangent, aside = torch.func.jvp(
        lambda a: (a**2, a + 1), (x,), (torch.tensor(2.0),), has_aux=True
    )

    assert (value.item(), tangent.item(), aside.item()) == (9.0, 12.0, 4.0)


def test_jacobians_forwards_are_those_backwards() -> None:
    u = torch.arange(4.0).reshape(2, 2)

    for function in (lambda a: a @ a, lambda a: a.t(), lambda a: a.sum(0)):
        found, wanted = torch.func.jacfwd(function)(u), torch.func.jacrev(function)(u)
        assert found.tolist() == wanted.tolist()


def test_hessians_are_the_slopes_of_slopes() -> None:
    u = torch.tensor([1.0, 2.0])

    found = torch.func.hessian(lambda a: (a**3).sum())(u)
    assert found.tolist() == [[6.0, 0.0], [0.0, 12.0]]
    assert torch.func.hessian(lambda a: a.sum())(u).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert not found.requires_grad


def test_vmap_is_said_to_be_missing() -> None:
    with pytest.raises(AttributeError, match="minitorch has no torch.func.vmap"):
        torch.func.vmap


def test_jvp_refuses_what_has_no_tangent() -> None:
    x = torch.ones(2)

    with pytest.raises(RuntimeError, match="Tensor is of size \\[2\\] while the given"):
        torch.func.jvp(lambda a: a, (x,), (torch.ones(3),))
    with pytest.raises(RuntimeError, match="to return only tensors, got unsupported"):
        torch.func.jvp(lambda a: 3, (x,), (x,))
