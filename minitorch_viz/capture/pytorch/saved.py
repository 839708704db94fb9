"""What a node keeps for backward, read without PyTorch's checks."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from ..text import operand_text
from .older import SHOWS_SAVED, PackedError, unpacked
from .places import memory_of

PACKED = "packed by a hook"
_VERSIONS = re.compile(r"is at version (\d+); expected version (\d+) instead")
#: PyTorch shows a C++ signed number that was read as an unsigned one.
_WRAP = 1 << 64


class Kept:
    """One saved field of a node: a plain value's text, or a tensor by weak reference.

    PyTorch holds what it saved, so the references last until the node lets go.
    """

    __slots__ = (
        *("_memory", "_output", "_where", "field", "freed", "is_result", "text"),
        *("_now", "version"),
    )

    def __init__(self, field: str, text: str = "", *, freed: bool = False) -> None:
        self.field, self.text, self.freed = field, text, freed
        #: The version of a tensor when it was saved.
        self.version: int | None = None
        #: The version that it was last seen at.
        self._now: int | None = None
        #: True for an output of the node, which it keeps as bare memory.
        self.is_result = False
        self._memory: weakref.ref[Tensor] | None = None
        self._output: weakref.ref[Tensor] | None = None
        self._where: tuple[Any, ...] = ()

    def keep(self, data: Tensor, version: int, *, is_result: bool) -> None:
        """Note a tensor that was saved."""
        self._memory, self.version = weakref.ref(data), version
        self._where, self.is_result = _place(data), is_result
        self._now = data._version

    def miss(self, now: int, version: int) -> None:
        """Note a tensor that was saved, modified since, and can't be seen."""
        self._now, self.version = now, version
        self.is_result = self.field == "result"

    @property
    def memory(self) -> Tensor | None:
        """What looks into the memory that is kept, until it is let go."""
        found = None if self._memory is None else self._memory()
        if found is None and self._output is not None:
            return self._output()
        return found

    @property
    def now(self) -> int | None:
        """The version of what is kept now, or when it was last seen."""
        memory = self.memory
        if memory is not None:
            self._now = memory._version
        return self._now

    @property
    def tensor(self) -> Tensor | None:
        """The program's own tensor that was saved, as far as it is known."""
        if not self.is_result:
            return self.memory
        return None if self._output is None else self._output()

    def find(self, output: Tensor) -> None:
        """See whether an output of the node is what was saved."""
        if self.version is None or self._output is not None or not self.is_result:
            return
        if self._where in ((), _place(output)):
            self._output = weakref.ref(output)

    def hide(self, output: Tensor) -> None:
        """See whether what was saved is an output that nobody else sees."""
        if self.is_result and _place(output) == self._where:
            self.is_result = False

    def release(self) -> None:
        """A backward pass has let go of it."""
        self.freed = self.freed or self.version is not None or self.text == PACKED


def _place(tensor: Tensor) -> tuple[Any, ...]:
    try:
        lies = tensor.storage_offset(), tensor.shape, tensor.stride()
    except (NotImplementedError, RuntimeError):  # what is sparse lies nowhere
        return (id(tensor),)
    return memory_of(tensor), *lies


def kept_by(node: Any) -> list[Kept]:
    """Return what a node keeps, as it is seen for the first time.

    >>> x = torch.ones(2, requires_grad=True)
    >>> [(kept.field, kept.text) for kept in kept_by((x * 3).grad_fn)]
    [('other', '3')]
    """
    found = [kept for field in _fields(type(node)) for kept in _read(node, field)]
    if isinstance(node, torch.autograd.function.BackwardCFunction):
        found += _read_custom(node)
    return found


_Kind = type[Any]
_known: dict[_Kind, tuple[str, ...]] = {}


def _fields(kind: _Kind) -> tuple[str, ...]:
    if kind not in _known:
        _known[kind] = _fields_of(kind)
    return _known[kind]


def _fields_of(kind: _Kind) -> tuple[str, ...]:
    shown = [name for name in vars(kind) if name.startswith("_saved_")]
    return tuple(name.removeprefix("_saved_") for name in shown)


