"""Record programs with PyTorch and with the engine, and say where they differ."""

from __future__ import annotations

import importlib
import json
import os
import signal
from collections.abc import Sequence
from typing import Any

from compare import answer_to_torch, difference
from record import record

from . import rounding
from .printed import Both, watch

Recording = dict[str, Any]
TORCH, ENGINE = "torch", "minitorch_viz.minitorch"
#: A program that computes for longer hangs, and so does one that waits for ten times as
#: long: a busy machine is no reason.
SECONDS_EACH = 20


def load(*modules: str) -> None:
    """Import modules once, before anything forks."""
    for module in modules or (TORCH, ENGINE):
        found = importlib.import_module(module)
        if module == TORCH:
            # OpenMP's threads don't survive a fork.
            found.set_num_threads(1)


def record_all(
    sources: Sequence[str], module: str, *, moved: bool = False
) -> list[Recording]:
    """Record programs one after the other in one forked process.

    With `moved`, by an engine whose results miss by what rounding does. A program after
    which the process died, or hung, is recorded as the reason, and the others go on in
    a new process. With each stands what it showed.
    """
    found: list[Recording] = []
    while len(found) < len(sources):
        done, reason = _in_child(sources[len(found) :], module, moved)
        found += done
        if reason:
            found.append({"found": reason, "shown": []})
    return found


def _in_child(
    sources: Sequence[str], module: str, moved: bool
) -> tuple[list[Recording], str | None]:
    """Return what a forked process recorded before it ended, and why if too early."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _work(sources, module, moved, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        # A line that breaks off is of a program that was still being written down.
        whole = (line for line in pipe if line.endswith("\n"))
        done: list[Recording] = [json.loads(line) for line in whole]
    status = os.waitpid(child, 0)[1]
    if len(done) == len(sources):
        return done, None
    return done, f"the process died of signal {os.WTERMSIG(status)}"


def _work(sources: Sequence[str], module: str, moved: bool, writing: int) -> None:
    """Record programs in this process, write each as a line, and end it."""
    try:
        answer_to_torch(module)
        torch = importlib.import_module(module)
        if moved:
            rounding.move(importlib.import_module(f"{module}.op").OPS)
        shown = watch(torch)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 2)
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            for source in sources:
                signal.setitimer(signal.ITIMER_PROF, SECONDS_EACH)
                signal.alarm(10 * SECONDS_EACH)
                _reset(torch)
                found = _recorded(source, torch)
                pipe.write(json.dumps({"found": found, "shown": shown}) + "\n")
                shown.clear()
                pipe.flush()
    finally:
        os._exit(0)


def _recorded(source: str, torch: Any) -> Recording | str:
    try:
        return record(source, torch)  # type: ignore[no-any-return]
    except Exception as error:  # noqa: BLE001 - a failure of looking is a finding too
        return f"recording failed: {type(error).__name__}: {error}"


def _reset(torch: Any) -> None:
    """Undo what an earlier program in this process may have set."""
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_printoptions(profile="default")
    torch.manual_seed(0)


def compare(sources: Sequence[str], *, exact: bool = False) -> list[str | None]:
    """Return each program's first difference, or None where the sides agree."""
    wanted, got = record_all(sources, TORCH), record_all(sources, ENGINE)
    each = zip(sources, wanted, got, strict=True)
    return [
        _first(a, b, exact) and _beyond_rounding(s, a, b, exact) for s, a, b in each
    ]


def _beyond_rounding(
    source: str, wanted: Recording, got: Recording, exact: bool
) -> str | None:
    """Return the first difference that rounding doesn't make, if there is one."""
    again = record_all([source] * rounding.RUNS, ENGINE, moved=True)
    settled = rounding.settled(
        wanted, got, [x for x in again if x["shown"] is not None]
    )
    return _first(wanted, settled, exact)


def _first(wanted: Recording, got: Recording, exact: bool) -> str | None:
    theirs, ours = wanted["found"], got["found"]
    if isinstance(theirs, str) or isinstance(ours, str):
        # What PyTorch itself can't survive is no yardstick.
        return None if isinstance(theirs, str) else str(ours)
    engine = importlib.import_module(ENGINE)
    both = Both(wanted["shown"], got["shown"], engine)
    found: str | None = difference(*both.settled(theirs, ours), exact)
    return found
