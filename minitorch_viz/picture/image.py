"""A sheet as PNG and PDF by Graphviz: shapes as its background, texts as nodes."""

from __future__ import annotations

import re
from itertools import pairwise
from math import hypot, sqrt

from .curves import sampled
from .engines import render
from .measure import width
from .shapes import Box, Point, Rect, Text
from .sheet import Mark, Sheet

#: A sheet's unit is one of 72 to the inch: PNGs have two pixels to the unit.
SHARP, PLAIN = 144, 72
#: What a bitmap may be, so that the picture of a huge graph fits into memory.
MOST_PIXELS, LONGEST_SIDE = 30_000_000, 32_000
#: No string of DOT may be longer than 16,384 characters.
PIECE = 8000
#: From a text's baseline to the middle of the line that Graphviz centres it in.
RISE = 0.275
_DATE = re.compile(rb"(/CreationDate \(D:)\d{14}")
#: How far the control points of a quarter circle lie from its ends.
ROUND = 0.5523


def image(sheet: Sheet, form: str, dots: int = SHARP) -> bytes:
    """Return a sheet as `png` (`dots` / 72 pixels to the unit, at most) or `pdf`.

    >>> image(Sheet(8, 8, "#FFFFFF", (), "", ""), "png")[1:4]
    b'PNG'
    """
    density = min(dots, densest(sheet.w, sheet.h)) if form == "png" else PLAIN
    drawn = render(dot(sheet, density), "nop2", form)
    # Equal pictures are equal files: no PDF tells when it was made.
    return _DATE.sub(rb"\g<1>19800101000000", drawn) if form == "pdf" else drawn


def densest(wide: float, high: float) -> float:
    """Return the most dots to the inch at which a bitmap of this size can be made.

    >>> densest(16_000, 100), round(densest(16_000, 15_000))
    (144.0, 25)
    """
    by_area = sqrt(MOST_PIXELS / (wide * high))
    return PLAIN * min(by_area, LONGEST_SIDE / max(wide, high))


def dot(sheet: Sheet, dots: float = PLAIN) -> str:
    """Write the sheet as DOT in which nothing is left to lay out.

    >>> "_background" in dot(Sheet(8, 8, "#FFFFFF", (), "", ""))
    False
    """
    # DOT's strings are short, but may be added up.
    drawn = " ".join(s for m in sheet.marks if (s := _shape(m, sheet)))
    starts = range(0, len(drawn), PIECE)
    shapes = '" + "'.join(drawn[start : start + PIECE] for start in starts)
    # Graphviz warns of a background in which nothing is drawn.
    background = f' _background="{shapes}"' if shapes else ""
    texts = "\n".join(
        _text(m, k, sheet)
        for k, m in enumerate(sheet.marks)
        if isinstance(m.shape, Text) and not covered(m, sheet.marks[k + 1 :])
    )
    return (
        f'digraph {{ graph [bgcolor="{sheet.ground}" pad=0 margin=0 dpi={dots:g}'
        f" outputorder=nodesfirst{background}];\n"
        "node [shape=plaintext fixedsize=shape margin=0];\n"
        f"{_corner('a', 0, 0)}\n{_corner('b', sheet.w, sheet.h)}\n{texts}\n}}\n"
    )


def _corner(name: str, x: float, y: float) -> str:
    # Nothing but these two says how large the sheet is.
    return f'{name} [pos="{x:g},{y:g}" width=0 height=0 label="" style=invis];'


def covered(mark: Mark, above: tuple[Mark, ...]) -> bool:
    """Say whether a filled rectangle drawn later hides a text's middle.

    >>> text = Mark(Text(9, 9, "hidden"), {"font-size": 12.0})
    >>> covered(text, (Mark(Rect(Box(0, 0, 90, 20), ""), {"fill": "#000000"}),))
    True
    """
    text = mark.shape
    assert isinstance(text, Text)
    wide = _wide(mark)
    x = text.x + {"start": wide / 2, "middle": 0.0, "end": -wide / 2}[text.a]
    return any(
        isinstance(m.shape, Rect)
        and m.style.get("fill", "none") != "none"
        and _holds(m.shape.box, x, text.y - 4)
        for m in above
    )


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x <= x <= box.right and box.y <= y <= box.bottom


def _wide(mark: Mark) -> float:
    mono = mark.style.get("font-family") == "mono"
    bold = mark.style.get("font-weight") == "bold"
    size = float(mark.style["font-size"])
    assert isinstance(mark.shape, Text)
    return width(str(mark.shape.t), size, mono=mono, bold=bold)


def _text(mark: Mark, number: int, sheet: Sheet) -> str:
    text, style = mark.shape, mark.style
    assert isinstance(text, Text)
    size = float(style["font-size"])
    # Graphviz sets some sizes a little wider than the font says: leave it room.
    wide = _wide(mark) * 1.12 + 6
    x = text.x + {"start": wide / 2, "middle": 0.0, "end": -wide / 2}[text.a]
    y = sheet.h - text.y + size * RISE
    font = "DejaVu Sans Mono" if style.get("font-family") == "mono" else "DejaVu Sans"
    if style.get("font-weight") == "bold":
        font += " Bold"
    side = {"start": "\\l", "middle": "", "end": "\\r"}[text.a]
    return (
        f't{number} [pos="{x:.2f},{y:.2f}" width={wide / 72:.4f}'
        f' height={size / 45:.4f} fontname="{font}" fontsize={size:g}'
        f' fontcolor="{style["fill"]}" label="{_quoted(str(text.t))}{side}"];'
    )


