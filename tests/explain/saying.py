"""What is said of a program, as plain text."""

from __future__ import annotations

import minitorch_viz as mv
from minitorch_viz.explain import plain, sentences
from minitorch_viz.explain.words import Segments
from minitorch_viz.trace.model import Trace


def said(source: str) -> list[str]:
    """Return the sentences of a program, without marks."""
    return [plain(entry["say"]) for entry in sentences(mv.step(source))]


def summaries(source: str) -> list[str]:
    """Return the summaries of a program's statements."""
    found = [entry["whole"] for entry in sentences(mv.step(source))]
    return [plain(segments) for segments in found if segments]


def one(texts: list[str], part: str) -> str:
    """Return the only text that holds `part`."""
    found = [text for text in texts if part in text]
    assert len(found) == 1, (part, texts)
    return found[0]


def marked(segments: Segments) -> str:
    """Write a sentence as text: code in backticks, error words in stars."""
    signs = {"text": "{}", "code": "`{}`", "error": "*{}*"}
    return "".join(signs[kind].format(text) for kind, text in segments)


def told(trace: Trace) -> str:
    """Write a trace's sentences as a golden text."""
    rows = []
    for step, entry in zip(trace.steps, sentences(trace), strict=True):
        line = step.site.line if step.site is not None else 0
        rows.append(f"{step.index:3} line {line} {step.kind}: {marked(entry['say'])}")
        if entry["whole"]:
            rows.append(f"      whole: {marked(entry['whole'])}")
    return "\n".join(rows) + "\n"
