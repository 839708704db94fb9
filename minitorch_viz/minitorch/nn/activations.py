"""Activations as modules: each calls the function of the same name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .. import dtypes
from . import functional
from .init import constant_
from .layers import _parameter, _ready
from .module import Module


class _Activation(Module):
    """A module made of a function and the settings passed to it.

    `settings` are the names and defaults of the constructor's arguments; `quiet` ones
    are told only if they are switched on, as PyTorch does with `inplace`.
    """

    function: str
    settings: Mapping[str, Any] = MappingProxyType({})
    quiet = ("inplace",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        name = type(self).__name__
        given = dict(zip(self.settings, args, strict=False))
        if len(args) > len(self.settings):
            raise TypeError(
                f"{name}.__init__() takes {len(self.settings) + 1} positional "
                f"arguments but {len(args) + 1} were given"
            )
        for key in kwargs:
            if key not in self.settings or key in given:
                raise TypeError(
                    f"{name}.__init__() got an unexpected keyword argument '{key}'"
                )
        for key, value in (dict(self.settings) | given | kwargs).items():
            setattr(self, key, value)

    def forward(self, input: Any) -> Any:
        """Apply the function."""
        values = {key: getattr(self, key) for key in self.settings}
        return getattr(functional, self.function)(input, **values)

    def extra_repr(self) -> str:
        """Return the settings."""
        values = {key: getattr(self, key) for key in self.settings}
        return ", ".join(
            f"{key}={value!r}"
            for key, value in values.items()
            if value or key not in self.quiet
        )


def _activation(
    name: str,
    function: str,
    settings: dict[str, Any] | None = None,
    quiet: tuple[str, ...] = ("inplace",),
) -> type[_Activation]:
    text = f"`functional.{function}` as a module."
    return type(
        name,
        (_Activation,),
        {
            "function": function,
            "settings": settings or {},
            "quiet": quiet,
            "__doc__": text,
            "__module__": __name__,
        },
    )


_INPLACE = {"inplace": False}

ReLU = _activation("ReLU", "relu", _INPLACE)
ReLU6 = _activation("ReLU6", "relu6", _INPLACE)
LeakyReLU = _activation("LeakyReLU", "leaky_relu", {"negative_slope": 0.01, **_INPLACE})
ELU = _activation("ELU", "elu", {"alpha": 1.0, **_INPLACE})
SELU = _activation("SELU", "selu", _INPLACE)
CELU = _activation("CELU", "celu", {"alpha": 1.0, **_INPLACE})
GELU = _activation("GELU", "gelu", {"approximate": "none"})
SiLU = _activation("SiLU", "silu", _INPLACE)
Mish = _activation("Mish", "mish", _INPLACE)
Softplus = _activation("Softplus", "softplus", {"beta": 1.0, "threshold": 20.0})
LogSigmoid = _activation("LogSigmoid", "logsigmoid")
Hardtanh = _activation(
    "Hardtanh", "hardtanh", {"min_val": -1.0, "max_val": 1.0, **_INPLACE}
)
Hardsigmoid = _activation("Hardsigmoid", "hardsigmoid", _INPLACE, quiet=("inplace",))
Hardswish = _activation("Hardswish", "hardswish", _INPLACE)
Threshold = _activation(
    "Threshold", "threshold", {"threshold": None, "value": None, **_INPLACE}
)
Softshrink = _activation("Softshrink", "softshrink", {"lambd": 0.5})
Hardshrink = _activation("Hardshrink", "hardshrink", {"lambd": 0.5})
Sigmoid = _activation("Sigmoid", "sigmoid")
Tanh = _activation("Tanh", "tanh")
Softsign = _activation("Softsign", "softsign")
Tanhshrink = _activation("Tanhshrink", "tanhshrink")
Softmax = _activation("Softmax", "softmax", {"dim": None})
LogSoftmax = _activation("LogSoftmax", "log_softmax", {"dim": None})
Softmin = _activation("Softmin", "softmin", {"dim": None})


class PReLU(Module):
    """A rectifier whose slope below zero is learnt.

    >>> PReLU().weight.item()
    0.25
    """

    def __init__(
        self,
        num_parameters: int = 1,
        init: float = 0.25,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.weight = _parameter(num_parameters, dtype=dtype, device=device)
        self._start = init
        _ready(self)

    def reset_parameters(self) -> None:
        """Set every slope to what it starts with."""
        constant_(self.weight, self._start)

    def forward(self, input: Any) -> Any:
        """Apply the rectifier."""
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """Return how many slopes there are."""
        return f"num_parameters={self.num_parameters}"
