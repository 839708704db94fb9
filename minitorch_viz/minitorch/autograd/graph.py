"""`torch.autograd.graph`: nodes, edges, and hooks on what is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..graph import Node, edge_of
from ..saved import hooked, saving
from ..tensor import Tensor

__all__ = [
    "GradientEdge",
    "Node",
    "get_gradient_edge",
    "increment_version",
    "saved_tensors_hooks",
]


class GradientEdge(NamedTuple):
    """Where a tensor's gradient goes."""

    node: Node
    output_nr: int


def get_gradient_edge(tensor: Tensor) -> GradientEdge:
    """Return where a tensor's gradient goes.

    >>> from minitorch_viz import minitorch as torch
    >>> get_gradient_edge(torch.ones(1, requires_grad=True) * 2).output_nr
    0
    """
    node, number = edge_of(tensor)
    if node is None:
        raise RuntimeError(
            "It is not possible to get the gradient edge for a Tensor that does not "
            "require gradients"
        )
    return GradientEdge(node, number)


def increment_version(tensor: Tensor) -> None:
    """Count a write autograd couldn't see.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1)
    >>> increment_version(x)
    >>> x._version
    1
    """
    if tensor._counter is None:
        raise RuntimeError("Inference tensors do not track version counter.")
    tensor._counter[0] += 1


class saved_tensors_hooks:
    """Keep `pack(tensor)` instead of each saved tensor, and `unpack` it for backward.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1, requires_grad=True)
    >>> with saved_tensors_hooks(lambda t: t.shape, lambda s: torch.zeros(s)):
    ...     y = x * x
    >>> y.backward()
    >>> x.grad
    tensor([0.])
    """

    def __init__(
        self, pack_hook: Callable[[Tensor], Any], unpack_hook: Callable[[Any], Tensor]
    ) -> None:
        self._hooks = pack_hook, unpack_hook

    def __enter__(self) -> None:
        hooked.append(None)
        saving.hooks.append(self._hooks)

    def __exit__(self, *exc_info: object) -> None:
        saving.hooks.pop()
        hooked.pop()
