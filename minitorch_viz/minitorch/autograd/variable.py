"""`Variable`, the name tensors had before PyTorch 0.4."""

from __future__ import annotations

import operator
import warnings
from typing import Any, NoReturn

from ..events import Operated, silence, tell
from ..kinds import type_name
from ..shown import Named
from ..tensor import Tensor

NO_EFFECT = (
    "volatile was removed and now has no effect. Use `with torch.no_grad():` instead."
)
_BOTH = "Variable can't be volatile and require_grad at the same time!"


class VariableMeta(Named):
    """Makes every tensor an instance of `Variable`, and `Variable(...)` a tensor."""

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, Tensor)

    def __call__(
        self,
        data: Any = None,
        requires_grad: bool = False,
        volatile: bool = False,
        _grad_fn: None = None,
        name: str | None = None,
        **unknown: Any,
    ) -> Any:
        from ..creation import ONLY_FLOATING, tensor

        if not isinstance(name, str | None):
            kind = type_name(name)
            raise TypeError(f"argument 5 must be str or None, not {kind}")
        for key in unknown:
            raise TypeError(f"'{key}' is an invalid keyword argument for this function")
        if operator.index(volatile):
            warnings.warn(NO_EFFECT, UserWarning, stacklevel=2)
            if requires_grad:
                raise ValueError(_BOTH)
        if data is None:
            return tensor([])
        if not isinstance(data, Tensor):
            raise TypeError(
                f"Variable data has to be a tensor, but got {type_name(data)}"
            )
        wanted = bool(operator.index(requires_grad))
        if wanted and data._array.dtype.kind != "f":
            raise RuntimeError(ONLY_FLOATING.format("O", " and complex"))
        with silence():  # it is told of as it will be
            made = data.detach().requires_grad_(wanted)
        if name is not None:
            made._name = name
        event = ("self",), (data,), (made,), None, "detach", False, True
        tell(Operated("detach", *event))
        return made


def variable(*args: Any, **kwargs: Any) -> NoReturn:
    """Refuse: this was a way to make tensors.

    >>> variable([1.0])
    Traceback (most recent call last):
        ...
    RuntimeError: torch.autograd.variable(...) is deprecated, use torch.tensor(...) \
instead
    """
    raise RuntimeError(
        "torch.autograd.variable(...) is deprecated, use torch.tensor(...) instead"
    )


def volatile(self: Tensor) -> bool:
    """Return False, and warn: no tensor is volatile any more."""
    warnings.warn(
        "volatile was removed (Variable.volatile is always False)",
        UserWarning,
        stacklevel=2,
    )
    return False


def set_volatile(self: Tensor, value: object) -> None:
    """Warn that this changes nothing."""
    warnings.warn(NO_EFFECT, UserWarning, stacklevel=2)


class Variable(metaclass=VariableMeta):
    """A tensor; `Variable(x, requires_grad=True)` is a new leaf over x's memory.

    >>> from minitorch_viz import minitorch as torch
    >>> isinstance(torch.ones(1), Variable)
    True
    """


variable.Variable = Variable  # type: ignore[attr-defined]
