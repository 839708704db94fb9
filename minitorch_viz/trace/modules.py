"""The name `torch` means our engine while a program runs, and nothing stays behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..capture.minitorch import engine

_ENGINE = engine.__name__


@contextmanager
def torch_is_minitorch() -> Iterator[None]:
    """Let `import torch`, and its submodules, find the engine inside the block.

    >>> with torch_is_minitorch():
    ...     import torch
    >>> torch.__name__
    'minitorch_viz.minitorch'
    """
    before = {name: sys.modules[name] for name in list(sys.modules) if _is_torch(name)}
    for name in before:
        del sys.modules[name]
    for name in list(sys.modules):
        if name == _ENGINE or name.startswith(_ENGINE + "."):
            sys.modules["torch" + name.removeprefix(_ENGINE)] = sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if _is_torch(name)]:
            del sys.modules[name]
        sys.modules.update(before)


def _is_torch(name: str) -> bool:
    return name == "torch" or name.startswith("torch.")
