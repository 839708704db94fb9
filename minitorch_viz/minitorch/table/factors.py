"""What products ask of their factors' shapes and types, in PyTorch's words.

Casts of the rows, and not parts of the functions: PyTorch looks after autograd has
saved the factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from ..bind import check_expands, one_dim
from ..dtypes import from_numpy
from ..promotion import promoted


def matrices(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let two matrices that fit pass.

    >>> import numpy as np
    >>> matrices((), [np.ones((2, 3)), np.ones((2, 3))])
    Traceback (most recent call last):
        ...
    RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)
    """
    a, b = arrays
    if a.ndim != 2 or b.ndim != 2:
        _refuse(f"{'self' if a.ndim != 2 else 'mat2'} must be a matrix")
    _check_product(a, b)
    if a.dtype is not b.dtype:
        _refuse(
            "expected m1 and m2 to have the same dtype, but got: "
            f"{from_numpy(a.dtype).c_name} != {from_numpy(b.dtype).c_name}"
        )
    return arrays


def _check_product(a: Any, b: Any) -> None:
    if a.shape[1] != b.shape[0]:
        _refuse(
            "mat1 and mat2 shapes cannot be multiplied "
            f"({a.shape[0]}x{a.shape[1]} and {b.shape[0]}x{b.shape[1]})"
        )


