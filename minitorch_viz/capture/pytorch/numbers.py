"""What PyTorch's tensors hold: read without a copy, or told where it can't be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.parameter import is_lazy

from ...snapshot import ValueState
from .. import values
from ..memory import checksum
from ..registry import Registry

#: Tensors from this size on are read again only when something may have written, and
#: on another device not at all.
LARGE = 4096
#: What NumPy doesn't know, and what of it does.
_WIDENED = {
    torch.complex32: torch.complex64,
    **{
        dtype: torch.float32
        for name, dtype in vars(torch).items()
        if name == "bfloat16" or name.startswith("float8")
    },
}


def value_of(tensor: Tensor | None, registry: Registry) -> int | None:
    """Return the value index of a tensor, or of why it has none; None for None.

    >>> registry = Registry()
    >>> value_of(None, registry) is None
    True
    >>> value_of(torch.ones(2, 3, device="meta"), registry)
    0
    >>> registry.values()[0].text
    '(2, 3) meta: no values'
    """
    if tensor is None:
        return None
    reason = _unreadable(tensor)
    if reason is None:
        try:
            return values.index(_array(tensor), registry)
        except (BufferError, RuntimeError, TypeError):  # a kind of tensor yet to come
            reason = "can't be read"
    return registry.value(ValueState(f"{_shape(tensor)}{reason}"))


def checked(tensor: Tensor) -> int | None:
    """Return what differs if NumPy wrote into a large tensor; more its version tells.

    >>> x = torch.zeros(5000)
    >>> before, x.numpy()[0] = checked(x), 1.0
    >>> before is None, checked(x) is None
    (True, False)
    """
    if _unreadable(tensor) is not None or tensor.device.type != "cpu":
        return None
    # PyTorch won't resize memory that NumPy has, or had.
    return None if tensor.untyped_storage().resizable() else checksum(_array(tensor))


def _unreadable(tensor: Tensor) -> str | None:
    """Why the numbers of a tensor aren't shown."""
    if is_lazy(tensor):
        return "not yet initialized"
    if tensor.is_nested and tensor.layout is torch.jagged:
        return "nested, jagged"
    if tensor.is_nested:
        return f"nested, {tensor._nested_tensor_size().shape[0]} tensors"
    if tensor.is_meta:
        return "meta: no values"
    if torch._is_functional_tensor(tensor) or _is_wrapped(tensor):
        return "inside a transform"
    if tensor.layout is not torch.strided:
        kind = str(tensor.layout).removeprefix("torch.").strip("_")
        return f"{kind}, {tensor._nnz()} stored" if "sparse" in kind else kind
    if tensor.is_quantized:
        return "quantized"
    if type(tensor) is not Tensor and type(tensor) is not torch.nn.Parameter:
        return type(tensor).__name__
    if tensor.device.type != "cpu" and tensor.numel() > LARGE:
        return f"on {tensor.device}"
    return None


def _is_wrapped(tensor: Tensor) -> bool:
    return bool(torch._C._functorch.is_functorch_wrapped_tensor(tensor))


def _shape(tensor: Tensor) -> str:
    plain = is_lazy(tensor) or tensor.is_nested or tensor.dim() == 0
    return "" if plain else f"{tuple(tensor.shape)} "


def _array(tensor: Tensor) -> np.ndarray[Any, Any]:
    plain = tensor.detach()
    if plain._is_zerotensor():  # PyTorch gave it no memory
        plain = torch.zeros(plain.shape, dtype=plain.dtype)
    if plain.dtype in _WIDENED:
        plain = plain.to(_WIDENED[plain.dtype])
    if plain.device.type != "cpu":
        plain = plain.cpu()
    if plain.is_conj() or plain.is_neg():
        plain = plain.resolve_conj().resolve_neg()
    # `.numpy()` would forbid the program to resize the memory from then on.
    return np.from_dlpack(plain)
