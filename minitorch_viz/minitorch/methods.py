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
    python_methods,
    sampling,
    writing,
)
from .arguments import checked, parsed
from .bind import function, inplace, named
from .events import Created, silence
from .functions.joining import flip
from .inplace import call_inplace
from .legacy import legacy
from .op import OPS
from .operators import OPERATORS, pow_
from .tensor import Tensor
from .thread import thread

#: Rows that are functions and methods as they stand, and write over a tensor as `abs_`.
_UNARY = """
sign floor ceil trunc frac neg abs relu exp exp2 expm1 log log2 log10 log1p sqrt
rsqrt reciprocal sigmoid tanh sin cos tan sinh cosh asin acos atan asinh acosh atanh erf
nan_to_num lgamma digamma sgn
erfinv erfc sinc deg2rad rad2deg logit i0
"""
#: Rows that are functions and methods.
_ROWS = """
add sub mul maximum minimum atan2 fmax fmin logaddexp bitwise_left_shift
bitwise_right_shift floor_divide ldexp nextafter addmv addr addbmm vdot addcmul
addcdiv eq ne lt le gt ge logical_and
logical_or logical_xor gcd lcm isposinf isneginf isreal
bitwise_and bitwise_or bitwise_xor logical_not bitwise_not isnan
isinf isfinite baddbmm tril triu hypot
logaddexp2 signbit
"""
#: Rows that also are methods which write over the tensor: `x.add_(1)`.
_INPLACE = """
add sub mul div floor_divide lerp addcmul addcdiv addmm tril
triu eq ne lt le gt ge logical_not hypot
atan2 gcd lcm ldexp nextafter addmv addr addbmm baddbmm bitwise_not
bitwise_left_shift bitwise_right_shift
logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor
"""
#: What only tensors have, and what only `torch` has.
_OF_TENSORS = """
expand view repeat unfold written scatter_ scatter_add_ index_add_ index_fill_
index_copy_ put_ masked_fill_ masked_scatter_ cumsum_ fill_diagonal_ t_
transpose_ swapaxes_ swapdims_ unsqueeze_ squeeze_ resize_ set_ apply_ sum_to_size fmod_
map_ is_set_to remainder_ cumprod_ copysign_ float_power_ heaviside_
scatter_reduce_ index_reduce_ renorm_ polygamma_
"""
_OF_TORCH = """
broadcast_tensors cartesian_prod cat concat einsum hstack meshgrid stack vstack
concatenate column_stack row_stack dstack block_diag combinations tensordot
broadcast_shapes tril_indices triu_indices cdist trapezoid cumulative_trapezoid
bucketize searchsorted isin real vander unravel_index typename
rsub chain_matmul trapz var_mean std_mean atleast_1d atleast_2d atleast_3d
pdist gradient
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
_ROW_NAMES = frozenset((_UNARY + _ROWS).split())
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **functions.FUNCTIONS,
    **linalg.FUNCTIONS,
}


def _functions(part: str, left_out: str) -> dict[str, Callable[..., Any]]:
    """Return operations by name, with the errors of a part of torch."""
    found = {
        **{name: function(OPS[name], name, part) for name in _ROW_NAMES},
        **{name: checked(each, name, part) for name, each in _FUNCTIONS.items()},
    }
    for alias, name in _ALIASES.items():
        if name in _ROW_NAMES and name not in _FUNCTIONS:
            found[alias] = function(OPS[name], alias, part)
        else:
            found[alias] = checked(_FUNCTIONS[name], alias, part)
    return {n: each for n, each in found.items() if n not in left_out.split()}


def _copy_new(data: Any, **options: Any) -> Tensor:
    return creation.copy_of(data, "tensor.new_tensor", **options)


def _new_as(name: str) -> Callable[..., Tensor]:
    make = _copy_new if name == "tensor" else getattr(creation, name)
    filled = name not in ("empty", "tensor")

    def run(self: Tensor, *args: Any, **options: Any) -> Tensor:
        own = {"dtype": self.dtype, "device": self.device}
        with silence():
            made: Tensor = make(*args, **{**own, **options})
        if filled and self._inference and made._counter is not None:
            # What fills it is seen, as in `table/fills.py`.
            made._counter[0] = 1
        if thread.now.observer is not None:
            thread.now.observer(Created(f"new_{name}", (made,)))
        return made

    return named(run, f"new_{name}", f"Return `torch.{name}(...)` of this type.")


def _compared(name: str) -> Callable[..., Tensor]:
    def run(self: Tensor, other: Any) -> Tensor:
        form = "over_tensor" if isinstance(other, Tensor) else "over"
        return call_inplace(OPS[f"{name}.{form}"], self, (other,))

    return named(run, f"{name}_", f"Write `{name}` of the tensor over it.")


_WRITER_ROWS = frozenset((_UNARY + _INPLACE).split())
#: Writing over a tensor, where that is no row as it stands.
_WRITERS: dict[str, Callable[..., Any]] = {
    "pow": pow_,
    "square": lambda self: pow_(self, 2),
    **{name: _compared(name) for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    **{
        n: getattr(functions.special, f"{n}_")
        for n in (
            "clamp",
            "clamp_min",
            "clamp_max",
            "round",
            "fmod",
            "remainder",
            "ldexp",
            "lerp",
            "div",
        )
    },
}


def _writers(part: str) -> dict[str, Callable[..., Any]]:
    """Return what writes over a tensor, by name, with the errors of a part of torch."""
    names = {name: name for name in (*_WRITER_ROWS, *_WRITERS)}
    names |= {alias: name for alias, name in _ALIASES.items() if name in names}
    for name, source in names.items():
        if source not in _WRITERS and f"{source}.over" in OPS:
            names[name] = f"{source}.over"
    return {
        f"{name}_": checked(_WRITERS[source], f"{name}_", part)
        if source in _WRITERS
        else inplace(OPS[source], f"{name}_", part)
        for name, source in names.items()
    }


def _like(name: str) -> Callable[..., Tensor]:
    change = getattr(functions.shaping, name)

    def run(self: Tensor, other: Tensor) -> Tensor:
        found: Tensor = change(self, other._array.shape)
        return found

    return checked(run, f"{name}_as", "Tensor")


#: What looks, copies or tells of a flag has a parser of PyTorch's too.
_CHECKED = """
bool byte char double float half int long short cpu cuda contiguous detach detach_
pin_memory requires_grad_ retain_grad type_as
"""
PROPERTIES = {**flags.PROPERTIES, **looking.PROPERTIES}
METHODS: dict[str, Callable[..., Any]] = {
    **OPERATORS,
    **_functions("Tensor", _OF_TORCH),
    **python_methods.METHODS,
    **{
        each.__name__: checked(each, each.__name__, "Tensor")
        if each.__name__ in _CHECKED.split()
        else each
        for each in flags.METHODS
    },
    **_writers("Tensor"),
    **{
        n: each if n[0] == "_" else checked(each, n, "Tensor")
        for n, each in looking.METHODS.items()
    },
    **{
        n: checked(each, n, "Tensor") if n in _CHECKED.split() else each
        for n, each in copying.METHODS.items()
    },
    **{n: checked(each, n, "Tensor") for n, each in writing.METHODS.items()},
    **{
        f"new_{name}": parsed(_new_as(name), f"new_{name}", "Tensor")
        for name in ("tensor", "zeros", "ones", "empty", "full")
    },
    "__reversed__": lambda self: flip(self, (0,)) if self._array.ndim else self,
    "where": checked(
        lambda self, condition, other: functions.arithmetic.where(
            condition, self, other
        ),
        "where",
        "Tensor",
    ),
    "new": lambda self, *args, **kwargs: legacy(
        args, self.dtype, "new", **{"device": self.device, **kwargs}
    ),
    "bernoulli": sampling.bernoulli,
    "multinomial": sampling.multinomial,
    "polygamma": checked(
        lambda self, n: functions.special.polygamma(n, self), "polygamma", "Tensor"
    ),
    **{f"{name}_as": _like(name) for name in ("expand", "view", "reshape")},
}


def _fixed(name: str, look: property) -> property:
    """Return a property that refuses to be written in PyTorch's words."""

    def refuse(self: Tensor, value: Any) -> None:
        raise AttributeError(
            f"attribute '{name}' of 'torch._C.TensorBase' objects is not writable"
        )

    return look.setter(refuse).deleter(lambda self: refuse(self, None))


