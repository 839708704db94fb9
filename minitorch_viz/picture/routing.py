"""Where links run: upright past the rows of a layout, and across between them.

Graphviz says in which order things stand and on which side of what a link passes. Its
curves hug corners and lie on one another, so only that is taken of them: each link runs
down on uprights that keep apart, and the rows move apart for what runs across.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from .channels import OVER, UNDER, Jog, tracks
from .curves import sampled
from .dot import APART, Wire
from .frames import Frame
from .places import Link, Plan
from .rails import Rail, Stop
from .shapes import Box, Point
from .straight import squeeze, straighten

#: How far beside its link a gradient, or a write, runs.
LANE = 10.0
#: What a line takes on both sides, at a row and on a pill.
ROOM, INLET = 7.0, 14.0
#: Free above a track, for the way into an AccumulateGrad; below it, for a cut.
SINK, CUT = 38.0, 38.0
#: On the left of a pill where a badge may be: no line comes in there.
BADGE = 40.0
#: On the right of a pill where a tag says that hooks wait.
HOOK = 52.0
#: Twins begin so far from the corners of their card, one alone so far from its middle.
BEGIN, ASIDE = 24.0, 12.0
FAR = 1e6


@dataclass(slots=True)
class Row:
    """What stands at one height: where it begins and ends, and the gaps between.

    >>> Row(20, 0, 40, [(0, 90)]).gap(120).low
    90
    """

    y: float
    top: float
    bottom: float
    blocked: list[tuple[float, float]] = field(default_factory=list)
    rails: list[Rail] = field(default_factory=list)

    def gap(self, x: float, wide: float = 0.0) -> Rail:
        """Return the gap at, or nearest to, some x that has room for so much."""
        ends = pairwise([-FAR, *(x for pair in self.blocked for x in pair), FAR])
        rails = self.rails = self.rails or [Rail(*pair) for pair in list(ends)[::2]]
        fits = [rail for rail in rails if rail.spare >= wide]
        return min(fits, key=lambda rail: max(rail.low - x, x - rail.high))


@dataclass(slots=True)
class Run:
    """A link's way in the making: the rows from `first` to `last`, a stop at each."""

    wire: Wire
    link: Link
    number: int
    start: Point
    first: int
    last: int
    reach: tuple[float, float]
    stops: list[Stop] = field(default_factory=list)
    room: Stop | None = None
    jogs: list[tuple[int, Jog]] = field(default_factory=list)

    @property
    def down(self) -> bool:
        return self.last > self.first


@dataclass(frozen=True, slots=True)
class Found:
    """What Graphviz found: boxes by place, curves, and where labels have their middle.

    >>> Found({}, {}, {}, {}).grounds
    {}
    """

    boxes: Mapping[int, Box]
    curves: Mapping[int, list[Point]]
    labels: Mapping[int, Point]
    grounds: Mapping[int, Box]


