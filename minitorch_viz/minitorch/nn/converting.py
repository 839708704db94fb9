"""Bringing a module's parameters and buffers to another type or device."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import dtypes
from ..copying import moved
from ..devices import META, NO_DATA, device_of, resolve, zeros_on
from ..grad_mode import unrecorded
from ..tensor import Tensor, wrap
from .parameter import Parameter, hold

if TYPE_CHECKING:
    from .module import Module

Change = Callable[[Tensor], Tensor]


def apply(module: Module, change: Change) -> None:
    """Exchange every parameter, gradient and buffer for what `change` makes of it.

    >>> from minitorch_viz.minitorch import nn
    >>> layer = nn.Linear(1, 1)
    >>> apply(layer, lambda x: x.double())
    >>> layer.weight.dtype
    torch.float64
    """
    for child in module.children():
        apply(child, change)
    for name, parameter in module._parameters.items():
        if parameter is not None:
            module._parameters[name] = _changed(parameter, change)
    for name, buffer in module._buffers.items():
        if buffer is not None:
            module._buffers[name] = change(buffer)


def _changed(parameter: Parameter, change: Change) -> Parameter:
    """Give a parameter other data; to and from `meta` PyTorch makes a new one."""
    with unrecorded():
        data = change(parameter)
        grad = None if parameter.grad is None else change(parameter.grad)
    ways = device_of(data._array) is META, device_of(parameter._array) is META
    if ways[0] is ways[1]:
        parameter.data = data
        if grad is not None:
            parameter.grad.data = grad
        return parameter
    made = hold(Parameter, data, parameter._requires_grad)
    made._grad = grad
    return made


def to(module: Module, args: Any, kwargs: dict[str, Any]) -> None:
    """Bring the floating-point tensors to a type, and all of them to a device.

    >>> from minitorch_viz.minitorch import nn
    >>> layer = nn.Linear(1, 1)
    >>> to(layer, ("meta",), {})
    >>> layer.weight.device
    device(type='meta')
    """
    kind: dtypes.dtype | None = None
    where: Any = None
    for wanted in (*args, kwargs.get("device"), kwargs.get("dtype")):
        if isinstance(wanted, dtypes.dtype):
            kind = wanted
        elif isinstance(wanted, Tensor):
            kind, where = wanted.dtype, wanted.device
        elif wanted is not None and not isinstance(wanted, bool):
            where = resolve(wanted)
    if kind is not None and not kind.is_floating_point:
        raise TypeError(
            "nn.Module.to only accepts floating point or complex dtypes, "
            f"but got desired dtype={kind}"
        )

    def change(tensor: Tensor) -> Tensor:
        changed = kind if tensor._array.dtype.kind == "f" else None
        try:
            return moved(tensor, changed or tensor.dtype, where)
        except NotImplementedError as error:
            raise NotImplementedError(_TO_EMPTY) from error

    apply(module, change)


def to_empty(module: Module, device: Any) -> None:
    """Give every tensor of a module new memory on a device, whatever it held.

    >>> from minitorch_viz.minitorch import nn
    >>> layer = nn.Linear(1, 1, device="meta")
    >>> to_empty(layer, "cpu")
    >>> layer.weight.device
    device(type='cpu')
    """
    where = resolve(device)

    def empty(tensor: Tensor) -> Tensor:
        return wrap(zeros_on(tensor._array.shape, tensor._array.dtype, where))

    apply(module, empty)


_TO_EMPTY = (
    f"{NO_DATA} Please use torch.nn.Module.to_empty() instead of torch.nn.Module.to() "
    "when moving module from meta to a different device."
)
