"""Traces of random programs are the same on both engines.

`python -m tests.trace.test_random_equality 1000` runs as many and shows what differs;
a second number says which seed is the first.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from .left_out import CALLS

pytestmark = pytest.mark.needs("torch")
#: So that a machine which does much else doesn't end a program earlier.
PATIENCE = 1000.0


def comparable(source: str) -> str:
    """Return a program without the calls that aren't compared."""
    return "\n".join(
        re.sub(r"\S.*", "pass", line) if any(part in line for part in CALLS) else line
        for line in source.split("\n")
    )


def differing(count: int, first: int = 0) -> dict[int, str]:
    """Return where the traces of programs differ that run alike on both engines."""
    import minitorch_viz as mv
    from tests.fuzz import sides
    from tests.fuzz.__main__ import generate

    from .equality import differences

    sides.load()
    found = {}
    for start in range(first, first + count, 40):
        seeds = range(start, min(start + 40, first + count))
        sources = [generate(seed) for seed in seeds]
        same = sides.compare(sources)
        for seed, source, other in zip(seeds, sources, same, strict=True):
            if other:  # the tests of the fuzzer count these
                continue
            text = comparable(source)
            traces = (
                mv.step(text, engine=e, seconds=PATIENCE)
                for e in ("minitorch", "torch")
            )
            # What they print was compared, with more patience for rounding.
            found_here = (d for d in differences(*traces) if d[0] != "output")
            difference = next(found_here, None)
            if difference is not None:
                found[seed] = "\n    ".join(str(each)[:300] for each in difference)
    return found


def test_random_programs_give_the_same_trace_on_both_engines() -> None:
    """In a process of its own: forks and PyTorch's threads don't go together."""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", __name__, "100", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(ran.stdout.splitlines()[-1]) if ran.stdout else ran.stderr

    assert found == {}


if __name__ == "__main__":
    wanted, *at = (int(word) for word in sys.argv[1:] if word.isdecimal())
    seen = differing(wanted, *at)
    if "--json" in sys.argv:
        print(json.dumps(seen))
    else:
        for seed, text in seen.items():
            print(f"seed {seed}: {text}")
        print(f"{wanted} programs: the traces of {len(seen)} differ")
