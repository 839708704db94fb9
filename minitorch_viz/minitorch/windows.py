"""How gradients that are tensors pass through windows into memory.

On arrays a row of the table does each of these in one go; `create_graph=True` shows the
operations, after `as_strided_backward` and `CopySlices::apply_impl`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .events import silence
from .inplace import call_inplace
from .op import OPS, Array, call, do
from .storage import Geometry, address, owner
from .tensor import Tensor, wrap
from .thread import inside_formula


def looked_at(base: Tensor, place: Array) -> Tensor:
    """Return the view of `base` that lies where `place` lies in its memory.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.arange(4.0)
    >>> looked_at(x, x._array[1:3])
    tensor([1., 2.])
    """
    geometry = Geometry.of(base._array, place)
    start = address(place) - address(owner(place))
    args = geometry.shape, geometry.strides, start // place.itemsize, geometry
    found: Tensor = call(OPS["as_strided"], (base,), args)
    return found


def replaced(
    grad: Tensor, geometry: Geometry, function: Callable[[list[Any]], Sequence[Any]]
) -> list[Any]:
    """Return a copy of `grad` into which `function` wrote where a view looks.

    What else `function` returns follows.
    """
    with silence(), inside_formula():
        whole = wrap(geometry.lay_out(0.0, grad._array))
        call_inplace(OPS["copy"], whole, (grad,))
        inner = looked_at(whole, geometry.look(whole._array))
        cloned = call(OPS["clone"], (inner,), ("K",))
    first, *others = function([cloned])
    with silence(), inside_formula():
        if first is None:
            call_inplace(OPS["zero"], inner)
        else:
            call_inplace(OPS["copy"], inner, (first,))
    return [whole, *others]


def scattered(grad: Tensor, geometry: Geometry) -> Tensor:
    """Return a base of zeros, with `grad` written or added where a view looks."""
    grad, geometry = _without_repeats(grad, geometry)
    base = geometry.lay_out(0.0, grad._array)
    room = owner(base).reshape(-1)
    whole = do.new_zeros(grad, room.shape)
    place = geometry.look(base)
    view = looked_at(whole, _in(whole._array, room, place))
    if geometry.distinct:
        call_inplace(OPS["copy"], view, (grad,))
    else:
        places = _in(np.arange(room.size), room, place)
        flat = do.reshape(grad, (-1,))
        others = wrap(places.reshape(-1)), flat
        call_inplace(OPS["index_add"], whole, others, (0, 1))
    return looked_at(whole, _in(whole._array, room, base))


def _without_repeats(grad: Tensor, geometry: Geometry) -> tuple[Tensor, Geometry]:
    """Sum along dimensions that repeat one element, and leave out those of size 1."""
    shape, strides = list(geometry.shape), list(geometry.strides)
    for dim in reversed(range(len(shape))):
        if shape[dim] == 1:
            grad = getattr(do, "squeeze.dim")(grad, (dim,))
        elif shape[dim] and not strides[dim]:
            grad = getattr(do, "sum.dim")(grad, (dim,), False)
        else:
            continue
        del shape[dim], strides[dim]
    return grad, replace(geometry, shape=tuple(shape), strides=tuple(strides))


def _in(memory: Array, room: Array, place: Array) -> Array:
    """Return of `memory` what `place` is of `room`."""
    scale = memory.itemsize // place.itemsize
    start = (address(place) - address(room)) * scale
    strides = tuple(stride * scale for stride in place.strides)
    return np.ndarray(place.shape, memory.dtype, memory, start, strides)
