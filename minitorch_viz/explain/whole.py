"""The summary of a whole statement, for a reader who skips the steps inside it."""

from __future__ import annotations

import ast

from ..snapshot import OperationState, TensorState
from ..trace.model import Step
from .changes import moved, overwritten
from .given import summary
from .history import History, Moment
from .inplace import wrote, wrote_all
from .keeping import packed, saved_numbers, saved_tensors
from .operations import (
    OFF,
    counted,
    inputs,
    no_edge,
    reason,
    rebound,
)
from .words import Segments, fit, listing, number, plain, say

_MOST = 4


def whole(past: History, step: Step, said: Segments) -> Segments | None:
    r"""Return the statement's own summary, or None if it skips no finer steps.

    >>> import minitorch_viz as mv
    >>> trace = mv.step("x = torch.ones(1, requires_grad=True)\ny = (x * x).sum()")
    >>> now = Moment.of(trace)
    >>> whole(now.past, now.step, [])[0]
    ['text', 'Both operations are recorded. For the way back ']
    """
    if step.level != "statement":
        return None
    skipped = _skipped(past, step)
    summed = _summary(past, step, past.inner(step))
    before = past.trace.steps[skipped[0].index - 1] if skipped else step
    modes = [s for s in skipped if s.kind == "mode"]
    # An optimizer's step enters and leaves a mode: nothing to hear about.
    if not modes or before.grad_enabled == step.grad_enabled:
        return summed
    switched = _switched(past, modes[-1], step)
    body = summed or said
    if plain(body).startswith(plain(switched)[:16]):
        return summed
    return fit(switched, body, limit=44)


def _skipped(past: History, step: Step) -> list[Step]:
    """Return the finer steps between the statement stop before this one and it."""
    found: list[Step] = []
    for index in reversed(range(step.index)):
        if past.trace.steps[index].level == "statement":
            break
        found.append(past.trace.steps[index])
    return found[::-1]


def _switched(past: History, step: Step, end: Step) -> Segments:
    """Say in a few words what a skipped step did to grad mode, and till when."""
    state = "on" if step.grad_enabled else "off"
    if step.action == "left":
        block = past.code(step.site).startswith(("with", "async"))
        what = "block" if block else "call"
        return say("The {:t} has ended: grad mode is {:t} again.", what, state)
    if step.parent == end.index and end.modes[: len(step.modes)] == step.modes:
        return say("Grad mode is {:t} from here on.", state)
    return say("Grad mode is {:t} during this call.", state)


def _summary(past: History, step: Step, inner: list[Step]) -> Segments | None:
    if not inner or step.error is not None or step.kind in ("branch", "loop"):
        return None
    moment = Moment(past, step)
    inner = [*inner, step]
    walk = [s.index for s in inner if s.gradients or s.kind == "accumulate"]
    if walk:
        return summary(moment, walk[0])
    found = [past.operation(s.operation, step.index) for s in inner]
    ran = [operation for operation in found if operation]
    old = {
        tensor.storage
        for one in ran
        for key in (*inputs(one), *one.outputs)
        if (tensor := past.tensor(key, inner[0].index - 1)) is not None
    }
    # What a statement makes and then writes into is no news but for what it is.
    written = {
        tensor.storage
        for one in ran
        if one.inplace
        for key in one.outputs
        if (tensor := past.tensor(key, step.index)) and tensor.storage in old
    }
    if not written:
        summed = _operations(moment, ran)
        more = _nameless_leaf(moment, ran) or _same_id(moment, ran)
        return fit(moved(moment), summed, more) if summed else None
    last = moment.operation
    if last is not None and last.inplace and len(written) == 1:
        return wrote(Moment(past, step, since=inner[0].index), last)
    told = wrote_all(moment, ran, inner[0].index)
    # A layer that counts or averages is there for its result.
    if any(one.node is not None and not one.inplace for one in ran):
        return fit(_operations(moment, ran) or [], overwritten(moment), told)
    return told or _operations(moment, ran)


def _nameless_leaf(moment: Moment, ran: list[OperationState]) -> Segments:
    """Say that what got the name isn't the leaf: the leaf was made on the way."""
    made = [moment.now(one.outputs[0]) for one in ran if one.creates and one.outputs]
    leaves = [leaf for leaf in made if leaf and leaf.requires_grad and not leaf.names]
    result = moment.now(ran[-1].outputs[0]) if ran and ran[-1].outputs else None
    if not leaves or result is None or result.is_leaf or not result.names:
        return []
    return say(
        "So {} isn't a leaf: the leaf is {}, which no name holds.",
        moment.name(result.id),
        moment.name(leaves[0].id),
    )


