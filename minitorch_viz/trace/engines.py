"""Which engine a program runs on, and how its names get there."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from ..capture import minitorch
from ..capture.adapter import Adapter
from .modules import torch_is_minitorch

ENGINES = ("auto", "minitorch", "torch")


def choose(
    engine: str,
    tree: ast.Module | None = None,
    names: Mapping[str, Any] | None = None,
) -> Adapter:
    """Return the engine of that name; `auto` is PyTorch where the program means that.

    It does if it imports `torch` and that is installed, or if `torch` is PyTorch among
    the names that it starts with.

    Raises:
        ValueError: if there is none, or PyTorch isn't installed.

    >>> choose("minitorch").NAME, choose("auto", ast.parse("x = torch.ones(1)")).NAME
    ('minitorch', 'minitorch')
    """
    if engine not in ENGINES:
        known = ", ".join(ENGINES[:-1])
        raise ValueError(f"engine must be {known} or {ENGINES[-1]}, got {engine!r}")
    if engine == "auto":
        meant = tree is not None and _means_pytorch(tree, names or {})
        engine = "torch" if meant else "minitorch"
    if engine == "minitorch":
        return minitorch
    if find_spec("torch") is None:
        raise ValueError(
            "engine='torch' needs PyTorch: pip install 'minitorch-viz[torch]', or use "
            "engine='minitorch'"
        )
    from ..capture import pytorch

    return pytorch


def _means_pytorch(tree: ast.Module, names: Mapping[str, Any]) -> bool:
    """Whether `torch` is PyTorch for a program that nobody has told an engine."""
    bound = None
    for node in ast.walk(tree):
        for module, name in _imports(node):
            if module.partition(".")[0] == "torch":
                return find_spec("torch") is not None
            if name == "torch":
                bound = module
    given = names.get("torch")
    return bound is None and isinstance(given, ModuleType) and given is _pytorch()


def _imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    """What an import brings in, and the name that it gets."""
    if isinstance(node, ast.Import):
        for each in node.names:
            yield each.name, each.asname or each.name.partition(".")[0]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        for each in node.names:
            yield node.module or "", each.asname or each.name


def _pytorch() -> ModuleType | None:
    """PyTorch, if it is loaded; our engine may go by its name."""
    return sys.modules.get("torch") if "torch._C" in sys.modules else None


@contextmanager
def called_torch(capture: Adapter) -> Iterator[None]:
    """Let `import torch` find the engine inside the block.

    >>> with called_torch(minitorch):
    ...     import torch
    >>> torch.__name__
    'minitorch_viz.minitorch'
    """
    if capture is minitorch:
        with torch_is_minitorch():
            yield
    else:
        yield
