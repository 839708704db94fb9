"""In-place operations: what they may write to, and how the graph is rewritten.

After `torch/csrc/autograd/variable.cpp`: writing to a view gives its base a
`CopySlices` node; every other view's node is made anew when it is next read.
"""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from . import graph
from .devices import META, device_of
from .dtypes import can_cast, dtype, from_numpy, result_type
from .events import NodeFailed, silence
from .graph import Gradient, Node, target_of
from .kernels import BY_ZERO
from .op import OPS, Op, arrays_of, call, do, emit
from .opnode import OpNode, make_node, save_outputs
from .overlap import OVERLAPS, check_apart, same_data
from .promotion import FLOATS
from .refusing import FAILURES, all_inference, broadcast_error, refusal, requiring
from .saved import BACKWARD_TWICE, short_name
from .storage import Array, Geometry, address, overlaps, owner, resized
from .tensor import Tensor, bump, needs_grad, wrap
from .thread import thread
from .turns import feeds_itself, in_turn

_RESIZED = (
    "An output with one or more elements was resized since it had shape {}, which does "
    "not match the required output shape {}. This behavior is deprecated, and in a "
    "future PyTorch release outputs will not be resized unless they have zero elements."
    " You can explicitly reuse an out tensor t by resizing it, inplace, to zero "
    "elements with t.resize_(0)."
)


def call_inplace(
    op: Op, target: Tensor, others: Sequence[Any] = (), args: Sequence[Any] = ()
) -> Tensor:
    """Write the operation's result over `target`, and record it there.

    >>> from minitorch_viz import minitorch as torch
    >>> call_inplace(OPS["exp"], torch.zeros(2))
    tensor([1., 1.])
    """
    inputs = (target, *others)
    tracked = thread.now.grad and not thread.now.inference
    mask = requiring(op, inputs, args) if tracked else 0
    if op.name == "copy" and target._array.dtype.kind != "f":
        mask = 0  # whole numbers carry no gradient: only here PyTorch asks
    if mask:
        check_inplace(target)
    elif _write_directly(op, target, inputs, args):
        return target
    found = _result(op, target, inputs, args)
    node = None
    if mask:
        node = _node_before_write(op, inputs, args, mask)
    if op.name in _CHOOSING and overlaps(target._array):
        # What wasn't chosen must not be written back over what was.
        changed = found != target._array
        target._array[changed] = found[changed]
    elif device_of(target._array) is not META:
        target._array[...] = found
    bump(target)
    if node is not None:
        rebase(target, node)
        save_outputs(node, (target,))
    if thread.now.observer is not None:
        emit(op, inputs, args, (target,), node, inplace=True)
    return target


def _write_directly(
    op: Op, target: Tensor, inputs: Sequence[Any], args: Sequence[Any]
) -> bool:
    """Let NumPy write an update such as `w -= rate * w.grad`; False if it may not.

    It may if all are floats of one type that fit, and if nobody is told.
    """
    now = thread.now
    arrays = arrays_of(inputs)
    array = arrays[0]
    shape, kind = array.shape, array.dtype
    if (
        type(op.direct) is not np.ufunc
        or args is not op.usual
        or now.observer is not None
        or target._counter is None
        or kind not in FLOATS
        or overlaps(array)
    ):
        return False
    for x in arrays:
        if type(x) is not np.ndarray or x.dtype is not kind or x.shape != shape:
            return False
    check_apart(target, inputs[1:], wholly=False)
    now.quiet(op.direct, *arrays, array)
    target._counter[0] += 1
    return True


def _result(op: Op, target: Tensor, inputs: Sequence[Any], args: Sequence[Any]) -> Any:
    """Compute what is to be written, and check that it may be."""
    array = target._array
    if op.name == "copy" and same_data(target, inputs[1]):
        return array
    arrays = arrays_of(inputs)
    try:
        _check_memory(op, target, inputs)
        found = _computed(op, inputs, args, array)
        _check_fit(op, found.shape, from_numpy(found.dtype), array)
    except FAILURES as error:
        raise refusal(op, inputs, arrays, error, written=True) from None
    return found


