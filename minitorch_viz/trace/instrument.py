"""Markers in a program's syntax tree: calls that tell the recorder where the run is.

A marker is a call of one name in `builtins`, with a number unique in the process. It
changes nothing in the user's namespace, does nothing while nobody records, and returns
the value that it was given. Where a statement ends and the next begins one marker says
both, so that a program has about as many as it has lines.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Literal

from ..snapshot import Site
from .leftovers import read_first
from .markers import HOOK
from .source import Source

StatementKind = Literal["statement", "branch", "loop", "with", "definition", "return"]
_next_number = count().__next__


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the program; `site` covers a compound statement's header only.

    >>> Statement(0, "loop", Site(1, 0, 1, 14), 1).kind
    'loop'
    """

    number: int
    kind: StatementKind
    site: Site
    line: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the things that a marker says: an action on a statement.

    >>> Mark("begin", Statement(0, "statement", Site(1, 0, 1, 5), 1)).action
    'begin'
    """

    action: str
    statement: Statement


class Instrumented:
    """A program with markers: its `tree`, and what each marker's number means.

    As in a notebook's cell the value of a last expression is shown, unless a `;` ends
    it; a script shows none.

    >>> from .source import from_text
    >>> program = Instrumented(from_text("x = 1"))
    >>> [[mark.action for mark in marks] for marks in program.marks.values()]
    [['begin'], ['end']]
    """

    def __init__(self, source: Source, tree: ast.Module | None = None) -> None:
        self.source = source
        self.marks: dict[int, tuple[Mark, ...]] = {}
        self.statements: list[Statement] = []
        self._scopes = ["module"]
        self._loops: list[Statement] = []
        tree = ast.parse(source.text, source.filename) if tree is None else tree
        self.names = _identifiers(tree)
        self.read_first = read_first(tree)
        self._calls = _method_calls(tree)
        self._last = _shown_at_the_end(source, tree)
        kept = _kept_first(tree.body)
        tree.body = self._suite(tree.body)
        # Else Python would look among the module's own names first, each time.
        tree.body.insert(kept, ast.Global([HOOK]))
        self._join(tree)
        self.tree = ast.fix_missing_locations(tree)

    def part(self, line: int, column: int, end_line: int, end_column: int) -> Site:
        """Return a sub-expression from the positions of an instruction.

        Python says of a method call over several lines where the method's name is.
        """
        line, column = self._calls.get((end_line, end_column), (line, column))
        return self.source.site(line, column, end_line, end_column)

    def _suite(self, body: list[ast.stmt]) -> list[ast.stmt]:
        kept = _kept_first(body)
        made = body[:kept]
        for node in body[kept:]:
            made += self._statement(node)
        return made

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        method = getattr(self, f"_visit_{type(node).__name__.lower()}", None)
        if method is not None:
            visited: list[ast.stmt] = method(node)
            return visited
        statement = self._new(node, "statement")
        return [*self._call("begin", statement), node, *self._call("end", statement)]

    def _new(
        self, node: ast.stmt, kind: StatementKind, last: ast.expr | None = None
    ) -> Statement:
        """Number a statement; its site ends with `last` where given."""
        site = self.source.site_of(node)
        if last is not None:
            end = self.source.site_of(last)
            site = Site(site.line, site.column, end.end_line, end.end_column)
        elif kind == "definition":
            width = len(self.source.lines[node.lineno - 1].rstrip())
            site = Site(site.line, site.column, site.line, width)
        made = Statement(len(self.statements), kind, site, node.lineno)
        self.statements.append(made)
        return made

    # -- markers -----------------------------------------------------------------------
    def _marker(
        self, action: str, statement: Statement, value: ast.expr | None = None
    ) -> ast.expr:
        number = _next_number()
        self.marks[number] = (Mark(action, statement),)
        arguments: list[ast.expr] = [ast.Constant(number)]
        call = ast.Call(ast.Name(HOOK, ast.Load()), arguments, [])
        at = value
        if at is None:
            line = statement.line
            for part in (call, call.func, *arguments):
                _place(part, line, self._byte_column(statement))
        else:
            arguments.append(at)
            for part in (call, call.func, arguments[0]):
                ast.copy_location(part, at)
        return call

    def _byte_column(self, statement: Statement) -> int:
        text = self.source.lines[statement.line - 1][: statement.site.column]
        return len(text.encode("utf-8", "surrogatepass"))

    def _call(self, action: str, statement: Statement) -> list[ast.stmt]:
        marker = self._marker(action, statement)
        return [ast.copy_location(ast.Expr(marker), marker)]

    def _join(self, tree: ast.Module) -> None:
        """Let one marker say what several say that stand behind one another."""
        for node in ast.walk(tree):
            for suite in ("body", "orelse", "finalbody"):
                body = getattr(node, suite, None)
                if isinstance(body, list):
                    body[:] = self._joined(body)

    def _joined(self, body: list[ast.stmt]) -> Iterator[ast.stmt]:
        waiting: tuple[Mark, ...] = ()
        for node, after in zip(body, [*body[1:], None], strict=False):
            number = _bare_marker(node)
            if number not in self.marks:  # or the program calls it, with any number
                yield node
            elif after is not None and _bare_marker(after) in self.marks:
                waiting += self.marks.pop(number)
            else:
                self.marks[number] = waiting + self.marks[number]
                waiting = ()
                yield node

    def _guard(self, body: list[ast.stmt], statement: Statement) -> list[ast.stmt]:
        """Tell about an exception before anything handles it; then let it go on."""
        told = [*self._call("raised", statement), ast.Raise(None, None)]
        handler = ast.ExceptHandler(None, None, told)
        guard = ast.Try(body, [handler], [], [])
        return [_placed(guard, body, statement.line, self._byte_column(statement))]

    # -- simple statements -------------------------------------------------------------
    def _visit_global(self, node: ast.Global) -> list[ast.stmt]:
        return [node]

    def _visit_nonlocal(self, node: ast.Nonlocal) -> list[ast.stmt]:
        return [node]

    def _visit_expr(self, node: ast.Expr) -> list[ast.stmt]:
        statement = self._new(node, "statement")
        begin = self._call("begin", statement)
        if node is self._last:
            node.value = self._marker("echo", statement, node.value)
        return [*begin, node, *self._call("end", statement)]

    def _visit_return(self, node: ast.Return) -> list[ast.stmt]:
        statement = self._new(node, "return")
        begin = self._call("begin", statement)
        value = node.value
        if value is None:
            value = ast.copy_location(ast.Constant(None), node)
        if self._scopes[-1] == "module":  # a function's body, run as a program
            marker = self._marker("finish", statement, value)
            return [*begin, ast.copy_location(ast.Expr(marker), node)]
        node.value = self._handed(statement, value)
        return [*begin, node]

    def _handed(
        self, statement: Statement, value: ast.expr, action: str = "end"
    ) -> ast.expr:
        """Mark what a function hands back: of a condition's two sides each."""
        if not isinstance(value, ast.IfExp):
            return self._marker(action, statement, value)
        value.body = self._handed(statement, value.body, "handed")
        value.orelse = self._handed(statement, value.orelse, "handed")
        return value

    def _visit_raise(self, node: ast.Raise) -> list[ast.stmt]:
        return [*self._call("begin", self._new(node, "statement")), node]

    def _visit_break(self, node: ast.Break) -> list[ast.stmt]:
        statement = self._new(node, "statement")
        return [*self._call("begin", statement), *self._call("end", statement), node]

    def _visit_continue(self, node: ast.Continue) -> list[ast.stmt]:
        statement = self._new(node, "statement")
        marks = [*self._call("begin", statement), *self._call("end", statement)]
        if self._loops:
            marks += self._call("begin", self._loops[-1])
        return [*marks, node]

    # -- blocks ------------------------------------------------------------------------
    def _visit_if(self, node: ast.If) -> list[ast.stmt]:
        statement = self._new(node, "branch", node.test)
        node.body = self._call("taken", statement) + self._suite(node.body)
        node.orelse = self._call("skipped", statement) + self._suite(node.orelse)
        return [*self._call("begin", statement), node]

    def _visit_match(self, node: ast.Match) -> list[ast.stmt]:
        statement = self._new(node, "branch", node.subject)
        for case in node.cases:
            case.body = self._call("taken", statement) + self._suite(case.body)
        return [*self._call("begin", statement), node]

    def _visit_while(self, node: ast.While) -> list[ast.stmt]:
        statement = self._new(node, "loop", node.test)
        begin = self._marker("begin", statement)
        both = ast.BoolOp(ast.Or(), [begin, node.test])  # the marker returns None
        node.test = ast.copy_location(both, node.test)
        self._loop(node, statement)
        return [*self._call("loop", statement), node]

    def _visit_for(self, node: ast.For | ast.AsyncFor) -> list[ast.stmt]:
        statement = self._new(node, "loop", node.iter)
        self._loop(node, statement)
        node.body += self._call("begin", statement)  # taking the next item is its work
        marks = [*self._call("loop", statement), *self._call("begin", statement)]
        return [*marks, node]

    _visit_asyncfor = _visit_for

    def _loop(
        self, node: ast.For | ast.AsyncFor | ast.While, statement: Statement
    ) -> None:
        self._loops.append(statement)
        node.body = self._call("iterate", statement) + self._suite(node.body)
        self._loops.pop()
        node.orelse = self._call("exhausted", statement) + self._suite(node.orelse)

    def _visit_with(self, node: ast.With | ast.AsyncWith) -> list[ast.stmt]:
        item = node.items[-1]
        last = item.optional_vars or item.context_expr
        statement = self._new(node, "with", last)
        body = self._call("entered", statement) + self._suite(node.body)
        node.body = self._guard(body, statement)
        left = self._call("left", statement)
        around = ast.Try([node], [], [], left)
        return [*self._call("begin", statement), ast.copy_location(around, node)]

    _visit_asyncwith = _visit_with

    def _visit_try(self, node: ast.Try) -> list[ast.stmt]:
        statement = Statement(-1, "statement", self.source.site_of(node), node.lineno)
        node.body = self._guard(self._suite(node.body), statement)
        node.orelse = self._suite(node.orelse)
        for handler in node.handlers:
            handler.body = self._call("caught", statement) + self._suite(handler.body)
        if node.finalbody:
            final = self._suite(node.finalbody)
            node.finalbody = []
            inner: list[ast.stmt] = [node] if node.handlers else node.body
            inner += [] if node.handlers else node.orelse
            outer = ast.Try(self._guard(inner, statement), [], [], final)
            return [ast.copy_location(outer, node)]
        return [node]

    _visit_trystar = _visit_try

    def _visit_functiondef(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> list[ast.stmt]:
        statement = self._new(node, "definition")
        loops, self._loops = self._loops, []
        self._scopes.append("function")
        body = self._suite(node.body)
        place = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body = body[:place] + self._call("called", statement) + body[place:]
        self._scopes.pop()
        self._loops = loops
        return [*self._call("begin", statement), node, *self._call("end", statement)]

    _visit_asyncfunctiondef = _visit_functiondef

    def _visit_classdef(self, node: ast.ClassDef) -> list[ast.stmt]:
        statement = self._new(node, "definition")
        self._scopes.append("class")
        node.body = self._suite(node.body)
        self._scopes.pop()
        return [*self._call("begin", statement), node, *self._call("end", statement)]


def _bare_marker(node: ast.stmt) -> int | None:
    """Return the number of a statement that is nothing but a marker."""
    match node:
        case ast.Expr(ast.Call(ast.Name(id=name), [ast.Constant(int(number))])):
            return number if name == HOOK else None
    return None


def _kept_first(body: list[ast.stmt]) -> int:
    """Return how many statements must stay the first ones."""
    stays = (_must_stay_first(node, i) for i, node in enumerate(body))
    return sum(1 for _ in takewhile(bool, stays))


def _must_stay_first(node: ast.stmt, index: int) -> bool:
    """True for a docstring and `from __future__` imports."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return index == 0 and text and isinstance(node.value.value, str)  # type: ignore[attr-defined]


def _shown_at_the_end(source: Source, tree: ast.Module) -> ast.stmt | None:
    """The last expression of a cell: a notebook shows its value, but for a `;`."""
    if source.script or not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return None
    last = tree.body[-1]
    rest = "\n".join(source.lines[(last.end_lineno or 1) - 1 :]).encode()
    after = rest[last.end_col_offset or 0 :].decode("utf-8", "ignore")
    return None if after.lstrip().startswith(";") else last


def _method_calls(tree: ast.Module) -> dict[tuple[int, int], tuple[int, int]]:
    """Where the method calls over several lines begin, by where they end."""
    return {
        (node.end_lineno or 0, node.end_col_offset or 0): (node.lineno, node.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.end_lineno != node.lineno
    }


def _identifiers(tree: ast.Module) -> tuple[str, ...]:
    """Every name that the program can bind or read, in order of appearance."""
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found[node.id] = None
        elif isinstance(node, ast.arg):
            found[node.arg] = None
        elif isinstance(node, ast.alias):
            found[(node.asname or node.name).partition(".")[0]] = None
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            found[node.name] = None
    return tuple(found)


def _place(node: ast.AST, line: int, column: int) -> None:
    for name, value in (("lineno", line), ("end_lineno", line)):
        setattr(node, name, value)
    for name, value in (("col_offset", column), ("end_col_offset", column)):
        setattr(node, name, value)


def _placed(guard: ast.Try, body: list[ast.stmt], line: int, column: int) -> ast.Try:
    """Give a guard's own nodes a place; the guarded statements keep theirs."""
    guard.body = []
    for node in ast.walk(guard):
        if "lineno" in node._attributes and not hasattr(node, "lineno"):
            _place(node, line, column)
    guard.body = body
    return guard
