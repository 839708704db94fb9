"""Pictures of a notebook's tensors, all or chosen, that redraw after every cell."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from .doors import find
from .picture.export import mimebundle
from .snapshot import Snapshot


class Live:
    """A picture of the tensors that `look` finds after each cell, until `stop()`.

    >>> callable(Live.stop)
    True
    """

    def __init__(self, shell: Any, look: Callable[[], dict[str, Any]]) -> None:
        from IPython.display import display

        self._shell, self._tensors = shell, look
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
        taken: Snapshot = find("minitorch_viz:snapshot")(**self._tensors())
        return taken

    def _redraw(self, result: Any) -> None:
        seen = self._look()
        if seen != self._drawn:
            self._drawn = seen
            self._handle.update(mimebundle(seen), raw=True)


def tensors(names: dict[str, Any]) -> dict[str, Any]:
    """Return the names that hold tensors; those that begin with `_` are the shell's.

    >>> from minitorch_viz import minitorch as torch
    >>> list(tensors({"x": torch.ones(2), "l": [torch.ones(1)], "_": torch.ones(2)}))
    ['x', 'l']
    """
    inside = find("minitorch_viz.capture.snapshots:tensors_in")
    return {
        name: value
        for name, value in names.items()
        if not name.startswith("_") and any(True for _ in inside(value))
    }


class Chosen:
    """Tensors to follow: by the notebook's names where these mean them, else by object.

    None is kept alive: one that is gone is no longer there to be seen.

    >>> from minitorch_viz import minitorch as torch
    >>> names = {"x": torch.ones(2)}
    >>> chosen = Chosen(names, {"x": names["x"], "first": names["x"]})
    >>> names["x"] = torch.zeros(3)
    >>> [tuple(tensor.shape) for tensor in chosen().values()]
    [(3,)]
    """

    def __init__(self, names: dict[str, Any], given: dict[str, Any]) -> None:
        self._names = names
        self._named = [name for name, t in given.items() if names.get(name) is t]
        inside = find("minitorch_viz.capture.snapshots:tensors_in")
        self._others = {
            name + way: weakref.ref(tensor)
            for name, value in given.items()
            if name not in self._named
            for way, tensor in inside(value)
        }

    def __call__(self) -> dict[str, Any]:
        """Return those that there are now."""
        named = {name: self._names.get(name) for name in self._named}
        held = {name: other() for name, other in self._others.items()}
        there = {n: t for n, t in held.items() if t is not None}
        return {**tensors(named), **there}


def live() -> Live:
    """Show a picture of this notebook's tensors that redraws after every cell.

    Those inside of lists, modules and the notebook's own objects are seen too.

    Raises:
        RuntimeError: where there is no notebook.

    >>> callable(live)
    True
    """
    shell = _shell("mv.live()", "mv.snapshot(x=x)")

    def own() -> dict[str, Any]:
        hidden = shell.user_ns_hidden  # `Out`, say, and what it holds
        mine = {n: v for n, v in shell.user_ns.items() if hidden.get(n) is not v}
        return tensors(mine)

    return Live(shell, own)


def watch(**chosen: Any) -> Live:
    """Show a picture of these tensors that redraws after every cell.

    `mv.watch(loss=loss)` follows the name `loss`, also to the next tensor that it
    means; `mv.watch(first=layers[0])` follows the tensor itself. A list or a module
    stands for its tensors.

    Raises:
        RuntimeError: where there is no notebook.
        TypeError: if nothing was chosen, or what was chosen is no tensor.

    >>> callable(watch)
    True
    """
    shell = _shell("mv.watch(x=x)", "mv.snapshot(x=x)")
    if not chosen:
        raise TypeError(
            "mv.watch() needs tensors to follow, as in mv.watch(x=x);"
            " mv.live() follows all"
        )
    find("minitorch_viz:snapshot")(**chosen)  # refuses what is no tensor
    return Live(shell, Chosen(shell.user_ns, chosen))


def _shell(called: str, elsewhere: str) -> Any:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise RuntimeError(
            f"{called} needs a running notebook; use {elsewhere} elsewhere"
        )
    return shell
