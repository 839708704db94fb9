"""In-place operations: what they may write to, and how they write."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import graph
from .contract import empty_like
from .devices import META, device_of
from .dtypes import can_cast, dtype, from_numpy, result_type
from .events import silence
from .graph import target_of
from .growing import grow
from .kernels import LATE
from .lying import relaid
from .op import OPS, Op, arrays_of, call
from .opnode import OpNode, make_node, save_outputs
from .overlap import check_apart, same_data
from .promotion import FLOATS
from .rebasing import check_made, rebase
from .refusing import FAILURES, all_inference, broadcast_error, refusal, requiring
from .storage import Array, element_strides, is_dense, overlaps
from .telling import emit
from .tensor import Tensor, bump, needs_grad, wrap
from .thread import thread
from .turns import feeds_itself, in_turn, meets_itself

_RESIZED = (
    "An output with one or more elements was resized since it had shape {}, which does "
    "not match the required output shape {}. This behavior is deprecated, and in a "
    "future PyTorch release outputs will not be resized unless they have zero elements."
    " You can explicitly reuse an out tensor t by resizing it, inplace, to zero "
    "elements with t.resize_(0)."
)

OUT_AND_GRADIENTS = (
    "{}(): functions with out=... arguments don't support automatic differentiation, "
    "but one of the arguments requires grad."
)


class _Guard:
    """What `allow_mutation_on_saved_tensors` put in force."""

    before_write: Callable[[Tensor], None] | None = None


guard = _Guard()


def call_inplace(
    op: Op, target: Tensor, others: Sequence[Any] = (), args: Sequence[Any] = ()
) -> Tensor:
    """Write the operation's result over `target`, and record it there.

    >>> from minitorch_viz import minitorch as torch
    >>> call_inplace(OPS["exp"], torch.zeros(2))
    tensor([1., 1.])
    """
    if guard.before_write is not None:
        guard.before_write(target)
    inputs = (target, *others)
    tracked = thread.now.grad and not thread.now.inference
    mask = requiring(op, inputs, args) if tracked else 0
    if op.name == "copy" and target._array.dtype.kind != "f":
        mask = 0  # whole numbers carry no gradient: only here PyTorch asks
    # Autograd never hears of what is logical.
    heard = tracked and not op.differentiable and not op.name.startswith("logical")
    if mask or (heard and needs_grad(target)):
        check_inplace(target)
    elif _write_directly(op, target, inputs, args):
        return target
    found = _result(op, target, inputs, args)
    node = None
    if mask:
        node = _node_before_write(op, inputs, args, mask)
    if op.name == "addbmm" and found.shape != target._array.shape:
        grow(target, found.shape)  # the only one that makes room
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
        or meets_itself(array)
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
        _check_memory(op, target, inputs, args)
        found = _computed(op, inputs, args, array)
        _check_fit(op, found.shape, from_numpy(found.dtype), array)
    except FAILURES as error:
        raise refusal(op, inputs, arrays, error, written=True) from None
    return found


def _check_memory(
    op: Op, target: Tensor, inputs: Sequence[Any], args: Sequence[Any]
) -> None:
    """Raise if the target's memory may not be written, unless the types are wrong too.

    An operation's own checks come first, then those of memory, and last its kernel's.
    """
    copied = op in (OPS["fill.tensor"], OPS["ldexp"])
    if op.name in _REPEATING and not copied:
        return
    # What is read is a copy by now: of a value to fill in, or as powers of two.
    others = () if copied else inputs[1:]
    try:
        check_apart(target, others, wholly=False)
    except RuntimeError:
        _check_types(op, inputs)
        if _clamps_by_numbers(op):
            bounds = [bound for bound in args if bound is not None]
            array = target._array
            _check_fit(op, array.shape, result_type(target, *bounds), array)
        raise


def _check_types(op: Op, inputs: Sequence[Any]) -> None:
    """Raise what an operation says of types, though not what its kernel says.

    Whether shapes fit is asked after memory as well.
    """
    if op.cast is None:
        return
    arrays = arrays_of(inputs)
    try:
        op.cast(inputs, arrays)
    except (NotImplementedError, ValueError):
        pass
    except RuntimeError as error:
        if str(error) != str(broadcast_error(arrays)):
            raise


def _clamps_by_numbers(op: Op) -> bool:
    """Such a clamp looks at its result's type itself, before anything else."""
    return op.name.startswith("clamp") and len(op.inputs) == 1


def _computed(op: Op, inputs: Sequence[Any], args: Sequence[Any], array: Array) -> Any:
    arrays = arrays_of(inputs)
    try:
        if op.cast is not None:
            arrays = op.cast(inputs, arrays)
        if feeds_itself(op, inputs[0], inputs):
            return thread.now.quiet(in_turn, op, inputs[0], inputs, args)
        found = np.asarray(thread.now.quiet(op.forward, *arrays, *args))
    except RuntimeError as error:
        _check_before(error, op, inputs, array)
        raise
    return found


_BAD_IN_PLACE = (
    "Bad in-place call: input tensor dtype {} and output tensor dtype {} should match"
)
_PRODUCTS = ("addmm", "addmv", "addr", "addbmm", "baddbmm")


