"""Types of old: `torch.FloatTensor([1, 2])`, `isinstance(x, torch.LongTensor)`."""

from __future__ import annotations

from typing import Any

from . import dtypes
from .creation import legacy
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
