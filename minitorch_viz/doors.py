"""Where the lower rooms find the upper ones: functions by name, on first use."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from .collector import waiting

#: What writes a file of each suffix; JSON is written by the record itself.
SAVERS = {
    ".html": "minitorch_viz.player.page:save",
    ".svg": "minitorch_viz.picture.export:save",
    ".png": "minitorch_viz.picture.export:save",
    ".pdf": "minitorch_viz.picture.export:save",
    ".gif": "minitorch_viz.picture.export:save",
    ".apng": "minitorch_viz.picture.export:save",
    ".print.html": "minitorch_viz.player.prints:save",
}
DISPLAY = "minitorch_viz.widget:mimebundle"


def find(place: str) -> Any:
    """Return the object at `module:name`.

    >>> find("pathlib:Path").__name__
    'Path'
    """
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def save(
    record: Any, path: str | Path, step: int | None = None, lens: str = "program"
) -> Path:
    """Write a trace or snapshot to `path`, in the format that its suffix says.

    >>> from minitorch_viz.snapshot import Snapshot
    >>> save(Snapshot(), "x.bmp")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: path must end in .html, .svg, ..., .print.html or .json, got 'x.bmp'
    """
    target = Path(path)
    name = target.name.lower()
    fitting = [s for s in SAVERS if name.endswith(s)]
    suffix = max(fitting, key=len, default=target.suffix.lower())
    if suffix == ".json":
        target.write_text(record.to_json() + "\n", encoding="utf-8")
        return target
    if suffix not in SAVERS:
        known = ", ".join(SAVERS)
        raise ValueError(f"path must end in {known} or .json, got {str(path)!r}")
    if suffix == ".html" and lens != "program":
        raise ValueError(f"a page has no lens {lens!r}; pictures do")
    chosen = {"lens": lens} if suffix != ".html" else {}
    with waiting():
        find(SAVERS[suffix])(record, target, step=step, **chosen)
    return target


def mimebundle(record: Any, include: Any = None, exclude: Any = None) -> Any:
    """Return what Jupyter shows for a trace or snapshot.

    >>> callable(mimebundle)
    True
    """
    with waiting():
        return find(DISPLAY)(record, include=include, exclude=exclude)
