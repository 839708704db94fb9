"""Rows that turn their input into another type on the way: `x.sum(dtype=...)`."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Any

import numpy as np

from ..op import OPS, Op
from . import measures, reductions, scans

#: What fills `OPS` with the rows that are named here.
_ROWS = measures, reductions, scans
_TYPED = (
    "sum sum.dim mean mean.dim prod prod.dim nansum cumsum cumprod linalg_vector_norm"
)


def _typed(name: str) -> None:
    """Add a row that is the one of this name, with a type as its last value."""
    op = OPS[name]

    def forward(self: Any, *values: Any) -> Any:
        *args, dtype = values
        found = op.forward(np.asanyarray(self, dtype), *args)
        return np.asanyarray(found, dtype)  # sums of small integers are wide

    kinds = Parameter.POSITIONAL_ONLY, Parameter.KEYWORD_ONLY
    forward.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(each, kinds[0]) for each in op.inputs]
        + [Parameter(each, kinds[1]) for each in (*op.args, "dtype")]
    )
    how: dict[str, Any] = {"node": op.node_type.__name__, **op.formulas}
    made = Op(f"{name}.typed", forward, **how)
    made.leave = op.leave


for _name in _TYPED.split():
    _typed(_name)
