"""An exception as a record: where it was raised, and what autograd refused."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from itertools import count
from types import FrameType, TracebackType
from typing import Any

from ..capture.text import class_name, message
from ..snapshot import NodeState, Site
from .blame import candidates, refusal
from .model import ErrorState
from .world import World

_SEEN = "__minitorch_viz_seen__"
_next_run = count().__next__
#: What `error.__traceback__` reads, which a class may hide.
_traceback_of: Callable[[BaseException], TracebackType | None] = BaseException.__dict__[
    "__traceback__"
].__get__


@dataclass(frozen=True, slots=True)
class Failure:
    """A node that couldn't run: its saved `field` was `modified` or `freed`.

    >>> Failure("n0", "self", "freed").field
    'self'
    """

    node: str
    field: str
    kind: str


class Culprits:
    """Remembers which line recorded, freed or last wrote what an error will name.

    >>> Culprits(World()).line_of_node("n0") is None
    True
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._recorded: dict[str, int] = {}
        self._freed: dict[str, int] = {}
        self._written: dict[Hashable, int] = {}
        self.failure: Failure | None = None

    def recorded(self, node: str, line: int) -> None:
        """Note the line whose operation made `node`."""
        self._recorded.setdefault(node, line)

    def freed(self, node: str, line: int) -> None:
        """Note the line whose backward freed what `node` saved."""
        self._freed.setdefault(node, line)

    def wrote(self, tensor: Any, line: int) -> None:
        """Note the line that wrote in place into `tensor`."""
        counter = self._world.capture.counter(tensor)
        if counter is not None:
            self._written[counter] = line

    def line_of_node(self, node: str) -> int | None:
        """Return the line whose operation made `node`."""
        return self._recorded.get(node)

    def explain(self, error: ErrorState, codes: list[str], scope: str) -> ErrorState:
        """Return `error` with its kind, and the culprits where they are known.

        `codes` is what failed, the smallest part first.
        """
        failure, self.failure = self.failure, None
        if failure is not None:
            return self._explain_saved(error, failure)
        found = refusal(error.type, error.message)
        if found is None:
            return replace(error, kind="other")
        said = (each for code in codes for each in candidates(code, error.message))
        states = (self._world.meant(each, scope) for each in said)
        about = (s for s in states if s and found.fits is not None and found.fits(s))
        culprit = next((state.id for state in about), None)
        return replace(error, kind=found.kind, culprit_tensor=culprit)

    def _explain_saved(self, error: ErrorState, failure: Failure) -> ErrorState:
        node = self._world.states.get(failure.node)
        saved = None
        if isinstance(node, NodeState):
            fields = {each.field: each for each in node.saved}
            saved = fields.get(failure.field)
        changed = self._freed.get(failure.node)
        if failure.kind == "modified":
            changed = self._line_that_wrote(failure)
        return replace(
            error,
            kind=failure.kind,
            culprit_node=failure.node,
            culprit_field=failure.field or None,
            culprit_tensor=saved.tensor if saved else None,
            saved_line=self._recorded.get(failure.node),
            changed_line=changed,
        )

    def _line_that_wrote(self, failure: Failure) -> int | None:
        node = self._world.registry.live(failure.node)
        if node is None:
            return None
        counters = self._world.capture.saved_counters(node, failure.field)
        return next((line for c in counters if (line := self._written.get(c))), None)


def program_frames(error: BaseException, filename: str) -> list[tuple[FrameType, int]]:
    """Return the program's frames that an exception left, and where, outermost first.

    >>> program_frames(ValueError(), "<program>")
    []
    """
    found, traceback = [], _traceback_of(error)
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            found.append((traceback.tb_frame, traceback.tb_lasti))
        traceback = traceback.tb_next
    return found


def state_of(error: BaseException, site: Site | None) -> ErrorState:
    """Return what an exception says.

    >>> state_of(ValueError("no"), None).message
    'no'
    """
    return ErrorState(class_name(error), message(error), site)


class Told:
    """Which exceptions have a stop, and how far each is told: `raised` or `caught`.

    The exception itself carries its number: a reference to it would keep its frames,
    and so the program's tensors, alive.

    >>> told, error = Told(), ValueError()
    >>> told.set(error, "raised")
    0
    >>> told.stage(error)
    'raised'
    """

    def __init__(self) -> None:
        self._run = _next_run()
        self._stages: list[str] = []

    def number(self, error: BaseException) -> int | None:
        """Return an exception's number in this run; None if it is new."""
        try:
            run, number = object.__getattribute__(error, _SEEN)
        except AttributeError:
            return None
        return number if run == self._run else None

    def stage(self, error: BaseException) -> str | None:
        """Return how far an exception is told; None if it is new."""
        number = self.number(error)
        return None if number is None else self._stages[number]

    def set(self, error: BaseException, stage: str) -> int:
        """Note how far an exception is told, and return its number."""
        number = self.number(error)
        if number is None:
            number = len(self._stages)
            self._stages.append(stage)
            with contextlib.suppress(AttributeError, TypeError):  # told twice at worst
                object.__setattr__(error, _SEEN, (self._run, number))
        self._stages[number] = stage
        return number
