"""What a node keeps for backward, and the checks when it is used."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import from_numpy
from .events import NodeFailed, silence
from .grad_mode import unrecorded
from .storage import owner
from .tensor import UNCOUNTED, Tensor, wrap
from .thread import thread

if TYPE_CHECKING:
    from .graph import Node


class _Anomaly(threading.local):
    enabled = False
    check_nan = True
    #: The node whose backward runs.
    node: Any = None


class _Saving(threading.local):
    def __init__(self) -> None:
        #: What packs, what unpacks, and what is around the first of them.
        self.hooks: list[tuple[Callable[..., Any], ...]] = []
        #: Why none may be put in force, if so.
        self.disabled: str | None = None
        #: The backward pass that runs.
        self.run: Any = None


#: Whether backward looks for NaN; set by `torch.autograd.set_detect_anomaly`.
anomaly = _Anomaly()
#: What `saved_tensors_hooks` put in force, innermost last.
saving = _Saving()
#: One entry for each of them, and for each search for NaN, in any thread: what new
#: nodes are looked at for is quicker to ask for when there is none.
hooked: list[None] = []


def look_for_nan(enabled: bool, check_nan: bool = True) -> None:
    """Switch anomaly mode on or off in this thread.

    >>> look_for_nan(False)
    """
    if enabled != anomaly.enabled:
        hooked.append(None) if enabled else hooked.pop()
    anomaly.enabled, anomaly.check_nan = enabled, check_nan


_new = object.__new__
BACKWARD_TWICE = (
    "Trying to backward through the graph a second time (or directly access saved "
    "tensors after they have already been freed). Saved intermediate values of the "
    "graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if "
    "you need to access saved tensors after calling backward."
)


def read(saved: Any, node: Node, field: str = "") -> Any:
    """Return what a user sees in a `_saved_...` attribute."""
    if saved.__class__ is SavedTensor:
        return saved.tensor(node)
    if isinstance(saved, list):
        return tuple(read(each, node) for each in saved)
    return unsigned(saved) if field in _INTEGERS else getattr(saved, "given", saved)


#: The saved values that are C++'s integers; its other numbers keep their sign.
_INTEGERS = {"dim", "dim0", "dim1", "dim2", "dimension", "dims", "start", "end"} | {
    *("index", "diagonal", "offset", "shifts", "pad", "padding_idx", "ignore_index")
}


def unsigned(value: Any) -> Any:
    """Return an integer as PyTorch shows what a node saved: without a sign.

    >>> unsigned(-1), unsigned((0, 2))
    (18446744073709551615, (0, 2))
    """
    given = getattr(value, "given", value)
    if isinstance(given, tuple):
        return tuple(map(unsigned, given))
    return given + 2**64 if isinstance(given, int) and given < 0 else given


class WholeNumber(int):
    """A number that was an input: formulas treat it as PyTorch's 0-dim tensor of it."""


class RealNumber(float):
    """The same, of a number that isn't whole."""


#: Stands for the version counter of a tensor that `detach_()` took out of the graph.
DETACHED = [-1]
#: Stand for the version counter of what has none: a Python number, and None.
NUMBER, NOTHING = (0,), (None,)


def counter_of(value: Any) -> Any:
    """Return the version counter of what is to be saved, which says what that is.

    >>> counter_of(wrap(np.zeros(1))), counter_of(2.5) is NUMBER
    ([0], True)
    """
    if isinstance(value, Tensor):
        if value._counter is None or value._inference:
            if thread.now.transforming:  # wraps it, in a tensor like any other
                return [0]
            raise RuntimeError(INFERENCE_SAVED if value._inference else UNCOUNTED)
        return value._counter
    return NOTHING if value is None else NUMBER


def look(
    field: str, value: Any, counter: Any, version: int, number: int, freed: bool
) -> Any:
    """Return what a node keeps bare as the object that those who look at it expect.

    `value` is an input or nobody's (`number` is -1), or output `number` or its array.
    """
    if counter is NOTHING:
        return None
    seen = _new(SavedTensor)
    seen.field, seen.freed, seen._output_nr = field, freed, number
    if counter is not NUMBER:
        seen._counter, seen.version = counter, version
    if isinstance(value, Tensor):
        seen._tensor = value
    else:
        seen._array = value
        seen._differentiable = number >= 0 and not freed and value.dtype.kind == "f"
    return seen


