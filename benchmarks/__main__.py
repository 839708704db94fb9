"""Print the figures: `python -m benchmarks`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import imports, programs
from tests.conftest import browser


def main() -> None:
    """Measure, and print each figure as it is there."""
    for figure in imports.figures():
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

        print(*stepping.figures([run.page for run in done]), sep="\n")


if __name__ == "__main__":
    main()
