"""Where in a picture lines run through boxes and words, or lie on one another.

A picture's elements have intervals of steps, so that all steps are looked at in one go:
what isn't seen together can't collide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, hypot
from typing import Any

import numpy as np

from minitorch_viz.picture.curves import sampled
from minitorch_viz.picture.frames import SLOT
from minitorch_viz.picture.measure import width
from minitorch_viz.picture.scene import Scene
from minitorch_viz.picture.shapes import Box, Element, Path, Point, Rect, Text
from minitorch_viz.picture.style import resolve

#: Shapes that nothing may run through, and paths that are lines and not signs.
BOXES = frozenset(
    ("box", "slot", "op", "ghost", "num", "num-ghost", "tag", "badge", "chip", "badbox")
)
LINES = frozenset(("line", "unrec", "grd", "writes", "grey", "tie", "time"))
#: A line may come so near to a box's border from within: its own width, a round corner.
SKIN = 2.5
#: Two lines nearer than this for longer than that lie on each other.
NEAR, LONG = 3.0, 18.0
#: Lines are looked at in pieces of this length.
PIECE = 6.0
_PART = re.compile(r"([MLCZ])([^MLCZ]*)")

#: Points, one a row.
Track = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line: its points, and of which element it is."""

    element: int
    style: str
    points: Track
    ways: Track
    bounds: Box


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A rectangle that lines should pass by: a box, or the letters of a text."""

    element: int
    style: str
    box: Box
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Collision:
    """What lies on what, from which step on, and where."""

    kind: str
    first: str
    second: str
    step: int
    at: Point

    def __str__(self) -> str:
        x, y = self.at
        where = f"at step {self.step} ({x:.0f}, {y:.0f})"
        return f"{self.kind}: {self.first} / {self.second} {where}"


def collisions(scene: Scene) -> list[Collision]:
    """List what collides in a picture, at whatever step."""
    lines = [x for k, e in enumerate(scene.elements) for x in _lines(k, e)]
    obstacles = [x for k, e in enumerate(scene.elements) for x in _obstacles(k, e)]
    found = [*_through(scene, lines, obstacles), *_along(scene, lines)]
    return [*found, *_on(scene, obstacles)]


def _through(
    scene: Scene, lines: list[Line], obstacles: list[Obstacle]
) -> Iterator[Collision]:
    for line in lines:
        for other in obstacles:
            if line.element == other.element or not line.bounds.meets(other.box):
                continue
            of = scene.elements[line.element].of, scene.elements[other.element].of
            if other.style == "slot" and set(of[0]).intersection(of[1]):
                continue  # it begins under what its own card shows later
            hit = _inside(line.points, other.box.grown(-min(SKIN, other.box.h / 3)))
            if hit is None:
                continue
            step = _together(scene, line.element, other.element)
            if step is not None:
                kind = f"{_group(line.style)} through {_what(other.style)}"
                yield _collision(scene, kind, line.element, other.element, step, hit)


def _inside(points: Track, box: Box) -> Point | None:
    """Return a line's first point that lies in a box."""
    held = _held(points, box)
    k = int(held.argmax())
    return (float(points[k, 0]), float(points[k, 1])) if held[k] else None


def _held(points: Track, box: Box) -> Track:
    x, y = points.T
    found: Track = (box.x < x) & (x < box.right) & (box.y < y) & (y < box.bottom)
    return found


def _along(scene: Scene, lines: list[Line]) -> Iterator[Collision]:
    for k, one in enumerate(lines):
        for other in lines[k + 1 :]:
            if one.element == other.element:
                continue
            if not one.bounds.grown(NEAR).meets(other.bounds.grown(NEAR)):
                continue
            step = _together(scene, one.element, other.element)
            at = None if step is None else _shared(one, other)
            if step is not None and at is not None:
                kind = " along ".join(sorted((_group(one.style), _group(other.style))))
                yield _collision(scene, kind, one.element, other.element, step, at)


