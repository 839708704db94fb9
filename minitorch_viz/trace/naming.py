"""Which tensors have which names, looked at anew only where something has changed."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from operator import is_
from typing import Any

from ..capture.containers import MOST_ITEMS
from ..snapshot import TensorState
from .leftovers import Leftovers
from .names import tensors_of
from .world import World

_CONTAINERS = (list, tuple, dict)


@dataclass(slots=True, eq=False)
class Holding:
    """What one name meant at the last look; keeps none of it alive.

    >>> Holding().still([]) is None
    True
    """

    #: The tensors, their ids, and how each looked, in the order of the container.
    tensors: list[weakref.ref[Any]] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    looks: list[object] = field(default_factory=list)
    #: id -> all names that this one gives it
    names: dict[str, list[str]] = field(default_factory=dict)
    #: The container's class, `object` for a tensor itself; None where another look
    #: must read everything: it holds more than tensors, or isn't a plain container.
    kind: type | None = None
    keys: list[object] = field(default_factory=list)

    def still(self, value: Any) -> list[Any] | None:
        """Return the tensors if the name means just the same, found without a loop."""
        items: Any = (value,)
        if self.kind is not object:
            kind: Any = type(value)
            if kind is not self.kind or _size(value) != len(self.tensors):
                return None
            items = value.values() if kind is dict else value
            if kind is dict and not all(map(is_, value, self.keys)):
                return None
        live: list[Any] = [each() for each in self.tensors]
        # A dead one looks like None, which may be what the container holds now.
        same = all(map(is_, items, live)) and not any(map(is_, live, repeat(None)))
        return live if same else None


class Naming:
    """Gives each tensor all of its names, and describes those that have changed.

    What an event told of is described already. So a look compares which tensors there
    are, by identity, and what else may have changed in silence (the engine says what
    tells), both without a step of Python for each; only what differs is read.

    >>> naming = Naming(World())
    >>> x = naming.world.capture.engine.ones(2)
    >>> naming.look([("<module>", "x", x), ("<module>", "y", [x])])
    >>> naming.world.names
    {'t0': ('x', 'y[0]')}
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.leftovers = Leftovers()
        self._held: dict[tuple[str, str], Holding] = {}
        #: tensor -> its gradient, for those with names, and back; how those looked
        self._grads: dict[str, str] = {}
        self._owners: dict[str, dict[str, None]] = {}
        self._grad_looks: dict[str, object] = {}

    def look(self, bound: Iterable[tuple[str, str, Any]]) -> None:
        """Look at what (scope, name, value) there are, all of them."""
        if self.world.unsure:
            self._forget_looks()
        before, self._held = self._held, {}
        changed: dict[str, None] = {}
        for scope, name, value in bound:
            key = scope, name
            old = before.pop(key, None)
            tensors = None if old is None else old.still(value)
            if old is not None and tensors is not None:
                new = old
                self._compare(new, tensors)
            else:
                new = self._read(name, value, old)
                changed |= _renamed(old, new)
            if new.tensors or new.kind is not None:
                self._held[key] = new
        for old in before.values():
            changed |= _renamed(old, Holding())
        self._rename(changed)
        self._look_at_grads()

    def _forget_looks(self) -> None:
        for each in self._held.values():
            each.looks = []
        self._grad_looks = {}
        self.world.unsure = False

    # -- what there is -----------------------------------------------------------------
    def _read(self, name: str, value: Any, old: Holding | None) -> Holding:
        world, new = self.world, Holding()
        is_tensor, known = world.capture.is_tensor, world.registry.known
        inner = partial(world.capture.inner_tensors, called=self._called)
        pairs = list(tensors_of(name, value, is_tensor, inner))
        taken = list(self.leftovers.without(pairs, lambda t: known("t", t) is not None))
        for full, tensor in taken:
            entity = world.tensor(tensor, again=False)
            new.tensors.append(weakref.ref(tensor))
            new.entities.append(entity)
            given = new.names.setdefault(entity, [])
            if full not in given:
                given.append(full)
        if len(taken) == len(pairs):
            new.kind = _kind(value, len(pairs), is_tensor)
            new.keys = list(value) if new.kind is dict else []
        if old is not None:
            looks = dict(zip(old.entities, old.looks, strict=False))
            new.looks = [looks.get(entity) for entity in new.entities]
        self._compare(new, [tensor for _, tensor in taken])
        return new

    def _called(self, key: Any) -> str | None:
        """Return what a dict's key is called if it is a tensor that has a name."""
        if not self.world.capture.is_tensor(key):
            return None
        entity = self.world.registry.known("t", key)
        return next(iter(self.world.names.get(entity or "", ())), None)

    def _compare(self, held: Holding, tensors: list[Any]) -> None:
        """Describe the tensors that look otherwise than at the last look."""
        looks = self.world.capture.looks(tensors)
        if looks != held.looks:
            for tensor, before, now in zip(
                tensors, held.looks or [None] * len(tensors), looks, strict=True
            ):
                if before is None or before != now:
                    self.world.tensor(tensor, quick=True)
            held.looks = looks

    # -- what it is called -------------------------------------------------------------
    def _rename(self, changed: dict[str, None]) -> None:
        """Give names to these tensors, to their gradients, and to new gradients."""
        regraded, self.world.regraded = self.world.regraded, {}
        for entity in {**changed, **regraded}:
            changed |= self._regrade(entity)
        waiting = list(changed)
        for entity in waiting:  # `g` and `x.grad` are one: so are those of its own
            grad = self._grads.get(entity)
            if grad is not None and grad not in changed:
                changed[grad] = None
                waiting.append(grad)
        # What had a name first, whether it goes or stays.
        for entity in sorted(changed, key=lambda each: each not in self.world.names):
            # Plain names first: `w` before `params[1]`.
            names = self._named(entity, set())
            ordered = sorted(names, key=lambda name: "[" in name or "." in name)
            self.world.name(entity, tuple(dict.fromkeys(ordered)))

    def _regrade(self, entity: str) -> dict[str, None]:
        """Note a tensor's gradient if it has names; return the old and the new one."""
        state = self.world.states.get(entity)
        grad = state.grad if isinstance(state, TensorState) else None
        was = self._grads.pop(entity, None)
        if was is not None:
            self._owners[was].pop(entity)
        if grad is not None and self._given(entity):
            self._grads[entity] = grad
            self._owners.setdefault(grad, {})[entity] = None
        return {each: None for each in (was, grad) if each is not None}

    def _named(self, entity: str, around: set[str]) -> list[str]:
        names = self._given(entity)
        for owner in self._owners.get(entity, ()):
            if owner not in around:
                names += [f"{n}.grad" for n in self._named(owner, {*around, entity})]
        return names

    def _given(self, entity: str) -> list[str]:
        held = self._held.values()
        return [name for each in held for name in each.names.get(entity, ())]

    def _look_at_grads(self) -> None:
        """Describe the gradients of what has a name where they look otherwise."""
        live = self.world.registry.live
        found = {grad: live(grad) for grad in self._grads.values()}
        grads = {entity: grad for entity, grad in found.items() if grad is not None}
        looks = self.world.capture.looks(list(grads.values()))
        before, self._grad_looks = (
            self._grad_looks,
            dict(zip(grads, looks, strict=True)),
        )
        for entity, look in self._grad_looks.items():
            if before.get(entity) != look:
                self.world.tensor(grads[entity], quick=True)


def _kind(value: Any, count: int, is_tensor: Any) -> type | None:
    """Return how `still` can tell that `value` holds the same `count` tensors."""
    if is_tensor(value):
        return object
    kind = type(value)
    plain = any(kind is each for each in _CONTAINERS)
    return kind if plain and count == _size(value) else None


def _size(value: Any) -> int:
    """How many of a container's items are looked at."""
    return min(len(value), MOST_ITEMS)


def _renamed(old: Holding | None, new: Holding) -> dict[str, None]:
    """Return the ids of the tensors that one name now names otherwise."""
    was = {} if old is None else old.names
    return {e: None for e in {**was, **new.names} if was.get(e) != new.names.get(e)}
