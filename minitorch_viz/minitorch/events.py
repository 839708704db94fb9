"""What the engine tells an observer: plain records of what has just happened.

The two that come with every operation are tuples, which are quicker to make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from numpy import ndarray

from .thread import thread

#: A tensor and a node of the engine that tells: PyTorch is told of in the same way.
Tensor = Any
Node = Any


@dataclass(frozen=True, slots=True)
class Created:
    """A factory (`tensor`, `randn`, `Parameter`, ...) made `outputs`."""

    op: str
    outputs: tuple[Tensor, ...]


class Operated(NamedTuple):
    """An operation ran: `node` recorded it, or `reason` says why nothing did.

    >>> Operated("neg", ("self",), (2,), (), None, "detach", False, False).inputs
    (('self', 2),)
    """

    op: str
    #: What the inputs are called, and they themselves: the last may be left out.
    names: tuple[str, ...]
    values: tuple[object, ...]
    #: Its output, or a tuple of several.
    made: Tensor | tuple[Tensor, ...]
    node: Node | None
    reason: str | None
    inplace: bool
    view: bool

    @property
    def inputs(self) -> tuple[tuple[str, object], ...]:
        """The inputs by name; paired only for those who ask."""
        return tuple(zip(self.names, self.values, strict=False))

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """What it made, however many."""
        return self.made if type(self.made) is tuple else (self.made,)


@dataclass(frozen=True, slots=True)
class Changed:
    """A flag or attribute of `tensor` changed other than by an operation."""

    tensor: Tensor


@dataclass(frozen=True, slots=True)
class Hooked:
    """A hook was registered on `node` itself, or on what it has saved."""

    node: Node


@dataclass(frozen=True, slots=True)
class ModeChanged:
    """Grad mode was set: by `name`, entering, exiting or by a plain call."""

    name: str
    action: Literal["enter", "exit", "call"]
    enabled: bool


@dataclass(frozen=True, slots=True)
class ModuleCalled:
    """A module is called, an optimizer steps, or a loader fetches: it happens in it."""

    module: Any


@dataclass(frozen=True, slots=True)
class ModuleReturned:
    """What was called last returns, or raises."""

    module: Any


@dataclass(frozen=True, slots=True)
class BackwardStarted:
    """A backward pass begins at `roots`, with these gradients."""

    roots: tuple[Tensor, ...]
    gradients: tuple[Tensor | None, ...]


class NodeRan(tuple[Any, ...]):
    """A backward node has run: the node, and what it gave for each of its edges.

    An array is told by its bytes, a copy that costs a quarter of one.

    >>> from minitorch_viz import minitorch as torch
    >>> node = (torch.ones(2, requires_grad=True) * 3).grad_fn
    >>> NodeRan((node, bytes(8), None)).grads_out
    (array([0., 0.], dtype=float32), None)
    """

    __slots__ = ()

    @property
    def node(self) -> Node:
        """The node."""
        return self[0]

    @property
    def grads_out(self) -> tuple[Any, ...]:
        """What it gave for each of its `next_functions`, as arrays or tensors."""
        sent = self[1:]
        if bytes not in map(type, sent):
            return sent
        return tuple(map(_received, sent, self.node.next_functions))


def _received(sent: Any, edge: tuple[Node, int]) -> Any:
    if type(sent) is not bytes:
        return sent
    after, number = edge
    shape, kind = after.shapes[number]
    return ndarray(shape, kind, sent)


class NodeReleased(NamedTuple):
    """What the node that ran last had saved is freed; ours frees before it tells."""

    node: Node


@dataclass(frozen=True, slots=True)
class NodeFailed:
    """A node is about to raise: its saved `field` was modified, or is freed."""

    node: Node
    field: str
    kind: Literal["modified", "freed"]


@dataclass(frozen=True, slots=True)
class BackwardFinished:
    """The backward pass has ended without an error."""


Event = (
    Created
    | Operated
    | Changed
    | Hooked
    | ModeChanged
    | ModuleCalled
    | ModuleReturned
    | BackwardStarted
    | NodeRan
    | NodeReleased
    | NodeFailed
    | BackwardFinished
)
Observer = Callable[[Event], None]


@contextmanager
def observe(observer: Observer | None) -> Iterator[None]:
    """Call `observer` with every event of this thread inside the block.

    `observe(None)` silences the engine, for work that isn't the program's.

    >>> from minitorch_viz import minitorch as torch
    >>> seen = []
    >>> with observe(seen.append):
    ...     y = torch.ones(2) * 3
    >>> [event.op for event in seen]
    ['ones', 'mul']
    """
    now = thread.now
    before, now.observer = now.observer, observer
    try:
        yield
    finally:
        now.observer = before


def tell(event: Event) -> None:
    """Tell this thread's observer of an event, if there is one.

    >>> tell(BackwardFinished())
    """
    observer = thread.now.observer
    if observer is not None:
        observer(event)


@contextmanager
def called(callee: Any) -> Iterator[None]:
    """Tell that what happens in the block happens in a module, optimizer or loader.

    >>> seen = []
    >>> with observe(seen.append), called("net"):
    ...     pass
    >>> seen
    [ModuleCalled(module='net'), ModuleReturned(module='net')]
    """
    tell(ModuleCalled(callee))
    try:
        yield
    finally:
        tell(ModuleReturned(callee))


@contextmanager
def silence() -> Iterator[None]:
    """Tell nobody about the engine's own inner work inside the block.

    >>> from minitorch_viz import minitorch as torch
    >>> seen = []
    >>> with observe(seen.append), silence():
    ...     y = torch.ones(2) * 3
    >>> seen
    []
    """
    now = thread.now
    before, now.observer = now.observer, None
    try:
        yield
    finally:
        now.observer = before
