"""The primitives of a scene: rectangles, paths and texts, grouped into elements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import cycle
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

    def meets(self, other: Box) -> bool:
        """Say whether two rectangles have ground in common."""
        beside = self.right <= other.x or other.right <= self.x
        return not (beside or self.bottom <= other.y or other.bottom <= self.y)


@dataclass(frozen=True, slots=True)
class Rect:
    """A drawn rectangle with corner radius `r` and style classes `c`.

    >>> Rect(Box(0, 0, 9, 9), "box").to_dict()["c"]
    'box'
    """

    box: Box
    c: str
    r: float = 0

    def to_dict(self) -> dict[str, Any]:
        b = self.box
        at = {"x": num(b.x), "y": num(b.y), "w": num(b.w), "h": num(b.h)}
        return {"s": "rect", **at, "r": num(self.r), "c": self.c}


@dataclass(frozen=True, slots=True)
class Path:
    """A drawn path in SVG's language: M, L, C and Z with absolute numbers only.

    One that hatches a rectangle says so in its data, which is much shorter.

    >>> Path("M0 0L1 1", "line").to_dict()
    {'s': 'path', 'd': 'M0 0L1 1', 'c': 'line'}
    """

    d: str
    c: str
    hatches: tuple[Box, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        if self.hatches is not None:
            b, gap = self.hatches
            at = {"x": num(b.x), "y": num(b.y), "w": num(b.w), "h": num(b.h)}
            return {"s": "hatch", **at, "gap": num(gap), "c": self.c}
        return {"s": "path", "d": self.d, "c": self.c}


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text at its baseline; `t` is the text or what it is from which step.

    >>> Text(0, 0, "words").at(7)
    'words'
    """

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
    """Shapes that come and go together; intervals are half open, None is the end.

    `fold` is the number of the picture that opens from it.

    >>> Element("note", ((0, None),), ()).to_dict("e0")["on"]
    [[0, None]]
    """

    kind: str
    on: tuple[Span, ...]
    shapes: tuple[Shape, ...]
    of: tuple[str, ...] = ()
    marks: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    fold: int | None = None

    def to_dict(self, id: str) -> dict[str, Any]:
        """Return the element as JSON data."""
        marks = {
            key: [list(m) if isinstance(m, tuple) else m for m in value]
            for key, value in self.marks.items()
            if value
        }
        opens = {} if self.fold is None else {"fold": self.fold}
        return {
            "id": id,
            **opens,
            "kind": self.kind,
            "of": list(self.of),
            "on": [list(span) for span in self.on],
            "marks": marks,
            "shapes": [shape.to_dict() for shape in self.shapes],
        }


def shift(element: Element, dx: float, dy: float) -> Element:
    """Move an element.

    >>> shift(Element("note", (), (Text(0, 0, "here"),)), 3, 4).shapes[0].x
    3
    """
    shapes = tuple(_moved(shape, dx, dy) for shape in element.shapes)
    return replace(element, shapes=shapes)


def _moved(shape: Any, dx: float, dy: float) -> Any:
    if isinstance(shape, Rect):
        return Rect(shape.box.moved(dx, dy), shape.c, shape.r)
    if isinstance(shape, Text):
        return Text(shape.x + dx, shape.y + dy, shape.t, shape.c, shape.a)
    return replace(shape, d=_moved_path(shape.d, dx, dy), hatches=None)


_NUMBER = re.compile(r"-?[\d.]+")


def _moved_path(d: str, dx: float, dy: float) -> str:
    """Move a path of absolute commands: its numbers are x and y in turns."""
    by = cycle((dx, dy))
    return _NUMBER.sub(lambda found: str(num(float(found[0]) + next(by))), d)


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
