"""Make a program that shows a difference as small as it gets."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Differs = Callable[[str], str | None]


def shrink(source: str, differs: Differs, *, rounds: int = 12) -> str:
    """Take out statements, and the tries around them, while a difference stays."""
    for _ in range(rounds):
        smaller = next(filter(differs, _smaller(source)), None)
        if smaller is None:
            break
        source = smaller
    return source


def _smaller(source: str) -> Iterator[str]:
    """Return programs with something taken out: the most first."""
    whole = len(ast.parse(source).body)
    size = whole // 2
    while size:
        for start in range(0, whole, size):
            tree = ast.parse(source)
            del tree.body[start : start + size]
            if tree.body:
                yield ast.unparse(tree) + "\n"
        size //= 2
    yield from _unwrapped(source)


def _unwrapped(source: str) -> Iterator[str]:
    """Return programs with one `try` or `with` less, or a line less in a body."""
    for index, node in enumerate(ast.walk(ast.parse(source))):
        inside = getattr(node, "body", ())
        for place, inner in enumerate(inside if isinstance(inside, list) else ()):
            tree = ast.parse(source)
            body = list(ast.walk(tree))[index].body  # type: ignore[attr-defined]
            if isinstance(inner, (ast.Try, ast.With)):
                body[place : place + 1] = body[place].body
                yield ast.unparse(tree) + "\n"
            elif len(body) > 1 and not isinstance(node, ast.Module):
                del body[place]
                yield ast.unparse(tree) + "\n"
