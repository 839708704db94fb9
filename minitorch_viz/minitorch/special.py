"""`torch.special`: the names under which SciPy knows what `torch` has too."""

from __future__ import annotations

import math
from inspect import unwrap
from typing import Any

from .arguments import parsed
from .bind import function
from .functions.arithmetic import run
from .methods import FUNCTIONS
from .missing import refusing
from .op import OPS
from .tensor import Tensor

#: name here -> name in `torch`
_NAMES = {
    "i0": "i0",
    "expit": "sigmoid",
    "gammaln": "lgamma",
    "psi": "digamma",
    **{
        name: name
        for name in (
            *("digamma", "erf", "erfc", "erfinv", "exp2", "expm1", "log1p", "logit"),
            *("log_softmax", "logsumexp", "polygamma", "sinc", "softmax"),
            "xlogy",
        )
    },
}
globals().update(
    {
        name: parsed(unwrap(FUNCTIONS[known]), f"special_{name}", "special")
        for name, known in _NAMES.items()
    }
)


def _ndtr(input: Tensor) -> Tensor:
    """Return the chance of a normal number below x."""
    error = run("erf", run("mul.number", input, args=(math.sqrt(0.5),)))
    return run("mul.number", run("add.number", error, args=(1,)), args=(0.5,))


def _xlog1py(input: Any, other: Any) -> Tensor:
    """Return `input * log1p(other)`, and 0 where `input` is."""
    if not isinstance(other, Tensor):
        return run("special_xlog1py.other", input, args=(other,))
    if not isinstance(input, Tensor):
        return run("special_xlog1py.self", other, args=(input,))
    return run("special_xlog1py", input, other)


def _round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """Return the nearest numbers of so many decimals."""
    return run("round.decimals", input, args=(decimals,))


ndtr = parsed(_ndtr, "special_ndtr", "special")
round = parsed(_round, "special_round", "special")
xlog1py = parsed(_xlog1py, "special_xlog1py", "special")
#: What `torch` has no name for.
_ALONE = "i0e i1 i1e entr erfcx log_ndtr ndtri"
globals().update(
    {
        name: function(OPS[f"special_{name}"], f"special_{name}", "special")
        for name in _ALONE.split()
    }
)

__getattr__ = refusing("torch.special", globals())
