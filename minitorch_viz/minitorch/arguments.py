"""What PyTorch's argument parser says of arguments that no function could take.

A call is looked at only after it has failed, or where it isn't given a tensor first:
calls that work pay nothing for it.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .dtypes import meant
from .kinds import type_name
from .once import warn_once
from .outputs import into
from .signatures import ALSO, Signature, known, refusal, takes_nothing
from .storage import beyond_memory
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

    A call with more than one argument is parsed first, once for all of the same types.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.cumsum(None, 0)
    Traceback (most recent call last):
        ...
    TypeError: cumsum(): argument 'input' (position 1) must be Tensor, not NoneType
    """
    first = _FIRST.get(function.__code__.co_varnames[0], object)
    return _guarded(function, name, part, first, every=False)


def parsed(
    function: Callable[..., Any], name: str, part: str = "torch"
) -> Callable[..., Any]:
    """Return `function`, before which PyTorch's parser is asked.

    It is asked once for all calls with arguments of the same types.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.full(2, 3)
    Traceback (most recent call last):
        ...
    TypeError: full(): argument 'size' (position 1) must be tuple of ints, not int
    """
    return _guarded(function, name, part, object, every=True)


def alone(function: Callable[[], Any]) -> Callable[..., Any]:
    """Return a function of `torch` that takes no argument, as one written in C.

    >>> from minitorch_viz import minitorch as torch
    >>> torch.is_grad_enabled(1)
    Traceback (most recent call last):
        ...
    TypeError: torch.is_grad_enabled() takes no arguments (1 given)
    """
    name = f"torch.{function.__name__}()"

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            raise TypeError(f"{name} takes no keyword arguments")
        if args:
            raise TypeError(f"{name} takes no arguments ({len(args)} given)")
        return function()

    return run


def _guarded(
    function: Callable[..., Any], name: str, part: str, first: Any, *, every: bool
) -> Callable[..., Any]:
    """Ask the parser before calls of new types: `every` one, or those of several."""
    #: Types that the parser takes: whether tensors stand for numbers among them, and
    #: whether keywords are other names than the function's own.
    taken: dict[tuple[Any, ...], tuple[bool, bool]] = {}

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if args and not isinstance(args[0], first):
            refuse(part, name, args, kwargs)
        renamed = bool(kwargs)
        if every or kwargs or len(args) > 1:
            types: tuple[Any, ...] = tuple(map(type, args))
            if kwargs:
                types += (*kwargs, *map(type, kwargs.values()))
            numbers, renamed = taken.get(types, _UNKNOWN)
            if numbers:
                refuse(part, name, args, kwargs)
                given = _as_numbers(part, name, args, kwargs)
                renamed = bool(kwargs) and _renames(function, name, part, kwargs)
                taken[types] = given is not None, renamed
                args, kwargs = given or (args, kwargs)
        try:
            if renamed:
                spelled = _spellings(function, name, part)
                return _with_keywords(function, name, spelled, args, kwargs)
            return function(*args, **kwargs)
        except Exception:
            older = again(run, part, name, args, kwargs)
            if older is None:
                raise
            return older[0]

    run.__name__ = run.__qualname__ = name
    return run


#: What is to be found out of a call's types.
_UNKNOWN = True, True
#: Where a call's results go, of functions that know nothing of it.
_OUT = "out="


@functools.cache
def _spellings(function: Callable[..., Any], name: str, part: str) -> dict[str, str]:
    """Return what a function calls its parameters, by PyTorch's and NumPy's names.

    Both have them in the same order.
    """
    code = inspect.unwrap(function).__code__
    own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    placed = own[part == "Tensor" : code.co_argcount]
    found = {each: each for each in own}
    forms = known(part).get(name, ())
    if not forms and own:  # a function that PyTorch has in Python
        found |= {"input": own[0], "tensor": own[0]} | found
        if name == "split":  # and its method calls this so
            found["split_size"] = "split_size_or_sections"
    spread = bool(code.co_flags & inspect.CO_VARARGS)
    for form in forms:
        for place, parameter in enumerate(form.parameters):
            target = parameter.name if parameter.name in own else ""
            if not target and not parameter.keyword:
                more = placed[place:] or ("*",) * spread
                target = more[0] if more else ""
            if not target and parameter.name == "out":
                target = _OUT
            for spelling in (parameter.name, *ALSO.get(parameter.name, ())):
                if target:
                    found.setdefault(spelling, target)
    return found


def _renames(
    function: Callable[..., Any], name: str, part: str, kwargs: dict[str, Any]
) -> bool:
    """True if a function doesn't take these keywords as they are."""
    spelled = _spellings(function, name, part)
    return any(
        spelled.get(key, key) != key or value.__class__ is type
        for key, value in kwargs.items()
    )


