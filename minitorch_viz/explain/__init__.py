"""A trace in sentences: what happened at each step, and why, in a learner's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..trace.model import Trace
from . import backward, errors, modes, statements
from .asked import in_vain
from .changes import changes
from .history import History, Moment
from .inplace import wrote
from .layers import layer
from .operations import created, recorded, unrecorded
from .whole import whole
from .words import Segments, fit, plain, say

__all__ = ["plain", "sentence", "sentences"]


def sentences(trace: Trace) -> list[dict[str, Any]]:
    """Return `{"say": segments, "whole": segments or None}` for each step.

    >>> from minitorch_viz.trace.model import Step
    >>> start = Step(index=0, level="statement", kind="start")
    >>> plain(sentences(Trace(source="", steps=(start,)))[0]["say"])
    'The program is empty: there is nothing to run.'
    """
    past = History(trace)
    found = []
    for step in trace.steps:
        said = sentence(Moment(past, step))
        found.append({"say": said, "whole": whole(past, step, said)})
    return found


def sentence(moment: Moment) -> Segments:
    """Return the sentence of one step.

    >>> import minitorch_viz as mv
    >>> plain(sentence(Moment.of(mv.step("print(1)"))))
    'It prints 1.'
    """
    step = moment.step
    if step.kind == "start":
        return _start(moment)
    if step.kind == "stopped":
        return _stopped(moment)
    if step.error is not None:
        return errors.failed(moment)
    if step.kind == "definition":
        return fit(statements.defined(moment), statements.warned(moment))
    if step.kind == "call" and step.level != "statement":
        return statements.called(moment)
    return fit(*_parts(moment)) or statements.plainly(moment)


def _parts(moment: Moment) -> Iterator[Segments]:
    """Yield what a step did: a statement's last operation merges with its end."""
    kind, action = moment.step.kind, moment.step.action
    if kind == "mode" or action in ("entered", "left"):
        yield modes.moded(moment)
    if kind == "loop":
        yield statements.looped(moment)
    if kind == "branch":
        yield statements.branched(moment)
    if moment.operation is not None:
        yield _operated(moment)
        yield layer(moment, moment.operation)
    elif moment.node is not None:
        leaf = moment.node.variable is not None
        yield (backward.accumulated if leaf else backward.ran)(moment)
    elif kind not in ("loop", "branch"):
        yield from [told for told in changes(moment) if told] or [in_vain(moment)]
    if kind != "mode":  # what a mode's call gives back is no news
        yield modes.leaked(moment)
        yield statements.warned(moment) or statements.shown(moment)
    if kind == "return":
        yield statements.returned(moment)


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
    following = moment.past.trace.steps[1:2]
    if not following:
        return say("The program is empty: there is nothing to run.")
    line = following[0].site.line if following[0].site else 1
    return say("Nothing has run yet. Press `→` to run line {:t}.", str(line))


def _stopped(moment: Moment) -> Segments:
    why = moment.past.trace.stopped or "Stopped: a limit was reached."
    # Such as "Stopped after 10 seconds: what ..." and "Interrupted: what ...".
    head, _, rest = why.strip().rstrip(".").partition(": ")
    return say("{:e} {:t}. What ran before is all here.", f"{head}:", rest)