def _check_before(
    error: Exception, op: Op, inputs: Sequence[Any], array: Array, read: bool = True
) -> None:
    """Raise if the result wouldn't fit: what a kernel refuses PyTorch finds out last.

    An array that isn't read is resized.
    """
    if op.name == "baddbmm" and str(error).startswith("expected scalar type"):
        kinds = (from_numpy(each._array.dtype).c_name for each in inputs[::2])
        raise RuntimeError(_BAD_IN_PLACE.format(*kinds)) from None
    if op.name in _PRODUCTS:
        if op.name != "addbmm" and str(error).startswith(_EXPANDS):
            _, a, b = arrays_of(inputs)
            rows = a.shape[: max(a.ndim - 1, 1)]
            raise RuntimeError(_misfit(op, (*rows, b.shape[-1]), array)) from None
        return  # their rows look at shapes and types themselves
    if isinstance(error, NotImplementedError) or str(error) in LATE:
        shape = np.broadcast_shapes(*map(np.shape, arrays_of(inputs)))
        _check_fit(op, shape if read else array.shape, result_type(*inputs), array)


_EXPANDS = "The expanded size of the tensor", "expand("


def _misfit(op: Op, shape: tuple[int, ...], array: Array) -> str:
    """Return what is said of a result that has another shape than what it is for."""
    have, want = list(array.shape), list(shape)
    if op.name == "addr":
        if array.ndim != 2:
            return f"2D tensor expected, got {array.ndim}D tensor for input"
        return f"size mismatch, input: {have}, v1: {want[:1]}, v2: {want[1:]}"
    if op.name in _PRODUCTS and op.name != "addbmm":
        return (
            f"Bad in-place call: input tensor size {have} and output tensor size "
            f"{want} should match"
        )
    return f"output with shape {have} doesn't match the broadcast shape {want}"


def _check_fit(op: Op, shape: tuple[int, ...], have: dtype, array: Array) -> None:
    """Raise if a result of this shape and type can't be written to an array."""
    if shape != array.shape and op.name != "addbmm":
        raise RuntimeError(_misfit(op, shape, array))
    want = from_numpy(array.dtype)
    if not can_cast(have, want):
        name = want.c_name if _clamps_by_numbers(op) else want.scalar_name
        raise RuntimeError(
            f"result type {have.scalar_name} can't be cast to the desired output type "
            f"{name}"
        )


#: What writes where it was told to, and leaves the rest; and what writes one number.
_CHOOSING = ("index_put", "masked_fill", "index_fill", "tril", "triu")
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


def _copy_like(arrived: Tensor, variable: Tensor) -> Tensor:
    """Copy a gradient that has a graph; the copy is recorded, as PyTorch does."""
    with silence():
        if not is_dense(variable._array):
            return call(OPS["clone"], (arrived,), ("C",))  # type: ignore[no-any-return]
        made = wrap(empty_like(arrived._array, variable._array))
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
    # Nobody tracks what has no derivative at all.
    if asked and op.formulas and not all_inference((*inputs, out)):
        raise RuntimeError(OUT_AND_GRADIENTS.format(op.name))
    check_apart(out, inputs, wholly=False)
    arrays = arrays_of(inputs)
    read = any(x is out for x in inputs)
    try:
        if op.cast is not None:
            arrays = op.cast(inputs, arrays)
        found = np.asarray(thread.now.quiet(op.forward, *arrays, *args))
    except FAILURES as error:
        _check_before(error, op, inputs, out._array, read)
        raise broadcast_error(arrays) or error from None
    shape = found.shape if read else out._array.shape  # else it is resized
    _check_fit(op, shape, from_numpy(found.dtype), out._array)
    # What is computed in another type is resized once more when it is cast.
    kind = arrays[0].dtype if found.dtype.kind == "b" else found.dtype
    like = relaid(found, arrays, op.lies) if op.lies else None
    _make_room(out, found, like, 1 + (kind != out._array.dtype))
    if feeds_itself(op, out, inputs):
        found = thread.now.quiet(in_turn, op, out, inputs, args)
    out._array[...] = found
    bump(out)
    if thread.now.observer is not None:
        emit(op, inputs, args, (out,), None, inplace=True, name=op.name)
    return out


def warn_resized(array: Array, shape: Sequence[int], *, stacklevel: int = 5) -> None:
    """Warn that an array that holds something gets another shape.

    >>> warn_resized(np.ones(2), (2,))
    """
    if array.size and array.shape != tuple(shape):
        text = _RESIZED.format(list(array.shape), list(shape))
        warnings.warn(text, UserWarning, stacklevel=stacklevel)


def write_over(out: Tensor, found: Array) -> None:
    """Write a result into an `out` tensor, which is resized to it, if with a warning.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.zeros(0)
    >>> write_over(x, np.ones(2))
    >>> x
    tensor([1., 1.])
    """
    _make_room(out, found)
    out._array[...] = found
    bump(out)


def _make_room(
    out: Tensor, found: Array, like: Array | None = None, times: int = 1
) -> None:
    """Resize an `out` tensor to a result, row by row or as another array lies."""
    if guard.before_write is not None:
        guard.before_write(out)
    if out._array.shape != found.shape:
        for _ in range(times):
            warn_resized(out._array, found.shape, stacklevel=7)
        width, strides = out._array.itemsize, None
        if like is not None:
            strides = [n * width for n in element_strides(like)]
        grow(out, found.shape, strides)
