"""What a backward pass notes of a node: what it waits for, and what has come.

A box is a list. It begins with the place of the node's first output: what gradients
must fit, the sum of those that came, and how often that was added to in place (PyTorch
counts that as its version, which the `.grad` that becomes of it shows). Then come the
number of edges to wait for, where the node's own gradients go, and the places of the
other outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SHAPE, KIND, GRAD, BUMPS, WAITING, TARGETS, MORE = range(7)


def box_of(targets: Any, shapes: Sequence[Any]) -> list[Any]:
    """Return the box of a node at the first edge that leads there.

    >>> box_of((), [((2,), "float"), ((3,), "float")])
    [(2,), 'float', None, 0, 1, (), ([(3,), 'float', None, 0],)]
    """
    first, *others = shapes
    return [*first, None, 0, 1, targets, tuple([*each, None, 0] for each in others)]


def place_of(box: list[Any], number: int) -> list[Any]:
    """Return the place of an output: the first is the box itself.

    >>> place_of(box_of((), [((2,), "float"), ((3,), "float")]), 1)
    [(3,), 'float', None, 0]
    """
    found: list[Any] = box[MORE][number - 1] if number else box
    return found


def received(box: list[Any]) -> list[Any]:
    """Return the gradients that came for each output.

    >>> received(box_of((), [((2,), "float")]))
    [None]
    """
    return [box[GRAD], *[place[GRAD] for place in box[MORE]]]


def bumps(box: list[Any]) -> list[int]:
    """Return how often the gradient of each output was added to in place.

    >>> bumps(box_of((), [((2,), "float")]))
    [0]
    """
    return [box[BUMPS], *[place[BUMPS] for place in box[MORE]]]
