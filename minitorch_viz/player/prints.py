"""A page to print: each change as two pictures, before and after."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..explain import plain, sentences
from ..picture.export import replace
from ..picture.history import as_trace
from ..picture.movie import stops
from ..picture.scene import Scene, scene
from ..picture.shapes import Text
from ..picture.sheet import Sheet, sheet
from ..picture.states import states, visible
from ..picture.svg import svg
from ..picture.views import view
from ..progress import progress
from ..snapshot import Snapshot
from ..trace.model import Trace

_CSS = """
@page{size:A4 landscape;margin:12mm}
body{margin:0 auto;padding:8px;max-width:1400px;font-family:system-ui,sans-serif}
body{color:#1B1F24;background:#FFFFFF}
h1{font-size:20px}h2{font-size:15px;margin:0 0 8px;font-weight:600}
section{break-inside:avoid;border-top:1px solid #D3D9E0;padding:12px 0}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:16px}
figure{margin:0}figcaption{font-size:13px;color:#56606B}
figure>svg{width:100%;height:auto;max-height:150mm}
"""


def prints(trace: Trace | Snapshot, *, theme: str = "light", **chosen: Any) -> str:
    """Return an HTML page without scripts; `chosen` is what `scene` takes.

    >>> prints(Snapshot())[:15]
    '<!doctype html>'
    """
    if isinstance(trace, Snapshot):
        trace = as_trace(trace)
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta http-equiv="Content-Security-Policy"',
            " content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>{escape(trace.title)}</title>",
            f"<style>{_CSS}</style></head>",
            f"<body><h1>{escape(trace.title)}</h1>",
            *_sections(trace, theme, chosen),
            "</body></html>\n",
        ]
    )


def _sections(trace: Trace, theme: str, chosen: dict[str, Any]) -> Iterable[str]:
    said, found = sentences(trace), scene(trace, **chosen)
    part, drawn = view(**chosen).said, set[int]()
    pairs = changes(found, stops(trace))
    for pair in progress(pairs, len(pairs), f"drawing {len(pairs)} pairs"):
        figures = ""
        for words, k in zip(("before", "after"), pair, strict=True):
            page = sheet(found, trace, k, theme, part)
            figures += _figure(
                words, _again(page, k) if k in drawn else _first(page, k)
            )
            drawn.add(k)
        heading = plain(said[pair[1]]["whole"] or said[pair[1]]["say"])
        yield f"<section><h2>{escape(heading)}</h2>"
        yield f'<div class="pair">{figures}</div></section>'
    if not pairs:
        yield "<p>Nothing in the picture changes.</p>"


def changes(scene: Scene, shown: list[int]) -> list[tuple[int, int]]:
    """Pair each stop that changes the picture with the stop before it.

    >>> from ..picture.shapes import Element
    >>> changes(Scene(9, 9, (Element("note", ((2, None),), ()),)), [0, 1, 2, 3])
    [(1, 2)]
    """
    seen = [_seen(scene, step) for step in shown]
    return [
        (before, after)
        for k, (before, after) in enumerate(pairwise(shown))
        if seen[k] != seen[k + 1]
    ]


def _seen(scene: Scene, step: int) -> list[Any]:
    """Describe what is on the screen at a step, but for what is marked as new."""
    return [
        (
            number,
            sorted(set(states(element, step)) - {"new"}),
            [s.at(step) for s in element.shapes if isinstance(s, Text)],
        )
        for number, element in enumerate(scene.elements)
        if visible(element, step) and element.kind != "badge"
    ]


def _first(page: Sheet, step: int) -> str:
    start = f'<svg id="s{step}" preserveAspectRatio="xMinYMin" '
    return svg(page).replace("<svg ", start, 1)


def _again(page: Sheet, step: int) -> str:
    """Show a picture again: it is in the file once, and on the page twice."""
    size = f'viewBox="0 0 {page.w:g} {page.h:g}" preserveAspectRatio="xMinYMin"'
    name = escape(page.title, quote=True)
    return f'<svg {size} role="img" aria-label="{name}"><use href="#s{step}"/></svg>'


def _figure(words: str, picture: str) -> str:
    return f"<figure><figcaption>{words}</figcaption>{picture}</figure>"


def save(
    trace: Trace | Snapshot, path: str | Path, step: int | None = None, **chosen: Any
) -> Path:
    """Write the page to `path`.

    >>> save(Snapshot(), "x.print.html", step=3)
    Traceback (most recent call last):
        ...
    ValueError: a page to print shows all steps; leave out step=3
    """
    if step is not None:
        raise ValueError(f"a page to print shows all steps; leave out step={step!r}")
    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"no folder {str(target.parent)!r} to write a page to")
    replace(target, prints(trace, **chosen).encode())
    return target
