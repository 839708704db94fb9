"""The Laplace distribution."""

from __future__ import annotations

from typing import Any, ClassVar

from ..dtypes import finfo
from ..methods import FUNCTIONS
from ..tensor import Tensor
from . import constraints
from .distribution import SCALAR, Distribution
from .parameters import batch_of, broadcast_all

_abs, _log, _log1p, _expm1 = (
    FUNCTIONS[name] for name in ("abs", "log", "log1p", "expm1")
)


class Laplace(Distribution):
    """Numbers around `loc`, exponentially rarer on both sides.

    >>> Laplace(0.0, 1.0).variance
    tensor(2.)
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
    def variance(self) -> Tensor:
        """The variance."""
        found: Tensor = 2 * self.scale.pow(2)
        return found

    @property
    def stddev(self) -> Tensor:
        """The standard deviation."""
        return 2**0.5 * self.scale

    def rsample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return numbers that gradients flow through."""
        shape = self._extended_shape(sample_shape)
        drawn = self.loc.new(shape).uniform_(finfo(self.loc.dtype).eps - 1, 1)
        found: Tensor = self.loc - self.scale * drawn.sign() * _log1p(-drawn.abs())
        return found

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        if self._validate_args:
            self._validate_sample(value)
        height = -_log(2 * self.scale)
        found: Tensor = height - _abs(value - self.loc) / self.scale
        return found

    def cdf(self, value: Tensor) -> Tensor:
        """Return the chance of less than `value`."""
        if self._validate_args:
            self._validate_sample(value)
        side = 0.5 * (value - self.loc).sign()
        found: Tensor = 0.5 - side * _expm1(-(value - self.loc).abs() / self.scale)
        return found

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value below which samples are with this chance."""
        term = value - 0.5
        found: Tensor = self.loc - self.scale * term.sign() * _log1p(-2 * term.abs())
        return found

    def entropy(self) -> Tensor:
        """Return the entropy."""
        found: Tensor = 1 + _log(2 * self.scale)
        return found