class Routes:
    """The ways of all links of a part of a picture, and how far its rows move down.

    >>> from .history import History
    >>> from .seating import plan
    >>> Routes(plan(History(())), {}, [], Found({}, {}, {}, {})).taken
    0.0
    """

    def __init__(
        self, plan: Plan, frames: Mapping[int, Frame], wires: list[Wire], found: Found
    ) -> None:
        self.plan, self.frames, self.found = plan, frames, found
        self.wires = {wire.link: wire for wire in wires}
        self.rows = _rows(found, self.wires)
        self.heights = [row.y for row in self.rows]
        self.runs = [run for wire in wires for run in self._runs(wire)]
        for row in self.rows:
            for rail in row.rails:
                rail.spread()
        self._enter()
        ordered = sorted(self.runs, key=lambda r: (-r.wire.weight, r.number))
        # What makes way for the first lets others be straight.
        for made in (straighten, straighten, squeeze):
            for run in ordered:
                x, y = run.start
                run.start = made(run.stops, x, run.reach), y
        self.channels: list[list[Jog]] = [[] for _ in range(len(self.rows) + 1)]
        for run in self.runs:
            self._turn(run)
        self.shifts, self.taken = self._stretch()

    def row(self, y: float) -> int:
        """Return the row at, or next to, a height."""
        k = bisect(self.heights, y)
        near = [n for n in (k - 1, k) if 0 <= n < len(self.heights)]
        return min(near, key=lambda n: abs(self.heights[n] - y))

    def shift(self, place: int) -> float:
        """Say how far down a place moves."""
        return self.shifts[self._of(place)]

    def ground(self, box: Box) -> Box:
        """Return a hatched ground where the rows in it have moved to."""
        first, last = bisect(self.heights, box.y), bisect(self.heights, box.bottom) - 1
        top, bottom = box.y + self.shifts[first], box.bottom + self.shifts[last]
        return Box(box.x, top, box.w, bottom - top)

    def _of(self, place: int) -> int:
        return self.row(self.found.boxes[self.plan.home(place)].middle[1])

    def _runs(self, wire: Wire) -> list[Run]:
        """Begin a link's way, and those of all that run beside it: by the same gaps."""
        twins = self.plan.twins[wire.link]
        link = self.plan.links[wire.link]
        first, last = self._of(link.source), self._of(link.target)
        start = self.frames[link.source].outlet(link.output)
        down = last > first
        passed = range(first + 1, last) if down else range(first, last - 1, -1)
        way = sampled(self.found.curves[wire.link])
        label = self.found.labels.get(wire.link)
        links = [(self.plan.links[n], n) for n in twins]
        reach = self._reach(link, len(twins))
        runs = [Run(wire, k, n, start, first, last, reach) for k, n in links]
        for n in passed:
            row = self.rows[n]
            if wire.room and label and n == self.row(label[1]):
                wide = wire.room[0]
                right = label[0] + (wide * len(twins) + APART * (len(twins) - 1)) / 2
                stops = [
                    Stop(right - k * (wide + APART), wide, ROOM)
                    for k in reversed(range(len(twins)))
                ]
                for run, stop in zip(runs, stops, strict=True):
                    run.room = stop
            else:
                x = _passing(way, row.y, start[0])
                left, right = (ROOM + LANE * (wire.lane == side) for side in (-1, 1))
                stops = [Stop(x, left, right) for _ in twins]
            rail = row.gap(stops[0].x, sum(s.left + s.right for s in stops))
            for run, stop in zip(runs, stops, strict=True):
                rail.add(stop)
                run.stops.append(stop)
        return runs

    def _reach(self, link: Link, twins: int) -> tuple[float, float]:
        """Return where links may begin: alone on a card also beside its middle."""
        frame, output = self.frames[link.source], link.output
        leaving = (k for k in self.plan.leaving[link.source] if k.output == output)
        home = self.plan.home
        away = sum(home(k.target) != home(k.source) for k in leaving)
        x = frame.outlet(output)[0]
        if away > twins or frame.seed or output is None or not frame.cards:
            return x, x
        if twins == 1:
            return x - ASIDE, x + ASIDE
        return frame.cards[output].x + BEGIN, frame.cards[output].right - BEGIN

    def _enter(self) -> None:
        """Choose where links enter a pill: in the order in which they come."""
        coming: dict[int, list[Run]] = {}
        for run in self.runs:
            coming.setdefault(run.link.target, []).append(run)
        for place, runs in coming.items():
            frame = self.frames[place]
            box = frame.pill or frame.cards[0]
            badged = self._badged(place)
            ends = BADGE if badged else 0.0, HOOK if self._hooked(place) else 0.0
            rail = _entry(box, len(runs), *ends)
            runs.sort(key=lambda r: (_approach(r), r.link.inlet))
            for run in runs:
                x = frame.inlets[run.link.inlet] if frame.inlets else box.middle[0]
                if x > box.right:  # past other ghosts, and in from the side
                    run.stops.append(Stop(x, 0, 0))
                    continue
                wish = _approach(run) if len(runs) > 1 else box.middle[0]
                wish = min(max(wish, rail.low + INLET), rail.high - INLET)
                beside = LANE if badged and run.wire.lane < 0 else 0.0
                stop = Stop(wish, INLET + beside, INLET)
                rail.stops.append(stop)
                run.stops.append(stop)
            rail.spread()

    def _badged(self, place: int) -> bool:
        """Say whether a place's badge stands on its pill, and not on a card."""
        kind = self.plan.places[place].kind
        return kind in ("ghost", "node") or not self.frames[place].cards

    def _hooked(self, place: int) -> bool:
        """Say whether a tag on a place's pill ever says that hooks wait there."""
        nodes = (one.block.node for one in self.plan.places[place].occupants)
        states = (s for id in nodes if id for _, s in self.plan.past.nodes[id])
        return any(state.hooks for state in states)

    def _turn(self, run: Run) -> None:
        """List where a link runs across, by the number of the channel above a row."""
        a = run.start[0]
        sink = _sunk(self.frames[run.link.source], run.link)
        for k, stop in enumerate(run.stops):
            b = stop.x
            start, end = k == 0, k == len(run.stops) - 1
            if run.down:
                channel, high, low = run.first + 1 + k, True, False
                if abs(a - b) < 0.5:
                    stop.x = a
                    continue
            else:
                channel = run.first + 1 - k
                high, low = start, not end
            over, under = OVER, UNDER
            if start and sink:
                over = run.start[1] + SINK - self.rows[run.first].bottom
            if end and run.wire.cut:
                under = CUT
            jog = Jog(run.link.source, a, high, b, low, run.wire.lane,
                      max(OVER, over), under)  # fmt: skip
            self.channels[channel].append(jog)
            run.jogs.append((channel, jog))
            a = b

    def _stretch(self) -> tuple[list[float], float]:
        """Move rows apart where what runs across needs more than there is."""
        shifts, shift = [], 0.0
        for k, jogs in enumerate(self.channels):
            need = tracks(jogs)
            top, bottom = self._zone(k)
            more = max(0.0, need - (bottom - top))
            spare = max(0.0, bottom - top - need) / 2 if jogs else 0.0
            for jog in jogs:
                jog.y += top + shift + spare
            shift += more
            shifts.append(shift)
        return shifts or [0.0], shift

    def _zone(self, channel: int) -> tuple[float, float]:
        """Return where what runs across a channel is clear of rows and grounds."""
        if not self.rows or channel == 0 or channel == len(self.rows):
            edge = self.rows[0].top if not channel and self.rows else None
            edge = self.rows[-1].bottom if edge is None and self.rows else edge
            return edge or 0.0, edge or 0.0
        over, under = self.rows[channel - 1], self.rows[channel]
        grounds = self.found.grounds.values()
        tops = [g.y for g in grounds if over.y < g.y < under.y]
        bottoms = [g.bottom for g in grounds if over.y < g.bottom < under.y]
        return max([over.bottom, *bottoms]), min([under.top, *tops])

    def way(self, run: Run) -> list[Point]:
        """Return the corners of a link's way."""
        frame = self.frames[run.link.target]
        pill = frame.pill or frame.cards[0]
        x, shift = run.stops[-1].x, self.shifts[run.last]
        corners = [(run.start[0], run.start[1] + self.shifts[run.first])]
        for _, jog in run.jogs:
            corners += [(jog.a, jog.y), (jog.b, jog.y)]
        if x > pill.right:
            side = pill.middle[1] + shift
            return [*corners, (x, side), (pill.right, side)]
        return [*corners, (x, pill.y + shift)]

    def place(self, run: Run) -> Box | None:
        """Return the room of what is written beside a link."""
        if run.room is None or run.wire.room is None:
            return None
        wide, high = run.wire.room
        y = self.found.labels[run.wire.link][1]
        y += self.shifts[self.row(y)]
        return Box(run.room.x - wide, y - high / 2, wide, high)


