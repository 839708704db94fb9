"""What tensors used as indices choose, checked in PyTorch's order.

After `make_info` in `TensorAdvancedIndexing.cpp`: types, masks, shapes, and last, as
its kernel comes to it, what lies outside.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from .storage import Array

#: For each dimension an array of places, or `slice(None)` where nothing is chosen.
Places = tuple[Any, ...]
Shape = tuple[int, ...]


def chosen(shape: Shape, indices: Sequence[Any]) -> Places:
    """Return the places that indices mean: no masks, and all of one shape.

    >>> chosen((3,), [np.array([True, False, True])])
    (array([0, 2]),)
    """
    if len(indices) > len(shape):
        raise IndexError(
            f"too many indices for tensor of dimension {len(shape)} "
            f"(got {len(indices)})"
        )
    _check_types(indices)
    places = _without_masks(shape, indices)
    dims = _dims(places)
    try:
        alike = np.broadcast_arrays(*(places[d] for d in dims))
    except ValueError:
        shapes = ", ".join(str(list(places[d].shape)) for d in dims)
        raise IndexError(
            "shape mismatch: indexing tensors could not be broadcast together with "
            f"shapes {shapes}"
        ) from None
    if 0 in (shape[d] for d in dims) and alike[0].size:
        raise IndexError("index is out of bounds for dimension with size 0")
    for dim, array in zip(dims, alike, strict=True):
        places[dim] = array
    return tuple(places)


def _dims(places: Sequence[Any]) -> list[int]:
    return [d for d, each in enumerate(places) if isinstance(each, np.ndarray)]


def _check_types(indices: Sequence[Any]) -> None:
    for each in indices:
        if isinstance(each, np.ndarray) and each.dtype.name not in _TYPES:
            raise IndexError(
                "tensors used as indices must be long, int, byte or bool tensors"
            )


_TYPES = ("int64", "int32", "uint8", "bool")


def _without_masks(shape: Shape, indices: Sequence[Any]) -> list[Any]:
    places: list[Any] = []
    for each in indices:
        if is_mask(each):
            if each.dtype == np.uint8:
                warnings.warn(_BYTES, UserWarning, stacklevel=6)
            check_mask(shape, each, len(places))
            places.extend(np.nonzero(each))
        else:
            places.append(each)
    return places


_BYTES = (
    "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool "
    "instead."
)


def is_mask(index: Any) -> bool:
    """Return True if an index says of each element whether it is chosen.

    >>> is_mask(np.array([True])), is_mask(np.array([1]))
    (True, False)
    """
    return isinstance(index, np.ndarray) and index.dtype.name in ("bool", "uint8")


def check_mask(shape: Shape, mask: Array, first: int) -> None:
    """Refuse a mask of another size than the dimensions it stands for.

    >>> check_mask((2, 3), np.ones(3, bool), 1)
    """
    for place, size in enumerate(mask.shape):
        if size != shape[first + place]:
            raise IndexError(
                f"The shape of the mask {list(mask.shape)} at index {place} does not "
                f"match the shape of the indexed tensor {list(shape)} at index "
                f"{first + place}"
            )


def shape_chosen(shape: Shape, places: Places) -> Shape:
    """Return the shape of what is chosen.

    >>> shape_chosen((2, 3, 4), (slice(None), np.array([0, 0])))
    (2, 2, 4)
    """
    dims = _dims(places)
    rest = [n for d, n in enumerate(shape) if d not in dims]
    # Where the indexed dimensions aren't neighbours, theirs come first.
    front = _front(dims)
    return (*rest[:front], *places[dims[0]].shape, *rest[front:])


def _front(dims: Sequence[int]) -> int:
    return dims[0] if dims[-1] - dims[0] < len(dims) else 0


def outside(shape: Shape, places: Places) -> tuple[Array, str] | None:
    """Return which of the elements chosen aren't there, and what PyTorch says then.

    Where nothing is chosen, nothing lies outside.

    >>> outside((2,), (np.array([0, 5]),))
    (array([False,  True]), 'index 5 is out of bounds for dimension 0 with size 2')
    """
    dims, taken = _dims(places), shape_chosen(shape, places)
    wrong = [(places[d] < -shape[d]) | (places[d] >= shape[d]) for d in dims]
    if 0 in taken or not any(map(np.any, wrong)):
        return None
    element = np.logical_or.reduce(wrong)
    first = np.unravel_index(element.argmax(), element.shape)
    index = next(i for i, each in enumerate(wrong) if each[first])
    after = len(taken) - _front(dims) - element.ndim
    return np.broadcast_to(element[(..., *(None,) * after)], taken), (
        f"index {places[dims[index]][first]} is out of bounds for dimension {index} "
        f"with size {shape[dims[index]]}"
    )


def nowhere(shape: Shape, places: Places) -> Places:
    """Return the places, or any that are there if none is chosen.

    >>> nowhere((2, 0), (np.array([7]),))
    (array([0]),)
    """
    if 0 not in shape_chosen(shape, places):
        return places
    return tuple(np.zeros_like(p) if isinstance(p, np.ndarray) else p for p in places)


def along(shape: Shape, dim: int, index: Array) -> Places:
    """Return the places of slices of a dimension, or of single elements along it.

    >>> along((2, 3), 1, np.array([2]))
    (array([[0],
           [1]]), array([[2]]))
    """
    if index.ndim == len(shape) > 1:
        sizes = index.shape
    else:
        sizes = (*shape[:dim], index.size, *shape[dim + 1 :])
        index = index.reshape([-1 if d == dim else 1 for d in range(len(shape))])
    places = list(np.ogrid[tuple(slice(n) for n in sizes)])
    places[dim] = index
    return tuple(places)


def elements(shape: Shape, places: Places) -> Places:
    """Return where each chosen element lies; those that aren't there lie anywhere.

    >>> elements((2, 2), (slice(None), np.array([0])))
    (array([[0],
           [1]]), array([[0],
           [0]]))
    """
    inner = tuple(
        p if isinstance(p, slice) else np.clip(p, -n, n - 1)
        for p, n in zip(places, shape, strict=False)
    )
    numbers = np.arange(math.prod(shape)).reshape(shape)[inner]
    return np.unravel_index(numbers, shape)


def write_before(
    target: Array, places: Places, wrong: Array, values: Any, *, add: bool = False
) -> None:
    """Write what comes before the first wrong element.

    PyTorch's kernels come to an index that lies outside only after they wrote.

    >>> x = np.zeros(2)
    >>> write_before(x, (np.array([0, 5]),), np.array([False, True]), 1.0)
    >>> x
    array([1., 0.])
    """
    count = int(wrong.argmax())
    target = np.atleast_1d(target)
    where = tuple(np.broadcast_to(p, wrong.shape).reshape(-1)[:count] for p in places)
    taken = np.broadcast_to(values, wrong.shape).reshape(-1)[:count]
    if add:
        np.add.at(target, where, taken)
    else:
        target[where] = taken
