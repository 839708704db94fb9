"""Which names mean which tensors: only the program's own names, by identity."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FrameType
from typing import Any

from ..capture.text import writable

Inner = Callable[[object], Iterable[tuple[str, Any]]]
#: Functions that use these can hold the dict behind `frame.f_locals` themselves.
READS_LOCALS = frozenset({"locals", "vars", "dir", "eval", "exec"})


def visible(
    names: Iterable[str],
    frames: Iterable[FrameType],
    is_tensor: Callable[[object], bool],
    inner: Inner,
) -> Iterator[tuple[str, Any]]:
    """Yield (name, tensor) for what the program's frames can name, the module first.

    A function's names are written `f.x`; of a recursive function only the innermost
    call counts.

    >>> list(visible(["x"], [], bool, lambda value: ()))
    []
    """
    names = tuple(names)
    scopes: dict[str, FrameType] = {}
    for frame in frames:
        if frame.f_code.co_name[0] != "<" or frame.f_code.co_name == "<module>":
            scopes.setdefault(frame.f_code.co_qualname, frame)
    for frame in reversed(scopes.values()):
        name = frame.f_code.co_name
        prefix = "" if name == "<module>" else f"{name}."
        if not _shares_its_locals(frame):
            scope = frame.f_locals
            yield from named_in(names, scope, prefix, is_tensor, inner)
            release(frame, scope)


def _shares_its_locals(frame: FrameType) -> bool:
    """True where looking at a function's locals would change a dict that it holds."""
    reads = READS_LOCALS.intersection(frame.f_code.co_names)
    return bool(reads) and _is_function(frame) and sys.version_info < (3, 13)


def _is_function(frame: FrameType) -> bool:
    return bool(frame.f_code.co_flags & inspect.CO_OPTIMIZED)


def named_in(
    names: Iterable[str],
    scope: Mapping[str, Any],
    prefix: str,
    is_tensor: Callable[[object], bool],
    inner: Inner,
) -> Iterator[tuple[str, Any]]:
    """Yield (name, tensor) for the names that mean a tensor, or hold some, in `scope`.

    >>> list(named_in(["x"], {"x": 1}, "f.", lambda v: v == 1, lambda v: ()))
    [('f.x', 1)]
    """
    for name in names:
        if name not in scope or name.startswith("__"):
            continue
        value = scope[name]
        if is_tensor(value):
            yield prefix + name, value
            continue
        if prefix and name == "self":
            continue  # the object has a name where it was made
        for way, tensor in inner(value):
            yield prefix + name + writable(way), tensor


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
