"""Activations as modules: each calls the function of the same name."""

from __future__ import annotations

import warnings
from typing import Any

from .. import dtypes
from ..arguments import refuse
from ..shown import renamed
from ..tensor import Tensor
from . import functional
from .init import constant_
from .layers import _parameter, _ready
from .module import Module
from .settings import Form, form

#: What PyTorch's modules call by `torch`, whose parser looks at the input.
_PARSED = "sigmoid", "tanh"


class _Activation(Module):
    """A module made of a function and the settings passed to it."""

    function: str
    settings: Form
    names: tuple[str, ...]
    #: What is told of the settings; `inplace` follows where it is switched on.
    shown: str | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = type(self).settings(self, *args, **kwargs)
        super().__init__()
        for key in self.names:
            setattr(self, key, given[key])

    def forward(self, input: Any) -> Any:
        """Apply the function."""
        values = {key: getattr(self, key) for key in self.names}
        if self.function in _PARSED and not isinstance(input, Tensor):
            refuse("torch", self.function, (input,), {})
        return getattr(functional, self.function)(input, **values)

    def extra_repr(self) -> str:
        """Return the settings."""
        if self.shown is None:
            return ""
        parts = [self.shown.format(self)] if self.shown else []
        if "inplace" in self.names and self.inplace:
            parts.append("inplace=True")
        return ", ".join(parts)


def _activation(
    name: str, function: str, settings: Form, shown: str | None = ""
) -> type[_Activation]:
    names = settings.__code__.co_varnames[1:]
    plain = [each for each in names if each != "inplace"]
    if shown == "":
        shown = ", ".join(f"{each}={{0.{each}}}" for each in plain)
    return type(
        name,
        (_Activation,),
        {
            "function": function,
            "settings": staticmethod(form(name, settings)),
            "forward": renamed(_Activation.forward, f"{name}.forward"),
            "names": names,
            "shown": shown,
            "__doc__": f"`functional.{function}` as a module.",
            "__module__": __name__,
        },
    )


ReLU = _activation("ReLU", "relu", lambda self, inplace=False: locals())
LeakyReLU = _activation(
    "LeakyReLU",
    "leaky_relu",
    lambda self, negative_slope=0.01, inplace=False: locals(),
)
ELU = _activation("ELU", "elu", lambda self, alpha=1.0, inplace=False: locals())
SELU = _activation("SELU", "selu", lambda self, inplace=False: locals())
CELU = _activation("CELU", "celu", lambda self, alpha=1.0, inplace=False: locals())
GELU = _activation(
    "GELU",
    "gelu",
    lambda self, approximate="none": locals(),
    "approximate={0.approximate!r}",
)
SiLU = _activation("SiLU", "silu", lambda self, inplace=False: locals())
Mish = _activation("Mish", "mish", lambda self, inplace=False: locals())
Softplus = _activation(
    "Softplus", "softplus", lambda self, beta=1.0, threshold=20.0: locals()
)
LogSigmoid = _activation("LogSigmoid", "logsigmoid", lambda self: locals())


class Hardtanh(Module):
    """Holds elements between two numbers.

    >>> Hardtanh()
    Hardtanh(min_val=-1.0, max_val=1.0)
    """

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        for name, old in (("min_val", min_value), ("max_val", max_value)):
            if old is not None:
                warnings.warn(_OLD.format(name), FutureWarning, stacklevel=2)
        self.min_val = min_val if min_value is None else min_value
        self.max_val = max_val if max_value is None else max_value
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise AssertionError(
                f"max_val ({self.max_val}) must be greater than min_val "
                f"({self.min_val})"
            )

    def forward(self, input: Any) -> Any:
        """Hold the elements."""
        return functional.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        """Return the two numbers."""
        more = ", inplace=True" if self.inplace else ""
        return f"min_val={self.min_val}, max_val={self.max_val}{more}"


_OLD = "keyword argument `{0}ue` is deprecated and renamed to `{0}`"


class ReLU6(Hardtanh):
    """Holds elements between 0 and 6.

    >>> ReLU6(inplace=True)
    ReLU6(inplace=True)
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        """Return whether it writes over its input."""
        return "inplace=True" if self.inplace else ""


Hardsigmoid = _activation(
    "Hardsigmoid", "hardsigmoid", lambda self, inplace=False: locals(), None
)
Hardswish = _activation(
    "Hardswish", "hardswish", lambda self, inplace=False: locals(), None
)
Threshold = _activation(
    "Threshold", "threshold", lambda self, threshold, value, inplace=False: locals()
)
Softshrink = _activation(
    "Softshrink", "softshrink", lambda self, lambd=0.5: locals(), "{0.lambd}"
)
Hardshrink = _activation(
    "Hardshrink", "hardshrink", lambda self, lambd=0.5: locals(), "{0.lambd}"
)
Sigmoid = _activation("Sigmoid", "sigmoid", lambda self: locals())
Tanh = _activation("Tanh", "tanh", lambda self: locals())
Softsign = _activation("Softsign", "softsign", lambda self: locals())
Tanhshrink = _activation("Tanhshrink", "tanhshrink", lambda self: locals())
Softmax = _activation("Softmax", "softmax", lambda self, dim=None: locals())
LogSoftmax = _activation("LogSoftmax", "log_softmax", lambda self, dim=None: locals())
Softmin = _activation("Softmin", "softmin", lambda self, dim=None: locals())


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
