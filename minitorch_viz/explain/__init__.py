"""A trace in sentences: what happened at each step, and why, in a learner's words."""

from __future__ import annotations

from typing import Any

from ..trace.model import Trace
from . import backward, errors, modes, statements
from .history import History, Moment
from .inplace import wrote
from .operations import created, recorded, unrecorded
from .whole import whole
from .words import Segments, fit, plain, say

__all__ = ["plain", "sentences"]

_KINDS = {
    "mode": modes.moded,
    "loop": statements.looped,
    "branch": statements.branched,
    "definition": statements.defined,
    "call": statements.called,
    "return": statements.returned,
    "backward": backward.ran,
    "accumulate": backward.accumulated,
    "error": errors.failed,
}


def sentences(trace: Trace) -> list[dict[str, Any]]:
    """Return `{"say": segments, "whole": segments or None}` for each step.

    >>> from minitorch_viz.trace.model import Step
    >>> start = Step(index=0, level="statement", kind="start")
    >>> plain(sentences(Trace(source="", steps=(start,)))[0]["say"])
    'The program is empty: there is nothing to run.'
    """
    past = History(trace)
    return [
        {"say": _say(Moment(past, step)), "whole": whole(past, step)}
        for step in trace.steps
    ]


def _say(moment: Moment) -> Segments:
    kind = moment.step.kind
    if kind == "start":
        return _start(moment)
    if kind == "stopped":
        return _stopped(moment)
    if moment.step.error is not None:
        return errors.failed(moment)
    if kind in _KINDS:
        return _KINDS[kind](moment)
    if moment.operation is not None:
        return fit(
            _operated(moment), statements.warned(moment), statements.shown(moment)
        )
    return statements.ran(moment)


def _operated(moment: Moment) -> Segments:
    operation = moment.operation
    assert operation is not None
    if operation.creates:
        return created(moment, operation)
    if operation.inplace:
        return wrote(moment, operation)
    if operation.node is None:
        return unrecorded(moment, operation)
    return recorded(moment, operation)


def _start(moment: Moment) -> Segments:
    if not moment.past.trace.source.strip():
        return say("The program is empty: there is nothing to run.")
    following = moment.past.trace.steps[1:2]
    line = following[0].site.line if following and following[0].site else 1
    return say("Nothing has run yet. Press `→` to run line {:t}.", str(line))


def _stopped(moment: Moment) -> Segments:
    why = moment.past.trace.stopped or "a limit was reached"
    return say(
        "{:e} The run was stopped here: {:t}. What ran before is all here.",
        "Stopped.",
        why.strip().rstrip("."),
    )
