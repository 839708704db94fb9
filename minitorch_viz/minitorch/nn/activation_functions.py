"""Activations as functions."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from .. import dtypes
from ..arguments import parsed, refuse
from ..bind import named, plain
from ..functions.arithmetic import softened, to_dtype
from ..functions.shaping import reshape
from ..inplace import call_inplace
from ..keeping import call_keeping
from ..op import OPS, call
from ..tensor import Tensor
from .asking import asks


def _run(
    name: str,
    *inputs: Any,
    args: Sequence[Any] = (),
    inplace: bool = False,
    called: str | None = None,
) -> Tensor:
    if not isinstance(inputs[0], Tensor):
        raise TypeError(
            f"{called or name}(): argument 'input' (position 1) must be Tensor, not "
            f"{type(inputs[0]).__name__}"
        )
    args = tuple(map(plain, args))
    if inplace:
        op = OPS.get(f"{name}.inplace", OPS[name])
        return call_inplace(op, inputs[0], inputs[1:], args)
    found: Tensor = call(OPS[name], inputs, args)
    return found


@asks("torch.relu(input)")
def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `max(x, 0)`."""
    return _run("relu", input, inplace=inplace)


@asks("nn.leaky_relu(input, negative_slope)")
def leaky_relu(
    input: Tensor, negative_slope: float = 0.01, inplace: bool = False
) -> Tensor:
    """Return x, times `negative_slope` where x is negative."""
    return _run("leaky_relu", input, args=(negative_slope,), inplace=inplace)


@asks("torch.prelu(...)")
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """Return x, times a weight that is learnt where x is negative."""
    ndim, count = input._array.ndim, weight._array.size
    if input.dtype is not weight.dtype:
        raise RuntimeError(
            f"prelu: Type promoting not supported. Got {input.dtype.scalar_name} and "
            f"{weight.dtype.scalar_name}"
        )
    if count != 1:
        if not ndim:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = input._array.shape[1] if ndim > 1 else 1
        if channels != count:
            raise RuntimeError(
                "Mismatch of parameter numbers and input channel size. Found parameter "
                f"numbers = {count} and channel size = {channels}."
            )
    if weight._array.ndim > 1:
        raise RuntimeError(
            "prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = "
            f"{weight._array.ndim}"
        )
    if weight._array.ndim != ndim:
        weight = reshape(weight, [count if dim == 1 else 1 for dim in range(ndim)])
    return _run("prelu_kernel", input, weight)


@asks("nn.elu(input, alpha)")
def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return x, or `alpha * (exp(x) - 1)` where x is negative."""
    return _run("elu", input, args=(alpha, 1, 1), inplace=inplace)


@asks("torch.selu(input)")
def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `elu` with the constants that keep mean 0 and variance 1."""
    return _run("elu", input, args=(*_SELU, 1), inplace=inplace, called="selu")


_SELU = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946)


@asks("torch.celu(input, alpha)")
def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return x, or `alpha * (exp(x / alpha) - 1)` where x is negative."""
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return _run("celu", input, args=(alpha,), inplace=inplace)


@asks("nn.gelu(...)")
def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """Return x times the chance that a normal number is below x."""
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return _run("gelu", input, args=(approximate,))


@asks("nn.silu(input)")
def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `x * sigmoid(x)`."""
    return _run("silu", input, inplace=inplace)


@asks("nn.mish(input)")
def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `x * tanh(softplus(x))`."""
    return _run("mish", input, inplace=inplace)


@asks("nn.softplus(...)")
def softplus(input: Tensor, beta: float = 1, threshold: float = 20) -> Tensor:
    """Return `log(1 + exp(beta * x)) / beta`, x itself where that is large."""
    return _run("softplus", input, args=(beta, threshold))


@asks("nn.log_sigmoid(...)")
def logsigmoid(input: Tensor) -> Tensor:
    """Return `log(sigmoid(x))`."""
    return call_keeping("log_sigmoid", (input,))


def hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """Return x held between two numbers."""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return _hardtanh(input, min_val, max_val, inplace)


@asks("nn.hardtanh(input, min_val, max_val)")
def _hardtanh(
    input: Tensor, min_val: float = -1, max_val: float = 1, inplace: bool = False
) -> Tensor:
    return _run("hardtanh", input, args=(min_val, max_val), inplace=inplace)


@asks("nn.relu6(input)")
def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Return x held between 0 and 6."""
    return _run("hardtanh", input, args=(0, 6), inplace=inplace, called="relu6")


