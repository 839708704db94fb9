"""Question cards: what to ask of a trace, its right answer, and likely wrong ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from .explain import sentence
from .explain.history import History, Moment
from .explain.words import Segments, say
from .snapshot import TensorState
from .trace.model import Step, Trace

_ATTRIBUTES = (
    "grad",
    "requires_grad",
    "is_leaf",
    "grad_fn",
    "_version",
    "retains_grad",
)
_FLAGS = ("requires_grad", "is_leaf", "retains_grad")
_MOST = 4
_ERRORS = ("error", "an error", "it raises an error")
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")
_SHAPE = re.compile(r"[\dx]+ numbers \(|all (?=\S+ \()")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A name or `error`, the attribute asked for ("" is the value), and its states."""

    about: str
    name: str
    attribute: str
    states: tuple[str | None, ...]
    #: The tensor that had the name at each step: another one is another answer.
    owners: tuple[str | None, ...]

    @property
    def answer(self) -> str:
        """The last state that was there."""
        return next(state for state in reversed(self.states) if state is not None)


def question(trace: Trace, about: str, choices: Sequence[str] = ()) -> dict[str, Any]:
    """Return a question card about the end of a trace, as plain data for the player.

    The right answer comes from the trace, so it stays right when the program changes;
    it is always among the choices.

    Args:
        trace: The program's run.
        about: `x.grad`, `x.requires_grad`, `x.is_leaf`, `x.grad_fn`, `x._version`,
            `x.retains_grad`, `x` (its value) or `error`.
        choices: What to offer; likely answers are found in the trace if none are given.

    >>> question(Trace(source="", steps=(Step(0, "statement", "start"),)), "error")[
    ...     "answer"
    ... ]
    'no error'
    """
    failed = next((step for step in trace.steps if step.error is not None), None)
    given = list(dict.fromkeys(text.strip() for text in choices if text.strip()))
    refused = next((text for text in given if text in _ERRORS), None)
    past = History(trace)
    asked = None if about == "error" else _asked(past, about)
    if failed is not None and (refused or asked is None):
        answer, tell = refused or _error_text(failed), failed.index
    elif asked is None:
        answer, tell = "no error", len(trace.steps) - 1
    else:
        answer, tell = asked.answer, _tell(past, asked)
    likely = given or (_likely(past, asked) if asked else _suspects(past, answer))
    why = _why_none(past, asked) if asked and answer == asked.answer else []
    answer, offered = _with_answer(answer, likely, trace.source + about)
    return {
        "ask": _wording(asked),
        "choices": offered,
        "answer": answer,
        "from": 0,  # a guess comes before anything has run
        "tell": tell,
        "why": why or sentence(Moment(past, trace.steps[tell])),
    }


def _wording(asked: _Asked | None) -> Segments:
    if asked is None:
        return say("Will this program raise an error?")
    if asked.attribute == "":
        return say("What will {} hold at the end?", asked.name)
    return say("What will {} be at the end?", asked.about)


def _asked(past: History, about: str) -> _Asked:
    name, _, attribute = about.rpartition(".")
    if attribute not in _ATTRIBUTES:
        name, attribute = about, ""
    states = tuple(_states(past, name, attribute))
    if any(state is not None for state in states):
        found = (_owner(past, name, step.index) for step in past.trace.steps)
        owners = tuple(None if owner is None else owner.id for owner in found)
        return _Asked(about, name, attribute, states, owners)
    names = {n for step in past.trace.steps for n in _names(step) if ".grad" not in n}
    raise ValueError(
        f"ask is about a tensor that the program names, or 'error'; got {about!r}. "
        f"Names: {', '.join(sorted(names)) or 'none'}. "
        f"What can be asked of x: x, {', '.join('x.' + a for a in _ATTRIBUTES)}"
    )


def _names(step: Step) -> Iterator[str]:
    for state in (step.changes or {}).values():
        if isinstance(state, TensorState):
            yield from state.names


def _states(past: History, name: str, attribute: str) -> Iterator[str | None]:
    """Yield how the asked thing reads at each step; None while it has no name."""
    for step in past.trace.steps:
        owner = _owner(past, name, step.index)
        yield None if owner is None else _read(past, owner, attribute, step.index)


