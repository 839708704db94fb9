"""The player as a Jupyter widget, and what Jupyter shows of a trace or snapshot."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from .picture import export
from .picture.bitmap import still
from .player.page import as_text, payload, script, stylesheet
from .snapshot import Snapshot
from .trace.model import LEVELS, Trace

if TYPE_CHECKING:
    from anywidget import AnyWidget

#: The players on screen by the cell that shows them, with the run that made them.
_shown: dict[str, tuple[str, list[AnyWidget]]] = {}


@cache
def _player() -> type[AnyWidget]:
    """Make the widget's class; anywidget is imported when a player is first shown."""
    import anywidget
    import traitlets

    class Player(anywidget.AnyWidget):
        """A trace that steps in the browser; only the place is shared with Python."""

        _esm = script()
        _css = stylesheet()
        payload = traitlets.Dict().tag(sync=True)
        step = traitlets.Int(0).tag(sync=True)
        level = traitlets.Enum(LEVELS, LEVELS[0]).tag(sync=True)

    return Player


def player(trace: Trace) -> AnyWidget:
    """Return a widget for a trace; its `step` and `level` can be read and set.

    >>> from minitorch_viz.trace.model import Step
    >>> player(Trace("", (Step(0, "statement", "start"),))).level
    'statement'
    """
    return _player()(payload=payload(trace), level=trace.level)


def mimebundle(
    record: Trace | Snapshot, include: Any = None, exclude: Any = None
) -> Any:
    """Return what Jupyter shows: a trace as the player, a snapshot as a picture.

    The picture of the last step is for notebooks that aren't trusted, or have lost
    their widgets.

    >>> sorted(mimebundle(Snapshot()))
    ['image/png', 'image/svg+xml', 'text/plain']
    """
    if isinstance(record, Snapshot):
        return export.mimebundle(record)
    widget = player(record)
    _retire(widget)
    shown = widget._repr_mimebundle_()
    data, metadata = shown if isinstance(shown, tuple) else (shown, {})
    sheet = export.draw(record)
    # Not as SVG: JupyterLab would show that rather than the widget.
    shown_without = {
        "image/png": still(sheet),
        "text/plain": as_text(record),
    }
    # It has more pixels than that, for screens that have them too.
    size = {"image/png": {"width": round(sheet.w)}}
    return {**(data or {}), **shown_without}, {**metadata, **size}


def _retire(widget: AnyWidget) -> None:
    """Close what this cell showed when it ran before: it would be saved for ever."""
    from IPython.core.getipython import get_ipython

    request = getattr(get_ipython(), "parent_header", None) or {}
    cell = request.get("metadata", {}).get("cellId")
    if cell is None:
        return
    run = request["header"]["msg_id"]
    before, players = _shown.get(cell, (run, []))
    if before != run:
        for old in players:
            old.close()
        players = []
    _shown[cell] = (run, [*players, widget])
