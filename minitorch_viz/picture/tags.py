"""Saved tags: what a node keeps for backward, at which version, until it is freed."""

from __future__ import annotations

from ..snapshot import SavedState
from . import words
from .curves import hatched, line
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
    outline = _outline(box, frame, freed=freed is not None)
    shapes = (*outline, *_words(box, said, _lead(states, freed)))
    if versioned(plan, tag) and tag.version is not None:
        shapes += _versions(box, said, tag.version, _now(states, refused))
    marks = {
        "new": (born,),
        "freed": span(one, freed) if freed is not None else (),
        "bad": ((refused, None),) if refused is not None else (),
    }
    of = (node, tag.tensor) if tag.tensor else (node,)
    # Whatever a node keeps goes with it.
    kept = span(one, born, plan.past.died.get(node))
    return Element("saved", kept, shapes, of, marks)


def _outline(box: Box, frame: Frame, *, freed: bool) -> tuple[Shape, ...]:
    """Draw the empty tag, and the line that ties it to its node."""
    hatches = (hatched(box.grown(-1), "hatch-tag", 7),) if freed else ()
    pill = frame.pill or frame.cards[0]
    start, x, y = pill.middle[1] + (4 if frame.number else 0), box.x - 8, box.middle[1]
    return (
        Path(line((pill.right, start), (x, start), (x, y), (box.x, y)), "line hair"),
        Rect(box, "tag", 0),
        *hatches,
        Rect(Box(box.x, box.y, 4, box.h), "clip"),
    )


def _after(box: Box) -> float:
    """Say where the words after "saved" begin."""
    return box.x + 10 + width("saved", SMALL, bold=True) + 6


def _words(box: Box, said: str, lead: words.Spoken) -> tuple[Shape, ...]:
    y = box.y + 15
    return (
        Text(box.x + 10, y, lead, "t s tag-t"),
        Text(_after(box), y, said, "t m s tag-t"),
    )


def _versions(
    box: Box, said: str, version: int, now: words.Spoken
) -> tuple[Shape, ...]:
    x = _after(box) + width(said, SMALL, mono=True, bold=True) + 8
    return (
        Text(x, box.y + 15, f"at v{version}", "t s tag-t"),
        Text(box.right - 8, box.y + 15, now, "t s b tag-t", "end"),
    )


def _lead(states: list[tuple[int, SavedState]], freed: int | None) -> words.Spoken:
    said = [(states[0][0] if states else 0, "saved")]
    return tuple([*said, (freed, "freed")] if freed is not None else said)


def _now(states: list[tuple[int, SavedState]], refused: int | None) -> words.Spoken:
    """Say which version the saved tensor has by now, once it isn't the saved one."""
    said = [
        (step, "" if s.now in (None, s.version) or s.freed else f"now v{s.now}")
        for step, s in states
    ]
    if refused is not None:
        last = said[-1][1] if said else ""
        said.append((refused, f"✕ {last}" if last else "✕"))
    return words.spoken(said)
