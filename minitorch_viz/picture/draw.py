"""A place's occupants as elements: cards, slots, pills, numbers, saved tags, badges."""

from __future__ import annotations

from . import heat, words
from .curves import head, line
from .events import Events, span
from .frames import STOP, Frame, fn_name, name_room, segment, value_room
from .measure import elide, width
from .places import Occupant, Place, Plan
from .shapes import Box, Element, Path, Rect, Shape, Span, Text
from .style import SIZE, SMALL, TINY
from .tags import tags


def occupant(
    plan: Plan, place: Place, one: Occupant, frame: Frame, seen: Events
) -> list[Element]:
    """Draw one block at its place."""
    if place.kind == "stub":
        return _stub(plan, one, frame)
    found = []
    for k in range(len(one.block.outputs)):
        found += _card(plan, place, one, k, frame, seen)
    if frame.pill is not None:
        found += _pill(plan, place, one, frame, seen)
        found += _number(one, frame)
        found += tags(plan, one, frame, seen)
    return found


def _stub(plan: Plan, one: Occupant, frame: Frame) -> list[Element]:
    box = frame.cards[0]
    said, look = words.stub(plan, one)
    name = tuple((s, elide(t, box.w - 16, SIZE, mono=True, bold=True)) for s, t in said)
    style = {"operation": "op", "tensor": "box thin"}.get(look, f"box {look} thin")
    shapes = (
        Rect(box, style, 0 if look == "leaf" else 9),
        Text(box.middle[0], box.middle[1] + 4, name, "t m b", "middle"),
    )
    of = one.block.outputs or ((one.block.node,) if one.block.node else ())
    return [Element(look, span(one, one.start), shapes, of)]


def badge(
    x: float, y: float, said: str, steps: tuple[int, ...], of: tuple[str, ...]
) -> Element:
    """Draw a badge: shown only while one of its steps is what just happened.

    >>> badge(0, 9, "new", (3,), ("t0",)).marks
    {'new': (3,)}
    """
    wide = 14 + width(said, TINY, bold=True)
    box = Box(x, y - 9, wide, 18)
    shapes = (
        Rect(box, "badge", 4),
        Text(box.middle[0], y + 4, said, "t badge-t", "middle"),
    )
    on = tuple((s, None) for s in steps[:1])
    return Element("badge", on, shapes, of, {"new": steps})


def _card(
    plan: Plan, place: Place, one: Occupant, output: int, frame: Frame, seen: Events
) -> list[Element]:
    said, box = words.card(plan, one, output), frame.cards[output]
    id = one.block.outputs[output]
    if place.kind == "operation" and one.block.operation and not said.name:
        return []
    gone = span(one, said.gone) if said.gone is not None else ()
    mapped = frame.maps[output]
    found = [
        _face(one, output, said, box, mapped, look, on)
        for look, on in _looks(one, said)
    ]
    found = [
        Element(
            e.kind, e.on, e.shapes, e.of, {**e.marks, "gone": gone, "bad": seen.bad(id)}
        )
        for e in found
    ]
    found += heat.maps(plan, one, output, box, mapped)
    found += _slot(one, said, frame, output, id, gone)
    found += _sink(plan, one, frame, output, id, seen)
    if frame.pill is not None and place.host is not None:
        found.append(_step_across(one, frame.pill, box, gone))
    elif frame.pill is not None:
        top = (box.middle[0], frame.pill.bottom)
        found.append(_stem(place, one, top, (box.middle[0], box.y), gone))
    found.append(badge(box.x + 10, box.y - 3, "new", (one.start,), (id,)))
    found += [
        _cross(box, id, on) for s, end in seen.bad(id) for on in [span(one, s, end)]
    ]
    return found


def _cross(box: Box, id: str, on: tuple[Span, ...]) -> Element:
    """Mark the corner of a card that an error is about."""
    shapes = (
        Rect(Box(box.x - 9, box.y - 9, 18, 18), "badbox", 9),
        Text(box.x, box.y + 4, "✕", "t badge-t", "middle"),
    )
    return Element("note", on, shapes, (id,))


def _looks(one: Occupant, said: words.CardWords) -> list[tuple[str, tuple[Span, ...]]]:
    runs = []
    for k, (step, look) in enumerate(said.look):
        end = said.look[k + 1][0] if k + 1 < len(said.look) else None
        runs.append((look, span(one, step, end)))
    return [run for run in runs if run[1]]


def _face(
    one: Occupant,
    output: int,
    said: words.CardWords,
    box: Box,
    mapped: float,
    look: str,
    on: tuple[Span, ...],
) -> Element:
    text = Box(box.x, box.y, box.w - mapped, box.h)
    room = name_room(said, text)
    name = tuple((s, elide(t, room, SIZE, mono=True, bold=True)) for s, t in said.name)
    value = tuple(
        (s, elide(t, value_room(said, text), SIZE, mono=True)) for s, t in said.value
    )
    note = tuple((s, elide(t, text.w - 20, SMALL)) for s, t in said.note)
    shapes = (
        Rect(
            box,
            "box" if look == "tensor" else f"box {look}",
            0 if look == "leaf" else 9,
        ),
        Text(box.x + 12, box.y + 20, name, "t m b"),
        Text(text.right - 12, box.y + 20, value, "t m", "end"),
        Text(box.x + 12, box.y + 37, note, "t s"),
    )
    kind = look
    changed = tuple(s for s, _ in (*said.value, *said.look) if s != one.start)
    new = (one.start, *sorted(set(changed)))
    return Element(kind, on, shapes, (one.block.outputs[output],), {"new": new})


