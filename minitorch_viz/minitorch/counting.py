"""Functions that make tensors by counting: from a start to an end."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from . import dtypes
from .creation import made
from .dtypes import dtype as Dtype
from .storage import Array
from .tensor import Tensor


def arange(
    start: Any = 0,
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
    array = counted(start, end, step, dtype or dtypes.result_type(start, end, step))
    return made("arange", array, requires_grad, device)


def counted(start: Any, end: Any, step: Any, kind: Dtype) -> Array:
    """Return the array of `arange`.

    >>> counted(0.5, 3.5, 1.5, dtypes.int64)
    array([0, 1, 2])
    """
    _check_steps(start, end, step)
    given = start, end, step
    if kind is dtypes.int64:
        if not all(-(2**63) <= n < 2**63 for n in (start, end)):
            raise RuntimeError(
                "value cannot be converted to type int64_t without overflow"
            )
        given = int(start), int(end), int(step)
        if not given[2]:
            raise ValueError("step must be nonzero")
    first, last, step = given
    count = math.ceil((last - first) / step)
    if kind is dtypes.bool_:
        raise NotImplementedError("\"arange_cpu\" not implemented for 'Bool'")
    array: Array = (first + np.arange(count) * step).astype(kind.np)
    return array


def _check_steps(start: Any, end: Any, step: Any) -> None:
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")


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
    _check_steps(start, end, step)
    kind = (dtype or dtypes.get_default_dtype()).np
    if kind.kind != "f":
        start, end, step = int(start), int(end), int(step)
    count = math.floor((end - start) / step) + 1
    return made("range", (start + np.arange(count) * step).astype(kind), **options)


def linspace(
    start: Any, end: Any, steps: int, *, dtype: Dtype | None = None, **options: Any
) -> Tensor:
    """Return `steps` evenly spaced numbers from `start` to `end`.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    kind = (dtype or dtypes.get_default_dtype()).np
    array = _spaced("linspace", start, end, steps, kind).astype(kind)
    return made("linspace", array, **options)


def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Dtype | None = None,
    **options: Any,
) -> Tensor:
    """Return `steps` powers of `base`, their exponents evenly spaced.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    kind = (dtype or dtypes.get_default_dtype()).np
    with np.errstate(all="ignore"):
        array = np.power(base, _spaced("logspace", start, end, steps, kind))
    return made("logspace", array.astype(kind), **options)


def _spaced(name: str, start: Any, end: Any, steps: int, kind: Any) -> Array:
    """Return evenly spaced numbers between ends that have been cast to a type."""
    _check_ends(name, start, end)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    if kind == "?":
        raise NotImplementedError(f"\"{name}_cpu\" not implemented for 'Bool'")
    first, last = (
        np.asarray(n.item() if isinstance(n, Tensor) else n).astype(kind).astype(float)
        for n in (start, end)
    )
    if kind.kind == "f" or steps == 1:
        even: Array = np.linspace(first, last, steps)
        return even
    # PyTorch counts whole numbers from both ends, before it cuts off what is left.
    step, places = (last - first) / max(steps - 1, 1), np.arange(steps)
    from_end = last - step * (steps - places - 1)
    found: Array = np.where(places < steps // 2, first + step * places, from_end)
    return found


def _check_ends(name: str, start: Any, end: Any) -> None:
    """Refuse tensors of several dimensions for ends."""
    ends = ("start", start), ("end", end)
    ndims = [(each, x._array.ndim) for each, x in ends if isinstance(x, Tensor)]
    if any(ndim for _, ndim in ndims):
        got = " and ".join(f"{each} with {n} dimension(s)" for each, n in ndims)
        raise RuntimeError(
            f"{name} only supports 0-dimensional start and end tensors, but got {got}."
        )


_RANGE = (
    "torch.range is deprecated and will be removed in a future release because its "
    "behavior is inconsistent with Python's range builtin. Instead, use torch.arange, "
    "which produces values in [start, end)."
)
