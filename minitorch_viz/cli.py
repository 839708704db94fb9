"""The command line: `minitorch-viz play`, `draw` and `lessons`."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from .doors import find
from .trace.model import LEVELS, Trace

PICTURES = (".svg", ".png", ".pdf", ".gif", ".apng", ".print.html")
_HERE = Path(__file__).resolve().parent


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(f"{message} (try {self.prog} --help)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0, or 2 with one line on stderr.

    >>> main(["play"])
    2
    """
    try:
        options, rest = _parser().parse_known_args(arguments)
        if rest and options.run is not _lessons:
            _parser().error(f"unrecognized arguments: {' '.join(rest)}")
        options.rest = rest
        status: int = options.run(options)
    except (OSError, ValueError, RuntimeError) as error:
        print(f"minitorch-viz: {_line(error)}", file=sys.stderr)
        return 2
    return status


def _line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        named = error.filename2 or error.filename
        text = f"{named}: {error.strerror}" if named else error.strerror
    else:
        text = str(error)
    return " ".join(text.split())


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="minitorch-viz",
        description="Step a PyTorch-style program and see what autograd records.",
    )
    version = f"%(prog)s {find('minitorch_viz:__version__')}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(
        required=True, metavar="COMMAND", parser_class=_Parser
    )
    play = _program(commands, "play", "run a program and write a page that steps it")
    play.add_argument("--ask", help="a question to predict: x.grad, x, error ...")
    play.add_argument("--choices", default="", help='answers to offer: "2. | 3."')
    play.set_defaults(run=_play)
    draw = _program(commands, "draw", "run a program and draw one of its steps")
    draw.add_argument("--theme", choices=("light", "dark"), default="light")
    draw.add_argument("--lens", choices=("program", "autograd"), default="program")
    draw.add_argument("--from", dest="first", type=int, help="first line to draw")
    draw.add_argument("--to", dest="last", type=int, help="last line to draw")
    draw.add_argument("--hide", default="", help="names to leave out: x,y")
    draw.add_argument("--only", default="", help="names to draw and no others: x,y")
    draw.set_defaults(run=_draw, ask=None, choices="")
    lessons = commands.add_parser(
        "lessons",
        help="open the lessons in JupyterLab",
        epilog="Other options go to JupyterLab, such as --no-browser.",
    )
    lessons.add_argument(
        "--to", type=Path, help="copy the lessons to this folder first"
    )
    lessons.set_defaults(run=_lessons)
    return parser


def _program(commands: Any, name: str, what: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=what)
    parser.add_argument("program", metavar="PROGRAM.py", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="the file to write")
    step = "the step to open at or to draw, of all: as the level Backward counts"
    parser.add_argument("--step", type=int, help=step)
    parser.add_argument("--level", choices=LEVELS, default=LEVELS[0])
    parser.add_argument("--engine", default="auto", help="minitorch, torch or auto")
    stop = "stop after so many statements"
    parser.add_argument("--max-steps", type=int, default=1000, help=stop)
    parser.add_argument("--max-events", type=int, default=5000, help="... operations")
    parser.add_argument("--seconds", type=float, default=10.0, help="... seconds")
    return parser


def _check(options: argparse.Namespace) -> None:
    if options.program.is_dir():
        raise ValueError(f"{options.program}: a folder; give a .py file in it")
    if not options.program.is_file():
        raise ValueError(f"{options.program}: there is no such file")


def _trace(options: argparse.Namespace) -> Trace:
    choices = [choice.strip() for choice in options.choices.split("|")]
    trace: Trace = find("minitorch_viz.trace.program:step")(
        options.program,
        engine=options.engine,
        level=options.level,
        max_steps=options.max_steps,
        max_events=options.max_events,
        seconds=options.seconds,
        ask=options.ask,
        choices=[choice for choice in choices if choice],
    )
    return trace


def _target(options: argparse.Namespace, suffixes: tuple[str, ...]) -> Path:
    target: Path = options.output or Path(options.program.with_suffix(suffixes[0]).name)
    if not target.name.lower().endswith(suffixes):
        raise ValueError(
            f"the output must end in {' or '.join(suffixes)}, got {target}"
        )
    if target.is_dir() or not target.parent.is_dir():
        raise ValueError(f"{target}: not a file in a folder that exists")
    return target


def _play(options: argparse.Namespace) -> int:
    _check(options)
    target = _target(options, (".html",))
    trace = _trace(options)
    if trace.ask is not None:  # the page would say it to the learner only
        find("minitorch_viz.predict:question")(trace, trace.ask, trace.choices)
    trace.save(target, step=options.step)
    return _done(target, trace)


def _draw(options: argparse.Namespace) -> int:
    _check(options)
    target = _target(options, PICTURES)
    trace = _trace(options)
    paper = target.name.lower().endswith(".print.html")
    draws = "minitorch_viz.picture.export:save"
    prints = "minitorch_viz.player.prints:save"
    find(prints if paper else draws)(
        trace,
        target,
        step=options.step,
        theme=options.theme,
        lens=options.lens,
        lines=(options.first, options.last),
        hide=_names(options.hide),
        only=_names(options.only),
    )
    return _done(target, trace)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _done(target: Path, trace: Trace) -> int:
    error = trace.steps[-1].error
    end = f", ends in {error.type}" if error is not None else ""
    stopped = f". {trace.stopped}" if trace.stopped else ""
    print(f"{target}: steps 0 to {len(trace.steps) - 1}{end}{stopped}")
    return 0


def _lessons(options: argparse.Namespace) -> int:
    if find_spec("jupyterlab") is None:
        raise ValueError(
            "the lessons need JupyterLab: pip install 'minitorch-viz[lessons]'"
        )
    folder = lessons_folder(options.to)
    first = min(folder.glob("*.ipynb"), default=None)
    # A lesson in sight, beside the list of all; `--LabApp.default_url` asks otherwise.
    at = [f"--LabApp.default_url=/lab/tree/{first.name}"] if first else []
    # JupyterLab says no to root unless asked; in a container there is nobody else.
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    asked = [*root, *at, *options.rest]
    command = [sys.executable, "-m", "jupyterlab", str(folder), *asked]
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # JupyterLab asks whether to stop; it decides


def lessons_folder(to: Path | None = None) -> Path:
    """Return a folder with the lessons that may be written to.

    In a checkout that is its own; an installed package's are copied, here or to `to`,
    and what is there already is left as it is.

    >>> lessons_folder().name.endswith("lessons")
    True
    """
    own, installed = _HERE.parent / "lessons", _HERE / "lessons"
    if to is None and not installed.is_dir():
        if own.is_dir():
            return own
        raise ValueError("this installation has no lessons; reinstall minitorch-viz")
    origin = installed if installed.is_dir() else own
    target = to or Path("minitorch-viz-lessons")
    for found in sorted(origin.rglob("*")):
        copy = target / found.relative_to(origin)
        if found.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found, copy)
    return target
