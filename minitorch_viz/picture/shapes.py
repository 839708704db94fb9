"""The primitives of a scene: rectangles, paths and texts, grouped into elements."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot
from typing import Any

Point = tuple[float, float]
Span = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width, height.

    >>> Box(0, 10, 100, 20).bottom
    30
    """

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def middle(self) -> Point:
        return self.x + self.w / 2, self.y + self.h / 2

    def moved(self, dx: float, dy: float) -> Box:
        """Return the rectangle elsewhere."""
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def grown(self, by: float) -> Box:
        """Return the rectangle with a margin around it."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)


@dataclass(frozen=True, slots=True)
class Rect:
    """A drawn rectangle with corner radius `r` and style classes `c`."""

    box: Box
    c: str
    r: float = 0

    def to_dict(self) -> dict[str, Any]:
        b = self.box
        at = {"x": num(b.x), "y": num(b.y), "w": num(b.w), "h": num(b.h)}
        return {"s": "rect", **at, "r": num(self.r), "c": self.c}


@dataclass(frozen=True, slots=True)
class Path:
    """A drawn path in SVG's language: M, L, C and Z with absolute numbers only."""

    d: str
    c: str

    def to_dict(self) -> dict[str, Any]:
        return {"s": "path", "d": self.d, "c": self.c}


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text at its baseline; `t` is the text or what it is from which step."""

    x: float
    y: float
    t: str | tuple[tuple[int, str], ...]
    c: str = "t"
    a: str = "start"

    def to_dict(self) -> dict[str, Any]:
        t = self.t if isinstance(self.t, str) else [list(x) for x in self.t]
        return {"s": "text", "x": num(self.x), "y": num(self.y), "a": self.a,
                "c": self.c, "t": t}  # fmt: skip

    def at(self, step: int) -> str:
        """Return the words at a step.

        >>> Text(0, 0, ((1, "one"), (3, "two"))).at(2)
        'one'
        """
        if isinstance(self.t, str):
            return self.t
        return next((s for k, s in reversed(self.t) if k <= step), "")


Shape = Rect | Path | Text


@dataclass(frozen=True, slots=True)
class Element:
    """Shapes that come and go together; intervals are half open, None is the end."""

    kind: str
    on: tuple[Span, ...]
    shapes: tuple[Shape, ...]
    of: tuple[str, ...] = ()
    marks: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def to_dict(self, id: str) -> dict[str, Any]:
        """Return the element as JSON data."""
        marks = {
            key: [list(m) if isinstance(m, tuple) else m for m in value]
            for key, value in self.marks.items()
            if value
        }
        return {
            "id": id,
            "kind": self.kind,
            "of": list(self.of),
            "on": [list(span) for span in self.on],
            "marks": marks,
            "shapes": [shape.to_dict() for shape in self.shapes],
        }


def num(value: float) -> float | int:
    """Round a coordinate, so that equal pictures have equal text.

    >>> num(3.0), num(2.25001)
    (3, 2.3)
    """
    rounded = round(value + 1e-9, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def inside(step: int, spans: Any) -> bool:
    """Say whether a step lies in one of the intervals.

    >>> inside(3, [(1, 3), (5, None)])
    False
    """
    return any(a <= step and (b is None or step < b) for a, b in spans)


def line(*points: Point) -> str:
    """Return a path of straight lines.

    >>> line((0, 0), (10, 5))
    'M0 0L10 5'
    """
    return "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points)


def curve(points: list[Point]) -> str:
    """Return a path of cubic curves: a start, then three points for each.

    >>> curve([(0, 0), (0, 5), (5, 9), (9, 9)])
    'M0 0C0 5 5 9 9 9'
    """
    words = [f"{num(x)} {num(y)}" for x, y in points]
    rest = range(1, len(words) - 2, 3)
    return f"M{words[0]}" + "".join("C" + " ".join(words[k : k + 3]) for k in rest)


def head(tip: Point, towards: Point, size: float = 10.0) -> str:
    """Return an arrow head with its tip at `tip`, flying in direction `towards`.

    >>> head((0, 10), (0, 1))
    'M0 10L-4.4 0L4.4 0Z'
    """
    length = hypot(*towards) or 1.0
    ux, uy = towards[0] / length, towards[1] / length
    bx, by = tip[0] - ux * size, tip[1] - uy * size
    side = size * 0.44
    return (
        line(tip, (bx - uy * side, by + ux * side), (bx + uy * side, by - ux * side))
        + "Z"
    )


def shifted(points: list[Point], by: float) -> list[Point]:
    """Return a curve beside another: for one that runs down, `by` to its left."""
    found = []
    for k, (x, y) in enumerate(points):
        before, after = points[max(0, k - 1)], points[min(len(points) - 1, k + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = hypot(dx, dy) or 1.0
        found.append((x - by * dy / length, y + by * dx / length))
    return found


def shortened(points: list[Point], by: float) -> list[Point]:
    """Return a curve that stops a little before its end, under its arrow head."""
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = hypot(x1 - x0, y1 - y0)
    if length == 0:
        return points
    cut = min(by, length * 0.9) / length
    end = (x1 - (x1 - x0) * cut, y1 - (y1 - y0) * cut)
    return [*points[:-1], end]


def hatching(box: Box, gap: float = 9.0) -> str:
    """Return parallel lines at 45 degrees that fill a rectangle.

    >>> hatching(Box(0, 0, 9, 9))
    'M0 9L9 0'
    """
    found = []
    count = int((box.w + box.h) / gap)
    for k in range(1, count + 1):
        reach = k * gap
        if reach >= box.w + box.h:
            break
        start = (box.x + max(0.0, reach - box.h), box.y + min(box.h, reach))
        end = (box.x + min(box.w, reach), box.y + max(0.0, reach - box.w))
        found.append(line(start, end))
    return "".join(found)
