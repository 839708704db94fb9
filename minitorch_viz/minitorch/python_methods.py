"""Methods that PyTorch has in Python: their errors give their whole names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from .arguments import checked
from .dtypes import dtype as Dtype
from .functions import FUNCTIONS
from .tensor import Tensor

# Names of parameters are PyTorch's.

_unflatten = checked(FUNCTIONS["unflatten"], "unflatten", "Tensor")


def _split(self: Tensor, split_size: Any, dim: int = 0) -> Any:
    return FUNCTIONS["split"](self, split_size, dim)


def _unflattened(self: Tensor, dim: int, sizes: Any) -> Any:
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    return _unflatten(self, dim, sizes)


def _norm(
    self: Tensor,
    p: Any = "fro",
    dim: Any = None,
    keepdim: bool = False,
    dtype: Dtype | None = None,
) -> Any:
    return FUNCTIONS["norm"](self, p, dim, keepdim, dtype=dtype)


def _unique(
    self: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    return FUNCTIONS["unique"](self, sorted, return_inverse, return_counts, dim)


def _unique_consecutive(
    self: Tensor,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    flags = return_inverse, return_counts
    return FUNCTIONS["unique_consecutive"](self, *flags, dim)


def _reinforce(self: Tensor, reward: Any) -> NoReturn:
    raise RuntimeError(_REINFORCE)


_REINFORCE = """reinforce() was removed.
Use torch.distributions instead.
See https://pytorch.org/docs/main/distributions.html

Instead of:

probs = policy_network(state)
action = probs.multinomial()
next_state, reward = env.step(action)
action.reinforce(reward)
action.backward()

Use:

probs = policy_network(state)
# NOTE: categorical is equivalent to what used to be called multinomial
m = torch.distributions.Categorical(probs)
action = m.sample()
next_state, reward = env.step(action)
loss = -m.log_prob(action) * reward
loss.backward()
"""
METHODS: dict[str, Callable[..., Any]] = {
    "reinforce": _reinforce,
    "split": _split,
    "unflatten": _unflattened,
    "norm": _norm,
    "unique": _unique,
    "unique_consecutive": _unique_consecutive,
}
for _name, _method in METHODS.items():
    _method.__name__, _method.__qualname__ = _name, f"Tensor.{_name}"
