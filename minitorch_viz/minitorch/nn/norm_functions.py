"""Normalisation, distances and likeness as functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arguments import refuse as refuse_call
from ..bind import all_dims, one_dim
from ..copying import contiguous
from ..dtypes import float16, float32, result_type
from ..functions.arithmetic import to_dtype
from ..functions.joining import repeat
from ..functions.reducing import mean, norm
from ..functions.shaping import expand, select, view
from ..grad_mode import unrecorded
from ..inplace import call_inplace, call_out
from ..keeping import call_keeping
from ..kernels import refuse
from ..op import OPS, call
from ..refusing import check_broadcast, check_saved
from ..storage import channels_last
from ..tensor import Tensor
from .asking import asks


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


@asks(
    "torch.batch_norm(input, weight, bias, running_mean, running_var, training, "
    "momentum, eps, training)"
)
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
    if training and eps <= 0:
        raise ValueError(
            f"batch_norm eps must be positive during training, but got {eps}"
        )
    if eps < 0:
        raise ValueError(f"batch_norm eps must be non-negative, but got {eps}")
    held = weight, bias, running_mean, running_var
    return normed_by_channel(input, *held, training, momentum, eps)


def normed_by_channel(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
) -> Tensor:
    """Return what `batch_norm` does, of one value per channel too.

    >>> from minitorch_viz import minitorch as torch
    >>> rows = torch.tensor([[1.0], [3.0]])
    >>> normed_by_channel(rows, None, None, None, None, True, 0.1, 0.0).flatten()
    tensor([-1.,  1.])
    """
    shape = input._array.shape
    one_dim(1, len(shape))
    named = {"running_mean": running_mean, "running_var": running_var}
    for name, each in {**named, "weight": weight, "bias": bias}.items():
        if each is None and name in named and not training:
            raise RuntimeError(f"{name} must be defined in evaluation mode")
        if each is not None and each._array.size != shape[1]:
            raise RuntimeError(
                f"{name} should contain {shape[1]} elements not {each._array.size}"
            )
    held = weight, bias, running_mean, running_var
    _check_mixed(input, [each for each in held if each is not None])
    if input._array.dtype.kind != "f":
        refuse("batch_norm", input._array)
    if not input._array.size:
        return _nothing_normed(input, weight, bias)
    inputs = input, weight, bias, running_mean, running_var
    return call_keeping("native_batch_norm", inputs, (training, momentum, eps))


def _nothing_normed(
    input: Tensor, weight: Tensor | None, bias: Tensor | None
) -> Tensor:
    """Return what an empty batch comes to, of which nothing is remembered."""
    found = _run("clone", input)
    if weight is not None:
        found = _run("mul", found, select(weight, 0, 0))
    if bias is not None:
        found = _run("add", found, select(bias, 0, 0), args=(1,))
    return found


def normalized(input: Tensor, normalized_shape: Sequence[int]) -> tuple[int, ...]:
    """Return the shape to normalise over, which an input's must end with.

    >>> from minitorch_viz import minitorch as torch
    >>> normalized(torch.ones(2, 3), [3])
    (3,)
    """
    shape, have = tuple(normalized_shape), input._array.shape
    if have[len(have) - len(shape) :] != shape:
        listed = list(shape)
        raise RuntimeError(
            f"Given normalized_shape={listed}, expected input with shape "
            f"[*, {', '.join(map(str, listed))}], but got input of size{list(have)}"
        )
    return shape


def _check_mixed(input: Tensor, parameters: Sequence[Tensor]) -> None:
    """Refuse parameters of another type than the input's: the first decides how.

    Only halves go together with parameters in float32.
    """
    if not parameters or parameters[0].dtype is input.dtype:
        return
    if any(each.dtype is not float32 for each in parameters):
        raise RuntimeError(
            "mixed dtype (CPU): expect parameter to have scalar type of Float"
        )
    if input.dtype is not float16:
        raise RuntimeError("mixed dtype (CPU): all inputs must share same datatype.")


@asks("torch.layer_norm(input, normalized_shape, weight, bias, eps)")
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
    check_saved(OPS["native_layer_norm"], input, weight, bias)
    parameters = {"weight": weight, "bias": bias}
    given = {name: each for name, each in parameters.items() if each is not None}
    _check_mixed(input, list(given.values()))
    listed = list(normalized_shape)
    if not listed:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing "
            "at least one element, but got normalized_shape = []"
        )
    for name, each in given.items():
        if list(each._array.shape) != listed:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got "
                f"{name} of shape {list(each._array.shape)} and normalized_shape = "
                f"{listed}"
            )
    shape = normalized(input, normalized_shape)
    if input._array.dtype.kind != "f":
        refuse("LayerNormKernelImpl", input._array)
    if weight is not None and bias is not None and weight.dtype is not bias.dtype:
        raise RuntimeError(
            f"expected scalar type {weight.dtype.scalar_name} but found "
            f"{bias.dtype.scalar_name}"
        )
    return call_keeping("native_layer_norm", (input, weight, bias), (shape, eps))


@asks("input.dim")
def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Give every group of channels of every member mean 0 and variance 1.

    >>> from minitorch_viz import minitorch as torch
    >>> group_norm(torch.tensor([[1.0, 3.0]]), 1).round()
    tensor([[-1.,  1.]])
    """
    shape = input._array.shape
    if len(shape) < 2:
        raise RuntimeError(
            f"Expected at least 2 dimensions for input tensor but received {len(shape)}"
        )
    rows = [shape[0] * shape[1] // num_groups, num_groups, *shape[2:]]
    if rows[0] * math.prod(shape[2:]) == 1:
        raise ValueError(
            "Expected more than 1 value per channel when training, got input size "
            f"{rows}"
        )
    refuse_call("torch", "group_norm", (input, num_groups, weight, bias, eps), {})
    if num_groups < 0:
        raise RuntimeError(
            f"Expected num groups to be greater than 0, got {num_groups}"
        )
    if shape[1] % num_groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but "
            f"got input of shape {list(shape)} and num_groups={num_groups}"
        )
    for name, each in (("weight", weight), ("bias", bias)):
        if each is not None and each._array.shape != shape[1:2]:
            # PyTorch tells the weight's shape, and of none that it is [0].
            told = [0] if weight is None else list(weight._array.shape)
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of "
                f"channels in input, but got {name} of shape {told} and input of shape "
                f"{list(shape)}"
            )
    _check_mixed(input, [each for each in (weight, bias) if each is not None])
    if input._array.dtype.kind != "f":
        refuse("GroupNormKernelImpl", input._array)
    if not channels_last(input._array):
        input = contiguous(input)
    sizes = shape[0], shape[1], math.prod(shape[2:])
    args = *sizes, num_groups, eps
    return call_keeping("native_group_norm", (input, weight, bias), args)


