"""Gradients that are operations of their own, as PyTorch's kernels for backward are.

`create_graph=True` records one node for such a gradient, and it may require grad though
nothing in its value says so: the slope of `relu` does, because its result did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from ..events import silence
from ..grad_mode import enable_grad
from ..op import OPS, Op, call, do
from ..tensor import Tensor, needs_grad, wrap
from ..thread import inside_quiet

Forward = Callable[..., Any]


class Derivative:
    """The derivative of a formula by one of its inputs, found by differentiating it."""

    def __init__(
        self, forward: Forward, inputs: Sequence[str], args: Sequence[str], name: str
    ) -> None:
        self.forward, self.count = forward, len(inputs)
        self.place = inputs.index(name)
        self.__signature__ = Signature(
            [
                Parameter(n, Parameter.POSITIONAL_OR_KEYWORD)
                for n in ("grad", *inputs, *args)
            ]
        )

    def __call__(self, grad: Any, *values: Any) -> Any:
        """Return the gradient by the input, of the kind `grad` is."""
        if isinstance(grad, Tensor):
            return self._found(grad, values, create_graph=True)
        tensors = [
            None if v is None else wrap(np.asarray(v)) for v in values[: self.count]
        ]
        for tensor in tensors:
            if tensor is not None:
                tensor._requires_grad = tensor._array.dtype.kind == "f"
        given = (*tensors, *values[self.count :])
        with inside_quiet(), silence():
            return self._found(wrap(grad), given, create_graph=False)._array

    def _found(self, grad: Tensor, values: Sequence[Any], *, create_graph: bool) -> Any:
        from ..autograd.passes import grad as differentiate

        with enable_grad():
            # Each input stands alone: what one owes to another isn't counted here.
            inputs: list[Any] = [
                None if v is None else call(OPS["alias"], (v,))
                for v in values[: self.count]
            ]
            found = self.forward(*inputs, *values[self.count :])
        wanted: Tensor = inputs[self.place]
        slope = None
        if needs_grad(found):
            slope = differentiate(
                found, wanted, grad, create_graph=create_graph, allow_unused=True
            )[0]
        return wrap(np.zeros_like(wanted._array)) if slope is None else slope


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
