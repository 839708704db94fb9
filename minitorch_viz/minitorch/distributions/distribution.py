"""What all distributions are: shapes, checks of parameters and values, samples."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar, Self

from ..functions.reducing import is_all_true
from ..grad_mode import unrecorded
from ..methods import FUNCTIONS
from ..shown import Named
from ..sizes import Size
from ..tensor import Tensor
from . import constraints
from .parameters import Lazy

#: The shape of a single sample.
SCALAR = Size()


class Distribution(metaclass=Named):
    """A distribution over batches of events.

    >>> Distribution(validate_args=False).batch_shape
    torch.Size([])
    """

    has_rsample: Any = False
    has_enumerate_support: Any = False
    _validate_args: bool = __debug__
    #: Which parameter was given, where another is computed of it.
    _given: str
    #: The parameters that `expand` repeats: how many of an event's dimensions each has.
    _expanded: ClassVar[dict[str, int]] = {}

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Let new distributions check what they are given, or not.

        >>> Distribution.set_default_validate_args(True)
        """
        if value not in (True, False):
            raise ValueError
        Distribution._validate_args = value

    def __init__(
        self,
        batch_shape: Size = SCALAR,
        event_shape: Size = SCALAR,
        validate_args: bool | None = None,
    ) -> None:
        self._batch_shape, self._event_shape = batch_shape, event_shape
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            self._check_parameters()

    def _check_parameters(self) -> None:
        try:
            asked = self.arg_constraints
        except NotImplementedError:
            asked = {}
            warnings.warn(_NO_CONSTRAINTS.format(type(self)), stacklevel=4)
        for name, constraint in asked.items():
            if constraints.is_dependent(constraint):
                continue
            if name not in self.__dict__ and isinstance(
                getattr(type(self), name, None), Lazy
            ):
                continue
            value = getattr(self, name)
            if not is_all_true(constraint.check(value)):
                raise ValueError(
                    f"Expected parameter {name} ({type(value).__name__} of shape "
                    f"{tuple(value.shape)}) of distribution {self!r} to satisfy the "
                    f"constraint {constraint!r}, but found invalid values:\n{value}"
                )

    def expand(self, batch_shape: Any, _instance: Any = None) -> Self:
        """Return the distribution with parameters repeated to a batch shape."""
        if not self._expanded:
            raise NotImplementedError
        new = self._checked_instance(_instance)
        batch = Size(batch_shape)
        for name, event_dims in self._expanded.items():
            if name in self.__dict__:
                value = self.__dict__[name]
                own = value.shape[len(value.shape) - event_dims :]
                setattr(new, name, value.expand(batch + own))
        return self._expanded_from(new, batch)

    def _checked_instance(self, given: Any) -> Self:
        """Return an instance still to be filled, unless one was given."""
        kinds = type(self).__mro__
        own = next(kind for kind in kinds if kind.__module__.startswith(_PACKAGE))
        made_by = next(kind for kind in kinds if "__init__" in vars(kind))
        if given is None and not issubclass(own, made_by):
            raise NotImplementedError(
                f"Subclass {type(self).__name__} of {own.__name__} that defines a "
                "custom __init__ method must also define a custom .expand() method."
            )
        return type(self).__new__(type(self)) if given is None else given

    def _expanded_from(self, new: Self, batch: Size) -> Self:
        """Fill in what all distributions hold."""
        new._batch_shape, new._event_shape = batch, self._event_shape
        new._validate_args = self._validate_args
        if "_given" in vars(self):
            new._given = self._given
        return new

    @property
    def batch_shape(self) -> Size:
        """The shape of the parameters."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one sample, without the batch."""
        return self._event_shape

    @property
    def arg_constraints(self) -> dict[str, Any]:
        """What each parameter must be like."""
        raise NotImplementedError

    @property
    def support(self) -> Any:
        """What a value must be like."""
        raise NotImplementedError

    @property
    def mean(self) -> Tensor:
        """The mean."""
        raise NotImplementedError

    @property
    def mode(self) -> Tensor:
        """The likeliest value."""
        raise NotImplementedError(f"{type(self)} does not implement mode")

    @property
    def variance(self) -> Tensor:
        """The variance."""
        raise NotImplementedError

    @property
    def stddev(self) -> Tensor:
        """The standard deviation."""
        found: Tensor = self.variance.sqrt()
        return found

    def sample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return a sample that no gradient flows through."""
        with unrecorded():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return a sample computed from the parameters, so that gradients flow."""
        raise NotImplementedError

    def sample_n(self, n: int) -> Tensor:
        """Return this many samples."""
        warnings.warn(_SAMPLE_N, FutureWarning, stacklevel=2)
        return self.sample(Size((n,)))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density at a value."""
        raise NotImplementedError

    def cdf(self, value: Tensor) -> Tensor:
        """Return the chance of a sample up to a value."""
        raise NotImplementedError

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value that a sample is below by this chance."""
        raise NotImplementedError

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return all values there are."""
        raise NotImplementedError

    def entropy(self) -> Tensor:
        """Return the entropy."""
        raise NotImplementedError

    def perplexity(self) -> Tensor:
        """Return e to the entropy."""
        found: Tensor = FUNCTIONS["exp"](self.entropy())
        return found

    def _extended_shape(self, sample_shape: Any = SCALAR) -> Size:
        return Size(sample_shape) + self._batch_shape + self._event_shape

    def _validate_sample(self, value: Any) -> None:
        if not isinstance(value, Tensor):
            raise ValueError(  # noqa: TRY004 - as PyTorch does
                "The value argument to log_prob must be a Tensor"
            )
        have, want = value.shape, self._batch_shape + self._event_shape
        if have[len(have) - len(self._event_shape) :] != self._event_shape:
            raise ValueError(
                f"The right-most size of value must match event_shape: {have} vs "
                f"{self._event_shape}."
            )
        for i, j in zip(reversed(have), reversed(want), strict=False):
            if i != j and 1 not in (i, j):
                raise ValueError(
                    "Value is not broadcastable with batch_shape+event_shape: "
                    f"{have} vs {want}."
                )
        try:
            support = self.support
        except NotImplementedError:
            warnings.warn(_NO_SUPPORT.format(type(self)), stacklevel=3)
            return
        if not is_all_true(support.check(value)):
            raise ValueError(
                f"Expected value argument ({type(value).__name__} of shape "
                f"{tuple(value.shape)}) to be within the support ({support!r}) of the "
                f"distribution {self!r}, but found invalid values:\n{value}"
            )

    def __repr__(self) -> str:
        held = {n: vars(self)[n] for n in self.arg_constraints if n in vars(self)}
        shown = ", ".join(
            f"{name}: {value if value.numel() == 1 else value.shape}"
            for name, value in held.items()
        )
        return f"{type(self).__name__}({shown})"


_PACKAGE = __name__.rpartition(".")[0]
_NO_CONSTRAINTS = (
    "{} does not define `arg_constraints`. Please set `arg_constraints = {{}}` or "
    "initialize the distribution with `validate_args=False` to turn off validation."
)
_NO_SUPPORT = (
    "{} does not define `support` to enable sample validation. Please initialize the "
    "distribution with `validate_args=False` to turn off validation."
)
_SAMPLE_N = "`sample_n(n)` will be deprecated. Use `sample((n,))` instead."
