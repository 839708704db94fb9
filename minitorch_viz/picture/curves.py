"""Lines, curves and arrow heads as points and as paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import ceil, hypot

from .shapes import Box, Path, Point, Shape, num


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
    """Return a curve beside another: for one that runs down, `by` to its left.

    >>> shifted([(0, 0), (0, 9)], 4)
    [(-4.0, 0.0), (-4.0, 9.0)]
    """
    found = []
    for k, (x, y) in enumerate(points):
        here = points[k]  # which may stand there twice, where a curve has a corner
        before = next((p for p in points[k::-1] if p != here), here)
        after = next((p for p in points[k:] if p != here), here)
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = hypot(dx, dy) or 1.0
        found.append((x - by * dy / length, y + by * dx / length))
    return found


def shortened(points: list[Point], by: float) -> list[Point]:
    """Return a curve that stops a little before its end, under its arrow head.

    >>> shortened([(0, 0), (0, 10)], 4)
    [(0, 0), (0.0, 6.0)]
    """
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = hypot(x1 - x0, y1 - y0)
    if length == 0:
        return points
    cut = min(by, length * 0.9) / length
    end = (x1 - (x1 - x0) * cut, y1 - (y1 - y0) * cut)
    return [*points[:-1], end]


def hatched(box: Box, style: str, gap: float = 9.0) -> Path:
    """Return parallel lines at 45 degrees that fill a rectangle.

    >>> hatched(Box(0, 0, 9, 9), "hatch").d
    'M0 9L9 0'
    """
    return Path(_hatching(box, gap), style, (box, gap))


def _hatching(box: Box, gap: float) -> str:
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


def arrow(
    points: list[Point], colour: str, tip: str, size: float = 10.0
) -> tuple[Shape, ...]:
    """Draw a curve with an arrow head at its end.

    >>> [shape.c for shape in arrow(straight((0, 0), (0, 9)), "line", "head")]
    ['line', 'head']
    """
    (x0, y0), (x1, y1) = before(points), points[-1]
    return (
        Path(curve(shortened(points, size * 0.6)), colour),
        Path(head((x1, y1), (x1 - x0, y1 - y0), size), tip),
    )


def before(points: list[Point]) -> Point:
    """Return the last point that isn't the end, for the direction there.

    >>> before([(0, 0), (5, 5), (9, 9), (9, 9)])
    (5, 5)
    """
    return next((p for p in reversed(points[:-1]) if p != points[-1]), points[0])


def straight(start: Point, end: Point) -> list[Point]:
    """Return a straight line as a curve.

    >>> len(straight((0, 0), (9, 9)))
    4
    """
    (x0, y0), (x1, y1) = start, end
    return [start, (x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3),
            (x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3), end]  # fmt: skip


def near_end(points: list[Point], back: float) -> tuple[float, float, float, float]:
    """Return a point of a curve `back` before its end, and the direction there.

    >>> near_end(straight((0, 0), (0, 24)), 12)
    (0.0, 12.0, 0.0, 1.0)
    """
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


def upright(points: list[Point], x: float) -> list[Point]:
    """Return a curve from the first of some points to the last that runs down at `x`.

    >>> upright([(0, 0), (0, 90)], 20)[1:4]
    [(20, 0), (20, 0), (20, 0)]
    """
    first, last = points[0], points[-1]
    corners = [first, (x, first[1]), (x, last[1]), last]
    return [first, *(p for a, b in pairwise(corners) for p in (b, b, b))]


def cut_at(points: list[Point], height: float) -> list[Point]:
    """Cut a curve where, on its way up, it first comes above a height.

    >>> cut_at([(0, 9), (0, 6), (0, 3), (0, 0)], 4.5)[-1]
    (0.0, 4.5)
    """
    for k in range(0, len(points) - 3, 3):
        part = points[k : k + 4]
        for n in range(1, 25):
            if first_part(part, n / 24)[-1][1] <= height:
                left = first_part(part, _where(part, (n - 1) / 24, n / 24, height))
                return [*points[: k + 1], *left[1:]]
    return points


def _where(part: list[Point], low: float, high: float, height: float) -> float:
    """Narrow down where a curve comes above a height: a long one's parts are long."""
    for _ in range(12):
        middle = (low + high) / 2
        above = first_part(part, middle)[-1][1] <= height
        low, high = (low, middle) if above else (middle, high)
    return high


def first_part(part: list[Point], t: float) -> list[Point]:
    """Return the first part of a cubic curve, up to `t`.

    >>> first_part([(0, 0), (0, 1), (0, 2), (0, 3)], 0.5)[-1]
    (0.0, 1.5)
    """
    row, found = part, [part[0]]
    while len(row) > 1:
        row = [(a + (c - a) * t, b + (d - b) * t) for (a, b), (c, d) in pairwise(row)]
        found.append(row[0])
    return found


def elbows(points: list[Point], radius: float = 7.0) -> list[Point]:
    """Return straight lines with rounded corners as a curve.

    >>> elbows([(0, 0), (9, 0), (9, 20)])[-1]
    (9, 20)
    """
    points = [p for k, p in enumerate(points) if k == 0 or p != points[k - 1]]
    found, at = [points[0]], points[0]
    for corner, after in pairwise(points[1:]):
        size = min(radius, _half(at, corner), _half(corner, after))
        start, end = _towards(corner, at, size), _towards(corner, after, size)
        found += [*straight(at, start)[1:], corner, corner, end]
        at = end
    return [*found, *straight(at, points[-1])[1:]]


def _half(a: Point, b: Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1]) / 2


def _towards(start: Point, end: Point, by: float) -> Point:
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    dx, dy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    return start[0] + dx * by, start[1] + dy * by


def plate_on(box: Box, plates: Iterable[Box], routes: Iterable[list[Point]]) -> Box:
    """Move a plate along `box` to where it hides the fewest routes, near the middle.

    Of several plates the first is taken unless another hides fewer.

    >>> plate_on(Box(0, 0, 200, 50), [Box(0, -9, 40, 18)], [[(99, -20), (99, 20)]]).x
    48.0
    """
    lines = [pair for route in routes for pair in pairwise(route)]
    found = [spot for plate in plates for spot in _spots(box, plate, lines)]
    return min(found, key=lambda spot: spot[0])[1]


def _spots(
    box: Box, plate: Box, lines: list[tuple[Point, Point]]
) -> Iterator[tuple[int, Box]]:
    """Yield where a plate can stand, the middle first, and how many lines it hides."""
    found = (_span(a, b, plate.y, plate.bottom) for a, b in lines)
    spans = [span for span in found if span is not None]
    middle, room = box.middle[0] - plate.w / 2, max(0.0, (box.w - plate.w) / 2 - 8)
    for off in (*range(0, ceil(room), 8), room):
        for x in (middle - off, middle + off):
            end = x + plate.w + 5  # an arrow's head is wider than its line
            hidden = sum(x0 <= end and x - 5 <= x1 for x0, x1 in spans)
            yield hidden, Box(x, plate.y, plate.w, plate.h)


def _span(a: Point, b: Point, top: float, bottom: float) -> tuple[float, float] | None:
    """Return from where to where a straight line runs between two heights."""
    (ax, ay), (bx, by) = sorted((a, b), key=lambda point: point[1])
    if by < top or ay > bottom:
        return None
    if by == ay:
        return min(ax, bx), max(ax, bx)
    slope = (bx - ax) / (by - ay)
    ends = [ax + slope * (max(ay, top) - ay), ax + slope * (min(by, bottom) - ay)]
    return min(ends), max(ends)
