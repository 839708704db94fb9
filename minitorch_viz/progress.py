"""A bar for what takes long: on a terminal, in a log, or below a notebook's cell."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, TypeVar

from .doors import find

#: So many seconds pass before a bar appears, and between two looks at it.
PATIENCE, PAUSE = 1.0, 0.1
Thing = TypeVar("Thing")


def progress(things: Iterable[Thing], count: int, words: str) -> Iterator[Thing]:
    """Pass things on, and tell how far that is if it takes long.

    >>> list(progress("abc", 3, "reading"))
    ['a', 'b', 'c']
    """
    shown = time.monotonic() + PATIENCE - PAUSE
    bar = None
    for done, thing in enumerate(things, 1):
        yield thing
        now = time.monotonic()
        if now - shown >= PAUSE or (bar is not None and done == count):
            bar = bar or _bar(words, count)
            bar.show(done)
            shown = now
    if bar is not None:
        bar.close()


def _bar(words: str, count: int) -> _Line | _Log | _Cell:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if hasattr(shell, "kernel"):
        return _Cell(words, count)
    terminal = sys.stderr is not None and sys.stderr.isatty()
    return _Line(words, count) if terminal else _Log(words, count)


class _Line:
    """A bar on a terminal's line."""

    def __init__(self, words: str, count: int) -> None:
        self.words, self.count = words, count

    def show(self, done: int) -> None:
        bar = "#" * (30 * done // self.count)
        said = f"\r{self.words} [{bar:30}] {done}/{self.count}"
        print(said, end="", flush=True, file=sys.stderr)

    def close(self) -> None:
        print(file=sys.stderr)


class _Log:
    """A line at each quarter: a log can't be redrawn."""

    def __init__(self, words: str, count: int) -> None:
        self.words, self.count, self.told = words, count, 0

    def show(self, done: int) -> None:
        quarter = 4 * done // self.count
        if quarter > self.told and sys.stderr is not None:
            print(f"{self.words}: {done}/{self.count}", file=sys.stderr)
        self.told = quarter

    def close(self) -> None:
        """A log keeps what it was told."""


class _Cell:
    """A bar below a notebook's cell, which goes when it is done."""

    def __init__(self, words: str, count: int) -> None:
        self.words, self.count, self.handle = words, count, None

    def show(self, done: int) -> None:
        said = f"{self.words}: {done}/{self.count}"
        bar = f"<progress value='{done}' max='{self.count}'></progress>"
        self._put({"text/html": f"{bar} {escape(said)}", "text/plain": said})

    def close(self) -> None:
        self._put({"text/html": "", "text/plain": ""})

    def _put(self, data: dict[str, str]) -> None:
        if self.handle is None:
            display: Any = find("IPython.display:display")
            self.handle = display(data, raw=True, display_id=True)
        else:
            self.handle.update(data, raw=True)
