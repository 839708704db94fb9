"""A tensor once more: as another type, in order, as a deep copy, from a pickle."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

from . import dtypes, functions
from .arguments import refuse
from .devices import CPU, META, NO_DATA, beside, device_of, put, resolve, strip
from .dtypes import device as Device
from .dtypes import dtype as Dtype
from .op import OPS, call
from .restoring import restored, stored
from .storage import copied
from .storages import UntypedStorage, storage
from .tensor import Tensor, check_claim, needs_grad
from .thread import thread


def to(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """Return the tensor as another element type; itself if nothing changes."""
    if len(args) > 1 or kwargs or (args and not isinstance(args[0], _MEANT)):
        refuse("Tensor", "to", (self, *args), kwargs)
    wanted: Dtype = self.dtype
    device: Any = None
    given = (*args, kwargs.get("tensor"), kwargs.get("dtype"), kwargs.get("device"))
    for arg in given:
        if isinstance(arg, type):
            wanted = dtypes.meant(arg)
        elif isinstance(arg, Dtype):
            wanted = arg
        elif isinstance(arg, Tensor):
            wanted, device = arg.dtype, arg.device
        elif arg is not None and not isinstance(arg, bool):
            device = resolve(arg)
    if kwargs.get("memory_format") is dtypes.channels_last and self._array.ndim != 4:
        raise RuntimeError("required rank 4 tensor to use channels_last format")
    flags = [each for each in args if isinstance(each, bool)]
    copy = kwargs.get("copy", len(flags) > 1 and flags[1])
    return moved(self, wanted, device, copy=copy)


_MEANT = Dtype, Device, Tensor, str, int, type, type(None)


def moved(
    self: Tensor, wanted: Dtype, where: Device | None, *, copy: bool = False
) -> Tensor:
    """Return the tensor as another type on a device; itself if nothing changes.

    >>> from minitorch_viz import minitorch as torch
    >>> moved(torch.ones(1, requires_grad=True), torch.float32, Device("meta"))
    tensor(..., device='meta', size=(1,), grad_fn=<ToCopyBackward0>)
    """
    here = device_of(self._array)
    if where is not None and where != here:
        if here is META:
            raise NotImplementedError(NO_DATA)
        args = wanted.np, where
        return call(OPS["to_copy.device"], (self,), args)  # type: ignore[no-any-return]
    if copy:
        return call(OPS["to_copy"], (self,), (wanted.np,))  # type: ignore[no-any-return]
    return functions.arithmetic.to_dtype(self, wanted)


def _cuda(self: Tensor, device: Any = None, non_blocking: bool = False) -> Tensor:
    where = resolve("cuda" if device is None else device)
    if where.type != "cuda":
        raise RuntimeError("Invalid device, must be cuda device")
    return moved(self, self.dtype, where)


def _pin_memory(self: Tensor, device: Any = None) -> Tensor:
    resolve(0)
    return self


def _converter(dtype: Dtype, name: str) -> Callable[..., Any]:
    def run(self: Tensor) -> Tensor:
        return functions.arithmetic.to_dtype(self, dtype)

    run.__name__ = run.__qualname__ = name
    run.__doc__ = f"Return the tensor as {dtype}."
    return run


def type_(self: Tensor, dtype: Any = None) -> Any:
    """Return the legacy name of the type, or the tensor as another type."""
    if dtype is None:
        where = device_of(self._array)
        place = "" if where is CPU else f"{where.type}."
        return f"torch.{place}{self.dtype.scalar_name}Tensor"
    return functions.arithmetic.to_dtype(self, _kind_of(dtype))


def _kind_of(given: Any) -> Dtype:
    """Return the dtype that is meant by itself, `torch.FloatTensor` or its name."""
    meant = getattr(given, "dtype", given) if isinstance(given, type) else given
    if isinstance(meant, Dtype):
        return meant
    name = given.__name__ if isinstance(given, type) else given
    if not isinstance(name, str):
        raise TypeError("dtype must be a type, str, or dtype object")
    for kind in dtypes.ALL:
        if name == f"torch.{kind.scalar_name}Tensor":
            return kind
    raise ValueError(f"invalid type: '{name}'")


def contiguous(
    self: Tensor, *, memory_format: Any = dtypes.contiguous_format
) -> Tensor:
    """Return the tensor itself if its elements lie in order, else a copy."""
    if memory_format is dtypes.preserve_format:
        raise RuntimeError(
            "preserve memory format is unsupported by the contiguous operator"
        )
    if memory_format is not dtypes.contiguous_format:
        raise TypeError("no such format")
    if self._array.flags.c_contiguous:
        return self
    return call(OPS["clone"], (self,), ("C",))  # type: ignore[no-any-return]


def own_attributes(self: Tensor) -> dict[str, Any]:
    """Return what a program has hung on a tensor.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1)
    >>> x.note = "mine"
    >>> own_attributes(x)
    {'note': 'mine'}
    """
    return {name: v for name, v in vars(self).items() if name not in _OF_THE_ENGINE}


#: The attributes that a tensor has by itself, parameters' and buffers' too.
_OF_THE_ENGINE = frozenset({*Tensor.__annotations__, "_is_buffer", "persistent"})


def _deepcopy(self: Tensor, memo: dict[int, Any]) -> Tensor:
    if not self.is_leaf:
        raise RuntimeError(_NO_DEEPCOPY)
    made_ = memo.get(id(self))
    if made_ is None:
        made_ = object.__new__(type(self))
        made_._array = beside(copied(self._array, memo), self._array)
        # The copy is written into new memory: a normal tensor, unless in the mode.
        made_._inference = thread.now.inference
        made_._counter = None if made_._inference else [1]
        made_._requires_grad = needs_grad(self)
        memo[id(self)] = made_
        made_.__dict__.update(copy.deepcopy(own_attributes(self), memo))
        made_._grad = copy.deepcopy(self._grad, memo)
    return made_


_HOOKED = (
    "backward hook {!r} on tensor will not be serialized.  If this is expected, you "
    "can decorate the function with @torch.utils.hooks.unserializable_hook to suppress "
    "this warning"
)


def _reduce(self: Tensor, protocol: int) -> Any:
    _warn_of_hooks(self)
    return reduced(self, protocol)


def _copy(self: Tensor) -> Tensor:
    _warn_of_hooks(self)
    return shallow(self)


def shallow(self: Tensor) -> Tensor:
    """Return another tensor over the same memory, without a word on hooks.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1)
    >>> shallow(x).zero_(), x
    (tensor([0.]), tensor([0.]))
    """
    where = str(device_of(self._array))
    made = _rebuilt(type(self), strip(self._array), needs_grad(self), where)
    made.__dict__.update(own_attributes(self))
    return made


def _warn_of_hooks(self: Tensor) -> None:
    for hook in (self._hooks or {}).values():
        if not hasattr(hook, "__torch_unserializable__"):
            warnings.warn(_HOOKED.format(hook), UserWarning, stacklevel=3)


def reduced(self: Tensor, protocol: int) -> Any:
    """Return what pickling a tensor stores, without a word on its hooks.

    >>> from minitorch_viz import minitorch as torch
    >>> reduced(torch.ones(1), 4)[1][2:]
    ('<f4', 0, (1,), (4,), False, 'cpu')
    """
    where = str(device_of(self._array))
    parts = type(self), *stored(self._array, {}), needs_grad(self), where
    own = own_attributes(self)
    return (restored, parts, own) if own else (restored, parts)


def _rebuilt(kind: type[Tensor], array: Any, requires_grad: bool, where: str) -> Tensor:
    made, array = object.__new__(kind), put(array, resolve(where))
    made._array, made._requires_grad = array, check_claim(array, requires_grad)
    made._inference = inference = thread.now.inference
    made._counter = None if inference else [kind._copied_at]
    return made


_NO_DEEPCOPY = (
    "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
    "protocol at the moment.  If you were attempting to deepcopy a module, this may be "
    "because of a torch.nn.utils.weight_norm usage, see "
    "https://github.com/pytorch/pytorch/pull/103001"
)


_CONVERTERS = {
    "bool": dtypes.bool_,
    "byte": dtypes.uint8,
    "char": dtypes.int8,
    "int": dtypes.int32,
    "long": dtypes.int64,
    "short": dtypes.int16,
    "half": dtypes.float16,
    "float": dtypes.float32,
    "double": dtypes.float64,
}
METHODS: dict[str, Callable[..., Any]] = {
    **{name: _converter(kind, name) for name, kind in _CONVERTERS.items()},
    "__copy__": _copy,
    "__deepcopy__": _deepcopy,
    "__reduce_ex__": _reduce,
    "untyped_storage": lambda self: UntypedStorage(self._array),
    "storage": storage,
    "to": to,
    "type": type_,
    "type_as": to,
    "cpu": lambda self: moved(self, self.dtype, CPU),
    "cuda": _cuda,
    "pin_memory": _pin_memory,
    "is_pinned": lambda self: False,
    "contiguous": contiguous,
}
