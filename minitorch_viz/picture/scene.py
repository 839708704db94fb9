"""A whole trace as one picture: elements with the steps at which they are seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..progress import progress
from ..snapshot import Snapshot
from ..trace.model import Trace
from . import draw, flow, folded, gradients, memory
from .blocks import Builder
from .curves import hatched, plate_on
from .events import Events, events
from .frames import Marks, region_title
from .gradients import Gradient, Passing
from .groups import groups
from .history import as_trace, history
from .layout import Layout, layout
from .measure import width
from .merge import merged
from .places import Place, Plan
from .ruler import rulers
from .scopes import scopes
from .seating import seated
from .shapes import Box, Element, Rect, Text, num
from .style import SMALL
from .views import View, view

MARGIN, LEAST = 16.0, 560.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture's size and elements, back to front.

    >>> Scene(560, 120, ()).to_dict()
    {'width': 560, 'height': 120, 'elements': []}
    """

    w: float
    h: float
    elements: tuple[Element, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the scene as JSON data."""
        return {
            "width": num(self.w),
            "height": num(self.h),
            "elements": [e.to_dict(f"e{k}") for k, e in enumerate(self.elements)],
        }


def scene(
    record: Trace | Snapshot,
    lens: str = "program",
    *,
    lines: tuple[int | None, int | None] | None = None,
    hide: Iterable[str] = (),
    only: Iterable[str] = (),
) -> Scene:
    """Draw a trace, or a snapshot as a trace of one step.

    The lens `autograd` shows what backward walks and nothing else; `lines`, `hide` and
    `only` choose by the lines of the program and by the names of tensors.

    >>> scene(Snapshot()).elements[0].shapes[0].t
    'no tensors here'
    """
    return next(scenes(record, view(lens, lines, hide, only)))


def scenes(record: Trace | Snapshot, chosen: View) -> Iterator[Scene]:
    """Yield the picture of a trace, and then the inside of each fold in it.

    Each is laid out when it is asked for, so that a picture alone costs no more.

    >>> len(list(scenes(Snapshot(), View())))
    1
    """
    trace = record if isinstance(record, Trace) else as_trace(record)
    return (made() for made in _planned(trace, chosen, _built(trace)))


def _built(trace: Trace) -> Builder:
    """Find out of what the pictures of a trace are made, whatever is chosen of it."""
    builder = Builder(history(trace))
    builder.build()
    return builder


def _planned(
    trace: Trace, chosen: View, builder: Builder
) -> Iterator[Callable[[], Scene]]:
    """Yield what draws a picture, and then the inside of each fold in it."""
    base = seated(builder.past, trace.source, chosen, builder)
    if not base.places:
        yield partial(_empty, trace, chosen)
        return
    found = gradients.gradients(base)
    passing = gradients.by_edge(found)
    seen = events(trace.steps)
    for plan in scopes(base):
        yield partial(_scene, plan, found, passing, seen)


def through(record: Trace | Snapshot, lenses: Iterable[str]) -> dict[str, Any]:
    """Return the pictures through several lenses, with all their folds, as JSON data.

    >>> sorted(through(Snapshot(), ["program"])["program"])
    ['elements', 'height', 'width']
    """
    trace = record if isinstance(record, Trace) else as_trace(record)
    builder = _built(trace)
    rows = [
        (lens, made) for lens in lenses for made in _planned(trace, View(lens), builder)
    ]
    found: dict[str, list[dict[str, Any]]] = {lens: [] for lens, _ in rows}
    words = f"drawing {len(rows)} pictures"
    for lens, made in progress(rows, len(rows), words):
        found[lens].append(made().to_dict())
    return {
        lens: {**first, "folds": insides} if insides else first
        for lens, (first, *insides) in found.items()
    }


def _scene(
    planned: Plan, found: list[Gradient], passing: Passing, seen: Events
) -> Scene:
    """Lay a plan out, and draw it."""
    marks = Marks(
        gradients.roots(found),
        frozenset(seen.refused),
        gradients.chips(planned, found),
    )
    boxes = groups(planned, marks)
    placed = layout(planned, boxes, flow.wires(planned, passing))
    wide = max(LEAST, placed.w + 2 * MARGIN)
    placed = placed.moved((wide - placed.w) / 2, MARGIN)
    elements = [
        *_grounds(planned, placed),
        *memory.ties(planned, placed),
        *flow.draw(planned, placed, found, passing),
        *_titles(planned, placed),
        *_blocks(planned, placed, seen),
        *memory.tags(planned, placed),
        *_first_words(planned, placed),
    ]
    if planned.past.length == 1:
        elements = [_settled(e) for e in elements if e.kind != "badge"]
    ruler, bottom = rulers(planned, wide, placed.h + 2 * MARGIN)
    return Scene(wide, bottom, tuple(merged([*elements, *ruler])))


def _settled(element: Element) -> Element:
    """Drop what marks news: a snapshot has no step before it."""
    marks = {name: mark for name, mark in element.marks.items() if name != "new"}
    return replace(element, marks=marks)


def _blocks(planned: Plan, placed: Layout, seen: Events) -> list[Element]:
    found: list[Element] = []
    for place in planned.places:
        frame = placed.frames[place.number]
        if place.kind == "fold":
            found += folded.elements(planned, place, frame, seen)
            continue
        for one in place.occupants:
            found += draw.occupant(planned, place, one, frame, seen)
    # Badges lie over everything.
    return sorted(found, key=lambda e: e.kind == "badge")


def _regions(planned: Plan, placed: Layout) -> dict[int, Box]:
    """Return where work that autograd did not look at stands, by a place in it."""
    beside = {n: f.band for n, f in placed.frames.items() if f.band is not None}
    return {**{n: box.grown(-4) for n, box in placed.grounds.items()}, **beside}


def _grounds(planned: Plan, placed: Layout) -> list[Element]:
    """Draw the hatched grounds."""
    found = []
    for number, box in _regions(planned, placed).items():
        place = planned.places[number]
        shapes = (Rect(box, "band", 10), hatched(box.grown(-4), "hatch"))
        on = ((_entered(planned, place.region, place.first.birth), None),)
        found.append(Element("band", on, shapes))
    return found


def _titles(planned: Plan, placed: Layout) -> list[Element]:
    """Write on the border of the grounds, on plates that edges pass under."""
    found = []
    routes = [*placed.routes.values(), *memory.brackets(planned, placed)]
    for number, box in _regions(planned, placed).items():
        place = planned.places[number]
        said = region_title(place)
        inside = Box(0, box.y + 7, width(said, SMALL) + 12, 18)
        beside = placed.frames[number].band is not None
        plates = [inside] if beside else [inside.moved(0, -16), inside]
        plates += [] if beside else [inside.moved(0, box.h - 16)]
        plate = plate_on(box, plates, routes)
        shapes = (
            Rect(plate, "bgr", 4),
            Text(plate.middle[0], plate.y + 13, said, "t s", "middle"),
        )
        on = ((_entered(planned, place.region, place.first.birth), None),)
        found.append(Element("note", on, shapes))
    return found


def _entered(planned: Plan, region: Any, birth: int) -> int:
    """Find the step at which a block first entered a mode; a call's is no news yet."""
    for step in planned.past.steps[:birth]:
        block = step.kind == "mode" and step.level == "statement"
        if block and any((m.name, m.line) == region for m in step.modes):
            return step.index
    return birth


def _shown(planned: Plan, place: Place) -> int:
    """Say when a place, or the hatched ground that it stands on, is first seen."""
    birth = place.first.birth
    return _entered(planned, place.region, birth) if place.region else birth


def _first_words(planned: Plan, placed: Layout) -> list[Element]:
    first = min(_shown(planned, p) for p in planned.places)
    if not first:
        return []
    x, y = max(LEAST, placed.w + 2 * MARGIN) / 2, placed.h / 2 + 4 + MARGIN
    text = Text(x, y, "no tensors yet", "t s", "middle")
    return [Element("note", ((0, first),), (text,))]


def _empty(trace: Trace, chosen: View) -> Scene:
    said = (
        "no tensors here"
        if trace.title == "snapshot"
        else "this program made no tensors"
    )
    said = said if chosen.whole else "nothing to show of what was chosen"
    text = Text(LEAST / 2, 64, said, "t s", "middle")
    return Scene(LEAST, 120, (Element("note", ((0, None),), (text,)),))
