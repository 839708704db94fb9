"""What an operation is: a NumPy forward and one gradient formula per input.

One row adds an operation:

    Op("mul", lambda self, other, /: self * other, cast=promoted,
       self=lambda grad, other: grad * other, other=lambda grad, self: grad * self)

Parameters of the forward before the `/` are tensors, those after it plain values. A
formula's parameter names are what backward needs, so they are what the node saves:
`grad` (or `grads`, one per output), inputs, `result` (or another name in `outputs`),
plain values, and `self_sym_sizes` or `..._strides`, the shape of an input. Formulas
take arrays or tensors alike: usual backward runs on arrays, `create_graph=True` on
tensors.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from numpy import asanyarray, ndarray

from .events import Operated
from .graph import saved_field
from .lying import PLAINLY, in_rows, relaid
from .opnode import OpNode, record
from .plans import Formula, Plan, needs
from .plans import plan as make_plan
from .promotion import FLOATS, floating, promoted
from .raw import raw_field
from .refusing import FAILURES, all_inference, refusal, requiring
from .saved import hooked
from .storage import Array, laid_out
from .telling import emit, values_of, why_not
from .tensor import Tensor, check_counts, wrap
from .thread import Now, thread
from .tracebacks import noticed

OPS: dict[str, Op] = {}
#: Stands for the default of a plain value that has none.
REQUIRED = object()
#: Parameters of formulas that a node doesn't show as `_saved_...`.
_HIDDEN = frozenset({"grad", "grads", "geometry", "tensors_sym_sizes"}) | {
    *(f"self_sym_{kind}" for kind in ("device", "type")),
    "src_sym_sizes",
    "grad_output_sym_sizes",
    "output_mask",
}
_new, _new_tuple = object.__new__, tuple.__new__
Cast = Callable[[Sequence[Any], list[Any]], list[Any]]


#: Nodes that are no classes of C++ in PyTorch.
_HOMES = {"BackwardHookFunctionBackward": "torch.autograd.function"}


class Op:
    """A differentiable operation; see the module's own text for its parts."""

    #: True for what brings a tensor to another device.
    moves = False

    def __init__(
        self,
        name: str,
        forward: Callable[..., Any],
        /,
        *,
        node: str | None = None,
        cast: Cast | None = None,
        view: bool = False,
        outputs: tuple[str, ...] = ("result",),
        many: bool = False,
        writes: int | tuple[int, ...] | property = 0,
        direct: Callable[..., Any] | None = None,
        holds: tuple[str, ...] = (),
        **formulas: Formula,
    ) -> None:
        parameters = inspect.signature(forward).parameters.values()
        tensors = [p for p in parameters if p.kind is p.POSITIONAL_ONLY]
        plain = [p for p in parameters if p.kind is not p.POSITIONAL_ONLY]
        self.name, self.forward, self.formulas = (
            name.partition(".")[0],
            forward,
            formulas,
        )
        self.cast, self.view, self.outputs, self.many = cast, view, outputs, many
        #: (result, inputs, args): leave on a result what PyTorch's kernel leaves there,
        #: which shows if all inputs are inference tensors and the mode is off.
        self.leave: Callable[[Tensor, Sequence[Any], Sequence[Any]], None] | None = None
        #: How a result lies in memory along dimensions of size 1.
        self.lies = PLAINLY
        #: True if it lies row by row whatever the inputs do.
        self.in_rows = False
        #: What formulas call instead when they meet tensors: an operation's own name
        #: in the graph is what PyTorch composes it of.
        self.on_tensors: Callable[..., Any] | None = None
        #: (gradients, which inputs want one, **saved): all formulas in one operation,
        #: which PyTorch's graph shows where gradients are tensors.
        self.at_once: Callable[..., Sequence[Any]] | None = None
        self.inputs = tuple(p.name for p in tensors)
        self.args = tuple(p.name for p in plain)
        self.names = self.inputs + self.args
        self.defaults = {
            p.name: p.default for p in parameters if p.default is not p.empty
        }
        #: What `forward` comes to for the usual plain values: NumPy's own function,
        #: which is quicker to call than one of ours.
        self.usual = tuple(self.defaults.get(name, REQUIRED) for name in self.args)
        self.direct = direct or forward
        #: Inputs that have a formula are those the node has edges for.
        self.edges = tuple(i for i, n in enumerate(self.inputs) if n in formulas)
        #: Plain values that tensors were made into, which the node keeps with them.
        self.holds = holds
        self.differentiable = sum(1 << i for i in self.edges)
        self._plans: dict[int, Plan] = {}
        self._node_name, self._writes = node or f"{_camel(self.name)}Backward0", writes
        self._node_type: type[OpNode] | None = None
        OPS[name] = self

    @property
    def node_type(self) -> type[OpNode]:
        """The class of its nodes, made when one of them is: most rows rest."""
        # No `cached_property`: it takes the quick way to attributes from the others.
        if self._node_type is None:
            self._node_type = self._make_type()
        return self._node_type

    def _make_type(self) -> type[OpNode]:
        space, _, short = self._node_name.rpartition("::")
        own = {
            "__module__": _HOMES.get(short, "builtins"),
            "op": self,
            "writes": self._writes,
            "plain": not self._writes,
            "namespace": space and f"{space}::",
        }
        shown = {
            f"_saved_{name}": saved_field(name)
            for formula in self.formulas.values()
            for name in needs(formula)
            if name not in _HIDDEN and not name.endswith("_sym_info")
        }
        fields = (name.removeprefix("_saved_") for name in shown)
        rawly = {
            f"_raw_saved_{name}": raw_field(name)
            for name in fields
            if name in (*self.inputs, *self.outputs) or name in self.holds
        }
        return type(short, (OpNode,), own | shown | rawly)

    def plan(self, mask: int) -> Plan:
        """Return what is saved and computed if the inputs in `mask` require grad."""
        found = self._plans.get(mask)
        if found is None:
            found = self._plans[mask] = make_plan(self, mask)
        return found


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def call(op: Op, inputs: Sequence[Any], args: Sequence[Any] = ()) -> Any:
    """Run an operation; record a node if grad mode is on and an input requires grad.

    >>> from minitorch_viz import minitorch as torch
    >>> call(OPS["exp"], (torch.zeros(2),))
    tensor([1., 1.])
    """
    now = thread.now
    arrays = []
    mask, bit, plain, rows = 0, 1, True, True
    for value in inputs:
        kind = type(value)
        if kind is Tensor and value._base is None:
            arrays.append(value._array)
            if value._requires_grad:
                mask |= bit
                plain = plain and not value._inference
            rows = rows and value._in_rows
        elif kind is float or kind is int:
            arrays.append(value)
        else:
            arrays.append(array_of(value))
            plain = rows = False
        bit += bit
    if op.view and not arrays[0].size:
        arrays[0] = laid_out(arrays[0])
    try:
        if op.cast is not None:
            arrays = op.cast(inputs, arrays)
        if args is op.usual:
            found = now.quiet(op.direct, *arrays)
        else:
            found = now.quiet(op.forward, *arrays, *args)
    except FAILURES as error:
        raise refusal(op, inputs, arrays, error) from None
    if not now.grad or now.inference:
        mask = 0
    elif not plain:
        mask = requiring(op, inputs, args)
    elif mask:
        mask &= op.differentiable
    kind = type(found)
    if kind is tuple or kind is list:
        if op.lies:
            found = (relaid(each, arrays[:1], op.lies) for each in found)
        return _several(op, inputs, args, tuple(map(wrap, found)), mask)
    return record_one(op, inputs, args, found, mask, now, rows)