def _same_id(moment: Moment, ran: list[OperationState]) -> Segments:
    """Say why `id()` of what nobody holds may come twice: two temporaries."""
    asked = [
        item
        for item in ast.walk(moment.statement or ast.Pass())
        if isinstance(item, ast.Call) and ast.unparse(item.func) == "id"
    ]
    alive = moment.past.alive(moment.index)
    gone = [
        one.outputs[0] for one in ran if one.outputs and one.outputs[0] not in alive
    ]
    if len(asked) < 2 or len(gone) < 2:
        return []
    return say(
        "{} was gone before {} was made, and its `id` free again: whether they are "
        "equal says nothing.",
        *map(moment.name, gone[:2]),
    )


def _operations(moment: Moment, ran: list[OperationState]) -> Segments | None:
    if len(ran) < 2:
        return None
    recorded = [operation for operation in ran if operation.node is not None]
    ghosts = [operation for operation in ran if operation.is_ghost]
    output = moment.now(ran[-1].outputs[0]) if ran[-1].outputs else None
    if not ghosts and len(recorded) > 1:
        blind = [no_edge(moment, operation) for operation in recorded]
        return fit(
            _all_recorded(recorded),
            rebound(moment, output),
            *[sentence for sentence in blind if sentence][:1],
            _saved(moment, recorded),
        )
    if len(ghosts) == len(ran):
        return fit(_none_recorded(moment, ran, output), rebound(moment, output))
    # Of one link that was cut the operation itself says more.
    if not recorded and (not ghosts or ghosts[-1].reason in ("detach", ".data")):
        return None
    return fit(_some(moment, recorded, ghosts, output), rebound(moment, output))


def _all_recorded(ran: list[OperationState]) -> Segments:
    return say("{:t} are recorded.", counted(ran).capitalize())


def _saved(moment: Moment, recorded: list[OperationState]) -> Segments:
    only: Segments = []
    for operation in recorded:
        node = moment.past.node(operation.node, moment.index)
        if node is None:
            continue
        kept = saved_tensors(moment, operation, node.saved)
        if kept:
            return say("For the way back {} saves {}.", node.name, kept)
        if packed(node):
            return say("What {} needs for the way back, a hook packs.", node.name)
        # Of a view that would be where it lies, and how far it goes.
        if only or operation.view:
            continue
        if numbers := saved_numbers(operation, node):
            only = say("For the way back {} saves only {}.", node.name, numbers)
    return only or say("For the way back no tensor is saved.")


def _none_recorded(
    moment: Moment, ran: list[OperationState], output: TensorState | None
) -> Segments:
    # With grad mode off the first ghost may have needed no grad anyway.
    first = next((o for o in ran if o.reason in OFF), ran[0])
    name = say("{}", output.names[0]) if output and output.names else say("the result")
    value = moment.past.text(output.value) if output else ""
    if all(one.reason in ("detach", ".data") for one in ran):
        return say(
            "{:t} cut a link: what they give looks into the same storage as before, "
            "and requires no grad.",
            counted(ran).capitalize(),
        )
    if first.reason in ("detach", ".data") and first.inputs and value:
        return say(
            "{} to {}. After that nothing here requires grad, so {} is computed "
            "({:t}) but not recorded.",
            reason(moment, first),
            moment.operand(first.inputs[0]),
            name,
            value,
        )
    why = reason(moment, first)
    return say(
        "{}, so {:t} are computed but not recorded: {} requires no grad.",
        why,
        f"the {number(len(ran))} operations",
        name,
    )


def _some(
    moment: Moment,
    recorded: list[OperationState],
    ghosts: list[OperationState],
    output: TensorState | None,
) -> Segments:
    nodes = [moment.past.node(operation.node, moment.index) for operation in recorded]
    names = [node.name for node in nodes if node is not None]
    if not names:
        why = reason(moment, ghosts[0])
        return say("{}, so what this line computes isn't recorded.", why)
    if not ghosts:
        return say("Recorded here: {}.", _each(names))
    # What follows from the first ghost needs no reason of its own.
    first = ghosts[0]
    left = [
        g.name for g in ghosts if g.reason in (first.reason, "no input requires grad")
    ]
    return say(
        "Recorded here: {}. Not recorded: {}, because {}.",
        _each(names),
        _each([f"{name}()" for name in left]),
        _because(moment, first),
    )


def _each(names: list[str]) -> Segments:
    """List names once each; of many the first ones and how many more."""
    once = [say("{}", name) for name in dict.fromkeys(names)]
    if len(once) > _MOST:
        more = len(once) - _MOST + 1
        once = [*once[: _MOST - 1], say("{:t} more", number(more))]
    return listing(once)


def _because(moment: Moment, ghost: OperationState) -> Segments:
    why = reason(moment, ghost)
    if why and why[0][0] == "text":
        return [["text", why[0][1][:1].lower() + why[0][1][1:]], *why[1:]]
    return why
