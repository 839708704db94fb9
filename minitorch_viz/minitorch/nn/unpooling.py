"""Adaptive maxima and their undoing, pools of powers, and norms of neighbours."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..functions.shaping import squeeze, unsqueeze
from ..keeping import call_keeping
from ..kernels import refuse
from ..op import OPS, call
from ..tensor import Tensor
from .asking import asks
from .padding import pad
from .pooling import avg_pool1d, avg_pool2d, max_pool1d, max_pool2d
from .volumes import avg_pool3d, check_filled, max_pool3d, wanted

Sizes = int | Sequence[int]


@asks("torch.adaptive_max_pool1d(input, output_size)")
def adaptive_max_pool1d(
    input: Tensor, output_size: Any, return_indices: bool = False
) -> Any:
    """Return this many maxima of a line, of parts as even as can be.

    >>> from minitorch_viz import minitorch as torch
    >>> adaptive_max_pool1d(torch.tensor([[1.0, 3.0, 2.0]]), 1)
    tensor([[3.]])
    """
    ndim = input._array.ndim
    if ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {ndim}-dimensional tensor for "
            "argument #1 'self' (while checking arguments for adaptive_max_pool1d)"
        )
    sizes = wanted(input, output_size, 1)
    if len(sizes) != 1:
        raise RuntimeError(
            "adaptive_max_pool1d() argument 'output_size' should contain one int (got "
            f"{len(sizes)})"
        )
    check_filled("adaptive_max_pool1d", input._array.shape, 1)
    lifted = unsqueeze(input, -2)
    found = _adaptive(lifted, (1, *sizes), return_indices)
    if return_indices:
        places = squeeze(found[1], -2)  # C++ finds the right one first
        return squeeze(found[0], -2), places
    return squeeze(found, -2)


@asks("input.size")
def adaptive_max_pool2d(
    input: Tensor, output_size: Any, return_indices: bool = False
) -> Any:
    """Return as many maxima as asked for, of parts as even as can be.

    >>> from minitorch_viz import minitorch as torch
    >>> adaptive_max_pool2d(torch.arange(4.0).view(1, 2, 2), (1, 2))
    tensor([[[2., 3.]]])
    """
    return _adaptive(input, wanted(input, output_size, 2), return_indices, 2)


@asks("input.size")
def adaptive_max_pool3d(
    input: Tensor, output_size: Any, return_indices: bool = False
) -> Any:
    """Return as many maxima as asked for, of parts as even as can be.

    >>> from minitorch_viz import minitorch as torch
    >>> adaptive_max_pool3d(torch.arange(8.0).view(1, 2, 2, 2), 1)
    tensor([[[[7.]]]])
    """
    return _adaptive(input, wanted(input, output_size, 3), return_indices, 3)


def _adaptive(
    input: Tensor, sizes: tuple[int, ...], return_indices: bool, dims: int = 2
) -> Any:
    shape, name = input._array.shape, f"adaptive_max_pool{dims}d"
    if len(shape) not in (dims + 1, dims + 2):
        raise RuntimeError(
            f"{name}(): Expected {dims + 1}D or {dims + 2}D tensor, but got: "
            f"{list(shape)}"
        )
    if len(sizes) != dims:
        raise RuntimeError(
            f"{name}(): internal error: output_size.size() must be {dims}"
        )
    check_filled(name, shape, dims)
    if min(sizes) < 0:
        whole = (*shape[: len(shape) - dims], *sizes)
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {min(sizes)}: "
            f"{list(whole)}"
        )
    if input._array.dtype.kind != "f":
        refuse(name, input._array)
    if return_indices:
        return call(OPS[name], (input,), (sizes,))
    return call_keeping(name, (input,), (sizes,))


# Maxima put back to where they were


@asks("input.size")
@asks("indices.unsqueeze")
def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Any = None,
) -> Tensor:
    """Return lines of zeros with the elements at the indices.

    >>> from minitorch_viz import minitorch as torch
    >>> max_unpool1d(torch.tensor([[5.0]]), torch.tensor([[1]]), 2)
    tensor([[0., 5.]])
    """
    moves = _moves(1, kernel_size, stride, padding)
    size = _unpooled_size(input, moves, output_size)
    lines = unsqueeze(input, -1), unsqueeze(indices, -1)
    return squeeze(_unpooled(2, *lines, (*size, 1)), -1)


@asks("input.size")
@asks("nn.max_unpool2d(input, indices, 2)")
def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Any = None,
) -> Tensor:
    """Return images of zeros with the elements at the indices.

    >>> from minitorch_viz import minitorch as torch
    >>> max_unpool2d(torch.tensor([[[5.0]]]), torch.tensor([[[1]]]), 2)
    tensor([[[0., 5.],
             [0., 0.]]])
    """
    moves = _moves(2, kernel_size, stride, padding)
    return _unpooled(2, input, indices, _unpooled_size(input, moves, output_size))


@asks("input.size")
@asks("nn.max_unpool3d(input, indices, 3, 1, 1)")
def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Any = None,
) -> Tensor:
    """Return volumes of zeros with the elements at the indices.

    >>> from minitorch_viz import minitorch as torch
    >>> max_unpool3d(torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1).long(), 2).shape
    torch.Size([1, 2, 2, 2])
    """
    moves = _moves(3, kernel_size, stride, padding)
    return _unpooled(3, input, indices, _unpooled_size(input, moves, output_size))


def _moves(dims: int, kernel: Any, stride: Any, padding: Any) -> list[tuple[int, ...]]:
    values = kernel, kernel if stride is None else stride, padding
    return [(v,) * dims if isinstance(v, int) else tuple(v) for v in values]


def _unpooled_size(
    input: Tensor, moves: Sequence[tuple[int, ...]], output_size: Any
) -> tuple[int, ...]:
    kernel, stride, padding = moves
    dims = len(kernel)
    have = input.shape[len(input.shape) - dims :]
    usual = [
        (n - 1) * s + k - 2 * p
        for n, k, s, p in zip(have, kernel, stride, padding, strict=True)
    ]
    if output_size is None:
        return tuple(usual)
    if len(output_size) == dims + 2:
        output_size = output_size[2:]
    if len(output_size) != dims:
        raise ValueError(
            f"output_size should be a sequence containing {dims} or {dims + 2} "
            f"elements, but it has a length of '{len(output_size)}'"
        )
    for d, (n, s) in enumerate(zip(usual, stride, strict=True)):
        if not n - s < output_size[d] < n + s:
            raise ValueError(
                f'invalid output_size "{output_size}" (dim {d} must be between {n - s} '
                f"and {n + s})"
            )
    return tuple(output_size)


def _unpooled(
    dims: int, input: Tensor, indices: Tensor, size: tuple[int, ...]
) -> Tensor:
    x, where = input._array, indices._array
    if where.dtype != "int64":
        told = f" but got: {indices.dtype.scalar_name}" if dims < 3 else ""
        raise RuntimeError(f"elements in indices should be type int64{told}")
    if x.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(
            f"Input to max_unpooling{dims}d should be a {dims + 1}d or {dims + 2}d "
            f"Tensor, but got a tensor with {x.ndim} dimensions."
        )
    if x.shape != where.shape:
        raise RuntimeError(
            "Expected shape of indices to be same as that of the input tensor "
            f"({list(x.shape)}) but got indices tensor with shape: {list(where.shape)}"
        )
    outside = where[(where < 0) | (where >= math.prod(size))]
    if outside.size:
        raise RuntimeError(
            f"Found an invalid max index: {outside.flat[0]} (output volumes are of "
            f"size {'x'.join(map(str, size))})"
        )
    found: Tensor = call(OPS[f"max_unpool{dims}d"], (input, indices), (size,))
    return found


# Pools of powers


def _powers(
    input: Tensor,
    norm_type: float,
    kernel: Any,
    stride: Any,
    ceil_mode: bool,
    pools: tuple[Callable[..., Any], Callable[..., Any]],
    dims: int,
) -> Tensor:
    average, greatest = pools
    if abs(norm_type) == math.inf:
        size = input.abs() if norm_type > 0 else -input.abs()
        found: Tensor = greatest(size, kernel, stride, 0, 1, ceil_mode)
        return found if norm_type > 0 else -found
    count = kernel if isinstance(kernel, int) else math.prod(kernel)
    if isinstance(kernel, int):
        count = kernel**dims
    out = average(input.pow(norm_type), kernel, stride, 0, ceil_mode)
    kept = out.sign() * out.abs().relu()
    powered: Tensor = kept.mul(count).pow(1.0 / norm_type)
    return powered


@asks("input.pow")
def lp_pool1d(
    input: Tensor,
    norm_type: float,
    kernel_size: int,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """Return the norm of each stretch of a line.

    >>> from minitorch_viz import minitorch as torch
    >>> lp_pool1d(torch.tensor([[3.0, 4.0]]), 2, 2)
    tensor([[5.]])
    """
    pools = avg_pool1d, max_pool1d
    return _powers(input, norm_type, kernel_size, stride, ceil_mode, pools, 1)


@asks("input.pow")
def lp_pool2d(
    input: Tensor,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """Return the norm of what each place of a kernel sees.

    >>> from minitorch_viz import minitorch as torch
    >>> lp_pool2d(torch.tensor([[[3.0, 4.0]]]), 2, (1, 2))
    tensor([[[5.]]])
    """
    pools = avg_pool2d, max_pool2d
    return _powers(input, norm_type, kernel_size, stride, ceil_mode, pools, 2)


@asks("input.pow")
def lp_pool3d(
    input: Tensor,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """Return the norm of what each place of a kernel sees.

    >>> from minitorch_viz import minitorch as torch
    >>> lp_pool3d(torch.tensor([[[[3.0, 4.0]]]]), 2, (1, 1, 2))
    tensor([[[[5.]]]])
    """
    pools = avg_pool3d, max_pool3d
    return _powers(input, norm_type, kernel_size, stride, ceil_mode, pools, 3)


@asks("input.dim")
def local_response_norm(
    input: Tensor,
    size: int,
    alpha: float = 1e-4,
    beta: float = 0.75,
    k: float = 1.0,
) -> Tensor:
    """Return elements divided by a power of their neighbours' in other channels.

    >>> from minitorch_viz import minitorch as torch
    >>> local_response_norm(torch.ones(1, 1, 1), 1, alpha=3.0, beta=0.5)
    tensor([[[0.5000]]])
    """
    dim = input.dim()
    if dim < 3:
        raise ValueError(
            "Expected 3D or higher dimensionality                          input (got "
            f"{dim} dimensions)"
        )
    if not input.numel():
        return input
    square, ends = input.mul(input), (size // 2, (size - 1) // 2)
    if dim == 3:
        rows = pad(square.unsqueeze(1), (0, 0, *ends))
        means = avg_pool2d(rows, (size, 1), stride=1).squeeze(1)
    else:
        shape = input.shape
        flat = square.view(shape[0], 1, shape[1], shape[2], -1)
        flat = pad(flat, (0, 0, 0, 0, *ends))
        means = avg_pool3d(flat, (size, 1, 1), stride=1).squeeze(1).view(shape)
    found: Tensor = input / means.mul(alpha).add(k).pow(beta)
    return found
