"""What parameters and values must be like: `torch.distributions.constraints`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..creation import full
from ..dtypes import bool_, finfo
from ..functions.arithmetic import isclose
from ..functions.reducing import all as all_of
from ..linalg import cholesky_ex, eigvalsh, norm
from ..missing import refusing
from ..shown import Named
from ..tensor import Tensor


class Constraint(metaclass=Named):
    """A region that values are in or not.

    >>> Constraint.is_discrete, Constraint.event_dim
    (False, 0)
    """

    #: PyTorch has a property here in some constraints.
    is_discrete: Any = False
    #: How many dimensions from the right are one value.
    event_dim: Any = 0

    def check(self, value: Tensor) -> Tensor:
        """Return for each value whether it is inside.

        >>> from minitorch_viz import minitorch as torch
        >>> positive.check(torch.tensor([1.0, -1.0]))
        tensor([ True, False])
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        bounds = ", ".join(f"{name}={bound}" for name, bound in vars(self).items())
        return f"{type(self).__name__[1:]}({bounds})"


class _Dependent(Constraint):
    """Depends on the distribution's other parameters."""

    def __init__(
        self, *, is_discrete: Any = NotImplemented, event_dim: Any = NotImplemented
    ) -> None:
        self._is_discrete, self._event_dim = is_discrete, event_dim

    def __repr__(self) -> str:
        return f"{type(self).__name__[1:]}()"

    @property
    def is_discrete(self) -> Any:
        return self._known("is_discrete")

    @property
    def event_dim(self) -> Any:
        return self._known("event_dim")

    def _known(self, name: str) -> Any:
        found = getattr(self, f"_{name}")
        if found is NotImplemented:
            raise NotImplementedError(f".{name} cannot be determined statically")
        return found

    def check(self, value: Tensor) -> Tensor:
        raise ValueError("Cannot determine validity of dependent constraint")


class _DependentProperty(property, _Dependent):
    """A property that gives a constraint; of the class it is a dependent one."""

    def __init__(self, fn: Callable[..., Any] | None = None, **known: Any) -> None:
        property.__init__(self, fn)
        _Dependent.__init__(self, **known)

    def __call__(self, fn: Callable[..., Any]) -> _DependentProperty:
        return _DependentProperty(
            fn, is_discrete=self._is_discrete, event_dim=self._event_dim
        )


def is_dependent(constraint: Any) -> bool:
    """Return True if a constraint depends on other parameters.

    >>> is_dependent(real), is_dependent(dependent)
    (False, True)
    """
    return isinstance(constraint, _Dependent)


class _IndependentConstraint(Constraint):
    """Holds if another one holds along the last dimensions."""

    def __init__(self, base_constraint: Constraint, reinterpreted_batch_ndims: int):
        self.base_constraint = base_constraint
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        self.is_discrete = base_constraint.is_discrete
        self.event_dim = base_constraint.event_dim + reinterpreted_batch_ndims

    def check(self, value: Tensor) -> Tensor:
        result = self.base_constraint.check(value)
        ahead = result.dim() - self.reinterpreted_batch_ndims
        if ahead < 0:
            raise ValueError(
                f"Expected value.dim() >= {self.event_dim} but got {value.dim()}"
            )
        found: Tensor = result.reshape((*result.shape[:ahead], -1)).all(-1)
        return found

    def __repr__(self) -> str:
        inner = f"{self.base_constraint!r}, {self.reinterpreted_batch_ndims}"
        return f"{type(self).__name__[1:]}({inner})"


class _Boolean(Constraint):
    is_discrete = True

    def check(self, value: Tensor) -> Tensor:
        found: Tensor = (value == 0) | (value == 1)
        return found


class _OneHot(Constraint):
    is_discrete = True
    event_dim = 1

    def check(self, value: Tensor) -> Tensor:
        boolean = (value == 0) | (value == 1)
        normalized = value.sum(-1).eq(1)
        found: Tensor = boolean.all(-1) & normalized
        return found


class _Lower(Constraint):
    """Has a lower bound."""

    def __init__(self, lower_bound: Tensor | float) -> None:
        self.lower_bound = lower_bound


class _Upper(Constraint):
    """Has an upper bound."""

    def __init__(self, upper_bound: Tensor | float) -> None:
        self.upper_bound = upper_bound


class _Between(Constraint):
    """Has both."""

    def __init__(
        self, lower_bound: Tensor | float, upper_bound: Tensor | float
    ) -> None:
        self.lower_bound, self.upper_bound = lower_bound, upper_bound


