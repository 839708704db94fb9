"""Which inputs require grad, and what PyTorch says first of an operation that fails."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from .held import Held
from .saved import INFERENCE_SAVED
from .storage import beyond_memory
from .tensor import Tensor, needs_grad
from .thread import thread

if TYPE_CHECKING:
    from .op import Op

#: What kernels raise, and NumPy in their place; PyTorch's parser raises TypeError.
FAILURES = (RuntimeError, ValueError, IndexError, MemoryError)


def requiring(op: Op, inputs: Sequence[Any], args: Sequence[Any] = ()) -> int:
    """Return a bit for every differentiable input that requires grad.

    What `args` hold are inputs too, if ones without gradients: indices.
    """
    mask, inference = 0, False
    for index in op.edges:
        value = inputs[index]
        if value.__class__ is Tensor or isinstance(value, Tensor):
            if value._requires_grad or (value._base is not None and needs_grad(value)):
                mask |= 1 << index
                if value._inference:
                    inference = True
        elif value.__class__ is list and any(map(needs_grad, value)):
            mask |= 1 << index
            inference = inference or any(each._inference for each in value)
    if not inference:
        return mask
    held = (x for value in args if isinstance(value, Held) for x in value.tensors)
    tensors = [x for x in held if x is not None]
    return 0 if all_inference((*inputs, *tensors)) else mask


def all_inference(inputs: Sequence[Any]) -> bool:
    """Inference tensors among themselves never reach PyTorch's autograd.

    A Python number is wrapped in a normal tensor, and does.
    """
    for x in inputs:
        if type(x) is list:
            if not all_inference(x):
                return False
        elif x is not None and not (isinstance(x, Tensor) and x._inference):
            return False
    return True


def refusal(
    op: Op,
    inputs: Sequence[Any],
    arrays: Sequence[Any],
    error: Exception,
    *,
    written: bool = False,
) -> Exception:
    """Return what PyTorch raises when an operation has failed with `error`.

    Before its kernels run it looks up where gradients go, and saves inputs: a view that
    has no node any more is refused first, then an inference tensor, though not before
    what its parser refuses. Of what is to be written it saves a copy.
    """
    try:
        if not written:
            _look_up_nodes(op, inputs)
    except RuntimeError as gone:
        return gone
    if saves_inference(op, inputs, written=written):
        return RuntimeError(INFERENCE_SAVED)
    if isinstance(error, MemoryError):
        return beyond_memory(error)
    fits = not isinstance(error, ValueError)
    return error if fits else broadcast_error(arrays) or error


def saves_inference(op: Op, inputs: Sequence[Any], *, written: bool = False) -> bool:
    """Return True if the node would save an inference tensor, which PyTorch refuses."""
    now = thread.now
    recorded = now.grad and not now.inference and not now.transforming
    mask = requiring(op, inputs) if recorded else 0
    for which in op.plan(mask).inputs if mask else ():
        value = None if written and not which else inputs[which]
        for each in value if type(value) is list else (value,):
            if isinstance(each, Tensor) and each._inference:
                return True
    return False


def _look_up_nodes(op: Op, inputs: Sequence[Any]) -> None:
    now = thread.now
    recorded = now.grad and not now.inference and not now.transforming
    if recorded and requiring(op, inputs):
        for value in inputs:
            for each in value if type(value) is list else (value,):
                if isinstance(each, Tensor) and needs_grad(each):
                    each.grad_fn  # noqa: B018 - raises


def check_saved(op: Op, *inputs: Any) -> None:
    """Refuse to save an inference tensor, before the kernel has looked at anything."""
    if saves_inference(op, inputs):
        raise RuntimeError(INFERENCE_SAVED)


def broadcast_error(arrays: Sequence[Any]) -> RuntimeError | None:
    """Return PyTorch's error if two of the arrays can't be broadcast together."""
    shapes = [x.shape for x in arrays if hasattr(x, "shape")]
    for have, want in combinations(shapes, 2):
        for back, (a, b) in enumerate(zip(have[::-1], want[::-1], strict=False), 1):
            if a != b and 1 not in (a, b):
                dim = max(len(have), len(want)) - back
                return RuntimeError(
                    f"The size of tensor a ({a}) must match the size of tensor b ({b}) "
                    f"at non-singleton dimension {dim}"
                )
    return None


def check_broadcast(arrays: Sequence[Any]) -> None:
    """Raise PyTorch's error if two of the arrays can't be broadcast together.

    >>> import numpy as np
    >>> check_broadcast([np.ones(3), np.ones((2, 1))])
    """
    error = broadcast_error(arrays)
    if error is None:
        return
    try:
        raise error
    finally:
        del error  # else it and this frame keep each other, and a program's tensors
