"""Steps by the gradient over the root of its squares: RMSprop and its kin."""

from __future__ import annotations

from typing import Any

from .. import creation
from .checks import check_not_negative, decayed, start
from .optimizer import Group, Optimizer


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
        check_not_negative(learning_rate=lr, epsilon_value=eps)
        check_not_negative(momentum_value=momentum, weight_decay_value=weight_decay)
        check_not_negative(alpha_value=alpha)
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

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        names = ["square_avg"]
        names += ["momentum_buffer"] * bool(group["momentum"])
        names += ["grad_avg"] * group["centered"]
        start(state, creation.zeros(()), parameter, *names)

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        state["step"] += 1
        grad = decayed(grad, parameter, group)
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
        check_not_negative(learning_rate=lr, lr_decay_value=lr_decay)
        check_not_negative(
            weight_decay_value=weight_decay,
            initial_accumulator_value_value=initial_accumulator_value,
            epsilon_value=eps,
        )
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
                state = self.state[parameter]
                start(state, creation.tensor(0.0), parameter)
                state["sum"] = creation.full_like(parameter, initial_accumulator_value)

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        state["step"] += 1
        grad = decayed(grad, parameter, group)
        rate = group["lr"] / (1 + (state["step"].item() - 1) * group["lr_decay"])
        total = state["sum"].addcmul_(grad, grad, value=1)
        parameter.addcdiv_(grad, total.sqrt().add_(group["eps"]), value=-rate)


class Adadelta(Optimizer):
    """Steps by the gradient, in the proportion of past steps to past gradients.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> Adadelta([w]).step()
    >>> w.item() < 1
    True
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_not_negative(learning_rate=lr)
        if not 0 <= rho <= 1:
            raise ValueError(f"Invalid rho value: {rho}")
        check_not_negative(epsilon_value=eps, weight_decay_value=weight_decay)
        defaults = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "capturable": capturable,
            "foreach": foreach,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        start(state, creation.zeros(()), parameter, "square_avg", "acc_delta")

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        state["step"] += 1
        grad = decayed(grad, parameter, group)
        rho, eps = group["rho"], group["eps"]
        square, moved = state["square_avg"], state["acc_delta"]
        square.mul_(rho).addcmul_(grad, grad, value=1 - rho)
        spread = square.add(eps).sqrt_()
        step = moved.add(eps).sqrt_().div_(spread).mul_(grad)
        moved.mul_(rho).addcmul_(step, step, value=1 - rho)
        parameter.add_(step, alpha=-group["lr"])