def _check_memory(op: Op, target: Tensor, inputs: Sequence[Any]) -> None:
    """Raise if the target's memory may not be written, unless the types are wrong too.

    An operation's own checks come first, then those of memory, and last its kernel's.
    """
    value = op is OPS["fill.tensor"]
    if op.name in _REPEATING and not value:
        return
    # A value in the target itself is copied before it is filled in.
    others = () if value else inputs[1:]
    try:
        check_apart(target, others, wholly=False)
    except RuntimeError:
        if op.cast is not None:
            with suppress(NotImplementedError, ValueError):
                op.cast(inputs, arrays_of(inputs))
        raise


def _computed(op: Op, inputs: Sequence[Any], args: Sequence[Any], array: Array) -> Any:
    arrays = arrays_of(inputs)
    try:
        if op.cast is not None:
            arrays = op.cast(inputs, arrays)
        if feeds_itself(op, inputs[0], inputs):
            return thread.now.quiet(in_turn, op, inputs, args)
        found = np.asarray(thread.now.quiet(op.forward, *arrays, *args))
    except RuntimeError as error:
        # What a kernel refuses PyTorch finds out last.
        if isinstance(error, NotImplementedError) or str(error) == BY_ZERO:
            shape = np.broadcast_shapes(*map(np.shape, arrays_of(inputs)))
            _check_fit(op, shape, result_type(*inputs), array)
        raise
    return found


def _check_fit(op: Op, shape: tuple[int, ...], have: dtype, array: Array) -> None:
    """Raise if a result of this shape and type can't be written to an array."""
    if shape != array.shape:
        raise RuntimeError(
            f"output with shape {list(array.shape)} doesn't match the broadcast shape "
            f"{list(shape)}"
        )
    want = from_numpy(array.dtype)
    if not can_cast(have, want):
        name = (
            want.c_name
            if op.name.startswith("clamp") and len(op.inputs) == 1
            else want.scalar_name
        )
        raise RuntimeError(
            f"result type {have.scalar_name} can't be cast to the desired output type "
            f"{name}"
        )


#: What writes where it was told to, and leaves the rest; and what writes one number.
_CHOOSING = ("index_put", "masked_fill", "index_fill")
_REPEATING = (*_CHOOSING, "masked_scatter", "fill", "zero")


def _node_before_write(
    op: Op, inputs: Sequence[Any], args: Sequence[Any], mask: int
) -> OpNode:
    """Make the node, which keeps a clone of the target if it needs what that held."""
    if 0 not in op.plan(mask).inputs:
        return make_node(op, inputs, args, mask)
    with silence():
        kept = call(OPS["clone"], (inputs[0],), ("K",))
    node = make_node(op, (kept, *inputs[1:]), args, mask)
    if mask & 1:
        node.target0 = target_of(inputs[0])
    return node


def check_tracked(target: Tensor, values: Sequence[Any]) -> None:
    """Raise what autograd refuses of a write that it would record.

    PyTorch asks autograd first, and looks at the arguments only then.

    >>> from minitorch_viz import minitorch as torch
    >>> check_tracked(torch.zeros(2), [torch.ones(2)])
    """
    if thread.now.grad and not thread.now.inference:
        tensors = [x for x in (target, *values) if isinstance(x, Tensor)]
        if any(map(needs_grad, tensors)) and not all_inference(tensors):
            check_inplace(target)


def check_inplace(target: Tensor) -> None:
    """Raise if an in-place operation that is to be recorded may not write here."""
    if target._base is not None:
        check_made(target, "is being")
        if needs_grad(target) and target._base.is_leaf:
            raise RuntimeError(
                "a view of a leaf Variable that requires grad is being used in an "
                "in-place operation."
            )
    if needs_grad(target) and target._grad_fn is None:
        # A view whose base was written to since has no node yet, and counts as a leaf.
        raise RuntimeError(
            "a leaf Variable that requires grad is being used in an in-place operation."
        )


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


