"""Memory that a write would read as well, or would write to more than once.

After `aten/src/ATen/MemoryOverlap.cpp`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from .storage import address, element_strides, overlaps, sharing
from .tensor import Tensor

_SHARES = (
    "unsupported operation: some elements of the input tensor and the written-to "
    "tensor refer to a single memory location. Please clone() the tensor before "
    "performing the operation."
)
_EXPANDED = (
    "Use of {}_ on expanded tensors is deprecated. Please clone() the tensor before "
    "performing this operation. This also applies to advanced indexing e.g. tensor[{}"
)
OVERLAPS = (
    "unsupported operation: more than one element of the written-to tensor refers to a "
    "single memory location. Please clone() the tensor before performing the operation."
)


def same_data(target: Tensor, source: Any) -> bool:
    """Return True if a copy would write every element over itself."""
    if source is target:
        return True
    if not isinstance(source, Tensor) or source._storage is not target._storage:
        return False
    one, other = target._array, source._array
    return (
        address(one) == address(other)
        and one.dtype == other.dtype
        and one.shape == other.shape
        and element_strides(one) == element_strides(other)
    )


def check_apart(
    target: Tensor, others: Sequence[Any], *, within: bool = True, wholly: bool = True
) -> None:
    """Raise if what is read lies where is written: in part, or `wholly` as well.

    With `within`, no two elements of the target may share a place either.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.zeros(2)
    >>> check_apart(x, [x], wholly=False)
    >>> check_apart(x, [x])
    Traceback (most recent call last):
        ...
    RuntimeError: unsupported operation: some elements of the input tensor and ...
    """
    if within and overlaps(target._array):
        raise RuntimeError(OVERLAPS)
    for other in others:
        if not isinstance(other, Tensor):
            continue
        if other is target:
            shared = "wholly"
        elif other._storage is target._storage:
            shared = sharing(target._array, other._array)
        else:
            continue
        if shared == "partly" or (wholly and shared == "wholly"):
            raise RuntimeError(_SHARES)


def warn_expanded(target: Tensor, name: str, at: str) -> None:
    """Warn if one write to the target changes several of its elements."""
    if overlaps(target._array):
        warnings.warn(_EXPANDED.format(name, at), UserWarning, stacklevel=6)
