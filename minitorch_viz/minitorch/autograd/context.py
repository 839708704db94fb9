"""`ctx`: what forward and backward of a custom Function share."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Sequence
from typing import Any

from ..graph import Node
from ..kinds import type_name
from ..saved import BACKWARD_TWICE, SavedTensor
from ..shown import Named
from ..tensor import Tensor, needs_grad

#: What a `ctx` has of a node, which in PyTorch it is.
_OF_NODES = frozenset(
    {"metadata", "name", "next_functions", "register_hook", "register_prehook"}
)


class FunctionCtx(metaclass=Named):
    """What forward tells of its inputs and outputs."""

    _materializes = True
    #: PyTorch's own switch: zeros for outputs without a gradient, too.
    _materialize_non_diff_grads = True
    to_save: tuple[Tensor | None, ...] | None = None
    dirty_tensors: tuple[Tensor, ...] | None = None
    non_differentiable: tuple[Tensor, ...] | None = None

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for backward, with the version they have."""
        self.to_save = tensors

    def mark_dirty(self, *tensors: Tensor) -> None:
        """Say which inputs forward wrote to in place."""
        self.dirty_tensors = tensors

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Say which outputs have no gradient."""
        self.non_differentiable = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether backward gets zeros instead of None."""
        if not isinstance(value, bool):
            raise TypeError(
                "set_materialize_grads received an invalid combination of arguments - "
                "got (), but expected (bool)"
            )
        self._materializes = value


class BackwardCFunction(FunctionCtx):
    """What forward and backward share; all other attributes are the user's own.

    It isn't the node itself: `ctx.targets` would then be where the node leads to.
    """

    #: For every argument of `apply`, whether it requires grad.
    needs_input_grad: tuple[bool, ...] = ()
    #: True once what was saved is freed.
    _released = False
    #: True once what was saved was handed out by a Function that keeps it no longer.
    _cleared = False

    def __init__(self, node: Node) -> None:
        # The node has this: both ways they would keep each other alive.
        self._node = weakref.ref(node)
        self._saved: list[SavedTensor | None] = []

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What `save_for_backward` kept, checked for edits since."""
        if self._cleared:
            raise RuntimeError(_ONLY_ONCE)
        if self._released:
            raise RuntimeError(BACKWARD_TWICE)
        node: Any = self._node() or Node()
        found = tuple(each and each.tensor(node) for each in self._saved)
        if node._clears:
            self._cleared = True
            self._saved.clear()
        return found

    @property
    def saved_variables(self) -> tuple[Any, ...]:
        """The older name of `saved_tensors`."""
        text = "'saved_variables' is deprecated; use 'saved_tensors'"
        warnings.warn(text, DeprecationWarning, stacklevel=2)
        return self.saved_tensors

    def keep(self, outputs: Sequence[Any]) -> list[SavedTensor | None]:
        """Save what is to be saved, now that the outputs have their node."""
        self._saved = [
            _saved(tensor, place, outputs)
            for place, tensor in enumerate(self.to_save or ())
        ]
        self.to_save = None
        return self._saved

    def __getattr__(self, name: str) -> Any:
        if name in _OF_NODES:
            return getattr(self._node(), name)
        if name == "materialize_grads":
            raise AttributeError(
                "attribute 'materialize_grads' of 'torch._C._FunctionBase' objects is "
                "not readable"
            )
        raise AttributeError(
            f"'{type(self).__name__}' object has no attribute '{name}'"
        )

    def __repr__(self) -> str:
        name = f"torch.autograd.function.{type(self).__name__}"
        return f"<{name} object at {hex(id(self))}>"


def _saved(tensor: Any, place: int, outputs: Sequence[Any]) -> SavedTensor | None:
    if tensor is None:
        return None
    if not isinstance(tensor, Tensor):
        raise TypeError(
            f"save_for_backward can only save variables, but argument {place} is of "
            f"type {type_name(tensor)}"
        )
    for number, output in enumerate(outputs):
        # An output without a gradient is no different from any other tensor.
        if output is tensor and needs_grad(tensor):
            return SavedTensor(tensor, number)
    return SavedTensor(tensor)


_ONLY_ONCE = (
    "saved_tensors can only be accessed once when clear_saved_tensors_on_access=True "
    "is set on the autograd.Function. Either access saved_tensors only once, or set "
    "clear_saved_tensors_on_access=False."
)
