"""Sentences about exceptions: what autograd refused, whose doing it was, and why."""

from __future__ import annotations

import ast
import re

from ..snapshot import SavedState, TensorState
from ..trace.model import ErrorState
from .history import Moment
from .operations import OFF
from .words import Segments, fit, say

#: What is said of a refusal; `{}` is the tensor that it is about.
_SAID = {
    "view of leaf": "This writes into a view of a leaf that requires grad, and so into "
    "the leaf itself. In grad mode that is refused; under `no_grad()` it is allowed.",
    "leaf in-place": "{} is a leaf that requires grad. Writing into it in grad mode "
    "would change the point where its gradient is asked for; under `no_grad()` it is "
    "allowed.",
    "integer": "Only floating point tensors can require grad: between whole numbers "
    "there is no slope. Write `1.` instead of `1`, for instance.",
    "not a number": "A walk back starts with a 1 for a single number; {} holds "
    "several. Make one of them, with `.sum()`, or pass `gradient=`.",
    "gradient's shape": "A gradient that is passed in says for each element of {} how "
    "much it counts, so it must have the same shape.",
    "returned gradient": "A Function's `backward()` returns a gradient for each input, "
    "each of the shape of its input.",
    "flag": "Only a leaf may have its `requires_grad` changed; {} was computed, so its "
    "inputs decide. `.detach()` gives one that requires no grad.",
    "not differentiated": "{} requires no grad, so nothing was recorded for it and "
    "there is no gradient to ask for.",
    "not used": "No recorded path leads from what is differentiated back to {}. With "
    "`allow_unused=True` its gradient would be None.",
    "view under no_grad": "{} is a view made with grad mode off, so autograd doesn't "
    "know how it hangs on its base. Make it in grad mode, or write to it under "
    "`no_grad()` too.",
    "one of several views": "{} is one of several views that one operation returned, "
    "and a write into one of those can't be recorded. Take it by an index instead, or "
    "clone it.",
    "inference saved": "{} was made in inference mode, where no versions are counted, "
    "so a graph may not save it. Clone it first, or make it under `no_grad()` instead.",
    "inference written": "{} was made in inference mode, where no versions are "
    "counted, so a write would go unnoticed. Outside that mode, write into a clone.",
    "inference flag": "{} was made in inference mode and can't require grad outside "
    "it. A clone can.",
    "numpy": "{} requires grad, and what NumPy does with it couldn't be recorded. "
    "`.detach().numpy()` says that this is meant.",
    "nothing to keep": "{} requires no grad, so no gradient will come to it that could "
    "be kept.",
    "nothing to hook": "{} requires no grad, so no gradient will come to it and the "
    "hook would never run.",
    "history copied": "{} was computed, and its history can't be copied with it. "
    "`.detach().clone()` copies the numbers alone.",
    "result optimized": "{} was computed, so its `.grad` stays None and a step would "
    "not reach what it was made from. An optimizer takes leaves.",
}


#: A full stop before a space, or after a plain word where the space is missing.
#: How long a message may be that we have no words of our own for.
_WORDS = 30
_SENTENCE_END = re.compile(r"(?<!\.)\.(?= )|(?<!\S)[^\s.]+\.(?=[A-Z][a-z]+ )")


def failed(moment: Moment) -> Segments:
    """Say what went wrong, why, and whether the program caught it.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("1 / 0"))
    >>> failed(now)[-1]
    ['text', ': division by zero.']
    """
    error = moment.step.error
    if error is None:
        return say("{:e}", "Error.")
    if moment.step.action == "raised again":
        return say(
            "{:e} Nothing handled it in there, so it goes on to the line that called.",
            "The error goes on.",
        )
    caught = say("It is caught, so the program goes on.")
    return fit(
        say("{:e}", "Error."),
        _reason(moment, error),
        caught if error.caught else [],
        limit=42,
    )