def _owner(past: History, name: str, index: int) -> TensorState | None:
    found = (tensor for tensor in past.tensors(index) if name in tensor.names)
    return next(found, None)


def _read(past: History, tensor: TensorState, attribute: str, index: int) -> str:
    if attribute == "":
        return past.text(tensor.value)
    if attribute == "grad":
        grad = past.tensor(tensor.grad, index)
        return "None" if grad is None else past.text(grad.value)
    if attribute == "grad_fn":
        node = past.node(tensor.grad_fn, index)
        return "None" if node is None else node.name
    if attribute == "_version":
        return str(tensor.version)
    return str(getattr(tensor, attribute))


def _tell(past: History, asked: _Asked) -> int:
    """Return the step at which the answer is final, and a doubter would believe it."""
    states = asked.states
    last = max(i for i, state in enumerate(states) if state is not None)
    final = last
    now = (asked.answer, asked.owners[last])
    while final > 0 and (states[final - 1], asked.owners[final - 1]) == now:
        final -= 1
    born = next(i for i, state in enumerate(states) if state is not None)
    # What could still have changed it, and didn't: a write into it; and, if nothing
    # ever did, any walk back (for a gradient) or write (for a value).
    rest = past.trace.steps[final : last + 1]
    tried = [step.index for step in rest if _wrote_into(past, step, asked.name)]
    if final == born and asked.attribute == "grad":
        tried += [step.index for step in rest if _walked(past, step)]
    if final == born and asked.attribute in ("", "_version"):
        tried += [step.index for step in rest if _wrote(past, step)]
    return max([final, *tried])


def _wrote_into(past: History, step: Step, name: str) -> bool:
    operation = past.operation(step.operation, step.index)
    owner = _owner(past, name, step.index)
    if operation is None or not operation.inplace or owner is None:
        return False
    written = [past.tensor(key, step.index) for key in operation.outputs]
    return any(tensor and tensor.storage == owner.storage for tensor in written)


def _walked(past: History, step: Step) -> bool:
    return step.kind in ("backward", "accumulate", "error")


def _wrote(past: History, step: Step) -> bool:
    operation = past.operation(step.operation, step.index)
    return step.kind == "error" or (operation is not None and operation.inplace)


def _why_none(past: History, asked: _Asked) -> Segments:
    """Say why a grad is still None at the end: nobody's step tells that."""
    if asked.attribute != "grad" or asked.answer != "None":
        return []
    last = len(past.trace.steps) - 1
    owner = _owner(past, asked.name, last)
    if owner is None:
        return []
    if not owner.requires_grad:
        return say("{} requires no grad, so no gradient is kept for it.", asked.name)
    if not owner.is_leaf and not owner.retains_grad:
        return say(
            "{} isn't a leaf: its gradient passed through on the way back and "
            "wasn't kept.",
            asked.name,
        )
    if past.trace.steps[last].error is not None:
        return []
    if not any(_walked(past, step) for step in past.trace.steps):
        return say("Nobody called `backward()`, so no gradient was computed.")
    return say("No recorded path led back to {}.", asked.name)


# ---- choices


def _with_answer(answer: str, offered: list[str], seed: str) -> tuple[str, list[str]]:
    """Return the answer as the choices write it; put it among them if it is missing."""
    for choice in offered:
        if _same(choice, answer):
            return choice, offered
    place = crc32(seed.encode()) % (len(offered) + 1)
    return answer, [*offered[:place], answer, *offered[place:]]


def _same(choice: str, answer: str) -> bool:
    """Compare as a reader would: `2.0` is `2.`, `tensor([1.])` is `[1.]`."""
    choice, answer = (_bare(text) for text in (choice, answer))
    if choice == answer:
        return True
    try:
        return bool(ast.literal_eval(choice) == ast.literal_eval(answer)) and (
            "True" not in choice + answer and "False" not in choice + answer
        )
    except (ValueError, SyntaxError):
        return False


def _bare(text: str) -> str:
    text = "".join(text.split()).strip("<>")
    if text.startswith("tensor(") and text.endswith(")"):
        text = text[len("tensor(") : -1]
    return text


