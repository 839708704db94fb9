"""DOT to positions: where every place stands, how every link runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import dot
from .curves import elbows
from .engines import lay_out
from .frames import Frame
from .groups import Group
from .places import Plan
from .shapes import Box, Point
from .stacks import Lane

#: Wider than this, things that could stand side by side are stacked.
WIDE, APART = 880.0, 34.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Frames and hatched grounds by place; routes, rooms and lanes by link.

    >>> Layout(0, 0).frames
    {}
    """

    w: float
    h: float
    frames: dict[int, Frame] = field(default_factory=dict)
    routes: dict[int, list[Point]] = field(default_factory=dict)
    rooms: dict[int, Box] = field(default_factory=dict)
    grounds: dict[int, Box] = field(default_factory=dict)
    lanes: dict[int, Lane] = field(default_factory=dict)

    def moved(self, dx: float, dy: float) -> Layout:
        """Return the layout elsewhere, as large as it is."""
        whole = Layout(self.w, self.h)
        _put(whole, self, dx, dy)
        return whole


def layout(plan: Plan, groups: list[Group], wires: list[dot.Wire]) -> Layout:
    """Lay the picture out, once for the whole trace.

    >>> from .history import History
    >>> from .seating import plan
    >>> layout(plan(History(())), [], []).h
    0.0
    """
    parts = []
    for members, inner in _components(plan, groups, wires):
        part = _dot(plan, members, inner, ())
        if part.w > WIDE and (stacked := _stacked(members, part)):
            narrow = _dot(plan, members, inner, stacked)
            part = min(part, narrow, key=lambda p: p.w)
        parts.append(part)
    return _packed(parts)


def _components(
    plan: Plan, groups: list[Group], wires: list[dot.Wire]
) -> list[tuple[list[Group], list[dot.Wire]]]:
    """Part what nothing connects; what shares a hatched ground is connected by it."""
    home = {p: g.place for g in groups for p in g.frames()}
    root = {g.place: g.place for g in groups}

    def find(place: int) -> int:
        while root[place] != place:
            root[place] = place = root[root[place]]
        return place

    ends = [(plan.links[w.link].source, plan.links[w.link].target) for w in wires]
    pairs = [(home[a], home[b]) for a, b in ends]
    first: dict[Any, int] = {}
    for group in groups:
        region = plan.places[group.place].region
        if region is not None:
            pairs.append((first.setdefault(region, group.place), group.place))
    for a, b in pairs:
        low, high = sorted((find(a), find(b)))
        root[high] = low
    found: dict[int, tuple[list[Group], list[dot.Wire]]] = {}
    for group in groups:
        found.setdefault(find(group.place), ([], []))[0].append(group)
    for wire, (a, _) in zip(wires, ends, strict=True):
        found[find(home[a])][1].append(wire)
    return list(found.values())


