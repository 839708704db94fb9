"""The legend: what each shape means, for those that are on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .curves import hatching, head, line
from .shapes import Box, Element, Path, Rect, Shape
from .states import states, visible


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the legend: an icon of 24 x 14, words, and whose sign it is.

    It is on the screen when an element of one of `kinds` (any, if empty) is in `state`
    ("": neither gone nor freed) and, if `has` is given, has a shape of that class.
    """

    key: str
    words: str
    kinds: tuple[str, ...]
    state: str
    shapes: tuple[Shape, ...]
    has: str = ""

    def on(self, element: Element, step: int) -> bool:
        """Say whether an element that is seen at a step bears this sign."""
        marks = states(element, step)
        over = bool(marks & {"gone", "freed"})
        right = self.state in marks if self.state else not over
        named = not self.kinds or element.kind in self.kinds
        return right and named and (not self.has or _has(element, self.has))

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON data."""
        return {
            "key": self.key,
            "words": self.words,
            "kinds": list(self.kinds),
            "state": self.state,
            "has": self.has,
            "shapes": [shape.to_dict() for shape in self.shapes],
        }


def _has(element: Element, name: str) -> bool:
    return any(name in shape.c.split() for shape in element.shapes)


_PILL = Box(1, 2, 22, 10)
_HATCH = Path(hatching(Box(3, 3, 18, 8), 6), "hatch")
LEGEND = (
    Row("leaf", "a leaf with a place for its grad", ("leaf",), "",
        (Rect(Box(2, 1, 20, 12), "box leaf"), Path(line((2, 9), (22, 9)), "line")),
        "slot"),
    Row("operation", "recorded operation: grad_fn", ("operation",), "",
        (Rect(_PILL, "op", 5),)),
    Row("saved", "saved for backward", ("saved",), "",
        (Rect(Box(2, 2, 20, 10), "tag"), Rect(Box(2, 2, 4, 10), "clip"))),
    Row("freed", "saved, then freed", ("saved",), "freed",
        (Rect(Box(2, 2, 20, 10), "tag muted"), _HATCH)),
    Row("ghost", "ghost: ran, not recorded", ("ghost",), "",
        (Rect(_PILL, "ghost", 5),)),
    Row("plain", "autograd does not follow it", ("tensor",), "",
        (Rect(Box(2, 1, 20, 12), "box plain", 3),), "plain"),
    Row("cut", "cut: no node behind it", ("cut",), "",
        (Path(line((2, 7), (22, 7)), "unrec"),
         Path(line((8, 12), (11, 2)) + line((12, 12), (15, 2)), "cut"))),
    Row("tie", "one storage, shared", ("tie",), "",
        (Path(line((2, 5), (22, 5)) + line((2, 9), (22, 9)), "grey"),)),
    Row("version", "version of its storage", ("version",), "",
        (Rect(Box(3, 2, 18, 10), "num", 3),)),
    Row("gone", "freed: no name holds it", ("tensor", "leaf"), "gone",
        (Rect(_PILL, "box gone-icon", 4),)),
    Row("band", "grad mode off", ("band",), "",
        (Rect(Box(1, 1, 22, 12), "band", 2), _HATCH)),
    Row("gradient", "gradient", ("gradient",), "",
        (Path(line((22, 7), (10, 7)), "grd"),
         Path(head((2, 7), (-1, 0)), "head-grad"))),
    Row("error", "refused: the error", (), "bad",
        (Rect(_PILL, "badbox", 5),
         Path(line((9, 4), (15, 10)) + line((15, 4), (9, 10)), "cross"))),
)  # fmt: skip


def legend(elements: tuple[Element, ...], step: int) -> list[Row]:
    """List the rows for what is on the screen at a step.

    >>> legend((), 0)
    []
    """
    seen = [e for e in elements if visible(e, step)]
    return [row for row in LEGEND if any(row.on(e, step) for e in seen)]
