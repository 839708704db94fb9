"""What `torch.linalg` asks of matrices, and what it says of those it can't take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..functions.named import Named
from ..storage import Array
from ..table.matrices import lu_factors
from ..tensor import Tensor

# Names of parameters are PyTorch's.
# ruff: noqa: N803


class LinAlgError(RuntimeError):
    """What is raised where a matrix has no inverse, or no such factor."""

    __module__ = "torch._C"
    __qualname__ = "_LinAlgError"


LinAlgError.__name__ = "_LinAlgError"


def named(name: str, fields: Sequence[str], values: Sequence[Tensor]) -> Named:
    """Return results as PyTorch's tuple of this name.

    >>> from minitorch_viz import minitorch as torch
    >>> named("linalg_qr", ("Q", "R"), (torch.ones(1), torch.ones(1))).R
    tensor([1.])
    """
    kind = type(name, (Named,), {"names": tuple(fields), "__slots__": ()})
    found: Named = kind(values)
    return found


def check(
    name: str,
    A: Tensor,
    *,
    square: bool = True,
    floats: bool = True,
    home: str = "linalg.",
) -> None:
    """Raise if a tensor isn't what this function of `torch.linalg` takes: matrices.

    >>> from minitorch_viz import minitorch as torch
    >>> check("inv", torch.eye(2))
    """
    shape = A._array.shape
    if len(shape) < 2:
        raise RuntimeError(
            f"{home}{name}: The input tensor A must have at least 2 dimensions."
        )
    if square and shape[-1] != shape[-2]:
        raise RuntimeError(
            f"{home}{name}: A must be batches of square matrices, but they are "
            f"{shape[-2]} by {shape[-1]} matrices"
        )
    if floats and A._array.dtype.kind != "f":
        raise RuntimeError(
            f"{home}{name}: Expected a floating point or complex tensor as input. Got "
            f"{A.dtype.scalar_name}"
        )


def _refuse(text: str, bad: Array) -> None:
    """Say which matrix of the batch is bad."""
    first = tuple(np.argwhere(bad)[0])
    name, _, said = text.partition(": ")
    batch = f"(Batch element {first[0]}): " if bad.ndim else ""
    raise LinAlgError(f"{name}: {batch}{said}")


def refuse_singular(name: str, text: str, A: Tensor) -> None:
    """Raise if a matrix has no inverse; `text` says so of one of its rows.

    >>> from minitorch_viz import minitorch as torch
    >>> refuse_singular("linalg.inv", "row {} is zero", torch.eye(2))
    """
    factors = lu_factors(A._array)[0]
    diagonals = np.diagonal(factors, axis1=-2, axis2=-1)
    bad = (diagonals == 0).any(-1)
    if bad.any():
        row = int(np.argmax(diagonals[bad][0] == 0)) + 1
        _refuse(f"{name}: {text.format(row)}", bad)