def _quoted(text: str) -> str:
    """Write a text as a label in which no escape or entity of DOT's works."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain.replace("&", "&amp;").replace("\\", "&#92;").replace('"', "&quot;")


def _shape(mark: Mark, sheet: Sheet) -> str:
    shape, style = mark.shape, mark.style
    if isinstance(shape, Text):
        return ""
    curves = outline(shape.box, shape.r) if isinstance(shape, Rect) else parsed(shape.d)
    fill = _colour(style, "fill", sheet)
    stroke = _colour(style, "stroke", sheet)
    found = []
    if fill:
        found += [_pen(fill, 0.1), f"C {len(fill)} -{fill}"]
        found += [_points("b", c, sheet.h) for c in curves]
    square = isinstance(shape, Rect) and not shape.r
    if stroke:
        found.append(_pen(stroke, float(style.get("stroke-width", 1))))
        dashes = str(style.get("stroke-dasharray", ""))
        if dashes:
            pattern = [float(v) for v in dashes.split()]
            if "stroke-linecap" in style:
                pattern = [pattern[0] + 0.8, pattern[1] - 0.8]
            cuts = [d for c in curves for d in dashed(sampled(c), pattern)]
            found += [_points("L", d, sheet.h) for d in cuts]
        elif square:
            found += [_points("p", c[::3][:-1], sheet.h) for c in curves]
        else:
            found += [_points("B", c, sheet.h) for c in curves]
    return " ".join(found)


def _pen(colour: str, thick: float) -> str:
    said = f"setlinewidth({thick:g})"
    return f"c {len(colour)} -{colour} S {len(said)} -{said}"


def _points(kind: str, points: list[Point], height: float) -> str:
    return f"{kind} {len(points)} " + " ".join(
        f"{x:.2f} {height - y:.2f}" for x, y in points
    )


def _colour(style: dict[str, str | float], key: str, sheet: Sheet) -> str:
    """Return a colour, mixed with the ground where the shape is see-through."""
    colour = str(style.get(key, "none"))
    if colour == "none":
        return ""
    part = float(style.get("opacity", 1))
    pairs = zip(_channels(colour), _channels(sheet.ground), strict=True)
    return "#" + "".join(f"{round(a * part + b * (1 - part)):02X}" for a, b in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[k : k + 2], 16) for k in (1, 3, 5)]


def outline(box: Box, r: float) -> list[list[Point]]:
    """Return a rectangle with round corners as one closed curve.

    >>> len(outline(Box(0, 0, 20, 10), 5)[0])
    25
    """
    r = min(r, box.w / 2, box.h / 2)
    k = r * (1 - ROUND)
    x0, y0, x1, y1 = box.x, box.y, box.right, box.bottom
    corners = [
        ((x1 - r, y0), (x1 - k, y0), (x1, y0 + k), (x1, y0 + r)),
        ((x1, y1 - r), (x1, y1 - k), (x1 - k, y1), (x1 - r, y1)),
        ((x0 + r, y1), (x0 + k, y1), (x0, y1 - k), (x0, y1 - r)),
        ((x0, y0 + r), (x0, y0 + k), (x0 + k, y0), (x0 + r, y0)),
    ]
    points: list[Point] = [corners[3][3]]
    for a, b, c, d in corners:
        points += [*_thirds(points[-1], a), b, c, d]
    return [points]


def _thirds(start: Point, end: Point) -> list[Point]:
    """Return a straight line's control points and end."""
    (a, b), (c, d) = start, end
    return [(a + (c - a) / 3, b + (d - b) / 3), (c - (c - a) / 3, d - (d - b) / 3), end]


def parsed(d: str) -> list[list[Point]]:
    """Read a path of M, L, C and Z as cubic curves, one for each M.

    >>> len(parsed("M0 0L3 0L3 3Z")[0])
    10
    """
    curves: list[list[Point]] = []
    for command, numbers in _commands(d):
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            curves.append(points)
        elif command == "C":
            curves[-1] += points
        else:
            end = points[0] if command == "L" else curves[-1][0]
            curves[-1] += _thirds(curves[-1][-1], end)
    return [c for c in curves if len(c) > 1]


def _commands(d: str) -> list[tuple[str, list[float]]]:
    found, at = [], [k for k, c in enumerate(d) if c in "MLCZ"]
    for start, end in pairwise([*at, len(d)]):
        found.append((d[start], [float(v) for v in d[start + 1 : end].split()]))
    return found


def dashed(points: list[Point], pattern: list[float]) -> list[list[Point]]:
    """Cut a line into dashes.

    >>> dashed([(0, 0), (10, 0)], [4, 2])
    [[(0, 0), (4.0, 0.0)], [(6.0, 0.0), (10, 0)]]
    """
    found: list[list[Point]] = []
    turn, left = 0, pattern[0]
    current = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        length = hypot(x1 - x0, y1 - y0)
        walked = 0.0
        while length - walked > left:
            walked += left
            at = x0 + (x1 - x0) * walked / length, y0 + (y1 - y0) * walked / length
            if turn % 2 == 0:
                found.append([*current, at])
            current, turn = [at], turn + 1
            left = pattern[turn % len(pattern)]
        left -= length - walked
        if turn % 2 == 0:
            current.append((x1, y1))
    if turn % 2 == 0 and len(current) > 1:
        found.append(current)
    return found
