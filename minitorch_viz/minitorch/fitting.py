"""Gradients made to fit what they belong to: broadcasting and promotion undone."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy import add, ndarray

from .events import silence
from .graph import Gradient, Node
from .op import do
from .storage import Array
from .tensor import Tensor
from .thread import thread


def fit(
    grad: Gradient, wanted: tuple[tuple[int, ...], Any], node: Node | None, index: int
) -> Gradient:
    """Undo broadcasting and promotion, as PyTorch's `validate_outputs` does.

    `node` gave the gradient; None stands for the user, who gives those of the roots.
    """
    shape, array_type = wanted
    have = tuple(grad.shape)
    dims = _expanded_dims(have, shape)
    if dims is None:
        returned = f"Function {node.name()} returned an " if node else ""
        raise RuntimeError(
            f"{returned}invalid gradient at index {index} - got "
            f"{list(have)} but expected shape compatible with {list(shape)}"
        )
    if isinstance(grad, Tensor):
        with silence():
            if have != shape:
                grad = _summed(grad, shape, dims)
            same = grad._array.dtype == array_type
            return grad if same else do.to_copy(grad, array_type)
    if have != shape:
        grad = thread.now.quiet(_summed, grad, shape, dims)
    if grad.dtype != array_type:
        return thread.now.quiet(np.asanyarray, grad, array_type)
    return grad if grad.__class__ is np.ndarray else np.asanyarray(grad)


@lru_cache(1024)
def _expanded_dims(
    have: tuple[int, ...], shape: tuple[int, ...]
) -> tuple[int, ...] | None:
    """Return the dimensions along which `shape` was expanded, None if it can't be."""
    extra = len(have) - len(shape)
    if extra < 0 or any(
        n not in (1, size) for n, size in zip(shape, have[extra:], strict=True)
    ):
        return None
    inner = (i + extra for i, n in enumerate(shape) if n == 1 != have[i + extra])
    return (*range(extra), *inner)


def sum_to(grad: Gradient, shape: tuple[int, ...]) -> Gradient:
    """Sum the dimensions along which `shape` was expanded.

    >>> sum_to(np.ones((3, 2)), (1, 2))
    array([[3., 3.]])
    """
    return _summed(grad, shape, _expanded_dims(tuple(grad.shape), shape))


def _summed(
    grad: Gradient, shape: tuple[int, ...], dims: tuple[int, ...] | None
) -> Gradient:
    if not shape:
        return do.sum(grad)
    if type(grad) is ndarray:
        # Only what loses dimensions is looked at anew, and so a view.
        summed: Array = add.reduce(grad, axis=dims, keepdims=True) if dims else grad
        return summed if summed.shape == shape else summed.reshape(shape)
    if dims:
        grad = getattr(do, "sum.dim")(grad, dims, True)
    return do.reshape(grad, shape) if len(grad.shape) > len(shape) else grad
