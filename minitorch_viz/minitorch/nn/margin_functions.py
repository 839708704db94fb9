"""Losses that want classes or distances apart by a margin, as functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..functions.composed import clamp_min
from ..inplace import call_inplace
from ..keeping import call_keeping
from ..kernels import refuse
from ..op import OPS, call
from ..tensor import Tensor
from .asking import asks
from .distance_functions import check_dims, pairwise_distance
from .loss_functions import filled_as, fixed, reduced, reduction_number
from .reductions import averaged


@asks("nn.multi_margin_loss(input, target)")
@averaged
def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return by how much other classes come nearer than a margin to the right one.

    >>> from minitorch_viz import minitorch as torch
    >>> multi_margin_loss(torch.tensor([[1.0, 0.5]]), torch.tensor([0]))
    tensor(0.2500)
    """
    number = reduction_number(reduction)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.dim() != 1:
        raise ValueError("weight must be one-dimensional")
    shape = input._array.shape
    batch = shape[0] if len(shape) == 2 else 1
    if len(shape) > 2 or 0 in shape[1:]:
        raise RuntimeError(
            "Expected non-empty vector or matrix with optional 0-dim batch size, but "
            f"got: {list(shape)}"
        )
    if target._array.ndim > 1 or target._array.size != batch:
        raise RuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the "
            f"number of input samples (batch size). Expected target size [{batch}], "
            f"but got {list(target._array.shape)}. Input has shape {list(shape)}."
        )
    _check_kernel("multi_margin_loss_cpu_kernel", input, target)
    places = target._array
    count = shape[-1] if shape else 1
    if ((places < 0) | (places >= count)).any():
        raise RuntimeError("target out of range")
    found: Tensor = call(
        OPS["multi_margin_loss"], (input, target, weight), (p, margin, number)
    )
    return found


def _check_kernel(name: str, input: Tensor, target: Tensor) -> None:
    if input.dtype.name not in ("float32", "float64"):
        refuse(name, input._array)
    if target.dtype.name != "int64":
        raise RuntimeError(
            f"expected scalar type Long but found {target.dtype.scalar_name}"
        )


@asks("nn.multilabel_margin_loss(input, target)")
@averaged
def multilabel_margin_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
) -> Tensor:
    """Return by how much wrong classes come nearer than 1 to the right ones.

    >>> from minitorch_viz import minitorch as torch
    >>> multilabel_margin_loss(torch.tensor([[1.0, 0.5]]), torch.tensor([[0, -1]]))
    tensor(0.2500)
    """
    number = reduction_number(reduction)
    if target._array.shape != input._array.shape:
        raise RuntimeError(
            f"inconsistent target size: {list(target._array.shape)} for input of size: "
            f"{list(input._array.shape)}"
        )
    _check_kernel("multilabel_margin_loss_forward_out_frame", input, target)
    places = target._array
    if ((places < -1) | (places >= (places.shape or (1,))[-1])).any():
        raise RuntimeError("argument #2 'target' is out of range")
    return call_keeping("multilabel_margin_loss", (input, target), (number,))


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """Return `triplet_margin_loss` by any distance.

    >>> from minitorch_viz import minitorch as torch
    >>> near, far = torch.zeros(1, 1), torch.ones(1, 1) * 3
    >>> triplet_margin_with_distance_loss(near, near, far, margin=4.0).round()
    tensor(1.)
    """
    reduction_number(reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    check_dims(anchor, positive, negative)
    far: Callable[[Tensor, Tensor], Any] = distance_function or pairwise_distance
    to_positive, to_negative = far(anchor, positive), far(anchor, negative)
    if swap:
        between = far(positive, negative)
        to_negative = call(OPS["minimum"], (to_negative, between))
    return reduced(clamp_min(margin + to_positive - to_negative, 0), reduction)


def _run(name: str, *inputs: Any, args: Sequence[Any] = ()) -> Tensor:
    found: Tensor = call(OPS[name], inputs, args)
    return found


@asks("torch.hinge_embedding_loss(input, target, margin)")
@averaged
def hinge_embedding_loss(
    input: Tensor, target: Tensor, margin: float = 1.0, *, reduction: str = "mean"
) -> Tensor:
    """Return x where the target is 1, and `max(0, margin - x)` where it is -1.

    >>> from minitorch_viz import minitorch as torch
    >>> hinge_embedding_loss(torch.tensor([0.25]), torch.tensor([-1.0]))
    tensor(0.7500)
    """
    reduction_number(reduction)
    zeros = _run("zeros_like", input)
    apart = call_inplace(OPS["sub"], filled_as(input, margin), (input,), (1,))
    call_inplace(OPS["clamp_min"], apart, (), (0,))
    far = _run("where", target != 1, apart, zeros)
    near = _run("where", target != -1, input, zeros)
    return reduced(far + near, reduction)


@asks("input1.dim", "input2.dim", "target.dim")
@averaged
def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0.0,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Return `max(0, -target * (input1 - input2) + margin)`.

    >>> from minitorch_viz import minitorch as torch
    >>> margin_ranking_loss(torch.ones(1), torch.zeros(1), torch.tensor([-1.0]))
    tensor(1.)
    """
    reduction_number(reduction)
    sizes = [x._array.shape for x in (input1, input2, target)]
    if len(set(map(len, sizes))) > 1:
        shown = zip(("input1", "input2", "target"), sizes, strict=True)
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but "
            f"got sizes: {', '.join(f'{n}: torch.Size({list(s)})' for n, s in shown)} "
        )
    apart = input1 - input2
    wrong = _run("add.number", -target * apart, args=(margin,))
    return reduced(call_inplace(OPS["clamp_min"], wrong, (), (0,)), reduction)


@asks("nn.soft_margin_loss(input, target)")
@averaged
def soft_margin_loss(
    input: Tensor, target: Tensor, *, reduction: str = "mean"
) -> Tensor:
    """Return the mean of `log(1 + exp(-target * input))`.

    >>> from minitorch_viz import minitorch as torch
    >>> soft_margin_loss(torch.zeros(1), torch.ones(1))
    tensor(0.6931)
    """
    fixed("soft_margin_loss", target=target)
    return _run("soft_margin_loss", input, target, args=(reduction_number(reduction),))
