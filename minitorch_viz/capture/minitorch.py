"""What there is to see on live tensors of our own engine, and what it tells."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeGuard

from .. import minitorch as engine
from ..minitorch import flags
from ..minitorch.devices import device_of
from ..minitorch.dtypes import from_numpy
from ..minitorch.events import observe
from ..minitorch.graph import Node
from ..minitorch.nn.parameter import Parameter
from ..minitorch.storage import is_lent
from ..minitorch.tensor import Tensor, needs_grad
from ..minitorch.thread import alone, born, thread
from ..snapshot import TensorState
from .containers import inside, is_training, modules_inside, nameless
from .frames import clear
from .fresh import fresh
from .graph import (
    Counter,
    describe_node,
    edges,
    node_name,
    saved_counters,
    storage,
    variable,
)
from .memory import TOO_LARGE, checksum
from .numbers import value_of
from .registry import Registry

#: Arrays from this size on are read again only when something may have written.
LARGE = 4096
_memory_of = attrgetter("_array", "_counter")
NAME = "minitorch"
#: The engine keeps by itself what it has warned of.
ONCE: tuple[str, ...] = ()
#: Functions that PyTorch, too, has written in Python.
_PYTHON = frozenset({"__call__", "backward", "forward", "grad", "step"})
_HOME = str(Path(engine.__file__).parent)
#: What is said to be called when something happens in it.
_CALLED = (engine.nn.Module, engine.optim.Optimizer, engine.utils.data.DataLoader)
__all__ = [
    "NAME",
    "ONCE",
    "Node",
    "Tensor",
    "counter",
    "describe_node",
    "describe_tensor",
    "edges",
    "engine",
    "fresh",
    "grad",
    "grad_fn",
    "hooked_nodes",
    "inner_modules",
    "inner_tensors",
    "is_node",
    "is_tensor",
    "is_training",
    "let_go",
    "listen",
    "looking",
    "looks",
    "modes",
    "node_name",
    "observe",
    "output_nr",
    "quiet",
    "recorded_by",
    "remembering",
    "saved_counters",
    "settle",
    "storage",
    "untold",
    "value_of",
    "variable",
]


def is_tensor(value: object) -> TypeGuard[Tensor]:
    """True for the engine's tensors.

    >>> is_tensor(engine.ones(2)), is_tensor(2)
    (True, False)
    """
    # Not `isinstance`: that asks the object, whose answer may be any code.
    return issubclass(type(value), Tensor)


def is_node(value: object) -> TypeGuard[Node]:
    """True for the engine's backward nodes.

    >>> is_node(grad_fn(engine.ones(2, requires_grad=True) * 2))
    True
    """
    return issubclass(type(value), Node)


def inner_tensors(
    value: object, called: Callable[[Any], str | None] = nameless
) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors inside a container, module or object, with how to reach each.

    >>> [way for way, _ in inner_tensors([engine.ones(1)])]
    ['[0]']
    """
    return inside(value, Tensor, engine.nn.Module, engine.optim.Optimizer, called)


def inner_modules(value: object) -> Iterator[tuple[str, Any]]:
    """Yield the modules, optimizers and loaders that a value is or has in it.

    >>> [way for way, _ in inner_modules([engine.nn.Sequential(engine.nn.ReLU())])]
    ['[0]', '[0][0]']
    """
    return modules_inside(value, _CALLED)


def grad_fn(tensor: Tensor) -> Node | None:
    """Return the node behind a tensor, None also where reading it raises.

    >>> grad_fn(engine.ones(2)) is None
    True
    """
    return _grad_fn(tensor)[0]


def recorded_by(event: Any) -> Node | None:
    """Return the node that an operation left: for an edited view that of its base.

    >>> from ..minitorch.events import Operated
    >>> recorded_by(Operated("mul", (), (), (), None, "", False, False)) is None
    True
    """
    node: Node | None = event.node
    whole = None if node is None or node.whole is None else node.whole()
    return node if whole is None else whole


def listen(observer: Callable[[Any], None] | None) -> None:
    """Let this thread's engine tell `observer`.

    >>> listen(None)
    """
    thread.now.observer = observer


def modes() -> tuple[bool, bool]:
    """Return whether grad mode is on, and whether inference mode is.

    >>> modes()
    (True, False)
    """
    return thread.now.grad, thread.now.inference


def quiet() -> AbstractContextManager[None]:
    """Let nobody take notice of what is looked at in the block.

    >>> with quiet():
    ...     engine.ones(1)
    tensor([1.])
    """
    return observe(None)


def remembering() -> AbstractContextManager[None]:
    """Nothing to do: nodes can be looked at whenever they are alive.

    >>> with remembering():
    ...     pass
    """
    return nullcontext()


def looking() -> AbstractContextManager[None]:
    """Let a snapshot be taken in the block, which leaves nothing behind.

    >>> with looking():
    ...     pass
    """
    return quiet()


def settle() -> None:
    """Nothing waits: the engine tells everything as it happens.

    >>> settle()
    """


