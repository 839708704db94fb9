"""Indices as a node keeps them: with the tensors that they were made of.

Backward takes the places; whoever looks sees the tensors, and a write to one of them,
or a second pass, is noticed as with any saved tensor.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from .saved import SavedTensor, counter_of, look
from .tensor import Tensor


class Held(tuple[Any, ...]):  # noqa: SLOT001 - slots would leave no room
    """The places that index tensors mean, and these tensors; None where there is none.

    >>> import numpy as np
    >>> from minitorch_viz import minitorch as torch
    >>> Held.of([np.array([0])], [torch.tensor([0])]).tensors
    (tensor([0]),)
    """

    tensors: tuple[Tensor | None, ...] = ()

    @classmethod
    def of(cls, places: Iterable[Any], tensors: Iterable[Tensor | None]) -> Self:
        """Return the places together with the tensors."""
        made = cls(places)
        made.tensors = tuple(tensors)
        return made


class Counters:
    """The version counters of several tensors, read as one: `[0]` has all versions.

    >>> from minitorch_viz import minitorch as torch
    >>> x, y = torch.zeros(1), torch.zeros(1)
    >>> both = Counters([x, y])
    >>> y.add_(1), both[0]
    (tensor([1.]), (0, 1))
    """

    def __init__(self, tensors: Iterable[Tensor | None]) -> None:
        self.each = [None if x is None else counter_of(x) for x in tensors]

    def __getitem__(self, place: int) -> tuple[int | None, ...]:
        return tuple(None if c is None else c[place] for c in self.each)


def counters_of(value: Any) -> Counters:
    """Return the counters of what is held with a value; a bare tuple holds nothing."""
    return Counters(value.tensors if isinstance(value, Held) else ())


class SavedHeld(list[SavedTensor | None]):
    """What a node shows of indices: a saved tensor for each, and the places."""

    value: Any

    @classmethod
    def look(cls, field: str, value: Any, counters: Counters, versions: Any) -> Self:
        """Return what is kept bare as those who look at it expect; None is freed."""
        tensors = value.tensors if isinstance(value, Held) else ()
        found = cls()
        found.value = value
        for place, counter in enumerate(counters.each):
            if counter is None:
                found.append(None)
                continue
            tensor = tensors[place] if tensors else None
            seen = look(field, tensor, counter, versions[place], -1, value is None)
            seen.field = f"{field}[{place}]"
            found.append(seen)
        return found

    @classmethod
    def packed(cls, field: str, value: Any) -> Self:
        """Return what is kept where hooks have the tensors."""
        found = cls()
        tensors = value.tensors if isinstance(value, Held) else ()
        found.value = tuple(value) if tensors else value
        for place, tensor in enumerate(tensors):
            saved = None if tensor is None else SavedTensor(tensor)
            if saved is not None:
                saved.field = f"{field}[{place}]"
            found.append(saved)
        return found

    def free(self) -> None:
        """Let go of the tensors."""
        for saved in self:
            if saved is not None:
                saved.free()

    def operand(self, node: Any) -> Any:
        """Return the places, or raise if a tensor is freed or modified since."""
        unpacked = {}
        for place, saved in enumerate(self):
            if saved is not None and saved.is_packed:
                unpacked[place] = saved.operand(node)._array
            elif saved is not None:
                saved.array(node)
        if not unpacked:
            return self.value
        return tuple(unpacked.get(i, each) for i, each in enumerate(self.value))
