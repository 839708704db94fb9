"""Sentences about operations: leaves made, work recorded, and work that wasn't."""

from __future__ import annotations

from ..snapshot import NodeState, OperationState, TensorState
from .history import Moment, short
from .keeping import NUMBER, packed, saved_numbers, saved_tensors
from .words import Segments, capital, fit, listing, number, say

#: Inputs that are computed with, also where they are plain numbers.
_OPERANDS = frozenset({"self", "other", "exponent", "input"})
#: The node that a module with a full backward hook puts around what it does.
_WATCHES = "BackwardHookFunctionBackward"
OFF = ("grad mode off", "inference mode")


def created(moment: Moment, operation: OperationState) -> Segments:
    """Say what a factory made, and what follows for autograd.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1)"))
    >>> created(now, now.operation)[:2]
    [['text', 'You made '], ['code', 'x']]
    """
    tensor = moment.now(operation.outputs[0]) if operation.outputs else None
    if tensor is None:
        return say("{} ran; it made no tensor.", operation_code(moment, operation))
    if len(operation.outputs) > 1:
        return _several(moment, operation)
    name = moment.name(tensor.id)
    made = say("You made {}, so it is a leaf.", name)
    if not moment.past.alone(operation):
        made = say("{} makes {}, a leaf.", _call(moment, operation), name)
    if tensor.requires_grad:
        place = say(
            "It requires grad, so it gets a place to keep one: {}, still `None`.",
            f"{moment.label(tensor)}.grad" if tensor.names else ".grad",
        )
        return fit(made, place, rebound(moment, tensor))
    if tensor.is_inference:
        why = say("It was made in inference mode, so autograd won't ever record it.")
    else:
        why = say("It requires no grad: autograd has nothing to record for it.")
    return fit(made, why, rebound(moment, tensor))


def _call(moment: Moment, operation: OperationState) -> Segments:
    code = short(moment.past.code(operation.site))
    return say("{}", code) if code else say("The call")


def _several(moment: Moment, operation: OperationState) -> Segments:
    """Say which leaves one call made: the parameters of a layer."""
    tensors = [moment.now(key) for key in operation.outputs]
    leaves = [tensor for tensor in tensors if tensor is not None]
    names = [say("{}", moment.label(leaf)) for leaf in leaves if leaf.names][:4]
    flag = "require grad" if leaves[0].requires_grad else "require no grad"
    return say(
        "{} made {:t} leaves that {:t}{}.",
        _call(moment, operation),
        number(len(leaves)),
        flag,
        say(": {}", listing(names)) if names else [],
    )


def recorded(moment: Moment, operation: OperationState) -> Segments:
    r"""Say who made autograd record this, as which node, and what is saved.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1, requires_grad=True)\ny = x * 2"))
    >>> recorded(now, now.operation)[4:7]
    [['code', 'y.grad_fn'], ['text', ' is '], ['code', 'MulBackward0']]
    """
    node = moment.past.node(operation.node, moment.index)
    if node is None or not operation.outputs:
        return say("{} is recorded.", operation_code(moment, operation))
    output = moment.now(operation.outputs[0])
    who = [key for key in inputs(operation) if _requires_grad(moment, key)]
    how = say("as {}", node.name)
    if output is not None and output.names:
        how = say(": {} is {}", f"{moment.label(output)}.grad_fn", node.name)
    first = say(
        "{}, so {} is recorded{}.",
        _requires(moment, who),
        operation_code(moment, operation),
        how if how[0][1].startswith(":") else [["text", " "], *how],
    )
    name = moment.label(output) if output is not None and output.names else ""
    kept, edges = _saves(moment, operation, node), no_edge(moment, operation)
    # A view saves where it looks, not what it sees: no news.
    if operation.view:
        kept = []
    return fit(
        first,
        rebound(moment, output) if name else [],
        _memory_of(moment, operation, output),
        *((kept, edges) if node.saved else (edges, kept)),
    )


def _saves(moment: Moment, operation: OperationState, node: NodeState) -> Segments:
    """Say what a node keeps for the way back, and what it doesn't."""
    kept = saved_tensors(moment, operation, node.saved)
    numbers = saved_numbers(operation, node)
    held = {item.tensor for item in node.saved}
    missing = [
        moment.name(key)
        for key in inputs(operation)
        if key not in held and _requires_grad(moment, key)
    ]
    nothing = say(", and nothing of {}", listing(missing, "or")) if missing else []
    if node.name == _WATCHES:
        return say("It lets the module's backward hook see the gradients.")
    if kept:
        return say("For the way back it saves {}{}.", kept, nothing)
    if packed(node):
        return say("What it needs for the way back, a hook packs and keeps.")
    if numbers:
        return say("For the way back it saves only {}{}.", numbers, nothing)
    shapes = [item.text for item in node.saved if item.field.endswith("sizes")]
    if shapes and shapes[0] != "()":
        return say(
            "To go back it needs only the shape {:t}: no tensor is saved.", shapes[0]
        )
    if node.saved:
        return say("To go back it needs no values: it saves no tensor.")
    return say("To go back it needs nothing, so it saves nothing.")


