"""Types of old: `torch.FloatTensor([1, 2])`, `isinstance(x, torch.LongTensor)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import dtypes
from .bind import sizes
from .creation import check_size, made
from .devices import cleared
from .dtypes import dtype as Dtype
from .kinds import type_name
from .lists import array_from
from .once import warn_once
from .op import OPS, call
from .signatures import refusal
from .sizes import Size
from .tensor import Tensor


class _LegacyType(type):
    """Makes calls build a tensor of the type, and instance checks ask for it."""

    dtype: Dtype

    def __call__(cls, *args: Any, **kwargs: Any) -> Tensor:
        return legacy(args, cls.dtype, cls.__name__, **kwargs)

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


def legacy(args: Sequence[Any], dtype: Dtype, name: str, /, **kwargs: Any) -> Tensor:
    """Return what `torch.Tensor(...)` makes: of a size, or from data.

    >>> legacy((2,), dtypes.float32, "Tensor").shape, legacy(([2],), dtypes.int64, "x")
    (torch.Size([2]), tensor([2]))
    """
    text = refusal("torch", "new", args, kwargs)
    if text is not None:
        raise TypeError(text)
    device = kwargs.pop("device", None)
    given = (*args, *kwargs.values())
    if not given:
        return made(name, np.zeros((0,), dtype.np), device=device)
    data = given[0]
    if len(given) > 1 or _is_size(data) or "size" in kwargs:
        size = sizes(given)
        check_size(size)
        return made(name, cleared(size, dtype.np), device=device)
    if isinstance(data, Tensor):
        if name not in ("Tensor", "new", data.dtype.scalar_name + "Tensor"):
            raise TypeError(_OTHER_TYPE.format(dtype.c_name, data.dtype.c_name))
        return call(OPS["alias"], (data,))  # type: ignore[no-any-return]
    if not hasattr(data, "__getitem__") or isinstance(data, (dict, np.generic)):
        raise TypeError(f"new(): data must be a sequence (got {type_name(data)})")
    return made(name, array_from(data, dtype), device=device)


def _is_size(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or isinstance(value, Size)


_ALIKE = (
    "device=cpu, layout=Strided, requires_grad=false (default), pinned_memory=false "
    "(default), memory_format=(nullopt))"
)
_OTHER_TYPE = (
    f"expected TensorOptions(dtype={{}}, {_ALIKE} (got TensorOptions(dtype={{}}, "
    f"{_ALIKE})"
)


def set_default_tensor_type(t: Any) -> None:
    """Set the type of floating-point tensors, by the name of old.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     set_default_tensor_type("torch.DoubleTensor")
    >>> dtypes.get_default_dtype()
    torch.float64
    >>> set_default_tensor_type("torch.FloatTensor")
    """
    if isinstance(t, str):
        module, _, name = t.rpartition(".")
        if module != "torch" or name not in TYPES:
            raise ModuleNotFoundError(f"No module named '{module or t}'")
        t = TYPES[name]
    warn_once(_DEFAULT_TYPE)
    if not isinstance(t, _LegacyType):
        raise TypeError(
            "invalid type object: only floating-point types are supported as the "
            "default type"
        )
    dtypes.set_default_dtype(t.dtype)


_DEFAULT_TYPE = (
    "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use "
    "torch.set_default_dtype() and torch.set_default_device() as alternatives."
)
