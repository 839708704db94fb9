"""Tensors inside lists, dicts, modules and objects, and how a program reaches them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from types import GetSetDescriptorType
from typing import Any, TypeGuard, TypeVar

_T = TypeVar("_T")
Kinds = tuple[type, ...]
#: Containers are looked into at every statement: only so far.
MOST_ITEMS, MOST_DEPTH = 256, 20
#: What `kind.__module__` and the like read, which a metaclass may hide.
_module_of, _bases_of, _names_in = (
    type.__dict__[name].__get__ for name in ("__module__", "__mro__", "__dict__")
)


def nameless(_: object) -> str | None:
    """Call no tensor by any name.

    >>> nameless(1) is None
    True
    """
    return None


def inside(
    value: object,
    tensor: type[_T],
    module: type,
    optimizer: type | None = None,
    called: Callable[[Any], str | None] = nameless,
) -> Iterator[tuple[str, _T]]:
    """Yield the tensors inside a container, module or object, with how to reach each.

    What a tensor is the key of is reached by what that is `called`, if by anything.
    Runs no code of the program's: a class of its own may do anything when asked.

    >>> list(inside(["a", 1], str, Exception))
    [('[0]', 'a')]
    >>> list(inside({2.5: "a"}, str, Exception, called=lambda key: f"key{key:.0f}"))
    [('[key2]', 'a')]
    """
    if _is(value, module):
        yield from _module_tensors(value, tensor)
        return
    if optimizer is not None and _is(value, optimizer):
        items = _kept_by_optimizer(value, called)
    else:
        items = _items(value, called)
    for way, item in islice(items, MOST_ITEMS):
        if _is(item, tensor):
            yield way, item


def modules_inside(value: object, kinds: Kinds) -> Iterator[tuple[str, Any]]:
    """Yield the modules that a value is or holds, and theirs, with how to reach each.

    >>> [way for way, _ in modules_inside(["a"], (str,))]
    ['[0]']
    """
    items = [("", value)] if _is_one(value, kinds) else _items(value, nameless)
    for way, item in islice(items, MOST_ITEMS):
        if _is_one(item, kinds):
            yield from _module_tree(item, kinds, way)


def _module_tree(value: object, kinds: Kinds, way: str) -> Iterator[tuple[str, Any]]:
    yield way, value
    for name, inner in _named(_own(value).get("_modules")):
        if _is_one(inner, kinds) and way.count(".") < MOST_DEPTH:
            yield from _module_tree(inner, kinds, way + _step(name))


def is_training(module: object) -> bool:
    """Say whether a module is in training mode.

    >>> is_training(None)
    True
    """
    return _own(module).get("training") is not False


def _step(name: str) -> str:
    """Write how a sub-module is reached: its number is an index."""
    return f"[{name}]" if name.isdecimal() else f".{name}"


def _kept_by_optimizer(
    value: object, called: Callable[[Any], str | None]
) -> Iterator[tuple[str, object]]:
    """What an optimizer keeps for each parameter, such as its momentum."""
    for way, kept in _items(_own(value).get("state"), called):
        yield from ((f".state{way}[{n!r}]", item) for n, item in _named(kept))


def _is_one(value: object, kinds: Kinds) -> bool:
    return issubclass(type(value), kinds)


def _is(value: object, kind: type[_T]) -> TypeGuard[_T]:
    """Like `isinstance`, which would also ask the object for its `__class__`."""
    return issubclass(type(value), kind)


def _items(
    value: object, called: Callable[[Any], str | None]
) -> Iterator[tuple[str, object]]:
    if _is(value, list):
        yield from ((f"[{i}]", item) for i, item in enumerate(list.__iter__(value)))
    elif _is(value, tuple):
        yield from ((f"[{i}]", item) for i, item in enumerate(tuple.__iter__(value)))
    elif _is(value, dict):
        for key, item in list(dict.items(value)):
            name = repr(key) if type(key) in (int, str) else called(key)
            if name is not None:
                yield f"[{name}]", item
    elif _module_of(type(value)) == "__main__":
        yield from ((f".{n}", item) for n, item in _own(value).items())


def _own(value: object) -> dict[str, Any]:
    """An object's own attributes."""
    for kind in _bases_of(type(value)):
        reads = _names_in(kind).get("__dict__")
        if isinstance(reads, GetSetDescriptorType):
            found = reads.__get__(value)
            return dict(found) if isinstance(found, dict) else {}
    return {}


def _named(table: object) -> Iterator[tuple[str, Any]]:
    if _is(table, dict):
        yield from ((n, each) for n, each in dict.items(table) if type(n) is str)


def _module_tensors(
    module: object, kind: type[_T], way: str = ""
) -> Iterator[tuple[str, _T]]:
    """The parameters and buffers of a module; a sub-module's number is an index."""
    own = _own(module)
    for place in ("_parameters", "_buffers"):
        for name, tensor in _named(own.get(place)):
            if _is(tensor, kind):
                yield f"{way}.{name}", tensor
    for name, inner in _named(own.get("_modules")):
        if inner is not None and way.count(".") < MOST_DEPTH:
            yield from _module_tensors(inner, kind, way + _step(name))
