"""Sentences about modules: which one an operation ran in, and evaluation mode."""

from __future__ import annotations

import ast

from ..snapshot import OperationState
from .history import Moment
from .words import Segments, listing, say

#: What a layer does in evaluation mode that it doesn't do in training.
_EVALUATES = {
    "BatchNorm": "uses its running statistics",
    "Dropout": "lets everything pass",
}


def switched(moment: Moment) -> Segments:
    r"""Say what `model.eval()` changes of a module, and what it doesn't.

    >>> import minitorch_viz as mv
    >>> run = "net = torch.nn.ReLU()\nnet(torch.ones(1))\nnet.eval()"
    >>> switched(Moment.of(mv.step("import torch\n" + run)))[0]
    ['code', 'net']
    """
    node = moment.statement
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return []
    path, method = ast.unparse(call.func.value), call.func.attr
    inside = [each for each in moment.past.calls if _within(each.path, path)]
    if method not in ("eval", "train") or not inside or call.args or call.keywords:
        return []
    if method == "train":
        return say("{} is in training mode from here on. No tensor changed.", path)
    found = dict.fromkeys(
        (each.kind, does)
        for each in inside
        for start, does in _EVALUATES.items()
        if each.kind.startswith(start)
    )
    names = [say("its {} {:t}", kind, does) for kind, does in found]
    first = say("{} is in evaluation mode from here on", path)
    same = say(". Neither a tensor nor grad mode changed.")
    return [*first, *say(": "), *listing(names), *same] if names else [*first, *same]


def layer(moment: Moment, operation: OperationState) -> Segments:
    r"""Say in which module of the library's an operation ran: the line doesn't.

    >>> import minitorch_viz as mv
    >>> run = "import torch\nnet = torch.nn.ReLU()\nx = net(torch.ones(1))"
    >>> now = Moment.of(mv.step(run))
    >>> layer(now, now.operation)
    [['text', 'It ran in '], ['code', 'net'], ['text', ' (ReLU).']]
    """
    call = next((c for c in moment.past.calls if c.id == operation.call), None)
    if call is None or not call.path or call.site != operation.site:
        return []
    mode = "" if call.training else ", evaluation mode"
    return say(f"It ran in {{}} ({{:t}}{mode}).", call.path, call.kind)


def _within(path: str, module: str) -> bool:
    """Say whether a path leads to a module, or through it."""
    rest = path.removeprefix(module)
    return path.startswith(module) and rest[:1] in ("", ".", "[")
