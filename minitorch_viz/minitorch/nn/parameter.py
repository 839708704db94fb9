"""Parameters, which an optimizer changes, and buffers, which a module only keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..creation import ONLY_FLOATING
from ..events import Created
from ..kinds import type_name
from ..tensor import Tensor, TensorType, check_asked, wrap
from ..thread import thread


class Parameter(Tensor):
    """A leaf that requires grad and that modules list by name.

    >>> from minitorch_viz import minitorch as torch
    >>> Parameter(torch.ones(2))
    Parameter containing:
    tensor([1., 1.], requires_grad=True)
    """

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Any:
        if not isinstance(requires_grad, bool):
            raise TypeError(
                "_make_subclass(): argument 'require_grad' (position 3) must be bool, "
                f"not {type_name(requires_grad)}"
            )
        made = hold(cls, data, requires_grad)
        announce("Parameter", made)
        return made

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        """All is done in `__new__`; the base class's check is not wanted."""

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        if id(self) not in memo:
            copied = wrap(self._array.copy())
            memo[id(self)] = type(self)(copied, self._requires_grad)
        found: Parameter = memo[id(self)]
        return found


class _BufferType(TensorType):
    """Knows buffers by a mark: they are plain tensors otherwise."""

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, Tensor) and "_is_buffer" in instance.__dict__


class Buffer(Tensor, metaclass=_BufferType):
    """A tensor that a module registers as a buffer when it is set as an attribute.

    >>> from minitorch_viz import minitorch as torch
    >>> module = torch.nn.Module()
    >>> module.mean = Buffer(torch.zeros(2))
    >>> dict(module.named_buffers())
    {'mean': tensor([0., 0.])}
    """

    def __new__(cls, data: Any = None, *, persistent: bool = True) -> Any:
        if data is None:
            data = wrap(np.zeros(0, np.float32))
        made = data.detach().requires_grad_(data.requires_grad)
        made._is_buffer, made.persistent = True, persistent
        return made


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
    if requires_grad:
        check_asked(data)
    made = object.__new__(cls)
    made._array, made._counter = data._array[...], data._counter
    if made._counter is None and not thread.now.inference:
        made._counter = [0]  # counts what is written from outside inference mode
    made._inference = data._inference
    made._requires_grad = requires_grad
    return made


def announce(made_by: str, *tensors: Tensor) -> None:
    """Tell the observer that tensors have come into being."""
    if tensors and thread.now.observer is not None:
        thread.now.observer(Created(made_by, tensors))