def _read(node: Any, field: str) -> Iterator[Kept]:
    raw = getattr(node, f"_raw_saved_{field}", None)
    if raw is None:
        yield Kept(field, operand_text(_signed(getattr(node, f"_saved_{field}"))))
    elif isinstance(raw, tuple):
        for i in range(len(raw)):
            yield from _read_tensor(node, field, raw, i)
    else:
        yield from _read_tensor(node, field, (raw,), None)


def _signed(value: Any) -> Any:
    if type(value) is tuple:
        return tuple(map(_signed, value))
    if type(value) is int and value > _WRAP // 2:
        return value - _WRAP
    return value


def _read_tensor(
    node: Any, name: str, raws: tuple[Any, ...], index: int | None
) -> Iterator[Kept]:
    field = name if index is None else f"{name}[{index}]"
    found, error = None, None
    try:
        found = unpacked(node, f"_saved_{name}", raws)
        found = found if index is None else found[index]
    except PackedError:
        if _is_packed(raws[index or 0]):
            yield Kept(field, PACKED)
            return
    except RuntimeError as refused:
        error = refused
    data = raws[index or 0].data if SHOWS_SAVED else found
    if data is not None:
        yield _kept(node, field, data, found, error)
    elif error is not None:  # a tensor that isn't there reads as None
        yield _unseen(field, error)


def _kept(
    node: Any, field: str, data: Tensor, found: Tensor | None, error: Exception | None
) -> Kept:
    versions = _VERSIONS.search(str(error))
    version = data._version if versions is None else int(versions.group(2))
    if _is_number(data):
        kept = Kept(field, operand_text(data.item()))
        kept.version = version
        return kept
    kept = Kept(field)
    # What was modified can't be unpacked, but results go by that name.
    own = field == "result" if found is None else found.grad_fn is node
    kept.keep(data, version, is_result=own)
    return kept


def _unseen(field: str, error: Exception) -> Kept:
    """What an older PyTorch doesn't show, because it was freed or modified."""
    versions = _VERSIONS.search(str(error))
    if versions is None:
        return Kept(field, freed=True)
    kept = Kept(field)
    kept.miss(*map(int, versions.groups()))
    return kept


def _is_number(data: Tensor) -> bool:
    """True for a Python number in disguise: it yields to every tensor's type."""
    if data.dim() or data.requires_grad:
        return False
    kind = torch.float16 if data.is_floating_point() else torch.int8
    if data.dtype in (kind, torch.bool):
        return False
    return torch.result_type(data, torch.empty((), dtype=kind)) == kind


def _read_custom(node: Any) -> Iterator[Kept]:
    """What `ctx.save_for_backward` kept."""
    try:
        raws = node._raw_saved_tensors or ()
    except RuntimeError:
        yield Kept("tensors", freed=True)
        return
    fields = [f"tensors[{i}]" for i in range(len(raws))]
    found: tuple[Any, ...] = (None,) * len(raws)
    error = None
    try:
        # What lets go of them once they were asked for is for the program to ask.
        if not _lets_go(node):
            found = unpacked(node, "saved_tensors", raws)
    except PackedError:
        if not SHOWS_SAVED:  # nor which of them it is
            yield from (Kept(field, PACKED) for field in fields)
            return
    except RuntimeError as refused:
        error = refused
        if not SHOWS_SAVED:
            yield _unseen("tensors", error)
            return
    for field, raw, tensor in zip(fields, raws, found, strict=True):
        data = raw.data if SHOWS_SAVED else tensor
        if SHOWS_SAVED and _is_packed(raw):
            yield Kept(field, PACKED)
        elif data is not None:
            yield _kept(node, field, data, tensor, error)


def _lets_go(node: Any) -> bool:
    function = getattr(type(node), "_forward_cls", None)
    return bool(getattr(function, "clear_saved_tensors_on_access", False))


def _is_packed(raw: Any) -> bool:
    """True if a hook has it; where PyTorch doesn't tell, one of them all may."""
    return not SHOWS_SAVED or raw.unpack_hook is not None
