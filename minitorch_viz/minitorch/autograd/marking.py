"""What a Function's forward hands out, and what it has marked of that."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from ..events import silence
from ..grad_mode import unrecorded
from ..graph import Node
from ..inplace import check_inplace
from ..rebasing import rebase
from ..tensor import Tensor, bump, needs_grad


def placed(
    node: Any, found: Sequence[Any], args: Sequence[Any], recorded: bool
) -> tuple[Any, ...]:
    """Hang the outputs under the node, as PyTorch's custom_function.cpp does."""
    written = node.ctx.dirty_tensors or ()
    constant = node.ctx.non_differentiable or ()
    _check_marked(written, constant)
    # A node that kept an output would keep itself alive.
    node.ctx.dirty_tensors = node.ctx.non_differentiable = None
    for tensor in written:
        bump(tensor)
    outputs, views = [], []
    for number, output in enumerate(found):
        if not isinstance(output, Tensor):
            outputs.append(output)
            node._outputs.append(None)
            continue
        node._outputs.append((output._array.shape, output._array.dtype))
        given, dirty = _among(output, args), _among(output, written)
        fixed = _among(output, constant) or output._array.dtype.kind != "f"
        if fixed:
            node._constant += (number,)
        if not recorded or fixed:
            output = _outside(output, given=given, dirty=dirty)
        elif dirty:
            _rewritten(node, output, number, given=given, alone=len(found) == 1)
        else:
            output = _returned(output) if given else output
            output._grad_fn, output._output_nr = node, number
            output._requires_grad = True
        if output._base is not None:
            views.append(output)
            if not (given and dirty):
                output._made, output._made_version = "function", output._version
        outputs.append(output)
        node._differentiable += recorded and not fixed
    if node._differentiable > 1:
        for view in views:
            view._made = "multiple"
    if any(not _among(tensor, found) for tensor in written):
        raise RuntimeError(_NOT_RETURNED)
    return tuple(outputs)


def _check_marked(dirty: Sequence[Any], fixed: Sequence[Any]) -> None:
    # PyTorch's messages break off here.
    if not all(isinstance(each, Tensor) for each in dirty):
        raise RuntimeError("mark_dirty can only accept variables, but argument ")
    if not all(isinstance(each, Tensor) for each in fixed):
        raise RuntimeError(
            "mark_non_differentiable only accepts variable arguments, but got "
        )


def _among(tensor: Tensor, others: Sequence[Any]) -> bool:
    return any(tensor is each for each in others)


def _returned(tensor: Tensor) -> Tensor:
    """Return a view of an input that forward returned as it is."""
    with unrecorded():
        return tensor.view_as(tensor)  # type: ignore[no-any-return]


def _outside(output: Tensor, *, given: bool, dirty: bool) -> Tensor:
    """Return an output that has no gradient."""
    if not needs_grad(output):
        return _returned(output) if given and not dirty else output
    if given:
        with silence():
            return output.detach()  # type: ignore[no-any-return]
    return output.detach_() if output._base is None else output


def _rewritten(
    node: Node, output: Tensor, number: int, *, given: bool, alone: bool
) -> None:
    """Make the node what last wrote to an output."""
    if needs_grad(output) and output._grad_fn is None:
        raise RuntimeError(
            "a leaf Variable that requires grad has been used in an in-place operation."
        )
    if not given:
        if output._base is not None:
            raise RuntimeError(_NOT_AN_INPUT)
        warnings.warn(_NOT_AN_INPUT, UserWarning, stacklevel=4)
    if output._base is not None and not alone:
        raise RuntimeError(_SEVERAL)
    check_inplace(output)
    output._grad = None  # it belonged to what the tensor was
    rebase(output, node, number)


_NOT_RETURNED = (
    "Some elements marked as dirty during the forward method were not returned as "
    "output. The inputs that are modified inplace must all be outputs of the Function."
)
_NOT_AN_INPUT = (
    "ctx.mark_dirty() received a tensor that was not an input. Only input Tensors that "
    "have been mutated should be passed to ctx.mark_dirty()."
)
_SEVERAL = (
    "If your Function modifies inplace an input that is a view of another Tensor, your "
    "Function cannot return more than one Tensor. This is not supported by the current "
    "autograd engine. You should either make sure the input is not a view (using "
    ".clone() for example) or make your Function only return one Tensor (potentially "
    "splitting it into two Functions: one doing the inplace that returns a single "
    "Tensor and a second one that does the other operations). You can ask on the forum "
    "https://discuss.pytorch.org/ if you need help to do this change."
)