def _stacked(members: list[Group], part: Layout) -> tuple[tuple[int, int], ...]:
    """Put what crowds a row into several: each under one that was there before it."""
    rows: dict[float, list[Group]] = {}
    for group in members:
        frame = part.frames[group.place]
        y = frame.size.y - group.frame.size.y + group.size.h / 2
        rows.setdefault(round(y), []).append(group)
    found = []
    for row in rows.values():
        if sum(g.size.w for g in row) < WIDE / 2:
            continue
        mean = sum(g.size.w + dot.COLUMNS for g in row) / len(row)
        per = max(1, int(WIDE // mean))
        row.sort(key=lambda g: g.place)
        found += [(a.place, b.place) for a, b in zip(row, row[per:], strict=False)]
    return tuple(found)


def _packed(parts: list[Layout]) -> Layout:
    """Set the parts side by side while there is room, then in a new row."""
    whole = Layout(0, 0)
    widest = max([560.0, *(p.w for p in parts)])
    x = y = row = 0.0
    for part in parts:
        if x and x + part.w > widest:
            x, y, row = 0.0, y + row + APART, 0.0
        _put(whole, part, x, y)
        x, row = x + part.w + APART, max(row, part.h)
    w = max((f.size.right for f in whole.frames.values()), default=0.0)
    boxes = [*whole.grounds.values(), *whole.rooms.values()]
    w = max([w, *(b.right for b in boxes), *(p.w for p in parts)])
    return replace(whole, w=w, h=y + row)


def _put(whole: Layout, part: Layout, dx: float, dy: float) -> None:
    whole.frames.update({k: f.moved(dx, dy) for k, f in part.frames.items()})
    whole.rooms.update({k: b.moved(dx, dy) for k, b in part.rooms.items()})
    whole.grounds.update({k: b.moved(dx, dy) for k, b in part.grounds.items()})
    whole.lanes.update({k: a.moved(dx, dy) for k, a in part.lanes.items()})
    for number, points in part.routes.items():
        whole.routes[number] = [(x + dx, y + dy) for x, y in points]


def _dot(
    plan: Plan,
    groups: list[Group],
    wires: list[dot.Wire],
    stacked: Sequence[tuple[int, int]],
) -> Layout:
    """Run `dot` over what is connected, and read what it found."""
    text = dot.write(plan, groups, wires, stacked)
    found = json.loads(lay_out(text))
    _, _, w, h = (float(v) for v in found["bb"].split(","))
    part = Layout(w, h)
    things = {t["id"]: t for t in found.get("objects", ()) if "id" in t}
    for group in groups:
        x, y = _point(things[f"g{group.place}"]["pos"], w, h)
        dx, dy = x - group.size.w / 2, y - group.size.h / 2
        part.frames[group.place] = group.frame.moved(dx, dy)
        for guest, frame in group.guests.items():
            part.frames[guest] = frame.moved(dx, dy)
        for number, lane in group.lanes.items():
            part.lanes[number] = lane.moved(dx, dy)
    for id, thing in things.items():
        if id.startswith("r"):
            x0, y0, x1, y1 = (float(v) for v in thing["bb"].split(","))
            part.grounds[int(id[1:])] = Box(w - x1, h - y1, x1 - x0, y1 - y0)
    _read_edges(plan, part, wires, [e for e in found.get("edges", ()) if "id" in e])
    # A twin's room is beside that of the edge which `dot` knew: maybe outside.
    out = max([0.0, *(-room.x for room in part.rooms.values())])
    return replace(part.moved(out, 0), w=w + out) if out else part


def _read_edges(
    plan: Plan, part: Layout, wires: list[dot.Wire], edges: Iterable[Any]
) -> None:
    rooms = {wire.link: wire.room for wire in wires}
    for edge in edges:
        number = int(edge["id"][1:])
        points = [
            _point(p, part.w, part.h) for p in edge["pos"].split() if p[0] not in "es"
        ]
        link = plan.links[number]
        target = part.frames[link.target]
        start = part.frames[link.source].outlet(link.output)
        twins = plan.twins[number]
        x = dot.middle(target, [plan.links[k].inlet for k in twins])
        route = _joined(start, points, (x, target.top))
        if target.pill is not None and x > target.pill.right:
            route = _from_side(start, points, target.pill, x)
        for twin in twins:
            off = target.inlets[plan.links[twin].inlet] - x
            part.routes[twin] = [(px + off, py) for px, py in route]
        room = rooms[number]
        if room is not None and "lp" in edge:
            x, y = _point(edge["lp"], part.w, part.h)
            for twin in twins:
                off = part.routes[twin][0][0] - start[0]
                corner = x - room[0] / 2 + off, y - room[1] / 2
                part.rooms[twin] = Box(*corner, *room)


def _point(text: str, w: float, h: float) -> Point:
    """Read a position; the picture is the layout's mirror image, with y downwards."""
    x, y = text.split(",")
    return w - float(x), h - float(y)


def _joined(start: Point, points: list[Point], end: Point) -> list[Point]:
    """Lead a curve on, straight, from a group's border to the box inside it."""
    if abs(points[0][1] - start[1]) > 4:
        points = [start, start, points[0], *points]
    if abs(points[-1][1] - end[1]) > 4:
        points = [*points, points[-1], end, end]
    return [start, *points[1:-1], end]


def _from_side(start: Point, points: list[Point], pill: Box, x: float) -> list[Point]:
    """Lead a curve down past a group's upper ghosts and into a pill from the right."""
    top, y = points[-1][1], pill.middle[1]
    end = elbows([(x, top), (x, y), (pill.right, y)])
    return [*_joined(start, points, (x, top)), *end[1:]]
