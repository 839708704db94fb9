"""The Bernoulli distribution: a coin."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from ..counting import arange
from ..grad_mode import unrecorded
from ..nn.functional import binary_cross_entropy_with_logits
from ..sampling import bernoulli
from ..sizes import Size
from ..tensor import Tensor
from . import constraints
from .distribution import SCALAR
from .exp_family import ExponentialFamily
from .parameters import Lazy, batch_of, broadcast_all, logits_of, one_of, probs_of


class Bernoulli(ExponentialFamily):
    """Ones with the chance `probs`, else zeros.

    >>> Bernoulli(0.25).variance
    tensor(0.1875)
    """

    arg_constraints: ClassVar = {
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }
    support = constraints.boolean
    has_enumerate_support = True
    _expanded: ClassVar = {"probs": 0, "logits": 0}

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        one_of(probs, logits)
        self._given = "logits" if probs is None else "probs"
        if probs is not None:
            (self.probs,) = broadcast_all(probs)
        else:
            (self.logits,) = broadcast_all(logits)
        given = probs if probs is not None else logits
        super().__init__(batch_of(self._param, given), validate_args=validate_args)

    @property
    def _param(self) -> Tensor:
        found: Tensor = vars(self)[self._given]
        return found

    @Lazy
    def logits(self) -> Tensor:
        """The chances as logits."""
        return logits_of(self.probs, binary=True)

    @Lazy
    def probs(self) -> Tensor:
        """The chances."""
        return probs_of(self.logits, binary=True)

    @property
    def param_shape(self) -> Size:
        """The shape of the chances."""
        found: Size = self._param.shape
        return found

    @property
    def mean(self) -> Tensor:
        """The chances."""
        found: Tensor = self.probs
        return found

    @property
    def mode(self) -> Tensor:
        """What is likelier; NaN where both are equally likely."""
        mode: Tensor = (self.probs >= 0.5).to(self.probs)
        mode[self.probs == 0.5] = math.nan
        return mode

    @property
    def variance(self) -> Tensor:
        """The variance."""
        found: Tensor = self.probs * (1 - self.probs)
        return found

    def sample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return ones and zeros."""
        shape = self._extended_shape(sample_shape)
        with unrecorded():
            return bernoulli(self.probs.expand(shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the chance of a value."""
        if self._validate_args:
            self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        return -binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self) -> Tensor:
        """Return the entropy."""
        return binary_cross_entropy_with_logits(
            self.logits, self.probs, reduction="none"
        )

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return 0 and 1."""
        values = arange(2, dtype=self._param.dtype, device=self._param.device)
        values = values.view((-1, *(1 for _ in self._batch_shape)))
        found: Tensor = values.expand((-1, *self._batch_shape)) if expand else values
        return found
