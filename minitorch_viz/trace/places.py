"""Where in the program something happens: the statement, the exact sub-expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import CodeType, FrameType
from typing import Any

from ..snapshot import Site
from .instrument import Instrumented, Statement
from .log import Token
from .names import frames_of


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the run; `part` is the sub-expression inside the statement `site`.

    >>> Place().line
    0
    """

    frame: str = "<module>"
    token: Token | None = None
    site: Site | None = None
    part: Site | None = None
    code: CodeType | None = None

    @property
    def line(self) -> int:
        """The line of the exact place, 0 if it is unknown."""
        found = self.part or self.site
        return 0 if found is None else found.line


class Places:
    """Finds places from frames, and knows which statement runs in which frame.

    Frames are known by address only, so that none is kept alive; a token says which
    code it belongs to, in case another frame comes to lie at the same address.

    >>> from .source import from_text
    >>> Places(Instrumented(from_text("x = 1"))).here(None)
    Place(frame='<module>', token=None, site=None, part=None, code=None)
    """

    def __init__(self, program: Instrumented) -> None:
        self.program = program
        self.filename = program.source.filename
        self._tokens: dict[int, Token] = {}
        self._positions: dict[CodeType, list[Any]] = {}

    def begin(self, statement: Statement, frame: FrameType) -> Token:
        """A statement begins in a frame; what an exception left open there is over."""
        token = Token(statement, self.token_of(frame.f_back), frame.f_code)
        self._tokens[id(frame)] = token
        return token

    def end(self, statement: Statement, frame: FrameType) -> Token:
        """The statement ends: return its token."""
        token = self._tokens.pop(id(frame), None)
        if token is not None and token.statement is statement:
            # A generator's line may go on in another call than the one it began in.
            token.parent = self.token_of(frame.f_back)
            return token
        return Token(statement, self.token_of(frame.f_back), frame.f_code)

    def forget(self, frame: FrameType) -> None:
        """Forget what ran in a frame, which has only begun or is done with it."""
        self._tokens.pop(id(frame), None)

    def open_in(self, frame: FrameType) -> Token | None:
        """Return the statement that is open in this very frame."""
        token = self._tokens.get(id(frame))
        return token if token is not None and token.code is frame.f_code else None

    def token_of(self, frame: FrameType | None) -> Token | None:
        """Return the statement that is open in the nearest program frame, going up."""
        for each in frames_of(frame, self.filename):
            token = self.open_in(each)
            if token is not None:
                return token
        return None

    def here(self, frame: FrameType | None) -> Place:
        """Return the place of the nearest program frame, from the engine's on up."""
        found = next(frames_of(frame, self.filename), None)
        return Place() if found is None else self.at(found, found.f_lasti)

    def at(self, frame: FrameType, lasti: int) -> Place:
        """Return the place of one instruction of a frame."""
        part = self._part(frame.f_code, lasti)
        token = self.token_of(frame)
        site = token.statement.site if token is not None else None
        if site is None and part is not None:
            site = self._statement_around(part)
        elif site is not None and part is not None and _covers(part, site):
            part = site  # entering a `with` counts as the whole block
        return Place(frame.f_code.co_name, token, site, part, frame.f_code)

    def raised(self, found: Sequence[tuple[FrameType, int]]) -> Place:
        """Return where an error was raised: `found` are its frames, outermost first."""
        place = self.at(*found[-1])
        if place.token is not None:
            return place
        # Frames of generators no longer know who called them.
        tokens = (self.open_in(frame) for frame, _ in reversed(found))
        token = next((token for token in tokens if token is not None), None)
        if token is None:
            return place
        return replace(place, token=token, site=token.statement.site)

    def _part(self, code: CodeType, lasti: int) -> Site | None:
        if code not in self._positions:
            self._positions[code] = list(code.co_positions())
        line, end_line, column, end_column = self._positions[code][lasti // 2]
        if None in (line, end_line, column, end_column):
            return None
        return self.program.part(line, column, end_line, end_column)

    def _statement_around(self, part: Site) -> Site:
        """The smallest statement whose site holds `part`: they are in order."""
        start, end = (part.line, part.column), (part.end_line, part.end_column)
        around = [
            s.site
            for s in self.program.statements
            if (s.site.line, s.site.column) <= start
            and end <= (s.site.end_line, s.site.end_column)
        ]
        # A `with` is left as a whole; its own site is its first line.
        begun = [
            s.site
            for s in self.program.statements
            if (s.site.line, s.site.column) == start
        ]
        return around[-1] if around else begun[0] if begun else part

    def text(self, part: Site | None) -> str:
        """Return the source of a sub-expression, as a label."""
        text = "" if part is None else self.program.source.at(part)
        return text if len(text) <= 60 else text[:57] + "..."


def _covers(whole: Site, part: Site) -> bool:
    starts = (whole.line, whole.column) <= (part.line, part.column)
    return starts and (part.end_line, part.end_column) < (
        whole.end_line,
        whole.end_column,
    )
