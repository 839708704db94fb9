"""The normal distribution."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from ..creation import empty
from ..grad_mode import unrecorded
from ..methods import FUNCTIONS
from ..sampling import normal
from ..sizes import Size
from ..tensor import Tensor
from . import constraints
from .distribution import SCALAR
from .exp_family import ExponentialFamily
from .parameters import batch_of, broadcast_all

_log, _erf, _erfinv = (FUNCTIONS[name] for name in ("log", "erf", "erfinv"))


def standard_normal(shape: Size, like: Tensor) -> Tensor:
    """Return numbers drawn with mean 0 and deviation 1, of the type of `like`.

    >>> standard_normal(Size([2]), empty(0)).shape
    torch.Size([2])
    """
    found: Tensor = empty(shape, dtype=like.dtype, device=like.device).normal_()
    return found


class Normal(ExponentialFamily):
    """Numbers around `loc`, mostly no further than `scale` from it.

    >>> Normal(0.0, 1.0)
    Normal(loc: 0.0, scale: 1.0)
    """

    arg_constraints: ClassVar = {
        "loc": constraints.real,
        "scale": constraints.positive,
    }
    support = constraints.real
    has_rsample = True
    _expanded: ClassVar = {"loc": 0, "scale": 0}

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(batch_of(self.loc, loc, scale), validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """The middle."""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """The middle."""
        return self.loc

    @property
    def stddev(self) -> Tensor:
        """The scale."""
        return self.scale

    @property
    def variance(self) -> Tensor:
        """The scale, squared."""
        found: Tensor = self.stddev.pow(2)
        return found

    def sample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return a sample that no gradient flows through."""
        shape = self._extended_shape(sample_shape)
        with unrecorded():
            return normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return the middle plus a random multiple of the scale."""
        drawn = standard_normal(self._extended_shape(sample_shape), self.loc)
        return self.loc + drawn * self.scale

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        if self._validate_args:
            self._validate_sample(value)
        var = self.scale**2
        log_scale = self.scale.log()
        apart = -((value - self.loc) ** 2)
        found: Tensor = apart / (2 * var) - log_scale - math.log(math.sqrt(2 * math.pi))
        return found

    def cdf(self, value: Tensor) -> Tensor:
        """Return the chance of less than `value`."""
        if self._validate_args:
            self._validate_sample(value)
        apart = (value - self.loc) * self.scale.reciprocal() / math.sqrt(2)
        found: Tensor = 0.5 * (1 + _erf(apart))
        return found

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value below which samples are with this chance."""
        return self.loc + self.scale * _erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self) -> Tensor:
        """Return the entropy."""
        found: Tensor = 0.5 + 0.5 * math.log(2 * math.pi) + _log(self.scale)
        return found