def _on(scene: Scene, obstacles: list[Obstacle]) -> Iterator[Collision]:
    """Find chips, badges and tags that lie on something that isn't their own card."""
    small = [o for o in obstacles if o.style in ("chip", "badge", "num", "tag", "text")]
    for one in small:
        for other in obstacles:
            both = one.style, other.style
            if one.element == other.element or (
                other.style in ("chip", "badge", "num", "tag", "text")
                and other.element < one.element
            ):
                continue
            if one.style in ("badge", "num") and other.style in ("box", "op", "ghost"):
                continue  # they stand on the edge of their card
            if "text" in both and both != ("text", "text") and "chip" not in both:
                continue
            if not one.box.grown(-1).meets(other.box.grown(-1)):
                continue
            if one.style == "num" and other.style == "badge" and _hides(other, one):
                continue
            step = _together(scene, one.element, other.element)
            if step is not None and _says(one, step) and _says(other, step):
                kind = f"{_what(one.style)} on {_what(other.style)}"
                at = one.box.middle
                yield _collision(scene, kind, one.element, other.element, step, at)


def _says(one: Obstacle, step: int) -> bool:
    return one.text is None or bool(one.text.at(step))


def _hides(badge: Obstacle, tag: Obstacle) -> bool:
    """Say whether a badge covers a tag whole: `v0 → v1` stands where `v1` will."""
    a, b = badge.box, tag.box
    return a.x <= b.x + 1 and b.right <= a.right + 1


def _collision(
    scene: Scene, kind: str, a: int, b: int, step: int, at: Point
) -> Collision:
    return Collision(kind, _name(scene, a, step), _name(scene, b, step), step, at)


def _name(scene: Scene, number: int, step: int) -> str:
    element = scene.elements[number]
    said = [s.at(step) for s in element.shapes if isinstance(s, Text)]
    return f"{element.kind} {' '.join(said) or ' '.join(element.of)}".strip()


def _group(style: str) -> str:
    names = {"line": "edge", "unrec": "edge", "grd": "gradient", "writes": "write"}
    return names.get(style, style)


def _what(style: str) -> str:
    return {"num-ghost": "num", "slot": "box", "ghost": "op"}.get(style, style)


def _together(scene: Scene, a: int, b: int) -> int | None:
    """Return the first step at which two elements are both seen."""
    found = [
        max(x, u)
        for x, y in _spans(scene.elements[a])
        for u, v in _spans(scene.elements[b])
        if (v is None or x < v) and (y is None or u < y)
    ]
    return min(found, default=None)


def _spans(element: Element) -> Sequence[tuple[int, int | None]]:
    if element.kind == "badge":
        return [(s, s + 1) for s in element.marks.get("new", ())]
    return element.on


def _lines(number: int, element: Element) -> Iterator[Line]:
    for shape in element.shapes:
        if not isinstance(shape, Path) or shape.hatches is not None:
            continue
        styles = LINES.intersection(shape.c.split())
        if not styles:
            continue
        for points in walked(shape.d):
            (x, y), (right, bottom) = points.min(0).tolist(), points.max(0).tolist()
            bounds = Box(x, y, right - x, bottom - y).grown(0.5)
            yield Line(number, min(styles), points, _ways(points), bounds)


def _obstacles(number: int, element: Element) -> Iterator[Obstacle]:
    rects = [
        s
        for s in element.shapes
        if isinstance(s, Rect) and BOXES.intersection(s.c.split())
    ]
    for rect in rects:
        yield Obstacle(number, next(c for c in rect.c.split() if c in BOXES), rect.box)
    for text in element.shapes:
        if isinstance(text, Text):
            for box in letters(text):
                if not any(r.box.grown(1).meets(box) for r in rects):
                    yield Obstacle(number, "text", box, text)


def letters(text: Text) -> Iterator[Box]:
    """Yield the rectangle of the widest of the words that a text says over time."""
    style = resolve(text.c)
    size = float(style["font-size"])
    mono, bold = style.get("font-family") == "mono", style.get("font-weight") == "bold"
    said = [text.t] if isinstance(text.t, str) else [t for _, t in text.t]
    wide = max((width(t, size, mono=mono, bold=bold) for t in said), default=0.0)
    if wide:
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[text.a]
        yield Box(text.x - left, text.y - 0.76 * size, wide, 0.96 * size)


