"""Ids for live objects, in order of appearance, without keeping any of them alive."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from typing import Any

from ..snapshot import ValueState


class Registry:
    """Numbers tensors (`t0`), nodes (`n0`) and storages (`s0`), and notes their end.

    Only weak references are kept: what is recorded must not change when objects die.

    >>> registry, thing = Registry(), set()
    >>> registry.identify("t", thing), registry.identify("t", thing)
    ('t0', 't0')
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[str, int], str] = {}
        self._references: dict[str, weakref.ref[Any]] = {}
        self._counts = {"t": 0, "n": 0, "o": 0, "c": 0, "s": 0}
        self._values: dict[ValueState, int] = {}
        #: What small arrays held, and what was seen of a tensor: to be read but once.
        self.read: dict[tuple[object, ...], int] = {}
        self.seen: dict[str, tuple[object, ...]] = {}
        #: True once there was memory that NumPy may write to without our looking.
        self.overlooked = False
        #: New objects, still to be described; emptied by whoever describes them.
        self.fresh: list[Any] = []
        #: Ids of tensors and nodes that have died since somebody looked.
        self.dead: list[str] = []

    def number(self, letter: str) -> str:
        """Return the next id of a kind."""
        made = f"{letter}{self._counts[letter]}"
        self._counts[letter] += 1
        return made

    def known(self, letter: str, thing: Any) -> str | None:
        """Return the id of a live object, None if it was never seen."""
        return self._ids.get((letter, id(thing)))

    def identify(self, letter: str, thing: Any) -> str:
        """Return the id of a live object, giving it the next one if it is new."""
        key = (letter, id(thing))
        found = self._ids.get(key)
        if found is not None:
            return found
        made = self._ids[key] = self.number(letter)

        # The object's address is free for another as soon as this has run.
        def forget(_: weakref.ref[Any]) -> None:
            self.seen.pop(made, None)
            if self._ids.pop(key, None) is not None:
                self._references.pop(made, None)
                if letter != "s":
                    self.dead.append(made)

        self._references[made] = weakref.ref(thing, forget)
        if letter != "s":
            self.fresh.append(thing)
        return made

    def live(self, entity: str) -> Any | None:
        """Return the object behind an id, None if it has died."""
        reference = self._references.get(entity)
        return None if reference is None else reference()

    def all_live(self, letter: str) -> Iterator[Any]:
        """Yield every live object of a kind, the newest first."""
        for entity in reversed(list(self._references)):
            thing = self.live(entity) if entity[0] == letter else None
            if thing is not None:
                yield thing

    def value(self, state: ValueState) -> int:
        """Return the index of a value in the value table."""
        return self._values.setdefault(state, len(self._values))

    def values(self) -> tuple[ValueState, ...]:
        """Return the value table."""
        return tuple(self._values)

    def take_fresh(self) -> Iterator[Any]:
        """Yield new objects until there are none; describing one may add more."""
        while self.fresh:
            yield self.fresh.pop(0)

    def take_dead(self) -> tuple[str, ...]:
        """Return the ids that have died since the last call, in order of appearance."""
        dead, self.dead = self.dead, []
        return in_order(dead)


def in_order(dead: Iterable[str]) -> tuple[str, ...]:
    """Return ids in order of appearance, tensors first.

    >>> in_order(["n1", "t10", "t9"])
    ('t9', 't10', 'n1')
    """
    return tuple(sorted(dead, key=lambda entity: (entity[0] != "t", int(entity[1:]))))
