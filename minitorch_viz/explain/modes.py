"""Sentences about grad mode: what switched it, and which mode comes back."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..snapshot import ModeState, OperationState
from ..trace.model import Step
from .history import Moment
from .operations import OFF
from .words import Segments, fit, say


def moded(moment: Moment) -> Segments:
    """Say what a mode step did: enter a block, leave one, or set the mode.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("torch.set_grad_enabled(True)"))
    >>> moded(now)[0]
    ['code', 'torch.set_grad_enabled(True)']
    """
    before, now = _before(moment).modes, moment.step.modes
    if moment.step.action == "entered":
        return _entered(moment, now[-1]) if now != before else _begun(moment)
    if moment.step.action == "left":
        return _left(moment, before)
    return _called(moment)


def _before(moment: Moment) -> Step:
    return moment.past.trace.steps[max(moment.index - 1, 0)]


def _word(is_on: bool) -> str:
    return "on" if is_on else "off"


def _title(mode: ModeState) -> str:
    flag = str(mode.enabled) if mode.name == "set_grad_enabled" else ""
    if mode.name == "inference_mode" and not mode.enabled:
        flag = "False"
    return f"{mode.name}({flag})"


def _where(moment: Moment) -> str:
    """Return how long a mode lasts: a `with` block, a call, or on."""
    code = moment.past.code(moment.step.site)
    if code.startswith(("with", "async")):
        return "in this block"
    # A call such as `stack.enter_context(...)` may leave the mode as it is.
    parent = moment.step.parent
    after = () if parent is None else moment.past.trace.steps[parent].modes
    stays = after[: len(moment.step.modes)] == moment.step.modes
    return "from here on" if stays else "during this call"


def _begun(moment: Moment) -> Segments:
    """Say that a block begins that has nothing to do with grad mode, as a file's."""
    return say(
        "The block begins; grad mode stays {:t}.", _word(moment.step.grad_enabled)
    )


def _entered(moment: Moment, mode: ModeState) -> Segments:
    is_on, was_on = moment.step.grad_enabled, _before(moment).grad_enabled
    call, where = say("{}", _title(mode)), _where(moment)
    if moment.step.inference_mode and not _before(moment).inference_mode:
        return say(
            "{} switches recording off, and more: what is made {:t} can't be saved "
            "for a backward later on.",
            call,
            where,
        )
    if moment.step.inference_mode:
        return say(
            "{} switches grad mode {:t}, but inference mode is still on: nothing is "
            "recorded {:t}.",
            call,
            _word(is_on),
            where,
        )
    if is_on == was_on:
        return say(
            "{} switches grad mode {:t}. It was {:t} already, so nothing changes.",
            call,
            _word(is_on),
            _word(is_on),
        )
    if is_on:
        return say(
            "{} switches grad mode on again {:t}: the nearest one wins, so operations "
            "are recorded here.",
            call,
            where,
        )
    return say(
        "{} switches grad mode off: what runs {:t} is computed, but not recorded.",
        call,
        where,
    )


def _left(moment: Moment, before: tuple[ModeState, ...]) -> Segments:
    gone = before[len(moment.step.modes) :]
    ended = say("{} ends", _title(gone[0])) if gone else say("The block ends")
    is_on = moment.step.grad_enabled
    # What goes with the block are the calls made inside it.
    if any(not mode.scoped for mode in gone[1:]):
        return say(
            "{}. Leaving it brings back the mode from when it began, {:t}, and undoes "
            "the call made inside.",
            ended,
            _word(is_on),
        )
    if is_on == _before(moment).grad_enabled and is_on != _at_entry(moment):
        return say(
            "{}, but grad mode stays {:t}: the object it belongs to was entered again "
            "inside, and knows only the mode it found there.",
            ended,
            _word(is_on),
        )
    if is_on == _before(moment).grad_enabled:
        return say(
            "{}; grad mode stays {:t}, as it was before it began.", ended, _word(is_on)
        )
    again = say("{} and grad mode is {:t} again.", ended, _word(is_on))
    outer = moment.step.modes[-1:]
    # Coroutines that take turns leave their blocks in another order.
    if outer and (outer[0].name == "inference_mode" or outer[0].enabled == is_on):
        around = _title(outer[0])
        again = say(
            "{} and grad mode is {:t} again: that is the mode of {} around it.",
            ended,
            _word(is_on),
            around,
        )
    return fit(again, _versions_stay(moment) or _stays(moment))


def _at_entry(moment: Moment) -> bool:
    """Return the mode from before the block that ends."""
    outside = len(moment.step.modes)
    steps = moment.past.trace.steps
    found = moment.index - 1
    while found > 0 and len(steps[found].modes) > outside:
        found -= 1
    return steps[found].grad_enabled


def leaked(moment: Moment) -> Segments:
    r"""Say that a call went back from inside a block, whose mode holds on out here.

    >>> import minitorch_viz as mv
    >>> head = "def f():\n  with torch.no_grad():\n    yield 1\n"
    >>> leaked(Moment.of(mv.step(head + "g = f()\na = next(g)")))[0]
    ['code', 'f']
    """
    steps, now = moment.past.trace.steps, moment.step
    if isinstance(moment.statement, ast.With | ast.AsyncWith):
        return []
    start = moment.index
    # What a generator did for this call may belong to a line that ends in a later one.
    while start > 0 and (
        steps[start - 1].frame != now.frame or steps[start - 1].parent == now.index
    ):
        start -= 1
    before = steps[max(start - 1, 0)].modes
    if len(now.modes) <= len(before) or not now.modes[-1].scoped:
        return []
    inside = (step for step in reversed(steps[start : moment.index]))
    frames = [s.frame for s in inside if s.action == "entered" and s.modes == now.modes]
    if not frames or frames[0] == now.frame:
        return []
    return say(
        "{} waits inside its block of {}, so grad mode stays {:t} out here, too.",
        frames[0],
        _title(now.modes[-1]),
        _word(now.grad_enabled),
    )


def _inside(moment: Moment) -> Iterator[OperationState]:
    """Yield the operations of the block that ends, the last first."""
    for step in reversed(moment.past.trace.steps[: moment.index]):
        if len(step.modes) < len(_before(moment).modes):
            break
        operation = moment.past.operation(step.operation, step.index)
        if operation is not None:
            yield operation


def _stays(moment: Moment) -> Segments:
    if any(operation.reason in OFF for operation in _inside(moment)):
        return say("What was computed inside stays unrecorded.")
    return []


def _versions_stay(moment: Moment) -> Segments:
    """Remind that writing in the block counted, when something was written in it."""
    for operation in _inside(moment):
        if not operation.inplace or not operation.outputs:
            continue
        tensor = moment.now(operation.outputs[0])
        if tensor is not None and tensor.version and tensor.requires_grad:
            return say(
                "The version of {} stays {:t}: {} hides work from recording, not "
                "from the counter.",
                moment.name(tensor.id),
                str(tensor.version),
                _title(_before(moment).modes[-1]),
            )
    return []


def _called(moment: Moment) -> Segments:
    is_on, was_on = moment.step.grad_enabled, _before(moment).grad_enabled
    code = moment.past.code(moment.step.part or moment.step.site)
    call = say("{}", code if len(code) <= 40 and code else "set_grad_enabled()")
    if is_on == was_on:
        return say(
            "{} is a plain call. Grad mode was {:t} already, and stays so.",
            call,
            _word(is_on),
        )
    follow = "operations are recorded" if is_on else "nothing is recorded"
    return say(
        "{} is a plain call, so it stays in force: from here on grad mode "
        "is {:t} and {:t}.",
        call,
        _word(is_on),
        follow,
    )
