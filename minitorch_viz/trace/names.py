"""Which names mean which tensors: only the program's own names, by identity."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FrameType, FunctionType, ModuleType, NoneType
from typing import Any

from ..capture.text import writable

Inner = Callable[[object], Iterable[tuple[str, Any]]]
#: Functions that use these can hold the dict behind `frame.f_locals` themselves.
READS_LOCALS = frozenset({"locals", "vars", "dir", "eval", "exec"})

#: Their addresses: to look a class up would ask its metaclass, which may do anything.
_HOLD_NOTHING = frozenset(
    map(id, (int, float, bool, str, NoneType, FunctionType, ModuleType, type))
)


def visible(
    names: Iterable[str], frames: Iterable[FrameType]
) -> Iterator[tuple[str, str, Any]]:
    """Yield (scope, name, value) for what the program's frames bind, the module first.

    A function's names are written `f.x`; of a recursive function only the innermost
    call counts.

    >>> list(visible(["x"], []))
    []
    """
    scopes: dict[str, FrameType] = {}
    for frame in frames:
        if frame.f_code.co_name[0] != "<" or frame.f_code.co_name == "<module>":
            scopes.setdefault(frame.f_code.co_qualname, frame)
    for key, frame in reversed(scopes.items()):
        name = frame.f_code.co_name
        prefix = "" if name == "<module>" else f"{name}."
        if not _shares_its_locals(frame):
            scope = frame.f_locals
            for full, value in bound_in(names, scope, prefix):
                yield key, full, value
            release(frame, scope)


def _shares_its_locals(frame: FrameType) -> bool:
    """True where looking at a function's locals would change a dict that it holds."""
    reads = READS_LOCALS.intersection(frame.f_code.co_names)
    return bool(reads) and _is_function(frame) and sys.version_info < (3, 13)


def _is_function(frame: FrameType) -> bool:
    return bool(frame.f_code.co_flags & inspect.CO_OPTIMIZED)


def bound_in(
    names: Iterable[str], scope: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, Any]]:
    """Yield (name, value) for the names in `scope` that may mean or hold a tensor.

    >>> list(bound_in(["x", "y"], {"x": 1, "y": [1]}, "f."))
    [('f.y', [1])]
    """
    for name in names:
        if name in scope and not name.startswith("__"):
            value = scope[name]
            if id(type(value)) not in _HOLD_NOTHING:
                yield prefix + name, value


def tensors_of(
    name: str, value: Any, is_tensor: Callable[[object], bool], inner: Inner
) -> Iterator[tuple[str, Any]]:
    """Yield (name, tensor) if a name means a tensor, or holds some.

    >>> list(tensors_of("x", 1, lambda value: value == 1, lambda value: ()))
    [('x', 1)]
    """
    if is_tensor(value):
        yield name, value
    elif not name.endswith(".self"):  # the object has a name where it was made
        for way, tensor in inner(value):
            yield name + writable(way), tensor


def release(frame: FrameType, scope: Mapping[str, Any]) -> None:
    """Empty the copy of a function's locals that reading them has left on its frame.

    Before Python 3.13 that copy would keep a tensor alive after its last name is gone.

    >>> def f(x):
    ...     release(sys._getframe(), sys._getframe().f_locals)
    ...     return x
    >>> f(1)
    1
    """
    if _is_function(frame) and isinstance(scope, dict):
        scope.clear()


def frames_of(frame: FrameType | None, filename: str) -> Iterator[FrameType]:
    """Yield the program's frames on the stack, the innermost first.

    >>> list(frames_of(None, "<program>"))
    []
    """
    while frame is not None:
        if frame.f_code.co_filename == filename:
            yield frame
        frame = frame.f_back
