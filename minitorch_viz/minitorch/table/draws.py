"""Rows of what is drawn: nothing flows back from it."""

# A row's lambda names what backward needs, even where it only passes it on.
# ruff: noqa: PLW0108

from __future__ import annotations

from typing import Any

from ..op import Op, do

_DRAWN = "uniform normal bernoulli exponential geometric cauchy log_normal poisson"
for _name in _DRAWN.split():
    Op(_name, lambda self, /, drawn: drawn, self=lambda grad: do.zeros_like(grad))
for _number, _name in enumerate(("random.from", "random.to", "random")):
    Op(
        _name,
        lambda self, /, drawn: drawn,
        node=f"RandomBackward{_number}",
        self=lambda grad: do.zeros_like(grad),
    )


def _unknown(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::bernoulli is not implemented")


# With one chance for all, which nothing needs to be drawn over.
Op(
    "bernoulli.p",
    lambda self, /, drawn: drawn,
    node="torch::autograd::NotImplemented",
    self=_unknown,
)
Op(
    "bernoulli.over",
    lambda self, /, drawn: drawn,
    node="BernoulliBackward2",
    self=lambda grad: do.zeros_like(grad),
)
Op(
    "bernoulli.over_by",
    lambda self, p, /, drawn: drawn,
    node="BernoulliBackward1",
    self=lambda grad: do.zeros_like(grad),
    p=lambda grad, p_sym_sizes: do.new_zeros(grad, p_sym_sizes),
)
Op("multinomial", lambda self, /, drawn: drawn)
Op(
    "normal.both",
    lambda mean, std, /, drawn: drawn,
    node="NormalBackward3",
    writes=1,
    mean=lambda grad, mean_sym_sizes: do.new_zeros(grad, mean_sym_sizes),
    std=lambda grad, std_sym_sizes: do.new_zeros(grad, std_sym_sizes),
)
Op(
    "normal.mean",
    lambda mean, /, drawn: drawn,
    node="NormalBackward1",
    writes=1,
    mean=lambda grad, mean_sym_sizes: do.new_zeros(grad, mean_sym_sizes),
)
Op(
    "normal.std",
    lambda std, /, drawn: drawn,
    node="NormalBackward2",
    writes=1,
    std=lambda grad, std_sym_sizes: do.new_zeros(grad, std_sym_sizes),
)
