"""`Variable`, the name tensors had before PyTorch 0.4."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor


class VariableMeta(type):
    """Makes every tensor an instance of `Variable`, and `Variable(...)` a tensor."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Tensor)

    def __call__(cls, data: Any = None, requires_grad: bool = False) -> Any:
        from ..creation import tensor

        if data is None:
            return tensor([])
        if not isinstance(data, Tensor):
            raise TypeError(
                f"Variable data has to be a tensor, but got {type(data).__name__}"
            )
        return data.detach().requires_grad_(requires_grad)


class Variable(metaclass=VariableMeta):
    """A tensor; `Variable(x, requires_grad=True)` is a new leaf over x's memory.

    >>> from minitorch_viz import minitorch as torch
    >>> isinstance(torch.ones(1), Variable)
    True
    """
