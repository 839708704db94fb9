"""A tensor's place in the graph, as attributes: requires_grad, grad, grad_fn, data."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from .autograd.passes import backward as run_backward
from .autograd.variable import set_volatile, volatile
from .creation import ONLY_FLOATING
from .detaching import spoil
from .devices import device_of
from .dtypes import from_numpy
from .events import Changed, Operated
from .graph import RemovableHandle
from .kinds import type_name
from .op import make_views
from .rebasing import view_grad_fn
from .tensor import (
    UNCOUNTED,
    Tensor,
    check_asked,
    counter_outside,
    look_at,
    needs_grad,
    wrap,
)
from .thread import thread


def _changed(tensor: Tensor) -> None:
    if thread.now.observer is not None:
        thread.now.observer(Changed(tensor))


def grad_fn(self: Tensor) -> Any:
    """The node that made this tensor, None for a leaf."""
    return self._grad_fn if self._base is None else view_grad_fn(self)


def is_leaf(self: Tensor) -> bool:
    """True if no recorded operation made this tensor."""
    return grad_fn(self) is None


def version(self: Tensor) -> int:
    """How often the memory was written to in place."""
    if self._counter is None:
        raise RuntimeError(UNCOUNTED)
    return self._counter[0]


def set_requires_grad(self: Tensor, value: bool) -> None:
    """Ask for a gradient, or no more; only leaves can be asked."""
    if not isinstance(value, bool):
        raise RuntimeError("requires_grad must be a bool")  # noqa: TRY004 - PyTorch's
    if not is_leaf(self):
        raise RuntimeError(_ONLY_LEAVES + ("" if value else _DETACH_INSTEAD))
    if value and self._array.dtype.kind != "f":
        raise RuntimeError(ONLY_FLOATING.format("o", " and complex"))
    _set_flag(self, value)


def _set_flag(self: Tensor, value: bool) -> None:
    if value:
        check_asked(self)
    self._requires_grad = value
    _changed(self)


def requires_grad_(self: Tensor, requires_grad: bool = True) -> Tensor:
    """Ask for a gradient, or no more, and return the tensor."""
    if not isinstance(requires_grad, bool):
        raise TypeError(
            "requires_grad_(): argument 'requires_grad' (position 1) must be bool, not "
            f"{type(requires_grad).__name__}"
        )
    if not is_leaf(self) and not requires_grad:
        raise RuntimeError(_ONLY_LEAVES + _DETACH_INSTEAD)
    if requires_grad and self._array.dtype.kind != "f":
        raise RuntimeError(ONLY_FLOATING.format("o", ""))
    if is_leaf(self):
        _set_flag(self, requires_grad)
    elif requires_grad:
        check_asked(self)
    return self


def grad(self: Tensor) -> Tensor | None:
    """What backward accumulated here; None if nothing did."""
    if self._grad is None and self._grad_fn is not None and not self._retains:
        warnings.warn(_NOT_A_LEAF, UserWarning, stacklevel=2)
    return self._grad


def set_grad(self: Tensor, value: Tensor | None) -> None:
    """Replace what backward accumulated."""
    if value is not None:
        _check_grad(self, value)
    self._grad = value
    _changed(self)


def del_grad(self: Tensor) -> None:
    """Forget what backward accumulated."""
    set_grad(self, None)


def _check_grad(self: Tensor, value: Any) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(
            "assigned grad expected to be a Tensor or None but got grad of type "
            f"{type_name(value)}"
        )
    if value is self:
        raise RuntimeError("can't assign Variable as its own grad")
    have, want = from_numpy(value._array.dtype), from_numpy(self._array.dtype)
    if have is not want:
        raise RuntimeError(_GRAD_TYPE.format(have.c_name, want.scalar_name))
    if value._array.shape != self._array.shape:
        raise RuntimeError(
            f"attempting to assign a gradient of size '{list(value._array.shape)}' to "
            f"a tensor of size '{list(self._array.shape)}'. Please ensure that the "
            "gradient and the tensor are the same size"
        )


def data(self: Tensor) -> Tensor:
    """The same memory outside the graph, with a version counter of its own."""
    return _outside(self, "data", ".data")


def set_data(self: Tensor, value: Tensor) -> None:
    """Let this tensor hold what `value` holds; graph and version stay."""
    if not isinstance(value, Tensor):
        raise TypeError(f"Variable data has to be a tensor, but got {type_name(value)}")
    if needs_grad(self) and value._array.dtype.kind != "f":
        raise RuntimeError(
            "data set to a tensor that requires gradients must be floating point or "
            "complex dtype"
        )
    kinds = [(x._array.dtype, device_of(x._array)) for x in (self, value)]
    if kinds[0] != kinds[1]:
        # What is recorded from now on leads to a new accumulation.
        self._accumulator = None
    look_at(self, value._array)
    self._inference = value._inference
    _changed(self)


def detach(self: Tensor) -> Tensor:
    """Return the same memory outside the graph, sharing the version counter."""
    return _outside(self, "detach", "detach")


def _outside(self: Tensor, op: str, reason: str) -> Tensor:
    made = wrap(self._array[...])
    made._inference, made._beyond = self._inference, self._beyond
    own = op == "data" and not self._inference
    made._counter = [0] if own else counter_outside(self)
    if thread.now.observer is not None:
        thread.now.observer(
            Operated(op, ("self",), (self,), (made,), None, reason, False, True)
        )
    return made


def detach_(self: Tensor) -> Tensor:
    """Take this tensor out of the graph that made it; inference mode knows no graph."""
    if thread.now.inference or self._inference:
        return self
    if self._base is not None:
        raise RuntimeError(_NO_DETACH)
    if self._grad_fn is not None:
        spoil(self)
    self._grad_fn, self._requires_grad, self._output_nr = None, False, 0
    _changed(self)
    return self


def retain_grad(self: Tensor) -> None:
    """Keep the gradient of a tensor that isn't a leaf in `.grad`."""
    if not needs_grad(self):
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if self._grad_fn is None or self._retains:
        return  # so too for a view that has no node yet: nobody looked at it
    node = grad_fn(self)
    assert node is not None
    import weakref

    self._retains = True
    if node.retains is None:
        node.retains, node.plain = {}, False
    node.retains[self._output_nr] = weakref.ref(self)
    _changed(self)


