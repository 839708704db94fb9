"""`torch.autograd`: backward, grad, and the names around them."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..creation import zeros_like
from ..engine import Captures, Pass, finish
from ..events import BackwardFinished, BackwardStarted, silence
from ..fitting import fit
from ..graph import Node, edge_of
from ..once import warn_once
from ..saved import saving
from ..sizes import Size
from ..storage import Array
from ..tensor import Tensor, needs_grad, wrap
from ..thread import thread
from ..travelling import travelling
from .graph import GradientEdge

Many = Tensor | GradientEdge | Sequence[Tensor | GradientEdge]


def backward(
    tensors: Many,
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Tensor | Sequence[Tensor | None] | None = None,
    inputs: Many | dict[str, Tensor] | None = None,
) -> None:
    """Add the derivative of the sum of `tensors` into `.grad` of the leaves.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> backward((x * 3).sum())
    >>> x.grad
    tensor([3., 3.])
    """
    if grad_variables is not None:
        warnings.warn(_OLD_NAME, FutureWarning, stacklevel=2)
        if grad_tensors is not None:
            raise RuntimeError(_BOTH_NAMES)
        grad_tensors = grad_variables
    wanted = None if inputs is None else _wanted(inputs, "backward")
    if wanted is not None and not wanted:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    roots = _outputs(tensors)
    run = Pass(
        keep_graph=create_graph if retain_graph is None else retain_graph,
        create_graph=create_graph,
    )
    _exhaust(roots, _starts(roots, grad_tensors), run, wanted, accumulate=True)


def grad(
    outputs: Many,
    inputs: Many | dict[str, Tensor],
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> Any:
    """Return the derivatives of the sum of `outputs`, leaving every `.grad` alone.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> grad((x * 3).sum(), x)
    (tensor([3., 3.]),)
    """
    if allow_unused is False and materialize_grads:
        raise ValueError(
            "Expected allow_unused to be True or not passed when "
            "materialize_grads=True, but got: allow_unused=False."
        )
    roots, wanted = _outputs(outputs), _wanted(inputs, "grad")
    if not wanted:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    if not only_inputs:
        warnings.warn(_ONLY_INPUTS, FutureWarning, stacklevel=2)
    if is_grads_batched:
        return _batched(roots, wanted, grad_outputs, create_graph, allow_unused)
    run = Pass(
        keep_graph=create_graph if retain_graph is None else retain_graph,
        create_graph=create_graph,
    )
    _exhaust(roots, _starts(roots, grad_outputs), run, wanted, accumulate=False)
    found = [run.captured.get(i) for i in range(len(wanted))]
    if not (allow_unused or materialize_grads):
        for index, each in enumerate(found):
            if each is None:
                raise RuntimeError(_UNUSED.format(index))
    if materialize_grads:
        pairs = zip(found, wanted, strict=True)
        found = [_zeros(x, create_graph) if each is None else each for each, x in pairs]
    answers = tuple(found)
    if isinstance(inputs, dict):
        return dict(zip(inputs, answers, strict=True))
    return answers


def _batched(
    roots: Sequence[Tensor],
    wanted: Sequence[Tensor],
    given: Any,
    create_graph: bool,
    allow_unused: bool | None,
) -> tuple[Tensor | None, ...]:
    """Return a gradient for each row of the given ones, stacked."""
    from ..functions.joining import stack

    whole = _starts(roots, given, batched=True)
    rows = [
        grad(roots, wanted, row, True, create_graph, True, allow_unused)
        for row in zip(*whole, strict=True)
    ]
    columns = zip(*rows, strict=True)
    return tuple(None if c[0] is None else stack(c) for c in columns)


def _zeros(like: Any, requires_grad: bool) -> Tensor:
    """Return the gradient of what wasn't used, which is none."""
    if isinstance(like, GradientEdge):
        raise RuntimeError(  # noqa: TRY004 - PyTorch's
            "materialize_grads cannot be used when the given input is a GradientEdge"
        )
    with silence():
        return zeros_like(like, requires_grad=requires_grad)


def _exhaust(
    roots: Sequence[Tensor],
    starts: Sequence[Tensor],
    run: Pass,
    wanted: Sequence[Tensor] | None,
    *,
    accumulate: bool,
) -> None:
    edges: list[tuple[Node, int]] = []
    run.keep_graph = bool(operator.index(run.keep_graph))
    run.create_graph = bool(operator.index(run.create_graph))
    for index, root in enumerate(roots):
        node, number = _edge(root)
        if node is None:
            raise RuntimeError(
                f"element {index} of tensors does not require grad and does not have a "
                "grad_fn"
            )
        edges.append((node, number))
    if accumulate:
        for each in wanted or ():
            if isinstance(each, Tensor):
                each.retain_grad()
    if wanted is not None:
        run.captures = _captures(wanted)
        run.accumulate = accumulate
    if thread.now.observer is not None:
        pairs = zip(roots, starts, strict=True)
        told = [pair for pair in pairs if isinstance(pair[0], Tensor)]
        thread.now.observer(
            BackwardStarted(tuple(r for r, _ in told), tuple(s for _, s in told))
        )
    grads = [
        fit(start if run.create_graph else start._array, node.shapes[number], None, i)
        for i, ((node, number), start) in enumerate(zip(edges, starts, strict=True))
    ]
    outer, saving.run = saving.run, run
    try:
        with travelling(*starts):
            finish(edges, grads, run)
    finally:
        saving.run = outer
        # PyTorch's C++ warns when it returns to Python.
        if accumulate and run.create_graph:
            warn_once(_CYCLE, stacklevel=5)
    if thread.now.observer is not None:
        thread.now.observer(BackwardFinished())


