"""The words in the boxes: names, notes, reasons, values, each as a text over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from ..snapshot import OperandState, OperationState, SavedState, TensorState
from .places import Occupant, Plan
from .seating import OPERANDS

Spoken = tuple[tuple[int, str], ...]

#: Whose names would tell a reader nothing: `2`, `float64`, `cuda:0` say what they are.
BARE = OPERANDS | {"dtype", "device"}
#: Why an operation left no node, as a ghost's second line.
REASONS = {
    "grad mode off": "grad mode is off",
    "inference mode": "inference mode",
    "no input requires grad": "no input requires grad",
    "detach": "cut: no node",
    ".data": "cut: no node",
    "non-differentiable": "has no gradient",
}


@dataclass(frozen=True, slots=True)
class CardWords:
    """What a tensor's card says, and how it looks, over the steps.

    `look` is `leaf`, `tensor` (recorded) or `plain` (autograd is not looking); `gone`
    is the step from which the card is only a memory.

    >>> CardWords(((1, "x"),), (), (), (), (), None).name
    ((1, 'x'),)
    """

    name: Spoken
    value: Spoken
    note: Spoken
    look: Spoken
    grad: Spoken
    gone: int | None


def card(plan: Plan, occupant: Occupant, output: int) -> CardWords:
    """Tell what one card of an occupant says."""
    past, block = plan.past, occupant.block
    id = block.outputs[output]
    over, died = plan.over(block, output), past.died.get(id)
    ends = [s for s in (over, died) if s is not None]
    gone = min(ends) if ends else None
    # What comes after the occupant's time is another's to tell.
    last = min((s for s in (gone, occupant.end) if s is not None), default=inf)
    states = [
        (max(step, occupant.start), state)
        for step, state in past.tensors[id]
        if step < last or step <= occupant.start
    ]
    if gone is not None and gone > last:
        gone = None
    states = [
        s
        for k, s in enumerate(states)
        if k + 1 == len(states) or s[0] < states[k + 1][0]
    ]
    note = [(step, _note(state)) for step, state in states]
    if gone is not None:
        note.append((gone, _end(past.tensors[id], gone, over == gone)))
    return CardWords(
        spoken(_names(past.tensors[id], states)),
        spoken((step, past.text(state.value)) for step, state in states),
        spoken(note),
        spoken((step, look(state)) for step, state in states),
        spoken(_grads(plan, id, states)),
        gone,
    )


def stub(plan: Plan, occupant: Occupant) -> tuple[Spoken, str]:
    """Tell what a stub stands for, and how that looks; a node has no card.

    A stub is one use: what it was called then.
    """
    block = occupant.block
    if block.outputs:
        said = card(plan, occupant, 0)
        called = [text for step, text in said.name if step <= occupant.start]
        called = (called or [text for _, text in said.name[:1]])[-1:]
        look = said.look[-1][1] if said.look else "plain"
        return tuple((occupant.start, text) for text in called), look
    name = plan.past.node(block.node, occupant.start).name if block.node else ""
    return ((occupant.start, name.rpartition("::")[2]),), "operation"


def spoken(said: object) -> Spoken:
    """Drop what repeats the words before it; of two at one step keep the later.

    >>> spoken([(1, "a"), (2, "a"), (3, "b")])
    ((1, 'a'), (3, 'b'))
    """
    found: list[tuple[int, str]] = []
    for step, text in said:  # type: ignore[attr-defined]
        if found and found[-1][0] == step:
            found.pop()
        if not found or found[-1][1] != text:
            found.append((step, text))
    return tuple(found)


def look(state: TensorState) -> str:
    """Say how a tensor's card looks.

    >>> look(TensorState("t0", requires_grad=True))
    'leaf'
    """
    if not state.requires_grad:
        return "plain"
    return "leaf" if state.is_leaf else "tensor"


def _names(
    every: list[tuple[int, TensorState]], states: list[tuple[int, TensorState]]
) -> list[tuple[int, str]]:
    """Tell a card's name; one that lost its last name says what it was."""
    found = []
    for step, state in states:
        former = [s for at, s in every if at <= step and s.names]
        lost = not state.names and former
        found.append((step, f"was {_name(former[-1])}" if lost else _name(state)))
    return found


#: Of more tensors than this the first ones are named and the others counted.
_MOST_NAMES = 3
#: Where all names of a tensor would be longer than this, the shortest stands for them.
_LONG_NAMES = 16


def _name(state: TensorState) -> str:
    # One line, and nothing that could turn the reading direction around.
    names = ", ".join(state.names)
    if len(names) > _LONG_NAMES:
        # A parameter is its module's, whatever a loop calls it.
        owned = [name for name in state.names if "." in name and state.is_parameter]
        names = min(owned or state.names, key=len)
    text = names or state.expression or "unnamed"
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _note(state: TensorState) -> str:
    note = _kind(state)
    return note if state.device == "cpu" else f"{note} · {state.device}"


def _kind(state: TensorState) -> str:
    if state.is_inference:
        return "inference tensor"
    if state.is_leaf:
        return (
            "leaf · requires grad" if state.requires_grad else "leaf · requires no grad"
        )
    if not state.requires_grad:
        return "requires no grad"
    return "grad kept: retain_grad" if state.retains_grad else "grad is not kept"


def _end(states: Sequence[tuple[int, TensorState]], gone: int, moved: bool) -> str:
    named = any(state.names for _, state in states)
    if not moved:
        return "gone: no name left" if named else "temporary: gone"
    before = [state for step, state in states if step < gone]
    after = [state for step, state in states if step >= gone]
    if not before or not after or before[-1].version != after[0].version:
        return "overwritten: see below"
    # Nothing was written: a Function gave the tensor itself back, with a new node.
    return f"goes on as {next((s.names[0] for s in after if s.names), 'a result')}"


