"""Where a leaf's stack of ghosts stands, and the lanes between it and the leaf."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .curves import elbows
from .frames import ASIDE, ASIDE_WORDS, Frame, region_title
from .measure import width
from .places import Link, Plan
from .shapes import Box, Point
from .style import SMALL

#: Between two rows; between two lanes; how far reading and writing are apart.
ROW, RAIL, APART = 26.0, 9.0, 20.0
#: What comes from above runs so far above a row, clear of tags and badges.
ABOVE = 17.0
#: What bends takes so much on a card's side.
BEND = 6.0


@dataclass(frozen=True, slots=True)
class Lane:
    """How a link runs inside a group, and how what it writes runs back.

    `words` is the middle between the two, where they run side by side.

    >>> Lane([(0, 0), (9, 0)]).back is None
    True
    """

    way: list[Point]
    back: list[Point] | None = None
    words: Point | None = None

    def moved(self, dx: float, dy: float) -> Lane:
        """Return the lane elsewhere."""
        way = [(x + dx, y + dy) for x, y in self.way]
        back = self.back and [(x + dx, y + dy) for x, y in self.back]
        words = self.words and (self.words[0] + dx, self.words[1] + dy)
        return Lane(way, back, words)


@dataclass(frozen=True, slots=True)
class _End:
    """One line of a bundle: where it ends at a ghost, and which it is."""

    link: int
    anchor: Box
    x: float
    y: float
    back: bool = False


def _sorted(ends: list[_End]) -> tuple[list[_End], list[_End], list[_End]]:
    """Tell lines that bend up, run straight or bend down: bends need room on a card."""
    bent: dict[Box, list[int]] = {}
    for end in ends:
        counts = bent.setdefault(end.anchor, [0, 0])
        counts[0] += end.y < end.anchor.y + 2
        counts[1] += end.y > end.anchor.bottom - 2
    found: tuple[list[_End], list[_End], list[_End]] = ([], [], [])
    for end in ends:
        over, under = (2 + BEND * count for count in bent[end.anchor])
        up, down = end.y < end.anchor.y + over, end.y > end.anchor.bottom - under
        found[0 if up else 2 if down else 1].append(end)
    return found


def _parting(anchor: Box, up: list[_End], down: list[_End]) -> float:
    """Say where on a card's side what bends down begins, below what bends up."""
    over, under = (sum(e.anchor == anchor for e in ends) for ends in (up, down))
    return anchor.y + anchor.h * over / (over + under)


