"""A trace on PyTorch is that on the engine, but for what a table lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import minitorch_viz as mv

from .equality import differences
from .left_out import PROGRAMS

pytestmark = pytest.mark.needs("torch")
CASES = sorted((Path(__file__).parent.parent / "conformance/cases").glob("*/*.py"))
ENGINES = ("minitorch", "torch")


def name(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


def both(case: Path) -> list[Any]:
    return list(differences(mv.step(case, engine="minitorch"), on_pytorch(case)))


def on_pytorch(case: Path) -> mv.Trace:
    return mv.step(case, engine="torch")


@pytest.mark.parametrize(
    "case", [c for c in CASES if name(c) not in PROGRAMS], ids=name
)
def test_both_engines_give_the_same_trace(case: Path) -> None:
    assert both(case) == []


@pytest.mark.parametrize("case", [c for c in CASES if name(c) in PROGRAMS], ids=name)
def test_the_table_lists_only_what_differs(case: Path) -> None:
    assert both(case) != []


def test_every_program_of_the_table_is_there() -> None:
    assert set(PROGRAMS) <= {name(case) for case in CASES}


@pytest.mark.parametrize(
    "text",
    [
        """
base = torch.ones(2, requires_grad=True) * 1
view = base[:]
with torch.no_grad():
    view.add_(1)
""",
        """
class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y
    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return g * y, g * x
x, y = (torch.ones(2, requires_grad=True) for _ in range(2))
torch.autograd.grad(Product.apply(x * 1, y).sum(), y)
""",
        """
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * 2
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * 2
loss = Double.apply(torch.ones(2, requires_grad=True) * 3).sum()
loss.backward()
""",
        """
x = torch.ones(2)
y = torch.from_numpy(x.numpy())
y += 1
print(x)
""",
        """
w = torch.ones(2, requires_grad=True)
for kind in (torch.optim.NAdam, torch.optim.RAdam):
    opt = kind([w], lr=0.1)
    for _ in range(7):
        w.grad = torch.ones(2)
        opt.step()
""",
        """
heads = torch.nn.MultiheadAttention(4, 2, batch_first=True)
whole = torch.nn.Transformer(4, 2, 1, 1, 8, 0.0, batch_first=True)
x, late = torch.ones(1, 3, 4), whole.generate_square_subsequent_mask(3)
hidden = torch.tensor([[False, False, True]])
heads(x, x, x, key_padding_mask=hidden)
whole(x, x, late.bool(), late, src_key_padding_mask=hidden)
""",
        """
one = torch.nn.Parameter(torch.ones(2))
held = torch.nn.ParameterList([one, torch.ones(1)])
made = torch.nn.ParameterList(torch.nn.Parameter(torch.ones(i)) for i in range(2))
named = torch.nn.ParameterDict({"a": torch.ones(1), "b": one})
print(held, made, named)
""",
        """
x = torch.ones(2, requires_grad=True)
y = (x.exp() * x).sum()
node = y.grad_fn.next_functions[0][0]
node._raw_saved_self.register_hooks(lambda t: 1, lambda t: x.detach())
y.backward()
""",
    ],
    ids=[
        "no_grad over a view",
        "a gradient nobody needs",
        "what backward frees",
        "NumPy",
        "optimizers",
        "masks of attention",
        "lists of parameters",
        "hooks on what one node saved",
    ],
)
def test_small_programs_give_the_same_trace(text: str) -> None:
    assert list(differences(*(mv.step(text, engine=e) for e in ENGINES))) == []
