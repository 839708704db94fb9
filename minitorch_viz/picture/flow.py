"""What runs between the boxes: data edges, cuts, notes, writes in place."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from . import words
from .curves import arrow, elbows, line, near_end, shifted, straight
from .dot import Wire
from .events import span
from .frames import ASIDE_WORDS, Frame
from .gradients import (
    CHIP,
    Gradient,
    Passing,
    bundled,
    chip_width,
    flow,
    seeds,
)
from .layout import Layout
from .measure import elide, width
from .places import Link, Occupant, Place, Plan, Use
from .routing import BADGE
from .shapes import Box, Element, Path, Point, Rect, Span, Text
from .style import SMALL

NOTE = 15.0


def wires(plan: Plan, passing: Passing) -> list[Wire]:
    """Say which links the layout routes, and what room each needs beside it.

    >>> from .history import History
    >>> from .seating import plan
    >>> wires(plan(History(())), {})
    []
    """
    listed = []
    ranked = plan.downwards
    for number, link in enumerate(plan.links):
        source = plan.places[link.source]
        inside = plan.home(link.target) == plan.home(link.source)
        if inside or plan.twins[number][0] != number:
            continue
        uses = [use for twin in plan.twins[number] for use in plan.links[twin].uses]
        edges = () if plan.folded(link) else [s.edge for _, s, _ in uses if s.edge]
        said = [g.text for edge in edges for g in passing.get(edge, ())]
        # Graphviz ends the process at some labels of edges within one rank.
        room = _room(plan, link, said) if number in ranked else None
        backs = any(passing.get(s.edge) for _, s, _ in link.uses if s.edge)
        writes = plan.places[link.target].first.writes and link.inlet == 0
        lane = -1 if backs else 1 if writes else 0
        cut = any(s.cut for _, s, _ in link.uses)
        weight = _weight(source, link)
        listed.append(Wire(number, room, weight, number in ranked, lane, cut))
    return listed


def _weight(source: Place, link: Link) -> int:
    """Keep straight what was recorded: first operations, then their leaves."""
    recorded = any(s.edge for _, s, _ in link.uses)
    if not recorded:
        return 2
    return 8 if source.kind in ("leaf", "stub") else 40


def _room(plan: Plan, link: Link, said: list[str]) -> tuple[float, float] | None:
    notes = [w for use in link.uses if (w := note(plan, link, use))]
    if notes:
        wide = max(width(t, SMALL, bold=True) for lines in notes for t in lines)
        return wide + 14, 2 * NOTE + 4
    if plan.places[link.target].first.writes and link.inlet == 0:
        return width("writes in place", SMALL) + 22, NOTE + 4
    if said:
        return max(map(chip_width, said)) + 8, CHIP + 2
    return None


def note(plan: Plan, link: Link, use: Use) -> tuple[str, str, str] | None:
    """Say that nothing goes back here, where one might have thought that it does.

    The third text takes the second's place when the walk comes by.
    """
    there, source, here = use
    bare = not source.cut or there.block.kind != "ghost" or source.tensor is None
    if bare or plan.places[link.source].kind == "stub":
        return None
    names = words.card(plan, there, source.output or 0).name
    name = [text for step, text in names if step <= here.start or text == names[0][1]]
    said = elide(name[-1], 90, SMALL)
    return f"no node behind {said},", "so no edge to walk back", f"nothing for {said}"


def draw(
    plan: Plan, placed: Layout, found: list[Gradient], passing: Passing
) -> list[Element]:
    """Draw all links, and on them what flows back.

    >>> from .history import History
    >>> from .seating import plan
    >>> draw(plan(History(())), Layout(0, 0), [], {})
    []
    """
    edges: list[Element] = []
    flows: list[Element] = []
    for number, link in enumerate(plan.links):
        many = plan.folded(link)
        flows += bundled(plan, placed, number, link, passing) if many else []
        for use, of in _looks(link) if many else _each(link):
            on = _while(use)
            if not on:
                continue
            edges += _edge(plan, placed, number, link, use, on, of)
            back = passing.get(use[1].edge, ()) if use[1].edge and not many else ()
            flows += flow(plan, placed, number, link, use, back)
    return [*edges, *flows, *seeds(plan, placed, found)]


def _each(link: Link) -> Iterator[tuple[Use, tuple[str, ...]]]:
    """Yield the uses of a link with what each is about."""
    for use in link.uses:
        _, source, here = use
        yield use, tuple(id for id in (source.tensor, here.block.node) if id)


def _looks(link: Link) -> Iterator[tuple[Use, tuple[str, ...]]]:
    """Yield one use for each look of a link for many, with what they all are about."""
    found: dict[Hashable, tuple[Use, dict[str, None]]] = {}
    for use, of in _each(link):
        key = _while(use), use[1].edge is None, use[1].cut
        found.setdefault(key, (use, {}))[1].update(dict.fromkeys(of))
    for use, ids in found.values():
        yield use, tuple(ids)


def _while(use: Use) -> tuple[Span, ...]:
    there, _, here = use
    return span(here, here.start, there.end)


def _edge(
    plan: Plan,
    placed: Layout,
    number: int,
    link: Link,
    use: Use,
    on: tuple[Span, ...],
    of: tuple[str, ...],
) -> list[Element]:
    _, source, here = use
    lane = placed.lanes.get(number)
    points = lane.way if lane else placed.routes.get(number) or _aside(placed, link)
    if number in placed.routes:
        points = _from_card(plan, placed, link, use, points)
    recorded = source.edge is not None
    colour, tip = ("line", "head") if recorded else ("unrec", "head-unrec")
    shapes = arrow(points, colour, tip)
    marks = {"gone": _faded(plan, here)}
    found = [Element("edge", on, shapes, of, marks)]
    if source.cut:
        found.append(_cut(points, on, of))
        found += _note(plan, placed, number, link, use, on)
    if here.block.writes and link.inlet == 0 and link.target not in plan.folds:
        found.append(_writes(placed, number, points, on, of))
    return found


def _from_card(
    plan: Plan, placed: Layout, link: Link, use: Use, points: list[Point]
) -> list[Point]:
    """Begin at the card itself where there is room for a grad, but no grad to be."""
    there, _, here = use
    frame, output = placed.frames[link.source], link.output
    if output is None or link.slot or not frame.cards or frame.slots[output] is None:
        return points
    held = words.card(plan, there, output).grad
    if next((text for step, text in reversed(held) if step <= here.start), ""):
        return points
    start = points[0][0], frame.cards[output].bottom
    return [start, start, points[0], *points]


def _faded(plan: Plan, here: Occupant) -> tuple[Span, ...]:
    died = plan.past.died.get(here.block.node or "")
    return span(here, died) if died is not None else ()


def _aside(placed: Layout, link: Link) -> list[Point]:
    """Run from a host to the ghost beside it; of two lines the grad slot's is lower."""
    host, ghost = placed.frames[link.source], placed.frames[link.target]
    box = _anchor(host, link)
    pill = ghost.pill or ghost.cards[0]
    y = pill.middle[1] - (10 if not ghost.cards else 0)
    if not link.inlet:
        return straight((box.right, y), (pill.x, y))
    if box.bottom < pill.middle[1]:  # a card over the grad slot that is read first
        y, x = box.middle[1], pill.x + BADGE
        return elbows([(box.right, y), (x, y), (x, pill.y)])
    y, under = box.bottom - 6, max(box.bottom - 6, pill.bottom + 9)
    aside, x = box.right + 12, pill.x + 18
    ways = [(box.right, y), (aside, y), (aside, under), (x, under), (x, pill.bottom)]
    return elbows(ways)


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
    lane = placed.lanes.get(number)
    aside = number not in placed.routes
    way = (shifted(points, 20.0) if aside else placed.beside[number])[::-1]
    way = lane.back if lane and lane.back else way
    shapes = arrow(way, "writes", "head-unrec", 11)
    x, y = way[-1][0] + ASIDE_WORDS / 2, points[0][1]
    if lane is not None:
        aside = lane.words is not None
        x, y = (lane.words[0], lane.words[1] - 10) if lane.words else (x, y)
    if aside:
        shapes += (
            Text(x, y - 6, "reads", "t s", "middle"),
            Text(x, y + 15, "writes in place", "t s", "middle"),
        )
    elif number in placed.rooms:
        room = placed.rooms[number]
        end, middle = room.right - 18, room.middle[1]
        wide = width("writes in place", SMALL)
        shapes += (
            Rect(Box(end - wide - 3, middle - 8, wide + 6, 16), "bgr", 3),
            Text(end, middle + 4, "writes in place", "t s", "end"),
        )
    return Element("edge", on, shapes, of)


