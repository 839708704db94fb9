"""Quantiles, as PyTorch composes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..bind import one_dim
from ..tensor import Tensor, wrap
from .arithmetic import run
from .composed import broadcast_tensors
from .ordering import sort
from .scattering import gather
from .shaping import flatten, transpose, unsqueeze, view

_WAYS = "linear", "lower", "higher", "midpoint", "nearest"


def quantile(
    self: Tensor,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """Return the numbers below which a share `q` of the elements lies."""
    return _quantile("quantile", self, q, dim, keepdim, interpolation)


def nanquantile(
    self: Tensor,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """Return the quantiles of what isn't NaN."""
    return _quantile("nanquantile", self, q, dim, keepdim, interpolation)


def _quantile(
    name: str, self: Tensor, q: Any, dim: int | None, keepdim: bool, way: str
) -> Tensor:
    if not isinstance(q, Tensor) and not 0 <= q <= 1:
        raise RuntimeError(f"quantile() q must be in the range [0, 1] but got {q:g}")
    array = self._array
    shares = q if isinstance(q, Tensor) else wrap(np.asarray(q, array.dtype))
    _check(self, shares, way)
    place = None if dim is None else one_dim(dim, array.ndim)
    if isinstance(q, Tensor):
        inside: Any = run("ge", q, 0)
        every = inside.logical_and_(run("le", q, 1)).all()
        every.new_ones(())  # with which PyTorch compares it
        if not every._array:
            raise RuntimeError("quantile() q values must be in the range [0, 1]")
    if place is None:
        rows, kept = flatten(self), (1,) * array.ndim
    else:
        last = place == array.ndim - 1 or not array.ndim
        rows = (
            flatten(self)
            if not array.ndim
            else self
            if last
            else transpose(unsqueeze(self, -1), place, -1)
        )
        kept = tuple(1 if d == place else n for d, n in enumerate(array.shape))
    if not keepdim:
        kept = () if place is None else (*kept[:place], *kept[place + 1 :])
    rows = sort(rows)[0]
    rows = view(rows, (*kept, rows._array.shape[-1]))
    found: Any = _interpolated(rows, shares, way, name == "nanquantile", q is shares)
    if not shares._array.ndim:
        return found.squeeze_(-1)  # type: ignore[no-any-return]
    return found.unsqueeze_(0).transpose_(0, -1).squeeze_(-1)  # type: ignore[no-any-return]


def _interpolated(
    rows: Tensor, shares: Tensor, way: str, skip_nan: bool, given: bool
) -> Tensor:
    """Return what lies at each share of every row, between two of it if asked."""
    ranks: Any = _ranks(rows, shares, skip_nan, given)
    if way in ("lower", "higher", "nearest"):
        {"lower": ranks.floor_, "higher": ranks.ceil_, "nearest": ranks.round_}[way]()
    below = run("to_copy", ranks, args=(np.dtype(np.int64),))
    found: Any = gather(rows, -1, below)
    if way in ("linear", "midpoint"):
        middle = wrap(np.full_like(ranks._array, 0.5)) if way == "midpoint" else None
        weights = run("sub", ranks, below, args=(1,)) if middle is None else middle
        above = run("to_copy", ranks.ceil_(), args=(np.dtype(np.int64),))
        found.lerp_(gather(rows, -1, above), weights)
    return found  # type: ignore[no-any-return]


def _ranks(rows: Tensor, shares: Tensor, skip_nan: bool, given: bool) -> Tensor:
    """Return at which place of its row each share lies; NaN are the last ones."""
    array = rows._array
    last = array.shape[-1] - 1
    ranks: Any = None
    if given and not skip_nan:
        ranks = run("mul.number", shares, args=(last,))
    missing: Any = run("isnan", rows)
    if skip_nan:
        counted = missing.logical_not_().sum(-1, True)
        ranks = run("mul", shares, run("sub", counted, 1, args=(1,)))
        return ranks.masked_fill_(run("lt", ranks, 0), 0)  # type: ignore[no-any-return]
    missing = missing.any(-1, True)
    if ranks is None:
        ranks = wrap(np.full_like(missing._array, shares._array * last, array.dtype))
    else:
        ranks, missing = broadcast_tensors(ranks, missing)
    return ranks.masked_fill(missing, last)  # type: ignore[no-any-return]


def _check(self: Tensor, shares: Tensor, way: str) -> None:
    if self._array.dtype.name not in ("float32", "float64"):
        raise RuntimeError(
            "quantile() input tensor must be either float or double dtype"
        )
    if not self._array.size:
        raise RuntimeError("quantile() input tensor must be non-empty")
    if shares._array.ndim > 1:
        raise RuntimeError("quantile() q must be a scalar or 1D tensor")
    if shares.dtype is not self.dtype:
        raise RuntimeError("quantile() q tensor must be same dtype as the input tensor")
    if way not in _WAYS:
        raise RuntimeError(
            "quantile() interpolation must be one of linear, lower, higher, midpoint "
            f"or nearest, but got {way}"
        )
