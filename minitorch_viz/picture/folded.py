"""A fold in the picture: how large it is, and what it says of what it holds."""

from __future__ import annotations

from .curves import line
from .draw import badge
from .events import Events, span
from .frames import LEAST, Frame
from .measure import width
from .merge import spans
from .places import Occupant, Place, Plan
from .saved import even
from .shapes import Box, Element, Path, Rect, Shape, Span, Text
from .style import SIZE, SMALL

HIGH, BEHIND = 50.0, 4.0
#: How a fold looks of which something was recorded, and one of ghosts alone.
_RECORDED = "op", "t m fn", "t s seg", "fold-sign"
_UNRECORDED = "ghost", "t m b", "t s", "grey"


def frame(plan: Plan, place: Place) -> Frame:
    """Lay out a fold for the longest of its titles."""
    fold = plan.folds[place.number]
    said = [width(t, SIZE, mono=True, bold=True) for _, t in fold.title]
    said += [width(t, SMALL) for _, t in fold.note]
    wide = even(max([LEAST, *said]) + 58)
    # What it goes on from comes in in the middle: a chain of folds runs straight down.
    sources = [plan.places[source.block].kind for source in place.first.sources]
    main = next((k for k, s in enumerate(sources) if s not in ("leaf", "stub")), 0)
    most = max(main, len(sources) - 1 - main, 1)
    step = min(28.0, (wide / 2 - 14) / most)
    inlets = tuple(wide / 2 + step * (k - main) for k in range(len(sources)))
    size = Box(0, 0, wide + 2 * BEHIND, HIGH)
    return Frame(size, Box(0, 0, wide, HIGH), inlets=inlets)


def elements(plan: Plan, place: Place, placed: Frame, seen: Events) -> list[Element]:
    """Draw a fold: as the topmost of a heap, marked whenever something in it is."""
    fold, box, one = plan.folds[place.number], placed.pill, place.occupants[0]
    assert box is not None
    blocks = [o.block for o in fold.occupants]
    nodes = [b.node for b in blocks if b.node]
    nodes += [n for b in blocks for id in b.outputs for n in plan.sinks.get(id, ())]
    starts = tuple(sorted({o.start for o in fold.occupants}))
    ids = [b.operation.id for b in blocks if b.operation is not None]
    of = (*ids, *nodes, *(id for b in blocks for id in b.outputs))
    marks: dict[str, tuple[object, ...]] = {
        "new": starts,
        "hot": spans(s for node in nodes for s in seen.hot(node)),
        "bad": spans(s for id in of for s in seen.bad(id)),
        "gone": _gone(plan, one, fold.occupants),
    }
    kinds = {block.kind for block in blocks}
    recorded = "ghost" not in kinds or bool(kinds - {"ghost", "leaf"})
    card, title, note, sign = _RECORDED if recorded else _UNRECORDED
    shapes: tuple[Shape, ...] = (
        *(Rect(_behind(box, k), card, 9) for k in (2, 1)),
        Rect(box, card, 9),
        Text(box.x + 38, box.y + 21, fold.title, title),
        Text(box.x + 38, box.y + 38, fold.note, note),
    )
    if fold.opens is not None:
        shapes += (Path(_sign(box.x + 20, box.middle[1]), sign),)
    on = span(one, one.start)
    found = Element("fold", on, shapes, tuple(dict.fromkeys(of)), marks, fold.opens)
    return [found, badge(box.x + 10, box.y - 3, "new", starts[:1], ())]


def _behind(box: Box, k: int) -> Box:
    """Return a card of the heap: on the right, where no arrow ends."""
    return Box(box.x + k * BEHIND, box.y + 3 * k, box.w, box.h - 6 * k)


def _sign(x: float, y: float) -> str:
    """Draw a plus: there is more in it."""
    return line((x - 6, y), (x + 6, y)) + line((x, y - 6), (x, y + 6))


def _gone(
    plan: Plan, one: Occupant, occupants: tuple[Occupant, ...]
) -> tuple[Span, ...]:
    """Say from when on nothing of what a fold holds is alive."""
    died = plan.past.died
    held = [id for o in occupants for id in (*o.block.outputs, o.block.node) if id]
    if not held or not all(id in died for id in held):
        return ()
    return span(one, max(died[id] for id in held))
