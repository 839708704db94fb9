"""What tensors of our own engine hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..minitorch.devices import META, device_of
from ..minitorch.tensor import Tensor
from ..snapshot import ValueState
from . import values
from .registry import Registry


def value_of(tensor: Any, registry: Registry) -> int | None:
    """Return the value index of a tensor or array, None for None.

    >>> value_of(None, Registry()) is None
    True
    """
    if tensor is None:
        return None
    array = tensor._array if isinstance(tensor, Tensor) else np.asarray(tensor)
    if device_of(array) is META:
        shape = f"{array.shape} " if array.ndim else ""
        return registry.value(ValueState(f"{shape}meta: no values"))
    return values.index(array, registry)
