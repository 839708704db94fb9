"""The normal distribution of vectors."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from .. import linalg
from ..creation import eye
from ..functions.arranging import broadcast_shapes
from ..functions.products import matmul
from ..linalg.told import cholesky_inverse
from ..sizes import Size
from ..tensor import Tensor
from . import constraints
from .distribution import SCALAR, Distribution
from .normal import standard_normal
from .parameters import Lazy

_FORMS = "covariance_matrix", "precision_matrix", "scale_tril"


class MultivariateNormal(Distribution):
    """Vectors around `loc`, spread by a covariance or its Cholesky factor.

    >>> from minitorch_viz import minitorch as torch
    >>> MultivariateNormal(torch.zeros(2), torch.eye(2)).variance
    tensor([1., 1.])
    """

    arg_constraints: ClassVar = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True
    _expanded: ClassVar = {"loc": 1, **dict.fromkeys(_FORMS, 2)}

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        forms = covariance_matrix, precision_matrix, scale_tril
        given = {n: m for n, m in zip(_FORMS, forms, strict=True) if m is not None}
        if len(given) != 1:
            raise ValueError(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril "
                "may be specified."
            )
        ((name, matrix),) = given.items()
        if matrix.dim() < 2:
            said = "scale_tril matrix" if name == "scale_tril" else name
            raise ValueError(
                f"{said} must be at least two-dimensional, with optional leading batch "
                "dimensions"
            )
        batch = broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        setattr(self, name, matrix.expand((*batch, -1, -1)))
        self.loc = loc.expand((*batch, -1))
        super().__init__(Size(batch), self.loc.shape[-1:], validate_args=validate_args)
        if name == "covariance_matrix":
            matrix = linalg.cholesky(matrix)
        elif name == "precision_matrix":
            matrix = _factor_of_precision(matrix)
        self._factor = matrix

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        """Return the distribution with parameters repeated to a batch shape."""
        new = super().expand(batch_shape, _instance)
        new._factor = self._factor
        return new

    def _of_batch(self, matrix: Tensor) -> Tensor:
        shape = self._batch_shape + self._event_shape + self._event_shape
        found: Tensor = matrix.expand(shape)
        return found

    @Lazy
    def scale_tril(self) -> Tensor:
        """The Cholesky factor of the covariance."""
        return self._of_batch(self._factor)

    @Lazy
    def covariance_matrix(self) -> Tensor:
        """The covariance."""
        return self._of_batch(matmul(self._factor, self._factor.mT))

    @Lazy
    def precision_matrix(self) -> Tensor:
        """The inverse of the covariance."""
        return self._of_batch(cholesky_inverse(self._factor))

    @property
    def mean(self) -> Tensor:
        """The middle."""
        found: Tensor = self.loc
        return found

    @property
    def mode(self) -> Tensor:
        """The middle."""
        found: Tensor = self.loc
        return found

    @property
    def variance(self) -> Tensor:
        """The variance of each element."""
        own = self._factor.pow(2).sum(-1)
        found: Tensor = own.expand(self._batch_shape + self._event_shape)
        return found

    def rsample(self, sample_shape: Any = SCALAR) -> Tensor:
        """Return vectors that gradients flow through."""
        drawn = standard_normal(self._extended_shape(sample_shape), self.loc)
        spread: Tensor = matmul(self._factor, drawn.unsqueeze(-1)).squeeze(-1)
        found: Tensor = self.loc + spread
        return found

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        if self._validate_args:
            self._validate_sample(value)
        distance = mahalanobis(self._factor, value - self.loc)
        half = half_log_det(self._factor)
        found = self._event_shape[0] * math.log(2 * math.pi) + distance
        return -0.5 * found - half

    def entropy(self) -> Tensor:
        """Return the entropy."""
        own = 0.5 * self._event_shape[0] * (1.0 + math.log(2 * math.pi))
        found = own + half_log_det(self._factor)
        return found.expand(self._batch_shape) if self._batch_shape else found


def half_log_det(factor: Tensor) -> Tensor:
    """Return half the logarithm of the determinant of `factor @ factor.T`.

    >>> from minitorch_viz import minitorch as torch
    >>> half_log_det(torch.eye(2))
    tensor(0.)
    """
    found: Tensor = factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    return found


def _factor_of_precision(matrix: Tensor) -> Tensor:
    flipped = linalg.cholesky(matrix.flip((-2, -1)))
    inverse = flipped.flip((-2, -1)).transpose(-2, -1)
    like = {"dtype": matrix.dtype, "device": matrix.device}
    unit = eye(matrix.shape[-1], **like)
    return linalg.solve_triangular(inverse, unit, upper=False)


def mahalanobis(factor: Tensor, apart: Tensor) -> Tensor:
    """Return the squared distances that `factor @ factor.T` measures, batch by batch.

    >>> from minitorch_viz import minitorch as torch
    >>> mahalanobis(torch.eye(2), torch.tensor([3.0, 4.0]))
    tensor(25.)
    """
    n, outer = apart.size(-1), apart.dim() - factor.dim() + 1
    batch = apart.shape[:-1]
    pairs = zip(factor.shape[:-2], batch[outer:], strict=True)
    # Each batch dimension as (how often the factor is used, which factor).
    split = [part for own, all_ in pairs for part in (all_ // own, own)]
    apart = apart.reshape((*batch[:outer], *split, n))
    many, end = len(split) // 2, outer + len(split)
    ahead = list(range(outer))
    uses, which = list(range(outer, end, 2)), list(range(outer + 1, end, 2))
    apart = apart.permute([*ahead, *uses, *which, end])
    factors = factor.reshape(-1, n, n)
    columns = apart.reshape(-1, factors.size(0), n).permute(1, 2, 0)
    solved = linalg.solve_triangular(factors, columns, upper=False)
    distances = solved.pow(2).sum(-2).t().reshape(apart.shape[:-1])
    back = [at for k in range(many) for at in (outer + k, outer + many + k)]
    found: Tensor = distances.permute(ahead + back).reshape(batch)
    return found
