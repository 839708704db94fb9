"""`%load_ext minitorch_viz` and its `%%step`."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

from IPython.core.autocall import ExitAutocall
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from .trace.limits import INTERRUPTED
from .trace.model import LEVELS, Trace
from .trace.program import step as run


class _Parser(argparse.ArgumentParser):
    """Leaves the notebook running: says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        options = ", ".join(o for a in self._actions for o in a.option_strings)
        raise UsageError(f"%%step: {message}. Options: {options}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="%%step", add_help=False, allow_abbrev=False)
    add = parser.add_argument
    add("--level", choices=LEVELS, default=LEVELS[0], help="the level to open at")
    add("--engine", default="auto", help="minitorch, torch (PyTorch) or auto")
    add("--sandbox", action="store_true", help="run in a fresh namespace, not yours")
    add("--max-steps", type=int, default=1000, help="stop after so many statements")
    add("--max-events", type=int, default=5000, help="... after so many operations")
    add("--seconds", type=float, default=10.0, help="... after so long")
    add("--ask", help="a question to predict: x.grad, x.is_leaf, x, error ...")
    add("--choices", default="", help='answers to offer: "2. | 3. | None"')
    add("--title", default="cell", help="what to call the program")
    return parser


class Step:
    """The cell magic `%%step` of one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell

    def __call__(self, line: str, cell: str) -> None:
        try:
            options = _parser().parse_args(shlex.split(line))
            own = None if options.sandbox else self._shell.user_ns
            with _without_exits(self._shell.user_ns):
                trace = _run(cell, options, own)
        except ValueError as error:
            raise UsageError(f"%%step: {error}") from None
        # As `_exit_code` after `!command`: to ask how it ended, or to save a page.
        self._shell.user_ns["_trace"] = trace
        try:
            display(trace)  # type: ignore[no-untyped-call]
        except KeyboardInterrupt:
            raise UsageError(
                "%%step: interrupted while the picture was drawn; the program had "
                "run, and `_trace` shows it"
            ) from None
        if trace.stopped == INTERRUPTED:  # what was to run after this cell doesn't
            raise UsageError("%%step: interrupted; the player shows what had run")


@contextmanager
def _without_exits(names: dict[str, Any]) -> Iterator[None]:
    """Let `exit()` end the program: IPython's would end the kernel, and the player."""
    own = {name: names.get(name) for name in ("exit", "quit")}
    hidden = {name: it for name, it in own.items() if isinstance(it, ExitAutocall)}
    for name in hidden:
        del names[name]
    try:
        yield
    finally:
        names.update(hidden | names)


def _run(cell: str, options: Any, namespace: dict[str, Any] | None) -> Trace:
    trace = run(
        # A cell is text even where it would read as a file's name.
        cell if cell.endswith("\n") else f"{cell}\n",
        engine=options.engine,
        level=options.level,
        max_steps=options.max_steps,
        max_events=options.max_events,
        seconds=options.seconds,
        ask=options.ask,
        choices=[text.strip() for text in options.choices.split("|") if text.strip()],
        namespace=namespace,
    )
    return replace(trace, title=options.title)


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Add `%%step`; `%load_ext minitorch_viz` calls this.

    >>> load_ipython_extension.__name__
    'load_ipython_extension'
    """
    step = Step(ipython)
    step.__doc__ = f"Run a cell and step it.\n\n{_parser().format_help()}"
    ipython.magics_manager.register_function(step, "cell", "step")
