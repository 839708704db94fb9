"""Which engine a program runs on, and how its names get there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from ..capture import minitorch
from ..capture.adapter import Adapter
from .modules import torch_is_minitorch

ENGINES = ("minitorch", "torch")


def choose(engine: str) -> Adapter:
    """Return the engine of that name.

    Raises:
        ValueError: if there is none, or PyTorch isn't installed.

    >>> choose("minitorch").NAME
    'minitorch'
    """
    if engine not in ENGINES:
        raise ValueError(f"engine must be {' or '.join(ENGINES)}, got {engine!r}")
    if engine == "minitorch":
        return minitorch
    if find_spec("torch") is None:
        raise ValueError(
            "engine='torch' needs PyTorch: pip install 'minitorch-viz[torch]', or use "
            "engine='minitorch'"
        )
    from ..capture import pytorch

    return pytorch


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
