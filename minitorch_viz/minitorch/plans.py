"""What a node saves and computes, made into two functions when first needed.

An operation's row says what each formula needs. For every set of inputs that require
grad, one function that saves it and one that calls the formulas are written from that
and compiled, since they run for every operation of every program:

    lambda inputs, args: ({"other": keep(inputs[1])}, (edge_of(inputs[0]), NOWHERE))
    lambda grads, saved: (f0(grads[0], saved[0]), None)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .graph import NOWHERE, Edge, Gradient, edge_of
from .saved import keep
from .storage import element_strides
from .tensor import Tensor

if TYPE_CHECKING:
    from .op import Op

Formula = Callable[..., Any]
#: (field, kind, which): kind is one of input, output, arg, sizes, strides
Field = tuple[str, str, int]


class Plan(NamedTuple):
    """What one set of inputs that require grad makes an operation save and compute."""

    #: which inputs are saved
    inputs: frozenset[int]
    #: (field, which) of the outputs that are saved, after everything else
    results: tuple[tuple[str, int], ...]
    #: (inputs, args) -> what is saved of them, and the node's edges
    begin: Callable[
        [Sequence[Any], Sequence[Any]], tuple[dict[str, Any], tuple[Edge, ...]]
    ]
    #: (grads, saved values) -> a gradient for every edge
    apply: Callable[[Sequence[Gradient], Sequence[Any]], list[Gradient]]


def plan(op: Op, mask: int) -> Plan:
    """Return what `op` saves and computes if the inputs in `mask` require grad.

    >>> from minitorch_viz.minitorch.op import OPS
    >>> sorted(plan(OPS["mul"], 0b01).inputs), plan(OPS["exp"], 1).results
    ([1], (('result', 0),))
    """
    formulas = {i: op.formulas[op.inputs[i]] for i in op.edges if mask >> i & 1}
    names = dict.fromkeys(n for f in formulas.values() for n in needs(f))
    fields = [_field(op, n) for n in names if n not in ("grad", "grads")]
    # Results exist only after the operation ran, so they are saved last.
    fields.sort(key=lambda field: field[1] == "output")
    return Plan(
        frozenset(which for _, kind, which in fields if kind == "input"),
        tuple((name, which) for name, kind, which in fields if kind == "output"),
        eval(_begin(op, mask, fields), _KNOWN),
        eval(_apply(op, formulas, fields), {f"f{i}": f for i, f in formulas.items()}),
    )


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
    for kind, names in (
        ("input", op.inputs),
        ("output", op.outputs),
        ("arg", op.args),
    ):
        if name in names:
            return name, kind, names.index(name)
    owner, _, kind = name.rpartition("_sym_")
    return name, kind, op.inputs.index(owner)


def _begin(op: Op, mask: int, fields: Sequence[Field]) -> str:
    saved = ", ".join(
        f"{name!r}: {_SAVING[kind].format(which)}"
        for name, kind, which in fields
        if kind != "output"
    )
    edges = "".join(
        f"*map(edge_of, inputs[{i}]), "
        if op.many
        else f"edge_of(inputs[{i}]), "
        if mask >> i & 1
        else "NOWHERE, "
        for i in op.edges
    )
    return f"lambda inputs, args: ({{{saved}}}, ({edges}))"


def _apply(op: Op, formulas: dict[int, Formula], fields: Sequence[Field]) -> str:
    values = {"grad": "grads[0]", "grads": "grads"}
    values |= {field[0]: f"saved[{i}]" for i, field in enumerate(fields)}
    calls = {
        i: f"f{i}({', '.join(values[name] for name in needs(formula))})"
        for i, formula in formulas.items()
    }
    found = ", ".join(calls.get(i, "None") for i in op.edges)
    return f"lambda grads, saved: {found if op.many else f'[{found}]'}"


def _frozen(value: Any) -> Any:
    return tuple(value) if value.__class__ is list else value


def _sizes(value: Any) -> Any:
    if value.__class__ is list:
        return tuple(each._array.shape for each in value)
    return value._array.shape if isinstance(value, Tensor) else ()


def _strides(value: Tensor) -> tuple[int, ...]:
    return element_strides(value._array)


_KNOWN = {
    "NOWHERE": NOWHERE,
    "edge_of": edge_of,
    "frozen": _frozen,
    "keep": keep,
    "sizes": _sizes,
    "strides": _strides,
}
_SAVING = {
    "input": "keep(inputs[{}])",
    "arg": "frozen(args[{}])",
    "sizes": "sizes(inputs[{}])",
    "strides": "strides(inputs[{}])",
}