def beside(corners: list[Point], by: float) -> list[Point]:
    """Return what runs beside uprights and tracks: on the right of one that leads down.

    >>> beside([(0, 0), (0, 50), (40, 50), (40, 90)], -10.0)
    [(-10.0, 0.0), (-10.0, 60.0), (30.0, 60.0), (30.0, 90.0)]
    """
    found = []
    ways = [_way(a, b) for a, b in pairwise(corners)]
    for k, (x, y) in enumerate(corners):
        sides = {way for way in ways[max(0, k - 1) : k + 1] if any(way)}
        x += by * sum(dy for _, dy in sides)
        y -= by * sum(dx for dx, _ in sides)
        found.append((x, y))
    return found


def _way(a: Point, b: Point) -> tuple[int, int]:
    """Return the direction from one corner to the next."""
    (ax, ay), (bx, by) = a, b
    return (bx > ax) - (bx < ax), (by > ay) - (by < ay)


def _rows(found: Found, wires: Mapping[int, Wire]) -> list[Row]:
    """List the rows of places, and those of what is written between them."""
    rows: dict[int, Row] = {}

    def add(box: Box) -> Row:
        y = box.middle[1]
        row = rows.setdefault(round(y), Row(y, box.y, box.bottom))
        row.top, row.bottom = min(row.top, box.y), max(row.bottom, box.bottom)
        return row

    for box in found.boxes.values():
        add(box).blocked.append((box.x, box.right))
    for link, (x, y) in found.labels.items():
        wide, high = wires[link].room or (0.0, 0.0)
        add(Box(x - wide / 2, y - high / 2, wide, high))
    for row in rows.values():
        row.blocked.sort()
    return sorted(rows.values(), key=lambda row: row.y)


def _passing(way: list[Point], y: float, x: float) -> float:
    """Say where a curve passes a height."""
    for (ax, ay), (bx, by) in pairwise(way):
        if min(ay, by) <= y <= max(ay, by):
            return ax if ay == by else ax + (bx - ax) * (y - ay) / (by - ay)
    return x


def _approach(run: Run) -> float:
    return run.stops[-1].x if run.stops else run.start[0]


def _entry(box: Box, count: int, badge: float, hook: float) -> Rail:
    """Return the part of a pill that links may enter: one alone, near the middle."""
    low, high = box.x + badge, box.right - hook
    if count == 1:
        reach = box.w / 4 + INLET
        low = max(low, box.middle[0] - reach)
        high = min(high, box.middle[0] + reach)
    return Rail(low, high, tight=8.0)


def _sunk(frame: Frame, link: Link) -> bool:
    """Say whether a leaf's AccumulateGrad takes what comes back along a link."""
    output = link.output or 0
    return bool(frame.sinks and not link.slot and frame.sinks[output])
