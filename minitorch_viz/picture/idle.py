"""Modules that a program makes and never calls: all their parameters are one thing."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..snapshot import CallState
from .parts import Part, Way
from .places import Place, Plan

#: What such a fold is called, after the module's path.
NOT_USED = "not used"
_TOKENS = re.compile(r"\.?[^.\[]+|\[[^\]]*\]")


def idle(plan: Plan, leaf: Place) -> Way:
    """Say of which module that was never called an unused parameter is.

    >>> from .history import History
    >>> from .seating import plan
    >>> idle(plan(History(())), Place(0, "leaf", ()))
    ()
    """
    states = [
        state
        for one in leaf.occupants
        for id in one.block.outputs
        for _, state in plan.past.tensors[id]
    ]
    names = [n for state in states if state.is_parameter for n in state.names]
    called = {call.path for call in plan.past.calls.values()}
    path = next(filter(None, (owner(name, called) for name in names)), "")
    call = CallState("", path, NOT_USED)
    return (Part("idle", 0, None, 0, call),) if path else ()


def owner(name: str, called: Collection[str]) -> str:
    """Return the outermost module on the way to a parameter that wasn't called.

    >>> owner("net.head.linear.weight", {"net"}), owner("net.scale", {"net"})
    ('net.head', '')
    """
    for found in [*_TOKENS.finditer(name)][:-1]:
        path = name[: found.end()]
        if path not in called:
            return path
    return ""