def unrecorded(moment: Moment, operation: OperationState) -> Segments:
    """Say that an operation was computed but not recorded, and for what reason.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("y = torch.ones(1) + 3"))
    >>> unrecorded(now, now.operation)[-1]
    ['text', '.']
    """
    output = moment.now(operation.outputs[0]) if operation.outputs else None
    if output is None:
        return say(
            "{} ran and gave no tensor back, so there is nothing to record.",
            operation_code(moment, operation),
        )
    if operation.reason == "detach":
        return _detached(moment, operation, output)
    if operation.reason == ".data":
        return _data(moment, operation, output)
    why = reason(moment, operation)
    if output.requires_grad and operation.view:
        return _view_without_node(moment, operation, output)
    first = say(
        "{}, so {} is computed but not recorded: {}.",
        why,
        operation_code(moment, operation),
        _result(moment, operation, output),
    )
    return fit(first, _memory_of(moment, operation, output), rebound(moment, output))


def reason(moment: Moment, operation: OperationState) -> Segments:
    """Say why nothing was recorded, as the first half of a sentence.

    The reasons are the trace's own; the inputs are named where they decide.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("y = torch.ones(1).sign()"))
    >>> reason(now, now.operation)
    [['code', 'torch.ones(1)'], ['text', ' requires no grad']]
    """
    if operation.reason == "inference mode":
        return say("Inference mode is on")
    if operation.reason == "grad mode off":
        return say("Grad mode is off")
    if operation.reason == "non-differentiable":
        return say("{} has no gradient", f"{operation.name}()")
    if operation.reason in ("detach", ".data"):
        return say("{} cuts the link", operation_code(moment, operation))
    operands = [
        moment.operand(item)
        for item in operation.inputs
        if item.tensor or (item.name in _OPERANDS and NUMBER.fullmatch(item.text))
    ]
    tensors = [moment.name(key) for key in inputs(operation)]
    if len(tensors) == 1 and (operation.view or len(operands) != 2):
        return say("{} requires no grad", tensors[0])
    if len(operands) == 2 and operands[0] == operands[1]:
        return say("{} requires no grad", operands[0])
    if len(operands) == 2:
        return say("Neither {} nor {} requires grad", operands[0], operands[1])
    return say("No input requires grad")


def rebound(moment: Moment, tensor: TensorState | None) -> Segments:
    r"""Say which names now mean this tensor and meant another one before.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("x = torch.ones(1)\nx = x + 1"))
    >>> rebound(now, now.now("t1"))[-1]
    ['text', ' now means this new tensor; the old tensor is gone.']
    """
    if tensor is None:
        return []
    for name in tensor.names:
        for old in moment.past.tensors(moment.index - 1):
            if name in old.names and old.id != tensor.id:
                own = name.removeprefix(f"{moment.step.frame}.")
                return _moved(moment, own, old, tensor)
    return []


def _moved(moment: Moment, name: str, old: TensorState, new: TensorState) -> Segments:
    leaf = old.is_leaf and old.requires_grad
    left = "leaf" if leaf else "tensor"
    if old.id in moment.past.alive(moment.index):
        where = "lives on without that name"
    else:
        where = "is gone"
    lost = say(
        "The name {} now means this new tensor; the old {:t} {:t}.", name, left, where
    )
    if leaf and old.grad is not None and new.grad is None:
        return say("{} Its grad stays behind.", lost)
    return lost


def inputs(operation: OperationState) -> list[str]:
    """Return the tensors an operation took, each once.

    >>> from minitorch_viz.snapshot import OperandState
    >>> twice = (OperandState("self", "t0"), OperandState("other", "t0"))
    >>> inputs(OperationState("o0", "mul", twice))
    ['t0']
    """
    found = (item.tensor for item in operation.inputs)
    return list(dict.fromkeys(key for key in found if key is not None))


