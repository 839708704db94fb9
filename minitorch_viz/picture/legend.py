"""The legend: what each shape means, for those that are on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .curves import hatched, head, line
from .shapes import Box, Element, Path, Rect, Shape
from .states import states, visible


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the legend: whose sign it is, its words, an icon of 24 x 14.

    `key` is a kind of element, or a state after a dot: `.gone`.

    >>> Row("tie", "one storage, shared", ()).state
    ''
    """

    key: str
    words: str
    shapes: tuple[Shape, ...]

    @property
    def state(self) -> str:
        return self.key[1:] if self.key.startswith(".") else ""

    def explains(self, element: Element, step: int) -> bool:
        """Say whether an element that is seen at a step bears this sign."""
        if self.state:
            return self.state in states(element, step)
        return self.key == element.kind

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON data."""
        shapes = [shape.to_dict() for shape in self.shapes]
        return {"key": self.key, "text": self.words, "shapes": shapes}


_PILL, _TAG, _CARD = Box(1, 2, 22, 10), Box(2, 2, 20, 10), Box(2, 1, 20, 12)
_CLIP = Rect(Box(2, 2, 4, 10), "clip")
LEGEND = (
    Row("leaf", "a leaf with a place for its grad",
        (Rect(_CARD, "box leaf"), Path(line((2, 9), (22, 9)), "line"))),
    Row("tensor", "a result: its grad is not kept", (Rect(_CARD, "box", 4),)),
    Row("plain", "autograd does not follow it", (Rect(_CARD, "box plain", 4),)),
    Row("operation", "recorded operation: grad_fn", (Rect(_PILL, "op", 5),)),
    Row("fold", "folded: several in one",
        (Rect(Box(4, 4, 19, 6), "op", 3), Rect(Box(1, 2, 19, 10), "op", 3))),
    Row("ghost", "ghost: ran, not recorded", (Rect(_PILL, "ghost", 5),)),
    Row("saved", "saved for backward", (Rect(_TAG, "tag"), _CLIP)),
    Row(".freed", "saved, then freed",
        (Rect(_TAG, "tag"), hatched(Box(6, 3, 15, 8), "hatch-tag", 6), _CLIP)),
    Row("cut", "cut: no edge to walk back",
        (Path(line((2, 7), (22, 7)), "unrec"),
         Path(line((8, 12), (11, 2)) + line((12, 12), (15, 2)), "cut"))),
    Row("tie", "one storage, shared",
        (Path(line((2, 5), (22, 5)) + line((2, 9), (22, 9)), "grey"),)),
    Row("version", "version of its storage", (Rect(Box(3, 2, 18, 10), "num", 3),)),
    Row("map", "its numbers: faint is low, strong is high",
        (*(Rect(Box(2 + 5 * k, 4, 5, 7), f"heat-{k + 1}") for k in range(4)),
         Rect(Box(2, 4, 20, 7), "map"))),
    Row("hook", "a hook waits for its gradient", (Rect(Box(3, 2, 18, 10), "num", 3),)),
    Row("band", "grad mode off",
        (Rect(Box(1, 1, 22, 12), "band", 2),
         hatched(Box(3, 3, 18, 8), "hatch", 6))),
    Row("gradient", "gradient",
        (Path(line((22, 7), (10, 7)), "grd"),
         Path(head((2, 7), (-1, 0)), "head-grad"))),
    Row(".gone", "gone: no name holds it", (Rect(_PILL, "box", 4),)),
    Row(".bad", "refused: the error",
        (Rect(_PILL, "op", 5),
         Path(line((9, 4), (15, 10)) + line((15, 4), (9, 10)), "cross"))),
)  # fmt: skip


def table() -> list[dict[str, Any]]:
    """Return all rows as JSON data, for the player.

    >>> table()[0]["key"], table()[0]["text"]
    ('leaf', 'a leaf with a place for its grad')
    """
    return [row.to_dict() for row in LEGEND]


def legend(elements: tuple[Element, ...], step: int) -> list[Row]:
    """List the rows for what is on the screen at a step.

    >>> legend((), 0)
    []
    """
    seen = [e for e in elements if visible(e, step)]
    return [row for row in LEGEND if any(row.explains(e, step) for e in seen)]