def rebase(target: Tensor, node: Node) -> None:
    """Make `node` what last wrote to `target`, through its base if it is a view."""
    node.shapes = ((target._array.shape, target._array.dtype),)
    if target._base is None:
        set_history(target, node)
        return
    base = target._base
    set_history(base, CopySlices(base, target, node))
    # Looking at it after a custom Function's write has made its node too early.
    target._made_version = -1
    view_grad_fn(target)


def set_history(tensor: Tensor, node: Node) -> None:
    """Hang a tensor under the node that wrote to it; hooks stay where they were.

    >>> from minitorch_viz import minitorch as torch
    >>> x, y = torch.ones(1, requires_grad=True), torch.zeros(1)
    >>> set_history(y, (x * 2).grad_fn)
    >>> y
    tensor([0.], grad_fn=<MulBackward0>)
    """
    before, number = tensor._grad_fn, tensor._output_nr
    tensor._grad_fn, tensor._output_nr, tensor._requires_grad = node, 0, True
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
        inner = do.slice_out(grad, self.geometry)
        found = self.function.run([inner])
        if self.targets[0] is not None and self._overlaps():
            raise RuntimeError(OVERLAPS)
        kept = do.zeros_like(inner) if found[0] is None else found[0]
        return [do.slice_in(grad, kept, self.geometry), *found[1:]]

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


def _copy_like(arrived: Tensor, variable: Tensor) -> Tensor:
    """Copy a gradient that has a graph; the copy is recorded, as PyTorch does."""
    made = wrap(np.empty_like(variable._array, order="K"))
    with silence():
        call_inplace(OPS["copy"], made, (arrived,))
    return made


graph.copier.copy_like = _copy_like


def call_out(op: Op, inputs: Sequence[Any], args: Sequence[Any], out: Tensor) -> Tensor:
    """Write the operation's result into `out`, which autograd refuses to record.

    >>> from minitorch_viz import minitorch as torch
    >>> call_out(OPS["exp"], (torch.zeros(1),), (), torch.ones(1))
    tensor([1.])
    """
    tensors = [x for x in (*inputs, out) if isinstance(x, Tensor)]
    tracked = thread.now.grad and not thread.now.inference
    asked = tracked and any(map(needs_grad, tensors))
    if asked and not all_inference((*inputs, out)):
        raise RuntimeError(
            f"{op.name}(): functions with out=... arguments don't support automatic "
            "differentiation, but one of the arguments requires grad."
        )
    check_apart(out, inputs, wholly=False)
    arrays = arrays_of(inputs)
    if op.cast is not None:
        arrays = op.cast(inputs, arrays)
    try:
        if inputs[0] is out and feeds_itself(op, out, inputs):
            found = thread.now.quiet(in_turn, op, inputs, args)
        else:
            found = np.asarray(thread.now.quiet(op.forward, *arrays, *args))
    except ValueError as error:
        raise broadcast_error(arrays) or error from None
    read = any(x is out for x in inputs)
    shape = found.shape if read else out._array.shape  # else it is resized
    _check_fit(op, shape, from_numpy(found.dtype), out._array)
    if out._array.shape != found.shape:
        if out._array.size:
            have, want = list(out._array.shape), list(found.shape)
            # What is computed in another type is resized once more when it is cast.
            kind = arrays[0].dtype if found.dtype.kind == "b" else found.dtype
            for _ in range(1 + (kind != out._array.dtype)):
                warnings.warn(_RESIZED.format(have, want), UserWarning, stacklevel=4)
        out._array = resized(out._array, found.shape)
    out._array[...] = found
    bump(out)
    if thread.now.observer is not None:
        emit(op, inputs, args, (out,), None, inplace=True, name=op.name)
    return out
