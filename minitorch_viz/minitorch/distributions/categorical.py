"""The categorical distribution: a die, also one-hot."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Self

from ..counting import arange
from ..creation import eye, full
from ..dtypes import finfo, int64
from ..functions.composed import broadcast_tensors
from ..nn.functional import one_hot
from ..sampling import multinomial
from ..sizes import Size
from ..tensor import Tensor
from . import constraints
from .distribution import SCALAR, Distribution
from .parameters import Lazy, logits_of, one_of, probs_of


class Categorical(Distribution):
    """Indices from 0, each with its chance.

    >>> from minitorch_viz import minitorch as torch
    >>> Categorical(torch.tensor([1.0, 3.0])).probs
    tensor([0.2500, 0.7500])
    """

    arg_constraints: ClassVar = {
        "probs": constraints.simplex,
        "logits": constraints.real_vector,
    }
    has_enumerate_support = True
    _expanded: ClassVar = {"probs": 1, "logits": 1}

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        one_of(probs, logits)
        self._given = "logits" if probs is None else "probs"
        for name, given in (("probs", probs), ("logits", logits)):
            if given is not None and given.dim() < 1:
                raise ValueError(
                    f"`{name}` parameter must be at least one-dimensional."
                )
        if probs is not None:
            self.probs = probs / probs.sum(-1, keepdim=True)
        else:
            self.logits = logits - logits.logsumexp(dim=-1, keepdim=True)
        super().__init__(self._param.shape[:-1], validate_args=validate_args)

    @property
    def _param(self) -> Tensor:
        found: Tensor = vars(self)[self._given]
        return found

    @property
    def _num_events(self) -> int:
        return self._param.shape[-1]  # type: ignore[no-any-return]

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> Any:
        """The indices there are."""
        return constraints.integer_interval(0, self._num_events - 1)

    @Lazy
    def logits(self) -> Tensor:
        """The logarithms of the chances."""
        return logits_of(self.probs)

    @Lazy
    def probs(self) -> Tensor:
        """The chances."""
        return probs_of(self.logits)

    @property
    def param_shape(self) -> Size:
        """The shape of the chances."""
        found: Size = self._param.shape
        return found

    @property
    def mean(self) -> Tensor:
        """NaN: indices have no mean."""
        return self._unknown()

    @property
    def mode(self) -> Tensor:
        """The likeliest index."""
        found: Tensor = self.probs.argmax(dim=-1)
        return found

    @property
    def variance(self) -> Tensor:
        """NaN: indices have no variance."""
        return self._unknown()

    def _unknown(self) -> Tensor:
        like = {"dtype": self.probs.dtype, "device": self.probs.device}
        return full(self._extended_shape(), math.nan, **like)

    def sample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return indices."""
        shape = Size(sample_shape)
        rows = self.probs.reshape(-1, self._num_events)
        drawn = multinomial(rows, shape.numel(), True).T
        found: Tensor = drawn.reshape(self._extended_shape(shape))
        return found

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the chance of an index."""
        if self._validate_args:
            self._validate_sample(value)
        value = value.long().unsqueeze(-1)
        value, logs = broadcast_tensors(value, self.logits)
        found: Tensor = logs.gather(-1, value[..., :1]).squeeze(-1)
        return found

    def entropy(self) -> Tensor:
        """Return the entropy."""
        logits = self.logits.clamp(min=finfo(self.logits.dtype).min)
        found: Tensor = -(logits * self.probs).sum(-1)
        return found

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return all indices."""
        values = arange(self._num_events, dtype=int64, device=self._param.device)
        values = values.view((-1, *(1 for _ in self._batch_shape)))
        found: Tensor = values.expand((-1, *self._batch_shape)) if expand else values
        return found


class OneHotCategorical(Distribution):
    """Rows of zeros with a single one.

    >>> from minitorch_viz import minitorch as torch
    >>> OneHotCategorical(torch.tensor([0.0, 1.0])).sample()
    tensor([0., 1.])
    """

    arg_constraints: ClassVar = Categorical.arg_constraints
    support = constraints.one_hot
    has_enumerate_support = True

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._categorical = Categorical(probs, logits)
        batch, event = self._categorical.batch_shape, self.param_shape[-1:]
        super().__init__(batch, event, validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Self:
        """Return the distribution with parameters repeated to a batch shape."""
        new = self._checked_instance(_instance)
        new._categorical = self._categorical.expand(batch_shape)
        return self._expanded_from(new, Size(batch_shape))

    @property
    def probs(self) -> Tensor:
        """The chances."""
        return self._categorical.probs  # type: ignore[no-any-return]

    @property
    def logits(self) -> Tensor:
        """Their logarithms."""
        return self._categorical.logits  # type: ignore[no-any-return]

    @property
    def param_shape(self) -> Size:
        """The shape of the chances."""
        return self._categorical.param_shape

    @property
    def mean(self) -> Tensor:
        """The chances."""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """A one where it is likeliest."""
        probs = self.probs
        found: Tensor = one_hot(probs.argmax(dim=-1), probs.shape[-1]).to(probs)
        return found

    @property
    def variance(self) -> Tensor:
        """The variance."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return rows with a one each."""
        probs = self.probs
        drawn = self._categorical.sample(Size(sample_shape))
        found: Tensor = one_hot(drawn, self._categorical._num_events).to(probs)
        return found

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the chance of a row."""
        if self._validate_args:
            self._validate_sample(value)
        return self._categorical.log_prob(value.max(-1)[1])

    def entropy(self) -> Tensor:
        """Return the entropy."""
        return self._categorical.entropy()

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return all rows."""
        count, like = self.event_shape[0], self._categorical._param
        values = eye(count, dtype=like.dtype, device=like.device)
        values = values.view((count, *(1 for _ in self.batch_shape), count))
        found: Tensor = (
            values.expand((count, *self.batch_shape, count)) if expand else values
        )
        return found


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """One-hot rows through which gradients flow as if they were the chances."""

    has_rsample = True

    def rsample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return rows with a one each, which gradients pass."""
        drawn = self.sample(sample_shape)
        probs = self.probs
        found: Tensor = drawn + (probs - probs.detach())
        return found
