"""When Python reads a library: that isn't what a program spends its time on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import _bootstrap
from typing import Any

from .limits import Meter


@contextmanager
def importing(meter: Meter) -> Iterator[None]:
    """Tell the meter of what this thread imports in the block, by whatever way.

    Python holds a module's lock for as long as it loads it. So nothing stands between
    the program and what it imports: no frame in a traceback, no name of ours.

    >>> from .limits import Limits
    >>> with importing(Meter(Limits())):
    ...     import decimal
    """
    lock: Any = _bootstrap._ModuleLockManager  # type: ignore[attr-defined]
    enter, leave = lock.__enter__, lock.__exit__
    thread = threading.get_ident()

    def entered(self: Any) -> Any:
        found = enter(self)
        if threading.get_ident() == thread:
            meter.begin_import()
        return found

    def left(self: Any, *raised: Any) -> Any:
        if threading.get_ident() == thread:
            meter.end_import()
        return leave(self, *raised)

    lock.__enter__, lock.__exit__ = entered, left
    try:
        yield
    finally:
        lock.__enter__, lock.__exit__ = enter, leave
