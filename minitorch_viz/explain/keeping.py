"""Sentences about what a node keeps for the way back: tensors and plain numbers."""

from __future__ import annotations

import re

from ..snapshot import NodeState, OperationState, SavedState
from .history import Moment
from .words import Segments, listing, number, say

#: Inputs that say how to compute, not with what.
_SETTINGS = frozenset({"alpha", "beta", "dim", "dims", "keepdim", "dtype"})
#: How a plain number is written.
NUMBER = re.compile(r"[-+]?[\d.][\w.+-]*")


def packed(node: NodeState) -> bool:
    """True if `saved_tensors_hooks` keep what a node would save.

    >>> packed(NodeState("n0", "MulBackward0"))
    False
    """
    return any(item.text == "packed by a hook" for item in node.saved)


def saved_numbers(operation: OperationState, node: NodeState) -> Segments:
    r"""List the plain numbers among what a node saved.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1, requires_grad=True)\ny = x * 2"))
    >>> saved_numbers(now.operation, now.past.nodes(2)[0])
    [['text', 'the 2']]
    """
    return listing(
        [
            say("the {:t}", item.text)
            for item in node.saved
            if _is_number(operation, item)
        ]
    )


def saved_tensors(
    moment: Moment, operation: OperationState, saved: tuple[SavedState, ...]
) -> Segments:
    r"""List the tensors among `saved`, each once, with the version they had.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1, requires_grad=True)\ny = x * x"))
    >>> saved_tensors(now, now.operation, now.past.nodes(2)[0].saved)
    [['code', 'x'], ['text', ', twice, at version 0']]
    """
    kept = [item for item in saved if item.tensor is not None or item.storage]
    keys = list(dict.fromkeys(item.tensor for item in kept))
    versions = {item.version for item in kept}
    names = []
    for key in keys:
        name = moment.name(key) if key is not None else say("its own result")
        if key in operation.outputs:
            name = say("its own result, {}", name)
        twice = sum(item.tensor == key for item in kept) > 1
        names.append([*name, ["text", ", twice"]] if twice else name)
    inner = [name for name in names if name == say("an inner tensor")]
    if len(inner) > 1:
        names = [name for name in names if name not in inner]
        names.append(say("{:t} inner tensors", number(len(inner))))
    if not names or len(versions) > 1 or None in versions:
        return listing(names)
    together = ", both" if len(names) == 2 else ", all" if len(names) > 2 else ","
    return say("{}{:t} at version {:t}", listing(names), together, str(versions.pop()))


def _is_number(operation: OperationState, item: SavedState) -> bool:
    given = {operand.name for operand in operation.inputs if operand.tensor is None}
    value = item.tensor is None and item.field in given - _SETTINGS
    return value and NUMBER.fullmatch(item.text) is not None
