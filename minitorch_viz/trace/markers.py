"""What a marker calls: the one name in `builtins` that all traced programs share."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol

HOOK = "__minitorch_viz_mark__"


class Listener(Protocol):
    """Who is told about markers: it is what the name in `builtins` means meanwhile."""

    def __call__(
        self, number: int, value: Any = None, frame: FrameType | None = None
    ) -> Any:
        """Take one marker, return `value`; without `frame` the caller is meant."""


#: Who listens now: one recorder, or more where runs are nested.
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let the markers that the block meets call `listener`.

    >>> seen = []
    >>> with listening(lambda number, value=None, frame=None: seen.append(number)):
    ...     getattr(builtins, HOOK)(7)
    >>> seen
    [7]
    """
    _listeners.append(listener)
    _bind()
    try:
        yield
    finally:
        _listeners.remove(listener)
        _bind()


def _bind() -> None:
    """Let a marker call the only listener itself: it is what most programs cost."""
    alone = _listeners[0] if len(_listeners) == 1 else _everybody
    setattr(builtins, HOOK, alone if _listeners else _nobody)


def _nobody(_: int, value: Any = None) -> Any:
    return value


def _everybody(number: int, value: Any = None) -> Any:
    frame = sys._getframe(1)
    for listener in tuple(_listeners):
        listener(number, value, frame)
    return value


_bind()
