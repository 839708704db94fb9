"""Recurrent cells: one step of a sequence."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from .. import creation, dtypes
from ..functions.shaping import squeeze, unsqueeze
from ..tensor import Tensor
from . import init
from .layers import _parameter, _ready
from .module import Module
from .recurrent_functions import CELLS, by_input


class RNNCellBase(Module):
    """What recurrent cells share: weights for the input and for the state."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        self.weight_ih = _parameter(rows, input_size, dtype=dtype, device=device)
        self.weight_hh = _parameter(rows, hidden_size, dtype=dtype, device=device)
        for name in ("bias_ih", "bias_hh"):
            held = _parameter(rows, dtype=dtype, device=device) if bias else None
            self.register_parameter(name, held)
        _ready(self)

    def reset_parameters(self) -> None:
        """Draw every parameter anew."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for each in self.parameters():
            init.uniform_(each, -bound, bound)

    def _step(
        self, mode: str, input: Tensor, state: tuple[Tensor, ...] | None
    ) -> tuple[Tensor, ...]:
        name, ndim = type(self).__name__, input.dim()
        if ndim not in (1, 2):
            raise ValueError(
                f"{name}: Expected input to be 1D or 2D, got {ndim}D instead"
            )
        for place, each in enumerate(state or ()):
            if each.dim() not in (1, 2):
                what = f"hx[{place}]" if mode == "LSTM" else "hidden"
                raise ValueError(
                    f"{name}: Expected {what} to be 1D or 2D, got {each._array.ndim}D "
                    "instead"
                )
        lone = ndim == 1
        if lone:
            input = unsqueeze(input, 0)
        if state is None:
            size = input._array.shape[0], self.hidden_size
            zeros = creation.zeros(*size, dtype=input.dtype, device=input.device)
            state = (zeros,) * (2 if mode == "LSTM" else 1)
        elif lone:
            state = tuple(unsqueeze(each, 0) for each in state)
        self._check(input, state)
        weights = self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh
        found = CELLS[mode](weights, state, partial(by_input, weights, input))
        return tuple(squeeze(each, 0) for each in found) if lone else found

    def _check(self, input: Tensor, state: tuple[Tensor, ...]) -> None:
        have = input._array.shape
        if have[1] != self.input_size:
            raise RuntimeError(
                f"input has inconsistent input_size: got {have[1]} expected "
                f"{self.input_size}"
            )
        for each in state:
            size = each._array.shape
            if have[0] != size[0]:
                raise RuntimeError(
                    f"Input batch size {have[0]} doesn't match hidden0 batch size "
                    f"{size[0]}"
                )
            if size[1] != self.hidden_size:
                raise RuntimeError(
                    f"hidden0 has inconsistent hidden_size: got {size[1]}, expected "
                    f"{self.hidden_size}"
                )

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that aren't the usual ones."""
        parts = [f"{self.input_size}, {self.hidden_size}"]
        parts += [f"bias={self.bias}"] * (self.bias is not True)
        kind = getattr(self, "nonlinearity", "tanh")
        parts += [f"nonlinearity={kind}"] * (kind != "tanh")
        return ", ".join(parts)


class RNNCell(RNNCellBase):
    """One step of `RNN`.

    >>> RNNCell(3, 2)
    RNNCell(3, 2)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """Return the next hidden state."""
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        mode = f"RNN_{self.nonlinearity.upper()}"
        return self._step(mode, input, None if hx is None else (hx,))[0]


class LSTMCell(RNNCellBase):
    """One step of `LSTM`.

    >>> LSTMCell(3, 2)
    LSTMCell(3, 2)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, ...]:
        """Return the next hidden and cell state."""
        return self._step("LSTM", input, hx)


class GRUCell(RNNCellBase):
    """One step of `GRU`.

    >>> GRUCell(3, 2, bias=False)
    GRUCell(3, 2, bias=False)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """Return the next hidden state."""
        return self._step("GRU", input, None if hx is None else (hx,))[0]
