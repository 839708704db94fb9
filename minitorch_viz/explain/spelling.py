"""How code spells what an operation takes: `g` in `g * 3`, where no name is known."""

from __future__ import annotations

import ast
from collections.abc import Collection

#: What programs call modules without importing them.
_MODULES = frozenset(("torch", "nn", "F"))


def modules(tree: ast.Module) -> frozenset[str]:
    """Return the names that a program imports, and those that it need not.

    >>> sorted(modules(ast.parse("import numpy as np")))
    ['F', 'nn', 'np', 'torch']
    """
    imports = (n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))
    names = (alias.asname or alias.name for each in imports for alias in each.names)
    return _MODULES.union(name.partition(".")[0] for name in names)


def spelled(code: str, operation: str, imported: Collection[str]) -> list[str]:
    """List how code spells what its one operation takes; "" of what has no name.

    >>> spelled("g * 3", "mul", ()), spelled("t.grad.mul_(a + 1)", "mul_", ())
    (['g', ''], ['t.grad', ''])
    >>> spelled("torch.mul(a, b)", "mul", {"torch"}), spelled("model(x)", "mul", ())
    (['a', 'b'], [])
    """
    try:
        found = ast.parse(code, mode="eval").body
    except (SyntaxError, ValueError):
        return []
    return [
        ast.unparse(p) if _named(p) else "" for p in _taken(found, operation, imported)
    ]


def called(code: str) -> str:
    """Return the name of what a call calls, nothing of other code.

    >>> called("net.state_dict()"), called("g * 10")
    ('state_dict', '')
    """
    try:
        found = ast.parse(code, mode="eval").body
    except (SyntaxError, ValueError):
        return ""
    match found:
        case ast.Call(ast.Attribute(attr=name)) | ast.Call(ast.Name(id=name)):
            return name
    return ""


def _taken(node: ast.expr, operation: str, imported: Collection[str]) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators[:1]]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return []
    if node.func.attr != operation or any(
        isinstance(a, ast.Starred) for a in node.args
    ):
        return []
    receiver = node.func.value
    return node.args if _root(receiver) in imported else [receiver, *node.args]


def _named(node: ast.expr) -> bool:
    return bool(_root(node))


def _root(node: ast.expr) -> str:
    """Return the first name of `a.b.c`; "" of what isn't so."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
