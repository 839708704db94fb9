"""Saved tags: what a node keeps for backward, at which version, until it is freed."""

from __future__ import annotations

from ..snapshot import SavedState
from . import words
from .curves import hatching, line
from .events import Events, span
from .frames import Frame
from .measure import elide, width
from .places import Occupant, Plan
from .saved import tags_of, versioned
from .shapes import Box, Element, Path, Rect, Shape, Text
from .style import SMALL


def tags(plan: Plan, one: Occupant, frame: Frame, seen: Events) -> list[Element]:
    """Draw what an occupant's node saves."""
    node, pairs = one.block.node, zip(tags_of(plan, one), frame.tags, strict=False)
    if node is None:
        return []
    return [_one(plan, one, node, tag, box, frame, seen) for tag, box in pairs]


def _one(
    plan: Plan,
    one: Occupant,
    node: str,
    tag: SavedState,
    box: Box,
    frame: Frame,
    seen: Events,
) -> Element:
    pill = frame.pill
    assert pill is not None
    from_y = pill.middle[1] + (4 if frame.number else 0)
    x, y = box.x - 8, box.middle[1]
    states = [
        (step, found)
        for step, state in plan.past.nodes[node]
        for found in state.saved
        if found.field == tag.field
    ]
    born = max(one.start, states[0][0]) if states else one.start
    freed = next((s for s, t in states if t.freed), None)
    refused = seen.fields.get((node, tag.field))
    if node in seen.stale and any(s.now != s.version for _, s in states):
        refused = seen.stale[node]
    said = elide(words.saved(plan, tag, born), 130, SMALL, mono=True)
    lead = box.x + 10
    after = lead + width("saved", SMALL, bold=True) + 6
    tail = after + width(said, SMALL, mono=True, bold=True) + 8
    shapes: tuple[Shape, ...] = (
        Path(line((pill.right, from_y), (x, from_y), (x, y), (box.x, y)), "line hair"),
        Rect(box, "tag", 0),
        Path(hatching(box.grown(-1), 7), "hatch-tag"),
        Rect(Box(box.x, box.y, 4, box.h), "clip"),
        Text(lead, box.y + 15, _lead(states, freed), "t s tag-t"),
        Text(after, box.y + 15, said, "t m s tag-t"),
    )
    if versioned(plan, tag) and tag.version is not None:
        shapes += (
            Text(tail, box.y + 15, f"at v{tag.version}", "t s tag-t"),
            Text(
                box.right - 8,
                box.y + 15,
                _now(tag, states, freed, refused),
                "t s b tag-t",
                "end",
            ),
        )
    marks = {
        "new": (born,),
        "freed": span(one, freed) if freed is not None else (),
        "bad": ((refused, None),) if refused is not None else (),
    }
    return Element(
        "saved",
        span(one, born),
        shapes,
        (node, tag.tensor) if tag.tensor else (node,),
        marks,
    )


def _lead(states: list[tuple[int, SavedState]], freed: int | None) -> words.Spoken:
    said = [(states[0][0] if states else 0, "saved")]
    return tuple([*said, (freed, "freed")] if freed is not None else said)


def _now(
    tag: SavedState,
    states: list[tuple[int, SavedState]],
    freed: int | None,
    refused: int | None,
) -> words.Spoken:
    """Say which version the saved tensor has by now, once it isn't the saved one."""
    said = [
        (step, "" if s.now in (None, s.version) or s.freed else f"now v{s.now}")
        for step, s in states
    ]
    if refused is not None:
        last = said[-1][1] if said else ""
        said.append((refused, f"✕ {last}" if last else "✕"))
    return words.spoken(said)
