"""The stops of a run as they are made: drafts that may still merge, then steps."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import CodeType

from ..snapshot import EntityState, ModeState, Site
from .instrument import Statement
from .model import ErrorState, GradientState, Kind, Level, Output, Step


@dataclass(slots=True, eq=False)
class Token:
    """A statement that has begun in one frame; it closes with a stop of its own.

    >>> Token(Statement(0, "loop", Site(1, 0, 1, 1), 1), None, None).called
    False
    """

    statement: Statement
    parent: Token | None
    code: CodeType | None
    closing: Draft | None = None
    #: True once a function of the program has run for it.
    called: bool = False


@dataclass(slots=True, eq=False)
class Draft:
    """A stop under construction.

    >>> Draft("operation", "create").changes
    {}
    """

    level: Level
    kind: Kind
    token: Token | None = None
    site: Site | None = None
    part: Site | None = None
    frame: str = "<module>"
    operation: str | None = None
    node: str | None = None
    grad_enabled: bool = True
    inference_mode: bool = False
    modes: tuple[ModeState, ...] = ()
    changes: dict[str, EntityState] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    gradients: tuple[GradientState, ...] = ()
    output: int = 0
    warnings: tuple[str, ...] = ()
    error: ErrorState | None = None
    #: The number of the exception that `error` tells of.
    told: int | None = None
    action: str = ""
    iteration: int | None = None


class Log:
    """Collects drafts, and what the program showed between them.

    >>> log = Log()
    >>> log.show("stdout", "a"), log.show("stdout", "b"), log.output
    (None, None, [Output(stream='stdout', text='ab')])
    """

    #: Longer output is cut: a page must stay a page.
    MOST_OUTPUT = 100_000

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.output: list[Output] = []
        self.warnings: list[str] = []
        self._shown = 0
        self._cut = False

    @property
    def last(self) -> Draft | None:
        """The newest draft."""
        return self.drafts[-1] if self.drafts else None

    def add(self, draft: Draft) -> Draft:
        """Append a draft; it shows what was shown by now."""
        self.drafts.append(draft)
        self.settle(draft)
        return draft

    def settle(self, draft: Draft) -> None:
        """Let the newest draft show all output and warnings so far."""
        draft.output = len(self.output)
        draft.warnings += tuple(self.warnings)
        self.warnings.clear()

    def show(self, stream: str, text: str) -> None:
        """Take a piece of output; pieces between two stops are joined."""
        if self._cut or not text:
            return
        self._shown += len(text)
        if self._shown > self.MOST_OUTPUT:
            self._cut = True
            text = text[: len(text) - (self._shown - self.MOST_OUTPUT)]
            note = f"\n[output cut after {self.MOST_OUTPUT:,} characters]\n"
            self._append(stream, text)
            stream, text = "stderr", note
        self._append(stream, text)

    def _append(self, stream: str, text: str) -> None:
        claimed = self.last.output if self.last else 0
        if len(self.output) > claimed and self.output[-1].stream == stream != "result":
            text = self.output.pop().text + text
        if text:
            self.output.append(Output(stream, text))

    def steps(self) -> tuple[Step, ...]:
        """Return the finished steps."""
        numbers = {id(draft): i for i, draft in enumerate(self.drafts)}
        return tuple(self._step(d, i, numbers) for i, d in enumerate(self.drafts))

    def _step(self, draft: Draft, index: int, numbers: dict[int, int]) -> Step:
        same = {name: getattr(draft, name) for name in _SAME}
        return Step(index=index, parent=_parent(draft, numbers), **same)


#: What a step takes over from its draft as it is.
_SAME = [x.name for x in fields(Step) if x.name not in ("index", "parent")]


def _parent(draft: Draft, numbers: dict[int, int]) -> int | None:
    """The stop of the statement that a draft belongs to, if it isn't that stop."""
    token = draft.token
    while token is not None:
        if token.closing is not None and token.closing is not draft:
            return numbers.get(id(token.closing))
        token = token.parent
    return None
