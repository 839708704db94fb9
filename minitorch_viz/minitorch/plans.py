"""What a node saves and computes, made into functions when first needed.

An operation's row says what each formula needs. For every set of inputs that require
grad, functions are written from that and compiled, since they run for every operation
of every program. For `x * 2`, which needs `other`:

    def make(inputs, args, shape, kind):  # saves
        node = new(Mul)
        ...
        input1 = inputs[1]
        counter1 = input1._counter if ... else counter_of(input1)
        node.kept0, node.counter0, node.version0 = input1, counter1, counter1[0]
        node.target0 = target_of(inputs[0])
        return node

    def run(node, first, grads, keep):  # computes, on arrays
        if node.freed or node.counter0[0] != node.version0:
            node.check()
        saved0 = node.kept0
        if type(saved0) is Tensor: ...
        found = [f0(first, saved0), None]
        if not keep:
            node.kept0, node.freed = None, True
        return found

All of it lies on the node itself: each tuple more that lives as long as the graph would
cost Python's collector time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from numpy import ndarray

from .boxes import box_of
from .devices import device_of
from .dtypes import device as Device
from .graph import FIRST, Gradient, Node, next_number, target_of
from .held import counters_of
from .promotion import as_array
from .saved import NUMBER, counter_of
from .storage import element_strides
from .tensor import Tensor

if TYPE_CHECKING:
    from .op import Op
    from .opnode import OpNode

Formula = Callable[..., Any]
#: (field, kind, which): input, output, held, arg, sizes, strides, unasked or device
Field = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one set of inputs that require grad makes an operation save and compute."""

    #: which inputs are saved
    inputs: frozenset[int]
    #: what is saved, in the order in which it is shown
    fields: tuple[Field, ...]
    #: (field, which) of what is kept with a counter; -1 for inputs, else the number of
    #: an output
    kept: tuple[tuple[str, int], ...]
    #: the fields of plain values
    plain: tuple[str, ...]
    #: (inputs, args, shape and type of the output) -> the node, which has saved what is
    #: needed of them and knows where edges lead
    make: Callable[[Sequence[Any], Sequence[Any], tuple[int, ...], Any], OpNode]
    #: (node, outputs): save what is needed of them; None if nothing is
    finish: Callable[[Node, Sequence[Tensor]], None] | None
    #: (node) -> what a backward pass notes of it
    box: Callable[[Node], list[Any]]
    #: (node, the first gradient that isn't None, all, whether to keep what is saved) ->
    #: a gradient for every edge
    run: Callable[[Node, Gradient, Sequence[Gradient], bool], list[Gradient]]
    #: (grads, saved values) -> a gradient for every edge
    apply: Callable[[Sequence[Gradient], Sequence[Any]], list[Gradient]]
    #: (for each edge whether its gradient is asked for) -> `apply` of those alone
    only: Callable[[tuple[bool, ...]], Callable[..., list[Gradient]]]


def plan(op: Op, mask: int) -> Plan:
    """Return what `op` saves and computes if the inputs in `mask` require grad.

    >>> from minitorch_viz.minitorch.op import OPS
    >>> sorted(plan(OPS["mul"], 0b01).inputs), plan(OPS["exp"], 1).kept
    ([1], (('result', 0),))
    """
    formulas = {i: op.formulas[op.inputs[i]] for i in op.edges if mask >> i & 1}
    fields = _saved(op, mask)
    # As PyTorch unpacks them: inputs by their names, then results.
    fields.sort(key=lambda field: (field[1] == "output", field[0]))
    inputs = [field for field in fields if field[1] == "input"]
    held = [field for field in fields if field[1] == "held"]
    results = [field for field in fields if field[1] == "output"]
    kept = results + inputs + held
    plain = [field for field in fields if field not in kept]
    known = _KNOWN | {f"f{i}": f for i, f in formulas.items()}
    known["Type"] = op.node_type
    known["plan"] = made = Plan(
        frozenset(which for _, _, which in inputs),
        tuple(fields),
        tuple((n, w if kind == "output" else -1) for n, kind, w in kept),
        tuple(name for name, _, _ in plain),
        _compiled("make", _make(op, mask, kept, plain), known),
        _compiled("finish", _finish(results), known) if results else None,
        _compiled("box", _box(op, formulas), known),
        _compiled("run", _run(op, mask, formulas, kept, plain), known),
        eval(_apply(op, formulas, fields), known),
        cache(lambda asked: eval(_apply(op, formulas, fields, asked), known)),
    )
    return made


def _saved(op: Op, mask: int) -> list[Field]:
    """Return what PyTorch saves, which is more than what these formulas need.

    Only an input that a single formula needs is left out if that isn't asked for, and
    strides are empty; what two of them need, results and plain values are saved in any
    case.
    """
    users: dict[str, list[str]] = {}
    for owner, formula in op.formulas.items():
        for name in needs(formula):
            users.setdefault(name, []).append(owner)
    found = []
    for name, owners in users.items():
        if name in ("grad", "grads"):
            continue
        field = _field(op, name)
        shared = len(op.edges) == 1 or len(owners) > 1
        if shared or mask >> op.inputs.index(owners[0]) & 1:
            found.append(field)
        elif field[1] == "strides":
            found.append((name, "unasked", 0))
        elif field[1] != "input":
            found.append(field)
    return found


