"""How big a place is, and where its pill, cards, slots and tags stand inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from . import heat, words
from .measure import width
from .places import Occupant, Place, Plan
from .saved import even, tag_widths
from .shapes import Box
from .style import SIZE, SMALL

CARD, SLOT, PILL, GHOST, STEM, PAD = 46.0, 22.0, 28.0, 40.0, 10.0, 12.0
LEAST, MOST, ACC, ACC_GAP = 140.0, 330.0, 120.0, 21.0
TAG, TAG_STEP = 22.0, 27.0
NUMBER = 24.0
#: Left of a node that refuses: what it leaves undone.
STOP = 170.0
#: Under what a walk begins at: its first gradient, so far left of the middle.
SEED, SEED_LEFT = 32.0, 4.0
#: Between a host and the ghost beside it: room for an arrow, or for two words too.
ASIDE, ASIDE_WORDS = 18.0, 112.0
#: What the tag of a shared storage takes of a card's edge: most where a line comes in.
SHARED, SHARED_STEM = 62.0, 98.0
#: As wide as that is, at most, how a tensor was made while it has no name yet.
BEFORE = 110.0


@dataclass(frozen=True, slots=True)
class Marks:
    """What needs room beside blocks: what walks begin with, who refuses, chips.

    >>> Marks().chips
    {}
    """

    roots: Mapping[str, float] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    chips: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """A place's parts: absolute once placed, from its own corner before.

    >>> Frame(Box(0, 0, 140, 46), cards=(Box(0, 0, 140, 46),), slots=(None,)).outlet(0)
    (70.0, 46)
    """

    size: Box
    pill: Box | None = None
    cards: tuple[Box, ...] = ()
    slots: tuple[Box | None, ...] = ()
    sinks: tuple[Box | None, ...] = ()
    number: Box | None = None
    tags: tuple[Box, ...] = ()
    inlets: tuple[float, ...] = ()
    seed: bool = False
    band: Box | None = None
    maps: tuple[float, ...] = ()

    def moved(self, dx: float, dy: float) -> Frame:
        """Return the frame elsewhere."""

        def move(box: Box | None) -> Box | None:
            return box and box.moved(dx, dy)

        return Frame(
            self.size.moved(dx, dy),
            move(self.pill),
            tuple(b.moved(dx, dy) for b in self.cards),
            tuple(map(move, self.slots)),
            tuple(map(move, self.sinks)),
            move(self.number),
            tuple(b.moved(dx, dy) for b in self.tags),
            tuple(x + dx for x in self.inlets),
            self.seed,
            move(self.band),
            self.maps,
        )

    def outlet(self, output: int | None, slot: bool = False) -> tuple[float, float]:
        """Return where what comes out of an output (None: the pill) starts."""
        if output is None or not self.cards:
            box = self.pill or self.cards[0]
        else:
            box = self.cards[output]
            held = self.slots[output]
            if slot and held is not None:
                return held.right, held.middle[1]
            box = held or box
        return box.middle[0], box.bottom

    @property
    def top(self) -> float:
        """Where what flows in ends."""
        return (self.pill or self.cards[0]).y


def frame(plan: Plan, place: Place, marks: Marks) -> Frame:
    """Lay out a place's inside for the widest text that ever stands there."""
    if place.kind == "stub":
        return _stub(plan, place)
    aside = place.host is not None
    main = _main_width(plan, place)
    pill_height = {"leaf": 0.0, "ghost": GHOST}.get(place.kind, PILL)
    cards = [_card(plan, place, k) for k in range(len(place.first.outputs))]
    pill = Box(0, 0, main, pill_height) if pill_height else None
    boxes, slots, sinks, x = [], [], [], 0.0
    top = pill_height + STEM if pill and not aside else 0.0
    if aside and pill is not None:
        main = even(_pill_width(plan, place))
        pill = Box(0, (CARD - GHOST) / 2, main, GHOST)
        x = main + ASIDE
    for card_width, slot, sink in cards:
        if sink:
            x += ACC + ACC_GAP
        w = card_width if aside or len(cards) > 1 else max(main, card_width)
        boxes.append(Box(x, top, w, CARD))
        slots.append(Box(x, top + CARD, w, SLOT) if slot else None)
        y = top + (CARD if slot else CARD / 2) - PILL / 2
        sinks.append(Box(x - ACC - ACC_GAP, y, ACC, PILL) if sink else None)
        x += w + 16
    if pill is not None and not aside and boxes:
        left, right = boxes[0].x, boxes[-1].right
        pill = Box(left, 0, right - left, pill_height)
    maps = tuple(heat.room(plan, place.occupants, k) for k in range(len(boxes)))
    return replace(_finish(plan, place, marks, pill, boxes, slots, sinks), maps=maps)