def walked(d: str) -> Iterator[Track]:
    """Walk along a path: each of its strokes as points that are near to each other."""
    points: list[Point] = []
    for letter, numbers in _PART.findall(d):
        values = [float(v) for v in numbers.split()]
        found = list(zip(values[::2], values[1::2], strict=True))
        if letter == "M":
            if len(points) > 1:
                yield _evenly(points)
            points = found
        elif letter == "L":
            points += found
        elif letter == "C":
            points += sampled([points[-1], *found])[1:]
    if len(points) > 1:
        yield _evenly(points)


def _evenly(corners: list[Point]) -> Track:
    """Walk along straight lines in steps of the same length."""
    points = np.array(corners)
    lengths = np.hypot(*np.diff(points, axis=0).T)
    reached = np.concatenate([[0.0], lengths.cumsum()])
    count = max(1, ceil(reached[-1] / PIECE))
    at = np.linspace(0.0, reached[-1], count + 1)
    return np.stack([np.interp(at, reached, points[:, k]) for k in (0, 1)], axis=1)


def _shared(one: Line, other: Line) -> Point | None:
    """Find where two lines lie on each other, but for a common end.

    Lines from one card, or into one, are one trunk up to where they part.
    """
    mine, theirs = _within(one, other), _within(other, one)
    if min(mine.sum(), theirs.sum()) < LONG / PIECE:
        return None
    if not _begins_on(one, other) and _begins_on(other, one):
        one, mine, other, theirs = other, theirs, one, mine
    near = np.zeros(len(mine), bool)
    near[mine] = _beside(one, mine, other, theirs)
    a, b = one.points, other.points
    first, last = 0, len(near)
    trunk = near.copy()  # where it bends, a line may seem to leave another
    for by in (1, 2):
        trunk[by:] |= near[:-by]
        trunk[:-by] |= near[by:]
    if _begins_on(one, other):
        first = next((k for k, n in enumerate(trunk) if not n), last)
    if _meet(a[-1], b[-1]) or _meet(a[-1], b[0]):
        last = next((k for k in range(last, 0, -1) if not trunk[k - 1]), 0)
    run = 0.0
    for k in range(first + 1, last):
        run = run + hypot(*(a[k] - a[k - 1])) if near[k] and near[k - 1] else 0.0
        if run > LONG:
            return float(a[k][0]), float(a[k][1])
    return None


def _within(one: Line, other: Line) -> Track:
    """Say of each point of a line whether another line could be near."""
    return _held(one.points, other.bounds.grown(NEAR))


def _begins_on(one: Line, other: Line) -> bool:
    """Say whether a line leaves the very card that another leaves, or goes to.

    The other may begin higher, at the card itself, where this one leaves its grad slot.
    """
    start, ends = one.points[0], (other.points[0], other.points[-1])
    over = abs(start[0] - ends[0][0]) < 2 * NEAR and 0 < start[1] - ends[0][1] <= SLOT
    return over or any(_meet(start, end) for end in ends)


def _meet(a: Track, b: Track) -> bool:
    return bool(hypot(*(a - b)) < 2 * NEAR)


def _beside(one: Line, mine: Track, other: Line, theirs: Track) -> Track:
    """Say of some points of a line whether the line runs along another there."""
    off = one.points[mine, None] - other.points[None, theirs]
    near, k = (abs(off) < PIECE + 1).all(-1).nonzero()
    (dx, dy), (ex, ey) = one.ways[mine][near].T, other.ways[theirs][k].T
    x, y = off[near, k].T
    along = (abs(y * ex - x * ey) < NEAR) & (abs(dx * ex + dy * ey) > 0.95)
    found = np.zeros(len(off), bool)
    found[near[along]] = True
    return found


def _ways(points: Track) -> Track:
    """Return the direction of a line at each of its points."""
    way = np.empty_like(points)
    way[1:-1] = points[2:] - points[:-2]
    way[0], way[-1] = points[1] - points[0], points[-1] - points[-2]
    return way / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
