"""`tensordot`, composed of permutations and one product as PyTorch composes it."""

from __future__ import annotations

import math
from typing import Any

from ..arguments import refuse
from ..bind import one_dim
from ..tensor import Tensor
from .arithmetic import run
from .products import dot, mm
from .reducing import sum
from .shaping import flatten, permute, reshape, squeeze, view


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Return the sums of products along dimensions of both tensors."""
    pair = _listed(a, b, dims)
    refuse("inner", "tensordot", (a, b, *pair), {})
    left, right = _summed(a, b, pair)
    for m, n in zip(left, right, strict=True):  # what is repeated is summed right away
        if b._array.shape[n] == 1:
            a = sum(a, m, keepdim=True)
        elif a._array.shape[m] == 1:
            b = sum(b, n, keepdim=True)
    sizes = [a._array.shape[d] for d in left]
    rows = [d for d in range(a._array.ndim) if d not in left]
    columns = [d for d in range(b._array.ndim) if d not in right]
    shape = [a._array.shape[d] for d in rows] + [b._array.shape[d] for d in columns]
    count = math.prod(sizes)
    if math.prod(shape) == 1:
        turned = permute(a, rows + left), permute(b, right + columns)
        return view(_all_summed(*turned), shape)
    height, width = (
        math.prod(each._array.shape[d] for d in dims)
        for each, dims in ((a, rows), (b, columns))
    )
    first = reshape(permute(a, rows + left), (height, count))
    second = reshape(permute(b, right + columns), (count, width))
    return view(mm(first, second), shape)


def _all_summed(a: Tensor, b: Tensor) -> Tensor:
    plain = a._array.flags.c_contiguous and b._array.flags.c_contiguous
    # C++ finds the right operand first.
    second = flatten(b) if plain else squeeze(b)
    first = flatten(a) if plain else squeeze(a)
    return dot(first, second) if plain else sum(run("mul", first, second))


def _listed(a: Tensor, b: Tensor, dims: Any) -> tuple[Any, Any]:
    """Return which dimensions of both tensors are meant, as PyTorch's Python does."""
    if isinstance(dims, Tensor) and dims._array.size > 1:
        if dims._array.shape[0] != 2:
            raise AssertionError(
                "dims tensor must have size 2 in first dimension, got "
                f"{dims._array.shape[0]}"
            )
        return dims._array[0].tolist(), dims._array[1].tolist()
    if isinstance(dims, (tuple, list)):
        first, second = dims
        return first, second
    if not isinstance(dims, (int, Tensor)):
        raise RuntimeError(  # noqa: TRY004 - as PyTorch
            "tensordot expects dims to be int or tuple[list[int], list[int]] or "
            f"list[list[int]] containing two lists, but got dims={dims}"
        )
    count = int(dims)
    if count < 0:
        raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
    if not isinstance(dims, Tensor) and count > min(a.dim(), b.dim()):
        raise RuntimeError(
            f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}"
        )
    return list(range(-count, 0)), list(range(count))


def _summed(a: Tensor, b: Tensor, dims: tuple[Any, Any]) -> tuple[list[int], list[int]]:
    pair = [[d] if isinstance(d, int) else list(d) for d in dims]
    if len(pair[0]) != len(pair[1]):
        raise RuntimeError("both dimension lists should have same length")
    if a.dtype is not b.dtype:
        raise RuntimeError("both inputs should have same dtype")
    left = [one_dim(d, a._array.ndim) for d in pair[0]]
    right = [one_dim(d, b._array.ndim) for d in pair[1]]
    for place, (m, n) in enumerate(zip(left, right, strict=True)):
        if a._array.shape[m] != b._array.shape[n] and 1 not in (
            a._array.shape[m],
            b._array.shape[n],
        ):
            raise RuntimeError(
                "contracted dimensions need to match, but first has size "
                f"{a._array.shape[m]} in dim {pair[0][place]} and second has size "
                f"{b._array.shape[n]} in dim {pair[1][place]}"
            )
    return left, right
