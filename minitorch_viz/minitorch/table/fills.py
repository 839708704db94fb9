"""What PyTorch's kernels leave on the results they return.

Autograd hides their writes from the version counter, and their views; for inference
tensors alone, outside their mode, it doesn't run, and the results show both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from ..inplace import OUT_AND_GRADIENTS
from ..op import OPS
from ..tensor import Tensor, wrap
from ..thread import thread
from . import (
    binary,
    cholesky,
    comparisons,
    copies,
    decompositions,
    draws,
    indices,
    joins,
    matrices,
    measures,
    numbers,
    products,
    pseudoinverses,
    reductions,
    scans,
    special,
    unary,
    views,
)

#: What fills `OPS` with the rows that are named here.
_ROWS: tuple[ModuleType, ...] = binary, cholesky, comparisons, copies
_ROWS += decompositions, draws
_ROWS += indices, joins, matrices, measures, numbers, products, pseudoinverses
_ROWS += reductions, scans, special, unary, views

Leave = Callable[[Tensor, Sequence[Any], Sequence[Any]], None]
#: How often a kernel writes, or what finds that by the inputs and the arguments.
Times = int | Callable[[Sequence[Any], Sequence[Any]], int]


def written(times: Times) -> Leave:
    """Return what lets a result start at this version, or one found by the arguments.

    >>> made = wrap([1.0])
    >>> written(2)(made, (), ())
    >>> made._version
    2
    """

    def leave(made: Tensor, inputs: Sequence[Any], args: Sequence[Any]) -> None:
        made._counter = [times if isinstance(times, int) else times(inputs, args)]

    return leave


def _views(shape: Callable[[Tensor, Sequence[Any]], Any], times: Times = 0) -> Leave:
    """Return what makes a result the view of an inner one; `shape` says which."""
    count = written(times)

    def leave(made: Tensor, inputs: Sequence[Any], args: Sequence[Any]) -> None:
        inner = shape(made, args)
        count(made, inputs, args)
        if inner is None:
            return
        base = wrap(made._array.reshape(inner))
        base._counter = made._counter
        made._base, made._made_version = base, made._version

    return leave


def _spread(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """A spread of nothing, and one that comes to one number, are filled in."""
    array, dims = inputs[0]._array, args[0]
    single = not dims or all(n == 1 or d in dims for d, n in enumerate(array.shape))
    return int(not array.size or (single and array.itemsize > _HALF))


_HALF = 2


def _norm(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """Along what has one element a norm is the absolute value; of nothing it is 0."""
    shape, dims = inputs[0]._array.shape, args[1]
    sizes = [shape[d] for d in dims] or shape
    return int(0 in shape or math.prod(sizes) == 1)


def _extreme(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """One number is filled in; the dimension that is lost is squeezed out."""
    array = inputs[0]._array
    return int(not array.ndim) or 2 * bool(array.size and not args[1])


def _mode(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    array = inputs[0]._array
    return 2 * bool(array.size and not (array.ndim and args[1]))


def _least(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """The vectorized kernel fills its result first; there is none for int64."""
    array = inputs[0]._array
    return int(array.size > 0 and array.dtype.name != "int64")


def _where(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """Along a dimension of one element the answer is 0, and filled in."""
    shape, dim = inputs[0]._array.shape, args[0]
    return int(dim is not None and bool(shape) and shape[dim] == 1)


def _single(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    return int(not inputs[0]._array.ndim)


def _single_or_nothing(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    return int(not inputs[0]._array.ndim or not inputs[0]._array.size)


def _whole(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """Whole numbers are what they are: the result is filled, or a copy."""
    return int(inputs[0]._array.dtype.kind != "f")


def _alike(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """Tensors of several types are copied side by side."""
    arrays = [each._array for each in inputs[0]]
    return int(len({x.dtype for x in arrays}) > 1 and any(x.size for x in arrays))


def _nothing_between(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """A product over a dimension of size 0 is filled with zeros."""
    first, second = (each._array for each in inputs)
    return int(not first.shape[-1] and 0 not in (first.shape[-2], second.shape[-1]))


def _flipped(inputs: Sequence[Any], args: Sequence[Any]) -> int:
    """What doesn't change is copied."""
    shape = inputs[0]._array.shape
    return int(inputs[0]._array.size <= 1 or all(shape[d] == 1 for d in args[0]))


def _turned(inputs: Sequence[Any], dims: Sequence[int]) -> int:
    """A quarter turn flips, and swaps two dimensions of what that made."""
    return 1 + _flipped(inputs, (dims[1:],))


def _stacked(made: Tensor, args: Sequence[Any]) -> tuple[int, ...] | None:
    """Tensors are put side by side, and looked at as having a dimension more."""
    shape, dim = made._array.shape, args[0]
    if dim + 1 == len(shape):
        return None
    return *shape[:dim], shape[dim] * shape[dim + 1], *shape[dim + 2 :]