def _grads(
    plan: Plan, id: str, states: list[tuple[int, TensorState]]
) -> list[tuple[int, str]]:
    """Say what the grad slot holds; "" while the tensor has no slot."""
    found = []
    for k, (step, state) in enumerate(states):
        has = look(state) == "leaf" or state.retains_grad or state.grad is not None
        if not has:
            found.append((step, ""))
        elif state.grad is None or state.grad not in plan.past.tensors:
            found.append((step, "None"))
        else:
            end = states[k + 1][0] if k + 1 < len(states) else plan.past.length
            held = [(step, plan.past.tensor(state.grad, step))]
            held += [s for s in plan.past.tensors[state.grad] if step < s[0] < end]
            found += [(at, plan.past.text(s.value)) for at, s in held]
    return found


def operands(state: OperationState) -> str:
    """Return the plain values that an operation took: `2`, or `dim=1, keepdim=True`.

    >>> from ..snapshot import OperandState
    >>> operands(OperationState("o0", "mul", (OperandState("other", None, "2"),)))
    '2'
    >>> kind = OperandState("dtype", text="torch.int64")
    >>> operands(OperationState("o0", "to", (kind,)))
    'int64'
    >>> end = OperandState("end", text=str(2**63 - 1))
    >>> operands(OperationState("o0", "slice", (OperandState("start", text="1"), end)))
    'start=1'
    """
    said = [
        o.text.removeprefix("torch.") if o.name in BARE else f"{o.name}={o.text}"
        for o in state.inputs
        if o.tensor is None and o.node is None and not _untold(o)
    ]
    return _line(", ".join(said))


def _untold(operand: OperandState) -> bool:
    """Say whether a value is a kernel's own setting, or what it is anyway."""
    values = operand.text.strip("()[],").split(", ")
    usual = _USUAL.get(operand.name)
    return (
        operand.text in ("", "None")
        or operand.name in _SETTINGS
        or (usual is not None and set(values) <= {"", usual})
    )


#: What no program wrote; and what is told only where it isn't all this.
_SETTINGS = frozenset(
    ("reduction", "ignore_index", "order", "memory_format", "half_to_float",
     "transposed", "output_padding", "bias_sym_sizes_opt", "momentum", "eps",
     "cudnn_enabled", "cudnn_enable")
)  # fmt: skip
_USUAL = {
    "alpha": "1", "beta": "1", "stride": "1", "dilation": "1", "groups": "1",
    "padding": "0", "step": "1", "end": str(2**63 - 1),
}  # fmt: skip


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def saved(plan: Plan, state: SavedState, step: int) -> str:
    """Return what a saved tag names: `self = a`, or `other = 2` for a plain value."""
    if state.tensor is None:
        # What was freed before anybody looked can't be told any more.
        return _line(f"{state.field} = {state.text}") if state.text else state.field
    if state.tensor not in plan.past.tensors:
        return state.field
    tensor = plan.past.tensor(state.tensor, step)
    if tensor.names:
        said = min(tensor.names, key=len)
    else:
        said = "" if tensor.expression else plan.past.text(state.value)
    return f"{state.field} = {_line(said) or _name(tensor)}"


def reason(state: OperationState) -> str:
    """Say in a learner's words why an operation left no node.

    >>> reason(OperationState("o0", "add", reason="grad mode off"))
    'grad mode is off'
    """
    return REASONS.get(state.reason or "", state.reason or "leaves no node")


def ghost_title(state: OperationState) -> str:
    """Return a ghost pill's first line.

    >>> ghost_title(OperationState("o0", "add", reason="grad mode off"))
    'add · not recorded'
    """
    if state.reason in ("detach", ".data"):
        return state.name if state.reason == "detach" else ".data"
    return f"{state.name} · not recorded"


def name_of(plan: Plan, id: str) -> str:
    """Return the name that a tensor had first, or how it was made."""
    states = [state for _, state in plan.past.tensors[id]]
    return _name(next((s for s in states if s.names), states[0]))


def names_of(plan: Plan, ids: tuple[str, ...]) -> str:
    """Join the names of tensors, or tell how one was made when none has a name."""
    named = [id for id in ids if any(s.names for _, s in plan.past.tensors[id])]
    found = list(dict.fromkeys(name_of(plan, id) for id in named or ids[:1]))
    if len(found) > _MOST_NAMES:
        found[_MOST_NAMES - 1 :] = [f"{len(found) - _MOST_NAMES + 1} more"]
    return " and ".join(filter(None, (", ".join(found[:-1]), *found[-1:])))


def unreached(plan: Plan, node: str, step: int) -> tuple[str, str]:
    """Say whose grad a walk that stops at `node` leaves as it is, and what of it."""
    past, seen, path = plan.past, {node}, [node]
    leaves = []
    while path:
        state = past.node(path.pop(), step)
        if state.variable in past.tensors:
            leaves.append(state.variable)
        for edge in state.edges:
            if edge.node in past.nodes and edge.node not in seen:
                seen.add(edge.node)
                path.append(edge.node)
    if len(leaves) != 1 or leaves[0] is None:
        return "", "no grad gets past it"
    kept = past.tensor(leaves[0], step)
    held = past.tensors.get(kept.grad or "")
    text = past.text(past.tensor(kept.grad or "", step).value) if held else "None"
    return _name(kept), f".grad stays {text if len(text) < 10 else 'as it was'}"