@asks("input.size")
def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Give every channel of every member mean 0 and variance 1.

    >>> from minitorch_viz import minitorch as torch
    >>> instance_norm(torch.tensor([[[1.0, 3.0]]])).round()
    tensor([[[-1.,  1.]]])
    """
    shape = input._array.shape
    if use_input_stats and math.prod(shape[2:]) == 1:
        raise ValueError(
            "Expected more than 1 spatial element when training, got input size "
            f"{input.shape}"
        )
    batch, channels = shape[:2]
    affine = [None if x is None else repeat(x, batch) for x in (weight, bias)]
    kept = [
        None if x is None else repeat(x, batch) for x in (running_mean, running_var)
    ]
    row = _run("view", contiguous(input), args=((1, batch * channels, *shape[2:]),))
    how = use_input_stats, momentum, eps
    found = batch_norm(row, kept[0], kept[1], affine[0], affine[1], *how)
    for mine, theirs in zip((running_mean, running_var), kept, strict=True):
        if mine is not None and theirs is not None and use_input_stats:
            place: Any = _run("alias", mine)
            place.copy_(mean(view(theirs, (batch, channels)), 0))
    return view(found, shape)


@asks("input.norm")
def normalize(
    input: Tensor,
    p: float = 2.0,
    dim: int = 1,
    eps: float = 1e-12,
    out: Tensor | None = None,
) -> Tensor:
    """Scale `input` so that its norm along `dim` is 1.

    >>> from minitorch_viz import minitorch as torch
    >>> normalize(torch.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    size = norm(input, p, dim, True)
    if out is not None:
        call_inplace(OPS["clamp_min"], size, (), (eps,))
    else:
        size = _run("clamp_min", size, args=(eps,))
    size = _run("expand", size, args=(input._array.shape,))
    if out is not None:
        return call_out(OPS["div"], (input, size), (), out)
    return _run("div", input, size)


@asks("torch.cosine_similarity(...)")
def cosine_similarity(
    x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8
) -> Tensor:
    """Return the cosine of the angle between vectors along `dim`.

    >>> from minitorch_viz import minitorch as torch
    >>> cosine_similarity(torch.tensor([1.0, 0.0]), torch.tensor([2.0, 0.0]), dim=0)
    tensor(1.)
    """
    for place, each in enumerate((x1, x2), 1):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"cosine_similarity(): argument 'x{place}' (position {place}) must be "
                f"Tensor, not {type(each).__name__}"
            )
    kind = result_type(x1, x2)
    if not kind.is_floating_point:
        raise RuntimeError(
            "expected common dtype to be floating point, yet common dtype is "
            f"{kind.scalar_name}"
        )
    shape = _broadcast(x1._array.shape, x2._array.shape)
    pair = [x if x.dtype.is_floating_point else to_dtype(x, kind) for x in (x1, x2)]
    if any(x._array.shape != shape for x in pair):
        pair = [expand(x, shape) for x in reversed(pair)][::-1]
    dims = all_dims(dim, len(shape))
    # Clones, because their edit below must not reach what the norm saves.
    lengths = [
        _run("clone", _run("linalg_vector_norm", x, args=(2, dims, True)), args=("K",))
        for x in pair
    ]
    with unrecorded():
        for each in lengths:
            call_inplace(OPS["clamp_min"], each, (), (eps,))
    # In the order in which PyTorch's compiler evaluates the operands of a product.
    second = _run("div", pair[1], lengths[1])
    units = _run("div", pair[0], lengths[0]), second
    return _run("sum.dim", _run("mul", *units), args=(dims, False))


def _broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    check_broadcast([np.empty(a), np.empty(b)])
    return tuple(np.broadcast_shapes(a, b))
