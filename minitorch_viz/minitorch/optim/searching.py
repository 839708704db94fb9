"""A search along a line for a step that meets Wolfe's strong conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

#: How much of the first slope a step must gain, and how flat it must end.
_GAIN, _FLAT = 1e-4, 0.9


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the line: how far it is, the loss, the gradient, and the slope."""

    at: Any
    loss: float
    grad: Any
    slope: Any

    def kept(self) -> Point:
        """Return the point with a gradient that the next look doesn't write over."""
        return replace(self, grad=self.grad.clone())


@dataclass(slots=True)
class Search:
    """Looks along a direction; `evaluate(step)` gives the loss and the gradient."""

    evaluate: Callable[[Any], tuple[float, Any]]
    direction: Any
    first: Point
    tolerance: float
    most: int
    tries: int = 0
    evaluations: int = 0
    #: The largest step that a parameter takes for one step along the line.
    reach: Any = None

    def run(self, step: Any) -> Point:
        """Return the point that was found."""
        self.reach = self.direction.abs().max()
        self.first = self.first.kept()
        ends, done = self._bracket(step)
        if not done and self.tries < self.most:
            ends = self._zoom(ends)
        return ends[_low(ends)]

    def _look(self, step: Any) -> Point:
        loss, grad = self.evaluate(step)
        self.evaluations += 1
        return Point(step, loss, grad, grad.dot(self.direction))

    def _too_high(self, point: Point) -> bool:
        first = self.first
        return bool(point.loss > first.loss + _GAIN * point.at * first.slope)

    def _flat(self, point: Point) -> bool:
        return bool(abs(point.slope) <= -_FLAT * self.first.slope)

    def _bracket(self, step: Any) -> tuple[list[Point], bool]:
        """Go on until a point fits, or two points have one between them."""
        before, here = self.first, self._look(step)
        while self.tries < self.most:
            rises = self.tries > 1 and here.loss >= before.loss
            if self._too_high(here) or rises:
                return [before, here.kept()], False
            if self._flat(here):
                return [here], True
            if here.slope >= 0:
                return [before, here.kept()], False
            bounds = here.at + 0.01 * (here.at - before.at), here.at * 10
            step = _interpolated(before, here, bounds)
            before = here.kept()
            here = self._look(step)
            self.tries += 1
        return [self.first, here], False

    def _zoom(self, ends: list[Point]) -> list[Point]:
        """Narrow the bracket until a point in it fits."""
        stuck = False
        low = _low(ends)
        while self.tries < self.most:
            if abs(ends[1].at - ends[0].at) * self.reach < self.tolerance:
                break
            step, stuck = _inside(ends, stuck)
            here = self._look(step)
            self.tries += 1
            if self._too_high(here) or here.loss >= ends[low].loss:
                ends[1 - low] = here.kept()
                low = _low(ends)
                continue
            fits = self._flat(here)
            if not fits and here.slope * (ends[1 - low].at - ends[low].at) >= 0:
                ends[1 - low] = ends[low]
            ends[low] = here.kept()
            if fits:
                return [ends[low]]
        return [ends[low]]


def _low(ends: list[Point]) -> int:
    return 0 if ends[0].loss <= ends[-1].loss else 1


# Steps are tensors most of the time, and each comparison of two is an operation of the
# program's: they come in PyTorch's order.
def _inside(ends: list[Point], stuck: bool) -> tuple[Any, bool]:
    """Return where to look next, and whether it is too near an end to be of use."""
    step = _interpolated(*ends)
    places = [end.at for end in ends]
    margin = 0.1 * (max(places) - min(places))
    if not min(max(places) - step, step - min(places)) < margin:
        return step, False
    if not (stuck or step >= max(places) or step <= min(places)):
        return step, True
    if abs(step - max(places)) < abs(step - min(places)):
        return max(places) - margin, False
    return min(places) + margin, False


def _interpolated(a: Point, b: Point, bounds: Any = None) -> Any:
    """Return where the cubic through two points with these slopes is lowest."""
    least, most = bounds or ((a.at, b.at) if a.at <= b.at else (b.at, a.at))
    mean = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.at - b.at)
    square = mean**2 - a.slope * b.slope
    if not square >= 0:
        return (least + most) / 2.0
    root = square.sqrt()
    near, far = (a, b) if a.at <= b.at else (b, a)
    lowest = far.at - (far.at - near.at) * (
        (far.slope + root - mean) / (far.slope - near.slope + 2 * root)
    )
    return min(max(lowest, least), most)
