"""`torch.nn.utils.parametrizations`: weights of a length of their own, or of norm 1."""

from __future__ import annotations

from typing import Any

from ...events import silence
from ...functions.arithmetic import run
from ...functions.products import mv
from ...grad_mode import unrecorded
from ...missing import refusing
from ...tensor import Tensor
from .. import functional
from ..image_layers import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from ..module import Module
from ..parameter import announce
from .lengths import norm_except_dim, of_length
from .parametrize import register_parametrization


class _WeightNorm(Module):
    """A weight as its length times its direction."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        """Return the weight."""
        return of_length(weight_v, weight_g, self.dim)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Return a weight's length, and the weight as its direction."""
        return norm_except_dim(weight, 2, self.dim), weight


def weight_norm(module: Module, name: str = "weight", dim: int = 0) -> Module:
    """Let a weight be a length times a direction, which are trained apart.

    >>> from minitorch_viz import minitorch as torch
    >>> [n for n, _ in weight_norm(torch.nn.Linear(2, 3)).named_parameters()][1:]
    ['parametrizations.weight.original0', 'parametrizations.weight.original1']
    """
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


class _SpectralNorm(Module):
    """A weight divided by its greatest singular value, found by steps of a power."""

    _u: Tensor
    _v: Tensor

    def __init__(
        self,
        weight: Tensor,
        n_power_iterations: int = 1,
        dim: int = 0,
        eps: float = 1e-12,
    ) -> None:
        super().__init__()
        ndim = weight.ndim
        if not -ndim <= dim < ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [-{ndim}, "
                f"{ndim - 1}] but got {dim})"
            )
        if n_power_iterations <= 0:
            raise ValueError(
                "Expected n_power_iterations to be positive, but got "
                f"n_power_iterations={n_power_iterations}"
            )
        self.dim, self.eps = dim % ndim, eps
        if ndim > 1:
            self.n_power_iterations = n_power_iterations
            with silence():
                self._begin(as_matrix(weight, self.dim))
            announce("Buffer", self._u, self._v)

    def _begin(self, matrix: Tensor) -> None:
        height, width = matrix.shape
        u = matrix.new_empty(height).normal_(0, 1)
        v = matrix.new_empty(width).normal_(0, 1)
        normed: dict[str, Any] = {"dim": 0, "eps": self.eps}
        self.register_buffer("_u", functional.normalize(u, **normed))
        self.register_buffer("_v", functional.normalize(v, **normed))
        self._power_method(matrix, 15)

    def _power_method(self, matrix: Tensor, steps: int) -> None:
        normed: dict[str, Any] = {"dim": 0, "eps": self.eps}
        with unrecorded():
            for _ in range(steps):
                left = mv(matrix, self._v)
                self._u = functional.normalize(left, **normed, out=self._u)
                right = mv(matrix.H, self._u)
                self._v = functional.normalize(right, **normed, out=self._v)

    def forward(self, weight: Tensor) -> Tensor:
        """Return the weight, divided."""
        if weight.ndim == 1:
            return functional.normalize(weight, dim=0, eps=self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            self._power_method(matrix, self.n_power_iterations)
        u, v = self._u.clone(), self._v.clone()
        return weight / run("vdot", u, mv(matrix, v))

    def right_inverse(self, value: Tensor) -> Tensor:
        """Return the value: it is divided anew."""
        return value


def as_matrix(weight: Tensor, dim: int) -> Tensor:
    """Return a weight with one dimension as rows, and all others as columns.

    >>> from minitorch_viz import minitorch as torch
    >>> as_matrix(torch.empty(2, 3, 4), 1).shape
    torch.Size([3, 8])
    """
    if dim:
        others = (d for d in range(weight.dim()) if d != dim)
        weight = weight.permute(dim, *others)
    found: Tensor = weight.flatten(1)
    return found


def spectral_norm(
    module: Module,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Module:
    """Let a weight be divided by its greatest singular value whenever it is read.

    >>> from minitorch_viz import minitorch as torch
    >>> _ = torch.manual_seed(0)
    >>> m = spectral_norm(torch.nn.Linear(2, 3))
    >>> torch.linalg.svdvals(m.weight)[0].item() < 1.01
    True
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(  # noqa: TRY004 - as PyTorch
            f"Module '{module}' has no parameter or buffer with name '{name}'"
        )
    if dim is None:
        dim = rows_of(module)
    divide = _SpectralNorm(weight, n_power_iterations, dim, eps)
    return register_parametrization(module, name, divide)


def rows_of(module: Module) -> int:
    """Return which dimension of a layer's weight are its outputs.

    >>> rows_of(Module())
    0
    """
    turned = ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
    return int(isinstance(module, turned))


__getattr__ = refusing("torch.nn.utils.parametrizations", globals())
