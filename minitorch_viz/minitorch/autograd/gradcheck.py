"""`gradcheck`: a gradient against small differences of the function itself."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..creation import empty
from ..dtypes import float64
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
    given = _listed(inputs)
    _check_inputs(given)
    found = _listed(func(*given))
    outputs = [out for out in found if out.requires_grad]
    points = [x for x in given if _asked(x)]
    # Without a graph the function must be constant.
    for place, output in enumerate(outputs or found):
        for number, x in enumerate(points):
            at = next(n for n, each in enumerate(found) if each is output)
            measured = _numerical(func, given, x, at, eps)
            slope = _analytical(output, x) if outputs else np.zeros_like(measured)
            tolerance = (rtol, atol) if outputs else (0, 0)
            if not np.allclose(slope, measured, *tolerance):
                if not raise_exception:
                    return False
                raise GradcheckError(
                    f"Jacobian mismatch for output {place} with respect to input "
                    f"{number},\nnumerical:{wrap(measured)}\n"
                    f"analytical:{wrap(slope)}\n"
                    if outputs
                    else "Numerical gradient for function expected to be zero"
                )
    return True


def gradgradcheck(
    func: Callable[..., Any], inputs: Any, grad_outputs: Any = None, **options: Any
) -> bool:
    """Return True if second derivatives agree with central differences.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(3, dtype=torch.float64, requires_grad=True)
    >>> gradgradcheck(lambda x: (x**3).sum(), x)
    True
    """
    given = _listed(inputs)
    if grad_outputs is None:
        outputs = [out for out in _listed(func(*given)) if out.requires_grad]
        starts = [_start(out) for out in outputs]
    else:
        starts = list(_listed(grad_outputs))

    # Without outputs that require grad this cuts everything off, as PyTorch's does.
    cut = -len(starts)

    def slopes(*points: Any) -> Any:
        wanted = [x for x in points[:cut] if _asked(x)]
        outputs = [out for out in _listed(func(*points[:cut])) if out.requires_grad]
        found = grad(
            outputs, wanted, points[cut:], create_graph=True, allow_unused=True
        )
        return tuple(each for each in found if each is not None)

    return gradcheck(slopes, (*given, *starts), **options)


def _start(output: Tensor) -> Tensor:
    """Return random numbers for the gradient to begin with."""
    kind = output.dtype if output.dtype.is_floating_point else float64
    made: Any = empty(output._array.shape, dtype=kind)
    return made.uniform_(-1, 1).requires_grad_()  # type: ignore[no-any-return]


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _asked(value: Any) -> bool:
    return isinstance(value, Tensor) and needs_grad(value)


def _check_inputs(given: Sequence[Any]) -> None:
    """Refuse inputs whose gradients differences can't measure."""
    for place, x in enumerate(given):
        if not _asked(x):
            continue
        if x.dtype is not float64:
            warnings.warn(_NOT_DOUBLE.format(place), stacklevel=3)
        pairs = zip(x._array.strides, x._array.shape, strict=True)
        if any(stride <= 0 and size > 1 for stride, size in pairs):
            raise RuntimeError(_OVERLAPPING.format(place))
    if not any(map(_asked, given)):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none "
            "of them have requires_grad=True."
        )


def _analytical(output: Tensor, x: Tensor) -> Any:
    """Return a Jacobian by backward: a row for each element of `x`."""
    columns = []
    for place in range(output._array.size):
        start = np.zeros(output._array.shape, output._array.dtype)
        start.reshape(-1)[place] = 1
        (found,) = grad(
            output, x, wrap(start), retain_graph=True, materialize_grads=True
        )
        assert found is not None
        columns.append(found._array.reshape(-1))
    return np.array(columns, x._array.dtype).reshape(-1, x._array.size).T


def _numerical(
    func: Callable[..., Any], given: Sequence[Any], x: Tensor, output: int, eps: float
) -> Any:
    """Return a Jacobian by central differences: a row for each element of `x`."""
    rows = []
    array = x._array
    for place in np.ndindex(array.shape):
        kept, ends = array[place], []
        for step in (-eps, eps):
            array[place] = kept + step
            ends.append(_listed(func(*given))[output]._array.flatten())
        array[place] = kept
        rows.append((ends[1] - ends[0]) / (2 * eps))
    return np.array(rows)


_NOT_DOUBLE = (
    "Input #{} requires gradient and is not a double precision floating point or "
    "complex. This check will likely fail if all the inputs are not of double "
    "precision floating point or complex. "
)
_OVERLAPPING = (
    "The {}th input has a dimension with stride 0. gradcheck only supports inputs that "
    "are non-overlapping to be able to compute the numerical gradients correctly. You "
    "should call .contiguous on the input before passing it to gradcheck."
)