def operation_code(moment: Moment, operation: OperationState) -> Segments:
    """Write an operation as in the program; by name where one call ran several.

    >>> import minitorch_viz as mv
    >>> now = Moment.of(mv.step("y = torch.ones(1) + 3"))
    >>> operation_code(now, now.operation)
    [['code', 'torch.ones(1) + 3']]
    """
    code = short(moment.past.code(operation.site))
    if not code or _iterates(operation, code) or not moment.past.alone(operation):
        return say("{}", f"{operation.name}()")
    return say("{}", code)


def _iterates(operation: OperationState, code: str) -> bool:
    """True for `a, b = x` or `for row in x`: the code doesn't name what it calls."""
    return operation.name == "unbind" and "unbind" not in code


def _requires(moment: Moment, keys: list[str]) -> Segments:
    """Say that these tensors require grad."""
    if not keys:
        return say("Grad mode is on")
    verb = "requires" if len(keys) == 1 else "require"
    names = listing([moment.name(key) for key in keys])
    return capital(say("{} {:t} grad", names, verb))


def _requires_grad(moment: Moment, key: str) -> bool:
    tensor = moment.was(key) or moment.now(key)
    return tensor is not None and tensor.requires_grad


def no_edge(moment: Moment, operation: OperationState) -> Segments:
    r"""Name the inputs that no gradient will be sent to.

    >>> import minitorch_viz as mv
    >>> head = "x = torch.ones(1, requires_grad=True)\n"
    >>> trace = mv.step(head + "z = torch.ones(1)\ny = x + z")
    >>> now = Moment.of(trace)
    >>> no_edge(now, now.operation)
    [['text', 'Behind '], ['code', 'z'], ['text', ' there is no node, so no edge.']]
    """
    without = [key for key in inputs(operation) if not _requires_grad(moment, key)]
    if not without:
        return []
    return say(
        "Behind {} there is no node, so no edge.",
        listing([moment.name(key) for key in without], "or"),
    )


def _memory_of(
    moment: Moment, operation: OperationState, output: TensorState | None
) -> Segments:
    if output is None or not inputs(operation):
        return []
    source = moment.now(inputs(operation)[0])
    if operation.name == "clone":
        return say("The copy has a storage of its own.")
    if operation.view and source is not None and source.storage == output.storage:
        return say(
            "It is a view: it looks into the storage of {}, nothing is copied.",
            moment.name(source.id),
        )
    return []


def _result(moment: Moment, operation: OperationState, output: TensorState) -> Segments:
    if not output.names:
        return say("the result requires no grad")
    name = moment.label(output)
    value = moment.past.text(output.value)
    if operation.reason == "no input requires grad" and len(value) <= 8:
        return say("{} is {:t}, a leaf with no `grad_fn`", name, value)
    if len(operation.outputs) > 1:
        return say("the results require no grad")
    return say("{} requires no grad and has no `grad_fn`", name)


def _detached(
    moment: Moment, operation: OperationState, output: TensorState
) -> Segments:
    flag = "requires no grad and has no `grad_fn`"
    if output.requires_grad:  # set before anything else was seen: `Variable(...)`
        flag = "is a leaf of its own, and requires grad"
    first = say(
        f"{{}} is a second tensor over the storage of {{}}, with the link cut: it "
        f"{flag}.",
        *_two_over_one(moment, operation, output),
    )
    shared = say("The two share one version counter.")
    return fit(first, shared, rebound(moment, output))


def _data(moment: Moment, operation: OperationState, output: TensorState) -> Segments:
    first = say(
        "{} is a second tensor over the storage of {}, with the link cut and a version "
        "counter of its own.",
        *_two_over_one(moment, operation, output),
    )
    warning = say("Autograd won't notice what is written through it.")
    return fit(first, warning, rebound(moment, output))


def _two_over_one(
    moment: Moment, operation: OperationState, output: TensorState
) -> tuple[Segments, Segments]:
    source = inputs(operation)
    over = moment.name(source[0]) if source else say("another")
    return moment.name(output.id), over


def _view_without_node(
    moment: Moment, operation: OperationState, output: TensorState
) -> Segments:
    return say(
        "{}, so this view gets no `grad_fn`. An odd case: a view still says "
        "`requires_grad=True`, though no gradient will pass through {}.",
        reason(moment, operation),
        moment.name(output.id),
    )


def counted(operations: list[OperationState]) -> str:
    """Say how many operations there are: "both operations", "all three operations".

    >>> counted([OperationState("o0", "mul"), OperationState("o1", "sum")])
    'both operations'
    """
    many = len(operations)
    return "both operations" if many == 2 else f"all {number(many)} operations"
