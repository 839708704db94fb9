"""The plans of a folded picture: of the whole, and of the inside of each fold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .blocks import Block, Source
from .folds import MANY, Group, contents, fold, title
from .parts import Way, ways
from .places import Fold, Link, Occupant, Place, Plan, stubbed

Use = tuple[Occupant, Source, Occupant]


def scopes(base: Plan) -> Iterator[Plan]:
    """Yield the plan of the whole picture, then of each fold, in the folds' order.

    A picture that isn't too large has no folds, and all of it is one plan.

    >>> from .history import History
    >>> from .places import seated
    >>> len(list(scopes(seated(History(())))))
    1
    """
    if sum(place.host is None for place in base.places) <= MANY:
        yield stubbed(base)
        return
    found = ways(base.past.steps)
    waiting, count, whole = [fold(base)], 0, True
    while waiting:
        group = waiting.pop(0)
        inner = [item for item in group.items if isinstance(item, Group)]
        scope = _Scope(base, group, found, count)
        waiting += inner
        count += len(inner)
        plan = scope.plan()
        yield stubbed(plan if whole else replace(plan, tensors=()))
        whole = False


class _Scope:
    """One plan in the making: its own places, its folds, and stubs of what is outside.

    `opens` is the number of the first of its folds.
    """

    def __init__(self, base: Plan, group: Group, found: list[Way], opens: int) -> None:
        self.base, self.group, self.found, self.opens = base, group, found, opens
        self.places: list[Place] = []
        self.folds: dict[int, Fold] = {}
        #: A base plan's place -> the place here that shows it, or holds it folded.
        self.where: dict[int, int] = {}
        self.given: set[int] = set()
        self.links: dict[tuple[int, int | None, bool, int, int], list[Use]] = {}
        self.inlets: dict[int, dict[tuple[int, int | None, bool], Source]] = {}
        self.stubs: dict[tuple[int, int | None, bool, int], int] = {}

    def plan(self) -> Plan:
        """Return the plan."""
        self._sit()
        for link in self.base.links:
            if link.target in self.where:
                self._link(link)
        for number, sources in self.inlets.items():
            place = self.places[number]
            block = replace(place.first, sources=tuple(sources.values()))
            self.places[number] = replace(
                place, occupants=(replace(place.occupants[0], block=block),)
            )
        base = self.base
        return Plan(
            base.past, tuple(self.places),
            tuple(Link(*key, uses=tuple(uses)) for key, uses in self.links.items()),
            base.moved, base.sinks, self._at(), base.source, base.tensors, self.folds,
        )  # fmt: skip

    def _sit(self) -> None:
        guests: dict[int, list[int]] = {}
        for place in self.base.places:
            if place.host is not None:
                guests.setdefault(place.host, []).append(place.number)
        rows: list[tuple[int, int | Group]] = []
        for item in self.group.items:
            if isinstance(item, int):
                rows += [(item, item), *((n, n) for n in guests.get(item, ()))]
            else:
                rows.append((min(item.places), item))
        opens = {id(i): n for n, i in enumerate(self._inner(), self.opens)}
        for _, item in sorted(rows, key=lambda row: row[0]):
            number = len(self.places)
            if isinstance(item, int):
                self.where[item] = number
                self.places.append(self._moved(self.base.places[item], number))
            else:
                held = [n for p in item.places for n in (p, *guests.get(p, ()))]
                self.where.update(dict.fromkeys(held, number))
                self.places.append(self._fold(item, held, number, opens[id(item)]))

    def _inner(self) -> list[Group]:
        return [item for item in self.group.items if isinstance(item, Group)]

    def _moved(self, place: Place, number: int) -> Place:
        occupants = tuple(replace(one, place=number) for one in place.occupants)
        host = None if place.host is None else self.where[place.host]
        return replace(place, number=number, occupants=occupants, host=host)

    def _fold(self, group: Group, held: list[int], number: int, opens: int) -> Place:
        members = [self.base.places[n] for n in held]
        occupants = tuple(one for place in members for one in place.occupants)
        birth = min(one.start for one in occupants)
        block = Block(-number - 1, "fold", birth)
        regions = {place.region for place in members}
        self.folds[number] = Fold(
            title(self.base, group, self.found),
            contents(self.base, held),
            occupants,
            opens,
        )
        if all(place.kind == "leaf" for place in members):
            self.given.add(number)
        region = regions.pop() if len(regions) == 1 else None
        return Place(number, "fold", (Occupant(block, number, birth, None),), region)

    def _link(self, link: Link) -> None:
        target, source = self.where[link.target], self.where.get(link.source)
        if source == target and target in self.folds:
            return
        inlet, output, slot = link.inlet, link.output, link.slot
        if source is None or source in self.given:
            source, output, slot = self._stub(link, target), 0, False
        elif source in self.folds:
            output, slot = None, False
        if target in self.folds:
            doors = self.inlets.setdefault(target, {})
            door = source, output, slot
            doors.setdefault(door, Source(source, output, slot))
            inlet = list(doors).index(door)
        key = source, output, slot, target, inlet
        self.links.setdefault(key, []).extend(link.uses)

    def _stub(self, link: Link, target: int) -> int:
        """Repeat what stands elsewhere beside its user: one stub for each use."""
        key = link.source, link.output, link.slot, target
        number = self.stubs.setdefault(key, len(self.places))
        if number == len(self.places):
            self.places.append(Place(number, "stub", ()))
        place = self.places[number]
        more = tuple(_shown(use, number) for use in link.uses)
        self.places[number] = replace(place, occupants=place.occupants + more)
        return number

    def _at(self) -> dict[int, Occupant]:
        found = {}
        for number, one in self.base.at.items():
            here = self.where.get(one.place)
            if here is not None:
                found[number] = replace(one, place=here)
        return found


def _shown(use: Use, number: int) -> Occupant:
    """Return what a stub shows of a block: the very tensor that is used."""
    there, source, here = use
    outputs = there.block.outputs
    if source.slot and source.tensor:
        outputs = (source.tensor,)
    elif outputs:
        outputs = (outputs[source.output or 0],)
    block = replace(there.block, number=-1, outputs=outputs)
    return Occupant(block, number, here.start, here.end)
