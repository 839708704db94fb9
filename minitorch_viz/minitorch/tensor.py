"""The tensor: an array, a version counter, and its place in the graph.

What a tensor can do is in `methods.py`; this file holds what it is.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .storage import Array, owner
from .thread import thread

if TYPE_CHECKING:
    from .graph import AccumulateGrad, Node

_new = object.__new__
_ndarray, _asarray = np.ndarray, np.asanyarray


class TensorType(type):
    """Shows the class of tensors by PyTorch's name."""

    def __repr__(cls) -> str:
        name = f"{cls.__module__}.{cls.__qualname__}"
        package = __name__.rpartition(".")[0]
        shown = name.replace(__name__, "torch").replace(package, "torch")
        return f"<class '{shown}'>"


class Tensor(metaclass=TensorType):
    """An n-dimensional array that remembers how it was computed.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> (x * x).backward()
    >>> x.grad
    tensor(4.)
    """

    # Defaults live on the class, so making a tensor sets only what differs.
    _array: Array
    #: True once it is known that the array lies as PyTorch's contiguous ones do.
    _in_rows: bool = False
    #: One-element list: base, views and `detach()` hold the same one. None for tensors
    #: made in inference mode, which track no version.
    _counter: list[int] | None
    _inference: bool = False
    #: What PyTorch finds where a first size would stand if there is none: what stood
    #: there before. It looks there when an index is one too many.
    _beyond: int = 0
    _requires_grad: bool = False
    #: The version of a shallow copy, which comes to its memory by a write.
    _copied_at: int = 1
    _grad: Tensor | None = None
    _grad_fn: Node | None = None
    _output_nr: int = 0
    _retains: bool = False
    #: id -> hook; a node that made this tensor holds the same dict.
    _hooks: dict[int, Callable[..., Any]] | None = None
    _post_accumulate: dict[int, Callable[..., Any]] | None = None
    #: What `Variable(name=...)` was given.
    _name: str | None = None
    _accumulator: weakref.ref[AccumulateGrad] | None = None
    #: The tensor whose memory this view shows, and under what it was made: "default",
    #: "no_grad", "inference", "multiple" or "function" (PyTorch's CreationMeta).
    _base: Tensor | None = None
    _made: str = "default"
    #: The version at which `_grad_fn` was right; a view's is regenerated when it moves.
    _made_version: int = 0

    if TYPE_CHECKING:
        # `methods.py` hangs these on.
        data: Any
        grad: Any
        requires_grad: Any

        def __getattr__(self, name: str) -> Any: ...
        def __getitem__(self, index: Any) -> Tensor: ...
        def __setitem__(self, index: Any, value: Any) -> None: ...
        def __iter__(self) -> Iterator[Tensor]: ...
        def __len__(self) -> int: ...
        def __hash__(self) -> int: ...
        def __float__(self) -> float: ...
        def __int__(self) -> int: ...
        def __eq__(self, other: Any) -> Any: ...
        def __ne__(self, other: Any) -> Any: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __and__(self, other: Any) -> Tensor: ...
        def __or__(self, other: Any) -> Tensor: ...
        def __mod__(self, other: Any) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...

    @property
    def _storage(self) -> Array:
        return owner(self._array)


def wrap(array: Any) -> Tensor:
    """Return a tensor over `array` (not a copy), outside any graph.

    >>> wrap(np.zeros(2))._version
    0
    """
    made = _new(Tensor)
    made._array = array if type(array) is _ndarray else _asarray(array)
    made._inference = inference = thread.now.inference
    made._counter = None if inference else [0]
    # As on the class; what is looked at for every operation is quicker found here.
    made._requires_grad, made._grad_fn, made._output_nr = False, None, 0
    made._base = None
    return made


def look_at(tensor: Tensor, array: Array) -> None:
    """Let a tensor look at another array from now on.

    >>> x = wrap(np.zeros(2))
    >>> look_at(x, np.ones(1))
    >>> x.shape
    torch.Size([1])
    """
    tensor._array, tensor._in_rows = array, False


def needs_grad(tensor: Tensor) -> bool:
    """Return `tensor.requires_grad`: its own flag, or that of the base it looks into.

    >>> needs_grad(wrap(np.zeros(2)))
    False
    """
    return tensor._requires_grad or (
        tensor._base is not None and tensor._base._requires_grad
    )


def check_asked(tensor: Tensor) -> None:
    """Refuse to ask for the gradient of an inference tensor outside its mode.

    >>> check_asked(wrap(np.zeros(2)))
    """
    if tensor._inference and not thread.now.inference:
        raise RuntimeError(
            "Setting requires_grad=True on inference tensor outside InferenceMode is "
            "not allowed."
        )


def bump(target: Tensor) -> Tensor:
    """Raise the version of a tensor that was written to.

    >>> from minitorch_viz import minitorch as torch
    >>> bump(torch.zeros(1))._version
    1
    """
    if target._counter is not None:
        target._counter[0] += 1
    elif not thread.now.inference:
        # PyTorch too finds out only when it comes to raise the version.
        raise RuntimeError(_OUTSIDE)
    return target


def counter_outside(tensor: Tensor) -> list[int] | None:
    """Return what counts writes to what is detached from `tensor`.

    An inference tensor shares no counter, whatever data it was given: what is made of
    it counts for itself, in inference mode not at all.

    >>> x = wrap(np.zeros(2))
    >>> counter_outside(x) is x._counter
    True
    """
    if not tensor._inference:
        return tensor._counter
    return None if thread.now.inference else [0]


def check_claim(array: Array, requires_grad: bool) -> bool:
    """Refuse a gradient that whole numbers claim, as they can once they were filled.

    >>> check_claim(np.zeros(2), True)
    True
    """
    if requires_grad and array.dtype.kind != "f":
        raise RuntimeError(
            "only Tensors of floating point and complex dtype can require gradients"
        )
    return requires_grad


def check_counts(tensor: Tensor) -> None:
    """Refuse to look into a normal tensor that counts no writes.

    Such is what was made in inference mode, and given a normal tensor's data since.

    >>> check_counts(wrap(np.zeros(2)))
    """
    if tensor._counter is None and not tensor._inference:
        raise RuntimeError(UNCOUNTED)


UNCOUNTED = "Inference tensors do not track version counter."
_OUTSIDE = (
    "Inplace update to inference tensor outside InferenceMode is not allowed."
    "You can make a clone to get a normal tensor before doing inplace update."
    "See https://github.com/pytorch/rfcs/pull/17 for more details."
)
