"""What learning rates that change over time share, and those that call a function."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from types import FunctionType
from typing import Any
from weakref import ref

from ...shown import Named
from ...tensor import Tensor
from ..optimizer import Optimizer


class LRScheduler(metaclass=Named):
    """What all schedules share: `step()` sets the rates of the next epoch.

    >>> from minitorch_viz import minitorch as torch
    >>> opt = torch.optim.SGD([torch.ones(1)], lr=1.0)
    >>> schedule = torch.optim.lr_scheduler.ExponentialLR(opt, gamma=0.5)
    >>> opt.step()
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.5]
    """

    _last_lr: list[float]
    _step_count: int

    def __init__(self, optimizer: Any, last_epoch: int = -1) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        for place, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", unshared(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(_NOT_RESUMED.format(place))
        self.base_lrs = rates_of(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        _watch_step(optimizer)
        self._initial_step()

    def _initial_step(self) -> None:
        """Count the steps from here, and set the first rates."""
        self._step_count, self._is_initial = 0, True
        try:
            self.step()
        finally:
            self._is_initial = False

    def get_lr(self) -> list[float]:
        """Return the rates of this epoch, from those of the last."""
        self._warn_if_called()
        held = [group["lr"] for group in self.optimizer.param_groups]
        found = [self._next(*each) for each in zip(held, self.base_lrs, strict=True)]
        return [
            unshared(after) if after is before else after
            for after, before in zip(found, held, strict=True)
        ]

    def _warn_if_called(self) -> None:
        if not self._get_lr_called_within_step:
            warnings.warn(_LAST_RATE, UserWarning, stacklevel=3)

    _get_lr_called_within_step = False

    def _next(self, rate: float, base: float) -> float:
        raise NotImplementedError

    def _closed(self, base: float) -> float | None:
        """Return the rate of this epoch from the first one, where a formula says it."""
        return None

    def step(self, epoch: int | None = None) -> None:
        """Go on to the next epoch; the optimizer must have stepped before."""
        if self._step_count == 1:
            if not hasattr(self.optimizer.step, "_wrapped_by_lr_sched"):
                warnings.warn(_OVERRIDDEN, UserWarning, stacklevel=2)
            elif not getattr(self.optimizer, "_opt_called", False):
                warnings.warn(_TOO_EARLY, UserWarning, stacklevel=2)
        self._step_count += 1
        if epoch is not None:
            warnings.warn(EPOCH_DEPRECATION_WARNING, UserWarning, stacklevel=2)
        self._update_lr(epoch)

    def _update_lr(self, epoch: int | None = None) -> None:
        self._get_lr_called_within_step = True
        try:
            self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
            rates = self._rates(closed=epoch is not None)
        finally:
            self._get_lr_called_within_step = False
        self._set(rates)

    def _rates(self, *, closed: bool) -> list[float]:
        found = [self._closed(base) for base in self.base_lrs] if closed else []
        if not found or any(rate is None for rate in found):
            return self.get_lr()
        return [rate for rate in found if rate is not None]

    def _set(self, rates: Sequence[float]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            set_rate(group, rate)
        self._last_lr = rates_of(self.optimizer)

    def get_last_lr(self) -> list[float]:
        """Return the rates in force."""
        return self._last_lr

    def state_dict(self) -> dict[str, Any]:
        """Return what there is to know, but not the optimizer."""
        return {k: v for k, v in vars(self).items() if k != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        vars(self).update(state_dict)


class _LRScheduler(LRScheduler):
    """What programs of old derive their schedules from."""


def _watch_step(optimizer: Any) -> None:
    """Let an optimizer remember that it stepped."""
    if hasattr(optimizer.step, "_wrapped_by_lr_sched"):
        return
    owner, step = ref(optimizer), optimizer.step.__func__

    @wraps(step)
    def stepped(*args: Any, **kwargs: Any) -> Any:
        own: Any = owner()
        own._opt_called = True
        return step(own, *args, **kwargs)

    stepped._wrapped_by_lr_sched = True  # type: ignore[attr-defined]
    optimizer.step = stepped


def unshared(rate: Any) -> Any:
    """Return a rate that nobody writes to.

    >>> unshared(0.1)
    0.1
    """
    return rate.clone() if isinstance(rate, Tensor) else rate


def rates_of(optimizer: Any, name: str = "lr") -> list[Any]:
    """Return the rates of an optimizer's groups, as they are now.

    >>> from minitorch_viz import minitorch as torch
    >>> rates_of(torch.optim.SGD([torch.ones(1)], lr=0.1))
    [0.1]
    """
    return [unshared(group[name]) for group in optimizer.param_groups]


def set_rate(group: dict[str, Any], rate: Any) -> None:
    """Set a group's rate; one that is a tensor is written to.

    >>> from minitorch_viz import minitorch as torch
    >>> group = {"lr": torch.tensor(0.1)}
    >>> set_rate(group, 0.5)
    >>> group["lr"]
    tensor(0.5000)
    """
    held = group["lr"]
    if isinstance(held, Tensor):
        many = isinstance(rate, Tensor) and rate.dim()
        held.fill_(rate.squeeze() if many else rate)
    else:
        group["lr"] = rate


def check_optimizer(optimizer: Any) -> None:
    """Raise unless a schedule is given an optimizer.

    >>> check_optimizer(None)
    Traceback (most recent call last):
        ...
    TypeError: NoneType is not an Optimizer
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")


