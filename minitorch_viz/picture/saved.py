"""How wide saved tags are, and which of them say a version."""

from __future__ import annotations

from math import ceil

from ..snapshot import SavedState
from . import words
from .measure import elide, width
from .places import Occupant, Place, Plan
from .seating import shown
from .style import SMALL

TAGS = 6


def even(value: float) -> float:
    """Round up to an even number, so that middles are whole.

    >>> even(140.2)
    142.0
    """
    return 2.0 * ceil(value / 2)


def tag_widths(plan: Plan, place: Place) -> list[float]:
    """Measure the saved tags of a place, over all its occupants."""
    widths: list[float] = []
    for occupant in place.occupants:
        for k, tag in enumerate(tags_of(plan, occupant)):
            wide = even(tag_room(plan, occupant, tag) + 20)
            widths[k:] = [max(wide, *widths[k : k + 1], 0.0), *widths[k + 1 :]]
    return widths


def tags_of(plan: Plan, occupant: Occupant) -> tuple[SavedState, ...]:
    """Return what a block's node saves, the first few of it."""
    return shown(plan.past, occupant.block)[:TAGS]


def tag_room(plan: Plan, occupant: Occupant, tag: SavedState) -> float:
    """Measure a tag's words at their longest."""
    said = elide(words.saved(plan, tag, occupant.start), 130, SMALL, mono=True)
    lead = width("saved", SMALL, bold=True) + 6
    tail = 0.0
    if versioned(plan, tag):
        tail = width("at v00", SMALL, bold=True) + 8
        tail += width("✕ now v00", SMALL, bold=True) + 8
    return lead + width(said, SMALL, mono=True, bold=True) + tail


def versioned(plan: Plan, tag: SavedState) -> bool:
    """Say whether a saved tensor's version ever changes: then it is shown."""
    if tag.tensor is None or tag.tensor not in plan.past.tensors:
        return False
    seen = versions(plan, tag.tensor)
    return len(seen) > 1 or tag.version not in seen


def versions(plan: Plan, id: str) -> set[int]:
    """Collect the versions that a tensor ever has."""
    return {s.version for _, s in plan.past.tensors[id] if s.version is not None}
