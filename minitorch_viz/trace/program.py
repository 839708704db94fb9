"""Run a program and record it: `step` is the door, `Recording` what it is made of."""

from __future__ import annotations

import ast
import asyncio
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from ..capture import minitorch
from ..capture.adapter import Adapter
from ..capture.memory import OVERLOOKED
from ..capture.namespaces import with_builtins
from ..capture.text import operand_text
from ..collector import waiting
from ..snapshot import Site
from .engines import called_torch, choose
from .importing import importing
from .instrument import Instrumented
from .limits import INTERRUPTED, Limits, Meter, Stopped, interruptible, watchdog
from .markers import listening
from .model import LEVELS, ErrorState, Level, Output, Step, Trace
from .recorder import Recorder
from .source import Source, read
from .streams import asked, captured


@dataclass(frozen=True, slots=True)
class Options:
    """How a trace is to be shown: the level it opens at, and a question about it.

    >>> Options().level
    'statement'
    """

    level: Level = "statement"
    ask: str | None = None
    choices: tuple[str, ...] = ()


def step(
    source: str | Path | Callable[..., Any],
    *,
    engine: str = "auto",
    level: Level = "statement",
    max_steps: int = 1000,
    max_events: int = 5000,
    seconds: float = 10.0,
    ask: str | None = None,
    choices: Sequence[str] = (),
    namespace: dict[str, Any] | None = None,
) -> Trace:
    r"""Run a program (text, a `.py` file or a function's body) and return its trace.

    The program runs in `namespace`, or in a fresh one. It runs on PyTorch if it imports
    `torch` and that is installed, else on the engine; `engine` says otherwise: `torch`
    or `minitorch`. An exception, a syntax error or a limit doesn't raise: it is the
    trace's last step.

    Raises:
        FileNotFoundError: if `source` names a file that isn't there.
        ValueError: if an option isn't one of those that there are.

    >>> trace = step("x = torch.tensor(2., requires_grad=True)\ny = 2 * x")
    >>> [each.kind for each in trace.steps]
    ['start', 'create', 'operation']
    """
    options, capture = _options(level, ask, choices), choose(engine)
    limits = Limits(max_steps, max_events, seconds)
    program = read(source)
    try:
        tree = _parse(program)
        if engine == "auto":
            capture = choose(engine, tree, namespace or program.names)
        instrumented = Instrumented(program, tree)
        code = compile(instrumented.tree, program.filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return _unreadable(program, error, options)
    recording = Recording(instrumented, limits, options, capture)
    _run(recording, code, namespace)
    return recording.trace()


#: A run borrows what a process has once: its output streams, `sys.modules`, defaults.
_ONE_AT_A_TIME = threading.RLock()


def _run(
    recording: Recording, code: CodeType, namespace: dict[str, Any] | None
) -> None:
    program, capture = recording.program, recording.capture
    scope = _scope(program.source) if namespace is None else namespace

    def execute() -> None:
        exec(code, scope)

    with (
        _ONE_AT_A_TIME,
        capture.fresh() if namespace is None else nullcontext(),
        _predefined(scope, program.tree, capture),
        captured(recording.recorder.stops.log, capture.ONCE),
        asked(recording.recorder.stops.log, recording.meter.pause),
        called_torch(capture),
    ):
        recording.run(lambda: with_builtins(execute), scope)


def _options(level: Level, ask: str | None, choices: Sequence[str]) -> Options:
    if level not in LEVELS:
        raise ValueError(f"level must be one of {', '.join(LEVELS)}, got {level!r}")
    return Options(level, ask, tuple(choices))


def _scope(program: Source) -> dict[str, Any]:
    return {**program.names, "__name__": "__main__"}


@contextmanager
def _predefined(
    scope: dict[str, Any], tree: ast.Module, capture: Adapter
) -> Iterator[None]:
    """Let the program say `torch` without importing it; put back what was there.

    What the program imports itself stays, unless the name was the user's before.
    """
    given = {"torch": capture.engine, "minitorch": minitorch.engine}
    before = {name: scope[name] for name in given if name in scope}
    imported = _imported(tree)
    scope.update(given)
    try:
        yield
    finally:
        for name, value in given.items():
            if scope.get(name) is value and name not in imported:
                del scope[name]
        scope.update(before)


def _imported(tree: ast.Module) -> set[str]:
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


class Recording:
    """One run of an instrumented program, from the first stop to the trace.

    >>> from .source import from_text
    >>> program = Instrumented(from_text("x = 1"))
    >>> code = compile(program.tree, program.source.filename, "exec")
    >>> recording = Recording(program)
    >>> recording.run(lambda: exec(code), {})
    >>> [step.kind for step in recording.trace().steps]
    ['start', 'statement']
    """

    def __init__(
        self,
        program: Instrumented,
        limits: Limits | None = None,
        options: Options | None = None,
        capture: Adapter = minitorch,
    ) -> None:
        self.program = program
        self.capture = capture
        self.options = options or Options()
        self.meter = Meter(limits or Limits())
        self.recorder = Recorder(program, self.meter, capture)

    def run(self, execute: Callable[[], Any], scope: dict[str, Any]) -> None:
        """Call `execute`, which runs the program's code in `scope`, and record it."""
        self.program.source.register()
        with self.capture.remembering():
            self._run(execute, scope)

    def _run(self, execute: Callable[[], Any], scope: dict[str, Any]) -> None:
        self.recorder.stops.start(scope)
        uncaught: BaseException | None = None
        try:
            with (
                watchdog(self.meter),
                interruptible(self.meter),
                importing(self.meter),
            ):
                uncaught = self._execute(execute)
        except Stopped:
            if self.meter.stopped is not None:
                self.recorder.stop(self.meter.stopped)
        except KeyboardInterrupt as by:
            self.recorder.stop(INTERRUPTED, by)
        self.recorder.finish(uncaught)
        self.meter.bar.close()

    def _execute(self, execute: Callable[[], Any]) -> BaseException | None:
        """Run the program; return the exception that it ends in."""
        try:
            with self._listening():
                execute()
        except (Stopped, KeyboardInterrupt):
            raise
        except SystemExit as ended:
            code = "" if ended.code is None else operand_text(ended.code)
            self.recorder.stop(f"The program ended itself: sys.exit({code}).", ended)
        except BaseException as error:  # noqa: BLE001 - the program may raise anything
            self.recorder.end(error)
            return error
        return None

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Listen to markers and engine; collect garbage only when the program asks to.

        When the collector runs depends on the whole process; traces must not.
        """
        mark, observe = self.recorder.mark, self.recorder.observe
        with waiting(), listening(mark), self.capture.observe(observe):
            yield

    def trace(self) -> Trace:
        """Return the finished trace."""
        stops, source = self.recorder.stops, self.program.source
        return Trace(
            source.text,
            stops.log.steps(),
            stops.world.registry.values(),
            tuple(stops.log.output),
            source.title,
            self.capture.NAME,
            stopped=self.meter.stopped,
            notes=self._notes(),
            level=self.options.level,
            ask=self.options.ask,
            choices=self.options.choices,
        )

    def _notes(self) -> tuple[str, ...]:
        count, untold = self.recorder.elsewhere, self.capture.untold()
        if self.recorder.stops.world.registry.overlooked:
            untold += (OVERLOOKED,)
        if not count:
            return untold
        return (
            *untold,
            f"Only the thread that started the program is shown; {count} "
            f"{'event' if count == 1 else 'events'} happened in others.",
        )


#: A line that only IPython understands: a magic, the shell's, or a question.
_IPYTHON = re.compile(
    r"\s*([\w., ]+=\s*)?(%{1,2}[A-Za-z]|!{1,2}\s*[\w./]|\?)|.*\w\?+\s*$"
)


def _parse(program: Source) -> ast.Module:
    tree = ast.parse(program.text, program.filename)
    for node in _at_top(tree):
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            where = (program.filename, node.lineno, node.col_offset + 1, None)
            raise SyntaxError(  # noqa: TRY004 - as Python does
                f"top-level await isn't supported; {_instead_of_await()}", where
            )
    return tree


def _instead_of_await() -> str:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "put it in an `async def` and call asyncio.run() on that"
    return "await it in a cell of its own, which isn't stepped"  # run() would refuse


def _at_top(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what isn't inside a function."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _at_top(child)


def _unreadable(program: Source, error: Exception, options: Options) -> Trace:
    """Return a trace of one step: the program isn't Python."""
    site = None
    message = str(error)
    if isinstance(error, SyntaxError):
        message = error.msg or "invalid syntax"
        if error.lineno and _IPYTHON.match(program.lines[error.lineno - 1]):
            message = (
                "`%`, `!` and `?` are IPython's, and a program that is stepped is "
                "plain Python; put them in a cell of their own"
            )
        site = _syntax_site(program, error)
    elif isinstance(error, RecursionError | MemoryError):
        message = "the program is nested too deeply"
    state = ErrorState("SyntaxError", message, site, kind="other")
    line = "" if site is None else f"line {site.line}: "
    output = (Output("stderr", f"{line}SyntaxError: {message}\n"),)
    failed = Step(0, "statement", "error", site, site, output=1, error=state)
    return Trace(
        program.text,
        (failed,),
        output=output,
        title=program.title,
        level=options.level,
    )


def _syntax_site(program: Source, error: SyntaxError) -> Site | None:
    if not error.lineno:
        return None
    line = min(error.lineno, len(program.lines))
    width = len(program.lines[line - 1])
    column = min(max((error.offset or 1) - 1, 0), width)
    end_line, end = error.end_lineno or line, (error.end_offset or 0) - 1
    if end_line != line or end <= column:
        end = column + 1
    return Site(line, column, line, min(end, max(width, column + 1)))
