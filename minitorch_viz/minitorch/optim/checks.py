"""What optimizers check, start with, and do to every gradient."""

from __future__ import annotations

from .. import creation
from ..tensor import Tensor
from .optimizer import Group


def start(state: Group, step: Tensor, parameter: Tensor, *names: str) -> None:
    """Give a parameter's state its number of steps and its zeros.

    >>> from minitorch_viz import minitorch as torch
    >>> state = {}
    >>> start(state, torch.tensor(0.0), torch.ones(1), "exp_avg")
    >>> state
    {'step': tensor(0.), 'exp_avg': tensor([0.])}
    """
    state["step"] = step
    state.update((name, creation.zeros_like(parameter)) for name in names)


def check_rate(value: float | Tensor) -> None:
    """Raise if a setting is a tensor of more numbers than one.

    >>> check_rate(0.1)
    """
    if isinstance(value, Tensor) and value.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")


def check_not_negative(**settings: float) -> None:
    """Raise if a setting is negative, by the name PyTorch gives it.

    >>> check_not_negative(learning_rate=0.1)
    """
    for name, value in settings.items():
        check_rate(value)
        if not 0.0 <= value:  # noqa: SIM300 - errors tell of this order
            words = name.removesuffix("_value") + " value" * name.endswith("_value")
            words = words.replace("learning_rate", "learning rate")
            raise ValueError(f"Invalid {words}: {value}")


def check_means(
    lr: float, betas: tuple[float, float], eps: float, weight_decay: float
) -> None:
    """Raise if a step by running means can't be made with these settings.

    >>> check_means(1e-3, (0.9, 0.999), 1e-8, 0)
    """
    check_not_negative(learning_rate=lr, epsilon_value=eps)
    for index in (0, 1):
        if not 0.0 <= betas[index] < 1.0:
            raise ValueError(f"Invalid beta parameter at index {index}: {betas[index]}")
    check_not_negative(weight_decay_value=weight_decay)


def decayed(grad: Tensor, parameter: Tensor, group: Group) -> Tensor:
    """Return a gradient that also pulls its parameter towards zero.

    >>> from minitorch_viz import minitorch as torch
    >>> decayed(torch.zeros(1), torch.ones(1), {"weight_decay": 0.5})
    tensor([0.5000])
    """
    decay = group["weight_decay"]
    return grad.add(parameter, alpha=decay) if decay else grad
