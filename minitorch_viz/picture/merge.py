"""Elements that differ only in when they are seen and what they say become one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from .shapes import Element, Shape, Span, Text


def merged(elements: list[Element]) -> list[Element]:
    """Merge the occupants of a place: a loop's hundred turns need one set of shapes.

    >>> from .shapes import Element, Text
    >>> turns = [Element("leaf", ((k, k + 1),), (Text(0, 0, str(k)),)) for k in (1, 2)]
    >>> merged(turns)[0].shapes[0].t
    ((1, '1'), (2, '2'))
    """
    found: dict[Hashable, list[Element]] = {}
    for element in elements:
        if element.on:
            found.setdefault(_key(element), []).append(element)
    return [_one(group) for group in found.values()]


def _key(element: Element) -> Hashable:
    return (
        element.kind,
        element.fold,
        tuple(
            (s.x, s.y, s.c, s.a) if isinstance(s, Text) else s for s in element.shapes
        ),
    )


def _one(group: list[Element]) -> Element:
    if len(group) == 1:
        return group[0]
    first = group[0]
    shapes = tuple(
        _texts(group, k) if isinstance(shape, Text) else shape
        for k, shape in enumerate(first.shapes)
    )
    names = {name for e in group for name in e.marks}
    marks = {n: _joined(e.marks.get(n, ()) for e in group) for n in sorted(names)}
    of = tuple(dict.fromkeys(id for e in group for id in e.of))
    on = spans(s for e in group for s in e.on)
    return Element(first.kind, on, shapes, of, marks, first.fold)


def _joined(marks: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    every = [m for several in marks for m in several]
    if every and isinstance(every[0], tuple):
        return spans(every)
    return tuple(sorted(set(every)))


def spans(found: Iterable[Span]) -> tuple[Span, ...]:
    """Join intervals that touch.

    >>> spans([(3, 5), (1, 3), (7, None)])
    ((1, 5), (7, None))
    """
    joined: list[Span] = []
    for start, end in sorted(found, key=lambda s: s[0]):
        if joined and (joined[-1][1] is None or start <= joined[-1][1]):
            last = joined[-1][1]
            longer = None if last is None or end is None else max(last, end)
            joined[-1] = (joined[-1][0], longer)
        else:
            joined.append((start, end))
    return tuple(joined)


def _texts(group: list[Element], k: int) -> Shape:
    """Tell one text after another, each from where its element begins."""
    said: dict[int, str] = {}
    for element in sorted(group, key=lambda e: e.on[0][0]):
        text = element.shapes[k]
        assert isinstance(text, Text)
        start = element.on[0][0]
        said[start] = text.at(start)
        if not isinstance(text.t, str):
            said.update({s: t for s, t in text.t if s > start})
    first = group[0].shapes[k]
    assert isinstance(first, Text)
    if len(set(said.values())) == 1:
        return Text(first.x, first.y, next(iter(said.values())), first.c, first.a)
    line: list[tuple[int, str]] = []
    for step, t in sorted(said.items()):
        if not line or line[-1][1] != t:
            line.append((step, t))
    return Text(first.x, first.y, tuple(line), first.c, first.a)
