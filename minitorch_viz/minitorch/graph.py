"""The backward graph: nodes, what they save, and where their gradients go."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from sys import getrefcount
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import from_numpy
from .events import NodeFailed, listener, silence
from .grad_mode import no_grad, state
from .storage import element_strides, owner
from .tensor import Tensor, wrap

if TYPE_CHECKING:
    from .dtypes import dtype



class _Anomaly(threading.local):
    enabled = False
    check_nan = True


class _Saving(threading.local):
    def __init__(self) -> None:
        self.hooks: list[tuple[Callable[..., Any], Callable[..., Any]]] = []


#: Whether backward looks for NaN; set by `torch.autograd.set_detect_anomaly`.
anomaly = _Anomaly()
#: What `saved_tensors_hooks` put in force, innermost last.
saving = _Saving()

#: A gradient on its way: a bare array, or a tensor when `create_graph=True`.
Gradient = Any
#: Where a gradient goes: input `int` of `Node`; (None, 0) is nowhere.
Edge = tuple["Node | None", int]

NOWHERE: Edge = (None, 0)
_next_number = count().__next__

_BACKWARD_TWICE = (
    "Trying to backward through the graph a second time (or directly access saved "
    "tensors after they have already been freed). Saved intermediate values of the "
    "graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if "
    "you need to access saved tensors after calling backward."
)


class Node:
    """A recorded operation: gradients come in per output and leave per input.

    >>> from minitorch_viz import minitorch as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> node = (x * 3).grad_fn
    >>> node.name(), node.next_functions[0][0].name()
    ('MulBackward0', 'torch::autograd::AccumulateGrad')
    """

    #: PyTorch names the nodes it wrote by hand with their C++ namespace.
    namespace = ""
    next_functions: tuple[Edge, ...] = ()
    #: field -> SavedTensor, a list of them, or a plain value
    saved: dict[str, Any]
    #: (shape, array type) of every output, which incoming gradients must fit
    shapes: tuple[tuple[tuple[int, ...], Any], ...]
    tensor_hooks: dict[int, dict[int, Callable[..., Any]]] | None = None
    retains: dict[int, weakref.ref[Tensor]] | None = None
    pre_hooks: dict[int, Callable[..., Any]] | None = None
    post_hooks: dict[int, Callable[..., Any]] | None = None

    def __init__(self) -> None:
        self.sequence = _next_number()
        self.saved = {}

    def name(self) -> str:
        """Return the operation's name as PyTorch gives it."""
        return self.namespace + type(self).__name__

    def run(self, grads: list[Gradient]) -> Sequence[Gradient]:
        """Turn the gradients of the outputs into those of `next_functions`."""
        raise NotImplementedError

    def release(self) -> None:
        """Free what was saved; running again then raises."""
        for saved in self.saved.values():
            if saved.__class__ is SavedTensor:
                saved.free()
            elif saved.__class__ is list:
                for each in saved:
                    each.free()

    def register_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_inputs, grad_outputs)` after this node ran."""
        if self.post_hooks is None:
            self.post_hooks = {}
        return RemovableHandle(self.post_hooks, hook)

    def register_prehook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_outputs)` before this node runs."""
        if self.pre_hooks is None:
            self.pre_hooks = {}
        return RemovableHandle(self.pre_hooks, hook)

    @property
    def metadata(self) -> dict[str, Any]:
        """A dict for the user's own notes."""
        found: dict[str, Any] = self.__dict__.setdefault("_metadata", {})
        return found

    def _sequence_nr(self) -> int:
        return self.sequence

    def __getattr__(self, name: str) -> Any:
        field = name.removeprefix("_saved_")
        if field == name or field not in self.__dict__.get("saved", ()):
            raise AttributeError(
                f"'{type(self).__name__}' object has no attribute '{name}'"
            )
        return read(self.saved[field], self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object at {hex(id(self))}>"


def read(saved: Any, node: Node) -> Any:
    """Return what a user sees in a `_saved_...` attribute."""
    if saved.__class__ is SavedTensor:
        return saved.tensor(node)
    if saved.__class__ is list:
        return tuple(read(each, node) for each in saved)
    return saved


class SavedTensor:
    """A tensor (or number) kept for backward, and the version it had then.

    An input is kept as itself; a result as its array only, because the result owns the
    node that owns this, and a cycle would keep both alive.
    """

    __slots__ = (
        "__weakref__",
        "_array",
        "_counter",
        "_differentiable",
        "_output_nr",
        "_packed",
        "_tensor",
        "freed",
        "version",
    )

    def __init__(self, value: Tensor | float, output_nr: int = -1) -> None:
        self.freed = False
        self._output_nr = output_nr
        self._tensor: Tensor | None = None
        self._packed: tuple[Callable[[Any], Any], Any] | None = None
        if not isinstance(value, Tensor):
            self._array: Any = value
            self._counter: list[int] | None = None
            self.version: int | None = None
            return
        self._counter = value._counter
        if value._inference or self._counter is None:
            raise RuntimeError(_INFERENCE_SAVED)
        self.version = self._counter[0]
        if saving.hooks:
            pack, unpack = saving.hooks[-1]
            with no_grad():
                self._packed = unpack, pack(value if output_nr < 0 else value.detach())
            self._counter = self._array = None
        elif output_nr < 0:
            self._tensor = value
            self._array = None
        else:
            self._array = value._array
            self._differentiable = value._array.dtype.kind == "f"

    @property
    def current_version(self) -> int | None:
        """The version the tensor has now; it must still be `version`."""
        return None if self._counter is None else self._counter[0]

    @property
    def nbytes(self) -> int:
        """The bytes of storage this keeps alive."""
        array = self._array if self._tensor is None else self._tensor._array
        return owner(array).nbytes if isinstance(array, np.ndarray) else 0

    @property
    def output_nr(self) -> int | None:
        """Which output of the node was saved, or None for an input."""
        return None if self._output_nr < 0 else self._output_nr

    @property
    def number(self) -> float | None:
        """The Python number saved, if it wasn't a tensor."""
        plain = self._tensor is None and not isinstance(self._array, np.ndarray)
        return self._array if plain else None

    def peek(self) -> Tensor | None:
        """Return the tensor without any check, or None if it is freed or a number."""
        if self._tensor is not None or not isinstance(self._array, np.ndarray):
            return self._tensor
        seen = wrap(self._array)
        seen._counter = self._counter
        return seen

    def array(self, node: Node) -> Any:
        """Return the array (or number), or raise if freed or modified since."""
        counter = self._counter
        if self._packed is not None:
            return self._unpacked(node)._array
        if self.freed or (counter is not None and counter[0] != self.version):
            self._fail(node)
        return self._array if self._tensor is None else self._tensor._array

    def operand(self, node: Node) -> Any:
        """Return the tensor (or number), or raise if freed or modified since."""
        if self._packed is not None:
            return self._unpacked(node)
        array = self.array(node)
        if self._tensor is not None or self._counter is None:
            return self._tensor if self._counter is not None else array
        result = wrap(array)
        result._counter = self._counter
        if self._differentiable:
            result._requires_grad, result._grad_fn = True, node
            result._output_nr = self._output_nr
        return result

    def _unpacked(self, node: Node) -> Tensor:
        assert self._packed is not None
        if self.freed:
            self._fail(node)
        unpack, packed = self._packed
        found = unpack(packed)
        if not isinstance(found, Tensor):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got "
                f"result of type {type(found).__name__}"
            )
        return found

    def tensor(self, node: Node) -> Tensor:
        """Return the tensor as `_saved_...` shows it: a number becomes 0-dimensional."""
        found = self.operand(node)
        return found if isinstance(found, Tensor) else wrap(np.array(found))

    def free(self) -> None:
        """Let go of the tensor."""
        self.freed = True
        self._tensor = self._array = None
        if self._packed is not None:
            self._packed = self._packed[0], None

    def _fail(self, node: Node) -> None:
        if listener.observer is not None:
            field = next(f for f, s in node.saved.items() if _holds(s, self))
            kind = "freed" if self.freed else "modified"
            listener.observer(NodeFailed(node, field, kind))  # type: ignore[arg-type]
        raise RuntimeError(_BACKWARD_TWICE if self.freed else self._modified(node))

    def _modified(self, node: Node) -> str:
        tensor = self._tensor
        array = self._array if tensor is None else tensor._array
        maker = node if tensor is None else tensor.grad_fn
        number = self._output_nr if tensor is None else tensor._output_nr
        kind = from_numpy(array.dtype).scalar_name
        return (
            "one of the variables needed for gradient computation has been modified by "
            f"an inplace operation: [torch.{kind}Tensor {list(array.shape)}]"
            + (f", which is output {number} of {short_name(maker)}," if maker else "")
            + f" is at version {self.current_version}; "
            f"expected version {self.version} instead. " + _anomaly_hint()
        )