@asks("nn.hardsigmoid(input)")
def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `x / 6 + 0.5` held between 0 and 1."""
    return _run("hardsigmoid", input, inplace=inplace)


@asks("nn.hardswish(input)")
def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `x * hardsigmoid(x)`."""
    return _run("hardswish", input, inplace=inplace)


@asks("torch.threshold(input, threshold, value)")
def _threshold(
    input: Tensor, threshold: float, value: float, inplace: bool = False
) -> Tensor:
    """Return x where it is above `threshold`, `value` elsewhere."""
    return _run("threshold", input, args=(threshold, value), inplace=inplace)


threshold = _threshold


def _over(function: Callable[..., Tensor], part: str) -> Callable[..., Any]:
    """Return what writes over its input: PyTorch has it in C++, with a parser."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Tensor:
        return function(*args, **kwargs, inplace=True)

    name = f"{function.__name__.removeprefix('_')}_"
    text = f"Write `{name[:-1]}` over the tensor."
    return parsed(named(run, name, text), name, part)


def _scaled_elu(
    input: Tensor,
    alpha: float = 1,
    scale: float = 1,
    input_scale: float = 1,
    inplace: bool = False,
) -> Tensor:
    return _run("elu", input, args=(alpha, scale, input_scale), inplace=inplace)


_scaled_elu.__name__ = "elu"
relu_, leaky_relu_ = _over(relu, "torch"), _over(leaky_relu, "nn")
elu_, selu_, celu_ = (
    _over(_scaled_elu, "nn"),
    _over(selu, "torch"),
    _over(celu, "torch"),
)
hardtanh_, threshold_ = _over(_hardtanh, "nn"), _over(_threshold, "torch")


@asks("nn.softshrink(...)")
def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Return x brought towards zero by `lambd`."""
    return _run("softshrink", input, args=(lambd,))


@asks("torch.hardshrink(...)")
def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Return x where it is further than `lambd` from zero, zero elsewhere."""
    return _run("hardshrink", input, args=(lambd,))


@asks("input.sigmoid")
def sigmoid(input: Tensor) -> Tensor:
    """Return `1 / (1 + exp(-x))`."""
    return input.sigmoid()  # type: ignore[no-any-return]


@asks("input.tanh")
def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent."""
    return input.tanh()  # type: ignore[no-any-return]


@asks("input.abs")
def softsign(input: Tensor) -> Tensor:
    """Return `x / (1 + |x|)`."""
    return _run("div", input, input.abs() + 1)


@asks("input.tanh")
def tanhshrink(input: Tensor) -> Tensor:
    """Return `x - tanh(x)`."""
    return _run("sub", input, input.tanh(), args=(1,))


def _softened(
    name: str, input: Tensor, dim: int | None, dtype: dtypes.dtype | None, depth: int
) -> Tensor:
    if dim is None:
        ndim = input.dim()
        warnings.warn(_IMPLICIT.format(name), UserWarning, stacklevel=depth)
        dim = 0 if ndim in (0, 1, 3) else 1
    called = name
    if name == "softmin":
        called, input = "softmax", -input
    if not isinstance(input, Tensor):
        getattr(input, called)
    if not isinstance(dim, int):
        refuse("Tensor", called, (input, dim), {})
    if dtype is not None:
        input = to_dtype(input, dtype)
    return softened(called, input, dim)


_IMPLICIT = (
    "Implicit dimension choice for {} has been deprecated. Change the call to include "
    "dim=X as an argument."
)


def softmax(
    input: Tensor,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """Return `exp(x)` scaled so that it adds up to 1 along `dim`.

    >>> from minitorch_viz import minitorch as torch
    >>> softmax(torch.zeros(2), dim=0)
    tensor([0.5000, 0.5000])
    """
    return _softened("softmax", input, dim, dtype, _stacklevel)


def log_softmax(
    input: Tensor,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """Return the logarithm of `softmax`."""
    return _softened("log_softmax", input, dim, dtype, _stacklevel)


def softmin(
    input: Tensor,
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """Return `softmax(-x)`."""
    return _softened("softmin", input, dim, dtype, _stacklevel)
