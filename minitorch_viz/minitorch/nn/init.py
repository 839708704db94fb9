"""Ways to fill parameters at the start; each changes its tensor in place."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

from ..bind import named
from ..creation import empty_like
from ..creation import eye as identity
from ..functions.arithmetic import where
from ..functions.shaping import diag
from ..generator import Generator, default_generator
from ..grad_mode import unrecorded
from ..linalg.factors import qr
from ..tensor import Tensor, wrap


def uniform_(
    tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Draw uniformly from a to b.

    >>> from minitorch_viz import minitorch as torch
    >>> bool((uniform_(torch.empty(9), 1.0, 2.0) >= 1).all())
    True
    """
    with unrecorded():
        tensor.uniform_(a, b, generator=generator)
    return tensor


def normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    generator: Generator | None = None,
) -> Tensor:
    """Draw from a normal distribution.

    >>> from minitorch_viz import minitorch as torch
    >>> normal_(torch.empty(2), 1.0, 0.0)
    tensor([1., 1.])
    """
    with unrecorded():
        tensor.normal_(mean, std, generator=generator)
    return tensor


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number.

    >>> from minitorch_viz import minitorch as torch
    >>> constant_(torch.empty(2), 3.0)
    tensor([3., 3.])
    """
    with unrecorded():
        tensor.fill_(val)
    return tensor


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones.

    >>> from minitorch_viz import minitorch as torch
    >>> ones_(torch.empty(2))
    tensor([1., 1.])
    """
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros.

    >>> from minitorch_viz import minitorch as torch
    >>> zeros_(torch.ones(2))
    tensor([0., 0.])
    """
    with unrecorded():
        tensor.zero_()
    return tensor


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with ones on the diagonal.

    >>> from minitorch_viz import minitorch as torch
    >>> eye_(torch.empty(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    if tensor.ndimension() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    with unrecorded():
        tensor.copy_(identity(*tensor.shape))
    return tensor


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """Return how many inputs and outputs each element of a weight connects."""
    if tensor.dim() < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 "
            "dimensions"
        )
    shape = tuple(tensor.shape)
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


_CONVOLUTIONS = tuple(
    f"conv{kind}{n}d" for kind in ("", "_transpose") for n in (1, 2, 3)
)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return by how much an activation should be scaled up.

    >>> calculate_gain("tanh")
    1.6666666666666667
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if not isinstance(slope, (int, float)) or isinstance(slope, bool):
            raise ValueError(f"negative_slope {slope} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    gains = {"tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4}
    layers = ("linear", "sigmoid", *_CONVOLUTIONS)
    linear = dict.fromkeys(layers, 1)
    if nonlinearity not in gains | linear:
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    return (gains | linear)[nonlinearity]


def xavier_uniform_(
    tensor: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Draw uniformly, so that inputs and outputs vary alike.

    >>> from minitorch_viz import minitorch as torch
    >>> bool((xavier_uniform_(torch.empty(3, 3)).abs() <= 1).all())
    True
    """
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    std = gain * math.sqrt(2.0 / (fan_in + fan_out))
    bound = math.sqrt(3.0) * std
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(
    tensor: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Draw normal numbers, so that inputs and outputs vary alike.

    >>> from minitorch_viz import minitorch as torch
    >>> xavier_normal_(torch.empty(2, 3)).shape
    torch.Size([2, 3])
    """
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    std = gain * math.sqrt(2.0 / (fan_in + fan_out))
    return normal_(tensor, 0.0, std, generator)


def _kaiming(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    mode = mode.lower()
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(
            f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']"
        )
    fan = _calculate_fan_in_and_fan_out(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


_NOTHING = "Initializing zero-element tensors is a no-op"


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Draw uniformly, so that a layer of rectifiers keeps the variance.

    >>> from minitorch_viz import minitorch as torch
    >>> kaiming_uniform_(torch.empty(2, 3)).shape
    torch.Size([2, 3])
    """
    if 0 in tensor.shape:
        warnings.warn(_NOTHING, UserWarning, stacklevel=2)
        return tensor
    bound = math.sqrt(3.0) * _kaiming(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Draw normal numbers, so that a layer of rectifiers keeps the variance.

    >>> from minitorch_viz import minitorch as torch
    >>> kaiming_normal_(torch.empty(2, 3)).shape
    torch.Size([2, 3])
    """
    if 0 in tensor.shape:
        warnings.warn(_NOTHING, UserWarning, stacklevel=2)
        return tensor
    std = _kaiming(tensor, a, mode, nonlinearity)
    return normal_(tensor, 0.0, std, generator)


def orthogonal_(
    tensor: Tensor, gain: float = 1, generator: Generator | None = None
) -> Tensor:
    """Fill with rows, or columns, that are orthogonal to each other.

    >>> from minitorch_viz import minitorch as torch
    >>> w = orthogonal_(torch.empty(2, 2))
    >>> torch.allclose(w @ w.T, torch.eye(2), atol=1e-6)
    True
    """
    if tensor.ndimension() < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if not tensor._array.size:
        return tensor
    rows = tensor._array.shape[0]
    drawn: Any = tensor.new_empty((rows, tensor._array.size // rows))
    drawn.normal_(0, 1, generator=generator)
    wide = drawn._array.shape[0] < drawn._array.shape[1]
    if wide:
        drawn.t_()
    q, r = qr(drawn)
    q *= diag(r).sign()
    if wide:
        q.t_()
    with unrecorded():
        tensor.view_as(q).copy_(q)
        tensor.mul_(gain)
    return tensor


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Draw normal numbers, anew until they lie between a and b.

    >>> from minitorch_viz import minitorch as torch
    >>> bool((trunc_normal_(torch.empty(9)).abs() <= 2).all())
    True
    """
    if tensor.is_meta:
        return tensor
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The "
            "distribution of values may be incorrect.",
            stacklevel=2,
        )
    within = _normal_share((b - mean) / std) - _normal_share((a - mean) / std)
    with unrecorded():
        if within > _OFTEN:
            _redrawn(tensor, mean, std, a, b, generator)
        else:
            _accepted(tensor, mean, std, a, b, generator)
    return tensor


#: From this share inside the bounds on, normal numbers are drawn until all fit.
_OFTEN = 0.3


def _normal_share(x: float) -> float:
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


def _redrawn(
    tensor: Any, mean: float, std: float, a: float, b: float, source: Any
) -> None:
    # As numbers of the tensor's own type.
    low, high = (tensor.new_tensor(x, device="cpu").item() for x in (a, b))
    found = tensor.normal_(mean, std, generator=source)
    while True:
        outside = (found < low) | (found > high)
        if not outside.any():
            break
        again = empty_like(found).normal_(mean, std, generator=source)
        found = where(outside, again, found)
    if found is not tensor:
        tensor.copy_(found)


def _accepted(
    tensor: Any, mean: float, std: float, a: float, b: float, source: Any
) -> None:
    """Draw uniformly, and keep a number by how likely it is among normal ones."""
    best = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
    drawn, luck = empty_like(tensor), empty_like(tensor)

    def unlucky() -> Any:
        drawn.sub_(mean).div_(std).pow_(2).mul_(-0.5).sub_(best)
        return luck.uniform_(generator=source).log_().gt(drawn)

    drawn.copy_(tensor.uniform_(a, b, generator=source))
    pending = unlucky()
    if not pending.any():
        return
    found = tensor
    while True:
        drawn.uniform_(a, b, generator=source)
        found = where(pending, drawn, found)
        pending = where(pending, unlucky(), pending)
        if not pending.any():
            break
    tensor.copy_(found)


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Fill a convolution's weight so that channels pass as they are.

    >>> from minitorch_viz import minitorch as torch
    >>> dirac_(torch.empty(1, 1, 3))
    tensor([[[0., 1., 0.]]])
    """
    if tensor.ndimension() not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    shape = tuple(tensor.shape)
    if shape[0] % groups:
        raise ValueError("dim 0 must be divisible by groups")
    middle = tuple(n // 2 for n in shape[2:])
    each = shape[0] // groups
    with unrecorded():
        tensor.zero_()
        for group in range(groups):
            for channel in range(min(each, shape[1])):
                tensor[(group * each + channel, channel, *middle)] = 1
    return tensor


def sparse_(
    tensor: Tensor,
    sparsity: float,
    std: float = 0.01,
    generator: Generator | None = None,
) -> Tensor:
    """Fill a matrix with normal numbers, and a share of each column with zeros.

    >>> from minitorch_viz import minitorch as torch
    >>> int((sparse_(torch.empty(4, 1), 0.5) == 0).sum())
    2
    """
    if tensor.ndimension() != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    rows, columns = tensor._array.shape
    count = math.ceil(sparsity * rows)
    with unrecorded():
        tensor.normal_(0, std, generator=generator)
        for column in range(columns):
            order = (generator or default_generator).permutation(rows)
            tensor[wrap(order[:count]), column] = 0
    return tensor


def _deprecated(name: str) -> Callable[..., Tensor]:
    fill: Callable[..., Tensor] = globals()[f"{name}_"]

    def run(*args: Any, **kwargs: Any) -> Tensor:
        warnings.warn(_OLD.format(name), FutureWarning, stacklevel=2)
        return fill(*args, **kwargs)

    return named(run, name, f"Do what `{name}_` does, which replaces it.")


_OLD = "`nn.init.{0}` is now deprecated in favor of `nn.init.{0}_`."
uniform, normal, constant = map(_deprecated, ("uniform", "normal", "constant"))
xavier_uniform, xavier_normal = map(_deprecated, ("xavier_uniform", "xavier_normal"))
kaiming_uniform, kaiming_normal = map(
    _deprecated, ("kaiming_uniform", "kaiming_normal")
)
orthogonal = _deprecated("orthogonal")
dirac, eye, sparse = map(_deprecated, ("dirac", "eye", "sparse"))
