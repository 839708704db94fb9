"""What the legend says: one row per kind of element, or per `.state`, that is on."""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]


def _rect(c: str, x: float, y: float, w: float, h: float, r: float = 0) -> Shape:
    return {"s": "rect", "x": x, "y": y, "w": w, "h": h, "r": r, "c": c}


def _path(c: str, d: str) -> Shape:
    return {"s": "path", "d": d, "c": c}


_ROWS: list[tuple[str, str, list[Shape]]] = [
    (
        "leaf",
        "a leaf with a place for its grad",
        [_rect("box leaf", 2, 1, 20, 12), _path("box thin", "M 2 9 L 22 9")],
    ),
    ("tensor", "a tensor that keeps no grad", [_rect("box", 1, 2, 22, 10, 4)]),
    ("operation", "recorded operation: grad_fn", [_rect("op", 1, 2, 22, 10, 5)]),
    (
        "saved",
        "saved for backward",
        [_rect("tag", 2, 2, 20, 10), _rect("clip", 2, 2, 4, 10)],
    ),
    (".gone", "freed: no name holds it", [_rect("box", 1, 2, 22, 10, 4)]),
    ("ghost", "ghost: ran, not recorded", [_rect("ghost", 1, 2, 22, 10, 5)]),
    (
        "band",
        "grad mode off",
        [
            _rect("band", 1, 1, 22, 12, 2),
            _path("hatch", "M 4 12 L 13 3 M 11 12 L 20 3"),
        ],
    ),
    ("tie", "one storage, shared", [_path("grey", "M 2 5 L 22 5 M 2 9 L 22 9")]),
    ("cut", "no edge to walk back", [_path("cut", "M 8 12 L 12 2 M 13 12 L 17 2")]),
    (
        "gradient",
        "gradient",
        [_path("grd", "M 21 7 L 8 7"), _path("head-grad", "M 10 2 L 3 7 L 10 12 Z")],
    ),
    (".bad", "refused", [_rect("op", 1, 2, 22, 10, 5)]),
]


def legend() -> list[dict[str, Any]]:
    """Return the legend's rows, each with a small drawing of 24 by 14 units.

    >>> legend()[0]["key"], legend()[0]["text"]
    ('leaf', 'a leaf with a place for its grad')
    """
    return [{"key": key, "text": text, "shapes": shapes} for key, text, shapes in _ROWS]
