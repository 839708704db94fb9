"""Functions that make tensors: from data, filled, counted or drawn at random."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .bind import named, sizes
from .dtypes import device as Device
from .dtypes import dtype as Dtype
from .events import Created, listener
from .grad_mode import state
from .random import Generator, default_generator
from .storage import Array
from .tensor import Tensor, wrap


def made(
    name: str, array: Any, requires_grad: bool = False, device: Any = None
) -> Tensor:
    """Return a new tensor over `array`, and tell the observer that `name` made it."""
    if device is not None and Device(device).type != "cpu":
        raise AssertionError("Torch not compiled with CUDA enabled")
    tensor = wrap(array)
    if requires_grad:
        if tensor._array.dtype.kind != "f":
            raise RuntimeError(ONLY_FLOATING.format("O", " and complex"))
        tensor._requires_grad = True
    if listener.observer is not None:
        listener.observer(Created(name, (tensor,)))
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
    return made("tensor", _array(data, dtype), requires_grad, device)


def _array(data: Any, dtype: Dtype | None) -> Array:
    """Return a fresh array of the type PyTorch infers."""
    wanted = None if dtype is None else dtype.np
    if isinstance(data, Tensor):
        return np.array(data._array, wanted)
    if isinstance(data, (np.ndarray, np.generic)):
        dtypes.from_numpy(data.dtype)
        return np.array(data, wanted, order="C")
    plain = _plain(data)
    if wanted is None:
        wanted = dtypes.result_type(*_numbers(plain)).np
        wanted = wanted if _numbers(plain) else dtypes.get_default_dtype().np
    return np.array(plain, wanted)


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
        return data if dtype is None else data.to(dtype)
    if isinstance(data, np.ndarray) and (dtype is None or dtype.np == data.dtype):
        return from_numpy(data)
    return made("as_tensor", _array(data, dtype), device=device)


def from_numpy(ndarray: Array) -> Tensor:
    """Return a tensor over the memory of a NumPy array.

    >>> from_numpy(np.zeros(2))
    tensor([0., 0.], dtype=torch.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    dtypes.from_numpy(ndarray.dtype)
    return made("from_numpy", ndarray)


# Filled


def _filled(name: str, fill: Callable[[Any, Any], Array]) -> Callable[..., Tensor]:
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
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {min(shape)}: "
                f"{list(shape)}"
            )
        kind = (dtype or dtypes.get_default_dtype()).np
        return made(name, fill(shape, kind), requires_grad, device)

    return named(run, name, f"Return a tensor made by `{name}`, as PyTorch does.")


def _filled_like(name: str, fill: Callable[[Any, Any], Array]) -> Callable[..., Tensor]:
    def run(
        self: Tensor,
        *,
        dtype: Dtype | None = None,
        requires_grad: bool = False,
        device: Any = None,
        **unused: Any,
    ) -> Tensor:
        kind = dtype.np if dtype else self._array.dtype
        # Laid out as `self` is: `ones_like(x.t())` has columns one after the other.
        return made(name, fill(self._array, kind), requires_grad, device)

    return named(run, name, f"Return a tensor of the same size, made by `{name}`.")


