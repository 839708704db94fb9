"""Parameters of distributions: numbers made tensors, chances made logits, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..creation import tensor
from ..dtypes import finfo, get_default_dtype
from ..functions.composed import broadcast_tensors
from ..grad_mode import recording
from ..methods import FUNCTIONS
from ..nn import functional
from ..tensor import Tensor

_log, _log1p, _sigmoid = (FUNCTIONS[name] for name in ("log", "log1p", "sigmoid"))


def broadcast_all(*values: Any) -> tuple[Tensor, ...]:
    """Return tensors of one size; numbers get the type of the first tensor.

    >>> broadcast_all(0.0, 1)
    (tensor(0.), tensor(1.))
    """
    if not all(isinstance(v, (Tensor, int, float)) for v in values):
        raise ValueError(
            "Input arguments must all be instances of Number, torch.Tensor or objects "
            "implementing __torch_function__."
        )
    like: dict[str, Any] = {"dtype": get_default_dtype()}
    for value in values:
        if isinstance(value, Tensor):
            like = {"dtype": value.dtype, "device": value.device}
            break
    return broadcast_tensors(
        *(v if isinstance(v, Tensor) else tensor(v, **like) for v in values)
    )


def batch_of(first: Tensor, *given: Any) -> Any:
    """Return the batch shape: none if only numbers were given.

    >>> batch_of(tensor(1.0), 1.0)
    torch.Size([])
    """
    numbers = all(isinstance(v, (int, float)) for v in given)
    return first.shape[:0] if numbers else first.shape


def one_of(probs: Any, logits: Any) -> None:
    """Raise unless either chances or logits were given.

    >>> one_of(None, 1.0)
    """
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")


def logits_of(probs: Tensor, *, binary: bool = False) -> Tensor:
    """Return the logits of chances that are kept off 0 and 1.

    >>> logits_of(tensor([0.5]), binary=True)
    tensor([0.])
    """
    least = finfo(probs.dtype).eps
    kept = probs.clamp(min=least, max=1 - least)
    found: Tensor = _log(kept) - _log1p(-kept) if binary else _log(kept)
    return found


def probs_of(logits: Tensor, *, binary: bool = False) -> Tensor:
    """Return the chances that logits mean.

    >>> probs_of(tensor([0.0, 0.0]))
    tensor([0.5000, 0.5000])
    """
    found: Tensor = _sigmoid(logits) if binary else functional.softmax(logits, -1)
    return found


def sum_rightmost(value: Tensor, dims: int) -> Tensor:
    """Return the sum over this many of the last dimensions.

    >>> sum_rightmost(tensor([[1.0, 2.0]]), 2)
    tensor(3.)
    """
    if not dims:
        return value
    found: Tensor = value.reshape((*value.shape[:-dims], -1)).sum(-1)
    return found


class Lazy:
    """An attribute that is computed when it is first asked for, in grad mode."""

    def __init__(self, compute: Callable[[Any], Tensor]) -> None:
        self.compute, self.__doc__ = compute, compute.__doc__

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        with recording(True):
            value = self.compute(instance)
        setattr(instance, self.compute.__name__, value)
        return value
