"""What a node saves and computes, made into functions when first needed.

An operation's row says what each formula needs. For every set of inputs that require
grad, functions are written from that and compiled, since they run for every operation
of every program. For `x * 2`, which needs `other`:

    def begin(node, inputs, args):  # saves
        input1 = inputs[1]
        counter1 = input1._counter if ... else counter_of(input1)
        node.kept = (input1,)
        node.facts = (counter1, counter1[0])
        node.targets = (target_of(inputs[0]), None)

    def run(node, first, grads):  # computes, on arrays
        kept = node.kept
        counter0, version0 = node.facts
        if kept is None or counter0[0] != version0:
            kept = node.check()
        saved0 = kept[0]
        if saved0.__class__ is Tensor: ...
        return [f0(first, saved0), None]
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy import ndarray

from .devices import device_of
from .dtypes import device as Device
from .graph import Gradient, Node, target_of
from .held import counters_of
from .promotion import as_array
from .saved import NUMBER, counter_of
from .storage import element_strides
from .tensor import Tensor

if TYPE_CHECKING:
    from .op import Op

Formula = Callable[..., Any]
#: (field, kind, which): kind is input, output, held, arg, sizes, strides or device
Field = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one set of inputs that require grad makes an operation save and compute."""

    #: which inputs are saved
    inputs: frozenset[int]
    #: what is saved, in the order in which it is shown
    fields: tuple[Field, ...]
    #: (field, which) of what `kept` holds; -1 for inputs, else the number of an output
    kept: tuple[tuple[str, int], ...]
    #: the fields of plain values, which `facts` holds behind counters and versions
    plain: tuple[str, ...]
    #: (node, inputs, args): save what is needed of them, and note where edges lead
    begin: Callable[[Node, Sequence[Any], Sequence[Any]], None]
    #: (node, outputs): save what is needed of them; None if nothing is
    finish: Callable[[Node, Sequence[Tensor]], None] | None
    #: (node, the first gradient that isn't None, all) -> a gradient for every edge
    run: Callable[[Node, Gradient, Sequence[Gradient]], list[Gradient]]
    #: (grads, saved values) -> a gradient for every edge
    apply: Callable[[Sequence[Gradient], Sequence[Any]], list[Gradient]]


def plan(op: Op, mask: int) -> Plan:
    """Return what `op` saves and computes if the inputs in `mask` require grad.

    >>> from minitorch_viz.minitorch.op import OPS
    >>> sorted(plan(OPS["mul"], 0b01).inputs), plan(OPS["exp"], 1).kept
    ([1], (('result', 0),))
    """
    formulas = {i: op.formulas[op.inputs[i]] for i in op.edges if mask >> i & 1}
    names = dict.fromkeys(n for f in formulas.values() for n in needs(f))
    fields = [_field(op, n) for n in names if n not in ("grad", "grads")]
    # Results exist only after the operation ran, so they are shown last.
    fields.sort(key=lambda field: field[1] == "output")
    inputs = [field for field in fields if field[1] == "input"]
    held = [field for field in fields if field[1] == "held"]
    results = [field for field in fields if field[1] == "output"]
    kept = results + inputs + held
    plain = [field for field in fields if field not in kept]
    known = _KNOWN | {f"f{i}": f for i, f in formulas.items()}
    return Plan(
        frozenset(which for _, _, which in inputs),
        tuple(fields),
        tuple((n, w if kind == "output" else -1) for n, kind, w in kept),
        tuple(name for name, _, _ in plain),
        _compiled("begin", _begin(op, mask, inputs, held, plain), known),
        _compiled("finish", _finish(results), known) if results else None,
        _compiled("run", _run(op, formulas, kept, plain), known),
        eval(_apply(op, formulas, fields), known),
    )


def _compiled(name: str, text: str, known: dict[str, Any]) -> Callable[..., Any]:
    made: dict[str, Any] = {}
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


