"""The backward pass: every node once, after all the nodes that feed it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .events import BackwardFinished, BackwardStarted, NodeRan, listener
from .grad_mode import state
from .graph import AccumulateGrad, Edge, Gradient, Node
from .op import do
from .tensor import Tensor, wrap

#: An edge asked for by `grad(inputs=...)`, mapped to where its gradient is put.
Captures = dict[Node, dict[int, list[int]]]


class Pass:
    """One backward pass: what waits, what is ready, what was asked for.

    Gradients travel as bare arrays, or as tensors if `create_graph`.
    """

    def __init__(self, *, keep_graph: bool, create_graph: bool) -> None:
        self.keep_graph, self.create_graph = keep_graph, create_graph
        self.waiting: dict[Node, int] = {}
        self.pending: dict[Node, list[Gradient]] = {}
        self.ready: list[tuple[int, int, Node]] = []
        self.needed: set[Node] | None = None
        self.captures: Captures = {}
        self.captured: dict[int, Gradient] = {}
        self._pushed = 0

    def push(self, node: Node) -> None:
        """Put a node among the ready ones: the last recorded runs first."""
        # PyTorch gives AccumulateGrad the highest number, so it runs at once.
        first = isinstance(node, AccumulateGrad)
        self._pushed += 1
        heapq.heappush(
            self.ready, (-(1 << 62) if first else -node.sequence, self._pushed, node)
        )

    def add(self, edge: Edge, grad: Gradient) -> None:
        """Add what an edge brings to what its node has received."""
        node, number = edge
        assert node is not None
        slots = self.pending.get(node)
        if slots is None:
            slots = self.pending[node] = [None] * len(node.shapes)
        slots[number] = grad if slots[number] is None else slots[number] + grad


def steps(
    roots: Sequence[Edge], grads: Sequence[Gradient], run: Pass
) -> Iterator[tuple[Node, list[Gradient], Sequence[Gradient]]]:
    """Run backward, yielding each node, what it received and what it sent, after it ran.

    A node is ready when every node that feeds it has run, so the edges into each one
    are counted first (PyTorch's `compute_dependencies`).
    """
    _count(roots, run)
    for edge, grad in zip(roots, grads, strict=True):
        run.add(edge, grad)
    for node in dict.fromkeys(edge[0] for edge in roots):
        if node is not None and not run.waiting.get(node):
            run.push(node)
    while run.ready:
        node = heapq.heappop(run.ready)[2]
        received = run.pending.pop(node, None) or [None] * len(node.shapes)
        before, state.grad = state.grad, run.create_graph
        try:
            found = _evaluate(node, received, run)
        finally:
            state.grad = before
        if found is not None:
            yield node, received, found


def _count(roots: Sequence[Edge], run: Pass) -> None:
    waiting = run.waiting
    stack = [node for node, _ in roots if node is not None]
    seen = set(stack)
    feeders: dict[Node, list[Node]] = {}
    while stack:
        node = stack.pop()
        for after, _ in node.next_functions:
            if after is None:
                continue
            waiting[after] = waiting.get(after, 0) + 1
            if run.captures:
                feeders.setdefault(after, []).append(node)
            if after not in seen:
                seen.add(after)
                stack.append(after)
    if run.captures:
        run.needed = _leading_to(run.captures, feeders)


def _leading_to(captures: Captures, feeders: dict[Node, list[Node]]) -> set[Node]:
    """Return the nodes that lie on a way to what was asked for."""
    needed: set[Node] = set()
    stack = [f for node in captures for f in feeders.get(node, ())]
    while stack:
        node = stack.pop()
        if node not in needed:
            needed.add(node)
            stack.extend(feeders.get(node, ()))
    return needed


def _evaluate(
    node: Node, received: list[Gradient], run: Pass
) -> Sequence[Gradient] | None:
    """Run one node with its hooks, and send on what it gives; None if not needed."""
    _tensor_hooks(node, received)
    if node in run.captures:
        for number, places in run.captures[node].items():
            run.captured.update(dict.fromkeys(places, received[number]))
    if run.needed is not None and node not in run.needed:
        _settle(node, (None,) * len(node.next_functions), run)
        return None
    _pre_hooks(node, received)
    found = node.run(received)
    if not run.keep_graph:
        node.release()
    if node.post_hooks:
        found = _post_hooks(node, received, found)
    found = _settle(node, found, run)
    observer = listener.observer
    if observer is not None:
        observer(NodeRan(node, _shown(received), _shown(found)))
    return found


def _settle(node: Node, found: Sequence[Gradient], run: Pass) -> list[Gradient]:
    """Fit each gradient to where it goes, add it there, and see who is ready."""
    fitted: list[Gradient] = []
    for index, (edge, grad) in enumerate(zip(node.next_functions, found, strict=True)):
        after, number = edge
        if after is None:
            fitted.append(None)
            continue
        if grad is not None:
            grad = fit(grad, after.shapes[number], node, index)
            run.add(edge, grad)
        fitted.append(grad)
        run.waiting[after] -= 1
        if not run.waiting[after]:
            run.push(after)
    return fitted


def fit(
    grad: Gradient, wanted: tuple[tuple[int, ...], Any], node: Node, index: int
) -> Gradient:
    """Undo broadcasting and promotion, as PyTorch's `validate_outputs` does."""
    shape, array_type = wanted
    if grad.shape != shape:
        if not _expandable(shape, grad.shape):
            raise RuntimeError(
                f"Function {node.name()} returned an invalid gradient at index {index} "
                f"- got {list(grad.shape)} but expected shape compatible with "
                f"{list(shape)}"
            )
        grad = sum_to(grad, shape)
    have = grad._array.dtype if isinstance(grad, Tensor) else grad.dtype
    return grad if have == array_type else do.to_copy(grad, array_type)


def _expandable(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return len(shape) <= len(wanted) and all(
        a in (1, b) for a, b in zip(reversed(shape), reversed(wanted), strict=False)
    )


def sum_to(grad: Gradient, shape: tuple[int, ...]) -> Gradient:
    """Sum the dimensions along which `shape` was expanded.

    >>> sum_to(np.ones((3, 2)), (1, 2))
    array([[3., 3.]])
    """
    extra = len(grad.shape) - len(shape)
    dims = (
        *range(extra),
        *(i + extra for i, n in enumerate(shape) if n == 1 != grad.shape[i + extra]),
    )
    if dims:
        grad = getattr(do, "sum.dim")(grad, dims, True)
    return do.reshape(grad, shape) if extra else grad


def _tensor_hooks(node: Node, received: list[Gradient]) -> None:
    """Call what `Tensor.register_hook` registered, then keep what `retain_grad` asks."""
    if isinstance(node, AccumulateGrad):
        hooks = {0: node.variable._hooks} if node.variable._hooks else {}
    else:
        hooks = node.tensor_hooks or {}  # type: ignore[assignment]
    for number, registered in hooks.items():
        for hook in tuple((registered or {}).values()):
            if received[number] is not None:
                received[number] = _hooked(hook, received[number])
    for number, reference in (node.retains or {}).items():
        tensor = reference()
        if tensor is not None and received[number] is not None:
            _retain(tensor, _tensor(received[number]))


def _retain(tensor: Tensor, grad: Tensor) -> None:
    tensor._grad = do.clone(grad) if tensor._grad is None else grad + tensor._grad


def _hooked(hook: Callable[..., Any], grad: Gradient) -> Gradient:
    before = _tensor(grad)
    found = hook(before)
    if found is None:
        return grad if isinstance(grad, Tensor) else before._array
    if not isinstance(found, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{_type_name(found)}'")
    if found.shape != before.shape:
        name = getattr(hook, "__name__", "<unknown>")
        raise RuntimeError(f"hook '{name}' has changed the size of value")
    return found if isinstance(grad, Tensor) else found._array


def _type_name(value: object) -> str:
    return type(value).__name__


def _pre_hooks(node: Node, received: list[Gradient]) -> None:
    for hook in tuple((node.pre_hooks or {}).values()):
        found = hook(_shown(received))
        if found is not None:
            found = found if isinstance(found, tuple) else (found,)
            received[:] = [
                _like(new, old) for new, old in zip(found, received, strict=True)
            ]


def _post_hooks(
    node: Node, received: list[Gradient], found: Sequence[Gradient]
) -> Sequence[Gradient]:
    for hook in tuple((node.post_hooks or {}).values()):
        given = hook(_shown(found), _shown(received))
        if given is not None:
            given = given if isinstance(given, tuple) else (given,)
            found = [_like(new, old) for new, old in zip(given, found, strict=True)]
    return found


def _like(new: Tensor | None, old: Gradient) -> Gradient:
    """Return a hook's answer in the form in which gradients travel."""
    return new if new is None or isinstance(old, Tensor) else new._array


def _tensor(grad: Gradient) -> Tensor:
    return grad if isinstance(grad, Tensor) else wrap(grad)


def _shown(grads: Sequence[Gradient]) -> tuple[Tensor | None, ...]:
    return tuple(None if grad is None else _tensor(grad) for grad in grads)
