"""What PyTorch's argument parser says of arguments that no function could take.

A call is looked at only after it has failed, or where it isn't given a tensor first:
calls that work pay nothing for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .kinds import type_name
from .signatures import refusal, takes_nothing
from .tensor import Tensor

#: What a function takes first, by what it calls it; it might do with less.
_FIRST: dict[str, type | tuple[type, ...]] = {
    "self": Tensor,
    "input": Tensor,
    "tensors": (tuple, list),
}


def checked(
    function: Callable[..., Any], name: str, part: str = "torch"
) -> Callable[..., Any]:
    """Return `function` with PyTorch's errors for what it can't take.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.cumsum(None, 0)
    Traceback (most recent call last):
        ...
    TypeError: cumsum(): argument 'input' (position 1) must be Tensor, not NoneType
    """
    first = _FIRST.get(function.__code__.co_varnames[0], object)

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if args and not isinstance(args[0], first):
            refuse(part, name, args, kwargs)
        try:
            return function(*args, **kwargs)
        except Exception:
            refuse(part, name, args, kwargs)
            raise

    run.__name__ = run.__qualname__ = name
    return run


def refuse(part: str, name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Raise what PyTorch's parser says of these arguments; return if it takes them."""
    if part == "Tensor":
        text = _of_method(name, args, kwargs) or refusal(part, name, args[1:], kwargs)
    else:
        text = refusal(part, name, args, kwargs)
    if text is not None:
        raise TypeError(text) from None


def _of_method(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> str | None:
    """Return what Python says of a method written in C."""
    if not args:
        return f"unbound method TensorBase.{name}() needs an argument"
    if not isinstance(args[0], Tensor):
        return (
            f"descriptor '{name}' for 'torch._C.TensorBase' objects doesn't apply to "
            f"a '{type_name(args[0])}' object"
        )
    if takes_nothing(name) and kwargs:
        return f"TensorBase.{name}() takes no keyword arguments"
    if takes_nothing(name) and len(args) > 1:
        return f"TensorBase.{name}() takes no arguments ({len(args) - 1} given)"
    return None


def _is_index(value: Any) -> bool:
    return isinstance(value, Tensor) and not value._array.ndim


def size_of(name: str, args: Sequence[Any]) -> tuple[int, ...]:
    """Return the size that a factory was given, or raise what PyTorch's parser says.

    >>> size_of("zeros", (2, 3)), size_of("zeros", ([2, 3],))
    ((2, 3), (2, 3))
    >>> size_of("zeros", ("a",))
    Traceback (most recent call last):
        ...
    TypeError: zeros(): argument 'size' (position 1) must be tuple of ints, not str
    """
    alone = len(args) == 1
    listed = alone and isinstance(args[0], (tuple, list))
    sizes = args[0] if listed else args
    for place, value in enumerate(sizes):
        if isinstance(value, int) or _is_index(value) or isinstance(value, np.integer):
            continue
        kind, argument = type(value).__name__, f"{name}(): argument 'size'"
        if place:
            raise TypeError(
                f"{argument} failed to unpack the object at pos {place + 1} with error "
                f'"type must be tuple of ints,but got {kind}"'
            )
        if listed:
            raise TypeError(
                f"{argument} (position 1) must be tuple of ints, but found element of "
                f"type {kind} at pos 0"
            )
        raise TypeError(f"{argument} (position 1) must be tuple of ints, not {kind}")
    return tuple(int(n) for n in sizes)