def _compiled(name: str, text: str, known: dict[str, Any]) -> Callable[..., Any]:
    made: dict[str, Any] = {}
    known["__name__"] = __name__  # whose code it is
    exec(text, known, made)
    found: Callable[..., Any] = made[name]
    return found


def needs(formula: Formula) -> tuple[str, ...]:
    """Return the names of a formula's parameters: what it needs.

    >>> needs(lambda grad, other: grad * other)
    ('grad', 'other')
    """
    code = getattr(formula, "__code__", None)
    if code is None:
        return tuple(inspect.signature(formula).parameters)
    found: tuple[str, ...] = code.co_varnames[: code.co_argcount]
    return found


def _field(op: Op, name: str) -> Field:
    if name in op.holds:
        return name, "held", op.args.index(name)
    for kind, names in (
        ("input", op.inputs),
        ("output", op.outputs),
        ("arg", op.args),
    ):
        if name in names:
            return name, kind, names.index(name)
    owner, _, kind = name.rpartition("_sym_")
    return name, kind, op.inputs.index(owner)


def _make(op: Op, mask: int, kept: Sequence[Field], plain: Sequence[Field]) -> str:
    wanted = [i for i in op.edges if mask >> i & 1]
    used = {which for _, kind, which in kept if kind == "input"}
    used |= set() if op.many else set(wanted)
    number = FIRST if _lacks_derivative(op) else "next_number()"
    lines = ["node = new(Type)", f"node.sequence = {number}", "node.plan = plan"]
    # Those of the node itself, and not of its class, are read quicker.
    lines += ["node.shape, node.kind, node.freed = shape, kind, False"]
    lines += [f"node.plain = {op.node_type.plain}"]
    if used == set(range(len(op.inputs))):
        lines.append(f"{_row(f'input{w}' for w in sorted(used))} = inputs")
    else:
        lines += [f"input{w} = inputs[{w}]" for w in sorted(used)]
    for i, (_, kind, w) in enumerate(kept):
        if kind == "input":
            lines.append(f"node.kept{i} = input{w}")
            counted = _OF_TENSOR if _is_tensor(op, mask, w) else _COUNTER
            lines.append(counted.format(i=i, w=w))
        elif kind == "held":
            lines.append(f"node.kept{i} = args[{w}]")
            lines.append(f"node.counter{i} = counter{i} = counters_of(args[{w}])")
        else:
            continue
        lines.append(f"node.version{i} = counter{i}[0]")
    for i, (_, kind, w) in enumerate(plain):
        lines.append(f"node.plain{i} = {_PLAIN[kind].format(w)}")
    if op.many:
        (w,) = wanted
        lines.append(f"node.edges = tuple(map(target_of, inputs[{w}]))")
    lines += [] if op.many else [f"node.target{i} = {_target(i)}" for i in wanted]
    text = ["def make(inputs, args, shape, kind):", *lines, "return node"]
    return "\n    ".join(text)


def _is_tensor(op: Op, mask: int, w: int) -> bool:
    """True if an input is known for a tensor, since it requires grad."""
    return bool(mask >> w & 1) and not op.many


_OF_TENSOR = """if not input{w}._inference:
        node.counter{i} = counter{i} = input{w}._counter or counter_of(input{w})
    else:
        node.counter{i} = counter{i} = counter_of(input{w})"""
_COUNTER = """if type(input{w}) is Tensor and not input{w}._inference:
        node.counter{i} = counter{i} = input{w}._counter or counter_of(input{w})
    elif type(input{w}) is float:
        node.counter{i} = counter{i} = NUMBER
    else:
        node.counter{i} = counter{i} = counter_of(input{w})"""


def _finish(results: Sequence[Field]) -> str:
    lines = ["def finish(node, outputs):"]
    for i, (_, _, w) in enumerate(results):
        # Indices own no node: they are kept as they are.
        lines += [
            f"output = outputs[{w}]",
            "array = output._array",
            f"node.kept{i} = array if array.dtype.kind == 'f' else output",
            f"node.counter{i} = counter = counter_of(output)",
            f"node.version{i} = counter[0]",
        ]
    return "\n    ".join(lines)


def _ends(op: Op, wanted: Container[int]) -> list[int]:
    """Return the inputs that edges are for: a node without a derivative has few."""
    few = _lacks_derivative(op)
    return [i for i in op.edges if i in wanted or not few]


def _lacks_derivative(op: Op) -> bool:
    return op.node_type.__name__ == "NotImplemented"


def _target(i: int) -> str:
    return (
        f"input{i}._grad_fn if input{i}._grad_fn is not None"
        f" and input{i}._base is None and not input{i}._output_nr"
        f" else target_of(input{i})"
    )


