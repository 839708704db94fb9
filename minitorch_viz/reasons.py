"""Why backward fails, or a gradient is missing: said of live tensors and of errors."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Container, Iterator
from types import FrameType, ModuleType
from typing import Any

from .capture.snapshots import adapters, snapshot, tensors_in
from .explain import sentence
from .explain.errors import refused
from .explain.history import Moment
from .explain.words import plain
from .snapshot import NodeState, SavedState, Snapshot, TensorState
from .trace.blame import refusal
from .trace.model import Trace

_MODIFIED = re.compile(
    r"modified by an inplace operation: \[[\w.]*Tensor \[([\d, ]*)\]\].*? is at "
    r"version (\d+); expected version (\d+)"
)
_FREED = "Trying to backward through the graph a second time"
_UNRECORDED = "does not require grad and does not have a grad_fn"
#: What was modified may be a matrix that was saved transposed, as by a linear layer.
_TRANSPOSED = re.compile(r"which is output 0 of (T|AsStrided)(Backward0)?,")
_GRAD = re.compile(r"(\w+)\.grad\b")


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
        shapes = {shape, shape[::-1]} if _TRANSPOSED.search(text) else {shape}
        names = sorted(set(_fitting(error, shapes, now)))
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
    found_kind = refusal(type(error).__name__, text)
    known = plain(refused(found_kind.kind)) if found_kind is not None else ""
    told = f"{type(error).__name__}: {text}"
    return known[:1].upper() + known[1:] or " ".join([told, *_missing(error, text)])


def _missing(error: BaseException, text: str) -> Iterator[str]:
    """Say why a `.grad` is None that the failing line takes for a tensor."""
    if "'NoneType'" not in text:
        return
    for frame, line in _frames(error):
        for name in dict.fromkeys(_GRAD.findall(line)):
            tensor = _tensors(frame).get(name)
            given = [e.grad(tensor) for e in adapters() if e.is_tensor(tensor)]
            if given == [None]:
                yield f"`{name}.grad` is None. {' '.join(_of_tensor(tensor, frame))}"


def _frames(error: BaseException) -> Iterator[tuple[FrameType, str]]:
    """The program's frames on the way of an exception, and the line of each."""
    walked = traceback.walk_tb(error.__traceback__)
    lines = traceback.extract_tb(error.__traceback__)
    for (frame, _), summary in zip(walked, lines, strict=True):
        module = str(frame.f_globals.get("__name__"))
        if module.partition(".")[0] not in ("minitorch_viz", "torch"):
            yield frame, summary.line or ""


def _fitting(
    error: BaseException, shapes: Container[tuple[int, ...]], now: int
) -> Iterator[str]:
    """Names of tensors, on the way of an exception, that it may speak of."""
    for frame, _ in _frames(error):
        for name, tensor in _tensors(frame).items():
            same = tuple(tensor.shape) in shapes and not tensor.is_inference()
            if same and tensor._version == now:
                yield name


def _tensors(frame: FrameType) -> dict[str, Any]:
    """The tensors that a frame can name, and those of its modules."""
    names = {**frame.f_globals, **frame.f_locals}
    found: dict[int, tuple[str, Any]] = {}
    for name, value in names.items():
        if name.startswith("_") or isinstance(value, type | ModuleType):
            continue
        for way, tensor in tensors_in(value):
            called = found.get(id(tensor), (name + way, tensor))[0]
            found[id(tensor)] = min(called, name + way, key=len), tensor
    return dict(found.values())


def _of_tensor(tensor: Any, frame: FrameType) -> Iterator[str]:
    named = _tensors(frame)
    seen = snapshot(**{**named, "_": tensor})
    state = next(s for s in seen.tensors.values() if "_" in s.names)
    troubles = _troubles(_behind(state, seen), seen)
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


def _troubles(nodes: list[NodeState], seen: Snapshot) -> list[str]:
    """What makes backward raise, each said once."""
    freed = list(dict.fromkeys(node.name for node in nodes if node.released))
    told = []
    if freed:
        has, it = ("has", "it") if len(freed) == 1 else ("have", "they")
        told.append(
            f"{' and '.join(freed)} {has} freed what {it} saved: a backward pass has "
            "been there, and another one raises."
        )
    told += (
        f"Backward raises: {node.name} saved {_name(saved, seen)} at version "
        f"{saved.version}, and it is at version {saved.now} now."
        for node in nodes
        for saved in node.saved
        if not node.released and saved.now != saved.version
    )
    return list(dict.fromkeys(told))


def _name(saved: SavedState, seen: Snapshot) -> str:
    tensor = seen.tensors.get(saved.tensor or "")
    base = seen.tensors.get(tensor.view_of or "") if tensor is not None else None
    for state, what in ((tensor, ""), (base, "a view of ")):
        names = [n for n in state.names if n != "_"] if state is not None else []
        if names:
            return f"{what}`{names[0]}`"
    return f"its `{saved.field}`"
