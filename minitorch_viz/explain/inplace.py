"""Sentences about writing in place: versions, and who will miss the old values."""

from __future__ import annotations

import ast

from ..snapshot import NodeState, OperationState, TensorState
from .history import Moment, short
from .operations import OFF, operation_code
from .words import Segments, fit, listing, number, plain, say


def wrote(moment: Moment, operation: OperationState) -> Segments:
    r"""Say where an operation wrote, what counted it, and what follows.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1)\nx.add_(1)"))
    >>> wrote(now, now.operation)[-1]
    ['text', ': version 0 → 1.']
    """
    key = operation.outputs[0] if operation.outputs else None
    after = moment.now(key)
    if after is None:
        return say("{} wrote in place.", operation_code(moment, operation))
    # What the statement itself looked at it through wasn't there before it.
    before = moment.was(key) or moment.was(_holder(moment, operation, after).id)
    if before is None or before.storage != after.storage:
        before = after
    if any(name.endswith(".grad") for name in after.names):
        return _gradient_written(moment, operation, after)
    return fit(
        _written(moment, operation, before, after),
        _hooks_stay(moment, before, after),
        _consequence(moment, operation, before, after),
        _own_counter(moment, operation, before, after),
        _original(moment, operation, after),
        _leaf_kept(operation, after),
    )


def _written(
    moment: Moment, operation: OperationState, before: TensorState, after: TensorState
) -> Segments:
    code = _code(moment, operation)
    holder = _holder(moment, operation, after)
    where = say("{} writes into the storage of {}", code, moment.name(holder.id))
    past = _past_the_counter(moment, holder, through=holder.id != after.id)
    if past:
        return say("{}. {}", where, past)
    node = moment.past.node(operation.node, moment.index)
    if node is not None:
        return say(
            "{} and is recorded: {} is now {}{}.",
            where,
            f"{moment.label(holder)}.grad_fn" if holder.names else say("its `grad_fn`"),
            _newest(moment, holder, node),
            _version(before, after, ", version "),
        )
    if after.version is None:
        return say("{}. No version counts that: it is an inference tensor.", where)
    if operation.reason in OFF:
        return say(
            "{}. It leaves no node, yet the version counter counts it{}.",
            where,
            _version(before, after, ": "),
        )
    return say("{}{}.", where, _version(before, after, ": version "))


def _hooks_stay(moment: Moment, before: TensorState, after: TensorState) -> Segments:
    """Say what goes along when a tensor gets another node, and what stays behind."""
    if before.grad_fn == after.grad_fn or before.id != after.id:
        return []
    old = moment.past.node(before.grad_fn, moment.index)
    stays = "hooks stay with its old value" if old is not None and old.hooks else ""
    if not after.retains_grad:
        return say(f"{stays.capitalize()}.") if stays else []
    return say(f"`retain_grad()` goes along{'; ' if stays else ''}{stays}.")


def _code(moment: Moment, operation: OperationState) -> Segments:
    """Write what wrote: `x[0] = 1` is a view and a write, `opt.step()` many."""
    code = operation_code(moment, operation)
    if _assigned(moment, operation):
        return say("{}", short(moment.past.code(moment.step.site)) or code[0][1])
    if moment.past.alone(operation):
        return code
    return say("{}", short(moment.past.code(operation.site)) or code[0][1])


def _assigned(moment: Moment, operation: OperationState) -> bool:
    """True if the statement writes through an index and this is that write."""
    node = moment.statement
    if not isinstance(node, ast.Assign | ast.AugAssign) or operation.site is None:
        return False
    start = moment.past.start(operation.site)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(
        isinstance(each, ast.Subscript) and (each.lineno, each.col_offset) == start
        for target in targets
        for each in ast.walk(target)
    )


def _holder(
    moment: Moment, operation: OperationState, after: TensorState
) -> TensorState:
    """Return the tensor that was written to, or the named one that it came from."""
    named = [other for other in _same_storage(moment, after) if other.names]
    # `x[0]` is gone at once; a reader knows it as `x`.
    if after.names or not named:
        return after
    code = plain(_code(moment, operation))
    meant = [other for other in named if code.startswith(moment.label(other))]
    return (meant or named)[0]


