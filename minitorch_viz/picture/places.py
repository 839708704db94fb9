"""Places, what stands at them over time, and the links between them: a plan."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from .blocks import Block, Kind, Region, Source
from .history import History

#: After so many places that use a leaf, each further one gets a stub of its own.
USES = 4


@dataclass(frozen=True, slots=True)
class Occupant:
    """A block at its place, from step `start` until `end` (None: to the last).

    >>> Occupant(Block(0, "leaf", 2), 0, 2, None).start
    2
    """

    block: Block
    place: int
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in the picture and all that stands there over time.

    `host` is the place beside which this one stands; `of` is the place that a stub
    repeats.

    >>> Place(0, "leaf", (Occupant(Block(0, "leaf", 2), 0, 2, None),)).first.birth
    2
    """

    number: int
    kind: Kind
    occupants: tuple[Occupant, ...]
    region: Region | None = None
    host: int | None = None
    of: int | None = None

    @property
    def first(self) -> Block:
        """The first block that stood here; all others have its shape."""
        return self.occupants[0].block


#: What there is, what of it is taken, and by what.
Use = tuple[Occupant, Source, Occupant]


def taken(use: Use) -> str | None:
    """Return the tensor that is used, also where its gradient is.

    >>> one = Occupant(Block(0, "leaf", 2, outputs=("t0",)), 0, 2, None)
    >>> taken((one, Source(0, 0, slot=True, tensor="t1"), one))
    't0'
    """
    there, source, _ = use
    return there.block.outputs[source.output or 0] if source.slot else source.tensor


@dataclass(frozen=True, slots=True)
class Link:
    """What flows between two places: from an output, pill or slot into an input.

    >>> Link(0, 0, False, 1, 0, ()).target
    1
    """

    source: int
    output: int | None
    slot: bool
    target: int
    inlet: int
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """What stands folded at a place: its title over time, and all that it holds.

    `opens` is the number of the plan of its inside, None where that isn't drawn.

    >>> Fold(((0, "turn 1"),), ((0, "4 operations"),), (), 0).opens
    0
    """

    title: tuple[tuple[int, str], ...]
    note: tuple[tuple[int, str], ...]
    occupants: tuple[Occupant, ...]
    opens: int | None


