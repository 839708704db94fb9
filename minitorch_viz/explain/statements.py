"""Sentences about statements that ran no operation, and about control flow."""

from __future__ import annotations

import ast

from .history import Moment, short
from .layers import switched
from .words import Segments, fit, listing, say

_LONGEST_OUTPUT = 60


def warned(moment: Moment) -> Segments:
    """Explain a warning: the `.grad` of a non-leaf above all.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = 1"))
    >>> warned(now)
    []
    """
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
    for item in ast.walk(moment.statement or ast.Pass()):
        if isinstance(item, ast.Attribute) and item.attr == "grad":
            owner = ast.unparse(item.value)
            for tensor in moment.past.tensors(moment.index):
                if owner in tensor.names and not tensor.is_leaf:
                    return owner
    return ""


def shown(moment: Moment) -> Segments:
    """Say what the step printed or echoed.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("print(1)"))
    >>> shown(now)
    [['text', 'It prints '], ['code', '1'], ['text', '.']]
    """
    trace = moment.past.trace
    before = trace.steps[moment.index - 1].output if moment.index else 0
    pieces = trace.output[before : moment.step.output]
    text = " ".join("".join(p.text for p in pieces if p.stream != "warning").split())
    if not text:
        return []
    echoed = any(piece.stream == "result" for piece in pieces)
    code = short(moment.past.code(moment.step.site))
    # An address is another in each run: no news.
    if len(text) > _LONGEST_OUTPUT or " object at 0x" in text:
        if not code:
            return say("The output shows the result.")
        if echoed:
            return say("The output shows the value of {}.", code)
        return say("The output shows what {} wrote.", code)
    return say("{:t} {}.", "The value shown is" if echoed else "It prints", text)


#: Statements of one word.
_PLAIN: dict[type[ast.stmt], str] = {
    ast.Pass: "`pass`: nothing to do.",
    ast.Break: "`break` leaves the loop: no further round begins.",
    ast.Continue: "`continue` ends this round of the loop here.",
}
#: Expressions that only look at something.
_LOOKS = (ast.Attribute, ast.Name, ast.Constant, ast.Subscript, ast.Tuple, ast.Compare)


def plainly(moment: Moment) -> Segments:
    """Say what sort of statement ran when no tensor changed and nothing was shown.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("import math"))
    >>> plainly(now)[1]
    ['code', 'math']
    """
    node = moment.statement
    code = short(moment.past.code(moment.step.site))
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [say("{}", a.asname or a.name.split(".")[0]) for a in node.names]
        return say("From here on {} can be used.", listing(names))
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return say(
            "{} is only declared: it has no value yet.", ast.unparse(node.target)
        )
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [say("{}", ast.unparse(target)) for target in targets]
        if _takes_out(node.value):
            plain = "{} is set to plain Python numbers: autograd doesn't follow those."
            return say(plain, listing(names))
        return say("{} is set. No tensor changed.", listing(names))
    if isinstance(node, ast.Delete):
        names = [say("{}", ast.unparse(target)) for target in node.targets]
        return say("The name {} is no more.", listing(names))
    if said := switched(moment):
        return said
    if "manual_seed(" in code:
        return say("{} fixes the random numbers: same seed, same numbers.", code)
    if isinstance(node, ast.Pass | ast.Break | ast.Continue):
        return say(_PLAIN[type(node)])
    if isinstance(node, ast.Expr) and isinstance(node.value, _LOOKS):
        what = say("{}", code) if code else say("Its value")
        return say("{} is only looked at: without `print` nothing shows it.", what)
    if code and moment.past.trace.steps[moment.index - 1].parent == moment.index:
        return say("{} is done.", code)
    if code:
        return say("{} ran. No tensor changed.", code)
    return say("Line {:t} ran. No tensor changed.", _line(moment))


def _takes_out(value: ast.expr | None) -> bool:
    """True for `x.item()` and `x.tolist()`, which leave tensors behind."""
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in ("item", "tolist")


def _line(moment: Moment) -> str:
    return str(moment.step.site.line) if moment.step.site is not None else "0"


