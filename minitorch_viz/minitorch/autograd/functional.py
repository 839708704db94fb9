"""`torch.autograd.functional`: Jacobians, Hessians and products with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..creation import zeros_like
from ..functions.joining import stack
from ..functions.shaping import reshape, squeeze, view
from ..grad_mode import recording
from ..tensor import Tensor
from ..thread import thread
from .passes import grad
from .strictness import (
    GRADIENT_INDEPENDENT,
    HESSIAN_CONSTANT,
    HESSIAN_OF_LINEAR,
    HESSIAN_TRICK,
    INDEPENDENT,
    JACOBIAN_CONSTANT,
    NO_GRADIENTS,
    NO_VECTOR,
    NOT_TOGETHER,
    OF_OUTPUT,
    SLOPE_INDEPENDENT,
    TRICK_INDEPENDENT,
    check_known,
    check_strategy,
)

Inputs = Tensor | Sequence[Tensor]
_OUTPUTS = "outputs of the user-provided function"


def _listed(value: Any, what: str, name: str) -> tuple[bool, tuple[Tensor, ...]]:
    """Return whether several were given, and all of them as a tuple."""
    several = isinstance(value, tuple)
    listed = value if several else (value,)
    for place, each in enumerate(listed):
        if not isinstance(each, Tensor):
            where = f"value at index {place}" if several else f"given {what}"
            raise TypeError(
                f"The {what} given to {name} must be either a Tensor or a tuple of "
                f"Tensors but the {where} has type {type(each)}."
            )
    return several, listed


def _prepared(
    inputs: Sequence[Tensor], create_graph: bool, *, need: bool = True
) -> tuple[Tensor, ...]:
    """Return the points to differentiate at: new tensors, told apart from captured."""
    return tuple(
        x.view_as(x)
        if create_graph and x.requires_grad
        else x.detach().requires_grad_(need)
        for x in inputs
    )


def _finished(found: Any, create_graph: bool) -> Any:
    """Return nested tuples of tensors, without a graph unless one was asked for."""
    if isinstance(found, Tensor):
        return found if create_graph else found.detach()
    return tuple(_finished(each, create_graph) for each in found)


def _vector(
    v: Any, several: bool, like: Sequence[Tensor], name: str, create_graph: bool
) -> tuple[Tensor, ...]:
    """Return what a Jacobian is to be multiplied with, which must be of its size."""
    _, listed = _listed(v, "v", name)
    found = _prepared(listed, create_graph, need=False)
    if len(found) != len(like):
        raise RuntimeError(
            f"v is a tuple of invalid length: should be {len(like)} but got "
            f"{len(found)}."
            if several
            else "The given v should contain a single Tensor."
        )
    for place, (one, other) in enumerate(zip(found, like, strict=True)):
        if one._array.shape != other._array.shape:
            entry = f"Entry {place} in " if several else ""
            raise RuntimeError(
                f"{entry}v has invalid size: should be {other.shape} but got "
                f"{one.shape}."
            )
    return found


def _is_scalar(tensors: Sequence[Tensor]) -> bool:
    return len(tensors) == 1 and tensors[0]._array.size == 1


def _strictly(found: Sequence[Tensor | None], message: str) -> None:
    """Refuse what doesn't require grad, in strict mode."""
    for place, each in enumerate(found):
        if each is None:
            raise RuntimeError(INDEPENDENT.format(place))
        if not each.requires_grad:
            raise RuntimeError(message.format(place))


def _slopes(
    outputs: Sequence[Tensor | None],
    inputs: Sequence[Tensor],
    starts: Sequence[Tensor] | None = None,
    **flags: bool,
) -> tuple[Tensor | None, ...]:
    """Return gradients, passing by outputs that have none."""
    kept = [n for n, out in enumerate(outputs) if out is not None and out.requires_grad]
    if not kept:
        return (None,) * len(inputs)
    given = None if starts is None else [starts[n] for n in kept]
    wanted: Any = [outputs[n] for n in kept]
    return tuple(grad(wanted, inputs, given, allow_unused=True, **flags))


def _filled(
    found: Sequence[Tensor | None],
    like: Sequence[Tensor],
    strict: bool,
    create_graph: bool,
    refusals: tuple[str, str],
) -> tuple[Tensor, ...]:
    """Return gradients with zeros where there is none, which strict mode refuses."""
    unused, constant = refusals
    for place, each in enumerate(found):
        if strict and each is None:
            raise RuntimeError(unused.format(place))
        if strict and create_graph and each is not None and not each.requires_grad:
            raise RuntimeError(constant.format(place))
    pairs = zip(found, like, strict=True)
    return tuple(zeros_like(x) if each is None else each for each, x in pairs)


