"""Steps by running means of the gradient and of its square: Adam and its kin."""

from __future__ import annotations

import math
from typing import Any

from .. import creation
from ..inplace import call_out
from ..op import OPS
from ..tensor import Tensor
from .checks import check_means, check_not_negative, decayed, start
from .optimizer import Group, Optimizer


def _begin(parameter: Any, grad: Any, state: Group, group: Group) -> Any:
    """Count the step and decay the weights; return the gradient to follow."""
    state["step"] += 1
    if group["decoupled_weight_decay"] and group["weight_decay"]:
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
    else:
        grad = decayed(grad, parameter, group)
    return grad


def _move(grad: Any, state: Group, group: Group) -> None:
    """Move the running means of a gradient and of its square."""
    beta1, beta2 = group["betas"]
    state["exp_avg"].lerp_(grad, 1 - beta1)
    state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)


def _follow(parameter: Any, grad: Any, state: Group, group: Group) -> None:
    """Decay the weights and move both means."""
    _move(_begin(parameter, grad, state, group), state, group)


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
        if isinstance(lr, Tensor) and foreach and not capturable:
            raise ValueError(
                "lr as a Tensor is not supported for capturable=False and foreach=True"
            )
        check_means(lr, betas, eps, weight_decay)
        _check_kinds(betas, held_back=bool(foreach and not capturable))
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

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        names = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"]
        start(
            state,
            creation.tensor(0.0),
            parameter,
            *names[: 3 if group["amsgrad"] else 2],
        )

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        _follow(parameter, grad, state, group)
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        (beta1, beta2), count = group["betas"], state["step"].item()
        size = group["lr"] / (1 - beta1**count)
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"]
            square = call_out(OPS["maximum"], (largest, square), (), largest)
        spread = square.sqrt() / math.sqrt(1 - beta2**count)
        parameter.addcdiv_(mean, spread.add_(group["eps"]), value=-size)


def _check_kinds(betas: tuple[Any, Any], *, held_back: bool) -> None:
    """Refuse betas of which one is a tensor, or both where they have to be numbers."""
    if all(isinstance(beta, float) for beta in betas):
        return
    if not all(isinstance(beta, Tensor) for beta in betas):
        raise ValueError("betas must be either both floats or both Tensors")
    for index, beta in enumerate(betas):
        if held_back:
            raise ValueError(
                f"betas[{index}] as a Tensor is not supported for capturable=False and "
                "foreach=True"
            )
        if beta.numel() != 1:
            raise ValueError(f"Tensor betas[{index}] must be 1-element")


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
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )


class Adamax(Optimizer):
    """`Adam` with the greatest recent gradient instead of the mean square.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> Adamax([w], lr=0.1).step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_means(lr, betas, eps, weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        start(state, creation.tensor(0.0), parameter, "exp_avg", "exp_inf")

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        beta1, beta2 = group["betas"]
        state["step"] += 1
        grad = decayed(grad, parameter, group)
        mean, largest = state["exp_avg"], state["exp_inf"]
        mean.lerp_(grad, 1 - beta1)
        largest.mul_(beta2)
        size = grad.abs().add_(group["eps"])
        call_out(OPS["maximum"], (largest, size), (), largest)
        rate = group["lr"] / (1 - beta1 ** state["step"].item())
        parameter.addcdiv_(mean, largest, value=-rate)


class NAdam(Optimizer):
    """`Adam` that looks a step ahead, as Nesterov's momentum does.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> NAdam([w], lr=0.1).step()
    >>> w.item() < 1
    True
    """

    def __init__(
        self,
        params: Any,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_means(lr, betas, eps, weight_decay)
        check_not_negative(momentum_decay_value=momentum_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        state["step"] = creation.tensor(0.0)
        state["mu_product"] = creation.tensor(1.0)
        state["exp_avg"] = creation.zeros_like(parameter)
        state["exp_avg_sq"] = creation.zeros_like(parameter)

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        grad = _begin(parameter, grad, state, group)
        rate, (beta1, beta2) = group["lr"], group["betas"]
        step = state["step"].item()
        now, after = (
            beta1 * (1 - 0.5 * 0.96 ** (n * group["momentum_decay"]))
            for n in (step, step + 1)
        )
        state["mu_product"] *= now
        product = state["mu_product"].item()
        _move(grad, state, group)
        spread = state["exp_avg_sq"].div(1 - beta2**step).sqrt().add_(group["eps"])
        parameter.addcdiv_(grad, spread, value=-rate * (1 - now) / (1 - product))
        share = -rate * after / (1 - product * after)
        parameter.addcdiv_(state["exp_avg"], spread, value=share)


class RAdam(Optimizer):
    """`Adam` that trusts its spread only once it has seen enough.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> RAdam([w], lr=0.1).step()
    >>> w
    tensor([0.8000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_means(lr, betas, eps, weight_decay)
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "decoupled_weight_decay": decoupled_weight_decay,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        start(state, creation.tensor(0.0), parameter, "exp_avg", "exp_avg_sq")

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        _follow(parameter, grad, state, group)
        rate, (beta1, beta2) = group["lr"], group["betas"]
        step = state["step"].item()
        corrected = state["exp_avg"] / (1 - beta1**step)
        most = 2 / (1 - beta2) - 1
        seen = most - 2 * step * beta2**step / (1 - beta2**step)
        if seen <= 5.0:
            parameter.add_(corrected * rate, alpha=-1.0)
            return
        trust = (seen - 4) * (seen - 2) * most / ((most - 4) * (most - 2) * seen)
        moved = corrected * rate
        spread = state["exp_avg_sq"].sqrt().add_(group["eps"])
        scale = math.sqrt(1 - beta2**step) / spread
        parameter.add_(moved * scale * math.sqrt(trust), alpha=-1.0)
