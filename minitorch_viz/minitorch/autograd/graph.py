"""`torch.autograd.graph`: nodes, edges, and hooks on what is saved."""

from __future__ import annotations

import functools
import weakref
from collections import defaultdict
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    MutableMapping,
    Sequence,
)
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary, WeakValueDictionary

from ..engine import Pass
from ..events import silence
from ..grad_mode import enable_grad
from ..graph import AccumulateGrad, Node, RemovableHandle, edge_of
from ..inplace import guard
from ..saved import hooked, saving
from ..shown import Named
from ..tensor import Tensor
from .function import FunctionNode

__all__ = [
    "GradientEdge",
    "Node",
    "allow_mutation_on_saved_tensors",
    "disable_saved_tensors_hooks",
    "get_gradient_edge",
    "increment_version",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors_hooks",
]


class GradientEdge(NamedTuple):
    """Where a tensor's gradient goes."""

    node: Node
    output_nr: int
    #: PyTorch's keeps nodes alive with it that live in C++ alone.
    ownership_token: Node | None = None


def get_gradient_edge(tensor: Tensor) -> GradientEdge:
    """Return where a tensor's gradient goes.

    >>> from minitorch_viz import minitorch as torch
    >>> get_gradient_edge(torch.ones(1, requires_grad=True) * 2).output_nr
    0
    """
    if not tensor.requires_grad:
        raise RuntimeError(
            "It is not possible to get the gradient edge for a Tensor that does not "
            "require gradients"
        )
    token = None
    if isinstance(tensor.grad_fn, FunctionNode):
        with silence(), enable_grad():
            token = tensor.view_as(tensor).grad_fn
    return GradientEdge(_node_of(tensor), tensor._output_nr, token)


def _node_of(tensor: Tensor) -> Node:
    node = edge_of(tensor)[0]
    if node is None:
        raise AssertionError("Expected gradient function to be set")
    return node


def increment_version(tensor: Tensor | Iterable[Tensor]) -> None:
    """Count a write autograd couldn't see.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1)
    >>> increment_version(x)
    >>> x._version
    1
    """
    several = (tensor,) if isinstance(tensor, Tensor) else tensor
    if not isinstance(several, Iterable):
        raise RuntimeError(  # noqa: TRY004 - PyTorch's
            "increment_version expect a Iterable[Tensor] as input"
        )
    for each in several:
        if each._counter is not None:
            each._counter[0] += 1


class saved_tensors_hooks(metaclass=Named):
    """Keep `pack(tensor)` instead of each saved tensor, and `unpack` it for backward.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1, requires_grad=True)
    >>> with saved_tensors_hooks(lambda t: t.shape, lambda s: torch.zeros(s)):
    ...     y = x * x
    >>> y.backward()
    >>> x.grad
    tensor([0.])
    """

    #: What the program's own hooks do is told of.
    _around: Callable[[], AbstractContextManager[Any]] = nullcontext

    def __init__(
        self, pack_hook: Callable[[Tensor], Any], unpack_hook: Callable[[Any], Tensor]
    ) -> None:
        self._hooks = pack_hook, unpack_hook, self._around

    def __enter__(self) -> None:
        if saving.disabled is not None:
            raise RuntimeError(saving.disabled)
        pack, unpack, _ = self._hooks
        if not (callable(pack) and callable(unpack)):
            raise TypeError(_FORMS.format(pack, unpack))
        hooked.append(None)
        saving.hooks.append(self._hooks)

    def __exit__(self, *exc_info: object) -> None:
        saving.hooks.pop()
        hooked.pop()


class save_on_cpu(saved_tensors_hooks):
    """Keep copies of what is saved, in PyTorch so as to free another device's memory.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(1, requires_grad=True)
    >>> with save_on_cpu():
    ...     y = x.exp()
    >>> y.backward()
    >>> x.grad
    tensor([2.7183])
    """

    _around = staticmethod(silence)

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda tensor: tensor.cpu(), lambda packed: packed)


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """Let `saved_tensors_hooks` raise this message inside the block.

    >>> with disable_saved_tensors_hooks("not here"):
    ...     saved_tensors_hooks(id, id).__enter__()
    Traceback (most recent call last):
        ...
    RuntimeError: not here
    """
    before, saving.disabled = saving.disabled, error_message
    try:
        yield
    finally:
        saving.disabled = before


class _Handle:
    """Stands in a node for one version of one tensor."""


class _AllowMutationOnSavedContext:
    """What is saved in the block: as it is while nobody writes to it, then a copy."""

    def __init__(self) -> None:
        self.cloned: MutableMapping[_Handle, Tensor] = WeakKeyDictionary()
        self.original: MutableMapping[_Handle, Tensor] = WeakKeyDictionary()
        self.tid_to_weakhandle: MutableMapping[Any, _Handle] = WeakValueDictionary()
        self.sid_to_tid: dict[Any, set[Any]] = defaultdict(set)

    def clear(self) -> None:
        """Forget what was saved; backward through it is an error from then on."""
        self.cloned.clear()
        self.original.clear()
        self.tid_to_weakhandle.clear()
        self.sid_to_tid.clear()

    def pack(self, tensor: Tensor) -> _Handle:
        """Return what a node keeps of a tensor."""
        memory = _memory(tensor)
        key = (id(tensor), *memory)
        self.sid_to_tid[memory].add(key)
        handle = self.tid_to_weakhandle.get(key)
        if handle is None:
            handle = self.tid_to_weakhandle[key] = _Handle()
            self.original[handle] = tensor
        return handle

    def unpack(self, handle: _Handle) -> Tensor:
        """Return the tensor as it was when it was saved."""
        found = self.cloned.get(handle, self.original.get(handle))
        if found is None or guard.before_write is None:
            raise AssertionError(_ELSEWHERE)
        return found

    def before_write(self, target: Tensor) -> None:
        """Copy what was saved of the memory that is about to be written to."""
        for key in self.sid_to_tid.get(_memory(target), ()):
            handle = self.tid_to_weakhandle.get(key)
            if handle is not None and handle not in self.cloned:
                self.cloned[handle] = self.original.pop(handle).clone()


