"""In which calls, loops and turns of loops each step of a run lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..snapshot import CallState, Site
from ..trace.model import Step

#: Calls of calls, loops in loops: what lies deeper counts to the last of these.
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a run: a statement with what it calls, a loop, a turn, a module.

    `step` tells two runs of one statement apart. A module is one `call` of it, and
    `turn` says how deep it lies.

    >>> Part("turn", 7, None, 2).turn
    2
    """

    kind: str
    step: int
    site: Site | None
    turn: int = 0
    call: CallState | None = None


Way = tuple[Part, ...]


def ways(steps: Sequence[Step]) -> list[Way]:
    """Say for each step in which parts it lies, the outermost first.

    >>> ways((Step(0, "statement", "start"),))
    [()]
    """
    inner = _loops(steps)
    calls = {step.parent for step in steps}
    found: list[Way] = [()] * len(steps)
    for step in reversed(steps):  # what a step belongs to comes after it
        parent = step.parent
        outer = found[parent] if parent is not None and parent > step.index else ()
        way = outer + inner[step.index]
        if step.index in calls:
            way += (Part("call", step.index, step.site),)
        found[step.index] = way[:DEEPEST]
    return found


def modules(calls: Sequence[CallState]) -> Way:
    """Return the parts that are calls of modules.

    >>> [part.kind for part in modules([CallState("c0")])]
    ['module']
    """
    return tuple(Part("module", 0, c.site, k, c) for k, c in enumerate(calls))


def woven(way: Way, calls: Sequence[CallState]) -> Way:
    """Put the modules into a way, each right behind the statement that called it.

    >>> [part.kind for part in woven((Part("loop", 7, None),), [CallState("c0")])]
    ['loop', 'module']
    """
    found: list[Part] = []
    left = list(modules(calls))
    for part in way:
        found.append(part)
        while left and part.kind == "call" and _holds(part.site, left[0].site):
            found.append(left.pop(0))
    return (*found, *left)


def _holds(outer: Site | None, inner: Site | None) -> bool:
    if outer is None or inner is None:
        return False
    start = (outer.line, outer.column) <= (inner.line, inner.column)
    ends = (inner.end_line, inner.end_column), (outer.end_line, outer.end_column)
    return start and ends[0] <= ends[1]


def _loops(steps: Sequence[Step]) -> list[Way]:
    """Say for each step which loops are open around it, in its own function's code.

    What stands further right than a loop's own line is inside the loop.
    """
    found: list[Way] = []
    open_in: dict[int | None, list[tuple[Part, Part]]] = {}
    for step in steps:
        stack, site = open_in.setdefault(step.parent, []), step.site
        if site is not None:
            while stack and _over(stack[-1][0].site, site):
                stack.pop()
        if step.kind == "loop" and site is not None:
            again = bool(stack) and stack[-1][0].site == site
            loop = stack.pop()[0] if again else Part("loop", step.index, site)
            if step.action != "ended":
                turn = Part("turn", step.index, site, step.iteration or 0)
                stack.append((loop, turn))
        found.append(tuple(part for pair in stack for part in pair))
    return found


def _over(loop: Site | None, site: Site) -> bool:
    if loop is None or (loop.line, loop.column) == (site.line, site.column):
        return False
    return site.column <= loop.column or site.line < loop.line
