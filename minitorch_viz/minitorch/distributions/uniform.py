"""The uniform distribution."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from ..drawing import rand
from ..methods import FUNCTIONS
from ..tensor import Tensor
from . import constraints
from .distribution import SCALAR, Distribution
from .parameters import batch_of, broadcast_all

_log = FUNCTIONS["log"]


class Uniform(Distribution):
    """Numbers from `low` to `high`, all equally likely.

    >>> Uniform(0.0, 2.0).mean
    tensor(1.)
    """

    has_rsample = True
    _expanded: ClassVar = {"low": 0, "high": 0}

    def __init__(self, low: Any, high: Any, validate_args: bool | None = None) -> None:
        self.low, self.high = broadcast_all(low, high)
        super().__init__(batch_of(self.low, low, high), validate_args=validate_args)

    @property
    def arg_constraints(self) -> dict[str, Any]:
        """Each bound is on its side of the other."""
        return {
            "low": constraints.less_than(self.high),
            "high": constraints.greater_than(self.low),
        }

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> Any:
        """Between the bounds."""
        return constraints.interval(self.low, self.high)

    @property
    def mean(self) -> Tensor:
        """Half way."""
        return (self.high + self.low) / 2

    @property
    def mode(self) -> Tensor:
        """NaN: no value is likeliest."""
        return math.nan * self.high

    @property
    def stddev(self) -> Tensor:
        """The standard deviation."""
        return (self.high - self.low) / 12**0.5

    @property
    def variance(self) -> Tensor:
        """The variance."""
        found: Tensor = (self.high - self.low).pow(2) / 12
        return found

    def rsample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return a place between the bounds, which gradients flow to."""
        shape = self._extended_shape(sample_shape)
        drawn = rand(shape, dtype=self.low.dtype, device=self.low.device)
        return self.low + drawn * (self.high - self.low)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        if self._validate_args:
            self._validate_sample(value)
        above = self.low.le(value).type_as(self.low)
        below = self.high.gt(value).type_as(self.low)
        found: Tensor = _log(above.mul(below)) - _log(self.high - self.low)
        return found

    def cdf(self, value: Tensor) -> Tensor:
        """Return the chance of less than `value`."""
        if self._validate_args:
            self._validate_sample(value)
        part = (value - self.low) / (self.high - self.low)
        found: Tensor = part.clamp(min=0, max=1)
        return found

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value below which samples are with this chance."""
        return value * (self.high - self.low) + self.low

    def entropy(self) -> Tensor:
        """Return the entropy."""
        found: Tensor = _log(self.high - self.low)
        return found
