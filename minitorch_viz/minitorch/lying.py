"""How results lie in memory along dimensions of size 1, which NumPy doesn't care for.

After `TensorIterator.cpp`: dimensions are sorted by the operands' strides, the first
operand's first; a result's strides follow that order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy import empty, ndarray, zeros

from .storage import (
    Array,
    contiguous_strides,
    element_strides,
    is_dense,
    laid_out,
    nowhere,
)
from .tensor import Tensor

#: How an operation's result lies: as NumPy has it, by the iterator (of tensors alone,
#: with a number among them, or the last first), or as the first operand.
PLAINLY, ITERATED, WITH_NUMBER, REVERSED, LIKE_FIRST = range(5)


def relaid(found: Array, operands: Sequence[Any], how: int) -> Array:
    """Return a result with PyTorch's strides.

    >>> import numpy as np
    >>> column = np.ones((3, 1), np.int8).T
    >>> relaid(np.ones((1, 3), np.int8), (column, 2), ITERATED).strides
    (1, 1)
    """
    arrays = [laid_out(each) for each in operands if isinstance(each, ndarray)]
    if all(each.strides == _plain(each) for each in arrays):
        return found  # row by row, as NumPy has it too
    if how == REVERSED:
        arrays.reverse()
    alone = len(arrays) == len(operands) and how != WITH_NUMBER
    if how == LIKE_FIRST:
        first = arrays[:1]
        dense = is_dense(first[0])
        strides = _scaled(first[0], found) if dense else _sorted(first, found)
    elif alone and all(x.shape == found.shape for x in arrays):
        strides = _of_one_shape(arrays, found)
    else:
        strides = _sorted(arrays, found)
    if strides == found.strides:
        return found
    if _fit(strides, found) and found.flags.c_contiguous:
        return ndarray(found.shape, found.dtype, found, 0, strides)
    # Memory of its own, not another array's: a gradient that looks there is a view.
    room = None if found.size else empty(0, found.dtype)
    made: Array = ndarray(found.shape, found.dtype, room, 0, strides)
    made[...] = found
    return made


def in_rows(inputs: Sequence[Any]) -> bool:
    """Return True if all tensors among `inputs` lie row by row, as most do.

    A tensor keeps the answer: what is computed from such ones lies so as well.

    >>> from minitorch_viz import minitorch as torch
    >>> in_rows((torch.ones(2, 3), 2)), in_rows((torch.ones(2, 3).t(),))
    (True, False)
    """
    for each in inputs:
        if isinstance(each, Tensor):
            if each._in_rows:
                continue
            array = each._array
            if not array.flags.c_contiguous:
                return False
            sure = array.size and 1 not in array.shape
            if not sure and laid_out(array).strides != _plain(array):
                return False
            each._in_rows = True
        elif type(each) is list:
            return False
    return True


def alike(like: Array, kind: Any = None) -> Array:
    """Return new zeros that lie as PyTorch's `empty_like` lays them out.

    >>> import numpy as np
    >>> repeated, turned = np.broadcast_to(np.ones(3), (2, 3)), np.ones((2, 3)).T
    >>> alike(repeated).strides, alike(turned).strides
    ((24, 8), (8, 24))
    """
    return relaid(zeros(like.shape, kind or like.dtype), (like,), LIKE_FIRST)


def _plain(array: Array) -> tuple[int, ...]:
    return contiguous_strides(array.shape, array.itemsize)


def _scaled(array: Array, found: Array) -> tuple[int, ...]:
    strides = tuple([n * found.itemsize for n in element_strides(array)])
    return strides if any(strides) or found.size else nowhere(strides)


def _of_one_shape(arrays: Sequence[Array], found: Array) -> tuple[int, ...]:
    """Return the strides of a result whose operands need no broadcasting."""
    if all(each.flags.c_contiguous for each in arrays):
        return _plain(found)
    first = _scaled(arrays[0], found)
    if all(is_dense(each) and _scaled(each, found) == first for each in arrays):
        return first
    return _sorted(arrays, found)


def _sorted(arrays: Sequence[Array], found: Array) -> tuple[int, ...]:
    """Return strides in the order of the operands' own, the fastest dimension first."""
    steps = [_steps(each, found.shape) for each in arrays]
    order = list(reversed(range(found.ndim)))
    for start in range(1, found.ndim):
        place = start
        for before in reversed(range(start)):
            sign = _compared(order[before], order[place], steps, found.shape)
            if sign > 0:
                order[before], order[place] = order[place], order[before]
                place = before
            elif sign < 0:
                break
    strides, step = [0] * found.ndim, found.itemsize
    for dim in order:
        strides[dim] = step
        step *= max(found.shape[dim], 1)
    return tuple(strides)


def _steps(array: Array, shape: Sequence[int]) -> list[int]:
    """Return an operand's strides in a larger shape: 0 where it is repeated."""
    extra = len(shape) - array.ndim
    own = [
        0 if size == 1 and want != 1 else stride
        for size, want, stride in zip(
            array.shape, shape[extra:], element_strides(array), strict=True
        )
    ]
    return [0] * extra + own


def _compared(a: int, b: int, steps: Sequence[list[int]], shape: Any) -> int:
    """Return 1 if dimension `a` should come after `b`, -1 if before, 0 if unknown."""
    for each in steps:
        if not each[a] or not each[b]:
            continue
        if each[a] != each[b]:
            return 1 if each[a] > each[b] else -1
        if shape[a] > shape[b]:
            return 1
    return 0


def _fit(strides: Sequence[int], found: Array) -> bool:
    """Return True if only dimensions of size 1 would get other strides."""
    each = zip(found.shape, strides, found.strides, strict=True)
    return all(size == 1 or want == have for size, want, have in each)
