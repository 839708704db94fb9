"""What a node gives on its way: fitted, added up where it goes, versions counted."""

from __future__ import annotations

from collections.abc import Sequence
from sys import getrefcount
from typing import TYPE_CHECKING, Any

from numpy import asarray, generic, ndarray

from .boxes import BUMPS, GRAD, KIND, SHAPE, WAITING, place_of
from .events import NodeRan, Observer, silence
from .fitting import fit
from .graph import Gradient, Node
from .lying import ITERATED, relaid
from .storage import owner
from .tensor import Tensor
from .travelling import kept

if TYPE_CHECKING:
    from .engine import Pass

_new_tuple = tuple.__new__


def carry(
    targets: Sequence[Any],
    grads: Sequence[Gradient],
    found: Sequence[Gradient],
    writes: Sequence[int],
    run: Pass,
) -> None:
    """Let a gradient that is passed on, or looked at anew, keep its version."""
    for before, times in zip(grads, writes, strict=True):
        if not times:
            continue
        for target, grad in zip(targets, found, strict=True):
            passed_on = grad is before or _looks_at(grad, before)
            if passed_on and target is not None:
                after, number = target if type(target) is tuple else (target, 0)
                place = place_of(run.inbox[after], number)
                if place[GRAD] is None:
                    place[BUMPS] = max(place[BUMPS], times)


def _looks_at(grad: Gradient, before: Gradient) -> bool:
    """Return True if a gradient is a view of another, however it was made."""
    if not isinstance(grad, ndarray) or not isinstance(before, ndarray):
        return grad is not None and grad.base is before
    if grad.base is before.base is None:
        return False
    return owner(grad) is owner(before)


def count_writes(node: Node, found: Sequence[Gradient], run: Pass) -> None:
    """Let gradients that PyTorch fills in place arrive with the version that gives."""
    each = node.writes
    for i, ((after, number), grad) in enumerate(
        zip(node.next_functions, found, strict=True)
    ):
        if after is None or grad is None or grad.shape != after.shapes[number][0]:
            continue
        place = place_of(run.inbox[after], number)
        times = each if isinstance(each, int) else each[i]
        if isinstance(grad, Tensor):
            handed_on = grad._requires_grad and grad._grad_fn is None
            if grad._counter is not None and not handed_on:
                grad._counter[0] = times
                if grad._base is not None:
                    grad._made_version = times
        elif place[GRAD] is None:
            place[BUMPS] = times


def settle(
    node: Node,
    targets: Sequence[Any],
    found: list[Gradient],
    run: Pass,
    observer: Observer | None = None,
) -> None:
    """Fit each gradient to where it goes, add it there, and see who is ready."""
    add, inbox = run.add, run.inbox
    told: Any = None if observer is None else [node]
    found.reverse()
    for target in targets:
        # Taken out of the list, so that only those who keep it count as its holders.
        grad = found.pop()
        box: Any = inbox.get(target)
        place = box
        if box is None:
            if target is None:
                if told is not None:
                    told.append(None)
                continue
            target, number = target
            box = inbox[target]
            place = place_of(box, number)
        if grad is not None:
            if type(grad) is not ndarray and isinstance(grad, generic):
                grad = asarray(grad)
            before = place[GRAD]
            if grad.dtype is not place[KIND] or grad.shape != place[SHAPE]:
                index = len(targets) - len(found) - 1
                grad = fit(grad, (place[SHAPE], place[KIND]), node, index)
                if before is None:  # a sum, or of another type: new memory
                    place[BUMPS] = 0
            if before is None:
                place[GRAD] = grad
            elif (
                type(before) is ndarray
                and before.base is None
                and ((held := getrefcount(before)) <= 3 or held <= 3 + kept(before))
            ):
                # Nobody but `place` and `before` holds it.
                add(before, grad, before)
                place[BUMPS] += 1
            else:
                add_to(place, grad, run)
            del before
        if told is not None:
            # A copy: whoever keeps it must not change who else holds a gradient.
            told.append(grad.tobytes() if type(grad) is ndarray else _copied(grad))
        # Else the name would count as a holder while the next one is added.
        del grad
        if box[WAITING] > 1:
            box[WAITING] -= 1
        elif run.next is None and not run.ready:
            run.next = target
        else:
            run.queue(target)
    if observer is not None:
        observer(_new_tuple(NodeRan, told))


def _copied(grad: Gradient) -> Gradient:
    """Return a copy of what lies elsewhere than on the CPU; a tensor as it is."""
    return grad.copy() if isinstance(grad, ndarray) else grad


def add_to(place: list[Any], grad: Gradient, run: Pass) -> None:
    """Replace a gradient that others hold too by a sum."""
    if isinstance(grad, Tensor):
        with silence():
            place[GRAD] = place[GRAD] + grad
    else:
        before = place[GRAD]
        total = asarray(run.add(before, grad))
        if not (before.flags.c_contiguous and grad.flags.c_contiguous):
            total = relaid(total, (before, grad), ITERATED)
        place[GRAD] = total
        place[BUMPS] = 0
