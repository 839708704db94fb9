"""Functions made of functions: gradients, and products with Jacobians."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

from ..autograd.passes import grad as gradients
from ..creation import ones_like, zeros_like
from ..events import silence
from ..graph import AccumulateGrad, Node
from ..tensor import Tensor
from ..thread import thread
from .nested import leaves, mapped, pattern, structure

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]
JVP = "jvp(f, primals, tangents)"


@contextmanager
def differentiating() -> Iterator[None]:
    """Let operations be recorded, whatever the modes around a transform are."""
    now = thread.now
    before = now.grad, now.inference, now.transforming
    now.grad, now.inference, now.transforming = True, False, True
    try:
        yield
    finally:
        now.grad, now.inference, now.transforming = before


class Level:
    """One transform at work, and the points that it differentiates at."""

    def __init__(self) -> None:
        self.points: list[Tensor] = []
        self.outer = thread.now.grad and not thread.now.inference

    def point(self, value: Any) -> Tensor:
        """Return a tensor to differentiate by; what it was made of stays connected."""
        if not isinstance(value, Tensor):
            raise ValueError(  # noqa: TRY004 - as PyTorch
                f"Thing passed to transform API must be Tensor, got {type(value)}"
            )
        if not value.is_floating_point():
            raise RuntimeError(
                "only Tensors of floating point dtype can require gradients"
            )
        with silence(), differentiating():
            if value.is_inference():
                value = value.clone()
            connected = self.outer and value.requires_grad
            made: Tensor = (
                value.view_as(value) if connected else value.detach().requires_grad_()
            )
        self.points.append(made)
        return made

    def slopes(
        self, outputs: Sequence[Any], by: Sequence[Tensor], along: Sequence[Any]
    ) -> list[Tensor]:
        """Return gradients; zeros where nothing depends on a point."""
        kept = [
            (out, v) for out, v in zip(outputs, along, strict=True) if out.requires_grad
        ]
        if not kept:
            return [zeros_like(point) for point in by]
        outs, vectors = zip(*kept, strict=True)
        flags = {"create_graph": True, "allow_unused": True}
        found = gradients(outs, by, vectors, **flags)
        return [
            zeros_like(point) if slope is None else slope
            for slope, point in zip(found, by, strict=True)
        ]

    def left(self, value: Any) -> Any:
        """Return a result as it is outside: without a graph unless others need it."""
        if not isinstance(value, Tensor) or not value.requires_grad:
            return value
        own, found = {id(point) for point in self.points}, list(_reached(value))
        # None is found from a view that `no_grad` made of what requires grad: others'.
        if self.outer and not (found and own.issuperset(map(id, found))):
            return value
        with silence():
            return value.detach()

    def aside(self, value: Any) -> Any:
        """Return what a function gave besides its result: tensors alone."""
        if not isinstance(value, Tensor):
            raise RuntimeError(  # noqa: TRY004 - as PyTorch
                f"Expected tensors, got unsupported type {type(value)}"
            )
        return self.left(value)


def _reached(value: Tensor) -> Iterator[Tensor]:
    """Yield the leaves that a tensor was computed of."""
    if value.grad_fn is None:
        yield value
    seen: set[Any] = set()
    waiting: list[Node | None] = [value.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if isinstance(node, AccumulateGrad):
            yield node.variable
        waiting += [to for to, _ in node.next_functions]


def chosen(level: Level, argnums: Argnums, args: Sequence[Any]) -> tuple[Any, Any]:
    """Return the arguments with points among them, and those points as chosen."""
    places = (argnums,) if isinstance(argnums, int) else argnums
    for place in places:
        if not -len(args) <= place < len(args):
            raise RuntimeError(
                f"Got argnum={place}, but only {len(args)} positional inputs"
            )
    given = list(args)
    for place in places:
        given[place] = mapped(level.point, given[place])
    picked = tuple(given[place] for place in places)
    return given, picked[0] if isinstance(argnums, int) else picked


def grad_and_value(
    func: Function, argnums: Argnums = 0, has_aux: bool = False
) -> Function:
    """Return a function of the gradient and the value.

    >>> from minitorch_viz import minitorch as torch
    >>> grad_and_value(lambda x: x**2)(torch.tensor(3.0))
    (tensor(6.), tensor(9.))
    """

    @wraps(func)
    def run(*args: Any, **kwargs: Any) -> Any:
        level = Level()
        given, by = chosen(level, argnums, args)
        with differentiating():
            output = func(*given, **kwargs)
            aux = None
            if has_aux:
                output, aux = with_aux("grad_and_value(f)(*args)", output)
            _check_scalar(output)
            points = list(leaves(by))
            found = iter(level.slopes([output], points, [ones_like(output)]))
        slopes = mapped(lambda _: level.left(next(found)), by)
        value = level.left(output)
        return (
            (slopes, (value, mapped(level.aside, aux))) if has_aux else (slopes, value)
        )

    return run


def with_aux(name: str, output: Any) -> Any:
    """Return what a function gave and what it gave besides.

    >>> with_aux("grad_and_value", (1, "more"))
    (1, 'more')
    """
    if not isinstance(output, tuple) or len(output) != 2:
        raise RuntimeError(
            f"{name}: output of function f should be a tuple: (output, aux) if has_aux "
            "is True"
        )
    return output


def _check_scalar(output: Any) -> None:
    name = "grad_and_value(f)(*args)"
    if not isinstance(output, Tensor):
        raise RuntimeError(  # noqa: TRY004 - as PyTorch
            f"{name}: Expected f(*args) to return a Tensor, got {type(output)}"
        )
    if output.dim():
        raise RuntimeError(
            f"{name}: Expected f(*args) to return a scalar Tensor, got tensor with "
            f"{output.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs "
            "instead?"
        )


def grad(func: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Return the function of a function's gradient.

    >>> from minitorch_viz import minitorch as torch
    >>> grad(grad(lambda x: x**3))(torch.tensor(2.0))
    tensor(12.)
    """
    both = grad_and_value(func, argnums, has_aux)

    @wraps(func)
    def run(*args: Any, **kwargs: Any) -> Any:
        slopes, value = both(*args, **kwargs)
        return (slopes, value[1]) if has_aux else slopes

    return run


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> Any:
    """Return a function's outputs, and the function of vectors times its Jacobian.

    >>> from minitorch_viz import minitorch as torch
    >>> value, back = vjp(lambda x: x**2, torch.tensor([1.0, 3.0]))
    >>> value, back(torch.ones(2))
    (tensor([1., 9.]), (tensor([2., 6.]),))
    """
    level = Level()
    by = tuple(mapped(level.point, each) for each in primals)
    aux = None
    with differentiating():
        outputs = func(*by)
        if has_aux:
            outputs, aux = with_aux("vjp(f, *primals)", outputs)
    check_floating(outputs)

    def back(cotangents: Any, retain_graph: bool = True) -> Any:
        given, wanted = pattern(cotangents), pattern(outputs)
        if given != wanted:
            raise RuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree "
                f"structure of outputs to the function. cotangents: {given}, primal "
                f"output: {wanted}"
            )
        vectors = list(leaves(cotangents))
        outs = list(leaves(outputs))
        for place, (out, v) in enumerate(zip(outs, vectors, strict=True)):
            if not isinstance(v, Tensor):
                raise TypeError(
                    "gradients can be either Tensors or None, but got "
                    f"{type(v).__name__}"
                )
            if out.shape != v.shape:
                raise RuntimeError(
                    f"Mismatch in shape: grad_output[{place}] has a shape of {v.shape} "
                    f"and output[{place}] has a shape of {out.shape}."
                )
        with differentiating():
            found = iter(level.slopes(outs, list(leaves(by)), vectors))
        return tuple(mapped(lambda _: level.left(next(found)), each) for each in by)

    value = mapped(level.left, outputs)
    return (value, back, mapped(level.aside, aux)) if has_aux else (value, back)


