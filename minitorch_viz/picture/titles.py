"""The words on a fold: what it stands for, and what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from ..snapshot import CallState
from .folds import Group, wide, written
from .history import state_at
from .measure import elide
from .parts import Part, Way
from .places import Place, Plan, taken
from .style import SIZE
from .words import Spoken, reason, spoken

WIDEST, PATH = 250.0, 340.0


def title(plan: Plan, group: Group, found: Sequence[Way]) -> Spoken:
    """Say what a fold stands for; another turn in its places has another number.

    >>> from .history import History
    >>> from .seating import plan
    >>> title(plan(History(())), Group(Part("turn", 0, None, 2), ()), ())
    ((0, 'turn 2'),)
    """
    part = group.part
    if wide(plan, group):
        first = plan.places[group.places[0]].first
        name = first.operation.name if first.operation else "node"
        return ((0, f"{name}: {len(first.outputs)} results"),)
    if part is None:
        return ((0, _stretch(plan, group, found)),)
    if part.call is not None:
        name = f"{part.call.path}: " if part.call.path else ""
        return ((0, elide(name + part.call.kind, PATH, SIZE, mono=True, bold=True)),)
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
    return f"line {lines.pop()}" if lines else _span(plan, group.places)


def _span(plan: Plan, places: Sequence[int]) -> str:
    """Say what a part of a bare graph is: by the modules it uses, or by its nodes."""
    modules: dict[str, None] = {}
    nodes: Counter[str] = Counter()
    for number in sorted(places):
        node = plan.places[number].first.node
        if node is not None:
            nodes[plan.past.nodes[node][-1][1].name.rpartition("::")[2]] += 1
        for link in plan.entering.get(number, ()):
            source = plan.places[plan.links[link].source]
            if source.kind == "leaf":
                owner = _owner(plan, source)
                modules |= {owner: None} if owner else {}
    ends = list(dict.fromkeys([*list(modules)[:1], *list(modules)[-1:]]))
    said = " to ".join(ends) or ", ".join(name for name, _ in nodes.most_common(2))
    return elide(said, WIDEST, SIZE, mono=True, bold=True) or "a part of it"


def _owner(plan: Plan, leaf: Place) -> str:
    """Return the path of the module that a parameter's name leads through."""
    state = plan.past.tensors[leaf.first.outputs[0]][-1][1]
    named = state.is_parameter and state.names
    return state.names[0].rpartition(".")[0] if named else ""


#: Said of a fold whose inside isn't drawn.
SHUT = "too much to open"


def contents(
    plan: Plan, group: Group, places: Sequence[int], *, opens: bool = True
) -> Spoken:
    """Count what a fold holds, and say how: `12 operations · 3 parameters · frozen`.

    >>> from .history import History
    >>> from .seating import plan
    >>> contents(plan(History(())), Group(None, ()), (), opens=False)
    ((0, 'too much to open'),)
    """
    found = [plan.places[number] for number in places]
    if wide(plan, group):
        state = found[0].first.operation if found[0].kind == "ghost" else None
        return ((0, f"not recorded: {reason(state)}" if state else "1 operation"),)
    kinds = Counter(_kind(plan, place) for place in found)
    counted = [_count(range(kinds[kind]), kind) for kind in _COUNTED if kinds[kind]]
    changed = written(plan, found)
    if read := _read(plan, places, changed):
        counted.append(f"reads {_count(read, 'gradient')}")
    if changed:
        counted.append(f"writes to {_count(changed, _owners(plan, changed))}")
    counted += [] if opens else [SHUT]
    call = group.part.call if group.part else None
    if call is None:
        return ((0, " · ".join(counted)),)
    return spoken(
        (step, " · ".join([*counted, *how]))
        for step, how in _modes(plan, call, found).items()
    )


def _read(plan: Plan, places: Iterable[int], tensors: set[str]) -> set[str]:
    """List those of some tensors whose gradients are read at some places."""
    links = [plan.links[k] for place in places for k in plan.entering.get(place, ())]
    owners = {taken(use) for link in links if link.slot for use in link.uses}
    return tensors & owners


_COUNTED = {
    "operation": "operations",
    "ghost": "ghosts",
    "parameter": "parameters",
    "leaf": "leaves",
}


def _count(things: Collection[object], one: str) -> str:
    many = _COUNTED.get(one, f"{one}s")
    return f"{len(things)} {one if len(things) == 1 else many}"


def _owners(plan: Plan, tensors: Iterable[str]) -> str:
    """Say what tensors are: parameters, if all are."""
    every = all(plan.past.tensors[id][-1][1].is_parameter for id in tensors)
    return "parameter" if every else "tensor"


def _kind(plan: Plan, place: Place) -> str:
    """Say what a place counts as."""
    if place.kind == "leaf" and place.first.outputs:
        states = plan.past.tensors[place.first.outputs[0]]
        return "parameter" if states[-1][1].is_parameter else "leaf"
    return "operation" if place.kind == "node" else place.kind


def _modes(
    plan: Plan, call: CallState, places: Sequence[Place]
) -> dict[int, list[str]]:
    """Say from when on a module is frozen, or in evaluation mode."""
    training = {
        one.start: each.training
        for place in places
        for one in place.occupants
        for each in one.block.calls
        if each.path == call.path
    }
    states = [
        plan.past.tensors[id]
        for place in places
        if _kind(plan, place) == "parameter"
        for id in place.first.outputs
    ]
    found: dict[int, list[str]] = {}
    steps = {0, *training, *(step for seen in states for step, _ in seen)}
    mode = True
    for step in sorted(steps):
        mode = training.get(step, mode)
        frozen = not any(state_at(seen, step).requires_grad for seen in states)
        found[step] = ["frozen"] * bool(states and frozen) + ["eval mode"] * (not mode)
    return found
