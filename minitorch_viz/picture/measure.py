"""Text widths, read from the carried fonts."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import combining, east_asian_width

FONTS = Path(__file__).parent / "fonts"
#: What tells parameters apart stands at the end of such names.
_PATH = re.compile(r"\w+(\[[^][()]*\])*(\.\w+(\[[^][()]*\])*)+")


@dataclass(frozen=True, slots=True)
class Face:
    """A font's advance widths, in fractions of the font size, by character.

    >>> Face({97: 0.5}).advance("a")
    0.5
    """

    advances: dict[int, float]

    def advance(self, character: str) -> float:
        """Return how far `character` moves the pen; a guess where the font lacks it.

        >>> round(face("DejaVuSansMono").advance("x"), 3)
        0.602
        """
        known = self.advances.get(ord(character))
        if known is not None:
            return known
        if combining(character):
            return 0.0
        return (
            1.25 if east_asian_width(character) in "WF" or character > "\uffff" else 1.0
        )


@cache
def face(name: str) -> Face:
    """Read one carried font.

    >>> "a" < "b" and len(face("DejaVuSans").advances) > 1000
    True
    """
    data = (FONTS / f"{name}.ttf").read_bytes()
    tables = _tables(data)
    (units,) = struct.unpack_from(">H", data, tables["head"] + 18)
    (count,) = struct.unpack_from(">H", data, tables["hhea"] + 34)
    widths = struct.unpack_from(">" + "Hh" * count, data, tables["hmtx"])[::2]
    return Face(
        {
            code: widths[min(glyph, count - 1)] / units
            for code, glyph in _characters(data, tables["cmap"])
        }
    )


def _tables(data: bytes) -> dict[str, int]:
    (count,) = struct.unpack_from(">H", data, 4)
    entries = (struct.unpack_from(">4s3I", data, 12 + 16 * k) for k in range(count))
    return {tag.decode(): offset for tag, _, offset, _ in entries}


def _characters(data: bytes, cmap: int) -> list[tuple[int, int]]:
    """List (character, glyph) from the `cmap` subtable of format 4."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for k in range(count):
        _, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * k)
        if struct.unpack_from(">H", data, cmap + offset) == (4,):
            return _format_4(data, cmap + offset)
    raise ValueError("the font has no cmap of format 4")


def _format_4(data: bytes, start: int) -> list[tuple[int, int]]:
    (twice,) = struct.unpack_from(">H", data, start + 6)
    n = twice // 2
    ends = struct.unpack_from(f">{n}H", data, start + 14)
    first = struct.unpack_from(f">{n}H", data, start + 16 + twice)
    delta = struct.unpack_from(f">{n}h", data, start + 16 + 2 * twice)
    ranges = start + 16 + 3 * twice
    offsets = struct.unpack_from(f">{n}H", data, ranges)
    found = []
    for k in range(n):
        for code in range(first[k], min(ends[k], 0xFFFE) + 1):
            glyph = code
            if offsets[k]:
                at = ranges + 2 * k + offsets[k] + 2 * (code - first[k])
                (glyph,) = struct.unpack_from(">H", data, at)
            found.append((code, (glyph + delta[k]) & 0xFFFF))
    return found


@lru_cache(65536)
def width(text: str, size: float, *, mono: bool = False, bold: bool = False) -> float:
    """Return the width of `text` in the carried font at `size`.

    >>> width("AccumulateGrad", 12, mono=True)
    101.1...
    """
    return size * sum(map(face(font(mono=mono, bold=bold)).advance, text))


def font(*, mono: bool = False, bold: bool = False) -> str:
    """Name a carried font.

    >>> font(mono=True, bold=True)
    'DejaVuSansMono-Bold'
    """
    return "DejaVuSans" + ("Mono" if mono else "") + ("-Bold" if bold else "")


def drawable(text: str, *, mono: bool = False, bold: bool = False) -> bool:
    """Say whether a carried font has all the signs of `text`.

    >>> drawable("∂y/∂x"), drawable("张量")
    (True, False)
    """
    known = face(font(mono=mono, bold=bold)).advances
    return all(ord(c) in known for c in text)


def elide(
    text: str, room: float, size: float, *, mono: bool = False, bold: bool = False
) -> str:
    """Shorten `text` until it fits into `room`: in its middle, a path at its start.

    >>> elide("torch.relu(self.hidden(x))", 100, 12, mono=True)
    'torch.…en(x))'
    >>> elide("model.layers.weight", 100, 12, mono=True)
    '…ayers.weight'
    """
    if width(text, size, mono=mono, bold=bold) <= room:
        return text
    is_path = _PATH.fullmatch(text)
    for keep in range(min(len(text), 400) - 1, 1, -1):
        head = 0 if is_path else keep // 2
        short = text[:head] + "…" + text[len(text) - (keep - head) :]
        if width(short, size, mono=mono, bold=bold) <= room:
            return short
    return "…"