def _slot(
    one: Occupant,
    said: words.CardWords,
    frame: Frame,
    output: int,
    id: str,
    gone: tuple[Span, ...],
) -> list[Element]:
    box, found = frame.slots[output], []
    if box is None:
        return []
    for k, (step, text) in enumerate(said.grad):
        end = said.grad[k + 1][0] if k + 1 < len(said.grad) else None
        on = span(one, step, end)
        if not text or not on:
            continue
        value = elide(text, box.w - 64, SIZE, mono=True, bold=True)
        style = "t m" if text == "None" else "t m b"
        shapes = (
            Rect(box, "slot", 0),
            Text(box.x + 12, box.y + 16, "grad", "t s"),
            Text(box.right - 12, box.y + 16, value, style, "end"),
        )
        marks = {"new": (max(step, one.start),), "gone": gone}
        found.append(Element("leaf", on, shapes, (id,), marks))
    return found


def _sink(
    plan: Plan, one: Occupant, frame: Frame, output: int, id: str, seen: Events
) -> list[Element]:
    box, found = frame.sinks[output], []
    if box is None:
        return []
    held = frame.slots[output] or frame.cards[output]
    tie = line((box.right, box.middle[1]), (held.x, box.middle[1]))
    nodes = plan.sinks.get(id, ())
    births = [plan.past.nodes[node][0][0] for node in nodes]
    for node, born, after in zip(nodes, births, [*births[1:], None], strict=False):
        # It goes with its graph, but what it brought stays: it is faded, not wiped.
        on = span(one, born, after)
        if not on:
            continue
        shapes: tuple[Shape, ...] = (
            Path(tie, "line dotted"),
            Rect(box, "op", box.h / 2),
            Text(
                box.middle[0], box.middle[1] + 4, "AccumulateGrad", "t m fn", "middle"
            ),
        )
        marks = {
            "new": (on[0][0],),
            "hot": seen.hot(node),
            "bad": seen.bad(node),
            "gone": _sunk(plan, one, node, after, seen),
        }
        found.append(Element("accumulate", on, shapes, (node, id), marks))
        # Over the sink of what stands beside its source an arrow comes in.
        beside = plan.places[one.place].host is not None
        y = box.bottom + 3 if beside else box.y - 3
        found.append(badge(box.x + 10, y, "new", (on[0][0],), (node,)))
        found += [
            Element("gradient", during, arrow, (node, id), {"new": (s,)})
            for s in seen.ran.get(node, ())
            for during in [span(one, s, seen.next_walk(s, after))]
            for arrow in [_deliver(box, held)]
        ]
    return found


def _sunk(
    plan: Plan, one: Occupant, node: str, after: int | None, seen: Events
) -> tuple[Span, ...]:
    """List when a leaf's sink is gone: not yet at the step at which it runs."""
    died = plan.past.died.get(node)
    if died is None:
        return ()
    return span(one, died + (died in seen.ran.get(node, ())), after)


def _deliver(box: Box, held: Box) -> tuple[Shape, ...]:
    y = box.middle[1]
    return (
        Path(line((box.right, y), (held.x - 8, y)), "grd"),
        Path(head((held.x - 1, y), (1, 0), 11), "head-grad"),
    )


def _step_across(one: Occupant, pill: Box, box: Box, gone: tuple[Span, ...]) -> Element:
    """Lead from a ghost beside its host to its card."""
    y = pill.middle[1]
    shapes = (
        Path(line((pill.right, y), (box.x - 7, y)), "unrec"),
        Path(head((box.x - 1, y), (1, 0)), "head-unrec"),
    )
    return Element("edge", span(one, one.start), shapes, (), {"gone": gone})


def _stem(
    place: Place,
    one: Occupant,
    start: tuple[float, float],
    end: tuple[float, float],
    gone: tuple[Span, ...],
) -> Element:
    style = "unrec" if place.kind == "ghost" else "line"
    marks = {"gone": gone if place.kind == "ghost" else ()}
    return Element(
        "edge", span(one, one.start), (Path(line(start, end), style),), (), marks
    )


