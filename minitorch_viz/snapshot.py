"""One moment as plain frozen data: tensors, nodes, operations, grad mode."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from . import doors
from .codec import check_format, decode, encode, parse, wrong

FORMAT = "minitorch-viz-snapshot"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the program: lines count from 1, columns from 0 (characters).

    >>> Site(1, 0, 1, 7).line
    1
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class ValueState:
    """What a tensor held: at most 64 of its numbers, and how to write it on one line.

    `numbers` is flat in C order, None above 64 elements; NaN and infinities are the
    strings "nan", "inf", "-inf". `low`, `high` and `total` are over the finite ones. Of
    more than eight rows or columns `sample` has eight by eight, evenly spaced; see
    `sides`.

    >>> ValueState("[1., 2.]", (1.0, 2.0), 1.0, 2.0, 3.0).text
    '[1., 2.]'
    """

    text: str
    numbers: tuple[float | int | bool | str, ...] | None = None
    low: float | None = None
    high: float | None = None
    total: float | None = None
    sample: tuple[float | int | bool | str, ...] | None = None


#: So many numbers a side has in a map of a tensor.
SIDE = 8


def sides(shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the rows and columns of a tensor's numbers, planes below each other.

    >>> sides((5,)), sides((2, 3, 4)), sides(())
    ((1, 5), (6, 4), None)
    """
    return (prod(shape[:-1]), shape[-1]) if shape else None


@dataclass(frozen=True, slots=True)
class TensorState:
    """One tensor object; `value` is an index into the value table.

    `expression` is the source of the sub-expression that made it, `made_by` the
    operation. `invalid` means that reading its `grad_fn` raises (a view edited under
    `no_grad`); `version` is None where none is tracked (inference).

    >>> TensorState("t0", names=("x",)).is_leaf
    True
    """

    id: str
    names: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    dtype: str = "float32"
    device: str = "cpu"
    requires_grad: bool = False
    is_leaf: bool = True
    grad_fn: str | None = None
    output_nr: int = 0
    grad: str | None = None
    retains_grad: bool = False
    version: int | None = 0
    storage: str = ""
    view_of: str | None = None
    is_inference: bool = False
    is_parameter: bool = False
    value: int | None = None
    expression: str = ""
    made_by: str | None = None
    site: Site | None = None
    made_under: str = "grad mode on"
    invalid: bool = False


@dataclass(frozen=True, slots=True)
class EdgeState:
    """Where a node sends a gradient: input `input_nr` of `node`, or nowhere (None).

    >>> EdgeState("n0").input_nr
    0
    """

    node: str | None
    input_nr: int = 0


@dataclass(frozen=True, slots=True)
class SavedState:
    """Something a node keeps for backward: a tensor at a version, or a plain value.

    A plain value has `tensor` None and reads as `text`. `value` is what the tensor
    held when it was saved; `nbytes` counts the storage it keeps alive.

    >>> SavedState("self", tensor="t0", version=0, now=1).freed
    False
    """

    field: str
    tensor: str | None = None
    text: str = ""
    version: int | None = None
    now: int | None = None
    freed: bool = False
    nbytes: int = 0
    storage: str | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True)
class NodeState:
    """A node of the backward graph; AccumulateGrad has `variable`, the leaf's id.

    `released` means that a backward pass has let go of what it saved.

    >>> NodeState("n0", "MulBackward0").released
    False
    """

    id: str
    name: str
    edges: tuple[EdgeState, ...] = ()
    saved: tuple[SavedState, ...] = ()
    hooks: int = 0
    released: bool = False
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class OperandState:
    """An input of an operation: a tensor, a number (`text`), or a node's unseen output.

    >>> OperandState("other", text="2").tensor is None
    True
    """

    name: str
    tensor: str | None = None
    text: str = ""
    node: str | None = None


@dataclass(frozen=True, slots=True)
class OperationState:
    """An operation that ran. With no node it is a ghost, and `reason` says why.

    Reasons: `grad mode off`, `inference mode`, `no input requires grad`, `detach`,
    `.data`, `non-differentiable`. A factory (`randn`) has `creates` True and no reason.
    `call` is the innermost call of a module that it ran in.

    >>> OperationState("o0", "detach", reason="detach").is_ghost
    True
    """

    id: str
    name: str
    inputs: tuple[OperandState, ...] = ()
    outputs: tuple[str, ...] = ()
    node: str | None = None
    reason: str | None = None
    inplace: bool = False
    view: bool = False
    creates: bool = False
    site: Site | None = None
    under: str = "grad mode on"
    call: str | None = None

    @property
    def is_ghost(self) -> bool:
        """True for an operation that ran and left no node."""
        return self.node is None and not self.creates


