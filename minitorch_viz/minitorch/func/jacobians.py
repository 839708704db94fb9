"""Functions made of functions: Jacobians and Hessians."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any

from ..events import silence
from ..functions.joining import stack
from ..functions.shaping import reshape
from ..tensor import Tensor
from .nested import leaves, mapped
from .transforms import (
    JVP,
    Argnums,
    Function,
    Level,
    check_floating,
    check_tensors,
    chosen,
    differentiating,
    with_aux,
)


def jacrev(
    func: Function,
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    chunk_size: int | None = None,
) -> Function:
    """Return the function of a function's Jacobian.

    >>> from minitorch_viz import minitorch as torch
    >>> jacrev(lambda x: x**2)(torch.tensor([1.0, 3.0]))
    tensor([[2., 0.],
            [0., 6.]])
    """
    return _jacobian(func, argnums, has_aux, check_floating)


def _jacobian(
    func: Function, argnums: Argnums, has_aux: bool, check: Callable[[Any], None]
) -> Function:
    @wraps(func)
    def run(*args: Any, **kwargs: Any) -> Any:
        level = Level()
        given, by = chosen(level, argnums, args)
        with differentiating():
            outputs, aux = func(*given, **kwargs), None
            if has_aux:
                outputs, aux = with_aux("vjp(f, *primals)", outputs)
            check(outputs)
            found = mapped(lambda out: _jacobians(level, out, by), outputs)
        return (found, mapped(level.aside, aux)) if has_aux else found

    return run


def _jacobians(level: Level, out: Tensor, by: Any) -> Any:
    """Return the Jacobian of one output by each point, row by row."""
    if not out.is_floating_point():  # nothing flows through whole numbers
        return mapped(lambda p: out.new_zeros((*out.shape, *p.shape)), by)
    points = list(leaves(by))
    rows: list[list[Tensor]] = []
    for place in range(out.numel()):
        with silence():
            unit = out.new_zeros(out.shape)
            unit.view(-1)[place] = 1
        rows.append(level.slopes([out], points, [unit]))
    number = count()

    def of(point: Tensor) -> Any:
        at, shape = next(number), (*out.shape, *point.shape)
        if not rows:
            return point.new_zeros(shape)
        return level.left(reshape(stack([row[at] for row in rows]), shape))

    return mapped(of, by)


def jacfwd(
    func: Function,
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    chunk_size: int | None = None,
    randomness: str = "error",
) -> Function:
    """Return the function of a function's Jacobian, as `jacrev` computes it.

    >>> from minitorch_viz import minitorch as torch
    >>> jacfwd(lambda x: x.sum())(torch.ones(2))
    tensor([1., 1.])
    """
    return _jacobian(func, argnums, has_aux, lambda outs: check_tensors(JVP, outs))


def hessian(func: Function, argnums: Argnums = 0) -> Function:
    """Return the function of a function's second derivatives.

    >>> from minitorch_viz import minitorch as torch
    >>> hessian(lambda x: (x**3).sum())(torch.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)
