"""`torch.nn.utils`: norms of gradients, clipping them, parameters as one vector."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from types import GeneratorType

import numpy as np

from ..creation import tensor
from ..functions.joining import cat
from ..functions.shaping import reshape
from ..grad_mode import unrecorded
from ..inplace import call_inplace
from ..op import OPS, call
from ..tensor import Tensor

Tensors = Tensor | Iterable[Tensor]


def _gradients(parameters: Tensors) -> list[Tensor]:
    listed = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [p.grad for p in listed if p.grad is not None]


def clip_grad_norm_(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale the gradients down to a norm of at most `max_norm`; return what it was.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.zeros(2, requires_grad=True)
    >>> w.grad = torch.tensor([3.0, 4.0])
    >>> clip_grad_norm_(w, 1.0), w.grad
    (tensor(5.), tensor([0.6000, 0.8000]))
    """
    if isinstance(parameters, GeneratorType):
        parameters = list(parameters)
        if not parameters:
            warnings.warn(
                "`parameters` is an empty generator, no gradient clipping will occur.",
                stacklevel=2,
            )
    gradients = _gradients(parameters)
    total = get_total_norm(gradients, norm_type, error_if_nonfinite)
    _scale(gradients, max_norm, total)
    return total


def get_total_norm(
    tensors: Tensors, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Return the norm of all tensors, as if they were one vector.

    >>> from minitorch_viz import minitorch as torch
    >>> get_total_norm([torch.tensor([3.0]), torch.tensor([4.0])])
    tensor(5.)
    """
    listed = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    norm_type = float(norm_type)
    if not listed:
        with unrecorded():
            return tensor(0.0)
    with unrecorded():
        norms = [_norm(each, norm_type) for each in listed]
        total = _norm(call(OPS["stack"], (norms,), (0,)), norm_type)
    if error_if_nonfinite and not np.isfinite(total._array):
        raise RuntimeError(
            f"The total norm of order {float(norm_type)} for gradients from "
            "`parameters` is non-finite, so it cannot be clipped. To disable this "
            "error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    return total


def clip_grads_with_norm_(
    parameters: Tensors, max_norm: float, total_norm: Tensor
) -> None:
    """Scale the gradients down by a norm that is known.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.zeros(2, requires_grad=True)
    >>> w.grad = torch.tensor([3.0, 4.0])
    >>> clip_grads_with_norm_(w, 1.0, torch.tensor(5.0))
    >>> w.grad
    tensor([0.6000, 0.8000])
    """
    _scale(_gradients(parameters), max_norm, total_norm)


def _scale(gradients: list[Tensor], max_norm: float, total: Tensor) -> None:
    if not gradients:
        return
    with unrecorded():
        factor = (float(max_norm) / (total + 1e-6)).clamp(max=1.0)
        for each in gradients:
            each.mul_(factor)


def _norm(values: Tensor, order: float) -> Tensor:
    found: Tensor = call(OPS["linalg_vector_norm"], (values,), (order, (), False))
    return found


def clip_grad_value_(parameters: Tensors, clip_value: float) -> None:
    """Hold every gradient between -clip_value and clip_value.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.zeros(2, requires_grad=True)
    >>> w.grad = torch.tensor([3.0, -4.0])
    >>> clip_grad_value_(w, 1.0)
    >>> w.grad
    tensor([ 1., -1.])
    """
    gradients = _gradients(parameters)
    if not gradients:
        raise RuntimeError(
            "Expected !nested_tensorlist[0].empty() to be true, but got false.  (Could "
            "this error message be improved?  If so, please report an enhancement "
            "request to PyTorch.)"
        )
    with unrecorded():
        for each in gradients:
            call_inplace(OPS["clamp_min"], each, (), (-clip_value,))
        for each in gradients:
            call_inplace(OPS["clamp_max"], each, (), (clip_value,))


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """Return all parameters as one vector.

    >>> from minitorch_viz.minitorch import nn
    >>> parameters_to_vector(nn.Linear(2, 1).parameters()).shape
    torch.Size([3])
    """
    return cat([reshape(each, (-1,)) for each in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Let the parameters look into the parts of one vector.

    >>> from minitorch_viz import minitorch as torch
    >>> weight = torch.nn.Parameter(torch.zeros(2))
    >>> vector_to_parameters(torch.ones(2), [weight])
    >>> weight.tolist()
    [1.0, 1.0]
    """
    start = 0
    for each in parameters:
        count = each._array.size
        each.data = reshape(vec[start : start + count], each._array.shape).data
        start += count
