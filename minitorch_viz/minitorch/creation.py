"""Functions that make tensors: from data, or filled."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .bind import named, sizes
from .borrowed import buffered, shared
from .devices import META, device_of, put, reserved, resolve, strip
from .dtypes import _Default as state
from .dtypes import dtype as Dtype
from .events import Created, silence
from .kinds import type_name
from .lists import array_from
from .lying import LIKE_FIRST, alike, relaid
from .once import warn_once
from .promotion import exact
from .storage import Array, check_bytes
from .tensor import Tensor, wrap
from .thread import thread


def made(
    name: str, array: Any, requires_grad: bool = False, device: Any = None
) -> Tensor:
    """Return a new tensor over `array`, and tell the observer that `name` made it."""
    if device is not None or state.place is not None:
        array = put(array, resolve(device, f"{name}()"))
    tensor = wrap(array)
    if requires_grad:
        if tensor._array.dtype.kind != "f":
            raise RuntimeError(ONLY_FLOATING.format("O", " and complex"))
        tensor._requires_grad = True
    if thread.now.observer is not None:
        thread.now.observer(Created(name, (tensor,)))
    return tensor


ONLY_FLOATING = "{}nly Tensors of floating point{} dtype can require gradients"


def tensor(
    data: Any,
    *,
    dtype: Dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Return a new leaf that holds a copy of `data`.

    >>> tensor([1.0, 2.0], requires_grad=True)
    tensor([1., 2.], requires_grad=True)
    """
    return copy_of(data, "torch.tensor", dtype, device, requires_grad)


