"""Operations as the user calls them: keywords, `dim=-1`, several numbers for a size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import index
from typing import Any, Self

import numpy as np

from .arguments import again, refuse
from .dtypes import from_numpy
from .inplace import call_inplace, call_out
from .op import REQUIRED, Op, call
from .storage import Array
from .tensor import Tensor

_ALIASES = {
    **dict.fromkeys(("input", "x", "a", "x1"), "self"),
    "x2": "other",
    "axis": "dim",
    "keepdims": "keepdim",
}
#: Functions that take no Python number in place of a tensor, though their rows would.
_TENSORS_ONLY = (
    *("atan2", "maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp", "ldexp"),
    *("logaddexp2", "nextafter", "gcd", "lcm", "logical_and", "logical_or"),
    *("logical_xor", "addcmul", "addcdiv"),
)


def function(
    op: Op, name: str | None = None, part: str = "torch"
) -> Callable[..., Any]:
    """Return `op` as a function of its inputs and plain values.

    >>> from minitorch_viz import minitorch as torch
    >>> from minitorch_viz.minitorch.op import OPS
    >>> function(OPS["exp"])(torch.zeros(1))
    tensor([1.])
    """
    count, plain = len(op.inputs), op.usual
    ready = REQUIRED not in plain
    called = name or op.name
    both = op.name in _TENSORS_ONLY
    taken: set[tuple[Any, ...]] = set()

    def run(*args: Any, **kwargs: Any) -> Any:
        fits = args and isinstance(args[0], Tensor)
        if both and fits:
            fits = len(args) > 1 and all(isinstance(x, Tensor) for x in args[1:count])
        if not fits:
            refuse(part, called, args, kwargs)
        usual = ready and not kwargs and len(args) == count
        if not usual:  # the parser is asked once for all calls of these types
            types = (*map(type, args), *kwargs, *map(type, kwargs.values()))
            if types not in taken or Tensor in types[count:]:
                refuse(part, called, args, kwargs)
                taken.add(types)
        try:
            if usual:
                return call(op, args, plain)
            out = kwargs.get("out")
            others = {key: each for key, each in kwargs.items() if key != "out"}
            inputs, rest = bound(op, args, others)
            if out is not None:
                return call_out(op, inputs, rest, out)
            return call(op, inputs, rest)
        except Exception:
            older = again(run, part, called, args, kwargs)
            if older is None:
                raise
            return older[0]

    return named(run, called, f"Return `{called}` of tensors, as PyTorch does.")


def inplace(op: Op, name: str, part: str) -> Callable[..., Any]:
    """Return `op` as a function or method that writes its result over the tensor.

    >>> from minitorch_viz import minitorch as torch
    >>> from minitorch_viz.minitorch.op import OPS
    >>> inplace(OPS["exp"], "exp_", "Tensor")(torch.zeros(1))
    tensor([1.])
    """
    both, count = op.name in _TENSORS_ONLY, len(op.inputs)

    def run(*args: Any, **kwargs: Any) -> Any:
        apart = both and not all(isinstance(x, Tensor) for x in args[1:count])
        if apart or not args:
            refuse(part, name, args, kwargs)
        try:
            inputs, rest = bound(op, args, kwargs)
            return call_inplace(op, inputs[0], inputs[1:], rest)
        except Exception:
            older = again(run, part, name, args, kwargs)
            if older is None:
                raise
            return older[0]

    return named(run, name, f"Write `{op.name}` of the tensor over it.")


def named(run: Callable[..., Any], name: str, text: str) -> Callable[..., Any]:
    """Give a function the name and text a user sees."""
    run.__name__ = run.__qualname__ = name
    run.__doc__ = text
    return run


def bound(op: Op, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """Split a call's arguments into the inputs and the plain values of `op`."""
    names = (*op.inputs, *op.args)
    if len(args) > len(names):
        raise TypeError(
            f"{op.name}() takes {len(names)} positional arguments but {len(args)} "
            "were given"
        )
    values = dict(zip(names, args, strict=False))
    for key, value in kwargs.items():
        name = key if key in names else _ALIASES.get(key, key)
        if name not in names or name in values:
            raise TypeError(f"{op.name}() got an unexpected keyword argument '{key}'")
        values[name] = value
    for name in names:
        if name not in values:
            if name not in op.defaults:
                shown = "input" if name == "self" else name
                raise TypeError(
                    f'{op.name}() missing 1 required positional arguments: "{shown}"'
                )
            values[name] = op.defaults[name]
    return [values[n] for n in op.inputs], [plain(values[n]) for n in op.args]


