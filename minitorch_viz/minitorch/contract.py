"""How a leaf's gradient lies in memory: as the leaf does, or else row by row.

After `torch/csrc/autograd/utils/grad_layout_contract.h`.
"""

from __future__ import annotations

import numpy as np

from .once import warn_once
from .refusing import check_broadcast
from .storage import Array, element_strides, is_dense

_BROKEN = """\
grad and param do not obey the gradient layout contract. This is not an error, but \
may impair performance.
grad.sizes() = {}, strides() = {}
param.sizes() = {}, strides() = {}"""


def obeys(grad: Array, leaf: Array) -> bool:
    """Return True if a gradient lies as its leaf wants it to.

    The leaf may have been given other data, of another shape, since its graph was
    recorded. What was expanded to a size of 1 is a view of something else for PyTorch.

    >>> leaf = np.ones((2, 3))
    >>> obeys(leaf.copy(), leaf), obeys(np.ones((3, 2)).T, leaf)
    (True, False)
    """
    same = grad.strides == leaf.strides and grad.dtype == leaf.dtype
    if same and leaf.flags.c_contiguous and 0 not in grad.strides:
        return True
    if not is_dense(leaf):
        return grad.flags.c_contiguous
    if grad.ndim > leaf.ndim:
        return False
    each = zip(grad.shape, element_strides(grad), element_strides(leaf))  # noqa: B905
    return not grad.size or all(
        have == want if size != 1 else have for size, have, want in each
    )


def copied(grad: Array, leaf: Array) -> tuple[Array, int]:
    """Return a copy that lies as the leaf wants it, and its version.

    PyTorch copies by writing into new memory that is like the leaf, where the leaf's
    own could be filled; else it clones.

    >>> copied(np.ones((2, 3)), np.ones((3, 2)).T)[0].strides
    (8, 16)
    """
    if not is_dense(leaf):
        return np.array(grad, order="C", subok=True), 0
    made = empty_like(grad, leaf)
    check_fits(made, grad)
    made[...] = grad
    return made, 1


def empty_like(grad: Array, leaf: Array) -> Array:
    """Return new memory of a gradient's type that lies exactly as its leaf does.

    >>> empty_like(np.ones((1, 3), np.int8), np.ones((3, 1)).T).strides
    (1, 1)
    """
    made = np.empty_like(leaf, grad.dtype, order="K")
    steps = tuple(n * grad.itemsize for n in element_strides(leaf))
    if made.strides == steps or not made.size:
        return made
    return np.lib.stride_tricks.as_strided(made, strides=steps, subok=True)


def check_fits(target: Array, source: Array) -> None:
    """Raise what PyTorch does if an array can't be written to another.

    >>> check_fits(np.ones(3), np.ones((2, 3)))
    Traceback (most recent call last):
        ...
    RuntimeError: output with shape [3] doesn't match the broadcast shape [2, 3]
    """
    if target.shape == source.shape:
        return
    check_broadcast((target, source))
    shape = np.broadcast_shapes(target.shape, source.shape)
    if shape != target.shape:
        raise RuntimeError(
            f"output with shape {list(target.shape)} doesn't match the broadcast "
            f"shape {list(shape)}"
        )


def check(grad: Array, leaf: Array, *, graph: bool) -> None:
    """Warn if a gradient that was added to doesn't lie as its leaf does.

    Once where it was written to, and once where the sum has a graph of its own.

    >>> check(np.ones(2), np.ones(2), graph=False)
    """
    if not obeys(grad, leaf):
        each = [list(x) for a in (grad, leaf) for x in (a.shape, element_strides(a))]
        warn_once(_BROKEN.format(*each), key=f"{_BROKEN}{graph}")
