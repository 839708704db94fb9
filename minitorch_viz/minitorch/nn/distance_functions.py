"""Losses of distances and of distributions, as functions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

from ..copying import contiguous
from ..dtypes import float16, float32
from ..functions.arithmetic import to_dtype
from ..functions.composed import clamp_min
from ..functions.reducing import mean, sum
from ..grad_mode import unrecorded
from ..inplace import call_inplace
from ..kernels import refuse
from ..once import warn_once
from ..op import OPS, call
from ..tensor import Tensor, wrap
from .activation_functions import logsigmoid, softmax
from .asking import asks
from .loss_functions import filled_as
from .reductions import averaged


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


def _check(reduction: str) -> None:
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")


def _check_last(reduction: str, text: str) -> None:
    """Refuse a reduction as PyTorch's own Python does, which expects a string."""
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + text)


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    _check(reduction)
    return losses if reduction == "none" else _run(reduction, losses)


@asks("torch.pairwise_distance(...)")
def pairwise_distance(
    x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """Return the p-norm of the differences of vectors.

    >>> from minitorch_viz import minitorch as torch
    >>> pairwise_distance(torch.zeros(1, 2), torch.tensor([[3.0, 4.0]]))
    tensor([5.0000])
    """
    apart = _run("add.number", _run("sub", x1, x2, args=(1,)), args=(eps,))
    last = tuple(range(apart._array.ndim)[-1:])  # a number has none
    return _run("norm.dim", apart, args=(p, last, keepdim))


@asks("torch.triplet_margin_loss(anchor, positive, negative)")
@averaged
def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return how much nearer the positive should be than the negative.

    >>> from minitorch_viz import minitorch as torch
    >>> triplet_margin_loss(*(torch.zeros(1, 1),) * 3).round()
    tensor(1.)
    """
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    _check(reduction)
    check_dims(anchor, positive, negative)
    near = pairwise_distance(anchor, positive, p, eps)
    far = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = _run("minimum", far, pairwise_distance(positive, negative, p, eps))
    wrong = _run("sub", _run("add.number", near, args=(margin,)), far, args=(1,))
    return _reduced(clamp_min(wrong, 0), reduction)


def check_dims(anchor: Tensor, positive: Tensor, negative: Tensor) -> None:
    """Refuse a triplet of tensors that don't have as many dimensions as each other.

    >>> from minitorch_viz import minitorch as torch
    >>> check_dims(*(torch.ones(1),) * 3)
    """
    dims = [each._array.ndim for each in (anchor, positive, negative)]
    if len(set(dims)) > 1:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same "
            f"number of dimensions, but got: anchor {dims[0]}D, positive {dims[1]}D, "
            f"and negative {dims[2]}D inputs"
        )


@asks("torch.cosine_embedding_loss(input1, input2, target)")
@averaged
def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return `1 - cos` where the target is 1, and `max(0, cos - margin)` where -1.

    >>> from minitorch_viz import minitorch as torch
    >>> same = torch.ones(1, 2)
    >>> cosine_embedding_loss(same, same, torch.tensor([1])).abs().round()
    tensor(0.)
    """
    _check(reduction)
    dim = target._array.ndim
    if dim > 1:
        raise RuntimeError(
            "0D or 1D target tensor expected, multi-target not supported"
        )
    if not input1._array.ndim == input2._array.ndim == dim + 1:
        raise RuntimeError(
            f"{dim}D target tensor expects {dim + 1}D input tensors, but found inputs "
            f"with sizes {list(input1._array.shape)} and {list(input2._array.shape)}."
        )
    product = sum(_run("mul", input1, input2), dim)
    first, second = (
        _run("add.number", sum(_run("mul", x, x), dim), args=(1e-12,))
        for x in (input1, input2)
    )
    lengths = call_inplace(OPS["sqrt"], _run("mul", first, second))
    cosine = _run("div", product, lengths)
    zeros = _run("zeros_like", cosine)
    alike = call_inplace(OPS["sub"], filled_as(cosine, 1.0), (cosine,), (1,))
    apart = _run("sub.number", cosine, args=(margin,))
    call_inplace(OPS["clamp_min"], apart, (), (0,))
    near = _run("where", target == 1, alike, zeros)
    far = _run("where", target == -1, apart, zeros)
    return _reduced(near + far, reduction)


@asks("torch.poisson_nll_loss(input, target, log_input, full, eps, 1)")
@averaged
def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return the loss of counts whose mean is `exp(input)`.

    >>> from minitorch_viz import minitorch as torch
    >>> poisson_nll_loss(torch.zeros(1), torch.zeros(1))
    tensor(1.)
    """
    _check_last(reduction, " is not a valid value for reduction")
    if log_input:
        product = target * input
        losses = _run("exp", input) - product
    else:
        losses = input - target * _run("log", _run("add.number", input, args=(eps,)))
    if full:
        circle = _run("log", _run("mul.number", target, args=(2 * math.pi,)))
        half = _run("mul.number", circle, args=(0.5,))
        stirling = target * _run("log", target) - target + half
        low = stirling.masked_fill(target <= 1, 0)
        losses = call_inplace(OPS["add"], losses, (low,), (1,))
    return _reduced(losses, reduction)


@asks("input.size")
@averaged
def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """Return the loss of numbers drawn around `input` with variance `var`.

    >>> from minitorch_viz import minitorch as torch
    >>> gaussian_nll_loss(torch.zeros(1), torch.ones(1), torch.ones(1))
    tensor(0.5000)
    """
    if (var < 0).any() if isinstance(var, Tensor) else var < 0:
        raise ValueError("var has negative entry/entries")
    if not isinstance(var, Tensor):
        var = var * (_run("zeros_like", input) + 1)
    shape, size = tuple(input._array.shape), tuple(var._array.shape)
    if size == shape[:-1]:
        var = var.unsqueeze(-1)
    elif size != shape:
        apart = [n for m, n in zip(shape, size, strict=False) if n not in (m, 0)]
        if len(shape) != len(size) or apart != [1]:
            raise ValueError("var is of incorrect size")
    _check_last(reduction, " is not valid")
    var = var.clone()
    with unrecorded():
        var.clamp_(min=eps)
    losses = 0.5 * (_run("log", var) + (input - target) ** 2 / var)
    if full:
        losses += 0.5 * math.log(2 * math.pi)
    return _reduced(losses, reduction)


@asks("nn.log_sigmoid(input)")
@averaged
def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return the mean loss of a yes or no for every class.

    >>> from minitorch_viz import minitorch as torch
    >>> multilabel_soft_margin_loss(torch.zeros(1, 2), torch.ones(1, 2))
    tensor(0.6931)
    """
    yes, no = target * logsigmoid(input), (1 - target) * logsigmoid(-input)
    losses = -(yes + no)
    losses = losses if weight is None else losses * weight
    last = input._array.ndim - 1
    each = sum(losses, last) / input._array.shape[last]
    _check_last(reduction, " is not valid")
    return _reduced(each, reduction)


def gumbel_softmax(
    logits: Tensor,
    tau: float = 1,
    hard: bool = False,
    eps: float = 1e-10,
    dim: int = -1,
) -> Tensor:
    """Return chances drawn at random; `hard` ones are 0 or 1 with a soft gradient.

    >>> from minitorch_viz import minitorch as torch
    >>> gumbel_softmax(torch.zeros(1, 1), hard=True)
    tensor([[1.]])
    """
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=2)
    drawn = wrap(logits._array.copy())
    noise = -drawn.exponential_().log()
    soft = softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    place = soft.max(dim, keepdim=True)[1]
    zeros = _run("zeros_like", logits.detach())
    found: Tensor = zeros.scatter_(dim, place, value=1.0) - soft.detach() + soft
    return found


