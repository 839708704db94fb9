"""What PyTorch's kernels leave on the results they return.

Autograd hides their writes from the version counter, and their views; for inference
tensors alone, outside their mode, it doesn't run, and the results show both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..op import OPS
from ..tensor import Tensor, wrap
from . import (
    binary,
    indices,
    joins,
    measures,
    products,
    reductions,
    scans,
    unary,
    views,
)

#: What fills `OPS` with the rows that are named here.
_ROWS = binary, indices, joins, measures, products, reductions, scans, unary, views

Leave = Callable[[Tensor, Sequence[Any], Sequence[Any]], None]


def written(times: int | Callable[[Sequence[Any], Sequence[Any]], int]) -> Leave:
    """Return what lets a result start at this version, or one found by the arguments.

    >>> made = wrap([1.0])
    >>> written(2)(made, (), ())
    >>> made._version
    2
    """

    def leave(made: Tensor, inputs: Sequence[Any], args: Sequence[Any]) -> None:
        made._counter = [times if isinstance(times, int) else times(inputs, args)]

    return leave


def _views(shape: Callable[[Tensor, Sequence[Any]], Any], times: int = 0) -> Leave:
    """Return what makes a result the view of an inner one; `shape` says which."""

    def leave(made: Tensor, inputs: Sequence[Any], args: Sequence[Any]) -> None:
        inner = shape(made, args)
        if inner is None:
            return
        base = wrap(made._array.reshape(inner))
        base._counter = made._counter = [times]
        made._base, made._made_version = base, times

    return leave


def _spread(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """A spread over all of float32 is a kernel of its own, which fills its result."""
    array, dims = inputs[0]._array, args[0]
    whole = not dims or len(dims) == array.ndim
    return int(whole and array.dtype.itemsize == 4)


def _flipped(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """What doesn't change is copied."""
    shape = inputs[0]._array.shape
    return int(inputs[0]._array.size <= 1 or all(shape[d] == 1 for d in args[0]))


def _stacked(made: Tensor, args: Sequence[Any]) -> tuple[int, ...] | None:
    """Tensors are put side by side, and looked at as having a dimension more."""
    shape, dim = made._array.shape, args[0]
    if dim + 1 == len(shape):
        return None
    return *shape[:dim], shape[dim] * shape[dim + 1], *shape[dim + 2 :]


_ONCE = """
abs logical_not logical_and logical_or logical_xor nan_to_num sum sum.dim nansum prod
prod.dim amax amin max min any any.dim all all.dim sort argsort median.dim kthvalue
cummax cummin logsumexp pow.base mv dot addmm scatter scatter.value scatter_add
index_copy diagonal_copy clone to_copy unique2
"""
_TWICE = """
mean mean.dim max.dim min.dim mode index_add index_put index_fill masked_fill diag_embed
"""

for _names, _times in ((_ONCE, 1), (_TWICE, 2)):
    for _name in _names.split():
        OPS[_name].leave = written(_times)
OPS["var"].leave = OPS["std"].leave = written(_spread)
OPS["flip"].leave = written(_flipped)
OPS["rot90"].leave = written(lambda inputs, args: int(args[0] % 4 != 2))
OPS["repeat"].leave = _views(
    lambda made, args: made._array.shape if 0 not in args[0] else None, 1
)
OPS["roll"].leave = _views(lambda made, args: None if args[1] else (-1,))
OPS["stack"].leave = _views(_stacked)
