"""Which ghosts only serve to write into a leaf: they stand beside it, in a stack."""

from __future__ import annotations

from collections.abc import Sequence

from .blocks import Block


def companions(blocks: Sequence[Block]) -> dict[int, int]:
    """Return the leaf that each such ghost stands beside, both as block numbers.

    In `w -= 0.1 * w.grad` the product is read by nothing but the write into `w`: both
    belong to `w`. A ghost that anything else reads stays in the picture's flow.

    >>> from .blocks import Source
    >>> from ..snapshot import OperationState
    >>> adds = OperationState("o0", "add_", inplace=True)
    >>> leaf = Block(0, "leaf", 1, outputs=("t0",))
    >>> companions([leaf, Block(1, "ghost", 2, None, adds, None, (), (Source(0),))])
    {1: 0}
    """
    by_number = {block.number: block for block in blocks}
    readers: dict[int, set[int]] = {}
    for block in blocks:
        for source in block.sources:
            readers.setdefault(source.block, set()).add(block.number)
    found = _candidates(blocks)
    while wrong := [
        number
        for number in found
        if not _belongs(by_number[number], found, by_number, readers.get(number, set()))
    ]:
        for number in wrong:
            del found[number]
    return found


def _candidates(blocks: Sequence[Block]) -> dict[int, int]:
    """Follow each ghost's inputs up to the one leaf that they come from."""
    leaves = {block.number for block in blocks if block.kind == "leaf"}
    found: dict[int, int] = {}
    for block in blocks:
        if block.kind != "ghost" or not block.sources or len(block.outputs) > 1:
            continue
        decisive = block.sources[:1] if block.writes else block.sources
        roots = {s.block if s.block in leaves else found.get(s.block) for s in decisive}
        root = roots.pop()
        if root is not None and not roots:
            found[block.number] = root
    return found


def _belongs(
    block: Block, found: dict[int, int], blocks: dict[int, Block], readers: set[int]
) -> bool:
    root = found[block.number]
    decisive = block.sources[:1] if block.writes else block.sources
    if any(s.block != root and found.get(s.block) != root for s in decisive):
        return False
    if block.writes:
        return True
    return bool(readers) and all(found.get(reader) == root for reader in readers)
