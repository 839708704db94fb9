"""The older way to divide a weight by its greatest singular value: a hook."""

from __future__ import annotations

from typing import Any

from ...functions.products import dot, mv
from ...grad_mode import unrecorded
from ...linalg import multi_dot, pinv
from ...tensor import Tensor
from .. import functional
from ..module import Module
from ..parameter import Parameter, is_lazy
from .parametrizations import rows_of


class SpectralNorm:
    """Sets a module's weight, divided by its greatest singular value, before calls."""

    def __init__(
        self,
        name: str = "weight",
        n_power_iterations: int = 1,
        dim: int = 0,
        eps: float = 1e-12,
    ) -> None:
        if n_power_iterations <= 0:
            raise ValueError(
                "Expected n_power_iterations to be positive, but got "
                f"n_power_iterations={n_power_iterations}"
            )
        self.name, self.dim, self.eps = name, dim, eps
        self.n_power_iterations = n_power_iterations

    def reshape_weight_to_matrix(self, weight: Tensor) -> Tensor:
        """Return a weight with its outputs as rows, and all else as columns."""
        if self.dim:
            others = (d for d in range(weight.dim()) if d != self.dim)
            weight = weight.permute(self.dim, *others)
        found: Tensor = weight.reshape(weight.size(0), -1)
        return found

    def compute_weight(self, module: Module, do_power_iteration: bool) -> Tensor:
        """Return the weight, divided; in training after a step to find by what."""
        names = (f"{self.name}_{part}" for part in ("orig", "u", "v"))
        weight, u, v = (getattr(module, name) for name in names)
        matrix = self.reshape_weight_to_matrix(weight)
        if do_power_iteration:
            normed: dict[str, Any] = {"dim": 0, "eps": self.eps}
            with unrecorded():
                for _ in range(self.n_power_iterations):
                    v = functional.normalize(mv(matrix.t(), u), **normed, out=v)
                    u = functional.normalize(mv(matrix, v), **normed, out=u)
                u, v = u.clone(), v.clone()
        found: Tensor = weight / dot(u, mv(matrix, v))
        return found

    @staticmethod
    def apply(
        module: Module, name: str, n_power_iterations: int, dim: int, eps: float
    ) -> SpectralNorm:
        """Keep a module's weight aside, and set the divided one before each call."""
        for hook in module._forward_pre_hooks.values():
            if isinstance(hook, SpectralNorm) and hook.name == name:
                raise RuntimeError(
                    "Cannot register two spectral_norm hooks on the same parameter "
                    f"{name}"
                )
        own = SpectralNorm(name, n_power_iterations, dim, eps)
        weight = module._parameters[name]
        if weight is None:
            raise ValueError(
                f"`SpectralNorm` cannot be applied as parameter `{name}` is None"
            )
        if is_lazy(weight):
            raise ValueError(
                "The module passed to `SpectralNorm` can't have uninitialized "
                "parameters. Make sure to run the dummy forward before applying "
                "spectral normalization"
            )
        with unrecorded():
            sizes = own.reshape_weight_to_matrix(weight).size()
            u, v = (
                functional.normalize(weight.new_empty(n).normal_(0, 1), dim=0, eps=eps)
                for n in sizes
            )
        delattr(module, name)
        module.register_parameter(f"{name}_orig", weight)
        setattr(module, name, weight.data)
        module.register_buffer(f"{name}_u", u)
        module.register_buffer(f"{name}_v", v)
        module.register_forward_pre_hook(own)
        module.register_state_dict_post_hook(_Versioned(own))
        module._register_load_state_dict_pre_hook(_Renewed(own))
        return own

    def remove(self, module: Module) -> None:
        """Let the weight be a parameter again."""
        with unrecorded():
            weight = self.compute_weight(module, do_power_iteration=False)
        for name in (
            self.name,
            *(f"{self.name}_{part}" for part in ("u", "v", "orig")),
        ):
            delattr(module, name)
        module.register_parameter(self.name, Parameter(weight.detach()))

    def __call__(self, module: Module, inputs: Any) -> None:
        """Set the weight."""
        weight = self.compute_weight(module, do_power_iteration=module.training)
        setattr(module, self.name, weight)


class _Versioned:
    """Writes of which version the hook is that a state was saved with."""

    def __init__(self, fn: SpectralNorm) -> None:
        self.fn = fn

    def __call__(self, module: Any, state: Any, prefix: str, metadata: Any) -> None:
        """Write the version."""
        versions = metadata.setdefault("spectral_norm", {})
        versions[f"{self.fn.name}.version"] = 1


class _Renewed:
    """Reads states of before `weight_v` was kept, or tells what they lack."""

    def __init__(self, fn: SpectralNorm) -> None:
        self.fn = fn

    def __call__(
        self,
        state: dict[str, Any],
        prefix: str,
        metadata: dict[str, Any],
        strict: bool,
        missing: list[str],
        unexpected: list[str],
        problems: list[str],
    ) -> None:
        """Compute `weight_v` of what there is."""
        known = metadata.get("spectral_norm", {}).get(f"{self.fn.name}.version")
        path = prefix + self.fn.name
        if known is not None and known >= 1:
            return
        whole = all(f"{path}_{part}" in state for part in ("orig", "u", "v"))
        if known is None and whole and path not in state:
            return
        lacking = [
            key for key in (f"{path}_orig", path, f"{path}_u") if key not in state
        ]
        if lacking:
            missing += lacking if strict else []
            return
        with unrecorded():
            weight, divided = state[f"{path}_orig"], state.pop(path)
            matrix = self.fn.reshape_weight_to_matrix(weight)
            u, turned = state[f"{path}_u"], matrix.t()
            parts = pinv(turned.mm(matrix)), turned, u.unsqueeze(1)
            v = multi_dot(parts).squeeze(1)
            wanted = (weight / divided).mean()
            state[f"{path}_v"] = v.mul_(wanted / dot(u, mv(matrix, v)))


def spectral_norm(
    module: Module,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Module:
    """Let a weight be divided by its greatest singular value, by a hook.

    >>> from minitorch_viz import minitorch as torch
    >>> [n for n, _ in spectral_norm(torch.nn.Linear(2, 3)).named_parameters()]
    ['bias', 'weight_orig']
    """
    rows = rows_of(module) if dim is None else dim
    SpectralNorm.apply(module, name, n_power_iterations, rows, eps)
    return module


def remove_spectral_norm(module: Module, name: str = "weight") -> Module:
    """Let a weight be a parameter again.

    >>> remove_spectral_norm(Module())
    Traceback (most recent call last):
        ...
    ValueError: spectral_norm of 'weight' not found in Module()
    """
    for key, hook in module._forward_pre_hooks.items():
        if isinstance(hook, SpectralNorm) and hook.name == name:
            hook.remove(module)
            del module._forward_pre_hooks[key]
            # As in PyTorch, the hook that reads states stays.
            for at, each in tuple(module._state_dict_hooks.items()):
                if getattr(each, "fn", None) is hook:
                    del module._state_dict_hooks[at]
            return module
    raise ValueError(f"spectral_norm of '{name}' not found in {module}")