def _reason(moment: Moment, error: ErrorState) -> Segments:
    match error.kind:
        case "modified":
            return _modified(moment, error)
        case "freed":
            return _freed(moment, error)
        case "no grad_fn":
            return _no_grad_fn(moment, error)
        case kind if kind in _SAID:
            return say(_SAID[kind], _about(moment, error))
        case _:
            return _other(moment, error)


def refused(kind: str) -> Segments:
    """Say why autograd refused something, of a tensor that isn't known; or nothing.

    >>> refused("integer")[0][1][:39]
    'Only floating point tensors can require'
    >>> refused("other")
    []
    """
    return say(_SAID[kind], say("the tensor")) if kind in _SAID else []


def _about(moment: Moment, error: ErrorState) -> Segments:
    key = error.culprit_tensor
    return say("this tensor") if key is None else moment.name(key)


def _culprit(moment: Moment, error: ErrorState) -> SavedState | None:
    node = moment.past.node(error.culprit_node, moment.index)
    fields = node.saved if node is not None else ()
    return next((item for item in fields if item.field == error.culprit_field), None)


def _node_name(moment: Moment, error: ErrorState) -> Segments:
    node = moment.past.node(error.culprit_node or moment.step.node, moment.index)
    return say("{}", node.name) if node is not None else say("A node")


def _modified(moment: Moment, error: ErrorState) -> Segments:
    saved = _culprit(moment, error)
    key = error.culprit_tensor or (saved.tensor if saved is not None else None)
    who = moment.name(key) if moment.now(key) is not None else say("a tensor")
    if key is None and (error.culprit_field or "").startswith("result"):
        who = say("its own result")
    line = f" on line {error.saved_line}" if error.saved_line else ""
    changer = f"line {error.changed_line}" if error.changed_line else "a later line"
    versions = ("", f"{changer} wrote into it")
    if saved is not None and saved.now is not None:
        versions = (f" at version {saved.version}", f"{changer} made it {saved.now}")
    node = _node_name(moment, error)
    what = say(
        "{} saved {}{:t}{:t}, but {:t}.", node, who, versions[0], line, versions[1]
    )
    return fit(
        what,
        say(
            "The old values are gone, so PyTorch stops rather than give a wrong "
            "gradient."
        ),
        limit=42,
    )


def _freed(moment: Moment, error: ErrorState) -> Segments:
    line = f" on line {error.changed_line}" if error.changed_line else ""
    node, bridge = _node_name(moment, error), _bridge(moment, error.culprit_node)
    if bridge is not None:
        return say(
            "{} needs what it saved, but the backward{:t} before this one freed it. "
            "The way there leads through {}, older than that: make it anew, or cut it "
            "off with `.detach()`.",
            node,
            line,
            moment.name(bridge),
        )
    return say(
        "{} needs what it saved, but the backward{:t} before this one freed it to save "
        "memory. There, `retain_graph=True` would have kept it.",
        node,
        line,
    )


def _bridge(moment: Moment, freed: str | None) -> str | None:
    """Find the tensor by which newer operations hang on a graph freed before them.

    A hidden state or a running sum that a loop takes from turn to turn is one.
    """
    when = moment.past.released(freed)
    if when is None:
        return None
    ran = set(moment.past.walks[moment.index].nodes)
    for step, made in moment.past.since(when):
        if made.node not in ran:
            continue
        for item in made.inputs:
            tensor = moment.past.tensor(item.tensor, step - 1)
            if tensor and freed in moment.past.behind(tensor.grad_fn, step - 1):
                return tensor.id
    return None


def _no_grad_fn(moment: Moment, error: ErrorState) -> Segments:
    tensor = moment.now(error.culprit_tensor)
    if tensor is None:
        return say(
            "What `backward()` starts from requires no grad and has no "
            "`grad_fn`: there is no recorded way to walk back."
        )
    return say(
        "{} requires no grad and has no `grad_fn`, so there is no way to walk back. {}",
        moment.name(tensor.id),
        _why_not_recorded(moment, tensor),
    )


