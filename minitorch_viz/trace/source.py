"""A program's text: where it comes from, its name, and its lines."""

from __future__ import annotations

import ast
import hashlib
import inspect
import linecache
import textwrap
import tokenize
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any

from ..capture.text import writable
from ..oneline import one_line
from ..snapshot import Site


@dataclass(frozen=True, slots=True)
class Source:
    """A program to run: its text, the name it goes by, and what it starts with.

    A `script` shows only what it prints; others also their last expression's value.

    >>> Source("x = 1").lines
    ['x = 1']
    """

    text: str
    title: str = "program"
    filename: str = ""
    names: Mapping[str, Any] = field(default_factory=dict)
    script: bool = False

    @property
    def lines(self) -> list[str]:
        """The text line by line, as Python counts lines."""
        return self.text.split("\n")

    def site(self, line: int, column: int, end_line: int, end_column: int) -> Site:
        """Return a site from Python's positions, which count bytes within a line."""
        return Site(
            line, self._width(line, column), end_line, self._width(end_line, end_column)
        )

    def site_of(self, node: ast.expr | ast.stmt) -> Site:
        """Return where `node` stands."""
        line, column = node.lineno, node.col_offset
        return self.site(
            line, column, node.end_lineno or line, node.end_col_offset or column
        )

    def _width(self, line: int, column: int) -> int:
        lines = self.lines
        text = lines[line - 1] if line <= len(lines) else ""
        if text.isascii():
            return column
        return len(text.encode()[:column].decode("utf-8", "ignore"))

    def at(self, site: Site) -> str:
        """Return the source at `site` on one line, with its own parentheses.

        >>> Source("r = (y+z).sum()").at(Site(1, 5, 1, 8))
        '(y+z)'
        """
        lines = self.lines[site.line - 1 : site.end_line]
        if not lines:
            return ""
        before, after = lines[0][: site.column], lines[-1][site.end_column :]
        lines[-1] = lines[-1][: site.end_column]
        lines[0] = lines[0][site.column :]
        text = one_line("\n".join(lines))
        grouped = _in_parentheses(before, after) and _is_operator(text)
        return f"({text})" if grouped else text

    def register(self) -> None:
        """Let tracebacks and `inspect` show the program's lines."""
        entry = (len(self.text), None, [f"{s}\n" for s in self.lines], self.filename)
        linecache.cache[self.filename] = entry


def _in_parentheses(before: str, after: str) -> bool:
    """True for `(y+z)` that only groups; False for a call's or subscript's brackets."""
    opens, closes = before.rstrip(), after.lstrip()
    if not opens.endswith("(") or not closes.startswith(")"):
        return False
    ahead = opens[:-1].rstrip()
    return not ahead or not (ahead[-1].isalnum() or ahead[-1] in "_)]}\"'")


def _is_operator(text: str) -> bool:
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError:
        return False
    return isinstance(body, ast.BinOp | ast.UnaryOp | ast.Compare | ast.BoolOp)


def read(source: str | Path | Callable[..., Any]) -> Source:
    """Return the program in a text, a `.py` file or a function's body.

    >>> read("x = 1").title
    'program'
    """
    if isinstance(source, Path):
        return _read_file(source)
    if isinstance(source, str):
        if "\n" not in source and source.strip().endswith(".py"):
            return _read_file(Path(source.strip()))
        return from_text(source)
    if inspect.isfunction(source):
        return _read_function(source)
    raise TypeError(
        "source must be a program's text, the path of a .py file or a function, "
        f"got {type(source).__name__}"
    )


def from_text(
    text: str,
    title: str = "program",
    filename: str = "",
    names: Mapping[str, Any] | None = None,
    script: bool = False,
) -> Source:
    r"""Return a program from its text; equal programs get equal file names.

    >>> from_text("a\r\nb").text
    'a\nb'
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = writable(text)
    if not filename:
        digest = hashlib.sha256(text.encode()).hexdigest()
        filename = f"<program {digest[:8]}>"
    return Source(text, title, filename, names or {}, script)


def _read_file(path: Path) -> Source:
    if path.suffix != ".py":
        raise ValueError(f"source must be a .py program, got {str(path)!r}")
    if not path.exists():
        raise FileNotFoundError(
            f"no program at {str(path)!r}; pass the path of an existing .py file, or "
            "a program's text"
        )
    try:
        with tokenize.open(path) as file:
            text = file.read()
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ValueError(f"{str(path)!r} can't be read as Python: {error}") from None
    return from_text(text, path.name, str(path), {"__file__": str(path)}, script=True)


def _read_function(function: FunctionType) -> Source:
    name = function.__code__.co_name
    if name == "<lambda>" or inspect.iscoroutinefunction(function):
        raise TypeError(f"{name} must be a plain `def` function, got a lambda or async")
    needed = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if needed:
        raise ValueError(
            f"the body of {name}() is run as a program, so {name} must need no "
            f"arguments, got {', '.join(needed)}"
        )
    definition = None
    with suppress(OSError, TypeError, SyntaxError, IndexError):
        text = textwrap.dedent(inspect.getsource(function))
        definition = ast.parse(text).body[0]
    if not isinstance(definition, ast.FunctionDef) or definition.name != name:
        raise ValueError(
            f"the source of {name}() can't be found; pass the program's text instead"
        )
    return from_text(_body(text, definition), name, names=_names_of(function))


def _body(text: str, definition: ast.FunctionDef) -> str:
    first, last = definition.body[0], definition.body[-1]
    lines = text.split("\n")
    start, end = first.lineno, last.end_lineno or last.lineno
    if start == definition.lineno:  # def f(): x = 1; y = 2
        return lines[start - 1].encode()[first.col_offset :].decode()
    above = definition.lineno
    while above < start - 1 and not lines[above].strip().startswith("#"):
        above += 1  # a comment before the first statement belongs to the program
    return textwrap.dedent("\n".join(lines[above:end])) + "\n"


def _names_of(function: FunctionType) -> dict[str, Any]:
    found = inspect.getclosurevars(function)
    names = dict(inspect.unwrap(function).__globals__)
    names.update(found.nonlocals)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is not parameter.empty:
            names[parameter.name] = parameter.default
    return names
