"""Layers and activations as functions; `loss_functions.py` adds the losses."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes, random
from ..bind import one_dim
from ..functions.arithmetic import to_dtype
from ..functions.products import matmul
from ..functions.shaping import reshape
from ..inplace import call_inplace
from ..op import OPS, call
from ..tensor import Tensor, wrap
from .loss_functions import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_embedding_loss,
    huber_loss,
    kl_div,
    l1_loss,
    margin_ranking_loss,
    mse_loss,
    nll_loss,
    smooth_l1_loss,
    soft_margin_loss,
)
from .ops_nn import call_keeping


def _run(
    name: str, *inputs: Any, args: Sequence[Any] = (), inplace: bool = False
) -> Tensor:
    if inplace:
        return call_inplace(OPS[name], inputs[0], inputs[1:], args)
    found: Tensor = call(OPS[name], inputs, args)
    return found


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return `input @ weight.T + bias`.

    >>> from minitorch_viz import minitorch as torch
    >>> linear(torch.ones(1, 2), torch.ones(3, 2), torch.zeros(3))
    tensor([[2., 2., 2.]])
    """
    if not isinstance(input, Tensor):
        raise TypeError(
            "linear(): argument 'input' (position 1) must be Tensor, not "
            f"{type(input).__name__}"
        )
    x, w = input._array, weight._array
    if not x.ndim:
        raise RuntimeError(
            "both arguments to linear need to be at least 1D, but they are 0D and "
            f"{w.ndim}D"
        )
    _check_product(input, weight)
    turned = _run("t", weight)
    if bias is None:
        return matmul(input, turned)
    if x.ndim == 2:
        return _run("addmm", bias, input, turned, args=(1, 1))
    if not x.flags.c_contiguous:
        return _run("add", matmul(input, turned), bias, args=(1,))
    rows = _run("view", input, args=((x.size // x.shape[-1], x.shape[-1]),))
    found = _run("addmm", bias, rows, turned, args=(1, 1))
    return _run("view", found, args=((*x.shape[:-1], w.shape[0]),))


def _check_product(input: Tensor, weight: Tensor) -> None:
    x, w = input._array, weight._array
    if x.shape[-1] != w.shape[-1]:
        rows = math.prod(x.shape[:-1])
        raise RuntimeError(
            "mat1 and mat2 shapes cannot be multiplied "
            f"({rows}x{x.shape[-1]} and {w.shape[-1]}x{w.shape[0]})"
        )
    if x.dtype != w.dtype:
        raise RuntimeError(
            "mat1 and mat2 must have the same dtype, but got "
            f"{input.dtype.scalar_name} and {weight.dtype.scalar_name}"
        )


def dropout(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Drop elements with chance `p` and scale up the others, while training.

    >>> from minitorch_viz import minitorch as torch
    >>> dropout(torch.ones(2), p=1.0)
    tensor([0., 0.])
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0 or not input._array.size:
        return input
    array = input._array
    kept = random.default_generator.bernoulli(array.size, 1 - p) if p < 1 else False
    noise = np.zeros(array.shape, array.dtype)
    noise[...] = np.reshape(kept, array.shape) if p < 1 else 0
    noise /= 1 if p == 1 else 1 - p
    return _run("mul", input, wrap(noise), inplace=inplace)


# Activations


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `max(x, 0)`."""
    return _run("relu", input, inplace=inplace)


def leaky_relu(
    input: Tensor, negative_slope: float = 0.01, inplace: bool = False
) -> Tensor:
    """Return x, times `negative_slope` where x is negative."""
    return _run("leaky_relu", input, args=(negative_slope,), inplace=inplace)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """Return x, times a weight that is learnt where x is negative."""
    ndim = input._array.ndim
    if ndim and weight._array.ndim:
        size = (1, -1) if ndim >= 2 and weight._array.size > 1 else (-1,)
        weight = reshape(weight, (*size, *(1,) * (ndim - len(size))))
    return _run("prelu_kernel", input, weight)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return x, or `alpha * (exp(x) - 1)` where x is negative."""
    return _run("elu", input, args=(alpha, 1.0, 1.0), inplace=inplace)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `elu` with the constants that keep mean 0 and variance 1."""
    return _run("elu", input, args=(*_SELU, 1.0), inplace=inplace)


_SELU = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return x, or `alpha * (exp(x / alpha) - 1)` where x is negative."""
    return _run("celu", input, args=(alpha,), inplace=inplace)


def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """Return x times the chance that a normal number is below x."""
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    return _run("gelu", input, args=(approximate,))


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `x * sigmoid(x)`."""
    return _run("silu", input, inplace=inplace)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `x * tanh(softplus(x))`."""
    return _run("mish", input, inplace=inplace)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """Return `log(1 + exp(beta * x)) / beta`, x itself where that is large."""
    return _run("softplus", input, args=(beta, threshold))


def logsigmoid(input: Tensor) -> Tensor:
    """Return `log(sigmoid(x))`."""
    return _run("log_sigmoid", input)


def hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Tensor:
    """Return x held between two numbers."""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return _run("hardtanh", input, args=(min_val, max_val), inplace=inplace)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Return x held between 0 and 6."""
    return hardtanh(input, 0.0, 6.0, inplace)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `x / 6 + 0.5` held between 0 and 1."""
    return _run("hardsigmoid", input, inplace=inplace)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return `x * hardsigmoid(x)`."""
    return _run("hardswish", input, inplace=inplace)


def threshold(
    input: Tensor, threshold: float, value: float, inplace: bool = False
) -> Tensor:
    """Return x where it is above `threshold`, `value` elsewhere."""
    return _run("threshold", input, args=(threshold, value), inplace=inplace)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Return x brought towards zero by `lambd`."""
    return _run("softshrink", input, args=(lambd,))


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Return x where it is further than `lambd` from zero, zero elsewhere."""
    return _run("hardshrink", input, args=(lambd,))


def sigmoid(input: Tensor) -> Tensor:
    """Return `1 / (1 + exp(-x))`."""
    return _run("sigmoid", input)


def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent."""
    return _run("tanh", input)


def softsign(input: Tensor) -> Tensor:
    """Return `x / (1 + |x|)`."""
    return _run("div", input, input.abs() + 1)


def tanhshrink(input: Tensor) -> Tensor:
    """Return `x - tanh(x)`."""
    return _run("sub", input, input.tanh(), args=(1,))


def _softened(
    name: str, input: Tensor, dim: int | None, dtype: dtypes.dtype | None, depth: int
) -> Tensor:
    if dim is None:
        warnings.warn(_IMPLICIT.format(name), UserWarning, stacklevel=depth)
        dim = 0 if input._array.ndim in (0, 1, 3) else 1
    if dtype is not None:
        input = to_dtype(input, dtype)
    kind = {"softmin": "softmax"}.get(name, name)
    if input._array.dtype.kind != "f":
        raise NotImplementedError(
            f'"{kind}_lastdim_kernel_impl" not implemented for '
            f"'{input.dtype.scalar_name}'"
        )
    return _run(kind, input, args=(one_dim(dim, input._array.ndim),))


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
    return _softened("softmin", _run("neg", input), dim, dtype, _stacklevel)


# Normalisation and tables


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Give every channel mean 0 and variance 1, over the batch or as remembered."""
    shape = input._array.shape
    if training and math.prod(shape) // max(shape[1], 1) == 1:
        raise ValueError(
            "Expected more than 1 value per channel when training, got input size "
            f"{input.shape}"
        )
    named = {"running_mean": running_mean, "running_var": running_var}
    for name, each in {**named, "weight": weight, "bias": bias}.items():
        if each is None and name in named and not training:
            raise RuntimeError(f"{name} must be defined in evaluation mode")
        if each is not None and each._array.size != shape[1]:
            raise RuntimeError(
                f"{name} should contain {shape[1]} elements not {each._array.size}"
            )
    inputs = input, weight, bias, running_mean, running_var
    return call_keeping("native_batch_norm", inputs, (training, momentum, eps))


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Give the last dimensions mean 0 and variance 1, each slice by itself."""
    if isinstance(normalized_shape, int):
        raise TypeError(
            "layer_norm(): argument 'normalized_shape' (position 2) must be tuple of "
            "ints, not int"
        )
    shape, have = tuple(normalized_shape), input._array.shape
    if have[len(have) - len(shape) :] != shape:
        listed = list(shape)
        raise RuntimeError(
            f"Given normalized_shape={listed}, expected input with shape "
            f"[*, {', '.join(map(str, listed))}], but got input of size{list(have)}"
        )
    return call_keeping("native_layer_norm", (input, weight, bias), (shape, eps))


def embedding(input: Tensor, weight: Tensor, padding_idx: int | None = None) -> Tensor:
    """Return the rows of `weight` that `input` names.

    >>> from minitorch_viz import minitorch as torch
    >>> embedding(torch.tensor([1, 0]), torch.tensor([[1.0], [2.0]]))
    tensor([[2.],
            [1.]])
    """
    rows = weight._array.shape[0]
    if input._array.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following "
            f"scalar types: Long, Int; but got {input.type()} instead (while checking "
            "arguments for embedding)"
        )
    if input._array.size and not (
        input._array.min() >= 0 and input._array.max() < rows
    ):
        raise IndexError("index out of range in self")
    padding = -1 if padding_idx is None else padding_idx % rows
    return _run("embedding", weight, input, args=(padding,))


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Return a 1 at every number's own place, zeros elsewhere.

    >>> from minitorch_viz import minitorch as torch
    >>> one_hot(torch.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    classes = tensor._array
    if classes.dtype != np.int64:
        raise RuntimeError(
            "one_hot is only applicable to index tensor of type LongTensor."
        )
    if classes.size and classes.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    count = int(classes.max()) + 1 if num_classes == -1 else num_classes
    if classes.size and classes.max() >= count:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return wrap((classes[..., None] == np.arange(count)).astype(np.int64))


def normalize(
    input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12
) -> Tensor:
    """Scale `input` so that its norm along `dim` is 1.

    >>> from minitorch_viz import minitorch as torch
    >>> normalize(torch.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    dims = (one_dim(dim, input._array.ndim),)
    size = _run("linalg_vector_norm", input, args=(p, dims, True))
    size = _run("clamp_min", size, args=(eps,))
    size = _run("expand", size, args=(input._array.shape,))
    return _run("div", input, size)


__all__ = [
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "gelu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hinge_embedding_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "margin_ranking_loss",
    "mish",
    "mse_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "prelu",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "soft_margin_loss",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
]
