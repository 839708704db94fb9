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

from ..arguments import number, refuse
from ..tensor import Tensor

Function = TypeVar("Function", bound=Callable[..., Any])
#: How parameters are annotated that are numbers, or whole numbers in a list.
_NUMBERS, _OTHERS = re.compile("float|int|Sizes"), re.compile(r"Tensor|\[float")
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
        numbers = {
            name
            for name, kind in function.__annotations__.items()
            if _NUMBERS.search(kind) and not _OTHERS.search(kind)
        }
        names = [*inspect.signature(function).parameters]
        #: Types of arguments that were asked before and are fine.
        taken: set[tuple[Any, ...]] = set()

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            types: tuple[Any, ...] = tuple(map(type, args))
            if kwargs:
                types += (*kwargs, *map(type, kwargs.values()))
            if types not in taken or tuple in types or list in types:
                given = dict(zip(names, args, strict=False)) | kwargs
                held = [n for n in numbers & given.keys() if _holds(given[n])]
                if held or types not in taken:
                    _ask(function, steps, args, kwargs)
                if held:
                    # The parsers that PyTorch's functions end in read numbers there.
                    read = given | {n: number(given[n]) for n in held}
                    placed = [read[name] for name in names[: len(args)]]
                    return run(*placed, **{name: read[name] for name in kwargs})
                taken.add(types)
            try:
                return function(*args, **kwargs)
            except Exception:
                _ask(function, steps, args, kwargs)
                raise

        return cast("Function", run)

    return mark


def _holds(value: Any) -> bool:
    """Say whether a tensor stands for a number, or for one of a list."""
    kind = type(value)
    if kind is tuple or kind is list:
        return any(type(each) is Tensor for each in value)
    return kind is Tensor


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
