"""Products of vectors, matrices and batches of them."""

from __future__ import annotations

import math

import numpy as np

from ..inplace import call_out
from ..op import OPS
from ..refusing import broadcast_error
from ..tensor import Tensor, needs_grad
from .arithmetic import run
from .reshaping import squeeze_
from .shaping import expand, reshape, squeeze, transpose, unsqueeze


def matmul(self: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the product of matrices, vectors or batches of matrices."""
    if out is not None:
        return call_out(OPS["matmul"], (self, other), (), out)
    a, b = self._array, other._array
    if not a.ndim or not b.ndim:
        raise RuntimeError(
            "both arguments to matmul need to be at least 1D, but they are "
            f"{a.ndim}D and {b.ndim}D"
        )
    if a.ndim == b.ndim == 1:
        return dot(self, other)
    if a.ndim <= 2 and b.ndim <= 2:
        return _small_product(self, other)
    return _batched_product(self, other)


def _small_product(self: Tensor, other: Tensor) -> Tensor:
    if other._array.ndim == 1:
        return mv(self, other)
    if self._array.ndim == 1:
        return squeeze_(mm(unsqueeze(self, 0), other), 0)
    return mm(self, other)


def mm(self: Tensor, mat2: Tensor) -> Tensor:
    """Return the product of two matrices."""
    return run("mm", self, mat2)


def mv(self: Tensor, vec: Tensor) -> Tensor:
    """Return the product of a matrix and a vector."""
    return run("mv", self, vec)


def dot(self: Tensor, tensor: Tensor) -> Tensor:
    """Return the inner product of two vectors."""
    return run("dot", self, tensor)


def _batched_product(self: Tensor, other: Tensor) -> Tensor:
    """Multiply batches, after `_matmul_impl` in PyTorch's LinearAlgebra.cpp."""
    if other._array.ndim > self._array.ndim:
        transpose(other, -2, -1)  # PyTorch looks at it this way before it decides
    if _folds(self, other):
        return _folded_product(self, other)
    a, b = self._array, other._array
    rows = a.shape[-2:-1]
    batch = _broadcast(a.shape[:-2], b.shape[:-2])
    inner = (*(rows or (1,)), a.shape[-1])
    count = math.prod(batch)
    left = reshape(expand(self, (*batch, *inner)), (count, *inner))
    if b.ndim == 1:
        right = reshape(expand(other, (*batch, b.shape[0])), (count, b.shape[0]))
        found = squeeze(bmm(left, unsqueeze(right, 2)), -1)
        return run("unsafe_view", found, args=((*batch, *rows),))
    right = reshape(expand(other, (*batch, *b.shape[-2:])), (count, *b.shape[-2:]))
    shape = *batch, *rows, b.shape[-1]
    return run("unsafe_view", bmm(left, right), args=(shape,))


def _folds(self: Tensor, other: Tensor) -> bool:
    """Return True if PyTorch folds the batch into the rows of one product."""
    swap = other._array.ndim > self._array.ndim
    large, small = (other, self) if swap else (self, other)
    array = large._array.swapaxes(-1, -2) if swap else large._array
    if array.ndim < 3 or small._array.ndim > 2:
        return False
    if needs_grad(small):
        return True
    if self._array.ndim == 2:
        return False
    return not array.size or all(
        array.strides[i] == array.strides[i + 1] * array.shape[i + 1]
        for i in range(array.ndim - 2)
    )


def _folded_product(self: Tensor, other: Tensor) -> Tensor:
    swap = other._array.ndim > self._array.ndim
    large, small = (transpose(other, -2, -1), self) if swap else (self, other)
    if swap and small._array.ndim == 2:
        small = run("t", small)
    shape = large._array.shape
    rows = reshape(large, (math.prod(shape[:-1]), shape[-1]))
    if small._array.ndim == 1:
        return run("unsafe_view", mv(rows, small), args=(shape[:-1],))
    size = *shape[:-1], small._array.shape[1]
    found = run("unsafe_view", mm(rows, small), args=(size,))
    if not swap:
        return found
    turned = transpose(found, -2, -1)
    return (
        turned
        if turned._array.flags.c_contiguous
        else run("clone", turned, args=("C",))
    )


def _broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    try:
        return tuple(np.broadcast_shapes(a, b))
    except ValueError:
        shapes = np.empty(a), np.empty(b)
        raise broadcast_error(shapes) or ValueError("shapes don't fit") from None


def bmm(self: Tensor, mat2: Tensor) -> Tensor:
    """Return the products of two batches of matrices."""
    return run("bmm", self, mat2)


def outer(self: Tensor, vec2: Tensor) -> Tensor:
    """Return the products of all pairs of elements of two vectors."""
    for name, each in (("self", self), ("vec2", vec2)):
        if each._array.ndim != 1:
            raise RuntimeError(
                f"outer: Expected 1-D argument {name}, but got {each._array.ndim}-D"
            )
    return run("mul", reshape(self, (self._array.size, 1)), vec2)


def addmm(
    self: Tensor, mat1: Tensor, mat2: Tensor, *, beta: float = 1, alpha: float = 1
) -> Tensor:
    """Return `beta * self + alpha * (mat1 @ mat2)`."""
    return run("addmm", self, mat1, mat2, args=(beta, alpha))
