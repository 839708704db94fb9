"""Pictures as files, and as what Jupyter shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..snapshot import Snapshot
from ..trace.model import Trace
from .scene import scene
from .svg import svg


def save(
    record: Trace | Snapshot,
    path: str | Path,
    *,
    step: int | None = None,
    theme: str = "light",
) -> Path:
    """Write a picture of one step (the last, unless said) to `path`."""
    target = Path(path)
    count = len(record.steps) if isinstance(record, Trace) else 1
    at = count - 1 if step is None else step % count
    target.write_text(svg(scene(record), at, theme), encoding="utf-8")
    return target


def mimebundle(record: Trace | Snapshot) -> dict[str, Any]:
    """Return what Jupyter shows for a snapshot."""
    count = len(record.steps) if isinstance(record, Trace) else 1
    return {"image/svg+xml": svg(scene(record), count - 1), "text/plain": repr(record)}
