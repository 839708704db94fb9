"""DOT to positions: where every place stands, how every link runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import dot
from .engines import render
from .frames import Frame, Group
from .places import Plan
from .shapes import Box, Point


@dataclass(frozen=True, slots=True)
class Layout:
    """Placed frames by place, routes and rooms by link, hatched grounds by place."""

    w: float
    h: float
    frames: dict[int, Frame]
    routes: dict[int, list[Point]]
    rooms: dict[int, Box]
    grounds: dict[int, Box]


def layout(plan: Plan, groups: list[Group], wires: list[dot.Wire]) -> Layout:
    """Lay the picture out, once for the whole trace."""
    if not groups:
        return Layout(0, 0, {}, {}, {}, {})
    found = json.loads(render(dot.write(plan, groups, wires), "dot", "json0"))
    _, _, w, h = (float(v) for v in found["bb"].split(","))
    frames, grounds = {}, {}
    by_id = {thing.get("id"): thing for thing in found.get("objects", ())}
    for group in groups:
        x, y = _point(by_id[f"g{group.place}"]["pos"], w, h)
        dx, dy = x - group.size.w / 2, y - group.size.h / 2
        frames[group.place] = group.frame.moved(dx, dy)
        if group.aside is not None and group.beside is not None:
            frames[group.aside] = group.beside.moved(dx, dy)
    for id, thing in by_id.items():
        if id and id.startswith("r"):
            x0, y0, x1, y1 = (float(v) for v in thing["bb"].split(","))
            grounds[int(id[1:])] = Box(w - x1, h - y1, x1 - x0, y1 - y0)
    routes, rooms = {}, {}
    sizes = {wire.link: wire.room for wire in wires}
    for edge in found.get("edges", ()):
        number = int(edge["id"][1:])
        routes[number] = _route(plan, frames, number, edge["pos"], w, h)
        size = sizes[number]
        if size is not None and "lp" in edge:
            x, y = _point(edge["lp"], w, h)
            rooms[number] = Box(x - size[0] / 2, y - size[1] / 2, *size)
    return Layout(w, h, frames, routes, rooms, grounds)


def _point(text: str, w: float, h: float) -> Point:
    """Read a position; the picture is the layout's mirror image, with y downwards."""
    x, y = text.split(",")
    return w - float(x), h - float(y)


def _route(
    plan: Plan, frames: dict[int, Frame], number: int, pos: str, w: float, h: float
) -> list[Point]:
    """Read a curve, from the card it leaves to the pill it enters."""
    points = [_point(p, w, h) for p in pos.split() if p[0] not in "es"]
    link = plan.links[number]
    start = frames[link.source].outlet(link.output)
    end = frames[link.target].inlets[link.inlet], frames[link.target].top
    return _joined(start, points, end)


def _joined(start: Point, points: list[Point], end: Point) -> list[Point]:
    """Lead a curve on, straight, from a group's border to the box inside it."""
    if abs(points[0][1] - start[1]) > 4:
        points = [start, start, points[0], *points]
    if abs(points[-1][1] - end[1]) > 4:
        points = [*points, points[-1], end, end]
    return [start, *points[1:-1], end]


def size(value: Any) -> float:
    """Read a number of the layout."""
    return float(value)