class Stack:
    """The ghosts beside one leaf, below each other, with all lanes among them.

    >>> from .history import History
    >>> from .seating import plan
    >>> leaf = Frame(Box(0, 0, 140, 46), cards=(Box(0, 0, 140, 46),), slots=(None,))
    >>> Stack(plan(History(())), 0, leaf, {}).rows
    {}
    """

    def __init__(
        self, plan: Plan, host: int, frame: Frame, guests: dict[int, Frame]
    ) -> None:
        self.plan, self.host, self.frame = plan, host, frame
        self.links = [
            (number, link)
            for number, link in enumerate(plan.links)
            if link.target in guests
        ]
        self.rows: dict[int, Frame] = {}
        self.lanes: dict[int, Lane] = {}
        self._place(guests)
        self._left()
        self._right(guests)

    def _order(self, guests: Iterable[int]) -> list[int]:
        """Put what reads the card above what reads the grad slot: no lanes cross."""
        slotted: dict[int, int] = {}
        for number in guests:
            source = self.plan.places[number].first.sources[0]
            behind = self.plan.at[source.block].place
            slotted[number] = slotted.get(behind, int(source.slot))
            if self._leaves(number):
                slotted[number] = 2
        return sorted(slotted, key=lambda n: (slotted[n], n))

    def _leaves(self, number: int) -> bool:
        """Say whether a ghost's result is read by others than its neighbours."""
        inside = {link.target for _, link in self.links}
        return any(
            k.source == number and k.target not in inside for k in self.plan.links
        )

    def _place(self, guests: dict[int, Frame]) -> None:
        order = self._order(guests)
        reads = [k for _, k in self.links if k.source == self.host]
        writes = any(self._writes(k) for k in reads)
        x = self.frame.size.right + RAIL * 2 * len(reads)
        x += ASIDE_WORDS + 12 if writes else ASIDE
        y, region = 0.0, None
        for place in order:
            frame = guests[place]
            now = self.plan.places[place].region
            top = min(frame.size.y, frame.number.y if frame.number else 0.0)
            titled = 40.0 if now is not None and now != region else 0.0
            start = y + titled + (14 if region not in (None, now) else 0) - top
            region = now
            self.rows[place] = replace(frame.moved(x, start), band=None)
            y = self.rows[place].size.bottom + ROW
        # Upwards from the leaf, so that what is recorded below it stays near.
        lift = self._aim(order[-1]) - self._mid(order[-1]) if order else 0.0
        self.rows = {n: f.moved(0, lift) for n, f in self.rows.items()}
        self._bands(order)

    def _aim(self, place: int) -> float:
        """Return how high the lowest ghost stands: what it reads comes straight."""
        anchor = self._anchor(place)
        # A grad slot is lower than reading and writing are apart.
        writes = self.plan.places[place].first.writes
        if len(self.rows) > 2:  # all others come in above it
            return anchor.bottom - 3 - (APART / 2 if writes else 0.0)
        tight = writes and anchor.h < 2 * APART
        return anchor.middle[1] + (APART / 2 + 2 if tight else 0.0)

    def _anchor(self, place: int) -> Box:
        source = self.plan.places[place].first.sources[0]
        slot = self.frame.slots[0]
        return slot if source.slot and slot is not None else self.frame.cards[0]

    def _bands(self, order: list[int]) -> None:
        """Lay one hatched ground under neighbours that ran under the same mode."""
        runs: list[list[int]] = []
        for place in order:
            region = self.plan.places[place].region
            if runs and self.plan.places[runs[-1][0]].region == region:
                runs[-1].append(place)
            else:
                runs.append([place])
        for run in runs:
            first = self.plan.places[run[0]]
            if first.region in (None, self.plan.places[self.host].region):
                continue
            boxes = [self.rows[n].size for n in run]
            x, y = boxes[0].x - 10, boxes[0].y - 38
            wide = max(width(region_title(first), SMALL) + 24,
                       max(b.right for b in boxes) + 40 - x)  # fmt: skip
            band = Box(x, y, wide, boxes[-1].bottom + 12 - y)
            self.rows[run[0]] = replace(self.rows[run[0]], band=band)

    def _writes(self, link: Link) -> bool:
        return self.plan.places[link.target].first.writes and link.inlet == 0

    def _left(self) -> None:
        """Lead from the leaf to its ghosts, so that no lane crosses another."""
        ends: list[_End] = []
        for number, link in self.links:
            if link.source == self.host:
                ends += self._ends(number, link)
        ends.sort(key=lambda e: (e.y, e.x))
        up, straight, down = _sorted(ends)
        for end in straight:
            self._keep(end, [(end.anchor.right, end.y), (end.x, end.y)])
        for k, end in enumerate(up):
            mine = [e for e in up if e.anchor == end.anchor]
            edge = min([s.y for s in straight if s.anchor == end.anchor],
                       default=_parting(end.anchor, up, down))  # fmt: skip
            step = (edge - end.anchor.y) / (len(mine) + 1)
            self._bend(end, end.anchor.y + step * (mine.index(end) + 1), k)
        for k, end in enumerate(down):
            mine = [e for e in down if e.anchor == end.anchor]
            edge = max([s.y for s in straight if s.anchor == end.anchor],
                       default=_parting(end.anchor, up, down))  # fmt: skip
            step = (end.anchor.bottom - edge) / (len(mine) + 1)
            y = edge + step * (mine.index(end) + 1)
            self._bend(end, y, len(up) + len(down) - 1 - k)

    def _bend(self, end: _End, y: float, rail: int) -> None:
        x = self.frame.size.right + 12 + RAIL * rail
        points = [(end.anchor.right, y), (x, y), (x, end.y), (end.x, end.y)]
        self._keep(end, points)

    def _ends(self, number: int, link: Link) -> list[_End]:
        row, slot = self.rows[link.target], self.frame.slots[0]
        pill = row.pill or row.cards[0]
        anchor = slot if link.slot and slot is not None else self.frame.cards[0]
        y = pill.middle[1]
        if link.inlet:
            x, under = pill.x + 14 + 8 * link.inlet, 3 + 6 * link.inlet
            return [_End(number, anchor, x, pill.bottom + under)]
        if not self._writes(link):
            return [_End(number, anchor, pill.x, y)]
        low = _End(number, anchor, pill.x, y + APART / 2, back=True)
        return [_End(number, anchor, pill.x, y - APART / 2), low]

    def _keep(self, end: _End, points: list[Point]) -> None:
        """Keep a line as a link's way, or as its way back."""
        link = self.plan.links[end.link]
        row = self.rows[link.target]
        pill = row.pill or row.cards[0]
        if link.inlet and end.y > pill.bottom:
            points = [*points, (end.x, pill.bottom)]
        lane = self.lanes.get(end.link, Lane([]))
        if not end.back:
            self.lanes[end.link] = replace(lane, way=elbows(points))
            return
        words = pill.x - ASIDE_WORDS / 2 - 8, pill.middle[1]
        self.lanes[end.link] = replace(lane, back=elbows(points[::-1]), words=words)

    def _right(self, guests: dict[int, Frame]) -> None:
        """Lead from ghost to ghost, and keep a rail for what comes from elsewhere."""
        edge = max((f.size.right for f in self.rows.values()), default=0.0)
        inner = [(n, k) for n, k in self.links if k.source in guests]
        inner.sort(key=lambda i: abs(self._mid(i[1].target) - self._mid(i[1].source)))
        used = dict.fromkeys(guests, 0)
        x = edge + 12
        for number, link in inner:
            x += self._among(number, link, x, used)
        for _, link in self.links:
            if link.source not in guests and link.source != self.host:
                row = self.rows[link.target]
                inlets = list(row.inlets)
                inlets[link.inlet] = x
                self.rows[link.target] = replace(row, inlets=tuple(inlets))
                x += RAIL

    def _mid(self, place: int) -> float:
        row = self.rows[place]
        return (row.pill or row.cards[0]).middle[1]

    def _among(self, number: int, link: Link, x: float, used: dict[int, int]) -> float:
        """Lay one lane between two ghosts; return how much of the right it took."""
        source, row = self.rows[link.source], self.rows[link.target]
        card, pill = source.cards[link.output or 0], row.pill or row.cards[0]
        y = pill.middle[1]
        if row.cards:
            end = max(pill.middle[0] - 9, pill.x + 56) + 18 * link.inlet
            others = len(self.plan.places[link.target].first.sources) - 1 - link.inlet
            bend = row.size.y - ABOVE - 7 * others
            down = [(card.middle[0], card.bottom), (card.middle[0], bend)]
            near = 0 < bend - card.bottom < 2 * ROW
            around = [(card.right, card.middle[1]), (x, card.middle[1]), (x, bend)]
            points = [*(down if near else around), (end, bend), (end, pill.y)]
            self.lanes[number] = Lane(elbows(points))
            return 0.0 if near else RAIL
        near = 0 < source.size.y - row.size.bottom < 2 * ROW
        above = near and y < card.y and pill.right < card.middle[0] - 14
        if above and not self._writes(link):
            points = [(card.middle[0], card.y), (card.middle[0], y), (pill.right, y)]
            self.lanes[number] = Lane(elbows(points))
            return 0.0
        used[link.source] += 1
        port = card.y + 8 * used[link.source]
        points = [(card.right, port), (x, port), (x, y - 8), (pill.right, y - 8)]
        if not self._writes(link):
            self.lanes[number] = Lane(elbows(points))
            return RAIL
        used[link.source] += 1
        low = card.y + 8 * used[link.source]
        # Below its card a write leaves on the inner rail, and so crosses nothing.
        a, b = (x + RAIL, x) if y > card.y else (x, x + RAIL)
        way = [(card.right, port), (a, port), (a, y - 8), (pill.right, y - 8)]
        back = [(pill.right, y + 8), (b, y + 8), (b, low), (card.right, low)]
        self.lanes[number] = Lane(elbows(way), elbows(back))
        return 2 * RAIL
