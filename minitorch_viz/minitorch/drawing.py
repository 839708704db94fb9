"""Functions that make tensors of random numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from . import dtypes
from .bind import named
from .creation import check_size, filled, filled_like, made
from .devices import cleared, device_of
from .dtypes import dtype as Dtype
from .generator import Generator
from .lying import alike
from .sources import source_for, source_like
from .storage import Array, as_it_lies
from .tensor import Tensor


def _drawn(
    name: str, draw: Callable[[Generator, int, Dtype, bool], Array]
) -> tuple[Callable[..., Tensor], Callable[..., Tensor]]:
    def fill(
        shape: Any, kind: Any, generator: Generator | None = None, device: Any = None
    ) -> Array:
        source = source_for(generator, device)
        count = math.prod(shape)
        return draw(source, count, dtypes.from_numpy(kind), False).reshape(shape)

    def fill_like(like: Array, kind: Any) -> Array:
        source, empty = source_for(None, device_of(like)), alike(like)
        wanted = dtypes.from_numpy(kind)
        drawn = draw(source, like.size, wanted, not empty.flags.c_contiguous)
        return as_it_lies(drawn, empty)

    def run(*size: Any, generator: Generator | None = None, **options: Any) -> Tensor:
        device = options.get("device")
        return filled(name, lambda shape, kind: fill(shape, kind, generator, device))(
            *size, **options
        )

    text = f"Return a tensor drawn by `{name}`, the numbers PyTorch draws."
    return named(run, name, text), filled_like(f"{name}_like", fill_like)


rand, rand_like = _drawn("rand", lambda g, n, kind, _: g.uniform(n, dtype=kind))
randn, randn_like = _drawn(
    "randn", lambda g, n, kind, apart: g.normal(n, dtype=kind, scattered=apart)
)


def randint(
    low: Any = 0,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Dtype | None = None,
    requires_grad: bool = False,
    device: Any = None,
) -> Tensor:
    """Return whole numbers drawn from `low` (or 0) to `high - 1`.

    >>> randint(1, 2, (3,))
    tensor([1, 1, 1])
    """
    if size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    check_size(size)
    kind = dtype or dtypes.int64
    array = cleared(tuple(size), kind.np)
    drawn = source_for(generator, device).integers(math.prod(size), low, high, kind)
    array[...] = drawn.reshape(array.shape)
    return made("randint", array, requires_grad, device)


def randint_like(
    input: Tensor, low: int, high: int | None = None, *, dtype: Dtype | None = None
) -> Tensor:
    """Return whole numbers drawn from `low` (or 0) to `high - 1`, as many as `input`.

    >>> from minitorch_viz import minitorch as torch
    >>> randint_like(torch.zeros(2), 1)
    tensor([0., 0.])
    """
    bounds = (0, low) if high is None else (low, high)
    kind, like = dtype or input.dtype, input._array
    empty = alike(like)
    drawn = source_like(None, like).integers(like.size, *bounds, kind)
    array = as_it_lies(drawn, empty)
    return made("randint_like", array, device=input.device)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: Dtype | None = None,
    requires_grad: bool = False,
    device: Any = None,
) -> Tensor:
    """Return 0 .. n - 1 in random order.

    >>> sorted(randperm(3).tolist())
    [0, 1, 2]
    """
    drawn = source_for(generator, device).permutation(n)
    array = drawn.astype((dtype or dtypes.int64).np)
    return made("randperm", array, requires_grad, device)
