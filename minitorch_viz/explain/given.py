"""Sentences about a whole way back: what it gave to whom."""

from __future__ import annotations

from ..snapshot import TensorState
from ..trace.model import Step
from .backward import path_not_taken, wrong
from .history import Moment
from .words import Segments, fit, listing, number, say


def summary(moment: Moment, start: int) -> Segments:
    r"""Say in one sentence what the backward that began at step `start` gave to whom.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1, requires_grad=True)\nx.backward()"))
    >>> summary(now, now.index)[1:]
    [['code', 'x.grad'], ['text', ' is [1.].']]
    """
    owners = _given(moment, start)
    got = [
        say("{} is {:t}", moment.grad_name(owner), moment.value(owner.grad))
        for owner in owners
    ]
    if len(got) > 3:
        got = [*got[:2], say("{:t} more tensors got theirs", number(len(got) - 2))]
    if not got:
        handed = "The gradients went back to the program itself; no `.grad` changed."
        return fit(say(handed), _walk_recorded(moment, start))
    first = say(
        "The gradient went back along recorded operations only, so {}.", listing(got)
    )
    missed = [found for owner in owners if (found := path_not_taken(moment, owner))]
    before = [moment.past.tensor(owner.id, start - 1) for owner in owners]
    added = []
    if any(state is not None and state.grad is not None for state in before):
        added = say("The new gradient was added to what was there.")
    return fit(first, wrong(moment), *missed[:1], added)


def _walk_recorded(moment: Moment, start: int) -> Segments:
    """Say that `create_graph` recorded the walk itself, if what came has a name."""
    stepped = {step.operation for step in _steps(moment, start)}
    for now in moment.past.tensors(moment.index):
        node = moment.past.node(now.grad_fn, moment.index)
        new = moment.past.tensor(now.id, start - 1) is None
        if new and node is not None and now.names and now.made_by not in stepped:
            fn = f"{now.names[0]}.grad_fn"
            return say("This walk was itself recorded: {} is {}.", fn, node.name)
    return []


def _given(moment: Moment, start: int) -> list[TensorState]:
    """Return the tensors to whose `.grad` the walk from step `start` on has given."""
    ran = [moment.past.node(s.node, s.index) for s in _steps(moment, start)]
    sunk = {node.variable for node in ran if node is not None}
    found = []
    for now in moment.past.tensors(moment.index):
        old = moment.past.tensor(now.id, start - 1)
        before = moment.past.tensor(old.grad if old else None, start - 1)
        after = moment.now(now.grad)
        if after is None:
            continue
        kept = before is not None and before.id == after.id
        same = kept and before is not None and before.value == after.value
        # What was added may have been zeros.
        if not same or (now.id in sunk and now.requires_grad):
            found.append(now)
    return found


def _steps(moment: Moment, start: int) -> tuple[Step, ...]:
    return moment.past.trace.steps[start : moment.index + 1]