class _IntegerInterval(_Between):
    is_discrete = True

    def check(self, value: Tensor) -> Tensor:
        whole = value % 1 == 0
        found: Tensor = (
            whole & (self.lower_bound <= value) & (value <= self.upper_bound)
        )
        return found


class _IntegerLessThan(_Upper):
    is_discrete = True

    def check(self, value: Tensor) -> Tensor:
        found: Tensor = (value % 1 == 0) & (value <= self.upper_bound)
        return found


class _IntegerGreaterThan(_Lower):
    is_discrete = True

    def check(self, value: Tensor) -> Tensor:
        found: Tensor = (value % 1 == 0) & (value >= self.lower_bound)
        return found


class _Real(Constraint):
    def check(self, value: Tensor) -> Tensor:
        found: Tensor = value == value
        return found


class _GreaterThan(_Lower):
    def check(self, value: Tensor) -> Tensor:
        return self.lower_bound < value


class _GreaterThanEq(_Lower):
    def check(self, value: Tensor) -> Tensor:
        return self.lower_bound <= value


class _LessThan(_Upper):
    def check(self, value: Tensor) -> Tensor:
        return value < self.upper_bound


class _Interval(_Between):
    def check(self, value: Tensor) -> Tensor:
        return (self.lower_bound <= value) & (value <= self.upper_bound)


class _HalfOpenInterval(_Between):
    def check(self, value: Tensor) -> Tensor:
        return (self.lower_bound <= value) & (value < self.upper_bound)


class _Simplex(Constraint):
    event_dim = 1

    def check(self, value: Tensor) -> Tensor:
        positive = all_of(value >= 0, dim=-1)
        found: Tensor = positive & ((value.sum(-1) - 1).abs() < 1e-6)
        return found


class _LowerTriangular(Constraint):
    event_dim = 2

    def check(self, value: Tensor) -> Tensor:
        rows = (value.tril() == value).view((*value.shape[:-2], -1))
        found: Tensor = rows.min(-1)[0]
        return found


class _LowerCholesky(Constraint):
    event_dim = 2

    def check(self, value: Tensor) -> Tensor:
        lower = _LowerTriangular().check(value)
        positive = (value.diagonal(dim1=-2, dim2=-1) > 0).min(-1)[0]
        found: Tensor = lower & positive
        return found


class _CorrCholesky(Constraint):
    event_dim = 2

    def check(self, value: Tensor) -> Tensor:
        tolerance = finfo(value.dtype).eps * value.size(-1) * 10
        norms = norm(value.detach(), dim=-1)
        unit = (norms - 1.0).abs().le(tolerance).all(dim=-1)
        found: Tensor = _LowerCholesky().check(value) & unit
        return found


class _Square(Constraint):
    event_dim = 2

    def check(self, value: Tensor) -> Tensor:
        rows, columns = value.shape[-2:]
        return full(value.shape[:-2], rows == columns, dtype=bool_, device=value.device)


class _Symmetric(_Square):
    def check(self, value: Tensor) -> Tensor:
        square = super().check(value)
        if not square.all():
            return square
        found: Tensor = isclose(value, value.mT, atol=1e-6).all(-2).all(-1)
        return found


class _PositiveSemidefinite(_Symmetric):
    def check(self, value: Tensor) -> Tensor:
        symmetric = super().check(value)
        if not symmetric.all():
            return symmetric
        found: Tensor = eigvalsh(value).ge(0).all(-1)
        return found


class _PositiveDefinite(_Symmetric):
    def check(self, value: Tensor) -> Tensor:
        symmetric = super().check(value)
        if not symmetric.all():
            return symmetric
        found: Tensor = cholesky_ex(value).info.eq(0)
        return found


dependent = _Dependent()
dependent_property = _DependentProperty
independent = _IndependentConstraint
boolean = _Boolean()
one_hot = _OneHot()
nonnegative_integer = _IntegerGreaterThan(0)
positive_integer = _IntegerGreaterThan(1)
integer_interval = _IntegerInterval
real = _Real()
real_vector = independent(real, 1)
positive = _GreaterThan(0.0)
nonnegative = _GreaterThanEq(0.0)
greater_than = _GreaterThan
greater_than_eq = _GreaterThanEq
less_than = _LessThan
unit_interval = _Interval(0.0, 1.0)
interval = _Interval
half_open_interval = _HalfOpenInterval
simplex = _Simplex()
lower_triangular = _LowerTriangular()
lower_cholesky = _LowerCholesky()
corr_cholesky = _CorrCholesky()
square = _Square()
symmetric = _Symmetric()
positive_semidefinite = _PositiveSemidefinite()
positive_definite = _PositiveDefinite()

__getattr__ = refusing("torch.distributions.constraints", globals())
