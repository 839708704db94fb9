"""What the records of a trace point to is there: checked when a trace is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import is_dataclass
from typing import Any

from .codec import hints, wrong
from .snapshot import Site

#: The kinds of records that a field may point to, by the first letter of the id.
_POINTS = {
    "grad_fn": "n",
    "grad": "t",
    "view_of": "t",
    "made_by": "o",
    "variable": "t",
    "tensor": "t",
    "node": "n",
    "source": "n",
    "outputs": "t",
    "operation": "o",
    "call": "c",
    "inside": "c",
    "deleted": "tno",
    "culprit_node": "n",
    "culprit_tensor": "t",
}
_NOUNS = {
    "t": "a tensor",
    "n": "a node",
    "o": "an operation",
    "c": "a call",
    "tno": "a record",
}


def check(record: Any, where: str, known: Collection[str], lines: int) -> None:
    """Raise ValueError if a record points to nothing, or outside the program.

    >>> from minitorch_viz.snapshot import EdgeState
    >>> check(EdgeState("n7"), "edge", {"n0"}, 1)
    Traceback (most recent call last):
        ...
    ValueError: edge.node must be the id of a node in this trace, got 'n7'
    """
    if isinstance(record, Site):
        _check_site(record, where, lines)
        return
    for name in hints(type(record)):
        value, place = getattr(record, name), f"{where}.{name}"
        if name in _POINTS:
            _check_ids(value, place, known, _POINTS[name])
        elif is_dataclass(value):
            check(value, place, known, lines)
        elif isinstance(value, tuple):
            for k, item in enumerate(value):
                if is_dataclass(item):
                    check(item, f"{place}[{k}]", known, lines)
                else:
                    _check_number(item, f"{place}[{k}]")
        else:
            _check_number(value, place)


def _check_ids(value: Any, where: str, known: Collection[str], letters: str) -> None:
    ids: Iterable[str | None] = value if isinstance(value, tuple) else (value,)
    for each in ids:
        if each is not None and (each not in known or each[0] not in letters):
            raise wrong(where, f"the id of {_NOUNS[letters]} in this trace", each)


def _check_number(value: Any, where: str) -> None:
    if type(value) is int and value < 0:
        raise wrong(where, "0 or more", value)


def _check_site(site: Site, where: str, lines: int) -> None:
    start, end = (site.line, site.column), (site.end_line, site.end_column)
    if not (site.line >= 1 and site.end_line <= lines and start <= end):
        raise wrong(where, f"a place in lines 1..{lines}", [*start, *end])
    for name in ("column", "end_column"):
        _check_number(getattr(site, name), f"{where}.{name}")