def per_group(name: str, optimizer: Any, given: Any) -> list[Any]:
    """Return one setting for each of the optimizer's groups.

    >>> from minitorch_viz import minitorch as torch
    >>> per_group("max_lr", torch.optim.SGD([torch.ones(1)]), 0.1)
    [0.1]
    """
    count = len(optimizer.param_groups)
    if not isinstance(given, (list, tuple)):
        return [given] * count
    if len(given) != count:
        raise ValueError(
            f"{name} must have the same length as optimizer.param_groups. {name} has "
            f"{len(given)} values, param_groups has {count}."
        )
    return list(given)


Factor = Callable[[int], float]


class LambdaLR(LRScheduler):
    """The first rate times a function of the epoch."""

    def __init__(
        self, optimizer: Any, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1
    ) -> None:
        self.optimizer = optimizer
        count = len(optimizer.param_groups)
        self.lr_lambdas: list[Any] = (
            list(lr_lambda)
            if isinstance(lr_lambda, (list, tuple))
            else [lr_lambda] * count
        )
        if len(self.lr_lambdas) != count:
            raise ValueError(
                f"Expected {count} lr_lambdas, but got {len(self.lr_lambdas)}"
            )
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates of this epoch."""
        self._warn_if_called()
        return [
            base * factor(self.last_epoch)
            for base, factor in zip(self.base_lrs, self.lr_lambdas, strict=True)
        ]

    def state_dict(self) -> dict[str, Any]:
        """Return what there is to know; a plain function keeps nothing."""
        state = super().state_dict()
        functions = state.pop("lr_lambdas")
        state["lr_lambdas"] = [
            None if isinstance(f, FunctionType) else vars(f).copy() for f in functions
        ]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned, into the functions there are."""
        rest = {k: v for k, v in state_dict.items() if k != "lr_lambdas"}
        super().load_state_dict(rest)
        for function, kept in zip(
            self.lr_lambdas, state_dict["lr_lambdas"], strict=True
        ):
            if kept is not None:
                vars(function).update(kept)


class MultiplicativeLR(LambdaLR):
    """The last rate times a function of the epoch."""

    def __init__(
        self, optimizer: Any, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1
    ) -> None:
        many = isinstance(lr_lambda, (list, tuple))
        for each in lr_lambda if many else [lr_lambda]:  # type: ignore[union-attr]
            if not callable(each):
                raise TypeError(
                    f"lr_lambda should be a function, but got {type(each).__name__}"
                )
        super().__init__(optimizer, lr_lambda, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rates of this epoch, from those of the last."""
        self._warn_if_called()
        rates = [group["lr"] for group in self.optimizer.param_groups]
        if self._is_initial:
            return rates
        return [
            rate * factor(self.last_epoch)
            for rate, factor in zip(rates, self.lr_lambdas, strict=True)
        ]


_OVERRIDDEN = (
    "Seems like `optimizer.step()` has been overridden after learning rate scheduler "
    "initialization. Please, make sure to call `optimizer.step()` before "
    "`lr_scheduler.step()`. See more details at "
    "https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"
)
_TOO_EARLY = (
    "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch "
    "1.1.0 and later, you should call them in the opposite order: `optimizer.step()` "
    "before `lr_scheduler.step()`.  Failure to do this will result in PyTorch skipping "
    "the first value of the learning rate schedule. See more details at "
    "https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"
)
_LAST_RATE = (
    "To get the last learning rate computed by the scheduler, please use "
    "`get_last_lr()`."
)
EPOCH_DEPRECATION_WARNING = (
    "The epoch parameter in `scheduler.step()` was not necessary and is being "
    "deprecated where possible. Please use `scheduler.step()` to step the scheduler. "
    "During the deprecation, if epoch is different from None, the closed form is used "
    "instead of the new chainable form, where available. Please open an issue if you "
    "are unable to replicate your use case: "
    "https://github.com/pytorch/pytorch/issues/new/choose."
)
_NOT_RESUMED = (
    "param 'initial_lr' is not specified in param_groups[{}] when resuming scheduler "
    "with last_epoch >= 0.\nThis typically happens when:\n1. You're trying to resume "
    "training from a checkpoint but haven't properly loaded the optimizer state\n2. "
    "You're using last_epoch >= 0 for a fresh training run (not recommended)"
)
