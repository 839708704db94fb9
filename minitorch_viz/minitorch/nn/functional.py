"""Layers, activations and losses as functions: `torch.nn.functional`."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import random
from ..functions.products import matmul
from ..grad_mode import no_grad
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
from .convolution import conv1d, conv2d, conv_transpose1d, conv_transpose2d
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
from .norm_functions import (
    batch_norm,
    cosine_similarity,
    group_norm,
    layer_norm,
    normalize,
)
from .pooling import (
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    max_pool1d,
    max_pool2d,
    pad,
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
    return _run("mul", input, _noise(input._array.shape, input, p), inplace=inplace)


def _noise(shape: tuple[int, ...], like: Tensor, p: float) -> Tensor:
    """Return zeros with chance `p`, and what keeps the mean elsewhere."""
    noise = np.zeros(shape, like._array.dtype)
    if p < 1:
        kept = random.default_generator.bernoulli(noise.size, 1 - p)
        noise[...] = kept.reshape(shape)
        noise /= 1 - p
    return wrap(noise)


def dropout2d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Drop whole channels with chance `p` and scale up the others, while training."""
    ndim = input._array.ndim
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if ndim not in (3, 4):
        warnings.warn(_FEATURES.format(ndim), UserWarning, stacklevel=2)
    if ndim == 3:
        warnings.warn(_LINES, UserWarning, stacklevel=2)
    if not training or p == 0 or not input._array.size:
        return input
    if ndim < 2:
        raise RuntimeError(
            "Feature dropout requires at least 2 dimensions in the input"
        )
    shape = (*input._array.shape[:2], *(1,) * (ndim - 2))
    return _run("mul", input, _noise(shape, input, p), inplace=inplace)


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Return the rows of `weight` that `input` names.

    >>> from minitorch_viz import minitorch as torch
    >>> embedding(torch.tensor([1, 0]), torch.tensor([[1.0], [2.0]]))
    tensor([[2.],
            [1.]])
    """
    if sparse:
        raise NotImplementedError("minitorch has no sparse gradients; leave sparse out")
    rows = weight._array.shape[0]
    if padding_idx is not None and not -rows <= padding_idx < rows:
        raise AssertionError("Padding_idx must be within num_embeddings")
    if max_norm is not None:
        _shorten(weight, input, max_norm, norm_type)
    _check_table(input, weight)
    padding = -1 if padding_idx is None else padding_idx % rows
    return _run("embedding", weight, input, args=(padding, scale_grad_by_freq, False))


def _shorten(weight: Tensor, input: Tensor, longest: float, order: float) -> None:
    """Scale the rows that are looked up and too long, in place."""
    rows = np.unique(input._array)
    found = weight._array[rows]
    length = (np.abs(found) ** order).sum(1, keepdims=True) ** (1 / order)
    scale = np.where(length > longest, longest / (length + 1e-7), 1)
    whole = weight._array.copy()
    whole[rows] = found * scale
    with no_grad():
        weight.copy_(wrap(whole))


def _check_table(input: Any, weight: Tensor) -> None:
    if not isinstance(input, Tensor):
        raise TypeError(
            "embedding(): argument 'indices' (position 2) must be Tensor, not "
            f"{type(input).__name__}"
        )
    if weight._array.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    places = input._array
    if places.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following "
            f"scalar types: Long, Int; but got {input.type()} instead (while checking "
            "arguments for embedding)"
        )
    if places.size and not (places.min() >= 0 and places.max() < len(weight._array)):
        raise IndexError("index out of range in self")


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
    if not classes.size and num_classes <= 0:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    count = int(classes.max()) + 1 if num_classes == -1 else num_classes
    if classes.size and classes.max() >= count:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return wrap((classes[..., None] == np.arange(count)).astype(np.int64))


_IMAGES = (
    "Note that dropout2d exists to provide channel-wise dropout on inputs with 2 "
    "spatial dimensions, a channel dimension, and an optional batch dimension (i.e. 3D "
    "or 4D inputs)."
)
_FEATURES = (
    "dropout2d: Received a {}-D input to dropout2d, which is deprecated and will "
    "result in an error in a future release. To retain the behavior and silence this "
    "warning, please use dropout instead. " + _IMAGES
)
_LINES = (
    "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D "
    "dropout behavior is desired - input is interpreted as shape (N, C, L), where C is "
    "the channel dim. This behavior will change in a future release to interpret the "
    "input as one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D "
    "channel-wise dropout behavior, please switch to using dropout1d instead."
)

__all__ = [
    "adaptive_avg_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "celu",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "cosine_similarity",
    "cross_entropy",
    "dropout",
    "dropout2d",
    "elu",
    "embedding",
    "gelu",
    "group_norm",
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
    "max_pool1d",
    "max_pool2d",
    "mish",
    "mse_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
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
