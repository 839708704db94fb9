"""Sentences about what a statement changed other than by an operation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..snapshot import TensorState
from .asked import hooked, unhooked
from .history import Moment, short
from .operations import inputs, operation_code
from .words import Segments, listing, number, plain, say

_MOST = 3


@dataclass(frozen=True, slots=True)
class _Change:
    """What happened to a tensor, and what to say where it happened to several."""

    name: Segments
    one: Segments
    several: Segments
    lead: str = ""


def changes(moment: Moment) -> Iterator[Segments]:
    r"""Say what changed other than by an operation: flags, gradients, names.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1)\ny = x"))
    >>> next(filter(None, changes(now)))[0]
    ['code', 'y']
    """
    yield hooked(moment)
    yield unhooked(moment)
    kept = [
        new
        for old, new in moment.changed()
        if new.expression in new.names and (old is None or not old.names)
    ]
    yield _kept(moment, kept)
    found = [
        _change(moment, old, new)
        for old, new in moment.changed()
        if new not in kept
        and not all(name.endswith(".grad") for name in new.names or ("",))
    ]
    yield from _together([change for change in found if change is not None])
    yield _gone(moment)


def _together(found: list[_Change]) -> Iterator[Segments]:
    """Say in one sentence what happened to several tensors alike."""
    alike: dict[str, list[_Change]] = {}
    for change in found:
        alike.setdefault(plain(change.several), []).append(change)
    for group in alike.values():
        names, first = _some([change.name for change in group]), group[0]
        yield [
            *say(first.lead),
            *names,
            *(first.one if len(group) == 1 else first.several),
        ]


def _some(names: list[Segments]) -> Segments:
    """List names; of many the first ones and how many more."""
    if len(names) > _MOST:
        more = say("{:t} more", number(len(names) - _MOST + 1))
        names = [*names[: _MOST - 1], more]
    return listing(names)


def _kept(moment: Moment, kept: list[TensorState]) -> Segments:
    """Say that a library's call keeps some of what it made: an optimizer's state."""
    kept = [new for new in kept if (old := moment.was(new.id)) and not old.names]
    if not kept:
        return []
    code = short(moment.past.code(moment.step.site)) or "The call"
    names = [say("{}", new.names[0]) for new in kept]
    if len(names) > 2:
        names = [names[0], say("{:t} more", number(len(names) - 1))]
    return say("{} keeps what it made for later: {}.", code, listing(names))


def _change(
    moment: Moment, old: TensorState | None, new: TensorState
) -> _Change | None:
    name = moment.name(new.id)
    if old is None:
        return _appeared(moment, new)
    if old.value != new.value and replace(old, value=new.value) == new:
        return _overwritten(moment, new)
    if old.requires_grad != new.requires_grad and old.grad_fn == new.grad_fn:
        return _flag(name, new)
    if old.grad_fn is not None and new.grad_fn is None:
        return _Change(
            name,
            say(" is cut off from what made it: now a leaf that requires no grad."),
            say(" are cut off from what made them: now leaves that require no grad."),
        )
    if new.retains_grad and not old.retains_grad:
        return _retained(name)
    if old.grad != new.grad or _grad_value(moment, old, new):
        return _grad(moment, new)
    if old.storage != new.storage:
        return _moved(name)
    fresh = [
        name
        for name in new.names
        if name not in old.names and not _again(moment, new, name)
    ]
    kept = [name for name in old.names if name in new.names]
    if fresh and kept:
        return _renamed(fresh[0], kept[0])
    return _named(moment, fresh[0], new) if fresh else None


def _again(moment: Moment, new: TensorState, name: str) -> bool:
    """True for a name that is only seen again: that of a function which goes on."""
    stored = {
        each.id
        for each in ast.walk(moment.statement or ast.Pass())
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    if name.removeprefix(f"{moment.step.frame}.") in stored:
        return False
    return moment.past.was_called(new.id, name, moment.start - 1)


def _overwritten(moment: Moment, new: TensorState) -> _Change:
    """Say that numbers changed with no operation: through NumPy, or in a thread."""
    how = "Their memory was written into from outside, and no version counts that."
    if by := _kept_by(moment, new):
        return _Change(
            moment.name(new.id),
            say(
                " is now {:t}: {} keeps it, past the version counter.",
                moment.value(new.id),
                by,
            ),
            say(
                " hold other numbers now: {} keeps them, past the version counter.", by
            ),
        )
    return _Change(
        moment.name(new.id),
        say(f" is now {{:t}}. {how.replace('Their', 'Its')}", moment.value(new.id)),
        say(f" hold other numbers now. {how}"),
    )


def _kept_by(moment: Moment, new: TensorState) -> Segments:
    """Name the operation of this statement that took a tensor and wrote to it.

    So does a layer that keeps running statistics.
    """
    for step in (*moment.past.inner(moment.step), moment.step):
        ran = moment.past.operation(step.operation, moment.index)
        if ran is not None and not ran.view and new.id in inputs(ran):
            return operation_code(moment, ran)
    return []


def _moved(name: Segments) -> _Change:
    """Say that a tensor was given other memory: its `.data` was assigned."""
    free = "Assigning `.data` changes neither the version nor what is recorded."
    return _Change(
        name,
        say(f" now looks at other memory. {free}"),
        say(f" now look at other memory. {free}"),
    )


def moved(moment: Moment) -> Segments:
    r"""Say which tensors have got other memory.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1)\nx.data = torch.zeros(1)"))
    >>> plain(moved(now))[:29]
    'x now looks at other memory. '
    """
    found = [
        _moved(moment.name(new.id))
        for old, new in moment.changed()
        if old is not None and old.storage != new.storage
    ]
    return [part for said in _together(found) for part in said]


def overwritten(moment: Moment) -> Segments:
    r"""Say which tensors hold other numbers though no operation gave them any.

    >>> import minitorch_viz as mv
    >>> head = "import torch\nm = torch.nn.BatchNorm1d(1)\n"
    >>> now = Moment.of(mv.step(head + "m(torch.ones(2, 1))"))
    >>> plain(overwritten(now))[:50]
    'm.running_mean and m.running_var hold other number'
    """
    found = [
        _overwritten(moment, new)
        for old, new in moment.changed()
        if old and old.value != new.value and replace(old, value=new.value) == new
    ]
    return [part for said in _together(found) for part in said]


def _flag(name: Segments, new: TensorState) -> _Change:
    if new.requires_grad:
        record = "grad from here on: operations on {} will be recorded, and {} a place "
        return _Change(
            name,
            say(f" requires {record.format('it', 'it has')}for a gradient."),
            say(f" require {record.format('them', 'each has')}for a gradient."),
        )
    alone = "grad: from here on operations on {} alone aren't recorded."
    return _Change(
        name,
        say(f" no longer requires {alone.format('it')}"),
        say(f" no longer require {alone.format('them')}"),
    )


def _retained(name: Segments) -> _Change:
    return _Change(
        name,
        say(
            " isn't a leaf, so its gradient would be thrown away. "
            "`retain_grad()` asks to keep it."
        ),
        say(
            " aren't leaves, so their gradients would be thrown away. "
            "`retain_grad()` asks to keep them."
        ),
    )


def _renamed(name: str, old: str) -> _Change:
    return _Change(
        say("{}", name),
        say(" is a second name for the same tensor as {}: nothing is copied.", old),
        say(" are more names for the tensor {}: nothing is copied.", old),
    )


def _named(moment: Moment, name: str, new: TensorState) -> _Change:
    statement = moment.statement
    value = getattr(statement, "value", None)
    code = short(ast.unparse(value)) if isinstance(value, ast.expr) else ""
    name = name.removeprefix(f"{moment.step.frame}.")
    target = (
        ast.unparse(statement.targets[0]) if isinstance(statement, ast.Assign) else ""
    )
    inside = name.startswith((f"{target}.", f"{target}[")) if target else False
    gave = say("what {} gave", code) if code else []
    if isinstance(value, ast.Yield):
        gave = say("what was sent in")
    one, several = gave or say("this tensor"), gave or say("these tensors")
    if inside and code:
        one, several = say("a tensor in {}", gave), say("tensors in {}", gave)
    node = moment.past.node(new.grad_fn, moment.index)
    flag = say("has no `grad_fn`")
    if node is not None:
        flag = say("has the `grad_fn` {}", node.name)
    elif new.requires_grad:
        flag = say("is a leaf that requires grad")
    return _Change(
        say("{}", name),
        say(" names {}: it {}.", one, flag),
        say(" name {}.", several),
        "From here on ",
    )


def _appeared(moment: Moment, new: TensorState) -> _Change | None:
    if not new.names or any(name.endswith(".grad") for name in new.names):
        return None
    name = say("{}", moment.label(new))
    node = moment.past.node(new.grad_fn, moment.index)
    if node is not None:
        return _Change(
            name,
            say(" is not a leaf: its `grad_fn` is {}.", node.name),
            say(" are not leaves: each has a `grad_fn`."),
        )
    grad = "grad" if new.requires_grad else "no grad"
    kinds = ("a leaf", "leaves") if new.is_leaf else ("not a leaf", "not leaves")
    return _Change(
        name,
        say(f" is {kinds[0]} that requires {grad}."),
        say(f" are {kinds[1]} that require {grad}."),
    )


def _grad_value(moment: Moment, old: TensorState, new: TensorState) -> bool:
    before, now = moment.was(old.grad), moment.now(new.grad)
    return before is not None and now is not None and before.value != now.value


def _grad(moment: Moment, new: TensorState) -> _Change:
    grad = moment.grad_name(new)
    if new.grad is None:
        follow = "`None` again: the next backward starts from nothing, not from zeros."
        return _Change(grad, say(f" is {follow}"), say(f" are {follow}"))
    return _Change(
        grad, say(" is now {:t}.", moment.value(new.grad)), say(" have changed.")
    )


def _gone(moment: Moment) -> Segments:
    """Name the tensors whose last name went in this step."""
    names = []
    for key in moment.step.deleted:
        old = moment.was(key)
        if old is not None and old.names and not old.names[0].endswith(".grad"):
            names.append(say("{}", old.names[0]))
    if len(names) == 1:
        return say("The tensor that was {} is gone: no name holds it.", names[0])
    if not names:
        return []
    gone = "The tensors that were {} are gone: no name holds them."
    return say(gone, _some(names))
