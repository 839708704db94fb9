"""The example programs run on both engines, within the limits, and agree."""

from __future__ import annotations

from pathlib import Path

import pytest

import minitorch_viz as mv

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


def printed(trace: mv.Trace) -> str:
    text = "".join(p.text for p in trace.output if p.stream == "stdout")
    return text.replace("-0.0000", " 0.0000")


@pytest.mark.needs("torch")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_the_same_on_both_engines(example: Path) -> None:
    ours, theirs = (mv.step(example, engine=e) for e in ("minitorch", "torch"))

    assert theirs.engine == mv.step(example).engine == "torch"
    assert ours.stopped is theirs.stopped is None
    assert ours.steps[-1].error is theirs.steps[-1].error is None
    assert len(ours.steps) == len(theirs.steps)
    assert printed(ours) == printed(theirs)
