"""Sentences about what a statement asks for: hooks, flags that are so already."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..snapshot import NodeState, TensorState
from .history import Moment, short
from .words import Segments, listing, say

_BACK = "on the way back, and may look at the {} or change {}"
#: When a hook runs, by the name of the method that registers it.
_HOOKS = {
    "register_hook": _BACK.format("gradient", "it"),
    "register_prehook": _BACK.format("gradients", "them"),
    "register_post_accumulate_grad_hook": (
        "on the way back, once `.grad` has been filled"
    ),
    "register_full_backward_hook": _BACK.format("gradients", "them"),
    "register_full_backward_pre_hook": _BACK.format("gradients", "them"),
    "register_backward_hook": _BACK.format("gradients", "them"),
    "register_forward_hook": (
        "after each call of its forward, and may look at the result or change it"
    ),
    "register_forward_pre_hook": (
        "before each call of its forward, and may look at the inputs or change them"
    ),
    "register_step_pre_hook": "before each `step()`",
    "register_step_post_hook": "after each `step()`",
}


def hooked(moment: Moment) -> Segments:
    r"""Say that the statement registered a hook, and when that will run.

    >>> import minitorch_viz as mv
    >>> head = "x = torch.ones(1, requires_grad=True)\n"
    >>> now = Moment.of(mv.step(head + "h = x.register_hook(print)"))
    >>> hooked(now)[:2]
    [['text', 'A hook waits at '], ['code', 'x']]
    """
    for call in _calls(moment):
        if when := _HOOKS.get(call.func.attr):
            owner = short(ast.unparse(call.func.value)) or "…"
            return say(f"A hook waits at {{}}: it runs {when}.", owner)
    return []


def unhooked(moment: Moment) -> Segments:
    r"""Say at which tensors fewer hooks wait than before.

    >>> import minitorch_viz as mv
    >>> head = "x = torch.ones(1, requires_grad=True)\ny = x * 2\n"
    >>> trace = mv.step(head + "h = y.register_hook(print)\nh.remove()")
    >>> unhooked(Moment.of(trace))[1:]
    [['code', 'y'], ['text', ' is taken away: it will not run.']]
    """
    owners = []
    for key, state in moment.step.changes.items():
        old = moment.past.node(key, moment.index - 1)
        if isinstance(state, NodeState) and old and old.hooks > state.hooks:
            owners.append(owner(moment, key) or say("{}", state.name))
    if not owners:
        return []
    return say("A hook at {} is taken away: it will not run.", listing(owners))


def owner(moment: Moment, node: str | None) -> Segments:
    r"""Name the tensor that a node made, or the leaf that it serves; or nothing.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1, requires_grad=True)\ny = x * 2"))
    >>> owner(now, now.operation.node)
    [['code', 'y']]
    """
    state = moment.past.node(node, moment.index)
    if state is not None and state.variable is not None:
        return moment.name(state.variable)
    for tensor in moment.past.tensors(moment.index):
        if tensor.grad_fn == node and node is not None:
            return moment.name(tensor.id)
    return []


def in_vain(moment: Moment) -> Segments:
    r"""Say why a call that asks for something of a tensor changed nothing.

    >>> import minitorch_viz as mv
    >>> head = "x = torch.ones(1, requires_grad=True)\n"
    >>> in_vain(Moment.of(mv.step(head + "x.retain_grad()")))[1]
    ['text', ' is a leaf: its gradient is kept anyway, so nothing changes.']
    """
    for name, method in _wishes(moment):
        tensor = _named(moment, name)
        if method in _WISHES and tensor is not None:
            return say(f"{{}} {_WISHES[method](tensor)}, so nothing changes.", name)
    return _thread(moment)


def _retained(tensor: TensorState) -> str:
    if tensor.is_leaf:
        return "is a leaf: its gradient is kept anyway"
    return "has been asked to keep its gradient already"


def _required(tensor: TensorState) -> str:
    if not tensor.requires_grad:
        return "requires no grad as it is"
    if tensor.is_leaf:
        return "requires grad already"
    return "was computed from what requires grad and does so already"


_WISHES = {
    "retain_grad": _retained,
    "requires_grad_": _required,
    "requires_grad": _required,
}


def _wishes(moment: Moment) -> Iterator[tuple[str, str]]:
    """Yield what the statement asks of whom: a method called, an attribute set."""
    for call in _calls(moment):
        yield ast.unparse(call.func.value), call.func.attr
    node = moment.statement
    for target in node.targets if isinstance(node, ast.Assign) else ():
        if isinstance(target, ast.Attribute):
            yield ast.unparse(target.value), target.attr


def _thread(moment: Moment) -> Segments:
    """Say what holds in a thread that a statement starts: nothing shows it."""
    for name, method in _wishes(moment):
        if method == "start" and _is_thread(moment, name):
            return say(
                "{} runs beside the program from here on. Grad mode belongs to each "
                "thread: in a new one it is on. What it does isn't shown.",
                name,
            )
    return []


def _is_thread(moment: Moment, name: str) -> bool:
    """Say whether the program gives `name` to a new thread."""
    for node in moment.past.statements().values():
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        if name in map(ast.unparse, node.targets):
            return ast.unparse(node.value.func).rpartition(".")[2] == "Thread"
    return False


class _Method(ast.Call):
    """A call of a method."""

    func: ast.Attribute


def _calls(moment: Moment) -> Iterator[_Method]:
    """Yield the calls of methods in a statement, not those in its block."""
    for part in ast.iter_child_nodes(moment.statement or ast.Pass()):
        for item in () if isinstance(part, ast.stmt) else ast.walk(part):
            if isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute):
                yield item  # type: ignore[misc]


def _named(moment: Moment, name: str) -> TensorState | None:
    """Return the tensor that the running function calls `name`."""
    for tensor in moment.past.tensors(moment.index):
        if {name, f"{moment.step.frame}.{name}"} & set(tensor.names):
            return tensor
    return None