_ONCE = """
abs logical_not logical_and logical_or logical_xor nan_to_num sum sum.dim nansum prod
prod.dim max min any any.dim all all.dim sort sort.stable argsort median.dim kthvalue
cummax cummin logsumexp pow.base mv dot scatter scatter.value scatter_add
index_copy diagonal_copy clone to_copy
deg2rad rad2deg isreal linalg_det linalg_slogdet nanmedian.dim frexp vdot
cholesky_inverse linalg_qr normal.mean normal.std
normal.both linalg_lstsq
"""
_TWICE = """
mean mean.dim index_add index_fill masked_fill diag_embed cholesky_solve
"""
_THRICE = "linalg_inv_ex linalg_solve_triangular"
#: The rows whose kernels ask of their inputs and arguments whether they write.
_ASKING: dict[str, Callable[[Sequence[Any], Sequence[Any]], int]] = {
    "var std": _spread,
    "linalg_vector_norm norm.dim": _norm,
    "max.dim min.dim": _extreme,
    "mode": _mode,
    "amax": lambda inputs, args: int(inputs[0]._array.size > 0),
    "amin": _least,
    "argmax argmin": _where,
    "topk logcumsumexp": _single,
    "cumsum cumprod": _single_or_nothing,
    "round floor ceil trunc isfinite isinf": _whole,
    "cat": _alike,
    "block_diag": lambda inputs, args: 1 + len(inputs[0]),
    "mm bmm": _nothing_between,
    "pow.scalar": lambda inputs, args: int(args[0] in (0, 1)),
    "count_nonzero": lambda inputs, args: int(
        inputs[0]._array.dtype.kind == "b" and bool(args[0] or args[0] == 0)
    ),
    "median": lambda inputs, args: int(
        not inputs[0]._array.size and inputs[0]._array.dtype.name == "float32"
    ),
    "unique2": lambda inputs, args: int(inputs[0]._array.size > 0),
    "addmm": lambda inputs, args: (
        int(inputs[1]._array.shape[0] * inputs[2]._array.shape[1] > 0)
        + _nothing_between(inputs[1:], ())
    ),
    "baddbmm": lambda inputs, args: 1 + _nothing_between(inputs[1:], ()),
    # Each product of the batch is added to what the first was added to.
    "addbmm": lambda inputs, args: (
        max(len(inputs[1]._array), 1) + 1 + int(args[0] != 0)
    ),
    "flip": _flipped,
    "rot90": lambda inputs, args: (
        _turned(inputs, args[1]) if args[0] % 2 else int(args[0] % 4 == 0)
    ),
}

for _names, _times in ((_ONCE, 1), (_TWICE, 2), (_THRICE, 3)):
    for _name in _names.split():
        OPS[_name].leave = written(_times)
for _names, _ask in _ASKING.items():
    for _name in _names.split():
        OPS[_name].leave = written(_ask)


def _looking_too(output: Tensor, inputs: Sequence[Any], args: Sequence[Any]) -> None:
    """Leave an inference tensor: it looks at the memory of one, though no view."""
    output._inference, output._counter = True, None


def into(name: str, leave: Leave, *, whole: bool = False) -> Leave:
    """Return what a kernel leaves that writes into the `out=` of another operation.

    That has autograd in front of it, which refuses an inference tensor's gradient; one
    that does so with a `whole` tensor only reduces dimensions by itself.

    >>> into("abs", written(0))(wrap([1.0]), [wrap([1.0])], ())
    """

    def run(output: Tensor, inputs: Sequence[Any], args: Sequence[Any]) -> None:
        asked = not (whole and args[0])
        if asked and inputs[-1]._requires_grad and thread.now.grad:
            raise RuntimeError(OUT_AND_GRADIENTS.format(name))
        leave(output, inputs, args)

    return run


#: What writes into the `out=` of which operation: its own, or another's.
_INTO = {
    "abs isfinite isinf": "abs",
    "mean mean.dim": "sum",
    "pow.base": "pow",
    "median.dim": "median",
    "nanmedian.dim": "nanmedian",
    **{name: name for name in ("deg2rad", "rad2deg", "nan_to_num", "cummax", "cummin")},
    **{name: name for name in ("frexp", "kthvalue", "logsumexp")},
}
for _names, _inner in _INTO.items():
    for _name in _names.split():
        OPS[_name].leave = into(_inner, OPS[_name].leave or written(0))
for _name in ("var", "std"):
    OPS[_name].leave = into("sum", OPS[_name].leave or written(0), whole=True)
OPS["unsafe_view"].leave = _looking_too
OPS["repeat"].leave = _views(
    lambda made, args: made._array.shape if 0 not in args[0] else None,
    lambda inputs, args: int(0 not in args[0]),
)
OPS["roll"].leave = _views(
    lambda made, args: None if args[1] else (-1,),
    lambda inputs, args: int(not inputs[0]._array.size),
)
OPS["stack"].leave = _views(_stacked, _alike)
