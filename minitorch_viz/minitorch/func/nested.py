"""Tensors inside lists, tuples and dicts: taken out, and put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def leaves(value: Any) -> Iterator[Any]:
    """Yield what is inside, from left to right.

    >>> list(leaves({"a": 1, "b": (2, [3])}))
    [1, 2, 3]
    """
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        yield value
        return
    for each in value:
        yield from leaves(each)


def mapped(change: Callable[[Any], Any], value: Any) -> Any:
    """Return the same containers with what is inside changed.

    >>> mapped(str, {"a": 1, "b": (2, [3])})
    {'a': '1', 'b': ('2', ['3'])}
    """
    if isinstance(value, dict):
        return {key: mapped(change, each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        inner = [mapped(change, each) for each in value]
        named = hasattr(value, "_fields")
        return type(value)(*inner) if named else type(value)(inner)
    return change(value)


class _Star:
    """Stands for whatever is inside."""

    def __repr__(self) -> str:
        return "*"


def pattern(value: Any) -> str:
    """Return how containers lie in each other, with a star for what is inside.

    >>> pattern({"a": 1, "b": (2, [3])})
    "{'a': *, 'b': (*, [*])}"
    """
    star = _Star()
    return repr(mapped(lambda _: star, value))


def structure(value: Any, indent: int = 0) -> str:
    r"""Return the same as PyTorch writes the structure of a tree.

    >>> structure((1, [2]))
    'TreeSpec(tuple, None, [*,\n  TreeSpec(list, None, [*])])'
    """
    if not isinstance(value, (dict, list, tuple)):
        return "*"
    keys = list(value) if isinstance(value, dict) else None
    inner = value.values() if isinstance(value, dict) else value
    parts = (structure(each, indent + 2) for each in inner)
    listed = (",\n" + " " * (indent + 2)).join(parts)
    return f"TreeSpec({type(value).__name__}, {keys}, [{listed}])"
