"""Schedules made of others: one after the other, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from .plateau import ReduceLROnPlateau
from .schedule import LRScheduler, rates_of, set_rate


class _Joined(LRScheduler):
    """What schedules made of others share."""

    _schedulers: Sequence[LRScheduler]

    def _check(self, schedulers: Sequence[Any], optimizer: Any) -> None:
        name = type(self).__name__
        for place, each in enumerate(schedulers):
            if not hasattr(each, "optimizer"):
                raise TypeError(
                    f"{name} at index {place} should have `optimizer` as its attribute."
                )
            if isinstance(each, ReduceLROnPlateau):
                raise ValueError(  # noqa: TRY004 - PyTorch's
                    f"{name} does not support `ReduceLROnPlateau` scheduler as it "
                    "requires additional kwargs to be specified when calling `step`, "
                    f"but got one at index {place} in the given schedulers sequence."
                )
            if optimizer != each.optimizer:
                raise ValueError(
                    f"{name} expects all schedulers to belong to the same optimizer, "
                    f"but got scheduler {type(each).__name__} at index {place} has "
                    f"{each.optimizer}, which is different from "
                    f"{type(optimizer).__name__}."
                )

    def state_dict(self) -> dict[str, Any]:
        """Return what there is to know, of every schedule."""
        state = super().state_dict()
        state["_schedulers"] = [each.state_dict() for each in state.pop("_schedulers")]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        rest = {k: v for k, v in state_dict.items() if k != "_schedulers"}
        super().load_state_dict(rest)
        for each, kept in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            each.load_state_dict(kept)


class SequentialLR(_Joined):
    """Schedules one after the other, each from its milestone on."""

    def __init__(
        self,
        optimizer: Any,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        if len(schedulers) < 1:
            raise ValueError(
                "SequentialLR expects at least one scheduler, but got no scheduler."
            )
        self._check(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                "Sequential Schedulers expects number of schedulers provided to be one "
                "more than the number of milestone points, but got number of schedulers"
                f" {len(schedulers)} and the number of milestones to be equal to "
                f"{len(milestones)}"
            )
        self._schedulers, self._milestones = schedulers, milestones
        self.last_epoch, self.optimizer = last_epoch + 1, optimizer
        for group in optimizer.param_groups:
            set_rate(group, group["initial_lr"])
        _undo(self)
        first = schedulers[bisect_right(milestones, 0)]
        first._initial_step()
        self._last_lr = first.get_last_lr()

    def step(self) -> None:  # type: ignore[override]
        """Go on to the next epoch, in the schedule that is due."""
        self.last_epoch += 1
        place = bisect_right(self._milestones, self.last_epoch)
        due = self._schedulers[place]
        if place and self._milestones[place - 1] == self.last_epoch:
            due._update_lr(0)
        else:
            due.step()
        self._last_lr = due.get_last_lr()


def _undo(schedule: Any) -> None:
    """Take back the first step, which every schedule took when it was made."""
    if hasattr(schedule, "_schedulers"):
        for each in schedule._schedulers:
            _undo(each)
    else:
        schedule.last_epoch -= 1


class ChainedScheduler(_Joined):
    """Schedules that all take every step."""

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Any = None
    ) -> None:
        if len(schedulers) < 1:
            raise ValueError(
                "ChainedScheduler expects at least one scheduler to be chained, but got"
                " no scheduler."
            )
        optimizer = optimizer or schedulers[0].optimizer
        self._check(schedulers, optimizer)
        self._schedulers, self.optimizer = schedulers, optimizer
        self._last_lr = rates_of(optimizer)

    def step(self) -> None:  # type: ignore[override]
        """Go on to the next epoch in every schedule."""
        for each in self._schedulers:
            each.step()
        self._last_lr = rates_of(self.optimizer)
