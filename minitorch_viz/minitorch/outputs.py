"""Calls with `out=`: what a function returns is written into given tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .events import silence
from .inplace import OUT_AND_GRADIENTS, write_over
from .op import OPS
from .refusing import all_inference
from .telling import emit
from .tensor import Tensor, needs_grad
from .thread import thread


def into(
    out: Any,
    name: str,
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: dict[str, Any],
) -> Any:
    """Write what a call returns into `out`, a tensor or several, and return that.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.zeros(2)
    >>> into(x, "ones", torch.ones, (2,), {}) is x
    True
    """
    several = isinstance(out, (tuple, list))
    outs: Sequence[Tensor] = out if several else (out,)
    inputs = tuple(_tensors((*args, *kwargs.values())))
    now = thread.now
    everything = (*inputs, *outs)
    tracked = now.grad and not now.inference and not all_inference(everything)
    if tracked and any(map(needs_grad, everything)):
        _refuse_to_track(name, inputs)
    grad, now.grad = now.grad, False
    try:
        with silence():
            found = function(*args, **kwargs)
    finally:
        now.grad = grad
    results = found if several else (found,)
    if several:
        _check_types(outs, results)
    for target, result in zip(outs, results, strict=True):
        write_over(target, result._array)
    if now.observer is not None:
        read = everything if several else inputs
        emit(OPS["copy"], (list(read),), (), tuple(outs), None, inplace=True, name=name)
    return found.into(out) if hasattr(found, "into") else out


def _refuse_to_track(name: str, inputs: Sequence[Tensor]) -> None:
    """Say that nothing is recorded, unless nobody tracks a function at all."""
    if not inputs:
        if name.startswith("rand"):
            raise RuntimeError("cannot resize variables that require grad")
        name = f"aten::{name}"
    if name not in OPS or OPS[name].formulas:
        raise RuntimeError(OUT_AND_GRADIENTS.format(name))


def _check_types(outs: Sequence[Tensor], results: Sequence[Tensor]) -> None:
    """Refuse tensors of other types than the results have, of which there are several.

    >>> from minitorch_viz import minitorch as torch
    >>> _check_types([torch.zeros(1)], [torch.tensor([1])])
    Traceback (most recent call last):
        ...
    RuntimeError: Expected out tensor to have dtype long int, but got float instead
    """
    for out, result in zip(outs, results, strict=True):
        if out.dtype is not result.dtype:
            raise RuntimeError(
                f"Expected out tensor to have dtype {result.dtype.c_name}, but got "
                f"{out.dtype.c_name} instead"
            )


def _tensors(values: Iterable[Any]) -> Iterator[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _tensors(value)
