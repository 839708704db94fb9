"""What a program prints and warns, taken down piece by piece."""

from __future__ import annotations

import builtins
import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType
from typing import Any

from ..capture.text import masked
from .log import Log


class Stream(io.TextIOBase):
    r"""A text stream that hands what is written to a log.

    >>> log = Log()
    >>> print("hello", file=Stream(log, "stdout"))
    >>> log.output[0].text
    'hello\n'
    """

    encoding = "utf-8"

    def __init__(self, log: Log, name: str) -> None:
        self._log, self._name = log, name

    def write(self, text: str) -> int:
        """Take a piece of text."""
        if not isinstance(text, str):
            raise TypeError(f"write() takes str, got {type(text).__name__}")
        self._log.show(self._name, masked(text))
        return len(text)

    def writable(self) -> bool:
        """A program may write to it."""
        return True


@contextlib.contextmanager
def captured(log: Log, once: tuple[str, ...] = ()) -> Iterator[None]:
    r"""Take down what the block prints, and its warnings, instead of showing them.

    Warnings that begin like one of `once` are taken down the first time only.

    >>> log = Log()
    >>> with captured(log):
    ...     print("hello")
    >>> log.output
    [Output(stream='stdout', text='hello\n')]
    """
    given: set[str] = set()

    def show(
        message: Warning | str, category: type[Warning], *_: Any, **__: Any
    ) -> None:
        text = str(message)
        begun = next((each for each in once if text.startswith(each)), None)
        if begun in given:
            return
        given.update([begun] if begun else [])
        text = f"{category.__name__}: {masked(text)}"
        log.warnings.append(text)
        log.show("warning", text + "\n")

    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(Stream(log, "stdout")),
        contextlib.redirect_stderr(Stream(log, "stderr")),
        _no_input(),
    ):
        # Every time, or a second run of the same program would tell less.
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.showwarning = show
        yield


@contextlib.contextmanager
def _no_input() -> Iterator[None]:
    """Let `input()` find the end of the file instead of waiting for somebody."""
    before = sys.stdin
    sys.stdin = io.StringIO()
    try:
        yield
    finally:
        sys.stdin = before


@contextlib.contextmanager
def asked(
    log: Log, pause: Callable[[], contextlib.AbstractContextManager[None]]
) -> Iterator[None]:
    """Take down what `input()` asks a notebook's user, and the answer, during a pause.

    >>> with asked(Log(), contextlib.nullcontext):
    ...     pass
    """
    ask: Any = builtins.input
    if isinstance(ask, BuiltinFunctionType):  # Python's own: it reads `sys.stdin`
        yield
        return

    def answered(prompt: object = "", /) -> str:
        with pause():
            answer: str = ask(prompt)
        log.show("stdout", masked(f"{prompt}{answer}\n"))
        return answer

    builtins.input = answered
    try:
        yield
    finally:
        builtins.input = ask
