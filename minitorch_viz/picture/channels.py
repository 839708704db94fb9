"""Between two rows of a layout: links run across there, each on a track of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

#: What a track takes, alone and with something that runs beside its line.
TRACK, BESIDE = 13.0, 25.0
#: A track keeps so far from rows, and lines that run down so far from each other.
OVER, UNDER, CLEAR = 8.0, 16.0, 15.0


@dataclass(slots=True)
class Jog:
    """Where a link leaves one upright for another: from `a` to `b`.

    `high` says of both ends whether the upright goes up from here; `start` names what
    both lines of a trunk come from. `over` is what it needs to be free above, `under`
    below its track.

    >>> Jog(0, 10, True, 40, False).span
    (10, 40)
    """

    start: int
    a: float
    a_high: bool
    b: float
    b_high: bool
    lane: int = 0
    over: float = OVER
    under: float = UNDER
    y: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        return min(self.a, self.b), max(self.a, self.b)

    @property
    def high(self) -> tuple[float, ...]:
        """Where its uprights go up."""
        return tuple(
            x for x, up in ((self.a, self.a_high), (self.b, self.b_high)) if up
        )

    @property
    def low(self) -> tuple[float, ...]:
        """Where its uprights go down."""
        return tuple(
            x for x, up in ((self.a, self.a_high), (self.b, self.b_high)) if not up
        )


def tracks(jogs: Sequence[Jog]) -> float:
    """Give each jog its height below the channel's top; return what they all take.

    >>> one, other = Jog(0, 10, True, 40, False), Jog(1, 20, True, 60, False)
    >>> tracks([one, other]), one.y, other.y
    (50.0, 23.0, 10.0)
    """
    if not jogs:
        return 0.0
    levels: list[list[Jog]] = []
    reached: list[tuple[Jog, int]] = []
    for jog in _ordered(jogs):
        level = max((k + 1 for other, k in reached if _near(other, jog)), default=0)
        reached.append((jog, level))
        levels += [[] for _ in range(level + 1 - len(levels))]
        levels[level].append(jog)
    y = max(jog.over for jog in jogs)
    for members in levels:
        lane = any(jog.lane for jog in members)
        for jog in members:
            # On its left, what runs beside is below on the way to the right.
            under = (jog.b < jog.a) == (jog.lane > 0)
            jog.y = y + (2.0 if under or not lane else 12.0)
        y += BESIDE if lane else TRACK
    return y + max(jog.under for jog in jogs)


def _near(one: Jog, other: Jog) -> bool:
    """Say whether two jogs can't be on one track."""
    (a, b), (c, d) = one.span, other.span
    return a - CLEAR < d and c - CLEAR < b


def _ordered(jogs: Sequence[Jog]) -> list[Jog]:
    """Order jogs downwards, so that lines cross little and none lies on another."""
    costs = {id(jog): 0 for jog in jogs}
    above: dict[tuple[int, int], int] = {}
    for one, other in combinations(jogs, 2):
        if _near(one, other):
            first, second = _cost(one, other), _cost(other, one)
            above[id(one), id(other)] = first - second
            above[id(other), id(one)] = second - first
            costs[id(one)] += first - second
            costs[id(other)] += second - first
    left, found = list(jogs), []
    while left:
        best = min(left, key=lambda jog: (costs[id(jog)], *jog.span))
        left.remove(best)
        found.append(best)
        for jog in left:
            costs[id(jog)] -= above.get((id(jog), id(best)), 0)
    return found


def _cost(upper: Jog, lower: Jog) -> int:
    """Count what is crossed, or lain on, if one jog's track is above another's."""
    (a, b), (c, d) = upper.span, lower.span
    crossed = sum(c < x < d for x in upper.low) + sum(a < x < b for x in lower.high)
    lain = sum(
        abs(x - y) < CLEAR
        for x in upper.low
        for y in lower.high
        if upper.start != lower.start or x != y
    )
    return crossed + 8 * lain
