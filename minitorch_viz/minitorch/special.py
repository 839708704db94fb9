"""`torch.special`: the names under which SciPy knows what `torch` has too."""

from __future__ import annotations

from inspect import unwrap

from .arguments import parsed
from .methods import FUNCTIONS
from .missing import refusing

#: name here -> name in `torch`
_NAMES = {
    "expit": "sigmoid",
    "gammaln": "lgamma",
    "psi": "digamma",
    **{
        name: name
        for name in (
            *("digamma", "erf", "erfc", "erfinv", "exp2", "expm1", "log1p", "logit"),
            *("log_softmax", "logsumexp", "polygamma", "round", "sinc", "softmax"),
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

__getattr__ = refusing("torch.special", globals())
