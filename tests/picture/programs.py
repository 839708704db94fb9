"""Programs that pictures are tested on, and the checks that several tests share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import minitorch_viz as mv
from minitorch_viz.picture.measure import width
from minitorch_viz.picture.scene import Scene, scene
from minitorch_viz.picture.shapes import Box, Element, Rect, Text
from minitorch_viz.picture.sheet import Mark, Sheet
from minitorch_viz.picture.states import visible
from minitorch_viz.trace.model import Trace
from tests.programs import DETACH, IN_PLACE

CASES = Path(__file__).parents[1] / "conformance" / "cases"
SEEDS = sorted((CASES / "seeds").glob("*.py"))

LOOP = """\
w = torch.ones(3, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
x = torch.ones(4, 3)
for i in range({turns}):
    y = x @ w + b
    loss = (y ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        b -= 0.1 * b.grad
    w.grad = None
    b.grad = None
"""
NESTED = """\
x = torch.randn(3, 4, requires_grad=True)
with torch.no_grad():
    y = x * 2
    with torch.enable_grad():
        z = x * 3
    v = y + z
z.sum().backward()
"""
CHAIN = """\
y = x = torch.tensor(0.5, requires_grad=True)
for i in range(20):
    y = y * 1.1 if i % 2 else y + 0.1
y.backward()
"""
HOSTILE = """\
名前 = torch.ones(2, requires_grad=True)
q = {'<script>alert("1")</script>&\\\\N': 名前 * float("inf")}
r = q['<script>alert("1")</script>&\\\\N'].sum() - float("nan")
a_very_long_name_indeed_for_a_tensor_in_a_lesson = torch.randn(100, 100)
"""
VIEWS = """\
x = torch.arange(6., requires_grad=True)
y = x * 2
v = y.view(2, 3)
row = v[0]
row.mul_(10)
v.sum().backward()
"""
TWICE = """\
x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
y.retain_grad()
a, b = y.unbind()
z = a * b + torch.exp(a)
z.backward(retain_graph=True)
z.backward()
z.backward()
"""
HOOKED = """\
x = torch.ones(2, requires_grad=True)
y = x * 2
y.register_hook(lambda grad: grad * 10)
y.sum().backward()
"""
MANUAL = """\
w = torch.ones(3, 1, requires_grad=True)
x = torch.ones(4, 3)
for i in range(3):
    loss = (x @ w).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
"""
MOMENTUM = """\
from torch import nn
model = nn.Linear(3, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
x = torch.ones(4, 3)
for i in range(3):
    opt.zero_grad()
    model(x).pow(2).mean().backward()
    opt.step()
"""
NOTHING = "print('hello')\n"
LONG = """\
w = torch.ones(3, requires_grad=True)
v = torch.ones(3, requires_grad=True)
def block(y):
    u = y * w
    return (u + v).sigmoid() * 2
y = torch.ones(3)
for i in range(80):
    y = block(y)
y.sum().backward()
"""

PROGRAMS = {
    "detach": DETACH,
    "in place": IN_PLACE,
    "loop": LOOP.format(turns=4),
    "nested modes": NESTED,
    "chain of 20": CHAIN,
    "hostile names": HOSTILE,
    "views": VIEWS,
    "twice": TWICE,
    "hooked": HOOKED,
    "update by hand": MANUAL,
    "momentum": MOMENTUM,
    "nothing": NOTHING,
}


@cache
def trace(source: str | Path) -> Trace:
    """Run a program, once for all tests."""
    if isinstance(source, Path):
        return mv.step(source)
    return mv.step("import torch\n" + source, engine="minitorch")


@cache
def drawn(source: str | Path) -> Scene:
    return scene(trace(source))


def named(source: str) -> dict[str, str]:
    """Return each tensor's id by the name that it has at the end or had last."""
    found: dict[str, str] = {}
    for step in trace(source).steps:
        for id, state in step.changes.items():
            for name in getattr(state, "names", ()):
                found[name] = id
    return found


def says(element: Element, step: int) -> list[str]:
    """List what an element's texts say at a step."""
    return [s.at(step) for s in element.shapes if isinstance(s, Text) if s.at(step)]


def element(source: str, kind: str, said: str, step: int) -> Element:
    """Find the element of a kind that says something at a step."""
    for one in drawn(source).elements:
        if one.kind == kind and visible(one, step) and said in says(one, step):
            return one
    raise AssertionError(f"no {kind} says {said!r} at step {step}")


def last(source: str) -> int:
    """Return the number of a program's last step."""
    return len(trace(source).steps) - 1


def words(source: str, step: int, kind: str = "") -> list[str]:
    """List all words in the picture at a step, of one kind of element."""
    elements = [e for e in drawn(source).elements if visible(e, step)]
    return [t for e in elements if kind in ("", e.kind) for t in says(e, step)]


def extent(mark: Mark) -> Box:
    """Return the rectangle that a text's letters fill."""
    text, style = mark.shape, mark.style
    assert isinstance(text, Text)
    size = float(style["font-size"])
    mono = style.get("font-family") == "mono"
    bold = style.get("font-weight") == "bold"
    wide = width(str(text.t), size, mono=mono, bold=bold)
    left = {"start": text.x, "middle": text.x - wide / 2, "end": text.x - wide}[text.a]
    return Box(left, text.y - 0.76 * size, wide, 0.96 * size)


def covered(mark: Mark, above: tuple[Mark, ...]) -> bool:
    """Say whether a filled rectangle drawn later hides a text's middle."""
    x, y = extent(mark).middle
    return any(
        isinstance(m.shape, Rect)
        and m.style.get("fill", "none") != "none"
        and m.shape.box.x <= x <= m.shape.box.right
        and m.shape.box.y <= y <= m.shape.box.bottom
        for m in above
    )


def seen_texts(page: Sheet) -> list[tuple[int, str, Box]]:
    """List the texts of a sheet that nothing lies over: position, words, rectangle."""
    return [
        (k, str(mark.shape.t), extent(mark))
        for k, mark in enumerate(page.marks)
        if isinstance(mark.shape, Text) and not covered(mark, page.marks[k + 1 :])
    ]


def overlap(a: Box, b: Box) -> bool:
    near = 1.0
    return (
        a.x < b.right - near
        and b.x < a.right - near
        and a.y < b.bottom - near
        and b.y < a.bottom - near
    )


def box_of(page: Sheet, position: int, text: Box) -> Box | None:
    """Return the box that a text stands in: the topmost under its middle."""
    x, y = text.middle
    under = [m.shape.box for m in page.marks[:position] if isinstance(m.shape, Rect)]
    return next((b for b in reversed(under) if holds(b, x, y)), None)


def holds(box: Box, x: float, y: float) -> bool:
    return box.x <= x <= box.right and box.y <= y <= box.bottom


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


CLIP = """\
class Clip(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, g):
        return g

x = torch.tensor([-2., -0.5, 1.], requires_grad=True)
y = Clip.apply(x)
(y * y + x).sum().backward()
"""