def _unpacked(found: Sequence[Any], several: bool) -> Any:
    return found if several else found[0]


def _ran(
    func: Callable[..., Any], points: Sequence[Tensor], name: str, strict: bool
) -> tuple[bool, tuple[Tensor, ...]]:
    several, outputs = _listed(func(*points), _OUTPUTS, name)
    if strict:
        _strictly(outputs, NO_GRADIENTS)
    return several, outputs


def _one_row(
    output: Tensor,
    element: int,
    number: int,
    points: Sequence[Tensor],
    create_graph: bool,
    strict: bool,
) -> list[Tensor]:
    """Return the derivatives of one element of an output."""
    outputs = (reshape(output, (-1,))[element],)
    found = _slopes(outputs, points, retain_graph=True, create_graph=create_graph)
    for place, each in enumerate(found):
        if strict and each is None:
            raise RuntimeError(OF_OUTPUT.format(number, place))
        if strict and create_graph and each is not None and not each.requires_grad:
            raise RuntimeError(JACOBIAN_CONSTANT.format(number))
    pairs = zip(found, points, strict=True)
    return [zeros_like(x) if each is None else each for each, x in pairs]


def jacobian(
    func: Callable[..., Any],
    inputs: Inputs,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """Return the derivative of every output element by every input element.

    >>> from minitorch_viz import minitorch as torch
    >>> jacobian(lambda x: x**2, torch.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    check_strategy(strategy, create_graph, strict, vectorize)
    with recording(True):
        several_in, listed = _listed(inputs, "inputs", "jacobian")
        points = _prepared(listed, create_graph)
        several, outputs = _ran(func, points, "jacobian", strict)
        if vectorize and strict:
            raise RuntimeError(NOT_TOGETHER)
        found = []
        for number, output in enumerate(outputs):
            rows = [
                _one_row(output, element, number, points, create_graph, strict)
                for element in range(output._array.size)
            ]
            parts = [
                view(
                    stack([row[place] for row in rows], 0),
                    (*output._array.shape, *x._array.shape),
                )
                for place, x in enumerate(points)
            ]
            found.append(_unpacked(tuple(parts), several_in))
        return _unpacked(_finished(found, create_graph), several)


def hessian(
    func: Callable[..., Tensor],
    inputs: Inputs,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """Return the second derivatives of a function with one output element.

    >>> from minitorch_viz import minitorch as torch
    >>> hessian(lambda x: (x**3).sum(), torch.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    several, _ = _listed(inputs, "inputs", "hessian")
    how = outer_jacobian_strategy
    check_known(how)

    def single(*points: Tensor) -> Tensor:
        several_out, outputs = _ran(func, points, "hessian", strict)
        return squeeze(_only(several_out, outputs, "hessian"))

    def slopes(*points: Tensor) -> Any:
        found = jacobian(single, points, create_graph=True)
        if strict:
            _strictly(found, HESSIAN_OF_LINEAR)
        return found

    rows = jacobian(slopes, inputs, create_graph, strict, vectorize, how)
    return rows if several else rows[0]


def _only(several: bool, outputs: Sequence[Tensor], name: str) -> Tensor:
    if several:
        raise RuntimeError(
            f"The function given to {name} should return a single Tensor"
        )
    if outputs[0]._array.size != 1:
        raise RuntimeError(
            f"The Tensor returned by the function given to {name} should contain a "
            "single element"
        )
    return outputs[0]


def vjp(
    func: Callable[..., Any],
    inputs: Inputs,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> Any:
    """Return `func(inputs)`, and `v` times its Jacobian.

    >>> from minitorch_viz import minitorch as torch
    >>> vjp(lambda x: x**2, torch.tensor([3.0]), torch.ones(1))[1]
    tensor([6.])
    """
    with recording(True):
        several_in, listed = _listed(inputs, "inputs", "vjp")
        points = _prepared(listed, create_graph)
        several, outputs = _ran(func, points, "vjp", strict)
        starts = None
        if v is not None:
            starts = _vector(v, several, outputs, "vjp", create_graph)
        elif not _is_scalar(outputs):
            raise RuntimeError(
                "The vector v can only be None if the user-provided function returns a "
                "single Tensor with a single element."
            )
    with recording(create_graph or thread.now.grad):
        found = _slopes(outputs, points, starts, create_graph=create_graph)
        refusals = INDEPENDENT, JACOBIAN_CONSTANT
        products = _filled(found, points, strict, create_graph, refusals)
    return (
        _unpacked(_finished(outputs, create_graph), several),
        _unpacked(_finished(products, create_graph), several_in),
    )


def jvp(
    func: Callable[..., Any],
    inputs: Inputs,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> Any:
    """Return `func(inputs)`, and its Jacobian times `v`.

    >>> from minitorch_viz import minitorch as torch
    >>> jvp(lambda x: x**2, torch.tensor([3.0]), torch.ones(1))[1]
    tensor([6.])
    """
    with recording(True):
        several_in, listed = _listed(inputs, "inputs", "jvp")
        points = _prepared(listed, create_graph)
        starts = None
        if v is not None:
            starts = _vector(v, several_in, points, "jvp", create_graph)
        elif not _is_scalar(points):
            raise RuntimeError(NO_VECTOR)
        several, outputs = _ran(func, points, "jvp", strict)
        # The derivative of a product with the Jacobian by what it is multiplied with.
        factors = [zeros_like(x, requires_grad=True) for x in outputs]
        slopes = _slopes(outputs, points, factors, create_graph=True)
        if strict:
            _strictly(slopes, GRADIENT_INDEPENDENT)
    with recording(create_graph or thread.now.grad):
        found = _slopes(slopes, factors, starts, create_graph=create_graph)
        refusals = TRICK_INDEPENDENT, JACOBIAN_CONSTANT
        products = _filled(found, outputs, strict, create_graph, refusals)
    return (
        _unpacked(_finished(outputs, create_graph), several),
        _unpacked(_finished(products, create_graph), several),
    )


def vhp(
    func: Callable[..., Tensor],
    inputs: Inputs,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> Any:
    """Return `func(inputs)`, and `v` times its Hessian.

    >>> from minitorch_viz import minitorch as torch
    >>> vhp(lambda x: (x**3).sum(), torch.tensor([2.0]), torch.ones(1))[1]
    tensor([12.])
    """
    return _with_hessian("vhp", func, inputs, v, create_graph, strict)


def hvp(
    func: Callable[..., Tensor],
    inputs: Inputs,
    v: Any = None,
    create_graph: bool = False,
    strict: bool = False,
) -> Any:
    """Return `func(inputs)`, and its Hessian times `v`.

    >>> from minitorch_viz import minitorch as torch
    >>> hvp(lambda x: (x**3).sum(), torch.tensor([2.0]), torch.ones(1))[1]
    tensor([12.])
    """
    return _with_hessian("hvp", func, inputs, v, create_graph, strict)


def _with_hessian(
    name: str,
    func: Callable[..., Tensor],
    inputs: Inputs,
    v: Any,
    create_graph: bool,
    strict: bool,
) -> Any:
    """Return a function's value, and `v` times its Hessian or the other way round."""
    with recording(True):
        several_in, listed = _listed(inputs, "inputs", name)
        points = _prepared(listed, create_graph)
        starts = None
        if v is not None:
            starts = _vector(v, several_in, points, name, create_graph)
        elif not _is_scalar(points):
            raise RuntimeError(NO_VECTOR)
        several, outputs = _ran(func, points, name, strict)
        _only(several, outputs, name)
        slopes = _slopes(outputs, points, create_graph=True)
        if strict:
            _strictly(slopes, HESSIAN_OF_LINEAR)
        wanted, refusals = points, (SLOPE_INDEPENDENT, HESSIAN_CONSTANT)
        if name == "hvp":
            # As in `jvp`: the derivative by what the Hessian is multiplied with.
            wanted = tuple(zeros_like(x, requires_grad=True) for x in points)
            slopes = _slopes(slopes, points, wanted, create_graph=True)
            refusals = HESSIAN_TRICK, HESSIAN_CONSTANT
    with recording(create_graph or thread.now.grad):
        found = _slopes(slopes, wanted, starts, create_graph=create_graph)
        products = _filled(found, points, strict, create_graph, refusals)
    return (
        _finished(outputs[0], create_graph),
        _unpacked(_finished(products, create_graph), several_in),
    )