def check_tensors(name: str, outputs: Any) -> None:
    """Refuse outputs that aren't tensors, or of which there are none.

    >>> from minitorch_viz import minitorch as torch
    >>> check_tensors("vjp(f, *primals)", torch.ones(1))
    """
    found = list(leaves(outputs))
    if not found or (len(found) == 1 and found[0] is None):
        raise RuntimeError(
            f"{name}: Expected f to be a function that has non-empty output (got "
            f"output = {found})"
        )
    for each in found:
        if not isinstance(each, Tensor):
            raise RuntimeError(  # noqa: TRY004 - as PyTorch
                f"{name}: expected {name[4:5]}(*primals) to return only tensors, got "
                f"unsupported type {type(each)}"
            )


def check_floating(outputs: Any) -> None:
    """Refuse outputs through which nothing flows back.

    >>> from minitorch_viz import minitorch as torch
    >>> check_floating(torch.ones(1))
    """
    check_tensors("vjp(f, *primals)", outputs)
    for each in leaves(outputs):
        if not each.is_floating_point():
            raise RuntimeError(
                "vjp(f, ...): All outputs of f must be floating-point or complex "
                f"Tensors, got Tensor with dtype {each.dtype}"
            )


def jvp(func: Function, primals: Any, tangents: Any, *, has_aux: bool = False) -> Any:
    """Return a function's outputs, and its Jacobian times a vector.

    >>> from minitorch_viz import minitorch as torch
    >>> jvp(lambda x: x**2, (torch.tensor(3.0),), (torch.tensor(1.0),))
    (tensor(9.), tensor(6.))
    """
    name = JVP
    for said, each in (("primals", primals), ("tangents", tangents)):
        if not isinstance(each, tuple):
            raise RuntimeError(  # noqa: TRY004 - as PyTorch
                f"{name}: Expected {said} to be a tuple. E.g. it should be valid to "
                "call f(*primals)."
            )
    if pattern(primals) != pattern(tangents):
        raise RuntimeError(
            f"{name}: Expected primals and tangents to have the same python structure. "
            "For example, if primals is a tuple of 3 tensors, tangents also must be. "
            f"Got primals with structure {structure(primals)} and tangents with "
            f"structure {structure(tangents)}"
        )
    if not any(True for _ in leaves(primals)):
        raise RuntimeError(f"{name}: Expected primals to contain at least one Tensor.")
    level = Level()
    by = tuple(mapped(level.point, each) for each in primals)
    points, vectors = list(leaves(by)), list(leaves(tangents))
    for point, vector in zip(points, vectors, strict=True):
        if point.shape != vector.shape:
            raise RuntimeError(
                "Trying to set a forward gradient that has a different size than that "
                "of the original Tensor, this is not supported. Tensor is of size "
                f"{list(point.shape)} while the given forward gradient is of size "
                f"{list(vector.shape)}."
            )
    with differentiating():
        outputs, aux = func(*by), None
        if has_aux:
            outputs, aux = with_aux(name, outputs)
        check_tensors(name, outputs)
        outs = list(leaves(outputs))
        # A product with the Jacobian is linear: its own slope is the product wanted.
        smooth = [out for out in outs if out.is_floating_point()]
        along = [level.point(zeros_like(out)) for out in smooth]
        found = iter(level.slopes(level.slopes(smooth, points, along), along, vectors))
    value = mapped(level.left, outputs)

    def along_it(out: Tensor) -> Any:
        return level.left(next(found) if out.is_floating_point() else zeros_like(out))

    tangent = mapped(along_it, outputs)
    return (value, tangent, mapped(level.aside, aux)) if has_aux else (value, tangent)
