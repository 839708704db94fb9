"""A picture of the notebook's tensors that redraws after every cell."""

from __future__ import annotations

from typing import Any

from .doors import find
from .picture.export import mimebundle
from .snapshot import Snapshot


class Live:
    """A picture that follows a shell's names until `stop()`.

    >>> callable(Live.stop)
    True
    """

    def __init__(self, shell: Any) -> None:
        from IPython.display import display

        self._shell = shell
        self._drawn = self._look()
        self._handle = display(mimebundle(self._drawn), raw=True, display_id=True)  # type: ignore[no-untyped-call]
        shell.events.register("post_run_cell", self._redraw)

    def _ipython_display_(self) -> None:
        """Show nothing more: as a cell's value it stands below its own picture."""

    def stop(self) -> None:
        """Leave the picture as it is from now on."""
        if self._redraw in self._shell.events.callbacks["post_run_cell"]:
            self._shell.events.unregister("post_run_cell", self._redraw)

    def _look(self) -> Snapshot:
        taken: Snapshot = find("minitorch_viz:snapshot")(**tensors(self._shell.user_ns))
        return taken

    def _redraw(self, result: Any) -> None:
        seen = self._look()
        if seen != self._drawn:
            self._drawn = seen
            self._handle.update(mimebundle(seen), raw=True)


def tensors(names: dict[str, Any]) -> dict[str, Any]:
    """Return the names that hold tensors; those that begin with `_` are the shell's.

    >>> from minitorch_viz import minitorch as torch
    >>> list(tensors({"x": torch.ones(2), "_": torch.ones(2), "n": 1}))
    ['x']
    """
    is_tensor = find("minitorch_viz.capture.minitorch:is_tensor")
    return {
        name: value
        for name, value in names.items()
        if is_tensor(value) and not name.startswith("_")
    }


def live() -> Live:
    """Show a picture of this notebook's tensors that redraws after every cell.

    Raises:
        RuntimeError: where there is no notebook.

    >>> callable(live)
    True
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise RuntimeError(
            "mv.live() needs a running notebook; use mv.snapshot(x=x) elsewhere"
        )
    return Live(shell)
