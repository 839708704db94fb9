"""`once_differentiable`: a backward that can't be differentiated again."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from ..events import silence
from ..grad_mode import unrecorded
from ..graph import FIRST, Gradient, Node, target_of
from ..tensor import Tensor, needs_grad
from ..thread import thread


class Error(Node):
    """The node that refuses to be run."""

    namespace = "torch::autograd::"

    def __init__(self, gradients: Sequence[Tensor | None]) -> None:
        super().__init__()
        self.sequence = FIRST
        # Leaves that nobody else has stand for what the gradients depend on.
        self.targets = tuple(None if g is None else target_of(g) for g in gradients)
        self.shapes = tuple(
            ((), "float32") if g is None else (g._array.shape, g._array.dtype)
            for g in gradients
        )

    def run(self, grads: list[Gradient]) -> NoReturn:
        """Raise what PyTorch says."""
        raise RuntimeError(
            "trying to differentiate twice a function that was marked with "
            "@once_differentiable"
        )


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Run a backward without recording, so that it can't be differentiated again.

    >>> once_differentiable(lambda ctx, grad: grad * 2)(None, 3)
    6
    """

    @functools.wraps(backward)
    def wrapped(ctx: Any, *grads: Any) -> Any:
        with unrecorded():
            found = backward(ctx, *grads)
        if not (thread.now.grad and any(map(_asks, grads))):
            return found
        if not isinstance(found, tuple):
            return _refusing((found,))[0]
        return _refusing(found)

    return wrapped


def _asks(gradient: Any) -> bool:
    return isinstance(gradient, Tensor) and needs_grad(gradient)


def _refusing(found: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the gradients as what the node that refuses has made."""
    with silence():
        leaves = [None if g is None else g.detach().requires_grad_() for g in found]
        made = [None if leaf is None else leaf.detach() for leaf in leaves]
    node = Error(leaves)
    for number, gradient in enumerate(made):
        if gradient is not None:
            gradient._requires_grad = True
            gradient._grad_fn, gradient._output_nr = node, number
    return tuple(made)
