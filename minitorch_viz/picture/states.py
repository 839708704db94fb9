"""What of a scene is seen at a step, and in which state."""

from __future__ import annotations

from .shapes import Element, inside

STATES = ("gone", "new", "hot", "bad", "freed")


def visible(element: Element, step: int) -> bool:
    """Say whether an element is seen at a step; badges are while they are news.

    >>> visible(Element("badge", ((2, None),), (), marks={"new": (2,)}), 3)
    False
    """
    if element.kind == "badge":
        return step in element.marks.get("new", ())
    return inside(step, element.on)


def states(element: Element, step: int) -> frozenset[str]:
    """Name the states that an element is in at a step.

    >>> sorted(states(Element("leaf", ((0, None),), (), marks={"new": (2,)}), 2))
    ['new']
    """
    marks = element.marks
    found = {n for n in STATES if n != "new" and inside(step, marks.get(n, ()))}
    if step in marks.get("new", ()):
        found.add("new")
    return frozenset(found)
