"""Each seed program from its file to a page: traced, laid out, written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import minitorch_viz as mv
from benchmarks.figures import Figure

PROGRAMS = Path(__file__).parent.parent / "tests" / "conformance" / "cases" / "seeds"
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """A program, the page made of it, and how long that took each time."""

    name: str
    page: Path
    seconds: tuple[float, ...]


def run(program: Path, folder: Path) -> Run:
    """Trace a program and save its page, `ROUNDS` times."""
    times = []
    page = folder / f"{program.stem}.html"
    for _ in range(ROUNDS):
        start = perf_counter()
        mv.step(program).save(page)
        times.append(perf_counter() - start)
    return Run(program.stem, page, tuple(times))


def runs(folder: Path) -> list[Run]:
    """Run every seed program; the very first run includes every import."""
    return [run(program, folder) for program in sorted(PROGRAMS.glob("*.py"))]


def figures(done: list[Run]) -> Iterator[Figure]:
    """Yield the slowest program, the first run of all, and the largest page."""
    slow = max(done, key=lambda r: median(r.seconds))
    large = max(done, key=lambda r: r.page.stat().st_size)
    size = large.page.stat().st_size / 1000
    yield Figure("slowest program to page", median(slow.seconds), 1, "s", slow.name)
    yield Figure("the very first one", done[0].seconds[0], 1, "s", done[0].name)
    yield Figure("largest page", size, 300, "KB", large.name)