def _pill(
    plan: Plan, place: Place, one: Occupant, frame: Frame, seen: Events
) -> list[Element]:
    box, block = frame.pill, one.block
    assert box is not None
    ids = tuple(i for i in (block.node, block.operation and block.operation.id) if i)
    died = plan.past.died.get(block.node or "")
    marks = {
        "new": (one.start,),
        "hot": seen.hot(block.node),
        "bad": seen.bad(block.node),
        "gone": span(one, died) if died is not None else (),
    }
    kind = "ghost" if place.kind == "ghost" else "operation"
    draw = _ghost_words if kind == "ghost" else _recorded_words
    shapes = draw(plan, place, one, box)
    found = [Element(kind, span(one, one.start), shapes, ids, marks)]
    found += _hooks(plan, one, box)
    found += _stop(plan, one, box, seen)
    if place.kind in ("ghost", "node") or not frame.cards:
        found.append(badge(box.x + 10, box.y - 3, "new", (one.start,), ids))
    return found


def _hooks(plan: Plan, one: Occupant, box: Box) -> list[Element]:
    """Tag a node that hooks wait at."""
    node = one.block.node
    states = plan.past.nodes[node] if node is not None else []
    said = words.spoken((s, _count(state.hooks)) for s, state in states)
    start = next((s for s, text in said if text), None)
    if node is None or start is None:
        return []
    wide = max(width(t, SMALL) for _, t in said) + 12
    tag = Box(box.right - 10 - wide, box.y - 13, wide, 17)
    shapes = (
        Rect(tag, "num", 4),
        Text(tag.middle[0], tag.y + 13, said, "t s", "middle"),
    )
    on = span(one, start, next((s for s, t in said if s > start and not t), None))
    return [Element("hook", on, shapes, (node,), {"new": (start,)})]


def _count(hooks: int) -> str:
    return "" if not hooks else "hook" if hooks == 1 else f"{hooks} hooks"


def _stop(plan: Plan, one: Occupant, box: Box, seen: Events) -> list[Element]:
    """Say beside a refused node that the walk stops, and what that leaves undone."""
    node = one.block.node
    if node is None or node not in seen.refused:
        return []
    step, end = seen.refused[node][0]
    x, y = box.x - 26, box.middle[1]
    name, stays = words.unreached(plan, node, step)
    name = elide(name, STOP - 34 - width(stays, SMALL), SMALL) if name else ""
    shapes = (
        Text(x, y - 3, "stops here:", "t s bad-t", "end"),
        Text(x, y + 12, name + stays, "t s", "end"),
    )
    return [Element("note", span(one, step, end), shapes, (node,))]


def _ghost_words(
    plan: Plan, place: Place, one: Occupant, box: Box
) -> tuple[Shape, ...]:
    state, (x, y) = one.block.operation, box.middle
    assert state is not None
    title = elide(words.ghost_title(state), box.w - 16, SIZE)
    reason = elide(words.reason(state), box.w - 16, SMALL)
    return (
        Rect(box, "ghost", 14),
        Text(x, y - 3, title, "t", "middle"),
        Text(x, y + 12, reason, "t s", "middle"),
    )


def _recorded_words(
    plan: Plan, place: Place, one: Occupant, box: Box
) -> tuple[Shape, ...]:
    state, part, y = one.block.operation, segment(place), box.middle[1]
    room = box.w - part - 16
    name = elide(fn_name(plan, one), room, SIZE, mono=True, bold=True)
    middle = box.x + part + (box.w - part) / 2 - (2 if part else 0)
    shapes: tuple[Shape, ...] = (Rect(box, "op", box.h / 2),)
    if state is not None and part:
        x = box.x + part
        said = elide(state.name, part - 8, SMALL, mono=True)
        shapes += (
            Path(line((x, box.y + 1), (x, box.bottom - 1)), "sep"),
            Text(box.x + part / 2 + 2, y + 4, said, "t s m seg", "middle"),
        )
    return (*shapes, Text(middle, y + 4, name, "t m fn", "middle"))


def _number(one: Occupant, frame: Frame) -> list[Element]:
    state, box, pill = one.block.operation, frame.number, frame.pill
    said = words.operands(state) if state is not None else ""
    if box is None or pill is None or not said:
        return []
    ghost = one.block.kind == "ghost"
    if box.bottom < pill.y:
        x = box.middle[0]
        way = line((x, box.bottom), (x, pill.y - 6))
        tip, towards = (x, pill.y - 1), (0.0, 1.0)
    elif box.y > pill.bottom:
        x = box.middle[0]
        way, tip, towards = (
            line((x, box.y), (x, pill.bottom + 6)),
            (x, pill.bottom + 1),
            (0.0, -1.0),
        )
    else:
        y = box.middle[1]
        way, tip, towards = (
            line((box.x, y), (pill.right + 6, y)),
            (pill.right + 1, y),
            (-1.0, 0.0),
        )
    colour = "unrec" if ghost else "grey"
    shapes = (
        Path(way, colour),
        Path(head(tip, towards, 9), f"head-{colour}"),
        Rect(box, "num-ghost" if ghost else "num", box.h / 2),
        Text(
            box.middle[0],
            box.middle[1] + 4,
            elide(said, box.w - 8, SIZE, mono=True),
            "t m",
            "middle",
        ),
    )
    of = (state.id,) if state is not None else ()
    return [Element("number", span(one, one.start), shapes, of)]
