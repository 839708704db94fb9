"""The exponential distribution."""

from __future__ import annotations

from typing import Any, ClassVar

from ..creation import zeros_like
from ..methods import FUNCTIONS
from ..tensor import Tensor
from . import constraints
from .distribution import SCALAR
from .exp_family import ExponentialFamily
from .parameters import batch_of, broadcast_all

_exp, _log, _log1p = (FUNCTIONS[name] for name in ("exp", "log", "log1p"))


class Exponential(ExponentialFamily):
    """Times between events that come at a rate.

    >>> Exponential(2.0).mean
    tensor(0.5000)
    """

    arg_constraints: ClassVar = {"rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True
    _expanded: ClassVar = {"rate": 0}

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(batch_of(self.rate, rate), validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """One over the rate."""
        found: Tensor = self.rate.reciprocal()
        return found

    @property
    def mode(self) -> Tensor:
        """Zero."""
        return zeros_like(self.rate)

    @property
    def stddev(self) -> Tensor:
        """One over the rate."""
        return self.mean

    @property
    def variance(self) -> Tensor:
        """One over the rate, squared."""
        found: Tensor = self.rate.pow(-2)
        return found

    def rsample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return times that gradients flow through."""
        shape = self._extended_shape(sample_shape)
        found: Tensor = self.rate.new(shape).exponential_() / self.rate
        return found

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        if self._validate_args:
            self._validate_sample(value)
        found: Tensor = self.rate.log() - self.rate * value
        return found

    def cdf(self, value: Tensor) -> Tensor:
        """Return the chance of less than `value`."""
        if self._validate_args:
            self._validate_sample(value)
        found: Tensor = 1 - _exp(-self.rate * value)
        return found

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value below which samples are with this chance."""
        found: Tensor = -_log1p(-value) / self.rate
        return found

    def entropy(self) -> Tensor:
        """Return the entropy."""
        found: Tensor = 1.0 - _log(self.rate)
        return found
