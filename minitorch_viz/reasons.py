"""Why backward fails, or a gradient is missing: said of live tensors and of errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

from .capture.snapshots import adapters, snapshot
from .explain import sentence
from .explain.history import Moment
from .explain.words import plain
from .snapshot import NodeState, SavedState, Snapshot, TensorState
from .trace.model import Trace

_MODIFIED = re.compile(
    r"modified by an inplace operation: \[[\w.]*Tensor \[([\d, ]*)\]\].*? is at "
    r"version (\d+); expected version (\d+)"
)
_FREED = "Trying to backward through the graph a second time"
_UNRECORDED = "does not require grad and does not have a grad_fn"


class Answer(str):
    """A text that shows itself as it reads.

    >>> Answer("Because.")
    Because.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def why(thing: Any) -> Answer:
    """Say why backward fails or a gradient is missing, without running anything again.

    `thing` is a trace (of `mv.step`, or `_trace` after `%%step`), whose error is told
    with the lines that saved and modified; an exception; or a tensor.

    Raises:
        TypeError: if it is none of them.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> why(x * 2)
    It isn't a leaf, so its .grad stays None unless retain_grad() is called first.
    """
    if isinstance(thing, Trace):
        return Answer(_of_trace(thing))
    if isinstance(thing, BaseException):
        return Answer(_of_error(thing))
    if any(engine.is_tensor(thing) for engine in adapters()):
        return Answer(" ".join(_of_tensor(thing, sys._getframe(1))))
    raise TypeError(
        f"why() takes a tensor, an exception or a trace, got {type(thing).__name__}"
    )


def _of_trace(trace: Trace) -> str:
    failed = [step.index for step in trace.steps if step.error is not None]
    if not failed:
        return "Nothing failed in this run."
    told = plain(sentence(Moment.of(trace, failed[-1])))
    error = trace.steps[failed[-1]].error
    lines = [] if error is None else [error.saved_line, error.changed_line]
    if error is None or None in lines:
        return told
    done = "modified" if error.kind == "modified" else "freed"
    return f"{told} It was saved in line {lines[0]} and {done} in line {lines[1]}."


def _of_error(error: BaseException) -> str:
    text = str(error)
    found = _MODIFIED.search(text)
    if found is not None:
        shape = tuple(int(n) for n in found[1].split(",") if n.strip())
        now, then = int(found[2]), int(found[3])
        names = sorted(set(_fitting(error, shape, now)))
        fits = f" That fits {' and '.join(f'`{n}`' for n in names)}." if names else ""
        return (
            f"A tensor of shape {list(shape)} was saved for backward at version {then} "
            f"and is at version {now} now: something wrote into it in between.{fits} "
            "Compute a new tensor instead of writing into that one; run the code "
            "with %%step to see the lines."
        )
    if _FREED in text:
        return (
            "A backward pass has been through this graph before and has freed what it "
            "saved. Compute anew, or detach(), what the second one took over from the "
            "work before: in a loop, a hidden state or a sum of losses. Where both are "
            "to walk the same graph, pass retain_graph=True to the first one."
        )
    if _UNRECORDED in text:
        return (
            "Backward starts at a tensor that nothing was recorded for: no input "
            "required grad, or it was computed under no_grad or after detach()."
        )
    return f"This isn't autograd's refusal: {type(error).__name__}: {text}"


def _fitting(error: BaseException, shape: tuple[int, ...], now: int) -> Iterator[str]:
    """Names of tensors, on the way of an exception, that it may speak of."""
    traceback = error.__traceback__
    while traceback is not None:
        for name, tensor in _tensors(traceback.tb_frame).items():
            inference = tensor.is_inference()
            same = tuple(tensor.shape) == shape and not inference
            if same and tensor._version == now:
                yield name
        traceback = traceback.tb_next


def _tensors(frame: FrameType) -> dict[str, Any]:
    """The tensors that a frame can name."""
    engines = adapters()
    names = {**frame.f_globals, **frame.f_locals}
    return {
        name: value
        for name, value in names.items()
        if not name.startswith("_") and any(e.is_tensor(value) for e in engines)
    }


def _of_tensor(tensor: Any, frame: FrameType) -> Iterator[str]:
    named = _tensors(frame)
    seen = snapshot(**{**named, "_": tensor})
    state = next(s for s in seen.tensors.values() if "_" in s.names)
    troubles = [t for n in _behind(state, seen) for t in _troubles(n, seen)]
    if state.invalid:
        yield "It is a view that was written to under no_grad: autograd refuses it."
    elif not state.requires_grad:
        yield (
            "It doesn't require grad: nothing was recorded for it, its .grad stays "
            "None, and backward() can't start there."
        )
    elif not state.is_leaf and not state.retains_grad:
        yield (
            "It isn't a leaf, so its .grad stays None unless retain_grad() is called "
            "first."
        )
    elif state.grad is None:
        yield "No backward pass has reached it yet, so its .grad is None."
    elif not troubles:
        yield "Nothing is wrong: it has a .grad, and backward could run again."
    yield from troubles


def _behind(tensor: TensorState, seen: Snapshot) -> list[NodeState]:
    """The nodes behind a tensor."""
    found: dict[str, NodeState] = {}
    waiting = [tensor.grad_fn]
    while waiting:
        node = seen.nodes.get(waiting.pop() or "")
        if node is not None and node.id not in found:
            found[node.id] = node
            waiting.extend(edge.node for edge in node.edges)
    return list(found.values())


def _troubles(node: NodeState, seen: Snapshot) -> Iterator[str]:
    if node.released:
        yield (
            f"{node.name} has freed what it saved: a backward pass has been there, and "
            "another one raises."
        )
        return
    for saved in node.saved:
        if saved.version is not None and saved.now != saved.version:
            yield (
                f"Backward raises: {node.name} saved {_name(saved, seen)} at version "
                f"{saved.version}, and it is at version {saved.now} now."
            )


def _name(saved: SavedState, seen: Snapshot) -> str:
    tensor = seen.tensors.get(saved.tensor or "")
    names = tensor.names if isinstance(tensor, TensorState) else ()
    names = tuple(name for name in names if name != "_")
    return f"`{names[0]}`" if names else f"its `{saved.field}`"
