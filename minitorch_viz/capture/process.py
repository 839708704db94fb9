"""What a process has once, as it was before a program that may change it."""

from __future__ import annotations

import gc
import logging
import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np


def _folder() -> str | None:
    with suppress(OSError):  # it may be gone
        return os.getcwd()  # noqa: PTH109 - a string, as os.chdir takes it
    return None


def _go_to(folder: str | None) -> None:
    if folder is not None and folder != _folder():
        with suppress(OSError):
            os.chdir(folder)


def _set_environment(before: dict[str, str]) -> None:
    if dict(os.environ) != before:
        os.environ.clear()
        os.environ.update(before)


def _handlers() -> dict[int, Any]:
    """The handlers of signals; only the main thread may have any."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.getsignal(number) for number in signal.valid_signals()}


def _set_handlers(before: dict[int, Any]) -> None:
    for number, handler in before.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def _lists() -> list[tuple[list[Any], list[Any]]]:
    """Lists that programs like to add to, and what is in them."""
    shared: tuple[list[Any], ...] = (
        *(sys.path, sys.argv, sys.meta_path, sys.path_hooks),
        *(logging.root.handlers, gc.callbacks),
    )
    return [(each, each.copy()) for each in shared]


def _set_lists(before: list[tuple[list[Any], list[Any]]]) -> None:
    for each, items in before:
        each[:] = items


#: How each is read, and how it is set to what was read.
_SETTINGS: tuple[tuple[Callable[[], Any], Callable[[Any], Any]], ...] = (
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (sys.getswitchinterval, sys.setswitchinterval),
    (gc.get_threshold, lambda numbers: gc.set_threshold(*numbers)),
    (np.geterr, lambda kinds: np.seterr(**kinds)),
    (np.get_printoptions, lambda options: np.set_printoptions(**options)),
    (random.getstate, random.setstate),
    (np.random.get_state, np.random.set_state),
    (lambda: logging.root.level, logging.root.setLevel),
    (lambda: dict(os.environ), _set_environment),
    (_folder, _go_to),
    (_handlers, _set_handlers),
    (_lists, _set_lists),
)
#: What a debugger or a coverage tool sets is set again only if it was replaced.
_TRACERS: tuple[tuple[Callable[[], Any], Callable[[Any], Any]], ...] = (
    (sys.gettrace, sys.settrace),
    (sys.getprofile, sys.setprofile),
    (threading.gettrace, threading.settrace),
    (threading.getprofile, threading.setprofile),
)


@contextmanager
def kept_process(seed: int) -> Iterator[None]:
    """Put back what a process has once; random numbers start from `seed` inside.

    >>> with kept_process(0):
    ...     sys.setrecursionlimit(5000)
    >>> sys.getrecursionlimit() == 5000
    False
    """
    settings = [(put, get()) for get, put in _SETTINGS]
    tracers = [(get, put, get()) for get, put in _TRACERS]
    random.seed(seed)
    np.random.seed(seed % 2**32)
    try:
        yield
    finally:
        for get, put, tracer in tracers:
            if get() is not tracer:
                put(tracer)
        for put, value in settings:
            put(value)
