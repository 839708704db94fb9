"""Numbers drawn with chances or weights that tensors hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import dtypes
from .creation import made
from .dtypes import dtype as Dtype
from .dtypes import float64
from .generator import Generator
from .kernels import refuse
from .op import OPS, call
from .refusing import broadcast_error
from .sources import source_for, source_like
from .storage import Array
from .tensor import Tensor


def bernoulli(
    input: Tensor, p: float | None = None, *, generator: Generator | None = None
) -> Tensor:
    """Return ones drawn with the chances in `input` (or with `p`), and zeros.

    >>> from minitorch_viz import minitorch as torch
    >>> bernoulli(torch.ones(2))
    tensor([1., 1.])
    """
    source, like = source_like(generator, input._array), input._array
    if p is not None:
        drawn = source.bernoulli(like.size, p).reshape(like.shape)
        return _drawn("bernoulli.p", input, drawn.astype(like.dtype))
    refuse_chances(input)
    drawn = source.chances(like).astype(like.dtype)
    return _drawn("bernoulli", input, drawn)


def refuse_chances(p: Tensor) -> None:
    """Refuse chances that are no fractions.

    >>> from minitorch_viz import minitorch as torch
    >>> refuse_chances(torch.ones(2))
    """
    if p._array.dtype.kind != "f":
        raise NotImplementedError(
            f"\"bernoulli_tensor_cpu_p_\" not implemented for '{p.dtype.scalar_name}'"
        )


def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Return counts drawn with the means in `input`.

    >>> from minitorch_viz import minitorch as torch
    >>> poisson(torch.zeros(2))
    tensor([0., 0.])
    """
    means, source = input._array, source_like(generator, input._array)
    if means.dtype.kind != "f":
        refuse("poisson_cpu", means)
    counts = [_count(float(each), source) for each in means.reshape(-1)]
    drawn = np.array(counts, means.dtype).reshape(means.shape)
    return _drawn("poisson", input, drawn)


def _count(mean: float, source: Generator) -> int:
    """Multiply chances below a mean of 10; from there on reject as Hörmann (1993)."""
    if not mean >= 0:
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
    if mean >= 10:
        return _rejected(mean, source)
    count, product, least = 0, 1.0, math.exp(-mean)
    while mean:
        product *= float(source.units(1)[0])
        if product <= least:
            break
        count += 1
    return count


def _rejected(mean: float, source: Generator) -> int:
    root, log = math.sqrt(mean), math.log(mean)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse, sure = 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2)
    while True:
        place, height = source.units(2).tolist()
        place -= 0.5
        edge = 0.5 - abs(place)
        count = float(np.floor((2 * a / edge + b) * place + mean + 0.43))
        if edge >= 0.07 and height <= sure:
            return _as_int64(count)
        if count < 0 or (edge < 0.013 and height > edge):
            continue
        if math.log(height) + math.log(inverse) - math.log(
            a / (edge * edge) + b
        ) <= -mean + count * log - math.lgamma(count + 1):
            return _as_int64(count)


def _as_int64(count: float) -> int:
    """Convert as C++ does: what doesn't fit, infinite or no number, is the least."""
    return int(count) if abs(count) < 2**63 else -(2**63)


def _drawn(name: str, input: Tensor, drawn: Array) -> Tensor:
    found: Tensor = call(OPS[name], (input,), (drawn,))
    return found


