"""Groups of boxes and links as DOT: fixed sizes and ports, so no font matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .frames import Frame, region_title
from .groups import Group
from .measure import width
from .places import Link, Plan
from .style import SMALL

#: Between rows without and with something written beside the edges; groups bring more.
ROWS, ROWS_WRITTEN, COLUMNS = 12.0, 14.0, 12.0
#: Of more links `dot` sets nodes less exactly below one another: it takes many seconds.
MANY = 150
#: So many (each link's rows, cubed) take `dot` a second to lead curves round boxes.
TANGLE = 400_000
#: Between what is written beside two links that run side by side.
APART = 6.0


@dataclass(frozen=True, slots=True)
class Wire:
    """A link that the layout routes; `room` is what is written beside it.

    `lane` says what runs beside it: a gradient on its left (-1), a write on its right
    (1); `cut` that it is struck through.

    >>> Wire(0).ranked
    True
    """

    link: int
    room: tuple[float, float] | None = None
    weight: int = 1
    ranked: bool = True
    lane: int = 0
    cut: bool = False


def tangled(plan: Plan, groups: list[Group], wires: list[Wire]) -> bool:
    """Say whether many links pass so many rows that curves would take `dot` long.

    >>> from .history import History
    >>> from .seating import plan
    >>> tangled(plan(History(())), [], [])
    False
    """
    home = {p: g.place for g in groups for p in g.frames()}
    links = (plan.links[wire.link] for wire in wires)
    ends = sorted({(home[k.source], home[k.target]) for k in links}, reverse=True)
    over: dict[int, int] = {}
    for source, target in ends:
        if source < target:
            over[source] = max(over.get(source, 0), over.get(target, 0) + 1)
    passed = (over[a] - over.get(b, 0) for a, b in ends if a < b)
    return sum(rows**3 for rows in passed) > TANGLE


def table(size: tuple[float, float], rows: tuple[list[tuple[str, float]], ...]) -> str:
    """Write a node of a fixed size with ports at these distances from its left edge.

    >>> table((20, 10), ([], [("o", 10.0)])).count("PORT")
    1
    """
    w, h = size
    cells = [_row(w, ports) for ports in rows]
    middle = _cell(w, h - 2 * len(cells))
    plain = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
    top, bottom = cells
    body = "".join(f"<TR>{c}</TR>" for c in (top, middle, bottom))
    return f"<<TABLE {plain}>{body}</TABLE>>"


def _cell(w: float, h: float, port: str = "") -> str:
    name = f'PORT="{port}" ' if port else ""
    return f'<TD {name}FIXEDSIZE="TRUE" WIDTH="{w:.0f}" HEIGHT="{h:.0f}"></TD>'


def _row(w: float, ports: list[tuple[str, float]]) -> str:
    if not ports:
        return _cell(w, 2)
    plain = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
    cells, x = "", 0.0
    for name, at in sorted(ports, key=lambda p: p[1]):
        left = round(at) - 1
        if left > x:
            cells += _cell(left - x, 2)
        cells += _cell(2, 2, name)
        x = left + 2
    if w > x:
        cells += _cell(w - x, 2)
    return f"<TD><TABLE {plain}><TR>{cells}</TR></TABLE></TD>"


def inlet(place: int, number: int | None = None) -> str:
    """Name the port of a place's inputs, or of one that comes in from the side.

    >>> inlet(3), inlet(3, 0)
    ('i3', 'i3_0')
    """
    return f"i{place}" if number is None else f"i{place}_{number}"


def outlet(place: int, link: Link) -> str:
    """Name the port that a link leaves a place by.

    >>> outlet(3, Link(3, None, False, 4, 0, ()))
    'o3_p'
    """
    end = "s" if link.slot else "p" if link.output is None else str(link.output)
    return f"o{place}_{end}"


def write(
    plan: Plan,
    groups: list[Group],
    wires: list[Wire],
    stacked: Sequence[tuple[int, int]] = (),
    *,
    lines: bool = False,
) -> str:
    """Write the graph that `dot` lays out: the picture's mirror image.

    `dot` keeps room for an edge's label on its right; here gradients run on the left.
    `stacked` lists places that must stand one above the other. With `lines` no curves
    are asked for, and each link has a label, if an empty one: it tells where it runs.

    >>> from .seating import plan
    >>> from .history import History
    >>> "rankdir=TB" in write(plan(History(())), [], [])
    True
    """
    import graphviz

    written = lines or any(wire.room for wire in wires)
    graph = graphviz.Digraph(
        graph_attr={
            "rankdir": "TB",
            "nodesep": f"{COLUMNS / 72:.4f}",
            "ranksep": f"{(ROWS_WRITTEN if written else ROWS) / 72:.4f}",
            "margin": "0",
            "pad": "0",
            **({"nslimit": "1"} if len(wires) > MANY else {}),
            **({"splines": "line"} if lines else {}),
        },
        node_attr={"shape": "plain"},
        edge_attr={"dir": "none"},
    )
    home = {p: g for g in groups for p in g.frames()}
    _nodes(graph, plan, groups)
    for wire in reversed(wires):
        link = plan.links[wire.link]
        group = home[link.target]
        door, _ = _door(group.frames()[link.target], link)
        head = f"g{group.place}:{door}:n"
        tail = f"g{home[link.source].place}:{outlet(link.source, link)}:s"
        extra = {"label": _room(*_side_by_side(plan, wire))} if wire.room else {}
        if lines and not wire.room and wire.ranked and link.source < link.target:
            extra = {"label": _room(2, 2)}
        if not wire.ranked:
            extra["constraint"] = "false"
        graph.edge(tail, head, id=f"w{wire.link}", weight=str(wire.weight), **extra)
    for above, below in plan.above.items():
        if above in home:
            ends = f"g{home[above].place}", f"g{home[below].place}"
            graph.edge(*ends, style="invis", weight="2")
    for above, below in stacked:
        graph.edge(f"g{above}", f"g{below}", style="invis", weight="0")
    return str(graph.source)


def _nodes(graph: object, plan: Plan, groups: list[Group]) -> None:
    regions: dict[object, list[Group]] = {}
    for group in groups:
        regions.setdefault(plan.places[group.place].region, []).append(group)
    # In the mirror what is named last stands on the left: that which ran first. What is
    # in a ground, ghosts, is named first and stands on the right.
    for number, (region, members) in enumerate(
        sorted(regions.items(), key=lambda r: r[0] is None)
    ):
        if region is None:
            for group in reversed(members):
                _node(graph, plan, group)
            continue
        with graph.subgraph(name=f"cluster_{number}") as inner:  # type: ignore[attr-defined]
            title = region_title(plan.places[members[0].place])
            # Wide enough for its title beside what comes into the middle of it.
            wide = 2 * (width(title, SMALL) + 28)
            inner.attr(
                id=f"r{members[0].place}",
                label=_room(wide, 18),
                margin="12",
            )
            for group in reversed(members):
                _node(inner, plan, group)


def _node(graph: object, plan: Plan, group: Group) -> None:
    tops: list[tuple[str, float]] = []
    bottoms: dict[str, float] = {}
    for place, frame in group.frames().items():
        tops += _tops(plan, place, group)
        for link in plan.leaving.get(place, ()):
            x = frame.outlet(link.output)[0]
            bottoms[outlet(place, link)] = group.size.w - x
    label = table((group.size.w, group.size.h), (tops, _apart(bottoms)))
    graph.node(f"g{group.place}", label=label, id=f"g{group.place}")  # type: ignore[attr-defined]


def _tops(plan: Plan, place: int, group: Group) -> list[tuple[str, float]]:
    """Place the ports above a place."""
    frames = group.frames()
    links = [plan.links[k] for k in plan.entering.get(place, ())]
    doors = {_door(frames[place], k) for k in links if k.source not in frames}
    return sorted((name, group.size.w - x) for name, x in doors)


def _door(frame: Frame, link: Link) -> tuple[str, float]:
    """Return the port that a link enters by: where in a pill is settled later."""
    box = frame.pill or frame.cards[0]
    x = frame.inlets[link.inlet] if frame.inlets else box.middle[0]
    if x > box.right:
        return inlet(link.target, link.inlet), x
    return inlet(link.target), box.middle[0]


def _apart(ports: dict[str, float]) -> list[tuple[str, float]]:
    """Keep ports that would fall on one another 2 apart."""
    found: list[tuple[str, float]] = []
    for name, x in sorted(ports.items(), key=lambda p: (p[1], p[0])):
        found.append((name, max(x, found[-1][1] + 2) if found else x))
    return found


def _side_by_side(plan: Plan, wire: Wire) -> tuple[float, float]:
    """Return the room for what is written beside all links that run like this one."""
    assert wire.room is not None
    count, (wide, high) = len(plan.twins[wire.link]), wire.room
    return count * wide + (count - 1) * APART, high


def _room(w: float, h: float) -> str:
    plain = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
    return f"<<TABLE {plain}><TR>{_cell(w, h)}</TR></TABLE>>"
