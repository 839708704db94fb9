"""The loss of sequences whose labels may be said over several steps each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..functions.arithmetic import run, to_dtype
from ..functions.reducing import mean, sum
from ..functions.shaping import squeeze, unsqueeze
from ..keeping import call_keeping
from ..tensor import Tensor, wrap
from .asking import asks
from .module import Module

Lengths = Tensor | Sequence[int]


@asks(
    "torch.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, 1, "
    "zero_infinity)"
)
def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Lengths,
    target_lengths: Lengths,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """Return how unlikely it is to say the targets: (steps, batch, labels).

    >>> from minitorch_viz import minitorch as torch
    >>> steps = torch.full((2, 1, 2), 0.5).log()
    >>> ctc_loss(steps, torch.tensor([[1]]), (2,), (1,)).exp()
    tensor(1.3333)
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    lengths = _listed("input_lengths", input_lengths, target_lengths)
    said = _listed("target_lengths", target_lengths, input_lengths)
    lone = log_probs.dim() != 3
    logs = unsqueeze(log_probs, 1) if lone else log_probs
    targets = to_dtype(targets, dtypes.int64)
    _check(logs, targets, lengths, said, blank)
    how = lengths, said, blank, zero_infinity
    found = call_keeping("ctc_loss", (logs, targets), how)
    if zero_infinity:
        found = run("where", run("eq", found, math.inf), 0.0, found)
    if reduction == "mean":
        counts = np.maximum(said, 1).astype(found._array.dtype)
        return mean(run("div", found, wrap(counts)))
    if reduction == "sum":
        return sum(found)
    return squeeze(found, 0) if lone else found


def _listed(name: str, lengths: Lengths, others: Lengths) -> tuple[int, ...]:
    if isinstance(lengths, Tensor) != isinstance(others, Tensor):
        raise TypeError(f"{name}: one is a tensor, the other isn't")
    if not isinstance(lengths, Tensor):
        return tuple(lengths)
    if lengths._array.dtype.kind not in "iu":
        raise RuntimeError(f"{name} must be integral")
    listed = to_dtype(lengths, dtypes.int64)._array.reshape(-1)
    return tuple(map(int, listed))


def _check(
    logs: Tensor,
    targets: Tensor,
    lengths: Sequence[int],
    said: Sequence[int],
    blank: int,
) -> None:
    if not logs.is_floating_point():
        raise NotImplementedError(
            f"\"ctc_loss_cpu\" not implemented for '{logs.dtype.scalar_name}'"
        )
    if not logs.numel():
        raise RuntimeError("log_probs tensor must not be empty")
    _check_dims(logs, targets)
    steps, batch, labels = logs._array.shape
    if not 0 <= blank < labels:
        raise RuntimeError("blank must be in label range")
    for name, each in (("input_lengths", lengths), ("target_lengths", said)):
        if len(each) != batch:
            raise RuntimeError(f"{name} must be of size batch_size")
    for name, each in (("target_lengths", said), ("input_lengths", lengths)):
        if each and min(each) < 0:
            raise RuntimeError(
                f"Expected {name} to have value at least 0, but got value {min(each)} "
                f"{_CHECKING}"
            )
    shape = targets._array.shape
    if len(shape) == 1:
        _check_size(shape[0], 0, sum_of(said))
    else:
        _check_size(shape[0], 0, batch)
        longest = max(said, default=0)
        if shape[1] < longest:
            raise RuntimeError(
                f"Expected tensor to have size at least {longest} at dimension 1, but "
                f"got size {shape[1]} for argument #2 'targets' {_CHECKING}"
            )
    for n in lengths:
        if n > steps:
            raise RuntimeError(
                f"Expected input_lengths to have value at most {steps}, but got value "
                f"{n} {_CHECKING}"
            )


def _check_dims(logs: Tensor, targets: Tensor) -> None:
    if logs._array.ndim != 3:
        raise RuntimeError(
            f"Expected 3-dimensional tensor, but got {logs._array.ndim}-dimensional "
            f"tensor for argument #1 'log_probs' {_CHECKING}"
        )
    dims = targets._array.ndim
    if dims not in (1, 2):
        raise RuntimeError(
            f"Expected 1 to 2 dimensions, but got {dims}-dimensional tensor for "
            f"argument #2 'targets' {_CHECKING}"
        )


def sum_of(lengths: Sequence[int]) -> int:
    """Return how many labels there are in all.

    >>> sum_of((2, 1))
    3
    """
    return int(np.sum(lengths))


def _check_size(have: int, dim: int, want: int) -> None:
    if have != want:
        raise RuntimeError(
            f"Expected tensor to have size {want} at dimension {dim}, but got size "
            f"{have} for argument #2 'targets' {_CHECKING}"
        )


_CHECKING = "(while checking arguments for ctc_loss_allocate_outputs)"


class CTCLoss(Module):
    """`ctc_loss`, with its settings.

    >>> CTCLoss(blank=2).reduction
    'mean'
    """

    def __init__(
        self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False
    ) -> None:
        super().__init__()
        self.reduction = reduction
        self.blank, self.zero_infinity = blank, zero_infinity

    def forward(
        self,
        log_probs: Tensor,
        targets: Tensor,
        input_lengths: Lengths,
        target_lengths: Lengths,
    ) -> Tensor:
        """Return the loss."""
        how: Any = self.blank, self.reduction, self.zero_infinity
        return ctc_loss(log_probs, targets, input_lengths, target_lengths, *how)
