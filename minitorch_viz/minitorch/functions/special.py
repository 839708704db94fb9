"""Special functions that choose among operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import float64
from ..inplace import call_inplace, check_tracked, warn_resized
from ..op import OPS
from ..refusing import broadcast_error
from ..tensor import Tensor
from .arithmetic import check_rounding, need_bound, run, to_dtype
from .arithmetic import pow as power
from .named import returned


def logit(self: Tensor, eps: float | None = None) -> Tensor:
    """Return `log(x / (1 - x))`, with `x` kept `eps` away from 0 and 1."""
    return run("logit", self, args=(eps,))


def polygamma(n: int, self: Tensor) -> Tensor:
    """Return the n-th derivative of `digamma`."""
    return run("polygamma", self, args=(n,))


def polygamma_(self: Tensor, n: int) -> Tensor:
    """Write the n-th derivative of `digamma` over the tensor."""
    return call_inplace(OPS["polygamma.over"], self, (), (n,))


def xlogy(self: Any, other: Any) -> Tensor:
    """Return `self * log(other)`, and 0 where `self` is."""
    if not isinstance(other, Tensor):
        return run("xlogy.other", self, args=(_number(other),))
    if not isinstance(self, Tensor):
        return run("xlogy.self", other, args=(_number(self),))
    return run("xlogy", self, other)


def copysign(self: Tensor, other: Any) -> Tensor:
    """Return `self` with the sign of `other`."""
    if isinstance(other, Tensor):
        return run("copysign", self, other)
    return run("copysign.scalar", self, args=(_number(other),))


def copysign_(self: Tensor, other: Any) -> Tensor:
    """Give the tensor the sign of `other`."""
    if isinstance(other, Tensor):
        return call_inplace(OPS["copysign"], self, (other,))
    return call_inplace(OPS["copysign.scalar"], self, (), (_number(other),))


def xlogy_(self: Tensor, other: Any) -> Tensor:
    """Multiply the tensor by `log(other)`, but where it is 0."""
    if isinstance(other, Tensor):
        return call_inplace(OPS["xlogy"], self, (other,))
    return call_inplace(OPS["xlogy.other"], self, (), (_number(other),))


def _number(value: Any) -> Any:
    if not isinstance(value, (int, float, complex, np.generic)):
        raise TypeError(f"no number but {type(value).__name__}")  # the parser's words
    return value


def div_(self: Tensor, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """Divide the tensor, and round as asked."""
    if rounding_mode is None:
        return call_inplace(OPS["div"], self, (other,))
    check_rounding(rounding_mode)
    return call_inplace(OPS[f"div.{rounding_mode}"], self, (other,), (rounding_mode,))


def lerp_(self: Tensor, end: Tensor, weight: Any) -> Tensor:
    """Move the tensor towards `end` by a share of the way, or by a share for each."""
    if isinstance(weight, Tensor):
        return call_inplace(OPS["lerp.tensor"], self, (end, weight))
    return call_inplace(OPS["lerp"], self, (end,), (weight,))


def float_power_(self: Tensor, exponent: Any) -> Tensor:
    """Raise the tensor, which must be of double precision."""
    if self.dtype is not float64:
        raise RuntimeError(
            f"the base given to float_power_ has dtype {self.dtype.scalar_name} but "
            "the operation's result requires dtype Double"
        )
    if isinstance(exponent, Tensor):
        return call_inplace(OPS["pow"], self, (to_dtype(exponent, float64),))
    return call_inplace(OPS["pow.scalar"], self, (), (float(exponent),))


def frexp(self: Tensor) -> Any:
    """Return numbers as fractions below one, and powers of two to multiply them by."""
    if self._array.dtype.kind != "f":
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")
    return returned("frexp", "frexp", self)


def rsub(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """Return `other - alpha * self`."""
    if isinstance(other, Tensor):
        return run("rsub.tensor", self, other, args=(alpha,))
    return run("rsub", self, args=(other, alpha))


def float_power(self: Any, exponent: Any) -> Tensor:
    """Return `self` to the power of `exponent`, in double precision."""
    # C++ finds the right operand first.
    raised, base = (
        to_dtype(x, float64) if isinstance(x, Tensor) else float(x)
        for x in (exponent, self)
    )
    return power(base, raised)


def round(self: Tensor, *, decimals: int | None = None) -> Tensor:
    """Return the nearest whole numbers, or numbers of so many decimals."""
    if decimals is None:
        return run("round", self)
    return run("round.decimals", self, args=(decimals,))


def clamp_(self: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Move the elements to the nearest bound if outside, over the tensor itself."""
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        return call_inplace(OPS["clamp.tensor"], self, (min, max))
    check_tracked(self, ())
    need_bound(min, max)
    return call_inplace(OPS["clamp"], self, (), (min, max))


def clamp_min_(self: Tensor, min: Any) -> Tensor:
    """Raise the elements of the tensor itself to `min` where below."""
    if isinstance(min, Tensor):
        return call_inplace(OPS["clamp_min.tensor"], self, (min,))
    return call_inplace(OPS["clamp_min"], self, (), (min,))


def clamp_max_(self: Tensor, max: Any) -> Tensor:
    """Lower the elements of the tensor itself to `max` where above."""
    if isinstance(max, Tensor):
        return call_inplace(OPS["clamp_max.tensor"], self, (max,))
    return call_inplace(OPS["clamp_max"], self, (), (max,))


def round_(self: Tensor, *, decimals: int | None = None) -> Tensor:
    """Round the tensor itself."""
    if decimals is None:
        return call_inplace(OPS["round"], self)
    return call_inplace(OPS["round.decimals"], self, (), (decimals,))


def ldexp(self: Tensor, other: Tensor) -> Tensor:
    """Return the tensor times powers of two."""
    if self.dtype.is_floating_point and not other.dtype.is_floating_point:
        # The kernel for whole powers starts with a result of the first one's size.
        arrays = self._array, other._array
        if broadcast_error(arrays) is None:
            warn_resized(self._array, np.broadcast_shapes(*(x.shape for x in arrays)))
    return run("ldexp", self, other)


def ldexp_(self: Tensor, other: Tensor) -> Tensor:
    """Multiply the tensor by powers of two."""
    if not self.dtype.is_floating_point:
        # Composed of other operations, this asks before autograd does.
        kind = self.dtype.scalar_name
        raise RuntimeError(f"ldexp can't be cast to the desired output type {kind}")
    return call_inplace(OPS["ldexp"], self, (other,))


def fmod_(self: Tensor, other: Any) -> Tensor:
    """Leave in the tensor what a division leaves, with the tensor's sign."""
    return _left_over("fmod", self, other)


def remainder_(self: Tensor, other: Any) -> Tensor:
    """Leave in the tensor what a division leaves, with the sign of `other`."""
    return _left_over("remainder", self, other)


def _left_over(name: str, self: Tensor, other: Any) -> Tensor:
    if isinstance(other, Tensor):
        return call_inplace(OPS[name], self, (other,))
    if isinstance(other, np.generic):
        other = other.item()
    return call_inplace(OPS[f"{name}.scalar"], self, (), (other,))
