"""The plans of a folded picture: of the whole, and of the inside of each fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import inf

from ..snapshot import CallState
from .blocks import Block, Source
from .folds import Group, fold, freed, names_of, owns, wide, written
from .parts import Way, ways
from .places import Fold, Link, Occupant, Place, Plan, Use, stubbed, taken
from .titles import contents, title

#: Of so many places each fold opens; of more the newest do, those nearest to the
#: result, as far as that makes so many things: a page must stay a page.
WHOLE, NEAREST = 2000, 700


def scopes(base: Plan) -> Iterator[Plan]:
    """Yield the plan of the whole picture, then of each fold, in the folds' order.

    A picture that isn't too large has no folds, and all of it is one plan.

    >>> from .history import History
    >>> from .seating import seated
    >>> len(list(scopes(seated(History(())))))
    1
    """
    free = freed(base)
    folded = fold(free)
    if folded is None:
        yield stubbed(base)
        return
    base = free
    found = ways(base.past.steps)
    waiting, count = [folded], 0
    left = NEAREST if len(base.places) > WHOLE else inf
    while waiting:
        group = waiting.pop(0)
        opens: dict[int, int] = {}
        inner = [item for item in group.items if isinstance(item, Group)]
        drawn: list[Group] = []
        for item in reversed(inner):
            if len(item.items) <= left:
                left -= len(item.items)
                drawn.insert(0, item)
        for item in drawn:
            opens[id(item)], count = count, count + 1
        waiting += drawn
        plan = _Scope(base, group, found, opens).plan()
        yield stubbed(plan)


class _Scope:
    """One plan in the making: its own places, its folds, and stubs of what is outside.

    `opens` has the number of each fold's inside, by the fold's group's id.
    """

    def __init__(
        self, base: Plan, group: Group, found: list[Way], opens: dict[int, int]
    ) -> None:
        self.base, self.group, self.found, self.opens = base, group, found, opens
        self.places: list[Place] = []
        self.folds: dict[int, Fold] = {}
        #: The folds that are modules.
        self.calls: dict[int, CallState] = {}
        #: A base plan's place -> the place here that shows it, or holds it folded.
        self.where: dict[int, int] = {}
        #: What requires grad and is written to by each fold outside of it.
        self.trained: dict[int, set[str]] = {}
        self.given: set[int] = set()
        self.many: set[tuple[int, int]] = set()
        self.links: dict[tuple[int, int | None, bool, int, int], list[Use]] = {}
        self.inlets: dict[int, dict[tuple[int, int | None, bool], Source]] = {}
        self.stubs: dict[tuple[int, int | None, bool, int], int] = {}
        #: What writes to something stands above the first thing that it writes to.
        self.above: dict[int, int] = {}

    def plan(self) -> Plan:
        """Return the plan."""
        self._sit()
        entering = self.base.entering
        numbers = sorted(k for place in self.where for k in entering.get(place, ()))
        links = [self.base.links[number] for number in numbers]
        self.many = self._between(links)
        for link in links:
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
            base.moved, base.sinks, self._at(), base.source, self._tensors(),
            self.folds, self.above,
        )  # fmt: skip

    def _sit(self) -> None:
        guests = self.base.guests
        rows: list[tuple[int, int | Group]] = []
        for item in self.group.items:
            if isinstance(item, int):
                rows += [(item, item), *((n, n) for n in guests.get(item, ()))]
            else:
                rows.append((_order(self.base, item), item))
        for _, item in sorted(rows, key=lambda row: row[0]):
            number = len(self.places)
            if isinstance(item, int):
                self.where[item] = number
                self.places.append(self._moved(self.base.places[item], number))
            else:
                held = [n for p in item.places for n in (p, *guests.get(p, ()))]
                self.where.update(dict.fromkeys(held, number))
                self.places.append(self._fold(item, held, number))

    def _moved(self, place: Place, number: int) -> Place:
        occupants = tuple(
            Occupant(one.block, number, one.start, one.end) for one in place.occupants
        )
        host = None if place.host is None else self.where[place.host]
        return replace(place, number=number, occupants=occupants, host=host)

    def _fold(self, group: Group, held: list[int], number: int) -> Place:
        members = [self.base.places[n] for n in held]
        occupants = tuple(one for place in members for one in place.occupants)
        birth = min(one.start for one in occupants)
        block = Block(-number - 1, "fold", birth)
        regions = {place.region for place in members}
        opens = self.opens.get(id(group))
        self.folds[number] = Fold(
            title(self.base, group, self.found),
            contents(self.base, group, held, opens=opens is not None),
            occupants,
            opens,
        )
        self.trained[number] = {
            id
            for id in written(self.base, members)
            if self.base.past.tensors[id][-1][1].requires_grad
        }
        if group.part is not None and group.part.call is not None:
            self.calls[number] = group.part.call
        if wide(self.base, group) or all(place.kind == "leaf" for place in members):
            self.given.add(number)
        region = regions.pop() if len(regions) == 1 else None
        return Place(number, "fold", (Occupant(block, number, birth, None),), region)

    def _link(self, link: Link) -> None:
        target, source = self.where[link.target], self.where.get(link.source)
        if source == target and target in self.folds:
            return
        inlet, output, slot = link.inlet, link.output, link.slot
        trained = self.trained.get(target, ())
        if all(taken(use) in trained for use in link.uses):
            # A fold says itself that it reads its gradient and writes to it.
            if source is not None:
                self.above.setdefault(target, source)
            return
        owned = self._is_owned(link)
        if owned and self._is_own(link, target):
            return
        alone = owned and (source, target) not in self.many
        if source is None or source in self.given or alone:
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

    def _is_owned(self, link: Link) -> bool:
        """Say whether a module that folds owns what a link comes from."""
        leaf = self.base.places[link.source].kind == "leaf"
        return leaf and self.where.get(link.source) in self.calls

    def _between(self, links: Iterable[Link]) -> set[tuple[int, int]]:
        """List the folds of which one takes several things that the other owns.

        One arrow says that better than a stub for each: all weights of a network, and
        all their gradients, into its optimizer.
        """
        taken = {
            (self.where[link.source], self.where[link.target], link.source, link.slot)
            for link in links
            if self._is_owned(link) and self.where[link.target] in self.folds
        }
        count = Counter((source, target) for source, target, _, _ in taken)
        return {pair for pair, times in count.items() if times > 1}

    def _is_own(self, link: Link, target: int) -> bool:
        """Say whether a module that folds uses what is its own: that goes unsaid."""
        names = names_of(self.base, self.base.places[link.source])
        return target in self.calls and owns(self.calls[target], names)

    def _stub(self, link: Link, target: int) -> int:
        """Repeat what stands elsewhere beside its user: one stub for each use."""
        key = link.source, link.output, link.slot, target
        number = self.stubs.setdefault(key, len(self.places))
        if number == len(self.places):
            self.places.append(Place(number, "stub", ()))
        place = self.places[number]
        seen = {(one.block.outputs, one.start, one.end) for one in place.occupants}
        more = []
        for one in (_shown(use, number) for use in link.uses):
            shown = one.block.outputs, one.start, one.end
            if shown not in seen:
                seen.add(shown)
                more.append(one)
        self.places[number] = replace(place, occupants=(*place.occupants, *more))
        return number

    def _tensors(self) -> tuple[str, ...]:
        """List what has a card here; what an error is about is told of in the whole."""
        ids = [
            id
            for place in self.places
            if place.kind not in ("fold", "stub")
            for one in place.occupants
            for id in one.block.outputs
        ]
        if self.group.part is None and len(self.where) == len(self.base.places):
            errors = (step.error for step in self.base.past.steps)
            ids += [e.culprit_tensor for e in errors if e and e.culprit_tensor]
        shown = frozenset(ids)
        return tuple(id for id in self.base.tensors if id in shown)

    def _at(self) -> dict[int, Occupant]:
        return {
            one.block.number: Occupant(one.block, here, one.start, one.end)
            for place, here in self.where.items()
            for one in self.base.places[place].occupants
        }


def _order(base: Plan, group: Group) -> int:
    """Say where a fold stands among others: what it owns was there before."""
    does = [n for n in group.places if base.places[n].kind != "leaf"]
    return min(does or group.places)


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
