"""Memory in the picture: cards that share a storage, and version tags on the cards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..snapshot import TensorState
from . import words
from .curves import line
from .draw import badge
from .events import span
from .groups import below
from .layout import Layout
from .measure import width
from .merge import spans
from .places import Occupant, Place, Plan
from .saved import versions
from .shapes import Box, Element, Path, Point, Rect, Span, Text
from .style import SMALL

#: Where on a card's edge a tie meets it: between the "new" and the version badge.
MEET = 58.0
#: Below a result, from where its card ends on the right.
ASIDE = 30.0
#: Where a card's edge is free beside the badge for what is new.
BADGE = 54.0


def ties(plan: Plan, placed: Layout) -> list[Element]:
    """Draw a double line from a card to the ghost's card that shares its storage.

    >>> from .history import History
    >>> from .seating import plan
    >>> ties(plan(History(())), Layout(0, 0))
    []
    """
    found = []
    for place in plan.places:
        if not plan.alone(place) or not place.first.outputs:
            continue
        for one in place.occupants:
            found += _tie(plan, placed, place, one)
    return found


def _tie(plan: Plan, placed: Layout, place: Place, one: Occupant) -> list[Element]:
    source, mine = one.block.sources[0], one.block.outputs[0]
    theirs = source.tensor
    storage = _storage(plan, mine, one.start)
    if theirs is None or source.slot or storage != _storage(plan, theirs, one.start):
        return []
    points = _bracket(plan, placed, place, one)
    path, (xa, run), (xb, _) = line(*points), *points[1:3]
    over = [plan.past.died.get(theirs), plan.past.died.get(mine)]
    ended = min((s for s in over if s is not None), default=None)
    now = f"one storage · {storage}"
    said = ((one.start, now),) + (((ended, "was one storage"),) if ended else ())
    wide, x = width(now, SMALL) + 16, (xa + xb) / 2
    shapes = (
        Path(path, "tie"),
        Path(path, "tie2"),
        Rect(Box(x - wide / 2, run - 10, wide, 20), "bgr"),
        Text(x, run + 4, said, "t s", "middle"),
    )
    marks = {"gone": span(one, ended) if ended is not None else (), "new": (one.start,)}
    return [Element("tie", span(one, one.start), shapes, (theirs, mine), marks)]


def _bracket(
    plan: Plan, placed: Layout, place: Place, one: Occupant
) -> tuple[Point, Point, Point, Point]:
    """Return the corners of a tie: over leaves, and else under results."""
    source = one.block.sources[0]
    host = placed.frames[plan.at[source.block].place]
    guest = placed.frames[place.number]
    a, b = host.cards[source.output or 0], guest.cards[0]
    above = host.pill is None
    over = a.y - 22 if guest.band is None else min(a.y - 22, guest.band.y - 14)
    run = over if above else below(a, host, guest)
    slot = guest.slots[0]
    ends = (a.y, b.y) if above else (a.bottom, slot.bottom if slot else b.bottom)
    # Below a result, its gradient's first chip is on the left.
    xa, xb = a.x + MEET if above else a.right - ASIDE, b.x + MEET
    return (xa, ends[0]), (xa, run), (xb, run), (xb, ends[1])


def brackets(plan: Plan, placed: Layout) -> Iterator[list[Point]]:
    """Yield where ties may run.

    >>> from .history import History
    >>> from .seating import plan
    >>> list(brackets(plan(History(())), Layout(0, 0)))
    []
    """
    for place in plan.places:
        one = place.occupants[0] if plan.alone(place) else None
        if one is not None and one.block.outputs and placed.frames[place.number].cards:
            host = placed.frames[plan.at[one.block.sources[0].block].place]
            if host.cards:
                yield list(_bracket(plan, placed, place, one))


def _storage(plan: Plan, id: str, step: int) -> str:
    return plan.past.tensor(id, step).storage


def tags(plan: Plan, placed: Layout) -> list[Element]:
    """Put version tags on what is written in place, storage tags on what is shared.

    >>> from .history import History
    >>> from .seating import plan
    >>> tags(plan(History(())), Layout(0, 0))
    []
    """
    found: list[Element] = []
    for place in plan.places:
        if place.kind == "stub":
            continue
        frame = placed.frames[place.number]
        for one in place.occupants:
            for k, id in enumerate(one.block.outputs):
                box = frame.cards[k]
                written = len(versions(plan, id)) > 1 or versions(plan, id) - {0}
                if written:
                    found += _version(plan, one, k, id, box)
                wide = storage_width(_storage(plan, id, one.start))
                right = box.right - (68.0 if written else 6.0) - wide
                # A line comes down to a result's middle: on the left of it, then.
                stem = frame.pill is not None and place.host is None
                left = box.x + BADGE if stem else right
                found += _shared(plan, one, k, id, Box(left, box.y - 11, wide, 18))
    return found


def _states(
    plan: Plan, one: Occupant, k: int, id: str
) -> list[tuple[int, TensorState]]:
    gone = words.card(plan, one, k).gone
    return [
        (max(step, one.start), state)
        for step, state in plan.past.tensors[id]
        if gone is None or step < gone or step <= one.start
    ]


def _version(plan: Plan, one: Occupant, k: int, id: str, box: Box) -> list[Element]:
    states = _states(plan, one, k, id)
    said = words.spoken((step, f"v{state.version}") for step, state in states)
    if not said:  # a file may say that a tensor is gone before it is there
        return []
    wide = max(width(t, SMALL, mono=True) for _, t in said) + 14
    tag = Box(box.right - 6 - wide, box.y - 11, wide, 18)
    shapes = (
        Rect(tag, "num", 4),
        Text(tag.middle[0], tag.y + 13, said, "t m s", "middle"),
    )
    gone = words.card(plan, one, k).gone
    found = [Element("version", span(one, one.start, gone), shapes, (id,))]
    for step, before, after in changes(plan, id):
        if one.start <= step and span(one, step, gone):
            text = f"v{before} → v{after}"
            x = box.right - 6 - badge_width(text)
            found.append(badge(x, box.y - 3, text, (step,), (id,)))
    return found


def badge_width(text: str) -> float:
    """Measure a badge.

    >>> badge_width("new") < badge_width("v0 → v1")
    True
    """
    return 14 + width(text, 11.0, bold=True)


def changes(plan: Plan, id: str) -> list[tuple[int, int, int]]:
    """List the steps at which a tensor's version rose: step, before, after."""
    seen = [(s, t.version) for s, t in plan.past.tensors[id] if t.version is not None]
    return [
        (step, before, after)
        for (_, before), (step, after) in pairwise(seen)
        if before != after
    ]


