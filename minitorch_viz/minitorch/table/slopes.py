"""Gradients that are operations of their own, as PyTorch's kernels for backward are.

`create_graph=True` records one node for such a gradient, and it may require grad though
nothing in its value says so: the slope of `relu` does, because its result did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from ..events import silence
from ..grad_mode import enable_grad
from ..op import OPS, Op, call, do
from ..storage import own
from ..tensor import Tensor, needs_grad, wrap
from ..thread import inside_quiet

Forward = Callable[..., Any]


class Derivative:
    """The derivative of a formula by one of its inputs, found by differentiating it.

    The formula may have several results, `many`, and None for one that nobody wants.
    """

    def __init__(
        self,
        forward: Forward,
        inputs: Sequence[str],
        args: Sequence[str],
        name: str,
        *,
        many: bool = False,
    ) -> None:
        self.forward, self.count, self.many = forward, len(inputs), many
        self.place = inputs.index(name)
        self.__signature__ = Signature(
            [
                Parameter(n, Parameter.POSITIONAL_OR_KEYWORD)
                for n in ("grads" if many else "grad", *inputs, *args)
            ]
        )

    def __call__(self, grad: Any, *values: Any) -> Any:
        """Return the gradient by the input, of the kind `grad` is."""
        grads = list(grad) if self.many else [grad]
        if any(isinstance(each, Tensor) for each in grads):
            return self._found(grads, values, create_graph=True)
        tensors = [
            None if v is None else wrap(np.asarray(v)) for v in values[: self.count]
        ]
        for tensor in tensors:
            if tensor is not None:
                tensor._requires_grad = tensor._array.dtype.kind == "f"
        given = (*tensors, *values[self.count :])
        with inside_quiet(), silence():
            grads = [None if each is None else wrap(each) for each in grads]
            found = self._found(grads, given, create_graph=False)
            return None if found is None else own(found._array)

    def _found(
        self, grads: Sequence[Any], values: Sequence[Any], *, create_graph: bool
    ) -> Any:
        from ..autograd.passes import grad as differentiate

        with enable_grad():
            # Each input stands alone: what one owes to another isn't counted here.
            inputs: list[Any] = [
                None if v is None else call(OPS["alias"], (v,))
                for v in values[: self.count]
            ]
            found = self.forward(*inputs, *values[self.count :])
        wanted: Tensor = inputs[self.place]
        slope, each = None, found if self.many else [found]
        pairs = [
            (result, grad)
            for result, grad in zip(each, grads, strict=True)
            if result is not None and grad is not None and needs_grad(result)
        ]
        if pairs:
            found, given = zip(*pairs, strict=True)
            slope = differentiate(
                found, wanted, given, create_graph=create_graph, allow_unused=True
            )[0]
        if slope is None and not self.many:
            return wrap(np.zeros_like(wanted._array))
        return slope


#: How often PyTorch writes to the gradients of a kernel's two inputs, of which the last
#: has no slope: zeros are filled in.
NO_SLOPE_LAST = 0, 1


def no_slope(grad: Any, self_sym_info: Any) -> Any:
    """Return the slope by an input whose values a kernel for backward doesn't use.

    PyTorch knows it for zeros, so that what the kernel makes requires grad.

    >>> no_slope(np.ones(2), (1, 2))
    array([[0., 0.]])
    """
    return do.new_zeros(grad, self_sym_info)


def no_slope_of_other(grad: Any, other_sym_info: Any) -> Any:
    """Return the same by an input called `other`.

    >>> no_slope_of_other(np.ones(2), (1,))
    array([0.])
    """
    return do.new_zeros(grad, other_sym_info)


def not_implemented(name: str) -> Callable[..., Any]:
    """Return the formula of what PyTorch has no derivative for.

    >>> not_implemented("cdist")(None)
    Traceback (most recent call last):
        ...
    NotImplementedError: the derivative for 'cdist' is not implemented.
    """

    def refuse(grad: Any) -> Any:
        raise NotImplementedError(f"the derivative for '{name}' is not implemented.")

    return refuse


def slope(
    name: str,
    forward: Forward,
    *,
    node: str | None = None,
    edges: Sequence[str] | None = None,
    **other: Any,
) -> Op:
    """Add the row of a gradient that PyTorch's graph shows as one operation.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.zeros(1, requires_grad=True)
    >>> torch.autograd.grad(x.tanh(), x, create_graph=True)
    (tensor([1.], grad_fn=<TanhBackwardBackward0>),)
    """
    code = forward.__code__
    count = code.co_posonlyargcount
    names = code.co_varnames[: code.co_argcount]
    inputs, args = names[:count], names[count:]
    formulas: dict[str, Any] = {
        each: Derivative(forward, inputs, args, each) for each in edges or inputs
    }
    formulas |= other
    return Op(name, forward, node=node, **formulas)


def slopes(
    name: str,
    forward: Forward,
    outputs: tuple[str, ...],
    *,
    of: str,
    inputs: Sequence[str],
    args: Sequence[str],
    node: str,
    edges: Sequence[str] = (),
    **other: Any,
) -> Op:
    """Add the row of all gradients of an operation, which are one in PyTorch's graph.

    `inputs` and `args` are what `of` saved for it. The last of the new row's plain
    values says which gradients are wanted; `forward` returns None for the others. What
    is in `edges` gets its derivatives by differentiating that.
    """
    code = forward.__code__
    own, rest = (
        code.co_varnames[: code.co_posonlyargcount],
        code.co_varnames[code.co_posonlyargcount : code.co_argcount],
    )

    @wraps(forward)
    def run(*values: Any) -> tuple[Any, ...]:
        nothing = np.empty(0, values[0].dtype)
        return tuple(nothing if x is None else x for x in forward(*values))

    formulas: dict[str, Any] = {
        each: Derivative(forward, own, rest, each, many=True) for each in edges
    }

    def at_once(grad: Any, wanted: Sequence[bool], **saved: Any) -> list[Any]:
        given = grad, *(saved.get(each) for each in inputs)
        values = *(saved[each] for each in args), tuple(wanted)
        found = call(OPS[name], given, values)
        return [x if want else None for x, want in zip(found, wanted, strict=True)]

    OPS[of].at_once = at_once
    formulas |= other
    return Op(name, run, node=node, outputs=outputs, **formulas)
