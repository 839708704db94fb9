"""The way of a tensor to another device, and of its gradient back."""

from __future__ import annotations

from typing import Any

from ..devices import META, NO_DATA, device_of, put, strip
from ..op import Op, do


def _back(grad: Any, self_sym_device: Any) -> Any:
    """Return the gradient of a tensor brought to another device, where that was."""
    like = getattr(grad, "_array", grad)
    here = device_of(like)
    if here == self_sym_device:
        return grad
    if here is META:
        raise NotImplementedError(NO_DATA)
    return getattr(do, "to_copy.device")(grad, like.dtype, self_sym_device)


Op(
    "to_copy.device",
    lambda self, /, dtype, device: put(strip(self).astype(dtype), device),
    self=_back,
).moves = True
