"""The backward graph: nodes, what they save, and where their gradients go."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from sys import getrefcount
from typing import Any, NoReturn

import numpy as np

from .boxes import box_of
from .contract import check, check_fits, copied, obeys
from .dtypes import device, from_numpy
from .events import Hooked, silence, tell
from .overlap import check_apart
from .saved import hooked, read
from .shown import Named
from .tensor import Tensor, bump, wrap
from .thread import thread
from .tracebacks import noticed
from .travelling import kept

#: A gradient on its way: a bare array, or a tensor when `create_graph=True`.
Gradient = Any
#: Where a gradient goes: input `int` of `Node`; (None, 0) is nowhere.
Edge = tuple["Node | None", int]
#: Nodes keep edges as `targets`: most lead to a node's only output, and then the node
#: stands for that. What lives as long as the graph costs Python's collector time.

NOWHERE: Edge = (None, 0)
next_number = count().__next__
#: The highest number, which PyTorch gives AccumulateGrad and nodes that have no
#: derivative: they run at once.
FIRST = (1 << 64) - 1
_PACKAGE = __name__.rpartition(".")[0]


class _Plan:
    """What stands for the plan of a node that isn't an operation in the table."""

    @staticmethod
    def box(node: Node) -> list[Any]:
        return box_of(node.targets, node.shapes)


#: What every node shows of itself.
_OF_ALL = {"__call__", "name", "next_functions", "metadata", "requires_grad"} | {
    *("_input_metadata", "_sequence_nr", "register_hook", "register_prehook")
}


