"""Sums, means, extremes, norms and scans along dimensions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..arguments import refuse as refuse_call
from ..bind import ALL, Meant, all_dims, one_dim, plain
from ..dtypes import dtype as Dtype
from ..tensor import Tensor
from .arithmetic import run, to_dtype
from .named import Named, returned

Dim = int | Sequence[int] | None


def sum(
    self: Tensor, dim: Dim = ALL, keepdim: bool = False, *, dtype: Dtype | None = None
) -> Tensor:
    """Return the sum, over all or some dimensions."""
    if dim is ALL:
        return typed("sum", self, dtype)
    return typed("sum.dim", self, dtype, all_dims(dim, self._array.ndim), keepdim)


def typed(name: str, self: Tensor, dtype: Dtype | None, *args: Any) -> Tensor:
    """Run a reduction, of the tensor in another element type if one is given."""
    if dtype is None:
        return run(name, self, args=args)
    return run(f"{name}.typed", self, args=(*args, dtype.np))


def mean(
    self: Tensor, dim: Dim = ALL, keepdim: bool = False, *, dtype: Dtype | None = None
) -> Tensor:
    """Return the mean, over all or some dimensions."""
    if (self._array.dtype if dtype is None else dtype.np).kind != "f":
        kind = self.dtype if dtype is None else dtype
        which = "Input" if dtype is None else "Optional"
        raise RuntimeError(
            f"mean(): could not infer output dtype. {which} dtype must be either a "
            f"floating point or complex dtype. Got: {kind.scalar_name}"
        )
    if dim is ALL:
        return typed("mean", self, dtype)
    return typed("mean.dim", self, dtype, all_dims(dim, self._array.ndim), keepdim)


def _extreme(name: str) -> Callable[..., Any]:
    other_op = {"max": "maximum", "min": "minimum"}[name]

    def extreme(
        self: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None
    ) -> Any:
        if other is not None or isinstance(dim, Tensor):
            if keepdim is not False:
                raise TypeError(f"{name}: keepdim of two tensors")  # parsed again
            return run(other_op, self, dim if other is None else other)
        if dim is None:
            _not_empty(self, name)
            return run(name, self)
        place = one_dim(dim, self._array.ndim)
        _not_empty_along(self, name, place)
        return returned(name, f"{name}.dim", self, place, keepdim)

    extreme.__name__ = name
    extreme.__doc__ = f"Return the {name}imum: of all, along a dimension, or of two."
    return extreme


def _not_empty(self: Tensor, name: str) -> None:
    if not self._array.size:
        raise RuntimeError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. "
            "Specify the reduction dim with the 'dim' argument."
        )


max, min = _extreme("max"), _extreme("min")


def amax(self: Tensor, dim: Dim = (), keepdim: bool = False) -> Tensor:
    """Return the maximum along dimensions; ties share the gradient."""
    _not_empty_anywhere(self, "amax", dim)
    return run("amax", self, args=(all_dims(dim, self._array.ndim), keepdim))


def amin(self: Tensor, dim: Dim = (), keepdim: bool = False) -> Tensor:
    """Return the minimum along dimensions; ties share the gradient."""
    _not_empty_anywhere(self, "amin", dim)
    return run("amin", self, args=(all_dims(dim, self._array.ndim), keepdim))


def aminmax(self: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Named:
    """Return the minimum and the maximum; ties share the gradient."""
    shape = self._array.shape
    if dim is None:
        if not self._array.size:
            raise RuntimeError(
                "aminmax(): cannot compute aminmax over an empty dimension as the "
                "operation has no identity."
            )
        return returned("aminmax", "aminmax", self, None, keepdim)
    place = one_dim(dim, len(shape))
    if shape and not shape[place]:
        raise IndexError(
            f"aminmax: Expected reduction dim {place} to have non-zero size."
        )
    return returned("aminmax", "aminmax", self, place if shape else None, keepdim)


def argmax(self: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Return the index of the maximum."""
    return _index("argmax", self, dim, keepdim)


