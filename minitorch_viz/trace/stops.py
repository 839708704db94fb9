"""Making stops: what has changed since the last one goes into a draft of the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import FrameType
from typing import Any

from ..capture import minitorch
from ..capture.adapter import Adapter, under
from ..capture.registry import in_order
from ..snapshot import OperationState, Site, TensorState
from .errors import Culprits
from .instrument import Instrumented, Statement
from .leftovers import Leftovers
from .log import Draft, Log, Token
from .model import Kind, Level
from .modes import ModeStack
from .names import bound_in, frames_of, tensors_of, visible
from .naming import Naming
from .places import Place, Places
from .world import Origin, World


class Stops:
    """The log of one run, and all that is known about it when a stop is made.

    >>> from .source import from_text
    >>> stops = Stops(Instrumented(from_text("x = 1")))
    >>> stops.start({})
    >>> stops.log.last.kind
    'start'
    """

    def __init__(self, program: Instrumented, capture: Adapter = minitorch) -> None:
        self.program = program
        self.capture = capture
        self.places = Places(program)
        self.log = Log()
        self.world = World(capture)
        self.naming = Naming(self.world)
        self.culprits = Culprits(self.world)
        self.modes = ModeStack()

    def start(self, scope: dict[str, Any]) -> None:
        """Make the first stop: nothing has run, but the program may read tensors."""
        names, read = self.program.names, self.program.read_first
        capture, naming = self.capture, self.naming
        is_tensor, inner = capture.is_tensor, capture.inner_tensors
        with capture.quiet():
            bound = [("<module>", *each) for each in bound_in(names, scope)]
            naming.look(each for each in bound if each[1] in read)
            naming.leftovers = Leftovers(
                tensor
                for _, name, value in bound
                for _, tensor in tensors_of(name, value, is_tensor, inner)
            )
            naming.look(bound)
        self.draft("statement", "start", Place())

    def draft(
        self,
        level: Level,
        kind: Kind,
        place: Place,
        modes: tuple[bool, bool] | None = None,
    ) -> Draft:
        """Make a stop of what has changed since the last one.

        `modes` are the program's where the engine has switched them for its own work.
        """
        changes, deleted = self.world.take()
        draft = Draft(level, kind, place.token, place.site, place.part, place.frame)
        draft.changes, draft.deleted = changes, deleted
        self._set_modes(draft, modes)
        return self.log.add(draft)

    def close(self, statement: Statement, frame: FrameType, action: str = "") -> Draft:
        """End a statement: its last operation becomes its stop, or it gets its own."""
        token = self.places.end(statement, frame)
        # What only has a name now comes from this statement, by ways unseen.
        mode = under(self.capture.modes())
        self.world.origin = Origin(site=statement.site, made_under=mode)
        self.refresh(frames_of(frame, self.places.filename))
        last = self.log.last
        if last is not None and last.token is token and self.mergeable(statement):
            self.merge(last)
        else:
            place = Place(frame.f_code.co_name, token, statement.site)
            last = self.draft("statement", "statement", place)
        last.level = "statement"
        last.kind = _kind(token, last.kind)
        last.action = action or last.action
        token.closing = last
        if last.level == "statement" and last.kind != "loop":
            self._call_inner(last)
        return last

    def _call_inner(self, last: Draft) -> None:
        """Call what a library's call made by the way it is reached from now on.

        Its code is the call, which made other things too: `opt.step()`.
        """
        drafts = [last]
        for draft in reversed(self.log.drafts[:-1]):
            if draft.level == "statement":
                break
            drafts.append(draft)
        ran: dict[Site | None, set[str]] = {}
        for draft in drafts:
            for state in draft.changes.values():
                if isinstance(state, OperationState):
                    ran.setdefault(state.site, set()).add(state.name)
        for entity, state in list(last.changes.items()):
            if not isinstance(state, TensorState) or not state.names:
                continue
            way = state.names[0]
            if state.site is None or len(ran.get(state.site, ())) < 2 or "[" not in way:
                continue
            for draft in drafts:
                old = draft.changes.get(entity)
                if isinstance(old, TensorState):
                    draft.changes[entity] = replace(old, expression=way)
            self.world.states[entity] = replace(state, expression=way)

    def mergeable(self, statement: Statement) -> bool:
        """True if nothing but names and deaths has changed since a finer stop."""
        last = self.log.last
        if last is None or last.level == "statement":
            return False
        # Entering a function is a stop of its own, and so is a mode that a decorator
        # switches; a bare call of a setter is its statement's stop.
        told = last.action and (last.kind == "call" or statement.kind != "with")
        if told and (last.kind, last.action) != ("mode", "called"):
            return False
        return self.world.only_names_changed()

    def merge(self, draft: Draft, modes: tuple[bool, bool] | None = None) -> None:
        """Let the newest draft be the stop of what has changed since, too."""
        changes, deleted = self.world.take()
        draft.changes.update(changes)
        draft.deleted = in_order(draft.deleted + deleted)
        self.log.settle(draft)
        self._set_modes(draft, modes)

    def _set_modes(self, draft: Draft, modes: tuple[bool, bool] | None = None) -> None:
        draft.grad_enabled, draft.inference_mode = modes or self.capture.modes()
        draft.modes = self.modes.entries

    def refresh(self, frames: Iterable[FrameType]) -> None:
        """Look at what these frames can name."""
        with self.capture.quiet():
            self.naming.look(visible(self.program.names, frames))
            self.world.touch_hooked()


def _kind(token: Token, kind: Kind) -> Kind:
    """What a statement's stop is called, given that of its last operation."""
    statement = token.statement.kind
    if statement == "with":
        return kind
    if statement == "statement":
        return "call" if token.called else kind
    return statement