def _cut(points: list[Point], on: tuple[Span, ...], of: tuple[str, ...]) -> Element:
    """Strike through the edge, near the operation that it enters."""
    x, y, dx, dy = near_end(points, 24.0)
    marks = []
    for off in (-3.0, 3.0):
        cx, cy = x + dx * off, y + dy * off
        # Slanted strokes across the edge's direction.
        ax, ay = -dy * 7 + dx * 2.5, dx * 7 + dy * 2.5
        marks.append(line((cx - ax, cy - ay), (cx + ax, cy + ay)))
    return Element("cut", on, (Path("".join(marks), "cut"),), of)


def _note(
    plan: Plan,
    placed: Layout,
    number: int,
    link: Link,
    use: Use,
    on: tuple[Span, ...],
) -> list[Element]:
    said, room = note(plan, link, use), placed.rooms.get(number)
    if said is None or room is None:
        return []
    _, source, here = use
    x, y = room.right - 10, room.y + 13
    ran = [
        s.index for s in plan.past.steps if s.node == here.block.node and s.gradients
    ]
    of = (source.tensor,) if source.tensor else ()
    passing = words.spoken(
        (step, text) for s in ran for step, text in ((s, ""), (s + 1, said[1]))
    )
    why: words.Spoken = ((here.start, said[1]), *passing)
    shapes = (Text(x, y, said[0], "t s", "end"), Text(x, y + NOTE, why, "t s", "end"))
    wide = width(said[2], SMALL, bold=True) + 16
    box = Box(x - wide + 4, y + 3, wide, 17)
    chip = (
        Rect(box, "chip", 8.5),
        Text(box.middle[0], y + NOTE, said[2], "t s chip-t", "middle"),
    )
    found = [Element("note", on, shapes, of)]
    passed = tuple((s, s + 1) for s in ran if on[0][0] <= s)
    if passed:
        found.append(Element("gradient", passed, chip, of, {"new": tuple(ran)}))
    return found
