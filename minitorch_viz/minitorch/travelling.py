"""Gradients on their way: bare arrays, and the tensors as which a program met them.

In PyTorch a gradient that a node passes on is one tensor all along, whoever looks at
it: a hook, the next one, a custom Function, who asked for it. Here it is an array until
somebody looks; the tensor that is made then is kept for as long as the array travels.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sys import getrefcount
from typing import Any

import numpy as np

from .storage import owner
from .tensor import Tensor, wrap
from .thread import thread


def shown(grad: Any, bumps: int = 0) -> Tensor:
    """Return a travelling gradient as the tensor a user meets: each time the same.

    >>> with travelling():
    ...     array = np.ones(2)
    ...     shown(array) is shown(array)
    True
    """
    if isinstance(grad, Tensor):
        return grad
    seen = _known(grad)
    if seen is None:
        seen = wrap(grad)
        meet(seen)
        if not seen._inference and isinstance(grad.base, np.ndarray):
            # What a formula looks at anew is a view, made in no_grad mode as all here.
            seen._base, seen._made = _whole(grad), "no_grad"
            seen._counter = seen._base._counter
    if seen._counter is not None:
        seen._counter[0] = max(seen._counter[0], bumps)
    return seen


def _whole(view: Any) -> Tensor:
    """Return the tensor that a view is one of: one that was met, or a new one."""
    each: Tensor
    for each in (thread.now.met or {}).values():
        if owner(each._array) is owner(view) and each._array is not view:
            return each if each._base is None else each._base
    return wrap(view.base)


def meet(tensor: Tensor) -> Tensor:
    """Note that a gradient travels on of which the program has this tensor.

    >>> from minitorch_viz import minitorch as torch
    >>> with travelling():
    ...     grad = meet(torch.ones(2))
    ...     shown(grad._array) is grad
    True
    """
    met = thread.now.met
    if met is not None:
        met[id(tensor._array)] = tensor
    return tensor


def _known(array: Any) -> Tensor | None:
    met = thread.now.met
    found = None if met is None else met.get(id(array))
    return found if found is not None and found._array is array else None


def kept(array: Any) -> int:
    """Return 1 if only we keep the tensor as which a program met this, else 0.

    >>> from minitorch_viz import minitorch as torch
    >>> with travelling():
    ...     grad = meet(torch.ones(2))
    ...     kept(grad._array)
    0
    """
    found = _known(array)
    return int(found is not None and getrefcount(found) <= _OURS)


#: The table, the name and the call.
_OURS = 3


def forget() -> None:
    """Forget tensors whose gradient doesn't travel any more.

    >>> with travelling():
    ...     seen = shown(np.ones(2))
    ...     forget()
    ...     len(thread.now.met)
    0
    """
    met = thread.now.met or {}
    for number in [n for n, each in met.items() if getrefcount(each._array) <= 2]:
        del met[number]


@contextmanager
def travelling(*starts: Tensor) -> Iterator[None]:
    """Run a backward pass that starts with these gradients.

    >>> from minitorch_viz import minitorch as torch
    >>> with travelling(torch.ones(2)):
    ...     len(thread.now.met)
    1
    """
    before = thread.now.met
    thread.now.met = dict(before or {})
    for start in starts:
        meet(start)
    try:
        yield
    finally:
        thread.now.met = before
