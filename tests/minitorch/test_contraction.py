"""`einsum` against NumPy's, and the nodes PyTorch composes it of."""

from __future__ import annotations

import numpy as np
import pytest

from minitorch_viz import minitorch as torch

EQUATIONS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,ij->i", (2, 3), (2, 3)),
    ("ij->ji", (2, 3)),
    ("ij->", (2, 3)),
    ("i,j->ij", (2,), (3,)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
    ("...i,...i->...", (2, 3), (3,)),
    ("ij,kj,lj->ikl", (2, 3), (4, 3), (2, 3)),
    ("ii->i", (3, 3)),
    ("ij,j", (2, 3), (3,)),
    ("bi,ij,bj->b", (2, 3), (3, 4), (2, 4)),
]


@pytest.mark.parametrize(("equation", "shapes"), [(e, s) for e, *s in EQUATIONS])
def test_einsum_agrees_with_numpy(equation: str, shapes: list[tuple[int, ...]]) -> None:
    arrays = [np.arange(1.0, 1 + np.prod(s)).reshape(s) / 7 for s in shapes]
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    found = torch.einsum(equation, *tensors)

    assert np.allclose(found.tolist(), np.einsum(equation, *arrays))
    assert torch.autograd.gradcheck(lambda *x: torch.einsum(equation, *x), tensors)


def test_einsum_leaves_the_nodes_of_what_it_is_composed_of() -> None:
    a, b = (torch.ones(2, 2, requires_grad=True) for _ in range(2))

    assert torch.einsum("ij->ji", a).grad_fn.name() == "PermuteBackward0"
    node = torch.einsum("ij,jk->ik", a, b).grad_fn
    assert node.name() == "ViewBackward0"
    assert node.next_functions[0][0].name() == "PermuteBackward0"


@pytest.mark.parametrize(
    ("equation", "message"),
    [
        ("ij,jk", "does not match the number of dimensions"),
        ("i,j->k", "output subscript k does not appear"),
        ("i", "more operands were provided"),
    ],
)
def test_einsum_refuses_equations_that_do_not_fit(equation: str, message: str) -> None:
    with pytest.raises(RuntimeError, match=message):
        torch.einsum(equation, torch.ones(3), torch.ones(3))
