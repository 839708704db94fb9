"""Engine events to stops: operations, modes, and the walk back node by node."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from types import CodeType
from typing import Any

from ..capture.adapter import under
from ..capture.text import operand_text
from ..snapshot import OperandState, OperationState
from .errors import Failure
from .log import Token
from .model import GradientState, Kind
from .names import frames_of, visible
from .places import Place
from .stops import Stops
from .world import Origin

#: The walk back works with tensors too; only what hooks do is the program's own.
_PROGRAMS_OWN = frozenset({"Created", "Operated", "Changed", "Hooked", "ModeChanged"})
_ACTIONS = {"enter": "entered", "exit": "left", "call": "called"}


class Listening:
    """Takes the engine's events, one method each, and makes stops of them."""

    def __init__(self, stops: Stops) -> None:
        self._stops = stops
        self._world = stops.world
        self._capture = stops.capture
        self._culprits = stops.culprits
        self._newest = ""
        self._arriving: tuple[GradientState, ...] = ()
        #: The program's modes around a walk back, which runs with grad mode off.
        self._around = (True, False)
        #: The statement that walks back, and the code that it is in.
        self._walking: tuple[Token | None, CodeType | None] = (None, None)

    def take(self, event: Any, place: Place) -> None:
        """Take one event, which happened at `place`."""
        name = type(event).__name__
        handler = getattr(self, f"_on_{name.lower()}", None)
        inner = place.token is not None and (place.token, place.code) == self._walking
        if inner and name in _PROGRAMS_OWN:
            self._world.unsure = True
        elif handler is not None:
            with self._capture.quiet():
                handler(event, place)

    # -- operations --------------------------------------------------------------------
    def _on_created(self, event: Any, place: Place) -> None:
        self._newest = self._world.registry.number("o")
        self._operation(event.op, event.outputs, place, creates=True)
        self._stops.draft("operation", "create", place).operation = self._newest

    def _on_operated(self, event: Any, place: Place) -> None:
        node, maker = None, self._capture.recorded_by(event)
        met = None if maker is None else self._world.met(maker)
        self._newest = met or self._world.registry.number("o")
        self._world.origin = Origin(site=place.site, made_under=self._under())
        inputs = tuple(self._operands(event.inputs))
        if maker is not None:
            node = self._world.node(maker, recorded=True)
            self._culprits.recorded(node, place.line)
        for output in event.outputs if event.inplace else ():
            self._culprits.wrote(output, place.line)
            self._world.touch_storage(output)
        self._operation(
            event.op,
            event.outputs,
            place,
            inputs=inputs,
            node=node,
            reason=event.reason,
            inplace=event.inplace,
            view=event.view,
        )
        if node is not None:
            self._world.touch([node])  # a saved result is known only now
        self._stops.draft("operation", "operation", place).operation = self._newest

    def _operation(
        self, name: str, outputs: tuple[Any, ...], place: Place, **fields: Any
    ) -> None:
        """Describe an operation and its outputs, which come from it if they are new."""
        site, mode = place.part or place.site, self._under()
        text = self._stops.places.text(place.part)
        self._world.origin = Origin(self._newest, site, text, mode)
        made = tuple(self._world.tensor(output) for output in outputs)
        state = OperationState(
            self._newest, name, outputs=made, site=site, under=mode,
            call=self._world.calls.now(), **fields,
        )  # fmt: skip
        self._world.operation(state)
        self._world.origin = Origin(site=place.site, made_under=mode)

    def _under(self) -> str:
        return under(self._capture.modes())

    def _operands(self, inputs: Iterable[tuple[str, Any]]) -> Iterable[OperandState]:
        is_tensor = self._capture.is_tensor
        for name, value in inputs:
            if name == "alpha" and value == 1:
                continue  # the factor of `add` and `sub`, which nobody wrote
            if isinstance(value, list | tuple) and any(map(is_tensor, value)):
                inner = [(f"{name}[{i}]", item) for i, item in enumerate(value)]
                yield from self._operands(inner)
            elif is_tensor(value):
                yield OperandState(name, self._world.tensor(value, again=False))
            else:
                yield OperandState(name, text=operand_text(value))

    def _on_changed(self, event: Any, place: Place) -> None:
        self._world.origin = Origin(site=place.site, made_under=self._under())
        self._world.tensor(event.tensor)
        self._world.touch_storage(event.tensor)
        self._world.touch(self._world.nodes_behind(event.tensor))

    def _on_hooked(self, event: Any, _: Place) -> None:
        self._world.node(event.node)

    # -- modules -----------------------------------------------------------------------
    def _on_modulecalled(self, event: Any, place: Place) -> None:
        self._world.calls.enter(event.module, place.part or place.site, self._bound)

    def _on_modulereturned(self, event: Any, _: Place) -> None:
        self._world.calls.leave(event.module)

    def _bound(self) -> list[tuple[str, Any]]:
        """List what the program can name now."""
        frames = frames_of(sys._getframe(), self._stops.places.filename)
        found = visible(self._stops.program.names, frames)
        return [(name, value) for _, name, value in found]

    # -- modes -------------------------------------------------------------------------
    def _on_modechanged(self, event: Any, place: Place) -> None:
        if place.token is None or place.token.statement.kind == "with":
            # Which part of a `with` enters and leaves differs between Pythons.
            place = replace(place, part=None)
        log, modes = self._stops.log, self._stops.modes
        last = log.last
        called = (
            last is not None
            and (last.kind, last.action) == ("mode", "called")
            and last.token is place.token
            and not self._world.pending
        )
        modes.change(event.name, event.action, event.enabled, place.line or None)
        modes.agree(*self._capture.modes())
        # `with set_grad_enabled(...)` calls, then enters: one stop.
        block = event.name == "set_grad_enabled" and event.action == "enter" and called
        draft = log.drafts.pop() if block else None
        made = self._stops.draft("operation", "mode", place)
        made.action = _ACTIONS[event.action]
        if draft is not None:
            made.changes = {**draft.changes, **made.changes}
            made.deleted = draft.deleted + made.deleted
            made.warnings = draft.warnings + made.warnings

    # -- the walk back -----------------------------------------------------------------
    def _on_backwardstarted(self, event: Any, place: Place) -> None:
        self._around = self._capture.modes()
        self._walking = place.token, place.code
        registry, arriving = self._world.registry, []
        pairs = zip(event.roots, event.gradients, strict=True)
        for i, (root, gradient) in enumerate(pairs):
            self._world.tensor(root, again=False)
            node = self._capture.grad_fn(root)
            entity = None if node is None else self._world.node(node)
            value = self._capture.value_of(gradient, registry)
            number = self._capture.output_nr(root)
            arriving.append(GradientState(None, entity, number, i, value))
        self._arriving = tuple(arriving)

    def _on_backwardfinished(self, _: Any, __: Place) -> None:
        self._walking = (None, None)

    def _on_noderan(self, event: Any, place: Place) -> None:
        self._world.origin = Origin(site=place.site, made_under=under(self._around))
        node = self._world.node(event.node)
        leaf = self._capture.variable(event.node)
        if leaf is None:
            self._world.touch_outputs(node)
        else:
            self._world.touch_leaf(leaf)
        gradients = self._arriving + tuple(self._gradients(node, event))
        self._arriving = ()
        if self._world.is_released(node):
            self._culprits.freed(node, place.line)
        kind: Kind = "backward" if leaf is None else "accumulate"
        draft = self._stops.draft("backward", kind, place, self._around)
        draft.node, draft.gradients = node, gradients

    def _on_nodereleased(self, event: Any, place: Place) -> None:
        """Let the stop of the node that ran last be that of its release as well."""
        node = self._world.node(event.node)
        if self._world.is_released(node):
            self._culprits.freed(node, place.line)
        last = self._stops.log.last
        if last is not None and last.node == node:
            shown = last.output
            self._stops.merge(last, self._around)
            # It is told late: a hook may have printed since.
            last.output = shown

    def _gradients(self, node: str, event: Any) -> Iterable[GradientState]:
        edges = self._capture.edges(event.node)
        pairs = zip(edges, event.grads_out, strict=False)
        for i, ((target, number), gradient) in enumerate(pairs):
            entity = None if target is None else self._world.node(target)
            if target is None:
                gradient = None  # what goes nowhere is thrown away
            value = self._capture.value_of(gradient, self._world.registry)
            yield GradientState(node, entity, number, i, value)

    def _on_nodefailed(self, event: Any, place: Place) -> None:
        node = self._world.node(event.node)
        self._culprits.failure = Failure(node, event.field, event.kind)
