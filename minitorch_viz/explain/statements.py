"""Sentences about statements that ran no operation, and about control flow."""

from __future__ import annotations

import ast

from ..snapshot import TensorState
from .history import Moment, short
from .words import Segments, fit, listing, say

_LONGEST_OUTPUT = 60


def ran(moment: Moment) -> Segments:
    """Say what a statement changed, showed, or simply did."""
    changes = [found for pair in moment.changed() if (found := _change(moment, *pair))]
    return fit(*changes, warned(moment) or shown(moment), _gone(moment)) or _plain(
        moment
    )


def _change(moment: Moment, old: TensorState | None, new: TensorState) -> Segments:
    if old is None:
        return _appeared(moment, new)
    if old.requires_grad != new.requires_grad and old.grad_fn == new.grad_fn:
        return _flag(moment, new)
    if old.grad_fn is not None and new.grad_fn is None:
        return say(
            "{} is cut off from what made it: now a leaf that requires no grad.",
            moment.name(new.id),
        )
    if new.retains_grad and not old.retains_grad:
        return say(
            "{} isn't a leaf, so its gradient would be thrown away. "
            "`retain_grad()` asks to keep it.",
            moment.name(new.id),
        )
    if old.grad != new.grad or _grad_value(moment, old, new):
        return _grad(moment, new)
    if old.storage != new.storage:
        return say(
            "{} now looks at other memory. Assigning `.data` changes neither "
            "its version nor what is recorded.",
            moment.name(new.id),
        )
    fresh = [name for name in new.names if name not in old.names]
    if fresh and old.names:
        return say(
            "{} is a second name for the same tensor as {}: nothing is copied.",
            fresh[0],
            old.names[0],
        )
    if fresh:
        return say("From here on {} is the name of this tensor.", fresh[0])
    return []


def _appeared(moment: Moment, new: TensorState) -> Segments:
    if not new.names or any(name.endswith(".grad") for name in new.names):
        return []
    kind = "a leaf" if new.is_leaf else "not a leaf"
    grad = "requires grad" if new.requires_grad else "requires no grad"
    return say("{} is {:t} that {:t}.", moment.label(new), kind, grad)


def _flag(moment: Moment, new: TensorState) -> Segments:
    if new.requires_grad:
        return say(
            "{} requires grad from here on: operations on it will be recorded, "
            "and it has a place for a gradient.",
            moment.name(new.id),
        )
    return say(
        "{} no longer requires grad: from here on operations on it alone "
        "aren't recorded.",
        moment.name(new.id),
    )


def _grad_value(moment: Moment, old: TensorState, new: TensorState) -> bool:
    before, now = moment.was(old.grad), moment.now(new.grad)
    return before is not None and now is not None and before.value != now.value


def _grad(moment: Moment, new: TensorState) -> Segments:
    grad = f"{moment.label(new)}.grad" if new.names else ".grad"
    if new.grad is None:
        return say(
            "{} is `None` again: the next backward starts from nothing, not "
            "from zeros.",
            grad,
        )
    return say("{} is now {:t}.", grad, moment.value(new.grad))


def warned(moment: Moment) -> Segments:
    """Explain a warning: the `.grad` of a non-leaf above all."""
    if not moment.step.warnings:
        return []
    message = moment.step.warnings[0]
    if "The .grad attribute of a Tensor that is not a leaf" in message:
        owner = _grad_owner(moment)
        return say(
            "{} isn't a leaf, so its gradient isn't kept: reading {} gives "
            "`None`, with a warning.",
            owner or "This tensor",
            f"{owner}.grad" if owner else ".grad",
        )
    return say("A warning: {:t}", " ".join(message.split(". ")[0].split()[:25]))


def _grad_owner(moment: Moment) -> str:
    for item in ast.walk(_parsed(moment)):
        if isinstance(item, ast.Attribute) and item.attr == "grad":
            owner = ast.unparse(item.value)
            for tensor in moment.past.tensors(moment.index):
                if owner in tensor.names and not tensor.is_leaf:
                    return owner
    return ""