def _begin(
    op: Op,
    mask: int,
    inputs: Sequence[Field],
    held: Sequence[Field],
    plain: Sequence[Field],
) -> str:
    used = {which for _, _, which in inputs}
    if not op.many:
        used |= {i for i in op.edges if mask >> i & 1}
    lines = [f"input{w} = inputs[{w}]" for w in sorted(used)]
    lines += [
        f"""if type(input{w}) is Tensor and not input{w}._inference:
        counter{w} = input{w}._counter or counter_of(input{w})
    elif type(input{w}) is float:
        counter{w} = NUMBER
    else:
        counter{w} = counter_of(input{w})"""
        for _, _, w in inputs
    ]
    lines += [f"held{w} = counters_of(args[{w}])" for _, _, w in held]
    facts = [f"counter{w}, counter{w}[0]" for _, _, w in inputs]
    facts += [f"held{w}, held{w}[0]" for _, _, w in held]
    facts += [_PLAIN[kind].format(which) for _, kind, which in plain]
    kept = [f"input{w}" for _, _, w in inputs] + [f"args[{w}]" for _, _, w in held]
    wanted = [i for i in op.edges if mask >> i & 1]
    targets = [_target(op, i) if i in wanted else "None" for i in _ends(op, wanted)]
    lines += [
        f"node.kept = ({_row(kept)})",
        f"node.facts = ({_row(facts)})",
        f"node.targets = ({_row(targets)})",
    ]
    return "\n    ".join(["def begin(node, inputs, args):", *lines])


def _finish(results: Sequence[Field]) -> str:
    lines = [f"counter{w} = counter_of(outputs[{w}])" for _, _, w in results]
    # Indices own no node: they are kept as they are.
    arrays = (
        f"outputs[{w}]._array if outputs[{w}]._array.dtype.kind == 'f'"
        f" else outputs[{w}]"
        for _, _, w in results
    )
    facts = (f"counter{w}, counter{w}[0]" for _, _, w in results)
    lines += [
        f"node.kept = ({_row(arrays)}*node.kept)",
        f"node.facts = ({_row(facts)}*node.facts)",
    ]
    return "\n    ".join(["def finish(node, outputs):", *lines])


def _ends(op: Op, wanted: Container[int]) -> list[int]:
    """Return the inputs that edges are for: a node without a derivative has few."""
    few = op.node_type.__name__ == "NotImplemented"
    return [i for i in op.edges if i in wanted or not few]


def _target(op: Op, i: int) -> str:
    if op.many:
        return f"*map(target_of, inputs[{i}])"
    return (
        f"input{i}._grad_fn if input{i}._grad_fn is not None"
        f" and input{i}._base is None and not input{i}._output_nr"
        f" else target_of(input{i})"
    )


def _run(
    op: Op, formulas: dict[int, Formula], kept: Sequence[Field], plain: Sequence[Field]
) -> str:
    lines = ["def run(node, first, grads):"]
    values = {"grad": "first" if len(op.outputs) == 1 else "grads[0]", "grads": "grads"}
    values |= {name: f"saved{i}" for i, (name, _, _) in enumerate(kept)}
    values |= {name: f"plain{i}" for i, (name, _, _) in enumerate(plain)}
    many = range(len(kept))
    facts = [f"counter{i}, version{i}" for i in many]
    facts += [f"plain{i}" for i in range(len(plain))]
    if facts:
        lines.append(f"    {_row(facts)} = node.facts")
    if kept:
        moved = [f"counter{i}[0] != version{i}" for i in many]
        lines += [
            "    kept = node.kept",
            f"    if {' or '.join(['kept is None', *moved])}:",
            "        kept = node.check()",
            f"    {_row(f'saved{i}' for i in many)} = kept",
        ]
    elif any(name == "indices" for name, _, _ in plain):
        lines += ["    if node.kept is None:", "        node.check()"]
    for i in many:
        lines += [
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
    lines.append(f"    return {f'list({found})' if op.many else f'[{found}]'}")
    return "\n".join(lines)


def _row(items: Iterable[str]) -> str:
    """Return the items of a tuple, each with a comma behind it."""
    return "".join(f"{item}, " for item in items)


def _apply(op: Op, formulas: dict[int, Formula], fields: Sequence[Field]) -> str:
    values = {"grad": "grads[0]", "grads": "grads"}
    values |= {field[0]: f"saved[{i}]" for i, field in enumerate(fields)}
    calls = {
        i: f"f{i}({', '.join(values[name] for name in needs(formula))})"
        for i, formula in formulas.items()
    }
    found = ", ".join(calls.get(i, "None") for i in _ends(op, formulas))
    return f"lambda grads, saved: {found if op.many else f'[{found}]'}"


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
    "device": _device,
    "counter_of": counter_of,
    "counters_of": counters_of,
    "frozen": _frozen,
    "ndarray": ndarray,
    "sizes": _sizes,
    "strides": _strides,
    "target_of": target_of,
}
_PLAIN = {
    "arg": "frozen(args[{}])",
    "sizes": "sizes(inputs[{}])",
    "numel": "inputs[{}]._array.size",
    "type": "inputs[{}]._array.dtype",
    "strides": "strides(inputs[{}])",
    "device": "device(inputs[{}])",
}