@dataclass(frozen=True, slots=True)
class ModeState:
    """One entry of the grad-mode stack: who set it, and on which line.

    `scoped` is False for a bare `set_grad_enabled(...)` call, which stays in force.

    >>> ModeState("no_grad", enabled=False, line=2).scoped
    True
    """

    name: str
    enabled: bool
    line: int | None = None
    scoped: bool = True


@dataclass(frozen=True, slots=True)
class CallState:
    """One call of a module: where the program keeps it, and its class.

    `inside` is the call of the module that called it; `path` is "" where the program's
    names don't lead to the module.

    >>> CallState("c0", "model.layers[0]", "Linear").training
    True
    """

    id: str
    path: str = ""
    kind: str = "Module"
    inside: str | None = None
    site: Site | None = None
    training: bool = True


EntityState = TensorState | NodeState | OperationState | CallState
KINDS: dict[str, type[EntityState]] = {
    "t": TensorState,
    "n": NodeState,
    "o": OperationState,
    "c": CallState,
}


def kind_of(entity: str, where: str = "id") -> type[EntityState]:
    """Return the record class of an id: `t0` a tensor, `n0` a node, `o0` an operation.

    `c0` is a call of a module.

    >>> kind_of("n12").__name__
    'NodeState'
    """
    kind = KINDS.get(entity[:1])
    if kind is None or not entity[1:].isdecimal() or not entity.isascii():
        raise wrong(where, "an id like 't0', 'n0', 'o0' or 'c0'", entity)
    return kind


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything there was to see at one moment; ids are `t0`, `n0`, `o0`, `c0`, `s0`.

    >>> Snapshot.from_json(Snapshot().to_json()) == Snapshot()
    True
    """

    tensors: dict[str, TensorState] = field(default_factory=dict)
    nodes: dict[str, NodeState] = field(default_factory=dict)
    operations: dict[str, OperationState] = field(default_factory=dict)
    calls: dict[str, CallState] = field(default_factory=dict)
    values: tuple[ValueState, ...] = ()
    grad_enabled: bool = True
    inference_mode: bool = False
    modes: tuple[ModeState, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the snapshot as JSON data."""
        return {"format": FORMAT, "version": VERSION, **encode(self)}

    def to_json(self) -> str:
        """Return the snapshot as JSON text; equal snapshots give equal text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Snapshot:
        """Return the snapshot in JSON data; ValueError says what is wrong with it."""
        check_format(data, FORMAT, VERSION)
        rest = {k: v for k, v in data.items() if k not in ("format", "version")}
        snapshot: Snapshot = decode(cls, rest, "snapshot")
        tables = snapshot.tensors, snapshot.nodes, snapshot.operations, snapshot.calls
        for table in tables:
            for entity, state in table.items():
                if entity != state.id or kind_of(entity) is not type(state):
                    raise wrong(f"snapshot.{entity}.id", repr(entity), state.id)
                check_values(state, len(snapshot.values), f"snapshot.{entity}")
        return snapshot

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """Return the snapshot in JSON text; ValueError says what is wrong with it."""
        return cls.from_dict(parse(text, "snapshot"))

    def save(self, path: str | Path) -> Path:
        """Write a picture (.svg, .png, .pdf), a page (.html) or the data (.json)."""
        return doors.save(self, path)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return doors.mimebundle(self, include, exclude)


def check_values(state: EntityState, count: int, where: str) -> None:
    """Raise ValueError if `state` points outside a value table of `count` entries.

    >>> check_values(TensorState("t0", value=0), 1, "t0")
    """
    found: list[int | None] = []
    if isinstance(state, TensorState):
        found = [state.value]
    elif isinstance(state, NodeState):
        found = [saved.value for saved in state.saved]
    for value in found:
        if value is not None and not 0 <= value < count:
            raise wrong(f"{where}.value", f"in the value table (0..{count - 1})", value)
