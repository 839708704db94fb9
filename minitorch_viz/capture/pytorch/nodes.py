"""PyTorch's backward nodes, each by a handle that lives exactly as long as it does.

A node written in C++ can't be weakly referred to, and its Python object comes and goes.
Its `metadata` stays, so the handle is kept there, out of the way of the program.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import torch
from torch import Tensor
from torch.autograd.graph import get_gradient_edge

from .saved import PACKED, Kept, kept_by

KEY = "__minitorch_viz__"


class Handle:
    """Stands for one backward node, and remembers what can be seen on it only once.

    Holds no tensor and no node: edges lead to other handles.
    """

    def __init__(self, owner: object, node: Any) -> None:
        #: Whose handle this is; one that somebody left behind is not looked at.
        self.owner = owner
        self.name: str = node.name().rpartition("::")[2]
        self.edges: list[tuple[Handle | None, int]] = []
        self.read(node)
        leaf = getattr(node, "variable", None) if self.is_sink else None
        self._leaf = None if leaf is None else weakref.ref(leaf)
        self.outputs: dict[int, weakref.ref[Tensor]] = {}
        #: Tables of hooks on the node itself, and how many of these are ours.
        self._tables: list[Any] = []
        self.watchers = 0
        #: Those of its outputs: they stay when a tensor is written to and moves on.
        self._registered: dict[int, Any] = {}

    def read(self, node: Any) -> None:
        """Read what the node keeps: once, or again if it was met half made."""
        self.kept: list[Kept] = kept_by(node)
        self.released = any(each.freed for each in self.kept)

    def find_packed(self, node: Any) -> bool:
        """See whether a hook was put on what the node keeps since that was read."""
        packed = {now.field for now in kept_by(node) if now.text == PACKED}
        packed -= {each.field for each in self.kept if each.text == PACKED}
        self.kept = [
            Kept(each.field, PACKED) if each.field in packed else each
            for each in self.kept
        ]
        return bool(packed)

    @property
    def hooks(self) -> int:
        """How many hooks the program has on the node itself, as far as was seen."""
        tables = (table() for table in self._tables)
        return sum(map(len, filter(None, tables))) - self.watchers

    def find_hooks(self, node: Any) -> None:
        """Note where the node has its hooks, which are counted from now on."""
        ours = node.register_prehook(_pass), node.register_hook(_pass)
        self._tables = [hook.hooks_dict_ref for hook in ours]
        for each in ours:
            each.remove()

    @property
    def is_sink(self) -> bool:
        """True for the node that adds into a leaf's `.grad`."""
        return self.name == "AccumulateGrad"

    @property
    def variable(self) -> Tensor | None:
        """The leaf of an AccumulateGrad."""
        return None if self._leaf is None else self._leaf()

    def add_output(self, number: int, tensor: Tensor) -> None:
        """Note a tensor that the node has made: what it saved may be that."""
        self.outputs[number] = weakref.ref(tensor)
        for each in self.kept:
            each.find(tensor)

    def saved_own(self, outputs: Iterable[Tensor]) -> None:
        """Note that what was saved as it is may be an output (indices, say)."""
        for output in outputs:
            for each in self.kept:
                each.is_result = each.is_result or each.memory is output
                each.find(output)

    def kept_inside(self, outputs: Iterable[Tensor]) -> None:
        """Note that these outputs are the node's alone: nobody else sees them."""
        for output in outputs:
            for each in self.kept:
                each.hide(output)

    def release(self) -> None:
        """A backward pass has let go of what the node saved."""
        for each in self.kept:
            each.release()
        self.released = any(each.freed for each in self.kept)

    def tensor_hooks(self) -> Iterator[Any]:
        """Yield the tables of hooks on tensors that this node runs."""
        for number, reference in self.outputs.items():
            tensor = reference()
            if tensor is not None and _is_made_by(self, tensor):
                self._registered[number] = tensor._backward_hooks or ()
        yield from self._registered.values()
        leaf = self.variable
        if leaf is not None:
            yield leaf._backward_hooks or ()
            yield getattr(leaf, "_post_accumulate_grad_hooks", None) or ()

    def tensors(self) -> Iterator[Tensor]:
        """Yield the live tensors that it has made, or adds a gradient to."""
        for reference in (*self.outputs.values(), self._leaf):
            tensor = None if reference is None else reference()
            if tensor is not None:
                yield tensor


def _pass(*_: Any) -> None:
    """Stand for a hook for as long as it takes to see where hooks are."""


