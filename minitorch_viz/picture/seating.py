"""Which block stands where: a place is used again once all at it is gone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable
from heapq import heappop, heappush
from math import inf

from ..snapshot import SavedState
from .blocks import Block, Builder, Source
from .companions import companions
from .history import History
from .places import Link, Occupant, Place, Plan, stubbed
from .rebinding import Rebinding
from .spent import spent
from .views import View, chosen

#: Parameters of operations where a number may stand for a tensor.
OPERANDS = frozenset(("self", "other", "input", "exponent", "value"))
#: Of more results than that an operation is folded: they would stand side by side.
CARDS = 8
#: Of so many places, those that are free next, it is asked whether they are free early.
LOOK = 8


def plan(past: History, source: str = "", view: View | None = None) -> Plan:
    """Give every block a place, as a compiler gives values registers.

    >>> from .history import as_trace, history
    >>> from ..snapshot import Snapshot
    >>> plan(history(as_trace(Snapshot()))).places
    ()
    """
    return stubbed(seated(past, source, view))


def seated(
    past: History,
    source: str = "",
    view: View | None = None,
    builder: Builder | None = None,
) -> Plan:
    """Give every block a place, each but once: without stubs.

    A builder that has walked this history already needn't do so again.

    >>> seated(History(())).places
    ()
    """
    if builder is None:
        builder = Builder(past)
        builder.build()
    view = view or View()
    blocks = chosen(past, builder.blocks, view)
    desk = _Desk(past, builder, companions(blocks))
    for block in blocks:
        desk.seat(block)
    places = desk.places()
    at = {o.block.number: o for p in places for o in p.occupants}
    links = _links(blocks, at)
    return Plan(
        past, tuple(places), tuple(links), builder.moved, builder.sinks, at, source,
        tuple(view.pick(blocks, builder.blocks)),
    )  # fmt: skip


def plain(block: Block) -> bool:
    """Say whether an operation took plain numbers, which stand beside its pill.

    >>> plain(Block(0, "leaf", 2))
    False
    """
    inputs = block.operation.inputs if block.operation else ()
    bare = (o.text for o in inputs if o.tensor is None and o.node is None)
    return any(text not in ("", "None") for text in bare)


def shown(past: History, block: Block) -> tuple[SavedState, ...]:
    """Return what of a node's saved things is worth a tag.

    Tensors are, and numbers in a tensor's stead; not sizes and settings.

    >>> shown(History(()), Block(0, "leaf", 2))
    ()
    """
    if block.node is None:
        return ()
    states = [s for _, s in past.nodes[block.node]]
    saved = max(states, key=lambda s: len(s.saved)).saved
    return tuple(s for s in saved if s.tensor or s.storage or s.field in OPERANDS)


class _Desk:
    def __init__(self, past: History, builder: Builder, leaves: dict[int, int]) -> None:
        self.past, self.builder, self.spent = past, builder, spent(past)
        self.rebinding = Rebinding(past, builder.blocks)
        self.rows: list[tuple[Hashable, int | None, list[Block]]] = []
        self.of: dict[int, int] = {}
        self.taken: dict[Hashable, list[tuple[float, int]]] = {}
        self.free: dict[Hashable, list[int]] = {}
        self.guests: dict[int, int] = {}
        self.leaves = leaves

    def seat(self, block: Block) -> None:
        """Put a block at the first fitting place that is free, or at a new one."""
        leaf = self.leaves.get(block.number)
        host = self._host(block) if leaf is None else self.of[leaf]
        single = leaf is None and host is not None
        guest = self.guests.get(host or 0) if single else None
        if guest is not None and not self._fits(guest, (_key(block, host), ()), block):
            host = None
        key = _key(block, host), self._reads(block) if leaf is not None else ()
        taken = self.taken.setdefault(key, [])
        free = self.free.setdefault(key, [])
        stay: list[tuple[float, int]] = []
        while taken and taken[0][0] < inf and len(stay) < LOOK:
            death, number = heappop(taken)
            old = self.rows[number][2][-1]
            if death <= block.birth or self._waits(old, death, block):
                free.append(number)
            else:
                stay.append((death, number))
        for each in stay:
            heappush(taken, each)
        number = self._free(free, block, len(taken))
        if number == len(self.rows):
            self.rows.append((key, host, []))
            if single and host is not None:
                self.guests[host] = number
        self.rows[number][2].append(block)
        self.of[block.number] = number
        heappush(taken, (self._death(block), number))

    def _waits(self, old: Block, death: float, block: Block) -> bool:
        """Say whether only a name keeps a block, which this statement takes from it."""
        done = old.node is None or self.spent[old.node] <= block.birth
        return done and self.rebinding.waits(old, death, block)

    def _free(self, free: list[int], block: Block, taken: int) -> int:
        """Choose a free place, best one whose first block read from the same places.

        Turns of a loop may need two places each: then each turn has its own.
        """
        fits = [
            n for n in free if self._reads(self.rows[n][2][0]) == self._reads(block)
        ]
        if not free or (not fits and len(free) + taken < 2):
            return len(self.rows)
        number = min(fits or free)
        free.remove(number)
        return number

    def _reads(self, block: Block) -> tuple[Hashable, ...]:
        """Say where a block reads: in a stack lanes lead there, and mustn't move."""
        return tuple((self.of[s.block], s.output, s.slot) for s in block.sources)

    def _fits(self, number: int, key: Hashable, block: Block) -> bool:
        other, _, blocks = self.rows[number]
        return other == key and self._death(blocks[-1]) <= block.birth

    def _host(self, block: Block) -> int | None:
        """Find the place that a ghost stands beside: that of its only tensor input."""
        state = block.operation
        hosts = {s.block for s in block.sources}
        if block.kind != "ghost" or state is None or len(hosts) != 1:
            return None
        if len(block.sources) > 1 and not block.writes:
            return None
        aside = block.writes or state.reason in ("detach", ".data") or state.view
        place = self.of[block.sources[0].block]
        if any(self._inner(s) for s in block.sources):
            return None
        free = self.rows[place][1] is None and len(block.outputs) < 2
        return place if aside and free and self._open(place, block) else None

    def _inner(self, source: Source) -> bool:
        """Say whether a source's other results stand between it and what is beside."""
        outputs = self.rows[self.of[source.block]][2][0].outputs
        return source.output is not None and source.output + 1 < len(outputs)

    def _open(self, place: int, guest: Block) -> bool:
        """Say whether nothing stands in the way on the right of a place's card."""
        host = self.rows[place][2][0]
        if host.kind == "leaf" or not host.outputs:
            return host.kind == "leaf"
        room = (1 if guest.writes else 2) - (1 if plain(host) else 0)
        return len(shown(self.past, host)) <= room

    def _death(self, block: Block) -> float:
        """Say from which step on nothing of a block matters any more."""
        ends = [float(block.birth)]
        for k, id in enumerate(block.outputs):
            ends.append(
                min(
                    self.past.died.get(id, float("inf")),
                    self.builder.moved.get((block.number, k), float("inf")),
                )
            )
        if block.node is not None:
            ends.append(self.spent[block.node])
        return max(ends)

    def places(self) -> list[Place]:
        """List the places with their occupants in order."""
        found = []
        after = self._successors()
        for number, (_, host, blocks) in enumerate(self.rows):
            ends: list[int | None] = [*(b.birth for b in blocks[1:]), None]
            for k, block in enumerate(blocks):
                left = max(self._death(block), after.get(block.number, float("inf")))
                if left < (ends[k] or float("inf")):
                    ends[k] = int(left)
            occupants = tuple(
                Occupant(b, number, b.birth, end)
                for b, end in zip(blocks, ends, strict=True)
            )
            first = blocks[0]
            found.append(Place(number, first.kind, occupants, first.region, host))
        return found

    def _walked(self, block: Block) -> float:
        """Say when backward had passed a block's node; 0 if it never did."""
        if block.node is None:
            return 0
        end = self.spent[block.node]
        return end if end < self.past.died.get(block.node, float("inf")) else 0

    def _successors(self) -> dict[int, int]:
        """Say for each block when one of its kind came that it has no part in.

        What is gone stays to be seen, faded, but not beside a loop's next turn. Turns
        that one backward pass walks belong together: no one makes the others go.
        """
        found: dict[int, int] = {}
        rows: dict[Hashable, list[Block]] = {}
        for key, _, blocks in self.rows:
            rows.setdefault(key, []).extend(blocks)
        for blocks in rows.values():
            blocks.sort(key=lambda block: block.number)
            births = [block.birth for block in blocks]
            for block in blocks:
                later = bisect_left(births, max(block.birth + 1, self._walked(block)))
                if later < len(births):
                    found[block.number] = births[later]
        return found


def _key(block: Block, host: int | None) -> Hashable:
    """Describe what another block must share to stand at the same place."""
    state = block.operation
    return (
        block.kind,
        block.site,
        state.name if state else block.node and "",
        len(block.outputs),
        len(block.sources),
        block.region,
        block.calls[-1].path if block.calls else "",
        host,
    )


def _links(blocks: list[Block], at: dict[int, Occupant]) -> list[Link]:
    found: dict[
        tuple[int, int | None, bool, int, int], list[tuple[Occupant, Source, Occupant]]
    ] = {}
    for block in blocks:
        for inlet, source in enumerate(block.sources):
            here, there = at[block.number], at[source.block]
            key = (there.place, source.output, source.slot, here.place, inlet)
            found.setdefault(key, []).append((there, source, here))
    return [Link(*key, uses=tuple(uses)) for key, uses in found.items()]
