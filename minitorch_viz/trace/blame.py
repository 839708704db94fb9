"""Which refusal of autograd's an exception is, and which tensor it is about."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..snapshot import TensorState

Fits = Callable[[TensorState], bool]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal: words of its message, its kind, and which tensors it can be about.

    >>> Refusal("no slope", "integer").type
    'RuntimeError'
    """

    words: str
    kind: str
    fits: Fits | None = None
    type: str = "RuntimeError"


def _requires_grad(state: TensorState) -> bool:
    return state.requires_grad


def _requires_no_grad(state: TensorState) -> bool:
    return not state.requires_grad


def _is_leaf(state: TensorState) -> bool:
    return state.is_leaf and state.requires_grad


def _is_named(state: TensorState) -> bool:
    return state.requires_grad and bool(state.names)


def _is_computed(state: TensorState) -> bool:
    return not state.is_leaf


def _is_view(state: TensorState) -> bool:
    return state.view_of is not None


def _is_inference(state: TensorState) -> bool:
    return state.is_inference


_REFUSALS = (
    Refusal(
        "a view of a leaf Variable that requires grad is being used",
        "view of leaf",
        _is_named,
    ),
    Refusal(
        "a leaf Variable that requires grad is being used in an in-place",
        "leaf in-place",
        _is_leaf,
    ),
    Refusal(
        "does not require grad and does not have a grad_fn",
        "no grad_fn",
        _requires_no_grad,
    ),
    Refusal(
        "One of the differentiated Tensors does not require grad",
        "not differentiated",
        _requires_no_grad,
    ),
    Refusal("appears to not have been used in the graph", "not used", _requires_grad),
    Refusal("nly Tensors of floating point", "integer"),  # Only, and only
    Refusal(
        "grad can be implicitly created only for scalar outputs",
        "not a number",
        _requires_grad,
    ),
    Refusal("Mismatch in shape: grad_output[", "gradient's shape", _requires_grad),
    Refusal("returned an invalid gradient at index", "returned gradient"),
    Refusal(
        "you can only change requires_grad flags of leaf variables",
        "flag",
        _is_computed,
    ),
    Refusal("A view was created in no_grad mode", "view under no_grad", _is_view),
    Refusal(
        "This view is the output of a function that returns multiple views",
        "one of several views",
        _is_view,
    ),
    Refusal(
        "Inference tensors cannot be saved for backward",
        "inference saved",
        _is_inference,
    ),
    Refusal(
        "Inplace update to inference tensor outside InferenceMode",
        "inference written",
        _is_inference,
    ),
    Refusal(
        "Setting requires_grad=True on inference tensor outside InferenceMode",
        "inference flag",
        _is_inference,
    ),
    # Where nobody told which node it is: a look at what PyTorch's node has saved.
    Refusal("Trying to backward through the graph a second time", "freed"),
    Refusal("has been modified by an inplace operation", "modified"),
    Refusal("Can't call numpy() on Tensor that requires grad", "numpy", _requires_grad),
    Refusal(
        "can't retain_grad on Tensor that has requires_grad=False",
        "nothing to keep",
        _requires_no_grad,
    ),
    Refusal(
        "cannot register a hook on a tensor that doesn't require gradient",
        "nothing to hook",
        _requires_no_grad,
    ),
    Refusal(
        "support the deepcopy protocol at the moment", "history copied", _is_computed
    ),
    Refusal(
        "can't optimize a non-leaf Tensor",
        "result optimized",
        _is_computed,
        "ValueError",
    ),
)
_NUMBERED = re.compile(r"The differentiated Tensor at index (\d+) appears")


def refusal(type: str, message: str) -> Refusal | None:
    """Return the refusal that an exception's words are, if they are one.

    >>> refusal("RuntimeError", "Only Tensors of floating point dtype ...").kind
    'integer'
    """
    found = (each for each in _REFUSALS if each.words in message)
    return next((each for each in found if each.type == type), None)


def candidates(code: str, message: str) -> Iterator[str]:
    """Yield the expressions in failing code that an error may be about, likely first.

    That is what a method was called on or an assignment writes into, then what that is
    a part of, then all else.

    >>> list(candidates("x.view(2)[0] = y", ""))
    ['x.view(2)[0]', 'x.view(2)', 'x', 'y', '0', 'x.view', '2']
    >>> message = "The differentiated Tensor at index 1 appears"
    >>> next(candidates("grad(y, [x, z])", message))
    'z'
    """
    code = code.strip()
    try:
        tree = ast.parse(code)
    except SyntaxError:  # a statement's head, as `for t in x.unbind():`
        return
    parts = (ast.get_source_segment(code, each) for each in _likely(tree, message))
    yield from dict.fromkeys(each for each in parts if each)


def _likely(tree: ast.Module, message: str) -> Iterator[ast.expr]:
    numbered = _NUMBERED.search(message)
    if numbered is not None:
        yield from _numbered(tree, int(numbered[1]))
        return
    for node in ast.walk(tree):
        yield from _down(_owner(node))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.expr))


def _owner(node: ast.AST) -> ast.expr | None:
    """What a statement writes into, or what a method is called on."""
    if isinstance(node, ast.AugAssign):
        return node.target
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if isinstance(target, ast.Attribute):
        return target.value
    if isinstance(target, ast.Subscript):
        return target
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value
    return None


def _down(node: ast.expr | None) -> Iterator[ast.expr]:
    """Yield an expression and what its subscripts and method calls start from."""
    while node is not None:
        yield node
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            return


def _numbered(tree: ast.Module, number: int) -> Iterable[ast.expr]:
    """The input of this number in a call of `grad(outputs, inputs)`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        named = [each.value for each in node.keywords if each.arg == "inputs"]
        given = named or node.args[1:2]
        if given and isinstance(given[0], ast.List | ast.Tuple):
            return given[0].elts[number : number + 1]
        if given and number == 0:
            return given
    return ()