def _past_the_counter(
    moment: Moment, holder: TensorState, *, through: bool = False
) -> Segments:
    """Tell of a write that the holder's own version counter didn't see.

    `through` means that the program wrote through another tensor to reach this one.
    """
    old = moment.was(holder.id)
    # `.data` counts by itself: that is what makes wrong gradients silent.
    if old is None or old.version != holder.version or holder.version is None:
        return []
    if not (holder.requires_grad or through):
        return []
    stays = say(
        "The version of {} stays {:t}: the write went past its counter, so autograd "
        "won't notice.",
        moment.name(holder.id),
        str(holder.version),
    )
    nodes = moment.past.nodes(moment.index)
    late = [node for node in nodes if _saved(node, holder, usable=True)]
    if not late:
        return stays
    return fit(stays, say("{} will use the new values.", late[0].name))


def _saved(node: NodeState, tensor: TensorState, *, usable: bool = False) -> bool:
    """Say if a node saved a tensor's storage, and, if `usable`, backward takes it."""
    return any(
        kept.storage == tensor.storage
        and not kept.freed
        and not (usable and kept.now != kept.version)
        for kept in node.saved
    )


def _newest(moment: Moment, tensor: TensorState, node: NodeState) -> str:
    newest = moment.past.node(tensor.grad_fn, moment.index)
    return (newest or node).name


def _version(before: TensorState, after: TensorState, lead: str) -> Segments:
    if before.version == after.version or after.version is None:
        return []
    return say("{:t}{:t} → {:t}", lead, str(before.version), str(after.version))


def _consequence(
    moment: Moment, operation: OperationState, before: TensorState, after: TensorState
) -> Segments:
    """Tell the worst that follows; the mildest is that no node keeps the old values."""
    return (
        _stale(moment)
        or _unnoticed(moment, operation, after)
        or _together(moment, operation, after)
        or _nobody(moment, _holder(moment, operation, after), before, after)
    )


def _stale(moment: Moment) -> Segments:
    late = []
    steps = moment.past.trace.steps[moment.start : moment.index + 1]
    for key in dict.fromkeys(key for step in steps for key in step.changes):
        state = moment.past.node(key, moment.index)
        old = moment.past.node(key, moment.start - 1)
        if state is not None and old is not None:
            pairs = zip(old.saved, state.saved, strict=False)
            if any(a.now == a.version and b.now != b.version for a, b in pairs):
                late.append(say("{}", state.name))
    if not late:
        return []
    return say("What {} saved is now out of date.", listing(late))


def _unnoticed(
    moment: Moment, operation: OperationState, after: TensorState
) -> Segments:
    holder = _holder(moment, operation, after)
    if holder.id != after.id and _past_the_counter(moment, holder, through=True):
        return []  # said already
    for other in _same_storage(moment, after):
        if other.id != holder.id and (past := _past_the_counter(moment, other)):
            return past
    return []


def _together(
    moment: Moment, operation: OperationState, after: TensorState
) -> Segments:
    holder = _holder(moment, operation, after)
    others = [
        other
        for other in _same_storage(moment, after)
        if other.names and other.id != holder.id
    ]
    if not others:
        return []
    return say(
        "{} {:t} at the same storage, so {:t} too.",
        listing([moment.name(other.id) for other in others]),
        "looks" if len(others) == 1 else "look",
        "it changes" if len(others) == 1 else "they change",
    )


def _own_counter(
    moment: Moment,
    operation: OperationState,
    before: TensorState,
    after: TensorState,
) -> Segments:
    """Name one whose numbers changed and whose version didn't: what `.data` gives."""
    if before.version == after.version:
        return []
    missed = []
    for other in _same_storage(moment, after):
        old = moment.was(other.id)
        if other.names and old is not None and old.version == other.version:
            missed.append(other)
    # Of these it is said already that the write went past them.
    holder = _holder(moment, operation, after)
    if not missed or any(o.requires_grad or o.id == holder.id for o in missed):
        return []
    if missed[0].version is None:
        return say("{} counts no writes.", moment.name(missed[0].id))
    return say(
        "{} counts its own writes: its version stays {:t}.",
        moment.name(missed[0].id),
        str(missed[0].version),
    )


