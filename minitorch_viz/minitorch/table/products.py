"""The table's rows that multiply matrices."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..inplace import warn_resized
from ..kernels import any_empty, kernel, refuse
from ..op import Cast, Op, do
from ..storage import Array
from .factors import (
    batches,
    matrices,
    matrix_and_vector,
    sum_and_batches,
    sum_and_matrices,
    sum_and_pairs,
    sum_and_vectors,
    sums_and_batches,
    vectors,
    whole,
)


def _refusing(name: str, cast: Cast) -> Cast:
    """Refuse bools as a product's kernel does; of nothing it makes zeros itself."""

    def check(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
        arrays = cast(inputs, arrays)
        if arrays[0].dtype.kind == "b" and not any_empty(arrays):
            refuse(name, arrays[0])
        return arrays

    return check


def _multiplied(self: Array, mat2: Array) -> Array:
    """Return a product of matrices; one of single terms keeps the sign of zeros.

    Not that of a row or a column, which is added up from 0.
    """
    if self.shape[1] == 1 and self.shape[0] != 1 != mat2.shape[1]:
        return _terms(self, mat2)
    found: Array = self @ mat2
    return found


def _terms(self: Array, mat2: Array) -> Array:
    return np.multiply(self, mat2, order="C")


def _summed(self: Array, other: Array) -> Any:
    # Added to a zero, so that a sum of negative zeros is none.
    return np.dot(self, other) + 0


Op(
    "mm",
    lambda self, mat2, /: _multiplied(self, mat2),
    cast=_refusing("addmm_impl_cpu_", matrices),
    direct=_multiplied,
    self=lambda grad, mat2, self_sym_sizes, self_sym_strides: _left(
        grad, mat2, self_sym_sizes, self_sym_strides
    ),
    mat2=lambda grad, self, mat2_sym_sizes, mat2_sym_strides: _right(
        grad, self, mat2_sym_sizes, mat2_sym_strides
    ),
)
Op(
    "mv",
    lambda self, vec, /: self @ vec,
    cast=_refusing("addmv_impl_cpu", matrix_and_vector),
    self=lambda grad, vec: do.reshape(grad, (*grad.shape, 1)) * vec,
    vec=lambda grad, self: do.mv(do.t(self), grad),
)
Op(
    "dot",
    lambda self, tensor, /: _summed(self, tensor),
    cast=kernel("dot", "b", vectors),
    self=lambda grad, tensor: grad * tensor,
    tensor=lambda grad, self: grad * self,
)
Op(
    "bmm",
    lambda self, mat2, /: (self @ mat2).astype(mat2.dtype, copy=False),
    cast=_refusing("bmm", batches),
    self=lambda grad, mat2: do.bmm(grad, do.transpose(mat2, 1, 2)),
    mat2=lambda grad, self: do.bmm(do.transpose(self, 1, 2), grad),
)
Op(
    "addmm",
    lambda self, mat1, mat2, /, beta=1, alpha=1: _added(
        self,
        _terms(mat1, mat2) if mat1.shape[1] == 1 else mat1 @ mat2,
        beta,
        alpha,
    ),
    cast=_refusing("addmm_impl_cpu_", sum_and_matrices),
    self=lambda grad, beta: grad if beta == 1 else grad * beta,
    mat1=lambda grad, mat2, alpha, mat1_sym_sizes, mat1_sym_strides: _scaled(
        _left(grad, mat2, mat1_sym_sizes, mat1_sym_strides), alpha
    ),
    mat2=lambda grad, mat1, alpha, mat2_sym_sizes, mat2_sym_strides: _scaled(
        _right(grad, mat1, mat2_sym_sizes, mat2_sym_strides), alpha
    ),
)
Op(
    "baddbmm",
    lambda self, batch1, batch2, /, beta=1, alpha=1: _added(
        self, batch1 @ batch2, beta, alpha
    ),
    cast=_refusing("baddbmm", sums_and_batches),
    self=lambda grad, beta: grad if beta == 1 else grad * beta,
    batch1=lambda grad, batch2, alpha: _scaled(
        do.bmm(grad, do.transpose(batch2, 1, 2)), alpha
    ),
    batch2=lambda grad, batch1, alpha: _scaled(
        do.bmm(do.transpose(batch1, 1, 2), grad), alpha
    ),
)

Op(
    "addmv",
    lambda self, mat, vec, /, beta=1, alpha=1: (
        _added(self, mat @ vec, beta, alpha)
        if mat.size
        else _added_to_nothing(self, mat.shape[0], beta)
    ),
    cast=_refusing("addmv_impl_cpu", sum_and_vectors),
    self=lambda grad, beta: _scaled(grad, beta),
    mat=lambda grad, vec, alpha: _scaled(
        do.unsqueeze(grad, 1) * do.unsqueeze(vec, 0), alpha
    ),
    vec=lambda grad, mat, alpha: _scaled(do.mv(do.t(mat), grad), alpha),
)
Op(
    "addr",
    lambda self, vec1, vec2, /, beta=1, alpha=1: _added(
        self,
        np.outer(vec1, vec2),
        whole(beta, "beta", self),
        whole(alpha, "alpha", self),
    ),
    cast=sum_and_pairs,
    self=lambda grad, beta: _scaled(grad, beta),
    vec1=lambda grad, vec2, alpha: _scaled(_times(grad, vec2), alpha),
    vec2=lambda grad, vec1, alpha: _scaled(_times(do.t(grad), vec1), alpha),
)
Op(
    "addbmm",
    lambda self, batch1, batch2, /, beta=1, alpha=1: _added(
        self, (batch1 @ batch2).sum(0, dtype=self.dtype), beta, alpha
    ),
    cast=_refusing("addmm_impl_cpu_", sum_and_batches),
    self=lambda grad, beta: _scaled(grad, beta),
    batch1=lambda grad, batch2, alpha: _scaled(
        do.bmm(_for_each(grad, batch2), do.transpose(batch2, 1, 2)), alpha
    ),
    batch2=lambda grad, batch1, alpha: _scaled(
        do.bmm(do.transpose(batch1, 1, 2), _for_each(grad, batch1)), alpha
    ),
)
Op(
    "vdot",
    lambda self, other, /: _summed(self, other),
    cast=kernel("dot", "b", vectors),
    self=lambda grad, other: grad * other,
    other=lambda grad, self: grad * self,
)


def _for_each(grad: Any, batch: Any) -> Any:
    """Return one gradient for every matrix of a batch."""
    return do.expand(do.unsqueeze(grad, 0), (batch.shape[0], *grad.shape))


def _by_columns(sizes: tuple[int, int], strides: tuple[int, int]) -> bool:
    """A matrix laid out by columns gets a gradient laid out so, as in PyTorch."""
    return strides == (1, sizes[0])


def _left(grad: Any, mat2: Any, sizes: Any, strides: Any) -> Any:
    if _by_columns(sizes, strides):
        return do.t(do.mm(mat2, do.t(grad)))
    return do.mm(grad, do.t(mat2))


def _right(grad: Any, mat1: Any, sizes: Any, strides: Any) -> Any:
    if _by_columns(sizes, strides):
        return do.t(do.mm(do.t(grad), mat1))
    return do.mm(do.t(mat1), grad)


def _scaled(value: Any, factor: float) -> Any:
    return value if factor == 1 else value * factor


def _times(matrix: Any, vec: Any) -> Any:
    """Multiply, which on the way back too takes factors of one type only."""
    if isinstance(matrix, np.ndarray):
        matrix_and_vector((), [matrix, vec])
    return do.mv(matrix, vec)


def _in_type(factor: float, like: Any) -> float:
    """Return a factor as this kernel casts it to the type of its tensors."""
    return factor if like.dtype.kind == "f" else int(factor)


def _added_to_nothing(bias: Array, rows: int, beta: float) -> Any:
    """Return what is added where there is no product: scaled, in its own shape."""
    if beta == 0:
        return np.zeros(rows, bias.dtype)
    if rows:
        warn_resized(np.empty(rows), bias.shape, stacklevel=7)
    return bias * bias.dtype.type(beta)


def _added(bias: Any, product: Any, beta: float, alpha: float) -> Any:
    if isinstance(bias, np.ndarray) and bias.dtype.kind == "b":
        return (product & bool(alpha)) | (bias & bool(beta))
    alpha, beta = _in_type(alpha, bias), _in_type(beta, bias)
    return _scaled(product, alpha) + _scaled(bias, beta)
