"""Sentences about exceptions: what autograd refused, whose doing it was, and why."""

from __future__ import annotations

import ast
import re

from ..snapshot import SavedState, TensorState
from ..trace.model import ErrorState
from .history import Moment
from .operations import OFF
from .words import Segments, fit, say

#: How PyTorch's messages begin, against the kind of refusal they are.
_KINDS = (
    ("one of the variables needed for gradient computation has been", "modified"),
    ("Trying to backward through the graph a second time", "freed"),
    (
        "a leaf Variable that requires grad is being used in an in-place",
        "leaf in-place",
    ),
    ("a view of a leaf Variable that requires grad is being used", "view of leaf"),
    ("element 0 of tensors does not require grad", "no grad_fn"),
    ("One of the differentiated Tensors does not require grad", "no grad_fn"),
    ("only Tensors of floating point", "integer"),
    ("grad can be implicitly created only for scalar outputs", "not a number"),
    ("you can only change requires_grad flags of leaf variables", "flag"),
    ("A view was created in no_grad mode", "view under no_grad"),
    ("Inference tensors cannot be saved for backward", "inference"),
    ("Can't call numpy() on Tensor that requires grad", "numpy"),
)


_SENTENCE_END = re.compile(r"(?<!\.)\. |\.(?=[A-Z][a-z]+ )")


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
    caught = say("An `except` line catches it, so the program goes on.")
    return fit(
        say("{:e}", "Error."),
        _reason(moment, error),
        caught if error.caught else [],
        limit=42,
    )


def _reason(moment: Moment, error: ErrorState) -> Segments:
    match kind_of(error):
        case "modified":
            return _modified(moment, error)
        case "freed":
            return _freed(moment, error)
        case "leaf in-place":
            return _leaf(moment, error)
        case "view of leaf":
            return say(
                "This writes into a view of a leaf that requires grad, and so into "
                "the leaf itself. In grad mode that is refused; under `no_grad()` "
                "it is allowed."
            )
        case "no grad_fn":
            return _no_grad_fn(moment, error)
        case "integer":
            return say(
                "Only floating point tensors can require grad: between whole "
                "numbers there is no slope. Write `1.` instead of `1`, for "
                "instance."
            )
        case "not a number":
            return say(
                "A walk back starts with a 1 for a single number; this tensor holds "
                "several. Make one of them, with `.sum()`, or pass `gradient=`."
            )
        case "flag":
            return say(
                "Only a leaf may have its `requires_grad` changed; this tensor was "
                "computed, so its inputs decide. `.detach()` gives one that "
                "requires no grad."
            )
        case _:
            return _other(moment, error)


def kind_of(error: ErrorState) -> str:
    """Return which refusal of autograd's an error is, or an empty text.

    >>> kind_of(ErrorState("RuntimeError", "Only Tensors of floating point dtype ..."))
    'integer'
    """
    # The recorder knows the kind of what the engine refused; else the words do.
    if error.kind and error.kind != "other":
        return error.kind
    for start, kind in _KINDS:
        if error.message.lower().startswith(start.lower()):
            return kind
    return ""


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
    line = error.changed_line
    return fit(
        say(
            "{} needs what it saved, but the backward{:t} before this one freed "
            "it to save memory.",
            _node_name(moment, error),
            f" on line {line}" if line else "",
        ),
        say("There, `retain_graph=True` would have kept it."),
    )


def _leaf(moment: Moment, error: ErrorState) -> Segments:
    key = error.culprit_tensor or getattr(_subject(moment), "id", None)
    who = moment.name(key) if moment.now(key) is not None else say("This tensor")
    return say(
        "{} is a leaf that requires grad. Writing into it in grad mode "
        "would change the point where its gradient is asked for; under "
        "`no_grad()` it is allowed.",
        who,
    )


def _no_grad_fn(moment: Moment, error: ErrorState) -> Segments:
    tensor = _subject(moment)
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
    return say("Nothing it was made from requires grad.")


def _subject(moment: Moment) -> TensorState | None:
    """Find the tensor whose method the failing statement called, if it can be told."""
    code = moment.past.code(moment.step.part) or moment.past.code(moment.step.site)
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return None
    for item in ast.walk(tree):
        owner = None
        if isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute):
            owner = ast.unparse(item.func.value)
        elif isinstance(item, ast.AugAssign):
            owner = ast.unparse(item.target)
        found = _find(moment, owner)
        if found is not None:
            return found
    return None


def _find(moment: Moment, code: str | None) -> TensorState | None:
    for tensor in reversed(moment.past.tensors(moment.index)):
        if code is not None and (code in tensor.names or code == tensor.expression):
            return tensor
    return None


def _other(moment: Moment, error: ErrorState) -> Segments:
    first = first_sentence(error.message)
    if not first:
        return say("{}, without a message.", error.type)
    return say("{}: {:t}", error.type, first)


def first_sentence(message: str) -> str:
    """Return the first sentence of a message, cut at 30 words.

    >>> first_sentence("It broke. Hint: mend it.")
    'It broke.'
    """
    line = message.strip().split("\n")[0]
    words = _SENTENCE_END.split(line)[0].split()
    end = "" if not words or words[-1][-1] in ".!?:…" else "."
    return " ".join(words[:30]) + (" …" if len(words) > 30 else end)
