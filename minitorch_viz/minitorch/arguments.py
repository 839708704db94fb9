"""What PyTorch's argument parser says of arguments that no function could take.

A call is looked at only after it has failed, by the function's annotations: calls that
work pay nothing for it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .tensor import Tensor

#: annotation -> what PyTorch calls it, and what may stand there
_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "Tensor": ("Tensor", lambda x: isinstance(x, Tensor)),
    "int": ("int", lambda x: isinstance(x, int) or _is_index(x)),
    "int | None": ("int", lambda x: isinstance(x, int) or _is_index(x)),
    "bool": ("bool", lambda x: isinstance(x, bool)),
    "float": ("Number", lambda x: isinstance(x, (int, float, Tensor))),
}


def _is_index(value: Any) -> bool:
    return isinstance(value, Tensor) and not value._array.ndim


def checked(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return `function` with PyTorch's errors for what it can't take.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.cumsum(None, 0)
    Traceback (most recent call last):
        ...
    TypeError: cumsum(): argument 'input' (position 1) must be Tensor, not NoneType
    """

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (TypeError, AttributeError):
            _explain(function, name, args, kwargs)
            raise

    return run


def _explain(
    function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: dict[str, Any]
) -> None:
    """Raise what PyTorch would; return if it is nothing that its parser sees."""
    parameters = inspect.signature(function).parameters
    _check_count(name, parameters.values(), len(args))
    given = dict(zip(parameters, args, strict=False)) | kwargs
    if "input" in given and "self" in parameters:
        given["self"] = given.pop("input")
    for place, (parameter, value) in enumerate(given.items(), 1):
        if parameter not in parameters:
            return
        wanted = parameters[parameter]
        kind, fits = _KINDS.get(str(wanted.annotation), ("", _anything))
        if not (fits(value) or (value is None and wanted.default is None)):
            raise TypeError(
                f"{name}(): argument '{_shown(parameter)}' (position {place}) must be "
                f"{kind}, not {type(value).__name__}"
            ) from None
    missing = [
        f'"{_shown(n)}"'
        for n, p in parameters.items()
        if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD and n not in given
    ]
    if missing:
        # The plural is PyTorch's.
        word = "arguments" if len(missing) == 1 else "argument"
        raise TypeError(
            f"{name}() missing {len(missing)} required positional {word}: "
            + ", ".join(missing)
        ) from None


def _check_count(
    name: str, parameters: Iterable[inspect.Parameter], count: int
) -> None:
    placed = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    most = len(placed)
    least = sum(p.default is p.empty for p in placed)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters) or count <= most:
        return
    takes = most if least == most else f"from {least} to {most}"
    word = "argument" if most == 1 else "arguments"
    raise TypeError(
        f"{name}() takes {takes} positional {word} but {count} were given"
    ) from None


def _anything(value: Any) -> bool:
    return True


def _shown(parameter: str) -> str:
    return "input" if parameter == "self" else parameter


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