def _likely(past: History, asked: _Asked) -> list[str]:
    """Find likely answers in the trace: what a misunderstanding would give."""
    if asked.attribute in _FLAGS:
        return ["True", "False"]
    if asked.attribute == "grad_fn":
        wrong = ["None", *_node_names(past, asked)]
    elif asked.attribute == "_version":
        now = int(asked.answer) if asked.answer.isdigit() else 0
        wrong = [str(n) for n in (0, now + 1, now - 1, now + 2) if n >= 0]
    elif asked.attribute == "grad":
        wrong = ["None", *_other_gradients(past, asked), *_other_numbers(past, asked)]
    else:
        wrong = [*_earlier(asked), *_other_numbers(past, asked)]
    fresh = [text for text in dict.fromkeys(wrong) if not _same(text, asked.answer)]
    offered = [asked.answer, *fresh[: _MOST - 1]]
    if asked.attribute == "_version":
        return sorted(offered, key=int)
    return sorted(offered, key=lambda text: crc32((past.trace.source + text).encode()))


def _node_names(past: History, asked: _Asked) -> list[str]:
    last = len(past.trace.steps) - 1
    nodes = (past.node(operation.node, last) for operation in past.operations())
    found = [
        node.name for node in nodes if node is not None and node.name != asked.answer
    ]
    return [*dict.fromkeys(found[::-1]), "AccumulateGrad"]


def _earlier(asked: _Asked) -> list[str]:
    seen = dict.fromkeys(state for state in asked.states if state is not None)
    return [state for state in reversed(seen) if state != asked.answer]


def _other_gradients(past: History, asked: _Asked) -> list[str]:
    """What the gradient would be if some path, or some backward, didn't count."""
    last = len(past.trace.steps) - 1
    owner = _owner(past, asked.name, last)
    arrived = [
        past.text(gradient.value)
        for step in past.trace.steps
        for gradient in step.gradients
        if gradient.value is not None and owner is not None
        if _leads_to(past, gradient.node, owner, last)
    ]
    return [*_earlier(asked), *arrived[::-1]]


def _leads_to(past: History, node: str | None, owner: TensorState, index: int) -> bool:
    state = past.node(node, index)
    return state is not None and owner.id == state.variable


def _other_numbers(past: History, asked: _Asked) -> list[str]:
    """The same shape with other numbers: doubled, ones, zeros, the tensor's own."""
    owner = _owner(past, asked.name, len(past.trace.steps) - 1)
    own = "" if owner is None else past.text(owner.value)
    model = own if asked.answer == "None" else asked.answer
    doubled = rewrite(model, lambda number: 2 * number)
    ones, zeros = rewrite(model, lambda _: 1.0), rewrite(model, lambda _: 0.0)
    return [text for text in (doubled, ones, zeros, own) if text]


def rewrite(text: str, change: Callable[[float], float]) -> str:
    """Change each number of a one-line value, leaving its form (and shape) as it is.

    >>> rewrite("[1., 2.5]", lambda number: 2 * number)
    '[2., 5.]'
    >>> rewrite("3x4 numbers (-1 … 2)", lambda number: number + 1)
    '3x4 numbers (0 … 3)'
    >>> rewrite("all 1. (3x4)", lambda number: number + 1)
    'all 2. (3x4)'
    """
    shape = _SHAPE.match(text)
    start = shape.end() if shape else 0

    def write(match: re.Match[str]) -> str:
        number = change(float(match[0]))
        if "." not in match[0]:
            return f"{number:g}"
        return f"{number:.4f}".rstrip("0")

    end = text.index(" (") if text.startswith("all ") else len(text)
    return text[:start] + _NUMBER.sub(write, text[start:end]) + text[end:]


# ---- does it raise?


def _error_text(step: Step) -> str:
    site = (step.error.site if step.error else None) or step.site
    return f"an error on line {site.line}" if site is not None else "an error"


def _suspects(past: History, answer: str) -> list[str]:
    """Offer the lines where autograd could refuse: a write in place, a walk back."""
    lines = {
        step.site.line
        for step in past.trace.steps
        if step.site is not None and (_walked(past, step) or _wrote(past, step))
    }
    wrong = [f"an error on line {line}" for line in sorted(lines)]
    kept = [text for text in wrong if text != answer][-2:]
    return sorted(
        {"no error", answer, *kept}, key=lambda text: (text != "no error", text)
    )
