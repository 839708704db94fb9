"""What there is to see on live tensors and nodes of PyTorch, and what happens to them.

Imported only where PyTorch is loaded already or was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeGuard

import torch as engine
from torch import Tensor

from ..containers import inside, is_training, modules_inside, nameless
from ..frames import clear
from .fresh import ONCE, fresh
from .graph import describe_node, edges, saved_counters, variable
from .listening import listen, modes, observe, recorded_by, remembering, settle
from .nodes import Handle, own_nodes
from .numbers import value_of
from .operations import untold
from .quiet import quiet
from .tensors import (
    counter,
    describe_tensor,
    grad,
    grad_fn,
    hooked_nodes,
    is_tensor,
    looks,
    output_nr,
    storage,
)

NAME = "torch"
_HOME = str(Path(__file__).parent)
#: What is said to be called when something happens in it.
_CALLED = (engine.nn.Module, engine.optim.Optimizer, engine.utils.data.DataLoader)
__all__ = [
    "NAME",
    "ONCE",
    "counter",
    "describe_node",
    "describe_tensor",
    "edges",
    "engine",
    "fresh",
    "grad",
    "grad_fn",
    "hooked_nodes",
    "inner_modules",
    "inner_tensors",
    "is_node",
    "is_tensor",
    "is_training",
    "let_go",
    "listen",
    "looking",
    "looks",
    "modes",
    "observe",
    "output_nr",
    "quiet",
    "recorded_by",
    "remembering",
    "saved_counters",
    "settle",
    "storage",
    "untold",
    "value_of",
    "variable",
]


def inner_tensors(
    value: object, called: Callable[[Any], str | None] = nameless
) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors inside a container, module or object, with how to reach each.

    >>> [way for way, _ in inner_tensors(engine.nn.Linear(1, 1))]
    ['.weight', '.bias']
    """
    return inside(value, Tensor, engine.nn.Module, engine.optim.Optimizer, called)


def inner_modules(value: object) -> Iterator[tuple[str, Any]]:
    """Yield the modules, optimizers and loaders that a value is or has in it.

    >>> [way for way, _ in inner_modules([engine.nn.Sequential(engine.nn.ReLU())])]
    ['[0]', '[0][0]']
    """
    return modules_inside(value, _CALLED)


def is_node(value: object) -> TypeGuard[Handle]:
    """True for what stands for PyTorch's backward nodes.

    >>> is_node(grad_fn(engine.ones(2, requires_grad=True) * 2))
    True
    """
    return issubclass(type(value), Handle)


def let_go(error: BaseException) -> None:
    """Let go of what our own frames hold: without a stepper there are none.

    Nor are there those that lead to our mode, or from our fallback.

    >>> let_go(ValueError("no"))
    """
    for home in (_HOME, engine._ops.__file__, engine.overrides.__file__):
        clear(error, home)


@contextmanager
def looking() -> Iterator[None]:
    """Let a snapshot be taken in the block, which leaves nothing behind.

    >>> with looking():
    ...     pass
    """
    with quiet(), own_nodes(keep=True) as mine:
        try:
            yield
        finally:
            mine.forget()
