"""Averages of weights over training, and the schedule that goes with them.

>>> from minitorch_viz.minitorch.optim import swa_utils
>>> swa_utils.AveragedModel.__name__
'AveragedModel'
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from .. import creation
from ..dtypes import dtype as Dtype
from ..dtypes import int64
from ..grad_mode import no_grad
from ..missing import refusing
from ..nn.module import Module
from ..nn.norm_layers import _BatchNorm
from ..tensor import Tensor
from .lr_scheduler.schedule import LRScheduler, per_group

Many = list[Tensor]


def get_ema_multi_avg_fn(decay: float = 0.999) -> Callable[[Many, Many, Any], None]:
    """Return a function that moves averages towards weights, by a part of the way.

    >>> from minitorch_viz import minitorch as torch
    >>> average = torch.tensor([0.0])
    >>> get_ema_multi_avg_fn(0.75)([average], [torch.tensor([4.0])], 1)
    >>> average
    tensor([1.])
    """
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param_list: Many, current_param_list: Many, _: Any) -> None:
        floating = ema_param_list[0].is_floating_point()
        for held, new in zip(ema_param_list, current_param_list, strict=True):
            if floating:
                held.lerp_(new, 1 - decay)
            else:
                held.copy_(held * decay + new * (1 - decay))

    return ema_update


def get_swa_multi_avg_fn() -> Callable[[Many, Many, Any], None]:
    """Return a function that takes weights into averages in which all weigh the same.

    >>> from minitorch_viz import minitorch as torch
    >>> average = torch.tensor([0.0])
    >>> get_swa_multi_avg_fn()([average], [torch.tensor([4.0])], 1)
    >>> average
    tensor([2.])
    """

    @no_grad()
    def swa_update(
        averaged_param_list: Many, current_param_list: Many, num_averaged: Any
    ) -> None:
        floating = averaged_param_list[0].is_floating_point()
        for held, new in zip(averaged_param_list, current_param_list, strict=True):
            if floating:
                held.lerp_(new, float(1 / (num_averaged + 1)))
            else:
                held.add_((new - held).div(num_averaged + 1, rounding_mode="trunc"))

    return swa_update


def get_ema_avg_fn(decay: float = 0.999) -> Callable[[Tensor, Tensor, Any], Tensor]:
    """Return a function of an average and a weight: some of one, some of the other.

    >>> get_ema_avg_fn(0.75)(creation.tensor(0.0), creation.tensor(4.0), 1)
    tensor(1.)
    """
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param: Tensor, current_param: Tensor, num_averaged: Any) -> Any:
        return decay * ema_param + (1 - decay) * current_param

    return ema_update


def get_swa_avg_fn() -> Callable[[Tensor, Tensor, Any], Tensor]:
    """Return a function of an average and a weight, in which all weigh the same.

    >>> get_swa_avg_fn()(creation.tensor(0.0), creation.tensor(4.0), 1)
    tensor(2.)
    """

    @no_grad()
    def swa_update(
        averaged_param: Tensor, current_param: Tensor, num_averaged: Any
    ) -> Any:
        return averaged_param + (current_param - averaged_param) / (num_averaged + 1)

    return swa_update


def _check_decay(decay: float) -> None:
    if not 0 <= decay <= 1:
        raise ValueError(
            f"Invalid decay value {decay} provided. Please provide a value in [0,1] "
            "range."
        )


class AveragedModel(Module):
    """A copy of a module whose parameters are averages over its updates.

    >>> from minitorch_viz import minitorch as torch
    >>> layer = torch.nn.Linear(1, 1)
    >>> average = AveragedModel(layer)
    >>> average.update_parameters(layer)
    >>> average.n_averaged
    tensor(1)
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Callable[[Tensor, Tensor, Any], Tensor] | None = None,
        multi_avg_fn: Callable[[Many, Many, Any], None] | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError(
                "Only one of avg_fn and multi_avg_fn should be provided"
            )
        self.module = copy.deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        count = creation.tensor(0, dtype=int64, device=device)
        self.register_buffer("n_averaged", count)
        self.avg_fn, self.multi_avg_fn = avg_fn, multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Run the averaged module."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take a module's parameters into the averages; the first ones are copied."""
        own, theirs = (self._averaged(each) for each in (self.module, model))
        pairs = [(a.detach(), b.detach().to(a.device)) for a, b in zip(own, theirs)]  # noqa: B905
        if self.n_averaged == 0:
            for held, new in pairs:
                held.copy_(new)
        elif self.avg_fn is None:
            self._update_all(pairs)
        else:
            for held, new in pairs:
                held.detach().copy_(self.avg_fn(held.detach(), new, self.n_averaged))
        if not self.use_buffers:
            buffers = zip(self.module.buffers(), model.buffers(), strict=True)
            for held, new in buffers:
                held.detach().copy_(new.detach().to(held.device))
        self.n_averaged += 1

    def _averaged(self, module: Module) -> Iterable[Tensor]:
        buffers = module.buffers() if self.use_buffers else ()
        return chain(module.parameters(), buffers)

    def _update_all(self, pairs: Iterable[tuple[Tensor, Tensor]]) -> None:
        """Update the averages of each type at once."""
        groups: dict[Dtype, tuple[Many, Many]] = {}
        for held, new in pairs:
            group = groups.setdefault(held.dtype, ([], []))
            group[0].append(held)
            group[1].append(new)
        for group in groups.values():
            (self.multi_avg_fn or get_swa_multi_avg_fn())(*group, self.n_averaged)


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Let batch norms estimate their statistics anew, from the batches of a loader.

    >>> from minitorch_viz import minitorch as torch
    >>> norm = torch.nn.BatchNorm1d(1)
    >>> update_bn([torch.tensor([[1.0], [3.0]])], norm)
    >>> norm.running_mean
    tensor([2.])
    """
    norms = [each for each in model.modules() if isinstance(each, _BatchNorm)]
    for norm in norms:
        norm.reset_running_stats()
    if not norms:
        return
    momenta, was_training = [norm.momentum for norm in norms], model.training
    model.train()
    for norm in norms:
        norm.momentum = None  # the mean over all batches
    for batch in loader:
        input = batch[0] if isinstance(batch, (list, tuple)) else batch
        model(input if device is None else input.to(device))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    model.train(was_training)


def _cosine(t: float) -> float:
    return (1 - math.cos(math.pi * t)) / 2


def _linear(t: float) -> float:
    return t


class SWALR(LRScheduler):
    """Rates that go to a fixed one within some epochs, and stay there.

    >>> from minitorch_viz import minitorch as torch
    >>> opt = torch.optim.SGD([torch.ones(1)], lr=1.0)
    >>> SWALR(opt, swa_lr=0.5).get_last_lr()
    [1.0]
    """

    def __init__(
        self,
        optimizer: Any,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        rates = per_group("swa_lr", optimizer, swa_lr)
        for rate, group in zip(rates, optimizer.param_groups, strict=True):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                "anneal_strategy must be one of 'cos' or 'linear', instead got "
                f"{anneal_strategy}"
            )
        self._anneal_strategy = anneal_strategy
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(
                f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}"
            )
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    @property
    def anneal_func(self) -> Callable[[float], float]:
        """How much of the way is gone after a part of the epochs."""
        return _cosine if self._anneal_strategy == "cos" else _linear

    def get_lr(self) -> list[Any]:
        """Return the rates of this epoch, from those of the last."""
        self._warn_if_called()
        step = max(self._step_count - 1, not self.anneal_epochs)
        before, now = (self._gone(each) for each in (step - 1, step))
        return [
            group["swa_lr"] * now + _start(group, before) * (1 - now)
            for group in self.optimizer.param_groups
        ]

    def _gone(self, epochs: int) -> float:
        part = epochs / max(1, self.anneal_epochs)
        return self.anneal_func(max(0, min(1, part)))


def _start(group: dict[str, Any], gone: float) -> Any:
    """Return where a group's rate came from, so much of the way before it."""
    if gone == 1:
        return group["swa_lr"]
    return (group["lr"] - gone * group["swa_lr"]) / (1 - gone)


__getattr__ = refusing("torch.optim.swa_utils", globals())
