"""The recorder of one run: markers, engine events and exceptions in one log."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from types import FrameType
from typing import Any

from ..capture import minitorch
from ..capture.adapter import Adapter
from ..capture.text import class_name, message, shown
from ..minitorch.events import ModuleCalled, ModuleReturned
from . import errors
from .instrument import Instrumented, Statement
from .limits import Meter, Stopped
from .listening import Listening
from .log import Draft
from .model import ErrorState
from .names import frames_of
from .places import Place
from .stops import Stops

#: What computes nothing, and only says where other things happen.
_AROUND = (ModuleCalled, ModuleReturned)


class Recorder:
    """Listens to one run, on the thread that made it.

    >>> from .limits import Limits
    >>> from .source import from_text
    >>> recorder = Recorder(Instrumented(from_text("x = 1")), Meter(Limits()))
    >>> recorder.stop("Stopped by hand.")
    >>> recorder.stops.log.last.kind
    'stopped'
    """

    def __init__(
        self, program: Instrumented, meter: Meter, capture: Adapter = minitorch
    ) -> None:
        self.program = program
        self.meter = meter
        self.capture = capture
        self.stops = Stops(program, capture)
        self.thread = threading.get_ident()
        #: How many markers and events other threads had.
        self.elsewhere = 0
        self._listening = Listening(self.stops)
        self._filename = program.source.filename
        self._turns: dict[tuple[int, int], int] = {}
        self._told = errors.Told()
        self._ended = False
        self._reading = False

    # -- what is listened to -----------------------------------------------------------
    def mark(
        self, number: int, value: Any = None, frame: FrameType | None = None
    ) -> Any:
        """Take one marker of the program (those of other programs are ignored)."""
        found = self.program.marks.get(number)
        if found is None or self._reading:
            return value
        if threading.get_ident() != self.thread:
            self._elsewhere(len(found))
            return value
        if self.meter.busy:
            # A trace function of the program's was called for our own code.
            return value
        if frame is None:
            frame = sys._getframe(1)
        self.meter.check()
        if self._ended:
            raise Stopped
        self.meter.busy = True
        try:
            with self.meter.working(False):  # what it tells of late is observed
                self.capture.settle()
            for mark in found:
                getattr(self, f"_mark_{mark.action}")(mark.statement, frame, value)
        except RecursionError:
            raise
        except Exception as failed:  # noqa: BLE001 - see there
            self._lose(failed)
        finally:
            self.meter.busy = False
        if self._ended:
            raise Stopped
        return value

    def observe(self, event: Any) -> None:
        """Take one event of the engine."""
        if self.meter.busy:
            return
        self.meter.check()
        self.meter.busy = True
        try:
            self._listening.take(event, self.stops.places.here(sys._getframe(1)))
        except RecursionError:
            raise
        except Exception as failed:  # noqa: BLE001 - see there
            self._lose(failed)
        finally:
            self.meter.busy = False
        if not isinstance(event, _AROUND):
            self.meter.event()

    def _lose(self, failed: Exception) -> None:
        """Stop: a program that breaks Python or the engine can be shown no further."""
        self.meter.stop(_lost(failed))

    def _elsewhere(self, count: int) -> None:
        """Count what another thread does, from its first marker on."""
        self.elsewhere += count
        self.capture.listen(self._count)

    def _count(self, event: Any) -> None:
        self.elsewhere += not isinstance(event, _AROUND)

    # -- statements --------------------------------------------------------------------
    def _mark_begin(self, statement: Statement, frame: FrameType, _: Any) -> None:
        if statement.kind != "loop":
            self.meter.statement()
        token = self.stops.places.begin(statement, frame)
        if token.parent is not None and frame.f_code.co_name != "<module>":
            token.parent.called = True

    def _mark_end(self, statement: Statement, frame: FrameType, _: Any) -> None:
        self.stops.close(statement, frame)

    def _mark_handed(self, statement: Statement, frame: FrameType, _: Any) -> None:
        """One side of a condition is handed back: the stop says which."""
        part = self.stops.places.at(frame, frame.f_lasti).part
        last = self.stops.close(statement, frame)
        if last.operation is None:
            last.part = part

    def _mark_echo(self, _: Statement, __: FrameType, value: Any) -> None:
        if value is not None:
            with self.capture.quiet(), self.meter.working(False):
                self.stops.log.show("result", shown(value) + "\n")
            # A `__repr__` of the program's may do anything, and was not listened to.
            self.stops.world.unsure |= not self.capture.is_tensor(value)

    def _mark_finish(self, statement: Statement, frame: FrameType, value: Any) -> None:
        self._mark_echo(statement, frame, value)
        self.stops.close(statement, frame)
        self._ended = True

    def _mark_called(self, statement: Statement, frame: FrameType, _: Any) -> None:
        self.stops.places.forget(frame)  # of a finished frame at the same address
        token = self.stops.places.token_of(frame.f_back)
        if token is None:
            return
        token.called = True
        self.stops.refresh(frames_of(frame, self._filename))
        place = Place(frame.f_code.co_name, token, statement.site)
        self.stops.draft("operation", "call", place).action = "called"

    # -- blocks ------------------------------------------------------------------------
    def _mark_taken(self, statement: Statement, frame: FrameType, _: Any) -> None:
        self.stops.close(statement, frame, "taken")

    def _mark_skipped(self, statement: Statement, frame: FrameType, _: Any) -> None:
        self.stops.close(statement, frame, "skipped")

    def _mark_loop(self, statement: Statement, frame: FrameType, _: Any) -> None:
        self._turns[id(frame), statement.number] = 0

    def _mark_iterate(self, statement: Statement, frame: FrameType, _: Any) -> None:
        self.meter.statement()
        key = (id(frame), statement.number)
        self._turns[key] = self._turns.get(key, 0) + 1
        self.stops.close(statement, frame).iteration = self._turns[key]

    def _mark_exhausted(self, statement: Statement, frame: FrameType, _: Any) -> None:
        token, last = self.stops.places.open_in(frame), self.stops.log.last
        if token is not None and last is not None and last.token is token:
            # Its last test, or asking for one item more, did something.
            self.stops.close(statement, frame, "ended")
        else:
            self.stops.places.forget(frame)

    def _mark_entered(self, statement: Statement, frame: FrameType, _: Any) -> None:
        self.stops.close(statement, frame, "entered")

    def _mark_left(self, statement: Statement, frame: FrameType, _: Any) -> None:
        stops = self.stops
        stops.refresh(frames_of(frame, self._filename))
        last = stops.log.last
        left = last is not None and (last.kind, last.action) == ("mode", "left")
        # The block itself was closed when it was entered; the call it is in is open.
        call = stops.places.token_of(frame.f_back)
        if last is not None and left and stops.mergeable(statement):
            stops.merge(last)
            last.site, last.part, last.token = statement.site, None, call
        elif stops.world.something_happened():
            place = Place(frame.f_code.co_name, call, statement.site)
            stops.draft("operation", "statement", place).action = "left"

    # -- exceptions --------------------------------------------------------------------
    def _mark_raised(self, _: Statement, frame: FrameType, __: Any) -> None:
        error = sys.exception()
        if error is not None:
            self.error(error, frame)

    def _mark_caught(self, _: Statement, __: FrameType, ___: Any) -> None:
        error = sys.exception()
        if error is None:
            return
        number = self._told.set(error, "caught")
        found = errors.program_frames(error, self._filename)
        drafts = reversed(self.stops.log.drafts)
        draft = next((draft for draft in drafts if draft.told == number), None)
        if draft is not None and draft.error is not None:
            draft.error = replace(draft.error, caught=True)
            self._close_open((frame for frame, _ in found), draft)

    def _close_open(self, frames: Iterable[FrameType], draft: Draft) -> None:
        """An error ends the statements that are open in the frames it leaves."""
        for token in map(self.stops.places.open_in, frames):
            if token is not None and token.closing is None:
                token.closing = draft

    def error(self, error: BaseException, frame: FrameType | None) -> None:
        """Make a stop of an exception unless it has one; no `frame`: it is uncaught."""
        last = self.stops.log.last
        if frame is not None and not isinstance(error, Exception):
            return  # on its way out (a generator that is closed, say): no news yet
        if self._told.stage(error) == "raised" and (
            frame is not None or (last is not None and last.error is not None)
        ):
            return
        self.capture.let_go(error)
        found = errors.program_frames(error, self._filename)
        left = [each for each, _ in reversed(found)]
        above = [f for f in frames_of(frame, self._filename) if f not in left]
        self.stops.world.unsure = True  # what failed may have done half of its work
        self.stops.refresh(left + above)
        places = self.stops.places
        place = places.raised(found) if found else places.here(frame)
        if frame is None and self._told.stage(error) is not None:
            place = replace(place, token=None)  # the whole program ends
        draft = self._add_error(error, place, last_words=frame is None)
        self._close_open(left, draft)

    def _add_error(self, error: BaseException, place: Place, last_words: bool) -> Draft:
        stops = self.stops
        state = self._read(error, place)
        sites = [each for each in (place.part, place.site) if each is not None]
        codes = [self.program.source.at(each) for each in sites]
        state = stops.culprits.explain(state, codes, place.frame)
        draft = stops.draft("statement", "error", place)
        draft.action = "raised"
        if self._told.stage(error) is not None:
            draft.action = "uncaught" if last_words else "raised again"
            state = self._told_before(state)
        draft.error, draft.told = state, self._told.set(error, "raised")
        return draft

    def _read(self, error: BaseException, place: Place) -> ErrorState:
        """Read what an error says; a `__str__` of the program's makes no steps then."""
        self._reading = True
        try:
            with self.capture.quiet(), self.meter.working(False):
                return errors.state_of(error, place.part or place.site)
        finally:
            self._reading = False
            self.stops.world.unsure = True  # it may have done anything

    def _told_before(self, state: ErrorState) -> ErrorState:
        """What was found out when this error was first raised still holds."""
        for draft in reversed(self.stops.log.drafts):
            told = draft.error
            if told and (told.type, told.message) == (state.type, state.message):
                return replace(told, caught=False)
        return state

    def finish(self, uncaught: BaseException | None) -> None:
        """The run is over: every exception but the last one was caught by something."""
        number = None if uncaught is None else self._told.number(uncaught)
        for draft in self.stops.log.drafts:
            if draft.error is not None and draft.told != number:
                draft.error = replace(draft.error, caught=True)

    def end(self, error: BaseException) -> None:
        """Make the last stop of a run that ended in an exception."""
        try:
            self.error(error, None)
        except Exception as failed:  # noqa: BLE001 - see `_lose`
            self.stop(_lost(failed))

    def stop(self, why: str, by: BaseException | None = None) -> None:
        """Make the last stop of a run that was cut short, at the line it had come to.

        `by` is what cut it short, unless that was between two statements.
        """
        self.meter.stopped = why
        last = self.stops.log.last
        place = Place() if last is None else Place(last.frame, None, last.site)
        found = errors.program_frames(by, self._filename) if by is not None else []
        if found:
            place = replace(self.stops.places.raised(found), token=None)
        self.stops.draft("statement", "stopped", place)


def _lost(failed: Exception) -> str:
    return (
        "Stopped: what the program would do next can't be shown; recording it failed "
        f"with {class_name(failed)}: {message(failed)}."
    )
