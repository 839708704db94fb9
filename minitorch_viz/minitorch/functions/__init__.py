"""Functions that choose or combine operations; most are methods of tensors too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import (
    arithmetic,
    arranging,
    composed,
    contraction,
    correlations,
    distinct,
    joining,
    lookup,
    measures,
    ordering,
    patching,
    plain,
    products,
    putting,
    quantiles,
    reducing,
    reshaping,
    scattering,
    shaping,
    slopes,
    special,
    tensordots,
    writes,
)
from .arithmetic import to_dtype as to_dtype
from .products import matmul as matmul
from .shaping import reshape as reshape

_INNER = {
    "run",
    "to_dtype",
    "is_all_true",
    "inferred",
    "freedom",
    "vector_norm",
    "need_bound",
    "softened",
    "returned",
    "typed",
    "check_one",
    "check_rounding",
    "check_alike",
    "check_expands",
    "check_scattered",
    "check_strided",
    "check_within",
    "check_added",
    "check_selected",
    "check_some",
    "check_tensors",
    "check_viewable",
    "reshaped",
    "viewed_as",
}


def _public(module: Any) -> dict[str, Callable[..., Any]]:
    return {
        name: each
        for name, each in vars(module).items()
        if callable(each)
        and getattr(each, "__module__", "") == module.__name__
        and name[0] not in "_N"
        and name not in _INNER
    }


_MODULES = (
    arithmetic,
    arranging,
    composed,
    contraction,
    correlations,
    distinct,
    joining,
    lookup,
    measures,
    ordering,
    patching,
    plain,
    products,
    putting,
    quantiles,
    reducing,
    reshaping,
    scattering,
    shaping,
    slopes,
    special,
    tensordots,
    writes,
)
#: name -> function, for `torch.name` and `Tensor.name`
FUNCTIONS = {
    name: each for module in _MODULES for name, each in _public(module).items()
}