def matrix_and_vector(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let a matrix and a vector that fit pass.

    >>> import numpy as np
    >>> matrix_and_vector((), [np.ones((2, 3)), np.ones(2)])
    Traceback (most recent call last):
        ...
    RuntimeError: size mismatch, got input (2), mat (2x3), vec (2)
    """
    a, b = arrays
    if not a.ndim:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    if a.ndim != 2 or b.ndim != 1:
        _refuse(f"vector + matrix @ vector expected, got 1, {a.ndim}, {b.ndim}")
    if a.shape[1] != b.shape[0]:
        _refuse(
            f"size mismatch, got input ({a.shape[0]}), mat "
            f"({a.shape[0]}x{a.shape[1]}), vec ({b.shape[0]})"
        )
    if a.dtype is not b.dtype:
        have, want = _name(a), _name(b)
        _refuse(
            "addmv input tensors must have the same dtype, but got "
            f"{want}, {have}, and {want}"
        )
    return arrays


def vectors(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let two vectors that fit pass.

    >>> import numpy as np
    >>> vectors((), [np.ones(2), np.ones((2, 3))])
    Traceback (most recent call last):
        ...
    RuntimeError: 1D tensors expected, but got 1D and 2D tensors
    """
    a, b = arrays
    if a.ndim != 1 or b.ndim != 1:
        _refuse(f"1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors")
    if a.dtype is not b.dtype:
        _refuse(
            "dot : expected both vectors to have same dtype, but found "
            f"{_name(a)} and {_name(b)}"
        )
    if a.shape != b.shape:
        _refuse(
            "inconsistent tensor size, expected tensor "
            f"{list(a.shape)} and src {list(b.shape)} to have the same number of "
            f"elements, but got {a.size} and {b.size} elements respectively"
        )
    return arrays


def batches(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let two batches of matrices that fit pass.

    >>> import numpy as np
    >>> batches((), [np.ones((2, 3)), np.ones((2, 3))])
    Traceback (most recent call last):
        ...
    RuntimeError: batch1 must be a 3D tensor
    """
    a, b = arrays
    for name, each in (("batch1", a), ("batch2", b)):
        if each.ndim != 3:
            _refuse(f"{name} must be a 3D tensor")
    if a.shape[0] != b.shape[0] or a.shape[2] != b.shape[1]:
        _refuse(
            "Expected size for first two dimensions of batch2 tensor to be: "
            f"[{a.shape[0]}, {a.shape[2]}] but got: [{b.shape[0]}, {b.shape[1]}]."
        )
    # Only the kernel looks at both types, and it refuses bools first.
    if a.dtype is not b.dtype and a.size and b.size and a.dtype.kind != "b":
        _refuse(f"expected scalar type {_name(a)} but found {_name(b)}")
    return arrays


def sum_and_matrices(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let two matrices that fit, and what is added to their product, pass.

    >>> import numpy as np
    >>> sum_and_matrices((), [np.ones(3), np.ones((2, 3)), np.ones(2)])
    Traceback (most recent call last):
        ...
    RuntimeError: mat2 must be a matrix, got 1-D tensor
    """
    added, a, b = arrays
    for name, each in (("self", added), ("mat1", a)):
        if each.dtype is not b.dtype:
            _refuse(
                f"{name} and mat2 must have the same dtype, but got "
                f"{_name(each)} and {_name(b)}"
            )
    for name, each in (("mat1", a), ("mat2", b)):
        if each.ndim != 2:
            _refuse(f"{name} must be a matrix, got {each.ndim}-D tensor")
    _check_product(a, b)
    check_expands(added, (a.shape[0], b.shape[1]))
    return arrays


def sum_and_vectors(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let a matrix and a vector that fit, and what is added to their product, pass.

    >>> import numpy as np
    >>> sum_and_vectors((), [np.ones(3), np.ones((2, 3)), np.ones(3)])
    Traceback (most recent call last):
        ...
    RuntimeError: size mismatch, got input (3), mat (2x3), vec (3)
    """
    added, a, b = arrays
    if added.ndim > 1 or a.ndim != 2 or b.ndim != 1:
        _refuse(
            f"vector + matrix @ vector expected, got {added.ndim}, {a.ndim}, {b.ndim}"
        )
    if a.shape[1] != b.shape[0] or added.size not in (1, a.shape[0]):
        _refuse(
            f"size mismatch, got input ({added.size}), mat "
            f"({a.shape[0]}x{a.shape[1]}), vec ({b.shape[0]})"
        )
    if not (added.dtype is a.dtype is b.dtype):
        _refuse(
            "addmv input tensors must have the same dtype, but got "
            f"{_name(added)}, {_name(a)}, and {_name(b)}"
        )
    return arrays


def sum_and_pairs(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let two vectors, and what is added to the products of all pairs, pass.

    >>> import numpy as np
    >>> sum_and_pairs((), [np.ones(3), np.ones((2, 3)), np.ones(3)])
    Traceback (most recent call last):
        ...
    RuntimeError: addr: Expected 1-D argument vec1, but got 2-D
    """
    added, a, b = arrays
    for name, each in (("vec1", a), ("vec2", b)):
        if each.ndim != 1:
            _refuse(f"addr: Expected 1-D argument {name}, but got {each.ndim}-D")
    check_expands(added, (a.size, b.size))
    return promoted(inputs, arrays)


def sum_and_batches(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let batches that fit, and what is added to the sum of their products, pass.

    >>> import numpy as np
    >>> sum_and_batches((), [np.ones(3), np.ones((1, 2, 3)), np.ones((1, 3, 2))])
    Traceback (most recent call last):
        ...
    RuntimeError: The expanded size of the tensor (2) must match the existing size (3) \
at non-singleton dimension 1.  Target sizes: [2, 2].  Tensor sizes: [3]
    """
    added, a, b = arrays
    rows, columns = a.shape[one_dim(1, a.ndim)], b.shape[one_dim(2, b.ndim)]
    if a.ndim == b.ndim == 3:
        check_expands(added, (rows, columns))
    batches(inputs, [a, b.astype(a.dtype)])
    for name, each in (("self", added), ("mat1", a)):
        if each.dtype is not b.dtype:
            _refuse(
                f"{name} and mat2 must have the same dtype, but got "
                f"{_name(each)} and {_name(b)}"
            )
    return arrays


def sums_and_batches(inputs: Sequence[Any], arrays: list[Any]) -> list[Any]:
    """Let batches that fit, and what is added to each of their products, pass.

    >>> import numpy as np
    >>> sums_and_batches((), [np.ones(3), np.ones((1, 2, 3)), np.ones((1, 3, 2))])
    Traceback (most recent call last):
        ...
    RuntimeError: The expanded size of the tensor (2) must match the existing size (3) \
at non-singleton dimension 2.  Target sizes: [1, 2, 2].  Tensor sizes: [3]
    """
    added, a, b = arrays
    wanted = a.shape[one_dim(0, a.ndim)], a.shape[one_dim(1, a.ndim)]
    check_expands(added, (*wanted, b.shape[one_dim(2, b.ndim)]))
    if added.dtype is not a.dtype:
        names = [from_numpy(each.dtype).c_name for each in arrays]
        _refuse(
            f"Input dtypes must be the same, got: input {names[0]}, batch1: "
            f"{names[1]}, batch2: {names[2]}"
        )
    batches(inputs, [a, b])
    return arrays


def whole(factor: float, name: str, array: Any) -> float:
    """Return a factor, which of whole numbers must be one.

    >>> import numpy as np
    >>> whole(0.5, "alpha", np.arange(2))
    Traceback (most recent call last):
        ...
    RuntimeError: For integral input tensors, argument alpha must not be a floating \
point number.
    """
    if array.dtype.kind in "biu" and isinstance(factor, float):
        _refuse(
            f"For integral input tensors, argument {name} must not be a floating point "
            "number."
        )
    return factor


def _refuse(message: str) -> NoReturn:
    raise RuntimeError(message)


def _name(array: Any) -> str:
    return from_numpy(array.dtype).scalar_name