def copy_of(
    data: Any,
    asked: str,
    dtype: Dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a leaf that holds a copy of `data`; `asked` is the function to warn of.

    >>> copy_of([1.0], "torch.tensor")
    tensor([1.])
    """
    if isinstance(data, Tensor):
        warnings.warn(_COPY_CONSTRUCT.format(asked), UserWarning, stacklevel=3)
    copied = made("tensor", array_from(data, dtype), requires_grad, device)
    if isinstance(data, Tensor) and data._inference and copied._counter is not None:
        # The copy is seen, as in `table/fills.py`.
        copied._counter[0] = 1
    return copied


def as_tensor(data: Any, *, dtype: Dtype | None = None, device: Any = None) -> Tensor:
    """Return `data` as a tensor, the same one or over the same memory if possible.

    >>> x = tensor([1.0])
    >>> as_tensor(x) is x
    True
    """
    return _taken("as_tensor", data, dtype, device)


def _taken(
    name: str, data: Any, dtype: Dtype | None, device: Any, requires_grad: bool = False
) -> Tensor:
    if isinstance(data, Tensor):
        found: Tensor = data.to(device or data.device, dtype or data.dtype)
        return found
    where = resolve(device, f"{name}()")
    alike = isinstance(data, np.ndarray) and (dtype is None or dtype.np == data.dtype)
    if alike and where.type == "cpu":
        return made(name, shared(data), requires_grad, "cpu")
    return made(name, array_from(data, dtype), requires_grad, device)


def asarray(
    obj: Any,
    *,
    dtype: Dtype | None = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool | None = None,
) -> Tensor:
    """Return an object as a tensor, over the same memory if possible.

    >>> asarray([1.0]), asarray([1.0], requires_grad=True)
    (tensor([1.]), tensor([1.], requires_grad=True))
    """
    if copy is False:
        _check_aliases(obj, dtype, device)
    if not isinstance(obj, Tensor):
        obj = obj.copy() if copy and isinstance(obj, np.ndarray) else obj
        return _taken("asarray", obj, dtype, device, bool(requires_grad))
    if obj.requires_grad and requires_grad is None:
        warn_once(_UNSPECIFIED)
    found: Any = _taken("asarray", obj, dtype, device)
    if copy:
        found = found.clone()
    if requires_grad is None or found.requires_grad == requires_grad:
        return found  # type: ignore[no-any-return]
    found = found if requires_grad or found.is_leaf else found.detach()
    return found.requires_grad_(requires_grad)  # type: ignore[no-any-return]


def _check_aliases(obj: Any, dtype: Dtype | None, device: Any) -> None:
    """Refuse what only a copy could be a tensor of."""
    if isinstance(obj, np.generic):
        raise RuntimeError(  # noqa: TRY004 - PyTorch's
            "can't alias NumPy scalars. Either remove copy=False or transform it in a "
            "ndarray. "
        )
    if not isinstance(obj, (Tensor, np.ndarray)):
        text = "can't alias arbitrary sequence into a tensor."
        raise ValueError(text)  # noqa: TRY004 - PyTorch's
    array = obj._array if isinstance(obj, Tensor) else obj
    have, want = device_of(array), resolve(device, "asarray()")
    if device is not None and have != want:
        raise ValueError(f"can't alias tensor from device '{have}' to '{want}'.")
    kind = dtypes.from_numpy(array.dtype)
    if dtype not in (None, kind):
        raise ValueError(
            f"can't alias tensor with dtype '{kind.scalar_name}' into dtype "
            f"'{dtype.scalar_name}'."
        )


_UNSPECIFIED = (
    "torch.asarray: unspecified requires_grad now defaults to obj.requires_grad "
    "instead of False. Pass requires_grad=False explicitly to get the old behavior and "
    "silence this warning."
)


def scalar_tensor(
    s: Any,
    *,
    dtype: Dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return one number as a tensor of no dimension.

    >>> scalar_tensor(3)
    tensor(3.)
    """
    array = array_from(s, dtype or dtypes.get_default_dtype())
    return made("scalar_tensor", array, requires_grad, device)


def from_numpy(*args: Any, **kwargs: Any) -> Tensor:
    """Return a tensor over the memory of a NumPy array.

    >>> from_numpy(np.zeros(2))
    tensor([0., 0.], dtype=torch.float64)
    """
    if kwargs or len(args) != 1:
        takes = "no keyword arguments" if kwargs else "exactly one argument"
        given = "" if kwargs else f" ({len(args)} given)"
        raise TypeError(
            f"torch._VariableFunctionsClass.from_numpy() takes {takes}{given}"
        )
    ndarray = args[0]
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type_name(ndarray)})")
    return made("from_numpy", shared(ndarray), device="cpu")


