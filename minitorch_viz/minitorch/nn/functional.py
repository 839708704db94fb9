"""Layers, activations and losses as functions: `torch.nn.functional`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import random
from ..bind import one_dim
from ..functions.products import matmul
from ..inplace import call_inplace
from ..op import OPS, call
from ..tensor import Tensor, wrap
from .activation_functions import (
    celu,
    elu,
    gelu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    leaky_relu,
    log_softmax,
    logsigmoid,
    mish,
    prelu,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softmax,
    softmin,
    softplus,
    softshrink,
    softsign,
    tanh,
    tanhshrink,
    threshold,
)
from .keeping import call_keeping
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
