"""The backward pass: every node once, after all the nodes that feed it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from heapq import heappop, heappush
from sys import getrefcount
from typing import Any

import numpy as np
from numpy import add, asarray, generic, ndarray

from .events import NodeRan, Observer, silence
from .fitting import fit
from .graph import AccumulateGrad, Edge, Gradient, Node, shown
from .hooking import call_post_hooks, call_pre_hooks, call_tensor_hooks
from .mixing import arrived
from .saved import anomaly
from .tensor import Tensor
from .thread import inside_quiet, thread, watched
from .tracebacks import tell

#: PyTorch gives AccumulateGrad the highest number, so it runs at once.
_FIRST = -(1 << 62)
_new_tuple = tuple.__new__
#: An edge asked for by `grad(inputs=...)`, mapped to where its gradient is put.
Captures = dict[Node, dict[int, list[int]]]


class Pass:
    """One backward pass: what waits, what is ready, what was asked for.

    Gradients travel as bare arrays, or as tensors if `create_graph`.
    """

    def __init__(self, *, keep_graph: bool, create_graph: bool) -> None:
        self.keep_graph, self.create_graph = keep_graph, create_graph
        #: What every node that hasn't run waits for and has received: the number of
        #: edges to come, what fits, and two entries for each of its outputs: the
        #: gradient, and how often that was added to in place. PyTorch counts that as
        #: its version, which the `.grad` that becomes of it shows.
        self.inbox: dict[Node, list[Any]] = {}
        self.ready: list[tuple[int, int, Node]] = []
        self.captures: Captures = {}
        self.captured: dict[int, Tensor] = {}
        #: With `inputs`, the nodes on a way to one of them; None stands for all.
        self.needed: set[Node] | None = None
        self.accumulate = True
        self.told = anomaly.enabled
        self.check_nan = self.told and anomaly.check_nan
        self.add: Callable[..., Any] = partial(thread.now.quiet, add)
        #: The only node that is ready, which needn't queue.
        self.next: Node | None = None
        self._pushed = 0

    @property
    def simple(self) -> bool:
        """True if gradients are arrays, and only leaves want to know them."""
        return not (self.create_graph or self.told or self.captures or watched())

    def take(self) -> Node:
        """Return the node that runs next."""
        node = self.next
        if node is None:
            return heappop(self.ready)[2]
        self.next = None
        return node

    def queue(self, node: Node) -> None:
        """Let a node wait for its turn, and what would have run next too."""
        if self.next is not None:
            self.push(self.next)
            self.next = None
        self.push(node)

    def push(self, node: Node) -> None:
        """Put a node among the ready ones: the last recorded runs first."""
        order = _FIRST if type(node) is AccumulateGrad else -node.sequence
        self._pushed += 1
        heappush(self.ready, (order, self._pushed, node))

    def start(self, roots: Sequence[Edge], grads: Sequence[Gradient]) -> None:
        """Count what each node waits for, and hand the roots their gradients."""
        _count(roots, self)
        for (node, number), grad in zip(roots, grads, strict=True):
            if node is not None:
                box, place = self.inbox[node], _GRADS + 2 * number
                if box[place] is None:
                    box[place] = grad
                else:
                    _add(box, place, grad, self)
        for node in dict.fromkeys(edge[0] for edge in roots):
            if node is not None and not self.inbox[node][0]:
                self.push(node)


#: Where the gradients begin in what a node has received.
_GRADS = 2


def steps(
    roots: Sequence[Edge], grads: Sequence[Gradient], run: Pass
) -> Iterator[Node]:
    """Run backward, yielding each node after it ran.

    A node is ready when every node that feeds it has run, so the edges into each one
    are counted first (PyTorch's `compute_dependencies`).
    """
    run.start(roots, grads)
    now, simple = thread.now, run.simple
    outer = now.grad
    try:
        while run.next is not None or run.ready:
            now.grad = run.create_graph
            node = run.take()
            if simple and node.plain:
                found = now.quiet(_formulas, node, run)
                _settle(node, found, run, now.observer)
            elif not (_told(node, run) if run.told else _evaluate(node, run)):
                continue
            now.grad = outer
            yield node
    finally:
        now.grad = outer


def finish(roots: Sequence[Edge], grads: Sequence[Gradient], run: Pass) -> None:
    """Run backward to its end: what `steps` does, quicker where nothing asks for it."""
    now = thread.now
    if not run.simple:
        for _ in steps(roots, grads, run):
            pass
        return
    with _uncollected():
        run.start(roots, grads)
    outer, quiet = now.grad, now.quiet
    try:
        while run.next is not None or run.ready:
            now.grad, run.add = False, add
            with inside_quiet(), _uncollected():
                quiet(_walk, run, now.observer)
            run.add = partial(quiet, add)
            if run.next is not None:
                _evaluate(run.take(), run)
    finally:
        now.grad = outer


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let Python's collector wait: PyTorch's walk makes nothing for it to look at."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _walk(run: Pass, observer: Observer | None) -> None:
    """Run nodes until one calls code that isn't ours; that one is left as the next."""
    while True:
        node: Any = run.next
        if node is not None:
            run.next = None
        elif run.ready:
            node = heappop(run.ready)[2]
        else:
            return
        if node.plain:
            found = _formulas(node, run)
        elif type(node) is AccumulateGrad and not node.watched:
            box = run.inbox.pop(node)
            received, node.bumps = [box[_GRADS]], [box[_GRADS + 1]]
            del box
            node.run(received)
            if observer is not None:
                observer(NodeRan(node, ()))
            continue
        else:
            run.next = node
            return
        _settle(node, found, run, observer)


def _formulas(node: Any, run: Pass) -> list[Gradient]:
    """Apply the formulas of a plain node to what it received; free what it kept."""
    box = run.inbox.pop(node)
    if len(box) == _GRADS + 2:
        first = box[_GRADS]
        grads: Sequence[Gradient] = (first,)
    else:
        grads = box[_GRADS::2]
        first = next((grad for grad in grads if grad is not None), None)
    if first is None:
        found: list[Gradient] = node.undefined()
    else:
        found = node.plan.run(node, first, grads)
        if box[_GRADS + 1] or len(grads) > 1:
            _carry(node, grads, found, box[_GRADS + 1 :: 2], run)
    if not run.keep_graph:
        node.kept = None
    return found


def _count(roots: Sequence[Edge], run: Pass) -> None:
    inbox = run.inbox
    for node, _ in roots:
        if node is not None:
            inbox[node] = _box(0, node.shapes)
    stack = list(inbox)
    feeders: dict[Node, list[Node]] = {}
    captures = run.captures
    while stack:
        node = stack.pop()
        for target in node.targets:
            if target is None:
                continue
            after = target[0] if type(target) is tuple else target
            box = inbox.get(after)
            if box is None:
                inbox[after] = _box(1, after.shapes)
                stack.append(after)
            else:
                box[0] += 1
            if captures:
                feeders.setdefault(after, []).append(node)
    if captures:
        run.needed = _leading_to(run.captures, feeders)
        if run.accumulate:
            run.needed |= set(run.captures)


def _box(waiting: int, shapes: Any) -> list[Any]:
    if len(shapes) == 1:
        return [waiting, shapes, None, 0]
    return [waiting, shapes] + [None, 0] * len(shapes)


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


def _told(node: Node, run: Pass) -> bool:
    """Run one node as below; on an error, warn of where it was recorded."""
    before, anomaly.node = anomaly.node, node
    try:
        return _evaluate(node, run)
    except Exception:
        tell(node)
        raise
    finally:
        anomaly.node = before


def _evaluate(node: Node, run: Pass) -> bool:
    """Run one node with its hooks, and send on what it gives; False if not needed."""
    box = run.inbox.pop(node)
    received, writes = box[_GRADS::2], box[_GRADS + 1 :: 2]
    # Else this would count as a holder of what was received.
    box.clear()
    if run.needed is not None and not _capture(node, received, writes, run):
        return False
    if node.tensor_hooks or node.retains or type(node) is AccumulateGrad:
        call_tensor_hooks(node, received, writes)
    if node.pre_hooks:
        call_pre_hooks(node, received, writes)
    _run(node, received, writes, run)
    return True


def _capture(
    node: Node, received: list[Gradient], writes: list[int], run: Pass
) -> bool:
    """Put what was asked for in its place; return False if the node needn't run."""
    assert run.needed is not None
    needed = node in run.needed
    if not needed and node in run.captures:
        call_tensor_hooks(node, received, writes)
    # Else what accumulates would find its gradient held by somebody.
    captures = {} if run.accumulate else run.captures.get(node, {})
    for number, places in captures.items():
        if received[number] is not None:
            taken = shown(received[number], writes[number])
            run.captured.update(dict.fromkeys(places, taken))
    if not needed:
        _settle(node, [None] * len(node.targets), run)
    return needed


def _run(node: Node, received: list[Gradient], writes: list[int], run: Pass) -> None:
    node.bumps = writes
    found = node.run(received)
    if found is received or type(found) is not list:
        found = list(found)
    if watched():
        arrived(node, received, found)
    if run.needed is not None:
        _leave_out(node, found, run)
    if node.post_hooks:
        found = call_post_hooks(node, received, found)
    if not run.keep_graph:
        node.release()
    if run.check_nan:
        _look_for_nan(node, found)
    if any(writes):
        _carry(node, received, found, writes, run)
    if node.writes:
        _count_writes(node, found, run)
    received.clear()
    _settle(node, found, run, thread.now.observer)


def _leave_out(node: Node, found: list[Gradient], run: Pass) -> None:
    """Drop what leads to nothing that was asked for: PyTorch doesn't compute it."""
    assert run.needed is not None
    for index, (after, _) in enumerate(node.next_functions):
        if after not in run.needed and after not in run.captures:
            found[index] = None


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
    writes: Sequence[int],
    run: Pass,
) -> None:
    """Let a gradient that is passed on, or looked at anew, keep its version."""
    for before, times in zip(received, writes, strict=True):
        if not times:
            continue
        for (after, number), grad in zip(node.next_functions, found, strict=True):
            passed_on = grad is before or (grad is not None and grad.base is before)
            if passed_on and after is not None:
                box, place = run.inbox[after], _GRADS + 2 * number
                if box[place] is None:
                    box[place + 1] = times