class InputMetadata:
    """What the gradient of one output is like."""

    is_nested_tensor = False
    is_cpp_nested_tensor = False

    def __init__(self, shape: tuple[int, ...], kind: Any) -> None:
        self.shape, self.dtype = list(shape), from_numpy(np.dtype(kind))
        self.device = device("cpu")

    def __repr__(self) -> str:
        return f"<torch._C._autograd._InputMetadata object at {hex(id(self))}>"


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
    #: How often PyTorch writes in place to the gradients this node computes, which
    #: is the version they arrive with.
    writes: int | Sequence[int] = 0
    #: True while all there is to do is to apply formulas to what is kept.
    plain = False
    #: True if what it saved may be asked for once only.
    _clears = False
    #: True where PyTorch computes only what leads to something that was asked for.
    selective = True
    plan: Any = _Plan
    #: How often what arrived was added to in place on its way here.
    bumps: Sequence[int] = (0,)
    targets: tuple[Any, ...] = ()
    #: The node that runs this one as a part of itself, if one does.
    whole: weakref.ref[Node] | None = None
    #: The node by which the view is known that this one wrote to, if it did.
    _seen: weakref.ref[Node] | None = None
    #: field -> SavedTensor, a list of them, or a plain value
    saved: dict[str, Any]
    #: (shape, array type) of every output, which incoming gradients must fit
    shapes: tuple[tuple[tuple[int, ...], Any], ...]
    tensor_hooks: dict[int, dict[int, Callable[..., Any]]] | None = None
    retains: dict[int, weakref.ref[Tensor]] | None = None
    pre_hooks: dict[int, Callable[..., Any]] | None = None
    post_hooks: dict[int, Callable[..., Any]] | None = None

    def __init__(self) -> None:
        self.sequence = next_number()
        self.saved = {}
        if hooked:
            noticed(self, ())

    @property
    def next_functions(self) -> tuple[Edge, ...]:
        """Where each gradient goes: a node, and which of its inputs."""
        return tuple(
            each if type(each) is tuple else (each, 0) for each in self.targets
        )

    @next_functions.setter
    def next_functions(self, _: object) -> None:
        refuse_to_write("next_functions", self)

    def name(self) -> str:
        """Return the operation's name as PyTorch gives it."""
        return self.namespace + type(self).__name__

    def __call__(self, *grads: Tensor, **named: Any) -> Any:
        """Return the gradients of `next_functions` for these of the outputs."""
        if named:
            raise TypeError("keyword arguments are not supported")
        if len(grads) != len(self.shapes):
            raise TypeError(
                f"expected {len(self.shapes)} arguments, got {len(grads)} instead"
            )
        for place, grad in enumerate(grads):
            if grad is not None and not isinstance(grad, Tensor):
                raise TypeError(f"argument {place} is not a Variable")
        found = self.run(list(grads))
        return found[0] if len(found) == 1 else tuple(found)

    def run(self, grads: list[Gradient]) -> Sequence[Gradient]:
        """Turn the gradients of the outputs into those of `next_functions`."""
        raise NotImplementedError

    def release(self) -> None:
        """Free what was saved; running again then raises."""
        for saved in self.saved.values():
            for each in saved:
                if each is not None:
                    each.free()

    def replace_saved(self, field: str, saved: Any) -> None:
        """Keep in a field what was changed; where it lies itself, nothing is to do."""

    def _maker(self) -> Node:
        """Return what made the results: of a write to a view, the view's own node."""
        return (self._seen and self._seen()) or self

    def let_go(self) -> None:
        """Lead nowhere from the first input on: what it was is gone."""
        self.targets = (None, *self.targets[1:])

    def register_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_inputs, grad_outputs)` after this node ran."""
        if self.post_hooks is None:
            self.post_hooks, self.plain = OrderedDict(), False
        made = RemovableHandle(self.post_hooks, hook)
        tell(Hooked(self))
        return made

    def register_prehook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_outputs)` before this node runs."""
        if self.pre_hooks is None:
            self.pre_hooks, self.plain = OrderedDict(), False
        made = RemovableHandle(self.pre_hooks, hook)
        tell(Hooked(self))
        return made

    @property
    def metadata(self) -> dict[str, Any]:
        """A dict for the user's own notes."""
        found: dict[str, Any] = self.__dict__.setdefault("_metadata", {})
        return found

    @metadata.setter
    def metadata(self, _: object) -> None:
        refuse_to_write("metadata", self)

    def _sequence_nr(self) -> int:
        return self.sequence

    def __dir__(self) -> list[str]:
        own = (n for n in dir(type(self)) if n.startswith(("_saved_", "_raw_saved_")))
        return sorted({*dir(object), *_OF_ALL, *self._OWN, *own})

    #: What else some nodes show of themselves.
    _OWN: tuple[str, ...] = ()

    @property
    def requires_grad(self) -> bool:
        """True of every node."""
        return True

    @property
    def _input_metadata(self) -> tuple[Any, ...]:
        return tuple(InputMetadata(*shape) for shape in self.shapes)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.__module__.startswith(_PACKAGE):
            cls.__module__ = "builtins"  # as what C++ makes is shown

    def __repr__(self) -> str:
        home, name = type(self).__module__, type(self).__name__
        shown = name if home == "builtins" else f"{home}.{name}"
        return f"<{shown} object at {hex(id(self))}>"


def refuse_to_write(name: str, node: Node) -> NoReturn:
    """Say that an attribute of a node can't be set.

    >>> refuse_to_write("metadata", Node())
    Traceback (most recent call last):
        ...
    AttributeError: attribute 'metadata' of 'Node' objects is not writable
    """
    raise AttributeError(
        f"attribute '{name}' of '{type(node).__name__}' objects is not writable"
    )


Node.__module__ = "torch.autograd.graph"


@cache
def saved_field(field: str) -> property:
    """Return what shows a saved field as the attribute `_saved_...` of a node.

    Properties, because a class with `__getattr__` is slow to read anything from.
    """

    def look(self: Node) -> Any:
        saved = self.saved
        if field not in saved:
            op = getattr(self, "op", None)
            if op is not None and field in (*op.inputs, *op.outputs):
                return None  # a tensor that only the other inputs' gradients need
            raise AttributeError(
                f"'{type(self).__name__}' object has no attribute '_saved_{field}'"
            )
        return read(saved[field], self, field)

    def keep(self: Node, value: object) -> None:
        refuse_to_write(f"_saved_{field}", self)

    return property(look, keep)


