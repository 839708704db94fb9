"""What the steps did to nodes, and how long things stay."""

from __future__ import annotations

from dataclasses import dataclass

from ..trace.model import Step
from .places import Occupant
from .shapes import Span


@dataclass(frozen=True, slots=True)
class Events:
    """What the steps did to nodes: which ran when, which was refused at the end.

    >>> Events({"n0": [4]}, {}, {}, [3], {}).hot("n0")
    ((4, 5),)
    """

    ran: dict[str, list[int]]
    refused: dict[str, list[Span]]
    fields: dict[tuple[str, str], int]
    walks: list[int]
    stale: dict[str, int]

    def next_walk(self, step: int, over: int | None) -> int | None:
        """Say when the arrows of this step's walk are wiped, or their place is over."""
        ends = [s for s in self.walks if s > step]
        return min([*ends, *([over] if over is not None else [])], default=None)

    def hot(self, node: str | None) -> tuple[Span, ...]:
        """List the steps at which a node has just run."""
        return tuple((s, s + 1) for s in self.ran.get(node or "", ()))

    def bad(self, id: str | None) -> tuple[Span, ...]:
        """List when an entity stands refused."""
        return tuple(self.refused.get(id or "", ()))


def events(steps: tuple[Step, ...]) -> Events:
    """Collect what happened to nodes.

    >>> events(()).hot("n0")
    ()
    """
    found = Events({}, {}, {}, [], {})
    for step in steps:
        if any(g.source is None for g in step.gradients):
            found.walks.append(step.index)
        if step.kind in ("backward", "accumulate") and step.node:
            found.ran.setdefault(step.node, []).append(step.index)
        error = step.error
        if error is None:
            continue
        for id in (
            error.culprit_node,
            None if error.culprit_node else error.culprit_tensor,
        ):
            if id:
                end = _gone_on(steps, step) if error.caught else None
                found.refused.setdefault(id, []).append((step.index, end))
        if error.culprit_node and error.kind == "modified":
            found.stale.setdefault(error.culprit_node, step.index)
        if error.culprit_node and error.culprit_field:
            key = (error.culprit_node, error.culprit_field)
            found.fields.setdefault(key, step.index)
    return found


def _gone_on(steps: tuple[Step, ...], raised: Step) -> int | None:
    """Find the step at which a program that caught an error works on."""
    later = steps[raised.index + 1 :]
    return next((s.index for s in later if s.operation or s.node or s.error), None)


def span(one: Occupant, start: int, end: int | None = None) -> tuple[Span, ...]:
    """Cut an interval to an occupant's time.

    >>> from .blocks import Block
    >>> span(Occupant(Block(0, "leaf", 2), 0, 2, 9), 0, 5)
    ((2, 5),)
    """
    start = max(start, one.start)
    ends = [e for e in (end, one.end) if e is not None]
    last = min(ends) if ends else None
    return () if last is not None and last <= start else ((start, last),)
