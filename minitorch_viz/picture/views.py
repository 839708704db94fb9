"""What of a trace is drawn: through which lens, which lines, which names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .blocks import Block, Source
from .history import History

Lens = Literal["program", "autograd"]
#: After every line.
END = 10**9
LENSES: tuple[Lens, ...] = ("program", "autograd")


@dataclass(frozen=True, slots=True)
class View:
    """A choice: all of it, unless said.

    `program` shows data, ghosts and storage; `autograd` what backward will walk: nodes,
    edges, leaves with AccumulateGrad, saved tensors. `lines` are the first and the last
    line whose work is drawn; `only` and `hide` are names of tensors.

    >>> View().whole
    True
    """

    lens: str = "program"
    lines: tuple[int, int] | None = None
    hide: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()

    def pick(self, kept: Sequence[Block], blocks: Sequence[Block]) -> list[str]:
        """List the tensors that the picture is about, with a card or without."""
        numbers = {block.number for block in kept}
        every = self.lines is None and not self.hide and not self.only
        return [
            id
            for block in blocks
            if every or block.number in numbers
            for id in block.outputs
        ]

    @property
    def said(self) -> str:
        """Say what was chosen, so that nobody takes a part for all of it."""
        words = ["lens autograd"] if self.lens == "autograd" else []
        if self.lines is not None:
            first, last = self.lines
            words.append(f"lines {first} to {last if last < END else 'the end'}")
        if self.only:
            words.append(f"only {', '.join(sorted(self.only))}")
        if self.hide:
            words.append(f"without {', '.join(sorted(self.hide))}")
        return " · ".join(words)

    @property
    def whole(self) -> bool:
        """True where nothing is left out."""
        return self == View()


def view(
    lens: str = "program",
    lines: tuple[int | None, int | None] | None = None,
    hide: Iterable[str] = (),
    only: Iterable[str] = (),
) -> View:
    """Check a choice; None as first or last line leaves that end open.

    >>> view(lines=(3, None)).lines[0]
    3
    """
    if lens not in LENSES:
        raise ValueError(f"lens must be one of {', '.join(LENSES)}, got {lens!r}")
    hide, only = ((n,) if isinstance(n, str) else n for n in (hide, only))
    first, last = lines or (None, None)
    for line in (first, last):
        if line is not None and (type(line) is not int or line < 1):
            raise ValueError(f"lines count from 1, got {line!r}")
    ends = first or 1, last or END
    if ends[0] > ends[1]:
        raise ValueError(f"no line comes from {first} on and up to {last}")
    chosen = None if first is None and last is None else ends
    return View(lens, chosen, frozenset(hide), frozenset(only))


def chosen(past: History, blocks: Sequence[Block], view: View) -> list[Block]:
    """Return the blocks that a view shows, without what leads to others.

    >>> len(chosen(History(()), [Block(0, "leaf", 1, outputs=())], View()))
    1
    """
    if view.whole:
        return list(blocks)
    names = {b.number: _names(past, b) for b in blocks}
    known = frozenset().union(*names.values())
    if unknown := sorted((view.hide | view.only) - known):
        there = ", ".join(sorted(known)) or "none"
        raise ValueError(f"no tensor is called {unknown[0]!r}; names here: {there}")
    kept = [
        b for b in blocks if _in_lines(b, view) and _is_named(names[b.number], view)
    ]
    if view.lens == "autograd":
        kept = [_walked(b) for b in kept if b.node or _asks(past, b)]
    by_number = {b.number: b for b in kept}
    return [_linked(block, by_number) for block in kept]


def _names(past: History, block: Block) -> frozenset[str]:
    """List what the tensors of a block were ever called."""
    states = [s for id in block.outputs for _, s in past.tensors[id]]
    return frozenset(name for state in states for name in state.names)


def _in_lines(block: Block, view: View) -> bool:
    if view.lines is None:
        return True
    first, last = view.lines
    site = block.site
    return site is not None and site.line <= last and site.end_line >= first


def _is_named(names: frozenset[str], view: View) -> bool:
    if view.only and not names & view.only:
        return False
    return not names & view.hide


def _asks(past: History, block: Block) -> bool:
    """Say whether a leaf ever requires grad, so that a walk may end at it."""
    if block.kind != "leaf":
        return False
    states = [s for id in block.outputs for _, s in past.tensors[id]]
    return any(state.requires_grad for state in states)


def _walked(block: Block) -> Block:
    """Return what backward sees of a block: a node without its result, or a leaf."""
    if block.node is None:
        return replace(block, region=None)
    return replace(block, kind="node", operation=None, outputs=(), region=None)


def _linked(block: Block, kept: dict[int, Block]) -> Block:
    """Drop inputs from what isn't shown; what has no card is left by its pill."""
    sources: list[Source] = []
    for source in block.sources:
        behind = kept.get(source.block)
        if behind is None or (block.kind == "node" and source.edge is None):
            continue
        bare = not behind.outputs
        sources.append(replace(source, output=None, slot=False) if bare else source)
    return replace(block, sources=tuple(sources))
