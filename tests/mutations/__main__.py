"""python -m tests.mutations --seed S --count N: change bytes of trace files."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from .mutants import problem


def main() -> int:
    """Try the mutants of these seeds; tell each that fails, and how many were drawn."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=10_000)
    asked = parser.parse_args()
    said: Counter[str] = Counter()
    for seed in range(asked.seed, asked.seed + asked.count):
        wrong, trace = problem(seed)
        said["failed" if wrong else "drawn" if trace else "refused"] += 1
        if wrong:
            print(f"seed {seed}: {wrong}", flush=True)
    print(", ".join(f"{n} {what}" for what, n in sorted(said.items())))
    return 1 if said["failed"] else 0


sys.exit(main())
