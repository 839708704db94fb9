"""The version ruler: who saved which version, which line wrote, what backward found."""

from __future__ import annotations

from dataclasses import dataclass

from ..trace.model import ErrorState
from . import words
from .curves import head, line
from .measure import elide, width
from .memory import changes
from .places import Plan
from .shapes import Box, Element, Path, Rect, Text
from .style import SIZE, SMALL

HEIGHT, STOPS, RULERS, EDGE = 104.0, 5, 2, 128.0
#: A ruler is as wide as this, and wider where its stops would be closer than that.
USUAL, APART = 720.0, 230.0


@dataclass(frozen=True, slots=True)
class Written:
    """One version counter: the tensors that share it, and when it rose.

    >>> Written(("t0",), ((4, 0, 1),), 1).born
    1
    """

    tensors: tuple[str, ...]
    rises: tuple[tuple[int, int, int], ...]
    born: int


def rulers(plan: Plan, wide: float, top: float) -> tuple[list[Element], float]:
    """Draw a ruler for each storage that is written in place; return the new bottom.

    >>> from .history import History
    >>> from .seating import plan
    >>> rulers(plan(History(())), 560, 40)
    ([], 40)
    """
    found: list[Element] = []
    listed = _ranked(plan, written(plan))
    for counter in listed[:RULERS]:
        found += _ruler(plan, counter, wide, top)
        top += HEIGHT
    if len(listed) > RULERS:
        more = len(listed) - RULERS
        said = f"{more} more tensor{'s' * (more > 1)} written in place"
        on = ((listed[RULERS].rises[0][0], None),)
        found.append(
            Element(
                "note",
                on,
                (Text((wide - min(wide, USUAL)) / 2 + 12, top + 4, said, "t s"),),
            )
        )
        top += 20
    return found, top


def written(plan: Plan) -> list[Written]:
    """List the version counters that rise, tensors that share one together.

    >>> from .history import History
    >>> from .seating import plan
    >>> written(plan(History(())))
    []
    """
    groups: dict[object, list[str]] = {}
    shown = frozenset(plan.tensors)
    for id, states in plan.past.tensors.items():
        rises = tuple(changes(plan, id)) if id in shown else ()
        if rises and id not in plan.past.grads:
            groups.setdefault((states[-1][1].storage, rises[-1]), []).append(id)
    found = []
    for ids in groups.values():
        oldest = max(ids, key=lambda one: len(changes(plan, one)))
        born = plan.past.tensors[oldest][0][0]
        found.append(Written(tuple(ids), tuple(changes(plan, oldest)), born))
    return found


def _ranked(plan: Plan, found: list[Written]) -> list[Written]:
    """Put what an error is about first, then what some node saves.

    What is neither saved, nor has a card here, needs no ruler here: an optimizer's
    state through the lens of autograd.
    """
    if not found:
        return found
    error = _error(plan)
    cards = {
        id
        for place in plan.places
        for one in place.occupants
        for id in one.block.outputs
    }
    kept = {
        saved.tensor
        for states in plan.past.nodes.values()
        for _, node in states
        for saved in node.saved
    }

    def rank(counter: Written) -> tuple[bool, bool]:
        about = error is not None and error[1].culprit_tensor in counter.tensors
        return not about, not kept & set(counter.tensors)

    told = [each for each in found if (cards | kept).intersection(each.tensors)]
    return sorted(told, key=rank)


def _error(plan: Plan) -> tuple[int, ErrorState] | None:
    for step in plan.past.steps:
        if step.error is not None and step.error.kind == "modified":
            return step.index, step.error
    return None


def _ruler(plan: Plan, counter: Written, wide: float, top: float) -> list[Element]:
    on = ((counter.born, None),)
    name = words.names_of(plan, counter.tensors)
    title = elide(f"versions of {name}", wide - 40, SMALL, bold=True)
    first = counter.rises[0][1]
    levels = [(counter.born, first), *((s, after) for s, _, after in counter.rises)]
    stops = _stops(wide, min(STOPS, len(levels)))
    shapes = (
        Path(line((12, top), (wide - 12, top)), "rule"),
        Text(stops[0] - EDGE + 12, top + 18, title, "t s b"),
    )
    found = [Element("ruler", on, shapes, counter.tensors)]
    for number, (start, _) in enumerate(levels):
        end = levels[number + 1][0] if number + 1 < len(levels) else plan.past.length
        shown = levels[max(0, number - STOPS + 1) : number + 1]
        found += _moment(plan, counter, shown, stops, (start, end), top + 50)
    return found


def _stops(wide: float, count: int) -> list[float]:
    """Spread the stops, in the middle of a wide picture."""
    room = min(wide, max(USUAL, 2 * EDGE + APART * (count - 1)))
    left, step = (wide - room) / 2 + EDGE, (room - 2 * EDGE) / max(1, count - 1)
    return [left + k * step for k in range(count)]


def _moment(
    plan: Plan,
    counter: Written,
    shown: list[tuple[int, int]],
    stops: list[float],
    during: tuple[int, int],
    y: float,
) -> list[Element]:
    """Draw the ruler as it is while one version is the newest."""
    start, end = during
    last = None if end >= plan.past.length else end
    on = ((start, last),)
    gap = stops[1] - stops[0] if len(stops) > 1 else 300.0
    found = []
    for k, (step, version) in enumerate(shown):
        newest = k + 1 == len(shown)
        x = stops[k]
        shapes = (
            Rect(Box(x - 7, y - 7, 14, 14), "now" if newest else "dot", 7),
            Text(x, y - 15, f"v{version}", "t m b", "middle"),
        )
        marks = {"new": (start,)} if newest else {}
        found.append(Element("ruler", on, shapes, counter.tensors, marks))
        found += _below(plan, counter, version, newest, (x, y), gap, during)
        if k:
            found.append(_wrote(plan, step, (stops[k - 1], x), y, on))
    return found


