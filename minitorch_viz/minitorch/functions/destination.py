"""Where an operation's result goes: into new memory, or over its first input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..choosing import along, write_before
from ..inplace import call_inplace, check_tracked
from ..op import OPS, call
from ..overlap import check_apart, warn_expanded
from ..tensor import Tensor


@dataclass(frozen=True, slots=True)
class Destination:
    """Runs operations, and checks what only a write over a tensor may not do.

    >>> OVER.over, FRESH.over
    (True, False)
    """

    over: bool

    def start(self, target: Tensor, *values: Any) -> None:
        """Raise what autograd refuses: it is asked before the operation itself."""
        if self.over:
            check_tracked(target, values)

    def apart(
        self,
        target: Tensor,
        *others: Tensor,
        within: bool = True,
        wholly: bool = True,
    ) -> None:
        """Raise if the target shares memory with others, or its elements do."""
        if self.over:
            check_apart(target, others, within=within, wholly=wholly)

    def warn(self, target: Tensor, name: str, at: str) -> None:
        """Warn if the target's elements share memory."""
        if self.over:
            warn_expanded(target, name, at)

    def check_along(
        self,
        target: Tensor,
        dim: int,
        index: Tensor,
        values: Any,
        refusal: Callable[[int, int], Exception],
        *,
        signed: bool = False,
        add: bool = False,
    ) -> None:
        """Raise what `refusal` makes of the first index outside and the size.

        A write over the target has by then been made as far as PyTorch makes it.
        """
        shape, array = target._array.shape or (1,), index._array
        size = shape[dim]
        wrong = (array >= size) | (array < (-size if signed else 0))
        if not wrong.any():
            return
        places = along(shape, dim, array)
        wide = np.broadcast_shapes(*(each.shape for each in places))
        if 0 in wide:
            return
        if self.over:
            spread = np.broadcast_to(wrong.reshape(places[dim].shape), wide)
            write_before(target._array, places, spread, values, add=add)
        raise refusal(array[wrong][0], size)

    def run(
        self, name: str, target: Tensor, others: Sequence[Any], args: Sequence[Any]
    ) -> Tensor:
        """Run the operation of this name."""
        if self.over:
            return call_inplace(OPS[name], target, others, args)
        found: Tensor = call(OPS[name], (target, *others), args)
        return found


FRESH, OVER = Destination(over=False), Destination(over=True)
