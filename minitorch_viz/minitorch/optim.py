"""Optimizers: they change parameters in place, outside any graph."""

from __future__ import annotations

import copy
import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

from . import creation, schedules
from .grad_mode import enable_grad, no_grad
from .graph import RemovableHandle
from .nn.module import forget_grad
from .tensor import Tensor

Group = dict[str, Any]
lr_scheduler = schedules


class Optimizer:
    """What all optimizers share: groups of parameters, each with its settings.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> [group["lr"] for group in SGD([w], lr=0.1).param_groups]
    [0.1]
    """

    def __init__(self, params: Any, defaults: Group) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of "
                f"Tensors or dicts, but got {_type_name(params)}"
            )
        self.defaults = defaults
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
        self._steps = 0
        self._pre_hooks: dict[int, Callable[..., Any]] = OrderedDict()
        self._post_hooks: dict[int, Callable[..., Any]] = OrderedDict()
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(dict(group))

    def add_param_group(self, param_group: Group) -> None:
        """Add parameters with settings of their own."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        held = param_group["params"]
        if isinstance(held, set):
            raise TypeError(_UNORDERED)
        listed = [held] if isinstance(held, Tensor) else list(held)
        if listed and all(isinstance(each, tuple) for each in listed):
            param_group["param_names"] = [name for name, _ in listed]
            listed = [each for _, each in listed]
        for each in listed:
            _check_parameter(each)
        param_group["params"] = listed
        for name, value in self.defaults.items():
            param_group.setdefault(name, value)
        known = {id(p) for group in self.param_groups for p in group["params"]}
        if not known.isdisjoint(map(id, listed)):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget every gradient, or fill it with zeros."""
        for group in self.param_groups:
            for parameter in group["params"]:
                forget_grad(parameter, set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient; `closure` computes it anew."""
        self._steps += 1
        for hook in tuple(self._pre_hooks.values()):
            hook(self, (closure,) if closure else (), {})
        loss = None
        with no_grad():
            if closure is not None:
                with enable_grad():
                    loss = closure()
            for group in self.param_groups:
                for parameter in group["params"]:
                    if parameter.grad is not None:
                        grad = parameter.grad
                        grad = -grad if group["maximize"] else grad
                        self._update(parameter, grad, self.state[parameter], group)
        for hook in tuple(self._post_hooks.values()):
            hook(self, (closure,) if closure else (), {})
        return loss

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        """Change one parameter; every optimizer defines its own."""
        raise NotImplementedError

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before every step."""
        return RemovableHandle(self._pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after every step."""
        return RemovableHandle(self._post_hooks, hook)

    def state_dict(self) -> dict[str, Any]:
        """Return settings and state, with parameters named by number."""
        numbers = self._numbers()
        groups = []
        for group in self.param_groups:
            plain = {k: v for k, v in group.items() if k != "params"}
            groups.append(plain | {"params": [numbers[p] for p in group["params"]]})
        state = {numbers.get(key, key): value for key, value in self.state.items()}
        return {"state": state, "param_groups": groups}

    def _numbers(self) -> dict[Any, int]:
        listed = (p for group in self.param_groups for p in group["params"])
        return {parameter: number for number, parameter in enumerate(listed)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over settings and state from `state_dict()`."""
        groups = copy.deepcopy(state_dict["param_groups"])
        if len(groups) != len(self.param_groups):
            raise ValueError(
                "loaded state dict has a different number of parameter groups"
            )
        for own, new in zip(self.param_groups, groups, strict=True):
            if len(own["params"]) != len(new["params"]):
                raise ValueError(
                    "loaded state dict contains a parameter group that doesn't match "
                    "the size of optimizer's group"
                )
        parameters = {number: p for p, number in self._numbers().items()}
        self.state = defaultdict(dict)
        for key, value in state_dict["state"].items():
            # The tensors themselves, not copies: PyTorch shares them too.
            self.state[parameters.get(key, key)] = dict(value)
        for own, new in zip(self.param_groups, groups, strict=True):
            new.pop("params")
            own.update(new)

    def __repr__(self) -> str:
        parts = []
        for number, group in enumerate(self.param_groups):
            lines = [f"    {k}: {group[k]}\n" for k in sorted(group) if k != "params"]
            parts.append(f"\nParameter Group {number}\n" + "".join(lines))
        return f"{type(self).__name__} (" + "".join(parts) + ")"


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
            square = state["max_exp_avg_sq"].maximum_(square)
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


def _check_parameter(parameter: Any) -> None:
    if not isinstance(parameter, Tensor):
        raise TypeError(
            "optimizer can only optimize Tensors, but one of the params is "
            + _type_name(parameter)
        )
    if not (parameter.is_leaf or parameter.retains_grad):
        raise ValueError("can't optimize a non-leaf Tensor")


def _check_not_negative(**settings: float) -> None:
    for name, value in settings.items():
        if not value >= 0:
            words = name.replace("_value", " value")
            words = words.replace("learning_rate", "learning rate")
            raise ValueError(f"Invalid {words}: {value}")


def _type_name(value: Any) -> str:
    return value.type() if isinstance(value, Tensor) else type(value).__name__


_UNORDERED = (
    "optimizer parameters need to be organized in ordered collections, but the "
    "ordering of tensors in sets will change between runs. Please use a list instead."
)
