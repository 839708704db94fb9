"""A bar for what takes long: on a terminal, in a log, or below a notebook's cell."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, TextIO, TypeVar

from .doors import find

#: So many seconds pass before a bar appears, and between two looks at it.
PATIENCE, PAUSE = 1.0, 0.1
Thing = TypeVar("Thing")


class Bar:
    """A bar that appears if things take long; it is told how many are `done`.

    It says so on what was the error stream when it was made: a program that is traced
    has one of its own.

    >>> bar = Bar("reading", 3)
    >>> bar.at(1), bar.close()
    (None, None)
    """

    def __init__(self, words: str, count: int) -> None:
        self._words, self._count, self._stream = words, count, sys.stderr
        self._next = time.monotonic() + PATIENCE
        self._drawn: _Line | _Log | _Cell | None = None

    def at(self, done: int) -> None:
        """Show how far it is, unless that was shown a moment ago."""
        now = time.monotonic()
        if now >= self._next or (self._drawn is not None and done == self._count):
            self._next = now + PAUSE
            self._drawn = self._drawn or _bar(self._words, self._count, self._stream)
            self._drawn.show(done)

    def close(self) -> None:
        """Leave the line below the bar to others, or take the bar away."""
        if self._drawn is not None:
            self._drawn.close()


def progress(things: Iterable[Thing], count: int, words: str) -> Iterator[Thing]:
    """Pass things on, and tell how far that is if it takes long.

    >>> list(progress("abc", 3, "reading"))
    ['a', 'b', 'c']
    """
    bar = Bar(words, count)
    for done, thing in enumerate(things, 1):
        yield thing
        bar.at(done)
    bar.close()


def _bar(words: str, count: int, stream: TextIO | None) -> _Line | _Log | _Cell:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if hasattr(shell, "kernel"):
        return _Cell(words, count)
    terminal = stream is not None and stream.isatty()
    return (_Line if terminal else _Log)(words, count, stream)


class _Line:
    """A bar on a terminal's line."""

    def __init__(self, words: str, count: int, stream: TextIO | None) -> None:
        self.words, self.count, self.stream = words, count, stream

    def show(self, done: int) -> None:
        bar = "#" * (30 * done // self.count)
        said = f"\r{self.words} [{bar:30}] {done}/{self.count}"
        if self.stream is not None:
            self.stream.write(said)
            self.stream.flush()

    def close(self) -> None:
        if self.stream is not None:
            self.stream.write("\n")


class _Log:
    """A line at each quarter: a log can't be redrawn."""

    def __init__(self, words: str, count: int, stream: TextIO | None) -> None:
        self.words, self.count, self.told, self.stream = words, count, 0, stream

    def show(self, done: int) -> None:
        quarter = 4 * done // self.count
        if quarter > self.told and self.stream is not None:
            self.stream.write(f"{self.words}: {done}/{self.count}\n")
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
