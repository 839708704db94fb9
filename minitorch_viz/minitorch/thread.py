"""What is in force in one thread: the modes, who listens, and NumPy's warnings."""

from __future__ import annotations

import contextvars
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from .events import Observer


class Now:
    """The modes and the observer of a thread, and how it runs NumPy."""

    __slots__ = (
        "__weakref__",
        "formula",
        "grad",
        "inference",
        "met",
        "observer",
        "quiet",
        "threads",
        "transforming",
    )

    def __init__(self) -> None:
        self.grad, self.inference = True, False
        #: What `set_multithreading_enabled` was told; nothing depends on it.
        self.threads = True
        #: True inside a function that `torch.func` differentiates.
        self.transforming = False
        #: True while a formula runs on tensors, where a number is another operation.
        self.formula = False
        #: During a backward pass, the gradients that the program has met, by the ids of
        #: their arrays.
        self.met: dict[int, Any] | None = None
        #: The engine tests `observer is not None` before it builds an event.
        self.observer: Observer | None = None
        # PyTorch has no floating-point warnings. A context of our own costs a tenth
        # of `np.errstate` and leaves the user's settings alone.
        context = contextvars.Context()
        context.run(np.seterr, all="ignore")
        self.quiet: Callable[..., Any] = context.run
        if _quiet.watching:
            self.quiet = _Quiet.around(self.quiet)


class _Quiet:
    """How NumPy is run once there are tensors elsewhere than on the CPU."""

    #: What looks at their devices; `mixing.py` says so here.
    around: ClassVar[Callable[..., Any]]

    def __init__(self) -> None:
        #: Of an object: a class has its attributes back after a program's run, but
        #: NumPy is run otherwise for good.
        self.watching = False


_quiet = _Quiet()


def looks_at_devices(around: Callable[..., Any]) -> Callable[..., Any]:
    """Let NumPy be run through `around(quiet)` when `watch()` is called.

    >>> looks_at_devices(_Quiet.around) is _Quiet.around
    True
    """
    _Quiet.around = staticmethod(around)
    return around


def watch() -> None:
    """Look at the devices of what operations run on, from now on in every thread.

    >>> watch()
    >>> watched()
    True
    """
    if not _quiet.watching:
        _quiet.watching = True
        for now in tuple(_threads):
            now.quiet = _Quiet.around(now.quiet)


def watched() -> bool:
    """Return True if there may be tensors that aren't on the CPU.

    >>> watched() in (True, False)
    True
    """
    return _quiet.watching


class _Thread(threading.local):
    def __init__(self) -> None:
        self.now = Now()
        _threads.add(self.now)
        _born.append(None)


#: What is in force in each living thread that has used the engine; one entry for each
#: that ever did.
_threads: weakref.WeakSet[Now] = weakref.WeakSet()
_born: list[None] = []
#: An operation reads `thread.now` once: looking into a thread's own data is slow.
thread = _Thread()


def alone() -> bool:
    """True if no other thread that has used the engine is alive.

    >>> alone()
    True
    """
    return len(_threads) == 1


def born() -> int:
    """Return how many threads have used the engine so far.

    >>> before = born()
    >>> other = threading.Thread(target=lambda: thread.now)
    >>> other.start(), other.join(), born() - before
    (None, None, 1)
    """
    return len(_born)


@contextmanager
def inside_formula() -> Iterator[None]:
    """Let `tensor * 2` be what it is in PyTorch's C++: `MulBackward1`.

    >>> with inside_formula():
    ...     thread.now.formula
    True
    """
    now = thread.now
    before, now.formula = now.formula, True
    try:
        yield
    finally:
        now.formula = before


@contextmanager
def inside_quiet() -> Iterator[None]:
    """Let what runs quietly run others: a context can't be entered twice.

    >>> with inside_quiet():
    ...     thread.now.quiet(abs, -1)
    1
    """
    now, watching = thread.now, _quiet.watching
    before, now.quiet = now.quiet, _called
    try:
        yield
    finally:
        # The first tensor elsewhere may have been made inside.
        begun = _quiet.watching and not watching
        now.quiet = _Quiet.around(before) if begun else before


def _called(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)
