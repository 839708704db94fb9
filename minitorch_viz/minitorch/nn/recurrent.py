"""Recurrent layers: whole sequences, with PyTorch's parameters and their names."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from .. import creation, dtypes
from ..functions.shaping import select, squeeze, unsqueeze
from ..functions.writes import index_select
from ..tensor import Tensor
from . import init
from .layers import _parameter, _ready
from .module import Module
from .recurrent_functions import recurrent
from .recurrent_packed import packed_recurrent
from .utils.rnn import PackedSequence


class RNNBase(Module):
    """What recurrent layers share: weights for every layer and direction."""

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        self.mode, self.input_size, self.hidden_size = mode, input_size, hidden_size
        self.num_layers, self.bias, self.batch_first = num_layers, bias, batch_first
        self.dropout, self.bidirectional = float(dropout), bidirectional
        self.proj_size = proj_size
        self._check_settings(dropout)
        #: The names of each layer's and direction's parameters.
        self._all_weights = [
            self._add_layer(layer, direction, dtype, device)
            for layer in range(num_layers)
            for direction in range(self._ways)
        ]
        _ready(self)

    def _check_settings(self, dropout: Any) -> None:
        number = isinstance(dropout, (int, float)) and not isinstance(dropout, bool)
        if not number or not 0 <= dropout <= 1:
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the "
                "probability of an element being zeroed"
            )
        if dropout > 0 and self.num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so "
                "non-zero dropout expects num_layers greater than 1, but got "
                f"dropout={dropout} and num_layers={self.num_layers}",
                UserWarning,
                stacklevel=4,
            )
        for name, kind in (
            ("bias", bool),
            ("batch_first", bool),
            ("input_size", int),
            ("hidden_size", int),
        ):
            value = getattr(self, name)
            if not isinstance(value, kind):
                raise TypeError(
                    f"{name} should be of type {kind.__name__}, got: "
                    f"{type(value).__name__}"
                )
        for name in ("input_size", "hidden_size", "num_layers"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be greater than zero")
        if self.proj_size < 0:
            raise ValueError(
                "proj_size should be a positive integer or zero to disable projections"
            )
        if self.proj_size >= self.hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")

    @property
    def _ways(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def _width(self) -> int:
        """How wide the hidden state is, once projected."""
        return self.proj_size or self.hidden_size

    def _add_layer(
        self, layer: int, direction: int, dtype: dtypes.dtype | None, device: Any
    ) -> list[str]:
        rows = {"LSTM": 4, "GRU": 3}.get(self.mode, 1) * self.hidden_size
        entering = self._width * self._ways if layer else self.input_size
        sizes: dict[str, tuple[int, ...]] = {
            "weight_ih": (rows, entering),
            "weight_hh": (rows, self._width),
        }
        if self.bias:
            sizes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if self.proj_size:
            sizes["weight_hr"] = self.proj_size, self.hidden_size
        ending = f"_l{layer}{'_reverse' * direction}"
        for name, size in sizes.items():
            setattr(self, name + ending, _parameter(*size, dtype=dtype, device=device))
        return [name + ending for name in sizes]

    @property
    def all_weights(self) -> list[list[Tensor]]:
        """The parameters of every layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def flatten_parameters(self) -> None:
        """Do nothing: only a GPU wants the parameters side by side."""

    def reset_parameters(self) -> None:
        """Draw every parameter anew."""
        bound = 1.0 / math.sqrt(self.hidden_size)
        for each in self.parameters():
            init.uniform_(each, -bound, bound)

    def _layers(self) -> list[Sequence[Tensor | None]]:
        """Return each layer's weights, biases and projection; None stands for none."""
        kinds = "weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"
        found: list[Sequence[Tensor | None]] = []
        for names in self._all_weights:
            held = {name.partition("_l")[0]: name for name in names}
            found.append(
                [getattr(self, held[kind]) if kind in held else None for kind in kinds]
            )
        return found

    def _run(self, input: Tensor, state: Sequence[Tensor]) -> tuple[Tensor, ...]:
        self._check_input(input, state)
        return recurrent(
            self.mode,
            input,
            state,
            self._layers(),
            dropout_p=self.dropout,
            train=self.training,
            bidirectional=self.bidirectional,
            batch_first=self.batch_first,
        )

    def _run_packed(
        self, packed: PackedSequence, state: Sequence[Tensor] | None
    ) -> Any:
        """Return the outputs, packed as the input is, and the last states."""
        data, sizes, order, back = packed
        self._check_width(data)

        def batch() -> int:
            return int(select(sizes, 0, 0).item())  # which PyTorch looks up each time

        count = batch()
        widths = (self._width, self.hidden_size)[: 1 + (self.mode == "LSTM")]
        layers = self.num_layers * self._ways
        if state is None:
            kind = {"dtype": data.dtype, "device": data.device}
            state = [creation.zeros(layers, count, width, **kind) for width in widths]
            if self.mode != "LSTM":
                self._check_states(state, batch)
        else:
            self._check_states(state, batch)
            if order is not None:
                state = [index_select(each, 1, order) for each in state]
        found, *last = packed_recurrent(
            self.mode,
            data,
            sizes,
            state,
            self._layers(),
            dropout_p=self.dropout,
            train=self.training,
            bidirectional=self.bidirectional,
        )
        if back is not None:
            last = [index_select(each, 1, back) for each in last]
        ends = tuple(last) if self.mode == "LSTM" else last[0]
        return PackedSequence(found, sizes, order, back), ends

    def _start(self, input: Tensor, width: int) -> Tensor:
        """Return the zeros a sequence starts from."""
        size = self.num_layers * self._ways, self._batch(input), width
        return creation.zeros(*size, dtype=input.dtype, device=input.device)

    def _batch(self, input: Tensor) -> int:
        return int(input._array.shape[0 if self.batch_first else 1])

    def _check_input(self, input: Tensor, state: Sequence[Tensor]) -> None:
        weight = self.weight_ih_l0
        if input.dtype is not weight.dtype:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype "
                f"({weight.dtype}). Convert input: input.to({weight.dtype}), or convert"
                f" model: model.to({input.dtype})"
            )
        self._check_width(input)
        self._check_states(state, lambda: self._batch(input))

    def _check_width(self, input: Tensor) -> None:
        have = input._array.shape[-1]
        if have != self.input_size:
            raise RuntimeError(
                "input.size(-1) must be equal to input_size. Expected "
                f"{self.input_size}, got {have}"
            )

    def _check_states(self, state: Sequence[Tensor], batch: Callable[[], int]) -> None:
        widths = self._width, self.hidden_size
        for place, (each, width) in enumerate(zip(state, widths, strict=False)):
            size = self.num_layers * self._ways, batch(), width
            if tuple(each._array.shape) != size:
                name = f"hidden[{place}] " if self.mode == "LSTM" else "hidden "
                raise RuntimeError(
                    f"Expected {name}size {size}, got {list(each._array.shape)}"
                )

    def extra_repr(self) -> str:
        """Return the sizes, and the settings that aren't the usual ones."""
        told = (
            ("proj_size", 0),
            ("num_layers", 1),
            ("bias", True),
            ("batch_first", False),
            ("dropout", 0),
            ("bidirectional", False),
        )
        return f"{self.input_size}, {self.hidden_size}" + "".join(
            f", {name}={getattr(self, name)}"
            for name, usual in told
            if getattr(self, name) != usual
        )


