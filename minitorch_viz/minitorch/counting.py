"""Functions that make tensors by counting: from a start to an end."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from . import dtypes
from .creation import made
from .dtypes import dtype as Dtype
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
    _check_steps(start, end, step)
    wanted = dtype or dtypes.result_type(start, end, step)
    if wanted is dtypes.int64 and not all(-(2**63) <= n < 2**63 for n in (start, end)):
        raise RuntimeError("value cannot be converted to type int64_t without overflow")
    count = math.ceil((end - start) / step)
    if wanted is dtypes.bool_:
        raise NotImplementedError("\"arange_cpu\" not implemented for 'Bool'")
    kind = wanted.np
    array = (start + np.arange(count) * step).astype(kind)
    return made("arange", array, requires_grad, device)


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
    _check_count(steps)
    kind = (dtype or dtypes.get_default_dtype()).np
    return made("linspace", np.linspace(start, end, steps).astype(kind), **options)


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
    _check_count(steps)
    kind = (dtype or dtypes.get_default_dtype()).np
    array = np.logspace(start, end, steps, base=base).astype(kind)
    return made("logspace", array, **options)


def _check_count(steps: int) -> None:
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")


_RANGE = (
    "torch.range is deprecated and will be removed in a future release because its "
    "behavior is inconsistent with Python's range builtin. Instead, use torch.arange, "
    "which produces values in [start, end)."
)