class Nodes:
    """Finds handles, and makes them for nodes that are seen for the first time.

    With `keep`, nodes are kept alive until `forget`: for a short look only.

    >>> import torch
    >>> y = torch.ones(2, requires_grad=True) * 2
    >>> nodes = Nodes()
    >>> nodes.handle(y.grad_fn) is nodes.handle(y.grad_fn)
    True
    """

    def __init__(self, *, keep: bool = False) -> None:
        self._kept: list[Any] | None = [] if keep else None
        self._handles: weakref.WeakSet[Handle] = weakref.WeakSet()
        #: How many hooks are packing now, and what nodes such a hook saw first: that of
        #: the operation whose result is packed is among them, half made.
        self.packing = 0
        self._early: weakref.WeakSet[Handle] = weakref.WeakSet()

    def known(self, node: Any) -> Handle | None:
        """Return the handle of a node, None if it was never seen."""
        found = _notes(node).get(KEY)
        mine = isinstance(found, Handle) and found.owner is self
        return found if mine else None

    def handle(self, node: Any) -> Handle:
        """Return the handle of a node; what it leads to gets handles as well."""
        found = self.known(node)
        if found is not None:
            return found
        made = self._make(node)
        waiting = [(made, node)]
        while waiting:
            handle, node = waiting.pop()
            for after, number in node.next_functions:
                if after is None:
                    handle.edges.append((None, number))
                    continue
                further = self.known(after)
                if further is None:
                    further = self._make(after)
                    waiting.append((further, after))
                handle.edges.append((further, number))
        return made

    def recorded(self, node: Any) -> Handle | None:
        """Return the handle of a node that an operation has just left, else None."""
        found = self.known(node)
        if found is None:
            found = self.handle(node)
        elif found in self._early:
            found.read(node)
        else:
            return None
        self._early.discard(found)
        return found

    def _make(self, node: Any) -> Handle:
        if self._kept is not None:
            self._kept.append((node, _notes(node).get(KEY)))
        made = _notes(node)[KEY] = Handle(self, node)
        self._handles.add(made)
        if self.packing:
            self._early.add(made)
        return made

    def forget(self) -> None:
        """Take the handles from all nodes that are still to be found."""
        for node, before in self._kept or ():
            if before is None:
                _notes(node).pop(KEY, None)
            else:
                _notes(node)[KEY] = before
        for _, node in self.live():
            _notes(node).pop(KEY, None)

    def live(self) -> Iterator[tuple[Handle, Any]]:
        """Yield the nodes that are still to be found, after their handles."""
        live = [t for handle in self._handles for t in handle.tensors()]
        waiting, seen = [], set()
        for tensor in live:
            with suppress(RuntimeError):  # a forbidden view
                waiting += [tensor.grad_fn] if tensor.grad_fn is not None else []
        while waiting:
            node = waiting.pop()
            handle = self.known(node)
            if handle is not None and handle not in seen:
                seen.add(handle)
                waiting.extend(n for n, _ in node.next_functions if n is not None)
                yield handle, node


def _is_made_by(handle: Handle, tensor: Tensor) -> bool:
    try:
        node = tensor.grad_fn
    except RuntimeError:  # a forbidden view
        return False
    return node is not None and nodes().known(node) is handle


def maker(tensor: Tensor) -> Any:
    """Return the node that a tensor's gradient goes to, None if there is none.

    >>> import torch
    >>> maker(torch.ones(2, requires_grad=True)).name()
    'torch::autograd::AccumulateGrad'
    """
    try:
        if tensor.grad_fn is not None or not tensor.requires_grad:
            return tensor.grad_fn
        with torch._C._InferenceMode(False):  # where no sink is to be seen
            return get_gradient_edge(tensor).node
    except (AssertionError, AttributeError, RuntimeError):
        return None  # a view without a node, or a forbidden one


def _notes(node: Any) -> dict[str, Any]:
    found: dict[str, Any] = node.metadata
    return found


_owners: list[Nodes] = [Nodes()]


def nodes() -> Nodes:
    """Return who gives out handles now.

    >>> nodes() is nodes()
    True
    """
    return _owners[-1]


@contextmanager
def own_nodes(*, keep: bool = False) -> Iterator[Nodes]:
    """Give out handles of one's own inside the block.

    >>> with own_nodes() as mine:
    ...     nodes() is mine
    True
    """
    mine = Nodes(keep=keep)
    _owners.append(mine)
    try:
        yield mine
    finally:
        _owners.remove(mine)
