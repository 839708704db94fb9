"""What functions of `nn.functional` ask of their arguments, in PyTorch's order.

PyTorch wrote most of them in Python: a list in place of a tensor fails where the first
method of the tensor is called, or in the parser of the function they end in.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from ..arguments import refuse
from ..tensor import Tensor

Function = TypeVar("Function", bound=Callable[..., Any])
_STEP = re.compile(r"(?P<owner>\w+)\.(?P<name>\w+)(\((?P<values>.*)\))?")


def asks(*steps: str) -> Callable[[Function], Function]:
    """Let a function that can't take its arguments fail as PyTorch's does.

    A step is a method that is called of an argument (`input.size`), or a function with
    a parser, of a part of torch, and the arguments that it is given, or a number: `...`
    are the call's own, where the function is that of the parser.

    >>> @asks("target.size", "nn.mse_loss(input, target)")
    ... def half(input, target):
    ...     return (input - target) / 2
    >>> half(None, 1)
    Traceback (most recent call last):
        ...
    AttributeError: 'int' object has no attribute 'size'
    """

    def mark(function: Function) -> Function:
        kinds = list(function.__annotations__.values())
        tensors = 2 if kinds[1:2] == ["Tensor"] else 1

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            for value in args[:tensors]:
                if not isinstance(value, Tensor):
                    _ask(function, steps, args, kwargs)
            try:
                return function(*args, **kwargs)
            except Exception:
                _ask(function, steps, args, kwargs)
                raise

        return cast("Function", run)

    return mark


def _ask(
    function: Callable[..., Any],
    steps: Sequence[str],
    args: Sequence[Any],
    kwargs: dict[str, Any],
) -> None:
    """Take the steps with these arguments; the one that can't be taken raises."""
    given, bound = _bound(function, args, kwargs)
    for step in map(_STEP.fullmatch, steps):
        assert step is not None
        owner, name, values = step["owner"], step["name"], step["values"]
        if values == "...":
            refuse(owner, name, args, kwargs)
        elif values is None:
            if owner in given and not isinstance(given[owner], Tensor):
                getattr(given[owner], name)()
        elif bound:
            read = [given[n] if n in given else int(n) for n in values.split(", ")]
            refuse(owner, name, read, {})


def _bound(
    function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[dict[str, Any], bool]:
    """Return arguments by name, and whether the function has parameters for all."""
    signature = inspect.signature(function)
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:
        parameters = signature.parameters.values()
        placed = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
        some = args if len(args) > len(placed) else ()
        return dict(zip(placed, some, strict=False)), False
    bound.apply_defaults()
    return bound.arguments, True
