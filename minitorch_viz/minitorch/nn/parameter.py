"""Parameters, which an optimizer changes, and buffers, which a module only keeps.

There are some whose size a first input tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from ..copying import reduced, shallow
from ..creation import ONLY_FLOATING
from ..devices import resolve, zeros_on
from ..dtypes import dtype as Dtype
from ..dtypes import get_default_dtype
from ..events import Created
from ..kinds import type_name
from ..lying import LIKE_FIRST, relaid
from ..methods import METHODS
from ..storage import like
from ..tensor import (
    Tensor,
    TensorType,
    check_asked,
    counter_outside,
    look_at,
    wrap,
)
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

    __reduce_ex__ = reduced  # type: ignore[assignment]
    __copy__ = shallow
    _copied_at = 0  # PyTorch makes it of a copy's data

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        if id(self) not in memo:
            array = like(self._array.copy(), self._array)
            copied = wrap(relaid(array, (self._array,), LIKE_FIRST))
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
    made._array, made._inference = data._array[...], data._inference
    made._counter = counter_outside(data)
    made._requires_grad = requires_grad
    return made


def announce(made_by: str, *tensors: Tensor) -> None:
    """Tell the observer that tensors have come into being."""
    if tensors and thread.now.observer is not None:
        thread.now.observer(Created(made_by, tensors))


#: What can be asked of a tensor before its size is known.
_ALLOWED = """
size copy_ is_complex is_floating_point half float double char short int long cuda cpu
to get_device __hash__ __repr__ __str__ __reduce_ex__ __deepcopy__
__copy__ __setstate__
"""


class UninitializedTensorMixin:
    """What both have in common: they become something else once they are filled."""

    cls_to_become: ClassVar[type]

    def materialize(
        self: Any, shape: Any, device: Any = None, dtype: Dtype | None = None
    ) -> None:
        """Take on a size: from here on it is an ordinary parameter or buffer."""
        kind = self._array.dtype if dtype is None else dtype.np
        place = resolve(device) if device is not None else self.device
        look_at(self, zeros_on(tuple(shape), kind, place))
        self._counter: list[int] | None = [0]
        self.__class__ = self.cls_to_become

    @property
    def shape(self) -> Any:
        """There is none yet."""
        raise RuntimeError(_NO_SHAPE)

    def share_memory_(self) -> Any:
        """There is nothing to share yet."""
        raise RuntimeError(
            "Can't share memory on an uninitialized parameter or buffer. Call `forward`"
            " to initialize the parameters before calling `module.share_memory()`."
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


def _refusing(name: str) -> Callable[..., Any]:
    plain = name.strip("_")
    special = name.startswith("__") and plain in ("getitem", "setitem", "len", "iter")
    shown = f"<method '{plain if name.startswith('__') else name}'"
    if special:
        shown = f"<slot wrapper '{name}'"

    def refuse(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise ValueError(
            f"Attempted to use an uninitialized parameter in {shown} of "
            "'torch._C.TensorBase' objects>. This error happens when you are using a "
            "`LazyModule` or explicitly manipulating "
            f"`torch.nn.parameter.{type(self).__name__}` objects. When using "
            "LazyModules Call `forward` with a dummy batch to initialize the parameters"
            " before calling torch functions"
        )

    return refuse


for _name in METHODS.keys() - _ALLOWED.split() - vars(UninitializedTensorMixin).keys():
    setattr(UninitializedTensorMixin, _name, _refusing(_name))


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    """A parameter whose size isn't known yet.

    >>> UninitializedParameter()
    <UninitializedParameter>
    """

    cls_to_become = Parameter

    def __new__(
        cls, requires_grad: bool = True, device: Any = None, dtype: Any = None
    ) -> Any:
        made = hold(cls, _nothing(device, dtype), requires_grad)
        announce("Parameter", made)
        return made

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """All is done in `__new__`."""

    def __deepcopy__(self, memo: dict[int, Any]) -> UninitializedParameter:
        kind = wrap(self._array).dtype
        made = UninitializedParameter(self._requires_grad, self.device, kind)
        found: UninitializedParameter = memo.setdefault(id(self), made)
        return found


class UninitializedBuffer(UninitializedTensorMixin, Tensor):
    """A buffer whose size isn't known yet.

    >>> UninitializedBuffer()
    <UninitializedBuffer>
    """

    cls_to_become = Tensor

    def __new__(
        cls,
        requires_grad: bool = False,
        device: Any = None,
        dtype: Any = None,
        persistent: bool = True,
    ) -> Any:
        made: Any = object.__new__(cls)
        like = _nothing(device, dtype)
        made.__dict__.update(like.__dict__)
        made._requires_grad = requires_grad
        made.persistent, made._is_buffer = persistent, True
        return made

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """All is done in `__new__`."""


def _nothing(device: Any, dtype: Dtype | None) -> Tensor:
    kind = (dtype or get_default_dtype()).np
    return wrap(np.asanyarray(zeros_on((0,), kind, resolve(device))))


def is_lazy(param: Any) -> bool:
    """Return True for what has no size yet.

    >>> is_lazy(UninitializedParameter())
    True
    """
    return isinstance(param, UninitializedTensorMixin)


_NO_SHAPE = (
    "Can't access the shape of an uninitialized parameter or buffer. This error usually"
    " happens in `load_state_dict` when trying to load an uninitialized parameter into "
    "an initialized one. Call `forward` to initialize the parameters before accessing "
    "their attributes."
)