def register_hook(self: Tensor, hook: Callable[..., Any]) -> RemovableHandle:
    """Call `hook(grad)` when this tensor's gradient is known; it may return another."""
    if not needs_grad(self):
        raise RuntimeError(
            "cannot register a hook on a tensor that doesn't require gradient"
        )
    if self._hooks is None:
        self._hooks = OrderedDict()
        node = grad_fn(self)
        if node is not None:
            node.plain = False
            node.tensor_hooks = {
                **(node.tensor_hooks or {}),
                self._output_nr: self._hooks,
            }
    handle = RemovableHandle(self._hooks, hook)
    _changed(self)
    return handle


def register_post_accumulate_grad_hook(
    self: Tensor, hook: Callable[..., Any]
) -> RemovableHandle:
    """Call `hook(tensor)` after this leaf's gradient was accumulated."""
    if not needs_grad(self):
        raise RuntimeError(
            "cannot register a hook on a tensor that doesn't require gradient"
        )
    if not is_leaf(self):
        raise RuntimeError(
            "post accumulate grad hooks cannot be registered on non-leaf tensors"
        )
    if self._post_accumulate is None:
        self._post_accumulate = OrderedDict()
    handle = RemovableHandle(self._post_accumulate, hook)
    _changed(self)
    return handle


def backward(
    self: Tensor,
    gradient: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add the derivative of this tensor into `.grad` of the leaves it depends on."""
    run_backward(self, gradient, retain_graph, create_graph, inputs=inputs)


def view_of(self: Tensor) -> Tensor:
    """Return a view of the whole tensor that hides its graph from `Parameter`."""
    made = wrap(self._array[...])
    make_views(self, (made,))
    return made


def _keep_requires_grad(_: Tensor) -> None:
    raise RuntimeError("requires_grad must be a bool")


def _keep_data(_: Tensor) -> None:
    raise RuntimeError("Deleting tensor data is not allowed. Delete tensor instead!")


PROPERTIES: dict[str, property] = {
    "grad_fn": property(grad_fn, doc=grad_fn.__doc__),
    "is_leaf": property(is_leaf, doc=is_leaf.__doc__),
    "_version": property(version, doc=version.__doc__),
    "requires_grad": property(
        needs_grad, set_requires_grad, _keep_requires_grad, doc=needs_grad.__doc__
    ),
    "grad": property(grad, set_grad, del_grad, doc=grad.__doc__),
    "data": property(data, set_data, _keep_data, doc=data.__doc__),
    "retains_grad": property(lambda self: self._retains),
    "_backward_hooks": property(lambda self: self._hooks),
    "_post_accumulate_grad_hooks": property(lambda self: self._post_accumulate),
    "volatile": property(volatile, set_volatile),
    "name": property(lambda self: self._name),
    "output_nr": property(lambda self: self._output_nr),
}
METHODS = (
    requires_grad_,
    detach,
    detach_,
    retain_grad,
    register_hook,
    register_post_accumulate_grad_hook,
    backward,
)
for _method in METHODS[3:]:
    # PyTorch writes these in Python, whose messages give a method's whole name.
    _method.__qualname__ = f"Tensor.{_method.__name__}"

_ONLY_LEAVES = "you can only change requires_grad flags of leaf variables."
_DETACH_INSTEAD = (
    " If you want to use a computed variable in a subgraph that doesn't require "
    "differentiation use var_no_grad = var.detach()."
)
_NOT_A_LEAF = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its "
    ".grad attribute won't be populated during autograd.backward(). If you indeed want "
    "the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the "
    "non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you "
    "access "
    "the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more "
    "information."
)
_GRAD_TYPE = (
    "attempting to assign a gradient with dtype '{}' to a tensor with grad_dtype '{}'. "
    "The gradient must match the tensor's grad_dtype (defaults to the tensor's dtype). "
    "You can set the tensor's grad_dtype attribute with a specific dtype, or None to "
    "allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor "
    "and its gradient may break downstream systems that assume they match."
)
_NO_DETACH = (
    "Can't detach views in-place. Use detach() instead. If you are using "
    "DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as "
    "True, gradients are views of DDP buckets, and hence detach_() cannot be called on "
    "these gradients. To fix this error, please refer to the Optimizer.zero_grad() "
    "function in torch/optim/optimizer.py as the solution."
)
assert np
