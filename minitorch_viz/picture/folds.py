"""What a large picture folds: calls, loops, turns, and stretches of what is left."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from .measure import elide
from .parts import Part, Way, ways
from .places import Plan
from .style import SIZE
from .words import Spoken, spoken

#: Above so many places a picture folds; then it opens while so many things are seen,
#: and a longer row is cut into stretches.
MANY, SEEN, ROW = 300, 60, 100
#: A part of fewer things isn't worth a fold.
LEAST = 4
WIDEST = 250.0


@dataclass(frozen=True, slots=True)
class Group:
    """What folds into one thing: places by number, and groups in it.

    >>> Group(None, (3, Group(None, (4, 5)))).places
    (3, 4, 5)
    """

    part: Part | None
    items: tuple[int | Group, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """All places in it, at whatever depth."""
        found: list[int] = []
        for item in self.items:
            found += [item] if isinstance(item, int) else item.places
        return tuple(found)


def fold(plan: Plan) -> Group:
    """Fold a plan's places: the group is the whole picture.

    >>> from .history import History
    >>> from .places import plan
    >>> fold(plan(History(()))).items
    ()
    """
    found = ways(plan.past.steps)
    listed = [
        (place.number, found[place.first.birth])
        for place in plan.places
        if place.host is None
    ]
    used: dict[int, set[int]] = {}
    for link in plan.links:
        used.setdefault(link.source, set()).add(plan.home(link.target))
    return _opened(plan, Group(None, _grouped(listed, 0)), used)


def _grouped(listed: Sequence[tuple[int, Way]], depth: int) -> tuple[int | Group, ...]:
    """Gather what lies in the same part; too small parts are their things."""
    rows: dict[Part | int, list[tuple[int, Way]]] = {}
    for number, way in listed:
        rows.setdefault(way[depth] if depth < len(way) else number, []).append(
            (number, way)
        )
    found: list[int | Group] = []
    for part, members in rows.items():
        if isinstance(part, int):
            found.append(part)
            continue
        items = _grouped(members, depth + 1)
        found += items if len(members) < LEAST else [Group(part, items)]
    return tuple(found)


def _opened(plan: Plan, group: Group, used: dict[int, set[int]]) -> Group:
    """Show the group's things, and theirs, as far as there is room for all of them."""
    items = group.items
    while len(opened := _next(items)) <= SEEN or len(items) == 1:
        if opened == items:
            break
        items = opened
    if len(items) > ROW:
        items = _parted(plan, items, used)
    return Group(
        group.part,
        tuple(i if isinstance(i, int) else _opened(plan, i, used) for i in items),
    )


def _next(items: tuple[int | Group, ...]) -> tuple[int | Group, ...]:
    """Open the groups with the fewest things: all turns of a loop, or none of them."""
    alike: dict[Hashable, list[Group]] = {}
    for item in items:
        if isinstance(item, Group):
            part = item.part
            key = (part.kind, part.site) if part is not None else id(item)
            alike.setdefault(key, []).append(item)
    rows = [(sum(len(g.items) for g in groups), groups) for groups in alike.values()]
    chosen = min(rows, key=lambda row: row[0], default=(0, []))[1]
    opens = {id(group) for group in chosen}
    return tuple(
        each
        for item in items
        for each in (
            item.items if isinstance(item, Group) and id(item) in opens else (item,)
        )
    )


def _parted(
    plan: Plan, items: tuple[int | Group, ...], used: dict[int, set[int]]
) -> tuple[int | Group, ...]:
    """Cut a long row of things into stretches; a leaf goes where it is used."""
    leaves = [i for i in items if isinstance(i, int) and plan.places[i].kind == "leaf"]
    row = [i for i in items if i not in set(leaves)]
    per = ceil(len(row) / ceil(sqrt(len(row) or 1)))
    stretches = [list(row[k : k + per]) for k in range(0, len(row), per or 1)]
    where = {
        place: k
        for k, stretch in enumerate(stretches)
        for item in stretch
        for place in ((item,) if isinstance(item, int) else item.places)
    }
    apart: list[int] = []
    for leaf in leaves:
        users = {where.get(user) for user in used.get(leaf, ())}
        home = users.pop() if len(users) == 1 else None
        if home is None:
            apart.append(leaf)
        else:
            stretches[home].insert(0, leaf)
    parted = [Group(None, tuple(s)) for s in stretches if len(s) >= LEAST]
    rest = [i for s in stretches if len(s) < LEAST for i in s]
    if len(apart) > ROW:
        size = ceil(sqrt(len(apart)))
        parts = [tuple(apart[k : k + size]) for k in range(0, len(apart), size)]
        return (*(Group(None, p) for p in parts), *parted, *rest)
    return (*apart, *parted, *rest)


def title(plan: Plan, group: Group, found: Sequence[Way]) -> Spoken:
    """Say what a fold stands for; another turn in its places has another number."""
    part = group.part
    if part is None:
        return ((0, _stretch(plan, group, found)),)
    if part.kind != "turn":
        return ((0, _line(plan, part)),)
    said: dict[int, str] = {}
    for number in group.places:
        for one in plan.places[number].occupants:
            for each in found[one.start]:
                if each.kind == "turn" and each.site == part.site:
                    said.setdefault(one.start, f"turn {each.turn}")
    return spoken(sorted(said.items())) or ((0, f"turn {part.turn}"),)


def _line(plan: Plan, part: Part) -> str:
    lines, site = plan.source.splitlines(), part.site
    if site is None or not 0 < site.line <= len(lines):
        return "what one statement ran"
    text = lines[site.line - 1][site.column :]
    if site.end_line == site.line and part.kind == "call":
        text = text[: site.end_column - site.column]
    text = " ".join(text.split()).removesuffix(":")
    return elide(text, WIDEST, SIZE, mono=True, bold=True) or "what one statement ran"


def _stretch(plan: Plan, group: Group, found: Sequence[Way]) -> str:
    turns: set[int] = set()
    lines: set[int] = set()
    for number in group.places:
        first = plan.places[number].first
        turn = [p.turn for p in found[first.birth] if p.kind == "turn"]
        turns.add(turn[-1] if turn else 0)
        if first.site is not None:
            lines.add(first.site.line)
    if len(lines) > 1:
        return f"lines {min(lines)} to {max(lines)}"
    if turns - {0}:
        return f"turns {min(turns - {0})} to {max(turns)}"
    return f"line {lines.pop()}" if lines else "a part of it"


def contents(plan: Plan, places: Iterable[int]) -> str:
    """Count what a fold holds: `12 operations · 3 leaves`.

    >>> from .history import History
    >>> from .places import plan
    >>> contents(plan(History(())), ())
    ''
    """
    kinds = [plan.places[number].kind for number in places]
    counts = {
        "operation": kinds.count("operation") + kinds.count("node"),
        "ghost": kinds.count("ghost"),
        "leaf": kinds.count("leaf"),
    }
    many = {"leaf": "leaves"}
    return " · ".join(
        f"{n} {name if n == 1 else many.get(name, name + 's')}"
        for name, n in counts.items()
        if n
    )