def plain(value: Any) -> Any:
    """Return a tensor that stands for a number as that number.

    >>> from minitorch_viz import minitorch as torch
    >>> plain(torch.tensor(2.5)), plain("mean")
    (2.5, 'mean')
    """
    alone = isinstance(value, Tensor) and not value._array.ndim
    return value.item() if alone and not value.requires_grad else value


class Meant(int):
    """What a number means that was given another way: from the end, or not at all.

    >>> Meant.by(-1, 2), Meant.by(-1, 2).given
    (2, -1)
    """

    given: int | None

    @classmethod
    def by(cls, given: int | None, meant: int) -> Self:
        """Return what a number means, and keep how it was given."""
        made = cls(meant)
        made.given = None if given is None else int(given)
        return made


class MeantAll(tuple[int, ...]):  # noqa: SLOT001 - tuples can't have any
    """Dimensions that were given another way: one of them, or none.

    >>> MeantAll.by(None, ()), MeantAll.by(None, ()).given
    ((), None)
    """

    given: Any

    @classmethod
    def by(cls, given: Any, meant: Sequence[int]) -> Self:
        """Return the dimensions that are meant, and keep how they were given."""
        made = cls(meant)
        made.given = tuple(given) if isinstance(given, list) else given
        return made


#: All dimensions, as is meant where none is given.
ALL = MeantAll.by(None, ())


def one_dim(dim: int, ndim: int) -> int:
    """Return `dim` counted from the front.

    >>> one_dim(-1, 3)
    2
    """
    room = ndim or 1
    if not -room <= dim < room:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-room}, {room - 1}],"
            f" but got {dim})"
        )
    return dim if dim >= 0 else Meant.by(dim, dim % room)


def size_of(shape: Sequence[int], dim: int) -> int:
    """Return the size of a dimension that has to be there.

    >>> size_of((2, 3), -1)
    3
    """
    if not shape:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return shape[one_dim(dim, len(shape))]


def all_dims(dim: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """Return dimensions counted from the front; `()` stands for all of them.

    >>> all_dims((-1, 0), 2), all_dims(None, 2)
    ((1, 0), ())
    """
    if dim.__class__ is int:
        return _alone(dim, ndim)
    if dim is None:
        return ALL
    listed = [int(dim)] if isinstance(dim, (int, np.integer)) else dim
    found = [one_dim(d, ndim) for d in listed]
    for d in found:
        if found.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    return tuple(found) if ndim else ()


@cache
def _alone(dim: int, ndim: int) -> tuple[int, ...]:
    found = one_dim(dim, ndim)
    return (found,) if ndim else ()


def sizes(args: Sequence[Any]) -> tuple[int, ...]:
    """Return the size meant by `(2, 3)` or by `((2, 3),)`.

    >>> sizes((2, 3)), sizes(([2, 3],))
    ((2, 3), (2, 3))
    """
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = args[0]
    return tuple(map(index, args))


def check_expands(array: Array, want: Sequence[int]) -> None:
    """Refuse sizes that no repetition of dimensions of size 1 gives.

    >>> import numpy as np
    >>> check_expands(np.ones(2), (3, 1))
    Traceback (most recent call last):
        ...
    RuntimeError: The expanded size of the tensor (1) must match the existing size (2) \
at non-singleton dimension 1.  Target sizes: [3, 1].  Tensor sizes: [2]
    """
    have = array.shape
    extra = len(want) - len(have)
    if extra < 0:
        kind = from_numpy(array.dtype).tensor_type
        raise RuntimeError(
            f"expand({kind}{{{list(have)}}}, size={list(want)}): "
            f"the number of sizes provided ({len(want)}) must be greater or equal to "
            f"the number of dimensions in the tensor ({len(have)})"
        )
    for place, n in reversed(tuple(enumerate(have, extra))):
        if n != 1 and want[place] not in (n, -1):
            raise RuntimeError(
                f"The expanded size of the tensor ({want[place]}) must match the "
                f"existing size ({n}) at non-singleton dimension {place}.  Target "
                f"sizes: {list(want)}.  Tensor sizes: {list(have)}"
            )
