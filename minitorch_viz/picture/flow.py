"""What runs between the boxes: data edges, cuts, gradients against them, ties, writes."""

from __future__ import annotations

from dataclasses import dataclass

from . import words
from .blocks import Source
from .dot import Wire
from .draw import span
from .frames import Frame, Group
from .layout import Layout
from .measure import elide, width
from .places import Link, Occupant, Place, Plan
from .shapes import (
    Box,
    Element,
    Path,
    Point,
    Rect,
    Shape,
    Span,
    Text,
    curve,
    head,
    line,
    shifted,
    shortened,
)
from .style import SIZE, SMALL

#: How far beside its data edge a gradient runs.
LANE = 10.0
CHIP, NOTE = 20.0, 15.0


@dataclass(frozen=True, slots=True)
class Gradient:
    """A gradient along an autograd edge, from its step to the start of the next walk."""

    edge: tuple[str, int] | None
    node: str | None
    step: int
    end: int | None
    text: str
    blocked: bool


def gradients(plan: Plan) -> list[Gradient]:
    """List the gradients of every walk; a new walk wipes the arrows of the one before."""
    steps = plan.past.steps
    starts = [s.index for s in steps if any(g.source is None for g in s.gradients)]
    found = []
    for step in steps:
        end = next((s for s in starts if s > step.index), None)
        for g in step.gradients:
            edge = (g.source, g.edge) if g.source is not None else None
            text = plan.past.text(g.value)
            blocked = g.node is None
            if edge is None or g.node is None or g.value is not None:
                found.append(Gradient(edge, g.node, step.index, end, text, blocked))
    return found


def roots(found: list[Gradient]) -> set[str]:
    """Name the nodes at which walks began."""
    return {g.node for g in found if g.edge is None and g.node is not None}


def chip_width(text: str) -> float:
    """Measure a gradient's chip.

    >>> chip_width("1.") > 24
    True
    """
    return min(152.0, 14 + width(text, SIZE, mono=True, bold=True))


def wires(plan: Plan, found: list[Gradient]) -> list[Wire]:
    """Say which links the layout routes, and what room each needs beside it."""
    texts: dict[tuple[str, int], list[str]] = {}
    for g in found:
        if g.edge is not None:
            texts.setdefault(g.edge, []).append(g.text)
    listed = []
    for number, link in enumerate(plan.links):
        target, source = plan.places[link.target], plan.places[link.source]
        if target.host == link.source or plan.twins[number][0] != number:
            continue
        said = [t for _, s, _ in link.uses if s.edge for t in texts.get(s.edge, ())]
        ranked = source.kind == "stub" or link.source < link.target
        room = _room(plan, link, said)
        listed.append(Wire(number, room, _weight(source, link), ranked))
    return listed


def _weight(source: Place, link: Link) -> int:
    """Keep what was recorded straight: first the chain of operations, then its leaves."""
    recorded = any(s.edge for _, s, _ in link.uses)
    if not recorded:
        return 2
    return 8 if source.kind in ("leaf", "stub") else 40


def chips(plan: Plan, found: list[Gradient]) -> dict[int, float]:
    """Measure the widest chip at each place that gradients leave."""
    widths: dict[int, float] = {}
    edges: dict[tuple[str, int], int] = {
        s.edge: link.target for link in plan.links for _, s, _ in link.uses if s.edge
    }
    for g in found:
        if g.edge in edges:
            at = edges[g.edge]
            widths[at] = max(widths.get(at, 0.0), chip_width(g.text))
    return widths


def _room(plan: Plan, link: Link, said: list[str]) -> tuple[float, float] | None:
    notes = [w for use in link.uses if (w := note(plan, link, use))]
    if notes:
        wide = max(width(t, SMALL) for lines in notes for t in lines)
        return wide + 14, 2 * NOTE + 4
    if plan.places[link.target].first.writes and link.inlet == 0:
        return width("writes in place", SMALL) + 22, NOTE + 4
    if said:
        return max(map(chip_width, said)) + 8, CHIP + 2
    return None


def note(
    plan: Plan, link: Link, use: tuple[Occupant, Source, Occupant]
) -> tuple[str, str] | None:
    """Say that nothing goes back here, where one might have thought that it does."""
    there, source, _ = use
    if not source.cut or there.block.kind != "ghost" or source.tensor is None:
        return None
    name = words.card(plan, there, source.output or 0).name[-1][1]
    name = elide(name, 90, SMALL)
    return f"no node behind {name},", "so no edge to walk back"


