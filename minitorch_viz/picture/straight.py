"""Links made straight: what of a way can stand below each other is set so."""

from __future__ import annotations

from collections.abc import Sequence

from .rails import Stop

#: What is nearer than that to being below each other is.
SAME = 0.5


def straighten(
    stops: Sequence[Stop], start: float, reach: tuple[float, float]
) -> float:
    """Set as many stops as can be below each other, one stretch after another.

    A link may begin anywhere in `reach`; where it does is returned.

    >>> stop = Stop(20, 5, 5)
    >>> straighten([stop], 12, (12, 24)), stop.x
    (20, 20)
    """
    low, high = reach
    begun = True
    stretch: list[Stop] = []
    for stop in stops:
        a, b = stop.room()
        if max(a, low) <= min(b, high):
            low, high = max(a, low), min(b, high)
            stretch.append(stop)
            continue
        _set(stretch, low, high, held=begun or len(stretch) > 1)
        low, high, stretch, begun = a, b, [stop], False
    _set(stretch, low, high, held=begun or len(stretch) > 1)
    return stops[0].x if stops and reach[0] <= stops[0].x <= reach[1] else start


def _set(stretch: list[Stop], low: float, high: float, *, held: bool) -> None:
    """Set stops where the last of them is, or as near as all of them can be."""
    if stretch:
        x = min(max(stretch[-1].x, low), high)
        for stop in stretch:
            stop.move(x)
            stop.held = held


def squeeze(stops: Sequence[Stop], start: float, reach: tuple[float, float]) -> float:
    """Do without a small jog where it only takes to stand a little nearer to others.

    >>> from .rails import Rail
    >>> rail = Rail(0, 100, [Stop(20, 5, 5), Stop(30, 5, 5)])
    >>> rail.spread()
    >>> squeeze(rail.stops[:1], 23, (23, 23)), rail.stops[0].x
    (23, 23)
    """
    upper: list[Stop] = []
    x, begins = start, True
    for lower in _stretches(stops):
        there = lower[0].x
        if abs(there - x) < SAME:
            pass
        elif all(stop.bears(x) for stop in lower):
            _stand(lower, x)
        elif (not begins or reach[0] <= there <= reach[1]) and all(
            stop.bears(there) for stop in upper
        ):
            _stand(upper, there)
            start = there if begins else start
            x = there
        else:
            x, upper, begins = there, [], False
        upper += lower
    return start


def _stretches(stops: Sequence[Stop]) -> list[list[Stop]]:
    found: list[list[Stop]] = []
    for stop in stops:
        if found and abs(found[-1][0].x - stop.x) < SAME:
            found[-1].append(stop)
        else:
            found.append([stop])
    return found


def _stand(stops: Sequence[Stop], x: float) -> None:
    for stop in stops:
        stop.x = x
