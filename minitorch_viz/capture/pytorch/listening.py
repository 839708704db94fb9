"""What happens to PyTorch's tensors in a block, told as the engine's events are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from .calls import Calls
from .listener import Listener
from .nodes import own_nodes
from .operations import listen_anew
from .patches import patched
from .quiet import quiet

_listeners: list[Listener] = []


@contextmanager
def observe(observer: Callable[[Any], None]) -> Iterator[None]:
    """Call `observer` with every event of this thread inside the block.

    >>> seen = []
    >>> with observe(seen.append):
    ...     y = torch.ones(2) * 3
    >>> [event.op for event in seen]
    ['ones', 'mul']
    """
    listen_anew()
    listener = Listener(observer, threading.get_ident())
    _listeners.append(listener)
    try:
        with patched(listener), Calls(listener):
            yield
    finally:
        _listeners.remove(listener)
        listener.close()


@contextmanager
def remembering() -> Iterator[None]:
    """Know in the whole block what was seen of nodes, and leave nothing on them.

    >>> with remembering():
    ...     pass
    """
    with own_nodes() as mine:
        try:
            yield
        finally:
            with quiet():
                mine.forget()


def listen(observer: Callable[[Any], None] | None) -> None:
    """Do nothing: PyTorch's modes belong to the thread that they were entered on.

    >>> listen(None)
    """


def settle() -> None:
    """Tell what has happened but wasn't told yet: the program has gone on.

    >>> settle()
    """
    if _listeners:
        _listeners[-1].settle()


def modes() -> tuple[bool, bool]:
    """Return whether grad mode is on, and whether inference mode is.

    >>> modes()
    (True, False)
    """
    told = _listeners[-1].grad_enabled if _listeners else None
    enabled = torch.is_grad_enabled() if told is None else told
    return enabled, torch.is_inference_mode_enabled()


def recorded_by(event: Any) -> Any:
    """Return the node that an operation left, None for a ghost.

    >>> seen = []
    >>> with observe(seen.append):
    ...     y = torch.ones(2, requires_grad=True) * 3
    >>> recorded_by(seen[-1]).name
    'MulBackward0'
    """
    return event.node
