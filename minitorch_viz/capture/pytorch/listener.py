"""Who listens to a run on PyTorch, and what has happened that wasn't told yet."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, Literal

from torch import Tensor

from ...minitorch.events import Created, Hooked, ModeChanged, NodeReleased
from .nodes import Handle, nodes
from .operations import operations


class Listener:
    """Tells an observer of events, in the order in which the program sees them.

    >>> seen = []
    >>> Listener(seen.append, 0).tell("news")
    >>> seen
    ['news']
    """

    def __init__(self, observer: Callable[[Any], None], thread: int) -> None:
        self._observer = observer
        self._thread: int | None = thread
        #: A node that ran, and will have been let go of once anything else happens.
        self._letting_go: Handle | None = None
        #: Nodes that the program has had in hand, and how many hooks they had then.
        self._shown: weakref.WeakKeyDictionary[Handle, int]
        self._shown = weakref.WeakKeyDictionary()
        #: Modules of PyTorch's own that are being made.
        self._unfinished: list[Any] = []
        #: Frames of optimizers' steps that have begun.
        self._steps: set[int] = set()
        #: What grad mode is for the program, where that can't be read.
        self.grad_enabled: bool | None = None

    @property
    def is_here(self) -> bool:
        """True on the thread that is listened to."""
        return threading.get_ident() == self._thread

    def close(self) -> None:
        """Hear of nothing more: somebody may have kept a watched function."""
        self._thread = None

    @property
    def is_constructing(self) -> bool:
        """True while PyTorch makes a module of its own."""
        return bool(self._unfinished)

    def steps_on(self, frame: FrameType) -> bool:
        """Say whether an optimizer's step in this frame has begun before."""
        begun = id(frame) in self._steps
        (self._steps.discard if begun else self._steps.add)(id(frame))
        return begun

    def tell(self, event: Any) -> None:
        """Pass on an event; what is looked at meanwhile is no operation of a call."""
        with operations(None):
            self._observer(event)

    def let_go(self, node: Handle) -> None:
        """Note that a node has run, and that its saved tensors are freed next."""
        self._letting_go = node

    def show(self, node: Any) -> None:
        """Note that the program has a node in hand, on which it may put hooks."""
        handle = nodes().known(node)
        if handle is not None and handle not in self._shown:
            handle.find_hooks(node)
            self._shown[handle] = handle.hooks

    def settle(self) -> None:
        """Tell what has happened in the meantime."""
        for handle, count in list(self._shown.items()):
            if handle.hooks != count:
                self._shown[handle] = handle.hooks
                self.tell(Hooked(handle))
        node, self._letting_go = self._letting_go, None
        if node is not None:
            node.release()
            self.tell(NodeReleased(node))

    @contextmanager
    def constructing(self, module: Any, given: Sequence[Any] = ()) -> Iterator[None]:
        """Keep to oneself how PyTorch makes a module, and tell of what it holds.

        What it was given is none of it.
        """
        self.settle()
        if any(each is module for each in self._unfinished):
            yield
            return
        self._unfinished.append(module)
        try:
            yield
        finally:
            self._unfinished.pop()
        for kind, table in (("Parameter", "_parameters"), ("Buffer", "_buffers")):
            found = vars(module).get(table, {}).values()
            made = tuple(
                each
                for each in found
                if isinstance(each, Tensor) and all(each is not g for g in given)
            )
            if made:
                self.tell(Created(kind, made))

    @contextmanager
    def working(self) -> Iterator[None]:
        """Keep to oneself what PyTorch does in the block."""
        self.settle()
        self._unfinished.append(None)
        try:
            with operations(None):
                yield
        finally:
            self._unfinished.pop()

    @contextmanager
    def off(self) -> Iterator[None]:
        """Tell that PyTorch runs the program's own code with grad mode off."""
        self._switch("enter", False)
        try:
            yield
        finally:
            self._switch("exit", True)

    def _switch(self, action: Literal["enter", "exit"], enabled: bool) -> None:
        self.grad_enabled = enabled
        self.tell(ModeChanged("no_grad", action, enabled))
        self.grad_enabled = None