class SavedTensor:
    """A tensor (or number) kept for backward, and the version it had then.

    An input is kept as itself; a result as its array only, because the result owns the
    node that owns this, and a cycle would keep both alive.
    """

    freed = False
    field = ""
    version: int | None = None
    _tensor: Tensor | None = None
    _array: Any = None
    _counter: list[int] | None = None
    _output_nr = -1
    _packed: tuple[Callable[[Any], Any], Any] | None = None
    #: Of a packed input: what made it, as which output, and where a leaf's gradient is
    #: added up.
    _made: tuple[Any, int, Any] | None = None
    _differentiable = False

    def __init__(self, value: Tensor | float, output_nr: int = -1) -> None:
        if not isinstance(value, Tensor):
            self._array = value
            return
        counter = self._counter = value._counter
        if value._inference or counter is None:
            raise RuntimeError(INFERENCE_SAVED if value._inference else UNCOUNTED)
        self.version = counter[0]
        if output_nr >= 0:
            self._output_nr = output_nr
        if saving.hooks:
            self._pack(value, value, saving.hooks[-1])
        elif output_nr < 0:
            self._tensor = value
        else:
            self._array = value._array
        self._differentiable = output_nr >= 0 and value._array.dtype.kind == "f"

    def _pack(
        self, value: Tensor, given: Tensor, hooks: tuple[Callable[..., Any], ...]
    ) -> None:
        """Keep what a hook makes of a tensor instead of the tensor."""
        pack, unpack, around = hooks
        version = value._version
        with around(), unrecorded():
            self._packed = unpack, pack(given)
        self._counter = self._array = self._tensor = None
        if self._output_nr < 0 and value.requires_grad:
            self._made = value.grad_fn, value._output_nr, value._accumulator
        if value._version != version:
            raise RuntimeError(_PACKED_IN_PLACE)

    def pack_with(self, hooks: tuple[Callable[..., Any], ...], node: Node) -> None:
        """Let hooks have what was kept so far."""
        value = self.operand(node)
        with silence():  # PyTorch makes it inside
            given = value.detach()
        self._pack(value, given, hooks)

    @property
    def current_version(self) -> int | None:
        """The version the tensor has now; it must still be `version`."""
        if self._counter is None or self._counter is DETACHED:
            return self.version
        return self._counter[0]

    @property
    def is_packed(self) -> bool:
        """True if a hook of the program's has it."""
        return self._packed is not None

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

    def content(self) -> Any:
        """Return what lies here: what a hook packed, or the tensor without a check."""
        return self.peek() if self._packed is None else self._packed[1]

    def array(self, node: Node) -> Any:
        """Return the array (or number), or raise if freed or modified since."""
        counter, tensor = self._counter, self._tensor
        if tensor is not None and counter is not None and counter[0] == self.version:
            return tensor._array
        if self._packed is not None:
            return self._unpacked(node)._array
        if self.freed or (counter is not None and counter[0] != self.version):
            self._fail(node)
        return self._array

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
            result._requires_grad, result._grad_fn = True, node._maker()
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
        if not (self._differentiable or self._made or found.requires_grad):
            return found
        # A new tensor in the place of the one that was packed.
        seen = wrap(found._array)
        seen._counter = found._counter
        if self._differentiable:
            seen._requires_grad, seen._grad_fn = True, node._maker()
            seen._output_nr = self._output_nr
        elif self._made is not None:
            seen._grad_fn, seen._output_nr, seen._accumulator = self._made
            seen._requires_grad = True
        return seen

    def tensor(self, node: Node) -> Tensor:
        """Return what `_saved_...` shows: a number becomes a tensor of no dimension."""
        if self._counter is DETACHED and self._tensor is not None:
            self._counter = self._tensor._counter  # to look at it is no use of it
        found = self.operand(node)
        return found if isinstance(found, Tensor) else wrap(np.array(found))

    def free(self) -> None:
        """Let go of the tensor."""
        self.freed = True
        self._tensor = self._array = self._made = None
        if self._packed is not None:
            self._packed = self._packed[0], None

    def _fail(self, node: Node) -> None:
        if self._counter is DETACHED and not self.freed:
            raise RuntimeError(_DETACHED)
        if thread.now.observer is not None:
            field = self.field or _field_of(self, node)
            kind = "freed" if self.freed else "modified"
            whole = node.whole and node.whole()
            thread.now.observer(NodeFailed(whole or node, field, kind))  # type: ignore[arg-type]
        raise RuntimeError(BACKWARD_TWICE if self.freed else self._modified(node))

    def _modified(self, node: Node) -> str:
        tensor = self._tensor
        array = self._array if tensor is None else tensor._array
        maker = node if tensor is None else tensor.grad_fn
        number = self._output_nr if tensor is None else tensor._output_nr
        kind = from_numpy(array.dtype).tensor_type
        return (
            "one of the variables needed for gradient computation has been modified by "
            f"an inplace operation: [{kind} {list(array.shape)}]"
            + (f", which is output {number} of {short_name(maker)}," if maker else "")
            + f" is at version {self.current_version}; "
            f"expected version {self.version} instead. " + _anomaly_hint()
        )


def as_input(number: Any) -> Any:
    """Return a number that was an input as what formulas know it by.

    >>> type(as_input(2.0)).__name__
    'RealNumber'
    """
    kind = {int: WholeNumber, bool: WholeNumber, float: RealNumber}.get(type(number))
    return number if kind is None else kind(number)


def _field_of(saved: SavedTensor, node: Node) -> str:
    for field, kept in node.saved.items():
        if kept is saved:
            return field
        if isinstance(kept, list):
            number = next((i for i, each in enumerate(kept) if each is saved), None)
            if number is not None:
                return f"{field}[{number}]"
    raise AssertionError(node)


def short_name(node: Node) -> str:
    """PyTorch's messages say Mul, Pow1, and CopyBackwards: no digit, not cut."""
    head, _, number = node.name().rpartition("Backward")
    if not head or number.strip("0123456789"):
        return node.name()
    return head if number == "0" else head + number


def _anomaly_hint() -> str:
    if anomaly.enabled:
        return (
            "Hint: the backtrace further above shows the operation that failed to "
            "compute its gradient. The variable in question was changed in there or "
            "anywhere later. Good luck!"
        )
    return (
        "Hint: enable anomaly detection to find the operation that failed to compute "
        "its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )


_DETACHED = (
    "Trying to use a saved tensor that has been detached in-place, i.e. with "
    ".detach_().This is not supported, please use out-of-place `.detach()` instead"
)
_PACKED_IN_PLACE = (
    "A saved tensor pack hook is modifying its input in place. Tensors provided as "
    "input to pack hook cannot be modified by in-place operations as this can lead to "
    "unexpected side-effects. Please open an issue if you need to perform in-place "
    "operations on the input to a pack hook."
)
INFERENCE_SAVED = (
    "Inference tensors cannot be saved for backward. Please do not use Tensors created "
    "in inference mode in computation tracked by autograd. To work around this, you "
    "can make a clone to get a normal tensor and use it in autograd, or use "
    "`torch.no_grad()` instead of `torch.inference_mode()`."
)
