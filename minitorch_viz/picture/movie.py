"""All stops of a trace as one GIF or APNG, every picture of the same size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from ..progress import progress
from ..trace.model import LEVELS, Trace
from .bitmap import densest, png
from .scene import Scene
from .shapes import Box, Rect
from .sheet import Mark, Sheet, sheet
from .style import THEMES

if TYPE_CHECKING:
    from PIL.Image import Image

#: Milliseconds for one stop and for the last one; pixels to 72 units, at most and at
#: least: between them a frame has no more pixels than a slide shows.
STOP, END, DOTS, LEAST, PIXELS = 1600, 4000, 108.0, 72.0, 1_600_000
COLOURS = {".gif": 160, ".apng": 256}
#: Nobody watches more stops than these, and all of them are in memory at once.
LONGEST = 300
#: How high the bar is that tells where in the movie a frame is.
BAR = 5.0


def stops(trace: Trace) -> list[int]:
    """List the steps that a movie shows: those of the trace's own level, and the end.

    >>> from ..trace.model import Step
    >>> stops(Trace("", (Step(0, "statement", "start"),)))
    [0]
    """
    finest = LEVELS.index(trace.level)
    last = len(trace.steps) - 1
    shown = [s.index for s in trace.steps if LEVELS.index(s.level) <= finest]
    return shown if shown[-1:] == [last] else [*shown, last]


def movie(scene: Scene, trace: Trace, theme: str, part: str, suffix: str) -> bytes:
    """Return a trace's pictures one after the other, as the bytes of a file."""
    count = len(stops(trace))
    if count > LONGEST:
        raise ValueError(
            f"at most {LONGEST} stops fit a {suffix}, and this trace has {count};"
            " trace fewer with max_steps"
        )
    pages = [sheet(scene, trace, step, theme, part) for step in stops(trace)]
    high = max(page.h for page in pages) + BAR
    pages = [
        replace(page, h=high, marks=page.marks + _bar(page.w, high, k, count, theme))
        for k, page in enumerate(pages)
    ]
    frames = progress(_frames(pages, suffix), len(pages), f"drawing {len(pages)} stops")
    return _joined(frames, len(pages), suffix)


def _bar(
    wide: float, high: float, stop: int, count: int, theme: str
) -> tuple[Mark, ...]:
    """Show along the lower edge how much of the movie has been seen."""
    colours, seen = THEMES[theme], wide * (stop + 1) / count
    return tuple(
        Mark(Rect(Box(0, high - BAR, w, BAR), ""), {"fill": colours[colour]})
        for w, colour in ((wide, "rule"), (seen, "muted"))
    )


def _frames(pages: list[Sheet], suffix: str) -> Iterator[Image]:
    import PIL.Image

    wide, high = pages[0].w, pages[0].h
    dots = min(DOTS, max(LEAST, densest(wide, high, PIXELS)))
    for page in pages:
        picture = PIL.Image.open(BytesIO(png(page, dots))).convert("RGB")
        # Without dithering, flat colours stay flat and the file small.
        yield picture.quantize(
            COLOURS[suffix],
            PIL.Image.Quantize.MAXCOVERAGE,
            dither=PIL.Image.Dither.NONE,
        )


def _joined(frames: Iterator[Image], count: int, suffix: str) -> bytes:
    file, first = BytesIO(), next(frames)
    first.save(
        file,
        format="GIF" if suffix == ".gif" else "PNG",
        save_all=True,
        append_images=list(frames),
        duration=[STOP] * (count - 1) + [END],
        loop=0,
    )
    return file.getvalue()
