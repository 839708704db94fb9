"""The backward pass: every node once, after all the nodes that feed it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any

import numpy as np
from numpy import add

from .boxes import BUMPS, GRAD, TARGETS, WAITING, bumps, place_of, received
from .events import Changed, NodeRan, Observer
from .events import tell as tell_of
from .fitting import fit
from .graph import AccumulateGrad, Edge, Gradient, Node
from .hooking import call_post_hooks, call_pre_hooks, call_tensor_hooks
from .mixing import arrived
from .opnode import OpNode
from .saved import anomaly
from .sending import add_to, carry, count_writes, settle
from .tensor import Tensor
from .thread import inside_quiet, thread, watched
from .tracebacks import tell
from .travelling import forget, shown

#: Times 1 another number, and neither of the two is less or the same.
_NEITHER = float("nan")
#: An edge asked for by `grad(inputs=...)`, mapped to where its gradient is put.
Captures = dict[Node, dict[int, list[int]]]


_next_number = count().__next__


class Pass:
    """One backward pass: what waits, what is ready, what was asked for.

    Gradients travel as bare arrays, or as tensors if `create_graph`.
    """

    def __init__(self, *, keep_graph: bool, create_graph: bool) -> None:
        self.keep_graph, self.create_graph = keep_graph, create_graph
        #: What every node that hasn't run waits for and has received; see `box_of`.
        self.inbox: dict[Node, list[Any]] = {}
        self.ready: list[tuple[int, float, Node]] = []
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
        #: Where it starts, if at one place: its hooks run though nothing needs it.
        self.root: Node | None = None
        #: No two passes have the same.
        self.number = _next_number()

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
        """Put a node among the ready ones: the last recorded runs first.

        Python's heap orders what is equal as C++'s `std::priority_queue` does.
        """
        heappush(self.ready, (-node.sequence, _NEITHER * 1, node))

    def start(self, roots: Sequence[Edge], grads: Sequence[Gradient]) -> None:
        """Count what each node waits for, and hand the roots their gradients."""
        _count(roots, self)
        self.root = roots[0][0] if len(roots) == 1 else None
        for (node, number), grad in zip(roots, grads, strict=True):
            if node is not None:
                place = place_of(self.inbox[node], number)
                if place[GRAD] is None:
                    place[GRAD] = grad
                else:
                    add_to(place, grad, self)
        for node in dict.fromkeys(edge[0] for edge in roots):
            if node is not None and not self.inbox[node][WAITING]:
                self.push(node)


def steps(
    roots: Sequence[Edge], grads: Sequence[Gradient], run: Pass
) -> Iterator[Node]:
    """Run backward, yielding each node after it ran.

    A node is ready when every node that feeds it has run, so the edges into each one
    are counted first (PyTorch's `compute_dependencies`).
    """
    run.start(roots, grads)
    now = thread.now
    outer = now.grad
    try:
        while run.next is not None or run.ready:
            now.grad = run.create_graph
            node = run.take()
            if not (_told(node, run) if run.told else _evaluate(node, run)):
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
    outer, quiet = now.grad, now.quiet

    def stretch() -> None:
        now.grad, run.add = False, add
        with inside_quiet(), _uncollected():
            quiet(_walk, run, now.observer)
        run.add = partial(quiet, add)

    try:
        with _uncollected():  # what start makes is gone again after the first stretch
            run.start(roots, grads)
            stretch()
        while run.next is not None:
            _evaluate(run.take(), run)
            stretch()
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
    inbox, keep = run.inbox, run.keep_graph
    while True:
        node: Any = run.next
        if node is not None:
            run.next = None
        elif run.ready:
            node = heappop(run.ready)[2]
        else:
            return
        if node.plain:
            box = inbox.pop(node)
            _, _, first, times, _, targets, more = box
            grads: Sequence[Gradient] = (first,)
            if more:
                grads = received(box)
                first = next((grad for grad in grads if grad is not None), None)
            if first is not None:
                compute = node.plan.run  # a name of its own is quicker to call
                found = compute(node, first, grads, keep)
                if times or more:
                    carry(targets, grads, found, bumps(box), run)
            else:
                found = node.undefined(keep)
            # Else these names would count as holders of what was received.
            del box, first, grads
            settle(node, targets, found, run, observer)
        elif type(node) is AccumulateGrad and not node.watched:
            box = inbox.pop(node)
            taken, node.bumps = [box[GRAD]], [box[BUMPS]]
            del box
            node.run(taken)
            if observer is not None:
                observer(NodeRan((node,)))
        else:
            run.next = node
            return


def _count(roots: Sequence[Edge], run: Pass) -> None:
    inbox = run.inbox
    for node, _ in roots:
        if node is not None and node not in inbox:
            inbox[node] = box = node.plan.box(node)
            box[WAITING] = 0
    stack = list(inbox.values())
    while stack:
        for target in stack.pop()[TARGETS]:
            box = inbox.get(target)
            if box is None:
                if target is None:
                    continue
                after = target
                if type(target) is tuple:
                    after = target[0]
                    box = inbox.get(after)
                if box is None:
                    make = after.plan.box
                    inbox[after] = box = make(after)
                    stack.append(box)
                    continue
            box[WAITING] += 1
    if run.captures:
        run.needed = _leading_to(run)
        if run.accumulate:
            run.needed |= set(run.captures)


def _leading_to(run: Pass) -> set[Node]:
    """Return the nodes that lie on a way to what was asked for."""
    feeders: dict[Node, list[Node]] = {}
    for node, box in run.inbox.items():
        for target in box[TARGETS]:
            after = target[0] if type(target) is tuple else target
            feeders.setdefault(after, []).append(node)
    needed: set[Node] = set()
    stack = [f for node in run.captures for f in feeders.get(node, ())]
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
    grads, writes, targets = received(box), bumps(box), box[TARGETS]
    # Else this would count as a holder of what was received.
    box.clear()
    if thread.now.met:  # of nodes that ran since the last look
        forget()
    if run.needed is not None and not _capture(node, grads, writes, run):
        settle(node, targets, [None] * len(targets), run)
        return False
    if node.tensor_hooks or node.retains or type(node) is AccumulateGrad:
        call_tensor_hooks(node, grads, writes)
    if node.pre_hooks:
        call_pre_hooks(node, grads, writes)
    _run(node, targets, grads, writes, run)
    return True


def _capture(node: Node, grads: list[Gradient], writes: list[int], run: Pass) -> bool:
    """Put what was asked for in its place; return False if the node needn't run."""
    assert run.needed is not None
    needed = node in run.needed
    if not needed and (node in run.captures or node is run.root):
        call_tensor_hooks(node, grads, writes)
        for kept in (node.retains or {}).values():
            if (tensor := kept()) is not None:  # nobody tells that such a node ran
                tell_of(Changed(tensor))
    # Else what accumulates would find its gradient held by somebody.
    captures = {} if run.accumulate else run.captures.get(node, {})
    for number, places in captures.items():
        if grads[number] is not None:
            taken = shown(grads[number], writes[number])
            run.captured.update(dict.fromkeys(places, taken))
    return needed


def _run(
    node: Node,
    targets: Sequence[Any],
    grads: list[Gradient],
    writes: list[int],
    run: Pass,
) -> None:
    node.bumps = writes
    found = node.run(grads) if run.needed is None else _run_asked(node, grads, run)
    if found is grads or type(found) is not list:
        found = list(found)
    if watched():
        arrived(node, grads, found)
    if node.writes:
        count_writes(node, found, run)
    if node.post_hooks:
        found = call_post_hooks(node, grads, _fitted(node, found))
    if not run.keep_graph:
        node.release()
    if run.check_nan:
        _look_for_nan(node, found)
    if any(writes):
        carry(targets, grads, found, writes, run)
    grads.clear()
    if thread.now.met:
        forget()
    settle(node, targets, found, run, thread.now.observer)


def _run_asked(node: Node, grads: list[Gradient], run: Pass) -> Sequence[Gradient]:
    """Run a node; PyTorch computes nothing that leads to nothing asked for."""
    assert run.needed is not None
    ends = [after for after, _ in node.next_functions]
    asked = tuple(end in run.needed or end in run.captures for end in ends)
    if all(asked) or not node.selective:
        return node.run(grads)
    if not isinstance(node, OpNode) or node.op.many:
        found = node.run(grads)
    else:
        found = node.run(grads, asked) if any(asked) else node.undefined()
    return [each if want else None for each, want in zip(found, asked, strict=True)]


def _fitted(node: Node, found: Sequence[Gradient]) -> list[Gradient]:
    """Return gradients as they fit where they go: hooks of the node see them so."""
    fitted = list(found)
    for index, (after, number) in enumerate(node.next_functions):
        if after is not None and fitted[index] is not None:
            fitted[index] = fit(fitted[index], after.shapes[number], node, index)
    return fitted


def _look_for_nan(node: Node, found: Sequence[Gradient]) -> None:
    for number, grad in enumerate(found):
        if grad is not None and np.isnan(shown(grad)._array).any():
            if thread.now.observer is not None:
                given = (None if g is None else shown(g)._array.copy() for g in found)
                thread.now.observer(NodeRan((node, *given)))
            raise RuntimeError(
                f"Function '{node.name()}' returned nan values in its {number}th "
                "output."
            )
