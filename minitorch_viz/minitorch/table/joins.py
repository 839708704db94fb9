"""Rows that split, join and move elements."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import OPS, Op, do, promoted
from ..storage import Array, laid_out
from .places import Selected

# Several views at once


def _pieces(self: Array, split_size: Any, dim: int) -> list[Array]:
    size = self.shape[dim]
    if isinstance(split_size, int):
        cuts = list(range(0, size, split_size))[1:] if split_size else []
    else:
        cuts = [int(c) for c in np.cumsum(split_size)[:-1]]
    return np.split(self, cuts, axis=dim)


def joined(grads: Sequence[Any], pieces: Sequence[int], shape: Any, dim: int) -> Any:
    """Join the gradients of pieces, zeros for those that have none.

    >>> joined([np.ones(1), None], [1, 2], (3,), 0)
    array([1., 0., 0.])
    """
    like = next(g for g in grads if g is not None)
    filled = [
        do.new_zeros(like, (*shape[:dim], n, *shape[dim + 1 :])) if g is None else g
        for g, n in zip(grads, pieces, strict=True)
    ]
    return do.cat(filled, dim)


def lengths(split_size: Any, total: int) -> list[int]:
    """Return how long the pieces are that a split makes.

    >>> lengths(2, 5), lengths([1, 4], 5)
    ([2, 2, 1], [1, 4])
    """
    if not isinstance(split_size, int):
        return list(split_size)
    return [
        min(split_size, total - i) for i in range(0, max(total, 1), max(split_size, 1))
    ]


Op(
    "split",
    lambda self, /, split_size, dim=0: _pieces(self, split_size, dim),
    view=True,
    self=lambda grads, self_sym_sizes, split_size, dim: joined(
        grads, lengths(split_size, self_sym_sizes[dim]), self_sym_sizes, dim
    ),
)
Op(
    "split_with_sizes",
    lambda self, /, split_sizes, dim=0: _pieces(self, split_sizes, dim),
    view=True,
    self=lambda grads, self_sym_sizes, split_sizes, dim: joined(
        grads, split_sizes, self_sym_sizes, dim
    ),
)
Op(
    "unbind",
    lambda self, /, dim=0: [
        self[(*(slice(None),) * dim, i, ...)] for i in range(self.shape[dim])
    ],
    view=True,
    self=lambda grads, dim: do.stack(_filled(grads), dim),
)


def _filled(grads: Sequence[Any]) -> list[Any]:
    like = next(g for g in grads if g is not None)
    return [do.zeros_like(like) if g is None else g for g in grads]


# Joins and moves


def _promoted_list(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    return [promoted(inputs[0], arrays[0]), *arrays[1:]]


Op(
    "cat",
    lambda tensors, /, dim=0: np.concatenate(
        [t for t in tensors if t.shape != (0,)] or tensors, axis=dim
    ),
    cast=_promoted_list,
    many=True,
    tensors=lambda grad, tensors_sym_sizes, dim: _parted(grad, tensors_sym_sizes, dim),
)
Op(
    "stack",
    lambda tensors, /, dim=0: np.stack(tensors, axis=dim),
    cast=_promoted_list,
    many=True,
    tensors=lambda grad, dim: [
        do.select(grad, dim, place) for place in range(grad.shape[dim])
    ],
)


def _parted(grad: Any, shapes: Sequence[Any], dim: int) -> list[Any]:
    found, start = [], 0
    for shape in shapes:
        size = (
            0
            if shape == (0,) != tuple(grad.shape) and len(shape) < len(grad.shape)
            else shape[dim]
        )
        found.append(
            do.narrow(grad, dim, start, size)
            if size or len(shape) == len(grad.shape)
            else do.new_zeros(grad, shape)
        )
        start += size
    return found


Op(
    "narrow",
    lambda self, /, dim, start, length: self[
        (*(slice(None),) * dim, slice(start, start + length))
    ],
    self=lambda grad, self_sym_sizes, dim, start, length: do.slice_in(
        do.new_zeros(grad, self_sym_sizes),
        grad,
        Selected(dim, slice(start, start + length)),
    ),
)
OPS["narrow"].on_tensors = lambda self, dim, start, length: do.slice(
    self, dim, start, start + length, 1
)
Op(
    "flip",
    lambda self, /, dims: (
        np.array(np.flip(self, dims), order="C") if dims else self.copy()
    ),
    self=lambda grad, dims: do.flip(grad, dims),
)
Op(
    "roll",
    lambda self, /, shifts, dims=(): _rolled(self, shifts, dims),
    self=lambda grad, shifts, dims: do.roll(grad, tuple(-s for s in shifts), dims),
)


def _tiled(self: Array, repeats: Any) -> Array:
    found = np.tile(self, repeats)
    # Of nothing NumPy makes a view.
    return found if found.size else np.empty(found.shape, found.dtype)


Op(
    "repeat",
    lambda self, /, repeats: _tiled(self, repeats),
    writes=property(lambda node: int(0 in node.saved["repeats"])),
    self=lambda grad, repeats, self_sym_sizes: _unrepeated(
        grad, repeats, self_sym_sizes
    ),
)


def _rolled(self: Array, shifts: Any, dims: Any) -> Array:
    """Return memory of its own: what NumPy flattens it looks at anew."""
    found: Array = np.roll(self, shifts, dims or None)
    return found if found.base is None else found.copy()


def _unrepeated(grad: Any, repeats: Sequence[int], shape: Sequence[int]) -> Any:
    if 0 in repeats:
        return do.new_zeros(grad, tuple(shape))
    extra = len(repeats) - len(shape)
    for _ in range(extra):
        grad = getattr(do, "sum.dim")(grad, (0,), False)
    sizes: list[int] = []
    summed = []
    for times, size in zip(repeats[extra:], shape, strict=True):
        if times != 1:
            summed.append(len(sizes))
            sizes.append(times)
        sizes.append(size)
    if not summed:
        return grad
    return getattr(do, "sum.dim")(do.reshape(grad, tuple(sizes)), tuple(summed), False)


def _matrix(self: Array, name: str, diagonal: Any) -> Array:
    if isinstance(diagonal, float):
        raise TypeError("no diagonal")  # the parser has the words
    if self.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
    return self


Op(
    "tril",
    lambda self, /, diagonal=0: np.tril(_matrix(self, "tril", diagonal), diagonal),
    self=lambda grad, diagonal: do.tril(grad, diagonal),
)
Op(
    "triu",
    lambda self, /, diagonal=0: np.triu(_matrix(self, "triu", diagonal), diagonal),
    self=lambda grad, diagonal: do.triu(grad, diagonal),
)
Op(
    "diag_embed",
    lambda self, /, offset=0, dim1=0, dim2=1: _on_diagonal(self, offset, dim1, dim2),
    self=lambda grad, offset, dim1, dim2: do.diagonal(grad, offset, dim1, dim2),
)


def _on_diagonal(self: Array, offset: int, dim1: int, dim2: int) -> Array:
    size = self.shape[-1] + abs(offset)
    whole = np.zeros((*self.shape[:-1], size, size), self.dtype)
    rows, columns = np.arange(self.shape[-1]), np.arange(self.shape[-1])
    rows, columns = rows + max(-offset, 0), columns + max(offset, 0)
    whole[..., rows, columns] = self
    return np.array(np.moveaxis(whole, (-2, -1), (dim1, dim2)), order="C")


Op(
    "rot90",
    lambda self, /, k, dims: _turned(self, k % 4, dims),
    self=lambda grad, k, dims: do.rot90(grad, -k, dims),
)


def _turned(self: Array, k: int, dims: Sequence[int]) -> Array:
    """Turn a copy; a quarter turn is one that was flipped, with dimensions swapped."""
    if not k:
        return np.array(self, order="C")
    first, second = dims if k < 3 else dims[::-1]
    flipped: Array = do.flip(self, dims if k == 2 else (second,))
    if k == 2:
        return flipped
    turned = laid_out(flipped).swapaxes(first, second)
    return turned if not turned.size else np.copy(turned, order="K")


def _blocks(tensors: Sequence[Array]) -> Array:
    shapes = [t.shape for t in tensors]
    whole = np.zeros([sum(n) for n in zip(*shapes, strict=True)], tensors[0].dtype)
    for each, (row, column) in zip(tensors, _corners(shapes), strict=True):
        whole[row : row + each.shape[0], column : column + each.shape[1]] = each
    return whole


def _corners(shapes: Sequence[Any]) -> list[Any]:
    found = [(0, 0)]
    for rows, columns in shapes:
        found.append((found[-1][0] + rows, found[-1][1] + columns))
    return found[:-1]


Op(
    "block_diag",
    lambda tensors, /: _blocks(tensors),
    cast=_promoted_list,
    many=True,
    tensors=lambda grad, tensors_sym_sizes: [
        do.narrow(do.narrow(grad, 0, row, shape[0]), 1, column, shape[1])
        for shape, (row, column) in zip(
            tensors_sym_sizes, _corners(tensors_sym_sizes), strict=True
        )
    ],
)
