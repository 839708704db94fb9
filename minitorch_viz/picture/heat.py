"""Small maps of numbers on the cards: each cell as strong as its number is high."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from ..snapshot import SIDE, TensorState, ValueState, sides
from . import words
from .curves import line
from .events import span
from .places import Occupant, Plan
from .shapes import Box, Element, Path, Rect, Shape

#: So many levels; so many cells in all of a card's maps: each turn of a loop may bring
#: a new one.
LEVELS, BUDGET = 6, 1500
TALL, GAP = 32.0, 8.0


def grid(state: TensorState, value: ValueState | None) -> tuple[int, int] | None:
    """Return the rows and columns of a tensor's map, None where text tells all.

    >>> six = ValueState("(6,) 0. … 5.", (0, 1, 2, 3, 4, 5), 0.0, 5.0)
    >>> grid(TensorState("t0", shape=(6,)), six)
    (1, 6)
    """
    # A list in brackets is all numbers already; what is equal needs no map.
    if value is None or value.low == value.high or not value.text.startswith("("):
        return None
    rows, columns = sides(state.shape) or (0, 0)
    if not rows or not (value.sample if max(rows, columns) > SIDE else value.numbers):
        return None
    return min(rows, SIDE), min(columns, SIDE)


def _cell_numbers(value: ValueState) -> tuple[float | int | bool | str, ...]:
    return value.sample or value.numbers or ()


def states(
    plan: Plan, one: Occupant, output: int
) -> list[tuple[int, int | None, TensorState, ValueState]]:
    """List what maps a card shows: from a step, to a step, of what."""
    found = []
    gone = words.card(plan, one, output).gone
    timeline = plan.past.tensors[one.block.outputs[output]]
    for k, (step, state) in enumerate(timeline):
        end = timeline[k + 1][0] if k + 1 < len(timeline) else None
        value = plan.past.value(state.value)
        late = gone is not None and step >= gone and step > one.start
        if end is not None and end <= one.start and one.start > step:
            continue
        if value is not None and not late and grid(state, value):
            found.append((max(step, one.start), end, state, value))
    return found


def room(plan: Plan, occupants: Iterable[Occupant], output: int) -> float:
    """Return how much of a card's width its maps take: nothing if they are too many."""
    maps = [s for one in occupants for s in states(plan, one, output)]
    if not maps or sum(len(_cell_numbers(v)) for _, _, _, v in maps) > BUDGET:
        return 0.0
    sizes = [grid(state, value) or (1, 1) for _, _, state, value in maps]
    return max(columns * _cell(rows) for rows, columns in sizes) + GAP


def _cell(rows: int) -> float:
    return float(min(8, TALL // rows))


def maps(
    plan: Plan, one: Occupant, output: int, box: Box, wide: float
) -> list[Element]:
    """Draw the maps of a card, in the `wide` part of it on the right."""
    if not wide:
        return []
    found = []
    gone = words.card(plan, one, output).gone
    for start, end, state, value in states(plan, one, output):
        rows, columns = grid(state, value) or (1, 1)
        cell = _cell(rows)
        x, y = box.right - 10 - columns * cell, box.y + 9 + (TALL - rows * cell) / 2
        shapes = _cells(value, columns, Box(x, y, cell, cell))
        shapes += (Rect(Box(x, y, columns * cell, rows * cell), "map"),)
        marks = {"gone": span(one, gone) if gone is not None else ()}
        ids = (one.block.outputs[output],)
        found.append(Element("map", span(one, start, end), shapes, ids, marks))
    return found


def level(number: Any, low: float, high: float) -> int | None:
    """Return a number's level from 0 to 5; None for infinities and NaN.

    >>> level(0.0, 0.0, 5.0), level(5.0, 0.0, 5.0), level("nan", 0.0, 5.0)
    (0, 5, None)
    """
    if isinstance(number, str):
        return None
    # Halves, because the difference of two numbers may be too large to be one.
    part = (number / 2 - low / 2) / ((high / 2 - low / 2) or 1.0)
    return max(0, min(LEVELS - 1, int(part * LEVELS)))


def _cells(value: ValueState, columns: int, cell: Box) -> tuple[Shape, ...]:
    """Draw the cells of each level as one path, neighbours in a row as one piece."""
    low, high = value.low or 0.0, value.high or 0.0
    paths: dict[str, str] = {}
    levels = [level(n, low, high) for n in _cell_numbers(value)]
    for start in range(0, len(levels), columns):
        row, y = enumerate(levels[start : start + columns]), start // columns
        for found, run in groupby(row, key=lambda c: c[1]):
            at = [k for k, _ in run]
            piece = Box(cell.x + at[0] * cell.w, cell.y + y * cell.h,
                        len(at) * cell.w, cell.h)  # fmt: skip
            name = "heat-odd" if found is None else f"heat-{found}"
            paths[name] = paths.get(name, "") + _piece(piece, odd=found is None)
    return tuple(Path(d, name) for name, d in sorted(paths.items()))


def _piece(box: Box, *, odd: bool) -> str:
    a, b, c, d = ((box.x, box.y), (box.right, box.y),
                  (box.right, box.bottom), (box.x, box.bottom))  # fmt: skip
    return line(a, c) + line(b, d) if odd else line(a, b, c, d) + "Z"
