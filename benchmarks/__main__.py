"""Print the figures: `python -m benchmarks`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import imports, overhead, programs, traces
from benchmarks.engine import THREADS
from benchmarks.large import pages
from tests.conftest import browser


def main() -> None:
    """Measure, and print each figure as it is there."""
    for figure in imports.figures():
        print(figure, flush=True)
    # A process of its own: libraries read how many threads they may use only once.
    alone = os.environ | dict.fromkeys(THREADS, "1")
    subprocess.run([sys.executable, "-m", "benchmarks.engine"], env=alone, check=True)
    for figure in (*traces.figures(), *overhead.figures()):
        print(figure, flush=True)
    with TemporaryDirectory() as folder:
        done = programs.runs(Path(folder))
        print(*programs.figures(done), sep="\n", flush=True)
        if browser() is None:
            print(
                "no Chromium here: how long a step takes in the browser isn't measured"
            )
            return
        from benchmarks import browser as stepping

        walked = [run.page for run in done]
        large = pages(Path(folder))
        print(*stepping.figures(walked, large), sep="\n")


if __name__ == "__main__":
    main()
