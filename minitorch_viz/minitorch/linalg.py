"""`torch.linalg`: norms."""

from __future__ import annotations

from typing import Any

from .bind import all_dims
from .functions.arithmetic import run
from .tensor import Tensor


def vector_norm(
    x: Tensor, ord: float = 2, dim: Any = None, keepdim: bool = False
) -> Tensor:
    """Return the norm of the elements as one vector, or along dimensions.

    >>> from minitorch_viz import minitorch as torch
    >>> vector_norm(torch.tensor([3.0, 4.0]))
    tensor(5.)
    """
    dims = all_dims(dim, x._array.ndim)
    return run("linalg_vector_norm", x, args=(ord, dims, keepdim))


def norm(
    A: Tensor,  # noqa: N803 - PyTorch's name
    ord: Any = None,
    dim: Any = None,
    keepdim: bool = False,
) -> Tensor:
    """Return the norm of a vector, or Frobenius' of a matrix.

    >>> from minitorch_viz import minitorch as torch
    >>> norm(torch.tensor([3.0, 4.0]))
    tensor(5.)
    """
    return vector_norm(A, 2 if ord in (None, "fro") else ord, dim, keepdim)
