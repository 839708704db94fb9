"""`gradcheck`: a gradient against small differences of the function itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor, needs_grad, wrap
from .passes import grad


class GradcheckError(RuntimeError):
    """The two Jacobians differ."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    **unused: Any,
) -> bool:
    """Return True if gradients agree with central differences.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(3, dtype=torch.float64, requires_grad=True)
    >>> gradcheck(lambda x: (x**2).sum(), x)
    True
    """
    given = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    if not any(isinstance(x, Tensor) and needs_grad(x) for x in given):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none "
            "of the them have requires_grad=True."
        )
    for place, output in enumerate(_outputs(func, given)):
        for number, x in enumerate(given):
            if not (isinstance(x, Tensor) and needs_grad(x)):
                continue
            slope = _analytical(output, x)
            measured = _numerical(func, given, x, place, eps)
            if not np.allclose(slope, measured, rtol, atol):
                if not raise_exception:
                    return False
                raise GradcheckError(
                    f"Jacobian mismatch for output {place} with respect to input "
                    f"{number},\nnumerical:{wrap(measured.T)}\n"
                    f"analytical:{wrap(slope.T)}\n"
                )
    return True


def gradgradcheck(func: Callable[..., Any], inputs: Any, **options: Any) -> bool:
    """Return True if second derivatives agree with central differences.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(3, dtype=torch.float64, requires_grad=True)
    >>> gradgradcheck(lambda x: (x**3).sum(), x)
    True
    """

    def slopes(*given: Any) -> Any:
        wanted = [x for x in given if isinstance(x, Tensor) and needs_grad(x)]
        outputs = _outputs(func, given)
        starts = [wrap(np.ones_like(o._array)) for o in outputs]
        return grad(outputs, wanted, starts, create_graph=True)

    return gradcheck(slopes, inputs, **options)


def _outputs(func: Callable[..., Any], given: Sequence[Any]) -> tuple[Tensor, ...]:
    found = func(*given)
    return (found,) if isinstance(found, Tensor) else tuple(found)


def _analytical(output: Tensor, x: Tensor) -> Any:
    rows = []
    for place in range(output._array.size):
        start = np.zeros(output._array.shape, output._array.dtype)
        start.reshape(-1)[place] = 1
        (row,) = grad(output, x, wrap(start), retain_graph=True, materialize_grads=True)
        assert row is not None
        rows.append(row._array.reshape(-1))
    return np.array(rows)


def _numerical(
    func: Callable[..., Any], given: Sequence[Any], x: Tensor, output: int, eps: float
) -> Any:
    columns = []
    array = x._array
    for place in np.ndindex(array.shape):
        kept, ends = array[place], []
        for step in (eps, -eps):
            array[place] = kept + step
            ends.append(_outputs(func, given)[output]._array.flatten())
        array[place] = kept
        columns.append((ends[0] - ends[1]) / (2 * eps))
    return np.array(columns).T
