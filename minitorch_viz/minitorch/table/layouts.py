"""How results lie in memory where NumPy would lay them out otherwise than PyTorch.

Most operations go through the same loops in both and agree. The others are named here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..lying import ITERATED, LIKE_FIRST, REVERSED, WITH_NUMBER
from ..op import OPS
from ..storage import Array, contiguous_strides, like
from . import (
    angles,
    binary,
    comparisons,
    copies,
    indices,
    joins,
    matrices,
    reductions,
    scans,
    special,
    unary,
)

#: What fills `OPS` with the rows that are named here.
_ROWS = (
    *(angles, binary, comparisons, copies, indices, joins, matrices, reductions, scans),
    *(special, unary),
)

#: These fill new memory row by row.
_ROW_BY_ROW = """
cat stack roll scatter scatter.value scatter_add index_copy index_add masked_fill
masked_fill.tensor masked_scatter gather take linalg_cross pow.base cumsum cumprod
logcumsumexp cummax cummin softmax log_softmax repeat tril triu sum.dim nansum mean.dim
prod.dim amax amin all.dim all.dims any.dim any.dims var std var_mean std_mean logsumexp
count_nonzero linalg_vector_norm norm.all norm.dim cdist
"""
#: These lay a result out as their first input, unless its elements share memory.
_LIKE_THE_INPUT = """
index_fill index_fill.tensor index_put put flip sort sort.stable argsort to_copy
zeros_like nan_to_num
"""


#: These iterate over their operands, sorted by strides: of tensors alone, and of
#: tensors with a number that PyTorch makes a tensor of.
_ITERATED = """
add sub mul div pow pow.scalar maximum minimum atan2 fmax fmin logaddexp
where lerp lerp.tensor addcmul addcdiv eq ne lt le gt ge bitwise_and bitwise_or
bitwise_xor logical_and logical_or logical_xor remainder fmod floor_divide div.floor
div.trunc sign neg sgn frac relu exp exp2 expm1 log log2 log10 log1p sqrt rsqrt
reciprocal sigmoid tanh sin cos tan sinh cosh asin acos atan asinh acosh atanh erf erfc
erfinv lgamma digamma logit sinc clamp clamp.tensor clamp_min clamp_max abs round
floor ceil trunc logical_not bitwise_not copysign gcd lcm heaviside hypot logaddexp2
ldexp nextafter xlogy bitwise_left_shift bitwise_right_shift round.decimals
"""
#: What is on the right comes first.
_REVERSED = "rsub.tensor"
_WITH_NUMBER = "rsub mul.number div.number sub.number add.number remainder.scalar"
_AS_THE_FIRST = """
clone to_copy zeros_like sort sort.stable argsort flip nan_to_num ldexp fmod.scalar
"""


def _row_by_row(forward: Callable[..., Any]) -> Callable[..., Any]:
    def run(*values: Any) -> Any:
        found = forward(*values)
        if isinstance(found, tuple):
            return tuple(map(_in_rows, found))
        return _in_rows(found)

    return run


def _in_rows(array: Array) -> Array:
    if not array.size or array.strides == contiguous_strides(
        array.shape, array.itemsize
    ):
        return array
    return np.array(array, order="C", subok=True)


def _like_the_input(forward: Callable[..., Any]) -> Callable[..., Any]:
    def run(*values: Any) -> Any:
        found = forward(*values)
        if isinstance(found, tuple):
            return tuple(like(each, values[0]) for each in found)
        return like(found, values[0])

    return run


for _names, _laid_out in (
    (_ROW_BY_ROW, _row_by_row),
    (_LIKE_THE_INPUT, _like_the_input),
):
    for _name in _names.split():
        _op = OPS[_name]
        _op.forward = _op.direct = _laid_out(_op.forward)
        _op.in_rows = _laid_out is _row_by_row
for _names, _lies in (
    (_ITERATED, ITERATED),
    (_WITH_NUMBER, WITH_NUMBER),
    (_REVERSED, REVERSED),
    (_AS_THE_FIRST, LIKE_FIRST),
):
    for _name in _names.split():
        OPS[_name].lies = _lies