def defined(moment: Moment) -> Segments:
    """Say what was defined, and that its lines haven't run.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("def f(): pass"))
    >>> defined(now)[1]
    ['code', 'f']
    """
    node = moment.statement
    name = getattr(node, "name", "")
    if isinstance(node, ast.ClassDef):
        return say("The class {} is defined; its methods run when called.", name)
    modes = [
        code
        for item in getattr(node, "decorator_list", [])
        if "grad" in (code := ast.unparse(item)) or "inference_mode" in code
    ]
    first = say("The function {} is defined; its lines run when it is called.", name)
    if modes:
        return fit(first, say("Each call will run under {}.", modes[0]))
    return first


def called(moment: Moment) -> Segments:
    r"""Say that a function was entered.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("def f(): pass\nf()"), 2)
    >>> called(now)[:2]
    [['text', 'The call enters '], ['code', 'f']]
    """
    mode = "" if moment.step.grad_enabled else " Grad mode is off there."
    return say("The call enters {}: its lines run now.{:t}", _frame(moment), mode)


def returned(moment: Moment) -> Segments:
    r"""Say that a function went back to its caller, and with what.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("def f(): return 1\nf()"), -2)
    >>> returned(now)[0]
    ['code', 'f']
    """
    if _followed(moment):
        return say("{} will hand it back once `finally` has run.", _frame(moment))
    if moment.operation is not None:
        return say("{} hands it back.", _frame(moment))
    value = getattr(moment.statement, "value", None)
    code = short(ast.unparse(value)) if isinstance(value, ast.expr) else ""
    if moment.step.part is not None:  # one side of a condition
        code = short(moment.past.code(moment.step.part))
    if code:
        return say("{} hands back {} to the line that called.", _frame(moment), code)
    return say("{} goes back to the line that called it.", _frame(moment))


def _followed(moment: Moment) -> bool:
    """True for a `return` inside a `try` whose `finally` runs after it."""
    return any(
        inner is moment.statement
        for each in moment.past.statements().values()
        if isinstance(each, ast.Try | ast.TryStar) and each.finalbody
        for part in (*each.body, *each.handlers, *each.orelse)
        for inner in ast.walk(part)
    )


def _frame(moment: Moment) -> str:
    return moment.step.frame if moment.step.frame != "<module>" else "the program"


def looped(moment: Moment) -> Segments:
    """Say which round of a loop begins.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("for i in [1]: pass"), 1)
    >>> looped(now)
    [['text', 'Round 1 of '], ['code', 'for i in [1]'], ['text', ' begins.']]
    """
    if moment.step.iteration is None:
        tested = isinstance(moment.statement, ast.While)
        why = (
            "that doesn't hold any more" if tested else "there is nothing left to take"
        )
        return say("{} ends: {:t}.", _header(moment), why)
    turn = str(moment.step.iteration)
    return say("Round {:t} of {} begins.", turn, _header(moment))


def _header(moment: Moment) -> str:
    """Return the first line of a loop as written, or how it begins."""
    code, node = moment.past.code(moment.step.site), moment.statement
    if short(code):
        return code
    if isinstance(node, ast.For | ast.AsyncFor):
        return f"{code.partition(' in ')[0]} in …"
    return "while …" if isinstance(node, ast.While) else "the loop"


def branched(moment: Moment) -> Segments:
    """Say which way a condition sent the program.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("if 1 > 2: pass"))
    >>> branched(now)[0]
    ['code', '1 > 2']
    """
    node = moment.statement
    if isinstance(node, ast.Match):
        subject = short(f"match {ast.unparse(node.subject)}") or "match"
        return say("A `case` of {} fits: its lines run.", subject)
    written = moment.past.code(moment.step.site).removeprefix("el")
    code = short(written.removeprefix("if ")) if isinstance(node, ast.If) else ""
    condition = say("{}", code) if code else say("The condition")
    if moment.step.action == "taken":
        return say("{} holds, so the lines under it run.", condition)
    return say("{} doesn't hold, so the lines under it are skipped.", condition)