def _original(
    moment: Moment, operation: OperationState, after: TensorState
) -> Segments:
    """Say that what was cloned doesn't change with its clone."""
    holder = _holder(moment, operation, after)
    made = moment.past.operation(holder.made_by, moment.index)
    if made is None or made.name != "clone" or not made.inputs:
        return []
    source = moment.now(made.inputs[0].tensor)
    if source is None or not source.names or source.storage == after.storage:
        return []
    return say("{} has a storage of its own and stays as it was.", source.names[0])


def _same_storage(moment: Moment, tensor: TensorState) -> list[TensorState]:
    return [
        other
        for other in moment.past.tensors(moment.index)
        if other.storage == tensor.storage and other.id != tensor.id
    ]


def _nobody(
    moment: Moment, holder: TensorState, before: TensorState, after: TensorState
) -> Segments:
    if not moment.past.nodes(moment.index) or before.version == after.version:
        return []
    for node in moment.past.nodes(moment.index):
        if _saved(node, after):
            return []
    return say(
        "No node keeps {} saved, so nobody will miss the old values.",
        moment.name(holder.id),
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


def _passed_by(moment: Moment, ran: list[OperationState], start: int) -> Segments:
    """Name the leaves that an optimizer has written to before, and now has no grad for.

    None isn't zeros: those would still decay a weight, or move it by its momentum.
    """
    bare = [
        leaf
        for leaf in moment.past.tensors(moment.index)
        if leaf.is_leaf and leaf.requires_grad and leaf.names and leaf.grad is None
    ]
    paths = {call.id: call.path for call in moment.past.calls if call.path}
    own = {paths.get(one.call or "") for one in ran} - {None}
    written = {
        key
        for one in (moment.past.operations() if bare and own else ())
        if one.inplace and paths.get(one.call or "") in own
        for key in one.outputs
    }
    now = {key for one in ran for key in one.outputs}
    names = [moment.name(leaf.id) for leaf in bare if leaf.id in written - now]
    if not names:
        return []
    if len(names) == 1:
        return say("{} isn't touched: its `.grad` is `None`, not zeros.", names[0])
    many = "{} aren't touched: their `.grad` is `None`, not zeros."
    return say(many, listing(names[:3]))


def wrote_all(moment: Moment, ran: list[OperationState], start: int) -> Segments:
    r"""Sum up a statement whose inner operations wrote: an optimizer's step.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1)\nx.add_(1)"))
    >>> wrote_all(now, [now.operation], now.index)[-1]
    ['text', ', in place: version 0 → 1.']
    """
    keys = dict.fromkeys(key for one in ran if one.inplace for key in one.outputs)
    found = [tensor for key in keys if (tensor := moment.now(key)) and tensor.names]
    if not found:
        return []
    leaves = [tensor for tensor in found if tensor.requires_grad]
    others = len(found) - len(leaves) if leaves else 0
    found = leaves or found
    old = [moment.past.tensor(tensor.id, start - 1) for tensor in found]
    steps = {
        (before.version, tensor.version)
        for before, tensor in zip(old, found, strict=True)
        if before is not None
    }
    version: Segments = []
    if len(steps) == 1:
        low, high = next(iter(steps))
        version = say(": version {:t} → {:t}", str(low), str(high))
    names = [moment.name(tensor.id) for tensor in found]
    if len(names) > 3:
        names = [*names[:2], say("{:t} more", number(len(names) - 2))]
    code = short(moment.past.code(moment.step.site))
    first = say("{} writes into {}, in place{}.", code or "It", listing(names), version)
    leaf = all(tensor.is_leaf and tensor.requires_grad for tensor in found)
    same = "It is still the same leaf." if len(found) == 1 else "They stay leaves."
    hidden = any(one.inplace and one.reason in OFF for one in ran)
    return fit(
        first,
        _passed_by(moment, ran, start),
        say("Grad mode is off inside, so nothing is recorded.") if hidden else [],
        say(same) if leaf else [],
        say("It also writes into {:t} more.", number(others)) if others else [],
    )
