"""Parameters: the tensors a module owns and an optimizer changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..creation import ONLY_FLOATING
from ..events import Created, listener
from ..tensor import Tensor, wrap


class Parameter(Tensor):
    """A leaf that requires grad and that modules list by name.

    >>> from minitorch_viz import minitorch as torch
    >>> Parameter(torch.ones(2))
    Parameter containing:
    tensor([1., 1.], requires_grad=True)
    """

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Any:
        made = hold(cls, data, requires_grad)
        announce("Parameter", made)
        return made

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        """All is done in `__new__`; the base class's check is not wanted."""

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()

    __str__ = __repr__

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        if id(self) not in memo:
            copied = wrap(self._array.copy())
            memo[id(self)] = type(self)(copied, self._requires_grad)
        found: Parameter = memo[id(self)]
        return found


def hold(cls: type[Parameter], data: Any, requires_grad: bool) -> Parameter:
    """Make a parameter over the memory and the version counter of `data`."""
    if data is None:
        data = wrap(np.zeros(0, np.float32))
    if not isinstance(data, Tensor):
        raise AttributeError(  # noqa: TRY004 - as PyTorch
            f"'{type(data).__name__}' object has no attribute 'detach'"
        )
    if requires_grad and data._array.dtype.kind != "f":
        raise RuntimeError(ONLY_FLOATING.format("O", " and complex"))
    made = object.__new__(cls)
    made._array, made._counter = data._array[...], data._counter
    made._requires_grad = requires_grad
    return made


def announce(made_by: str, *tensors: Tensor) -> None:
    """Tell the observer that tensors have come into being."""
    if tensors and listener.observer is not None:
        listener.observer(Created(made_by, tensors))
