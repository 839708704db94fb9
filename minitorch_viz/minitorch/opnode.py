"""The node of an operation in the table: what it saves, and how it is made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from .boxes import TARGETS
from .events import silence
from .graph import Gradient, Node
from .held import Counters, SavedHeld
from .plans import Plan, needs
from .promotion import as_array
from .saved import NUMBER, SavedTensor, as_input, hooked, look
from .storage import Array
from .tensor import Tensor
from .thread import inside_formula, thread
from .tracebacks import noticed

if TYPE_CHECKING:
    from .op import Op


class OpNode(Node):
    """The node of an operation in the table.

    What it saves lies bare in its attributes, as functions in its plan put it there:
    `kept0`, `counter0`, `version0` and so on for saved inputs, and the arrays of saved
    results; `plain0` and so on for plain values. Most are used once; nobody sees them.
    """

    op: Op
    plan: Plan
    #: True once nothing is kept any more.
    freed: bool
    #: The size and element type of the output; if there are several, those of each and
    #: None.
    shape: tuple[Any, ...]
    kind: Any
    #: Where the gradient of the first input goes, if it requires grad.
    target0: Any
    #: True if `saved_tensors_hooks` packed some of what is kept, as a SavedTensor.
    packed = False
    #: What is kept and still to be packed, while hooks run.
    packing: Collection[int] = ()
    #: The results that are nobody's.
    inner: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[Any, ...]:  # type: ignore[override]
        """Where each gradient goes."""
        found: tuple[Any, ...] = self.plan.box(self)[TARGETS]
        return found

    def let_go(self) -> None:
        """Lead nowhere from the first input on: what it was is gone."""
        self.target0 = None

    @property
    def shapes(self) -> tuple[Any, ...]:
        """What the gradient of each output fits."""
        return self.shape if self.kind is None else ((self.shape, self.kind),)

    @shapes.setter
    def shapes(self, shapes: tuple[Any, ...]) -> None:
        self.shape, self.kind = shapes[0] if len(shapes) == 1 else (shapes, None)

    @property
    def saved(self) -> dict[str, Any]:  # type: ignore[override]
        """Field -> SavedTensor or plain value, made for those who look."""
        plan = self.plan
        found: dict[str, Any] = {}
        for i, (field, number) in enumerate(plan.kept):
            value, counter, version = self._kept(i)
            if i in self.packing:
                continue  # a hook that packs this, or one before it, looks
            if counter.__class__ is Counters:
                value = SavedHeld.look(field, value, counter, version)
            elif value.__class__ not in _SAVED:
                number = -1 if field in self.inner else number
                value = look(field, value, counter, version, number, self.freed)
            found[field] = value
        found |= {
            field: getattr(self, f"plain{i}") for i, field in enumerate(plan.plain)
        }
        return {field: found[field] for field, _, _ in plan.fields if field in found}

    def _kept(self, i: int) -> tuple[Any, Any, Any]:
        names = f"kept{i}", f"counter{i}", f"version{i}"
        value, counter, version = (getattr(self, name) for name in names)
        return value, counter, version

    def keep(self, field: str, tensor: Tensor) -> None:
        """Save an output that is nobody's as a tensor of its own."""
        for i, (name, _) in enumerate(self.plan.kept):
            if name == field:
                self.inner += (field,)
                kept = SavedTensor(tensor) if self.packed else tensor
                setattr(self, f"kept{i}", kept)

    def pack(self, outputs: Sequence[Tensor]) -> None:
        """Let `saved_tensors_hooks` keep what they will instead of each tensor."""
        kept = self.plan.kept
        counters = [self._kept(i)[1] for i in range(len(kept))]
        waiting = [i for i, c in enumerate(counters) if c.__class__ in (list, Counters)]
        # Inputs are saved before the kernel runs.
        waiting.sort(key=lambda i: kept[i][1] >= 0)
        self.packing = waiting
        while waiting:
            i = waiting[0]
            field, number = kept[i]
            value = getattr(self, f"kept{i}")
            packed: SavedTensor | SavedHeld
            if counters[i].__class__ is Counters:
                packed = SavedHeld.packed(field, value)
            else:
                packed = SavedTensor(value if number < 0 else outputs[number], number)
            self._keep_packed(i, packed)
            del waiting[0]

    def _keep_packed(self, i: int, packed: SavedTensor | SavedHeld) -> None:
        self.packed, self.plain = True, False
        setattr(self, f"kept{i}", packed)
        setattr(self, f"counter{i}", NUMBER)
        setattr(self, f"version{i}", 0)

    def replace_saved(self, field: str, saved: Any) -> None:
        """Keep in a field what hooks have now, and objects in the others as well."""
        for i, (name, _) in enumerate(self.plan.kept):
            if self._kept(i)[1].__class__ is list:
                self._keep_packed(i, saved if name == field else self.saved[name])
        self.packed, self.plain = True, False

    def release(self) -> None:
        """Free what was saved; running again then raises."""
        self.freed = not self.packed
        for i in range(len(self.plan.kept)):
            if not self.packed:
                setattr(self, f"kept{i}", None)
            elif (kept := getattr(self, f"kept{i}")).__class__ in _SAVED:
                kept.free()

    def check(self) -> None:
        """Raise if something saved is freed, or was modified since."""
        for saved in self.saved.values():
            if saved.__class__ is SavedTensor:
                saved.array(self)
            elif saved.__class__ is SavedHeld:
                saved.operand(self)

    def undefined(self, keep: bool = True) -> list[Gradient]:
        """Return no gradient for none; PyTorch looks at what is saved even then."""
        if type(self).__name__ == "NotImplemented":
            formula = next(iter(self.op.formulas.values()))
            formula(*(None for _ in needs(formula)))  # which raises
        self.check()
        if not keep:
            self.release()
        return [None] * len(self.targets)

    def unpack(self, value: Any, like: Array) -> Any:
        """Return a saved value that isn't a plain tensor as formulas take it."""
        if isinstance(value, tuple):
            return value
        return value._array if isinstance(value, Tensor) else as_array(value, like)

    def run(
        self, grads: list[Gradient], asked: tuple[bool, ...] | None = None
    ) -> Sequence[Gradient]:
        """Apply the formula of every input that requires grad, or that is asked for."""
        apply = self.plan.apply if asked is None else self.plan.only(asked)
        first = grads[0]
        if first is None:
            first = next((grad for grad in grads if grad is not None), None)
            if first is None:
                return self.undefined()
        if isinstance(first, Tensor):
            operands = self._operands()  # what can't be used is told of
            with silence(), inside_formula():
                if self.op.at_once is not None:
                    fields = (field for field, _, _ in self.plan.fields)
                    saved = dict(zip(fields, operands, strict=True))
                    wanted = [target is not None for target in self.targets]
                    if asked is not None:
                        wanted = [a and b for a, b in zip(wanted, asked, strict=True)]
                    return self.op.at_once(grads[0], wanted, **saved)
                return apply(grads, operands)
        found: list[Gradient]
        if self.packed or asked is not None:
            # What unpacks them is the user's, and may run operations itself.
            values = [
                value._array if isinstance(value, Tensor) else value
                for value in self._operands()
            ]
            found = thread.now.quiet(apply, grads, values)
        else:
            found = thread.now.quiet(self.plan.run, self, first, grads, True)
        return found

    def _operands(self) -> list[Any]:
        return [
            as_input(saved.operand(self)) if saved.__class__ in _SAVED else saved
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
    node = make_node(op, inputs, args, mask)
    for number, output in enumerate(outputs):
        if output._array.dtype.kind == "f":
            output._requires_grad, output._grad_fn = True, node
            output._output_nr = number
    save_outputs(node, outputs)
    return node


def make_node(op: Op, inputs: Sequence[Any], args: Sequence[Any], mask: int) -> OpNode:
    """Make the node of an operation: its edges, and what it saves of the inputs."""
    return op.plan(mask).make(inputs, args, (), None)


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
    floats = [a for a in arrays if a.dtype.kind == "f"] or arrays[:1]
    return tuple((a.shape, a.dtype) for a in floats)
