"""Distributions that are e to a sum: of parameters times what is seen of a value."""

from __future__ import annotations

from typing import Any

from ..autograd import grad
from ..tensor import Tensor
from .distribution import Distribution


class ExponentialFamily(Distribution):
    """A distribution given by natural parameters and what makes it one in sum.

    >>> ExponentialFamily(validate_args=False).entropy()
    Traceback (most recent call last):
        ...
    NotImplementedError
    """

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        raise NotImplementedError

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        raise NotImplementedError

    @property
    def _mean_carrier_measure(self) -> Any:
        raise NotImplementedError

    def entropy(self) -> Tensor:
        """Return the entropy, by the slope of the normalizer."""
        found: Any = -self._mean_carrier_measure
        own = [each.detach().requires_grad_() for each in self._natural_params]
        normalizer = self._log_normalizer(*own)
        slopes = grad(normalizer.sum(), own, create_graph=True)
        found = found + normalizer
        for one, slope in zip(own, slopes, strict=True):
            flat = (one * slope).reshape((*self._batch_shape, -1))
            found = found - flat.sum(-1)
        return found  # type: ignore[no-any-return]
