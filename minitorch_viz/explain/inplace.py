"""Sentences about writing in place: versions, and who will miss the old values."""

from __future__ import annotations

from ..snapshot import NodeState, OperationState, TensorState
from .history import Moment
from .operations import OFF, operation_code
from .words import Segments, fit, listing, say


def wrote(moment: Moment, operation: OperationState) -> Segments:
    """Say where an operation wrote, what counted it, and what follows."""
    key = operation.outputs[0] if operation.outputs else None
    before, after = moment.was(key), moment.now(key)
    if after is None:
        return say("{} wrote in place.", operation_code(moment, operation))
    if before is None:
        before = after
    if any(name.endswith(".grad") for name in after.names):
        return _gradient_written(moment, operation, after)
    return fit(
        _written(moment, operation, before, after),
        _consequence(moment, before, after),
        _leaf_kept(operation, after),
    )


def _written(
    moment: Moment, operation: OperationState, before: TensorState, after: TensorState
) -> Segments:
    name = moment.name(after.id)
    where = say(
        "{} writes into the storage of {}", operation_code(moment, operation), name
    )
    node = moment.past.node(operation.node, moment.index)
    if node is not None:
        return say(
            "{} and is recorded: {} is now {}{}.",
            where,
            f"{moment.label(after)}.grad_fn" if after.names else "its grad_fn",
            _newest(moment, after, node),
            _version(before, after, ", version "),
        )
    if operation.reason in OFF:
        return say(
            "{}. It leaves no node, yet the version counter counts it{}.",
            where,
            _version(before, after, ": "),
        )
    return say("{}{}.", where, _version(before, after, ": version "))


def _newest(moment: Moment, tensor: TensorState, node: NodeState) -> str:
    newest = moment.past.node(tensor.grad_fn, moment.index)
    return (newest or node).name


def _version(before: TensorState, after: TensorState, lead: str) -> Segments:
    if before.version == after.version or after.version is None:
        return []
    return say("{:t}{:t} → {:t}", lead, str(before.version), str(after.version))


def _consequence(moment: Moment, before: TensorState, after: TensorState) -> Segments:
    """Tell the worst that follows; the mildest is that nobody saved the old values."""
    return (
        _stale(moment)
        or _unnoticed(moment, after)
        or _together(moment, after)
        or _nobody(moment, before, after)
    )


def _stale(moment: Moment) -> Segments:
    late = []
    for key, state in (moment.step.changes or {}).items():
        old = moment.past.node(key, moment.index - 1)
        if isinstance(state, NodeState) and old is not None:
            pairs = zip(old.saved, state.saved, strict=False)
            if any(a.now == a.version and b.now != b.version for a, b in pairs):
                late.append(say("{}", state.name))
    if not late:
        return []
    return say("What {} saved is now out of date.", listing(late))


def _unnoticed(moment: Moment, after: TensorState) -> Segments:
    for other in _same_storage(moment, after):
        old = moment.was(other.id)
        if (
            old is not None
            and old.version == other.version
            and other.version is not None
        ):
            return say(
                "{} holds the same memory, but its own counter stays {:t}: autograd "
                "won't notice.",
                moment.name(other.id),
                str(other.version),
            )
    return []


def _together(moment: Moment, after: TensorState) -> Segments:
    others = [other for other in _same_storage(moment, after) if other.names]
    if not others:
        return []
    return say(
        "{} {:t} at the same storage, so {:t} too.",
        listing([moment.name(other.id) for other in others]),
        "looks" if len(others) == 1 else "look",
        "it changes" if len(others) == 1 else "they change",
    )


def _same_storage(moment: Moment, tensor: TensorState) -> list[TensorState]:
    return [
        other
        for other in moment.past.tensors(moment.index)
        if other.storage == tensor.storage and other.id != tensor.id
    ]


def _nobody(moment: Moment, before: TensorState, after: TensorState) -> Segments:
    if not moment.past.nodes(moment.index) or before.version == after.version:
        return []
    for node in moment.past.nodes(moment.index):
        if any(item.storage == after.storage and not item.freed for item in node.saved):
            return []
    return say(
        "Nobody saved {}, so nobody will miss the old values.", moment.name(after.id)
    )


def _leaf_kept(operation: OperationState, after: TensorState) -> Segments:
    if after.is_leaf and after.requires_grad and operation.node is None:
        return say("It is still the same leaf.")
    return []


def _gradient_written(
    moment: Moment, operation: OperationState, after: TensorState
) -> Segments:
    value = moment.past.text(after.value)
    if operation.name in ("zero_", "fill_"):
        return say(
            "{} fills the gradient in place: {} is {:t}, and the next backward "
            "adds to that.",
            operation_code(moment, operation),
            moment.label(after),
            value,
        )
    return say(
        "{} changes the kept gradient in place: {} is now {:t}.",
        operation_code(moment, operation),
        moment.label(after),
        value,
    )
