"""What an observer is told of an operation that ran, and why it left no node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from numpy import dtype as np_dtype

from .dtypes import from_numpy
from .events import Operated
from .graph import Node
from .held import Held
from .tensor import Tensor, needs_grad
from .thread import thread

if TYPE_CHECKING:
    from .op import Op

_new_tuple = tuple.__new__


def emit(
    op: Op,
    inputs: Sequence[Any],
    args: Sequence[Any],
    outputs: tuple[Tensor, ...],
    node: Node | None,
    *,
    reason: str | None = None,
    inplace: bool = False,
    name: str = "",
) -> None:
    """Tell the observer that an operation ran, by its own name if no other is given."""
    observer = thread.now.observer
    assert observer is not None
    if node is None and reason is None:
        reason = why_not(op, inputs)
    if not name:
        name = op.name
        if inplace and not name.startswith("__"):
            name += "_"
    view = op.view and not inplace
    values = values_of(op, inputs, args)
    event = name, op.names, values, outputs, node, reason, inplace, view
    observer(_new_tuple(Operated, event))


def values_of(op: Op, inputs: Sequence[Any], args: Sequence[Any]) -> tuple[Any, ...]:
    """Return what an operation was given, as a program gave it.

    >>> from minitorch_viz.minitorch.op import OPS
    >>> values_of(OPS["exp"], [2.0], ())
    (2.0,)
    """
    # Often the inputs' own tuple: `+ ()` makes none.
    return tuple(inputs) + (args if args is op.usual else tuple(map(_told, args)))


def _told(value: Any) -> Any:
    """Return a plain value as a program gave it."""
    if type(value) is Held:
        return list(value.tensors)
    return from_numpy(value) if isinstance(value, np_dtype) else value


def why_not(op: Op, inputs: Sequence[Any]) -> str:
    """Return the reason for which an operation left no node."""
    if thread.now.inference:
        return "inference mode"
    for value in inputs:
        for each in value if type(value) is list else (value,):
            if isinstance(each, Tensor) and needs_grad(each):
                return "non-differentiable" if thread.now.grad else "grad mode off"
    return "no input requires grad"


def why_not_here(inputs: Sequence[Any]) -> str:
    """Return the reason for which a custom Function left no node."""
    if thread.now.inference:
        return "inference mode"
    if any(isinstance(x, Tensor) and needs_grad(x) for x in inputs):
        return "non-differentiable" if thread.now.grad else "grad mode off"
    return "no input requires grad"
