"""A place and the ghosts beside it: one node for the layout."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from . import folded
from .frames import ASIDE, ASIDE_WORDS, SEED, Frame, Marks, frame
from .places import Place, Plan
from .saved import even
from .shapes import Box
from .stacks import Lane, Stack

#: Edges keep so far away from what they pass, as gradients run beside them.
AROUND = 8.0


@dataclass(frozen=True, slots=True)
class Group:
    """A place with the ghosts that stand beside it, and the lanes between them.

    >>> Group(0, Frame(Box(0, 0, 9, 9)), Box(0, 0, 9, 9)).frames()
    {0: Frame(size=Box(x=0, y=0, w=9, h=9), ...)}
    """

    place: int
    frame: Frame
    size: Box
    guests: dict[int, Frame] = field(default_factory=dict)
    lanes: dict[int, Lane] = field(default_factory=dict)

    def frames(self) -> dict[int, Frame]:
        """Return all frames by place: the host's is first."""
        return {self.place: self.frame, **self.guests}


def groups(plan: Plan, marks: Marks) -> list[Group]:
    """Measure every place and put ghosts beside their hosts.

    >>> from .history import History
    >>> from .seating import plan
    >>> groups(plan(History(())), Marks())
    []
    """
    frames = [
        folded.frame(plan, place) if place.kind == "fold" else frame(plan, place, marks)
        for place in plan.places
    ]
    guests: dict[int, list[int]] = {}
    for place in plan.places:
        if place.host is not None:
            guests.setdefault(place.host, []).append(place.number)
    return [
        _group(plan, place, frames, guests.get(place.number, []))
        for place in plan.places
        if place.host is None
    ]


def _group(plan: Plan, place: Place, frames: list[Frame], guests: list[int]) -> Group:
    mine = frames[place.number]
    if not guests:
        return _cornered(Group(place.number, mine, mine.size))
    if len(guests) == 1 and not _fed(plan, guests[0]):
        return _pair(plan, place, mine, guests[0], frames[guests[0]])
    stack = Stack(plan, place.number, mine, {n: frames[n] for n in guests})
    boxes = [mine.size, *(f.size for f in stack.rows.values())]
    boxes += [f.band for f in stack.rows.values() if f.band is not None]
    inlets = [x for f in stack.rows.values() for x in f.inlets]
    points = [
        p for lane in stack.lanes.values() for p in (*lane.way, *(lane.back or ()))
    ]
    xs = [*inlets, *(x for x, _ in points)]
    left, top = min(b.x for b in boxes), min(b.y for b in boxes)
    right = max([*(b.right for b in boxes), *(x + 8 for x in xs)])
    bottom = max([*(b.bottom for b in boxes), *(y + 8 for _, y in points)])
    size = Box(left, top, right - left, bottom - top)
    return _cornered(Group(place.number, mine, size, stack.rows, stack.lanes))


def _fed(plan: Plan, guest: int) -> bool:
    """Say whether a ghost also takes what doesn't come from the place beside it."""
    host = plan.places[guest].host
    return any(k.target == guest and k.source != host for k in plan.links)


def _pair(plan: Plan, place: Place, mine: Frame, guest: int, other: Frame) -> Group:
    """Put the only ghost beside what it reads, at the same height."""
    source = plan.places[guest].first.sources[0]
    anchor = mine.cards[source.output or 0] if mine.cards else mine.pill
    if source.slot and mine.slots[source.output or 0] is not None:
        anchor = mine.slots[source.output or 0]
    assert anchor is not None
    gap = ASIDE_WORDS if plan.places[guest].first.writes else ASIDE
    ahead = (other.pill or other.cards[0]).middle[1]
    left = min(other.size.x, other.band.x + 10 if other.band else 0.0)
    other = other.moved(mine.size.right + gap - left, anchor.middle[1] - ahead)
    boxes = [mine.size, other.size, *(b for b in (other.band,) if b)]
    top, bottom = min(b.y for b in boxes), max(b.bottom for b in boxes)
    if other.cards:  # room for the tie between the two cards
        leaf = mine.pill is None
        top = min(top, other.band.y - 28) if leaf and other.band else top
        top, bottom = (
            (min(top, anchor.y - 36), bottom)
            if leaf
            else (top, max(bottom, below(anchor, mine, other) + 14))
        )
    left = mine.size.x
    size = Box(left, top, max(b.right for b in boxes) - left, bottom - top)
    return _cornered(Group(place.number, mine, size, {guest: other}))


def below(card: Box, host: Frame, guest: Frame) -> float:
    """Say how low a tie runs under a result: clear of what stands below both cards.

    >>> card = Box(0, 0, 140, 46)
    >>> frame = Frame(card, cards=(card,), slots=(None,), sinks=(None,))
    >>> below(card, frame, frame)
    68
    """
    parts = [card, *guest.cards, *(slot for slot in guest.slots if slot)]
    low = max(box.bottom for box in parts)
    # Below an AccumulateGrad a badge may say that it is new.
    sunk = [sink.bottom + 12 for sink in guest.sinks if sink]
    return max([low, *sunk]) + 22 + (SEED if host.seed else 0)


def _cornered(group: Group) -> Group:
    """Move a group so that its corner is at 0, 0, with free ground all around it."""
    x, y = group.size.x - AROUND, group.size.y - AROUND
    return replace(
        group,
        frame=group.frame.moved(-x, -y),
        size=Box(
            0, 0, even(group.size.w + 2 * AROUND), even(group.size.h + 2 * AROUND)
        ),
        guests={n: f.moved(-x, -y) for n, f in group.guests.items()},
        lanes={n: lane.moved(-x, -y) for n, lane in group.lanes.items()},
    )
