"""The tensor: an array, a version counter, and its place in the graph.

What a tensor can do is in `methods.py`; this file holds what it is.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .grad_mode import state
from .storage import Array, owner

if TYPE_CHECKING:
    from .graph import AccumulateGrad, Node

_new = object.__new__


class Tensor:
    """An n-dimensional array that remembers how it was computed.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> (x * x).backward()
    >>> x.grad
    tensor(4.)
    """

    # Defaults live on the class, so making a tensor sets only what differs.
    _array: Array
    #: One-element list: base, views and `detach()` hold the same one. None for tensors
    #: made in inference mode, which track no version.
    _counter: list[int] | None
    _inference: bool = False
    _requires_grad: bool = False
    _grad: Tensor | None = None
    _grad_fn: Node | None = None
    _output_nr: int = 0
    _retains: bool = False
    #: id -> hook; a node that made this tensor holds the same dict.
    _hooks: dict[int, Callable[..., Any]] | None = None
    _post_accumulate: dict[int, Callable[..., Any]] | None = None
    _accumulator: weakref.ref[AccumulateGrad] | None = None
    #: The tensor whose memory this view shows, and under what it was made: "default",
    #: "no_grad", "inference", "multiple" or "function" (PyTorch's CreationMeta).
    _base: Tensor | None = None
    _made: str = "default"
    #: The version at which `_grad_fn` was right; a view's is regenerated when it moves.
    _made_version: int = 0

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...

    @property
    def _storage(self) -> Array:
        return owner(self._array)


Parts = TypeVar("Parts")


def wrap(array: Any) -> Tensor:
    """Return a tensor over `array` (not a copy), outside any graph.

    >>> wrap(np.zeros(2))._version
    0
    """
    made = _new(Tensor)
    made._array = array if array.__class__ is np.ndarray else np.asarray(array)
    if state.inference:
        made._counter, made._inference = None, True
    else:
        made._counter = [0]
    return made


def needs_grad(tensor: Tensor) -> bool:
    """Return `tensor.requires_grad`: its own flag, or that of the base it looks into.

    >>> needs_grad(wrap(np.zeros(2)))
    False
    """
    return tensor._requires_grad or (
        tensor._base is not None and tensor._base._requires_grad
    )
