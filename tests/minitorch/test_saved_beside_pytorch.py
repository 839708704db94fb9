"""A node saves the tensors that PyTorch's saves, whichever inputs require grad."""

from __future__ import annotations

from typing import Any

import pytest

from minitorch_viz import minitorch

pytorch: Any = pytest.importorskip("torch")
pytestmark = pytest.mark.needs("torch")

#: Operations on the matrices `a` and `b`, of which one or both require grad.
CALLS = """
a + b; a - b; a * b; a / b; a ** b; torch.atan2(a, b); torch.hypot(a, b)
torch.xlogy(a, b); torch.ldexp(a, b); torch.maximum(a, b); torch.fmax(a, b)
torch.logaddexp(a, b); torch.copysign(a, b); torch.where(a > 0, a, b)
torch.lerp(a, b, 0.5); torch.lerp(a, a, b); torch.addcmul(a, a, b)
torch.addcdiv(a, a, b); torch.remainder(a, b); torch.fmod(a, b); torch.clamp(a, min=b)
a @ b; torch.mv(a, b[0]); torch.dot(a[0], b[0]); torch.outer(a[0], b[0])
torch.addmm(a, a, b); torch.addmm(a, b, b); torch.addmv(a[0], a, b[0])
torch.cdist(a, b); torch.dist(a, b); torch.linalg.solve(a, b)
torch.linalg.lstsq(a, b)[0]; torch.linalg.solve_triangular(a, b, upper=True)
torch.cat([a, b])
a.clone().add_(b); a.clone().mul_(b); a.clone().div_(b); a.clone().pow_(b)
F.prelu(a, b[0]); F.linear(a, b, b[0]); F.linear(a, a, b[0])
F.layer_norm(a, (2,), b[0], b[1]); F.layer_norm(a, (2,), a[0], b[1])
F.group_norm(a.view(1, 2, 2), 1, b[0], b[1])
F.batch_norm(a, None, None, b[0], b[1], True)
F.batch_norm(a, None, None, a[0], b[1], True)
F.batch_norm(a, torch.zeros(2), torch.ones(2), b[0], b[1], False)
F.conv1d(a.view(1, 2, 2), b.view(2, 2, 1), b[0])
F.conv1d(a.view(1, 2, 2), a.view(2, 2, 1), b[0])
F.max_pool2d(a.view(1, 2, 2), 2) + b.sum()
F.mse_loss(a, b); F.smooth_l1_loss(a, b); F.huber_loss(a, b)
F.binary_cross_entropy(a, b); F.binary_cross_entropy_with_logits(a, b)
F.kl_div(a, b, reduction="sum")
F.cross_entropy(a, b)
F.embedding_bag(i[None], a, mode="sum", per_sample_weights=b[:1])
F.scaled_dot_product_attention(a[None, None], a[None, None], b[None, None])
a.scatter(0, i[None], b); a.scatter_add(0, i[None], b); a.index_add(0, i, b)
a.index_copy(0, i, b); a.index_put((i,), b); a.put(i, b[0])
a.masked_fill(a > 0, b[0, 0]); a.index_fill(0, i, b[0, 0])
torch.select_scatter(a, b[0], 0, 0)
"""
LINES = [
    each.strip() for line in CALLS.splitlines() for each in line.split(";") if each
]


def saved(
    torch: Any, call: str, which: tuple[bool, bool]
) -> list[tuple[str, list[str]]]:
    """Return each node behind a result, and the names of the tensors it saved."""
    scope = {
        "torch": torch,
        "F": torch.nn.functional,
        "a": torch.tensor([[0.25, 0.5], [0.75, 0.125]], requires_grad=which[0]),
        "b": torch.tensor([[0.5, 0.25], [0.125, 0.75]], requires_grad=which[1]),
        "i": torch.tensor([0, 1]),
    }
    found, waiting = [], [eval(call, scope).grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None:
            names = sorted(n for n in dir(node) if n.startswith("_saved_"))
            kept = [n for n in names if hasattr(getattr(node, n), "shape")]
            found.append((node.name(), kept))
            waiting.extend(after for after, _ in node.next_functions)
    return found


def test_strides_are_saved_only_where_they_are_asked_for() -> None:
    found = []
    for torch in (minitorch, pytorch):
        weight, x = torch.ones(2, 2, requires_grad=True), torch.ones(3, 2)
        node = (x @ weight).grad_fn
        names = [n for n in dir(node) if n.startswith("_saved_") and "_sym_" in n]
        found.append({name: tuple(getattr(node, name)) for name in names})

    assert found[0] == found[1]
    assert found[0]["_saved_self_sym_strides"] == ()


@pytest.mark.parametrize("which", [(True, False), (False, True), (True, True)], ids=str)
@pytest.mark.parametrize("call", LINES)
def test_a_node_saves_the_tensors_that_pytorch_saves(
    call: str, which: tuple[bool, bool]
) -> None:
    assert saved(minitorch, call, which) == saved(pytorch, call, which)