def record_one(
    op: Op,
    inputs: Sequence[Any],
    args: Sequence[Any],
    found: Any,
    mask: int,
    now: Now,
    rows: bool,
) -> Tensor:
    """Make the tensor of the only output, and record the operation.

    `rows` says that all inputs are known to lie row by row.

    >>> from numpy import ones
    >>> record_one(OPS["exp"], (), (), ones(1), 0, thread.now, True)
    tensor([1.], dtype=torch.float64)
    """
    # As `wrap` does, which takes a third longer.
    output = _new(Tensor)
    made = found if type(found) is ndarray else asanyarray(found)
    if op.lies:
        if rows or in_rows(inputs):
            output._in_rows = True
        elif made.ndim > 1 and args[:1] != ("C",):
            made = relaid(made, arrays_of(inputs), op.lies)
    elif op.in_rows:
        output._in_rows = made.size > 0
    output._array = made
    output._inference = inference = now.inference
    output._counter = counter = None if inference else [0]
    output._requires_grad, output._grad_fn, output._output_nr = False, None, 0
    output._base = None
    if op.leave is not None and not mask and counter and all_inference(inputs):
        op.leave(output, inputs, args)
    if op.view:
        make_views(inputs[0], (output,))
    node = None
    if mask:
        kind = made.dtype
        if kind in FLOATS or kind.kind == "f":
            plan = op._plans.get(mask) or op.plan(mask)
            make = plan.make  # a name of its own is quicker to call
            node = make(inputs, args, made.shape, kind)
            output._requires_grad, output._grad_fn = True, node
            if plan.finish is not None:
                plan.finish(node, (output,))
            if hooked:
                noticed(node, (output,))
        elif mask & op.differentiable and op.name != "to_copy":
            name = output.dtype.scalar_name
            raise RuntimeError(f"Autograd not support dtype: {name}")
    if now.observer is not None:
        # As `emit` does, which takes half as long again.
        reason = why_not(op, inputs) if node is None else None
        plain = not args and type(inputs) is tuple
        values = inputs if plain else values_of(op, inputs, args)
        event = op.name, op.names, values, output, node, reason, False, op.view
        now.observer(_new_tuple(Operated, event))
    return output


