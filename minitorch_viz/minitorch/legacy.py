"""Types of old: `torch.FloatTensor([1, 2])`, `isinstance(x, torch.LongTensor)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import dtypes
from .creation import array_from, made
from .dtypes import dtype as Dtype
from .tensor import Tensor


class _LegacyType(type):
    """Makes calls build a tensor of the type, and instance checks ask for it."""

    dtype: Dtype

    def __call__(cls, *args: Any) -> Tensor:
        return legacy(args, cls.dtype, cls.__name__)

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is cls.dtype

    def __repr__(cls) -> str:
        return f"<class 'torch.{cls.__name__}'>"


#: name -> type, for every element type
TYPES = {
    f"{kind.scalar_name}Tensor": _LegacyType(
        f"{kind.scalar_name}Tensor", (), {"dtype": kind}
    )
    for kind in dtypes.ALL
}


def legacy(args: Sequence[Any], dtype: Dtype, name: str, device: Any = None) -> Tensor:
    """Return what `torch.Tensor(...)` makes: of a size, or from data."""
    if args and all(isinstance(a, int) and not isinstance(a, bool) for a in args):
        return made(name, np.zeros(tuple(args), dtype.np), device=device)
    if not args:
        return made(name, np.zeros((0,), dtype.np), device=device)
    if isinstance(args[0], dtypes.Size):
        return made(name, np.zeros(args[0], dtype.np), device=device)
    if isinstance(args[0], Tensor):
        shown: Tensor = args[0].detach()
        return shown
    if not hasattr(args[0], "__iter__"):
        raise TypeError(
            f"new(): data must be a sequence (got {type(args[0]).__name__})"
        )
    return made(name, array_from(args[0], dtype), device=device)