def _check_rms(input: Tensor, shape: tuple[int, ...], weight: Tensor | None) -> None:
    have = list(input._array.shape)
    if not shape:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing "
            "at least one element, but got normalized_shape = []"
        )
    if weight is not None and weight._array.shape != shape:
        raise RuntimeError(
            "Expected weight to be of same shape as normalized_shape, but got weight "
            f"of shape {list(weight._array.shape)} and normalized_shape = {list(shape)}"
        )
    if len(have) < len(shape):
        raise ValueError(
            f"Input tensor must have at least {len(shape)} dimensions, but got "
            f"{len(have)}"
        )
    if have[-len(shape) :] != list(shape):
        raise RuntimeError(
            f"Given normalized_shape={list(shape)}, expected input with shape "
            f"[*{', '.join(map(str, shape))}], but got input of size{have}"
        )
    if weight is not None and weight.dtype is not input.dtype:
        warn_once(
            f"Mismatch dtype between input and weight: input dtype = "
            f"{input.dtype.c_name}, weight dtype = {weight.dtype.c_name}, Cannot "
            "dispatch to fused implementation."
        )
    if input._array.dtype.kind != "f":
        refuse("rms_norm", input._array)


@asks("torch.rms_norm(...)")
def rms_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    eps: float | None = None,
) -> Tensor:
    """Divide the last dimensions by the root of their mean square.

    >>> from minitorch_viz import minitorch as torch
    >>> rms_norm(torch.tensor([3.0, 3.0]), (2,))
    tensor([1., 1.])
    """
    _check_rms(input, tuple(normalized_shape), weight)
    shape, ndim = tuple(normalized_shape), input._array.ndim
    small = wrap(input._array[..., :0]).dtype
    least = 1.1920928955078125e-07 if small.itemsize < 8 else 2.220446049250313e-16
    dims = tuple(range(ndim - len(shape), ndim))
    wide = to_dtype(input, float32) if input.dtype is float16 else input
    square = mean(_run("pow.scalar", wide, args=(2,)), dims, True)
    least = least if eps is None else eps
    root = call_inplace(OPS["add.number"], square, (), (least,))
    found = _run("mul", wide, _run("rsqrt", root))
    found = found if weight is None else found * weight
    return contiguous(to_dtype(found, input.dtype))
