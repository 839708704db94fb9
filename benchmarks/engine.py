"""The engine beside its peers: forward and backward, one thread, interleaved rounds.

Each piece of work is written once and handed a peer's names. `traced` runs it with an
observer that keeps every event; what a trace then makes of them isn't counted. Peers
that aren't installed are left out: `pip install minitorch-viz[bench,torch]`.
"""

from __future__ import annotations

import importlib
import math
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from benchmarks.figures import Figure
from minitorch_viz import minitorch
from minitorch_viz.minitorch.events import observe

ROUNDS = 41
#: What NumPy's libraries read before they start threads.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Work = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """A ratio of two of a row's times, and what it should stay under."""

    ours: str
    theirs: str
    most: float


def times(works: dict[str, Work], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median CPU time of each, in milliseconds, taken in turn.

    >>> sorted(times({"a": int, "b": int}, rounds=1))
    ['a', 'b']
    """
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = process_time()
            work()
            found[name].append(1000 * (process_time() - start))
    return {name: median(each) for name, each in found.items()}


def torches() -> dict[str, Any]:
    """Return the engine, and PyTorch on one thread if it is here."""
    found: dict[str, Any] = {"minitorch": minitorch}
    torch = _import("torch")
    if torch is not None:
        torch.set_num_threads(1)
        found["torch"] = torch
    return found


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def traced(work: Work) -> Work:
    """Return the work with an observer that keeps all it is told."""

    def run() -> None:
        events: list[object] = []
        with observe(events.append):
            work()

    return run


# The work


def small(x: Any, w: Any) -> Any:
    """Multiply 200 times and sum: 201 operations."""
    y = x
    for _ in range(200):
        y = y * w
    return y.sum()


def small_in(torch: Any) -> Work:
    """`small` on (3, 4) tensors, with backward."""
    x = torch.ones(3, 4, requires_grad=True)
    w = torch.ones(3, 4, requires_grad=True)

    def run() -> None:
        small(x, w).backward()
        x.grad = w.grad = None

    return run


def forward_in(torch: Any, mode: str) -> Work:
    """`small` without backward, in a grad mode."""
    x = torch.ones(3, 4, requires_grad=True)
    w = torch.ones(3, 4, requires_grad=True)

    def run() -> Any:
        with getattr(torch, mode)():
            return small(x, w)

    return run


def chain_in(torch: Any, length: int) -> Work:
    """Multiply and add numbers in turn, on tensors of no dimension."""
    x = torch.tensor(1.0, requires_grad=True)

    def run() -> None:
        y = x
        for _ in range(length // 2):
            y = y * 0.999 + 0.001
        y.backward()
        x.grad = None

    return run


def spread_in(torch: Any) -> Work:
    """Broadcast rows and columns over (64, 32) and reduce again: 92 operations."""
    x = torch.ones(64, 32, requires_grad=True)
    row = torch.full((32,), 0.5, requires_grad=True)
    column = torch.full((64, 1), 0.5, requires_grad=True)

    def run() -> None:
        y = x
        for _ in range(13):
            z = (y * row + column).sum(dim=0) * 0.01
            y = y + z - y.mean(dim=1, keepdim=True)
        y.sum().backward()
        x.grad = row.grad = column.grad = None

    return run


def perceptron_in(torch: Any) -> Work:
    """One step of training a 784-128-10 network on a batch of 64, by hand."""
    data = _batch()
    images, labels = torch.tensor(data[0]), torch.tensor(data[1])
    weights = [torch.tensor(w, requires_grad=True) for w in _weights()]
    loss_of = torch.nn.functional.cross_entropy

    def run() -> None:
        w1, b1, w2, b2 = weights
        loss = loss_of((images @ w1 + b1).relu() @ w2 + b2, labels)
        loss.backward()
        with torch.no_grad():
            for w in weights:
                w -= 0.01 * w.grad
                w.grad = None

    return run


def perceptron_by_hand() -> Work:
    """Return the same step written with NumPy only."""
    (images, labels), weights = _batch(), _weights()
    rows = np.arange(len(labels))

    def run() -> None:
        w1, b1, w2, b2 = weights
        hidden = np.maximum(images @ w1 + b1, 0)
        scores = hidden @ w2 + b2
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        np.log(chances[rows, labels]).mean()
        chances[rows, labels] -= 1
        chances /= len(labels)
        back = chances @ w2.T * (hidden > 0)
        grads = images.T @ back, back.sum(0), hidden.T @ chances, chances.sum(0)
        for w, grad in zip(weights, grads, strict=True):
            w -= np.float32(0.01) * grad

    return run


def _batch() -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    images = random.normal(size=(64, 784)).astype(np.float32)
    return images, random.integers(0, 10, 64)


def _weights() -> list[Any]:
    random = np.random.default_rng(1)
    sizes = (784, 128), (128,), (128, 10), (10,)
    return [(random.normal(size=s) * 0.05).astype(np.float32) for s in sizes]


def small_elsewhere() -> dict[str, Work]:
    """`small` in the peers that are written in Python."""
    found: dict[str, Work] = {}
    ones = np.ones((3, 4), np.float32)
    autograd, mygrad = _import("autograd"), _import("mygrad")
    if autograd is not None:
        both = autograd.grad(small, (0, 1))
        found["autograd"] = lambda: both(ones, ones)
    if mygrad is not None:
        x, w = mygrad.tensor(ones), mygrad.tensor(ones)
        found["mygrad"] = lambda: small(x, w).backward()
    return found


# The rows


def rows() -> Iterator[tuple[str, dict[str, Work], list[Aim], int]]:
    """Yield each row: its name, the work of every peer, its aims, its rounds."""
    here = torches()

    def each(make: Callable[..., Work], *args: Any) -> dict[str, Work]:
        found = {name: make(torch, *args) for name, torch in here.items()}
        return found | {"traced": traced(found["minitorch"])}

    beside = [Aim("traced", "torch", 0.8), Aim("minitorch", "torch", 0.8)]
    python = [Aim("traced", peer, 1 / 3) for peer in ("autograd", "mygrad")]
    yield "201 ops, (3,4)", each(small_in) | small_elsewhere(), beside + python, ROUNDS
    aims = [Aim("minitorch", "torch", 0.7), Aim("traced", "torch", 1.0)]
    yield "1,000 scalar ops", each(chain_in, 1000), aims, ROUNDS
    works = each(perceptron_in) | {"numpy": perceptron_by_hand()}
    aims = [Aim("minitorch", "torch", 1.15), Aim("minitorch", "numpy", 1.4)]
    yield "MLP 784-128-10", works, aims, ROUNDS
    yield "92 ops, (64,32)", each(spread_in), [Aim("minitorch", "torch", 1.1)], ROUNDS
    modes = {m: forward_in(minitorch, m) for m in ("no_grad", "enable_grad")}
    yield "forward, (3,4)", modes, [Aim("no_grad", "enable_grad", 0.65)], ROUNDS
    works = {name: chain_in(torch, 50_000) for name, torch in here.items()}
    yield "50,000 scalar ops", works, [Aim("minitorch", "torch", 0.7)], 3


def kept_bytes(mode: str) -> float:
    """Return what each further operation leaves in memory in a grad mode."""
    x = minitorch.ones(3, 4, requires_grad=True)

    def held(count: int) -> int:
        tracemalloc.start()
        y = x
        with getattr(minitorch, mode)():
            for _ in repeat(None, count):  # numbers would be memory too
                y = y * x
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size

    held(200)  # what is made only once is there from now on
    return (held(2000) - held(200)) / 1800


def million() -> float:
    """Return the seconds a chain of a million operations takes, and its backward."""
    start = process_time()
    chain_in(minitorch, 1_000_000)()
    return process_time() - start


def figures() -> Iterator[Figure]:
    """Yield the ratios, row by row."""
    for name, works, aims, rounds in rows():
        for work in works.values():
            work()
        took = times(works, rounds)
        told = ", ".join(f"{peer} {each:.2f} ms" for peer, each in took.items())
        for aim in aims:
            if aim.theirs in took:
                ratio = took[aim.ours] / took[aim.theirs]
                title = f"{name}: {aim.ours}/{aim.theirs}"
                yield Figure(title, ratio, aim.most, "x", told)
                told = ""
    yield Figure("kept by an op in no_grad", kept_bytes("no_grad"), 0, "B")
    kept = kept_bytes("enable_grad")
    yield Figure("kept by a recorded op", kept, math.inf, "B", "its result: 48 B")
    yield Figure("a chain of 1,000,000 ops", million(), 60, "s")


if __name__ == "__main__":
    for each in figures():
        print(each, flush=True)
