"""What `import minitorch_viz` costs beside `import numpy`: fresh processes, in turn.

All are measured as an installed package is: Python has compiled it before.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from benchmarks.figures import Figure

ROUNDS = 21
NUMPY = "numpy"
OURS = ("minitorch_viz", "minitorch_viz.minitorch")
CODE = """
from time import perf_counter
start = perf_counter()
import {name}
print(perf_counter() - start)
"""


def seconds(module: str) -> float:
    """Return how long one import takes in a process of its own."""
    code = CODE.format(name=module)
    env = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    return float(subprocess.check_output([sys.executable, "-c", code], env=env))


def figures() -> Iterator[Figure]:
    """Yield the ratio to NumPy of the package and of its engine."""
    names = (NUMPY, *OURS)
    for name in names:
        seconds(name)  # compiles what isn't yet
    rounds = [{name: seconds(name) for name in names} for _ in range(ROUNDS)]
    for name in OURS:
        ratio = median(times[name] / times[NUMPY] for times in rounds)
        told = ", ".join(
            f"{n} {1000 * median(times[n] for times in rounds):.0f} ms"
            for n in (name, NUMPY)
        )
        yield Figure(f"import {name.rpartition('.')[2]}", ratio, 1.5, "x", told)