for _name, _look in PROPERTIES.items():
    PROPERTIES[_name] = _look if _look.fset else _fixed(_name, _look)
for _name, _attribute in {**METHODS, **PROPERTIES}.items():
    setattr(Tensor, _name, _attribute)


def _new(cls: type, *args: Any, **kwargs: Any) -> Tensor:
    if cls is not Tensor:
        return object.__new__(cls)
    return legacy(args, dtypes.get_default_dtype(), "Tensor", **kwargs)


Tensor.__new__ = _new  # type: ignore[assignment,method-assign]

_WRITTEN = {
    *_UNARY.split(),
    *("clamp", "clamp_min", "clamp_max", "round", "square"),
    *("addmv", "gcd", "lcm", "ldexp"),
} - {
    "sgn",
    "sign",
    "lgamma",
    "digamma",
    "erfinv",
}
#: What `torch` shows of these: every operation that takes tensors.
FUNCTIONS = {
    **_functions("torch", _OF_TENSORS),
    **{
        name: each
        for name, each in _writers("torch").items()
        if _ALIASES.get(name[:-1], name[:-1]) in _WRITTEN
    },
    "detach": checked(flags.detach, "detach"),
    "detach_": flags.detach_,
    "zero_": checked(writing.zero_, "zero_"),
    "fill_": checked(writing.fill_, "fill_"),
}
