"""The walk back in PyTorch: hooks on every node tell when it has run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torch import Tensor

from ...minitorch.events import (
    BackwardFinished,
    BackwardStarted,
    Changed,
    NodeFailed,
    NodeRan,
)
from .listener import Listener
from .nodes import Handle, maker, nodes
from .quiet import quiet

_FREED = "Trying to backward through the graph a second time"
_MODIFIED = "has been modified by an inplace operation"


class Walk:
    """One walk back, from its roots on; `keep` as the program's `retain_graph`.

    The hooks come after the program's own, and are gone when the walk is over.
    """

    def __init__(
        self, listener: Listener, *, keep: bool, inputs: Sequence[Any] = ()
    ) -> None:
        self._listener, self._keep = listener, keep
        #: What was asked for, and gets its `.grad`.
        self._inputs = [each for each in inputs if isinstance(each, Tensor)]
        self._running: Handle | None = None
        self._hooks: list[Any] = []
        #: The sink of a leaf that is a root lives only as long as somebody holds it.
        self._nodes: list[Any] = []
        self._handles: list[Handle] = []

    def begin(self, roots: Sequence[Any], gradients: Sequence[Any]) -> None:
        """Tell of the roots, and put hooks on all nodes behind them.

        A root may be a `GradientEdge`, of which there is no tensor to tell.
        """
        self._listener.settle()
        pairs = zip(roots, gradients, strict=False)
        told = [pair for pair in pairs if isinstance(pair[0], Tensor)]
        for root, _ in told:
            if root.grad_fn is None and not root.requires_grad:
                return
        for each in self._inputs:
            if not each.is_leaf:  # as PyTorch is about to do itself
                with quiet():
                    each.retain_grad()
                self._listener.tell(Changed(each))
        self._listener.tell(
            BackwardStarted(tuple(r for r, _ in told), tuple(g for _, g in told))
        )
        with quiet():
            for node in _behind(roots):
                handle = nodes().handle(node)
                handle.find_hooks(node)
                before = node.register_prehook(self._before(handle))
                after = node.register_hook(self._after(handle))
                handle.watchers += 2
                self._hooks += [before, after]
                self._nodes.append(node)
                self._handles.append(handle)

    def _before(self, handle: Handle) -> Callable[..., None]:
        def before(_: Any) -> None:
            self._listener.settle()
            self._running = handle

        return before

    def _after(self, handle: Handle) -> Callable[..., None]:
        def after(sent: Sequence[Any], _: Any) -> None:
            self._listener.settle()
            self._running = None
            self._listener.tell(NodeRan((handle, *sent)))
            if not self._keep:
                self._listener.let_go(handle)

        return after

    def end(self, error: BaseException | None) -> None:
        """Take the hooks away, and tell how the walk ended."""
        for hook in self._hooks:
            hook.remove()
        for handle in self._handles:
            handle.watchers -= 2
        self._handles.clear()
        self._hooks.clear()
        self._nodes.clear()
        self._inputs.clear()
        self._listener.settle()
        if error is None:
            self._listener.tell(BackwardFinished())
            return
        node, text = self._running, str(error)
        if node is None or not isinstance(error, RuntimeError):
            return
        if _FREED in text:
            self._fail(node, "freed")
        elif _MODIFIED in text:
            self._fail(node, "modified")

    def _fail(self, node: Handle, kind: Any) -> None:
        for kept in node.kept:
            if kept.freed if kind == "freed" else kept.now != kept.version:
                self._listener.tell(NodeFailed(node, kept.field, kind))
                return
        # Of a write through a view PyTorch keeps to itself what it has saved.
        self._listener.tell(NodeFailed(node, "", kind))


def _behind(roots: Sequence[Any]) -> Iterator[Any]:
    """Every node behind the roots, once."""
    first = (maker(r) if isinstance(r, Tensor) else r.node for r in roots)
    waiting = [node for node in first if node is not None]
    seen: set[Any] = set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            yield node
            waiting.extend(n for n, _ in node.next_functions if n is not None)
