"""Writes that read what they have just written, because the memory is the same.

PyTorch refuses them where it is plain that memory is shared in part. Where that is hard
to tell (a view with gaps), its loops run over the target as it lies in memory, and
later elements meet what earlier ones have left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .storage import Array, address, copied
from .tensor import Tensor

if TYPE_CHECKING:
    from .op import Op

#: Operations whose loops go from element to element.
_ELEMENTWISE = (
    *("add", "sub", "mul", "div", "pow", "atan2", "remainder", "fmod"),
    *("addcmul", "addcdiv", "lerp", "copy"),
)
#: More elements than this are computed at once: nobody follows them by eye.
_MOST = 1024


def feeds_itself(op: Op, target: Tensor, inputs: Sequence[Any]) -> bool:
    """Return True if a write reads elements that it has written, or is about to.

    >>> from minitorch_viz import minitorch as torch
    >>> from minitorch_viz.minitorch.op import OPS
    >>> x = torch.arange(4.0).reshape(2, 2)
    >>> feeds_itself(OPS["mul"], x, (x, x[:, 0])), feeds_itself(OPS["mul"], x, (x, x))
    (True, False)
    """
    array = target._array
    if array.size > _MOST or op.name not in (*_ELEMENTWISE, "masked_scatter"):
        return False
    tensors = [x for x in inputs if isinstance(x, Tensor)]
    elementwise = op.name in _ELEMENTWISE
    if elementwise and any(x._array.dtype != array.dtype for x in tensors):
        return False  # what is cast is copied
    if elementwise and any(not _fits(x._array.shape, array.shape) for x in tensors):
        return False
    return any(
        op.name in _ELEMENTWISE
        and x is not target
        and x._storage is target._storage
        and not _same_place(x._array, array)
        and np.may_share_memory(x._array, array)
        for x in tensors
    ) or (op.name == "masked_scatter" and _pours(inputs[2], target))


def _pours(source: Tensor, target: Tensor) -> bool:
    """Return True if the source is read as it lies, and in the target's memory."""
    shared = source._storage is target._storage and target._array.ndim > 0
    return shared and source._array.flags.c_contiguous


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    after = wanted[len(wanted) - len(shape) :]
    return len(shape) <= len(wanted) and all(
        n in (1, size) for n, size in zip(shape, after, strict=True)
    )


def _same_place(one: Array, other: Array) -> bool:
    alike = one.shape == other.shape and one.strides == other.strides
    return alike and address(one) == address(other)


def in_turn(op: Op, inputs: Sequence[Any], args: Sequence[Any]) -> Array:
    """Return what the target holds after such a write, in a copy of the memory.

    >>> from minitorch_viz import minitorch as torch
    >>> from minitorch_viz.minitorch.op import OPS
    >>> x = torch.tensor([[2.0, 3.0], [5.0, 7.0]]).double()
    >>> in_turn(OPS["mul"], (x, x[:, :1]), ())
    array([[  4.,  12.],
           [ 25., 175.]])
    """
    memo: dict[Any, Any] = {}
    arrays = [
        copied(x._array, memo) if isinstance(x, Tensor) else np.asarray(x)
        for x in inputs
    ]
    target = arrays[0]
    if op.name == "masked_scatter":
        source = iter(arrays[2].flat)
        for place in zip(*np.nonzero(np.broadcast_to(arrays[1], target.shape))):  # noqa: B905
            target[place] = next(source)
        return target
    others = [np.broadcast_to(each, target.shape) for each in arrays[1:]]
    for place in _as_it_lies(target):
        values = (each[place] for each in others)
        target[place] = op.forward(target[place], *values, *args)
    return target


def _as_it_lies(array: Array) -> Any:
    """Yield the places of an array, those that lie side by side in memory in turn."""
    far = np.argsort([-abs(n) for n in array.strides], kind="stable")
    for turned in np.ndindex(*(array.shape[d] for d in far)):
        place = [0] * array.ndim
        for dim, at in zip(far, turned, strict=True):
            place[dim] = at
        yield tuple(place)