zeros, zeros_like = (
    _filled("zeros", np.zeros),
    _filled_like("zeros_like", np.zeros_like),
)
ones, ones_like = _filled("ones", np.ones), _filled_like("ones_like", np.ones_like)
empty, empty_like = (
    _filled("empty", np.zeros),
    _filled_like("empty_like", np.zeros_like),
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
    return made("full", np.full(sizes((size,)), value, kind), requires_grad, device)


def full_like(self: Tensor, fill_value: Any, **options: Any) -> Tensor:
    """Return a tensor of the same size filled with one number.

    >>> full_like(zeros(2), 3)
    tensor([3., 3.])
    """
    options.setdefault("dtype", self.dtype)
    return full(self._array.shape, fill_value, **options)


def eye(
    n: int, m: int | None = None, *, dtype: Dtype | None = None, **options: Any
) -> Tensor:
    """Return the identity matrix.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    kind = (dtype or dtypes.get_default_dtype()).np
    return made("eye", np.eye(n, m, dtype=kind), **options)


# Counted


def arange(
    start: Any,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Dtype | None = None,
    requires_grad: bool = False,
    device: Any = None,
) -> Tensor:
    """Return `start`, `start + step`, ... below `end`.

    >>> arange(3), arange(0, 1, 0.5)
    (tensor([0, 1, 2]), tensor([0.0000, 0.5000]))
    """
    if end is None:
        start, end = 0, start
    start, end, step = (
        n.item() if isinstance(n, Tensor) else n for n in (start, end, step)
    )
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    count = math.ceil((end - start) / step)
    wanted = dtype or dtypes.result_type(start, end, step)
    if wanted is dtypes.bool_:
        raise NotImplementedError("\"arange_cpu\" not implemented for 'Bool'")
    kind = wanted.np
    array = (start + np.arange(count) * step).astype(kind)
    return made("arange", array, requires_grad, device)


def range_(
    start: Any, end: Any, step: Any = 1, *, dtype: Dtype | None = None, **options: Any
) -> Tensor:
    """Return `start`, `start + step`, ... up to and including `end` (deprecated).

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     range_(1, 3)
    tensor([1., 2., 3.])
    """
    warnings.warn(_RANGE, UserWarning, stacklevel=2)
    count = math.floor((end - start) / step) + 1
    kind = (dtype or dtypes.get_default_dtype()).np
    return made("range", (start + np.arange(count) * step).astype(kind), **options)


def linspace(
    start: Any, end: Any, steps: int, *, dtype: Dtype | None = None, **options: Any
) -> Tensor:
    """Return `steps` evenly spaced numbers from `start` to `end`.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    kind = (dtype or dtypes.get_default_dtype()).np
    return made("linspace", np.linspace(start, end, steps).astype(kind), **options)


# Drawn


def _drawn(
    name: str, draw: Callable[[Generator, int, Dtype], Array]
) -> tuple[Callable[..., Tensor], Callable[..., Tensor]]:
    def fill(shape: Any, kind: Any, generator: Generator | None = None) -> Array:
        source = generator or default_generator
        count = math.prod(shape)
        return draw(source, count, dtypes.from_numpy(kind)).reshape(shape)

    def run(*size: Any, generator: Generator | None = None, **options: Any) -> Tensor:
        return _filled(name, lambda shape, kind: fill(shape, kind, generator))(
            *size, **options
        )

    text = f"Return a tensor drawn by `{name}`, the numbers PyTorch draws."
    return named(run, name, text), _filled_like(
        f"{name}_like", lambda like, kind: fill(like.shape, kind)
    )


rand, rand_like = _drawn("rand", lambda g, n, kind: g.uniform(n, dtype=kind))
randn, randn_like = _drawn("randn", lambda g, n, kind: g.normal(n, dtype=kind))


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Dtype | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return whole numbers drawn from `low` (or 0) to `high - 1`.

    >>> randint(1, 2, (3,))
    tensor([1, 1, 1])
    """
    if size is None:
        low, high, size = 0, low, high
    drawn = (generator or default_generator).integers(math.prod(size), low, high)
    array = drawn.reshape(tuple(size)).astype((dtype or dtypes.int64).np)
    return made("randint", array, requires_grad)


def randperm(
    n: int, *, generator: Generator | None = None, dtype: Dtype | None = None
) -> Tensor:
    """Return 0 .. n - 1 in random order.

    >>> sorted(randperm(3).tolist())
    [0, 1, 2]
    """
    drawn = (generator or default_generator).permutation(n)
    return made("randperm", drawn.astype((dtype or dtypes.int64).np))


def normal(mean: Any, std: Any, size: Any = None) -> Tensor:
    """Return numbers drawn from normal distributions.

    >>> normal(2.0, 0.0, (2,))
    tensor([2., 2.])
    """
    if size is not None:
        kind = dtypes.get_default_dtype()
        drawn = default_generator.normal(math.prod(size), mean, std, kind)
        return made("normal", drawn.reshape(tuple(size)))
    means, spreads = (
        np.asarray(x._array if isinstance(x, Tensor) else x, np.float32)
        for x in (mean, std)
    )
    shape = np.broadcast_shapes(means.shape, spreads.shape)
    drawn = default_generator.normal(math.prod(shape)).reshape(shape)
    return made("normal", drawn * spreads + means)


# Of a legacy type: torch.Tensor(2, 3), torch.FloatTensor([1, 2])


def legacy(args: Sequence[Any], dtype: Dtype, name: str) -> Tensor:
    """Return what `torch.Tensor(...)` makes: of a size, or from data."""
    if args and all(isinstance(a, int) and not isinstance(a, bool) for a in args):
        return made(name, np.zeros(tuple(args), dtype.np))
    if not args:
        return made(name, np.zeros((0,), dtype.np))
    if isinstance(args[0], dtypes.Size):
        return made(name, np.zeros(args[0], dtype.np))
    if isinstance(args[0], Tensor):
        shown: Tensor = args[0].detach()
        return shown
    if not hasattr(args[0], "__iter__"):
        raise TypeError(
            f"new(): data must be a sequence (got {type(args[0]).__name__})"
        )
    return made(name, _array(args[0], dtype))


_COPY_CONSTRUCT = (
    "To copy construct from a tensor, it is recommended to use "
    "sourceTensor.detach().clone() or "
    "sourceTensor.detach().clone().requires_grad_(True), rather than "
    "torch.tensor(sourceTensor)."
)
_RANGE = (
    "torch.range is deprecated and will be removed in a future release because its "
    "behavior is inconsistent with Python's range builtin. Instead, use torch.arange, "
    "which produces values in [start, end)."
)
assert state
