"""Every step of every recorded program is told; some as recorded, word for word.

`MINITORCH_VIZ_REWRITE=1 pytest tests/explain/test_every_program.py` writes those anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import minitorch_viz as mv
from minitorch_viz.explain import plain, sentences
from minitorch_viz.explain.words import count_words

from .saying import told

HERE = Path(__file__).parents[1]
CASES = HERE / "conformance" / "cases"
GOLDEN = HERE / "golden_sentences"
REWRITE = bool(os.environ.get("MINITORCH_VIZ_REWRITE"))
PROGRAMS = sorted(path.relative_to(CASES).as_posix() for path in CASES.rglob("*.py"))
TOLD = (
    "seeds/01_no_grad_context",
    "seeds/02_no_grad_decorator",
    "seeds/03_enable_grad_inside",
    "seeds/05_set_grad_enabled",
    "seeds/06_nearest_wins",
    "seeds/07_randn_session",
    "seeds/09_add_vs_iadd",
    "seeds/11_iadd_zero",
    "seeds/13_data_detach_alias",
    "seeds/17_detach_two_paths",
    "seeds/18_clone_deep",
    "seeds/19_training_step",
    "seeds/20_fill_parameter",
    "backward/02_second_error",
    "backward/10_diamond",
    "inplace/03_version_error",
    "inplace/05_rewrites_grad_fn",
    "inference/01_basic",
    "views/01_copyslices",
)


@pytest.mark.parametrize("case", PROGRAMS)
def test_every_step_of_every_program_gets_a_sentence(case):
    trace = mv.step(CASES / case)
    found = sentences(trace)
    assert len(found) == len(trace.steps)
    for entry in found:
        for segments in filter(None, (entry["say"], entry["whole"])):
            kinds = {kind for kind, _ in segments}
            text = "".join(text for kind, text in segments if kind == "text")
            shown = plain(segments)

            assert kinds <= {"text", "code", "error"}, segments
            assert all(text for _, text in segments), segments
            if not trace.steps[0].error and "Error" not in shown:
                assert "None" not in text, shown
            assert "  " not in shown, segments
            assert ".. " not in text.replace("...", ""), shown
            assert count_words(segments) <= 45, shown


@pytest.mark.parametrize("case", TOLD)
def test_sentences_read_as_recorded(case):
    text = told(mv.step(CASES / f"{case}.py"))
    golden = GOLDEN / f"{case.replace('/', '_')}.txt"
    if REWRITE:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
