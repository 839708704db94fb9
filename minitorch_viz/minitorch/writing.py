"""What writes over a tensor whatever it held: numbers, copies, random draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import creation
from .inplace import call_inplace
from .op import OPS
from .random import default_generator
from .tensor import Tensor


def zero_(self: Tensor) -> Tensor:
    """Write zeros."""
    return call_inplace(OPS["zero"], self)


def fill_(self: Tensor, value: Any) -> Tensor:
    """Write one number everywhere."""
    if not isinstance(value, Tensor):
        return call_inplace(OPS["fill"], self, (), (value,))
    if value._array.ndim:
        raise RuntimeError(
            "fill_ only supports 0-dimension value tensor but got tensor with "
            f"{value._array.ndim} dimensions."
        )
    return call_inplace(OPS["fill.tensor"], self, (value,))


def copy_(self: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    """Write what `src` holds."""
    if not isinstance(src, Tensor):
        src = creation.tensor(src, dtype=self.dtype)
    return call_inplace(OPS["copy"], self, (src,))


def _draw_over(name: str, draw: Callable[..., Any]) -> Callable[..., Tensor]:
    def run(self: Tensor, *args: Any, generator: Any = None, **kwargs: Any) -> Tensor:
        drawn = draw(
            generator or default_generator,
            self._array.size,
            self.dtype,
            *args,
            **kwargs,
        )
        return call_inplace(OPS[name], self, (), (drawn.reshape(self._array.shape),))

    run.__name__ = f"{name}_"
    return run


#: Below what `random_()` draws, by the kind of type: what it holds exactly.
_MOST = {"f": 2**24 + 1, "i": 2**31, "u": 256, "b": 2}
uniform_ = _draw_over(
    "uniform", lambda g, n, kind, a=0.0, b=1.0: g.uniform(n, a, b, kind)
)
random_ = _draw_over(
    "random",
    lambda g, n, kind, low=0, high=None: (
        g.integers(n, *((0, low) if high is None else (low, high)))
        if low or high is not None
        else g.integers(n, 0, _MOST[kind.np.kind])
    ).astype(kind.np),
)
bernoulli_ = _draw_over(
    "bernoulli",
    lambda g, n, kind, p=0.5: (
        g.chances(p._array) if isinstance(p, Tensor) else g.bernoulli(n, p)
    ).astype(kind.np),
)
exponential_ = _draw_over(
    "exponential",
    lambda g, n, kind, lambd=1.0: g.exponential(n, lambd).astype(kind.np),
)
normal_ = _draw_over(
    "normal", lambda g, n, kind, mean=0.0, std=1.0: g.normal(n, mean, std, kind)
)

METHODS: dict[str, Callable[..., Any]] = {
    "zero_": zero_,
    "fill_": fill_,
    "copy_": copy_,
    "uniform_": uniform_,
    "normal_": normal_,
    "random_": random_,
    "bernoulli_": bernoulli_,
    "exponential_": exponential_,
}
