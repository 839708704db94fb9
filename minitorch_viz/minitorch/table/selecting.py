"""Which of equal elements is picked: that depends on how PyTorch's kernels search.

`sort`, `topk` and `mode` call C++'s `sort` and `nth_element`, as libstdc++ has them;
`kthvalue` has a quickselect of its own (ATen's Sorting.cpp).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..storage import Array

#: Says of two elements whether the first must come before the second.
Before = Callable[[Any, Any], bool]
Order = list[Any]
#: Up to so many elements are sorted by insertion, which leaves equal ones as they are.
SHORT = 16


def ascending(a: Any, b: Any) -> bool:
    """Return True if `a` comes before `b`; NaN comes last.

    >>> ascending(1.0, 2.0), ascending(float("nan"), 1.0)
    (True, False)
    """
    return bool(a < b or (b != b and a == a))


def descending(a: Any, b: Any) -> bool:
    """Return True if `a` comes before `b`; NaN comes first.

    >>> descending(1.0, 2.0), descending(float("nan"), 1.0)
    (False, True)
    """
    return bool(a > b or (a != a and b == b))


def rows_with_ties(self: Array, dim: int, ranked: Array) -> np.ndarray[Any, Any]:
    """Return which rows along the last axis hold equal elements, given their order.

    >>> rows_with_ties(np.array([[2, 1], [3, 3]]), 1, np.array([[1, 0], [0, 1]]))
    array([False,  True])
    """
    rows = np.moveaxis(np.take_along_axis(self, ranked, dim), dim, -1)
    rows = rows.reshape(-1, self.shape[dim])
    same = (rows[:, 1:] == rows[:, :-1]) | (
        (rows[:, 1:] != rows[:, 1:]) & (rows[:, :-1] != rows[:, :-1])
    )
    found: np.ndarray[Any, Any] = same.any(axis=1)
    return found


def indices_of(
    self: Array,
    dim: int,
    ranked: Array,
    search: Callable[[Order, Order], None],
    *,
    always: bool = False,
) -> Array:
    """Return the order of each row: `search` arranges the indices of those with ties.

    `ranked` is the stable order along `dim`, right where no elements are equal.
    `search` is given a row's elements and its indices, and moves the indices; with
    `always` the other rows, too.
    """
    tied = rows_with_ties(self, dim, ranked) | always
    if not tied.any():
        return ranked
    found = np.ascontiguousarray(np.moveaxis(ranked, dim, -1))
    flat = found.reshape(-1, self.shape[dim])
    rows = np.moveaxis(self, dim, -1).reshape(flat.shape)
    for at in np.flatnonzero(tied):
        order = list(range(self.shape[dim]))
        search(rows[at].tolist(), order)
        flat[at] = order
    return np.moveaxis(found, -1, dim)


def top(
    values: Order, order: Order, k: int, before: Before, in_order: bool = True
) -> None:
    """Bring the first `k` to the front, in order.

    >>> order = [0, 1, 2, 3]
    >>> top([1, 1, 1, 1], order, 2, descending)
    >>> order[:2]
    [2, 3]
    """
    if k:
        nth_element(values, order, k - 1, before)
    if k and in_order:
        order[: k - 1] = arranged(values, order[: k - 1], before)


def nth_element(values: Order, order: Order, nth: int, before: Before) -> None:
    """Put what belongs at `nth` there, what comes before it in front of it.

    >>> order = [0, 1, 2, 3, 4]
    >>> nth_element([5, 3, 1, 4, 2], order, 2, ascending)
    >>> order[2]
    1
    """
    first, last = 0, len(order)
    while last - first > 3:
        cut = _partitioned(values, order, first, last, before)
        first, last = (cut, last) if cut <= nth else (first, cut)
    order[first:last] = _inserted(values, order[first:last], before)


def arranged(values: Order, order: Order, before: Before) -> Order:
    """Return indices in order: more than 16 are parted first, which moves equal ones.

    >>> arranged([2, 1, 1], [0, 1, 2], ascending)
    [1, 2, 0]
    """
    order = list(order)
    waiting = [(0, len(order))]
    while waiting:
        first, last = waiting.pop()
        while last - first > SHORT:
            cut = _partitioned(values, order, first, last, before)
            waiting.append((cut, last))
            last = cut
    return _inserted(values, order, before)


def mode(values: Order) -> int:
    """Return where the last of the most frequent elements is; no NaN equals another.

    >>> mode([2, 1, 2, 1])
    3
    """
    order = arranged(values, list(range(len(values))), lambda a, b: bool(a < b))
    found, most, length = 0, 0, 0
    for at, index in enumerate(order):
        length += 1
        if at == len(order) - 1 or values[index] != values[order[at + 1]]:
            if length > most:
                found, most = index, length
            length = 0
    return found


def _inserted(values: Order, order: Order, before: Before) -> Order:
    found: Order = []
    for index in order:
        place = len(found)
        while place and before(values[index], values[found[place - 1]]):
            place -= 1
        found.insert(place, index)
    return found


def _partitioned(
    values: Order, order: Order, first: int, last: int, before: Before
) -> int:
    """Part a stretch around the median of three of its elements; return where."""

    def less(i: int, j: int) -> bool:
        return before(values[order[i]], values[order[j]])

    def swap(i: int, j: int) -> None:
        order[i], order[j] = order[j], order[i]

    a, b, c = first + 1, first + (last - first) // 2, last - 1
    if less(a, b):
        swap(first, b if less(b, c) else c if less(a, c) else a)
    else:
        swap(first, a if less(a, c) else c if less(b, c) else b)
    low, high = first + 1, last
    while True:
        while less(low, first):
            low += 1
        high -= 1
        while less(first, high):
            high -= 1
        if low >= high:
            return low
        swap(low, high)
        low += 1


def quickselect(values: Order, order: Order, k: int) -> None:
    """Put the k-th smallest (from 0) at its place.

    >>> order = [0, 1, 2]
    >>> quickselect([1, 1, 1], order, 0)
    >>> order
    [1, 0, 2]
    """

    def more(i: int, j: int) -> bool:
        return descending(values[order[i]], values[order[j]])

    def swap(i: int, j: int) -> None:
        order[i], order[j] = order[j], order[i]

    left, right = 0, len(order) - 1
    while right > left + 1:
        swap((left + right) // 2, left + 1)
        for i, j in ((left + 1, right), (left, right), (left + 1, left)):
            if more(i, j):
                swap(i, j)
        low, high = left + 1, right
        while True:
            low += 1
            while more(left, low):
                low += 1
            high -= 1
            while more(high, left):
                high -= 1
            if high < low:
                break
            swap(low, high)
        swap(left, high)
        if high <= k:
            left = low
        if high >= k:
            right = high - 1
    if right == left + 1 and more(left, right):
        swap(left, right)