class _OneState(RNNBase):
    """A layer whose steps hand on one state."""

    def forward(self, input: Any, hx: Tensor | None = None) -> Any:
        """Return the outputs of every step, and the last hidden states."""
        if isinstance(input, PackedSequence):
            return self._run_packed(input, None if hx is None else (hx,))
        name, ndim = type(self).__name__, input.dim()
        if ndim not in (2, 3):
            word = " tensor" * (name == "RNN")
            raise ValueError(
                f"{name}: Expected input to be 2D or 3D, got {ndim}D{word} instead"
            )
        batch = 0 if self.batch_first else 1
        lone = ndim == 2
        if hx is not None and hx.dim() != ndim:
            kind = "unbatched 2-D" if lone else "batched 3-D"
            raise RuntimeError(
                f"For {kind} input, hx should also be {ndim}-D but got "
                f"{hx._array.ndim}-D tensor"
            )
        if lone:
            input = unsqueeze(input, batch)
            hx = None if hx is None else unsqueeze(hx, 1)
        hx = self._start(input, self.hidden_size) if hx is None else hx
        output, last = self._run(input, (hx,))
        return (squeeze(output, batch), squeeze(last, 1)) if lone else (output, last)


_NO_PROJECTION = "proj_size argument is only supported for LSTM, not RNN or GRU"


class RNN(_OneState):
    """A layer that hands on `tanh` (or `relu`) of input and state.

    >>> RNN(3, 2)
    RNN(3, 2)
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError(_NO_PROJECTION)
        named = len(args) <= 3
        nonlinearity = kwargs.pop("nonlinearity", "tanh") if named else args[3]
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        mode = f"RNN_{nonlinearity.upper()}"
        super().__init__(mode, *args[:3], *args[4:], **kwargs)
        self.nonlinearity = nonlinearity


class GRU(_OneState):
    """A layer whose gates choose between the old state and a new one.

    >>> GRU(3, 2, num_layers=2)
    GRU(3, 2, num_layers=2)
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError(_NO_PROJECTION)
        super().__init__("GRU", *args, **kwargs)


class LSTM(RNNBase):
    """A layer that hands on a hidden state, and a cell whose gates keep or forget.

    >>> LSTM(3, 2, batch_first=True)
    LSTM(3, 2, batch_first=True)
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def forward(self, input: Any, hx: tuple[Tensor, Tensor] | None = None) -> Any:
        """Return the outputs of every step, and the last hidden and cell states."""
        if isinstance(input, PackedSequence):
            return self._run_packed(input, hx)
        ndim = input.dim()
        if ndim not in (2, 3):
            raise ValueError(
                f"LSTM: Expected input to be 2D or 3D, got {ndim}D instead"
            )
        batch = 0 if self.batch_first else 1
        lone = ndim == 2
        # What isn't a pair is read as one: a tensor by its first two rows.
        if hx is not None and any(hx[i].dim() != ndim for i in (0, 1)):
            kind = "unbatched 2-D" if lone else "batched 3-D"
            have = ", ".join(f"{hx[i]._array.ndim}-D" for i in (0, 1))
            raise RuntimeError(
                f"For {kind} input, hx and cx should also be {ndim}-D but got ({have}) "
                "tensors"
            )
        if lone:
            input = unsqueeze(input, batch)
            hx = hx and (unsqueeze(hx[0], 1), unsqueeze(hx[1], 1))
        if hx is None:
            hx = (
                self._start(input, self._width),
                self._start(input, self.hidden_size),
            )
        output, hidden, cell = self._run(input, hx)
        if lone:
            return squeeze(output, batch), (squeeze(hidden, 1), squeeze(cell, 1))
        return output, (hidden, cell)
