"""The node of an operation in the table: what it saves, and how it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .events import silence
from .graph import Gradient, Node, next_number
from .held import Counters, SavedHeld
from .plans import Plan
from .promotion import as_array
from .saved import NUMBER, SavedTensor, hooked, look
from .storage import Array
from .tensor import Tensor
from .thread import inside_formula, thread
from .tracebacks import noticed

if TYPE_CHECKING:
    from .op import Op

_new = object.__new__


class OpNode(Node):
    """The node of an operation in the table.

    What it saves lies bare in two tuples: most are used once, and seen by nobody.
    """

    op: Op
    plan: Plan
    #: The saved inputs, and the arrays of saved results; None once they are freed.
    kept: tuple[Any, ...] | None
    #: The counter and the version of each, then the plain values that are saved.
    facts: tuple[Any, ...]
    #: True if `saved_tensors_hooks` packed some of them, as a SavedTensor.
    packed = False

    @property
    def saved(self) -> dict[str, Any]:  # type: ignore[override]
        """Field -> SavedTensor or plain value, made for those who look."""
        plan, facts = self.plan, self.facts
        found: dict[str, Any] = {}
        for i, (field, number) in enumerate(plan.kept):
            value = None if self.kept is None else self.kept[i]
            counter, version = facts[2 * i : 2 * i + 2]
            if counter.__class__ is Counters:
                value = SavedHeld.look(field, value, counter, version)
            elif value.__class__ is not SavedTensor:
                value = look(field, value, counter, version, number, self.kept is None)
            found[field] = value
        found |= zip(plan.plain, facts[2 * len(plan.kept) :], strict=True)
        return {field: found[field] for field, _, _ in plan.fields if field in found}

    def keep(self, field: str, tensor: Tensor) -> None:
        """Save an output that is nobody's as a tensor of its own."""
        for i, (name, _) in enumerate(self.plan.kept):
            if name == field and self.kept is not None:
                kept = SavedTensor(tensor) if self.packed else tensor
                self.kept = *self.kept[:i], kept, *self.kept[i + 1 :]

    def pack(self, outputs: Sequence[Tensor]) -> None:
        """Let `saved_tensors_hooks` keep what they will instead of each tensor."""
        assert self.kept is not None
        kept, facts = list(self.kept), list(self.facts)
        for i, (_, number) in enumerate(self.plan.kept):
            counter = facts[2 * i]
            if counter.__class__ is list:
                value = kept[i] if number < 0 else outputs[number]
                kept[i] = SavedTensor(value, number)
                self.packed, self.plain = True, False
                facts[2 * i : 2 * i + 2] = NUMBER, 0
        self.kept, self.facts = tuple(kept), tuple(facts)

    def release(self) -> None:
        """Free what was saved; running again then raises."""
        if self.packed:
            for kept in self.kept or ():
                if kept.__class__ is SavedTensor:
                    kept.free()
        else:
            self.kept = None

    def check(self) -> tuple[Any, ...]:
        """Raise if something saved is freed, or was modified since."""
        for saved in self.saved.values():
            if saved.__class__ is SavedTensor:
                saved.array(self)
            elif saved.__class__ is SavedHeld:
                saved.operand(self)
        return self.kept or (None,) * len(self.plan.kept)

    def undefined(self) -> list[Gradient]:
        """Return no gradient for none; PyTorch looks at what is saved even then."""
        self.check()
        return [None] * len(self.targets)

    def unpack(self, value: Any, like: Array) -> Any:
        """Return a saved value that isn't a plain tensor as formulas take it."""
        if isinstance(value, tuple):
            return value
        return value._array if isinstance(value, Tensor) else as_array(value, like)

    def run(self, grads: list[Gradient]) -> Sequence[Gradient]:
        """Apply the formula of every input that requires grad."""
        first = grads[0]
        if first is None:
            first = next((grad for grad in grads if grad is not None), None)
            if first is None:
                return self.undefined()
        if isinstance(first, Tensor):
            operands = self._operands()  # what can't be used is told of
            with silence(), inside_formula():
                return self.plan.apply(grads, operands)
        found: list[Gradient]
        if self.packed:
            # What unpacks them is the user's, and may run operations itself.
            values = [
                value._array if isinstance(value, Tensor) else value
                for value in self._operands()
            ]
            found = thread.now.quiet(self.plan.apply, grads, values)
        else:
            found = thread.now.quiet(self.plan.run, self, first, grads)
        return found

    def _operands(self) -> list[Any]:
        return [
            saved.operand(self) if saved.__class__ in _SAVED else saved
            for saved in self.saved.values()
        ]


_SAVED = SavedTensor, SavedHeld


def record(
    op: Op,
    inputs: Sequence[Any],
    args: Sequence[Any],
    outputs: Sequence[Tensor],
    mask: int,
) -> OpNode:
    """Make the node of an operation that ran, and hang the outputs under it."""
    node: OpNode = _new(op.node_type)
    node.sequence = next_number()
    node.plan = plan = op._plans.get(mask) or op.plan(mask)
    plan.begin(node, inputs, args)
    if plan.finish is not None:
        plan.finish(node, outputs)
    if hooked:
        noticed(node, outputs)
    if len(outputs) == 1:
        output = outputs[0]
        made = output._array
        kind = made.dtype
        node.shapes = ((made.shape, kind),)
        if kind.kind == "f":
            output._requires_grad, output._grad_fn = True, node
        return node
    node.shapes = shapes_of(outputs)
    for number, output in enumerate(outputs):
        if output._array.dtype.kind == "f":
            output._requires_grad, output._grad_fn = True, node
            output._output_nr = number
    return node


def make_node(op: Op, inputs: Sequence[Any], args: Sequence[Any], mask: int) -> OpNode:
    """Make the node of an operation: its edges, and what it saves of the inputs."""
    node: OpNode = _new(op.node_type)
    node.sequence = next_number()
    node.plan = plan = op._plans.get(mask) or op.plan(mask)
    plan.begin(node, inputs, args)
    return node


def save_outputs(node: OpNode, outputs: Sequence[Tensor]) -> None:
    """Save what the node needs of its outputs, and note what their gradients fit."""
    if node.plan.finish is not None:
        node.plan.finish(node, outputs)
    if hooked:
        noticed(node, outputs)
    node.shapes = shapes_of(outputs)


def shapes_of(outputs: Sequence[Tensor]) -> tuple[tuple[tuple[int, ...], Any], ...]:
    """Return what gradients fit; indices, which come last, have none."""
    arrays = [output._array for output in outputs]
    return tuple((a.shape, a.dtype) for a in arrays if a.dtype.kind == "f")