def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Return indices drawn with the weights in `input`, a row of them per row.

    >>> from minitorch_viz import minitorch as torch
    >>> multinomial(torch.tensor([0.0, 1.0]), 3, replacement=True)
    tensor([1, 1, 1])
    """
    weights = input._array
    _check(input, num_samples, replacement)
    source = source_like(generator, weights)
    rows = np.atleast_2d(weights)
    if replacement and num_samples > 1:
        each = [_with_replacement(row, num_samples, source) for row in rows]
        drawn = np.array(each, np.int64)
    else:
        drawn = _without_replacement(rows, num_samples, source)
    drawn = drawn.reshape(*weights.shape[:-1], num_samples)
    return _drawn("multinomial", input, drawn)


def _check(input: Tensor, num_samples: int, replacement: bool) -> None:
    weights = input._array
    if weights.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if weights.dtype.kind != "f":
        raise RuntimeError(
            "multinomial only supports floating-point dtypes for input, got: "
            f"{input.dtype.scalar_name}"
        )
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError(
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement"
        )


def _with_replacement(weights: Array, count: int, source: Generator) -> Array:
    """Look uniform numbers up in the running sum of the weights."""
    wrong = weights[~((weights >= 0) & (weights < np.inf))]
    if wrong.size:
        found = "= infinity or NaN" if wrong[0] > 0 else "< 0"
        raise RuntimeError(_INVALID.format(f"encountering probability entry {found}"))
    total = np.cumsum(weights)
    if not weights.size or not total[-1] > 0:
        raise RuntimeError(_INVALID.format("sum of probabilities <= 0"))
    total = total / total[-1]
    drawn = source.uniform(count, dtype=float64)
    return np.minimum(np.searchsorted(total, drawn, "left"), len(total) - 1)


def _without_replacement(rows: Array, count: int, source: Generator) -> Array:
    """Take the greatest quotients of the weights and exponential numbers."""
    if not ((rows >= 0) & (rows < np.inf)).all():
        raise RuntimeError(
            "probability tensor contains either `inf`, `nan` or element < 0"
        )
    if not (rows.sum(-1) > 0).all():
        raise RuntimeError(_INVALID.format("sum of probabilities <= 0"))
    drawn = source.exponential(rows.size).astype(rows.dtype).reshape(rows.shape)
    order = np.argsort(-(rows / drawn), -1, kind="stable")
    return order[:, :count].copy()


_INVALID = "invalid multinomial distribution ({})"


def normal(
    mean: Any,
    std: Any = 1.0,
    size: Sequence[int] | None = None,
    *,
    generator: Generator | None = None,
    dtype: Dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return numbers drawn from normal distributions.

    >>> from minitorch_viz import minitorch as torch
    >>> normal(2.0, 0.0, (2,)), normal(torch.tensor([1.0, 5.0]), 0.0)
    (tensor([2., 2.]), tensor([1., 5.]))
    """
    known = [x for x in (mean, std) if isinstance(x, Tensor)]
    if not known:
        if size is None:
            raise TypeError("normal() needs a size where mean and std are numbers")
        kind, source = (
            dtype or dtypes.get_default_dtype(),
            source_for(generator, device),
        )
        drawn = source.normal(math.prod(size), mean, std, kind).reshape(tuple(size))
        return made("normal", drawn, requires_grad, device)
    _check_spread(std, known[0])
    kind, arrays = known[0].dtype, [x._array for x in known]
    try:
        shape = np.broadcast_shapes(*(each.shape for each in arrays))
    except ValueError as error:
        raise broadcast_error(arrays) or error from None
    source = source_like(generator, arrays[0])
    standard = source.normal(math.prod(shape), dtype=kind).reshape(shape)
    spread, middle = (x._array if isinstance(x, Tensor) else x for x in (std, mean))
    with np.errstate(all="ignore"):
        drawn = (standard * spread + middle).astype(kind.np, copy=False)
    form = "both" if len(known) > 1 else "mean" if known[0] is mean else "std"
    found: Tensor = call(OPS[f"normal.{form}"], known, (drawn,))
    return found


def _check_spread(std: Any, like: Tensor) -> None:
    if isinstance(std, Tensor):
        if not (std._array >= 0).all():
            raise RuntimeError("normal expects all elements of std >= 0.0")
    elif not std >= 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    if like._array.size and not like.is_floating_point():
        name = like.dtype.scalar_name
        raise NotImplementedError(f"\"normal_kernel_cpu\" not implemented for '{name}'")