class AccumulateGrad(Node):
    """The graph's sink for one leaf: adds what arrives into `variable.grad`."""

    namespace = "torch::autograd::"
    _OWN = ("variable",)

    sequence = FIRST

    def __init__(self, variable: Tensor) -> None:
        self.saved = {}
        if hooked:
            noticed(self, ())
        self.variable = variable
        array = variable._array
        self.shapes = ((array.shape, array.dtype),)

    @property
    def watched(self) -> bool:
        """True if a hook waits here, on the node or on its leaf."""
        leaf = self.variable
        return bool(
            self.pre_hooks or self.post_hooks or leaf._hooks or leaf._post_accumulate
        )

    def run(self, grads: list[Gradient]) -> Sequence[Gradient]:
        """Add the gradient into the leaf's `.grad`, then call its hooks."""
        variable, arrived = self.variable, grads[0]
        if arrived is not None and variable.grad_fn is not None:
            raise RuntimeError("leaf variable has been moved into the graph interior")
        # It may have been frozen, or detached, since the graph was recorded.
        if arrived is not None and variable._requires_grad:
            before = variable._grad
            if before is None:
                # Held by this list and this name only: nobody else will see it change.
                held = getrefcount(arrived)
                alone = held <= 3 or held <= 3 + kept(arrived)
                alone = alone and not thread.now.grad
                bumps = self.bumps[0] if alone else None
                variable._grad = _first(arrived, variable, bumps)
            elif thread.now.grad and isinstance(arrived, Tensor):
                with silence():
                    variable._grad = before + arrived
                check(variable._grad._array, variable._array, graph=True)
            else:
                array = arrived._array if isinstance(arrived, Tensor) else arrived
                check_fits(before._array, array)
                if not before._array.flags.c_contiguous:
                    check_apart(before, ())
                before._array += array
                bump(before)
                check(before._array, variable._array, graph=False)
        if variable._post_accumulate:
            from .hooking import call_post_accumulate

            call_post_accumulate(variable)
        return ()


class _Copier:
    """How a gradient with a graph is copied; `inplace.py` knows, and says so here."""

    copy_like: Callable[[Tensor, Tensor], Tensor]


copier = _Copier()


def _first(arrived: Gradient, variable: Tensor, bumps: int | None) -> Tensor:
    """Take the first gradient if nobody else holds it (`bumps`), else copy it."""
    if isinstance(arrived, Tensor):
        return copier.copy_like(arrived, variable)
    like = variable._array
    if bumps is not None and type(arrived) is type(like) and obeys(arrived, like):
        return _written(wrap(arrived), bumps)
    array, version = copied(arrived, like)
    return _written(wrap(array), version)


def _written(tensor: Tensor, times: int) -> Tensor:
    if tensor._counter is not None:
        tensor._counter[0] = times
    return tensor


def accumulator(tensor: Tensor) -> AccumulateGrad:
    """Return the node that accumulates into this leaf, making it on first use."""
    node = None if tensor._accumulator is None else tensor._accumulator()
    if node is None:
        node = AccumulateGrad(tensor)
        tensor._accumulator = weakref.ref(node)
    return node


def edge_of(tensor: Tensor) -> Edge:
    """Return where this tensor's gradient goes."""
    found = target_of(tensor)
    return found if type(found) is tuple else (found, 0)


def target_of(tensor: Tensor) -> Any:
    """Return where this tensor's gradient goes, as nodes keep it.

    >>> from minitorch_viz import minitorch as torch
    >>> target_of(torch.ones(2)) is None
    True
    """
    made = tensor._grad_fn if tensor._base is None else tensor.grad_fn
    if made is not None:
        return (made, tensor._output_nr) if tensor._output_nr else made
    if not tensor._requires_grad:
        return None
    known = tensor._accumulator
    return (known and known()) or accumulator(tensor)


class RemovableHandle(metaclass=Named):
    """What registering a hook returns; `remove()` unregisters it."""

    next_id = count().__next__

    def __init__(
        self, hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any]
    ) -> None:
        self._hooks, self.id = hooks, self.next_id()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Unregister the hook; doing it twice is fine."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()
