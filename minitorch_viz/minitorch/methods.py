"""What a tensor can do, hung onto the class; and what of it `torch` shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import (
    copying,
    creation,
    dtypes,
    flags,
    functions,
    linalg,
    looking,
    sampling,
    writing,
)
from .arguments import checked
from .bind import function, inplace, named
from .legacy import legacy
from .op import OPS
from .operators import OPERATORS, pow_
from .tensor import Tensor

#: Rows that are functions and methods as they stand, and write over a tensor as `abs_`.
_UNARY = """
sign floor ceil trunc frac neg abs relu exp exp2 expm1 log log2 log10 log1p sqrt
rsqrt reciprocal sigmoid tanh sin cos tan sinh cosh asin acos atan asinh acosh atanh erf
nan_to_num lgamma digamma
erfinv erfc sinc deg2rad rad2deg logit
"""
#: Rows that are functions and methods.
_ROWS = """
add sub mul maximum minimum atan2 fmax fmin logaddexp bitwise_left_shift
bitwise_right_shift floor_divide addcmul addcdiv eq ne lt le gt ge logical_and
logical_or logical_xor bitwise_and bitwise_or bitwise_xor logical_not bitwise_not isnan
isinf isfinite baddbmm tril triu hypot
logaddexp2 signbit
"""
#: Rows that also are methods which write over the tensor: `x.add_(1)`.
_INPLACE = """
add sub mul div floor_divide lerp addcmul addcdiv addmm tril
triu eq ne lt le gt ge logical_not hypot
atan2 xlogy logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor
clamp_min clamp_max
"""
#: What only tensors have, and what only `torch` has.
_OF_TENSORS = """
expand view repeat unfold written scatter_ scatter_add_ index_add_ index_fill_
index_copy_ index_put_ put_ masked_fill_ masked_scatter_ cumsum_ fill_diagonal_ t_
transpose_ swapaxes_ swapdims_ unsqueeze_ squeeze_ resize_ set_ apply_ sum_to_size fmod_
remainder_
"""
_OF_TORCH = """
broadcast_tensors cartesian_prod cat concat einsum hstack meshgrid stack vstack
concatenate column_stack row_stack dstack block_diag combinations tensordot
broadcast_shapes tril_indices triu_indices cdist trapezoid cumulative_trapezoid
bucketize searchsorted isin real vander unravel_index typename
var_mean std_mean atleast_1d atleast_2d atleast_3d
"""
_ALIASES = {
    "multiply": "mul",
    "divide": "div",
    "subtract": "sub",
    "negative": "neg",
    "absolute": "abs",
    "greater": "gt",
    "less": "lt",
    "true_divide": "div",
    "clip": "clamp",
    "concat": "cat",
    "not_equal": "ne",
    "greater_equal": "ge",
    "less_equal": "le",
    "fix": "trunc",
    "concatenate": "cat",
    **{
        f"arc{name}": f"a{name}"
        for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")
    },
    "arctan2": "atan2",
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: function(OPS[name]) for name in (_UNARY + _ROWS).split()},
    **functions.FUNCTIONS,
    **linalg.FUNCTIONS,
}
for _alias, _name in _ALIASES.items():
    _FUNCTIONS[_alias] = _FUNCTIONS[_name]


def _new_as(name: str) -> Callable[..., Tensor]:
    make = getattr(creation, name)

    def run(self: Tensor, *args: Any, **options: Any) -> Tensor:
        own = {"dtype": self.dtype, "device": self.device}
        made: Tensor = make(*args, **{**own, **options})
        return made

    return named(run, f"new_{name}", f"Return `torch.{name}(...)` of this type.")


#: Writing over a tensor: by an operation's name, and by another name of it.
_WRITERS: dict[str, Callable[..., Any]] = {
    name: inplace(OPS[name]) for name in (_UNARY + _INPLACE).split()
}
_WRITERS["pow"] = pow_
for _name in ("clamp", "round", "fmod", "remainder"):
    _WRITERS[_name] = getattr(functions.special, f"{_name}_")
_WRITERS["square"] = lambda self: pow_(self, 2)
_WRITERS |= {alias: _WRITERS[n] for alias, n in _ALIASES.items() if n in _WRITERS}
PROPERTIES = {**flags.PROPERTIES, **looking.PROPERTIES}
METHODS: dict[str, Callable[..., Any]] = {
    **OPERATORS,
    **{n: each for n, each in _FUNCTIONS.items() if n not in _OF_TORCH.split()},
    **{each.__name__: each for each in flags.METHODS},
    **{f"{name}_": each for name, each in _WRITERS.items()},
    **looking.METHODS,
    **copying.METHODS,
    **writing.METHODS,
    **{
        f"new_{name}": _new_as(name)
        for name in ("tensor", "zeros", "ones", "empty", "full")
    },
    "bernoulli": sampling.bernoulli,
    "multinomial": sampling.multinomial,
    "expand_as": lambda self, other: functions.shaping.expand(self, other._array.shape),
    "view_as": lambda self, other: functions.shaping.view(self, other._array.shape),
    "reshape_as": lambda self, other: functions.shaping.reshape(
        self, other._array.shape
    ),
}


def _fixed(name: str, look: property) -> property:
    """Return a property that refuses to be written in PyTorch's words."""

    def refuse(self: Tensor, value: Any) -> None:
        raise AttributeError(
            f"attribute '{name}' of 'torch._C.TensorBase' objects is not writable"
        )

    return look.setter(refuse)


for _name, _look in PROPERTIES.items():
    PROPERTIES[_name] = _look if _look.fset else _fixed(_name, _look)
for _name, _attribute in {**METHODS, **PROPERTIES}.items():
    setattr(Tensor, _name, _attribute)


def _new(cls: type, *args: Any, **kwargs: Any) -> Tensor:
    if cls is not Tensor:
        return object.__new__(cls)
    return legacy(args, dtypes.get_default_dtype(), "Tensor")


Tensor.__new__ = _new  # type: ignore[assignment,method-assign]

_WRITTEN = {*_UNARY.split(), "clamp", "round", "square"} - {
    "sign",
    "lgamma",
    "digamma",
    "erfinv",
}
#: Functions that PyTorch's parser finds by the types of their arguments.
_OVERLOADED = frozenset(
    [
        "all",
        "any",
        "chunk",
        "clamp",
        "einsum",
        "equal",
        "flatten",
        "index_fill",
        "masked_fill",
        "max",
        "mean",
        "median",
        "min",
        "norm",
        "prod",
        "scatter",
        "sort",
        "split",
        "std",
        "sum",
        "var",
        "where",
    ]
)


def _parsed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of `torch` with PyTorch's errors for wrong arguments."""
    own = functions.FUNCTIONS.get(name) is function
    return checked(function, name) if own and name not in _OVERLOADED else function


#: What `torch` shows of these: every operation that takes tensors.
FUNCTIONS = {
    **{
        n: _parsed(n, each)
        for n, each in _FUNCTIONS.items()
        if n not in _OF_TENSORS.split()
    },
    **{f"{n}_": _WRITERS[n] for n in _WRITERS if _ALIASES.get(n, n) in _WRITTEN},
    "detach": flags.detach,
    "detach_": flags.detach_,
    "zero_": writing.zero_,
    "fill_": writing.fill_,
}