def _with_keywords(
    function: Callable[..., Any],
    name: str,
    spelled: dict[str, str],
    args: Sequence[Any],
    kwargs: dict[str, Any],
) -> Any:
    """Call a function by its own names, with `out=` and Python's types for dtypes."""
    own = {spelled.get(key, key): value for key, value in kwargs.items()}
    if "*" in own:
        code = inspect.unwrap(function).__code__
        before = code.co_varnames[len(args) : code.co_argcount]
        args = (*args, *(own.pop(each) for each in before), own.pop("*"))
    if own.get("dtype").__class__ is type:
        own["dtype"] = meant(own["dtype"])
    if spelled.get("out") != _OUT:
        return function(*args, **own)
    out = own.pop(_OUT, None)
    if out is None:
        return function(*args, **own)
    refuse("torch", name, args, kwargs)
    return into(out, name, function, args, own)


def again(
    run: Callable[..., Any],
    part: str,
    name: str,
    args: Sequence[Any],
    kwargs: dict[str, Any],
) -> tuple[Any] | None:
    """Return what a failed call of an older form gives, as `add(0.5, other)`.

    None of another form; what the parser can't take is refused in its words.

    >>> from minitorch_viz import minitorch as torch
    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     torch.ones(1).add_(0.5, torch.ones(1))
    tensor([1.5000])
    """
    refuse(part, name, args, kwargs)
    if isinstance(error := sys.exception(), MemoryError):
        raise beyond_memory(error) from None
    bound = part == "Tensor"
    own = args[bound:]
    forms = known(part).get(name, ())
    fitting = next((form for form in forms if not form.refusal(own, kwargs)), None)
    if fitting is None:
        return None
    numbers = _numbers(fitting, own, kwargs)
    if numbers is not None:
        return (run(*args[:bound], *numbers[0], **numbers[1]),)
    if not fitting.deprecated:
        return None
    usual = "".join(f"\n\t{name}{form}" for form in forms if not form.deprecated)
    warn_once(_OVERLOAD.format(name, fitting, usual), key=_OVERLOAD)
    names = [parameter.name for parameter in fitting.parameters]
    values = dict(zip(names, own, strict=False)) | kwargs
    return (run(*args[:bound], **values),)


def _as_numbers(
    part: str, name: str, args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Return arguments with numbers where tensors stand for them; None if none do."""
    tensors = [each for each in args[1:] if isinstance(each, Tensor)]
    if not (tensors or any(isinstance(each, Tensor) for each in kwargs.values())):
        return None
    bound = part == "Tensor"
    own = args[bound:]
    for form in known(part).get(name, ()):
        if form.refusal(own, kwargs) is None:
            numbers = _numbers(form, own, kwargs)
            return numbers and ((*args[:bound], *numbers[0]), numbers[1])
    return None


def _numbers(
    form: Signature, args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]] | None:
    """Return the arguments with numbers where tensors stand for them; None if none."""
    numbers = {p.name for p in form.parameters if p.kind in _NUMBERS}
    names = [parameter.name for parameter in form.parameters]
    placed = [
        number(value) if name in numbers else value
        for name, value in zip(names, args, strict=False)
    ]
    named = {
        name: number(value) if name in numbers else value
        for name, value in kwargs.items()
    }
    changed = [*map(id, placed), *map(id, named.values())]
    same = changed == [*map(id, args[: len(names)]), *map(id, kwargs.values())]
    return None if same else ([*placed, *args[len(names) :]], named)


def number(value: Any) -> Any:
    """Return the number that a tensor of one element stands for, in a list as well.

    >>> from minitorch_viz import minitorch as torch
    >>> number(torch.tensor(2)), number([1, torch.tensor(2)]), number("same")
    (2, [1, 2], 'same')
    """
    if isinstance(value, Tensor):
        return value.item()
    listed = isinstance(value, (tuple, list))
    if listed and any(isinstance(each, Tensor) for each in value):
        return [*map(number, value)]
    return value


#: Kinds of arguments that a tensor with one element may stand for.
_NUMBERS = {"Scalar", "double", "int64_t", "SymInt", "IntArrayRef", "SymIntArrayRef"}
_OVERLOAD = (
    "This overload of {0} is deprecated:\n\t{0}{1}\nConsider using one of the "
    "following signatures instead:{2}"
)


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
        return f"{_home(args[0])}.{name}() takes no keyword arguments"
    if takes_nothing(name) and len(args) > 1:
        return f"{_home(args[0])}.{name}() takes no arguments ({len(args) - 1} given)"
    return None


def _home(tensor: Tensor) -> str:
    """A method is its class's where it is called, but to Python 3.11, if traced."""
    bound = sys.version_info < (3, 12) and sys.gettrace() is not None
    return type(tensor).__name__ if bound else "TensorBase"
