"""Writes that read what they have just written, because the memory is the same.

PyTorch refuses them where it is plain that memory is shared in part. Where that is hard
to tell (a view with gaps), its loops run over the target as it lies in memory, and
later elements meet what earlier ones have left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .lying import ITERATED, REVERSED, WITH_NUMBER
from .storage import Array, address, are_distinct, copied, element_strides
from .tensor import Tensor

if TYPE_CHECKING:
    from .op import Op

#: Operations whose loops go from element to element, as they lay out their results.
_ELEMENTWISE = (ITERATED, WITH_NUMBER, REVERSED)
#: Of these, what reads a whole row before it writes one: PyTorch has MKL compute it.
_BY_ROWS = (
    *("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "erf", "erfc", "erfinv"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "tanh", "lgamma"),
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
    if array.size > _MOST:
        return False
    if op.name == "masked_scatter":
        return _pours(inputs[2], target)
    if op.lies not in _ELEMENTWISE and op.name != "copy":
        return False
    tensors = [x for x in inputs if isinstance(x, Tensor)]
    if any(x._array.dtype != array.dtype for x in tensors):
        return False  # what is cast is copied
    if op.name != "copy" and meets_itself(array):
        return True
    return all(_fits(x._array.shape, array.shape) for x in tensors) and any(
        x is not target
        and x._storage is target._storage
        and not _same_place(x._array, array)
        and np.may_share_memory(x._array, array)
        for x in tensors
    )


def meets_itself(array: Array) -> bool:
    """Return True for windows that overlap, as `unfold` makes them.

    >>> meets_itself(np.lib.stride_tricks.sliding_window_view(np.arange(4), 2))
    True
    """
    if array.flags.c_contiguous or not array.size:
        return False
    return not are_distinct(array.shape, element_strides(array))


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


def in_turn(
    op: Op, target: Tensor, inputs: Sequence[Any], args: Sequence[Any]
) -> Array:
    """Return what the target holds after such a write, in a copy of the memory.

    >>> from minitorch_viz import minitorch as torch
    >>> from minitorch_viz.minitorch.op import OPS
    >>> x = torch.tensor([[2.0, 3.0], [5.0, 7.0]]).double()
    >>> in_turn(OPS["mul"], x, (x, x[:, :1]), ())
    array([[  4.,  12.],
           [ 25., 175.]])
    """
    memo: dict[Any, Any] = {}
    written = copied(target._array, memo)
    arrays = [
        copied(x._array, memo) if isinstance(x, Tensor) else np.asarray(x)
        for x in inputs
    ]
    if op.name == "masked_scatter":
        source = iter(arrays[2].flat)
        for place in zip(*np.nonzero(np.broadcast_to(arrays[1], written.shape))):  # noqa: B905
            written[place] = next(source)
        return written
    spread = [np.broadcast_to(each, written.shape) for each in arrays]
    for write, *read in _loops(written, *spread, by_rows=op.name in _BY_ROWS):
        write[...] = op.forward(*read, *args)
    return written


def _loops(written: Array, *read: Array, by_rows: bool) -> Iterator[list[Array]]:
    """Yield parts of arrays in the order in which the first one lies in memory."""
    far = np.argsort([-abs(n) for n in written.strides], kind="stable")
    turned = [each.transpose(far) for each in (written, *read)]
    inner = _inner(turned) if by_rows else 0
    for place in np.ndindex(turned[0].shape[: len(far) - inner]):
        yield [each[(*place, ...)] for each in turned]


def _inner(arrays: Sequence[Array]) -> int:
    """Return how many of the last dimensions are walked as if they were one."""
    shape = arrays[0].shape
    count = 1
    while count < len(shape) and all(
        each.strides[-count - 1] == each.strides[-count] * shape[-count]
        for each in arrays
    ):
        count += 1
    return count