def shown(moment: Moment) -> Segments:
    """Say what the step printed or echoed."""
    trace = moment.past.trace
    before = trace.steps[moment.index - 1].output if moment.index else 0
    pieces = trace.output[before : moment.step.output]
    text = " ".join("".join(p.text for p in pieces if p.stream != "warning").split())
    if not text:
        return []
    echoed = any(piece.stream == "result" for piece in pieces)
    verb = "The value shown is" if echoed else "It prints"
    if len(text) > _LONGEST_OUTPUT:
        return say("{:t} {} …", verb, text[: _LONGEST_OUTPUT - 10])
    return say("{:t} {}.", verb, text)


def _gone(moment: Moment) -> Segments:
    """Name the tensors whose last name went in this step."""
    names = []
    for key in moment.step.deleted:
        old = moment.was(key)
        if old is not None and old.names and not old.names[0].endswith(".grad"):
            names.append(say("{}", old.names[0]))
    if not names:
        return []
    return say("The tensor that was {} is gone: no name holds it.", listing(names[:3]))


def _parsed(moment: Moment) -> ast.AST:
    try:
        return ast.parse(moment.past.code(moment.step.site))
    except SyntaxError:
        return ast.Module([], [])


def _plain(moment: Moment) -> Segments:
    """Say what sort of statement ran when no tensor changed and nothing was shown."""
    tree = _parsed(moment)
    body = getattr(tree, "body", [])
    first = body[0] if body else None
    code = short(moment.past.code(moment.step.site))
    if isinstance(first, ast.Import | ast.ImportFrom):
        names = [say("{}", a.asname or a.name.split(".")[0]) for a in first.names]
        return say("From here on {} can be used.", listing(names))
    if isinstance(first, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = first.targets if isinstance(first, ast.Assign) else [first.target]
        names = [say("{}", ast.unparse(target)) for target in targets]
        return say("{} is set. No tensor changed.", listing(names))
    if isinstance(first, ast.Delete):
        names = [say("{}", ast.unparse(target)) for target in first.targets]
        return say("The name {} is no more.", listing(names))
    if isinstance(first, ast.Pass):
        return say("`pass`: nothing to do.")
    if code:
        return say("{} ran. No tensor changed.", code)
    return say("Line {:t} ran. No tensor changed.", _line(moment))


def _line(moment: Moment) -> str:
    return str(moment.step.site.line) if moment.step.site is not None else "0"


def defined(moment: Moment) -> Segments:
    """Say what was defined, and that its lines haven't run."""
    first = next(iter(getattr(_parsed(moment), "body", [])), None)
    name = getattr(first, "name", "")
    if isinstance(first, ast.ClassDef):
        return say("The class {} is defined; its methods run when called.", name)
    modes = [
        code
        for item in getattr(first, "decorator_list", [])
        if "grad" in (code := ast.unparse(item)) or "inference_mode" in code
    ]
    if modes and name:
        return say(
            "The function {} is defined; its lines run when it is called. Each "
            "call will run inside {}.",
            name,
            modes[0],
        )
    if name:
        return say("The function {} is defined; its lines run when it is called.", name)
    return say("Line {:t} defines something; it runs when called.", _line(moment))


def called(moment: Moment) -> Segments:
    """Say that a function was entered."""
    mode = "" if moment.step.grad_enabled else " Grad mode is off in it."
    return say("The call enters {}: its lines run now.{:t}", _frame(moment), mode)


def returned(moment: Moment) -> Segments:
    """Say that a function went back to its caller, and with what."""
    code = short(moment.past.code(moment.step.site)).removeprefix("return").strip()
    return fit(
        say("{} goes back to the line that called it.", _frame(moment)),
        say("It hands back {}.", code) if code and "\n" not in code else [],
    )


def _frame(moment: Moment) -> str:
    return moment.step.frame if moment.step.frame != "<module>" else "the program"


def looped(moment: Moment) -> Segments:
    """Say which round of a loop begins."""
    turn = str(moment.step.iteration or 1)
    return say("Round {:t} of {} begins.", turn, _header(moment))


def _header(moment: Moment) -> str:
    site = moment.step.site
    line = moment.past.lines[site.line - 1] if site is not None else ""
    return short(line.strip().rstrip(":")) or "the loop"


def branched(moment: Moment) -> Segments:
    """Say which way a condition sent the program."""
    condition = _header(moment).partition(" ")[2] or _header(moment)
    if moment.step.action == "taken":
        return say("{} holds, so the lines under it run.", condition)
    return say("{} doesn't hold, so the lines under it are skipped.", condition)
