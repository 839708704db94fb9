"""Dimensions of a batch seen as one event."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from ..sizes import Size
from ..tensor import Tensor
from . import constraints
from .distribution import SCALAR, Distribution
from .parameters import sum_rightmost


class Independent(Distribution):
    """A distribution whose last batch dimensions make up one event.

    >>> from minitorch_viz import minitorch as torch
    >>> from minitorch_viz.minitorch.distributions import Normal
    >>> Independent(Normal(torch.zeros(3), torch.ones(3)), 1).event_shape
    torch.Size([3])
    """

    arg_constraints: ClassVar[dict[str, Any]] = {}

    def __init__(
        self,
        base_distribution: Distribution,
        reinterpreted_batch_ndims: int,
        validate_args: bool | None = None,
    ) -> None:
        own = base_distribution.batch_shape
        if reinterpreted_batch_ndims > len(own):
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= "
                "len(base_distribution.batch_shape), actual "
                f"{reinterpreted_batch_ndims} vs {len(own)}"
            )
        cut = len(own) - reinterpreted_batch_ndims
        event = own[cut:] + base_distribution.event_shape
        self.base_dist = base_distribution
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        super().__init__(own[:cut], event, validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Self:
        """Return the distribution with parameters repeated to a batch shape."""
        new, batch = self._checked_instance(_instance), Size(batch_shape)
        inner = self.event_shape[: self.reinterpreted_batch_ndims]
        new.base_dist = self.base_dist.expand(batch + inner)
        new.reinterpreted_batch_ndims = self.reinterpreted_batch_ndims
        return self._expanded_from(new, batch)

    @property
    def has_rsample(self) -> bool:
        """Whether gradients flow through samples."""
        return bool(self.base_dist.has_rsample)

    @property
    def has_enumerate_support(self) -> bool:
        """Whether all values can be listed."""
        several = self.reinterpreted_batch_ndims > 0
        return not several and self.base_dist.has_enumerate_support

    @constraints.dependent_property
    def support(self) -> Any:
        """The base's support, along the event."""
        inner, dims = self.base_dist.support, self.reinterpreted_batch_ndims
        return constraints.independent(inner, dims) if dims else inner

    @property
    def mean(self) -> Tensor:
        """The base's mean."""
        return self.base_dist.mean

    @property
    def mode(self) -> Tensor:
        """The base's mode."""
        return self.base_dist.mode

    @property
    def variance(self) -> Tensor:
        """The base's variance."""
        return self.base_dist.variance

    def sample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return a sample of the base."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return a sample of the base that gradients flow through."""
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the sum of the base's, along the event."""
        inner = self.base_dist.log_prob(value)
        return sum_rightmost(inner, self.reinterpreted_batch_ndims)

    def entropy(self) -> Tensor:
        """Return the sum of the base's, along the event."""
        inner = self.base_dist.entropy()
        return sum_rightmost(inner, self.reinterpreted_batch_ndims)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return all values of the base."""
        if self.reinterpreted_batch_ndims > 0:
            raise NotImplementedError(
                "Enumeration over cartesian product is not implemented"
            )
        return self.base_dist.enumerate_support(expand=expand)

    def __repr__(self) -> str:
        inner = f"{self.base_dist}, {self.reinterpreted_batch_ndims}"
        return f"{type(self).__name__}({inner})"
