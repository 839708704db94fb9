"""Activations written over their input: backward looks at the result instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..op import OPS, Op, do
from . import ops_nn

assert ops_nn


def _inplace(name: str, formula: Callable[..., Any]) -> None:
    row = OPS[name]
    node = f"{row.node_type.__name__[:-1]}1"
    Op(f"{name}.inplace", row.forward, node=node, cast=row.cast, self=formula)


_inplace(
    "leaky_relu",
    lambda grad, result, negative_slope: do.where(
        result > 0, grad, grad * negative_slope
    ),
)
_inplace(
    "elu",
    lambda grad, result, alpha, scale, input_scale: do.where(
        result > 0,
        grad * scale,
        grad * ((result + alpha * scale) * input_scale),
    ),
)
_inplace(
    "celu",
    lambda grad, result, alpha: do.where(
        result > 0, grad, grad * ((result + alpha) * (1.0 / alpha))
    ),
)
# What it writes may lie above the threshold, so here PyTorch keeps a copy of the input.
_inplace("threshold", OPS["threshold"].formulas["self"])