def _shared(plan: Plan, one: Occupant, k: int, id: str, tag: Box) -> list[Element]:
    """Tag a card while another tensor, to which no tie runs, looks into its memory."""
    storage = _storage(plan, id, one.start)
    on: list[Span] = []
    for other in plan.past.by_storage.get(storage, ()):
        if other != id and not _tied(plan, id, other):
            on += span(one, *_both(plan, id, other))
    gone = words.card(plan, one, k).gone
    on = [part for a, b in on for part in span(one, a, _least(b, gone))]
    if not on:
        return []
    icon = line((tag.x + 6, tag.y + 7), (tag.x + 17, tag.y + 7))
    icon += line((tag.x + 6, tag.y + 11), (tag.x + 17, tag.y + 11))
    shapes = (
        Rect(tag, "num", 4),
        Path(icon, "grey"),
        Text(tag.right - 6, tag.y + 13, storage, "t m s", "end"),
    )
    return [Element("tie", spans(on), shapes, (id,))]


def storage_width(storage: str) -> float:
    """Measure a storage's tag.

    >>> storage_width("s1") < storage_width("s10")
    True
    """
    return width(storage, SMALL, mono=True) + 28


def _least(a: int | None, b: int | None) -> int | None:
    return min((s for s in (a, b) if s is not None), default=None)


def _both(plan: Plan, a: str, b: str) -> tuple[int, int | None]:
    """Return the interval in which two tensors are both alive."""
    born = max(plan.past.tensors[a][0][0], plan.past.tensors[b][0][0])
    return born, _least(plan.past.died.get(a), plan.past.died.get(b))


def _tied(plan: Plan, a: str, b: str) -> bool:
    """Say whether one of two tensors is a ghost's that stands beside the other."""
    return frozenset((a, b)) in plan.pairs