def _wrote(
    plan: Plan,
    step: int,
    ends: tuple[float, float],
    y: float,
    on: tuple[tuple[int, int | None], ...],
) -> Element:
    a, b = ends
    said = _writer(plan, step, b - a - 24)
    shapes = (
        Path(line((a + 8, y), (b - 16, y)), "time"),
        Path(head((b - 9, y), (1, 0)), "head-ink"),
        Text((a + b) / 2, y - 9, said, "t", "middle"),
    )
    return Element("ruler", on, shapes)


def _writer(plan: Plan, step: int, room: float) -> str:
    """Say which line wrote, with the line itself where there is room."""
    site = plan.past.steps[step].site
    if site is None:
        return "written"
    lines = plan.source.splitlines()
    code = " ".join(lines[site.line - 1].split()) if site.line <= len(lines) else ""
    short = f"line {site.line}"
    for said in (f"{short} wrote: {code}", f"{short} wrote"):
        if width(said, SIZE) <= room:
            return said
    if room > 170:
        return elide(f"{short} wrote: {code}", room, SIZE)
    return short if width(short, SIZE) <= room else ""


def _below(
    plan: Plan,
    counter: Written,
    version: int,
    newest: bool,
    at: tuple[float, float],
    gap: float,
    during: tuple[int, int],
) -> list[Element]:
    """Say under a stop who saved this version, and at an error who needs it."""
    (x, y), room = at, min(gap - 8, 2 * EDGE - 16)
    start, end = during
    error = _error(plan)
    about = error is not None and error[1].culprit_tensor in counter.tensors
    stop = error[0] if about and error is not None and start <= error[0] < end else end
    found = []
    one, two = [], []
    kept = keeps(plan, counter, version)
    edges = (int(t) for k in kept for t in k[:2] if start < t < stop)
    turns = {start, *edges}
    for step in sorted(turns) if stop > start else ():
        a, b = _keepers(plan, [k[2] for k in kept if k[0] <= step < k[1]])
        one.append((step, " · ".join(t for t in ("now" if newest else "", a) if t)))
        two.append((step, b))
    last = None if stop >= plan.past.length else stop
    if one:
        found.append(_lines(x, y, one, two, room, (start, last), "t s"))
    if stop < end and error is not None:
        found += _refusal(
            plan,
            error[1],
            version,
            newest,
            at,
            room,
            (stop, None if end >= plan.past.length else end),
        )
    return found


def _lines(
    x: float,
    y: float,
    one: list[tuple[int, str]],
    two: list[tuple[int, str]],
    room: float,
    on: tuple[int, int | None],
    style: str,
) -> Element:
    bold = " bad-t" in style
    a = tuple((s, elide(t, room, SMALL, bold=bold)) for s, t in words.spoken(one))
    b = tuple((s, elide(t, room, SMALL)) for s, t in words.spoken(two))
    shapes = (Text(x, y + 24, a, style, "middle"), Text(x, y + 39, b, "t s", "middle"))
    return Element("ruler", (on,), shapes)


def keeps(plan: Plan, counter: Written, version: int) -> list[tuple[int, float, str]]:
    """List who saves this version: from which step, until which, and the node."""
    found = []
    for id, states in plan.past.nodes.items():
        for saved in states[0][1].saved:
            if saved.tensor in counter.tensors and saved.version == version:
                freed = [
                    s
                    for s, n in states
                    for t in n.saved
                    if t.field == saved.field and t.freed
                ]
                died = plan.past.died.get(id, float("inf"))
                found.append((states[0][0], min([died, *freed]), id))
    return found


def _keepers(plan: Plan, kept: list[str]) -> tuple[str, str]:
    """Name the nodes that keep a version: who, and on which line."""
    if not kept:
        return "", ""
    names = list(dict.fromkeys(plan.past.nodes[id][0][1].name for id in kept))
    said = f"saved by {names[0]}" + (
        f" and {len(names) - 1} more" if len(names) > 1 else ""
    )
    site = plan.past.steps[plan.past.nodes[kept[0]][0][0]].site
    times = {1: "", 2: ", twice"}.get(len(kept), f", {len(kept)} times")
    where = (
        f"on line {site.line}{times}" if site is not None and len(names) == 1 else ""
    )
    return said, where


def _refusal(
    plan: Plan,
    error: ErrorState,
    version: int,
    newest: bool,
    at: tuple[float, float],
    room: float,
    on: tuple[int, int | None],
) -> list[Element]:
    x, y = at
    node = (
        plan.past.node(error.culprit_node, on[0])
        if error.culprit_node in plan.past.nodes
        else None
    )
    saved = (
        next((s for s in node.saved if s.field == error.culprit_field), None)
        if node
        else None
    )
    if node is None or saved is None:
        return []
    if saved.version == version:
        line_ = f"saved on line {error.saved_line}" if error.saved_line else ""
        said = f"needed by {node.name}"
        found = [_lines(x, y, [(on[0], said)], [(on[0], line_)], room, on, "t s bad-t")]
        if room >= 200:
            sign = Rect(Box(x + room / 2 - 11, y + 9, 30, 30), "badbox", 15)
            text = Text(x + room / 2 + 4, y + 31, "≠", "t ne", "middle")
            found.append(Element("ruler", (on,), (sign, text)))
        return found
    if not newest:
        return []
    where = f"on line {error.site.line}" if error.site else ""
    return [_lines(x, y, [(on[0], "found")], [(on[0], where)], room, on, "t s bad-t")]
