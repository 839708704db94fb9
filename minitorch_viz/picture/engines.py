"""Graphviz behind one function: the bundled one of pygraphviz, else a `dot` program."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from functools import cache
from io import StringIO
from pathlib import Path
from threading import Lock
from xml.sax.saxutils import escape

from .measure import FONTS

_LOCK = Lock()
_SYSTEM = (
    "/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts",
    "/System/Library/Fonts", "~/.fonts", "~/.local/share/fonts", "~/Library/Fonts",
    "C:/Windows/Fonts",
)  # fmt: skip


def render(dot: str, layout: str, form: str) -> bytes:
    """Run a Graphviz layout (`dot`, or `nop2` for what has its places) over DOT text.

    >>> render("digraph{}", "dot", "svg").lstrip()[:5]
    b'<?xml'
    """
    with _LOCK, _fonts():
        if bundled():
            import pygraphviz

            if form in ("png", "pdf"):
                _warm()
            graph = pygraphviz.AGraph(string=dot)
            # pygraphviz warns of large graphs; there is nobody here to heed it.
            with redirect_stderr(StringIO()):
                return bytes(graph.draw(format=form, prog=layout))
        return _piped(dot, layout, form)


@cache
def bundled() -> bool:
    """Say whether the Graphviz that pygraphviz brings can be used.

    >>> bundled() in (True, False)
    True
    """
    try:
        import pygraphviz
    except ImportError:
        return False
    return bool(pygraphviz.__version__)


@cache
def _warm() -> None:
    """Let fontconfig start, without its warnings about the system's own templates."""
    import pygraphviz

    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            pygraphviz.AGraph(string="digraph{a}").draw(format="png", prog="dot")
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        said.seek(0)
        lines = said.read().splitlines(keepends=True)
        os.write(
            2, b"".join(t for t in lines if t.strip() and b"/conf.avail/" not in t)
        )


def _piped(dot: str, layout: str, form: str) -> bytes:
    import subprocess

    command = ["dot", f"-K{layout}", f"-T{form}"]
    try:
        done = subprocess.run(
            command, input=dot.encode(), capture_output=True, check=True
        )
    except FileNotFoundError as error:
        raise OSError(
            "a picture needs Graphviz: install pygraphviz 2.0.4 or later (it brings its"
            " own), or put Graphviz's `dot` program on the PATH"
        ) from error
    except subprocess.CalledProcessError as error:
        raise OSError(f"dot failed: {error.stderr.decode()[:400]}") from error
    return done.stdout


@contextmanager
def _fonts() -> Iterator[None]:
    """Show Graphviz the carried fonts while it runs, and leave no trace outside."""
    name = "FONTCONFIG_FILE"
    before = os.environ.get(name)
    os.environ[name] = str(_configuration())
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@cache
def _configuration() -> Path:
    """Write fontconfig's configuration: our folder first, the system's after it."""
    folder = _cache_folder()
    places = [str(FONTS), *(str(Path(p).expanduser()) for p in _SYSTEM)]
    folders = "".join(f"<dir>{escape(p)}</dir>" for p in places)
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{folders}<cachedir>{escape(str(folder))}</cachedir></fontconfig>\n"
    )
    target = folder / "fonts.conf"
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        part = folder / f"fonts.conf.{os.getpid()}"
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    return target


def _cache_folder() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    folder = base / "minitorch_viz" / "fonts"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="minitorch_viz-"))
