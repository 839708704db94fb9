"""Steps by signs of gradients, by averages, and by factors of their squares."""

from __future__ import annotations

from typing import Any

from .. import creation
from ..dtypes import finfo
from .checks import check_not_negative, check_rate, decayed, start
from .optimizer import Group, Optimizer


class Rprop(Optimizer):
    """Steps by the sign of the gradient; a step grows while the sign stays.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> Rprop([w], lr=0.5).step()
    >>> w
    tensor([0.5000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_not_negative(learning_rate=lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        defaults = {
            "lr": lr,
            "etas": etas,
            "step_sizes": step_sizes,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        start(state, creation.zeros(()), parameter, "prev")
        state["step_size"] = creation.full_like(parameter.grad, float(group["lr"]))

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        state["step"] += 1
        shrink, grow = group["etas"]
        factor = grad.mul(state["prev"]).sign()
        factor[factor.gt(0)] = grow
        factor[factor.lt(0)] = shrink
        factor[factor.eq(0)] = 1
        size = state["step_size"].mul_(factor).clamp_(*group["step_sizes"])
        grad = grad.clone()
        # Where the sign turned, nothing is done before the next step.
        grad[factor.eq(shrink)] = 0
        parameter.addcmul_(grad.sign(), size, value=-1)
        state["prev"].copy_(grad)


class ASGD(Optimizer):
    """Steps by the gradient, and keeps the average of where it came by.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> ASGD([w], lr=0.1, lambd=0.0).step()
    >>> w
    tensor([0.8000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_not_negative(learning_rate=lr, weight_decay_value=weight_decay)
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        super().__init__(params, defaults)

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        state["step"] = creation.zeros(())
        rate: Any = creation.as_tensor(float(group["lr"]))
        state["eta"] = rate.clone().detach()
        state["mu"] = creation.ones(())
        state["ax"] = creation.zeros_like(parameter)

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        rate, share, average = state["eta"], state["mu"], state["ax"]
        state["step"] += 1
        grad = decayed(grad, parameter, group)
        step = rate.item()
        parameter.mul_(1 - group["lambd"] * step)
        parameter.add_(grad, alpha=-step)
        if share.item() != 1:
            average.add_(parameter.sub(average).mul_(share))
        else:
            average.copy_(parameter)
        count, lr = state["step"].item(), float(group["lr"])
        slower = (1 + group["lambd"] * lr * count) ** group["alpha"]
        rate.copy_(creation.as_tensor(lr / slower))
        share.copy_(creation.as_tensor(1 / max(1, count - group["t0"])))


class Adafactor(Optimizer):
    """Steps by the gradient over the root of its squares, kept as rows and columns.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> (w * 2).backward()
    >>> Adafactor([w], lr=0.1).step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        check_rate(lr)
        _check("Learning rate", lr >= 0, ">= 0", lr)
        _check("beta2_decay", beta2_decay <= 0, "<= 0", beta2_decay)
        _check("epsilon1", eps[0] is None or eps[0] >= 0, ">= 0", eps[0])
        _check("epsilon2", eps[1] >= 0, ">= 0", eps[1])
        _check("Clipping threshold d", d >= 1, ">= 1", d)
        _check("weight_decay", weight_decay >= 0, ">= 0", weight_decay)
        defaults = {
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        state["step"] = creation.tensor(0.0)
        grad = parameter.grad
        if grad.dim() > 1:
            *rows, height, width = grad.shape
            state["row_var"] = grad.new_zeros((*rows, height, 1))
            state["col_var"] = grad.new_zeros((*rows, 1, width))
        else:
            state["variance"] = creation.zeros_like(grad)

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        state["step"] += 1
        count, lr = state["step"].item(), float(group["lr"])
        tiny, least = group["eps"]
        tiny = finfo(parameter.dtype).eps if tiny is None else tiny
        share = count ** group["beta2_decay"]
        size = parameter.norm(2).item() / parameter.numel() ** 0.5
        rate = max(least, size) * min(lr, 1 / count**0.5)
        if group["weight_decay"]:
            parameter.mul_(1 - lr * group["weight_decay"])
        squares = _squares(grad, state, share, tiny)
        step = squares.clamp_(min=tiny * tiny).rsqrt_().mul_(grad)
        length = step.norm(2).item() / (step.numel() ** 0.5 * group["d"])
        parameter.add_(step, alpha=-rate / max(1.0, length))


def _squares(grad: Any, state: Group, share: float, tiny: float) -> Any:
    """Return the running mean of squares, of a matrix as what its factors make."""
    if grad.dim() <= 1:
        return state["variance"].lerp_(grad * grad, share).clone()
    for name, dim in (("row_var", -1), ("col_var", -2)):
        mean = grad.norm(dim=dim, keepdim=True).square_().div_(grad.size(dim))
        state[name].lerp_(mean, share)
    rows = state["row_var"]
    whole = rows @ state["col_var"]
    return whole.div_(rows.mean(dim=-2, keepdim=True).clamp_(min=tiny))


def _check(name: str, fits: bool, bound: str, value: Any) -> None:
    if not fits:
        raise ValueError(f"{name} should be {bound} but is: {value}")
