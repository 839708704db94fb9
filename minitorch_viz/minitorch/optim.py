"""Optimizers: they change parameters in place, outside any graph."""

from __future__ import annotations

import math
from typing import Any

from . import creation, schedules
from .grad_mode import no_grad
from .inplace import call_out
from .op import OPS
from .optimizer import Group, Optimizer
from .tensor import Tensor

lr_scheduler = schedules


class SGD(Optimizer):
    """Steps against the gradient, with momentum if asked.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> SGD([w], lr=0.1).step()
    >>> w
    tensor([0.8000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        _check_not_negative(learning_rate=lr, momentum_value=momentum)
        _check_not_negative(weight_decay_value=weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        momentum = group["momentum"]
        if group["weight_decay"]:
            grad = grad.add(parameter, alpha=group["weight_decay"])
        if momentum:
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = grad.detach().clone()
            else:
                buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
            grad = grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer
        parameter.add_(grad, alpha=-group["lr"])


class Adam(Optimizer):
    """Steps by running means of the gradient and of its square.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> Adam([w], lr=0.1).step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        _check_not_negative(learning_rate=lr, epsilon_value=eps)
        for index, beta in enumerate(betas):
            if not 0 <= beta < 1:
                raise ValueError(f"Invalid beta parameter at index {index}: {beta}")
        _check_not_negative(weight_decay_value=weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
            "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        names = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"][
            : 3 if group["amsgrad"] else 2
        ]
        _start(state, parameter, *names)
        decay, (beta1, beta2) = group["weight_decay"], group["betas"]
        state["step"] += 1
        if decay and group["decoupled_weight_decay"]:
            parameter.mul_(1 - group["lr"] * decay)
        elif decay:
            grad = grad.add(parameter, alpha=decay)
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        mean.lerp_(grad, 1 - beta1)
        square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        count = state["step"].item()
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"]
            square = call_out(OPS["maximum"], (largest, square), (), largest)
        spread = square.sqrt() / math.sqrt(1 - beta2**count)
        size = group["lr"] / (1 - beta1**count)
        parameter.addcdiv_(mean, spread.add_(group["eps"]), value=-size)


class AdamW(Adam):
    """`Adam` whose weight decay shrinks the parameters themselves.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> w.grad = torch.zeros(1)
    >>> AdamW([w], lr=0.1, weight_decay=0.5).step()
    >>> w
    tensor([0.9500], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        options["decoupled_weight_decay"] = True
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, **options)


class RMSprop(Optimizer):
    """Steps by the gradient over the root of its running mean square.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> RMSprop([w]).step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        _check_not_negative(learning_rate=lr, epsilon_value=eps)
        _check_not_negative(momentum_value=momentum, weight_decay_value=weight_decay)
        _check_not_negative(alpha_value=alpha)
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "capturable": capturable,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        names = ["square_avg"]
        names += ["momentum_buffer"] * bool(group["momentum"])
        names += ["grad_avg"] * group["centered"]
        _start(state, parameter, *names)
        state["step"] += 1
        if group["weight_decay"]:
            grad = grad.add(parameter, alpha=group["weight_decay"])
        square, alpha = state["square_avg"], group["alpha"]
        square.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
        if group["centered"]:
            mean = state["grad_avg"].lerp_(grad, 1 - alpha)
            spread = square.addcmul(mean, mean, value=-1).sqrt_()
        else:
            spread = square.sqrt()
        spread = spread.add_(group["eps"])
        if group["momentum"]:
            buffer = state["momentum_buffer"]
            buffer.mul_(group["momentum"]).addcdiv_(grad, spread)
            parameter.add_(buffer, alpha=-group["lr"])
        else:
            parameter.addcdiv_(grad, spread, value=-group["lr"])


class Adagrad(Optimizer):
    """Steps by the gradient over the root of the sum of all its squares.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> opt = Adagrad([w], lr=0.1)
    >>> (w * 2).backward()
    >>> opt.step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        _check_not_negative(learning_rate=lr, lr_decay_value=lr_decay)
        _check_not_negative(weight_decay_value=weight_decay, epsilon_value=eps)
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)
        for group in self.param_groups:
            for parameter in group["params"]:
                _start(self.state[parameter], parameter, "sum")
                with no_grad():
                    self.state[parameter]["sum"].add_(initial_accumulator_value)

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        state["step"] += 1
        if group["weight_decay"]:
            grad = grad.add(parameter, alpha=group["weight_decay"])
        rate = group["lr"] / (1 + (state["step"].item() - 1) * group["lr_decay"])
        total = state["sum"].addcmul_(grad, grad, value=1)
        parameter.addcdiv_(grad, total.sqrt().add_(group["eps"]), value=-rate)


def _start(state: Group, parameter: Tensor, *names: str) -> None:
    """Give a parameter's state its zeros, at its first step."""
    if not state:
        state["step"] = creation.tensor(0.0)
        state.update((name, creation.zeros_like(parameter)) for name in names)


def _check_not_negative(**settings: float) -> None:
    for name, value in settings.items():
        if not value >= 0:
            words = name.replace("_value", " value")
            words = words.replace("learning_rate", "learning rate")
            raise ValueError(f"Invalid {words}: {value}")
