"""The Poisson distribution."""

from __future__ import annotations

from typing import Any, ClassVar

from ..grad_mode import unrecorded
from ..sampling import poisson
from ..tensor import Tensor
from . import constraints
from .distribution import SCALAR
from .exp_family import ExponentialFamily
from .parameters import batch_of, broadcast_all


class Poisson(ExponentialFamily):
    """Counts of events that come at a rate.

    >>> Poisson(4.0).variance
    tensor(4.)
    """

    arg_constraints: ClassVar = {"rate": constraints.nonnegative}
    support = constraints.nonnegative_integer
    _expanded: ClassVar = {"rate": 0}

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(batch_of(self.rate, rate), validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """The rate."""
        return self.rate

    @property
    def mode(self) -> Tensor:
        """The rate, rounded down."""
        found: Tensor = self.rate.floor()
        return found

    @property
    def variance(self) -> Tensor:
        """The rate."""
        return self.rate

    def sample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return counts."""
        shape = self._extended_shape(sample_shape)
        with unrecorded():
            return poisson(self.rate.expand(shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the chance of a count."""
        if self._validate_args:
            self._validate_sample(value)
        rate, value = broadcast_all(self.rate, value)
        found: Tensor = value.xlogy(rate) - rate - (value + 1).lgamma()
        return found
