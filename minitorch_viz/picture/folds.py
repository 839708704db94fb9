"""What a large picture folds: calls, loops, turns, and stretches of what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt

from ..snapshot import CallState
from .idle import idle
from .parts import Part, Way, modules, ways, woven
from .places import Place, Plan
from .seating import CARDS

#: So many things a picture shows whole. Of more the calls of modules fold, and of
#: many all else as well; it opens while so many are seen. A longer row than `ROW` is
#: cut into stretches.
SEEN, MANY, ROW = 30, 300, 100
#: A part of fewer things isn't worth a fold (of a module, one thing).
LEAST = 4


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


def freed(plan: Plan) -> Plan:
    """Let what a call does to things from outside of it stand in the call.

    Unfolded it stands beside them: an optimizer's writes beside the parameters.

    >>> from .history import History
    >>> from .seating import plan
    >>> freed(plan(History(()))).places
    ()
    """
    places = tuple(
        replace(place, host=None) if _is_foreign(plan, place) else place
        for place in plan.places
    )
    return replace(plan, places=places)


def _is_foreign(plan: Plan, place: Place) -> bool:
    """Say whether a place's outermost call has nothing to do with its host."""
    calls = place.first.calls
    if place.host is None or not calls:
        return False
    host = plan.places[place.host]
    if host.kind == "leaf":
        return not owns(calls[0], names_of(plan, host))
    return calls[0] not in host.first.calls


def fold(plan: Plan) -> Group | None:
    """Fold a plan's places: the group is the whole picture. None: all is to be seen.

    >>> from .history import History
    >>> from .seating import plan
    >>> fold(plan(History(()))) is None
    True
    """
    hosts = [place for place in plan.places if place.host is None]
    found = ways(plan.past.steps) if len(hosts) > MANY else None
    few = len(plan.places) <= SEEN
    same = _same(plan)
    within = {p.number: () if few else _way(p, found, same) for p in hosts}
    used: dict[int, set[int]] = {}
    for link in plan.links:
        source, target = plan.home(link.source), plan.home(link.target)
        if source != target:
            used.setdefault(source, set()).add(target)
    for place in hosts:
        if place.kind == "leaf":
            users = [within[user] for user in sorted(used.get(place.number, ()))]
            if not few:
                inner = plan.guests.get(place.number, ())
                users += [_way(plan.places[guest], found, same) for guest in inner]
            if not few and not users:
                within[place.number] = idle(plan, place) or within[place.number]
            owned = (_owned(plan, place, way) for way in users)
            within[place.number] = next(filter(None, owned), within[place.number])
    items = _grouped(plan, list(within.items()), 0)
    if found is None and not any(isinstance(item, Group) for item in items):
        return None
    beside = Counter(place.host for place in plan.places)
    return _opened(plan, Group(None, items), used, beside)


def _way(place: Place, found: Sequence[Way] | None, same: dict[str, CallState]) -> Way:
    """Say in what a place lies: in a picture that isn't large only modules count."""
    block = place.first
    calls = [same.get(call.id, call) for call in block.calls]
    return modules(calls) if found is None else woven(found[block.birth], calls)


def _same(plan: Plan) -> dict[str, CallState]:
    """Say of each call which one stands for it: the first that has places with it.

    What a later turn of a loop does in the places of an earlier one, and what it does
    besides, is one thing.
    """
    found: dict[str, CallState] = {}

    def first(call: CallState) -> CallState:
        while (known := found.get(call.id, call)) is not call:
            call = known
        return call

    for place in plan.places:
        for one in place.occupants:
            for a, b in zip(place.first.calls, one.block.calls, strict=False):
                early, late = sorted((first(a), first(b)), key=lambda c: int(c.id[1:]))
                if early is not late:
                    found[late.id] = early
    return {id: first(call) for id, call in found.items()}


def _owned(plan: Plan, leaf: Place, way: Way) -> Way:
    """Cut the way of what uses a leaf behind the module that owns the leaf."""
    names = names_of(plan, leaf)
    ends = [k for k, part in enumerate(way, 1) if part.call and owns(part.call, names)]
    return way[: ends[-1]] if ends else ()


def names_of(plan: Plan, leaf: Place) -> set[str]:
    """Return all names that the tensors of a leaf's place ever have.

    >>> from .history import History
    >>> from .seating import plan
    >>> names_of(plan(History(())), Place(0, "leaf", ()))
    set()
    """
    ids = [id for one in leaf.occupants for id in one.block.outputs]
    return {n for id in ids for _, state in plan.past.tensors[id] for n in state.names}


