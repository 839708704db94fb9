"""Which modules are being called, and where the program keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..capture.adapter import Adapter
from ..capture.registry import Registry
from ..capture.text import class_name, writable
from ..snapshot import CallState, Site

Bound = Callable[[], Iterable[tuple[str, Any]]]


@dataclass(slots=True, eq=False)
class _Open:
    """A module that has been called and hasn't returned; known once something ran."""

    module: Any
    path: str
    site: Site | None
    training: bool
    ways: dict[int, str] = field(default_factory=dict)
    state: CallState | None = None


class Calls:
    """The modules that are being called, the outermost first.

    A call gets its record when the first operation runs in it: what computes nothing
    leaves no trace.

    >>> from ..capture import minitorch
    >>> calls = Calls(minitorch, Registry(), print)
    >>> model = minitorch.engine.nn.Sequential(minitorch.engine.nn.ReLU())
    >>> calls.enter(model, None, lambda: [("net", model)])
    >>> calls.enter(model[0], None, lambda: [])
    >>> calls.now()
    CallState(id='c0', path='net', kind='Sequential', ...)
    CallState(id='c1', path='net[0]', kind='ReLU', inside='c0', ...)
    'c1'
    """

    def __init__(
        self, capture: Adapter, registry: Registry, note: Callable[[CallState], None]
    ) -> None:
        self._capture, self._registry, self._note = capture, registry, note
        self._open: list[_Open] = []

    def enter(self, module: Any, site: Site | None, bound: Bound) -> None:
        """A module is called; `bound` lists the names that may lead to it."""
        training = self._capture.is_training(module)
        self._open.append(_Open(module, self._path(module, bound), site, training))

    def leave(self, module: Any) -> None:
        """A module returns: so has all that it called."""
        while self._open and self._open.pop().module is not module:
            pass

    def now(self) -> str | None:
        """Return the innermost call, None outside of all modules."""
        inside: str | None = None
        for each in self._open:
            if each.state is None:
                each.state = CallState(
                    self._registry.number("c"),
                    each.path,
                    class_name(each.module),
                    inside,
                    each.site,
                    each.training,
                )
                self._note(each.state)
            inside = each.state.id
        return inside

    def _path(self, module: Any, bound: Bound) -> str:
        """Say how the program reaches a module: from one that is being called, best."""
        for outer in reversed(self._open):
            if not outer.ways:
                outer.ways = self._ways(outer.module)
            way = outer.ways.get(id(module))
            if way is not None:
                return outer.path + way if outer.path else way.lstrip(".")
        for name, value in bound():
            way = self._ways(value).get(id(module))
            if way is not None and not name.endswith(".self"):
                return name + writable(way)
        return ""

    def _ways(self, value: Any) -> dict[int, str]:
        found: dict[int, str] = {}
        for way, module in self._capture.inner_modules(value):
            found.setdefault(id(module), way)
        return found