@dataclass(frozen=True)
class Plan:
    """Places, the links between them, and where each tensor lives when.

    `tensors` are those that the picture is about. `above` has what stands above
    something else though nothing runs between the two.

    >>> from .seating import plan
    >>> plan(History(())).twins
    ()
    """

    past: History
    places: tuple[Place, ...]
    links: tuple[Link, ...]
    moved: dict[tuple[int, int], int]
    sinks: dict[str, list[str]]
    at: dict[int, Occupant]
    source: str
    tensors: tuple[str, ...] = ()
    folds: dict[int, Fold] = field(default_factory=dict)
    above: dict[int, int] = field(default_factory=dict)

    @cached_property
    def pairs(self) -> frozenset[frozenset[str | None]]:
        """Each ghost's tensor that stands beside its source, with the source's."""
        beside = [o.block for p in self.places if self.alone(p) for o in p.occupants]
        return frozenset(
            frozenset((id, b.sources[0].tensor)) for b in beside for id in b.outputs
        )

    @cached_property
    def leaving(self) -> dict[int, list[Link]]:
        """The links that leave each place."""
        found: dict[int, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.source, []).append(link)
        return found

    @cached_property
    def entering(self) -> dict[int, list[int]]:
        """The links that enter each place, by number."""
        found: dict[int, list[int]] = {}
        for number, link in enumerate(self.links):
            found.setdefault(link.target, []).append(number)
        return found

    @cached_property
    def guests(self) -> dict[int, list[int]]:
        """The places that stand beside each place."""
        found: dict[int, list[int]] = {}
        for place in self.places:
            if place.host is not None:
                found.setdefault(place.host, []).append(place.number)
        return found

    @cached_property
    def downwards(self) -> frozenset[int]:
        """The links that can run down, by number: all but those that close a circle."""
        below: dict[int, set[int]] = {}
        found, late = set(), []
        for number, link in enumerate(self.links):
            source, target = self.home(link.source), self.home(link.target)
            if self.places[link.source].kind == "stub" or source < target:
                below.setdefault(source, set()).add(target)
                found.add(number)
            elif source != target:
                late.append((number, source, target))
        for number, source, target in late:
            if not _reaches(below, target, source):
                below.setdefault(source, set()).add(target)
                found.add(number)
        return frozenset(found)

    @cached_property
    def bundles(self) -> dict[int, list[tuple[int, ...]]]:
        """The links that enter each place, those that run side by side together."""
        found: dict[int, list[tuple[int, ...]]] = {}
        for twins in dict.fromkeys(self.twins):
            found.setdefault(self.links[twins[0]].target, []).append(twins)
        return found

    @cached_property
    def twins(self) -> tuple[tuple[int, ...], ...]:
        """For each link, all links that run beside it: from one card into one pill."""
        alike: dict[tuple[int, int | None, bool, int], list[int]] = {}
        keys = [(k.source, k.output, k.slot, k.target) for k in self.links]
        for number, key in enumerate(keys):
            alike.setdefault(key, []).append(number)
        return tuple(tuple(alike[key]) for key in keys)

    def alone(self, place: Place) -> bool:
        """Say whether a place is the only one beside another: a tie runs to it."""
        return place.host is not None and len(self.guests[place.host]) == 1

    def home(self, place: int) -> int:
        """Return the place that one stands beside, or the place itself."""
        host = self.places[place].host
        return place if host is None else host

    def folded(self, link: Link) -> bool:
        """Say whether a link to or from what is folded stands for many of its own."""
        if link.source not in self.folds and link.target not in self.folds:
            return False
        return len({source.edge for _, source, _ in link.uses}) > 1

    def carried(self, number: int, link: Link) -> bool:
        """Say whether a link closes a circle, and no gradient runs along it."""
        outputs = {id for there, _, _ in link.uses for id in there.block.outputs}
        up = number not in self.downwards and bool(outputs) and link.output is not None
        inside = self.home(link.source) == self.home(link.target)
        bare = not link.slot and not any(source.edge for _, source, _ in link.uses)
        return up and bare and not inside

    def over(self, block: Block, output: int) -> int | None:
        """Say at which step an output stops being the tensor's newest state."""
        return self.moved.get((block.number, output))


def _reaches(below: dict[int, set[int]], start: int, end: int) -> bool:
    seen, left = {start}, [start]
    while left:
        new = below.get(left.pop(), set()) - seen
        seen |= new
        left += new
    return end in seen


def stubbed(plan: Plan) -> Plan:
    """Repeat a leaf beside each further user: shared parameters make `dot` crawl.

    What a loop carries to its next turn without a gradient is repeated there, too.

    >>> from .seating import seated
    >>> stubbed(seated(History(()))).places
    ()
    """
    places, links = list(plan.places), plan.links
    users: dict[int, dict[int, int]] = {}
    stubs: dict[tuple[int, int | None, int], int] = {}
    kept = []
    for number, link in enumerate(links):
        seen = users.setdefault(link.source, {})
        beside = places[link.target].host == link.source
        if not beside:
            seen.setdefault(link.target, len(seen))
        leaf = places[link.source].kind == "leaf" and not link.slot
        often = leaf and not beside and seen[link.target] >= USES
        if often or plan.carried(number, link):
            key = link.source, link.output, link.target
            stub = stubs.setdefault(key, len(places))
            if stub == len(places):
                places.append(_stub(stub, places[link.source], link))
            link = replace(link, source=stub, output=0)
        kept.append(link)
    return replace(plan, places=tuple(places), links=tuple(kept))


def _stub(number: int, of: Place, link: Link) -> Place:
    shown = {
        (there.block.number, here.start, here.end): there
        for there, _, here in link.uses
    }
    occupants = tuple(
        Occupant(_one(there.block, link.output or 0), number, start, end)
        for (_, start, end), there in shown.items()
    )
    return Place(number, "stub", occupants, None, None, of.number)


def _one(block: Block, output: int) -> Block:
    """Return a block as if it had one of its results alone."""
    return replace(block, outputs=block.outputs[output : output + 1])
