"""What a trace costs: its marks, its history, its export, its picture and its page."""

from __future__ import annotations

import gc
import gzip
import math
import sys
import tracemalloc
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from types import FrameType
from typing import Any

import minitorch_viz as mv
from benchmarks.engine import Work, times
from benchmarks.figures import Figure
from minitorch_viz.picture.scene import scene
from minitorch_viz.trace.instrument import Instrumented
from minitorch_viz.trace.markers import listening
from minitorch_viz.trace.model import Trace
from minitorch_viz.trace.source import from_text

NO_LIMITS: dict[str, Any] = {
    "engine": "minitorch", "max_steps": 10**6, "max_events": 10**6, "seconds": 600.0,
}  # fmt: skip

PLAIN = """
for i in range(1000):
    a = i + 1
    b = a * 2
    c = b - a
"""
#: Many nodes, and a step that touches three tensors of them.
TOUCHING = """
import torch

x = torch.ones(1, requires_grad=True)
found = [x * 2 for _ in range({count})]
with torch.no_grad():
    for i in range({count}):
        for each in (found[i], found[i - 1], found[i - 2]): each.add_(1)
"""
SHARING = """
import torch

w = torch.ones(2, requires_grad=True)
b = torch.ones(2, requires_grad=True)
y = torch.ones(2)
for _ in range({count}):
    y = (y * w + b).relu()
y.sum().backward()
"""
TRAINING = """
import torch

torch.manual_seed(0)
x, wanted = torch.randn(8, 3), torch.randn(8, 1)
w = torch.randn(3, 1, requires_grad=True)
for _ in range({count}):
    loss = ((x @ w - wanted) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
"""


class _Lines:
    """Takes marks, or `sys.settrace`'s lines, and keeps one number for each."""

    def __init__(self) -> None:
        self.lines: list[int] = []

    def mark(self, number: int, value: Any = None, frame: Any = None) -> Any:
        self.lines.append(number)
        return value

    def trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self.lines.append(frame.f_lineno)
        return self.trace


def marks() -> Figure:
    """Compare what our marks add to a program with what `sys.settrace` adds."""
    plain = compile(PLAIN, "plain", "exec")
    marked = compile(Instrumented(from_text(PLAIN)).tree, "marked", "exec")

    def with_marks() -> None:
        with listening(_Lines().mark):
            exec(marked, {})

    def with_settrace() -> None:
        sys.settrace(_Lines().trace)
        try:
            exec(plain, {})
        finally:
            sys.settrace(None)

    works: dict[str, Work] = {
        "plain": lambda: exec(plain, {}),
        "marks": with_marks,
        "settrace": with_settrace,
        "whole": lambda: mv.step(PLAIN, **NO_LIMITS),
    }
    took = times(works, 5)
    added = {name: each - took["plain"] for name, each in took.items()}
    told = f"added to a line: marks {added['marks'] / 4:.2f} us, settrace "
    told += (
        f"{added['settrace'] / 4:.2f} us, all of a trace {added['whole'] / 4:.0f} us"
    )
    ratio = added["marks"] / added["settrace"]
    return Figure("marks of a statement/settrace", ratio, 0.5, "x", told)


def history() -> Iterator[Figure]:
    """Yield how a trace's time and memory grow with its steps."""
    took: list[float] = []
    for count in (50, 200):
        source = TOUCHING.format(count=count)
        start = process_time()
        trace = mv.step(source, **NO_LIMITS)
        took.append(process_time() - start)
    del trace
    gc.collect()
    tracemalloc.start()
    trace = mv.step(source, **NO_LIMITS)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] / len(trace.steps)
    tracemalloc.stop()
    exponent = math.log(took[1] / took[0]) / math.log(4)
    told = f"{took[1]:.1f} s for {len(trace.steps)} steps"
    yield Figure("history, growth of time", exponent, 1.2, "", told)
    yield Figure("history, memory of a step", kept / 1000, 2, "KB")


def pictures() -> Iterator[Figure]:
    """Yield the time of one picture of many operations that share parameters."""
    for count, aim in ((300, 0.3), (1000, 1.5)):
        trace = mv.step(SHARING.format(count=count // 3), **NO_LIMITS)
        start = process_time()
        scene(trace)
        took = process_time() - start
        yield Figure(f"picture of {count} ops", took, aim, "s")


def training() -> Iterator[Figure]:
    """Yield the time from a program of 1,000 steps to its page, and its size."""
    start = process_time()
    trace: Trace = mv.step(TRAINING.format(count=66), **NO_LIMITS)
    traced = process_time() - start
    with TemporaryDirectory() as folder:
        trace.save(Path(folder) / "page.html")
    took = process_time() - start
    told = f"{len(trace.steps)} steps, {traced:.1f} s of it to trace"
    yield Figure("1,000 steps to page", took, 5, "s", told)
    size = len(gzip.compress(trace.to_json().encode(), mtime=0)) / len(trace.steps)
    yield Figure("a step, exported and zipped", size, 300, "B")


def snapshots(nodes: int = 10_000) -> Iterator[Figure]:
    """Yield the time from live tensors with a large graph behind them to its page."""
    for name in ("minitorch_viz.minitorch", "torch"):
        if find_spec(name) is None:
            continue
        engine: Any = import_module(name)
        x = y = engine.ones(3, requires_grad=True)
        for _ in range(nodes // 2):
            y = y * 0.5 + x
        start = process_time()
        taken = mv.snapshot(loss=y.sum(), x=x)
        seen = process_time() - start
        with TemporaryDirectory() as folder:
            taken.save(Path(folder) / "page.html")
        took = process_time() - start
        told = f"{name.rpartition('.')[2]}, {seen:.1f} s of it to look"
        yield Figure(f"{nodes:,} nodes to page", took, 3, "s", told)


def figures() -> Iterator[Figure]:
    """Yield them all."""
    yield marks()
    yield from history()
    yield from training()
    yield from pictures()
    yield from snapshots()


if __name__ == "__main__":
    for each in figures():
        print(each, flush=True)