def owns(call: CallState, names: Iterable[str]) -> bool:
    """Say whether a name leads through the module that was called.

    >>> owns(CallState("c0", "net[0]"), ["net[0].weight"])
    True
    """
    path = call.path
    return bool(path) and any(
        name.startswith(path) and name[len(path) :][:1] in (".", "[") for name in names
    )


def _grouped(
    plan: Plan, listed: Sequence[tuple[int, Way]], depth: int
) -> tuple[int | Group, ...]:
    """Gather what lies in the same part; too small parts are their things."""
    rows: dict[Part | int, list[tuple[int, Way]]] = {}
    for number, way in listed:
        rows.setdefault(way[depth] if depth < len(way) else number, []).append(
            (number, way)
        )
    found: list[int | Group] = []
    for part, members in rows.items():
        if isinstance(part, int):
            alone = Group(None, (part,))
            found.append(alone if wide(plan, alone) else part)
            continue
        items = _grouped(plan, members, depth + 1)
        least = LEAST if part.call is None else 2
        found += items if len(members) < least else [Group(part, items)]
    return tuple(found)


def wide(plan: Plan, group: Group) -> bool:
    """Say whether a group is one operation with more results than fit side by side.

    >>> from .history import History
    >>> from .seating import plan
    >>> wide(plan(History(())), Group(None, ()))
    False
    """
    (alone,) = group.items if len(group.items) == 1 else (None,)
    return isinstance(alone, int) and len(plan.places[alone].first.outputs) > CARDS


def _opened(
    plan: Plan, group: Group, used: dict[int, set[int]], beside: Counter[int | None]
) -> Group:
    """Show the group's things, and theirs, as far as there is room for all of them.

    `beside` counts what stands at each place's side.
    """
    items = group.items
    while _seen(opened := _next(plan, items), beside) <= SEEN or len(items) == 1:
        if opened == items:
            break
        items = opened
    if len(items) > ROW:
        items = _parted(plan, items, used)
    return Group(
        group.part,
        tuple(
            i if isinstance(i, int) else _opened(plan, i, used, beside) for i in items
        ),
    )


def _seen(items: tuple[int | Group, ...], beside: Counter[int | None]) -> int:
    """Count the things that are seen, with what stands beside them."""
    return sum(1 + beside[i] if isinstance(i, int) else 1 for i in items)


def _next(plan: Plan, items: tuple[int | Group, ...]) -> tuple[int | Group, ...]:
    """Open the groups with the fewest things: all turns of a loop, or none of them.

    A call of ghosts that writes to what is outside, an optimizer's step, stays shut.
    """
    alike: dict[Hashable, list[Group]] = {}
    for item in items:
        if isinstance(item, Group) and _opens(plan, item):
            part = item.part
            key: Hashable = id(item)
            if part is not None:
                key = part.kind, part.turn if part.call else part.site
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


def _opens(plan: Plan, group: Group) -> bool:
    if group.items == group.places[:1] or (group.part and group.part.kind == "idle"):
        return False
    places = [plan.places[number] for number in group.places]
    called = group.part is not None and group.part.call is not None
    ghosts = {place.kind for place in places} <= {"ghost", "leaf"}
    return not (called and ghosts and written(plan, places))


def written(plan: Plan, places: Sequence[Place]) -> set[str]:
    """List the tensors from outside of some places that are written to in them.

    >>> from .history import History
    >>> from .seating import plan
    >>> written(plan(History(())), ())
    set()
    """
    inside = {place.number for place in places}
    first = [
        one.block.sources[0]
        for place in places
        for one in place.occupants
        if one.block.writes and one.block.sources
    ]
    outside = [source for source in first if plan.at[source.block].place not in inside]
    return {source.tensor for source in outside if source.tensor is not None}


def _parted(
    plan: Plan, items: tuple[int | Group, ...], used: dict[int, set[int]]
) -> tuple[int | Group, ...]:
    """Cut a long row of things into stretches; a leaf goes where it is used."""
    leaves = [i for i in items if isinstance(i, int) and plan.places[i].kind == "leaf"]
    row = [i for i in items if i not in set(leaves)]
    per = ceil(len(row) / min(SEEN, ceil(sqrt(len(row) or 1))))
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
        size = ceil(len(apart) / min(SEEN, ceil(sqrt(len(apart)))))
        parts = [tuple(apart[k : k + size]) for k in range(0, len(apart), size)]
        return (*(Group(None, p) for p in parts), *parted, *rest)
    return (*apart, *parted, *rest)