def _finish(
    plan: Plan,
    place: Place,
    marks: Marks,
    pill: Box | None,
    boxes: list[Box],
    slots: list[Box | None],
    sinks: list[Box | None],
) -> Frame:
    number = _number(plan, place, pill, ghost_card=bool(boxes)) if pill else None
    tags = _tags(plan, place, pill, number) if pill else []
    nodes = {o.block.node for o in place.occupants if o.block.node}
    seeds, stop = [marks.roots.get(n, 0.0) for n in nodes], bool(nodes & marks.refused)
    seed = any(seeds)
    parts = [*boxes, *tags, *(b for b in (pill, number, *slots, *sinks) if b)]
    y, x = min((b.y for b in parts), default=0.0), -STOP if stop else 0.0
    if seed and (begun := boxes[0] if boxes else pill):
        x = min(x, begun.middle[0] - SEED_LEFT - max(seeds))
    right = max((b.right for b in parts), default=0.0)
    bottom = max((b.bottom for b in parts), default=0.0) + (SEED if seed else 0)
    box = Box(x, y, right - x, bottom - y)
    inlets = _inlets(place, pill, marks.chips.get(place.number, 0.0))
    apart = place.host is not None and place.region != plan.places[place.host].region
    band = _band(place, box) if apart and place.region else None
    return Frame(
        box, pill, tuple(boxes), tuple(slots), tuple(sinks), number, tuple(tags),
        inlets, seed, band,
    )  # fmt: skip


def _number(plan: Plan, place: Place, pill: Box, *, ghost_card: bool) -> Box | None:
    """Place what an operation took besides tensors: beside, over or under its pill."""
    wide = max((_number_width(o) for o in place.occupants), default=0.0)
    if not wide:
        return None
    if place.host is None:
        return Box(pill.right + 23, pill.middle[1] - NUMBER / 2, wide, NUMBER)
    # Ties run above leaves and below results; numbers on the other side.
    over = ghost_card and plan.places[place.host].kind != "leaf"
    y = pill.y - 14 - NUMBER if over else pill.bottom + 14
    return Box(pill.middle[0] - wide / 2, y, wide, NUMBER)


def _tags(plan: Plan, place: Place, pill: Box, number: Box | None) -> list[Box]:
    """Stack the saved tags on the right, below a number."""
    top = pill.y + (34 if number else 0) + 1
    return [
        Box(pill.right + 16, top + k * TAG_STEP, wide, TAG)
        for k, wide in enumerate(tag_widths(plan, place))
    ]


def _inlets(place: Place, pill: Box | None, chip: float) -> tuple[float, ...]:
    """Spread the inputs over the pill: wider where two run side by side with chips."""
    count = len(place.first.sources)
    if pill is None or not count:
        return ()
    twins = len({(s.block, s.output, s.slot) for s in place.first.sources}) < count
    wish = max(28.0, chip + 16) if twins and chip else 28.0
    step = min(wish, (pill.w - 28) / max(1, count - 1))
    return tuple(pill.middle[0] + step * (k - (count - 1) / 2) for k in range(count))


def _band(place: Place, box: Box) -> Box:
    """Return the hatched ground of a ghost that stands beside its source."""
    room = width(region_title(place), SMALL) + 24
    wide = max(box.w + 20, room)
    return Box(box.x + box.w / 2 - wide / 2, box.y - 40, wide, box.h + 52)


def region_title(place: Place) -> str:
    """Return the words over a hatched ground: `grad mode off · no_grad`.

    >>> region_title(Place(0, "ghost", (), ("no_grad", 3)))
    'grad mode off · no_grad'
    """
    name = place.region[0] if place.region else ""
    if name == "inference_mode":
        return "inference mode"
    return f"grad mode off · {name}" if name else "grad mode off"


def _stub(plan: Plan, place: Place) -> Frame:
    names = [t for o in place.occupants for _, t in words.stub(plan, o)[0]]
    wide = max(width(n, SIZE, mono=True, bold=True) for n in names) + 2 * PAD
    box = Box(0, 0, even(min(max(48.0, wide), LEAST)), 26)
    return Frame(box, None, (box,), (None,), (None,))


