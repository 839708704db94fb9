"""A sheet as a standalone SVG."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from .shapes import Path, Text, num
from .sheet import Mark, Sheet
from .style import MONO, SANS


def svg(sheet: Sheet) -> str:
    """Return a whole SVG document.

    >>> svg(Sheet(8, 8, "#FFFFFF", (), "a < b", "")).count("a &lt; b")
    1
    """
    w, h = num(sheet.w), num(sheet.h)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"'
        f' viewBox="0 0 {w} {h}" role="img">',
        f"<title>{escape(clean(sheet.title))}</title>",
        f"<desc>{escape(clean(sheet.description))}</desc>",
        f'<rect width="{w}" height="{h}" fill="{sheet.ground}"/>',
        *map(_mark, sheet.marks),
        "</svg>\n",
    ]
    return "\n".join(lines)


def _mark(mark: Mark) -> str:
    shape, style = mark.shape, dict(mark.style)
    if isinstance(shape, Text):
        return _text(shape, style)
    style.setdefault("fill", "none")
    said = "".join(f' {key}="{_number(value)}"' for key, value in style.items())
    if isinstance(shape, Path):
        return f'<path d="{shape.d}"{said}/>'
    b = shape.box
    at = f'x="{num(b.x)}" y="{num(b.y)}" width="{num(b.w)}" height="{num(b.h)}"'
    rounded = f' rx="{num(shape.r)}"' if shape.r else ""
    return f"<rect {at}{rounded}{said}/>"


def _text(shape: Text, style: dict[str, str | float]) -> str:
    family = MONO if style.pop("font-family", "") == "mono" else SANS
    said = "".join(f' {key}="{_number(value)}"' for key, value in style.items())
    anchor = f' text-anchor="{shape.a}"' if shape.a != "start" else ""
    at = f'x="{num(shape.x)}" y="{num(shape.y)}"'
    text = escape(clean(str(shape.t)))
    return f"<text {at}{anchor}{said} font-family={quoteattr(family)}>{text}</text>"


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def clean(text: str) -> str:
    r"""Drop the characters that XML may not hold.

    >>> clean("a\x00b")
    'ab'
    """
    return "".join(c for c in text if c in "\t\n" or _allowed(c))


def _allowed(c: str) -> bool:
    return c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"
