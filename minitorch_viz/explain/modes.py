"""Sentences about grad mode: what switched it, and which mode comes back."""

from __future__ import annotations

from ..snapshot import ModeState
from ..trace.model import Step
from .history import Moment
from .words import Segments, fit, say


def moded(moment: Moment) -> Segments:
    """Say what a mode step did: enter a block, leave one, or set the mode."""
    before, now = _before(moment).modes, moment.step.modes
    if moment.step.action == "entered" and now:
        return _entered(moment, now[-1])
    if moment.step.action == "left":
        return _left(moment, before)
    return _called(moment)


def _before(moment: Moment) -> Step:
    return moment.past.trace.steps[max(moment.index - 1, 0)]


def _entered(moment: Moment, mode: ModeState) -> Segments:
    was_on = _before(moment).grad_enabled
    call = say("{}", f"{mode.name}()")
    if mode.name == "inference_mode" and not mode.enabled:
        return fit(
            say(
                "{} switches grad mode off, and more: what is made in this block "
                "can't be saved for a backward later on.",
                call,
            )
        )
    if not mode.enabled and was_on:
        return say(
            "{} switches grad mode off: what runs in this block is computed, "
            "but not recorded.",
            call,
        )
    if not mode.enabled:
        return say(
            "{} switches grad mode off. It was off already, so nothing changes "
            "until the blocks end.",
            call,
        )
    if was_on:
        return say(
            "{} switches grad mode on. It was on already: nothing changes.", call
        )
    return say(
        "{} switches grad mode on again inside this block: the nearest one "
        "wins, so operations are recorded here.",
        call,
    )


def _left(moment: Moment, before: tuple[ModeState, ...]) -> Segments:
    mode = before[-1] if before else None
    ended = say("The block ends")
    if mode is not None:
        ended = say("{} ends", f"{mode.name}()")
    is_on = moment.step.grad_enabled
    undone = [item for item in before[len(moment.step.modes) :] if not item.scoped]
    if undone:
        return say(
            "{}. Leaving it brings back the mode from when it began, {:t}, and "
            "undoes the call made inside.",
            ended if mode is not None and mode.scoped else say("The block ends"),
            "on" if is_on else "off",
        )
    if is_on == _before(moment).grad_enabled:
        return say(
            "{}; grad mode stays {:t}, as it was when the block began.",
            ended,
            "on" if is_on else "off",
        )
    again = say("{} and grad mode is {:t} again.", ended, "on" if is_on else "off")
    return fit(again, _versions_stay(moment) or _outer(moment))


def _outer(moment: Moment) -> Segments:
    if not moment.step.modes:
        return say("What was made inside stays as it is.")
    outer = moment.step.modes[-1]
    return say("That is the mode of {} around it.", f"{outer.name}()")


def _versions_stay(moment: Moment) -> Segments:
    """Remind that writing in the block counted, when something was written in it."""
    for step in reversed(moment.past.trace.steps[: moment.index]):
        if len(step.modes) < len(_before(moment).modes):
            break
        operation = moment.past.operation(step.operation, step.index)
        if operation is None or not operation.inplace or not operation.outputs:
            continue
        tensor = moment.now(operation.outputs[0])
        if tensor is not None and tensor.version and tensor.requires_grad:
            return say(
                "The version of {} stays {:t}: {} hides work from recording, not "
                "from the counter.",
                moment.name(tensor.id),
                str(tensor.version),
                f"{_before(moment).modes[-1].name}()",
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
            "on" if is_on else "off",
        )
    follow = "operations are recorded" if is_on else "nothing is recorded"
    return say(
        "{} is a plain call, so it stays in force: from here on grad mode "
        "is {:t} and {:t}.",
        call,
        "on" if is_on else "off",
        follow,
    )
