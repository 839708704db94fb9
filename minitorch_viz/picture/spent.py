"""Which nodes have done their part: backward has passed, nothing new leads there."""

from __future__ import annotations

from math import inf

from .history import History


def spent(past: History) -> dict[str, float]:
    """Say for each node from which step on it can't matter any more, or never.

    A backward pass that keeps no graph is a node's end, unless something that is built
    later leads to it: that one may still want to walk there, and fail.

    >>> spent(History(()))
    {}
    """
    walked = _walked(past)
    births = {id: states[0][0] for id, states in past.nodes.items()}
    ahead: dict[str, list[str]] = {id: [] for id in births}
    for id, states in past.nodes.items():
        for edge in states[-1][1].edges:
            if edge.node in ahead:
                ahead[edge.node].append(id)
    found: dict[str, float] = {}
    for id in sorted(births, key=births.__getitem__, reverse=True):
        ends = [walked.get(id, inf), *(found.get(a, inf) for a in ahead[id])]
        found[id] = min(float(past.died.get(id, inf)), max(ends))
    return found


def _walked(past: History) -> dict[str, float]:
    """Say when a walk that kept no graph last came to a node, not failing."""
    found: dict[str, float] = {}
    walk: dict[str, None] = {}
    for step in past.steps:
        if any(gradient.source is None for gradient in step.gradients):
            _close(past, walk, step.index - 1, found)
            walk = {}
        at = [g.source for g in step.gradients if g.source is not None]
        walk.update(dict.fromkeys(at))
        found.update(dict.fromkeys(at, float(step.index)))
        if step.error is not None and step.error.culprit_node is not None:
            found.update(dict.fromkeys((*walk, step.error.culprit_node), inf))
            walk = {}
    _close(past, walk, len(past.steps) - 1, found)
    return found


def _close(
    past: History, walk: dict[str, None], end: int, found: dict[str, float]
) -> None:
    """Take back what was said of a walk that kept its graph."""
    if any(_holds(past, id, end) for id in walk):
        found.update(dict.fromkeys(walk, inf))


def _holds(past: History, id: str, step: int) -> bool:
    alive = past.died.get(id, inf) > step
    saved = past.node(id, step).saved
    return alive and any(each.tensor is not None and not each.freed for each in saved)
