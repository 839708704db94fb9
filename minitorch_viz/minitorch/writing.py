"""What writes over a tensor whatever it held: numbers, copies, random draws."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from . import creation
from .bind import check_expands
from .inplace import call_inplace, check_tracked
from .op import OPS
from .ranges import exactly_below
from .sampling import refuse_chances
from .sources import source_like
from .storage import as_it_lies
from .tensor import Tensor


def zero_(self: Tensor) -> Tensor:
    """Write zeros."""
    return call_inplace(OPS["zero"], self)


def fill_(self: Tensor, value: Any) -> Tensor:
    """Write one number everywhere."""
    if not isinstance(value, Tensor):
        if not isinstance(value, (int, float, complex, np.generic)):
            raise TypeError(f"no number but {type(value).__name__}")
        return call_inplace(OPS["fill"], self, (), (value,))
    check_tracked(self, (value,))
    if value._array.ndim:
        raise RuntimeError(
            "fill_ only supports 0-dimension value tensor but got tensor with "
            f"{value._array.ndim} dimensions."
        )
    return call_inplace(OPS["fill.tensor"], self, (value,))


def copy_(self: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    """Write what `src` holds."""
    if not isinstance(src, Tensor):
        if not isinstance(src, (int, float)):
            raise TypeError(
                "copy_(): argument 'other' (position 1) must be Tensor, not "
                f"{type(src).__name__}"
            )
        src = creation.tensor(src, dtype=self.dtype)
    return call_inplace(OPS["copy"], self, (src,))


def _draw_over(name: str, draw: Callable[..., Any]) -> Callable[..., Tensor]:
    def run(self: Tensor, *args: Any, generator: Any = None, **kwargs: Any) -> Tensor:
        if self.is_meta:
            return call_inplace(OPS[name], self, (), (self._array,))
        drawn = draw(
            source_like(generator, self._array),
            self._array.size,
            self.dtype,
            *args,
            **kwargs,
        )
        return call_inplace(OPS[name], self, (), (as_it_lies(drawn, self._array),))

    run.__name__ = f"{name}_"
    return run


uniform_ = _draw_over(
    "uniform", lambda g, n, kind, a=0.0, b=1.0: g.uniform(n, a, b, kind)
)
_between = _draw_over(
    "random.from", lambda g, n, kind, low, high: g.integers(n, low, high, kind)
)
_below = _draw_over("random.to", lambda g, n, kind, to: g.integers(n, 0, to, kind))
_anything = _draw_over(
    "random",
    lambda g, n, kind: g.any_integers(n, exactly_below(kind)).astype(kind.np),
)


def random_(self: Tensor, *bounds: Any, generator: Any = None, **kwargs: Any) -> Tensor:
    """Write whole numbers from the first bound, or 0, to below the second."""
    given = (*bounds, *kwargs.values())
    if len(given) > 2:
        raise TypeError("too many bounds")  # the parser has the words
    draw = (_anything, _below, _between)[len(given)]
    return draw(self, *given, generator=generator)


_bernoulli = _draw_over(
    "bernoulli.over", lambda g, n, kind, p: g.bernoulli(n, p).astype(kind.np)
)
exponential_ = _draw_over(
    "exponential",
    lambda g, n, kind, lambd=1.0: g.exponential(n, lambd, kind),
)
_normal = _draw_over(
    "normal",
    lambda g, n, kind, mean, std, scattered: g.normal(
        n, mean, std, kind, scattered=scattered
    ),
)


def bernoulli_(self: Tensor, p: Any = 0.5, *, generator: Any = None) -> Tensor:
    """Write ones drawn with a chance, or with those in `p`, and zeros."""
    if not isinstance(p, Tensor) or self.is_meta:
        return _bernoulli(self, p, generator=generator)
    check_expands(p._array, self._array.shape)
    refuse_chances(p)
    chances = np.broadcast_to(p._array, self._array.shape).reshape(-1)
    # One after the other as the tensor lies in memory.
    places = as_it_lies(np.arange(chances.size), self._array)
    source = source_like(generator, self._array)
    found = source.chances(chances[np.argsort(places, axis=None)])
    drawn = found[places]
    return call_inplace(OPS["bernoulli.over_by"], self, (p,), (drawn,))


def normal_(
    self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Any = None
) -> Tensor:
    """Write numbers drawn from the normal distribution."""
    scattered = not self._array.flags.c_contiguous
    return _normal(self, mean, std, scattered, generator=generator)


def _geometric(g: Any, n: int, kind: Any, p: float) -> Any:
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p:g}")
    return np.ceil(np.log(g.units(n)) / math.log1p(-p)).astype(kind.np)


def _cauchy(g: Any, n: int, kind: Any, median: float = 0.0, sigma: float = 1.0) -> Any:
    if not sigma > 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
    if not kind.is_floating_point:
        raise RuntimeError(
            "Cauchy distribution is a continuous probability distribution. dtype must "
            f"be a floating point but you specified {kind.c_name}"
        )
    return (median + sigma * np.tan(math.pi * (g.units(n) - 0.5))).astype(kind.np)


def _log_normal(g: Any, n: int, kind: Any, mean: float = 1.0, std: float = 2.0) -> Any:
    if not std > 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
    if not kind.is_floating_point:
        raise NotImplementedError(
            f"\"log_normal_cpu\" not implemented for '{kind.scalar_name}'"
        )
    return np.exp(g.normals(n, mean, std)).astype(kind.np)


geometric_ = _draw_over("geometric", _geometric)
cauchy_ = _draw_over("cauchy", _cauchy)
log_normal_ = _draw_over("log_normal", _log_normal)

METHODS: dict[str, Callable[..., Any]] = {
    "zero_": zero_,
    "fill_": fill_,
    "copy_": copy_,
    "uniform_": uniform_,
    "normal_": normal_,
    "random_": random_,
    "bernoulli_": bernoulli_,
    "exponential_": exponential_,
    "geometric_": geometric_,
    "cauchy_": cauchy_,
    "log_normal_": log_normal_,
}
