"""What an earlier cell left is shown only where the program reads it."""

from __future__ import annotations

import ast
from typing import Any

import pytest

import minitorch_viz as mv
from minitorch_viz import minitorch as torch
from minitorch_viz.trace.leftovers import read_first
from minitorch_viz.trace.model import Trace

BLOCK = """\
x = torch.tensor([1.], requires_grad=True)
with torch.no_grad():
    y = x * 2
print(y.requires_grad)
"""


def names(trace: Trace, index: int) -> set[str]:
    tensors = trace.at(index).tensors.values()
    return {name for tensor in tensors for name in tensor.names}


@pytest.mark.parametrize(
    ("program", "read"),
    [
        ("x = 1\ny = x + w", "w"),
        ("x = x + 1", "x"),
        ("x += 1", "x"),
        ("del x", "x"),
        ("x.grad = None", "x"),
        ("x[0] = 1", "x"),
        ("for i in r: t = x * i\nt", "r t x"),
        ("for n, t in [b]: n(t)", "b"),
        ("if c: y = 1\nelse: y = 2\ny", "c y"),
        ("while n: n = m", "m n"),
        ("try:\n    p = 1\nexcept E: q = p\nfinally: r = q\np", "E p q"),
        ("with a() as b: c = b\nd = c", "a"),
        ("with x: pass", "x"),
        ("async def f():\n    async with a as b: b(c)", "a c"),
        ("def f(x, *y, k=d): return x * w * y\nf(2)", "d w"),
        ("def f():\n    global x\n    x = x * 2", "x"),
        ("def f(): return f()", ""),
        ("w = 1\ndef f(): return w", ""),
        ("g = lambda v: v + k", "k"),
        ("z = [q for q in s]\nq = 1", "s"),
        ("class C(B):\n    u = 1\n    v = u\nu", "B u"),
        ("import a.b as c, d.e\nc, d", ""),
        ("match v:\n    case [p] if o: s = o", "o v"),
        ("f(n := 5)\nn", "f"),
    ],
)
def test_what_is_read_before_it_is_bound(program: str, read: str) -> None:
    assert sorted(read_first(ast.parse(program))) == read.split()


def test_a_cell_run_again_tells_the_same() -> None:
    scope: dict[str, Any] = {}
    first = mv.step(BLOCK, namespace=scope, ask="y.requires_grad")
    again = mv.step(BLOCK, namespace=scope, ask="y.requires_grad")

    assert again.to_json() == first.to_json()
    assert names(again, 0) == set()


def test_what_the_program_reads_is_there_from_the_start() -> None:
    w = torch.ones(1, requires_grad=True)
    scope = {"w": w, "alias": w, "x": torch.zeros(1), "pair": [torch.ones(2)]}
    trace = mv.step("x = w * 2\nalias = pair[0]", namespace=scope)

    assert names(trace, 0) == {"w", "alias", "pair[0]"}


def test_a_leftover_that_takes_part_is_shown() -> None:
    scope: dict[str, Any] = {"x": torch.ones(1)}
    exec("def reads(): return x * 3", scope)
    trace = mv.step("z = reads()\nx = 5", namespace=scope)

    assert names(trace, 0) == set()
    assert names(trace, 1) == {"x", "z"}
    assert trace.steps[2].deleted == ("t0",)


def test_a_leftover_is_not_kept_alive() -> None:
    scope: dict[str, Any] = {"x": torch.ones(1)}
    trace = mv.step(
        "import weakref\nseen = weakref.ref(globals()['x'])\nx = 5\nprint(seen())",
        namespace=scope,
    )

    assert trace.output[-1].text == "None\n"