def draw(plan: Plan, placed: Layout, found: list[Gradient]) -> list[Element]:
    """Draw all links, and on them what flows back."""
    edges: list[Element] = []
    flows: list[Element] = []
    for number, link in enumerate(plan.links):
        for use in link.uses:
            on = _while(use)
            if not on:
                continue
            edges += _edge(plan, placed, number, link, use, on)
            flows += _flow(plan, placed, number, link, use, found)
    return [*edges, *flows, *_seeds(plan, placed, found)]


def _while(use: tuple[Occupant, Source, Occupant]) -> tuple[Span, ...]:
    there, _, here = use
    return span(here, here.start, there.end)


def _edge(
    plan: Plan,
    placed: Layout,
    number: int,
    link: Link,
    use: tuple[Occupant, Source, Occupant],
    on: tuple[Span, ...],
) -> list[Element]:
    _, source, here = use
    points = placed.routes.get(number) or _aside(placed, link)
    recorded = here.block.node is not None and not source.cut
    colour, tip = ("line", "head") if recorded else ("unrec", "head-unrec")
    of = tuple(i for i in (source.tensor, here.block.node) if i)
    shapes = arrow(points, colour, tip)
    marks = {"gone": _faded(plan, here)}
    found = [Element("edge", on, shapes, of, marks)]
    if source.cut:
        found.append(_cut(points, on, of))
        found += _note(plan, placed, number, link, use, on)
    if here.block.writes and link.inlet == 0:
        found.append(_writes(placed, number, points, on, of))
    return found


def _faded(plan: Plan, here: Occupant) -> tuple[Span, ...]:
    died = plan.past.died.get(here.block.node or "")
    return span(here, died) if died is not None else ()


def arrow(
    points: list[Point], colour: str, tip: str, size: float = 10.0
) -> tuple[Shape, ...]:
    """Draw a curve with an arrow head at its end."""
    (x0, y0), (x1, y1) = _before(points), points[-1]
    return (
        Path(curve(shortened(points, size * 0.6)), colour),
        Path(head((x1, y1), (x1 - x0, y1 - y0), size), tip),
    )


def _before(points: list[Point]) -> Point:
    """Return the last point that isn't the end, for the direction there."""
    return next((p for p in reversed(points[:-1]) if p != points[-1]), points[0])


def straight(start: Point, end: Point) -> list[Point]:
    """Return a straight line as a curve.

    >>> len(straight((0, 0), (9, 9)))
    4
    """
    (x0, y0), (x1, y1) = start, end
    return [start, (x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3),
            (x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3), end]  # fmt: skip


def _aside(placed: Layout, link: Link) -> list[Point]:
    """Run from a host to the ghost beside it; of two lines the grad slot's is lower."""
    host, ghost = placed.frames[link.source], placed.frames[link.target]
    box = _anchor(host, link)
    pill = ghost.pill or ghost.cards[0]
    y = pill.middle[1] - (10 if not ghost.cards else 0)
    if link.inlet:
        start, end = (box.right, box.middle[1] + 3), (pill.x + 18, pill.bottom)
        bend = (end[0], start[1])
        return [start, bend, bend, end]
    return straight((box.right, y), (pill.x, y))


def _anchor(host: Frame, link: Link) -> Box:
    if not host.cards:
        assert host.pill is not None
        return host.pill
    slot = host.slots[link.output or 0]
    return slot if link.slot and slot else host.cards[link.output or 0]


def _writes(
    placed: Layout,
    number: int,
    points: list[Point],
    on: tuple[Span, ...],
    of: tuple[str, ...],
) -> Element:
    """Draw the way back into the tensor that an in-place ghost writes."""
    aside = number not in placed.routes
    way = shifted(points, 20.0 if aside else LANE)[::-1]
    shapes = arrow(way, "writes", "head-unrec", 11)
    x, y = way[0][0] / 2 + way[-1][0] / 2, points[0][1]
    if aside:
        shapes += (
            Text(x, y - 6, "reads", "t s", "middle"),
            Text(x, y + 15, "writes in place", "t s", "middle"),
        )
    elif number in placed.rooms:
        room = placed.rooms[number]
        shapes += (
            Text(room.right - 18, room.middle[1] + 4, "writes in place", "t s", "end"),
        )
    return Element("edge", on, shapes, of)


def _cut(points: list[Point], on: tuple[Span, ...], of: tuple[str, ...]) -> Element:
    """Strike through the edge, near the operation that it enters."""
    x, y, dx, dy = _near_end(points, 24.0)
    marks = []
    for off in (-3.0, 3.0):
        cx, cy = x + dx * off, y + dy * off
        # Slanted strokes across the edge's direction.
        ax, ay = -dy * 7 + dx * 2.5, dx * 7 + dy * 2.5
        marks.append(line((cx - ax, cy - ay), (cx + ax, cy + ay)))
    return Element("cut", on, (Path("".join(marks), "cut"),), of)


