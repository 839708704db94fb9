"""Graphviz behind one function: that of pygraphviz's wheel, else a `dot` program."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import redirect_stderr
from functools import cache, lru_cache
from io import StringIO
from threading import Lock

_LOCK = Lock()

Engine = Callable[[str], bytes]


def lay_out(dot: str) -> bytes:
    """Run Graphviz's `dot` over DOT text and return what it found, as its `json0`.

    >>> lay_out("digraph{a}").lstrip()[:1]
    b'{'
    """
    with _LOCK:
        return _laid_out(_engine(), dot)


#: The parts of a large graph are often alike: the same text has the same layout.
@lru_cache(maxsize=32)
def _laid_out(engine: Engine, dot: str) -> bytes:
    return engine(dot)


@cache
def _engine() -> Engine:
    try:
        import pygraphviz  # noqa: F401
    except ImportError as error:
        return _loose() or _program(error)
    return _bound


def _bound(dot: str) -> bytes:
    import pygraphviz

    graph = pygraphviz.AGraph(string=dot)
    # pygraphviz warns of large graphs; there is nobody here to heed it.
    with redirect_stderr(StringIO()):
        return bytes(graph.draw(format="json0", prog="dot"))


def _loose() -> Engine | None:
    """Return the wheel's layout libraries alone, where the rest can't be loaded."""
    from .loose import Graphviz

    try:
        return Graphviz().lay_out
    except OSError:
        return None


def _program(why: ImportError) -> Engine:
    def piped(dot: str) -> bytes:
        command = ["dot", "-Kdot", "-Tjson0"]
        try:
            done = subprocess.run(
                command, input=dot.encode(), capture_output=True, check=True
            )
        except FileNotFoundError as error:
            raise OSError(
                "a picture needs Graphviz: install pygraphviz 2.0.4 or later (it brings"
                " its own), or put Graphviz's `dot` program on the PATH"
                f" (pygraphviz: {why})"
            ) from error
        except subprocess.CalledProcessError as error:
            raise OSError(f"dot failed: {error.stderr.decode()[:400]}") from error
        return done.stdout

    return piped
