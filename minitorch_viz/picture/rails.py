"""What stands side by side on one line: lines that pass a row, inputs of a pill."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(slots=True)
class Stop:
    """Where a link passes a row or enters a pill, and what it takes on both sides.

    >>> Stop(20, 5, 5).x
    20
    """

    x: float
    left: float
    right: float
    rail: Rail | None = None
    held: bool = True

    def room(self) -> tuple[float, float]:
        """Return from where to where it can move: up to a neighbour, if that is held.

        >>> rail = Rail(0, 100, [Stop(20, 5, 5), Stop(60, 5, 5, held=False)])
        >>> rail.spread()
        >>> rail.stops[0].room()
        (5, 85)
        """
        if self.rail is None:
            return self.x, self.x
        before, after = self.rail.around(self)
        low, high = self.rail.low, self.rail.high
        for stop in before:
            low = stop.x + stop.right if stop.held else low + stop.left + stop.right
        for stop in after[::-1]:
            high = stop.x - stop.left if stop.held else high - stop.left - stop.right
        low, high = low + self.left, high - self.right
        return (low, high) if low <= high else (self.x, self.x)

    def bears(self, x: float) -> bool:
        """Say whether it could stand there if its neighbours bear it a little nearer.

        >>> rail = Rail(0, 100, [Stop(20, 5, 5), Stop(30, 5, 5)], tight=4)
        >>> rail.spread()
        >>> rail.stops[0].bears(23), rail.stops[0].bears(25)
        (True, False)
        """
        if self.rail is None:
            return False
        before, after = self.rail.around(self)
        low, high, tight = self.rail.low, self.rail.high, self.rail.tight
        if before:
            low = before[-1].x + before[-1].right - tight
        if after:
            high = after[0].x - after[0].left + tight
        return low + self.left <= x <= high - self.right

    def move(self, x: float) -> None:
        """Stand elsewhere in its room, and push its neighbours on.

        >>> rail = Rail(0, 100, [Stop(20, 5, 5), Stop(60, 5, 5)])
        >>> rail.spread()
        >>> rail.stops[0].move(55)
        >>> rail.stops[1].x
        65
        """
        if self.rail is None or x == self.x:
            self.x = x
            return
        self.x = x
        before, after = self.rail.around(self)
        for stop, last in pairwise([self, *after]):
            last.x = max(last.x, stop.x + stop.right + last.left)
        for stop, last in pairwise([self, *before[::-1]]):
            last.x = min(last.x, stop.x - stop.left - last.right)


@dataclass(slots=True)
class Rail:
    """A free stretch between two boxes, and what stands on it from left to right.

    For a line to be straight, two may stand by `tight` nearer to each other.

    >>> Rail(0, 100).stops
    []
    """

    low: float
    high: float
    stops: list[Stop] = field(default_factory=list)
    tight: float = 4.0

    @property
    def spare(self) -> float:
        """How much of it nothing stands on yet."""
        return self.high - self.low - sum(s.left + s.right for s in self.stops)

    def around(self, stop: Stop) -> tuple[list[Stop], list[Stop]]:
        """Return what stands on the left and on the right of a stop.

        >>> rail = Rail(0, 100, [Stop(20, 5, 5), Stop(60, 5, 5)])
        >>> [len(side) for side in rail.around(rail.stops[0])]
        [0, 1]
        """
        k = next(k for k, each in enumerate(self.stops) if each is stop)
        return self.stops[:k], self.stops[k + 1 :]

    def add(self, stop: Stop) -> None:
        """Put a stop where it wishes to be among the others."""
        insort(self.stops, stop, key=lambda each: each.x)

    def spread(self) -> None:
        """Move all as far apart as they need, and no further.

        >>> rail = Rail(0, 100, [Stop(20, 5, 5), Stop(22, 5, 5)])
        >>> rail.spread()
        >>> [stop.x for stop in rail.stops]
        [16.0, 26.0]
        """
        for stop in self.stops:
            stop.rail = self
        clusters: list[list[Stop]] = []
        for stop in self.stops:
            clusters.append([stop])
            while len(clusters) > 1 and _touch(clusters[-2], clusters[-1]):
                clusters[-2:] = [clusters[-2] + clusters[-1]]
                _gather(clusters[-1])
        self._inside()

    def _inside(self) -> None:
        """Push what stands outside in: from the right, then from the left."""
        high = self.high
        for stop in reversed(self.stops):
            stop.x = min(stop.x, high - stop.right)
            high = stop.x - stop.left
        low = self.low
        for stop in self.stops:
            stop.x = max(stop.x, low + stop.left)
            low = stop.x + stop.right
        if self.stops and low > self.high:  # too narrow for all: evenly, then
            step = (self.high - self.low) / len(self.stops)
            for k, stop in enumerate(self.stops):
                stop.x = self.low + step * (k + 0.5)
                stop.left = stop.right = step / 2


def _touch(one: list[Stop], other: list[Stop]) -> bool:
    return one[-1].x + one[-1].right > other[0].x - other[0].left


def _gather(stops: list[Stop]) -> None:
    """Set stops side by side, about the middle of where they were."""
    wished = sum(stop.x for stop in stops) / len(stops)
    at = [0.0]
    for before, after in pairwise(stops):
        at.append(at[-1] + before.right + after.left)
    off = wished - sum(at) / len(at)
    for stop, x in zip(stops, at, strict=True):
        stop.x = x + off
