"""Tensors inside lists, dicts, modules and objects, and how a program reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeGuard, TypeVar

from ..minitorch.nn import Module
from ..minitorch.tensor import Tensor

_T = TypeVar("_T")
#: Containers are looked into at every statement: only so far.
MOST_ITEMS, MOST_DEPTH = 256, 20


def inner_tensors(value: object) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors inside a container, module or object, with how to reach each.

    Runs no code of the program's: a class of its own may do anything when asked.

    >>> from ..minitorch import ones
    >>> [way for way, _ in inner_tensors([ones(1)])]
    ['[0]']
    """
    if _is(value, Module):
        yield from _module_tensors(value)
        return
    for way, item in islice(_items(value), MOST_ITEMS):
        if _is(item, Tensor):
            yield way, item


def _is(value: object, kind: type[_T]) -> TypeGuard[_T]:
    """Like `isinstance`, which would also ask the object for its `__class__`."""
    return issubclass(type(value), kind)


def _items(value: object) -> Iterator[tuple[str, object]]:
    if _is(value, list):
        yield from ((f"[{i}]", item) for i, item in enumerate(list.__iter__(value)))
    elif _is(value, tuple):
        yield from ((f"[{i}]", item) for i, item in enumerate(tuple.__iter__(value)))
    elif _is(value, dict):
        for key, item in list(dict.items(value)):
            if type(key) in (int, str):
                yield f"[{key!r}]", item
    elif type(value).__module__ == "__main__":
        yield from ((f".{n}", item) for n, item in _own(value).items())


def _own(value: object) -> dict[str, Any]:
    """An object's own attributes."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return dict(found) if isinstance(found, dict) else {}


def _module_tensors(module: object, way: str = "") -> Iterator[tuple[str, Tensor]]:
    """The parameters and buffers of a module; a sub-module's number is an index."""
    own = _own(module)
    for kind in ("_parameters", "_buffers"):
        for name, tensor in own.get(kind, {}).items():
            if _is(tensor, Tensor):
                yield f"{way}.{name}", tensor
    for name, inner in own.get("_modules", {}).items():
        if inner is not None and way.count(".") < MOST_DEPTH:
            step = f"[{name}]" if name.isdecimal() else f".{name}"
            yield from _module_tensors(inner, way + step)
