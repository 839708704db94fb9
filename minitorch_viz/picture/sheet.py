"""One step as a sheet: title, picture and legend, every shape with its final style."""

from __future__ import annotations

from dataclasses import dataclass

from ..trace.model import Trace
from .legend import Row, legend
from .measure import elide, width
from .scene import MARGIN, Scene
from .shapes import Element, Path, Rect, Text, shift
from .states import states, visible
from .style import SMALL, THEMES, resolve

TITLE, LINE = 14.0, 20.0
Style = dict[str, str | float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A shape as it is drawn: colours are colours, and a text is one text.

    >>> Mark(Text(0, 0, "x"), {"fill": "#000000"}).shape.t
    'x'
    """

    shape: Rect | Path | Text
    style: Style


@dataclass(frozen=True, slots=True)
class Sheet:
    """All marks of a page, back to front, and words for those who can't see it.

    >>> Sheet(8, 8, "#FFFFFF", (), "", "").marks
    ()
    """

    w: float
    h: float
    ground: str
    marks: tuple[Mark, ...]
    title: str
    description: str


def sheet(
    scene: Scene, trace: Trace, step: int, theme: str = "light", part: str = ""
) -> Sheet:
    """Draw one step of a scene with a title above and a legend below.

    `part` says what of the trace the scene shows, where that isn't all.

    >>> from ..trace.model import Step
    >>> sheet(Scene(560, 120, ()), Trace("", (Step(0, "statement", "start"),)), 0).h
    120.0
    """
    if theme not in THEMES:
        raise ValueError(f"theme must be one of {', '.join(THEMES)}, got {theme!r}")
    heading, said = _heading(scene.w, trace, step, part)
    top = 46.0 if heading else 0.0
    keys, height = _keys(scene, step)
    elements = [
        *heading,
        *(shift(e, 0, top) for e in scene.elements if visible(e, step)),
        *(shift(e, 0, top + scene.h) for e in keys),
    ]
    marks = tuple(m for e in elements for m in _marks(e, step, THEMES[theme]))
    words = ", ".join(row.words for row in legend(scene.elements, step))
    return Sheet(
        scene.w, scene.h + top + height, THEMES[theme]["bg"], marks, said, words
    )


def _heading(
    wide: float, trace: Trace, step: int, part: str
) -> tuple[list[Element], str]:
    """Write the program's title, the step, and the line of code it stands at."""
    if not trace.source:
        return [], trace.title
    room = wide - 2 * MARGIN
    where = f"step {step} of {len(trace.steps) - 1}"
    site = trace.steps[step].site
    code = ""
    if site is not None:
        lines = trace.source.splitlines()
        where += f" · line {site.line}"
        code = lines[site.line - 1].strip() if site.line <= len(lines) else ""
    where += f" · {part}" if part else ""
    left = width(where, SMALL) + 10
    title = " ".join(trace.title.split())
    shapes = [
        Text(MARGIN, 22, elide(title, room, TITLE, bold=True), "t b title"),
        Text(MARGIN, 39, where, "t s"),
    ]
    if code:
        shapes.append(
            Text(
                MARGIN + left,
                39,
                elide(code, room - left, SMALL, mono=True),
                "t m code",
            )
        )
    said = f"{title}, {where}" + (f": {code}" if code else "")
    return [Element("note", ((0, None),), tuple(shapes))], said


def _keys(scene: Scene, step: int) -> tuple[list[Element], float]:
    """Lay the legend out in rows across the sheet."""
    rows = legend(scene.elements, step)
    if not rows:
        return [], 0.0
    found, x, y = [], MARGIN, 12.0
    for row in rows:
        wide = 32 + width(row.words, SMALL)
        if x > MARGIN and x + wide > scene.w - MARGIN:
            x, y = MARGIN, y + LINE
        found.append(_key(row, x, y))
        x += wide + 18
    rule = Path(f"M{MARGIN:g} 0L{scene.w - MARGIN:g} 0", "rule")
    return [Element("note", ((0, None),), (rule,)), *found], y + LINE + 8


def _key(row: Row, x: float, y: float) -> Element:
    words = Text(32, 11, row.words, "t s key")
    marks = {row.state: ((0, None),)} if row.state else {}
    shapes = (*row.shapes, words)
    return shift(Element("note", ((0, None),), shapes, marks=marks), x, y)


def _marks(element: Element, step: int, colours: dict[str, str]) -> list[Mark]:
    found, marks = [], states(element, step)
    for shape in element.shapes:
        style: Style = {
            key: colours.get(str(value), value)
            for key, value in resolve(shape.c, marks).items()
        }
        if isinstance(shape, Text):
            said = shape.at(step)
            if not said:
                continue
            shape = Text(shape.x, shape.y, said, shape.c, shape.a)
        found.append(Mark(shape, style))
    return found
