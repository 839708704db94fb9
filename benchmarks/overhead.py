"""What stepping costs on PyTorch: examples, and a network of ResNet-18's size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import minitorch_viz as mv
from benchmarks.figures import Figure

EXAMPLES = Path(__file__).parent.parent / "examples"
ROUNDS = 3
#: A run may take twice its own time, and a second.
FACTOR, EXTRA = 2.0, 1.0
RESNET = """\
import torch, torch.nn as nn
class Block(nn.Module):
    def __init__(self, i, o, s):
        super().__init__()
        self.a, self.n = nn.Conv2d(i, o, 3, s, 1, bias=False), nn.BatchNorm2d(o)
        self.b, self.m = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        turned = nn.Conv2d(i, o, 1, s, bias=False), nn.BatchNorm2d(o)
        self.d = nn.Identity() if i == o else nn.Sequential(*turned)
    def forward(self, x):
        y = torch.relu(self.n(self.a(x)))
        return torch.relu(self.m(self.b(y)) + self.d(x))
start = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU()
sizes = (64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)
blocks = [b for i, o, s in sizes for b in (Block(i, o, s), Block(o, o, 1))]
end = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000)
model = nn.Sequential(*start, nn.MaxPool2d(3, 2, 1), *blocks, *end)
x = torch.randn(4, 3, 96, 96)
"""
PASS = "loss = model(x).logsumexp(1).mean()\nloss.backward()\n"


def figures() -> Iterator[Figure]:
    """Yield how long each program takes traced, beside what it may take.

    >>> figures() is not None
    True
    """
    if find_spec("torch") is None:
        return
    mv.step("import torch\ntorch.ones(1)\n")
    for example in sorted(EXAMPLES.glob("*.py")):
        yield _figure(example.stem, example.read_text("utf-8"), {})
    scope: dict[str, Any] = {"__name__": "resnet"}
    exec(RESNET, scope)
    yield _figure("ResNet-18's size", PASS, scope)


def _figure(name: str, program: str, names: dict[str, Any]) -> Figure:
    plain = [_plainly(program, {"__name__": "plain"} | names) for _ in range(ROUNDS)]
    traced = [_traced(program, {"__name__": "__main__"} | names) for _ in range(ROUNDS)]
    alone = median(plain)
    aim = FACTOR * alone + EXTRA
    return Figure(f"traced: {name}", median(traced), aim, "s", f"plain {alone:.3f} s")


def _plainly(program: str, scope: dict[str, Any]) -> float:
    start = perf_counter()
    with redirect_stdout(StringIO()):
        exec(compile(program, "<plain>", "exec"), scope)
    return perf_counter() - start


def _traced(program: str, scope: dict[str, Any]) -> float:
    start = perf_counter()
    trace = mv.step(program, namespace=scope, engine="torch", seconds=600)
    assert trace.stopped is None
    return perf_counter() - start