def _several(
    op: Op,
    inputs: Sequence[Any],
    args: Sequence[Any],
    outputs: tuple[Tensor, ...],
    mask: int,
) -> tuple[Tensor, ...]:
    """Record an operation that has several outputs."""
    if op.view:
        make_views(inputs[0], outputs, several=True)
    elif op.leave is not None and not thread.now.inference and all_inference(inputs):
        for output in outputs:
            op.leave(output, inputs, args)
    node = record(op, inputs, args, outputs, mask) if mask else None
    if outputs and thread.now.observer is not None:  # what made nothing isn't told
        emit(op, inputs, args, outputs, node)
    return outputs


def arrays_of(inputs: Sequence[Any]) -> list[Any]:
    """Return the arrays of the tensors among `inputs`, the rest as it is."""
    return [array_of(x) for x in inputs]


def array_of(value: Any) -> Any:
    """Return the array of a tensor, those of a list of them, or the value itself."""
    if isinstance(value, Tensor):
        return value._array
    return arrays_of(value) if value.__class__ is list else value


def make_views(
    base: Tensor, outputs: Sequence[Tensor], *, several: bool = False
) -> None:
    """Make `outputs` views of `base`: one storage, one version counter."""
    check_counts(base)
    made = "multiple" if several else "default"
    if thread.now.inference:
        made = "inference"
    elif not thread.now.grad:
        made = "no_grad"
    for output in outputs:
        output._inference = base._inference
        # What `detach()` made of an inference tensor counts writes, its views don't.
        output._counter = None if base._inference else base._counter
        if output._counter is None:
            continue
        output._base = base if base._base is None else base._base
        output._made = (
            base._made if made == "default" and base._base is not None else made
        )
        output._made_version = output._counter[0]


class _Do:
    """The operations as formulas use them, on arrays and tensors alike."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in OPS:
            raise AttributeError(f"no operation is called {name}")
        found = partial(_either, OPS[name])
        setattr(self, name, found)
        return found


def _either(op: Op, *values: Any) -> Any:
    """Run `op` on arrays as they are, on tensors as an operation; inputs come first."""
    cut = len(op.inputs)
    if cut == 1 and values[0].__class__ is ndarray:
        return op.forward(*values)
    inputs, args = values[:cut], values[cut:]
    if not _any_tensor(inputs):
        return op.forward(*values)
    if op.on_tensors is not None:
        return op.on_tensors(*values)
    return call(op, inputs, args + op.usual[len(args) :])


def _any_tensor(inputs: Sequence[Any]) -> bool:
    for each in inputs:
        if isinstance(each, Tensor) or (type(each) is list and _any_tensor(each)):
            return True
    return False


do = _Do()
__all__ = ["OPS", "Array", "Op", "call", "do", "floating", "promoted"]
