"""How a write in place rewrites the graph: of what it wrote to, and of views.

After `torch/csrc/autograd/variable.cpp`: writing to a view gives its base a
`CopySlices` node; every other view's node is made anew when it is next read.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

from .events import NodeFailed
from .graph import Gradient, Node, target_of
from .op import OPS, do
from .opnode import OpNode, make_node
from .overlap import OVERLAPS
from .saved import BACKWARD_TWICE, short_name
from .storage import Geometry, address, owner
from .tensor import Tensor
from .thread import thread


def check_made(view: Tensor, modified: str) -> None:
    """Raise if a view was made where in-place operations can't be tracked."""
    if view._made == "default":
        return
    node, mode = view._grad_fn, view._made
    seen = f"Output {view._output_nr} of {short_name(node)}" if node else ""
    if mode in ("no_grad", "inference") or node is None:
        inside = "inference" if mode == "inference" else "no_grad"
        outside = "in normal mode" if mode == "inference" else "with grad mode enabled"
        made = f"{seen} is a view of a view which was created" if node else _A_VIEW
        text = f"{made} in {inside} mode and {modified} modified inplace {outside}."
    else:
        text = f"{seen} is a view and {modified} modified inplace."
    raise RuntimeError(f"{text} {_FIX[mode]}")


_A_VIEW = "A view was created"
_AMBIGUOUS = (
    "Given that this use case is ambiguous and error-prone, it is forbidden. You can "
    "clarify your code by moving both the view and the inplace either both inside the "
    "{} block (if you don't want the inplace to be tracked) or both outside (if you "
    "want the inplace to be tracked)."
)
_FIX = {
    "no_grad": _AMBIGUOUS.format("no_grad"),
    "inference": _AMBIGUOUS.format("inference_mode"),
    "multiple": (
        "This view is the output of a function that returns multiple views. Such "
        "functions do not allow the output views to be modified inplace. You should "
        "replace the inplace operation by an out-of-place one."
    ),
    "function": (
        "This view was created inside a custom Function (or because an input was "
        "returned as-is) and the autograd logic to handle view+inplace would override "
        "the custom backward associated with the custom Function, leading to incorrect "
        "gradients. This behavior is forbidden. You can fix this by cloning the output "
        "of the custom Function."
    ),
}


def rebase(target: Tensor, node: Node, number: int = 0) -> None:
    """Make `node` what last wrote to `target`, through its base if it is a view."""
    node.shapes = ((target._array.shape, target._array.dtype),)
    if target._base is None:
        set_history(target, node, number)
        return
    base = target._base
    set_history(base, CopySlices(base, target, node))
    # Looking at it after a custom Function's write has made its node too early.
    target._made_version = -1
    made = view_grad_fn(target)
    assert made is not None
    # What the node saved of the view's new value was made by this one.
    node._seen = weakref.ref(made)


def set_history(tensor: Tensor, node: Node, output: int = 0) -> None:
    """Hang a tensor under the node that wrote to it; hooks stay where they were.

    >>> from minitorch_viz import minitorch as torch
    >>> x, y = torch.ones(1, requires_grad=True), torch.zeros(1)
    >>> set_history(y, (x * 2).grad_fn)
    >>> y
    tensor([0.], grad_fn=<MulBackward0>)
    """
    before, number = tensor._grad_fn, tensor._output_nr
    tensor._grad_fn, tensor._output_nr, tensor._requires_grad = node, output, True
    if tensor._base is not None and tensor._counter is not None:
        tensor._made_version = tensor._counter[0]
    move_hooks(tensor, before, number)


def move_hooks(tensor: Tensor, before: Node | None, number: int) -> None:
    """Leave hooks on the node they were registered on; `retain_grad` comes along."""
    tensor._hooks = None
    if before is not None and before.retains and number in before.retains:
        kept = before.retains.pop(number)
        assert tensor._grad_fn is not None
        tensor._grad_fn.retains = {tensor._output_nr: kept}
        tensor._grad_fn.plain = False


def view_grad_fn(view: Tensor) -> Node | None:
    """Return a view's node, made anew if its base was written to since."""
    base = view._base
    assert base is not None
    assert view._counter is not None
    if view._grad_fn is None and not base._requires_grad:
        return None
    if view._counter[0] != view._made_version:
        check_made(view, "its base or another view of its base has been")
        before, number = view._grad_fn, view._output_nr
        view._grad_fn = _as_strided(base, view)
        view._output_nr, view._requires_grad = 0, True
        view._made_version = view._counter[0]
        move_hooks(view, before, number)
    return view._grad_fn


def _as_strided(base: Tensor, view: Tensor) -> OpNode:
    geometry = Geometry.of(base._array, view._array)
    start = address(view._array) - address(owner(view._array))
    start //= view._array.itemsize
    args = geometry.shape, geometry.strides, start, geometry
    node = make_node(OPS["as_strided"], (base,), args, 1)
    node.shapes = ((view._array.shape, view._array.dtype),)
    return node


class CopySlices(Node):
    """The node of a base one of whose views was written to by `function`."""

    namespace = "torch::autograd::"
    freed = False

    def __init__(self, base: Tensor, view: Tensor, function: Node) -> None:
        super().__init__()
        self.function = function
        function.whole = weakref.ref(self)
        self.geometry = Geometry.of(base._array, view._array)
        self.targets = (target_of(base), *function.targets[1:])
        self.shapes = ((base._array.shape, base._array.dtype),)

    @property
    def writes(self) -> Sequence[int]:  # type: ignore[override]
        """The base's gradient is a copy that is written to where the view looks."""
        own, count = self.function.writes, len(self.targets) - 1
        return (2, *([own] * count if isinstance(own, int) else own[1:]))

    @property
    def saved(self) -> Any:
        """What the operation on the view saved."""
        return self.function.saved if "function" in self.__dict__ else {}

    @saved.setter
    def saved(self, value: Any) -> None:
        pass

    def run(self, grads: list[Gradient]) -> Sequence[Gradient]:
        """Let `function` replace the gradient where the view looks."""
        grad = grads[0]
        if grad is None:
            return [None] * len(self.targets)
        if self.freed:
            if thread.now.observer is not None:
                thread.now.observer(NodeFailed(self, "", "freed"))
            raise RuntimeError(BACKWARD_TWICE)
        if isinstance(grad, Tensor):
            from .windows import replaced

            return replaced(grad, self.geometry, self._inner)
        inner = do.slice_out(grad, self.geometry)
        found = self._inner([inner])
        kept = do.zeros_like(inner) if found[0] is None else found[0]
        return [do.slice_in(grad, kept, self.geometry), *found[1:]]

    def _inner(self, grads: list[Gradient]) -> Sequence[Gradient]:
        found = self.function.run(grads)
        if self.targets[0] is not None and self._overlaps():
            raise RuntimeError(OVERLAPS)
        return found

    def _overlaps(self) -> bool:
        """Return True if the view's gradient can't be written over the base's."""
        sizes = zip(self.geometry.shape, self.geometry.strides, strict=True)
        return 0 not in self.geometry.shape and any(n > 1 and not s for n, s in sizes)

    def release(self) -> None:
        """Free what the operation on the view saved, and the node of that view."""
        self.freed = True
        function = self.function
        function.release()
        function.let_go()
