"""Dropping elements or channels by chance, as functions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..devices import beside
from ..functions.shaping import squeeze, unsqueeze
from ..inplace import call_inplace
from ..lying import alike
from ..op import OPS, call
from ..sources import source_like
from ..storage import Array, as_it_lies
from ..tensor import Tensor, wrap
from .asking import asks


def _run(
    name: str, *inputs: Any, args: Sequence[Any] = (), inplace: bool = False
) -> Tensor:
    if inplace:
        return call_inplace(OPS[name], inputs[0], inputs[1:], args)
    found: Tensor = call(OPS[name], inputs, args)
    return found


def check_chance(p: float) -> None:
    """Raise unless something can be dropped with chance `p`.

    >>> check_chance(0.5)
    """
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def dropout(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Drop elements with chance `p` and scale up the others, while training.

    >>> from minitorch_viz import minitorch as torch
    >>> dropout(torch.ones(2), p=1.0)
    tensor([0., 0.])
    """
    check_chance(p)
    return _dropped(input, p, training, inplace)


@asks("torch.dropout(input, p, training)")
def _dropped(input: Tensor, p: float, training: bool, inplace: bool) -> Tensor:
    if not training or p == 0 or not input._array.size:
        return input
    if p == 1:
        return _run("mul", input, _nothing(input), inplace=inplace)
    noise = _noise(alike(input._array), input, p)
    return _run("mul", input, noise, inplace=inplace)


def _nothing(like: Tensor) -> Tensor:
    return wrap(beside(np.zeros((), like._array.dtype), like._array))


def _noise(zeros: Array, like: Tensor, p: float) -> Tensor:
    """Return zeros with chance `p`, and what keeps the mean elsewhere.

    They are drawn one after the other as they lie in memory.
    """
    made = wrap(beside(zeros, like._array))
    if p < 1:
        kept = source_like(None, like._array).bernoulli(zeros.size, 1 - p)
        made._array[...] = as_it_lies(kept, made._array)
        if like._array.dtype.kind != "f":
            raise RuntimeError(
                "result type Float can't be cast to the desired output type "
                f"{like.dtype.scalar_name}"
            )
        made._array /= 1 - p
        made._counter = [2]  # drawn, and scaled, in place
    return made


def _channels(input: Tensor) -> Array:
    """Return a zero for each channel, which stand row by row however images lie."""
    shape = input._array.shape
    return np.zeros((*shape[:2], *(1,) * (len(shape) - 2)), input._array.dtype)


@asks("input.dim")
def dropout2d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Drop whole channels with chance `p` and scale up the others, while training."""
    ndim = input._array.ndim
    check_chance(p)
    if ndim not in (3, 4):
        warnings.warn(_FEATURES.format(ndim), UserWarning, stacklevel=3)
    if ndim == 3:
        warnings.warn(_LINES, UserWarning, stacklevel=3)
    return channels_dropped(input, p, training, inplace)


def channels_dropped(input: Tensor, p: float, training: bool, inplace: bool) -> Tensor:
    """Drop whole channels with chance `p` and scale up the others, while training.

    >>> from minitorch_viz import minitorch as torch
    >>> channels_dropped(torch.ones(1, 1), 1.0, True, False)
    tensor([[0.]])
    """
    ndim = input._array.ndim
    if not training or p == 0 or not input._array.size:
        return input
    if ndim < 2:
        raise RuntimeError(
            "Feature dropout requires at least 2 dimensions in the input"
        )
    return _run("mul", input, _noise(_channels(input), input, p), inplace=inplace)


@asks("input.dim")
def dropout1d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Drop whole channels of lines with chance `p`, while training."""
    ndim = input._array.ndim
    check_chance(p)
    if ndim not in (2, 3):
        raise RuntimeError(_NO_LINES.format(ndim))
    if not training or p == 0 or not input._array.size:
        return input
    shape = input._array.shape
    whole = (1, *shape) if ndim == 2 else shape
    zeros = np.zeros((*whole[:2], 1), input._array.dtype)
    noise = _noise(zeros, input, p)
    if ndim == 2:
        noise = wrap(noise._array[0])
    return _run("mul", input, noise, inplace=inplace)


def alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Move elements to where `selu` ends with chance `p`, keeping mean and spread."""
    check_chance(p)
    return _alpha_dropped(input, p, training, inplace)


@asks("torch.alpha_dropout(input, p, training)")
def _alpha_dropped(input: Tensor, p: float, training: bool, inplace: bool) -> Tensor:
    if not training or p == 0 or not input._array.size:
        return input
    return _moved(input, p, alike(input._array), inplace)


@asks("input.dim")
def dropout3d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Drop whole channels of volumes with chance `p`, while training."""
    ndim = input._array.ndim
    check_chance(p)
    if ndim not in (4, 5):
        warnings.warn(_NO_VOLUMES.format(ndim), UserWarning, stacklevel=3)
    if ndim == 5:
        return channels_dropped(input, p, training, inplace)
    # Without a batch, channels come first.
    if inplace:
        channels_dropped(unsqueeze(input, 0), p, training, True)
        return input
    return squeeze(channels_dropped(unsqueeze(input, 0), p, training, False), 0)


def feature_alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Move whole channels to where `selu` ends, keeping mean and spread."""
    check_chance(p)
    return _feature_alpha_dropped(input, p, training, inplace)


@asks("torch.feature_alpha_dropout(input, p, training)")
def _feature_alpha_dropped(
    input: Tensor, p: float, training: bool, inplace: bool
) -> Tensor:
    if not training or p == 0 or not input._array.size:
        return input
    ndim = input._array.ndim
    if ndim < 2:
        raise RuntimeError(
            "Feature dropout requires at least 2 dimensions in the input"
        )
    return _moved(input, p, _channels(input), inplace)


def _moved(input: Tensor, p: float, zeros: Array, inplace: bool) -> Tensor:
    if p == 1:
        return _run("mul", input, _nothing(input), inplace=inplace)
    kept = source_like(None, input._array).bernoulli(zeros.size, 1 - p)
    noise = as_it_lies(kept, zeros).astype(input._array.dtype)
    end = 1.7580993408473766
    scale = 1.0 / math.sqrt((end * end * p + 1) * (1 - p))
    shift = (noise - 1) * (end * scale) + end * scale * p
    found = _run(
        "mul", input, wrap(beside(noise * scale, input._array)), inplace=inplace
    )
    return _run(
        "add", found, wrap(beside(shift, input._array)), args=(1,), inplace=True
    )


_IMAGES = (
    "Note that dropout2d exists to provide channel-wise dropout on inputs with 2 "
    "spatial dimensions, a channel dimension, and an optional batch dimension (i.e. 3D "
    "or 4D inputs)."
)
_FEATURES = (
    "dropout2d: Received a {}-D input to dropout2d, which is deprecated and will "
    "result in an error in a future release. To retain the behavior and silence this "
    "warning, please use dropout instead. " + _IMAGES
)
_LINES = (
    "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D "
    "dropout behavior is desired - input is interpreted as shape (N, C, L), where C is "
    "the channel dim. This behavior will change in a future release to interpret the "
    "input as one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D "
    "channel-wise dropout behavior, please switch to using dropout1d instead."
)
_NO_VOLUMES = (
    "dropout3d: Received a {}-D input to dropout3d, which is deprecated and will "
    "result in an error in a future release. To retain the behavior and silence this "
    "warning, please use dropout instead. Note that dropout3d exists to provide "
    "channel-wise dropout on inputs with 3 spatial dimensions, a channel dimension, "
    "and an optional batch dimension (i.e. 4D or 5D inputs)."
)
_NO_LINES = (
    "dropout1d: Expected 2D or 3D input, but received a {}D input. Note that dropout1d "
    "exists to provide channel-wise dropout on inputs with 1 spatial dimension, a "
    "channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs)."
)
