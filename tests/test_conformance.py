"""The engine, held against recordings of what PyTorch did at every statement."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parent / "conformance"
CASES = sorted((HOME / "cases").glob("*/*.py"))

sys.path.insert(0, str(HOME))
from compare import check  # noqa: E402 - the harness is a script, not a package

#: A fresh process per program, as the recordings were made: once-per-process warnings
#: and global modes can't leak.
FORK = multiprocessing.get_context("fork")


@pytest.mark.parametrize("case", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_the_engine_does_what_pytorch_did(case: Path) -> None:
    import minitorch_viz.minitorch  # noqa: F401 - once, before the forks

    with FORK.Pool(1) as pool:
        _, found = pool.apply(check, ((str(case), "minitorch_viz.minitorch"),))

    assert found is None


def test_every_topic_has_its_programs() -> None:
    topics = {case.parent.name for case in CASES}

    # What the fuzzer found, and what learners write, comes on top.
    later = {"fuzz", "learner"}
    assert len([case for case in CASES if case.parent.name not in later]) == 149
    assert {"seeds", "backward", "views", "inplace", "modes", "hooks"} <= topics
