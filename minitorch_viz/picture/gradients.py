"""Gradients: which flowed when, and their arrows beside the data edges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..trace.model import broke_off
from .blocks import Source
from .curves import arrow, cut_at, sampled, straight
from .events import span
from .layout import Layout
from .measure import elide, width
from .merge import spans
from .places import Link, Occupant, Plan
from .routing import LANE
from .shapes import Box, Element, Point, Rect, Shape, Span, Text
from .style import SIZE

CHIP = 20.0


@dataclass(frozen=True, slots=True)
class Gradient:
    """A gradient along an edge, from its step to the start of the next walk.

    One that is `handed` to the program goes no further: its node doesn't run.

    >>> Gradient(("n1", 0), "n0", 7, None, "2.", blocked=False).text
    '2.'
    """

    edge: tuple[str, int] | None
    node: str | None
    step: int
    end: int | None
    text: str
    blocked: bool
    handed: bool = False


#: Gradients by the autograd edge along which they flow.
Passing = dict[tuple[str, int], list[Gradient]]


def gradients(plan: Plan) -> list[Gradient]:
    """List the gradients; a new walk wipes the arrows of the one before.

    >>> from .history import History
    >>> from .seating import plan
    >>> gradients(plan(History(())))
    []
    """
    steps, ran = plan.past.steps, _ran(plan)
    starts = [s.index for s in steps if any(g.source is None for g in s.gradients)]
    found = []
    for step in steps:
        later = bisect_right(starts, step.index)
        end = starts[later] if later < len(starts) else None
        for g in step.gradients:
            edge = (g.source, g.edge) if g.source is not None else None
            text = plan.past.text(g.value)
            blocked = g.node is None
            handed = g.node is not None and g.node not in ran[later]
            if edge is None or g.node is None or g.value is not None:
                found.append(
                    Gradient(edge, g.node, step.index, end, text, blocked, handed)
                )
    return found


def _ran(plan: Plan) -> dict[int, frozenset[str]]:
    """Say for each walk, the first is 1, which nodes run; of a failed one, all."""
    found: dict[int, frozenset[str]] = {}
    walk = 0
    for step in plan.past.steps:
        ran = [step.node] if step.node is not None and step.operation is None else []
        if any(g.source is None for g in step.gradients):
            walk += 1
            ran += plan.past.nodes if broke_off(plan.past.steps, step) else ()
        found[walk] = found.get(walk, frozenset()).union(ran)
    return found


def by_edge(found: Iterable[Gradient]) -> Passing:
    """Sort gradients by the autograd edge along which they flow.

    >>> by_edge([Gradient(None, "n3", 7, None, "1.", blocked=False)])
    {}
    """
    listed: Passing = {}
    for g in found:
        if g.edge is not None:
            listed.setdefault(g.edge, []).append(g)
    return listed


def roots(found: list[Gradient]) -> dict[str, float]:
    """Name the nodes at which walks began, and measure what they began with.

    >>> list(roots([Gradient(None, "n3", 7, None, "1.", blocked=False)]))
    ['n3']
    """
    widest: dict[str, float] = {}
    for g in found:
        if g.edge is None and g.node is not None:
            widest[g.node] = max(widest.get(g.node, 0.0), chip_width(g.text))
    return widest


def chip_width(text: str) -> float:
    """Measure a gradient's chip.

    >>> chip_width("1.") > 24
    True
    """
    return min(152.0, 14 + width(text, SIZE, mono=True, bold=True))


def chips(plan: Plan, found: list[Gradient]) -> dict[int, float]:
    """Measure the widest chip at each place that gradients leave.

    >>> from .history import History
    >>> from .seating import plan
    >>> chips(plan(History(())), [])
    {}
    """
    widths: dict[int, float] = {}
    edges: dict[tuple[str, int], int] = {
        s.edge: link.target for link in plan.links for _, s, _ in link.uses if s.edge
    }
    for g in found:
        if g.edge in edges:
            at = edges[g.edge]
            widths[at] = max(widths.get(at, 0.0), chip_width(g.text))
    return widths


def flow(
    plan: Plan,
    placed: Layout,
    number: int,
    link: Link,
    use: tuple[Occupant, Source, Occupant],
    found: Sequence[Gradient],
) -> list[Element]:
    """Draw the gradients that flow back along one link: those of its edge."""
    there, source, here = use
    elements = []
    for g in found:
        if g.blocked:
            continue
        on = span(here, g.step, _first(g.end, there.end))
        if on:
            elements.append(_gradient(placed, number, link, g, on, source))
    return elements


def bundled(
    plan: Plan, placed: Layout, number: int, link: Link, passing: Passing
) -> list[Element]:
    """Draw the gradients of a link that stands for many: the newest, without values.

    >>> from .history import History
    >>> from .seating import plan
    >>> bundled(plan(History(())), Layout(0, 0), 0, Link(0, 0, False, 1, 0, ()), {})
    []
    """
    shapes: tuple[Shape, ...] = ()
    steps: list[int] = []
    on: list[Span] = []
    of: dict[str, None] = {}
    for there, source, here in link.uses:
        if source.edge is None:
            continue
        for g in passing.get(source.edge, ()):
            lasts = () if g.blocked else span(here, g.step, _first(g.end, there.end))
            if lasts:
                shapes = shapes or arrow(
                    _way_back(placed, number, link), "grd", "head-grad", 11
                )
                on += lasts
                steps.append(g.step)
                of.update(dict.fromkeys(id for id in (*source.edge[:1], g.node) if id))
    if not shapes:
        return []
    marks = {"new": tuple(sorted(set(steps)))}
    return [Element("gradient", spans(on), shapes, tuple(of), marks)]


def _first(*ends: int | None) -> int | None:
    known = [e for e in ends if e is not None]
    return min(known) if known else None


def _gradient(
    placed: Layout,
    number: int,
    link: Link,
    g: Gradient,
    on: tuple[Span, ...],
    source: Source,
) -> Element:
    back = _way_back(placed, number, link, handed=g.handed)
    shapes = arrow(back, "grd", "head-grad", 11)
    shapes += chip(*_riding(placed, number, back, g.text), g.text)
    of = tuple(i for i in (g.edge and g.edge[0], g.node) if i)
    return Element("gradient", on, shapes, of, {"new": (g.step,)})


def _halfway(back: list[Point]) -> Box:
    """Return where a chip is best when the layout keeps no room for it."""
    x, y = sampled(back)[len(back) * 2]
    return Box(x, y, 0, 0)


def _riding(placed: Layout, number: int, back: list[Point], text: str) -> Point:
    """Find where a chip rides on its arrow: its right end, and its middle's height.

    Best it stands in its own room; where the arrow passes that afar, on the arrow,
    as near as nothing else is in the way.
    """
    room = placed.rooms.get(number)
    at = room or _halfway(back)
    y, way = at.middle[1], sampled(back)
    x = min(way, key=lambda p: abs(p[1] - y))[0] + 6
    if room and abs(x - room.right) < 24:
        return x, y
    wide, others = chip_width(text), [r for k, r in placed.rooms.items() if k != number]
    taken = [*others, *(frame.size for frame in placed.frames.values())]
    line = sampled(placed.routes[number])
    for px, py in sorted(way, key=lambda p: abs(p[1] - y)):
        # On either side of its arrow, but not across the link that this runs beside.
        for right in (px + 6, px - 6 + wide):
            box = Box(right - wide, py - CHIP / 2, wide, CHIP)
            own = any(box.meets(Box(*p, 0, 0)) for p in line)
            if not own and not any(box.meets(other) for other in taken):
                return right, py
    return at.right - 4, y


def _way_back(
    placed: Layout, number: int, link: Link, *, handed: bool = False
) -> list[Point]:
    frame = placed.frames[link.source]
    back = placed.beside[number][::-1]
    sink = frame.sinks[link.output or 0] if frame.sinks and not link.slot else None
    return back if sink is None or handed else _into_sink(back, sink)


def chip(right: float, y: float, text: str) -> tuple[Shape, ...]:
    """Draw a gradient's value, riding on its arrow.

    >>> chip(50, 10, "1.")[1].t
    '1.'
    """
    wide = chip_width(text)
    box = Box(right - wide, y - CHIP / 2, wide, CHIP)
    said = text
    if width(text, SIZE, mono=True, bold=True) > wide - 10:
        # Rather without its shape than with numbers that miss digits.
        said = text.partition(") ")[2] or text
    said = elide(said, wide - 10, SIZE, mono=True, bold=True)
    return (
        Rect(box, "chip", CHIP / 2),
        Text(box.middle[0], y + 4, said, "t m chip-t", "middle"),
    )


def _into_sink(back: list[Point], sink: Box) -> list[Point]:
    """Lead a gradient that reaches a leaf into its AccumulateGrad."""
    (x, y), to = back[-1], sink.right - 20
    back = cut_at(back, y + 26)
    (ax, ay), (bx, by) = back[-2], back[-1]
    if abs(bx - x) < 2 and abs(bx - ax) < abs(by - ay):
        run = y + 10
        return [
            *back, (x, by - 4), (x, run + 8), (x, run + 8),
            (x, run + 3), (x - 3, run), (x - 8, run),
            (x - 8, run), (to + 8, run), (to + 8, run),
            (to + 3, run), (to, run - 3), (to, run - 8),
            (to, run - 8), (to, sink.bottom + 1), (to, sink.bottom + 1),
        ]  # fmt: skip
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
    ahead = bx + (bx - ax) / length * 14, by + (by - ay) / length * 14
    return [*back, ahead, (to, sink.bottom + 20), (to, sink.bottom + 1)]


def seeds(plan: Plan, placed: Layout, found: list[Gradient]) -> list[Element]:
    """Draw the gradient that a walk begins with, under the tensor it began at.

    >>> from .history import History
    >>> from .seating import plan
    >>> seeds(plan(History(())), Layout(0, 0), [])
    []
    """
    elements = []
    # A stub stands for a tensor that has its place elsewhere.
    places = [place for place in plan.places if place.kind != "stub"]
    home = {o.block.node: o for p in places for o in p.occupants if o.block.node}
    for g in found:
        if g.edge is not None or g.node not in home:
            continue
        one = home[g.node]
        frame = placed.frames[one.place]
        x, y = frame.outlet(0 if frame.cards else None)
        x -= LANE
        way = straight((x, y + 30), (x, y + 1))
        shapes = (*arrow(way, "grd", "head-grad", 11), *chip(x + 6, y + 21, g.text))
        on = span(one, g.step, g.end)
        if on:
            elements.append(
                Element("gradient", on, shapes, (str(g.node),), {"new": (g.step,)})
            )
    return elements
