"""Rates that follow a curve: steps, lines, powers, half a cosine."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .schedule import LRScheduler


class StepLR(LRScheduler):
    """A rate that is multiplied by `gamma` every `step_size` epochs."""

    def __init__(
        self, optimizer: Any, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        due = self.last_epoch and not self.last_epoch % self.step_size
        return rate * self.gamma if due else rate

    def _closed(self, base: float) -> float:
        found: float = base * self.gamma ** (self.last_epoch // self.step_size)
        return found


class MultiStepLR(LRScheduler):
    """A rate that is multiplied by `gamma` at the epochs named."""

    def __init__(
        self,
        optimizer: Any,
        milestones: Sequence[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones, self.gamma = Counter(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        times: int = self.milestones[self.last_epoch]
        return rate * self.gamma**times

    def _closed(self, base: float) -> float:
        passed = sum(n for m, n in self.milestones.items() if m <= self.last_epoch)
        found: float = base * self.gamma**passed
        return found


class ExponentialLR(LRScheduler):
    """A rate that is multiplied by `gamma` every epoch."""

    def __init__(self, optimizer: Any, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        return rate if self._is_initial else rate * self.gamma

    def _closed(self, base: float) -> float:
        found: float = base * self.gamma**self.last_epoch
        return found


class ConstantLR(LRScheduler):
    """A rate that is smaller for the first `total_iters` epochs."""

    def __init__(
        self,
        optimizer: Any,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if factor > 1.0 or factor < 0:
            raise ValueError(
                "Constant multiplicative factor expected to be between 0 and 1."
            )
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        if self.last_epoch == 0:
            return rate * self.factor
        if self.last_epoch == self.total_iters:
            return rate * (1.0 / self.factor)
        return rate

    def _closed(self, base: float) -> float:
        return base * (1 if self.last_epoch >= self.total_iters else self.factor)


class LinearLR(LRScheduler):
    """A rate whose factor grows evenly over the first `total_iters` epochs."""

    def __init__(
        self,
        optimizer: Any,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1.0:
            raise ValueError(
                "Starting multiplicative factor expected to be greater than 0 and less "
                "or equal to 1."
            )
        if not 0 <= end_factor <= 1.0:
            raise ValueError(
                "Ending multiplicative factor expected to be between 0 and 1."
            )
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        epoch, way = self.last_epoch, self.end_factor - self.start_factor
        if epoch == 0:
            return rate * self.start_factor
        if self._is_initial or epoch > self.total_iters:
            return rate
        before = self.total_iters * self.start_factor + (epoch - 1) * way
        return rate * (1.0 + way / before)

    def _closed(self, base: float) -> float:
        share = min(self.total_iters, self.last_epoch) / self.total_iters
        way = self.end_factor - self.start_factor
        return base * (self.start_factor + way * share)


class PolynomialLR(LRScheduler):
    """A rate that falls to zero as a power of the epochs that are left."""

    def __init__(
        self,
        optimizer: Any,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        epoch, total = self.last_epoch, self.total_iters
        if self._is_initial or epoch > total:
            return rate
        found: float = (
            rate * ((1.0 - epoch / total) / (1.0 - (epoch - 1) / total)) ** self.power
        )
        return found

    def _closed(self, base: float) -> float:
        share = min(self.total_iters, self.last_epoch) / self.total_iters
        found: float = base * (1.0 - share) ** self.power
        return found


class CosineAnnealingLR(LRScheduler):
    """A rate that falls to `eta_min` along half a cosine of `T_max` epochs."""

    def __init__(
        self,
        optimizer: Any,
        T_max: int,  # noqa: N803 - PyTorch's name
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        epoch, half = self.last_epoch, math.pi / self.T_max
        if self._is_initial:
            return rate
        if self._step_count == 1 and epoch > 0:
            return self._closed(base)
        if (epoch - 1 - self.T_max) % (2 * self.T_max) == 0:
            return rate + (base - self.eta_min) * (1 - math.cos(half)) / 2
        ratio = (1 + math.cos(half * epoch)) / (1 + math.cos(half * (epoch - 1)))
        return ratio * (rate - self.eta_min) + self.eta_min

    def _closed(self, base: float) -> float:
        height = (1 + math.cos(math.pi * self.last_epoch / self.T_max)) / 2
        return self.eta_min + (base - self.eta_min) * height
