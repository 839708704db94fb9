"""python -m tests.fuzz --seed S --count N: run random programs on both sides."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from . import sides
from .autograd import program
from .shrink import shrink
from .world import World

BATCH = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """A program on which the sides differ, and where."""

    seed: int
    source: str
    difference: str


def generate(seed: int) -> str:
    """Return the program of a seed: 3 to 15 statements."""
    random = Random(seed)
    return program(World(random), random.randint(3, 13))


def findings(seeds: range) -> Iterator[Finding]:
    """Run the programs of these seeds, a batch per process, and yield what differs."""
    for start in range(seeds.start, seeds.stop, BATCH):
        batch = range(start, min(start + BATCH, seeds.stop))
        sources = [generate(seed) for seed in batch]
        for seed, source, found in zip(
            batch, sources, sides.compare(sources), strict=True
        ):
            if found:
                yield Finding(seed, source, found)


def smallest(finding: Finding) -> Finding:
    """Return the same difference, shown by less; each try in fresh processes."""

    def differs(source: str) -> str | None:
        return sides.compare([source])[0]

    if not differs(finding.source):
        return finding
    source = shrink(finding.source, differs)
    return Finding(finding.seed, source, differs(source) or finding.difference)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="the first program's (default: fresh)")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--whole", action="store_true", help="don't shrink")
    parser.add_argument("--stop", type=int, default=0, help="after so many differences")
    options = parser.parse_args()
    seed = secrets.randbelow(10**9) if options.seed is None else options.seed
    sides.load()
    failed = 0
    for finding in findings(range(seed, seed + options.count)):
        failed += 1
        shown = finding if options.whole else smallest(finding)
        print(f"--- seed {shown.seed}: {shown.difference}\n{shown.source}", flush=True)
        if failed == options.stop:
            break
    print(f"{options.count} programs from seed {seed}: {failed} differ")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
