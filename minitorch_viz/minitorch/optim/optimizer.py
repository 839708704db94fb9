"""What all optimizers share: groups of parameters, steps, state."""

from __future__ import annotations

import copy
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from ..events import called
from ..grad_mode import enable_grad, no_grad
from ..nn.module import forget_grad
from ..shown import Named
from ..tensor import Tensor
from .hooks import (
    Hooked,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

__all__ = [
    "Optimizer",
    "register_optimizer_step_post_hook",
    "register_optimizer_step_pre_hook",
]
Group = dict[str, Any]


class Optimizer(Hooked, metaclass=Named):
    """What all optimizers share: groups of parameters, each with its settings.

    >>> from minitorch_viz import minitorch as torch
    >>> w = torch.ones(1, requires_grad=True)
    >>> [group["lr"] for group in torch.optim.SGD([w], lr=0.1).param_groups]
    [0.1]
    """

    def __init__(self, params: Any, defaults: Group) -> None:
        self.defaults = defaults
        self._prepare_hooks()
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of "
                f"Tensors or dicts, but got {_type_name(params)}"
            )
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(dict(group))
        _check_fused(defaults)

    def add_param_group(self, param_group: Group) -> None:
        """Add parameters with settings of their own."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        held = param_group["params"]
        if isinstance(held, set):
            raise TypeError(_UNORDERED)
        listed = [held] if isinstance(held, Tensor) else list(held)
        named = [each for each in listed if isinstance(each, tuple)]
        if named:
            if len(named) < len(listed):
                raise ValueError(
                    "all optimizer params should be with/without names. Some param "
                    "names are missing"
                )
            param_group["param_names"] = [name for name, _ in named]
            listed = [each for _, each in named]
        for each in listed:
            _check_parameter(each)
        param_group["params"] = listed
        for name, value in self.defaults.items():
            param_group.setdefault(name, value)
        if len(set(map(id, listed))) < len(listed):
            warnings.warn(_TWICE, stacklevel=3)
        _check_names(param_group, self.param_groups)
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
        if type(self)._update is Optimizer._update:
            raise NotImplementedError
        loss = None
        with no_grad():
            if closure is not None:
                with enable_grad():
                    loss = closure()
            with called(self):
                for group in self.param_groups:
                    self._step_group(group)
        return loss

    def _step_group(self, group: Group) -> None:
        ready = [p for p in group["params"] if p.grad is not None]
        states = [self.state.get(p) or {} for p in ready]
        for parameter, state in zip(ready, states, strict=True):
            if not state:
                self._start(parameter, state, group)
        for parameter, state in zip(ready, states, strict=True):
            grad = -parameter.grad if group["maximize"] else parameter.grad
            self._update(parameter, grad, state, group)
            if state:
                self.state[parameter] = state

    def _start(self, parameter: Any, state: Group, group: Group) -> None:
        """Give a parameter's state what it starts with; some have nothing."""

    def _update(self, parameter: Any, grad: Any, state: Group, group: Group) -> None:
        """Change one parameter; every optimizer defines its own."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Return settings and state, with parameters named by number."""
        self._run_hooks("state_dict_pre")
        numbers = self._numbers()
        groups = []
        for group in self.param_groups:
            plain = {k: v for k, v in group.items() if k != "params"}
            groups.append(plain | {"params": [numbers[p] for p in group["params"]]})
        state = {numbers.get(key, key): value for key, value in self.state.items()}
        packed = {"state": state, "param_groups": groups}
        found: dict[str, Any] = self._run_hooks("state_dict_post", packed)
        return found

    def _numbers(self) -> dict[Any, int]:
        listed = (p for group in self.param_groups for p in group["params"])
        return {parameter: number for number, parameter in enumerate(listed)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over settings and state from `state_dict()`."""
        told = self._run_hooks("load_state_dict_pre", state_dict.copy())
        groups = copy.deepcopy(told["param_groups"])
        if len(groups) != len(self.param_groups):
            raise ValueError(
                "loaded state dict has a different number of parameter groups"
            )
        pairs = list(zip(self.param_groups, groups, strict=True))
        if any(len(own["params"]) != len(new["params"]) for own, new in pairs):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match "
                "the size of optimizer's group"
            )
        parameters = {
            number: parameter
            for own, new in pairs
            for number, parameter in zip(new["params"], own["params"], strict=True)
        }
        state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        for key, value in told["state"].items():
            owner = parameters.get(key)
            state[key if owner is None else owner] = (
                value if owner is None else _suited(owner, value)
            )
        for own, new in pairs:
            new["params"] = own["params"]
            if "param_names" in own:
                new.setdefault("param_names", own["param_names"])
        self.__setstate__({"state": state, "param_groups": groups})
        self._run_hooks("load_state_dict_post")

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _KEPT}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._prepare_hooks()
        for group in self.param_groups:
            for name in sorted(self.defaults, key="fused".__eq__):
                value = self.defaults[name]
                # What only older states lack: switches, all off.
                if value is None or isinstance(value, bool):
                    group.setdefault(name, None if name in _UNDECIDED else False)

    def __repr__(self) -> str:
        parts = []
        for number, group in enumerate(self.param_groups):
            lines = [f"    {k}: {group[k]}\n" for k in sorted(group) if k != "params"]
            parts.append(f"\nParameter Group {number}\n" + "".join(lines))
        return f"{type(self).__name__} (" + "".join(parts) + ")"


#: Settings that PyTorch decides itself where they are None.
_UNDECIDED = ("foreach", "fused")


def _check_fused(settings: Group) -> None:
    """Refuse what PyTorch's fused steps can't do."""
    if settings.get("fused") and settings["differentiable"]:
        raise RuntimeError("`fused` does not support `differentiable`")
    if settings.get("fused") and settings["foreach"]:
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")


def _suited(parameter: Any, value: Any, name: Any = None) -> Any:
    """Return loaded state in a parameter's own type; what has it is shared."""
    if isinstance(value, Tensor):
        typed = name != "step" and parameter.is_floating_point()
        return value.to(parameter.dtype) if typed else value
    if isinstance(value, dict):
        return {key: _suited(parameter, each, key) for key, each in value.items()}
    if isinstance(value, Iterable):
        return type(value)(_suited(parameter, each) for each in value)  # type: ignore[call-arg]
    return value


def _check_parameter(parameter: Any) -> None:
    if not isinstance(parameter, Tensor):
        raise TypeError(
            "optimizer can only optimize Tensors, but one of the params is "
            + _type_name(parameter)
        )
    if not (parameter.is_leaf or parameter.retains_grad):
        raise ValueError("can't optimize a non-leaf Tensor")


def _check_names(group: Group, others: list[Group]) -> None:
    """Refuse a group with names beside one without, or the other way round."""
    if any(("param_names" in group) != ("param_names" in each) for each in others):
        kind = "with names" if "param_names" in group else "without names"
        raise ValueError(
            "all optimizer param groups should be with/without names. cannot add param "
            f"group {kind} to the optimizer"
        )


def _type_name(value: Any) -> str:
    return value.type() if isinstance(value, Tensor) else type(value).__name__


#: What a copy and a pickle of an optimizer consist of.
_KEPT = ("defaults", "state", "param_groups")
_TWICE = (
    "optimizer contains a parameter group with duplicate parameters; in future, this "
    "will cause an error; see github.com/pytorch/pytorch/issues/40967 for more "
    "information"
)
_UNORDERED = (
    "optimizer parameters need to be organized in ordered collections, but the "
    "ordering of tensors in sets will change between runs. Please use a list instead."
)
