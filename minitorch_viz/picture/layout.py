"""DOT to positions: where every place stands, how every link runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import dot
from .curves import elbows, upright
from .engines import lay_out
from .frames import Frame
from .groups import Group
from .places import Plan
from .routing import LANE, Found, Routes, beside
from .shapes import Box, Point
from .stacks import Lane

#: Wider than this, things that could stand side by side are stacked.
WIDE, APART = 880.0, 34.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Frames and hatched grounds by place; routes, rooms and lanes by link.

    `beside` is where what runs back along a route does.

    >>> Layout(0, 0).frames
    {}
    """

    w: float
    h: float
    frames: dict[int, Frame] = field(default_factory=dict)
    routes: dict[int, list[Point]] = field(default_factory=dict)
    beside: dict[int, list[Point]] = field(default_factory=dict)
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
    pairs = [(home[a], home[b]) for a, b in [*ends, *plan.above.items()]]
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
    for mine, theirs in ((whole.routes, part.routes), (whole.beside, part.beside)):
        for number, points in theirs.items():
            mine[number] = [(x + dx, y + dy) for x, y in points]


def _dot(
    plan: Plan,
    groups: list[Group],
    wires: list[dot.Wire],
    stacked: Sequence[tuple[int, int]],
) -> Layout:
    """Run `dot` over what is connected, and lead links where it found that they go."""
    lines = dot.tangled(plan, groups, wires)
    text = dot.write(plan, groups, wires, stacked, lines=lines)
    found = json.loads(lay_out(text))
    _, _, w, h = (float(v) for v in found["bb"].split(","))
    read = _read(found, groups, wires, w, h)
    frames: dict[int, Frame] = {}
    for group in groups:
        box = read.boxes[group.place]
        frames.update({n: f.moved(box.x, box.y) for n, f in group.frames().items()})
    routes = Routes(plan, frames, wires, read)
    part = Layout(w, h + routes.taken)
    for group in groups:
        box, down = read.boxes[group.place], routes.shift(group.place)
        for place in group.frames():
            part.frames[place] = frames[place].moved(0, down)
        for number, lane in group.lanes.items():
            part.lanes[number] = lane.moved(box.x, box.y + down)
    part.grounds.update({n: routes.ground(g) for n, g in read.grounds.items()})
    for run in routes.runs:
        way, room = routes.way(run), routes.place(run)
        part.routes[run.number] = elbows(way)
        part.beside[run.number] = elbows(beside(way, run.wire.lane * LANE))
        if room is not None:
            part.rooms[run.number] = room
    return _bounded(part)


def _read(
    found: Any, groups: list[Group], wires: list[dot.Wire], w: float, h: float
) -> Found:
    """Read where `dot` put things: the picture is its mirror image."""
    things = {t["id"]: t for t in found.get("objects", ()) if "id" in t}
    boxes, grounds = {}, {}
    for group in groups:
        x, y = _point(things[f"g{group.place}"]["pos"], w, h)
        size = group.size
        boxes[group.place] = Box(x - size.w / 2, y - size.h / 2, size.w, size.h)
    for id, thing in things.items():
        if id.startswith("r"):
            x0, y0, x1, y1 = (float(v) for v in thing["bb"].split(","))
            grounds[int(id[1:])] = Box(w - x1, h - y1, x1 - x0, y1 - y0)
    curves, labels = {}, {}
    rooms = {wire.link: wire.room for wire in wires}
    for edge in found.get("edges", ()):
        if "id" not in edge:
            continue
        number = int(edge["id"][1:])
        places = (p for p in edge["pos"].split() if p[0] not in "es")
        curves[number] = [_point(p, w, h) for p in places]
        if "lp" in edge:
            label = _point(edge["lp"], w, h)
            if room := rooms[number]:
                labels[number] = label
            if found.get("splines") == "line":
                x = label[0] + (room[0] / 2 if room else 0.0)
                curves[number] = upright(curves[number], x)
    return Found(boxes, curves, labels, grounds)


def _bounded(part: Layout) -> Layout:
    """Move a part so that nothing is left of it, and as wide as all it holds."""
    lines = [*part.routes.values(), *part.beside.values()]
    xs = [x for line in lines for x, _ in line]
    boxes = [*part.rooms.values(), *part.grounds.values()]
    left = min([0.0, *(x - 4 for x in xs), *(b.x for b in boxes)])
    right = max([part.w, *(x + 4 for x in xs), *(b.right for b in boxes)])
    return replace(part.moved(-left, 0), w=right - left, h=part.h)


def _point(text: str, w: float, h: float) -> Point:
    """Read a position; the picture is the layout's mirror image, with y downwards."""
    x, y = text.split(",")
    return w - float(x), h - float(y)