def untold() -> tuple[str, ...]:
    """Say nothing: the engine tells everything.

    >>> untold()
    ()
    """
    return ()


def let_go(error: BaseException) -> None:
    """Let go of what the engine's own frames held when they raised: C++ has none.

    >>> let_go(ValueError("no"))
    """
    clear(error, _HOME, _PYTHON)


def grad(tensor: Tensor) -> Tensor | None:
    """Return a tensor's `.grad`, without a warning.

    >>> grad(engine.ones(2)) is None
    True
    """
    return tensor._grad


def counter(tensor: Tensor) -> Hashable | None:
    """Return what stands for a tensor's version counter, None if it has none.

    >>> x = engine.ones(2)
    >>> counter(x) == counter(x.detach()), counter(x) == counter(x.data)
    (True, False)
    """
    return None if tensor._counter is None else Counter(tensor._counter)


def output_nr(tensor: Tensor) -> int:
    """Return which output of its node a tensor is.

    >>> output_nr(engine.ones(2).unbind()[1])
    0
    """
    return tensor._output_nr


def hooked_nodes(tensor: Tensor) -> Iterable[Node]:
    """Return the nodes that hold this tensor's hooks.

    >>> x = engine.ones(2, requires_grad=True)
    >>> [node.name() for node in hooked_nodes(x * 2)]
    ['MulBackward0']
    """
    sink = None if tensor._accumulator is None else tensor._accumulator()
    return [node for node in (tensor._grad_fn, sink) if node is not None]


def describe_tensor(
    tensor: Tensor,
    registry: Registry,
    old: TensorState | None = None,
    quick: bool = False,
) -> TensorState:
    """Return what there is to see on `tensor`; its origin is taken from `old`.

    `quick` returns `old` while nothing on the tensor has changed, and reads a large
    array again only if it was written to.

    >>> describe_tensor(engine.ones(2), Registry()).shape
    (2,)
    """
    # Asks no property: a class of the program's, or a patch, may answer anything.
    entity = registry.identify("t", tensor)
    look = _look(tensor)
    if quick and old is not None and registry.seen.get(entity) == look:
        return old
    before = registry.seen.get(entity, ())
    registry.seen[entity] = look
    registry.overlooked |= look[-1] == TOO_LARGE
    node, invalid = _grad_fn(tensor)
    counter, grad, base = tensor._counter, tensor._grad, tensor._base
    place = registry.identify("s", storage(tensor))
    version = None if counter is None else counter[0]
    same = quick and tensor._array.size > LARGE and before[-1:] == look[-1:]
    if same and old is not None and (old.storage, old.version) == (place, version):
        value = old.value
    else:
        value = value_of(tensor, registry)
    return replace(
        old or TensorState(entity),
        shape=tuple(tensor._array.shape),
        dtype=str(from_numpy(tensor._array.dtype)).removeprefix("torch."),
        device=str(device_of(tensor._array)),
        requires_grad=needs_grad(tensor),
        is_leaf=not invalid and node is None,
        grad_fn=None if node is None else registry.identify("n", node),
        output_nr=0 if invalid else tensor._output_nr,
        grad=None if grad is None else registry.identify("t", grad),
        retains_grad=tensor._retains,
        version=version,
        storage=place,
        view_of=None if base is None else registry.identify("t", base),
        is_inference=tensor._inference,
        is_parameter=issubclass(type(tensor), Parameter),
        value=value,
        invalid=invalid,
    )


def looks(tensors: Sequence[Tensor]) -> list[object]:
    """Return for each tensor what differs if anything changed that no event tells of.

    That is what NumPy writes into its memory, a version counted for another tensor
    with the same counter, and all that other threads do.

    >>> x = engine.ones(2)
    >>> before, x.numpy()[0] = looks([x]), 5.0
    >>> looks([x]) == before
    False
    """
    if not alone():
        return [(born(), *_look(tensor)) for tensor in tensors]
    threads = born()
    return [
        (
            threads,
            version and version[0],
            array.tobytes() if array.size <= LARGE else _checked(array),
        )
        for array, version in map(_memory_of, tensors)
    ]


def _look(tensor: Tensor) -> tuple[object, ...]:
    """Return what tells cheaply whether anything on a tensor has changed."""
    array, counter = tensor._array, tensor._counter
    return (
        type(tensor), id(tensor._storage), id(tensor._grad_fn), id(tensor._grad),
        id(tensor._base), tensor._output_nr, needs_grad(tensor), tensor._retains,
        tensor._inference, None if counter is None else (id(counter), counter[0]),
        type(array), array.dtype, array.shape,
        array.tobytes() if array.size <= LARGE else _checked(array),
    )  # fmt: skip


def _checked(array: Any) -> int | None:
    """Return what differs if NumPy wrote into a large array; more its version tells."""
    return checksum(array) if is_lent(array) else None


def _grad_fn(tensor: Tensor) -> tuple[Node | None, bool]:
    """The node behind a tensor, and whether reading it raises (a forbidden view)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return flags.grad_fn(tensor), False
    except RuntimeError:
        return None, True
