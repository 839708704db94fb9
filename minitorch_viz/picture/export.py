"""Pictures as files, and as what Jupyter shows."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..snapshot import Snapshot
from ..trace.model import Trace
from .bitmap import png
from .history import as_trace
from .movie import movie
from .paper import pdf
from .scene import scene
from .sheet import Sheet, sheet
from .style import THEMES
from .svg import svg
from .views import END, View, view

#: One row adds a format: what turns a sheet into the file's bytes.
WRITERS: dict[str, Callable[[Sheet], bytes]] = {
    ".svg": lambda page: svg(page).encode(),
    ".png": png,
    ".pdf": pdf,
}
#: What shows all stops of a trace, one after the other.
MOVIES = (".gif", ".apng")


def save(
    record: Trace | Snapshot,
    path: str | Path,
    *,
    step: int | None = None,
    theme: str = "light",
    **chosen: Any,
) -> Path:
    """Write a picture of one step (the last, unless said), or a movie, to `path`.

    `chosen` is what `scene` takes: `lens`, `lines`, `hide`, `only`.

    >>> save(Snapshot(), "picture.bmp")
    Traceback (most recent call last):
        ...
    ValueError: path must end in .svg, .png, .pdf, .gif or .apng, got 'picture.bmp'
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in (*WRITERS, *MOVIES):
        *most, last = *WRITERS, *MOVIES
        known = f"{', '.join(most)} or {last}"
        raise ValueError(f"path must end in {known}, got {str(path)!r}")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"no folder {str(target.parent)!r} to write a picture to"
        )
    if suffix in MOVIES:
        replace(target, _movie(record, suffix, step, theme, chosen))
    else:
        page = draw(record, step=step, theme=theme, **chosen)
        replace(target, WRITERS[suffix](page))
    return target


def _movie(
    record: Trace | Snapshot,
    suffix: str,
    step: int | None,
    theme: str,
    chosen: dict[str, Any],
) -> bytes:
    if step is not None:
        raise ValueError(f"a {suffix} shows all steps; leave out step={step!r}")
    if theme not in THEMES:
        raise ValueError(f"theme must be one of {', '.join(THEMES)}, got {theme!r}")
    trace = record if isinstance(record, Trace) else as_trace(record)
    found = scene(record, **chosen)
    return movie(found, trace, theme, view(**chosen).said, suffix)


def draw(
    record: Trace | Snapshot,
    *,
    step: int | None = None,
    theme: str = "light",
    **chosen: Any,
) -> Sheet:
    """Draw one step (the last, unless said) as a sheet.

    >>> draw(Snapshot()).w
    560.0
    """
    trace = record if isinstance(record, Trace) else as_trace(record)
    count = len(trace.steps)
    picked = view(**chosen)
    at = _last(trace, picked) if step is None else step
    if type(at) is not int or not -count <= at < count:
        raise ValueError(
            f"step must be in 0..{count - 1}, got {step!r}; trace.steps lists them"
        )
    found = scene(record, **chosen)
    return sheet(found, trace, at % count, theme, picked.said)


def _last(trace: Trace, picked: View) -> int:
    """Return the step to draw: the last one, or the last of the lines picked."""
    first, last = picked.lines or (1, END)
    within = [s.index for s in trace.steps if s.site and first <= s.site.line <= last]
    return within[-1] if picked.lines and within else len(trace.steps) - 1


def replace(target: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     replace(Path(folder) / "x.svg", b"<svg/>")
    ...     (Path(folder) / "x.svg").read_bytes()
    b'<svg/>'
    """
    try:
        number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        part.chmod(0o666 & ~_umask())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def mimebundle(snapshot: Snapshot) -> dict[str, Any]:
    """Return what Jupyter shows for a snapshot; an untrusted notebook shows the PNG.

    >>> sorted(mimebundle(Snapshot()))
    ['image/png', 'image/svg+xml', 'text/plain']
    """
    page = draw(snapshot)
    count = len(snapshot.tensors), len(snapshot.nodes)
    return {
        "image/svg+xml": svg(page),
        "image/png": png(page),
        "text/plain": "Snapshot of {} tensors and {} nodes".format(*count),
    }
