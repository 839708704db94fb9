"""Tensors that earlier cells left under names which this program only overwrites.

A cell run twice, or after one that used the same names, finds them bound. What it can't
read is no part of its story: it is shown only if it does take part after all.
"""

from __future__ import annotations

import ast
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def read_first(tree: ast.Module) -> frozenset[str]:
    r"""Return the names that the program may read before it has bound them itself.

    >>> sorted(read_first(ast.parse("x = 1\ny = x + w\ny += 1\nz += 1")))
    ['w', 'z']
    """
    reader = _Reader()
    reader.suite(tree.body, set())
    return frozenset(reader.read)


class Leftovers:
    """The tensors that were there before, and that only take part if found at work.

    >>> class Thing: ...
    >>> thing = Thing()
    >>> old = Leftovers([thing])
    >>> list(old.without([("x", thing), ("y", None)], lambda thing: False))
    [('y', None)]
    """

    def __init__(self, tensors: Iterable[Any] = ()) -> None:
        # Not kept alive: when they die is the program's business.
        self._held = {id(tensor): weakref.ref(tensor) for tensor in tensors}

    def without(
        self, named: Iterable[tuple[str, Any]], takes_part: Any
    ) -> Iterator[tuple[str, Any]]:
        """Yield all but those that were there before and don't take part yet."""
        for name, tensor in named:
            held = self._held.get(id(tensor))
            if held is None or held() is not tensor or takes_part(tensor):
                yield name, tensor


class _Reader:
    """Walks a program in the order in which it runs; `bound` is what is certain."""

    def __init__(self) -> None:
        self.read: set[str] = set()

    def suite(self, body: Iterable[ast.stmt], bound: set[str]) -> None:
        for node in body:
            self._statement(node, bound)

    def _statement(self, node: ast.stmt, bound: set[str]) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self._look(node, bound | {node.name})
            bound.add(node.name)
        elif isinstance(node, ast.ClassDef):
            self._parts([*node.decorator_list, *node.bases, *node.keywords], bound)
            self.suite(node.body, set(bound))
            bound.add(node.name)
        elif isinstance(node, ast.With | ast.AsyncWith):
            self._parts(node.items, bound)
            self.suite(node.body, bound)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self._parts([ast.Name(node.target.id, ast.Load()), node.value], bound)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update(_imported(node))
        elif isinstance(node, ast.For | ast.AsyncFor):
            self._look(node.iter, bound)
            self._blocks(node, bound | _stored([node.target]))
        elif any(isinstance(each, list) for _, each in _suites(node)):
            self._blocks(node, bound)
        else:
            self._parts([node], bound)

    def _parts(self, nodes: Iterable[ast.AST], bound: set[str]) -> None:
        """What a simple statement, or a header, reads; and then what it binds."""
        nodes = list(nodes)
        for node in nodes:
            self._look(node, bound)
        bound |= _stored(nodes)

    def _blocks(self, node: ast.AST, bound: set[str]) -> None:
        """Blocks that may not run: what they bind is certain in themselves only."""
        for field, value in ast.iter_fields(node):
            if field in ("target", "iter"):
                continue
            each = value if isinstance(value, list) else [value]
            if all(isinstance(child, ast.stmt) for child in each):
                self.suite(each, set(bound))
                continue
            for child in each:
                if isinstance(child, ast.ExceptHandler | ast.match_case):
                    self._blocks(child, bound)
                elif isinstance(child, ast.AST):
                    self._look(child, bound)

    def _look(self, node: ast.AST, bound: set[str]) -> None:
        """Note what an expression or function reads from outside itself."""
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Store) and node.id not in bound:
                self.read.add(node.id)
            return
        if isinstance(node, (*_FUNCTIONS, ast.comprehension)) or hasattr(
            node, "generators"
        ):
            bound = bound | _own_names(node)
        for child in ast.iter_child_nodes(node):
            self._look(child, bound)


def _suites(node: ast.AST) -> Iterator[tuple[str, Any]]:
    for field, value in ast.iter_fields(node):
        if field in ("body", "handlers", "cases"):
            yield field, value


def _stored(nodes: Iterable[ast.AST]) -> set[str]:
    return {
        name.id
        for node in nodes
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {(each.asname or each.name).partition(".")[0] for each in node.names}


def _own_names(node: ast.AST) -> set[str]:
    """Parameters and what is bound inside; a name declared global is the module's."""
    inside = list(ast.walk(node))
    given = {each.arg for each in inside if isinstance(each, ast.arg)}
    shared = {n for each in inside if isinstance(each, ast.Global) for n in each.names}
    return (given | _stored([node])) - shared
