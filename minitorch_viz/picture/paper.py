"""A sheet as a PDF, drawn by ReportLab: shapes stay shapes and texts stay texts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

from .bitmap import png
from .measure import FONTS, drawable, font, width
from .shapes import Box, Path, Rect, Text
from .sheet import Mark, Sheet

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

#: Dots to the inch of a text that no carried font has the signs for.
FINE = 600.0
_CAPS = {"butt": 0, "round": 1, "square": 2}


def pdf(sheet: Sheet) -> bytes:
    """Return a sheet as a PDF of one page, one point to the unit.

    >>> pdf(Sheet(8, 8, "#FFFFFF", (), "", ""))[:5]
    b'%PDF-'
    """
    from reportlab.pdfgen.canvas import Canvas

    _register()
    file = BytesIO()
    # Equal pictures are equal files: `invariant` leaves out when it was made.
    canvas = Canvas(
        file, (sheet.w, sheet.h), invariant=1, initialFontName=font(), pageCompression=1
    )
    canvas.setTitle(sheet.title)
    canvas.setSubject(sheet.description)
    ground = Rect(Box(0, 0, sheet.w, sheet.h), "")
    for mark in (Mark(ground, {"fill": sheet.ground}), *sheet.marks):
        if isinstance(mark.shape, Text):
            _text(canvas, mark, mark.shape, sheet)
        else:
            _shape(canvas, mark, mark.shape, sheet.h)
    canvas.save()
    return file.getvalue()


@cache
def _register() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for path in FONTS.glob("*.ttf"):
        registerFont(TTFont(path.stem, path))


def _shape(canvas: Canvas, mark: Mark, shape: Rect | Path, high: float) -> None:
    style = mark.style
    fill, stroke = (str(style.get(key, "none")) for key in ("fill", "stroke"))
    canvas.saveState()
    # Sheets count downwards, PDFs upwards.
    canvas.transform(1, 0, 0, -1, 0, high)
    part = float(style.get("opacity", 1))
    if fill != "none":
        canvas.setFillColor(fill, part)
    if stroke != "none":
        canvas.setStrokeColor(stroke, part)
        canvas.setLineWidth(float(style.get("stroke-width", 1)))
        canvas.setDash(
            [float(v) for v in str(style.get("stroke-dasharray", "")).split()]
        )
        canvas.setLineCap(_CAPS[str(style.get("stroke-linecap", "butt"))])
    drawn = {"fill": int(fill != "none"), "stroke": int(stroke != "none")}
    if isinstance(shape, Path):
        canvas.drawPath(_path(canvas, shape.d), **drawn)
    else:
        b, r = shape.box, min(shape.r, shape.box.w / 2, shape.box.h / 2)
        canvas.roundRect(b.x, b.y, b.w, b.h, r, **drawn)
    canvas.restoreState()


def _path(canvas: Canvas, d: str) -> object:
    path = canvas.beginPath()
    starts = [k for k, c in enumerate(d) if c in "MLCZ"]
    for start, end in pairwise([*starts, len(d)]):
        numbers = [float(v) for v in d[start + 1 : end].split()]
        if d[start] == "Z":
            path.close()
        elif d[start] == "C":
            for k in range(0, len(numbers), 6):
                path.curveTo(*numbers[k : k + 6])
        else:
            draw = path.moveTo if d[start] == "M" else path.lineTo
            for k in range(0, len(numbers), 2):
                draw(*numbers[k : k + 2])
    return path


def _text(canvas: Canvas, mark: Mark, text: Text, sheet: Sheet) -> None:
    style, words, size = mark.style, str(text.t), float(mark.style["font-size"])
    mono = style.get("font-family") == "mono"
    bold = style.get("font-weight") == "bold"
    wide = width(words, size, mono=mono, bold=bold)
    x = text.x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.a]
    if not drawable(words, mono=mono, bold=bold):
        box = Box(x, text.y - size, wide, 1.4 * size)
        _pictured(canvas, mark, replace(text, x=0, y=size, a="start"), box, sheet)
        return
    canvas.setFillColor(str(style["fill"]), float(style.get("opacity", 1)))
    canvas.setFont(font(mono=mono, bold=bold), size)
    canvas.drawString(x, sheet.h - text.y, words)


def _pictured(canvas: Canvas, mark: Mark, text: Text, box: Box, sheet: Sheet) -> None:
    """Draw a text as resvg does, with the fonts of the system."""
    from reportlab.lib.utils import ImageReader

    words = Sheet(box.w, box.h, "none", (replace(mark, shape=text),), "", "")
    picture = ImageReader(BytesIO(png(words, FINE)))
    canvas.drawImage(picture, box.x, sheet.h - box.bottom, box.w, box.h, mask="auto")