def argmin(self: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Return the index of the minimum."""
    return _index("argmin", self, dim, keepdim)


def _index(name: str, self: Tensor, dim: int | None, keepdim: bool) -> Tensor:
    if self._array.dtype.kind == "b":
        raise RuntimeError(f"{name}(): does not support bool input")
    if dim is None and not self._array.size:
        raise IndexError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0."
        )
    place = None if dim is None else one_dim(dim, self._array.ndim)
    if place is not None:
        _not_empty_along(self, name, place)
    return run(name, self, args=(place, keepdim))


def _not_empty_along(self: Tensor, name: str, dim: int) -> None:
    if self._array.ndim and not self._array.shape[dim]:
        raise IndexError(
            f"{name}(): Expected reduction dim {dim} to have non-zero size."
        )


def _not_empty_anywhere(self: Tensor, name: str, dim: Dim) -> None:
    if dim is None or (not isinstance(dim, int) and not len(dim)):
        _not_empty(self, name)
        return
    all_dims(dim, self._array.ndim)
    for place in [dim] if isinstance(dim, int) else dim:
        _not_empty_along(self, name, place)


def prod(
    self: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """Return the product of all elements, or along a dimension."""
    if dim is None:
        return typed("prod", self, dtype)
    return typed("prod.dim", self, dtype, one_dim(dim, self._array.ndim), keepdim)


def _spread(name: str) -> Callable[..., Tensor]:
    def spread(
        self: Tensor,
        dim: Any = ALL,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: float | None = None,
    ) -> Tensor:
        how = freedom(name, self, dim, unbiased, correction)
        return run(name, self, args=(*how, keepdim))

    spread.__name__ = name
    spread.__doc__ = f"Return `{name}` of all elements, or along dimensions."
    return spread


def freedom(
    name: str,
    self: Tensor,
    dim: Any,
    unbiased: bool | None,
    correction: float | None,
) -> tuple[tuple[int, ...], float]:
    """Return the dimensions and the correction that a spread is asked for.

    >>> from minitorch_viz import minitorch as torch
    >>> freedom("var", torch.ones(2, 3), -1, False, None)
    ((1,), 0)
    """
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if correction is None:
        # PyTorch's first overload, which has a default for all; the next needs `dim`.
        unsaid = unbiased is None and dim is ALL
        correction = Meant.by(None, 1) if unsaid else int(unbiased is not False)
    if self._array.dtype.kind != "f":
        called = name if "_" in name else "std and var"
        raise RuntimeError(f"{called} only support floating point and complex dtypes")
    dims = ALL if dim is ALL else all_dims(dim, self._array.ndim)
    shape = self._array.shape
    reduced = math.prod(shape[d] for d in dims or range(len(shape)))
    if (0 if 0 in shape else reduced) <= correction:
        warnings.warn(_NO_FREEDOM.format(name), UserWarning, stacklevel=4)
    return dims, correction


_NO_FREEDOM = (
    "{}(): degrees of freedom is <= 0. Correction should be strictly less than the "
    "reduction factor (input numel divided by output numel)."
)
var, std = _spread("var"), _spread("std")


def norm(
    self: Tensor,
    p: Any = "fro",
    dim: Dim = None,
    keepdim: bool = False,
    dtype: Dtype | None = None,
) -> Tensor:
    """Return the p-norm of all elements, or along dimensions."""
    if isinstance(p, (tuple, list, Tensor)):
        refuse_call("linalg", "linalg_vector_norm", (self, p), {})
        p = plain(p)
    if isinstance(p, str) and p != "fro":
        return _matrix_norm(self, p, dim, keepdim, dtype)
    if isinstance(p, np.generic):
        p = p.item()
    ord = 2 if p in ("fro", None) else p
    return vector_norm(self, ord, dim, keepdim, dtype=dtype)


def _matrix_norm(
    self: Tensor, p: str, dim: Dim, keepdim: bool, dtype: Dtype | None
) -> Tensor:
    from ..linalg.norms import matrix_norm

    if p != "nuc":
        raise RuntimeError(f"linalg.matrix_norm: Order {p} not supported.")
    places = (-2, -1) if dim is None else (dim,) if isinstance(dim, int) else dim
    if len(places) != 2:
        given = " ".join(map(str, places))
        raise RuntimeError(f"linalg.matrix_norm: dim must be a 2-tuple. Got {given}")
    return matrix_norm(self, p, places, keepdim, dtype=dtype)


def vector_norm(
    self: Tensor,
    ord: float = 2,
    dim: Dim = None,
    keepdim: bool = False,
    *,
    dtype: Dtype | None = None,
) -> Tensor:
    """Return the norm of the elements as one vector, or along dimensions."""
    if self._array.dtype.kind != "f":
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. "
            f"Got {self.dtype.scalar_name}"
        )
    if dtype is not None:
        _check_norm(self.dtype, dtype)
    dims = all_dims(dim, self._array.ndim)
    if not self._array.size and (ord < 0 or ord == math.inf):
        _need_identity(self, ord, () if dim is None else dim)
    return typed("linalg_vector_norm", self, dtype, ord, dims, keepdim)


def _check_norm(have: Dtype, wanted: Dtype) -> None:
    """Refuse a type for a norm that hasn't room for what it is the norm of."""
    if not wanted.is_floating_point:
        raise RuntimeError(
            "linalg.vector_norm: dtype should be floating point or complex, but got "
            f"{wanted.scalar_name}"
        )
    if wanted.itemsize < have.itemsize:
        raise RuntimeError(
            f"linalg.vector_norm: the dtype of the input ({have.scalar_name}) should "
            "be convertible without narrowing to the specified dtype "
            f"({wanted.scalar_name})"
        )


def _need_identity(self: Tensor, ord: float, dim: int | Sequence[int]) -> None:
    """Refuse norms that nothing has: of elements none of which is the largest."""
    listed = [dim] if isinstance(dim, int) else dim
    named = f"linalg.vector_norm cannot compute the {ord:g} norm on "
    if not listed:
        raise RuntimeError(
            f"{named}an empty tensor because the operation does not have an identity"
        )
    for each in listed:
        if not self._array.shape[each]:
            raise RuntimeError(
                f"{named}the dimension {each}because this dimension is empty and the "
                "operation does not have an identity"
            )


def logsumexp(self: Tensor, dim: Dim, keepdim: bool = False) -> Tensor:
    """Return the logarithm of the sum of exponentials."""
    return run("logsumexp", self, args=(all_dims(dim, self._array.ndim), keepdim))


def cumsum(self: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Return running sums along a dimension."""
    return _scanned("cumsum", self, dim, dtype)


def cumprod(self: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Return running products along a dimension."""
    return _scanned("cumprod", self, dim, dtype)


def _scanned(name: str, self: Tensor, dim: int, dtype: Any) -> Tensor:
    place = one_dim(dim, self._array.ndim)
    if dtype is not None and dtype.name == "bool":
        return run(f"{name}.bool", to_dtype(self, dtype), args=(place,))
    return typed(name, self, dtype, place)


def _pair(name: str) -> Callable[..., Named]:
    def pair(self: Tensor, dim: int) -> Named:
        array = self._array
        if not array.ndim and dim not in (-1, 0):
            raise IndexError(
                f"{name}(): Expected reduction dim -1 or 0 for scalar but got {dim}"
            )
        # What is empty is never looked at along a dimension.
        return returned(name, name, self, one_dim(dim, array.ndim) if array.size else 0)

    pair.__name__ = name
    pair.__doc__ = f"Return the running {name[3:]}imum, and where it was."
    return pair


cummax, cummin = _pair("cummax"), _pair("cummin")


def logcumsumexp(self: Tensor, dim: int) -> Tensor:
    """Return the logarithm of running sums of exponentials."""
    return run("logcumsumexp", self, args=(one_dim(dim, self._array.ndim),))


def _tested(name: str, self: Tensor, dim: Any, keepdim: bool) -> Tensor:
    ndim = self._array.ndim
    if isinstance(dim, int):
        return run(f"{name}.dim", self, args=(one_dim(dim, ndim), keepdim))
    return run(f"{name}.dims", self, args=(all_dims(dim, ndim), keepdim))


def all(self: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Return True if all elements are true."""
    if dim is None:
        return run("all", self)
    return _tested("all", self, dim, keepdim)


def any(self: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Return True if any element is true."""
    if dim is None:
        return run("any", self)
    return _tested("any", self, dim, keepdim)


def count_nonzero(self: Tensor, dim: Any = None, *dims: int) -> Tensor:
    """Return how many elements aren't zero."""
    dim = (dim, *dims) if dims else dim
    return run("count_nonzero", self, args=(all_dims(dim, self._array.ndim),))


def is_all_true(self: Tensor) -> Tensor:
    """Return whether all are true, of booleans."""
    return run("is_all_true", self)
