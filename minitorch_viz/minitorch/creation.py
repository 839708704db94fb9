"""Functions that make tensors: from data, or filled."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .arguments import size_of
from .bind import named, sizes
from .devices import META, NO_DATA, device_of, put, reserved, resolve, strip
from .dtypes import _Default as state
from .dtypes import dtype as Dtype
from .events import Created, silence
from .kinds import type_name
from .promotion import exact
from .storage import Array, overlaps
from .tensor import Tensor, wrap
from .thread import thread


def made(
    name: str, array: Any, requires_grad: bool = False, device: Any = None
) -> Tensor:
    """Return a new tensor over `array`, and tell the observer that `name` made it."""
    if requires_grad.__class__ is not bool:
        raise TypeError(
            f"{name}(): argument 'requires_grad' must be bool, not "
            f"{type(requires_grad).__name__}"
        )
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
    if isinstance(data, Tensor):
        warnings.warn(_COPY_CONSTRUCT, UserWarning, stacklevel=2)
    copied = made("tensor", array_from(data, dtype), requires_grad, device)
    if isinstance(data, Tensor) and data._inference and copied._counter is not None:
        # The copy is seen, as in `table/fills.py`.
        copied._counter[0] = 1
    return copied


def array_from(data: Any, dtype: Dtype | None) -> Array:
    """Return a fresh array of the type PyTorch infers."""
    wanted = None if dtype is None else dtype.np
    if isinstance(data, Tensor):
        if data.is_meta:
            raise NotImplementedError(NO_DATA)
        return np.array(data._array, wanted)
    if isinstance(data, (np.ndarray, np.generic)):
        dtypes.from_numpy(data.dtype)
        _check_strides(data)
        return np.array(data, wanted, order="C")
    plain = _plain(data)
    if wanted is None:
        wanted = dtypes.result_type(*_numbers(plain)).np
        wanted = wanted if _numbers(plain) else dtypes.get_default_dtype().np
    if dtype is not None and wanted.kind in "iu":
        return np.array(_fitting(plain, wanted), wanted)
    try:
        found: Array = thread.now.quiet(np.array, plain, wanted)
    except OverflowError:
        raise ValueError("Overflow when unpacking long long") from None
    return found


def _fitting(plain: Any, kind: Any) -> Any:
    if isinstance(plain, list):
        return [_fitting(item, kind) for item in plain]
    return exact(plain, kind, kind.name)


def _plain(data: Any) -> Any:
    """Return nested lists of numbers, checked as PyTorch checks them."""
    if isinstance(data, (bool, int, float)):
        return data
    if isinstance(data, (np.ndarray, np.generic)):
        return data.tolist()
    if isinstance(data, Tensor):
        return data.tolist() if data._array.ndim else _scalar(data)
    if isinstance(data, str):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    if isinstance(data, (dict, set)):
        raise RuntimeError(  # noqa: TRY004 - PyTorch's
            f"Could not infer dtype of {type(data).__name__}"
        )
    try:
        items = [_plain(item) for item in data]
    except TypeError as error:
        if hasattr(data, "__iter__"):
            raise
        raise RuntimeError(f"Could not infer dtype of {type(data).__name__}") from error
    _check_lengths(items, 0)
    return items


def _scalar(data: Tensor) -> Any:
    """A float tensor is converted by `float(...)`, which warns if it has a graph."""
    return data.item() if data._array.dtype.kind != "f" else float(data)


def _check_lengths(items: list[Any], depth: int) -> None:
    lengths = [len(item) if isinstance(item, list) else None for item in items]
    for length in lengths[1:]:
        if length is not None and lengths[0] is None:
            raise TypeError("only number can be converted to Python scalars")
        if length != lengths[0]:
            if length is None:
                raise TypeError(f"must be a sequence, not {type(items[-1]).__name__}")
            raise ValueError(
                f"expected sequence of length {lengths[0]} at dim {depth + 1} "
                f"(got {length})"
            )


def _numbers(plain: Any) -> list[Any]:
    """Return one number of each type found."""
    if not isinstance(plain, list):
        return [plain]
    found: dict[type, Any] = {}
    for item in plain:
        for number in _numbers(item):
            found[type(number)] = number
    return list(found.values())


def as_tensor(data: Any, dtype: Dtype | None = None, device: Any = None) -> Tensor:
    """Return `data` as a tensor, the same one or over the same memory if possible.

    >>> x = tensor([1.0])
    >>> as_tensor(x) is x
    True
    """
    if isinstance(data, Tensor):
        found: Tensor = data.to(device or data.device, dtype or data.dtype)
        return found
    where = resolve(device, "as_tensor()")
    alike = isinstance(data, np.ndarray) and (dtype is None or dtype.np == data.dtype)
    if alike and where.type == "cpu":
        return from_numpy(data)
    return made("as_tensor", array_from(data, dtype), device=device)


def asarray(obj: Any, *, dtype: Dtype | None = None, **options: Any) -> Tensor:
    """Return an object as a tensor, over the same memory if possible.

    >>> asarray([1.0])
    tensor([1.])
    """
    return as_tensor(obj, dtype, **options)


def scalar_tensor(s: Any, *, dtype: Dtype | None = None) -> Tensor:
    """Return one number as a tensor of no dimension.

    >>> scalar_tensor(3)
    tensor(3.)
    """
    return tensor(s, dtype=dtype or dtypes.get_default_dtype())


def from_numpy(ndarray: Array) -> Tensor:
    """Return a tensor over the memory of a NumPy array.

    >>> from_numpy(np.zeros(2))
    tensor([0., 0.], dtype=torch.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type_name(ndarray)})")
    dtypes.from_numpy(ndarray.dtype)
    _check_strides(ndarray)
    return made("from_numpy", np.asarray(Memory(ndarray)), device="cpu")


def _check_strides(array: Any) -> None:
    if any(stride < 0 for stride in array.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors "
            "with negative strides are not currently supported. (You can probably work "
            "around this by making a copy of your array  with array.copy().) "
        )


class Memory:
    """NumPy's memory under a tensor, whose storage begins where the array does.

    >>> Memory(np.zeros(2)).array
    array([0., 0.])
    """

    def __init__(self, array: Array) -> None:
        self.array = array

    @property
    def __array_interface__(self) -> Any:
        return self.array.__array_interface__


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
        if not size and "size" not in unused and name in _SIZED:
            raise TypeError(f'{name}() missing 1 required positional arguments: "size"')
        shape = size_of(name, size or (unused.pop("size", ()),))
        for option in unused.keys() - _OPTIONS:
            raise TypeError(f"{name}() got an unexpected keyword argument '{option}'")
        if any(n < 0 for n in shape):
            if name == "zeros":
                raise RuntimeError("zeros: Dimension size must be non-negative.")
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {min(shape)}: "
                f"{list(shape)}"
            )
        kind = (dtype or dtypes.get_default_dtype()).np
        where = resolve(device, f"{name}()")
        array = reserved(shape, kind) if where is META else fill(shape, kind)
        return made(name, array, requires_grad, where)

    return named(run, name, f"Return a tensor made by `{name}`, as PyTorch does.")


#: What has one form of arguments only, which begins with a size.
_SIZED = {"empty", "ones", "zeros"}
#: What PyTorch's factories take and this engine has no use for.
_OPTIONS = {"out", "layout", "pin_memory", "generator", "memory_format", "names"}


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
        alike = self._array
        if overlaps(alike):
            alike = np.empty(alike.shape, kind)
        return made(name, strip(fill(alike, kind)), requires_grad, where)

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
    "torch.tensor(sourceTensor)."
)
