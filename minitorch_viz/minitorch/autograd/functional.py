"""`torch.autograd.functional`: Jacobians, Hessians and products with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..functions.joining import stack
from ..functions.shaping import view
from ..grad_mode import enable_grad
from ..tensor import Tensor
from .passes import grad

Inputs = Tensor | Sequence[Tensor]


def _prepared(inputs: Inputs, create_graph: bool) -> tuple[Tensor, ...]:
    listed = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    if create_graph:
        return tuple(x.view_as(x) for x in listed)
    return tuple(x.detach().requires_grad_() for x in listed)


def _rows(output: Tensor, inputs: Sequence[Tensor], create_graph: bool) -> list[Tensor]:
    """Return the Jacobian of one output with respect to every input."""
    rows: list[Any] = [
        grad(
            each,
            inputs,
            retain_graph=True,
            create_graph=create_graph,
            materialize_grads=True,
        )
        for each in output.reshape(-1)
    ]
    found = [
        view(stack([row[i] for row in rows]), (*output._array.shape, *x._array.shape))
        for i, x in enumerate(inputs)
    ]
    return found if create_graph else [each.detach() for each in found]


def jacobian(
    func: Callable[..., Any],
    inputs: Inputs,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
) -> Any:
    """Return the derivative of every output element by every input element.

    >>> from minitorch_viz import minitorch as torch
    >>> jacobian(lambda x: x**2, torch.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    with enable_grad():
        points = _prepared(inputs, create_graph)
        outputs = func(*points)
        single = isinstance(outputs, Tensor)
        found = [
            _rows(output, points, create_graph)
            for output in ((outputs,) if single else outputs)
        ]
    each = [row[0] if isinstance(inputs, Tensor) else tuple(row) for row in found]
    return each[0] if single else tuple(each)


def hessian(
    func: Callable[..., Tensor],
    inputs: Inputs,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
) -> Any:
    """Return the second derivatives of a function with one output element.

    >>> from minitorch_viz import minitorch as torch
    >>> hessian(lambda x: (x**3).sum(), torch.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """

    def slope(*points: Tensor) -> Any:
        found = jacobian(func, points, create_graph=True)
        return found[0] if isinstance(inputs, Tensor) else found

    return jacobian(slope, inputs, create_graph)


def vjp(func: Callable[..., Any], inputs: Inputs, v: Any = None) -> Any:
    """Return `func(inputs)`, and `v` times its Jacobian.

    >>> from minitorch_viz import minitorch as torch
    >>> vjp(lambda x: x**2, torch.tensor([3.0]), torch.ones(1))[1]
    tensor([6.])
    """
    with enable_grad():
        points = _prepared(inputs, False)
        outputs = func(*points)
    found = grad(outputs, points, v, materialize_grads=True)
    outputs = outputs.detach() if isinstance(outputs, Tensor) else outputs
    return outputs, found[0] if isinstance(inputs, Tensor) else found


def hvp(func: Callable[..., Tensor], inputs: Inputs, v: Any) -> Any:
    """Return `func(inputs)`, and its Hessian times `v`.

    >>> from minitorch_viz import minitorch as torch
    >>> hvp(lambda x: (x**3).sum(), torch.tensor([2.0]), torch.ones(1))[1]
    tensor([12.])
    """
    with enable_grad():
        points = _prepared(inputs, False)
        output = func(*points)
        slopes: Any = grad(output, points, create_graph=True, materialize_grads=True)
    vectors = (v,) if isinstance(v, Tensor) else v
    found = grad(slopes, points, vectors, materialize_grads=True)
    return output.detach(), found[0] if isinstance(inputs, Tensor) else found


def vhp(func: Callable[..., Tensor], inputs: Inputs, v: Any) -> Any:
    """Return `func(inputs)`, and `v` times its Hessian, which is symmetric.

    >>> from minitorch_viz import minitorch as torch
    >>> vhp(lambda x: (x**3).sum(), torch.tensor([2.0]), torch.ones(1))[1]
    tensor([12.])
    """
    return hvp(func, inputs, v)


def jvp(func: Callable[..., Any], inputs: Inputs, v: Any = None) -> Any:
    """Return `func(inputs)`, and its Jacobian times `v`.

    >>> from minitorch_viz import minitorch as torch
    >>> jvp(lambda x: x**2, torch.tensor([3.0]), torch.ones(1))[1]
    tensor([6.])
    """
    with enable_grad():
        points = _prepared(inputs, False)
        outputs = func(*points)
        single = isinstance(outputs, Tensor)
        listed = (outputs,) if single else tuple(outputs)
        # The derivative of a product with the Jacobian by what it is multiplied with.
        factors = [x.new_zeros(x.shape).requires_grad_() for x in listed]
        slopes: Any = grad(
            listed, points, factors, create_graph=True, materialize_grads=True
        )
    vectors = (v,) if isinstance(v, Tensor) else v
    found = grad(slopes, factors, vectors, materialize_grads=True)
    plain = tuple(x.detach() for x in listed)
    return (plain[0], found[0]) if single else (plain, found)
