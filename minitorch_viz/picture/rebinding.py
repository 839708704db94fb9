"""Which tensors only wait for the statement that is running to take their name."""

from __future__ import annotations

from collections.abc import Iterable

from .blocks import Block
from .history import History


class Rebinding:
    """Knows when a statement began, and who reads a block last.

    In a loop's next turn, `out = model(x)` keeps the last turn's `out` alive to its
    end, though nothing in it reads that: what the statement makes may stand there.

    >>> Rebinding(History(()), ()).begins
    []
    """

    def __init__(self, past: History, blocks: Iterable[Block]) -> None:
        self._steps = past.steps
        #: For each step, the first step of the statement that it ends.
        self.begins = list(range(len(past.steps)))
        for step in past.steps:  # what a step belongs to comes after it
            if step.parent is not None and step.parent > step.index:
                first = min(self.begins[step.index], self.begins[step.parent])
                self.begins[step.parent] = first
        self._read: dict[int, int] = {}
        for block in blocks:
            for source in block.sources:
                last = self._read.get(source.block, 0)
                self._read[source.block] = max(last, block.birth)

    def waits(self, old: Block, death: float, new: Block) -> bool:
        """Say whether `old` goes, unread, with a statement that `new` is made in."""
        step: int | None = new.birth
        while step is not None:
            begin = self.begins[step]
            if old.birth < begin and death <= step:
                return self._read.get(old.number, 0) < begin
            parent = self._steps[step].parent
            step = parent if parent is not None and parent > step else None
        return False