def _captures(wanted: Sequence[Any]) -> Captures:
    captures: Captures = {}
    for index, each in enumerate(wanted):
        edge = each[:2] if isinstance(each, GradientEdge) else _edge_into(each)
        captures.setdefault(edge[0], {}).setdefault(edge[1], []).append(index)
    return captures


def _edge_into(tensor: Any) -> tuple[Node, int]:
    """Return where the gradient of a tensor that was asked for arrives."""
    if not isinstance(tensor, Tensor):
        raise RuntimeError(  # noqa: TRY004 - PyTorch's
            "all inputs have to be Tensors or GradientEdges, but got "
            f"{type(tensor).__name__}"
        )
    node, number = edge_of(tensor)
    if not needs_grad(tensor):
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    # Where a view was made without grad mode no edge leads to it.
    return Node() if node is None else node, number


def _starts(
    roots: Sequence[Tensor], given: Any, *, batched: bool = False
) -> list[Tensor]:
    """Return the gradient each root starts with, or several of them as rows."""
    listed = [None] * len(roots) if given is None else list(_listed(given))
    # Of more gradients than roots nobody takes notice.
    pairs = enumerate(zip(roots, listed, strict=False))
    starts = [_start(i, r, g, batched) for i, (r, g) in pairs]
    if len(starts) != len(roots):
        raise RuntimeError(f"got {len(roots)} tensors and {len(starts)} gradients")
    return starts


def _edge(root: Any) -> tuple[Node | None, int]:
    return root[:2] if isinstance(root, GradientEdge) else edge_of(root)


def _like(root: Any) -> Array:
    """Return an array of the shape and type of what a pass starts from or leads to."""
    if not isinstance(root, GradientEdge):
        return root._array  # type: ignore[no-any-return]
    shape, kind = root.node.shapes[root.output_nr]
    return np.broadcast_to(np.zeros((), kind), shape)


def _start(index: int, root: Any, given: Any, batched: bool) -> Tensor:
    like = _like(root)
    if given is None:
        asked = isinstance(root, GradientEdge) or root.requires_grad
        if asked and like.size != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        return wrap(np.ones_like(like))
    if not isinstance(given, Tensor):
        raise TypeError(
            "gradients can be either Tensors or None, but got " + type(given).__name__
        )
    shape = (given[0] if batched else given)._array.shape
    if shape != like.shape:
        # Of the first of several PyTorch tells the shape of the first, again.
        seen, wants = Size(shape[1:] if batched else shape), Size(like.shape)
        told = (
            f"grad_output[{index}] has a shape of {seen} and output[{index}] has a "
            f"shape of {wants}."
        )
        raise RuntimeError((_ROWS_DIFFER if batched else _DIFFERS).format(told))
    return given


def _listed(tensors: Any) -> Sequence[Any]:
    alone = isinstance(tensors, (Tensor, GradientEdge))
    return (tensors,) if alone else tuple(tensors)


def _outputs(tensors: Any) -> Sequence[Any]:
    """Return what to start from, which must be tensors, or edges of the graph."""
    listed = _listed(tensors)
    if not all(isinstance(each, (Tensor, GradientEdge)) for each in listed):
        raise AssertionError("Expected output to be a torch.Tensor")
    return listed


def _wanted(inputs: Any, name: str) -> Sequence[Tensor]:
    if isinstance(inputs, Mapping) and type(inputs) is not dict:
        raise TypeError(
            f"`inputs` argument to `{name}()` must be a dict, not "
            f"{type(inputs).__name__}. Other Mapping types are not supported."
        )
    return _listed(inputs.values() if isinstance(inputs, dict) else inputs)


_DIFFERS = "Mismatch in shape: {}"
_ROWS_DIFFER = (
    "If `is_grads_batched=True`, we interpret the first dimension of each grad_output "
    "as the batch dimension. The sizes of the remaining dimensions are expected to "
    "match the shape of corresponding output, but a mismatch was detected: {} If you "
    "only want some tensors in `grad_output` to be considered batched, consider using "
    "vmap."
)
_OLD_NAME = "`grad_variables` is deprecated. Use `grad_tensors` instead."
_BOTH_NAMES = (
    "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to "
    "`backward()`. Please only use `grad_tensors`."
)
_ONLY_INPUTS = (
    "only_inputs argument is deprecated and is ignored now (defaults to True). To "
    "accumulate gradient for other parts of the graph, please use "
    "torch.autograd.backward."
)
_CYCLE = (
    "Using backward() with create_graph=True will create a reference cycle between the "
    "parameter and its gradient which can cause a memory leak. We recommend using "
    "autograd.grad when creating the graph to avoid this. If you have to use this "
    "function, make sure to reset the .grad fields of your parameters to None after "
    "use to break the cycle and avoid the leak."
)
_UNUSED = (
    "The differentiated Tensor at index {} appears to not have been used in the graph. "
    "Set allow_unused=True if this is the desired behavior."
)