def _box(op: Op, wanted: Container[int]) -> str:
    ends = (f"node.target{i}" if i in wanted else "None" for i in _ends(op, wanted))
    targets = "node.edges" if op.many else f"({_row(ends)})"
    return f"""def box(node):
    if node.kind is None:
        return box_of({targets}, node.shape)
    return [node.shape, node.kind, None, 0, 1, {targets}, ()]"""


def _run(
    op: Op,
    mask: int,
    formulas: dict[int, Formula],
    kept: Sequence[Field],
    plain: Sequence[Field],
) -> str:
    lines = ["def run(node, first, grads, keep):"]
    values = {"grad": "first" if len(op.outputs) == 1 else "grads[0]", "grads": "grads"}
    values |= {name: f"saved{i}" for i, (name, _, _) in enumerate(kept)}
    values |= {name: f"node.plain{i}" for i, (name, _, _) in enumerate(plain)}
    if kept:
        moved = [f"node.counter{i}[0] != node.version{i}" for i in range(len(kept))]
        lines += [f"    if {' or '.join(['node.freed', *moved])}:"]
        lines += ["        node.check()"]
    for i, (_, kind, w) in enumerate(kept):
        if kind == "input" and _is_tensor(op, mask, w):
            lines.append(f"    saved{i} = node.kept{i}._array")
            continue
        lines += [
            f"    saved{i} = node.kept{i}",
            f"    if type(saved{i}) is Tensor:",
            f"        saved{i} = saved{i}._array",
            f"    elif type(saved{i}) is float:",
            f"        saved{i} = as_array(saved{i}, first)",
            f"    elif type(saved{i}) is not ndarray:",
            f"        saved{i} = node.unpack(saved{i}, first)",
        ]
    calls = {
        i: f"f{i}({', '.join(values[name] for name in needs(formula))})"
        for i, formula in formulas.items()
    }
    found = ", ".join(calls.get(i, "None") for i in _ends(op, formulas))
    lines += [f"    found = {f'list({found})' if op.many else f'[{found}]'}"]
    if kept:
        freed = " = ".join(f"node.kept{i}" for i in range(len(kept)))
        lines += ["    if not keep:", f"        {freed} = None"]
        lines += ["        node.freed = True"]
    return "\n".join([*lines, "    return found"])


def _row(items: Iterable[str]) -> str:
    """Return the items of a tuple, each with a comma behind it."""
    return "".join(f"{item}, " for item in items)


def _apply(
    op: Op,
    formulas: dict[int, Formula],
    fields: Sequence[Field],
    asked: Sequence[bool] = (),
) -> str:
    ends = _ends(op, formulas)
    left_out = {i for i, wanted in zip(ends, asked, strict=False) if not wanted}
    values = {"grad": "grads[0]", "grads": "grads"}
    values |= {field[0]: f"saved[{i}]" for i, field in enumerate(fields)}
    calls = {
        i: f"f{i}({', '.join(values[name] for name in needs(formula))})"
        for i, formula in formulas.items()
        if i not in left_out
    }
    if op.many or len(calls) < 2:
        found = ", ".join(calls.get(i, "None") for i in ends)
        return f"lambda grads, saved: {found if op.many else f'[{found}]'}"
    # PyTorch goes by the alphabet: which nodes a derivative's derivative has first.
    order = sorted(calls, key=lambda i: op.inputs[i])
    found = ", ".join(f"found{i}" if i in calls else "None" for i in ends)
    row = f"lambda {', '.join(f'found{i}' for i in order)}: [{found}]"
    return f"lambda grads, saved: ({row})({', '.join(calls[i] for i in order)})"


def _frozen(value: Any) -> Any:
    return tuple(value) if value.__class__ is list else value


def _sizes(value: Any) -> Any:
    if value.__class__ is list:
        return tuple(each._array.shape for each in value)
    return value._array.shape if isinstance(value, Tensor) else ()


def _device(value: Tensor) -> Device:
    return device_of(value._array)


def _strides(value: Tensor) -> tuple[int, ...]:
    return element_strides(value._array)


_KNOWN = {
    "NUMBER": NUMBER,
    "Tensor": Tensor,
    "as_array": as_array,
    "box_of": box_of,
    "device": _device,
    "counter_of": counter_of,
    "counters_of": counters_of,
    "frozen": _frozen,
    "ndarray": ndarray,
    "new": object.__new__,
    "next_number": next_number,
    "sizes": _sizes,
    "strides": _strides,
    "target_of": target_of,
}
_PLAIN = {
    "arg": "frozen(args[{}])",
    "sizes": "sizes(inputs[{}])",
    "info": "sizes(inputs[{}])",
    "numel": "inputs[{}]._array.size",
    "argsize_0": "inputs[{}]._array.shape[0]",
    "type": "inputs[{}]._array.dtype",
    "strides": "strides(inputs[{}])",
    "unasked": "()",
    "device": "device(inputs[{}])",
}
