"""The shape of a tensor, as a program holds it."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from itertools import count
from typing import Any, Self, SupportsIndex, overload

from .shown import OfTorch


class Size(tuple[int, ...], metaclass=OfTorch):
    """The shape of a tensor.

    >>> size = Size([3, 4])
    >>> size, size.numel(), size[1:]
    (torch.Size([3, 4]), 12, torch.Size([4]))
    """

    __slots__ = ()

    def __new__(cls, iterable: Iterable[SupportsIndex] = ()) -> Self:
        items = tuple(iterable)
        if all(type(item) is int for item in items):
            return super().__new__(cls, items)  # type: ignore[arg-type]
        return super().__new__(cls, map(_as_int, items, count()))

    def numel(self) -> int:
        """Return the number of elements.

        >>> Size([2, 5]).numel()
        10
        """
        return math.prod(self)

    @overload
    def __getitem__(self, index: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, index: slice[Any, Any, Any]) -> Size: ...
    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Size(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> Size:
        if not isinstance(other, tuple):
            raise TypeError(
                f"can only concatenate tuple (not {type(other).__name__}) to torch.Size"
            )
        return Size(super().__add__(other))

    def __radd__(self, other: tuple[int, ...]) -> Size:
        return Size(other) + self

    def __mul__(self, times: SupportsIndex) -> Size:
        return Size(super().__mul__(times))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


def _as_int(item: SupportsIndex, position: int) -> int:
    try:
        return operator.index(item)
    except TypeError:
        raise TypeError(
            "torch.Size() takes an iterable of 'int' "
            f"(item {position} is '{type(item).__name__}')"
        ) from None
