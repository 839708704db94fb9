"""The stack of grad modes in force, kept from what the setters say."""

from __future__ import annotations

from ..snapshot import ModeState


class ModeStack:
    """Who switched grad mode, outermost first.

    >>> stack = ModeStack()
    >>> stack.change("no_grad", "enter", False, line=2)
    >>> stack.entries
    (ModeState(name='no_grad', enabled=False, line=2, scoped=True),)
    """

    def __init__(self) -> None:
        self.entries: tuple[ModeState, ...] = ()

    def change(self, name: str, action: str, enabled: bool, line: int | None) -> None:
        """Take one change: entering or leaving a block, or a bare call."""
        if action == "exit":
            self._leave(name)
            return
        # `with set_grad_enabled(...)` calls, then enters: one entry, now scoped.
        last = self.entries[-1] if self.entries else None
        bare = last is not None and not last.scoped and last.name == name
        if bare and (action == "call" or last == ModeState(name, enabled, line, False)):
            self.entries = self.entries[:-1]
        self.entries += (ModeState(name, enabled, line, action == "enter"),)

    def _leave(self, name: str) -> None:
        """Remove the innermost block of this name, and the calls made inside it."""
        for i in reversed(range(len(self.entries))):
            if self.entries[i].scoped and self.entries[i].name == name:
                inside = tuple(entry for entry in self.entries[i + 1 :] if entry.scoped)
                self.entries = self.entries[:i] + inside
                return

    def agree(self, grad: bool, inference: bool) -> None:
        """Drop bare calls that no longer hold, given the modes as they are."""
        while self.entries and not self.entries[-1].scoped:
            if self.entries[-1].enabled == grad and not inference:
                break
            self.entries = self.entries[:-1]
        if len(self.entries) == 1 and not self.entries[0].scoped and grad:
            self.entries = ()  # back to how every program starts