def _near_end(points: list[Point], back: float) -> tuple[float, float, float, float]:
    """Return a point of a curve `back` before its end, and the direction there."""
    dense = sampled(points)
    end = dense[-1]
    for k in range(len(dense) - 2, 0, -1):
        x, y = dense[k]
        if (x - end[0]) ** 2 + (y - end[1]) ** 2 >= back * back or k == 1:
            nx, ny = dense[k + 1]
            length = ((nx - x) ** 2 + (ny - y) ** 2) ** 0.5 or 1.0
            return x, y, (nx - x) / length, (ny - y) / length
    return *end, 0.0, 1.0


def sampled(points: list[Point], parts: int = 12) -> list[Point]:
    """Walk along a curve in small straight pieces.

    >>> len(sampled([(0, 0), (0, 1), (0, 2), (0, 3)]))
    13
    """
    found = [points[0]]
    for k in range(0, len(points) - 3, 3):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points[k : k + 4]
        for part in range(1, parts + 1):
            t = part / parts
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            found.append(
                (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)
            )
    return found


def _note(
    plan: Plan,
    placed: Layout,
    number: int,
    link: Link,
    use: tuple[Occupant, Source, Occupant],
    on: tuple[Span, ...],
) -> list[Element]:
    said, room = note(plan, link, use), placed.rooms.get(number)
    if said is None or room is None:
        return []
    _, source, here = use
    x = room.right - 10
    ran = [
        s.index for s in plan.past.steps if s.node == here.block.node and s.gradients
    ]
    of = (source.tensor,) if source.tensor else ()
    shapes = tuple(
        Text(x, room.y + NOTE * k + 13, t, "t s note", "end")
        for k, t in enumerate(said)
    )
    marks = {"hot": tuple((s, s + 1) for s in ran)}
    return [Element("note", on, shapes, of, marks)]


def _flow(
    plan: Plan,
    placed: Layout,
    number: int,
    link: Link,
    use: tuple[Occupant, Source, Occupant],
    found: list[Gradient],
) -> list[Element]:
    there, source, here = use
    elements = []
    for g in found:
        if g.edge is None or g.edge != source.edge or g.blocked:
            continue
        on = span(here, g.step, _first(g.end, there.end))
        if on:
            elements.append(_gradient(placed, number, link, g, on, source))
    return elements


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
    frame = placed.frames[link.source]
    points = placed.routes[number]
    back = shifted(points, LANE)[::-1]
    sink = frame.sinks[link.output or 0] if frame.sinks and not link.slot else None
    back = _into_sink(back, sink) if sink is not None else back
    shapes = arrow(back, "grd", "head-grad", 11)
    room = placed.rooms.get(number)
    if room is not None:
        y = room.middle[1]
        x = min(sampled(back), key=lambda p: abs(p[1] - y))[0] + 6
        right = x if abs(x - room.right) < 24 else room.right - 4
        shapes += chip(right, y, g.text)
    of = tuple(i for i in (g.edge and g.edge[0], g.node) if i)
    return Element("gradient", on, shapes, of, {"new": (g.step,)})


def chip(right: float, y: float, text: str) -> tuple[Shape, ...]:
    """Draw a gradient's value, riding on its arrow."""
    wide = chip_width(text)
    box = Box(right - wide, y - CHIP / 2, wide, CHIP)
    said = elide(text, wide - 10, SIZE, mono=True, bold=True)
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


def cut_at(points: list[Point], height: float) -> list[Point]:
    """Cut a curve where, on its way up, it first comes above a height.

    >>> cut_at([(0, 9), (0, 6), (0, 3), (0, 0)], 4.5)[-1]
    (0.0, 4.5)
    """
    for k in range(0, len(points) - 3, 3):
        part = points[k : k + 4]
        for n in range(1, 25):
            left = _left(part, n / 24)
            if left[-1][1] <= height:
                return [*points[: k + 1], *left[1:]]
    return points


def _left(part: list[Point], t: float) -> list[Point]:
    """Return the first part of a cubic curve, up to `t`."""
    row, found = part, [part[0]]
    while len(row) > 1:
        row = [
            (a + (c - a) * t, b + (d - b) * t)
            for (a, b), (c, d) in zip(row, row[1:], strict=False)
        ]
        found.append(row[0])
    return found


def _seeds(plan: Plan, placed: Layout, found: list[Gradient]) -> list[Element]:
    """Draw the gradient that a walk begins with, under the tensor it began at."""
    elements = []
    home = {o.block.node: o for p in plan.places for o in p.occupants if o.block.node}
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


_ = (Group,)
