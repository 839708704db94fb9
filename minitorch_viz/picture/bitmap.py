"""A sheet as a PNG, drawn by resvg from the SVG that is also a file of its own."""

from __future__ import annotations

from math import sqrt

from .measure import FONTS, drawable
from .shapes import Text
from .sheet import Sheet
from .svg import svg

#: A sheet's unit is one of 72 to the inch: PNGs have two pixels to the unit.
SHARP, PLAIN = 144.0, 72.0
#: What a bitmap may be, so that the picture of a huge graph fits into memory.
MOST_PIXELS, LONGEST_SIDE = 30_000_000, 32_000
#: What a notebook keeps beside a player, and waits for after every run of a cell.
STILL_PIXELS = 3_000_000


def png(sheet: Sheet, dots: float = SHARP) -> bytes:
    """Return a sheet as a PNG of `dots` / 72 pixels to the unit, at most.

    Only what the carried fonts lack, such as Chinese, is set in a font of the system.

    >>> png(Sheet(8, 8, "#FFFFFF", (), "", ""))[1:4]
    b'PNG'
    """
    import resvg_py

    zoom = min(dots, densest(sheet.w, sheet.h)) / PLAIN
    texts = (str(m.shape.t) for m in sheet.marks if isinstance(m.shape, Text))
    return resvg_py.svg_to_bytes(
        svg_string=svg(sheet),
        zoom=zoom,
        font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
        sans_serif_family="DejaVu Sans",
        monospace_family="DejaVu Sans Mono",
        skip_system_fonts=all(map(drawable, texts)),
    )


def still(sheet: Sheet) -> bytes:
    """Return a sheet as a PNG that is quickly made: a long one is less sharp.

    >>> still(Sheet(8, 8, "#FFFFFF", (), "", ""))[1:4]
    b'PNG'
    """
    return png(sheet, min(SHARP, densest(sheet.w, sheet.h, STILL_PIXELS)))


def densest(wide: float, high: float, pixels: int = MOST_PIXELS) -> float:
    """Return the most dots to the inch at which a bitmap of this size can be made.

    >>> densest(16_000, 100), round(densest(16_000, 15_000))
    (144.0, 25)
    """
    by_area = sqrt(pixels / (wide * high))
    return PLAIN * min(by_area, LONGEST_SIDE / max(wide, high))