def frombuffer(
    buffer: Any,
    *,
    dtype: Dtype,
    count: int = -1,
    offset: int = 0,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor over the memory of a `bytearray` and its like.

    >>> frombuffer(bytearray(b"ab"), dtype=dtypes.uint8)
    tensor([97, 98], dtype=torch.uint8)
    """
    array = buffered(buffer, dtype.np, count, offset)
    return made("frombuffer", array, requires_grad, "cpu")


# Filled


def filled(name: str, fill: Callable[[Any, Any], Array]) -> Callable[..., Tensor]:
    """Return a function that makes a tensor of a size: `fill(shape, type)`.

    >>> filled("sevens", lambda shape, kind: np.full(shape, 7, kind))(2)
    tensor([7., 7.])
    """

    def run(
        *size: Any,
        dtype: Dtype | None = None,
        requires_grad: bool = False,
        device: Any = None,
        **unused: Any,
    ) -> Tensor:
        shape = sizes(size or (unused.pop("size", ()),))
        if any(n < 0 for n in shape):
            if name == "zeros":
                raise RuntimeError("zeros: Dimension size must be non-negative.")
            check_size(shape)
        kind = (dtype or dtypes.get_default_dtype()).np
        check_bytes(shape, kind)
        where = resolve(device, f"{name}()")
        array = reserved(shape, kind) if where is META else fill(shape, kind)
        return made(name, array, requires_grad, where)

    return named(run, name, f"Return a tensor made by `{name}`, as PyTorch does.")


def check_size(size: Sequence[int]) -> None:
    """Refuse a size below zero.

    >>> check_size((2, 3))
    """
    if any(n < 0 for n in size):
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {min(size)}: {list(size)}"
        )


def filled_like(name: str, fill: Callable[[Any, Any], Array]) -> Callable[..., Tensor]:
    """Return a function that makes a tensor as large as another: `fill(array, type)`.

    >>> filled_like("sevens_like", lambda a, kind: np.full_like(a, 7, kind))(zeros(2))
    tensor([7., 7.])
    """

    def run(
        self: Tensor,
        *,
        dtype: Dtype | None = None,
        requires_grad: bool = False,
        device: Any = None,
        **unused: Any,
    ) -> Tensor:
        _need_tensor(name, self)
        kind = dtype.np if dtype else self._array.dtype
        # Laid out as `self` is: `ones_like(x.t())` has columns one after the other.
        where = device_of(self._array) if device is None else resolve(device)
        if where is META:
            return made(name, reserved(self._array.shape, kind), requires_grad, where)
        template = alike(self._array)
        if unused.get("memory_format") is dtypes.contiguous_format:
            template = np.empty(template.shape, template.dtype)
        array = strip(fill(template, kind))
        if 1 in array.shape or 0 in array.shape:
            array = relaid(array, (template,), LIKE_FIRST)
        return made(name, array, requires_grad, where)

    return named(run, name, f"Return a tensor of the same size, made by `{name}`.")


def _need_tensor(name: str, like: Any) -> None:
    if not isinstance(like, Tensor):
        raise TypeError(
            f"{name}(): argument 'input' (position 1) must be Tensor, not "
            f"{type(like).__name__}"
        )


zeros, zeros_like = (
    filled("zeros", np.zeros),
    filled_like("zeros_like", np.zeros_like),
)
ones, ones_like = filled("ones", np.ones), filled_like("ones_like", np.ones_like)
empty, empty_like = (
    filled("empty", np.zeros),
    filled_like("empty_like", np.zeros_like),
)


def full(
    size: Sequence[int],
    fill_value: Any,
    *,
    dtype: Dtype | None = None,
    requires_grad: bool = False,
    device: Any = None,
) -> Tensor:
    """Return a tensor filled with one number.

    >>> full((2,), 3)
    tensor([3, 3])
    """
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    kind = (dtype or dtypes.dtype_of_number(value)).np
    check_size(size)
    check_bytes(size, kind)
    array = np.full(sizes((size,)), exact(value, kind), kind)
    return made("full", array, requires_grad, device)


def full_like(self: Tensor, fill_value: Any, **options: Any) -> Tensor:
    """Return a tensor of the same size filled with one number.

    >>> full_like(zeros(2), 3)
    tensor([3., 3.])
    """
    _need_tensor("full_like", self)
    options.setdefault("dtype", self.dtype)
    options.setdefault("device", self.device)
    with silence():
        found = full(self._array.shape, fill_value, **options)
    if thread.now.observer is not None:
        thread.now.observer(Created("full_like", (found,)))
    return found


def eye(
    n: int, m: int | None = None, *, dtype: Dtype | None = None, **options: Any
) -> Tensor:
    """Return the identity matrix.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    for side, count in (("n", n), ("m", n if m is None else m)):
        if not isinstance(count, int):
            raise TypeError(
                f"eye(): argument '{side}' (position {' nm'.index(side)}) must be int, "
                f"not {type(count).__name__}"
            )
        if count < 0:
            raise RuntimeError(f"{side} must be greater or equal to 0, got {count}")
    kind = (dtype or dtypes.get_default_dtype()).np
    return made("eye", np.eye(n, m, dtype=kind), **options)


_COPY_CONSTRUCT = (
    "To copy construct from a tensor, it is recommended to use "
    "sourceTensor.detach().clone() or "
    "sourceTensor.detach().clone().requires_grad_(True), rather than "
    "{}(sourceTensor)."
)