def _why_not_recorded(moment: Moment, tensor: TensorState) -> Segments:
    """Find, going back, an operation that could have been recorded and wasn't."""
    seen: set[str] = set()
    queue = [tensor.id]
    while queue:
        key = queue.pop()
        state = moment.now(key)
        made = moment.past.operation(state.made_by if state else None, moment.index)
        if made is None or key in seen:
            continue
        seen.add(key)
        if made.reason in OFF and made.site is not None:
            return say("Line {:t} ran with grad mode off.", str(made.site.line))
        if made.reason in ("detach", ".data") and made.site is not None:
            return say("Line {:t} cut the link.", str(made.site.line))
        queue.extend(item.tensor for item in made.inputs if item.tensor is not None)
    made = moment.past.operation(tensor.made_by, moment.index)
    if made is not None and made.creates:
        return say("It was made without `requires_grad=True`.")
    return say("Nothing it was made from requires grad.")


def _other(moment: Moment, error: ErrorState) -> Segments:
    first = beginning(error.message)
    if not first:
        return say("{}, without a message.", error.type)
    told = say("{}: {:t}", error.type, first)
    more = _no_grad_there(moment) if "'NoneType'" in first else []
    return fit(told, more or _node_called(moment, error))


def _node_called(moment: Moment, error: ErrorState) -> Segments:
    """Say what `y.grad_fn()` calls: the documents write it so, and it is a node."""
    code = moment.past.code(moment.step.part or moment.step.site)
    if error.type != "TypeError" or not code.endswith(".grad_fn()"):
        return []
    return say(
        "{} is an attribute: the node. To call it is to run its backward formula, "
        "which needs a gradient.",
        code.removesuffix("()"),
    )


def _no_grad_there(moment: Moment) -> Segments:
    """Say why a `.grad` is None that the failing line takes for a tensor."""
    asked = {
        ast.unparse(node.value)
        for node in ast.walk(moment.statement or ast.Module([], []))
        if isinstance(node, ast.Attribute) and node.attr == "grad"
    }
    for tensor in moment.past.tensors(moment.index):
        name = next((name for name in tensor.names if name in asked), None)
        if name is None or tensor.grad is not None:
            continue
        if tensor.requires_grad and not tensor.is_leaf and not tensor.retains_grad:
            return say(
                "{} is None: {} isn't a leaf, and its gradient isn't kept unless "
                "`retain_grad()` is called before backward.",
                f"{name}.grad",
                name,
            )
        if not tensor.requires_grad:
            return say("{} is None: {} requires no grad.", f"{name}.grad", name)
        return say("{} is None: no gradient has come to {}.", f"{name}.grad", name)
    return []


def beginning(message: str) -> str:
    """Return a message's first sentences, 30 words at most; a long one is cut.

    >>> beginning("It broke. Hint: mend it.")
    'It broke. Hint: mend it.'
    >>> beginning("It takes a torch.nn.Parameter or None")
    'It takes a torch.nn.Parameter or None.'

    What turns the direction of letters would turn the sentence, too:

    >>> beginning(f"It {chr(0x202E)}broke")
    'It broke.'
    """
    message = "".join(c if c.isprintable() or c == "\n" else " " for c in message)
    line, _, rest = message.strip().partition("\n")
    line = line.rstrip(", ")
    if line.endswith(":"):  # a heading: what is wrong stands under it
        line = f"{line} {rest.strip().partition(chr(10))[0]}".strip()
    told: list[str] = []
    while line:
        end = _SENTENCE_END.search(line)
        words = line[: end and end.end()].split()
        if told and len(told) + len(words) > _WORDS:
            break
        told, line = told + words, line[end.end() :].strip() if end else ""
    stop = "" if not told or told[-1][-1] in ".!?:…" else "."
    return " ".join(told[:_WORDS]) + (" …" if len(told) > _WORDS else stop)
