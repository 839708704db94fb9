"""How long a run may take, and what stops it: a limit that no `except:` swallows."""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from ..progress import Bar

#: What a trace says that ended with Ctrl-C, or with a kernel's interrupt.
INTERRUPTED = "Interrupted: what the program would do next is not shown."
#: After so many seconds it rings again: a program may catch everything, or have waited
#: for an answer when it rang.
AGAIN = 0.2
#: How often it rings before it stops the recorder in its work.
PATIENCE = 10


class Stopped(BaseException):
    """Ends a program from within; raised again at every later marker.

    >>> issubclass(Stopped, Exception)
    False
    """


@dataclass(frozen=True, slots=True)
class Limits:
    """How many statements and events a run may have, and how long it may last.

    >>> Limits().statements
    1000
    """

    statements: int = 1000
    events: int = 5000
    seconds: float = 10.0

    def __post_init__(self) -> None:
        for name, least in (("statements", 1), ("events", 1), ("seconds", 0.0)):
            value = getattr(self, name)
            number = type(value) is int or (least == 0.0 and type(value) is float)
            if not number or not value > 0:
                shown = "max_steps" if name == "statements" else name
                kind = "a number" if name == "seconds" else "a whole number"
                raise ValueError(f"{shown} must be {kind} above 0, got {value!r}")


class Meter:
    """Counts a run against its limits and says in words why it stopped.

    >>> meter = Meter(Limits(statements=1))
    >>> meter.statement()
    >>> meter.stopped is None
    True
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bar = Bar("statements run, of at most", limits.statements)
        self.statements = 0
        self.events = 0
        self.stopped: str | None = None
        #: True while the recorder works: nothing may be raised inside it.
        self.busy = False
        self._end = time.monotonic() + limits.seconds
        self._paused = False
        #: When each import began that isn't over, the outermost first.
        self._imports: list[float] = []
        self._imported = 0.0
        self._rung = 0

    def check(self) -> None:
        """Raise Stopped if the run is over its time, or was stopped before."""
        self.look_at_the_clock()
        if self.stopped is not None:
            raise Stopped(self.stopped)

    def statement(self) -> None:
        """Count a statement."""
        self.statements += 1
        self._tell()
        if self.statements > self.limits.statements:
            self.stop(
                f"Stopped after {self.limits.statements:,} statements (max_steps): "
                "what the program would do next is not shown."
            )

    def event(self) -> None:
        """Count something that the engine did."""
        self.events += 1
        self._tell()
        if self.events > self.limits.events:
            self.stop(
                f"Stopped after {self.limits.events:,} tensor operations and backward "
                "nodes (max_events): what the program would do next is not shown."
            )

    def _tell(self) -> None:
        """Say how far the run is; how it is said must not stop it."""
        with self.working(True), suppress(Exception):
            self.bar.at(min(self.statements, self.limits.statements))

    @contextmanager
    def working(self, busy: bool) -> Iterator[None]:
        """Be busy in the block, or not: there the program's own code runs."""
        before, self.busy = self.busy, busy
        try:
            yield
        finally:
            self.busy = before

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Let the block cost no time: somebody thinks about an answer."""
        begun, self._paused = time.monotonic(), True
        try:
            yield
        finally:
            self._paused = False
            self._end += time.monotonic() - begun

    def begin_import(self) -> None:
        """Note that a library is read: it has a time of its own, which is as long."""
        self._imports.append(time.monotonic())

    def end_import(self) -> None:
        """Note that it has been, or couldn't be."""
        begun = self._imports.pop() if self._imports else None
        if begun is not None and not self._imports:
            self._imported += time.monotonic() - begun

    def look_at_the_clock(self) -> None:
        """Note it if the time is over."""
        now = time.monotonic()
        imported = self._imported + (now - self._imports[0] if self._imports else 0.0)
        end = self._end + min(imported, self.limits.seconds)
        over = not self._paused and now > end
        if over and self.stopped is None:
            self.stopped = (
                f"Stopped after {self.limits.seconds:g} seconds: "
                "what the program would do next is not shown."
            )

    def ring(self) -> bool:
        """Look at the clock, and say whether to raise Stopped.

        Not in the middle of the recorder's work, unless that doesn't end: it may wait
        for a `__repr__` of the program's.
        """
        self.look_at_the_clock()
        self._rung += self.stopped is not None
        return self._rung > (PATIENCE if self.busy else 0)

    def stop(self, why: str) -> None:
        """Note why the run stops, and stop it."""
        if self.stopped is None:
            self.stopped = why
        raise Stopped(self.stopped)


@contextmanager
def interruptible(meter: Meter) -> Iterator[None]:
    """Let a second interrupt stop the block: the first is the program's, to catch.

    >>> with interruptible(Meter(Limits())):
    ...     pass
    """
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if main else None
    if not callable(before):
        yield
        return
    first, handler = True, before

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal first
        if first or meter.stopped is not None:
            first = False
            handler(number, frame)
            return
        meter.stopped = INTERRUPTED
        if not meter.busy:
            raise Stopped(meter.stopped)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is interrupt:
            signal.signal(signal.SIGINT, before)


@contextmanager
def watchdog(meter: Meter) -> Iterator[None]:
    """Stop the block when its time is over, even where it meets no marker.

    >>> with watchdog(Meter(Limits())):
    ...     pass
    """
    if _alarm_is_free():
        with _alarm(meter):
            yield
    else:
        with _thread(meter):
            yield


def _alarm_is_free() -> bool:
    """True where a timer signal can be used: it also ends a sleep."""
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
        and signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    )


@contextmanager
def _alarm(meter: Meter) -> Iterator[None]:
    def ring(*_: Any) -> None:
        if meter.ring():
            raise Stopped(meter.stopped)

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, meter.limits.seconds, AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _thread(meter: Meter) -> Iterator[None]:
    """Outside the main thread: another thread sends the exception."""
    target, lock = threading.get_ident(), threading.Lock()
    done = threading.Event()

    def wait() -> None:
        pause = meter.limits.seconds
        while not done.wait(pause):
            pause = AGAIN
            with lock:
                if not done.is_set() and meter.ring():
                    _send(target, Stopped)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield
    finally:
        with lock:
            done.set()


def _send(thread: int, exception: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(exception)
    )
