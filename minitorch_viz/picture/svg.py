"""A scene at one step as a standalone SVG."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from .scene import Scene
from .shapes import Element, Path, Shape, Text, inside, num
from .style import MONO, SANS, THEMES, resolve


def visible(element: Element, step: int) -> bool:
    """Say whether an element is seen at a step; badges are while they are news."""
    if element.kind == "badge":
        return step in element.marks.get("new", ())
    return inside(step, element.on)


def states(element: Element, step: int) -> frozenset[str]:
    """Name the states that an element is in at a step."""
    marks = element.marks
    found = {
        n for n in ("hot", "bad", "gone", "freed") if inside(step, marks.get(n, ()))
    }
    if step in marks.get("new", ()):
        found.add("new")
    return frozenset(found)


def body(scene: Scene, step: int, theme: str) -> str:
    """Draw what is seen at a step."""
    colours = THEMES[theme]
    parts = []
    for element in scene.elements:
        if visible(element, step):
            marks = states(element, step)
            parts += [_shape(shape, marks, step, colours) for shape in element.shapes]
    return "\n".join(p for p in parts if p)


def _shape(
    shape: Shape, marks: frozenset[str], step: int, colours: dict[str, str]
) -> str:
    props = dict(resolve(shape.c, marks))
    if isinstance(shape, Text):
        return _text(shape, props, step, colours)
    props.setdefault("fill", "none")
    style = "".join(
        f' {key}="{colours.get(str(value), value)}"' for key, value in props.items()
    )
    if isinstance(shape, Path):
        return f'<path d="{shape.d}"{style}/>'
    b = shape.box
    at = f'x="{num(b.x)}" y="{num(b.y)}" width="{num(b.w)}" height="{num(b.h)}"'
    rounded = f' rx="{num(shape.r)}"' if shape.r else ""
    return f"<rect {at}{rounded}{style}/>"


def _text(
    shape: Text, props: dict[str, str | float], step: int, colours: dict[str, str]
) -> str:
    said = shape.at(step)
    if not said:
        return ""
    family = MONO if props.pop("font-family", "") == "mono" else SANS
    style = "".join(f' {k}="{colours.get(str(v), v)}"' for k, v in props.items())
    anchor = f' text-anchor="{shape.a}"' if shape.a != "start" else ""
    at = f'x="{num(shape.x)}" y="{num(shape.y)}"'
    return f"<text {at}{anchor}{style} font-family={quoteattr(family)}>{escape(clean(said))}</text>"


def clean(text: str) -> str:
    """Drop what XML may not hold.

    >>> clean("a\\x00b")
    'ab'
    """
    return "".join(
        c
        for c in text
        if c in "\t\n"
        or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def svg(scene: Scene, step: int, theme: str = "light") -> str:
    """Return a whole SVG document."""
    w, h = num(scene.w), num(scene.h)
    ground = THEMES[theme]["bg"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">\n'
        f'<rect width="{w}" height="{h}" fill="{ground}"/>\n{body(scene, step, theme)}\n</svg>\n'
    )