def _holds(saved: Any, wanted: SavedTensor) -> bool:
    return saved is wanted or (isinstance(saved, list) and wanted in saved)


def short_name(node: Node) -> str:
    """PyTorch's message leaves out what follows the operation's name."""
    return type(node).__name__.partition("Backward")[0]


def _anomaly_hint() -> str:
    return (
        "Hint: enable anomaly detection to find the operation that failed to compute "
        "its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )


_INFERENCE_SAVED = (
    "Inference tensors cannot be saved for backward. Please do not use Tensors created "
    "in inference mode in computation tracked by autograd. To work around this, you "
    "can make a clone to get a normal tensor and use it in autograd, or use "
    "`torch.no_grad()` instead of `torch.inference_mode()`."
)


class AccumulateGrad(Node):
    """The graph's sink for one leaf: adds what arrives into `variable.grad`."""

    namespace = "torch::autograd::"
    #: How often what arrived was added to in place on its way here.
    bumps = 0

    def __init__(self, variable: Tensor) -> None:
        super().__init__()
        self.variable = variable

    @property
    def shapes(self) -> Any:
        """What arrives must fit the leaf as it is now: `.data = ...` may change it."""
        return ((self.variable._array.shape, self.variable._array.dtype),)

    def run(self, grads: list[Gradient]) -> Sequence[Gradient]:
        """Add the gradient into the leaf's `.grad`, then call its hooks."""
        variable, arrived = self.variable, grads[0]
        if arrived is None:
            return ()
        before = variable._grad
        if before is None:
            # Held by this list and this name only: nobody else will see it change.
            alone = not state.grad and getrefcount(arrived) <= 3
            variable._grad = _first(arrived, variable, self.bumps if alone else None)
        elif state.grad and isinstance(arrived, Tensor):
            with silence():
                variable._grad = before + arrived
        else:
            array = arrived._array if isinstance(arrived, Tensor) else arrived
            before._array += array
            if before._counter is not None:
                before._counter[0] += 1
        for hook in tuple((variable._post_accumulate or {}).values()):
            hook(variable)
        return ()


def _first(arrived: Gradient, variable: Tensor, bumps: int | None) -> Tensor:
    """Take the first gradient if nobody else holds it (`bumps`), else copy it.

    PyTorch copies by writing into new memory, so a copy starts at version 1.
    """
    if isinstance(arrived, Tensor):
        return copy_like(arrived, variable)
    like = variable._array
    if bumps is not None and arrived.strides == like.strides:
        made = wrap(arrived)
        made._counter = [bumps]
        return made
    made = wrap(np.empty_like(like, order="K"))
    made._array[...] = arrived
    made._counter = [1]
    return made


#: Set by `views.py`, which knows how to record a copy.
copy_like: Callable[[Tensor, Tensor], Tensor]


def accumulator(tensor: Tensor) -> AccumulateGrad:
    """Return the node that accumulates into this leaf, making it on first use."""
    node = None if tensor._accumulator is None else tensor._accumulator()
    if node is None:
        node = AccumulateGrad(tensor)
        tensor._accumulator = weakref.ref(node)
    return node


def edge_of(tensor: Tensor) -> Edge:
    """Return where this tensor's gradient goes."""
    node = tensor._grad_fn if tensor._base is None else tensor.grad_fn
    if node is not None:
        return (node, tensor._output_nr)
    return (accumulator(tensor), 0) if tensor._requires_grad else NOWHERE


class RemovableHandle:
    """What registering a hook returns; `remove()` unregisters it."""

    def __init__(
        self, hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any]
    ) -> None:
        self._hooks, self.id = hooks, _next_number()
        hooks[self.id] = hook

    def __repr__(self) -> str:
        return f"<torch.utils.hooks.RemovableHandle object at {hex(id(self))}>"

    def remove(self) -> None:
        """Unregister the hook; doing it twice is fine."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()
