"""One line of the table: a figure, what it should stay under, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number beside its aim; `note` says where the number is from.

    >>> print(Figure("page size", 82.3, 300, "KB", "07_randn_session"))
    page size                         82.3 KB  (aim:   300 KB)    07_randn_session
    """

    name: str
    value: float
    aim: float
    unit: str
    note: str = ""

    def __str__(self) -> str:
        sign = "  " if self.value <= self.aim else " !"
        aim = f"(aim: {self.aim:5g} {self.unit})"
        told = (
            f"{self.name:28}{self.value:10.4g} {self.unit:2}{sign}{aim:18} {self.note}"
        )
        return told.rstrip()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values don't exceed.

    >>> percentile([3, 1, 2, 4], 0.5), percentile(range(1, 101), 0.95)
    (2, 95)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
