"""How variables vary together: covariances and correlations of a matrix's rows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..tensor import Tensor, wrap
from .arithmetic import clamp, run
from .products import mm
from .reducing import min as least
from .reducing import sum
from .shaping import diagonal, squeeze, t, unsqueeze, view


def cov(
    self: Tensor,
    *,
    correction: int = 1,
    fweights: Tensor | None = None,
    aweights: Tensor | None = None,
) -> Tensor:
    """Return the covariances of a matrix's rows, with weights for its columns."""
    _check_few("cov", self)
    if self._array.dtype.kind == "b":
        raise RuntimeError("cov(): bool dtype is not supported for input")
    rows = view(self, (1, -1)) if self._array.ndim < 2 else self
    weights = _weights(rows._array.shape[1], fweights, aweights)
    total = wrap(np.asarray(rows._array.shape[1]))
    if weights is not None:
        total = sum(weights)
        if not total._array:
            raise RuntimeError("cov(): weights sum to zero, can't be normalized")
    weighted = rows if weights is None else run("mul", rows, weights)
    centre = run("div", sum(weighted, 1), total)
    centred = run("sub", rows, unsqueeze(centre, 1), args=(1,))
    freedom = total
    if weights is None:
        freedom = wrap(np.asarray(total._array - correction))
    elif aweights is not None and correction:
        spread = sum(run("mul", weights, aweights))
        taken = run("div", run("mul.number", spread, args=(correction,)), total)
        freedom = run("sub", total, taken, args=(1,))
    elif correction:
        freedom = run("sub", total, correction, args=(1,))
    if freedom._array <= 0:
        warnings.warn(_NO_FREEDOM, UserWarning, stacklevel=4)
        freedom = wrap(np.zeros_like(freedom._array))
    other = centred if weights is None else run("mul", centred, weights)
    return squeeze(run("div", mm(centred, t(other)), freedom))


def corrcoef(self: Tensor) -> Tensor:
    """Return the correlations of a matrix's rows."""
    _check_few("corrcoef", self)
    found = cov(self)
    if not found._array.ndim:
        return run("div", found, found)
    spread = run("sqrt", diagonal(found))
    rows = run("div", found, view(spread, (-1, 1)))
    return clamp(run("div", rows, view(spread, (1, -1))), -1, 1)


def _check_few(name: str, self: Tensor) -> None:
    if self._array.ndim > 2:
        raise RuntimeError(
            f"{name}(): expected input to have two or fewer dimensions but got an "
            f"input with {self._array.ndim} dimensions"
        )


def _weights(
    size: int, fweights: Tensor | None, aweights: Tensor | None
) -> Tensor | None:
    """Return how much each column counts; None stands for once."""
    given = (("fweights", fweights, "iu"), ("aweights", aweights, "f"))
    found: Any = None
    for name, weights, kinds in given:
        if weights is None:
            continue
        _check_weights(name, weights, kinds, size)
        found = weights if found is None else run("mul", found, weights)
    return found  # type: ignore[no-any-return]


def _check_weights(name: str, weights: Tensor, kinds: str, size: int) -> None:
    array = weights._array
    if array.ndim > 1:
        raise RuntimeError(
            f"cov(): expected {name} to have one or fewer dimensions but got {name} "
            f"with {array.ndim} dimensions"
        )
    if array.dtype.kind not in kinds:
        wanted = "floating point" if kinds == "f" else "integral"
        raise RuntimeError(
            f"cov(): expected {name} to have {wanted} dtype but got {name} with "
            f"{weights.dtype.scalar_name} dtype"
        )
    if array.size != size:
        raise RuntimeError(
            f"cov(): expected {name} to have the same numel as there are observations "
            f"in the input but got {array.size} != {size}"
        )
    if size and not run("ge", least(weights), 0)._array:
        raise RuntimeError(f"cov(): {name} cannot be negative")


_NO_FREEDOM = (
    "cov(): degrees of freedom is <= 0. Correction should be strictly less than the "
    "number of observations."
)