def _count_writes(node: Node, found: Sequence[Gradient], run: Pass) -> None:
    """Let gradients that PyTorch fills in place arrive with the version that gives."""
    for (after, number), grad in zip(node.next_functions, found, strict=True):
        if after is None or grad is None or grad.shape != after.shapes[number][0]:
            continue
        box, place = run.inbox[after], _GRADS + 2 * number
        if isinstance(grad, Tensor):
            handed_on = grad._requires_grad and grad._grad_fn is None
            if grad._counter is not None and grad._base is None and not handed_on:
                grad._counter[0] = node.writes
        elif box[place] is None:
            box[place + 1] = node.writes


def _settle(
    node: Node, found: list[Gradient], run: Pass, observer: Observer | None = None
) -> None:
    """Fit each gradient to where it goes, add it there, and see who is ready."""
    inbox = run.inbox
    sent: list[Gradient] = []
    for index, target in enumerate(node.targets):
        # Taken out of the list, so that only those who keep it count as its holders.
        grad, found[index] = found[index], None
        if target is None:
            if observer is not None:
                sent.append(None)
            continue
        after, number = target, 0
        if type(target) is tuple:
            after, number = target
        box = inbox[after]
        if grad is not None:
            wanted = box[1][number]
            if type(grad) is not ndarray and isinstance(grad, generic):
                grad = asarray(grad)
            place = _GRADS + number + number
            before = box[place]
            if grad.dtype is not wanted[1] or grad.shape != wanted[0]:
                grad = fit(grad, wanted, node, index)
                if before is None:  # a sum, or of another type: new memory
                    box[place + 1] = 0
            if before is None:
                box[place] = grad
            elif (
                type(before) is ndarray
                and before.base is None
                and getrefcount(before) <= 3
            ):
                # Nobody but the box and `before` holds it.
                run.add(before, grad, before)
                box[place + 1] += 1
            else:
                _add(box, place, grad, run)
            del before
        if observer is not None:
            # A copy: whoever keeps it must not change who else holds a gradient.
            sent.append(grad.copy() if isinstance(grad, ndarray) else grad)
        # Else the name would count as a holder while the next one is added.
        del grad
        if box[0] > 1:
            box[0] -= 1
        elif run.next is None and not run.ready:
            run.next = after
        else:
            run.queue(after)
    if observer is not None:
        observer(_new_tuple(NodeRan, (node, tuple(sent))))


def _add(box: list[Any], place: int, grad: Gradient, run: Pass) -> None:
    """Replace a gradient that others hold too by a sum."""
    if isinstance(grad, Tensor):
        with silence():
            box[place] = box[place] + grad
    else:
        box[place] = asarray(run.add(box[place], grad))
        box[place + 1] = 0