def _memory(tensor: Tensor) -> tuple[int, int]:
    """Say which memory a tensor begins at, and at which version: PyTorch's key."""
    return tensor.data_ptr(), tensor._version


@contextmanager
def allow_mutation_on_saved_tensors() -> Iterator[_AllowMutationOnSavedContext]:
    """Let programs write over what was saved; backward, in the block, gets a copy.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> with allow_mutation_on_saved_tensors():
    ...     y = x * 1
    ...     z = (y * y).sum()
    ...     _ = y.zero_()
    ...     z.backward()
    >>> x.grad
    tensor([2., 2.])
    """
    state = _AllowMutationOnSavedContext()
    with saved_tensors_hooks(state.pack, state.unpack):
        try:
            if guard.before_write is not None:
                raise RuntimeError(
                    "allow_mutation_on_saved_tensors contexts cannot be nested"
                )
            guard.before_write = state.before_write
            yield state
        finally:
            state.clear()
            guard.before_write = None


class _MultiHandle(RemovableHandle):
    """What registering one hook on several tensors returns."""

    def __init__(self, handles: tuple[RemovableHandle, ...]) -> None:
        self.handles = handles

    def remove(self) -> None:
        """Unregister the hook everywhere."""
        for handle in self.handles:
            handle.remove()


def register_multi_grad_hook(
    tensors: Sequence[Tensor], fn: Callable[..., Any], *, mode: str = "all"
) -> _MultiHandle:
    """Call `fn` with the gradients of all tensors, or with the first that is known.

    >>> from minitorch_viz import minitorch as torch
    >>> a, b = (torch.ones(1, requires_grad=True) for _ in range(2))
    >>> handle = register_multi_grad_hook([a, b], print)
    >>> (a * 2 + b * 3).sum().backward()
    [tensor([2.]), tensor([3.])]
    """
    if mode == "all":
        wait: _All | _Any = _All(tensors, fn)
    elif mode == "any":
        wait, tensors = _Any(fn), [each for each in tensors if each.requires_grad]
    else:
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    hooks = (functools.partial(wait.arrived, i) for i in range(len(tensors)))
    pairs = zip(tensors, hooks, strict=True)
    return _MultiHandle(tuple(each.register_hook(hook) for each, hook in pairs))


class _All:
    """Waits for the gradients that this backward pass will bring."""

    def __init__(self, tensors: Sequence[Tensor], fn: Callable[..., Any]) -> None:
        self._fn = fn
        #: Held, as PyTorch holds them: the sink of a leaf lives as long as the hook.
        self._nodes = [_node_of(each) for each in tensors]
        self._run: Any = _never  # held weakly: a pass holds nodes
        self._expected = 0
        self._arrived = 0
        self._grads: list[Tensor | None] = []

    def arrived(self, place: int, grad: Tensor) -> None:
        """Keep a gradient; call the hook with the last one."""
        run = saving.run
        if run is not self._run():
            self._run, self._arrived = weakref.ref(run), 0
            known = {*run.inbox, self._nodes[place]}
            self._expected = sum(_runs(node, run, known) for node in self._nodes)
        if not self._arrived:
            self._grads = [None] * len(self._nodes)
        self._grads[place] = grad
        self._arrived += 1
        if self._arrived == self._expected:
            self._arrived, grads, self._grads = 0, self._grads, []
            self._fn(grads)


def _runs(node: Node, run: Pass, known: Collection[Node]) -> bool:
    """Say if PyTorch knows that a pass runs a node: of an only root it doesn't."""
    if node not in known or node is run.root:
        return False
    if run.needed is None:
        return True
    if not run.accumulate and node in run.captures and type(node) is AccumulateGrad:
        raise RuntimeError(_LEAF_CAPTURED)
    return node in run.needed or node in run.captures


class _Any:
    """Calls a hook with the first gradient of each backward pass."""

    def __init__(self, fn: Callable[..., Any]) -> None:
        self._fn = fn
        self._run: Any = _never

    def arrived(self, place: int, grad: Tensor) -> None:
        """Call the hook, unless this pass has done so."""
        if saving.run is not self._run():
            self._run = weakref.ref(saving.run)
            self._fn(grad)


def _never() -> None:
    """Stand for the pass that a hook was called in before it was called at all."""


_FORMS = (
    "_push_saved_tensors_default_hooks(): incompatible function arguments. The "
    "following argument types are supported:\n    1. (arg0: collections.abc.Callable, "
    "arg1: collections.abc.Callable) -> None\n\nInvoked with: {!r}, {!r}"
)
_LEAF_CAPTURED = (
    "A leaf node was passed to _will_engine_execute_node but we are currently running "
    "autograd.grad(). This is currently not supported."
)
_ELSEWHERE = (
    "Trying to backward outside of the 'allow_mutation_on_saved_tensors' context"
    "in which the graph was originally recorded."
)