def _spoken(texts: Iterable[words.Spoken], measure: Callable[[str], float]) -> float:
    return max((measure(t) for said in texts for _, t in said), default=0.0)


def _named(said: words.Spoken) -> float:
    """Measure a name; what stands there until there is one may be cut for its sake."""
    first, *others = [width(t, SIZE, mono=True, bold=True) for _, t in said] or [0.0]
    return max([min(first, BEFORE) if others else first, *others])


def _main_width(plan: Plan, place: Place) -> float:
    wide = [LEAST]
    if place.kind != "leaf":
        wide.append(_pill_width(plan, place))
    if len(place.first.outputs) == 1:
        wide.append(_card(plan, place, 0)[0])
    return even(max(wide))


def _pill_width(plan: Plan, place: Place) -> float:
    """Measure what stands in the pills of a place."""
    found, left = [], segment(place)
    for occupant in place.occupants:
        state = occupant.block.operation
        if place.kind == "ghost" and state is not None:
            lines = words.ghost_title(state), words.reason(state)
            found.append(max(width(lines[0], SIZE), width(lines[1], SMALL)) + 22)
        else:
            found.append(left + width(fn_name(plan, occupant), SIZE, mono=True) + 22)
    return min(MOST, max(found))


def segment(place: Place) -> float:
    """Return the width of a pill's left part, which holds the operation's name.

    >>> segment(Place(0, "node", ()))
    0.0
    """
    # Few names, though a loop has many occupants, and each asks.
    names = {o.block.operation.name for o in place.occupants if o.block.operation}
    if not names:
        return 0.0
    return max(35.0, min(90.0, max(width(n, SMALL, mono=True) for n in names) + 15))


def fn_name(plan: Plan, occupant: Occupant) -> str:
    """Return the node's name, or the operation's where there is no node."""
    node = occupant.block.node
    name = plan.past.node(node, occupant.start).name if node else ""
    return name.rpartition("::")[2]


def _card(plan: Plan, place: Place, output: int) -> tuple[float, bool, bool]:
    """Measure one card: its width, whether it has a slot, and a sink beside it."""
    said = [words.card(plan, o, output) for o in place.occupants]
    value = _spoken((c.value for c in said), lambda t: width(t, SIZE, mono=True))
    name = max((_named(c.name) for c in said), default=0.0)
    note = _spoken((c.note for c in said), lambda t: width(t, SMALL))
    shared = any(shares(plan, o, output) for o in place.occupants)
    stem = place.kind != "leaf" and place.host is None
    tags = 111.0 + (SHARED_STEM if stem else SHARED) * shared
    held = _spoken(
        (c.grad for c in said), lambda t: width(t, SIZE, mono=True, bold=True)
    )
    room = max(name + value + PAD + 2, note, held + 40, tags - 2 * PAD)
    slot = any(text for c in said for _, text in c.grad)
    ids = {o.block.outputs[output] for o in place.occupants}
    sink = any(plan.sinks.get(id) for id in ids)
    mapped = heat.room(plan, place.occupants, output)
    wide = max(min(MOST, room + 2 * PAD) + mapped, LEAST)
    return even(wide), slot or sink, sink


def shares(plan: Plan, occupant: Occupant, output: int) -> bool:
    """Say whether a tensor's memory is ever another tensor's too."""
    id = occupant.block.outputs[output]
    mine = plan.past.tensors[id][-1][1].storage
    return len(plan.past.by_storage.get(mine, ())) > 1


def name_room(said: words.CardWords, box: Box) -> float:
    """Return the room that a card leaves its name beside its widest value."""
    value = _spoken([said.value], lambda t: width(t, SIZE, mono=True))
    return box.w - 3 * PAD - min(value, value_room(said, box))


def value_room(said: words.CardWords, box: Box) -> float:
    """Return the room that a card leaves its value: the name gets at least a part."""
    name = _spoken([said.name], lambda t: width(t, SIZE, mono=True, bold=True))
    return box.w - 3 * PAD - min(name, 60.0)


def _number_width(occupant: Occupant) -> float:
    state = occupant.block.operation
    said = words.operands(state) if state is not None else ""
    if not said:
        return 0.0
    return even(max(NUMBER, min(160.0, width(said, SIZE, mono=True) + 14)))
