"""The backward pass: every node once, after all the nodes that feed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import heappop, heappush
from sys import getrefcount
from typing import Any

import numpy as np
from numpy import array, generic, ndarray

from .events import NodeRan, silence
from .graph import AccumulateGrad, Edge, Gradient, Node, shown
from .hooking import call_post_hooks, call_pre_hooks, call_tensor_hooks
from .op import do
from .saved import anomaly
from .tensor import Tensor, wrap
from .thread import thread

#: PyTorch gives AccumulateGrad the highest number, so it runs at once.
_FIRST = -(1 << 62)
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
        self.captures: Captures = {}
        self.captured: dict[int, Tensor] = {}
        #: With `inputs`, the nodes on a way to one of them; None stands for all.
        self.needed: set[Node] | None = None
        self.accumulate = True
        self.check_nan = anomaly.enabled and anomaly.check_nan
        #: How often a pending gradient was added to in place; PyTorch counts that
        #: as its version, which the `.grad` that becomes of it shows.
        self.bumps: dict[Node, dict[int, int]] = {}
        self._pushed = 0

    def push(self, node: Node) -> None:
        """Put a node among the ready ones: the last recorded runs first."""
        order = _FIRST if node.__class__ is AccumulateGrad else -node.sequence
        self._pushed += 1
        heappush(self.ready, (order, self._pushed, node))

    def add(self, node: Node, number: int, grad: Gradient) -> None:
        """Add what an edge brings to what its node has received."""
        slots = self.pending.get(node)
        if slots is None:
            slots = self.pending[node] = [None] * len(node.shapes)
        before = slots[number]
        if before is None:
            slots[number] = grad
        elif isinstance(grad, Tensor):
            with silence():
                slots[number] = before + grad
        elif before.base is None and getrefcount(before) <= 3:
            # Nobody but `slots` and `before` holds it.
            thread.now.quiet(np.add, before, grad, before)
            bumps = self.bumps.get(node)
            if bumps is None:
                bumps = self.bumps[node] = {}
            bumps[number] = bumps.get(number, 0) + 1
        else:
            slots[number] = np.asarray(thread.now.quiet(np.add, before, grad))
            self.bumps.get(node, {}).pop(number, None)


def steps(
    roots: Sequence[Edge], grads: Sequence[Gradient], run: Pass
) -> Iterator[Node]:
    """Run backward, yielding each node after it ran.

    A node is ready when every node that feeds it has run, so the edges into each one
    are counted first (PyTorch's `compute_dependencies`).
    """
    _count(roots, run)
    for (node, number), grad in zip(roots, grads, strict=True):
        if node is not None:
            run.add(node, number, grad)
    for node in dict.fromkeys(edge[0] for edge in roots):
        if node is not None and not run.waiting.get(node):
            run.push(node)
    ready, create_graph = run.ready, run.create_graph
    outer = thread.now.grad
    try:
        while ready:
            thread.now.grad = create_graph
            node = heappop(ready)[2]
            if _evaluate(node, run):
                thread.now.grad = outer
                yield node
    finally:
        thread.now.grad = outer


def _count(roots: Sequence[Edge], run: Pass) -> None:
    waiting = run.waiting
    waiting.update((node, 0) for node, _ in roots if node is not None)
    stack = list(waiting)
    feeders: dict[Node, list[Node]] = {}
    captures = run.captures
    while stack:
        node = stack.pop()
        for after, _ in node.next_functions:
            if after is None:
                continue
            before = waiting.get(after)
            if before is None:
                waiting[after] = 1
                stack.append(after)
            else:
                waiting[after] = before + 1
            if captures:
                feeders.setdefault(after, []).append(node)
    if captures:
        run.needed = _leading_to(run.captures, feeders)
        if run.accumulate:
            run.needed |= set(run.captures)


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


def _evaluate(node: Node, run: Pass) -> bool:
    """Run one node with its hooks, and send on what it gives; False if not needed."""
    received = run.pending.pop(node, None) or [None] * len(node.shapes)
    if run.needed is not None and not _capture(node, received, run):
        return False
    if node.tensor_hooks or node.retains or node.__class__ is AccumulateGrad:
        call_tensor_hooks(node, received)
    if node.pre_hooks:
        call_pre_hooks(node, received)
    _run(node, received, run)
    return True


def _capture(node: Node, received: list[Gradient], run: Pass) -> bool:
    """Put what was asked for in its place; return False if the node needn't run."""
    assert run.needed is not None
    needed = node in run.needed
    if not needed and node in run.captures:
        call_tensor_hooks(node, received)
    for number, places in run.captures.get(node, {}).items():
        if received[number] is not None:
            times = run.bumps.get(node, {}).get(number, 0)
            taken = shown(received[number], times)
            run.captured.update(dict.fromkeys(places, taken))
    if not needed:
        _settle(node, [None] * len(node.next_functions), run)
    return needed


def _run(node: Node, received: list[Gradient], run: Pass) -> None:
    bumps = run.bumps.pop(node, None) if run.bumps else None
    if node.__class__ is AccumulateGrad:
        node.bumps = bumps.get(0, 0) if bumps else 0
    observer = thread.now.observer
    # Copies: whoever keeps them must not change who else holds a gradient.
    seen = (*map(_copy, received),) if observer is not None else ()
    found = node.run(received)
    if found is received or found.__class__ is not list:
        found = list(found)
    if run.check_nan:
        _look_for_nan(node, found)
    if not run.keep_graph:
        node.release()
    if node.post_hooks:
        found = call_post_hooks(node, received, found)
    if bumps:
        _carry(node, received, found, bumps, run)
    if node.writes:
        _count_writes(node, found, run)
    received.clear()
    if observer is None:
        _settle(node, found, run)
    else:
        sent: list[Tensor | None] = []
        _settle(node, found, run, sent)
        observer(NodeRan(node, seen, tuple(sent)))


def _look_for_nan(node: Node, found: Sequence[Gradient]) -> None:
    for number, grad in enumerate(found):
        if grad is not None and np.isnan(shown(grad)._array).any():
            raise RuntimeError(
                f"Function '{node.name()}' returned nan values in its {number}th "
                "output."
            )


def _carry(
    node: Node,
    received: Sequence[Gradient],
    found: Sequence[Gradient],
    bumps: dict[int, int],
    run: Pass,
) -> None:
    """Let a gradient that is passed on, or looked at anew, keep its version."""
    for (after, number), grad in zip(node.next_functions, found, strict=True):
        for place, times in bumps.items():
            before = received[place]
            if after is None or grad is None:
                continue
            if grad is before or grad.base is before:
                run.bumps.setdefault(after, {})[number] = times


def _count_writes(node: Node, found: Sequence[Gradient], run: Pass) -> None:
    """Let gradients that PyTorch fills in place arrive with the version that gives."""
    for (after, number), grad in zip(node.next_functions, found, strict=True):
        if after is None or grad is None or grad.shape != after.shapes[number][0]:
            continue
        if isinstance(grad, Tensor):
            if grad._counter is not None and grad._base is None:
                grad._counter[0] = node.writes
        elif after not in run.pending or run.pending[after][number] is None:
            run.bumps.setdefault(after, {})[number] = node.writes


def _settle(
    node: Node,
    found: list[Gradient],
    run: Pass,
    sent: list[Tensor | None] | None = None,
) -> None:
    """Fit each gradient to where it goes, add it there, and see who is ready."""
    waiting, pending = run.waiting, run.pending
    for index, (after, number) in enumerate(node.next_functions):
        # Taken out of the list, so that only those who keep it count as its holders.
        grad, found[index] = found[index], None
        if after is None:
            if sent is not None:
                sent.append(None)
            continue
        if grad is not None:
            shapes = after.shapes
            shape, kind = shapes[number]
            if grad.__class__ is not ndarray and isinstance(grad, generic):
                grad = np.asarray(grad)
            if (
                grad.__class__ is not ndarray
                or grad.dtype is not kind
                or grad.shape != shape
            ):
                grad = fit(grad, (shape, kind), node, index)
            if after not in pending and len(shapes) == 1:
                pending[after] = [grad]
            else:
                run.add(after, number, grad)
        if sent is not None:
            sent.append(_copy(grad))
        # Else the name would count as a holder while the next one is added.
        del grad
        left = waiting[after] = waiting[after] - 1
        if not left:
            run.push(after)


def fit(
    grad: Gradient, wanted: tuple[tuple[int, ...], Any], node: Node, index: int
) -> Gradient:
    """Undo broadcasting and promotion, as PyTorch's `validate_outputs` does."""
    if isinstance(grad, Tensor):
        with silence():
            return _fit(grad, wanted, node, index)
    return _fit(grad, wanted, node, index)


def _fit(
    grad: Gradient, wanted: tuple[tuple[int, ...], Any], node: Node, index: int
) -> Gradient:
    shape, array_type = wanted
    if tuple(grad.shape) != shape:
        if _expanded_dims(tuple(grad.shape), shape) is None:
            raise RuntimeError(
                f"Function {node.name()} returned an invalid gradient at index {index} "
                f"- got {list(grad.shape)} but expected shape compatible with "
                f"{list(shape)}"
            )
        grad = sum_to(grad, shape)
    if isinstance(grad, Tensor):
        same = grad._array.dtype == array_type
        return grad if same else do.to_copy(grad, array_type)
    if grad.dtype != array_type:
        return np.asarray(grad, array_type)
    return grad if grad.__class__ is np.ndarray else np.asarray(grad)


@lru_cache(1024)
def _expanded_dims(
    have: tuple[int, ...], shape: tuple[int, ...]
) -> tuple[int, ...] | None:
    """Return the dimensions along which `shape` was expanded, None if it can't be."""
    extra = len(have) - len(shape)
    if extra < 0 or any(
        n not in (1, size) for n, size in zip(shape, have[extra:], strict=True)
    ):
        return None
    inner = (i + extra for i, n in enumerate(shape) if n == 1 != have[i + extra])
    return (*range(extra), *inner)


def sum_to(grad: Gradient, shape: tuple[int, ...]) -> Gradient:
    """Sum the dimensions along which `shape` was expanded.

    >>> sum_to(np.ones((3, 2)), (1, 2))
    array([[3., 3.]])
    """
    dims = _expanded_dims(tuple(grad.shape), shape)
    if dims:
        grad = getattr(do, "sum.dim")(grad, dims, True)
    return do.reshape(grad, shape) if len(grad.shape) > len(shape) else grad


def _copy(grad: Gradient) -> Tensor | None:
    if grad is None or isinstance(grad, Tensor):
        return grad
    return wrap(array(grad))
